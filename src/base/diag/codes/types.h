// The typed codes W3000 to W3999: types and values.
#pragma once

#include "base/diag/diag.h"

namespace writ::diag {

#define WRIT_DIAGNOSTIC(number, Name, severity, format, ...) \
  inline constexpr Code<__VA_ARGS__> k##Name{number, format, Severity::severity};
#include "base/diag/rows/3xxx_types.def"
#undef WRIT_DIAGNOSTIC

}  // namespace writ::diag
