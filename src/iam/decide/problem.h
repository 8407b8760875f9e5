// Two spaces made ready for one question: statements as boxes over common attributes.
//
// A statement is a conjunction of tests, each on one attribute of the request. What is left to test
// once the action is known is a chain of cells in one fixed order of attributes; equal ends of
// chains are one chain (hash-consed), across statements, policies and both sides. So whether two
// sides still differ is often seen without looking at any value. Who a statement belongs to (side,
// layer, effect) is kept apart from what it tests, as a set of labels; a Formula says which labels
// allow a request.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "iam/decide/element.h"
#include "iam/decide/space.h"
#include "iam/decide/text.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::decide {

/// A set of labels.
using Mask = std::uint64_t;

namespace label {
inline constexpr Mask kDeny = 1U << 0U;  ///< a Deny of any layer
inline constexpr Mask kIdentity = 1U << 1U;
inline constexpr Mask kBoundary = 1U << 2U;
inline constexpr Mask kSession = 1U << 3U;
inline constexpr Mask kDirect = 1U << 4U;   ///< resource policy: names user, session or everyone
inline constexpr Mask kRole = 1U << 5U;     ///< resource policy: names the role
inline constexpr Mask kAccount = 1U << 6U;  ///< resource policy: delegates to the account
inline constexpr Mask kEndpoint = 1U << 7U;
inline constexpr Mask kNoIdentity = 1U << 8U;  ///< holds for services and anonymous callers
inline constexpr Mask kAnonymous = 1U << 9U;   ///< holds for anonymous callers
inline constexpr unsigned kFirstScp = 10;      ///< the others: one a level
inline constexpr unsigned kMostScpLevels = 64 - kFirstScp;
}  // namespace label

/// Allowed: no kDeny, and of every clause some label.
struct Formula {
  std::vector<Mask> clauses;
  auto operator<=>(const Formula&) const = default;
};

/// Values of keys that are taken as given; std::nullopt: the key is absent. Names are folded.
using Bindings = std::map<std::string, std::optional<std::string>, std::less<>>;

struct ResourceTest {
  TextSet texts;
  bool is_everything = false;  ///< contains `*`: also the request for no resource
  bool is_negated = false;
  std::vector<std::string> source;
};

/// How a Principal element must name the caller.
enum class Naming : std::uint8_t { kNot, kAccount, kRole, kDirect };

struct PrincipalTest {
  enum class Callers : std::uint8_t { kAll, kIdentity, kNotAnonymous, kNoIdentity, kAnonymous };
  Callers callers = Callers::kAll;
  const policy::Principals* element = nullptr;  ///< null: names everyone
  std::optional<Naming> naming;                 ///< exactly so; absent: in any way
  bool is_void_for_identities = false;  ///< NotPrincipal of a Deny for a caller with a boundary
};
[[nodiscard]] bool Holds(const PrincipalTest& test, const policy::Caller& caller);

struct KeyTest {
  policy::Operator op;
  /// Not an operator: whether the key has one text that is not empty, as a variable needs it.
  bool wants_text = false;
  bool is_negated = false;
  std::uint32_t elements = 0;  ///< of Problem::elements(); not for Null
  bool wants_true = false;     ///< Null
  bool wants_false = false;
  std::string source;
  std::vector<std::string> values;  ///< as written
};

/// Attributes in the order in which they are looked at.
using Attribute = std::uint32_t;
inline constexpr Attribute kResource = 0;
inline constexpr Attribute kPrincipal = 1;
inline constexpr Attribute kFirstKey = 2;
inline constexpr Attribute kNoAttribute = UINT32_MAX;

/// A chain of tests; 0 is the empty one, which holds.
using ChainId = std::uint32_t;
struct Cell {
  Attribute attribute = kNoAttribute;
  std::uint32_t test = 0;
  ChainId rest = 0;
  auto operator<=>(const Cell&) const = default;
};

struct ActionTest {
  bool is_everything = false;
  bool is_negated = false;
  /// Names by service, both folded; sorted by service.
  std::vector<std::pair<std::string, TextSet>> services;
  /// Patterns of services with their patterns of names, of actions with wildcards before the colon.
  std::vector<std::pair<std::string, std::string>> wide;
  std::vector<std::string> source;
};

