#include "analysis/snapshot/snapshot.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "iam/policy/pattern.h"

namespace writ::snapshot {

std::string_view Describe(Gap::Kind kind) {
  switch (kind) {
    case Gap::Kind::kNotExported:
      return "not in the export";
    case Gap::Kind::kAfterApply:
      return "known after apply";
    case Gap::Kind::kSensitive:
      return "hidden as sensitive";
    case Gap::Kind::kUnresolved:
      return "not resolved before deployment";
    case Gap::Kind::kUnreadable:
      return "unreadable";
  }
  return "";
}

support::Result<policy::PlacedDocument, policy::PolicyErrors> Document::Read(
    policy::Demand demand) const {
  return policy::ReadPlaced(text->view(), kind, demand);
}

bool HasHole(std::string_view text) { return text.find(kHoleBegin) != std::string_view::npos; }

std::string ShowHoles(std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with(kHoleBegin)) {
      shown += '<';
      i += kHoleBegin.size();
    } else if (text.substr(i).starts_with(kHoleEnd)) {
      shown += '>';
      i += kHoleEnd.size();
    } else {
      shown += text[i++];
    }
  }
  return shown;
}

std::string_view TypeName(PrincipalType type) {
  switch (type) {
    case PrincipalType::kUser:
      return "user";
    case PrincipalType::kRole:
      return "role";
    case PrincipalType::kGroup:
      return "group";
  }
  return "";
}

std::vector<std::string> Snapshot::Accounts() const {
  std::set<std::string> accounts;
  const auto add = [&](std::string_view account) {
    if (account.size() == 12) accounts.emplace(account);
  };
  for (const Principal& principal : principals.items) add(principal.account);
  for (const ManagedPolicy& managed : managed_policies.items) add(managed.account);
  for (const OrganizationNode& node : organization.nodes.items) {
    if (node.type == NodeType::kAccount) add(node.id);
  }
  for (const PermissionSet& set : permission_sets.items) {
    for (const std::string& account : set.accounts.items) add(account);
  }
  for (const Assignment& assignment : assignments.items) add(assignment.account);
  for (const Guardrail& guardrail : guardrails.items) {
    if (const auto parts = policy::SplitArn(guardrail.arn)) add((*parts)[4]);
  }
  return {accounts.begin(), accounts.end()};
}

const ManagedPolicy* Snapshot::FindPolicy(const PolicyReference& reference) const {
  const auto found = std::ranges::find_if(managed_policies.items, [&](const ManagedPolicy& one) {
    if (!reference.arn.empty()) return one.arn == reference.arn || one.key == reference.arn;
    return one.name == reference.name;
  });
  return found == managed_policies.items.end() ? nullptr : &*found;
}

std::string Snapshot::Summary() const {
  const auto count_principals = [&](PrincipalType type) {
    return static_cast<std::size_t>(std::ranges::count(principals.items, type, &Principal::type));
  };
  const auto count_policies = [&](std::string_view type) {
    return static_cast<std::size_t>(
        std::ranges::count(organization.policies.items, type, &OrganizationPolicy::type));
  };
  struct Count {
    std::size_t count;
    std::string_view one;
    std::string_view many;
  };
  const std::array<Count, 12> counts = {{
      {Accounts().size(), "account", "accounts"},
      {count_principals(PrincipalType::kRole), "role", "roles"},
      {count_principals(PrincipalType::kUser), "user", "users"},
      {count_principals(PrincipalType::kGroup), "group", "groups"},
      {managed_policies.items.size(), "managed policy", "managed policies"},
      {count_policies("SERVICE_CONTROL_POLICY"), "SCP", "SCPs"},
      {count_policies("RESOURCE_CONTROL_POLICY"), "RCP", "RCPs"},
      {permission_sets.items.size(), "permission set", "permission sets"},
      {guardrails.items.size(), "guardrail", "guardrails"},
      {endpoints.items.size(), "VPC endpoint", "VPC endpoints"},
      {resource_policies.items.size(), "resource policy", "resource policies"},
      {documents.size(), "policy document", "policy documents"},
  }};
  std::vector<std::string> found;
  std::vector<std::string> missing;
  for (const Count& one : counts) {
    if (one.count == 0) {
      missing.emplace_back(one.many);
    } else {
      found.push_back(fmt::format("{} {}", one.count, one.count == 1 ? one.one : one.many));
    }
  }
  std::string text = found.empty() ? "nothing" : fmt::format("{}", fmt::join(found, ", "));
  if (!missing.empty()) text += fmt::format("; not found: {}", fmt::join(missing, ", "));
  if (!unread.empty()) {
    text += fmt::format("; not read: {} resource{}", unread.size(), unread.size() == 1 ? "" : "s");
  }
  return text;
}

}  // namespace writ::snapshot
