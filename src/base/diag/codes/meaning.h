// The typed codes W4000 to W4999: what sentences mean together.
#pragma once

#include "base/diag/diag.h"

namespace writ::diag {

#define WRIT_DIAGNOSTIC(number, Name, severity, format, ...) \
  inline constexpr Code<__VA_ARGS__> k##Name{number, format, Severity::severity};
#include "base/diag/rows/4xxx_meaning.def"
#undef WRIT_DIAGNOSTIC

}  // namespace writ::diag
