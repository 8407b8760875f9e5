// The typed codes W2000 to W2999: names and imports.
#pragma once

#include "base/diag/diag.h"

namespace writ::diag {

#define WRIT_DIAGNOSTIC(number, Name, severity, format, ...) \
  inline constexpr Code<__VA_ARGS__> k##Name{number, format, Severity::severity};
#include "base/diag/rows/2xxx_names.def"
#undef WRIT_DIAGNOSTIC

}  // namespace writ::diag
