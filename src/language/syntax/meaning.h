// Questions about syntax that several passes ask.
#pragma once

#include <string>
#include <string_view>

#include "base/source/source.h"
#include "language/syntax/ast.h"

namespace writ::syntax {

/// All that a file says, without spans, comments and the form of quoting: equal for two files iff
/// they are the same program text up to layout. For tests and for comparing, not for people.
[[nodiscard]] std::string Digest(const File& file);

/// Both files say the same, construct by construct.
[[nodiscard]] bool SameMeaning(const File& a, const File& b);

/// The comment block directly above `item`, without its slashes, lines joined by `\n`; empty when
/// there is none. `file` is the one that holds the item.
[[nodiscard]] std::string DocComment(const source::SourceMap& sources, const File& file,
                                     const Item& item);

/// As it is written, "<="; empty for kPresent.
[[nodiscard]] std::string_view OperatorText(Comparison::Operator op);

}  // namespace writ::syntax
