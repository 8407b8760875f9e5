// Documents that say the same in other words: what needs no search to be equivalent.
#pragma once

#include <cstddef>

#include "iam/decide/in_place.h"

namespace writ::decide {

/// Statements that one side is divided into, at the most.
inline constexpr std::size_t kMostParts = 20'000;

/// Whether both have the same statements, each divided into one action and one resource, whatever
/// their order, grouping, Sids, repetitions and, where IAM compares without regard to it, case.
/// Such documents are equivalent in every place and under every reading. `false` says nothing:
/// there may be more than kMostParts on a side. Cost: n log n for n parts.
[[nodiscard]] bool AreSaidAlike(const Documents& before, const Documents& after);

}  // namespace writ::decide
