// A report as one page: no network, no library, no tracking. Style and script are in the page and
// named by digest in its content security policy, so that nothing else can run in it, whatever a
// name or a reason of the program holds. Without scripts everything but the filter works.
#pragma once

#include <cstddef>
#include <string>

#include "analysis/report/report.h"

namespace writ::report_forms {

/// The page of a larger program is refused by `writ report`: browsers and mail do not take it well.
inline constexpr std::size_t kMaxPageBytes = std::size_t{5} << 20U;

/// Linear in the report.
[[nodiscard]] std::string Html(const report::Report& report);

}  // namespace writ::report_forms