struct StatementBox {
  std::uint32_t action = 0;  ///< of Problem::actions()
  ChainId chain = 0;
  Mask left = 0;
  Mask right = 0;
};

/// Where a test stands, for messages.
struct Origin {
  Side side = Side::kLeft;
  policy::StatementRef statement;
  std::string sid;
};

/// What is known of a context key.
struct KeyInfo {
  std::string name;  ///< as first written
  std::string folded;
  /// It is multivalued, or some operator reads it as a set.
  bool takes_lists = false;
  std::vector<policy::OperatorFamily> families;  ///< that read it; without Null
  /// All texts of the key are of this family.
  std::optional<policy::OperatorFamily> type;
  bool is_whole = false;  ///< and numbers without a fraction
  Origin origin;          ///< of one test
};

/// A key that patterns use as a variable.
struct VariableInfo {
  std::string text;  ///< "${aws:username}"
  Origin origin;
  std::vector<std::string> candidates;  ///< values that competing patterns suggest
};

class Problem {
 public:
  /// Without `bindings` variables are open (OpenPattern). The spaces must outlive the Problem.
  Problem(const Space& left, const Space& right, const Options& options, const Bindings* bindings);

  [[nodiscard]] const policy::Switches& switches() const { return switches_; }
  /// An action of a service that no test of actions tells from any other that is not named, or
  /// nothing if there is none.
  [[nodiscard]] const std::optional<std::pair<std::string, std::string>>& other_action() const {
    return other_action_;
  }
  /// Whether other_action() is the only action that stands for all that are not named.
  [[nodiscard]] bool has_wide_actions() const { return has_wide_actions_; }

  [[nodiscard]] const Formula& formula(Side side) const {
    return formulas_[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] const std::vector<StatementBox>& boxes() const { return boxes_; }
  [[nodiscard]] const std::vector<ActionTest>& actions() const { return actions_; }
  [[nodiscard]] const Cell& cell(ChainId chain) const { return cells_[chain]; }
  [[nodiscard]] const ResourceTest& resource(std::uint32_t test) const { return resources_[test]; }
  [[nodiscard]] const PrincipalTest& principal(std::uint32_t test) const {
    return principals_[test];
  }
  [[nodiscard]] const KeyTest& key_test(std::uint32_t test) const { return key_tests_[test]; }
  [[nodiscard]] const ElementSet& elements(std::uint32_t set) const { return elements_[set]; }
  [[nodiscard]] const KeyInfo& key(Attribute attribute) const {
    return keys_[attribute - kFirstKey];
  }
  /// The tests of a key, in the order of boxes.
  [[nodiscard]] std::vector<std::uint32_t> tests_of(Attribute attribute) const;
  [[nodiscard]] Attribute attribute_count() const {
    return kFirstKey + static_cast<Attribute>(keys_.size());
  }
  /// Callers of whom at least one stands for each that the tests tell apart.
  [[nodiscard]] const std::vector<std::string>& callers() const { return callers_; }
  /// By folded name of the key.
  [[nodiscard]] const std::map<std::string, VariableInfo>& variables() const { return variables_; }
  [[nodiscard]] const std::vector<Obstacle>& obstacles() const { return obstacles_; }
  [[nodiscard]] const Bindings* bindings() const { return bindings_; }

 private:
  friend class ProblemBuilder;
  const Bindings* bindings_;
  policy::Switches switches_;
  std::optional<std::pair<std::string, std::string>> other_action_;
  bool has_wide_actions_ = false;
  Formula formulas_[2];
  std::vector<StatementBox> boxes_;
  std::vector<ActionTest> actions_;
  std::vector<Cell> cells_;
  std::vector<ResourceTest> resources_;
  std::vector<PrincipalTest> principals_;
  std::vector<KeyTest> key_tests_;
  std::vector<ElementSet> elements_;
  std::vector<KeyInfo> keys_;
  std::vector<std::string> callers_;
  std::map<std::string, VariableInfo> variables_;
  std::vector<Obstacle> obstacles_;
};

}  // namespace writ::decide
