#include "mutation/decisions.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "facts/catalog/catalog.h"
#include "iam/policy/account.h"
#include "iam/policy/pattern.h"
#include "proof/deployed/attachments.h"

namespace writ::mutation {
namespace {

constexpr policy::Switches kSwitches{.has_service_rules = false};

std::string ValueOf(const policy::Request& request, std::string_view name) {
  for (const policy::ContextKey& key : request.context) {
    const bool is_it = policy::EqualIgnoringCase(key.name, name) && key.values.size() == 1;
    if (is_it) return key.values.front();
  }
  return "";
}

/// Whether a document that is attached so is the caller's.
bool IsHeld(const deployed::Attachment& attachment, const policy::Caller& caller,
            const policy::Request& request) {
  const bool is_user = caller.kind == policy::CallerKind::kUser;
  const std::string name(is_user ? caller.name.substr(caller.name.rfind('/') + 1) : caller.role);
  if (attachment.to == "permission-set") {
    return name.starts_with(fmt::format("AWSReservedSSO_{}_", attachment.id));
  }
  if (attachment.to != (is_user ? "user" : "role")) return false;
  if (!attachment.id.starts_with("tag:")) return catalog::MatchesPattern(attachment.id, name);
  const std::size_t equals = attachment.id.find('=');
  return ValueOf(request, "aws:PrincipalTag/" + attachment.id.substr(4, equals - 4)) ==
         attachment.id.substr(equals + 1);
}

bool IsAllowed(const policy::Request& request, const policy::CompiledSet& set) {
  const auto prepared = policy::Prepare(request);
  REQUIRE(prepared.ok());
  return policy::Evaluate(*prepared, set, kSwitches).is_allowed();
}

}  // namespace

Decisions::Decisions(const deployed::Tree& tree, const intent::Organization& organization)
    : organization_(organization) {
  const auto read = [&](const char* text, policy::Kind kind) {
    return Compile(*policy::Read(text, kind), kind);
  };
  full_ =
      read(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
           policy::Kind::kIdentity);
  everyone_ = read(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*",
      "Action":"*","Resource":"*"}})",
                   policy::Kind::kResource);
  for (const deployed::Attachment& one : tree.attachments) {
    const deployed::Policy* const policy = tree.Find(one.path);
    if (policy == nullptr) continue;
    const policy::CompiledPolicy* const compiled = Compile(policy->document(), policy->kind);
    switch (policy->kind) {
      case policy::Kind::kScp:
      case policy::Kind::kRcp: {
        const auto node = deployed::NodeOf(organization, tree, one);
        if (!node) continue;
        Levels& level = (policy->kind == policy::Kind::kScp ? scps_ : rcps_)[*node];
        if (level.empty()) level.push_back({full_});
        level.front().push_back(compiled);
        break;
      }
      case policy::Kind::kTrust:
        trusts_[fmt::format("trust {} {}", policy->folder, one.id)] = compiled;
        break;
      case policy::Kind::kVpcEndpoint:
        endpoints_["endpoint " + one.id] = compiled;
        break;
      default:
        held_.push_back({&one, compiled, policy->folder});
    }
  }
}

const policy::CompiledPolicy* Decisions::Compile(const policy::PolicyDocument& document,
                                                 policy::Kind kind) {
  return &compiled_.emplace_back(document, kind, kSwitches);
}

/// The account's node, or all nodes where accounts may join.
std::vector<std::size_t> Decisions::NodesOf(std::string_view account) const {
  std::vector<std::size_t> nodes;
  for (const intent::Account& one : organization_.accounts) {
    if (one.id == account) return {one.node.value};
  }
  for (std::size_t i = 0; i < organization_.nodes.size(); ++i) {
    if (organization_.nodes[i].kind != intent::Node::Kind::kAccount) nodes.push_back(i);
  }
  return nodes;
}

Decisions::Levels Decisions::LevelsAt(std::size_t node,
                                      const std::map<std::size_t, Levels>& all) const {
  Levels levels;
  for (std::optional<intent::NodeIndex> at = intent::NodeIndex{static_cast<std::uint32_t>(node)};
       at; at = organization_.nodes[at->value].parent) {
    const auto found = all.find(at->value);
    if (found != all.end()) levels.push_back(found->second.front());
  }
  return levels;
}

std::vector<const policy::CompiledPolicy*> Decisions::Own(const policy::Request& request) const {
  std::vector<const policy::CompiledPolicy*> own;
  const auto caller = policy::ParseCaller(request.principal);
  if (!caller) return own;
  for (const Held& held : held_) {
    const bool is_here =
        held.folder.empty() ||
        std::ranges::any_of(organization_.accounts, [&](const intent::Account& one) {
          return one.name == held.folder && one.id == caller->account;
        });
    const bool is_set = held.attachment->to == "permission-set";
    if ((is_set || is_here) && IsHeld(*held.attachment, *caller, request)) {
      own.push_back(held.policy);
    }
  }
  return own;
}

void Decisions::OfCaller(const policy::Request& request,
                         std::map<std::string, bool>& decided) const {
  const auto caller = policy::ParseCaller(request.principal);
  if (!caller || caller->account.empty()) return;
  for (const std::size_t node : NodesOf(caller->account)) {
    policy::CompiledSet set;
    const bool is_bound = std::ranges::none_of(
        organization_.accounts,
        [&](const intent::Account& one) { return one.management && one.id == caller->account; });
    if (is_bound) set.scps = LevelsAt(node, scps_);
    set.identity = {full_};
    const std::string& name = organization_.nodes[node].name;
    decided[name + ", any policies"] = IsAllowed(request, set);
    set.identity = Own(request);
    decided[name + ", own policies"] = IsAllowed(request, set);
  }
}

void Decisions::OfResource(const policy::Request& request,
                           std::map<std::string, bool>& decided) const {
  const auto segments = policy::SplitArn(request.resource);
  std::string owner = ValueOf(request, "aws:ResourceAccount");
  if (owner.empty() && segments) owner = (*segments)[4];
  for (const std::size_t node : policy::IsAccountId(owner) ? NodesOf(owner) : NodesOf("")) {
    policy::CompiledSet set;
    set.identity = {full_};
    set.resource = everyone_;
    set.rcps = LevelsAt(node, rcps_);
    decided[organization_.nodes[node].name + ", its resources"] = IsAllowed(request, set);
  }
  for (const auto& [name, policy] : trusts_) {
    policy::CompiledSet set;
    set.resource = policy;
    decided[name] = IsAllowed(request, set);
    set.identity = {full_};
    policy::Request across = request;
    across.resource_account = "999999999999";
    decided[name + ", of others"] = IsAllowed(across, set);
  }
  for (const auto& [name, policy] : endpoints_) {
    policy::CompiledSet set;
    set.identity = {full_};
    set.resource = everyone_;
    set.vpc_endpoint = {policy};
    decided[name] = IsAllowed(request, set);
  }
}

std::map<std::string, bool> Decisions::Of(const policy::Request& request) const {
  std::map<std::string, bool> decided;
  OfCaller(request, decided);
  OfResource(request, decided);
  return decided;
}

}  // namespace writ::mutation
