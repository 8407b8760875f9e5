// The typed codes W7000 to W7999: AWS policy documents and decision cases.
#pragma once

#include "base/diag/diag.h"

namespace writ::diag {

#define WRIT_DIAGNOSTIC(number, Name, severity, format, ...) \
  inline constexpr Code<__VA_ARGS__> k##Name{number, format, Severity::severity};
#include "base/diag/rows/7xxx_policy.def"
#undef WRIT_DIAGNOSTIC

}  // namespace writ::diag
