// What one catalog states and another does not, fact by fact: what a refresh has to be reviewed
// for. Dates, sources and titles are no facts about what programs mean and are left out.
#pragma once

#include <string>
#include <vector>

#include "facts/catalog/catalog.h"

namespace writ::catalog {

/// A thing that is new, gone or described otherwise.
struct FactChange {
  enum class How { kAdded, kRemoved, kChanged };
  std::string topic;  ///< "kinds"
  std::string name;   ///< "guardrails"
  How how = How::kChanged;
  /// What is said of it on one side only, "administers bedrock:CreateGuardrail", sorted. Of a thing
  /// that is new or gone, all that is said.
  std::vector<std::string> added;
  std::vector<std::string> removed;
};

/// "added", "removed", "changed".
[[nodiscard]] std::string_view Name(FactChange::How how);

/// All differences, by topic (providers, families, models, regions, kinds, actions, services,
/// resources, keys, guardrail profiles, quotas, retired actions, retention modes, opt-out services)
/// and name. Reads both catalogs whole: about as long as writing them.
[[nodiscard]] std::vector<FactChange> FactChanges(const Catalog& before, const Catalog& after);

}  // namespace writ::catalog
