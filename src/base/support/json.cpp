#include "base/support/json.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/utf8.h"

namespace writ::support::json {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighs = 0x8080808080808080U;

// The high bit of each byte of `word` that is zero. Bytes above the lowest such may be flagged by
// mistake, so only the lowest counts.
std::uint64_t ZeroBytes(std::uint64_t word) { return (word - kOnes) & ~word & kHighs; }

// High bits where a string byte needs attention: a quote, a backslash, a control character or the
// begin of a longer UTF-8 sequence. Exact for the lowest flagged byte.
std::uint64_t SpecialBytes(std::uint64_t word) {
  const std::uint64_t controls = (word - (kOnes * 0x20U)) & ~word & kHighs;
  return controls | ZeroBytes(word ^ (kOnes * '"')) | ZeroBytes(word ^ (kOnes * '\\')) |
         (word & kHighs);
}

// How many bytes the UTF-8 sequence at the begin of `text` has; 0 if it is none (overlong forms,
// surrogates and code points above U+10FFFF are none: Unicode 15, table 3-7).
std::size_t Utf8Length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80U) return 1;
  if (lead >= 0xC2U && lead <= 0xDFU) return continues(1) ? 2 : 0;
  if (lead >= 0xE0U && lead <= 0xEFU) {
    if (!continues(1) || !continues(2)) return 0;
    if (lead == 0xE0U && byte(1) < 0xA0U) return 0;
    if (lead == 0xEDU && byte(1) > 0x9FU) return 0;
    return 3;
  }
  if (lead >= 0xF0U && lead <= 0xF4U) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if (lead == 0xF0U && byte(1) < 0x90U) return 0;
    if (lead == 0xF4U && byte(1) > 0x8FU) return 0;
    return 4;
  }
  return 0;
}

// The byte at a place, for messages: itself if printable, else its number.
std::string Shown(std::string_view text, std::size_t at) {
  if (at >= text.size()) return "the end of the text";
  const char c = text[at];
  if (c > ' ' && c < '\x7f') return fmt::format("`{}`", c);
  return fmt::format("byte 0x{:02X}", static_cast<unsigned char>(c));
}

// Objects of up to this many members are searched for duplicates pair by pair, larger ones by
// sorting.
constexpr std::size_t kFewMembers = 32;

}  // namespace

// Reads one text into one Document. Containers are kept on an explicit stack: depth costs no C++
// stack. Every Read* returns false once error_ is set.
class Parser {
 public:
  Parser(Document& document, std::string_view text, const Limits& limits)
      : d_(document), text_(text), limits_(limits) {}

  std::optional<Error> Run() {
    if (text_.size() > std::min<std::size_t>(limits_.bytes, UINT32_MAX - 1)) {
      Fail(ErrorCode::kTooLarge, 0,
           fmt::format("the text has {} bytes; the limit is {}", text_.size(), limits_.bytes));
    } else if (text_.starts_with("\xEF\xBB\xBF")) {
      Fail(ErrorCode::kEncoding, 0, "the text begins with a byte order mark; JSON has none");
    } else {
      ReadText();
    }
    return std::move(error_);
  }

 private:
  bool Fail(ErrorCode code, std::size_t offset, std::string message) {
    error_ = Error{code, static_cast<std::uint32_t>(offset), std::nullopt, std::move(message)};
    return false;
  }
  bool FailExpected(std::string_view what) {
    return Fail(ErrorCode::kSyntax, at_,
                fmt::format("expected {}, found {}", what, Shown(text_, at_)));
  }

  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  [[nodiscard]] bool Sees(char c) const { return at_ < text_.size() && text_[at_] == c; }

  // One turn reads a scalar or an empty container, or enters a container; then all containers that
  // end here are closed.
  void ReadText() {
    SkipSpace();
    do {
      Step step = ReadValue();
      while (step == Step::kEntered) step = ReadValue();
      if (step == Step::kFailed || !GoOn()) return;
    } while (!d_.open_.empty());
    SkipSpace();
    if (at_ < text_.size()) FailExpected("the end of the text after the value");
  }

  std::uint32_t Append(Kind kind) {
    const auto index = static_cast<std::uint32_t>(d_.nodes_.size());
    Document::Node node;
    node.begin = static_cast<std::uint32_t>(at_);
    node.kind = kind;
    d_.nodes_.push_back(node);
    return index;
  }

  enum class Step : std::uint8_t { kFailed, kEntered, kDone };

