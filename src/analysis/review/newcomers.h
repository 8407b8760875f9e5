// Accounts to come as places of a world: whoever joins an OU later meets what is attached to it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/review/world.h"

namespace writ::review {

/// Two worlds with places for the accounts that may join their OUs later, after all others.
struct WithNewcomers {
  World before;
  World after;
  /// Of a unit whose accounts to come cannot be told apart: what to call them, and why not.
  std::vector<std::pair<std::string, std::string>> undecided;
};

/// Places for one account of each class that the documents of either world tell apart, in every
/// unit that both have. Nothing if the documents for accounts to come are the same on both sides.
[[nodiscard]] std::optional<WithNewcomers> AddNewcomers(const World& before, const World& after);

}  // namespace writ::review
