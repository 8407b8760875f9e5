// Texts that are part of the executable: the pages of the diagnostics, the standard library and the
// catalog. cmake/EmbedText.cmake makes a function that returns such a list for a layer.
#pragma once

#include <span>
#include <string_view>

namespace writ::support {

/// A file of the source tree as it was when the executable was built.
struct EmbeddedText {
  std::string_view name;  ///< path relative to the folder that was embedded
  std::string_view text;
};

/// The text of the file `name`, or nullptr. `texts` is sorted by name. Logarithmic.
[[nodiscard]] const EmbeddedText* FindEmbedded(std::span<const EmbeddedText> texts,
                                               std::string_view name);

}  // namespace writ::support
