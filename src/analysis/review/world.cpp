#include "analysis/review/world.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "facts/catalog/catalog.h"
#include "iam/decide/affiliation.h"
#include "iam/policy/pattern.h"
#include "program/intent/label.h"
#include "proof/deployed/joining.h"
#include "proof/verify/spaces.h"

namespace writ::review {
namespace {

using PrincipalKind = intent::Principal::Kind;

constexpr std::string_view kReservedRoles = "role/aws-reserved/sso.amazonaws.com/";

policy::Kind KindOf(lower::Document::Kind kind) {
  switch (kind) {
    case lower::Document::Kind::kIdentity:
    case lower::Document::Kind::kPermissionSet:
      return policy::Kind::kIdentity;
    case lower::Document::Kind::kScp:
      return policy::Kind::kScp;
    case lower::Document::Kind::kRcp:
      return policy::Kind::kRcp;
    case lower::Document::Kind::kTrust:
      return policy::Kind::kTrust;
    case lower::Document::Kind::kEndpoint:
      return policy::Kind::kVpcEndpoint;
  }
  return policy::Kind::kIdentity;
}

HeldDocument Hold(const lower::Document& document) {
  HeldDocument held;
  held.name = document.folder + "/" + document.name;
  held.kind = KindOf(document.kind);
  for (const lower::Sourced& sourced : document.statements) {
    held.document.statements.push_back(sourced.statement);
    held.sources.push_back({sourced.from, sourced.reason, {}});
  }
  return held;
}

/// Nodes from the root down to the account's own.
std::vector<std::string> PathTo(const intent::Organization& organization,
                                intent::NodeIndex account_node) {
  std::vector<std::string> names;
  std::optional<intent::NodeIndex> at = account_node;
  while (at) {
    const intent::Node& node = organization.nodes[at->value];
    names.push_back(node.name);
    at = node.parent;
  }
  std::ranges::reverse(names);
  return names;
}

/// "tag:key=value" of a lowered attachment, or the name of a role or user.
intent::Principal PrincipalOf(const lower::Attachment& attachment) {
  const std::string& id = attachment.id;
  if (attachment.to == "permission-set") return {PrincipalKind::kPermissionSet, id, {}};
  if (id.starts_with("tag:")) {
    const std::size_t equals = id.find('=');
    return {PrincipalKind::kTag, id.substr(equals + 1), id.substr(4, equals - 4)};
  }
  if (attachment.to == "user") return {PrincipalKind::kUser, id, {}};
  return {PrincipalKind::kRole, id, {}};
}

void AddGroup(std::map<std::string, Group>& groups, const intent::Holder& holder) {
  Group& group = groups[LabelOf(holder)];
  group.label = LabelOf(holder);
  if (group.principals.empty()) group.principals = holder.principals;
  std::set<std::size_t> places(group.places.begin(), group.places.end());
  for (const intent::AccountIndex account : holder.accounts) places.insert(account.value);
  group.places.assign(places.begin(), places.end());
  std::set<intent::NodeIndex> units(group.units.begin(), group.units.end());
  units.insert(holder.units.begin(), holder.units.end());
  group.units.assign(units.begin(), units.end());
}

}  // namespace

std::string_view NameIn(std::string_view arn) {
  const std::optional<policy::ArnSegments> segments = policy::SplitArn(arn);
  return segments ? segments->back() : std::string_view();
}

std::optional<policy::Statement> AsMetIn(const Place& place, policy::Statement statement,
                                         policy::Version version) {
  const std::string& account = place.id;
  bool is_met = true;
  std::erase_if(statement.conditions, [&](const policy::Condition& condition) {
    const auto holds = decide::HoldsOfMembers(condition, version, place.affiliation);
    is_met = is_met && holds.value_or(true);
    return holds.has_value();
  });
  if (!is_met) return std::nullopt;
  constexpr std::string_view kVariable = "${aws:PrincipalAccount}";
  const auto fill = [&](std::vector<std::string>& texts) {
    for (std::string& text : texts) {
      for (std::size_t at = text.find(kVariable); at != std::string::npos;
           at = text.find(kVariable, at)) {
        text.replace(at, kVariable.size(), account);
      }
    }
  };
  for (policy::Condition& condition : statement.conditions) fill(condition.values);
  if (!statement.resource) return statement;
  fill(statement.resource->values);
  if (statement.resource->sense != policy::Sense::kListed) return statement;
  std::vector<std::string> owned;
  for (const std::string& resource : statement.resource->values) {
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(resource);
    if (!segments || (*segments)[4] != "*") return statement;
    const auto at = static_cast<std::size_t>((*segments)[4].data() - resource.data());
    owned.push_back(std::string(resource).replace(at, 1, account));
  }
  const auto erased = std::erase_if(statement.conditions, [&](const policy::Condition& condition) {
    return condition.key == "aws:ResourceAccount" &&
           policy::OperatorName(condition.op) == "StringEquals" &&
           condition.values == std::vector<std::string>{account};
  });
  if (erased > 0) statement.resource->values = std::move(owned);
  return statement;
}

bool IsBoundIn(const World& world, const Group& group, std::size_t place) {
  if (std::ranges::find(group.places, place) != group.places.end()) return true;
  for (auto unit = world.places[place].joins; unit; unit = world.units[*unit].parent) {
    if (std::ranges::find(group.units, world.units[*unit].node) != group.units.end()) return true;
  }
  return false;
}

std::vector<Group> GroupsOf(const intent::Model& model) {
  std::map<std::string, Group> groups;
  for (const intent::Team& team : model.teams) {
    AddGroup(groups, {team.name, team.principals, team.accounts, team.units});
  }
  for (const intent::Permission& permission : model.permissions) {
    for (const intent::Holder& holder : permission.holders) {
      if (holder.team.empty()) AddGroup(groups, holder);
    }
  }
  std::vector<Group> list;
  for (auto& [label, group] : groups) list.push_back(std::move(group));
  return list;
}

std::optional<std::size_t> World::FindPlace(std::string_view id_or_name) const {
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].id == id_or_name || places[i].name == id_or_name) return i;
  }
  return std::nullopt;
}

