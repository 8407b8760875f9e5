#include "writ/lower/lower.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "context.h"
#include "endpoint_policies.h"
#include "forbid.h"
#include "merge.h"
#include "permit.h"
#include "writ/diag/codes/lowering.h"
#include "writ/support/check.h"

namespace writ::lower {
namespace {

using PrincipalKind = intent::Principal::Kind;

/// Statements by account, for a permission set that serves several.
using ByAccount = std::map<std::string, std::vector<Sourced>>;

/// A document's place in the tree.
struct Key {
  std::string folder;
  std::string name;
  auto operator<=>(const Key&) const = default;
};

std::string OneLine(const intent::Origin& origin) {
  return origin.because.empty() ? origin.sentence : origin.because;
}

std::vector<Sourced> WithSource(std::vector<policy::Statement> statements,
                                const intent::Origin& origin) {
  std::vector<Sourced> sourced;
  sourced.reserve(statements.size());
  for (policy::Statement& statement : statements) {
    sourced.push_back({std::move(statement), {origin.place}, OneLine(origin)});
  }
  return sourced;
}

/// A file name for principals that are named in a sentence and not by a team.
std::string NameOf(const intent::Principal& principal) {
  const auto kind = [&] {
    switch (principal.kind) {
      case PrincipalKind::kRole:
        return "role";
      case PrincipalKind::kUser:
        return "user";
      case PrincipalKind::kTag:
        return "tag";
      case PrincipalKind::kPermissionSet:
        return "permission-set";
      case PrincipalKind::kService:
        return "service";
    }
    return "principal";
  };
  std::string name = fmt::format("{}-{}{}", kind(), principal.tag_key, principal.value);
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain) c = '-';
  }
  return name;
}

/// Collects statements into documents.
class Assembler {
 public:
  Assembler(const Input& input, diag::Sink& sink)
      : input_(input), forms_(input.catalog), context_{input, sink, forms_} {}

  Bundle Run() {
    for (const intent::Permission& permission : input_.model.permissions) AddPermission(permission);
    for (const intent::Prohibition& prohibition : input_.model.prohibitions) {
      AddProhibition(prohibition);
    }
    for (EndpointPolicy& endpoint : EndpointPolicies(input_)) {
      const Key key{endpoint.document.folder, endpoint.document.name};
      documents_[key] = std::move(endpoint.document);
      attachments_.insert(endpoint.attachments.begin(), endpoint.attachments.end());
    }
    return Finish();
  }

 private:
  void AddPermission(const intent::Permission& permission);
  void AddHolder(const intent::Permission& permission, const intent::Holder& holder,
                 const intent::Account& account, std::vector<policy::Statement> statements);
  void AddTrust(const intent::Permission& permission, const intent::Account& account,
                const intent::Principal& service);
  void AddProhibition(const intent::Prohibition& prohibition);
  void ReportUnbound(const intent::Origin& origin,
                     const std::vector<intent::GuardrailIndex>& guardrails, const Unbound& unbound,
                     bool spans, std::string_view consequence);
  [[nodiscard]] const std::string& NameOfAccount(const std::string& id) const;
  Bundle Finish();
  Document Finish(const std::string& set, const ByAccount& accounts);
  bool DropIdleTests(Document& document) const;
  Document& DocumentAt(const Key& key, Document::Kind kind, std::vector<std::string> targets);

  const Input& input_;
  ResourceForms forms_;
  Context context_;
  std::map<Key, Document> documents_;
  std::map<std::string, ByAccount> permission_sets_;
  std::map<std::string, std::set<std::string>> served_;  ///< permission set → account ids
  std::set<Attachment> attachments_;
};

/// The document that holds what is said of `key`'s principals, made when first asked for.
Document& Assembler::DocumentAt(const Key& key, Document::Kind kind,
                                std::vector<std::string> targets) {
  const auto [at, is_new] = documents_.try_emplace(key);
  if (is_new) at->second = {kind, key.folder, key.name, std::move(targets), {}};
  return at->second;
}

