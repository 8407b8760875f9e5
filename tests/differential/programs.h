// Small random programs over every form of sentence, subject, exception and qualifier.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace writ::differential {

/// What is asked about a program: after `assert … can`, `allow`, `writ who` and so on.
struct QuestionText {
  std::string subject;
  std::string action;
  std::vector<std::string> qualifiers;
};

/// A program in pieces, so that a disagreement can be made smaller.
struct ProgramText {
  std::string partition = "aws";
  std::vector<std::string> declarations;
  /// Each sentence in parts: the first is what cannot be left out.
  std::vector<std::vector<std::string>> sentences;
  std::string bindings;
  std::vector<QuestionText> questions;
  /// Sentences that it does not have: it is compared with a program that does.
  std::vector<std::vector<std::string>> others;

  [[nodiscard]] std::string Text() const;
};

[[nodiscard]] ProgramText RandomProgram(std::uint64_t seed);

}  // namespace writ::differential
