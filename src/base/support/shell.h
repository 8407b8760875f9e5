// Words of a shell.
#pragma once

#include <string>
#include <string_view>

namespace writ::support {

/// The text in single quotes: one word of sh, bash and zsh that stands for itself.
[[nodiscard]] inline std::string ShellWord(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace writ::support
