#include "oracle.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "elements.h"
#include "iam/decide/space.h"
#include "iam/policy/fingerprint.h"

namespace writ::minimise {
namespace {

using policy::PolicyDocument;
using policy::Statement;

/// Steps for one question of the search; proofs have decide's own budget.
constexpr std::uint64_t kQuestionBudget = 100'000;

/// Statements as what an identity policy allows: only which requests they apply to counts.
decide::Space Applying(policy::Version version, const std::vector<Statement>& statements) {
  PolicyDocument document;
  document.version = version;
  for (Statement statement : statements) {
    statement.effect = policy::Effect::kAllow;
    statement.principal.reset();
    if (!statement.resource) statement.resource = policy::Patterns{{}, {"*"}};
    document.statements.push_back(std::move(statement));
  }
  return decide::Space::Of(std::move(document), policy::Kind::kIdentity);
}

bool IsAboutEveryone(const Statement& statement) {
  if (!statement.principal || statement.principal->sense != policy::Sense::kListed) return false;
  return std::ranges::any_of(statement.principal->values, [](const policy::Principal& p) {
    return p.type == policy::PrincipalType::kEveryone;
  });
}

std::vector<Statement> Denials(const PolicyDocument& document) {
  std::vector<Statement> denials;
  for (const Statement& statement : document.statements) {
    if (statement.effect == policy::Effect::kDeny) denials.push_back(statement);
  }
  for (Statement& statement : denials) statement.sid.clear();
  std::ranges::sort(denials);
  return denials;
}

/// What a document denies, as what remains of full access.
decide::Space NotDenied(const PolicyDocument& document, policy::Kind kind) {
  PolicyDocument full;
  full.version = document.version;
  Statement all;
  all.action.values = {"*"};
  if (kind != policy::Kind::kTrust) all.resource = policy::Patterns{{}, {"*"}};
  const bool has_principal = kind == policy::Kind::kResource || kind == policy::Kind::kTrust ||
                             kind == policy::Kind::kVpcEndpoint || kind == policy::Kind::kRcp;
  if (has_principal) all.principal = policy::Principals{};
  if (has_principal) all.principal->values.emplace_back();
  full.statements.push_back(std::move(all));
  for (const Statement& denial : Denials(document)) full.statements.push_back(denial);
  return decide::Space::Of(std::move(full), kind);
}

void Compare(const decide::Space& before, const decide::Space& after,
             const catalog::Catalog* catalog, std::string_view what,
             std::vector<std::string>& reasons) {
  const decide::Comparison comparison =
      decide::Compare(before, after, {.catalog = catalog, .readable = false});
  if (comparison.relation == decide::Relation::kEquivalent) return;
  for (const decide::Obstacle& obstacle : comparison.obstacles) {
    reasons.push_back(obstacle.Describe());
  }
  if (comparison.relation == decide::Relation::kUndecided) return;
  reasons.push_back(
      fmt::format("what is {} would be {}", what, decide::RelationName(comparison.relation)));
}

}  // namespace

std::optional<int> Memory::Find(const support::Fingerprint& question) const {
  const std::lock_guard lock(mutex_);
  const auto found = answers_.find(question);
  return found == answers_.end() ? std::nullopt : std::optional(found->second);
}

void Memory::Keep(support::Fingerprint question, int answer) {
  const std::lock_guard lock(mutex_);
  answers_.emplace(std::move(question), answer);
}

bool Oracle::IsCovered(const Statement& part, const std::vector<const Statement*>& others) {
  std::vector<Statement> near;
  for (const Statement* other : others) {
    if (other->principal != part.principal && !IsAboutEveryone(*other)) continue;
    if (other->resource.has_value() != part.resource.has_value()) continue;
    std::optional<Statement> narrowed = NarrowedTo(part, *other);
    if (!narrowed) continue;
    narrowed->sid.clear();
    narrowed->principal = part.principal;
    if (Includes(*narrowed, part)) return true;
    near.push_back(*std::move(narrowed));
  }
  if (near.empty()) return false;
  if (asked_ >= questions_) {
    ++doubts_;
    return false;
  }
  ++asked_;
  const Answer answer = Ask(part, near);
  if (answer == Answer::kNone) ++doubts_;
  if (answer == Answer::kYes) ++proofs_;
  return answer == Answer::kYes;
}

Oracle::Answer Oracle::Ask(const Statement& part, const std::vector<Statement>& near) const {
  support::Fingerprint question;
  if (memory_ != nullptr) {
    support::FingerprintBuilder print("within");
    print.Enum(version_);
    policy::Print(part, print);
    print.Length(near.size());
    for (const Statement& one : near) policy::Print(one, print);
    question = print.Take();
    if (const std::optional<int> known = memory_->Find(question)) {
      return static_cast<Answer>(*known);
    }
  }
  const decide::Answer found =
      decide::IsWithin(Applying(version_, {part}), Applying(version_, near),
                       {.catalog = catalog_, .readable = false, .budget = kQuestionBudget});
  Answer answer = Answer::kNo;
  if (std::holds_alternative<decide::Proved>(found)) answer = Answer::kYes;
  if (std::holds_alternative<decide::Undecided>(found)) answer = Answer::kNone;
  if (memory_ != nullptr) memory_->Keep(std::move(question), static_cast<int>(answer));
  return answer;
}

std::vector<std::string> Unproved(const PolicyDocument& before, const PolicyDocument& after,
                                  policy::Kind kind, const catalog::Catalog* catalog) {
  std::vector<std::string> reasons;
  if (before == after) return reasons;
  Compare(decide::Space::Of(before, kind), decide::Space::Of(after, kind), catalog, "permitted",
          reasons);
  if (reasons.empty() && Denials(before) != Denials(after)) {
    Compare(NotDenied(before, kind), NotDenied(after, kind), catalog, "not denied", reasons);
  }
  std::ranges::sort(reasons);
  reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
  return reasons;
}

}  // namespace writ::minimise
