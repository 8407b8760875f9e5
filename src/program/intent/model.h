// What a program means, ground and language-free: who may do what, where, by which route, under
// which conditions, and from which sentence. No IAM action, ARN of a leg or policy is in here yet:
// lowering expands calls into authorizations, and the verifier expands them again by a table of
// its own, so a forgotten leg on one side shows as a difference.
//
// Two readings (docs/language.md, "Permit narrowly, forbid widely"): a Permission holds exact ids
// of the dated catalog; a Prohibition holds patterns that also cover what the catalog does not
// know yet. All lists are sorted and without repetition unless a comment says otherwise.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source/source.h"
#include "program/intent/gateway.h"
#include "program/intent/guardrail.h"
#include "program/intent/origin.h"

namespace writ::intent {

/// Index into Organization::accounts.
struct AccountIndex {
  std::uint32_t value = 0;
  auto operator<=>(const AccountIndex&) const = default;
};
/// Index into Organization::nodes.
struct NodeIndex {
  std::uint32_t value = 0;
  auto operator<=>(const NodeIndex&) const = default;
};
/// Index into Model::guardrails.
struct GuardrailIndex {
  std::uint32_t value = 0;
  auto operator<=>(const GuardrailIndex&) const = default;
};
/// Index into Model::endpoints.
struct EndpointIndex {
  std::uint32_t value = 0;
  auto operator<=>(const EndpointIndex&) const = default;
};

// ---- organization ------------------------------------------------------------------------------

struct Account {
  std::string name;  ///< declared name; "management" for a management account without one
  std::string id;    ///< 12 digits
  NodeIndex node;
  bool management = false;
};

/// The root, an OU or an account. Node 0 is the root; a parent comes before its children.
struct Node {
  enum class Kind : std::uint8_t { kRoot, kUnit, kAccount };
  Kind kind = Kind::kRoot;
  std::string name;  ///< "root" for the root, else the declared name
  std::string id;    ///< r-…/ou-…/12 digits; empty if the program does not say
  std::optional<NodeIndex> parent;
  std::vector<AccountIndex> accounts;  ///< member accounts at or below it, management left out
};

struct Organization {
  std::string name;  ///< empty: the program declares none
  std::string id;
  std::string partition = "aws";  ///< of every ARN: an organization lies in one
  std::vector<Node> nodes;
  std::vector<Account> accounts;  ///< in order of declaration
};

// ---- who ---------------------------------------------------------------------------------------

/// Names principals within an account; `value` may hold `*` and `?`.
struct Principal {
  enum class Kind : std::uint8_t { kRole, kUser, kPermissionSet, kTag, kService };
  Kind kind = Kind::kRole;
  std::string value;    ///< path and name after `role/` or `user/`; set name; tag value; service
  std::string tag_key;  ///< for kTag
  auto operator<=>(const Principal&) const = default;
};

/// Principals in some accounts: a team's, or named directly in a sentence.
struct Holder {
  std::string team;  ///< empty when named directly
  std::vector<Principal> principals;
  std::vector<AccountIndex> accounts;
  /// The root and OUs that are in it whole, with the accounts that join them later; none of them
  /// lies below another. Their accounts are among `accounts`.
  std::vector<NodeIndex> units = {};
};

/// Whom a prohibition binds.
struct Bound {
  bool everyone = false;         ///< all principals of member accounts
  std::vector<Holder> included;  ///< when not everyone
  std::vector<Holder> excepted;
};

// ---- under which conditions
// ----------------------------------------------------------------------

/// One comparison of a request key. False when the key is absent.
struct Test {
  enum class Type : std::uint8_t { kString, kArn, kNumeric, kDate, kBool, kIp, kBinary };
  enum class Operator : std::uint8_t {
    kPresent,  ///< present, and true for a Bool
    kEqual,    ///< literal; an address or prefix for kIp
    kLike,     ///< with wildcards
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kIncludes,  ///< multi-valued: some value equals one of `values`
    kIn  ///< single-valued: equals one of; multi-valued: not empty and all are among `values`
  };
  std::string key;  ///< catalog spelling, with its tag: "aws:PrincipalTag/team"
  Type type = Type::kString;
  bool multi_valued = false;
  Operator op = Operator::kPresent;
  std::vector<std::string> values;  ///< literals; "${key}" for a comparison with another key
  bool variable = false;            ///< some value holds a policy variable
  auto operator<=>(const Test&) const = default;
};

/// A formula over tests. kAll without operands is true.
struct Condition {
  enum class Kind : std::uint8_t { kAll, kAny, kNot, kTest };
  Kind kind = Kind::kAll;
  std::vector<Condition> operands;
  Test test;
  [[nodiscard]] bool always() const { return kind == Kind::kAll && operands.empty(); }
};

/// Calendar days, UTC, both inclusive: `from` begins at 00:00, `until` ends with its day.
struct Period {
  std::optional<std::string> from;   ///< YYYY-MM-DD
  std::optional<std::string> until;  ///< YYYY-MM-DD
};

struct Endpoint {
  std::string name;
  Origin origin;
  std::vector<std::string> vpces;
  std::vector<std::string> vpcs;
  std::vector<std::string> cidrs;
  std::vector<AccountIndex> accounts;
};

// ---- what --------------------------------------------------------------------------------------

enum class Sort : std::uint8_t {
  kAccounts,
  kRegions,
  kModels,
  kTeams,
  kGuardrails,
  kEndpoints,
  kProfiles,
  kKnowledgeBases,
  kAgents,
  kFlows,
  kPrompts,
  kServices,
  kKinds,
  kResources  ///< of other services, by the kinds that libraries name
};

/// "Models", "KnowledgeBases", …: the name in the language reference and the library.
[[nodiscard]] std::string_view Name(Sort sort);

/// The APIs through which models are used.
enum class Plane : std::uint8_t { kBedrock, kMantle };
/// "bedrock", "mantle": what follows `through` in a sentence.
[[nodiscard]] std::string_view Name(Plane plane);

/// How a call to a model is processed.
struct Route {
  enum class Kind : std::uint8_t { kDirectly, kWithin, kGlobally };
  Kind kind = Kind::kDirectly;
  std::string geography;  ///< for kWithin: `us`, `eu`, …
  auto operator<=>(const Route&) const = default;
};

/// "directly", "within us", "globally": what follows `routed` in a sentence.
[[nodiscard]] std::string Name(const Route& route);

/// One permitted way to call one model: an offered combination of the catalog.
struct Call {
  using Plane = intent::Plane;
  Plane plane = Plane::kBedrock;
  std::string model;   ///< id on that plane
  std::string region;  ///< where the call is made
  Route route;         ///< kDirectly on mantle
  auto operator<=>(const Call&) const = default;
};

/// Models that a prohibition speaks of, by id on either plane.
struct ModelPatterns {
  bool all = false;                   ///< any model, cataloged or not
  std::vector<std::string> patterns;  ///< id globs, when not all
  std::vector<std::string> except;    ///< exact ids of the catalog
};

/// Things other than models: named by ARN, or all of the sort.
struct Things {
  bool all = false;
  std::vector<std::string> arns;  ///< may hold wildcards and policy variables
  std::vector<std::string> except_arns;
};

/// What is done. Exactly the members that fit `kind` and `sort` are filled.
struct Operation {
  enum class Kind : std::uint8_t { kVerb, kActions, kAnything };
  Kind kind = Kind::kVerb;

