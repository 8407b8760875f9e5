// Statements as relations: those that differ only in lists (actions, resources, principals, values
// of a condition) are taken together, laid out as cells, covered anew and written back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "iam/policy/document.h"
#include "oracle.h"

namespace writ::minimise {

struct Recast {
  std::vector<policy::Statement> statements;
  bool is_smallest = false;  ///< each group is, beside the others
  std::size_t least_statements = 0;
  std::size_t saved_at_most = 0;  ///< characters that a smaller form of the class could still save
};

/// The fewest statements of the same shapes that mean the same, with the fewest characters of
/// lists; a group that cannot be bettered stays as it is. Statements keep their order and Sids: one
/// that comes from several stands where the first of them stood. Where groups apply to the same
/// requests, `oracle` says what one need not and may say because of the others. `steps` is taken
/// down by the work.
[[nodiscard]] Recast CoverStatements(const std::vector<policy::Statement>& statements,
                                     Oracle& oracle, std::uint64_t& steps);

}  // namespace writ::minimise
