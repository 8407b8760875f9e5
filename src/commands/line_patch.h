// Two texts as a patch that `git apply` and `patch -p1` take.
#pragma once

#include <string>
#include <string_view>

namespace writ::commands {

/// A unified diff with three lines of context; empty if the texts are the same. As short as can be,
/// unless thousands of lines differ. Quadratic in the lines between the first and the last that
/// differ.
[[nodiscard]] std::string LinePatch(const std::string& path, std::string_view before,
                                    std::string_view after);

}  // namespace writ::commands