namespace {

std::vector<RoleOfService> ServicesOf(const intent::Model& model) {
  std::set<RoleOfService> services;
  for (const intent::Permission& permission : model.permissions) {
    for (const intent::Holder& holder : permission.holders) {
      for (const intent::Principal& principal : holder.principals) {
        if (principal.kind != PrincipalKind::kService) continue;
        for (const intent::AccountIndex account : holder.accounts) {
          const std::string& id = model.organization.accounts[account.value].id;
          if (!std::ranges::binary_search(permission.accounts, account)) continue;
          for (const std::string& arn : permission.operation.resources) {
            const std::optional<policy::ArnSegments> parts = policy::SplitArn(arn);
            if (!parts || ((*parts)[4] != "*" && (*parts)[4] != id)) continue;
            services.insert({id, arn.substr(arn.find_last_of(":/") + 1), principal.value});
          }
        }
      }
    }
  }
  return {services.begin(), services.end()};
}

}  // namespace

void AddUnits(const intent::Organization& organization, World& world) {
  std::map<intent::NodeIndex, std::size_t> numbers;
  for (std::uint32_t i = 0; i < organization.nodes.size(); ++i) {
    const intent::Node& node = organization.nodes[i];
    if (node.kind == intent::Node::Kind::kAccount) continue;
    Unit unit;
    unit.name = node.name;
    unit.id = node.id;
    unit.node = {i};
    unit.is_root = node.kind == intent::Node::Kind::kRoot;
    if (node.parent) unit.parent = numbers.at(*node.parent);
    unit.path = deployed::PathBelow(organization, {i});
    unit.outline = deployed::OutlineBelow(organization, {i});
    numbers.emplace(intent::NodeIndex{i}, world.units.size());
    world.units.push_back(std::move(unit));
  }
  world.unit_head = deployed::UnitHead(organization);
  for (std::size_t i = 0; i < organization.accounts.size(); ++i) {
    const auto& parent = organization.nodes[organization.accounts[i].node.value].parent;
    if (parent) world.places[i].unit = numbers.at(*parent);
  }
}

