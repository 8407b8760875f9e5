// Leaving out what other parts of a document say already: statements, elements of lists, conditions
// and their values. Nothing is rewritten, so what stays keeps its order and Sid.
#pragma once

#include <vector>

#include "iam/policy/document.h"
#include "oracle.h"

namespace writ::minimise {

/// How much was left out.
struct Dropped {
  std::size_t statements = 0;
  std::size_t elements = 0;
  std::size_t conditions = 0;
  [[nodiscard]] bool any() const { return statements + elements + conditions > 0; }
};

/// Drops texts that another text of the same list includes. Needs no proof of its own: by texts.
Dropped Tidy(std::vector<policy::Statement>& statements);

/// Drops whatever `oracle` proves to be said elsewhere. After it, no statement, action, resource,
/// condition or value can be dropped alone, as far as the oracle's questions reach.
Dropped Reduce(std::vector<policy::Statement>& statements, Oracle& oracle);

}  // namespace writ::minimise
