// Programs drawn at random, for properties of what is built.
#pragma once

#include <cstddef>

#include <doctest/doctest.h>

#include "differential/trial.h"
#include "proof/reference/random.h"

namespace writ::differential {

/// Draws programs, each of which must be proved or refused, and calls `check` with those that are
/// built; says how many these are.
template <class Check>
std::size_t ForEachBuilt(reference::Random& random, std::size_t programs,
                         ProgramText (*draw)(reference::Random&), const Check& check) {
  std::size_t built = 0;
  for (std::size_t i = 0; i < programs; ++i) {
    const ProgramText text = draw(random);
    const Trial trial(text, /*shrinks=*/true);
    CAPTURE(text.Text());
    CAPTURE(trial.why());
    REQUIRE(trial.outcome() != Trial::Outcome::kRefuted);
    if (trial.outcome() != Trial::Outcome::kBuilt) continue;
    ++built;
    check(trial);
  }
  return built;
}

}  // namespace writ::differential
