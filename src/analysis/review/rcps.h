// Resource control policies of two trees, by what they refuse.
#pragma once

#include <string_view>

#include "analysis/review/world.h"
#include "facts/catalog/catalog.h"

namespace writ::review {

/// Whether it is proved that two texts of RCPs refuse the same requests for resources of member
/// accounts of the world: not those of the management account, which RCPs do not restrict. No:
/// they do not, or one cannot be read, or it is not decided. Costs two questions to the procedure.
[[nodiscard]] bool RefuseTheSame(std::string_view one, std::string_view other, const World& world,
                                 const catalog::Catalog& catalog);

}  // namespace writ::review
