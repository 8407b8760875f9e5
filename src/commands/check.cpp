#include "commands/check.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/support/date.h"
#include "commands/finish.h"
#include "commands/old_freezes.h"
#include "commands/wording.h"
#include "compiler/build_tree.h"
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

/// Days from the day of the run to a day.
std::int64_t DaysTo(const std::string& day, const compiler::Compilation& compilation) {
  return support::DayNumber(*support::ParseDate(day)) -
         support::DayNumber(compilation.options.as_of);
}

/// Within how many days, of `lapsing:N`; nothing for another text.
std::optional<std::int64_t> LapsingDays(std::string_view text) {
  constexpr std::string_view kPrefix = "lapsing:";
  constexpr std::size_t kMostDigits = 5;
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  std::int64_t days = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  const bool whole = error == std::errc() && end == text.data() + text.size() && days >= 0;
  if (!whole || text.size() > kMostDigits) return std::nullopt;
  return days;
}

/// What lapses in the next 30 and 90 days, in one line; empty if nothing does.
std::string LapsingText(const intent::Model& model, const compiler::Compilation& compilation) {
  constexpr std::int64_t kSoon = 30;
  constexpr std::int64_t kLater = 90;
  std::size_t soon = 0;
  std::size_t later = 0;
  const intent::Deadline* first = nullptr;
  for (const intent::Deadline& each : model.deadlines) {
    const std::int64_t days = DaysTo(each.day, compilation);
    if (days < 0 || days > kLater) continue;
    if (first == nullptr) first = &each;
    ++later;
    if (days <= kSoon) ++soon;
  }
  if (first == nullptr) return {};
  return fmt::format("lapsing: {} in {} days, {} in {} days; first {} on {} ({})\n", soon, kSoon,
                     later, kLater, first->what, first->day,
                     compilation.sources.DescribeRelative(first->span));
}

/// Prints what lapses within the days, a line each. True if something does.
bool PrintLapsing(const intent::Model& model, std::int64_t days,
                  const compiler::Compilation& compilation, std::ostream& out) {
  bool any = false;
  for (const intent::Deadline& each : model.deadlines) {
    const std::int64_t left = DaysTo(each.day, compilation);
    if (left < 0 || left > days) continue;
    any = true;
    out << fmt::format("{}: {} lapses on {}\n", compilation.sources.DescribeRelative(each.span),
                       each.what, each.day);
  }
  return any;
}

host::ExitStatus CheckOnce(const CheckOptions& options, host::Environment& environment) {
  compiler::Compilation compilation(environment);
  const auto program = compiler::Compile<compiler::Bound>({options.paths}, compilation);
  compiler::Decided decided;
  host::ExitStatus status = StatusOf(program.stop);
  if (!program.stop) {
    decided = compiler::DecideProgram(program, compilation);
    status = StatusOf(decided);
    if (!decided.is_contradicted && compiler::CheckDocuments(program, compilation)) {
      status = StatusOf(compiler::Stop::kInvalid);
    }
  }
  if (program.is_understood && options.dump_intent) environment.out << intent::Dump(program.model);
  if (program.is_read && !environment.settings.quiet) {
    environment.out << CheckedText(program, decided);
    if (program.is_understood) environment.out << LapsingText(program.model, compilation);
  }
  if (const auto days = LapsingDays(options.fail_on); days && program.is_understood) {
    const bool lapses = PrintLapsing(program.model, *days, compilation, environment.out);
    if (lapses && status == host::ExitStatus::kGood) status = host::ExitStatus::kNo;
  }
  WarnOfOldFreezes(options.paths, environment.files, compilation);
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
    host::Environment seen = environment.With(files);
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
  if (!options.fail_on.empty() && !LapsingDays(options.fail_on)) {
    environment.err << fmt::format(
        "writ: `--fail-on {}` is not one of `lapsing:DAYS`\nTry `writ check --help`.\n",
        options.fail_on);
    return host::ExitStatus::kUsage;
  }
  if (!options.watch) return CheckOnce(options, environment);
  if (!environment.wait || std::ranges::find(options.paths, "-") != options.paths.end()) {
    environment.err << "writ: --watch needs files; standard input cannot be watched\n";
    return host::ExitStatus::kUsage;
  }
  return Watch(options, environment);
}

}  // namespace writ::commands
