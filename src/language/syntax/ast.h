// The syntax of a program as plain values, one struct for each construct of the grammar
// (docs/language.md, "Grammar"), each with the exact bytes it was read from.
//
// Values, not handles: trees are small (a sentence is one item), passes never write to them, and a
// copy is what a `policy` instance needs. Depth is bounded by the parser (kMaxNesting), so walking
// them may recurse; `and`, `or` and `,` chains are flat lists. String views point into the
// SourceMap that the file was parsed from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/source/source.h"
#include "base/support/box.h"

namespace writ::syntax {

using source::Span;
using support::Box;

/// Nesting of parentheses, `not` and blocks that the parser accepts.
inline constexpr int kMaxNesting = 250;

struct Name {
  Span span;
  std::string_view text;
};

/// A string with its escapes read; `span` includes the quotes.
struct String {
  Span span;
  std::string value;
};

/// A calendar date that exists; a text such as 2026-02-30 is reported by the parser.
struct Date {
  Span span;
  int year = 0;
  int month = 0;
  int day = 0;
};

struct Literal {
  enum class Kind : std::uint8_t { kString, kNumber, kDate, kName };
  Kind kind = Kind::kName;
  Span span;
  std::string text;  ///< the string's value, else the text as written
};

/// The name of a tag: a string, or words joined by colons.
struct TagKey {
  Span span;
  std::string text;
};

// ---- conditions ------------------------------------------------------------------------------

/// `provider`, `aws:SourceVpc`, `aws:PrincipalTag/team`.
struct Key {
  Span span;
  Name first;                  ///< the service, or the whole of a bare key
  std::optional<Name> second;  ///< after the colon
  std::optional<TagKey> tag;   ///< after the slash

