#include "analysis/drift/deployed_side.h"

#include <algorithm>

#include <fmt/format.h>

#include "iam/policy/pattern.h"

namespace writ::drift {
namespace {

constexpr std::size_t kMostLevels = 16;  // of OUs; AWS allows five below a root

std::string Tail(const std::string& arn) {
  const std::size_t slash = arn.rfind('/');
  return slash == std::string::npos ? arn : arn.substr(slash + 1);
}

policy::Kind KindOf(const snapshot::Snapshot& snapshot, const snapshot::OrganizationPolicy& one) {
  if (one.type == "RESOURCE_CONTROL_POLICY") return policy::Kind::kRcp;
  if (one.type == "SERVICE_CONTROL_POLICY") return policy::Kind::kScp;
  if (one.document.is_known()) return snapshot.documents[*one.document].kind;
  return policy::Kind::kIdentity;  // another type, or one that is not told
}

bool IsFullAccess(const snapshot::OrganizationPolicy& one, policy::Kind kind) {
  // Source: Organizations User Guide, "SCP evaluation", "RCP evaluation" (read 2026-11-29).
  return policy::FoldCase(one.key) ==
         (kind == policy::Kind::kRcp ? "p-rcpfullawsaccess" : "p-fullawsaccess");
}

}  // namespace

std::string AccountCommand(std::string_view account) {
  return fmt::format("aws iam get-account-authorization-details > {}.json",
                     account.empty() ? "account" : account);
}

DeployedSide::DeployedSide(const snapshot::Snapshot& snapshot, Papers& papers)
    : snapshot_(snapshot), papers_(papers) {
  for (const snapshot::ManagedPolicy& one : snapshot.managed_policies.items) {
    managed_.emplace(one.key, &one);
    if (!one.arn.empty()) managed_.emplace(one.arn, &one);
    by_name_.emplace(std::pair(one.account, one.name), &one);
  }
  for (const snapshot::Principal& one : snapshot.principals.items) {
    if (one.type != snapshot::PrincipalType::kGroup) continue;
    for (const std::string& name : {one.name, one.arn, one.key}) {
      if (!name.empty()) groups_.emplace(std::pair(one.account, name), &one);
    }
  }
  for (const snapshot::OrganizationNode& node : snapshot.organization.nodes.items) {
    nodes_.emplace(node.id, &node);
    if (node.type == snapshot::NodeType::kRoot) root_id_ = node.id;
  }
  // Else the id that others give it.
  for (const snapshot::OrganizationNode& node : snapshot.organization.nodes.items) {
    if (root_id_.empty() && node.parent.is_known() && IsRoot(*node.parent)) {
      root_id_ = *node.parent;
    }
  }
  std::map<std::string, std::size_t> policies;
  const auto& items = snapshot.organization.policies.items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    policies.emplace(policy::FoldCase(items[i].key), i);
    if (!items[i].arn.empty()) policies.emplace(policy::FoldCase(Tail(items[i].arn)), i);
    const policy::Kind kind = KindOf(snapshot, items[i]);
    has_policies_ = has_policies_ || kind == policy::Kind::kScp || kind == policy::Kind::kRcp;
    for (const std::string& target : items[i].targets.items) {
      attached_[target].insert(i);
      if (root_id_.empty() && target.starts_with("r-")) root_id_ = target;
    }
  }
  for (const snapshot::OrganizationNode& node : snapshot.organization.nodes.items) {
    for (const std::string& id : node.policies.items) {
      const auto found = policies.find(policy::FoldCase(Tail(id)));
      if (found != policies.end()) attached_[node.id].insert(found->second);
    }
  }
}

std::optional<Lack> DeployedSide::LackOf(const snapshot::Exported<snapshot::DocumentId>& document,
                                         std::string_view what, const std::string& command,
                                         const Paper*& paper) {
  if (!document.is_known()) {
    return Lack{fmt::format("{} is {}", what, snapshot::Describe(document.gap().kind)), command};
  }
  const Papers::Found found = papers_.Exported(*document);
  paper = found.paper;
  switch (found.trouble) {
    case Papers::Trouble::kNone:
      return std::nullopt;
    case Papers::Trouble::kUnreadable:
      return Lack{fmt::format("{} is no policy document that can be read", what), command};
    case Papers::Trouble::kOpen:
      return Lack{fmt::format("{} is not resolved before deployment", what), command};
    case Papers::Trouble::kOptional:
      return Lack{fmt::format("{} is deployed or not by a condition on parameters", what), command};
  }
  return std::nullopt;
}

