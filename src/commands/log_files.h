// The logs that users name, found and read as classes of calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/compilation.h"
#include "host/environment.h"
#include "logs/trail/classes.h"
#include "logs/trail/read.h"

namespace writ::commands {

/// The arguments of a command that takes a program and logs.
struct LogArguments {
  std::vector<std::string> program;  ///< `.writ` files, and folders that hold one
  std::vector<std::string> logs;     ///< all others
};
[[nodiscard]] LogArguments SortArguments(const std::vector<std::string>& paths,
                                         const host::FileSystem& files);

struct LogQuestion {
  std::vector<std::string> paths;    ///< files, folders, `-`
  std::string classes = {};          ///< a file with the result of the query; empty: none
  std::vector<std::string> sources;  ///< eventSource of the services that are asked about
  trail::Detail detail;
  std::string since;  ///< YYYY-MM-DD; empty: all
  trail::Limits limits = {};
  unsigned threads = 1;  ///< that read
};

struct LogCounts {
  std::uint64_t files = 0;
  trail::Counts read;
  std::uint64_t copies = 0;  ///< of events that were read already
  std::uint64_t before = 0;  ///< before `since`
};

struct ReadLogs {
  std::vector<trail::Class> classes;  ///< in order
  LogCounts counts;
  bool is_readable = true;  ///< false: W9001 was reported
  bool is_whole = true;     ///< false: some of a file was not read (W7801, W7802)
};

/// The logs of a question, for people: "`a`, `b`".
[[nodiscard]] std::string NamesOf(const LogQuestion& question);

/// Reports W7807, with what was read and left out.
void ReportNoCall(const LogQuestion& question, const LogCounts& counts, diag::Sink& findings);

/// Reads what `paths` name: files as they are, and of folders all `.json`, `.jsonl`, `.ndjson` and
/// `.gz` files below them, but for the digests that CloudTrail puts beside its logs. In the order
/// of their names, so that copies of an event are near each other. A broken file is reported and
/// does not end the run. Reports W7801 to W7806, W7808 and W9001.
[[nodiscard]] ReadLogs LoadLogs(const LogQuestion& question, host::Environment& environment,
                                compiler::Compilation& compilation);

}  // namespace writ::commands