  Step ReadValue() {
    const auto done = [](bool good) { return good ? Step::kDone : Step::kFailed; };
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    switch (c) {
      case '{':
        return Enter(Kind::kObject);
      case '[':
        return Enter(Kind::kArray);
      case '"':
        return done(ReadString());
      case 't':
        return done(ReadWord("true", Kind::kBool));
      case 'f':
        return done(ReadWord("false", Kind::kBool));
      case 'n':
        return done(ReadWord("null", Kind::kNull));
      default:
        break;
    }
    if (c == '-' || IsDigit(c)) return done(ReadNumber());
    return done(FailExpected("a value"));
  }

  // Reads the opening bracket and, of an object, the first key.
  Step Enter(Kind kind) {
    if (d_.open_.size() >= limits_.depth) {
      Fail(ErrorCode::kTooDeep, at_, fmt::format("nested more than {} levels deep", limits_.depth));
      return Step::kFailed;
    }
    const bool is_object = kind == Kind::kObject;
    d_.open_.push_back(Append(kind));
    ++at_;
    SkipSpace();
    if (Sees(is_object ? '}' : ']')) return Close() ? Step::kDone : Step::kFailed;
    return !is_object || ReadKey() ? Step::kEntered : Step::kFailed;
  }

  // After a value: to the next one, through the ends of all containers that are complete.
  bool GoOn() {
    while (!d_.open_.empty()) {
      Document::Node& container = d_.nodes_[d_.open_.back()];
      const bool is_object = container.kind == Kind::kObject;
      ++container.count_or_size;
      SkipSpace();
      if (Sees(',')) {
        ++at_;
        SkipSpace();
        return !is_object || ReadKey();
      }
      if (!Sees(is_object ? '}' : ']'))
        return FailExpected(is_object ? "`,` or `}`" : "`,` or `]`");
      if (!Close()) return false;
    }
    return true;
  }

  // At the closing bracket of the innermost container.
  bool Close() {
    const std::uint32_t container = d_.open_.back();
    d_.open_.pop_back();
    ++at_;
    d_.nodes_[container].end = static_cast<std::uint32_t>(at_);
    d_.nodes_[container].after_or_place = static_cast<std::uint32_t>(d_.nodes_.size());
    return d_.nodes_[container].kind != Kind::kObject || CheckKeys(container);
  }

  bool ReadKey() {
    if (!Sees('"')) return FailExpected("a key in double quotes");
    if (!ReadString()) return false;
    SkipSpace();
    if (!Sees(':')) return FailExpected("`:` after the key");
    ++at_;
    SkipSpace();
    return true;
  }

  bool ReadWord(std::string_view word, Kind kind) {
    if (text_.substr(at_, word.size()) != word) {
      return FailExpected("a value (true, false or null)");
    }
    const std::uint32_t node = Append(kind);
    at_ += word.size();
    d_.nodes_[node].end = static_cast<std::uint32_t>(at_);
    return true;
  }

  bool ReadNumber() {
    const std::uint32_t node = Append(Kind::kNumber);
    if (Sees('-')) ++at_;
    if (Sees('0')) {
      ++at_;
    } else if (!ReadDigits()) {
      return false;
    }
    if (Sees('.')) {
      ++at_;
      if (!ReadDigits()) return false;
    }
    if (Sees('e') || Sees('E')) {
      ++at_;
      if (Sees('+') || Sees('-')) ++at_;
      if (!ReadDigits()) return false;
    }
    d_.nodes_[node].end = static_cast<std::uint32_t>(at_);
    return true;
  }
  bool ReadDigits() {
    if (at_ >= text_.size() || !IsDigit(text_[at_])) return FailExpected("a digit");
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    return true;
  }

