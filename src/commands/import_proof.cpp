#include "commands/import_proof.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "iam/decide/in_place.h"
#include "iam/decide/said_alike.h"
#include "iam/decide/sendable.h"
#include "iam/policy/pattern.h"

namespace writ::commands {
namespace {

using imports::Draft;
using imports::Fate;
using imports::Holder;
using imports::Member;
using policy::BaseOperator;

/// The name of a session of which nothing is known: as a pattern, any name, and no text that a
/// condition lists.
constexpr std::string_view kAnySession = "*";

/// A session for a federated user that the user hands out. It has the user's rights, and an ARN
/// that does not tell whose it is. Source: IAM User Guide, "Permissions for GetFederationToken",
/// read 2026-11-30.
Member SessionOf(const Member& user) {
  Member session = user;
  const std::size_t end = user.arn.find(":iam::");
  session.arn = fmt::format("{}:sts::{}:federated-user/{}", user.arn.substr(0, end), user.account,
                            kAnySession);
  return session;
}

bool IsSession(const Member& member) {
  return member.arn.find(":federated-user/") != std::string::npos;
}

/// Whether a condition names some sessions and not others.
bool MayBeOfSession(std::string_view value, std::string_view arn) {
  return arn.find(":federated-user/") != std::string_view::npos && policy::MayOverlap(value, arn);
}

enum class Settled { kOpen, kHolds, kFails };

/// A condition on who calls, decided for the one who is asked about. Conditions that can hold
/// without the key, or of several values, are left alone.
Settled SettleFor(const policy::Condition& condition, const Member& member) {
  const bool is_arn = policy::EqualIgnoringCase(condition.key, "aws:PrincipalArn");
  const bool is_account = policy::EqualIgnoringCase(condition.key, "aws:PrincipalAccount");
  if ((!is_arn && !is_account) || condition.op.set != policy::SetQualifier::kNone) {
    return Settled::kOpen;
  }
  const BaseOperator positive = policy::PositiveOf(condition.op.base);
  const bool has_wildcards = positive == BaseOperator::kArnLike ||
                             positive == BaseOperator::kArnEquals ||
                             positive == BaseOperator::kStringLike;
  if (!has_wildcards && positive != BaseOperator::kStringEquals) return Settled::kOpen;
  const std::string& text = is_arn ? member.arn : member.account;
  bool is_among = false;
  bool may_be = false;
  for (const std::string& value : condition.values) {
    const policy::Pattern pattern = policy::ParsePattern(
        value, policy::Version::k2012,
        has_wildcards ? policy::Wildcards::kActive : policy::Wildcards::kLiteral);
    if (pattern.has_variables()) return Settled::kOpen;
    is_among = is_among || policy::MatchesGlob(pattern.literals[0], text);
    may_be = may_be || (is_arn && MayBeOfSession(value, text));
  }
  if (may_be && !is_among) return Settled::kOpen;
  return is_among != policy::IsNegated(condition.op.base) ? Settled::kHolds : Settled::kFails;
}

/// The statement as the member meets it; nothing if it never applies to it.
std::optional<policy::Statement> ForMember(policy::Statement statement, const Member& member) {
  for (std::size_t i = 0; i < statement.conditions.size();) {
    const Settled settled = SettleFor(statement.conditions[i], member);
    if (settled == Settled::kFails) return std::nullopt;
    if (settled == Settled::kHolds) {
      statement.conditions.erase(statement.conditions.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  return statement;
}

class Prover {
 public:
  Prover(const Draft& draft, std::size_t holder, const std::vector<std::string>& places,
         const BuiltStatements& built, const std::vector<std::size_t>* parts = nullptr)
      : draft_(draft),
        holder_(draft.holders[holder]),
        index_(holder),
        parts_(parts),
        built_(built.MadeBy(places)) {}

  HolderProof Run(HolderProofs& proofs) const {
    HolderProof worst;
    if (holder_.kind == Holder::Kind::kNode) {
      return proofs.OfDocuments(Read(nullptr), Built(nullptr));
    }
    std::vector<Member> callers = holder_.members;
    for (const Member& member : holder_.members) {
      if (member.type == snapshot::PrincipalType::kUser) callers.push_back(SessionOf(member));
    }
    for (const Member& caller : callers) {
      HolderProof proof = proofs.OfDocuments(Read(&caller), Built(&caller));
      if (IsSession(caller)) ShowAsSession(caller, proof);
      if (proof.verdict > worst.verdict) worst = std::move(proof);
      if (worst.verdict == HolderProof::Verdict::kDifferent) return worst;
    }
    return worst;
  }

 private:
  static void Add(decide::Documents& documents, policy::Version version,
                  const policy::Statement& statement, const Member* member) {
    std::optional<policy::Statement> here = statement;
    if (member != nullptr) here = ForMember(statement, *member);
    if (!here) return;
    here->sid.clear();
    for (policy::PolicyDocument& document : documents) {
      if (document.version != version) continue;
      document.statements.push_back(*std::move(here));
      return;
    }
    policy::PolicyDocument& added = documents.emplace_back();
    added.version = version;
    added.statements.push_back(*std::move(here));
  }

  /// SCPs that bind the members of a team: what they deny, a permission need not say. Not those
  /// that may deny nothing.
  void AddAbove(decide::Documents& documents, const Member* member) const {
    if (holder_.kind == Holder::Kind::kNode) return;
    for (const imports::Part& part : draft_.parts) {
      if (part.holder == imports::kNoHolder || part.fate == Fate::kResidue) continue;
      const Holder& other = draft_.holders[part.holder];
      if (other.kind != Holder::Kind::kNode) continue;
      if (draft_.is_scp_use_unknown && !other.node.empty()) continue;
      const imports::ReadStatement& read = draft_.statements[part.statement];
      if (read.statement.effect != policy::Effect::kDeny) continue;
      const bool binds = std::ranges::find(member->above, other.node) != member->above.end();
      if (binds) Add(documents, read.version, read.statement, member);
    }
  }

  [[nodiscard]] decide::Documents Read(const Member* member) const {
    decide::Documents documents;
    for (std::size_t i = 0; i < draft_.parts.size(); ++i) {
      const imports::Part& part = draft_.parts[i];
      if (part.holder != index_ || part.fate == Fate::kResidue) continue;
      if (parts_ != nullptr && std::ranges::find(*parts_, i) == parts_->end()) continue;
      const imports::ReadStatement& read = draft_.statements[part.statement];
      const bool is_scp = holder_.kind == Holder::Kind::kNode;
      if (is_scp && read.statement.effect == policy::Effect::kAllow) continue;
      Add(documents, read.version, read.statement, member);
    }
    AddAbove(documents, member);
    return documents;
  }

  [[nodiscard]] decide::Documents Built(const Member* member) const {
    decide::Documents documents;
    for (const BuiltStatements::One* one : built_) {
      // A team's document in another account is another principal's.
      const bool is_elsewhere = one->is_identity && member != nullptr && !one->account.empty() &&
                                one->account != member->account_name;
      if (!is_elsewhere) Add(documents, one->version, one->statement, member);
    }
    AddAbove(documents, member);
    return documents;
  }

  /// The requests are those of a session, by a name that it may have.
  static void ShowAsSession(const Member& session, HolderProof& proof) {
    for (std::optional<policy::Request>* shown : {&proof.gained, &proof.lost}) {
      if (!*shown) continue;
      const std::string arn = decide::ExampleOf(session.arn);
      (*shown)->principal = arn;
      for (policy::ContextKey& key : (*shown)->context) {
        if (policy::EqualIgnoringCase(key.name, "aws:PrincipalArn")) key.values = {arn};
      }
    }
  }

  const Draft& draft_;
  const Holder& holder_;
  std::size_t index_;
  const std::vector<std::size_t>* parts_;  ///< null: all of the holder
  std::vector<const BuiltStatements::One*> built_;
};

HolderProof Compare(const decide::Documents& read, const decide::Documents& built,
                    const catalog::Catalog& catalog) {
  if (decide::AreSaidAlike(read, built)) return {};
  decide::InPlaceOptions options;
  options.questions.catalog = &catalog;
  // Only whether there is a request counts here; those that are shown are sendable.
  options.questions.readable = false;
  const decide::InPlace whole =
      decide::CompareInPlace(read, built, policy::Kind::kIdentity, options);
  if (whole.relation == decide::Relation::kEquivalent) return {};
  options.questions.readable = true;
  options.is_world = true;
  const decide::InPlace sendable =
      decide::CompareInPlace(read, built, policy::Kind::kIdentity, options);
  if (sendable.relation == decide::Relation::kEquivalent) {
    return {HolderProof::Verdict::kSendable};
  }
  HolderProof proof;
  if (sendable.gained) proof.gained = sendable.gained->request;
  if (sendable.lost) proof.lost = sendable.lost->request;
  if (proof.gained || proof.lost) {
    proof.verdict = HolderProof::Verdict::kDifferent;
    return proof;
  }
  proof.verdict = HolderProof::Verdict::kUndecided;
  if (!sendable.obstacles.empty()) proof.because = sendable.obstacles.front().Describe();
  return proof;
}

}  // namespace

BuiltStatements::BuiltStatements(const deployed::Tree& tree) {
  for (const deployed::Policy& policy : tree.policies) {
    const bool is_identity = policy.kind == policy::Kind::kIdentity;
    if (!is_identity && policy.kind != policy::Kind::kScp) continue;
    const bool is_of_account = is_identity && policy.path.starts_with("iam/");
    policy::PolicyDocument document = policy.document();
    for (policy::Statement& statement : document.statements) {
      const auto made = tree.made_by.find(policy.path + " " + statement.sid);
      if (made == tree.made_by.end()) continue;
      for (const std::string& place : made->second) {
        by_place_[place].push_back(statements_.size());
      }
      statements_.push_back({is_identity, is_of_account ? policy.folder : "", document.version,
                             std::move(statement)});
    }
  }
}

std::vector<const BuiltStatements::One*> BuiltStatements::MadeBy(
    const std::vector<std::string>& places) const {
  std::set<std::size_t> made;
  for (const std::string& place : places) {
    const auto at = by_place_.find(place);
    if (at != by_place_.end()) made.insert(at->second.begin(), at->second.end());
  }
  std::vector<const One*> statements;
  for (const std::size_t one : made) statements.push_back(&statements_[one]);
  return statements;
}

HolderProof HolderProofs::OfDocuments(const decide::Documents& read,
                                      const decide::Documents& built) {
  const auto [at, is_new] = known_.try_emplace(std::pair(read, built));
  if (is_new) at->second = Compare(read, built, catalog_);
  return at->second;
}

HolderProof HolderProofs::OfHolder(const Draft& draft, std::size_t holder,
                                   const std::vector<std::string>& places,
                                   const BuiltStatements& built) {
  return Prover(draft, holder, places, built).Run(*this);
}

HolderProof HolderProofs::OfParts(const Draft& draft, const std::vector<std::size_t>& parts,
                                  const std::vector<std::string>& places,
                                  const BuiltStatements& built) {
  return Prover(draft, draft.parts[parts.front()].holder, places, built, &parts).Run(*this);
}

}  // namespace writ::commands
