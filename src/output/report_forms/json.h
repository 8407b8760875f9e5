// A report as JSON: docs/schemas/report.schema.json.
#pragma once

#include <string>

#include "analysis/report/report.h"

namespace writ::report_forms {

/// Ends with a line break. Members have one order; lists have the report's.
[[nodiscard]] std::string Json(const report::Report& report);

}  // namespace writ::report_forms
