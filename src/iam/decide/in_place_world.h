// The requests that AWS can send, by the catalog, in parts: actions that no statement, no key and
// no form of resource tells apart are one part.
#pragma once

#include <vector>

#include "facts/catalog/catalog.h"
#include "iam/decide/in_place.h"

namespace writ::decide {

/// What the documents say of one action: statements that are about it, with the conditions left
/// that its requests can carry the keys of.
struct WorldPart {
  Documents before;
  Documents after;
  std::vector<policy::Statement> outside;  ///< Denies the resources that the action does not have
};

[[nodiscard]] std::vector<WorldPart> PartsOfWorld(const Documents& before, const Documents& after,
                                                  policy::Kind kind,
                                                  const catalog::Catalog& catalog);

}  // namespace writ::decide
