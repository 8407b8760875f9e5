// Decision coverage for tools that show coverage of lines and branches: each sentence or condition
// is a branch at the line of its sentence, with two ways (docs/testing-policies.md, "Coverage").
#pragma once

#include <string>

#include "analysis/report/report.h"

namespace writ::report_forms {

/// An LCOV tracefile (geninfo(1), "Tracefile format", read 2026-11-30).
[[nodiscard]] std::string Lcov(const report::Report& report);
/// A Cobertura report (its coverage-04.dtd, read 2026-11-30). Its timestamp is 0.
[[nodiscard]] std::string Cobertura(const report::Report& report);

}  // namespace writ::report_forms
