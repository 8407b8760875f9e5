// Tells whoever waits at a terminal that a command is at work.
#pragma once

#include <condition_variable>
#include <iosfwd>
#include <memory>
#include <mutex>
#include <span>
#include <streambuf>
#include <string>
#include <thread>

namespace writ::cli {

/// From a second on, one line on `err` with the seconds that have passed, "writ build: 3 s". It is
/// taken away before the first byte that is printed to either stream, and at the end; nothing is
/// shown after that. Both streams outlive it, and are its own meanwhile.
class Working {
 public:
  Working(std::string what, std::ostream& out, std::ostream& err);
  ~Working();
  Working(const Working&) = delete;
  Working& operator=(const Working&) = delete;

 private:
  /// Passes on what is printed, after it has taken the line away.
  class Passing;

  void Show();
  void End();

  std::string what_;
  std::ostream& out_;
  std::ostream& err_;
  std::streambuf* const to_out_;
  std::streambuf* const to_err_;
  std::unique_ptr<Passing> passing_out_;
  std::unique_ptr<Passing> passing_err_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool is_ended_ = false;
  std::size_t shown_ = 0;  ///< characters of the line that is there
  std::thread thread_;
};

/// Whether a command line may take so long, and waits for nobody: not those that read standard
/// input, serve or watch, and none with `--quiet`.
[[nodiscard]] bool MayTakeLong(std::span<const std::string> arguments);

}  // namespace writ::cli