  // Moves at_ to the next byte of a string that needs attention.
  void SkipPlain() {
    const char* at = text_.data() + at_;
    const char* const end = text_.data() + text_.size();
    if constexpr (std::endian::native == std::endian::little) {
      for (; end - at >= 8; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, 8);
        const std::uint64_t special = SpecialBytes(word);
        if (special != 0) {
          at_ = static_cast<std::size_t>(at - text_.data()) +
                static_cast<std::size_t>(std::countr_zero(special)) / 8;
          return;
        }
      }
    }
    for (; at != end; ++at) {
      const auto c = static_cast<unsigned char>(*at);
      if (c == '"' || c == '\\' || c < 0x20U || c >= 0x80U) break;
    }
    at_ = static_cast<std::size_t>(at - text_.data());
  }

  bool ReadString() {
    const std::uint32_t node = Append(Kind::kString);
    ++at_;
    SkipPlain();
    if (Sees('"')) {
      d_.nodes_[node].end = static_cast<std::uint32_t>(++at_);
      return true;
    }
    return ReadRestOfString(node);
  }

  // From the first byte that needs attention, or the end.
  bool ReadRestOfString(std::uint32_t node) {
    std::size_t copied_to =
        d_.nodes_[node].begin + 1;  // bytes before this are in decoded_, once there is an escape
    while (true) {
      SkipPlain();
      if (at_ >= text_.size()) {
        return Fail(ErrorCode::kSyntax, d_.nodes_[node].begin, "this string has no end");
      }
      const char c = text_[at_];
      if (c == '"') break;
      if (c == '\\') {
        if (!d_.nodes_[node].is_decoded) {
          d_.nodes_[node].is_decoded = true;
          d_.nodes_[node].after_or_place = static_cast<std::uint32_t>(d_.decoded_.size());
        }
        d_.decoded_.append(text_.substr(copied_to, at_ - copied_to));
        if (!ReadEscape()) return false;
        copied_to = at_;
      } else if (static_cast<unsigned char>(c) < 0x20U) {
        return Fail(
            ErrorCode::kSyntax, at_,
            fmt::format("a control character ({}) in a string must be escaped", Shown(text_, at_)));
      } else if (const std::size_t length = Utf8Length(text_.substr(at_)); length != 0) {
        at_ += length;
      } else {
        return Fail(ErrorCode::kEncoding, at_, fmt::format("{} is not UTF-8", Shown(text_, at_)));
      }
    }
    if (d_.nodes_[node].is_decoded) {
      d_.decoded_.append(text_.substr(copied_to, at_ - copied_to));
      d_.nodes_[node].count_or_size =
          static_cast<std::uint32_t>(d_.decoded_.size()) - d_.nodes_[node].after_or_place;
    }
    ++at_;
    d_.nodes_[node].end = static_cast<std::uint32_t>(at_);
    return true;
  }

  bool ReadEscape() {
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t begin = at_;
    ++at_;
    if (Sees('u')) {
      ++at_;
      return ReadUnicodeEscape(begin);
    }
    const std::size_t letter = at_ < text_.size() ? kLetters.find(text_[at_]) : kLetters.npos;
    if (letter == kLetters.npos) {
      return Fail(ErrorCode::kSyntax, begin,
                  fmt::format("a string has no escape `\\` followed by {}", Shown(text_, at_)));
    }
    d_.decoded_.push_back(kMeanings[letter]);
    ++at_;
    return true;
  }

  bool ReadUnicodeEscape(std::size_t begin) {
    std::uint32_t code = 0;
    if (!ReadHex4(code)) return false;
    const bool is_low = code >= 0xDC00U && code <= 0xDFFFU;
    const bool is_high = code >= 0xD800U && code <= 0xDBFFU;
    if (is_high && text_.substr(at_, 2) == "\\u") {
      at_ += 2;
      std::uint32_t low = 0;
      if (!ReadHex4(low)) return false;
      if (low >= 0xDC00U && low <= 0xDFFFU) {
        AppendUtf8(d_.decoded_, 0x10000U + ((code - 0xD800U) << 10U) + (low - 0xDC00U));
        return true;
      }
    }
    if (is_high || is_low) {
      return Fail(ErrorCode::kEncoding, begin, "half of a surrogate pair is no character");
    }
    AppendUtf8(d_.decoded_, code);
    return true;
  }
  bool ReadHex4(std::uint32_t& code) {
    const std::string_view digits = text_.substr(std::min(at_, text_.size()), 4);
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() != 4 || failure != std::errc{} || end != digits.data() + 4) {
      return FailExpected("four hexadecimal digits");
    }
    at_ += 4;
    return true;
  }

  // Finds keys given twice in the object that just ended. Fingerprints of the keys are compared,
  // texts only where these are equal.
  bool CheckKeys(std::uint32_t object) {
    std::vector<Document::Fingerprint>& keys = d_.scratch_;
    keys.clear();
    const std::uint32_t after = d_.nodes_[object].after_or_place;
    for (std::uint32_t key = object + 1; key < after; key = d_.After(key + 1)) {
      keys.push_back({PrintOf(KeyText(key)), key});
    }
    return keys.size() <= kFewMembers ? CheckPairs(keys) : CheckSorted(keys);
  }

  bool CheckPairs(const std::vector<Document::Fingerprint>& keys) {
    for (std::size_t i = 1; i < keys.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (keys[i].print != keys[j].print || KeyText(keys[i].key) != KeyText(keys[j].key))
          continue;
        if (!AddDuplicate(keys[j].key, keys[i].key)) return false;
        break;
      }
    }
    return true;
  }

  bool CheckSorted(std::vector<Document::Fingerprint>& keys) {
    using Fingerprint = Document::Fingerprint;
    std::ranges::sort(keys, [this](const Fingerprint& a, const Fingerprint& b) {
      if (a.print != b.print) return a.print < b.print;
      const int order = KeyText(a.key).compare(KeyText(b.key));
      return order != 0 ? order < 0 : a.key < b.key;
    });
    for (std::size_t i = 1, first = 0; i < keys.size(); ++i) {
      const bool is_new =
          keys[i].print != keys[first].print || KeyText(keys[i].key) != KeyText(keys[first].key);
      if (is_new) {
        first = i;
      } else if (!AddDuplicate(keys[first].key, keys[i].key)) {
        return false;
      }
    }
    return true;
  }

  // Length, first and last bytes: keys of one object seldom share them all.
  static std::uint64_t PrintOf(std::string_view text) {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    const std::size_t taken = std::min<std::size_t>(text.size(), 8);
    std::memcpy(&first, text.data(), taken);
    std::memcpy(&last, text.data() + text.size() - taken, taken);
    return (first * 0x9E3779B97F4A7C15U) ^ last ^ (std::uint64_t{text.size()} << 56U);
  }
  [[nodiscard]] std::string_view KeyText(std::uint32_t node) const {
    const Document::Node& n = d_.nodes_[node];
    if (n.is_decoded)
      return std::string_view(d_.decoded_).substr(n.after_or_place, n.count_or_size);
    return text_.substr(n.begin + 1, n.end - n.begin - 2);
  }
  bool AddDuplicate(std::uint32_t first, std::uint32_t second) {
    if (limits_.duplicate_keys == DuplicateKeys::kRecord) {
      d_.duplicates_.emplace_back(first, second);
      return true;
    }
    Fail(ErrorCode::kDuplicateKey, d_.nodes_[second].begin,
         fmt::format("the key `{}` is given twice", KeyText(second)));
    error_->other_offset = d_.nodes_[first].begin;
    return false;
  }

  Document& d_;
  std::string_view text_;
  const Limits& limits_;
  std::size_t at_ = 0;
  std::optional<Error> error_;
};

