// A JSON text within a file, however it was packed, and where its bytes are in the file.
//
// Exports hold policy documents as objects, as JSON in a string, as percent-encoded JSON in a
// string, and packed several times over. A finding about such a document still points at the exact
// bytes of the file: each Text knows how it was unpacked from the text around it, and a place is
// followed outwards step by step. Texts are immutable and shared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source/source.h"
#include "base/support/json.h"

namespace writ::snapshot {

class Text;
using TextPtr = std::shared_ptr<const Text>;

/// A part of a text that was put in place of other bytes: [begin, end) replaces the bytes
/// [outer_begin, outer_end) of the text around it.
struct Splice {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t outer_begin = 0;
  std::uint32_t outer_end = 0;
};

class Text {
 public:
  /// The whole file. `sources` must outlive the text.
  [[nodiscard]] static TextPtr OfFile(const source::SourceMap& sources, source::FileId file);
  /// The bytes [begin, end) of `outer` as they are.
  [[nodiscard]] static TextPtr Within(TextPtr outer, std::uint32_t begin, std::uint32_t end);
  /// What a string of `outer` holds, escapes resolved.
  [[nodiscard]] static TextPtr OfString(TextPtr outer, const support::json::Value& string);
  /// `outer` percent-decoded (RFC 3986; `+` stays `+`). Nothing if a `%` begins no code.
  [[nodiscard]] static std::optional<TextPtr> Decoded(TextPtr outer);
  /// `outer` with parts replaced; `splices` in text order.
  [[nodiscard]] static TextPtr Spliced(TextPtr outer, std::string text,
                                       std::vector<Splice> splices);

  [[nodiscard]] std::string_view view() const { return view_; }
  /// Where the bytes [begin, end) of view() are in the file. Linear in the packed parts of the
  /// text.
  [[nodiscard]] source::Span SpanOf(std::uint32_t begin, std::uint32_t end) const;
  [[nodiscard]] source::FileId file() const { return file_; }
  /// Whether its bytes are those of the file.
  [[nodiscard]] bool is_plain() const;

 private:
  enum class Packing : std::uint8_t { kFile, kWithin, kString, kPercent, kSpliced };
  Text(Packing packing, TextPtr outer) : packing_(packing), outer_(std::move(outer)) {}
  [[nodiscard]] std::uint32_t Outer(std::uint32_t offset, bool is_end) const;

  Packing packing_;
  TextPtr outer_;
  source::FileId file_;
  std::uint32_t begin_ = 0;  ///< in outer_: of the text, or of a string's first character
  std::string own_;
  std::string_view view_;
  std::vector<Splice> splices_;
};

/// A value of a JSON text with the way to it. The text's json::Document must outlive it.
struct Cursor {
  TextPtr text;
  support::json::Value value;
  std::string pointer;  ///< from the outermost value of the file (RFC 6901)

  [[nodiscard]] std::optional<Cursor> Find(std::string_view key) const;
  /// The cursor of an element or member of this value.
  [[nodiscard]] Cursor At(const support::json::Value& inner, std::string_view step) const;
  [[nodiscard]] Cursor At(const support::json::Value& inner, std::size_t index) const;
  [[nodiscard]] std::vector<Cursor> Elements() const;
  /// The text of this value alone.
  [[nodiscard]] TextPtr Whole() const { return Text::Within(text, value.begin(), value.end()); }
  [[nodiscard]] source::Span span() const { return text->SpanOf(value.begin(), value.end()); }
};

}  // namespace writ::snapshot
