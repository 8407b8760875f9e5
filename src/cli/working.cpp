#include "cli/working.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ostream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace writ::cli {

class Working::Passing : public std::streambuf {
 public:
  Passing(Working& working, std::streambuf* to) : working_(working), to_(to) {}

 protected:
  int_type overflow(int_type byte) override {
    working_.End();
    return traits_type::eq_int_type(byte, traits_type::eof())
               ? traits_type::not_eof(byte)
               : to_->sputc(traits_type::to_char_type(byte));
  }
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    working_.End();
    return to_->sputn(bytes, count);
  }
  int sync() override { return to_->pubsync(); }

 private:
  Working& working_;
  std::streambuf* to_;
};

Working::Working(std::string what, std::ostream& out, std::ostream& err)
    : what_(std::move(what)),
      out_(out),
      err_(err),
      to_out_(out.rdbuf()),
      to_err_(err.rdbuf()),
      passing_out_(std::make_unique<Passing>(*this, to_out_)),
      passing_err_(std::make_unique<Passing>(*this, to_err_)) {
  out_.rdbuf(passing_out_.get());
  err_.rdbuf(passing_err_.get());
  thread_ = std::thread([this] { Show(); });
}

Working::~Working() {
  End();
  thread_.join();
}

void Working::Show() {
  std::unique_lock lock(mutex_);
  for (int seconds = 1; !ended_.wait_for(lock, std::chrono::seconds(1), [&] { return is_ended_; });
       ++seconds) {
    const std::string line = fmt::format("{}: {} s", what_, seconds);
    to_err_->sputn("\r", 1);
    to_err_->sputn(line.data(), static_cast<std::streamsize>(line.size()));
    to_err_->pubsync();
    shown_ = line.size();
  }
}

void Working::End() {
  const std::lock_guard lock(mutex_);
  if (is_ended_) return;
  is_ended_ = true;
  ended_.notify_all();
  if (shown_ > 0) {
    const std::string blank = "\r" + std::string(shown_, ' ') + "\r";
    to_err_->sputn(blank.data(), static_cast<std::streamsize>(blank.size()));
    to_err_->pubsync();
  }
  // What is printed from now on goes straight through.
  out_.rdbuf(to_out_);
  err_.rdbuf(to_err_);
}

bool MayTakeLong(std::span<const std::string> arguments) {
  static constexpr std::array<std::string_view, 17> kCommands = {
      "build",  "can",      "check",    "compare", "diff", "drift",   "freeze", "import", "lint",
      "report", "minimise", "minimize", "replay",  "test", "tighten", "verify", "who"};
  if (arguments.empty()) return false;
  const auto has = [&](std::string_view word) {
    return std::ranges::find(arguments, word) != arguments.end();
  };
  return std::ranges::find(kCommands, std::string_view(arguments.front())) != kCommands.end() &&
         !has("-") && !has("--watch") && !has("--quiet");
}

}  // namespace writ::cli
