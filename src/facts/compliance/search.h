// Searching compliance packs by words (`writ catalog packs`, `writ catalog controls`): the rows
// that catalog/search.h renders.
#pragma once

#include <span>
#include <string>

#include "facts/catalog/search.h"

namespace writ::compliance {

/// The packs of this build in which every word occurs, case ignored: in the id, the name, the
/// version, a source.
[[nodiscard]] catalog::Answer SearchPacks(std::span<const std::string> words);

/// Their controls in which every word occurs: in the name in any spelling, the title, the pack, the
/// level, a mark, a kind of sentence that is evidence.
[[nodiscard]] catalog::Answer SearchControls(std::span<const std::string> words);

}  // namespace writ::compliance
