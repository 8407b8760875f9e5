#include "compiler/organization_facts.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "analysis/review/world.h"

namespace writ::compiler {
namespace {

std::string TextOf(const intent::Principal& principal) {
  using Kind = intent::Principal::Kind;
  switch (principal.kind) {
    case Kind::kRole:
      return "role/" + principal.value;
    case Kind::kUser:
      return "user/" + principal.value;
    case Kind::kPermissionSet:
      return "permission-set/" + principal.value;
    case Kind::kService:
      return "service/" + principal.value;
    case Kind::kTag:
      return fmt::format("tag/{}={}", principal.tag_key, principal.value);
  }
  return {};
}

std::vector<std::string> PathOf(const intent::Organization& organization,
                                const intent::Account& account) {
  std::vector<std::string> path;
  for (std::optional<intent::NodeIndex> at = account.node; at;
       at = organization.nodes[at->value].parent) {
    path.push_back(organization.nodes[at->value].name);
  }
  std::ranges::reverse(path);
  return path;
}

}  // namespace

emit::OrganizationFacts OrganizationOf(const intent::Model& model) {
  emit::OrganizationFacts facts;
  facts.id = model.organization.id;
  for (const intent::Node& node : model.organization.nodes) {
    if (node.kind == intent::Node::Kind::kUnit && !node.id.empty()) {
      facts.units.emplace(node.name, node.id);
    }
  }
  facts.partition = model.organization.partition;
  for (const intent::Account& account : model.organization.accounts) {
    facts.accounts.push_back(
        {account.name, account.id, account.management, PathOf(model.organization, account)});
  }
  for (const review::Group& group : review::GroupsOf(model)) {
    emit::PrincipalFact fact{group.label, {}, {}};
    for (const intent::Principal& principal : group.principals) {
      fact.principals.push_back(TextOf(principal));
    }
    for (const std::size_t place : group.places) {
      fact.accounts.push_back(model.organization.accounts[place].name);
    }
    facts.principals.push_back(std::move(fact));
  }
  return facts;
}

std::map<std::string, emit::GatewayFact> GatewaysOf(const intent::Model& model) {
  std::map<std::string, emit::GatewayFact> facts;
  for (const intent::Gateway& gateway : model.gateways) {
    facts[gateway.name] = {gateway.arn, gateway.authorizer == intent::Gateway::Authorizer::kOauth};
  }
  return facts;
}

std::map<std::string, std::vector<intent::Origin>> SentencesOf(const intent::Model& model) {
  std::map<std::string, std::vector<intent::Origin>> sentences;
  const auto add = [&](const auto& list) {
    for (const auto& each : list) sentences[each.origin.place].push_back(each.origin);
  };
  add(model.permissions);
  add(model.prohibitions);
  add(model.perimeters);
  add(model.screenings);
  add(model.loggings);
  add(model.watches);
  add(model.retentions);
  add(model.opt_outs);
  add(model.tool_rules);
  return sentences;
}

}  // namespace writ::compiler
