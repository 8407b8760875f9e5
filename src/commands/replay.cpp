#include "commands/replay.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/policy.h"
#include "commands/finish.h"
#include "commands/log_files.h"
#include "commands/replay_print.h"
#include "commands/replay_program.h"
#include "commands/wording.h"
#include "host/git_revision.h"
#include "host/memory_file_system.h"
#include "logs/replay/replay.h"
#include "logs/trail/sql.h"

namespace writ::commands {
namespace {

using Kind = replay::Finding::Kind;

/// The program in force, which may be one of a revision.
std::unique_ptr<ReplayProgram> ReadOld(const std::string& name,
                                       const host::Environment& environment) {
  auto old = std::make_unique<ReplayProgram>(environment);
  std::string path = name;
  if (const auto which = host::ParseRevision(name, environment.files)) {
    support::Result<host::FileSet> files = host::ReadRevision(*which, environment);
    if (!files.ok()) {
      old->compilation.findings.Report(diag::kFileNotReadable, {}, name, files.error().message);
      old->status = host::ExitStatus::kUnreadable;
      return old;
    }
    old->files = std::make_unique<host::MemoryFileSystem>(*std::move(files));
    path = which->path;
  }
  ReadProgram({.paths = {path}, .lock = compiler::LockUse::kIgnore}, environment, *old);
  return old;
}

/// The days that the query asks about unless a user says otherwise.
constexpr std::int64_t kDaysOfQuery = 30;

std::string Sql(const ReplayOptions& options, const LogQuestion& question,
                const ReplayProgram& program, const host::Environment& environment) {
  const intent::Organization& organization = program.bound.model.organization;
  trail::SqlQuestion asked;
  asked.engine = options.sql == "lake" ? trail::Engine::kLake : trail::Engine::kAthena;
  asked.sources = question.sources;
  asked.detail = question.detail;
  asked.since = options.since.empty() ? support::DateText(support::DateOfDayNumber(
                                            support::DayNumber(environment.today) - kDaysOfQuery))
                                      : options.since;
  asked.organization = organization.id;
  for (const intent::Account& account : organization.accounts) asked.accounts.push_back(account.id);
  for (const catalog::Region& region : program.compilation.catalog().regions()) {
    if (region.partition == organization.partition) asked.regions.push_back(region.name);
  }
  return trail::SqlOf(asked);
}

bool Fails(const replay::Report& report, const std::set<std::string>& fail_on) {
  const auto has = [&](Kind kind, const char* name) {
    return report.calls.contains(kind) && (fail_on.contains(name) || fail_on.contains("any"));
  };
  return has(Kind::kNewlyDenied, "newly-denied") || has(Kind::kNewlyAllowed, "newly-allowed") ||
         has(Kind::kUndetermined, "undetermined");
}

}  // namespace

host::ExitStatus RunReplay(const ReplayOptions& options, host::Environment& environment) {
  const LogArguments arguments = SortArguments(options.paths, environment.files);
  ReplayProgram now(environment);
  ReadProgram({arguments.program, options.bindings}, environment, now);
  if (!now.side) return Finish(now.compilation, environment, now.status);
  std::unique_ptr<ReplayProgram> old;
  if (!options.old.empty()) {
    old = ReadOld(options.old, environment);
    if (!old->side) return Finish(old->compilation, environment, old->status);
  }

  LogQuestion question;
  question.paths = arguments.logs;
  question.threads = options.threads;
  question.sources = SourcesOf(now.side->facts());
  question.detail = replay::DetailOf(now.bound.model);
  question.since = options.since;
  if (old) {
    std::ranges::copy(SourcesOf(old->side->facts()), std::back_inserter(question.sources));
    question.detail = replay::Both(question.detail, replay::DetailOf(old->bound.model));
  }
  if (!options.sql.empty()) {
    environment.out << Sql(options, question, now, environment);
    return FinishAnswer(now.compilation, environment, host::ExitStatus::kGood);
  }
  question.classes = options.classes;
  ReadLogs logs = LoadLogs(question, environment, now.compilation);
  if (!logs.is_readable) return Finish(now.compilation, environment, host::ExitStatus::kUnreadable);
  if (now.compilation.findings.has_errors()) {
    return Finish(now.compilation, environment, host::ExitStatus::kInvalid);
  }
  if (logs.classes.empty()) {
    ReportNoCall(question, logs.counts, now.compilation.findings);
    return Finish(now.compilation, environment, host::ExitStatus::kInvalid);
  }
  const replay::Report report =
      replay::Replay(std::move(logs.classes), *now.side, old ? old->side.get() : nullptr);
  const ReplayReport shown{report, logs.counts, now.compilation.catalog(), old != nullptr};
  switch (options.form) {
    case ReplayOptions::Form::kText:
      PrintReplayText(shown, environment.out);
      break;
    case ReplayOptions::Form::kMarkdown:
      PrintReplayMarkdown(shown, environment.out);
      break;
    case ReplayOptions::Form::kJson:
      PrintReplayJson(shown, environment.out);
      break;
  }
  // A call that was read is denied whatever the rest of a file holds; that none is, is not known.
  const host::ExitStatus rest = logs.is_whole && report.SaysSomething()
                                    ? host::ExitStatus::kGood
                                    : host::ExitStatus::kInvalid;
  return Finish(now.compilation, environment,
                Fails(report, options.fail_on) ? host::ExitStatus::kNo : rest);
}

}  // namespace writ::commands
