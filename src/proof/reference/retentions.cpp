#include "proof/reference/retentions.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "proof/reference/guards.h"
#include "proof/reference/request.h"

namespace writ::reference {
namespace {

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

/// How much is kept, as the catalog has it. A mode that it does not know keeps more than any.
std::int64_t OrderOf(const catalog::Catalog& catalog, std::string_view mode) {
  const catalog::RetentionMode* known = catalog.FindRetentionMode(mode);
  return known != nullptr && known->order ? *known->order
                                          : std::numeric_limits<std::int64_t>::max();
}

/// Whether no mode keeps less.
bool KeepsLeast(const catalog::Catalog& catalog, std::string_view mode) {
  return std::ranges::none_of(catalog.retention_modes(), [&](const catalog::RetentionMode& one) {
    return one.order && *one.order < OrderOf(catalog, mode);
  });
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

std::vector<std::optional<std::string_view>> ModesOf(const catalog::Catalog& catalog) {
  std::vector<std::optional<std::string_view>> modes{std::nullopt, kInherit, "kept_forever"};
  for (const catalog::RetentionMode& mode : catalog.retention_modes()) {
    if (mode.name != kInherit) modes.emplace_back(mode.name);
  }
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
      for (const auto& mode : ModesOf(program_.catalog)) {
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
      if (RefusesMode(program_.catalog, one, account, region, mode)) refusing = &one;
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

bool RefusesMode(const catalog::Catalog& catalog, const intent::Retention& retention,
                 intent::AccountIndex account, std::string_view region,
                 std::optional<std::string_view> mode) {
  if (std::ranges::find(retention.accounts, account) == retention.accounts.end()) return false;
  const bool is_there = !retention.is_regional ||
                        std::ranges::find(retention.regions, region) != retention.regions.end();
  if (!is_there) return false;
  // Without a mode, and by `inherit`, the account's own holds, which the sentence sets.
  if (!mode || mode == kInherit) return KeepsLeast(catalog, retention.mode);
  return OrderOf(catalog, *mode) > OrderOf(catalog, retention.mode);
}

RetentionSample SampleRetentions(const Program& program, const Deployed& deployed) {
  if (program.model.retentions.empty() || !IsTold(deployed)) return {};
  return Sampler(program, deployed).Run();
}

}  // namespace writ::reference