  std::string verb;  ///< kVerb: name in the library
  Sort sort = Sort::kModels;
  std::vector<std::string> kinds;          ///< sort kKinds; `bedrock` already expanded
  std::vector<GuardrailIndex> guardrails;  ///< sort kGuardrails
  Things things;  ///< agents, flows, prompts, knowledge bases, profiles, services

  std::vector<std::string>
      actions;  ///< kActions: catalog spelling, wildcards where the source has them
  std::vector<std::string> except_actions;  ///< kAnything
  std::vector<std::string> resources;       ///< after `on`, in the order written; empty: not said
};

// ---- sentences ----------------------------------------------------------------------------------

/// Application or system inference profiles that a sentence binds to.
struct Profiles {
  bool all_application = false;
  bool all_system = false;
  std::vector<std::string> arns;  ///< exact or with wildcards
};

/// `S may A Q`: granted to each holder in those of `accounts` that are its own.
struct Permission {
  Origin origin;
  std::vector<Holder> holders;
  std::vector<AccountIndex> accounts;  ///< union over holders, after every `in`
  std::vector<NodeIndex> units = {};   ///< of every `in`, as a holder's; the root without one
  Operation operation;
  std::vector<Call> calls;                          ///< sort kModels
  std::vector<Plane> planes{Plane::kBedrock};       ///< other sorts: where it is granted
  std::optional<std::vector<std::string>> regions;  ///< other sorts and `do`; absent: any region
  std::vector<GuardrailIndex> guardrails;           ///< any one of them; empty: none required
  std::vector<EndpointIndex> endpoints;             ///< any one of them; empty: none required
  std::optional<Profiles> profiles;                 ///< `via profile`
  Condition when;
  Period period;
};

/// Regions of a prohibition: those listed, or all but those listed (also regions yet to come).
struct RegionScope {
  bool all_except = false;
  std::vector<std::string> regions;
};

/// One thing that lifts an obligation's prohibition.
struct Duty {
  enum class Kind : std::uint8_t { kGuardrail, kEndpoint, kProfile, kSatisfy };
  Kind kind = Kind::kGuardrail;
  std::vector<GuardrailIndex> guardrails;  ///< any one of them, those that extend them included
  std::vector<EndpointIndex> endpoints;
  Profiles profiles;
  Condition satisfy;
};

/// `nobody may A`, `S may not A`, `only S may A`, `S must D to A` (one for each duty).
struct Prohibition {
  Origin origin;
  Bound bound;
  std::vector<AccountIndex> accounts;  ///< member accounts it holds in; of a question, all meant
  std::vector<NodeIndex> nodes;        ///< the fewest, highest nodes that cover exactly `accounts`
  Operation operation;
  ModelPatterns models;                    ///< sort kModels
  std::optional<RegionScope> regions;      ///< absent: everywhere
  std::vector<Route> routes;               ///< narrowed to these; empty: every route
  std::vector<Plane> planes;               ///< `through`; empty: every plane
  std::vector<GuardrailIndex> guardrails;  ///< only calls that name one of them; empty: all
  std::vector<EndpointIndex> endpoints;    ///< only calls through one of them; empty: all
  std::optional<Profiles> profiles;        ///< only calls through them
  Condition when;
  Period period;
  std::optional<Duty> unless;  ///< an obligation: forbidden unless this is done

