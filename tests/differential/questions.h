// What the component behind `assert`, `test`, `can`, `who` and `explain --request`, and the
// comparison behind `diff`, answer about a program, held against the reference.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "differential/programs.h"
#include "differential/trial.h"
#include "proof/reference/requests.h"

namespace writ::differential {

/// How often something was asked.
struct AskedCounts {
  std::size_t answers = 0;
  std::size_t checks = 0;  ///< requests that the reference and the answer both speak of
  std::size_t given_up = 0;
};

struct WrongAnswer {
  std::string kind;  ///< "assert can", "who", …
  QuestionText question;
  std::string what;
  /// The request that shows it, where it is not one of the answer's own.
  std::optional<policy::Request> request;
};

/// Asks all of the program's questions in all ways. `requests` are added to those that are made.
/// `only`: nothing but this kind.
[[nodiscard]] std::optional<WrongAnswer> AskQuestions(const ProgramText& text, std::uint64_t seed,
                                                      std::size_t requests,
                                                      std::map<std::string, AskedCounts>& counts,
                                                      const std::vector<policy::Request>& more = {},
                                                      const std::string& only = "",
                                                      const Misreading* misreading = nullptr);

/// The program and the question with as little as still shows what is wrong.
[[nodiscard]] ProgramText SmallerQuestion(ProgramText text, std::uint64_t seed,
                                          const WrongAnswer& wrong);

}  // namespace writ::differential
