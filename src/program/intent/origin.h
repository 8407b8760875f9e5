// Where and under what a thing was said.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "base/source/source.h"

namespace writ::intent {

/// `waive RULE until DATE by "…" because "…"`.
struct Waived {
  std::string rule;
  std::string until;  ///< YYYY-MM-DD
  std::string by;
  std::string because;  ///< empty: no reason given
  auto operator<=>(const Waived&) const = default;
};

/// Where a thing was said.
struct Origin {
  source::Span span;
  std::string place;                  ///< "path:line:column", path relative to what the user named
  std::string sentence;               ///< the sentence's words with single spaces
  std::string because;                ///< the reason, or empty
  std::string use_case;               ///< the use-case after `under`, or empty
  std::vector<std::string> controls;  ///< in the order written
  std::string until;                  ///< the day after which it is not in force, or empty
  std::vector<Waived> waived;         ///< in the order written
  std::vector<std::string> after = {};         ///< names of evaluations, in the order written
  std::vector<std::string> attestations = {};  ///< after `under`, in the order written
};

}  // namespace writ::intent