World MakeWorld(const intent::Model& model, const lower::Bundle& bundle) {
  World world;
  world.partition = model.organization.partition;
  world.organization = model.organization.id;
  world.groups = GroupsOf(model);
  world.services = ServicesOf(model);
  for (const intent::Permission& permission : model.permissions) {
    world.sentences.emplace(permission.origin.place, permission.origin.sentence);
  }
  for (const intent::Prohibition& prohibition : model.prohibitions) {
    world.sentences.emplace(prohibition.origin.place, prohibition.origin.sentence);
  }
  for (const intent::Perimeter& perimeter : model.perimeters) {
    world.sentences.emplace(perimeter.origin.place, perimeter.origin.sentence);
  }
  std::map<std::string, std::size_t> by_name;
  std::map<std::string, std::size_t> rcps;
  for (const lower::Document& document : bundle.documents) {
    // Those of a node have the name of its SCPs.
    const bool is_rcp = document.kind == lower::Document::Kind::kRcp;
    std::vector<HeldDocument>& list = is_rcp ? world.rcps : world.documents;
    (is_rcp ? rcps : by_name)[document.folder + "/" + document.name] = list.size();
    list.push_back(Hold(document));
  }
  const intent::Organization& organization = model.organization;
  for (std::uint32_t i = 0; i < organization.accounts.size(); ++i) {
    const intent::Account& account = organization.accounts[i];
    Place place{account.name, account.id, {}, account.management};
    place.affiliation = verify::HomeOf(organization, {i}).affiliation;
    for (const std::string& node : PathTo(model.organization, account.node)) {
      const auto found = by_name.find("organization/" + node);
      if (found != by_name.end()) place.scps.push_back(found->second);
      const auto rcp = rcps.find("organization/" + node);
      if (rcp != rcps.end()) place.rcps.push_back(rcp->second);
    }
    world.places.push_back(std::move(place));
  }
  AddUnits(organization, world);
  for (Unit& unit : world.units) {
    if (unit.parent) unit.scps = world.units[*unit.parent].scps;
    if (unit.parent) unit.rcps = world.units[*unit.parent].rcps;
    const auto found = by_name.find("organization/" + unit.name);
    if (found != by_name.end()) unit.scps.push_back(found->second);
    const auto rcp = rcps.find("organization/" + unit.name);
    if (rcp != rcps.end()) unit.rcps.push_back(rcp->second);
  }
  for (const lower::Attachment& attachment : bundle.attachments) {
    const auto document = by_name.find(attachment.folder + "/" + attachment.name);
    if (document == by_name.end()) continue;
    if (world.documents[document->second].kind != policy::Kind::kIdentity) continue;
    Holding holding{document->second, std::nullopt, PrincipalOf(attachment)};
    if (attachment.folder.starts_with("iam/")) {
      holding.place = world.FindPlace(attachment.folder.substr(4));
      WRIT_CHECK(holding.place.has_value(), attachment.folder);
    }
    world.holdings.push_back(std::move(holding));
  }
  return world;
}

// ---- callers ------------------------------------------------------------------------------------

Caller CallerOf(const World& world, const Group& group, const intent::Principal& principal,
                std::size_t place) {
  Caller caller;
  caller.label = group.label;
  caller.place = place;
  caller.pattern = PatternOf(world, principal, place);
  const std::string iam = fmt::format("arn:{}:iam::{}:", world.partition, world.places[place].id);
  switch (principal.kind) {
    case PrincipalKind::kRole:
      caller.arn = iam + "role/" + decide::ExampleOf(principal.value);
      break;
    case PrincipalKind::kUser:
      caller.arn = iam + "user/" + decide::ExampleOf(principal.value);
      break;
    case PrincipalKind::kPermissionSet:
      caller.arn = fmt::format("{}{}us-east-1/AWSReservedSSO_{}_0123456789abcdef", iam,
                               kReservedRoles, principal.value);
      break;
    case PrincipalKind::kTag:
      caller.arn = iam + "role/example";
      caller.keys.push_back({"aws:PrincipalTag/" + principal.tag_key, false, {principal.value}});
      break;
    case PrincipalKind::kService:
      caller.arn = principal.value;
      caller.is_service = true;
      break;
  }
  return caller;
}

std::string PatternOf(const World& world, const intent::Principal& principal, std::size_t place) {
  const std::string iam = fmt::format("arn:{}:iam::{}:", world.partition, world.places[place].id);
  switch (principal.kind) {
    case PrincipalKind::kRole:
      return iam + "role/" + principal.value;
    case PrincipalKind::kUser:
      return iam + "user/" + principal.value;
    case PrincipalKind::kPermissionSet:
      // Right below the service's path, or in a folder of a region.
      return fmt::format(
          "{}role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_{}_????????????????", iam,
          principal.value);
    case PrincipalKind::kTag:
      return fmt::format("arn:{}:*::{}:*", world.partition, world.places[place].id);
    case PrincipalKind::kService:
      return "";
  }
  return "";
}

std::vector<Caller> CallersOf(const World& world, const Group& group, std::size_t place) {
  std::vector<Caller> callers;
  if (std::ranges::find(group.places, place) == group.places.end()) return callers;
  for (const intent::Principal& principal : group.principals) {
    callers.push_back(CallerOf(world, group, principal, place));
  }
  return callers;
}

