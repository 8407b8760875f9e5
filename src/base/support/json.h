// JSON as Writ reads and writes it: RFC 8259 to the letter, every value with its place in the text.
//
// Policies, bindings, lock files, manifests and decision cases come from outside and are judged by
// what they say, so nothing is repaired: an error names its offset, a key given twice names both
// places, a number keeps its text. A Document is a flat table in text order (an object's members
// follow it), reused from one text to the next without new storage, because a batch of cases is
// mostly JSON. It holds views: the text must outlive the Document, or an OwningDocument keeps it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/expiring.h"
#include "base/support/result.h"

namespace writ::support::json {

enum class Kind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

/// "an object", "a string", ...: for messages.
[[nodiscard]] std::string_view Describe(Kind kind);

enum class DuplicateKeys : std::uint8_t {
  kRefuse,  ///< a key given twice is an error
  kRecord,  ///< it is listed in Document::duplicates(), and the reader goes on
};

/// What a reader accepts. Offsets are 32 bits wide, so no limit above 4 GiB - 1 has an effect.
struct Limits {
  std::size_t bytes = std::size_t{64} << 20U;
  std::uint32_t depth = 250;  ///< of arrays and objects within each other
  DuplicateKeys duplicate_keys = DuplicateKeys::kRefuse;
};

enum class ErrorCode : std::uint8_t { kSyntax, kEncoding, kDuplicateKey, kTooDeep, kTooLarge };

/// Why a text is not JSON (or not within the limits). Offsets are bytes from its begin.
struct Error {
  ErrorCode code = ErrorCode::kSyntax;
  std::uint32_t offset = 0;
  std::optional<std::uint32_t> other_offset;  ///< of a duplicate key: the first one
  std::string message;
};

class Document;
class Elements;
class Members;
struct Member;

/// A value of a Document: a handle that is valid until the Document is read again or goes.
class Value {
 public:
  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool is_string() const { return kind() == Kind::kString; }
  [[nodiscard]] bool is_object() const { return kind() == Kind::kObject; }
  [[nodiscard]] bool is_array() const { return kind() == Kind::kArray; }

  /// The bytes [begin, end) of the value in the text, quotes and brackets included.
  [[nodiscard]] std::uint32_t begin() const;
  [[nodiscard]] std::uint32_t end() const;
  /// Those bytes.
  [[nodiscard]] std::string_view source() const;

  /// Of a string: its characters, escapes resolved. Of any other value: its source().
  [[nodiscard]] std::string_view text() const;
  [[nodiscard]] bool is_true() const { return kind() == Kind::kBool && source() == "true"; }
  /// The whole number a kNumber stands for, if it is written without fraction and exponent and
  /// fits.
  [[nodiscard]] std::optional<std::int64_t> AsInteger() const;

  /// Elements of an array or members of an object; 0 for all else.
  [[nodiscard]] std::uint32_t size() const;
  /// Of an array; empty for all else.
  [[nodiscard]] Elements elements() const;
  /// Of an object; empty for all else.
  [[nodiscard]] Members members() const;
  /// The member of this name (the first, where duplicates are recorded). Linear in the members.
  [[nodiscard]] std::optional<Value> Find(std::string_view key) const;
  /// Where it stands in its Document, as a JSON Pointer (RFC 6901); a key stands where its value
  /// stands. Linear in what precedes it.
  [[nodiscard]] std::string Pointer() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  friend class Document;
  friend class Elements;
  friend class Members;
  Value(const Document* document, std::uint32_t node) : document_(document), node_(node) {}

  const Document* document_;
  std::uint32_t node_;
};

/// A member of an object. `key` is a string value with a place of its own.
struct Member {
  Value key;
  Value value;
};

/// The elements of an array, in order.
class Elements {
 public:
  class Iterator {
   public:
    Value operator*() const { return value_; }
    Iterator& operator++();
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    friend class Elements;
    explicit Iterator(Value value) : value_(value) {}
    Value value_;
  };
  [[nodiscard]] Iterator begin() const { return Iterator(first_); }
  [[nodiscard]] Iterator end() const { return Iterator(last_); }

 private:
  friend class Value;
  Elements(Value first, Value last) : first_(first), last_(last) {}
  Value first_;
  Value last_;
};

/// The members of an object, in text order.
class Members {
 public:
  class Iterator {
   public:
    Member operator*() const;
    Iterator& operator++();
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    friend class Members;
    explicit Iterator(Value key) : key_(key) {}
    Value key_;
  };
  [[nodiscard]] Iterator begin() const { return Iterator(first_); }
  [[nodiscard]] Iterator end() const { return Iterator(last_); }

