#include "logs/trail/read.h"

#include <utility>

#include "logs/trail/gzip.h"

namespace writ::trail {

Counts& Counts::operator+=(const Counts& other) {
  records += other.records;
  events += other.events;
  unknown += other.unknown;
  unreadable += other.unreadable;
  return *this;
}

ReadFile ReadLog(const Bytes& bytes, EventReader& reader, const Limits& limits,
                 const std::function<void(const Event& event)>& sink) {
  ReadFile read;
  Splitter splitter(limits);
  Event event;
  const auto take_record = [&](std::string_view record, std::uint64_t offset) {
    ++read.counts.records;
    switch (reader.Read(record, event)) {
      case EventReader::Result::kEvent:
        ++read.counts.events;
        sink(event);
        break;
      case EventReader::Result::kOther:
        break;
      case EventReader::Result::kUnknown:
        ++read.counts.unknown;
        break;
      case EventReader::Result::kUnreadable:
        ++read.counts.unreadable;
        if (!read.unreadable) read.unreadable = offset;
        break;
    }
  };
  const auto take_text = [&](std::string_view text) {
    read.fault = splitter.Feed(text, take_record);
    return !read.fault;
  };
  std::optional<Unpacker> unpacker;
  const auto fail = [&](std::optional<std::string> why) {
    if (why && !read.fault) read.fault = Fault{0, *std::move(why)};
  };
  // A pipe may give its first bytes one by one.
  std::string begin;
  std::string_view piece;
  while (begin.size() < 2 && !(piece = bytes()).empty()) begin += piece;
  if (IsGzip(begin)) unpacker.emplace();
  piece = begin;
  while (!piece.empty() && !read.fault) {
    if (unpacker) {
      fail(unpacker->Feed(piece, take_text));
    } else {
      (void)take_text(piece);
    }
    if (!read.fault) piece = bytes();
  }
  if (unpacker) fail(unpacker->Finish());
  if (!read.fault) read.fault = splitter.Finish();
  return read;
}

}  // namespace writ::trail