void Assembler::AddHolder(const intent::Permission& permission, const intent::Holder& holder,
                          const intent::Account& account,
                          std::vector<policy::Statement> statements) {
  std::vector<std::vector<Sourced>*> places;
  std::set<Key> keys;
  for (const intent::Principal& principal : holder.principals) {
    if (principal.kind == PrincipalKind::kService) {
      AddTrust(permission, account, principal);
      continue;
    }
    if (principal.kind == PrincipalKind::kPermissionSet) {
      places.push_back(&permission_sets_[principal.value][account.id]);
      continue;
    }
    const Key key{"iam/" + account.name, holder.team.empty() ? NameOf(principal) : holder.team};
    keys.insert(key);
    const bool user = principal.kind == PrincipalKind::kUser;
    const bool tag = principal.kind == PrincipalKind::kTag;
    attachments_.insert(
        {key.folder, key.name, user ? "user" : "role",
         tag ? fmt::format("tag:{}={}", principal.tag_key, principal.value) : principal.value,
         tag || principal.value.find_first_of("*?") != std::string::npos});
  }
  for (const Key& key : keys) {
    places.push_back(&DocumentAt(key, Document::Kind::kIdentity, {account.name}).statements);
  }
  for (std::vector<Sourced>* const place : places) {
    std::ranges::move(
        WithSource(place == places.back() ? std::move(statements) : statements, permission.origin),
        std::back_inserter(*place));
  }
}

/// `service "x" may do sts:AssumeRole on "arn:…:role/r"`: the trust policy of that role.
void Assembler::AddTrust(const intent::Permission& permission, const intent::Account& account,
                         const intent::Principal& service) {
  Alternatives conditions{PeriodBlock(permission.period)};
  const auto when = ToAlternatives(permission.when, false);
  if (!when) {
    ReportInexpressible(context_, permission.origin, when.error().message);
    return;
  }
  const auto both = Both(conditions, *when);
  if (!both) {
    ReportInexpressible(context_, permission.origin, both.error().message);
    return;
  }
  for (const std::string& arn : permission.operation.resources) {
    const std::string role = arn.substr(arn.find_last_of("/:") + 1);
    const Key key{"trust/" + account.name, role};
    Document& document = DocumentAt(key, Document::Kind::kTrust, {account.name, role});
    for (const Block& block : *both) {
      policy::Statement statement;
      statement.effect = policy::Effect::kAllow;
      statement.principal = policy::Principals{policy::Sense::kListed,
                                               {{policy::PrincipalType::kService, service.value}}};
      statement.action = Listed(permission.operation.actions);
      statement.conditions = block;
      document.statements.push_back(
          {std::move(statement), {permission.origin.place}, OneLine(permission.origin)});
    }
    attachments_.insert({key.folder, key.name, "role", role, false});
  }
}

void Assembler::ReportUnbound(const intent::Origin& origin,
                              const std::vector<intent::GuardrailIndex>& guardrails,
                              const Unbound& unbound, bool spans, std::string_view consequence) {
  if (unbound.empty() || guardrails.empty()) return;
  const std::string& name = context_.GuardrailAt(guardrails.front()).name;
  const auto& [account_id, regions] = *unbound.begin();
  if (input_.bindings.IsBound(name) && spans) {
    std::vector<std::string> places;
    for (const auto& [id, where] : unbound) {
      places.push_back(where.empty()
                           ? NameOfAccount(id)
                           : fmt::format("{} ({})", NameOfAccount(id), fmt::join(where, ", ")));
    }
    context_.sink
        .Report(diag::kGuardrailPartlyBound, origin.span, name,
                fmt::format("{}", fmt::join(places, ", ")))
        .At(std::string(consequence))
        .Suggest("bind it there in writ.bindings.json, or leave those places out of the sentence");
    return;
  }
  const std::vector<std::string> missing(regions.begin(), regions.end());
  diag::Diagnostic& found =
      input_.bindings.IsBound(name)
          ? context_.sink.Report(
                diag::kGuardrailNotBoundHere, origin.span, name, NameOfAccount(account_id),
                missing.empty() ? "any" : fmt::format("{}", fmt::join(missing, ", ")))
          : context_.sink.Report(diag::kGuardrailNotBound, origin.span, name);
  found.At("this sentence needs the guardrail's ARN and version")
      .Suggest("add to writ.bindings.json what AWS assigned:\n" +
               intent::MissingBindingHelp(name, account_id, missing))
      .Note(
          "`writ build --only guardrails` writes the requests that create guardrails and needs no "
          "bindings");
}

