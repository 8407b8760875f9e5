// What AWS permits under given documents, as a set of requests: the symbolic counterpart of the
// reference evaluator (writ/policy/evaluate.h).
//
// A Space holds documents by layer and says who calls and whether from the resource's account. Two
// spaces are compared over *all* requests of the universe below, not over a list of them. Every
// question ends in one of three ways: it is proved, or there is a request that shows the contrary
// (which the reference evaluator has confirmed), or the procedure says why it cannot tell. It never
// guesses.
//
// The universe. A request is a caller, an action, a resource and a value for each context key, all
// independent of each other, where
//   - actions are all names of all services, cataloged or not;
//   - resources are all ARNs of six segments, and `*`;
//   - callers are all of the kinds the evaluator knows, or the one that Scope names;
//   - a key may be absent, or have one text. It may have a list of texts if the catalog calls it
//     multivalued or an operator of one of the documents reads it as a set (ForAllValues,
//     ForAnyValue);
//   - the texts of a key are whatever can be sent. Those of a key that the catalog calls a
//   number,
//     a date, an address, a Boolean, bytes or an ARN are such if an operator of that kind reads it.
// The points that AWS leaves open are read as Options::switches say, without service rules (KMS
// keys and role trust count like any resource); CompareReadings looks at all of them.
//
// Spaces are immutable and may be used from several threads; a question shares nothing with others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "iam/policy/document.h"
#include "iam/policy/doubt.h"
#include "iam/policy/evaluate.h"

namespace writ::catalog {
class Catalog;
}

namespace writ::decide {

/// Whether the caller's account owns the resource.
enum class Accounts : std::uint8_t { kSame, kCross };

/// Callers by account; by default all. Services and anonymous callers are of none.
struct CallerAccounts {
  std::vector<std::string> accounts;
  bool is_all_but = true;  ///< whether all others are meant
};

struct Scope {
  Accounts accounts = Accounts::kSame;
  /// The one caller in question, as policy::Request::principal; empty: every caller. Two spaces
  /// that are compared must name the same.
  std::string principal;
  /// The callers in question, if no one is named; likewise the same on both sides.
  CallerAccounts callers = {};
};

/// The requests that are allowed under some documents.
class Space {
 public:
  Space(policy::PolicySet documents, Scope scope = {});

  /// What one document permits as the only one of its kind: an identity policy alone; SCPs and RCPs
  /// as one level beside a full-access identity policy; a resource policy alone. A boundary or
  /// session policy stands beside a full-access identity policy, a trust policy is a resource
  /// policy.
  [[nodiscard]] static Space Of(policy::PolicyDocument document, policy::Kind kind);
  /// The same for several in force together.
  [[nodiscard]] static Space Of(std::vector<policy::PolicyDocument> documents, policy::Kind kind);

  [[nodiscard]] const policy::PolicySet& documents() const { return data_->documents; }
  [[nodiscard]] const Scope& scope() const { return data_->scope; }

