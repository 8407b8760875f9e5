#include "proof/reference/retentions.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "proof/reference/guards.h"
#include "proof/reference/request.h"

namespace writ::reference {
namespace {

/// As the language has it: the first keeps least.
constexpr std::array<std::string_view, 4> kOrder = {"none", "default", "aws_review",
                                                    "provider_data_share"};
constexpr std::string_view kInherit = "inherit";

/// Calls that say a mode, the key that it is in, and what they are on. Source: AWS Service
/// Authorization Reference, Amazon Bedrock and Amazon Bedrock Mantle, 2026-09-26.
struct Setter {
  std::string_view action;
  std::string_view key;
  std::string_view on;  ///< after the account in the ARN; empty: any resource
};
constexpr std::array<Setter, 4> kSetters = {
    {{"bedrock:PutAccountDataRetention", "bedrock:DataRetentionMode", ""},
     {"bedrock-mantle:PutAccountDataRetention", "bedrock-mantle:DataRetentionMode", ""},
     {"bedrock-mantle:CreateProject", "bedrock-mantle:DataRetentionMode", "project/p-1"},
     {"bedrock-mantle:UpdateProject", "bedrock-mantle:DataRetentionMode", "project/p-1"}}};

std::size_t OrderOf(std::string_view mode) {
  return static_cast<std::size_t>(std::ranges::find(kOrder, mode) - kOrder.begin());
}

policy::Request RequestFor(const Program& program, const intent::Account& account,
                           const Setter& setter, const std::string& region,
                           std::optional<std::string_view> mode) {
  const std::string& partition = program.model.organization.partition;
  policy::Request request;
  request.principal = "arn:" + partition + ":iam::" + account.id + ":role/anyone";
  request.action = std::string(setter.action);
  request.resource = "*";
  if (!setter.on.empty()) {
    request.resource = "arn:" + partition + ":bedrock-mantle:" + region + ":" + account.id + ":" +
                       std::string(setter.on);
  }
  request.resource_account = account.id;
  request.context.push_back({"aws:PrincipalArn", false, {request.principal}});
  request.context.push_back({"aws:PrincipalAccount", false, {account.id}});
  request.context.push_back({"aws:RequestedRegion", false, {region}});
  if (mode) request.context.push_back({std::string(setter.key), false, {std::string(*mode)}});
  AddAlwaysSent(request);
  return request;
}

/// Whether some other sentence has a say in it.
bool IsForbiddenElsewhere(const Program& program, const policy::Request& request) {
  const Verdict verdict = Decide(program, request);
  return std::ranges::any_of(verdict.prohibits, [&](const intent::Prohibition* one) {
    return std::ranges::none_of(program.model.retentions, [&](const intent::Retention& retention) {
      return retention.origin.span == one->origin.span;
    });
  });
}

std::vector<std::optional<std::string_view>> Modes() {
  std::vector<std::optional<std::string_view>> modes{std::nullopt, kInherit, "kept_forever"};
  modes.insert(modes.end(), kOrder.begin(), kOrder.end());
  return modes;
}

class Sampler {
 public:
  Sampler(const Program& program, const Deployed& deployed)
      : program_(program), guards_(program, deployed, policy::Kind::kScp) {}

  RetentionSample Run() {
    std::set<std::string> regions{"eu-north-1"};
    for (const intent::Retention& one : program_.model.retentions) {
      regions.insert(one.regions.begin(), one.regions.end());
    }
    const auto& accounts = program_.model.organization.accounts;
    for (std::uint32_t i = 0; i < accounts.size() && !sample_.disagreement; ++i) {
      if (accounts[i].management) continue;
      for (const std::string& region : regions) AskIn({i}, region);
    }
    return std::move(sample_);
  }

 private:
  void AskIn(intent::AccountIndex account, const std::string& region) {
    for (const Setter& setter : kSetters) {
      for (const auto& mode : Modes()) {
        if (sample_.disagreement) return;
        Ask(account, region, setter, mode);
      }
    }
  }

  void Ask(intent::AccountIndex account, const std::string& region, const Setter& setter,
           std::optional<std::string_view> mode) {
    const intent::Account& of = program_.model.organization.accounts[account.value];
    const policy::Request request = RequestFor(program_, of, setter, region, mode);
    if (IsForbiddenElsewhere(program_, request)) return;
    ++sample_.requests;
    const intent::Retention* refusing = nullptr;
    for (const intent::Retention& one : program_.model.retentions) {
      if (RefusesMode(one, account, region, mode)) refusing = &one;
    }
    if (guards_.Refuse(request, account) == (refusing != nullptr)) return;
    Disagreement found;
    found.request = request;
    found.is_allowed = refusing != nullptr;
    found.retention = refusing != nullptr ? refusing : &program_.model.retentions.front();
    sample_.disagreement = std::move(found);
  }

  const Program& program_;
  Guards guards_;
  RetentionSample sample_;
};

}  // namespace

bool RefusesMode(const intent::Retention& retention, intent::AccountIndex account,
                 std::string_view region, std::optional<std::string_view> mode) {
  if (std::ranges::find(retention.accounts, account) == retention.accounts.end()) return false;
  const bool is_there = !retention.is_regional ||
                        std::ranges::find(retention.regions, region) != retention.regions.end();
  if (!is_there) return false;
  // Without a mode, and by `inherit`, the account's own holds, which the sentence sets.
  if (!mode || mode == kInherit) return retention.mode == kOrder.front();
  return OrderOf(*mode) > OrderOf(retention.mode);
}

RetentionSample SampleRetentions(const Program& program, const Deployed& deployed) {
  if (program.model.retentions.empty() || !IsTold(deployed)) return {};
  return Sampler(program, deployed).Run();
}

}  // namespace writ::reference