const std::string& Assembler::NameOfAccount(const std::string& id) const {
  for (const intent::Account& account : input_.model.organization.accounts) {
    if (account.id == id) return account.name;
  }
  WRIT_CHECK(false, id);
}

void Assembler::AddPermission(const intent::Permission& permission) {
  Unbound unbound;
  std::size_t places = 0;
  for (const intent::Holder& holder : permission.holders) {
    for (const intent::AccountIndex index : holder.accounts) {
      if (!std::ranges::binary_search(permission.accounts, index)) continue;
      const intent::Account& account = context_.AccountAt(index);
      ++places;
      const bool trust =
          std::ranges::all_of(holder.principals, [](const intent::Principal& principal) {
            return principal.kind == PrincipalKind::kService;
          });
      std::vector<policy::Statement> statements;
      if (!trust) statements = Permit(context_, permission, account, unbound);
      if (trust || !statements.empty())
        AddHolder(permission, holder, account, std::move(statements));
    }
  }
  std::set<std::string> regions;
  for (const intent::Call& call : permission.calls) regions.insert(call.region);
  ReportUnbound(permission.origin, permission.guardrails, unbound,
                places * std::max<std::size_t>(regions.size(), 1) > 1, "grants nothing there");
}

void Assembler::AddProhibition(const intent::Prohibition& prohibition) {
  Unbound unbound;
  for (Denial& denial : Forbid(context_, prohibition, unbound)) {
    const intent::Node& node = input_.model.organization.nodes[denial.node.value];
    const Key key{"organization", node.name};
    Document& document = DocumentAt(key, Document::Kind::kScp, {node.name});
    for (Sourced& sourced : WithSource(std::move(denial.statements), prohibition.origin)) {
      document.statements.push_back(std::move(sourced));
    }
    const std::string to = node.kind == intent::Node::Kind::kRoot   ? "root"
                           : node.kind == intent::Node::Kind::kUnit ? "ou"
                                                                    : "account";
    // A program names its organization, not the organization's root.
    const bool root = node.kind == intent::Node::Kind::kRoot;
    attachments_.insert(
        {key.folder, key.name, to, root ? input_.model.organization.id : node.id, false});
  }
  std::vector<intent::GuardrailIndex> guardrails = prohibition.guardrails;
  if (prohibition.unless && guardrails.empty()) guardrails = prohibition.unless->guardrails;
  const bool about_guardrails = prohibition.operation.sort == intent::Sort::kGuardrails;
  if (about_guardrails && !prohibition.operation.things.all) {
    guardrails = prohibition.operation.guardrails;
  }
  ReportUnbound(prohibition.origin, guardrails, unbound, prohibition.accounts.size() > 1,
                about_guardrails ? "forbids nothing there"
                                 : "this cannot be done there, so what it asks it of is refused");
}

