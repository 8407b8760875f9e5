// Searching the standard library by words (`writ catalog verbs`, `writ catalog services`): the rows
// that catalog/search.h renders.
#pragma once

#include <span>
#include <string>

#include "facts/catalog/search.h"
#include "facts/library/library.h"

namespace writ::library {

/// All verbs, or all modules, in which every word occurs: in a name, what it is for, an IAM action.
/// `topic` is kVerbs or kServices.
[[nodiscard]] catalog::Answer Search(const Library& library, catalog::Topic topic,
                                     std::span<const std::string> words);

}  // namespace writ::library
