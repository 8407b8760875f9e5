// A report as JSON: docs/schemas/report.schema.json.
#pragma once

#include <string>

#include "analysis/report/report.h"

namespace writ::report_forms {

/// Ends with a line break. Members have one order; lists have the report's.
[[nodiscard]] std::string Json(const report::Report& report);

/// Parts of it, each an object of its own: the proof; tests and coverage; packs, controls, waivers,
/// declarations and deadlines.
[[nodiscard]] std::string ProofJson(const report::Report& report);
[[nodiscard]] std::string TestsJson(const report::Report& report);
[[nodiscard]] std::string GovernanceJson(const report::Report& report);

}  // namespace writ::report_forms
