// The typed codes W6000 to W6999: proofs.
#pragma once

#include "base/diag/diag.h"

namespace writ::diag {

#define WRIT_DIAGNOSTIC(number, Name, severity, format, ...) \
  inline constexpr Code<__VA_ARGS__> k##Name{number, format, Severity::severity};
#include "base/diag/rows/6xxx_proof.def"
#undef WRIT_DIAGNOSTIC

}  // namespace writ::diag
