// The Language Server Protocol on the wire: messages of JSON between headers.
// Source: Language Server Protocol Specification 3.17, "Base Protocol".
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

#include <nlohmann/json.hpp>

namespace writ::lsp {

using Json = nlohmann::json;

/// Bytes that one message may have, and one line of its header.
inline constexpr std::size_t kMaxMessage = std::size_t{64} << 20U;
inline constexpr std::size_t kMaxHeaderLine = std::size_t{8} << 10U;

struct Frame {
  enum class Kind {
    kMessage,
    kEnd,     ///< of the stream, between two messages
    kBroken,  ///< what follows cannot be told apart; `text` says why
  };
  Kind kind = Kind::kEnd;
  std::string text;
};

/// Waits for one message. Headers other than `Content-Length` are ignored.
[[nodiscard]] Frame ReadFrame(std::istream& in);
void WriteMessage(const Json& message, std::ostream& out);

/// The member, or null where there is none or the value is no object.
[[nodiscard]] const Json& Member(const Json& value, const char* name);
/// The member's text, empty where it is none.
[[nodiscard]] std::string Text(const Json& value, const char* name);
/// The member as a count, 0 where it is none.
[[nodiscard]] std::uint32_t Number(const Json& value, const char* name);

}  // namespace writ::lsp
