// What the plain values of the catalog answer by themselves. Every answer is three-valued where
// the facts are: an unknown fact never turns into a yes or a no.
#include <algorithm>

#include "facts/catalog/catalog.h"
#include "facts/catalog/version.h"

namespace writ::catalog {
namespace {

bool Contains(const std::vector<std::string>& sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word,
                            [](std::string_view a, std::string_view b) { return a < b; });
}

const Route* FindRoute(const std::vector<Route>& routes, std::string_view source) {
  const auto found = std::lower_bound(
      routes.begin(), routes.end(), source,
      [](const Route& route, std::string_view name) { return route.source < name; });
  return found != routes.end() && found->source == source ? &*found : nullptr;
}

/// Yes if one says yes, else unknown if one is unknown, else no.
std::optional<bool> Any(const std::vector<std::optional<bool>>& answers) {
  bool unknown = answers.empty();
  for (const std::optional<bool>& answer : answers) {
    if (answer == true) return true;
    if (!answer) unknown = true;
  }
  if (unknown) return std::nullopt;
  return false;
}

std::optional<bool> Lists(const std::optional<std::vector<std::string>>& modalities,
                          std::string_view modality) {
  if (!modalities) return std::nullopt;
  return Contains(*modalities, modality);
}

}  // namespace

std::optional<bool> InferenceProfile::CallableIn(std::string_view region) const {
  if (!sources) return std::nullopt;
  return Contains(*sources, region);
}

const Route* InferenceProfile::RouteFrom(std::string_view region) const {
  return FindRoute(routes, region);
}

const Route* GuardrailProfile::RouteFrom(std::string_view region) const {
  return FindRoute(routes, region);
}

std::optional<bool> ModelId::InRegion(std::string_view region) const {
  if (on_runtime == false) return false;
  if (in_region && Contains(*in_region, region)) return true;
  if (!in_region || Contains(in_region_unclear, region)) return std::nullopt;
  return false;
}

std::optional<bool> ModelId::OnMantleIn(std::string_view region) const {
  if (mantle_regions && Contains(*mantle_regions, region)) return true;
  if (on_mantle == false) return false;
  if (!mantle_regions || Contains(in_region_unclear, region)) return std::nullopt;
  return false;
}

const InferenceProfile* ModelId::ProfileOf(std::string_view scope) const {
  const auto found =
      std::find_if(profiles.begin(), profiles.end(),
                   [scope](const InferenceProfile& profile) { return profile.scope == scope; });
  return found != profiles.end() ? &*found : nullptr;
}

bool ModelId::EndedAt(std::string_view as_of) const {
  return lifecycle.end_of_life && *lifecycle.end_of_life < as_of;
}

std::optional<bool> ModelId::ActiveAt(std::string_view as_of) const {
  if (EndedAt(as_of)) return false;
  if (!lifecycle.status) return std::nullopt;
  return *lifecycle.status == LifecycleStatus::kActive;
}

std::vector<const ModelId*> Model::GrantedIds() const {
  std::vector<const ModelId*> known;
  std::vector<const ModelId*> by_name_only;
  for (const ModelId& id : ids) {
    if (id.variant) continue;
    (id.id_only ? by_name_only : known).push_back(&id);
  }
  return known.empty() ? by_name_only : known;
}

std::optional<bool> Model::CanCarryGuardrail() const {
  for (const std::string& stem : stems) {
    if (stem.find(".rerank") != std::string::npos) return false;
  }
  std::vector<std::optional<bool>> answers;
  for (const ModelId* id : GrantedIds()) {
    std::optional<bool> answer;
    if (id->output) answer = *id->output != std::vector<std::string>{"embedding"};
    answers.push_back(answer);
  }
  return Any(answers);
}

std::vector<std::string> Model::ProductIds() const {
  std::vector<std::string> products;
  for (const ModelId& id : ids) {
    if (id.product_id) products.push_back(*id.product_id);
  }
  std::sort(products.begin(), products.end());
  products.erase(std::unique(products.begin(), products.end()), products.end());
  return products;
}

