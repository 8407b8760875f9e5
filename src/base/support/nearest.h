// "Did you mean": the candidates that a misspelt word is most likely to be. A guess is withheld
// when it would be noise; the caller then lists the valid names or says nothing.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace writ::support {

/// Up to `limit` candidates within one edit per three characters of `word` (at least one, an edit
/// being a character inserted, left out, replaced, or swapped with its neighbor), nearest first,
/// ties in the order of bytes. Upper and lower case cost nothing. Time: product of the lengths of
/// `word` and of each candidate; words over 64 bytes have no neighbors.
[[nodiscard]] std::vector<std::string> Nearest(std::string_view word,
                                               std::span<const std::string_view> candidates,
                                               std::size_t limit);

/// The number of such edits between two words; for words over 64 bytes, the length of the longer.
[[nodiscard]] std::size_t EditDistance(std::string_view a, std::string_view b);

}  // namespace writ::support
