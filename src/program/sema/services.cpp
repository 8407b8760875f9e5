#include "program/sema/services.h"

#include <algorithm>

namespace writ::sema {
namespace {

/// The prefix itself and, in a prohibition, those that AWS has split off from it.
void AddFamily(const Context& context, const std::string& prefix, Reading reading,
               std::vector<std::string>& prefixes) {
  prefixes.push_back(prefix);
  if (reading != Reading::kProhibition) return;
  for (const catalog::Service& service : context.catalog.Services()) {
    if (service.prefix.starts_with(prefix + "-")) prefixes.push_back(service.prefix);
  }
}

}  // namespace

std::vector<std::string> ServicePrefixes(const Context& context, std::string_view name,
                                         Reading reading) {
  std::vector<std::string> prefixes;
  for (const library::Module& module : context.library.modules()) {
    if (const auto plane = module.planes.find(name); plane != module.planes.end()) {
      AddFamily(context, plane->second, reading, prefixes);
    }
    if (const auto named = module.services.find(name); named != module.services.end()) {
      for (const std::string& prefix : named->second) {
        AddFamily(context, prefix, reading, prefixes);
      }
    }
  }
  if (prefixes.empty()) {
    if (const auto service = context.catalog.FindService(name);
        service && service->prefix == name) {
      AddFamily(context, service->prefix, reading, prefixes);
    }
  }
  std::ranges::sort(prefixes);
  prefixes.erase(std::ranges::unique(prefixes).begin(), prefixes.end());
  return prefixes;
}

std::vector<std::string> ServiceNames(const Context& context, std::string_view name) {
  std::vector<std::string> names = context.catalog.SuggestServices(name);
  for (const library::Module& module : context.library.modules()) {
    for (const auto& [plane, prefix] : module.planes) names.push_back(plane);
    for (const auto& [service, prefixes] : module.services) names.push_back(service);
  }
  return names;
}

}  // namespace writ::sema