Caller AnyoneElse(const World& world, std::size_t place) {
  Caller caller;
  caller.label = "anyone else";
  caller.place = place;
  caller.arn =
      fmt::format("arn:{}:iam::{}:role/anyone-else", world.partition, world.places[place].id);
  caller.is_anyone = true;
  return caller;
}

bool IsOne(const intent::Principal& principal, const std::string& account_id,
           const Caller& caller) {
  if (principal.kind == PrincipalKind::kService) return caller.arn == principal.value;
  if (caller.is_service) return false;
  const std::string_view tail = NameIn(caller.arn);
  if (caller.arn.find(":" + account_id + ":") == std::string::npos) return false;
  switch (principal.kind) {
    case PrincipalKind::kRole:
      return catalog::MatchesPattern("role/" + principal.value, tail);
    case PrincipalKind::kUser:
      return caller.user.empty() ? catalog::MatchesPattern("user/" + principal.value, tail)
                                 : caller.user == principal.value;
    case PrincipalKind::kPermissionSet:
      return catalog::MatchesPattern(
          fmt::format("{}*AWSReservedSSO_{}_????????????????", kReservedRoles, principal.value),
          tail);
    case PrincipalKind::kTag:
      return std::ranges::any_of(caller.keys, [&](const policy::ContextKey& key) {
        return key.name == "aws:PrincipalTag/" + principal.tag_key &&
               key.values == std::vector<std::string>{principal.value};
      });
    case PrincipalKind::kService:
      return false;
  }
  return false;
}

// ---- judge --------------------------------------------------------------------------------------

const policy::PolicyDocument& FullAccess() {
  static const policy::PolicyDocument document = [] {
    policy::Statement statement;
    statement.action = {policy::Sense::kListed, {"*"}};
    statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
    policy::PolicyDocument full;
    full.statements.push_back(std::move(statement));
    return full;
  }();
  return document;
}

namespace {

/// Whether the request has a tag that the caller is without: it is none of the caller's.
bool IsOfAnother(const Caller& caller, const policy::Request& request) {
  return std::ranges::any_of(request.context, [&](const policy::ContextKey& key) {
    return std::ranges::any_of(caller.without, [&](const policy::ContextKey& tag) {
      return policy::EqualIgnoringCase(tag.name, key.name) && tag.values == key.values;
    });
  });
}

/// All rights of somebody who has none of the tags.
policy::PolicyDocument FullAccessWithout(const std::vector<policy::ContextKey>& tags) {
  policy::PolicyDocument full = FullAccess();
  for (const policy::ContextKey& tag : tags) {
    policy::Statement statement = full.statements.front();
    statement.effect = policy::Effect::kDeny;
    statement.conditions.push_back(
        {{policy::SetQualifier::kNone, policy::BaseOperator::kStringEquals, false},
         tag.name,
         tag.values});
    full.statements.push_back(std::move(statement));
  }
  return full;
}

}  // namespace

struct Judge::Impl {
  explicit Impl(const World& the_world) : world(the_world), full(FullAccess(), policy::Kind::kScp) {
    for (const HeldDocument& held : world.documents) {
      compiled.emplace_back(held.document, held.kind);
    }
    held_in.resize(world.places.size());
    for (const Holding& holding : world.holdings) {
      (holding.place ? held_in[*holding.place] : held_everywhere).push_back(&holding);
    }
  }

  const World& world;
  std::vector<std::vector<const Holding*>> held_in;  ///< by place
  std::vector<const Holding*> held_everywhere;
  policy::CompiledPolicy full;
  std::vector<policy::CompiledPolicy> compiled;
  /// By ARN and what it does not tell: whose rights a session has, and tags.
  std::map<std::tuple<std::string, std::string, std::vector<policy::ContextKey>>,
           std::vector<std::size_t>>
      identity;
};

Judge::Judge(const World& world) : impl_(std::make_unique<Impl>(world)) {}
Judge::~Judge() = default;
Judge::Judge(Judge&&) noexcept = default;
Judge& Judge::operator=(Judge&&) noexcept = default;

const std::vector<std::size_t>& Judge::IdentityOf(const Caller& caller) {
  const auto [found, fresh] =
      impl_->identity.try_emplace(std::tuple(caller.arn, caller.user, caller.keys));
  if (!fresh || caller.is_anyone || caller.is_service) return found->second;
  const World& world = impl_->world;
  std::set<std::size_t> documents;
  for (const auto* held : {&impl_->held_in[caller.place], &impl_->held_everywhere}) {
    for (const Holding* holding : *held) {
      if (IsOne(holding->principal, world.places[caller.place].id, caller)) {
        documents.insert(holding->document);
      }
    }
  }
  found->second.assign(documents.begin(), documents.end());
  return found->second;
}

