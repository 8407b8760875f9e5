// The typed codes W8000 to W8999: guardrails.
#pragma once

#include "base/diag/diag.h"

namespace writ::diag {

#define WRIT_DIAGNOSTIC(number, Name, severity, format, ...) \
  inline constexpr Code<__VA_ARGS__> k##Name{number, format, Severity::severity};
#include "base/diag/rows/8xxx_guardrails.def"
#undef WRIT_DIAGNOSTIC

}  // namespace writ::diag
