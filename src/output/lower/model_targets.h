// Which model ids a prohibition's resources name. IAM cannot subtract in one statement, so a set
// with exceptions is told by NotResource: everything that is not among the ids left alone.
#pragma once

#include <string>
#include <vector>

#include "facts/catalog/catalog.h"
#include "program/intent/model.h"

namespace writ::lower {

struct ModelTargets {
  bool inverted = false;           ///< `globs` are left alone (NotResource)
  bool everything = false;         ///< any model without exception
  std::vector<std::string> globs;  ///< id globs
};

/// With exceptions to patterns (`models from anthropic except …`) the ids left alone are all that
/// the catalog knows outside the patterns, whole providers where possible; what is in neither is
/// refused with the forbidden ones (the manifest says so).
[[nodiscard]] ModelTargets TargetsOf(const intent::ModelPatterns& models,
                                     const catalog::Catalog& catalog);

}  // namespace writ::lower
