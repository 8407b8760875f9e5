// The typed codes W5000 to W5999: lowering and the bounds of documents.
#pragma once

#include "base/diag/diag.h"

namespace writ::diag {

#define WRIT_DIAGNOSTIC(number, Name, severity, format, ...) \
  inline constexpr Code<__VA_ARGS__> k##Name{number, format, Severity::severity};
#include "base/diag/rows/5xxx_lowering.def"
#undef WRIT_DIAGNOSTIC

}  // namespace writ::diag