/// A permission set's inline policy: what holds in all of its accounts stands once; what holds in
/// some asks for the caller's account.
Document Assembler::Finish(const std::string& set, const ByAccount& accounts) {
  Document document;
  document.kind = Document::Kind::kPermissionSet;
  document.folder = "permission-sets";
  document.name = set;
  document.targets = {set};
  std::map<policy::Statement, std::pair<std::set<std::string>, Sourced>> by_statement;
  for (const auto& [account, statements] : accounts) {
    for (Sourced& sourced : Merge(statements)) {
      auto& [where, kept] = by_statement[sourced.statement];
      where.insert(account);
      std::vector<std::string> from = std::move(kept.from);
      kept = sourced;
      kept.from.insert(kept.from.end(), from.begin(), from.end());
      std::ranges::sort(kept.from);
      kept.from.erase(std::unique(kept.from.begin(), kept.from.end()), kept.from.end());
    }
  }
  const std::set<std::string>& served = served_[set];
  for (auto& [statement, entry] : by_statement) {
    auto& [where, sourced] = entry;
    if (where != served) {
      const Conjoined done =
          Conjoin(sourced.statement.conditions,
                  Make("StringEquals", "aws:PrincipalAccount", {where.begin(), where.end()}));
      if (done == Conjoined::kNever) continue;
      WRIT_CHECK(done == Conjoined::kDone, "the caller's account is asked for once");
    }
    document.statements.push_back(std::move(sourced));
  }
  return document;
}

/// That no profile is named is asked beside calls that name one, so that both share a statement.
/// Where none of a statement's actions can name one, it says nothing. Whether any was dropped.
bool Assembler::DropIdleTests(Document& document) const {
  const std::string& key = input_.library.profile_key();
  const auto may_carry = [&](const std::string& pattern) {
    return std::ranges::any_of(input_.library.modules(), [&](const library::Module& module) {
      return std::ranges::any_of(module.verbs, [&](const library::Verb& verb) {
        return std::ranges::any_of(verb.forbid, [&](const library::Leg& leg) {
          return leg.carries_profile &&
                 std::ranges::any_of(leg.actions, [&](const std::string& action) {
                   return catalog::MatchesPattern(policy::FoldCase(pattern),
                                                  policy::FoldCase(action));
                 });
        });
      });
    });
  };
  bool dropped = false;
  for (Sourced& sourced : document.statements) {
    policy::Statement& statement = sourced.statement;
    if (statement.effect != policy::Effect::kDeny ||
        statement.action.sense != policy::Sense::kListed ||
        std::ranges::any_of(statement.action.values, may_carry)) {
      continue;
    }
    dropped = std::erase_if(statement.conditions, [&](const policy::Condition& condition) {
                return condition.op.base == policy::BaseOperator::kNull &&
                       policy::EqualIgnoringCase(condition.key, key) &&
                       condition.values == std::vector<std::string>{"true"};
              }) > 0 || dropped;
  }
  return dropped;
}

Bundle Assembler::Finish() {
  for (const intent::Team& team : input_.model.teams) {
    for (const intent::Principal& principal : team.principals) {
      if (principal.kind != PrincipalKind::kPermissionSet) continue;
      for (const intent::AccountIndex index : team.accounts) {
        served_[principal.value].insert(context_.AccountAt(index).id);
      }
    }
  }
  for (const auto& [set, accounts] : permission_sets_) {
    for (const auto& [account, statements] : accounts) served_[set].insert(account);
    documents_[{"permission-sets", set}] = Finish(set, accounts);
    attachments_.insert({"permission-sets", set, "permission-set", set, false});
  }
  Bundle bundle;
  for (auto& [key, document] : documents_) {
    document.statements = Merge(std::move(document.statements));
    if (document.kind == Document::Kind::kScp && DropIdleTests(document)) {
      document.statements = Merge(std::move(document.statements));
    }
    if (!document.statements.empty()) bundle.documents.push_back(std::move(document));
  }
  bundle.attachments.assign(attachments_.begin(), attachments_.end());
  return bundle;
}

}  // namespace

Bundle Lower(const Input& input, diag::Sink& sink) { return Assembler(input, sink).Run(); }

}  // namespace writ::lower
