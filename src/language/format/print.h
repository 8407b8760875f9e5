// Syntax as text: the one place that writes sentences from trees. What is printed reads back as the
// same tree (syntax::SameMeaning), in canonical layout. Comments are not part of a tree's items and
// are not printed.
#pragma once

#include <string>
#include <string_view>

#include "language/syntax/ast.h"

namespace writ::format {

/// The file in canonical form. The tree need not come from a text: spans are not looked at.
/// Whatever is no name of the language in the place of a name is the caller's mistake. Linear in
/// the tree.
[[nodiscard]] std::string Print(const syntax::File& file);

/// One sentence on one line, as in a message: qualifiers included, without a line break.
[[nodiscard]] std::string Print(const syntax::Sentence& sentence);
/// The same of a condition.
[[nodiscard]] std::string Print(const syntax::Cond& cond);

/// A string of the language with quotes and escapes.
[[nodiscard]] std::string Quoted(std::string_view text);

/// Whether the text is a name as it stands: no reserved word and no character that a name has not.
[[nodiscard]] bool IsPlainName(std::string_view text);

}  // namespace writ::format
