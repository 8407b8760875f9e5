#include "logs/trail/read_many.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <istream>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

namespace writ::trail {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10U;
/// Events that are handed over together, so that threads seldom wait for each other's lock.
constexpr std::size_t kBatch = 128;
/// Batches of one log that wait to be taken.
constexpr std::size_t kBatchesAhead = 8;
/// Logs that are begun or read whole before the first of them was taken, for each thread.
constexpr std::size_t kLogsAhead = 4;

using Batch = std::vector<Event>;

/// One thread's storage for reading, which is used again for each log.
struct LogReader {
  explicit LogReader(const ManyLogs& logs) : events(logs.sources, logs.limits), piece(kPiece) {}
  EventReader events;
  std::vector<char> piece;
};

LogEnd ReadOne(const ManyLogs& logs, std::size_t log, LogReader& reader,
               const std::function<void(const Event&)>& sink) {
  const auto opened = logs.open(log);
  if (!opened) return {{}, opened.error().message};
  std::istream& in = **opened;
  const Bytes bytes = [&] {
    in.read(reader.piece.data(), static_cast<std::streamsize>(reader.piece.size()));
    return std::string_view(reader.piece.data(), static_cast<std::size_t>(in.gcount()));
  };
  LogEnd end{ReadLog(bytes, reader.events, logs.limits, sink), ""};
  if (in.bad()) end.unreadable = "reading failed";
  return end;
}

/// Threads that read logs ahead of the calling one, which takes their events in order.
class ReadAhead {
 public:
  explicit ReadAhead(const ManyLogs& logs) : logs_(logs) {}
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  ~ReadAhead() {
    {
      const std::lock_guard lock(mutex_);
      is_stopped_ = true;
    }
    may_go_on_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void Run() {
    const std::size_t count = std::min<std::size_t>(logs_.threads, logs_.count);
    for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { Read(); });
    for (std::size_t log = 0; log < logs_.count; ++log) TakeLog(log);
  }

 private:
  struct Slot {
    std::deque<Batch> batches;
    std::optional<LogEnd> end;
  };

  // The next log to read, in order: the one that is taken from is always being read.
  std::optional<std::size_t> Next() {
    std::unique_lock lock(mutex_);
    may_go_on_.wait(lock, [&] {
      return is_stopped_ || next_ == logs_.count || next_ < taken_ + logs_.threads * kLogsAhead;
    });
    if (is_stopped_ || next_ == logs_.count) return std::nullopt;
    return next_++;
  }

  void Read() {
    LogReader reader(logs_);
    while (const auto log = Next()) {
      Batch batch;
      batch.reserve(kBatch);
      LogEnd end = ReadOne(logs_, *log, reader, [&](const Event& event) {
        batch.push_back(event);
        if (batch.size() == kBatch) Give(*log, std::exchange(batch, {}));
      });
      Give(*log, std::move(batch));
      const std::lock_guard lock(mutex_);
      slots_[*log].end = std::move(end);
      is_given_.notify_one();
    }
  }

  void Give(std::size_t log, Batch batch) {
    std::unique_lock lock(mutex_);
    std::deque<Batch>& batches = slots_[log].batches;
    may_go_on_.wait(lock, [&] { return is_stopped_ || batches.size() < kBatchesAhead; });
    if (is_stopped_) return;
    batches.push_back(std::move(batch));
    is_given_.notify_one();
  }

  void TakeLog(std::size_t log) {
    std::unique_lock lock(mutex_);
    Slot& slot = slots_[log];
    while (true) {
      is_given_.wait(lock, [&] { return !slot.batches.empty() || slot.end; });
      if (slot.batches.empty()) break;
      const Batch batch = std::move(slot.batches.front());
      slot.batches.pop_front();
      lock.unlock();
      may_go_on_.notify_all();
      for (const Event& event : batch) logs_.event(event);
      lock.lock();
    }
    const LogEnd end = *std::move(slot.end);
    slots_.erase(log);
    ++taken_;
    lock.unlock();
    may_go_on_.notify_all();
    logs_.end(log, end);
  }

  const ManyLogs& logs_;
  std::mutex mutex_;
  std::condition_variable may_go_on_;  // for those who read
  std::condition_variable is_given_;   // for the one who takes
  std::map<std::size_t, Slot> slots_;  // of logs that are begun and not taken; places do not move
  std::size_t next_ = 0;               // log to begin
  std::size_t taken_ = 0;              // logs that were taken whole
  bool is_stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

void ReadManyLogs(const ManyLogs& logs) {
  if (logs.threads > 1 && logs.count > 1) return ReadAhead(logs).Run();
  LogReader reader(logs);
  for (std::size_t log = 0; log < logs.count; ++log) {
    logs.end(log, ReadOne(logs, log, reader, logs.event));
  }
}

}  // namespace writ::trail
