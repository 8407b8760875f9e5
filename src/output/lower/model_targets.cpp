#include "model_targets.h"

#include <algorithm>
#include <set>

namespace writ::lower {
namespace {

bool MatchesAny(const std::vector<std::string>& patterns, const std::string& id) {
  return std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return catalog::MatchesPattern(pattern, id); });
}

/// Globs of all cataloged ids that `patterns` do not match: a provider's prefix where none of its
/// ids is matched, single ids elsewhere.
std::set<std::string> IdsOutside(const std::vector<std::string>& patterns,
                                 const catalog::Catalog& catalog) {
  std::set<std::string> outside;
  for (const catalog::Provider& provider : catalog.providers()) {
    std::vector<std::string> ids;
    for (const catalog::Model* model : catalog.ModelsOf(provider)) {
      for (const catalog::ModelId& id : model->ids) ids.push_back(id.id);
    }
    std::vector<std::string> kept;
    std::ranges::copy_if(ids, std::back_inserter(kept),
                         [&](const std::string& id) { return !MatchesAny(patterns, id); });
    if (kept.size() == ids.size()) {
      outside.insert(provider.patterns.begin(), provider.patterns.end());
    } else {
      outside.insert(kept.begin(), kept.end());
    }
  }
  return outside;
}

}  // namespace

ModelTargets TargetsOf(const intent::ModelPatterns& models, const catalog::Catalog& catalog) {
  if (models.except.empty()) {
    if (models.all) return {false, true, {"*"}};
    return {false, false, models.patterns};
  }
  std::set<std::string> left_alone(models.except.begin(), models.except.end());
  if (!models.all) left_alone.merge(IdsOutside(models.patterns, catalog));
  return {true, false, {left_alone.begin(), left_alone.end()}};
}

}  // namespace writ::lower
