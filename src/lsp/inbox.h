// Messages of the client in their order, read while others are answered.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <iosfwd>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "lsp/wire.h"

namespace writ::lsp {

class Inbox {
 public:
  /// Reads `in` in a thread of its own until it ends or an `exit` comes.
  explicit Inbox(std::istream& in);
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  /// The next frame; nothing when none comes for so long.
  [[nodiscard]] std::optional<Frame> Next(std::chrono::milliseconds patience);
  /// The next frame, however long that takes.
  [[nodiscard]] Frame Next();
  /// Whether the client has taken back the request of this id; it is asked once for each request.
  [[nodiscard]] bool TakeCancelled(const Json& id);

 private:
  void Read(std::istream& in);
  [[nodiscard]] Frame Pop();

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Frame> frames_;
  std::set<std::string> cancelled_;  ///< ids as JSON
  std::thread reader_;
};

}  // namespace writ::lsp
