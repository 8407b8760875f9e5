#include "logs/trail/splitter.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace writ::trail {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// With its quotes.
constexpr std::size_t kLongestKey = std::string_view("\"Records\"").size();

/// Members of an object that hold records.
bool HoldsRecords(std::string_view key) { return key == "Records" || key == "Events"; }

constexpr const char* kNoLog = "this is not JSON with records";

}  // namespace

std::string Splitter::TooLong() const {
  return fmt::format("a record is longer than {} bytes", limits_.record_bytes);
}

std::optional<Fault> Splitter::Feed(std::string_view bytes, const Sink& sink) {
  text_ += bytes;
  if (!is_begun_) {
    if (text_.size() < kByteOrderMark.size() && kByteOrderMark.starts_with(text_)) {
      return std::nullopt;
    }
    is_begun_ = true;
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }
  std::optional<Fault> fault = Scan(sink);
  if (fault) return fault;
  // What was given is dropped; of what lies around records nothing is needed.
  const std::size_t keep = state_ == State::kRecord ? record_ : is_in_string_ ? string_ : at_;
  text_.erase(0, keep);
  base_ += keep;
  at_ -= keep;
  string_ -= std::min(string_, keep);
  record_ = 0;
  if (text_.size() > limits_.record_bytes) return At(TooLong());
  return std::nullopt;
}

std::optional<Fault> Splitter::Finish() const {
  if (!is_begun_ && !text_.empty()) return At(kNoLog);
  if (!open_.empty() || is_in_string_) return At("the text ends within a record or a list of them");
  return std::nullopt;
}

bool Splitter::SkipString() {
  while (true) {
    const std::size_t end = text_.find('"', at_);
    if (end == std::string::npos) {
      // A backslash at the very end escapes what comes next: the run is looked at again then.
      at_ = text_.size();
      return false;
    }
    std::size_t slashes = 0;
    while (slashes < end - string_ - 1 && text_[end - slashes - 1] == '\\') ++slashes;
    at_ = end + 1;
    if (slashes % 2 == 0) return true;
  }
}

void Splitter::NoteKey() {
  if (open_.size() != 1 || at_ - string_ > kLongestKey) return;
  key_ = std::string_view(text_).substr(string_ + 1, at_ - string_ - 2);
}

std::optional<Fault> Splitter::Open(char bracket) {
  if (open_.size() >= limits_.depth) {
    return At(fmt::format("more than {} arrays and objects within each other", limits_.depth));
  }
  if (state_ == State::kBetween) {
    if (bracket == '{') {
      record_ = at_;
      state_ = State::kRecord;
    } else if (open_.empty()) {
      list_depth_ = 1;
    } else {
      return At("an element of the list is not an object");
    }
  } else if (bracket == '[' && open_ == "{" && HoldsRecords(key_)) {
    list_depth_ = 2;
    state_ = State::kBetween;
  }
  open_.push_back(bracket);
  key_.clear();
  ++at_;
  return std::nullopt;
}

std::optional<Fault> Splitter::Close(char bracket, const Sink& sink) {
  if (open_.empty() || open_.back() != (bracket == '}' ? '{' : '[')) {
    return At(fmt::format("`{}` closes nothing", bracket));
  }
  open_.pop_back();
  ++at_;
  if (state_ == State::kBetween) {  // the end of a list
    state_ = open_.empty() ? State::kBetween : State::kAround;
    list_depth_ = 0;
  } else if (open_.size() == list_depth_) {
    const bool is_record = std::exchange(state_, State::kBetween) == State::kRecord;
    if (!is_record) return std::nullopt;
    const std::string_view record = std::string_view(text_).substr(record_, at_ - record_);
    if (record.size() > limits_.record_bytes) return At(TooLong());
    sink(record, base_ + record_);
  }
  return std::nullopt;
}

std::optional<Fault> Splitter::Scan(const Sink& sink) {
  if (is_in_string_) {
    if (!SkipString()) return std::nullopt;
    is_in_string_ = false;
    if (at_ - string_ > limits_.record_bytes) return At(TooLong());
    NoteKey();
  }
  while (at_ < text_.size()) {
    const char c = text_[at_];
    std::optional<Fault> fault;
    if (c == '{' || c == '[') {
      fault = Open(c);
    } else if (c == '}' || c == ']') {
      fault = Close(c, sink);
    } else if (state_ == State::kBetween) {
      if (!IsSpace(c) && (c != ',' || open_.empty())) return At(kNoLog);
      ++at_;
    } else if (c == '"') {
      string_ = at_++;
      is_in_string_ = !SkipString();
      if (at_ - string_ > limits_.record_bytes) return At(TooLong());
      if (!is_in_string_) NoteKey();
    } else {
      ++at_;
    }
    if (fault) return fault;
  }
  return std::nullopt;
}

}  // namespace writ::trail
