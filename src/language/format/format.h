// The canonical layout of a program: one text for one sequence of tokens and comments, whatever
// their layout was. Tokens are never changed, so the meaning cannot change either; the rules are in
// docs/language.md, "Formatting".
#pragma once

#include <optional>
#include <string>

#include "base/diag/diag.h"
#include "base/source/source.h"

namespace writ::format {

/// Columns that a line may have, in characters. Words are never cut, so one may stand out.
inline constexpr std::size_t kMaxColumns = 100;

/// The file in canonical form; nothing when it has syntax errors, which are reported. Formatting
/// the result gives the result. Linear in the text.
[[nodiscard]] std::optional<std::string> Format(const source::SourceMap& sources,
                                                source::FileId file, diag::Sink& sink);

}  // namespace writ::format