const snapshot::ManagedPolicy* DeployedSide::Find(const snapshot::PolicyReference& reference,
                                                  const std::string& account) const {
  if (!reference.arn.empty()) {
    const auto found = managed_.find(reference.arn);
    return found == managed_.end() ? nullptr : found->second;
  }
  const auto found = by_name_.find({account, Tail(reference.name)});
  return found == by_name_.end() ? nullptr : found->second;
}

void DeployedSide::Take(const snapshot::PolicyReference& reference, std::string_view what,
                        const std::string& account, Level& level, Rights& rights) {
  const snapshot::ManagedPolicy* const managed = Find(reference, account);
  const std::string name =
      fmt::format("{} `{}`", what, reference.arn.empty() ? reference.name : reference.arn);
  const Paper* paper = nullptr;
  const auto lack =
      LackOf(managed == nullptr ? snapshot::Exported<snapshot::DocumentId>() : managed->document,
             name, AccountCommand(account), paper);
  rights.from.push_back(reference.origin.span);
  if (lack) {
    rights.lacking.push_back(*lack);
  } else {
    level.push_back(paper);
  }
}

Rights DeployedSide::RightsOf(const snapshot::Principal& principal) {
  Rights rights;
  const auto take_all = [&](const snapshot::Principal& one) {
    for (const snapshot::InlinePolicy& policy : one.inline_policies.items) {
      const Paper* paper = nullptr;
      const auto lack = LackOf(policy.document, fmt::format("the inline policy `{}`", policy.name),
                               AccountCommand(principal.account), paper);
      if (lack) {
        rights.lacking.push_back(*lack);
      } else {
        rights.identity.push_back(paper);
        rights.from.push_back(paper->exported->text->SpanOf(
            0, static_cast<std::uint32_t>(paper->exported->text->view().size())));
      }
    }
    for (const snapshot::PolicyReference& reference : one.attached.items) {
      Take(reference, "the policy", principal.account, rights.identity, rights);
    }
  };
  if (principal.is_optional) {
    rights.lacking.push_back({"what it holds depends on conditions or parameters of the template",
                              AccountCommand(principal.account)});
    return rights;
  }
  take_all(principal);
  for (const std::string& name : principal.groups.items) {
    const auto group = groups_.find({principal.account, name});
    if (group == groups_.end()) {
      rights.lacking.push_back({fmt::format("the group `{}` is not in the export", name),
                                AccountCommand(principal.account)});
    } else {
      take_all(*group->second);
    }
  }
  if (!principal.boundary.is_known()) {
    rights.lacking.push_back({fmt::format("the permissions boundary is {}",
                                          snapshot::Describe(principal.boundary.gap().kind)),
                              AccountCommand(principal.account)});
  } else if (*principal.boundary) {
    rights.boundary.emplace();
    Take(**principal.boundary, "the permissions boundary", principal.account, *rights.boundary,
         rights);
  }
  return rights;
}

Rights DeployedSide::RightsOf(const snapshot::PermissionSet& set) {
  Rights rights;
  const std::string command = fmt::format(
      "aws sso-admin get-inline-policy-for-permission-set --instance-arn \"$instance\" "
      "--permission-set-arn \"$set\" > {}/inline-policy.json",
      set.key.starts_with("ps-") ? set.key : "ps-ID");
  if (set.is_optional) {
    rights.lacking.push_back(
        {"what it holds depends on conditions or parameters of the template", command});
    return rights;
  }
  if (!set.inline_policy.is_known()) {
    // The listings of Terraform and iam-collect have no entry for what is not there.
    const bool is_none = set.inline_policy.gap().kind == snapshot::Gap::Kind::kNotExported &&
                         !set.key.starts_with("ps-");
    if (!is_none) {
      rights.lacking.push_back({fmt::format("the inline policy of the permission set is {}",
                                            snapshot::Describe(set.inline_policy.gap().kind)),
                                command});
    }
  } else if (*set.inline_policy) {
    const Paper* paper = nullptr;
    const auto lack =
        LackOf(**set.inline_policy, "the inline policy of the permission set", command, paper);
    if (lack) {
      rights.lacking.push_back(*lack);
    } else {
      rights.identity.push_back(paper);
    }
  }
  for (const snapshot::PolicyReference& reference : set.attached.items) {
    Take(reference, "the policy", "aws", rights.identity, rights);
  }
  for (const std::string& name : set.customer_managed.items) {
    // Every account has its own policy of this name.
    std::set<MeaningId> meanings;
    const Paper* paper = nullptr;
    for (const snapshot::ManagedPolicy& one : snapshot_.managed_policies.items) {
      if (one.name != Tail(name) || one.is_aws_managed() || !one.document.is_known()) continue;
      const Papers::Found found = papers_.Exported(*one.document);
      if (found.paper == nullptr) continue;
      paper = found.paper;
      meanings.insert(paper->meaning);
    }
    if (meanings.size() == 1) {
      rights.identity.push_back(paper);
    } else {
      rights.lacking.push_back(
          {fmt::format("the customer managed policy `{}` is {}", name,
                       meanings.empty() ? "not in the export" : "not the same in all accounts"),
           AccountCommand("")});
    }
  }
  // As for the inline policy: only answers of AWS would say that there is none.
  if (!set.boundary.is_known() && set.key.starts_with("ps-")) {
    rights.lacking.push_back(
        {"the permissions boundary of the permission set is not in the export",
         fmt::format("aws sso-admin get-permissions-boundary-for-permission-set --instance-arn "
                     "\"$instance\" --permission-set-arn \"$set\" > {}/boundary.json",
                     set.key)});
  } else if (set.boundary.is_known() && *set.boundary) {
    rights.boundary.emplace();
    Take(**set.boundary, "the permissions boundary", "aws", *rights.boundary, rights);
  }
  rights.from.push_back(set.origin.span);
  return rights;
}

