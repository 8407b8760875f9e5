// Who holds what: rules that need more than one document. What the export does not hold is not
// taken for absent.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "analysis/policy_lint/subject.h"
#include "base/diag/codes/policy.h"

namespace writ::policy_lint {
namespace {

using snapshot::ManagedPolicy;
using snapshot::Principal;
using snapshot::PrincipalType;
using snapshot::Snapshot;

// Of a whole object only where it begins.
source::Span BeginOf(source::Span span) {
  return {span.file, span.begin, std::min(span.begin + 1, span.end)};
}

// Policies of AWS that allow whole AI services. Source: AWS Managed Policy Reference (read
// 2026-11-29).
constexpr std::array<std::string_view, 3> kWholeServices = {
    "AmazonBedrockFullAccess", "AmazonBedrockLimitedAccess", "BedrockAgentCoreFullAccess"};

void FindDeadManaged(const Snapshot& snapshot, DeployedReport& report) {
  const auto look = [&](const std::string& holder, const snapshot::PolicyReference& reference) {
    const bool is_of_aws = reference.arn.find("::aws:policy/") != std::string::npos;
    if (!is_of_aws || std::ranges::find(kWholeServices, reference.name) == kWholeServices.end()) {
      return;
    }
    report
        .Add(diag::kLintDeadManaged, BeginOf(reference.origin.span), holder, reference.name,
             reference.name, holder)
        .diagnostic.At("allows far more than calling models")
        .Suggest("attach a policy that names the models and actions that are needed");
  };
  for (const Principal& principal : snapshot.principals.items) {
    const std::string& holder = principal.arn.empty() ? principal.key : principal.arn;
    for (const snapshot::PolicyReference& reference : principal.attached.items) {
      look(holder, reference);
    }
  }
  for (const snapshot::PermissionSet& set : snapshot.permission_sets.items) {
    for (const snapshot::PolicyReference& reference : set.attached.items) {
      look(set.name.empty() ? set.key : set.name, reference);
    }
  }
}

void FindUserPolicies(const Snapshot& snapshot, DeployedReport& report) {
  for (const Principal& principal : snapshot.principals.items) {
    if (principal.type != PrincipalType::kUser) continue;
    const std::size_t own =
        principal.inline_policies.items.size() + principal.attached.items.size();
    if (own == 0) continue;
    const std::string& holder = principal.arn.empty() ? principal.key : principal.arn;
    Finding& found = report.Add(diag::kLintUserPolicies, BeginOf(principal.origin.span), holder,
                                "own", principal.name);
    found.diagnostic.At(fmt::format("{} of its own", own == 1 ? "a policy" : "policies"))
        .Suggest("give people roles or permission sets, and users groups");
    if (principal.groups.is_whole && principal.groups.items.empty()) {
      found.diagnostic.Note("the user is in no group");
    }
  }
}

void FindUnattached(const Snapshot& snapshot, DeployedReport& report) {
  for (const ManagedPolicy& managed : snapshot.managed_policies.items) {
    if (managed.is_aws_managed() || !managed.attachments.is_known() || *managed.attachments > 0) {
      continue;
    }
    // Without the count of uses as a boundary it is not known to be unused.
    if (!managed.boundary_uses.is_known() || *managed.boundary_uses > 0) continue;
    report.Add(diag::kLintUnattached, BeginOf(managed.origin.span), managed.arn, "", managed.name)
        .diagnostic.At("attached to nothing and no boundary");
  }
}

constexpr std::array<Rule, 3> kRules = {{
    {102,
     "dead-managed",
     Class::kDeployed,
     Level::kWarning,
     Needs::kSnapshot,
     nullptr,
     {},
     FindDeadManaged},
    {110,
     "direct-user-policy",
     Class::kDeployed,
     Level::kWarning,
     Needs::kSnapshot,
     nullptr,
     {},
     FindUserPolicies},
    {111,
     "unattached",
     Class::kDeployed,
     Level::kSuggestion,
     Needs::kSnapshot,
     nullptr,
     {},
     FindUnattached},
}};

}  // namespace

std::span<const Rule> DeployedRules() { return kRules; }

}  // namespace writ::policy_lint
