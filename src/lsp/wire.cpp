#include "lsp/wire.h"

#include <charconv>
#include <istream>
#include <limits>
#include <optional>
#include <ostream>
#include <string_view>

#include <fmt/format.h>

namespace writ::lsp {
namespace {

/// A header's line without its end; nothing at the end of the stream or past the limit.
std::optional<std::string> ReadLine(std::istream& in) {
  std::string line;
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    if (c == '\n') {
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    if (line.size() == kMaxHeaderLine) return std::nullopt;
    line += static_cast<char>(c);
  }
  return std::nullopt;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// The length that a header states; nothing where it states none that can be read.
std::optional<std::size_t> LengthOf(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || Lower(line.substr(0, colon)) != "content-length") {
    return std::nullopt;
  }
  line.remove_prefix(colon + 1);
  while (line.starts_with(' ')) line.remove_prefix(1);
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), length);
  if (error != std::errc() || end != line.data() + line.size()) return std::nullopt;
  return length;
}

}  // namespace

Frame ReadFrame(std::istream& in) {
  std::optional<std::size_t> length;
  bool is_first = true;
  while (true) {
    const bool at_end = in.peek() == std::istream::traits_type::eof();
    if (at_end) {
      if (is_first) return {Frame::Kind::kEnd, {}};
      return {Frame::Kind::kBroken, "the stream ends inside a header"};
    }
    const auto line = ReadLine(in);
    if (!line) return {Frame::Kind::kBroken, "a header without an end"};
    if (line->empty()) break;
    is_first = false;
    if (const auto stated = LengthOf(*line)) length = stated;
  }
  if (!length) return {Frame::Kind::kBroken, "a header without Content-Length"};
  if (*length > kMaxMessage) {
    return {Frame::Kind::kBroken,
            fmt::format("a message of {} bytes, more than {}", *length, kMaxMessage)};
  }
  Frame frame{Frame::Kind::kMessage, std::string(*length, '\0')};
  in.read(frame.text.data(), static_cast<std::streamsize>(*length));
  if (static_cast<std::size_t>(in.gcount()) != *length) {
    return {Frame::Kind::kBroken, "the stream ends inside a message"};
  }
  return frame;
}

void WriteMessage(const Json& message, std::ostream& out) {
  const std::string text = message.dump(-1, ' ', false, Json::error_handler_t::replace);
  out << "Content-Length: " << text.size() << "\r\n\r\n" << text;
  out.flush();
}

const Json& Member(const Json& value, const char* name) {
  static const Json null;
  if (!value.is_object()) return null;
  const auto found = value.find(name);
  return found == value.end() ? null : *found;
}

std::string Text(const Json& value, const char* name) {
  const Json& member = Member(value, name);
  return member.is_string() ? member.get<std::string>() : std::string();
}

std::uint32_t Number(const Json& value, const char* name) {
  const Json& member = Member(value, name);
  if (!member.is_number_unsigned()) return 0;
  const auto number = member.get<std::uint64_t>();
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(number, kMost));
}

}  // namespace writ::lsp
