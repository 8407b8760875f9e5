#include "commands/replace_folder.h"

#include "base/diag/codes/driver.h"

namespace writ::commands {

bool ReplaceFolder(const std::string& path, const host::FileSet& files,
                   host::Environment& environment, compiler::Compilation& compilation) {
  const auto written = environment.files.ReplaceTree(path, files);
  if (!written.ok()) {
    compilation.findings.Report(diag::kOutputNotWritten, {}, path, written.error().message);
  }
  return written.ok();
}

}  // namespace writ::commands
