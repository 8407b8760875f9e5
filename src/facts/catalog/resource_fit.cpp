#include "facts/catalog/resource_fit.h"

#include <algorithm>
#include <set>
#include <utility>

namespace writ::catalog {
namespace {

std::string WithVariablesAsWildcards(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{') {
      result += '*';
      i = std::min(text.find('}', i), text.size());
    } else {
      result += text[i];
    }
  }
  return result;
}

/// Two ARNs with wildcards have one in common: their first five parts compare one by one. A text
/// with fewer parts is compared as a whole.
bool PartsMeet(std::string_view one, std::string_view other) {
  constexpr int kParts = 5;
  if (std::count(one.begin(), one.end(), ':') < kParts ||
      std::count(other.begin(), other.end(), ':') < kParts)
    return PatternsMeet(one, other);
  for (int i = 0; i < kParts; ++i) {
    const std::size_t end = one.find(':');
    const std::size_t other_end = other.find(':');
    if (!PatternsMeet(one.substr(0, end), other.substr(0, other_end))) return false;
    one.remove_prefix(end + 1);
    other.remove_prefix(other_end + 1);
  }
  return PatternsMeet(one, other);
}

}  // namespace

std::vector<std::string> FormatsOf(const Catalog& catalog, const Action& action) {
  std::vector<std::string> formats;
  for (const ActionResource& resource : action.resources) {
    const auto type = catalog.FindResourceType(action.service, resource.type);
    if (!type) continue;
    formats.insert(formats.end(), type->arns.begin(), type->arns.end());
  }
  return formats;
}

const std::vector<std::string>& ResourceFit::FormatsOfService(const std::string& service) {
  const auto [at, is_new] = formats_of_service_.try_emplace(service);
  if (is_new) {
    std::set<std::string> formats;
    for (const Action& action : catalog_.ActionsOf(service, "*"))
      for (std::string& format : FormatsOf(catalog_, action)) formats.insert(std::move(format));
    at->second.assign(formats.begin(), formats.end());
  }
  return at->second;
}

bool ResourceFit::HasBelow(const std::string& service, const std::string& format) {
  const std::vector<std::string>& all = FormatsOfService(service);
  return std::any_of(all.begin(), all.end(), [&](const std::string& other) {
    return other.size() > format.size() && other.rfind(format + "/", 0) == 0;
  });
}

bool ResourceFit::IsBelow(const Action& action, std::string_view resource,
                          const std::string& format) {
  const auto slashes = [](std::string_view text) {
    return std::count(text.begin(), text.end(), '/');
  };
  return slashes(resource) > slashes(format) && HasBelow(action.service, format);
}

bool ResourceFit::Fits(const Action& action, std::string_view resource) {
  const std::string wanted = WithVariablesAsWildcards(resource);
  const std::vector<std::string> formats = FormatsOf(catalog_, action);
  return std::any_of(formats.begin(), formats.end(), [&](const std::string& format) {
    return PartsMeet(wanted, FormatPattern(format)) && !IsBelow(action, wanted, format);
  });
}

bool PatternsMeet(std::string_view one, std::string_view other) {
  // reach[j]: some text matches one[0..i) and other[0..j).
  std::vector<char> reach(other.size() + 1, 0);
  std::vector<char> next(other.size() + 1, 0);
  reach[0] = 1;
  for (std::size_t j = 0; j < other.size() && other[j] == '*'; ++j) reach[j + 1] = 1;
  for (const char c : one) {
    next[0] = static_cast<char>(c == '*' ? reach[0] : 0);
    for (std::size_t j = 0; j < other.size(); ++j) {
      const char d = other[j];
      bool met = false;
      if (c == '*') met = reach[j + 1] != 0 || next[j] != 0;
      if (d == '*') met = met || next[j] != 0 || reach[j + 1] != 0;
      if (c != '*' && d != '*' && (c == d || c == '?' || d == '?')) met = met || reach[j] != 0;
      next[j + 1] = static_cast<char>(met ? 1 : 0);
    }
    std::swap(reach, next);
  }
  return reach[other.size()] != 0;
}

std::string FormatPattern(std::string_view format) { return WithVariablesAsWildcards(format); }

}  // namespace writ::catalog
