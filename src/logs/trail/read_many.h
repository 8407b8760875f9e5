// Reads several logs at once, and gives their events one log after the other: what comes out does
// not depend on how many threads there are.
#pragma once

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "base/support/result.h"
#include "logs/trail/event.h"
#include "logs/trail/read.h"
#include "logs/trail/splitter.h"

namespace writ::trail {

/// How one of several logs was read.
struct LogEnd {
  ReadFile read;
  /// Why its bytes could not be had, all or the last of them; empty: they could.
  std::string unreadable;
};

struct ManyLogs {
  std::size_t count = 0;
  std::vector<std::string> sources;  ///< eventSource of the services that are asked about
  Limits limits = {};
  unsigned threads = 1;  ///< that read; 0 and 1: the calling one
  /// The bytes of a log, or why there are none. Of each log once, by any thread.
  std::function<support::Result<std::shared_ptr<std::istream>>(std::size_t log)> open;
  /// Each event, log after log, from the calling thread.
  std::function<void(const Event& event)> event;
  /// After the last event of each log, from the calling thread.
  std::function<void(std::size_t log, const LogEnd& end)> end;
};

/// Time linear in the unpacked bytes. A thread reads ahead by a bounded number of events, so memory
/// grows with the threads and not with the logs.
void ReadManyLogs(const ManyLogs& logs);

}  // namespace writ::trail
