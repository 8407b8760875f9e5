#include "commands/smt_folder.h"

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "iam/decide/smt.h"

namespace writ::commands {

void SmtFolder::Take(const decide::Space& left, const decide::Space& right) {
  ++count_;
  const auto text =
      decide::WriteSmt(left, right, fmt::format("{}, question {}", title_, count_), &catalog_);
  if (text) {
    files_.emplace(fmt::format("{:04}.smt2", count_), *text);
  } else {
    ++unstated_[text.error().message];
  }
}

host::ExitStatus SmtFolder::Write(host::Environment& environment,
                                  compiler::Compilation& compilation) const {
  const host::EntryKind kind = environment.files.KindOf(path_);
  if (kind == host::EntryKind::kFolder) {
    const auto names = environment.files.List(path_);
    if (!names || !names->empty()) {
      environment.err << fmt::format("writ: --smt: the folder `{}` is not empty\n", path_);
      return host::ExitStatus::kUsage;
    }
  }
  const auto written = environment.files.ReplaceTree(path_, files_);
  if (!written) {
    compilation.findings.Report(diag::kFileNotWritten, {}, path_, written.error().message);
    return host::ExitStatus::kUnreadable;
  }
  if (environment.settings.quiet) return host::ExitStatus::kGood;
  environment.err << fmt::format("{} question{} written to {}\n", files_.size(),
                                 files_.size() == 1 ? "" : "s", path_);
  for (const auto& [reason, count] : unstated_) {
    environment.err << fmt::format("{} not stated: {}\n", count, reason);
  }
  return host::ExitStatus::kGood;
}

}  // namespace writ::commands
