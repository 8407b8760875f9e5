// The pages docs/reference/*.md as the executable carries them, and the words that lead to them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/embedded.h"

namespace writ::commands {

[[nodiscard]] std::span<const support::EmbeddedText> ReferencePages();

/// The pages that are about `word`, case ignored: the one of that name (`qualifier-routed`, or
/// `routed` alone), else those with the word in their heading, else those whose grammar has it.
/// Reads all pages: some 200 KB.
[[nodiscard]] std::vector<const support::EmbeddedText*> PagesAbout(std::string_view word);

/// The name under which `writ explain` prints the page.
[[nodiscard]] std::string_view PageName(const support::EmbeddedText& page);
/// Its first line, without marks.
[[nodiscard]] std::string PageHeading(const support::EmbeddedText& page);

/// Up to three words of pages' names that a misspelt one may stand for.
[[nodiscard]] std::vector<std::string> NearestPageWords(std::string_view word);

}  // namespace writ::commands
