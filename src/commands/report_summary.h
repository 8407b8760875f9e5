// The few lines that `writ report` prints when nothing is to be written.
#pragma once

#include <iosfwd>

#include "analysis/report/report.h"

namespace writ::commands {

/// The verdict of the proof, controls with and without evidence, cells of the matrix by answer,
/// tests, what ends next, and the options that write all of it. Linear in the report.
void PrintReportSummary(const report::Report& report, std::ostream& out);

}  // namespace writ::commands
