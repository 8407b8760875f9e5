// An AWS policy document as a plain value: what it says, without the liberties of its JSON.
//
// Two documents are equal when they say the same in the same order; a list of one and a plain
// string, "Statement" as object or array, `true` and "true" as condition value are the same here.
// Reading refuses what it does not know: a statement that is skipped because it was not understood
// may have been a Deny. Places in the text are kept beside the document, so that equality, sorting
// and hashing never see them. Nothing here knows how policies are made or what they mean.
//
// Source of the grammar: IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM JSON
// policy elements reference" (git copy of May 2023 and current pages, read 2026-11-22).
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/json.h"
#include "base/support/result.h"

namespace writ::policy {

/// Where a document is attached, which decides what it may contain and how it is counted.
enum class Kind : std::uint8_t {
  kIdentity,
  kScp,
  kRcp,
  kResource,
  kVpcEndpoint,
  kBoundary,
  kSession,
  kTrust,
};

enum class Version : std::uint8_t {
  kNone,  ///< no Version element: read by AWS as 2008-10-17
  k2008,  ///< "2008-10-17"
  k2012,  ///< "2012-10-17": the only one in which ${...} is a variable
};

enum class Effect : std::uint8_t { kAllow, kDeny };

/// Whether a list names what matches (Action) or what does not (NotAction).
enum class Sense : std::uint8_t { kListed, kAllBut };

/// Action, NotAction, Resource or NotResource.
struct Patterns {
  Sense sense = Sense::kListed;
  std::vector<std::string> values;
  auto operator<=>(const Patterns&) const = default;
};

enum class PrincipalType : std::uint8_t {
  kEveryone,  ///< a bare "*"; its value is "*". {"AWS": "*"} means the same and is kept as kAws
  kAws,
  kService,
  kFederated,
  kCanonicalUser,
};

struct Principal {
  PrincipalType type = PrincipalType::kEveryone;
  std::string value = "*";
  auto operator<=>(const Principal&) const = default;
};

/// Principal or NotPrincipal. Ordered by type; within a type as in the text.
struct Principals {
  Sense sense = Sense::kListed;
  std::vector<Principal> values;
  auto operator<=>(const Principals&) const = default;
};

enum class BaseOperator : std::uint8_t {
  kStringEquals,
  kStringNotEquals,
  kStringEqualsIgnoreCase,
  kStringNotEqualsIgnoreCase,
  kStringLike,
  kStringNotLike,
  kNumericEquals,
  kNumericNotEquals,
  kNumericLessThan,
  kNumericLessThanEquals,
  kNumericGreaterThan,
  kNumericGreaterThanEquals,
  kDateEquals,
  kDateNotEquals,
  kDateLessThan,
  kDateLessThanEquals,
  kDateGreaterThan,
  kDateGreaterThanEquals,
  kBool,
  kBinaryEquals,
  kIpAddress,
  kNotIpAddress,
  kArnEquals,
  kArnNotEquals,
  kArnLike,
  kArnNotLike,
  kNull,
};
inline constexpr std::size_t kBaseOperatorCount = 27;

enum class OperatorFamily : std::uint8_t {
  kString,
  kNumeric,
  kDate,
  kBool,
  kBinary,
  kIp,
  kArn,
  kNull,
};

enum class SetQualifier : std::uint8_t { kNone, kForAllValues, kForAnyValue };

/// "ForAllValues:StringNotLikeIfExists" and the like. Null takes neither qualifier nor IfExists.
struct Operator {
  SetQualifier set = SetQualifier::kNone;
  BaseOperator base = BaseOperator::kStringEquals;
  bool if_exists = false;
  auto operator<=>(const Operator&) const = default;
};

/// One key under one operator. Statement conditions are all required; `values` are alternatives
/// (for a negated operator: none of them may match).
struct Condition {
  Operator op;
  std::string key;  ///< as written; names of keys ignore case
  std::vector<std::string> values;
  auto operator<=>(const Condition&) const = default;
};

struct Statement {
  std::string sid;  ///< empty: none
  Effect effect = Effect::kAllow;
  std::optional<Principals> principal;
  Patterns action;
  std::optional<Patterns> resource;
  std::vector<Condition> conditions;  ///< no two of the same operator and key
  auto operator<=>(const Statement&) const = default;
};

struct PolicyDocument {
  Version version = Version::k2012;
  std::string id;  ///< empty: none
  std::vector<Statement> statements;
  auto operator<=>(const PolicyDocument&) const = default;
};

/// The bytes [begin, end) of the JSON text; empty where there is no such element.
struct Place {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  auto operator<=>(const Place&) const = default;
};

/// Where a statement and its parts stand; lists run parallel to those of the Statement.
struct StatementPlaces {
  Place statement;
  Place sid;
  Place effect;
  Place principal;  ///< the value of Principal or NotPrincipal
  Place action;
  Place resource;
  std::vector<Place> principals;
  std::vector<Place> actions;
  std::vector<Place> resources;
  std::vector<Place> conditions;  ///< the key with its values
};

struct DocumentPlaces {
  Place document;
  std::vector<StatementPlaces> statements;
};

struct PlacedDocument {
  PolicyDocument document;
  DocumentPlaces places;
};

enum class PolicyErrorCode : std::uint8_t {
  kBadJson,
  kDuplicateKey,
  kWrongType,
  kUnknownElement,
  kMissingElement,
  kConflictingElements,
  kProhibitedElement,  ///< known, but not in documents of this kind
  kEmptyList,
  kBadValue,
  kUnknownOperator,
};
/// "badJson", "duplicateKey", ...: stable names for machines.
[[nodiscard]] std::string_view CodeName(PolicyErrorCode code);

/// Why a text is no policy document of its kind.
struct PolicyError {
  PolicyErrorCode code = PolicyErrorCode::kBadJson;
  std::uint32_t offset = 0;  ///< bytes from the begin of the JSON text
  std::string path;          ///< JSON Pointer from the document; empty for the document itself
  std::string message;
};
using PolicyErrors = std::vector<PolicyError>;

/// How much a reader demands.
enum class Demand : std::uint8_t {
  /// The grammar of the language; elements may stand in documents of any kind (as the evaluator and
  /// comparisons need: they must be able to say what a document would do).
  kGrammar,
  /// Also what AWS checks when a document of that kind is created: which elements must and must not
  /// be there, forms of actions and resources, Sids.
  kAsCreated,
};

/// Reads one document. At most kMaxPolicyErrors errors are reported, in text order of discovery; at
/// least one on failure.
[[nodiscard]] support::Result<PolicyDocument, PolicyErrors> Read(std::string_view json, Kind kind,
                                                                 Demand demand = Demand::kGrammar);
/// Read, keeping the places.
[[nodiscard]] support::Result<PlacedDocument, PolicyErrors> ReadPlaced(
    std::string_view json, Kind kind, Demand demand = Demand::kGrammar);
/// Reads a document within a larger text. Offsets and Places are those of that text, paths begin at
/// `value`. Keys given twice are the caller's to look for, if its Document records them.
[[nodiscard]] support::Result<PolicyDocument, PolicyErrors> ReadValue(
    const support::json::Value& value, Kind kind, Demand demand = Demand::kGrammar);

inline constexpr std::size_t kMaxPolicyErrors = 100;
/// Bytes of one document; far above every AWS quota, to be an answer to accidents.
inline constexpr std::size_t kMaxPolicyBytes = std::size_t{16} << 20U;

using support::json::Style;

/// The document as JSON, keys in a fixed order (Version, Id, Statement; Sid, Effect, Principal,
/// Action, Resource, Condition), lists of one as plain strings, Statement always an array.
/// Read(Write(d)) equals d if principals are ordered by type and conditions grouped by operator, as
/// Read leaves them; otherwise it means the same.
[[nodiscard]] std::string Write(const PolicyDocument& document, Style style);

/// The size of a document text as AWS counts it against the quota of its kind, in characters (code
/// points): for identity, boundary and trust policies without white space between tokens, for all
/// others everything that is sent. White space within strings is counted for every kind, which is
/// the careful reading of "IAM doesn't count white space".
/// Source: IAM User Guide, "IAM and AWS STS quotas"; Organizations User Guide, "Quotas and service
/// limits"; VPC "Amazon VPC quotas" (read 2026-11-22).
[[nodiscard]] std::size_t CountCharacters(std::string_view text, Kind kind);

[[nodiscard]] std::string_view KindName(Kind kind);           ///< "identity", "vpcEndpoint", ...
[[nodiscard]] std::string_view EffectName(Effect effect);     ///< "Allow" or "Deny"
[[nodiscard]] std::string_view TypeName(PrincipalType type);  ///< "AWS", "Service", ...; "*"
[[nodiscard]] std::string_view BaseName(BaseOperator base);   ///< "StringNotLike"
[[nodiscard]] std::string OperatorName(const Operator& op);   ///< "ForAnyValue:StringLikeIfExists"
/// The operator of this name; ASCII case does not matter, as AWS accepts any.
[[nodiscard]] std::optional<Operator> ParseOperator(std::string_view name);
[[nodiscard]] OperatorFamily FamilyOf(BaseOperator base);
/// Whether it holds when no value matches (StringNotEquals, NotIpAddress, ...).
[[nodiscard]] bool IsNegated(BaseOperator base);
/// The operator it negates; itself if it is not negated.
[[nodiscard]] BaseOperator PositiveOf(BaseOperator base);

/// ASCII letters to lower case: the case folding of key names and action names.
[[nodiscard]] std::string FoldCase(std::string_view text);
[[nodiscard]] bool EqualIgnoringCase(std::string_view a, std::string_view b);

}  // namespace writ::policy
