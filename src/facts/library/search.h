// Searching the standard library by words (`writ catalog verbs`): the rows that
// catalog/search.h renders.
#pragma once

#include <span>
#include <string>

#include "facts/catalog/search.h"
#include "facts/library/library.h"

namespace writ::library {

/// All verbs in which every word occurs: in a name, what it is for, an IAM action.
[[nodiscard]] catalog::Answer SearchVerbs(const Library& library,
                                          std::span<const std::string> words);

}  // namespace writ::library
