#include "proof/verify/said_of_places.h"

#include <algorithm>
#include <string>
#include <vector>

#include "proof/deployed/joining.h"

namespace writ::verify {
namespace {

using intent::NodeIndex;

/// Whether the permission's guardrails are bound alike in all accounts of the holder.
bool HasOneGuardrail(const Facts& facts, const intent::Permission& permission,
                     const intent::Holder& holder) {
  std::vector<const std::string*> ids;
  for (const intent::AccountIndex account : holder.accounts) {
    if (!std::ranges::binary_search(permission.accounts, account)) continue;
    ids.push_back(&facts.AccountAt(account).id);
  }
  const auto is_one = [&](intent::GuardrailIndex index) {
    const std::string& name = facts.model.guardrails[index.value].name;
    const intent::Bindings& bindings = facts.bindings;
    const std::vector<std::string> regions = bindings.Regions(name, *ids.front());
    return std::ranges::all_of(ids, [&](const std::string* id) {
      return bindings.Regions(name, *id) == regions &&
             std::ranges::all_of(regions, [&](const std::string& region) {
               return bindings.Find(name, *id, region) == bindings.Find(name, *ids.front(), region);
             });
    });
  };
  return !ids.empty() && std::ranges::all_of(permission.guardrails, is_one) &&
         std::ranges::all_of(permission.operation.guardrails, is_one);
}

}  // namespace

bool IsSaidOfPlaces(const Facts& facts, const intent::Permission& permission,
                    const intent::Holder& holder) {
  const intent::Organization& organization = facts.model.organization;
  if (!HasOneGuardrail(facts, permission, holder)) return false;
  const auto is_root = [](NodeIndex unit) { return unit == NodeIndex{0}; };
  if (std::ranges::any_of(holder.units, is_root) &&
      std::ranges::any_of(permission.units, is_root)) {
    return true;
  }
  if (organization.id.empty()) return false;
  const auto has_id = [&](NodeIndex unit) {
    return is_root(unit) || !organization.nodes[unit.value].id.empty();
  };
  // Of two units one of which lies in the other, the lower is where it is granted.
  const auto all_have_ids = [&](const std::vector<NodeIndex>& units,
                                const std::vector<NodeIndex>& within) {
    return std::ranges::all_of(units, [&](NodeIndex unit) {
      return !deployed::IsAtOrBelowAny(organization, unit, within) || has_id(unit);
    });
  };
  return all_have_ids(holder.units, permission.units) &&
         all_have_ids(permission.units, holder.units);
}

}  // namespace writ::verify