std::optional<bool> Model::IsSold() const {
  // What is known of one id holds for the others: they are one product.
  std::optional<bool> answer;
  for (const ModelId& id : ids) {
    if (id.product_id || id.sold_in_marketplace.value_or(false)) return true;
    if (id.sold_in_marketplace) answer = false;
  }
  return answer;
}

std::optional<bool> Model::Takes(std::string_view modality) const {
  std::vector<std::optional<bool>> answers;
  for (const ModelId* id : GrantedIds()) answers.push_back(Lists(id->input, modality));
  return Any(answers);
}

std::optional<bool> Model::Gives(std::string_view modality) const {
  std::vector<std::optional<bool>> answers;
  for (const ModelId* id : GrantedIds()) answers.push_back(Lists(id->output, modality));
  return Any(answers);
}

std::optional<bool> Model::ActiveAt(std::string_view as_of) const {
  std::vector<std::optional<bool>> answers;
  for (const ModelId* id : GrantedIds()) answers.push_back(id->ActiveAt(as_of));
  return Any(answers);
}

bool Model::EndedAt(std::string_view as_of) const {
  const std::vector<const ModelId*> granted = GrantedIds();
  return !granted.empty() && std::all_of(granted.begin(), granted.end(),
                                         [as_of](const ModelId* id) { return id->EndedAt(as_of); });
}

std::optional<std::string_view> Model::LifecycleWord() const {
  std::optional<LifecycleStatus> best;
  for (const ModelId* id : GrantedIds()) {
    const std::optional<LifecycleStatus>& status = id->lifecycle.status;
    if (!status) continue;
    if (*status == LifecycleStatus::kActive) return "active";
    if (!best || *status == LifecycleStatus::kPreview) best = status;
  }
  if (!best) return std::nullopt;
  return *best == LifecycleStatus::kPreview ? "preview" : "legacy";
}

std::vector<int> VersionNumbers(std::string_view version) {
  std::vector<int> numbers;
  bool is_open = false;
  for (const char c : version) {
    if (c < '0' || c > '9') {
      is_open = false;
      continue;
    }
    if (!is_open) numbers.push_back(0);
    is_open = true;
    if (numbers.back() < 100'000'000) numbers.back() = numbers.back() * 10 + (c - '0');
  }
  return numbers;
}

bool MatchesPattern(std::string_view pattern, std::string_view text) {
  std::size_t in_pattern = 0;
  std::size_t in_text = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (in_text < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      resume = in_text;
    } else if (in_pattern < pattern.size() &&
               (pattern[in_pattern] == '?' || pattern[in_pattern] == text[in_text])) {
      ++in_pattern;
      ++in_text;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      in_text = ++resume;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

std::string_view Name(KeyType type) {
  switch (type) {
    case KeyType::kString:
      return "String";
    case KeyType::kArn:
      return "ARN";
    case KeyType::kBool:
      return "Bool";
    case KeyType::kNumeric:
      return "Numeric";
    case KeyType::kDate:
      return "Date";
    case KeyType::kIpAddress:
      return "IPAddress";
    case KeyType::kBinary:
      return "Binary";
  }
  return "";
}

std::string_view Name(AccessLevel level) {
  switch (level) {
    case AccessLevel::kList:
      return "List";
    case AccessLevel::kRead:
      return "Read";
    case AccessLevel::kWrite:
      return "Write";
    case AccessLevel::kTagging:
      return "Tagging";
    case AccessLevel::kPermissions:
      return "Permissions management";
  }
  return "";
}

std::string_view Name(PlaneClass plane) {
  switch (plane) {
    case PlaneClass::kRuntime:
      return "runtime";
    case PlaneClass::kAdmin:
      return "admin";
    case PlaneClass::kRead:
      return "read";
  }
  return "";
}

}  // namespace writ::catalog
