#include "facts/catalog/action_names.h"

#include <algorithm>

#include "table.h"

namespace writ::catalog {

ActionNames ActionNamesOf(const Catalog& catalog, const std::string& service) {
  ActionNames names;
  const auto found = catalog.FindService(service);
  if (!found) return names;
  names.prefix = found->prefix;
  for (const Action& action : catalog.ActionsOf(service)) {
    names.spelled.push_back(action.name);
  }
  std::ranges::sort(names.spelled, {}, [](const std::string& name) { return LowerCase(name); });
  for (const std::string& name : names.spelled) names.folded.push_back(LowerCase(name));
  return names;
}

}  // namespace writ::catalog