 private:
  struct Data {
    policy::PolicySet documents;
    Scope scope;
  };
  std::shared_ptr<const Data> data_;
};

/// Which of two spaces a statement is of.
enum class Side : std::uint8_t { kLeft, kRight };

/// Why a question has no answer.
struct Obstacle {
  enum class Kind : std::uint8_t {
    kBudget,          ///< it took more work than Options allow
    kVariable,        ///< a policy variable relates parts of a request in a way not followed
    kMixedOperators,  ///< a key is read both as text with wildcards and as number, date or address
    kTooManyLayers,   ///< more levels of SCPs than are looked at
    kReplay,          ///< our bug: the evaluator does not confirm a request that was found
  };
  Kind kind = Kind::kBudget;
  std::string construct;  ///< what is meant, as written: "${aws:username}", "aws:CurrentTime"
  std::optional<Side> side;
  std::optional<policy::StatementRef> statement;  ///< its effect is that of the statement
  std::string sid;
  [[nodiscard]] std::string Describe() const;
  bool operator==(const Obstacle&) const = default;
};

/// A request that one space allows and the other does not, as the evaluator decided it.
struct Witness {
  policy::Request request;
  policy::Decision allowed;  ///< with the statements that decided
  policy::Decision refused;
};

struct Proved {};
struct Refuted {
  Witness witness;
};
struct Undecided {
  std::vector<Obstacle> obstacles;  ///< at least one
};
using Answer = std::variant<Proved, Refuted, Undecided>;

struct Options {
  /// What is known of context keys: which are multivalued, and what their values are. Witnesses are
  /// requests that AWS knows, where there are such: cataloged actions with resources of their
  /// types. Null: nothing is known. Must outlive the call.
  const catalog::Catalog* catalog = nullptr;
  /// Witnesses are made readable, which can take longer than finding them. Without it the first
  /// request that is found will do: for those who only ask whether there is one. Answers are the
  /// same.
  bool readable = true;
  /// How points that AWS leaves open are read; service rules are not followed.
  policy::Switches switches = {};
  /// Upper bound of the work for one answer, in elementary steps: one or two seconds. What real
  /// policies need is a thousandth of it.
  std::uint64_t budget = 40'000'000;
  /// Called with each question before it is answered: does the second space allow all that the
  /// first does?
  const std::function<void(const Space&, const Space&)>* on_question = nullptr;
};

/// Whether `right` allows every request that `left` allows. The witness is allowed by `left`.
[[nodiscard]] Answer IsWithin(const Space& left, const Space& right, const Options& options = {});

enum class Relation : std::uint8_t {
  kEquivalent,
  kNarrower,  ///< the second allows less than the first, and nothing new
  kBroader,   ///< the second allows more than the first
  kIncomparable,
  kUndecided,  ///< one direction at least has no answer
};
/// "equivalent", "narrower", "broader", "incomparable", "undecided".
[[nodiscard]] std::string_view RelationName(Relation relation);

struct Comparison {
  Relation relation = Relation::kEquivalent;
  std::optional<Witness> gained;  ///< allowed by the second only
  std::optional<Witness> lost;    ///< allowed by the first only
  std::vector<Obstacle> obstacles;
};

/// How the second space stands to the first: IsWithin both ways.
[[nodiscard]] Comparison Compare(const Space& before, const Space& after,
                                 const Options& options = {});

/// The points of the documents of both spaces that AWS leaves open, by kind.
[[nodiscard]] std::vector<policy::Doubt> DoubtsOf(const Space& before, const Space& after,
                                                  const Options& options);

/// A comparison under another reading than that of Options, which gives another relation.
struct OtherReading {
  policy::Reading reading;
  Comparison comparison;
};
struct ReadingsComparison {
  Comparison comparison;  ///< as Options read the documents
  /// Where the relation depends on the reading; of several readings the one that differs in fewest
  /// points, and one with a relation before one without.
  std::optional<OtherReading> other;
};
/// Compare under every reading of the points that AWS leaves open.
[[nodiscard]] ReadingsComparison CompareReadings(const Space& before, const Space& after,
                                                 const Options& options = {});

/// A request that the space allows, if it allows any: Proved means that it allows none.
[[nodiscard]] Answer FindAllowed(const Space& space, const Options& options = {});

/// One attribute of a Box. A value lies in the box if every list of `within` has something that
/// matches it, and nothing in `outside` does; texts are those of the documents.
struct Edge {
  std::string attribute;  ///< "action", "resource", "principal" or a context key
  std::vector<std::vector<std::string>> within;
  std::vector<std::string> outside;
};

/// A part of a difference: all requests that satisfy the edges, whatever else they hold.
struct Box {
  std::vector<Edge> edges;
  Witness witness;
};

struct Difference {
  std::vector<Box> boxes;    ///< disjoint
  bool is_complete = false;  ///< no box is left out
  std::vector<Obstacle> obstacles;
};

/// What `left` allows and `right` does not, as at most `most` disjoint boxes.
[[nodiscard]] Difference Enumerate(const Space& left, const Space& right, std::size_t most,
                                   const Options& options = {});

}  // namespace writ::decide
