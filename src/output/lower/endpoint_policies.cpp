#include "endpoint_policies.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "conditions.h"
#include "context.h"

namespace writ::lower {
namespace {

/// The places of the sentences that name each endpoint.
std::map<intent::EndpointIndex, std::set<std::string>> NamedBy(const intent::Model& model) {
  std::map<intent::EndpointIndex, std::set<std::string>> places;
  const auto add = [&places](const std::vector<intent::EndpointIndex>& endpoints,
                             const intent::Origin& origin) {
    for (const intent::EndpointIndex index : endpoints) places[index].insert(origin.place);
  };
  for (const intent::Permission& permission : model.permissions) {
    add(permission.endpoints, permission.origin);
  }
  for (const intent::Prohibition& prohibition : model.prohibitions) {
    add(prohibition.endpoints, prohibition.origin);
    if (prohibition.unless) add(prohibition.unless->endpoints, prohibition.origin);
  }
  return places;
}

/// Whose calls pass. An organization has accounts that no program lists: all of them are told by
/// the organization's id.
policy::Condition CallersOf(const intent::Organization& organization,
                            const intent::Endpoint& endpoint) {
  const bool are_all = endpoint.accounts.size() == organization.accounts.size();
  if (are_all && !organization.id.empty()) {
    return Make("StringEquals", "aws:PrincipalOrgID", {organization.id});
  }
  std::vector<std::string> ids;
  for (const intent::AccountIndex account : endpoint.accounts) {
    ids.push_back(organization.accounts[account.value].id);
  }
  return Make("StringEquals", "aws:PrincipalAccount", std::move(ids));
}

}  // namespace

std::vector<EndpointPolicy> EndpointPolicies(const Input& input) {
  std::vector<EndpointPolicy> policies;
  const intent::Organization& organization = input.model.organization;
  for (auto& [index, places] : NamedBy(input.model)) {
    const intent::Endpoint& endpoint = input.model.endpoints[index.value];
    if (endpoint.vpces.empty() || endpoint.accounts.empty()) continue;
    Document document;
    document.kind = Document::Kind::kEndpoint;
    document.folder = "endpoints";
    document.name = endpoint.name;
    for (const intent::AccountIndex account : endpoint.accounts) {
      document.targets.push_back(organization.accounts[account.value].name);
    }
    policy::Statement statement;
    statement.effect = policy::Effect::kAllow;
    statement.principal = policy::Principals{policy::Sense::kListed, {policy::Principal{}}};
    statement.action = Listed({"*"});
    statement.resource = Listed({"*"});
    statement.conditions = {CallersOf(organization, endpoint)};
    places.insert(endpoint.origin.place);
    document.statements.push_back({std::move(statement),
                                   {places.begin(), places.end()},
                                   fmt::format("endpoint {} is for principals of {}", endpoint.name,
                                               fmt::join(document.targets, ", "))});
    std::vector<Attachment> attachments;
    for (const std::string& id : endpoint.vpces) {
      attachments.push_back({document.folder, document.name, "vpc-endpoint", id, false});
    }
    policies.push_back({std::move(document), std::move(attachments)});
  }
  return policies;
}

}  // namespace writ::lower
