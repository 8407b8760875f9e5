#include "analysis/drift/program_side.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "facts/catalog/catalog.h"
#include "program/intent/label.h"
#include "proof/deployed/attachments.h"

namespace writ::drift {
namespace {

using Kind = intent::Principal::Kind;

// Path and names of the roles of permission sets. Source: IAM Identity Center User Guide, "Roles
// created by IAM Identity Center" (read 2026-11-29).
constexpr std::string_view kReservedPath = "/aws-reserved/sso.amazonaws.com/";
constexpr std::string_view kReservedName = "AWSReservedSSO_";
constexpr std::size_t kSuffix = 17;  // "_" and 16 digits

intent::Principal PrincipalOf(const deployed::Attachment& attachment) {
  const std::string& id = attachment.id;
  const std::size_t equals = id.find('=');
  if (id.starts_with("tag:") && equals != std::string::npos) {
    return {Kind::kTag, id.substr(equals + 1), id.substr(4, equals - 4)};
  }
  return {attachment.to == "user" ? Kind::kUser : Kind::kRole, id, {}};
}

// Whether the principal is one of these; nothing where that depends on tags that are not known.
std::optional<bool> IsOne(const intent::Principal& wanted, const snapshot::Principal& principal) {
  const bool is_user = principal.type == snapshot::PrincipalType::kUser;
  switch (wanted.kind) {
    case Kind::kRole:
      return !is_user && catalog::MatchesPattern("role/" + wanted.value, TailOf(principal));
    case Kind::kUser:
      return is_user && catalog::MatchesPattern("user/" + wanted.value, TailOf(principal));
    case Kind::kPermissionSet:
      return PermissionSetOf(principal) == wanted.value;
    case Kind::kTag: {
      if (!principal.tags.is_known()) return std::nullopt;
      const auto tag = principal.tags->find(wanted.tag_key);
      return tag != principal.tags->end() && tag->second == wanted.value;
    }
    case Kind::kService:
      return false;
  }
  return false;
}

}  // namespace

std::string TailOf(const snapshot::Principal& principal) {
  const std::string path = principal.path.empty() ? "/" : principal.path;
  return fmt::format("{}{}{}", snapshot::TypeName(principal.type), path, principal.name);
}

std::optional<std::string> PermissionSetOf(const snapshot::Principal& principal) {
  const std::string& name = principal.name;
  const bool is_one =
      principal.type == snapshot::PrincipalType::kRole &&
      principal.path.starts_with(kReservedPath) && name.starts_with(kReservedName) &&
      name.size() > kReservedName.size() + kSuffix && name[name.size() - kSuffix] == '_';
  if (!is_one) return std::nullopt;
  return name.substr(kReservedName.size(), name.size() - kReservedName.size() - kSuffix);
}

ProgramSide::ProgramSide(const deployed::Program& program, const deployed::Tree& tree,
                         Papers& papers)
    : program_(program), tree_(tree) {
  const intent::Model& model = program.model;
  by_account_.resize(model.organization.accounts.size());
  for (std::uint32_t i = 0; i < model.organization.accounts.size(); ++i) {
    accounts_.emplace(model.organization.accounts[i].id, intent::AccountIndex{i});
  }
  const auto bind_all = [&](const std::string& team, const auto& holder) {
    for (const intent::AccountIndex account : holder.accounts) {
      for (const intent::Principal& principal : holder.principals) {
        Bind(team.empty() ? LabelOf(principal) : "team " + team, principal, account);
      }
    }
  };
  // First the teams: those that are granted nothing are bound all the same.
  for (const intent::Team& team : model.teams) bind_all(team.name, team);
  for (const intent::Permission& permission : model.permissions) {
    for (const intent::Holder& holder : permission.holders) bind_all(holder.team, holder);
  }
  for (const deployed::Attachment& attachment : tree.attachments) {
    const deployed::Policy* const policy = tree.Find(attachment.path);
    if (policy == nullptr) continue;
    const Paper* const paper = papers.OfProgram(*policy);
    if (policy->kind == policy::Kind::kScp || policy->kind == policy::Kind::kRcp) {
      const auto node = deployed::NodeOf(model.organization, tree, attachment);
      if (node) nodes_[{*node, policy->kind}].push_back(paper);
      continue;
    }
    const auto account = deployed::AccountNamed(model.organization, policy->folder);
    if (policy->kind == policy::Kind::kTrust || policy->kind == policy::Kind::kVpcEndpoint) {
      resources_.push_back({policy->kind, attachment.id, account, {paper}});
      continue;
    }
    if (attachment.to == "permission-set") {
      sets_[attachment.id].push_back(paper);
      for (Binding& binding : bindings_) {
        if (binding.principal.kind == Kind::kPermissionSet &&
            binding.principal.value == attachment.id) {
          binding.documents.push_back(paper);
        }
      }
      continue;
    }
    if (!account || (attachment.to != "role" && attachment.to != "user")) continue;
    const intent::Principal principal = PrincipalOf(attachment);
    Bind(LabelOf(principal), principal, *account);
    for (const std::size_t index : by_account_[account->value]) {
      if (bindings_[index].principal == principal) bindings_[index].documents.push_back(paper);
    }
  }
}

void ProgramSide::Bind(std::string label, const intent::Principal& principal,
                       intent::AccountIndex account) {
  if (principal.kind == Kind::kService) return;
  std::vector<std::size_t>& here = by_account_[account.value];
  const bool is_known = std::ranges::any_of(
      here, [&](std::size_t index) { return bindings_[index].principal == principal; });
  if (is_known) return;
  here.push_back(bindings_.size());
  bindings_.push_back({std::move(label), principal, account, {}, false});
}

std::optional<intent::AccountIndex> ProgramSide::AccountOf(std::string_view id) const {
  const auto found = accounts_.find(id);
  return found == accounts_.end() ? std::nullopt : std::optional(found->second);
}

Bound ProgramSide::BoundOf(intent::AccountIndex account, const snapshot::Principal& principal) {
  Bound bound;
  for (const std::size_t index : by_account_[account.value]) {
    Binding& binding = bindings_[index];
    const std::optional<bool> is_one = IsOne(binding.principal, principal);
    bound.depends_on_tags = bound.depends_on_tags || !is_one;
    if (!is_one || !*is_one) continue;
    binding.is_met = true;
    if (bound.label.empty()) {
      bound.label = binding.label;
    } else if (bound.label.find(binding.label) == std::string::npos) {
      bound.label += ", " + binding.label;
    }
    for (const Paper* paper : binding.documents) {
      if (std::ranges::find(bound.documents, paper) == bound.documents.end()) {
        bound.documents.push_back(paper);
      }
    }
  }
  return bound;
}

Level ProgramSide::AttachedTo(intent::NodeIndex node, policy::Kind kind) const {
  const auto found = nodes_.find({node.value, kind});
  return found == nodes_.end() ? Level() : found->second;
}

std::vector<intent::NodeIndex> ProgramSide::PathTo(intent::AccountIndex account) const {
  std::vector<intent::NodeIndex> path;
  std::optional<intent::NodeIndex> at = program_.AccountAt(account).node;
  while (at) {
    path.push_back(*at);
    at = program_.model.organization.nodes[at->value].parent;
  }
  std::ranges::reverse(path);
  return path;
}

bool ProgramSide::HasPolicies(policy::Kind kind) const {
  return std::ranges::any_of(nodes_, [&](const auto& one) { return one.first.second == kind; });
}

}  // namespace writ::drift
