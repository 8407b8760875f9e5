#include "commands/check.h"

#include <algorithm>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "commands/finish.h"
#include "commands/wording.h"
#include "compiler/decide_program.h"
#include "compiler/parse_program.h"
#include "compiler/stages.h"
#include "host/recording_file_system.h"
#include "program/intent/dump.h"

namespace writ::commands {
namespace {

/// "checked 2 files: 7 sentences for 3 principals in 4 accounts, 2 asserts hold".
std::string CheckedText(const compiler::Checked& program, const compiler::Decided& decided) {
  const compiler::ProgramSize size = compiler::SizeOf(program.program);
  std::string text = fmt::format("checked {}: {}", Counted(size.files, "file"),
                                 Counted(size.sentences, "sentence"));
  if (program.is_understood && size.sentences > 0)
    text +=
        fmt::format(" for {} in {}", Counted(compiler::CountPrincipals(program.model), "principal"),
                    Counted(program.model.organization.accounts.size(), "account"));
  if (decided.asserts > 0) {
    const std::size_t held = decided.asserts - decided.failed;
    text += decided.failed == 0
                ? fmt::format(", {} hold{}", Counted(held, "assert"), held == 1 ? "s" : "")
                : fmt::format(", {} of {} hold{}", held, Counted(decided.asserts, "assert"),
                              held == 1 ? "s" : "");
  } else if (size.assertions > 0) {
    text += fmt::format(", {} not decided", Counted(size.assertions, "assert"));
  }
  if (size.tests > 0) text += fmt::format(", {} not yet run", Counted(size.tests, "test"));
  return text + "\n";
}

host::ExitStatus CheckOnce(const CheckOptions& options, host::Environment& environment) {
  compiler::Compilation compilation(environment);
  const auto program = compiler::Compile<compiler::Bound>({options.paths}, compilation);
  compiler::Decided decided;
  host::ExitStatus status = StatusOf(program.stop);
  if (!program.stop) {
    decided = compiler::DecideProgram(program, compilation);
    status = StatusOf(decided);
  }
  if (program.is_understood && options.dump_intent) environment.out << intent::Dump(program.model);
  if (program.is_read && !environment.settings.quiet) {
    environment.out << CheckedText(program, decided);
  }
  return Finish(compilation, environment, status);
}

/// Returns when something that the check looked at is another and stays so: an editor may write a
/// file in several steps. False: the wait ended first.
bool WaitForChange(host::RecordingFileSystem& files, const std::function<bool()>& wait) {
  do {
    if (!wait()) return false;
  } while (!files.HasChanged());
  do {
    files.Refresh();
    if (!wait()) return false;
  } while (files.HasChanged());
  return true;
}

host::ExitStatus Watch(const CheckOptions& options, host::Environment& environment) {
  while (true) {
    host::RecordingFileSystem files(environment.files);
    host::Environment seen{files,
                           environment.in,
                           environment.out,
                           environment.err,
                           environment.today,
                           environment.terminal,
                           environment.no_color,
                           environment.stopwatch,
                           environment.reverse_files,
                           environment.settings,
                           environment.programs};
    const host::ExitStatus status = CheckOnce(options, seen);
    if (!environment.settings.quiet) {
      environment.out << fmt::format("watching {}; Ctrl-C ends\n", Counted(files.files(), "file"));
    }
    environment.out.flush();
    environment.err.flush();
    if (!WaitForChange(files, environment.wait)) return status;
  }
}

}  // namespace

host::ExitStatus RunCheck(const CheckOptions& options, host::Environment& environment) {
  if (!options.watch) return CheckOnce(options, environment);
  if (!environment.wait || std::ranges::find(options.paths, "-") != options.paths.end()) {
    environment.err << "writ: --watch needs files; standard input cannot be watched\n";
    return host::ExitStatus::kUsage;
  }
  return Watch(options, environment);
}

}  // namespace writ::commands