  /// Calls through the plane are forbidden.
  [[nodiscard]] bool Covers(Plane plane) const;
};

/// `nobody outside ORGANIZATION may A`: what callers from elsewhere are refused on resources of the
/// organization, and AWS services that act for others. AWS services that act for themselves, and
/// whoever signs in with an identity provider, are not meant.
struct Perimeter {
  Origin origin;
  std::vector<AccountIndex> accounts;  ///< member accounts that own the resources
  std::vector<NodeIndex> nodes;        ///< the fewest, highest nodes that cover exactly `accounts`
  std::vector<std::string> partners;   ///< accounts elsewhere that it leaves alone: 12 digits
  std::vector<std::string> actions;    ///< catalog spelling, wildcards where the source has them
  std::vector<std::string> resources;  ///< after `on`; empty: not said
  Condition when;
  Period period;
};

/// `guardrail G screens M in A in R`.
struct Screening {
  Origin origin;
  GuardrailIndex guardrail;
  std::vector<AccountIndex> accounts;
  std::vector<std::string> regions;
  bool all_models = false;
  std::vector<std::string> included;  ///< model ids, when not all
  std::vector<std::string> excluded;  ///< model ids
};

/// `log invocations to …`.
struct Logging {
  Origin origin;
  std::optional<std::string> bucket;
  std::optional<std::string> log_group;
  std::optional<std::string> log_role;  ///< role ARN, or name in each account
  std::vector<AccountIndex> accounts;
  std::vector<std::string> regions;
};

/// `watch … to TARGET`: what CloudTrail records is to be told.
struct Watch {
  enum class Kind : std::uint8_t {
    kChanges,   ///< changes to `kinds`
    kRefusals,  ///< calls to `prefixes` that IAM refused
    kUse        ///< inference with `models`
  };
  Origin origin;
  Kind kind = Kind::kChanges;
  std::vector<std::string> kinds;     ///< `bedrock` already expanded
  std::vector<std::string> prefixes;  ///< of IAM actions that the program governs
  ModelPatterns models;               ///< either `patterns` or `except` is empty
  std::string target;                 ///< ARN; may hold {account} and {region}
  std::optional<std::string> role;    ///< role ARN, or path and name in each account
  std::vector<AccountIndex> accounts;
  std::vector<std::string> regions;
};

/// `retain prompts at most MODE`: the longest that Bedrock may keep what it is sent. What forbids
/// setting a longer mode is among Model::prohibitions, with the same origin.
struct Retention {
  Origin origin;
  std::string mode;                    ///< one of the catalog's, with an order
  std::vector<AccountIndex> accounts;  ///< the management account too, where it is meant
  std::vector<std::string> regions;    ///< where the mode is set
  bool is_regional = false;            ///< setting a longer one is forbidden in these only
};

/// `opt-out of service-improvement …`: AWS services may not use content to improve themselves.
struct OptOut {
  Origin origin;
  std::vector<std::string> except;  ///< keys of services that the sentence is not about
  bool locked = false;              ///< no policy further down may change it
  /// OUs and the organization with the accounts that join them, and single accounts. The root
  /// stands for the management account too.
  std::vector<NodeIndex> nodes;
  std::vector<AccountIndex> accounts;  ///< at or below them today
};

/// "changes", "refusals", "use": what follows `watch` in a sentence.
[[nodiscard]] std::string_view Name(Watch::Kind kind);

/// An assertion or one line of a test. `can` and `allow` are read as a permission, `cannot` and
/// `deny` as a prohibition.
struct Question {
  Origin origin;
  std::string test;  ///< the test's title; empty for an assertion
  std::optional<Permission> can;
  std::optional<Prohibition> cannot;
  /// With `can`: asked of all principals of its accounts instead of its holders.
  bool everyone = false;
  std::vector<Holder> excepted;  ///< with `can`: not asked of these
  /// Instead of both: asked of callers from elsewhere, of what they ask for in its accounts. Its
  /// nodes are those whose accounts to come it is about, too.
  std::optional<Perimeter> outside = {};
  bool wants_refused = false;  ///< with `outside`: `cannot`, `deny`

