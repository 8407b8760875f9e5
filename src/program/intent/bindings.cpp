#include "program/intent/bindings.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace writ::intent {

std::string BoundGuardrail::Pinned() const { return fmt::format("{}:{}", arn, version); }

void Bindings::Bind(const std::string& guardrail, const std::string& account_id,
                    const std::string& region, BoundGuardrail bound) {
  guardrails_[guardrail][account_id].insert_or_assign(region, std::move(bound));
}

std::optional<BoundGuardrail> Bindings::Find(std::string_view guardrail,
                                             std::string_view account_id,
                                             std::string_view region) const {
  const ByAccount* accounts = AccountsOf(guardrail);
  if (accounts == nullptr) return std::nullopt;
  const auto account = accounts->find(account_id);
  if (account == accounts->end()) return std::nullopt;
  const auto found = account->second.find(region);
  if (found == account->second.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Bindings::Regions(std::string_view guardrail,
                                           std::string_view account_id) const {
  std::vector<std::string> regions;
  const ByAccount* accounts = AccountsOf(guardrail);
  if (accounts == nullptr) return regions;
  const auto account = accounts->find(account_id);
  if (account == accounts->end()) return regions;
  for (const auto& entry : account->second) regions.push_back(entry.first);
  return regions;
}

std::vector<std::string> Bindings::Accounts(std::string_view guardrail) const {
  std::vector<std::string> ids;
  const ByAccount* accounts = AccountsOf(guardrail);
  if (accounts == nullptr) return ids;
  for (const auto& entry : *accounts) ids.push_back(entry.first);
  return ids;
}

bool Bindings::IsBound(std::string_view guardrail) const {
  const ByAccount* accounts = AccountsOf(guardrail);
  return accounts != nullptr &&
         std::ranges::any_of(*accounts, [](const auto& entry) { return !entry.second.empty(); });
}

bool Bindings::IsShared(std::string_view guardrail) const {
  const ByAccount* accounts = AccountsOf(guardrail);
  if (accounts == nullptr || accounts->empty()) return false;
  const ByRegion& first = accounts->begin()->second;
  return std::ranges::all_of(*accounts,
                             [&first](const auto& entry) { return entry.second == first; });
}

const Bindings::ByAccount* Bindings::AccountsOf(std::string_view guardrail) const {
  const auto found = guardrails_.find(guardrail);
  return found == guardrails_.end() ? nullptr : &found->second;
}

std::string MissingBindingHelp(std::string_view guardrail, std::string_view account_id,
                               const std::vector<std::string>& regions) {
  // A duty that holds everywhere names no region: the reader puts in those that calls are made in.
  const std::vector<std::string> anywhere = {"REGION"};
  std::string entries;
  for (const std::string& region : regions.empty() ? anywhere : regions) {
    if (!entries.empty()) entries += ", ";
    entries +=
        fmt::format(R"("{0}": {{"arn": "arn:aws:bedrock:{0}:{1}:guardrail/ID", "version": N}})",
                    region, account_id);
  }
  return fmt::format(R"({{"guardrails": {{"{}": {{"{}": {{{}}}}}}}}})", guardrail, account_id,
                     entries);
}

}  // namespace writ::intent