 private:
  friend class Value;
  Members(Value first, Value last) : first_(first), last_(last) {}
  Value first_;
  Value last_;
};

/// A key that an object has already.
struct Duplicate {
  Value first;   ///< the key that came first
  Value second;  ///< the key that repeats it
};

class Document {
 public:
  Document() = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  Document(Document&&) = default;
  Document& operator=(Document&&) = default;

  /// Replaces the content by that of `text` (which must outlive it), reusing storage. On failure
  /// the Document is empty. Linear in the text, but for objects of many members (n log n).
  [[nodiscard]] std::optional<Error> Read(std::string_view text, const Limits& limits = {});
  template <ExpiringString Text>
  std::optional<Error> Read(Text&& text, const Limits& limits = {}) = delete;

  /// The outermost value. Only after a successful Read.
  [[nodiscard]] Value root() const&;
  Value root() const&& = delete;
  [[nodiscard]] std::string_view source() const { return text_; }
  /// Keys given twice, in the order their objects end; empty unless DuplicateKeys::kRecord.
  [[nodiscard]] std::vector<Duplicate> duplicates() const;

 private:
  friend class Value;
  friend class Elements;
  friend class Members;
  friend class Parser;

  struct Node {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    // Of an array or object: the first node that is not part of it, and its elements or members.
    // Of a string with escapes: place and size in decoded_.
    std::uint32_t after_or_place = 0;
    std::uint32_t count_or_size = 0;
    Kind kind = Kind::kNull;
    bool is_decoded = false;
  };
  [[nodiscard]] std::uint32_t After(std::uint32_t node) const {
    const Kind kind = nodes_[node].kind;
    const bool is_container = kind == Kind::kArray || kind == Kind::kObject;
    return is_container ? nodes_[node].after_or_place : node + 1;
  }

  std::string_view text_;
  std::vector<Node> nodes_;
  std::string decoded_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> duplicates_;
  std::vector<std::uint32_t> open_;  // containers being read, outermost first
  struct Fingerprint {
    std::uint64_t print;
    std::uint32_t key;
  };
  std::vector<Fingerprint> scratch_;  // keys of one object, for the search of duplicates
};

/// Document::Read as a Result.
[[nodiscard]] Result<Document, Error> Parse(std::string_view text, const Limits& limits = {});
template <ExpiringString Text>
Result<Document, Error> Parse(Text&& text, const Limits& limits = {}) = delete;

/// A Document that keeps its text. Moving it leaves views of the text valid, but not handles.
class OwningDocument {
 public:
  [[nodiscard]] static Result<OwningDocument, Error> Parse(std::string text,
                                                           const Limits& limits = {});

  [[nodiscard]] Value root() const& { return document_.root(); }
  Value root() const&& = delete;
  [[nodiscard]] const Document& document() const& { return document_; }

 private:
  std::unique_ptr<const std::string> text_;  ///< a moved std::string may hold its bytes elsewhere
  Document document_;
};

enum class Style : std::uint8_t {
  kMinified,  ///< no white space
  kPretty,    ///< two spaces a level, one member or element a line
};

/// Appends `text` as a JSON string. What must be escaped is, with the short form where there is
/// one; all else stays as it is.
void AppendString(std::string& out, std::string_view text);

/// Writes JSON in the order of the calls; who calls fixes the key order. The calls must make up
/// one value (checked): a Key before each value within an object and nowhere else.
class Writer {
 public:
  explicit Writer(Style style) : style_(style) {}

  void BeginObject();
  void EndObject();
  void BeginArray();
  void EndArray();
  void Key(std::string_view key);
  void String(std::string_view text);
  void Integer(std::int64_t number);
  void Bool(bool value);
  void Null();
  /// A value already in JSON, put as it is.
  void Raw(std::string_view json);

  /// The text; without a line break at its end. The Writer is then spent.
  [[nodiscard]] std::string Take();

 private:
  struct Level {
    bool is_object;
    bool is_empty;
  };
  void BeforeValue();
  void NewLine();
  void End(bool is_object, char closer);

  Style style_;
  std::string out_;
  std::vector<Level> levels_;
  bool has_key_ = false;
};

}  // namespace writ::support::json
