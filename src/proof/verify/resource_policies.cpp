#include "proof/verify/resource_policies.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "iam/decide/callers.h"
#include "iam/policy/evaluate.h"
#include "iam/policy/pattern.h"
#include "proof/deployed/attachments.h"
#include "proof/verify/formula.h"
#include "proof/verify/spaces.h"

namespace writ::verify {
namespace {

using decide::Space;

/// Account and role, or nothing and the id of an endpoint.
using Resource = std::pair<std::string, std::string>;
using Wanted = std::map<Resource, policy::PolicyDocument>;

void AddTrusts(const Facts& facts, const intent::Permission& permission, Wanted& wanted) {
  const std::optional<Clauses> clauses = Expand(And({During(permission.period), permission.when}));
  if (!clauses) return;
  for (const intent::Holder& holder : permission.holders) {
    for (const intent::Principal& principal : holder.principals) {
      if (principal.kind != intent::Principal::Kind::kService) continue;
      for (const intent::AccountIndex index : holder.accounts) {
        if (!std::ranges::binary_search(permission.accounts, index)) continue;
        for (const std::string& arn : permission.operation.resources) {
          const std::optional<policy::ArnSegments> parts = policy::SplitArn(arn);
          const std::string& here = facts.AccountAt(index).id;
          if (!parts || ((*parts)[4] != "*" && (*parts)[4] != here)) continue;
          const std::string role(parts->back().substr(parts->back().rfind('/') + 1));
          for (const Clause& clause : *clauses) {
            policy::Statement statement;
            statement.effect = policy::Effect::kAllow;
            statement.principal = policy::Principals{
                policy::Sense::kListed, {{policy::PrincipalType::kService, principal.value}}};
            statement.action.values = permission.operation.actions;
            statement.conditions = clause;
            wanted[{facts.AccountAt(index).name, role}].statements.push_back(statement);
          }
        }
      }
    }
  }
}

/// Whether some sentence speaks of calls through the endpoint.
bool IsNamed(const intent::Model& model, intent::EndpointIndex endpoint) {
  const auto names = [endpoint](const std::vector<intent::EndpointIndex>& all) {
    return std::ranges::find(all, endpoint) != all.end();
  };
  return std::ranges::any_of(model.permissions,
                             [&](const auto& said) { return names(said.endpoints); }) ||
         std::ranges::any_of(model.prohibitions, [&](const auto& said) {
           return names(said.endpoints) || (said.unless && names(said.unless->endpoints));
         });
}

/// Calls of the endpoint's accounts pass, whatever they ask for. The organization's id stands for
/// all accounts, also those that the program does not list.
policy::PolicyDocument Passing(const intent::Organization& organization,
                               const intent::Endpoint& endpoint) {
  std::set<std::string> accounts;
  for (const intent::AccountIndex index : endpoint.accounts) {
    accounts.insert(organization.accounts[index.value].id);
  }
  const bool is_everyone =
      !organization.id.empty() && accounts.size() == organization.accounts.size();
  policy::Condition who;
  who.op.base = policy::BaseOperator::kStringEquals;
  who.key = is_everyone ? "aws:PrincipalOrgID" : "aws:PrincipalAccount";
  if (is_everyone) {
    who.values = {organization.id};
  } else {
    who.values = {accounts.begin(), accounts.end()};
  }
  policy::Statement statement;
  statement.effect = policy::Effect::kAllow;
  statement.principal = policy::Principals{policy::Sense::kListed, {policy::Principal{}}};
  statement.action.values = {"*"};
  statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  statement.conditions.push_back(std::move(who));
  policy::PolicyDocument document;
  document.statements.push_back(std::move(statement));
  return document;
}

void AddEndpoints(const intent::Model& model, Wanted& wanted) {
  for (std::uint32_t i = 0; i < model.endpoints.size(); ++i) {
    const intent::Endpoint& endpoint = model.endpoints[i];
    if (endpoint.accounts.empty() || !IsNamed(model, {i})) continue;
    for (const std::string& id : endpoint.vpces) {
      wanted[{"", id}] = Passing(model.organization, endpoint);
    }
  }
}

Wanted WantedBy(const Facts& facts) {
  Wanted wanted;
  for (const intent::Permission& permission : facts.model.permissions) {
    AddTrusts(facts, permission, wanted);
  }
  AddEndpoints(facts.model, wanted);
  return wanted;
}

bool IsAllowed(const policy::Request& request, std::vector<policy::PolicyDocument> endpoint) {
  policy::PolicySet set;
  set.identity.push_back(*policy::Read(R"({"Version":"2012-10-17",
                        "Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
                                       policy::Kind::kIdentity));
  set.vpc_endpoint = std::move(endpoint);
  const auto decision = policy::Evaluate(request, set);
  return decision.ok() && decision->is_allowed();
}

/// Whoever a trust policy admits if its own policies let it: an account as principal hands the
/// decision to that account, where anybody may be permitted to assume the role.
Space WhoMayAssume(const std::vector<policy::PolicyDocument>& documents) {
  policy::PolicySet set;
  set.identity.push_back(FullAccess().document);
  policy::PolicyDocument all;
  for (const policy::PolicyDocument& document : documents) {
    all.version = document.version;
    all.statements.insert(all.statements.end(), document.statements.begin(),
                          document.statements.end());
  }
  set.resource = std::move(all);
  // Of another account both policies are needed, so that what the trust policy says is seen.
  return {std::move(set), decide::Scope{decide::Accounts::kCross, ""}};
}

/// The procedure takes caller and context for independent. A request whose caller is of the account
/// that its context says reads better, if it shows the same.
void MakeOneCaller(const ResourcePolicy& policy,
                   const std::vector<policy::PolicyDocument>& deployed,
                   std::optional<decide::Witness>& witness) {
  if (!witness) return;
  if (policy.kind == policy::Kind::kTrust) {
    // A trust policy names no resource: it is the role's that it belongs to.
    witness->request.resource = policy.role;
    witness->request.resource_account.reset();
    return;
  }
  policy::Request request = witness->request;
  const auto said =
      std::ranges::find(request.context, "aws:PrincipalAccount", &policy::ContextKey::name);
  if (said == request.context.end() || said->values.size() != 1) return;
  request.principal = fmt::format("arn:aws:iam::{}:role/anyone", said->values.front());
  const bool is_shown = IsAllowed(request, {policy.wanted}) != IsAllowed(request, deployed);
  if (is_shown) witness->request = std::move(request);
}

}  // namespace

std::vector<ResourcePolicy> ResourcePolicies(const Facts& facts, const deployed::Tree& tree) {
  const Wanted wanted = WantedBy(facts);
  std::map<Resource, std::vector<const deployed::Policy*>> deployed;
  for (const auto& [resource, document] : wanted) deployed[resource];
  for (const deployed::Attachment& attachment : tree.attachments) {
    const deployed::Policy* const policy = tree.Find(attachment.path);
    if (policy == nullptr || !IsResourceOf(facts, attachment, *policy)) continue;
    const bool is_trust = policy->kind == policy::Kind::kTrust;
    deployed[{is_trust ? policy->folder : "", attachment.id}].push_back(policy);
  }
  std::vector<ResourcePolicy> policies;
  for (auto& [resource, documents] : deployed) {
    const bool is_trust = !resource.first.empty();
    const auto found = wanted.find(resource);
    ResourcePolicy policy;
    policy.kind = is_trust ? policy::Kind::kTrust : policy::Kind::kVpcEndpoint;
    policy.who =
        is_trust ? fmt::format("anyone who may assume {} in {}", resource.second, resource.first)
                 : fmt::format("anyone who calls through {}", resource.second);
    policy.refusal =
        is_trust ? "no sentence allows it" : "the endpoint is not for the caller's account";
    if (found != wanted.end()) policy.wanted = found->second;
    if (is_trust) {
      const auto account = deployed::AccountNamed(facts.model.organization, resource.first);
      WRIT_CHECK(account.has_value(), resource.first);
      policy.role = fmt::format("arn:{}:iam::{}:role/{}", facts.partition(),
                                facts.AccountAt(*account).id, resource.second);
    }
    policy.deployed = std::move(documents);
    policies.push_back(std::move(policy));
  }
  return policies;
}

bool IsResourceOf(const Facts& facts, const deployed::Attachment& attachment,
                  const deployed::Policy& policy) {
  if (policy.kind == policy::Kind::kTrust) {
    return attachment.to == "role" &&
           deployed::AccountNamed(facts.model.organization, policy.folder).has_value();
  }
  if (policy.kind != policy::Kind::kVpcEndpoint || attachment.to != "vpc-endpoint") return false;
  Wanted wanted;
  AddEndpoints(facts.model, wanted);
  return wanted.contains({"", attachment.id});
}

std::vector<std::string> UnknownPrincipals(const ResourcePolicy& policy) {
  std::vector<std::string> unknown;
  if (policy.kind != policy::Kind::kTrust) return unknown;
  for (const deployed::Policy* deployed : policy.deployed) {
    const policy::PolicyDocument document = deployed->document();
    for (const policy::Statement& statement : document.statements) {
      if (statement.effect != policy::Effect::kAllow || !statement.principal) continue;
      for (const policy::Principal& principal : statement.principal->values) {
        const std::string& value = principal.value;
        const bool by_id = principal.type == policy::PrincipalType::kAws && value != "*" &&
                           !value.starts_with("arn:") &&
                           value.find_first_not_of("0123456789") != std::string::npos;
        if (by_id || principal.type == policy::PrincipalType::kCanonicalUser) {
          unknown.push_back(value);
        }
      }
    }
  }
  return unknown;
}

decide::Comparison CompareResourcePolicy(const Facts& facts, const ResourcePolicy& policy,
                                         const decide::Options& options) {
  std::vector<policy::PolicyDocument> deployed;
  for (const deployed::Policy* document : policy.deployed) {
    deployed.push_back(InPartition(document->document(), facts.partition()));
  }
  const auto space = [&](const std::vector<policy::PolicyDocument>& documents) {
    return policy.kind == policy::Kind::kTrust ? WhoMayAssume(documents)
                                               : Space::Of(documents, policy.kind);
  };
  const Space said = space({InPartition(policy.wanted, facts.partition())});
  const Space found = space(deployed);
  const std::vector<std::optional<policy::PolicyDocument>> truths{
      decide::AnyoneAgrees(said.documents(), found.documents(), facts.model.organization.id)};
  decide::Comparison comparison = decide::Compare(AmongTrue(said, facts.catalog, truths),
                                                  AmongTrue(found, facts.catalog, truths), options);
  MakeOneCaller(policy, deployed, comparison.gained);
  MakeOneCaller(policy, deployed, comparison.lost);
  // Of two requests that refute it one that somebody can send is enough.
  if (comparison.gained && comparison.lost && options.catalog != nullptr) {
    const auto can_be_sent = [&](const std::optional<decide::Witness>& witness) {
      return decide::FaultsOf(witness->request, *options.catalog).empty();
    };
    const bool is_gained = can_be_sent(comparison.gained);
    const bool is_lost = can_be_sent(comparison.lost);
    if (is_lost && !is_gained) comparison.gained.reset();
    if (is_gained && !is_lost) comparison.lost.reset();
  }
  return comparison;
}

}  // namespace writ::verify