  /// "aws:PrincipalTag/team".
  [[nodiscard]] std::string Text() const;
};

/// The right side of a comparison: a literal, or another key.
struct Value {
  Span span;
  std::variant<Literal, Key> form;
};

struct Comparison {
  enum class Operator : std::uint8_t {
    kPresent,  ///< a bare key
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kLike,
    kIncludes,
    kIn
  };
  Key key;
  Operator op = Operator::kPresent;
  Span op_span;               ///< empty for kPresent
  std::vector<Value> values;  ///< one; several for a `[list]`
  bool is_list = false;
};

struct Cond {
  enum class Kind : std::uint8_t { kAnd, kOr, kNot, kComparison };
  Kind kind = Kind::kComparison;
  Span span;
  std::vector<Cond> operands;  ///< two or more for kAnd and kOr, one for kNot
  Box<Comparison> comparison;  ///< for kComparison
};

// ---- sets --------------------------------------------------------------------------------------

struct SetExpr;

struct SetTerm {
  enum class Kind : std::uint8_t { kName, kString, kResource, kGroup };
  enum class Quantifier : std::uint8_t { kNone, kAny, kLatest };
  Kind kind = Kind::kName;
  Quantifier quantifier = Quantifier::kNone;
  Span span;
  Span quantifier_span;
  Name name;                 ///< for kName; the kind of resource for kResource
  std::optional<Name> from;  ///< `models from anthropic`
  Box<Cond> where;
  Box<String> string;  ///< for kString, and the resource's name for kResource
  Box<SetExpr> group;  ///< for kGroup
};

/// (included…) minus (excluded…).
struct SetExpr {
  Span span;
  std::vector<SetTerm> included;
  std::vector<SetTerm> excluded;
};

// ---- sentences ---------------------------------------------------------------------------------

struct Principal {
  enum class Kind : std::uint8_t { kTeam, kRole, kUser, kService, kPermissionSet, kTag, kClaim };
  Kind kind = Kind::kTeam;
  Span span;
  std::vector<Name> teams;  ///< for kTeam
  std::string value;        ///< role, user, service, permission set, or the value of tag or claim
  Span value_span;
  std::optional<TagKey> tag;  ///< of kTag and kClaim
};

/// `outside ORGANIZATION except account N, …`.
struct Outsiders {
  Span span;
  Name organization;
  std::vector<Literal> except;  ///< account numbers
};

struct Subject {
  enum class Quantifier : std::uint8_t { kPlain, kEveryone, kNobody, kOnly };
  Span span;
  Quantifier quantifier = Quantifier::kPlain;
  Span quantifier_span;               ///< the word; invalid for kPlain
  std::vector<Principal> principals;  ///< empty for everyone and nobody
  Box<SetExpr> in;
  std::vector<Principal> except;
  /// Of everyone and nobody; without principals, `in` and `except` then.
  std::optional<Outsiders> outside = {};
};

struct Duty {
  enum class Kind : std::uint8_t { kGuardrail, kEndpoint, kProfile, kSatisfy };
  Kind kind = Kind::kGuardrail;
  Span span;
  Box<SetExpr> set;  ///< all but kSatisfy
  Box<Cond> cond;    ///< for kSatisfy
};

struct Modality {
  enum class Kind : std::uint8_t { kMay, kMayNot, kMust, kCan, kCannot, kAllow, kDeny };
  Kind kind = Kind::kMay;
  Span span;
  std::vector<Duty> duties;  ///< for kMust
};

/// `bedrock:InvokeModel`, `s3:"Get*"`.
struct ActionName {
  Span span;
  Name service;
  std::string name;
  Span name_span;
  bool quoted = false;
};

struct Action {
  enum class Kind : std::uint8_t { kVerb, kDo, kDoAnything };
  Kind kind = Kind::kVerb;
  Span span;
  Name verb;                        ///< for kVerb
  Box<SetExpr> object;              ///< for kVerb
  std::vector<ActionName> actions;  ///< named ones for kDo, the exceptions for kDoAnything
  std::vector<String> resources;    ///< after `on`
};

struct Route {
  enum class Kind : std::uint8_t { kDirectly, kWithin, kGlobally };
  Kind kind = Kind::kDirectly;
  Span span;
  Name geography;  ///< for kWithin
};

struct InQualifier {
  SetExpr set;
};
struct RoutedQualifier {
  std::vector<Route> routes;
};
struct ThroughQualifier {
  std::vector<Name> planes;
};
struct WithGuardrailQualifier {
  SetExpr guardrails;
};
struct ViaQualifier {
  enum class Kind : std::uint8_t { kEndpoint, kProfile };
  Kind kind = Kind::kEndpoint;
  SetExpr set;
};
struct WhenQualifier {
  bool unless = false;
  Cond cond;
};
struct DateQualifier {
  bool until = false;
  Date date;
};
struct UnderQualifier {
  Name use_case;
};
/// `after evaluation E, …`.
struct AfterQualifier {
  std::vector<Name> evaluations;
};
struct ControlQualifier {
  std::vector<String> controls;
};
struct WaiveQualifier {
  Name rule;
  Date until;
  String by;
};
struct BecauseQualifier {
  String reason;
};

struct Qualifier {
  Span span;
  std::variant<InQualifier, RoutedQualifier, ThroughQualifier, WithGuardrailQualifier, ViaQualifier,
               WhenQualifier, DateQualifier, UnderQualifier, AfterQualifier, ControlQualifier,
               WaiveQualifier, BecauseQualifier>
      form;
};

/// A sentence; also an assertion (`can`, `cannot`) and a line of a test (`allow`, `deny`).
struct Sentence {
  Span span;
  Subject subject;
  Modality modality;
  Action action;
  std::vector<Qualifier> qualifiers;
};

// ---- declarations ------------------------------------------------------------------------------

struct Attribute {
  Span span;
  Name name;
  Literal value;
};

struct AccountDecl {
  Span span;
  Name name;  ///< empty for a management account without a name
  Literal number;
  std::vector<Attribute> attributes;
};

struct OrgUnit {
  Span span;
  Name name;
  std::optional<String> id;
  std::vector<OrgUnit> units;
  std::vector<AccountDecl> accounts;
};

/// `partition aws-us-gov`.
struct PartitionDecl {
  Span span;
  Name name;
};

/// `attribute data in [public, phi]`; without a list any value is one.
struct AttributeDecl {
  Span span;
  Name name;
  bool is_closed = false;  ///< has a list
  std::vector<Literal> values;
};

struct OrganizationDecl {
  Name name;
  std::optional<String> id;
  std::vector<PartitionDecl> partitions;
  std::vector<AttributeDecl> attributes;
  std::vector<AccountDecl> management;
  std::vector<OrgUnit> units;
  std::vector<AccountDecl> accounts;  ///< directly below the root
};

struct TeamDecl {
  Name name;
  std::vector<Span> entries;  ///< each entry in source order; the fields below sort them by kind
  std::vector<SetExpr> in;
  std::vector<Principal> principals;
  std::vector<String> contacts;
  std::vector<Attribute> attributes;
};

struct LetDecl {
  Name name;
  SetExpr value;
};

struct EndpointDecl {
  Name name;
  std::vector<Span> entries;  ///< as in TeamDecl
  std::vector<String> vpces;
  std::vector<String> vpcs;
  std::vector<String> cidrs;
  std::vector<SetExpr> in;
};

struct UseCaseFact {
  Span span;
  Name name;
  std::vector<Literal> values;  ///< `risk high`, `data pii, phi`
  std::optional<String> by;     ///< `approved by "…"`
  std::optional<Date> date;     ///< `on DATE`, or `review by DATE`
};

struct UseCaseDecl {
  Name name;
  std::optional<String> title;
  std::vector<UseCaseFact> facts;
};

struct AttestationDecl {
  Name name;
  std::optional<String> title;
  std::vector<Attribute> facts;
};

/// `at most 0.05`.
struct Bound {
  Span span;
  bool at_most = false;  ///< else at least
  bool negative = false;
  Literal number;
};

/// `metric "Toxicity" at most 0.05`.
struct Metric {
  Span span;
  String name;
  std::vector<Bound> bounds;  ///< at least one
};

struct EvaluationDecl {
  Name name;
  std::optional<String> title;
  std::vector<Span> entries;       ///< as in TeamDecl
  std::vector<UseCaseFact> facts;  ///< `by "…" on DATE` has the name `by`
  std::vector<Metric> metrics;
};

/// `tools RefundTool from "tools/refund.json"`.
struct GatewayTools {
  Span span;
  Name target;  ///< a name, or the text of a string
  String path;
};

/// `gateway NAME "ARN" { … }`.
struct GatewayDecl {
  Name name;
  String arn;
  std::vector<Span> entries;  ///< as in TeamDecl
  std::vector<Span> iam;
  std::vector<Span> oauth;
  std::vector<GatewayTools> tools;
  std::vector<String> roles;  ///< `as role "NAME"`
};

// ---- guardrails --------------------------------------------------------------------------------

/// `high`, `high on input`.
struct Level {
  Span span;
  Name level;
  std::optional<Name> side;
};

struct DescriptionItem {
  String text;
};
struct TierItem {
  Name tier;
};
struct RoutedItem {
  Name scope;
};
struct FilterItem {
  std::vector<Name> filters;
  std::vector<Level> levels;
};
struct TopicItem {
  Name name;
  String definition;
  std::vector<String> examples;
};
struct FindingItem {
  enum class Response : std::uint8_t { kBlock, kMask, kDetect };
  Response response = Response::kBlock;
  std::vector<String> words;         ///< `words "…", "…"`
  std::optional<Name> pattern_name;  ///< `pattern NAME "…"`
  std::optional<String> pattern;
  std::vector<Name> names;  ///< PII entities, `profanity`
  std::optional<Name> side;
};
struct ThresholdItem {
  bool relevance = false;  ///< else grounding
  Literal value;
};
struct ReasoningItem {
  std::vector<String> policies;
  std::optional<Literal> confidence;
};
struct MessageItem {
  String text;
  Name side;
};
struct KeyItem {
  String key;
};
struct TagItem {
  TagKey key;
  String value;
};

struct GuardrailItem {
  Span span;
  std::variant<DescriptionItem, TierItem, RoutedItem, FilterItem, TopicItem, FindingItem,
               ThresholdItem, ReasoningItem, MessageItem, KeyItem, TagItem>
      form;
};

struct GuardrailDecl {
  Name name;
  std::optional<Name> extends;
  std::vector<GuardrailItem> items;
};

/// `guardrail G screens M …`.
struct Screening {
  Name guardrail;
  SetExpr models;
  std::vector<Qualifier> qualifiers;
};

struct Sink {
  Span span;
  bool is_bucket = true;  ///< else a log group
  String target;
  std::optional<String> role;  ///< `log-group "…" as "role"`
};

struct Logging {
  std::vector<Sink> sinks;
  std::vector<Qualifier> qualifiers;
};

/// `watch changes to KINDS to "…"`, `watch refusals to "…"`, `watch use of MODELS to "…"`.
struct Watch {
  enum class Kind : std::uint8_t { kChanges, kRefusals, kUse };
  Kind kind = Kind::kChanges;
  Span watched;      ///< `changes to KINDS`
  Box<SetExpr> set;  ///< kinds or models; empty for kRefusals
  String target;
  std::optional<String> role;  ///< `as "role"`
  std::vector<Qualifier> qualifiers;
};

/// `opt-out of service-improvement except transcribe locked …`.
struct OptOut {
  std::vector<Literal> except;  ///< keys of services, as names or strings
  bool locked = false;
  std::vector<Qualifier> qualifiers;
};

/// `retain prompts at most MODE …`.
struct Retention {
  Name mode;
  std::vector<Qualifier> qualifiers;
};

/// One thing that `require` asks of a permission.
struct Need {
  enum class Kind : std::uint8_t {
    kUseCase,
    kEvaluation,
    kGuardrail,
    kUntil,
    kBecause,
    kControl,
    kAttestation
  };
  Kind kind = Kind::kUseCase;
  Span span;
  std::optional<String> control;    ///< for kControl
  std::optional<Name> attestation;  ///< for kAttestation
};

/// `require …, … to A Q`.
struct Requirement {
  std::vector<Need> needs;
  Action action;  ///< a verb's
  std::vector<Qualifier> qualifiers;
};

// ---- reuse, proofs, tests ----------------------------------------------------------------------

struct Item;

struct Param {
  Name name;
  Name sort;
};

struct PolicyDecl {
  Name name;
  std::vector<Param> params;
  std::vector<Item> items;
};

struct Arg {
  Name name;
  SetExpr value;
};

struct ApplyPolicy {
  Name policy;
  std::vector<Arg> args;
};

struct Given {
  std::vector<Qualifier> qualifiers;
  std::vector<Item> items;
};

struct Statement {
  Sentence sentence;
};
struct Assertion {
  Sentence sentence;
};
struct TestDecl {
  String title;
  std::vector<Sentence> lines;
};

struct Item {
  Span span;
  std::variant<OrganizationDecl, TeamDecl, LetDecl, EndpointDecl, GuardrailDecl, UseCaseDecl,
               AttestationDecl, EvaluationDecl, PolicyDecl, ApplyPolicy, Given, Statement,
               Screening, Logging, Requirement, Watch, OptOut, Retention, GatewayDecl, Assertion,
               TestDecl>
      form;
};

struct Import {
  Span span;
  std::string target;  ///< a dotted library name, or a path relative to the importing file
  Span target_span;
  bool is_path = false;
};

/// A `//` comment; `text` starts with the slashes.
struct Comment {
  Span span;
  std::string_view text;
  bool own_line = true;  ///< nothing but white space before it on its line
};

/// One file. After syntax errors it holds every item that was understood.
struct File {
  source::FileId id;
  std::vector<Import> imports;
  std::vector<Item> items;
  std::vector<Comment> comments;  ///< in order
  bool complete = true;           ///< false: something was not understood and reported
};

}  // namespace writ::syntax
