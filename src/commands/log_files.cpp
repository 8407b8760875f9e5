#include "commands/log_files.h"

#include <algorithm>
#include <array>
#include <istream>
#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/policy.h"
#include "commands/walk_folder.h"
#include "commands/wording.h"
#include "logs/trail/read_classes.h"
#include "logs/trail/read_many.h"

namespace writ::commands {
namespace {

constexpr std::string_view kStandardInput = "-";
constexpr std::uint64_t kMaxClassBytes = std::uint64_t{256} << 20U;
/// Hashes of log files, which CloudTrail puts into a folder of its own (CloudTrail User Guide,
/// "CloudTrail digest file structure", read 2026-11-29).
constexpr std::string_view kDigests = "CloudTrail-Digest";

bool IsLog(std::string_view name) {
  return name.ends_with(".json") || name.ends_with(".jsonl") || name.ends_with(".ndjson") ||
         name.ends_with(".gz");
}
bool IsProgram(std::string_view name) { return name.ends_with(".writ"); }

bool HoldsProgram(const std::string& path, const host::FileSystem& files) {
  if (files.KindOf(path) != host::EntryKind::kFolder) return IsProgram(path);
  bool holds = false;
  FolderWalk walk;
  walk.each = [&](const std::string& /*file*/, const std::string& below) {
    holds = IsProgram(below);
    return !holds;
  };
  walk.fail = [](const std::string& /*folder*/, const std::string& /*why*/) {};
  walk.skipped = kDigests;
  static_cast<void>(WalkFolder(path, files, walk));
  return holds;
}

class Loading {
 public:
  Loading(const LogQuestion& question, host::Environment& environment,
          compiler::Compilation& compilation)
      : question_(question),
        environment_(environment),
        findings_(compilation.findings),
        reader_(question.sources, question.limits),
        seen_(question.limits.remembered),
        classes_(question.detail, question.limits) {}

  ReadLogs Run() {
    for (const std::string& path : question_.paths) Find(path);
    if (found_.size() > question_.limits.files) {
      findings_.Report(diag::kTooManyLogs, {}, question_.limits.files);
      found_.clear();
    }
    std::ranges::sort(found_);
    ReadFiles();
    if (!question_.classes.empty()) ReadRows(question_.classes);
    if (uncounted_ > 0) {
      findings_.Report(diag::kTooManyClasses, {}, question_.limits.classes, uncounted_)
          .Suggest("replay fewer days at once with --since, or fewer files");
    }
    if (seen_.has_forgotten()) {
      findings_.Report(diag::kCopiesForgotten, {}, question_.limits.remembered);
    }
    logs_.classes = classes_.Take();
    return std::move(logs_);
  }

 private:
  void Unreadable(const std::string& path, std::string_view why) {
    findings_.Report(diag::kFileNotReadable, {}, path, why);
    logs_.is_readable = false;
  }

  void Find(const std::string& path) {
    if (path == kStandardInput || environment_.files.KindOf(path) != host::EntryKind::kFolder) {
      found_.emplace_back(path.substr(path.rfind('/') + 1), path);
      return;
    }
    FolderWalk walk;
    walk.each = [&](const std::string& file, const std::string& below) {
      if (IsLog(below)) found_.emplace_back(below.substr(below.rfind('/') + 1), file);
      return found_.size() <= question_.limits.files;
    };
    walk.fail = [&](const std::string& folder, const std::string& why) { Unreadable(folder, why); };
    walk.skipped = kDigests;
    static_cast<void>(WalkFolder(path, environment_.files, walk));
  }

  void ReadFiles() {
    trail::ManyLogs logs;
    logs.count = found_.size();
    logs.sources = question_.sources;
    logs.limits = question_.limits;
    logs.threads = question_.threads;
    logs.open = [&](std::size_t log) { return Open(found_[log].second); };
    logs.event = [&](const trail::Event& event) { Count(event); };
    logs.end = [&](std::size_t log, const trail::LogEnd& end) { Note(found_[log].second, end); };
    trail::ReadManyLogs(logs);
  }

