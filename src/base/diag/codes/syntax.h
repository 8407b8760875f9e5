// The typed codes W1000 to W1999: the language's text.
#pragma once

#include "base/diag/diag.h"

namespace writ::diag {

#define WRIT_DIAGNOSTIC(number, Name, severity, format, ...) \
  inline constexpr Code<__VA_ARGS__> k##Name{number, format, Severity::severity};
#include "base/diag/rows/1xxx_syntax.def"
#undef WRIT_DIAGNOSTIC

}  // namespace writ::diag
