// Small random programs over every form of sentence, subject, exception and qualifier.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace writ::differential {

/// A program in pieces, so that a disagreement can be made smaller.
struct ProgramText {
  std::string partition = "aws";
  std::vector<std::string> declarations;
  /// Each sentence in parts: the first is what cannot be left out.
  std::vector<std::vector<std::string>> sentences;
  std::string bindings;

  [[nodiscard]] std::string Text() const;
};

[[nodiscard]] ProgramText RandomProgram(std::uint64_t seed);

}  // namespace writ::differential
