#include "lsp/inbox.h"

#include <istream>
#include <utility>

namespace writ::lsp {

Inbox::Inbox(std::istream& in) {
  in.tie(nullptr);  // else each read flushes standard output while another thread writes to it
  reader_ = std::thread([this, &in] { Read(in); });
}

Inbox::~Inbox() { reader_.join(); }

void Inbox::Read(std::istream& in) {
  while (true) {
    Frame frame = ReadFrame(in);
    const bool is_last = frame.kind != Frame::Kind::kMessage;
    const Json message =
        is_last ? Json() : Json::parse(frame.text, nullptr, /*allow_exceptions=*/false);
    const std::string method = Text(message, "method");
    {
      const std::lock_guard lock(mutex_);
      if (method == "$/cancelRequest") {
        cancelled_.insert(Member(Member(message, "params"), "id").dump());
      }
      frames_.push_back(std::move(frame));
    }
    arrived_.notify_one();
    if (is_last || method == "exit") return;
  }
}

std::optional<Frame> Inbox::Next(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (!arrived_.wait_for(lock, patience, [this] { return !frames_.empty(); })) return std::nullopt;
  return Pop();
}

Frame Inbox::Next() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return !frames_.empty(); });
  return Pop();
}

Frame Inbox::Pop() {
  Frame frame = std::move(frames_.front());
  frames_.pop_front();
  return frame;
}

bool Inbox::TakeCancelled(const Json& id) {
  const std::lock_guard lock(mutex_);
  return cancelled_.erase(id.dump()) > 0;
}

}  // namespace writ::lsp