  [[nodiscard]] support::Result<std::shared_ptr<std::istream>> Open(const std::string& path) const {
    // The caller's, so not to be deleted.
    if (path == kStandardInput)
      return std::shared_ptr<std::istream>(&environment_.in, [](auto*) {});
    auto stream = environment_.files.Open(path);
    if (!stream) return support::Error{stream.error().reason};
    return std::shared_ptr<std::istream>(std::move(stream).value());
  }

  void Note(const std::string& path, const trail::LogEnd& end) {
    if (!end.unreadable.empty()) return Unreadable(path, end.unreadable);
    const trail::ReadFile& read = end.read;
    ++logs_.counts.files;
    logs_.counts.read += read.counts;
    const std::string name = path == kStandardInput ? "<stdin>" : path;
    if (read.fault) {
      logs_.is_whole = false;
      findings_.Report(diag::kLogBroken, {}, name, read.fault->offset, read.fault->message);
    }
    if (read.unreadable) {
      logs_.is_whole = false;
      findings_.Report(diag::kLogRecordBroken, {}, name, read.counts.unreadable, *read.unreadable);
    }
    if (read.counts.unknown > 0) {
      findings_.Report(diag::kLogUnknown, {}, name, read.counts.unknown);
    }
  }

  void ReadRows(const std::string& path) {
    const auto text = environment_.files.Read(path, kMaxClassBytes);
    if (!text) return Unreadable(path, text.error().reason);
    ++logs_.counts.files;
    const auto read = trail::ReadClasses(*text, reader_, question_.limits, classes_);
    if (!read.ok()) {
      const trail::ClassFault& fault = read.error();
      findings_.Report(
          diag::kBadClasses, {}, path,
          fault.row == 0 ? fault.message : fmt::format("row {}: {}", fault.row, fault.message));
      return;
    }
    logs_.counts.read.records += read->rows;
    logs_.counts.read.events += read->rows;
    uncounted_ += read->uncounted;
  }

  void Count(const trail::Event& event) {
    if (!question_.since.empty() && !event.call.time.empty() && event.call.time < question_.since) {
      ++logs_.counts.before;
    } else if (event.has_id && !seen_.Add(event.id)) {
      ++logs_.counts.copies;
    } else if (!classes_.Add(event.call)) {
      ++uncounted_;
    }
  }

  const LogQuestion& question_;
  host::Environment& environment_;
  diag::Sink& findings_;
  trail::EventReader reader_;
  trail::Seen seen_;
  trail::Classes classes_;
  std::vector<std::pair<std::string, std::string>> found_;  // name, path
  std::uint64_t uncounted_ = 0;
  ReadLogs logs_;
};

}  // namespace

LogArguments SortArguments(const std::vector<std::string>& paths, const host::FileSystem& files) {
  LogArguments arguments;
  for (const std::string& path : paths) {
    (HoldsProgram(path, files) ? arguments.program : arguments.logs).push_back(path);
  }
  return arguments;
}

std::string NamesOf(const LogQuestion& question) {
  std::vector<std::string> names = question.paths;
  if (!question.classes.empty()) names.push_back(question.classes);
  if (names.empty()) return "the logs: none was named";
  return fmt::format("`{}`", fmt::join(names, "`, `"));
}

void ReportNoCall(const LogQuestion& question, const LogCounts& counts, diag::Sink& findings) {
  diag::Diagnostic& found = findings.Report(diag::kNothingToReplay, {}, NamesOf(question));
  found.Note(fmt::format("read: {}, {}", Counted(counts.files, "file"),
                         Counted(counts.read.records, "record")));
  if (counts.before > 0) {
    found.Note(
        fmt::format("before `--since {}`: {}", question.since, Counted(counts.before, "call")));
  }
}

ReadLogs LoadLogs(const LogQuestion& question, host::Environment& environment,
                  compiler::Compilation& compilation) {
  return Loading(question, environment, compilation).Run();
}

}  // namespace writ::commands
