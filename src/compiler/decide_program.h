// What is decided about a program by proof, without artifacts: its assertions, and permissions that
// its prohibitions cut off.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "compiler/stages.h"

namespace writ::compiler {

struct Decided {
  std::size_t asserts = 0;       ///< also those that were given up
  std::size_t failed = 0;        ///< or given up
  bool is_contradicted = false;  ///< the program is wrong whatever its assertions say
  std::set<std::string> idle;    ///< places of sentences without which it would mean the same
};

/// Reports assertions that fail (W6010) or are given up (W6011), permissions that are cut off
/// (W6020, W6021) or lack what a requirement asks for (W4100), duties that a path gets round and
/// sentences that say nothing new. A guardrail without any binding is taken to be bound wherever it
/// is asked for, so that a program can be checked before it is deployed.
[[nodiscard]] Decided DecideProgram(const Bound& program, Compilation& compilation);

}  // namespace writ::compiler