std::string_view Describe(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "true or false";
    case Kind::kNumber:
      return "a number";
    case Kind::kString:
      return "a string";
    case Kind::kArray:
      return "an array";
    case Kind::kObject:
      return "an object";
  }
  return "";
}

Kind Value::kind() const { return document_->nodes_[node_].kind; }
std::uint32_t Value::begin() const { return document_->nodes_[node_].begin; }
std::uint32_t Value::end() const { return document_->nodes_[node_].end; }
std::uint32_t Value::size() const {
  return is_array() || is_object() ? document_->nodes_[node_].count_or_size : 0;
}

std::string_view Value::source() const {
  const Document::Node& node = document_->nodes_[node_];
  return document_->text_.substr(node.begin, node.end - node.begin);
}

std::string_view Value::text() const {
  const Document::Node& node = document_->nodes_[node_];
  if (node.kind != Kind::kString) return source();
  if (node.is_decoded) {
    return std::string_view(document_->decoded_).substr(node.after_or_place, node.count_or_size);
  }
  return document_->text_.substr(node.begin + 1, node.end - node.begin - 2);
}

std::optional<std::int64_t> Value::AsInteger() const {
  if (kind() != Kind::kNumber) return std::nullopt;
  const std::string_view digits = source();
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failure != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

Elements Value::elements() const {
  const std::uint32_t after = document_->After(node_);
  return {Value(document_, is_array() ? node_ + 1 : after), Value(document_, after)};
}

Members Value::members() const {
  const std::uint32_t after = document_->After(node_);
  return {Value(document_, is_object() ? node_ + 1 : after), Value(document_, after)};
}

std::optional<Value> Value::Find(std::string_view key) const {
  for (const Member member : members()) {
    if (member.key.text() == key) return member.value;
  }
  return std::nullopt;
}

std::string Value::Pointer() const {
  std::string pointer;
  const auto step = [&](std::string_view token) {
    pointer.push_back('/');
    for (const char c : token) {
      if (c == '~') {
        pointer += "~0";
      } else if (c == '/') {
        pointer += "~1";
      } else {
        pointer.push_back(c);
      }
    }
  };
  const std::vector<Document::Node>& nodes = document_->nodes_;
  for (std::uint32_t at = 0; at < node_;) {
    const bool is_object = nodes[at].kind == Kind::kObject;
    std::uint32_t child = at + 1;  // of an object: the key, with its value after it
    std::size_t index = 0;
    while (document_->After(is_object ? child + 1 : child) <= node_) {
      child = document_->After(is_object ? child + 1 : child);
      ++index;
    }
    step(is_object ? Value(document_, child).text() : fmt::format("{}", index));
    at = is_object ? child + 1 : child;
  }
  return pointer;
}

Elements::Iterator& Elements::Iterator::operator++() {
  value_.node_ = value_.document_->After(value_.node_);
  return *this;
}

Member Members::Iterator::operator*() const {
  return {key_, Value(key_.document_, key_.node_ + 1)};
}

Members::Iterator& Members::Iterator::operator++() {
  key_.node_ = key_.document_->After(key_.node_ + 1);
  return *this;
}

std::optional<Error> Document::Read(std::string_view text, const Limits& limits) {
  text_ = text;
  nodes_.clear();
  decoded_.clear();
  duplicates_.clear();
  open_.clear();
  std::optional<Error> error = Parser(*this, text, limits).Run();
  if (error) nodes_.clear();
  return error;
}

Value Document::root() const& {
  WRIT_CHECK(!nodes_.empty(), "root of a document that was not read");
  return {this, 0};
}

std::vector<Duplicate> Document::duplicates() const {
  std::vector<Duplicate> result;
  result.reserve(duplicates_.size());
  for (const auto& [first, second] : duplicates_) {
    result.push_back({Value(this, first), Value(this, second)});
  }
  return result;
}

Result<OwningDocument, Error> OwningDocument::Parse(std::string text, const Limits& limits) {
  OwningDocument owning;
  owning.text_ = std::make_unique<const std::string>(std::move(text));
  if (std::optional<Error> error = owning.document_.Read(*owning.text_, limits)) {
    return *std::move(error);
  }
  return owning;
}

Result<Document, Error> Parse(std::string_view text, const Limits& limits) {
  Document document;
  if (std::optional<Error> error = document.Read(text, limits)) return *std::move(error);
  return document;
}

namespace {

/// The letter of a character's short escape, or 0.
char ShortEscape(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

}  // namespace

void AppendString(std::string& out, std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  out.push_back('"');
  std::size_t plain = 0;  // where the run of characters begins that stand for themselves
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20U && byte != '"' && byte != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    if (const char letter = ShortEscape(text[i]); letter != 0) {
      out += {'\\', letter};
    } else {
      out += "\\u00";
      out += {kHex[byte >> 4U], kHex[byte & 0xFU]};
    }
  }
  out.append(text, plain, text.size() - plain);
  out.push_back('"');
}

void Writer::NewLine() {
  if (style_ == Style::kMinified) return;
  out_.push_back('\n');
  out_.append(levels_.size() * 2, ' ');
}

void Writer::BeforeValue() {
  if (levels_.empty()) {
    WRIT_CHECK(out_.empty(), "one value in a text");
    return;
  }
  if (levels_.back().is_object) {
    WRIT_CHECK(has_key_, "a value in an object has a key");
    has_key_ = false;
    return;
  }
  if (!levels_.back().is_empty) out_.push_back(',');
  levels_.back().is_empty = false;
  NewLine();
}

void Writer::Key(std::string_view key) {
  WRIT_CHECK(!levels_.empty() && levels_.back().is_object && !has_key_, "a key is in an object");
  if (!levels_.back().is_empty) out_.push_back(',');
  levels_.back().is_empty = false;
  NewLine();
  AppendString(out_, key);
  out_ += style_ == Style::kMinified ? ":" : ": ";
  has_key_ = true;
}

void Writer::BeginObject() {
  BeforeValue();
  out_.push_back('{');
  levels_.push_back({true, true});
}
void Writer::EndObject() { End(true, '}'); }
void Writer::BeginArray() {
  BeforeValue();
  out_.push_back('[');
  levels_.push_back({false, true});
}
void Writer::EndArray() { End(false, ']'); }

void Writer::End(bool is_object, char closer) {
  WRIT_CHECK(!levels_.empty() && levels_.back().is_object == is_object && !has_key_,
             "what begins must end");
  const bool is_empty = levels_.back().is_empty;
  levels_.pop_back();
  if (!is_empty) NewLine();
  out_.push_back(closer);
}

void Writer::String(std::string_view text) {
  BeforeValue();
  AppendString(out_, text);
}
void Writer::Integer(std::int64_t number) {
  BeforeValue();
  out_ += fmt::format("{}", number);
}
void Writer::Bool(bool value) { Raw(value ? "true" : "false"); }
void Writer::Null() { Raw("null"); }
void Writer::Raw(std::string_view json) {
  BeforeValue();
  out_ += json;
}

std::string Writer::Take() {
  WRIT_CHECK(levels_.empty() && !out_.empty(), "a text holds one whole value");
  return std::move(out_);
}

}  // namespace writ::support::json
