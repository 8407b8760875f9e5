// The typed codes W9000 to W9999: files, folders and the environment.
#pragma once

#include "base/diag/diag.h"

namespace writ::diag {

#define WRIT_DIAGNOSTIC(number, Name, severity, format, ...) \
  inline constexpr Code<__VA_ARGS__> k##Name{number, format, Severity::severity};
#include "base/diag/rows/9xxx_driver.def"
#undef WRIT_DIAGNOSTIC

}  // namespace writ::diag