  /// Whether it holds where something is granted: `can`, `allow`.
  [[nodiscard]] bool AsksCan() const { return outside ? !wants_refused : can.has_value(); }
};

/// One thing that a requirement asks of a permission.
struct Need {
  enum class Kind : std::uint8_t {
    kUseCase,     ///< `under` a use-case
    kEvaluation,  ///< `after evaluation`
    kGuardrail,   ///< `with guardrail`, or duties that cover all its calls
    kUntil,       ///< a last day
    kBecause,     ///< a reason
    kControl,     ///< this control
    kAttestation  ///< the program declares this attestation
  };
  Kind kind = Kind::kUseCase;
  std::string name;          ///< of the control or attestation
  bool is_declared = false;  ///< of the attestation
};

/// `require …, … to A Q`: of every permission that grants a part of what `scope` is about.
struct Requirement {
  Origin origin;
  Prohibition scope;  ///< read widest, as of a question: in all accounts
  std::vector<Need> needs;
};

/// A day after which something that the program relies on counts no more.
struct Deadline {
  std::string what;  ///< "the review of use-case `UC-1`"
  std::string day;   ///< YYYY-MM-DD
  source::Span span;
};

struct Team {
  std::string name;
  Origin origin;
  std::vector<Principal> principals;
  std::vector<AccountIndex> accounts;
  std::vector<NodeIndex> units = {};  ///< as a holder's
  std::vector<Claim> claims = {};     ///< of tokens, which bind on gateways only
};

/// A checked program.
struct Model {
  Organization organization;
  std::vector<Team> teams;                ///< by name
  std::vector<Guardrail> guardrails;      ///< by name
  std::vector<Endpoint> endpoints;        ///< by name
  std::vector<Permission> permissions;    ///< by origin
  std::vector<Prohibition> prohibitions;  ///< by origin
  std::vector<Perimeter> perimeters;      ///< by origin
  std::vector<Screening> screenings;
  std::vector<Logging> loggings;
  std::vector<Watch> watches;             ///< by origin
  std::vector<Retention> retentions;      ///< by origin
  std::vector<OptOut> opt_outs;           ///< by origin
  std::vector<Gateway> gateways;          ///< by name
  std::vector<ToolRule> tool_rules;       ///< by origin
  std::vector<Requirement> requirements;  ///< by origin
  std::vector<Question> assertions;
  std::vector<Question> tests;
  std::map<std::string, std::vector<std::string>> models;  ///< each model name used → its ids
  std::size_t sentence_count = 0;
  std::vector<Deadline> deadlines;  ///< of declarations and sentences, by day
};

}  // namespace writ::intent
