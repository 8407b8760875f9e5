// What `diff` says of two programs that differ in one sentence or one qualifier, held against the
// reference.
#pragma once

#include "differential/questions.h"

namespace writ::differential {

/// The program with one edit: a sentence or a qualifier less, or a sentence more.
[[nodiscard]] ProgramText Edited(const ProgramText& text, std::size_t number);

/// Compares the two. `misreading` is what the comparison is told of the new program.
[[nodiscard]] std::optional<WrongAnswer> AskDifference(
    const ProgramText& before, const ProgramText& after, std::uint64_t seed, std::size_t requests,
    AskedCounts& counts, const std::vector<policy::Request>& more = {},
    const Misreading* misreading = nullptr);

/// Both programs with as little as still shows what is wrong.
void MakeSmaller(ProgramText& before, ProgramText& after, std::uint64_t seed,
                 const WrongAnswer& wrong);

}  // namespace writ::differential
