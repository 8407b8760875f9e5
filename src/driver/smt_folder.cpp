#include "driver/smt_folder.h"

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "iam/decide/smt.h"

namespace writ::driver {

void SmtFolder::Take(const decide::Space& left, const decide::Space& right) {
  ++count_;
  const auto text = decide::WriteSmt(left, right, fmt::format("{}, question {}", title_, count_));
  if (text) {
    files_.emplace(fmt::format("{:04}.smt2", count_), *text);
  } else {
    ++unstated_[text.error().message];
  }
}

ExitStatus SmtFolder::Write(Environment& environment, Compilation& compilation) const {
  const EntryKind kind = environment.files.KindOf(path_);
  if (kind == EntryKind::kFolder) {
    const auto names = environment.files.List(path_);
    if (!names || !names->empty()) {
      environment.err << fmt::format("writ: --smt: the folder `{}` is not empty\n", path_);
      return ExitStatus::kUsage;
    }
  }
  const auto written = environment.files.ReplaceTree(path_, files_);
  if (!written) {
    compilation.findings.Report(diag::kFileNotWritten, {}, path_, written.error().message);
    return ExitStatus::kUnreadable;
  }
  if (environment.settings.quiet) return ExitStatus::kGood;
  environment.err << fmt::format("{} question{} written to {}\n", files_.size(),
                                 files_.size() == 1 ? "" : "s", path_);
  for (const auto& [reason, count] : unstated_) {
    environment.err << fmt::format("{} not stated: {}\n", count, reason);
  }
  return ExitStatus::kGood;
}

}  // namespace writ::driver
