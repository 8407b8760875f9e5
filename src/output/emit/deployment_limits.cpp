// What one document cannot show: names that AWS would refuse, and how many of a kind an account or
// the organization would have. Without these a deployment stops half-way.
//
// Sources of the lengths and characters of names: IAM API Reference, "CreatePolicy", "CreateRole",
// "CreateUser" (\w+=,.@-; 128, 64 and 64 characters); AWS Organizations API Reference,
// "CreatePolicy" (128); both read 2026-11-23. All else is in the quotas of the catalog.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/diag/codes/lowering.h"
#include "base/support/check.h"
#include "deployment.h"
#include "output/emit/deploy.h"

namespace writ::emit {
namespace {

constexpr std::size_t kPolicyName = 128;
constexpr std::size_t kPrincipalName = 64;

bool CanBeInName(char c) {
  const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return is_word || std::string_view("_+=,.@-").find(c) != std::string_view::npos;
}

/// Bytes of the character that begins the text.
std::size_t LengthOfFirst(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
    ++length;
  }
  return length;
}

class Limits {
 public:
  Limits(const catalog::Catalog& catalog, diag::Sink& sink) : catalog_(catalog), sink_(sink) {}

  void Check(const AccountPlan& plan) {
    const std::string account = fmt::format("account `{}`", plan.name);
    for (const NamedDocument& document : plan.identities) {
      CheckName(document, "managed policy", document.name, kPolicyName);
      for (const std::string& role : document.roles)
        CheckName(document, "role", role, kPrincipalName);
      for (const std::string& user : document.users)
        CheckName(document, "user", user, kPrincipalName);
    }
    for (const NamedDocument& document : plan.trusts) {
      CheckName(document, "role", document.name, kPrincipalName);
    }
    for (const NamedDocument& document : plan.permission_sets) {
      CheckName(document, "permission set", document.name, QuotaOf("permission-set-name"));
    }
    for (const auto* documents : {&plan.scps, &plan.rcps, &plan.bedrock_policies}) {
      for (const NamedDocument& document : *documents) {
        CheckName(document, "policy", document.name, kPolicyName);
      }
    }
    Count(account, plan.identities.size(), "managed policies", "managed-policies-per-account");
    Count(account, plan.trusts.size(), "roles", "roles-per-account");
    Count("the organization", plan.scps.size(), "service control policies",
          "scps-per-organization");
    Count("the organization", plan.rcps.size(), "resource control policies",
          "rcps-per-organization");
    Count("the organization", plan.bedrock_policies.size(), "Bedrock policies",
          "bedrock-policies-per-organization");
    Count("the organization", plan.opt_outs.size(), "AI services opt-out policies",
          "ai-opt-out-policies-per-organization");
    std::map<std::string, std::size_t> guardrails;
    for (const OwnedGuardrail& owned : plan.guardrails) ++guardrails[owned.region];
    for (const auto& [region, count] : guardrails) {
      Count(fmt::format("{} in {}", account, region), count, "guardrails",
            "guardrails-per-account");
    }
  }

 private:
  [[nodiscard]] std::size_t QuotaOf(std::string_view id) const {
    const catalog::Quota* quota = catalog_.FindQuota(id);
    WRIT_CHECK(quota != nullptr && quota->value > 0, id);
    return static_cast<std::size_t>(quota->value);
  }

  /// Of a document or of what it is attached to.
  void CheckName(const NamedDocument& document, std::string_view what, const std::string& name,
                 std::size_t most) {
    if (!seen_.emplace(what, name).second) return;
    if (name.empty() || name.size() > most) {
      return Place(sink_.Report(diag::kNameLength, {}, what, name, name.size(), most), document);
    }
    const auto wrong = std::ranges::find_if_not(name, CanBeInName);
    if (wrong == name.end()) return;
    const std::string_view rest =
        std::string_view(name).substr(static_cast<std::size_t>(wrong - name.begin()));
    Place(sink_.Report(diag::kNameCharacter, {}, what, name, rest.substr(0, LengthOfFirst(rest))),
          document);
  }

  static void Place(diag::Diagnostic& found, const NamedDocument& document) {
    std::set<std::string> from;
    for (const StatementEntry& statement : *document.artifact->statements) {
      from.insert(statement.from.begin(), statement.from.end());
    }
    found.Note(fmt::format("`{}` needs it, from the sentences at {}", document.artifact->path,
                           fmt::join(from, ", ")));
  }

  void Count(const std::string& who, std::size_t count, std::string_view what,
             std::string_view quota) {
    const std::size_t most = QuotaOf(quota);
    if (count > most) sink_.Report(diag::kTooManyOfAKind, {}, who, count, what, most);
  }

  const catalog::Catalog& catalog_;
  diag::Sink& sink_;
  std::set<std::pair<std::string_view, std::string>> seen_;  ///< names that were checked
};

}  // namespace

void CheckDeploymentLimits(const DeployInput& input, diag::Sink& sink) {
  Limits limits(input.catalog, sink);
  for (const AccountPlan& plan : PlanDeployment(input)) limits.Check(plan);
}

}  // namespace writ::emit