const snapshot::OrganizationNode* DeployedSide::FindNode(std::string_view id) const {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : found->second;
}

Attached DeployedSide::AttachedTo(const std::string& node, policy::Kind kind) {
  Attached result;
  const auto& policies = snapshot_.organization.policies.items;
  const auto at = attached_.find(node);
  bool has_full = false;
  if (at != attached_.end()) {
    for (const std::size_t index : at->second) {
      const snapshot::OrganizationPolicy& one = policies[index];
      if (IsFullAccess(one, kind)) {
        has_full = true;
        result.documents.push_back(papers_.FullAccess());
        continue;
      }
      const policy::Kind of = KindOf(snapshot_, one);
      const bool is_untold = one.type.empty() && !one.document.is_known();
      if (of != kind && !(is_untold && kind == policy::Kind::kScp)) continue;
      const Paper* paper = nullptr;
      const auto lack = LackOf(
          one.document,
          fmt::format("the {} `{}`", kind == policy::Kind::kRcp ? "RCP" : "SCP",
                      one.name.empty() ? one.key : one.name),
          fmt::format("aws organizations describe-policy --policy-id {0} > describe/{0}.json",
                      one.key),
          paper);
      result.from.push_back(one.origin.span);
      if (lack) {
        result.lacking.push_back(*lack);
      } else {
        result.documents.push_back(paper);
      }
    }
  }
  if (has_full) return result;
  const snapshot::OrganizationNode* const known = FindNode(node);
  const bool is_listed =
      (known != nullptr && known->policies.is_whole) ||
      std::ranges::any_of(policies, [&](const snapshot::OrganizationPolicy& one) {
        return IsFullAccess(one, kind) && one.targets.is_whole;
      });
  if (is_listed && kind == policy::Kind::kScp) return result;
  // RCPFullAWSAccess cannot be detached (Organizations User Guide, "RCP evaluation", read
  // 2026-11-29).
  result.is_full_assumed = kind == policy::Kind::kScp;
  result.documents.push_back(papers_.FullAccess());
  return result;
}

bool DeployedSide::TellsTypes() const {
  const snapshot::OrganizationNode* const root = FindNode(root_id_);
  return root != nullptr && root->enabled_types.is_known();
}

bool DeployedSide::IsOff(policy::Kind kind) const {
  if (!TellsTypes()) return false;
  const snapshot::OrganizationNode* const root = FindNode(root_id_);
  const std::string_view type =
      kind == policy::Kind::kRcp ? "RESOURCE_CONTROL_POLICY" : "SERVICE_CONTROL_POLICY";
  return std::ranges::find(*root->enabled_types, type) == root->enabled_types->end();
}

bool DeployedSide::IsRoot(std::string_view id) const {
  const snapshot::OrganizationNode* const node = FindNode(id);
  return node == nullptr ? id.starts_with("r-") : node->type == snapshot::NodeType::kRoot;
}

std::vector<std::string> DeployedSide::LineTo(const std::string& account) const {
  std::vector<std::string> line = {account};
  while (line.size() <= kMostLevels + 1) {
    const snapshot::OrganizationNode* const node = FindNode(line.back());
    if (node == nullptr || IsRoot(line.back()) || !node->parent.is_known()) {
      std::ranges::reverse(line);
      return line;
    }
    line.push_back(*node->parent);
  }
  return {};
}

std::optional<std::vector<std::string>> DeployedSide::PathTo(const std::string& account) const {
  std::vector<std::string> line = LineTo(account);
  if (line.empty() || !IsRoot(line.front())) return std::nullopt;
  return line;
}

}  // namespace writ::drift