policy::Request Judge::As(const Caller& caller, policy::Request request) const {
  const World& world = impl_->world;
  request.principal = caller.arn;
  for (const policy::ContextKey& key : caller.keys) {
    const bool known = std::ranges::any_of(request.context, [&](const policy::ContextKey& other) {
      return policy::EqualIgnoringCase(other.name, key.name);
    });
    if (!known) request.context.push_back(key);
  }
  return decide::Complete(std::move(request), world.places[caller.place].affiliation);
}

bool Judge::KnowsAffiliation(const Caller& caller, std::string_view key) const {
  if (caller.is_service) return false;
  const decide::Affiliation& known = impl_->world.places[caller.place].affiliation;
  if (policy::EqualIgnoringCase(key, "aws:PrincipalOrgID")) return !known.organization.empty();
  return policy::EqualIgnoringCase(key, "aws:PrincipalOrgPaths") && !known.path.empty();
}

Judgement Judge::Decide(const Caller& caller, const policy::Request& request) {
  if (IsOfAnother(caller, request)) return {};
  Impl& impl = *impl_;
  const World& world = impl.world;
  policy::CompiledSet set;
  std::vector<std::optional<std::size_t>> identity;
  std::vector<std::optional<std::size_t>> scps{std::nullopt};
  std::optional<std::size_t> resource;
  if (caller.is_service) {
    const std::string role = request.resource.substr(request.resource.find_last_of(":/") + 1);
    const std::string name = fmt::format("trust/{}/{}", world.places[caller.place].name, role);
    // The role is one of the account in its ARN.
    const std::optional<policy::ArnSegments> arn = policy::SplitArn(request.resource);
    const bool is_here = arn && (*arn)[4] == world.places[caller.place].id;
    for (std::size_t i = 0; is_here && i < world.documents.size(); ++i) {
      const std::string& known = world.documents[i].name;
      if (known == name || known == name + ".trust.json") resource = i;
    }
    if (resource) set.resource = &impl.compiled[*resource];
    if (caller.is_outside) {
      identity.emplace_back();
      set.identity.push_back(&impl.full);
    }
  } else if (caller.is_anyone) {
    identity.emplace_back();
    set.identity.push_back(&impl.full);
  } else {
    for (const std::size_t document : IdentityOf(caller)) {
      identity.emplace_back(document);
      set.identity.push_back(&impl.compiled[document]);
    }
  }
  const Place& place = world.places[caller.place];
  if (!place.management && !caller.is_service) {
    set.scps.push_back({&impl.full});
    for (const std::size_t document : place.scps) {
      scps.emplace_back(document);
      set.scps.front().push_back(&impl.compiled[document]);
    }
  }
  const auto prepared = policy::Prepare(request);
  WRIT_CHECK(prepared.ok(), prepared.ok() ? "" : prepared.error().message);
  Judgement judgement;
  judgement.decision = policy::Evaluate(*prepared, set, {}, policy::Explain::kStatements);
  for (const policy::StatementRef& ref : judgement.decision.statements) {
    Reason reason{ref.layer, std::nullopt, ref.statement, ref.effect};
    if (ref.layer == policy::Layer::kIdentity) reason.document = identity[ref.policy];
    if (ref.layer == policy::Layer::kScp) reason.document = scps[ref.policy];
    if (ref.layer == policy::Layer::kResource) reason.document = resource;
    judgement.reasons.push_back(reason);
  }
  return judgement;
}

policy::PolicySet Judge::PoliciesOf(const Caller& caller) {
  const World& world = impl_->world;
  const auto met = [&](std::size_t document) {
    policy::PolicyDocument all = world.documents[document].document;
    std::vector<policy::Statement> here;
    for (policy::Statement& statement : all.statements) {
      auto one = AsMetIn(world.places[caller.place], std::move(statement), all.version);
      if (one) here.push_back(*std::move(one));
    }
    all.statements = std::move(here);
    return all;
  };
  policy::PolicySet set;
  if (caller.is_anyone) {
    set.identity.push_back(FullAccessWithout(caller.without));
  } else {
    for (const std::size_t document : IdentityOf(caller)) {
      set.identity.push_back(met(document));
    }
  }
  const Place& place = world.places[caller.place];
  if (!place.management && !place.scps.empty()) {
    set.scps.push_back({FullAccess()});
    for (const std::size_t document : place.scps) {
      set.scps.front().push_back(met(document));
    }
  }
  return set;
}

}  // namespace writ::review
