#include "analysis/snapshot/text.h"

#include <algorithm>
#include <utility>

#include "base/support/check.h"

namespace writ::snapshot {

namespace json = support::json;

namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

unsigned CodeUnit(std::string_view text, std::size_t at) {
  unsigned unit = 0;
  for (std::size_t i = 0; i < 4; ++i)
    unit = unit * 16 + static_cast<unsigned>(HexDigit(text[at + i]));
  return unit;
}

struct Step {
  std::uint32_t outer = 1;
  std::uint32_t inner = 1;
};

// How many bytes the character at `at` of a valid JSON string has, packed and unpacked.
Step StringStep(std::string_view text, std::size_t at) {
  if (text[at] != '\\') return {1, 1};
  if (text[at + 1] != 'u') return {2, 1};
  const unsigned unit = CodeUnit(text, at + 2);
  if (unit >= 0xD800 && unit < 0xDC00) return {12, 4};
  if (unit < 0x80) return {6, 1};
  return {6, unit < 0x800 ? 2U : 3U};
}

bool IsCode(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && HexDigit(text[at + 1]) >= 0 && HexDigit(text[at + 2]) >= 0;
}

Step PercentStep(std::string_view text, std::size_t at) {
  return text[at] == '%' ? Step{3, 1} : Step{1, 1};
}

}  // namespace

TextPtr Text::OfFile(const source::SourceMap& sources, source::FileId file) {
  auto text = std::shared_ptr<Text>(new Text(Packing::kFile, nullptr));
  text->file_ = file;
  text->view_ = sources.text(file);
  return text;
}

TextPtr Text::Within(TextPtr outer, std::uint32_t begin, std::uint32_t end) {
  auto text = std::shared_ptr<Text>(new Text(Packing::kWithin, std::move(outer)));
  text->file_ = text->outer_->file_;
  text->begin_ = begin;
  text->view_ = text->outer_->view_.substr(begin, end - begin);
  return text;
}

TextPtr Text::OfString(TextPtr outer, const json::Value& string) {
  WRIT_CHECK(string.is_string(), "only a string holds a text");
  const std::string_view inner = string.text();
  // Without escapes the bytes are those between the quotes.
  if (inner.size() + 2 == string.source().size()) {
    return Within(std::move(outer), string.begin() + 1, string.end() - 1);
  }
  auto text = std::shared_ptr<Text>(new Text(Packing::kString, std::move(outer)));
  text->file_ = text->outer_->file_;
  text->begin_ = string.begin() + 1;
  text->own_ = inner;
  text->view_ = text->own_;
  return text;
}

std::optional<TextPtr> Text::Decoded(TextPtr outer) {
  const std::string_view packed = outer->view_;
  std::string decoded;
  for (std::size_t i = 0; i < packed.size();) {
    if (packed[i] != '%') {
      decoded.push_back(packed[i++]);
      continue;
    }
    if (!IsCode(packed, i)) return std::nullopt;
    decoded.push_back(static_cast<char>(HexDigit(packed[i + 1]) * 16 + HexDigit(packed[i + 2])));
    i += 3;
  }
  auto text = std::shared_ptr<Text>(new Text(Packing::kPercent, std::move(outer)));
  text->file_ = text->outer_->file_;
  text->own_ = std::move(decoded);
  text->view_ = text->own_;
  return text;
}

TextPtr Text::Spliced(TextPtr outer, std::string own, std::vector<Splice> splices) {
  auto text = std::shared_ptr<Text>(new Text(Packing::kSpliced, std::move(outer)));
  text->file_ = text->outer_->file_;
  text->own_ = std::move(own);
  text->view_ = text->own_;
  text->splices_ = std::move(splices);
  return text;
}

bool Text::is_plain() const {
  for (const Text* text = this; text->packing_ != Packing::kFile; text = text->outer_.get()) {
    if (text->packing_ != Packing::kWithin) return false;
  }
  return true;
}

std::uint32_t Text::Outer(std::uint32_t offset, bool is_end) const {
  if (packing_ == Packing::kWithin) return begin_ + offset;
  if (packing_ == Packing::kSpliced) {
    std::uint32_t shift_inner = 0;
    std::uint32_t shift_outer = 0;
    for (const Splice& splice : splices_) {
      // The end of a range may be the begin of a replaced part, which is not in it then.
      if (offset < splice.begin || (is_end && offset == splice.begin)) break;
      const bool is_in = is_end ? offset <= splice.end : offset < splice.end;
      if (is_in) return is_end ? splice.outer_end : splice.outer_begin;
      shift_inner = splice.end;
      shift_outer = splice.outer_end;
    }
    return offset - shift_inner + shift_outer;
  }
  const std::string_view packed = outer_->view_;
  std::uint32_t at = begin_;
  std::uint32_t inner = 0;
  while (inner < offset && at < packed.size()) {
    const Step step =
        packing_ == Packing::kString ? StringStep(packed, at) : PercentStep(packed, at);
    if (inner + step.inner > offset && !is_end) break;  // within one character: at its begin
    inner += step.inner;
    at += step.outer;
  }
  return at;
}

source::Span Text::SpanOf(std::uint32_t begin, std::uint32_t end) const {
  const auto size = static_cast<std::uint32_t>(view_.size());
  begin = std::min(begin, size);
  end = std::max(begin, std::min(end, size));
  const bool is_empty = begin == end;
  const Text* text = this;
  while (text->packing_ != Packing::kFile) {
    begin = text->Outer(begin, false);
    end = is_empty ? begin : text->Outer(end, true);
    text = text->outer_.get();
  }
  return {file_, begin, std::max(begin, end)};
}

Cursor Cursor::At(const json::Value& inner, std::string_view step) const {
  std::string path = pointer + "/";
  for (const char c : step) {
    if (c == '~') {
      path += "~0";
    } else if (c == '/') {
      path += "~1";
    } else {
      path.push_back(c);
    }
  }
  return {text, inner, std::move(path)};
}

Cursor Cursor::At(const json::Value& inner, std::size_t index) const {
  return {text, inner, pointer + "/" + std::to_string(index)};
}

std::optional<Cursor> Cursor::Find(std::string_view key) const {
  const std::optional<json::Value> found = value.Find(key);
  if (!found) return std::nullopt;
  return At(*found, key);
}

std::vector<Cursor> Cursor::Elements() const {
  std::vector<Cursor> all;
  all.reserve(value.size());
  std::size_t index = 0;
  for (const json::Value element : value.elements()) all.push_back(At(element, index++));
  return all;
}

}  // namespace writ::snapshot
