// Policies in Cedar as values, as far as policies of an AgentCore gateway need them: one scope and
// conditions over `principal` and `context`. What the subset lacks cannot be read, and is never
// skipped.
//
// Source: Cedar Policy Language Reference Guide, version 4 (grammar, operators, "Authorization"),
// read 2026-11-30.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/result.h"

namespace writ::cedar {

struct Entity {
  std::string type;  ///< "AgentCore::Gateway"
  std::string id;
  auto operator<=>(const Entity&) const = default;
};

/// What a literal or an attribute is worth. Members that its kind does not have are empty.
struct Value {
  enum class Kind : std::uint8_t { kBool, kLong, kString, kDecimal, kDatetime, kSet };
  Kind kind = Kind::kBool;
  bool truth = false;
  /// kLong; of kDecimal ten-thousandths; of kDatetime milliseconds since 1970, UTC.
  std::int64_t number = 0;
  std::string text;
  std::vector<Value> elements;  ///< sorted, each once
  std::strong_ordering operator<=>(const Value& other) const;
  bool operator==(const Value& other) const { return (*this <=> other) == 0; }

  static Value Bool(bool truth);
  static Value Long(std::int64_t number);
  static Value String(std::string text);
  static Value Decimal(std::int64_t ten_thousandths);
  static Value Datetime(std::int64_t milliseconds);
  static Value Set(std::vector<Value> elements);
};

struct Expr {
  enum class Kind : std::uint8_t {
    kLiteral,
    kPrincipal,
    kContext,
    kAttribute,  ///< operands[0] . name
    kHas,        ///< operands[0] has name
    kIs,         ///< operands[0] is name
    kLike,       ///< operands[0] like pattern
    kNot,
    kAnd,  ///< two operands
    kOr,   ///< two operands
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kCall,  ///< operands[0] . name (operands[1])
    kSet    ///< [operands…]
  };
  Kind kind = Kind::kLiteral;
  Value value;       ///< of a literal
  std::string name;  ///< of an attribute, an entity type or a method
  /// Of `like`: the texts between its `*`, one more than there are of these.
  std::vector<std::string> pattern;
  std::vector<Expr> operands;
};

/// What stands in the head of a policy for principal, action or resource.
struct Scope {
  enum class Kind : std::uint8_t { kAny, kEqual, kIn, kIs };
  Kind kind = Kind::kAny;
  Entity entity;  ///< of kIs its type only
};

struct Condition {
  bool is_unless = false;
  Expr expr;
};

struct Policy {
  bool is_permit = true;
  Scope principal;
  Scope action;
  Scope resource;
  std::vector<Condition> conditions;
};

/// Why a text is no policy of the subset.
struct Error {
  std::size_t offset = 0;  ///< bytes
  std::string message;
};

/// Nesting of expressions that the reader accepts.
inline constexpr int kMaxNesting = 200;

/// Reads exactly one policy. Linear.
[[nodiscard]] support::Result<Policy, Error> Parse(std::string_view text);

/// A text in quotes, with what must be escaped. In a pattern of `like` a `*` stands for any text.
[[nodiscard]] std::string Quoted(std::string_view text);

/// Whether the word is one of Cedar's own, which can name an attribute in quotes only: `has "if"`,
/// `["if"]`. Source: Cedar, "Grammar specification for Cedar policies"; Cedar's engine 4.13 (tried
/// 2026-11-30).
[[nodiscard]] bool IsReserved(std::string_view word);

/// "500.0" → 5000000; nothing if it has more than four decimals or does not fit.
[[nodiscard]] std::optional<std::int64_t> ReadDecimal(std::string_view text);
/// "2027-01-31T00:00:00Z" and dates alone → milliseconds since 1970; nothing for other forms.
[[nodiscard]] std::optional<std::int64_t> ReadDatetime(std::string_view text);

}  // namespace writ::cedar
