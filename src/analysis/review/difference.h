// How what two worlds grant differs, in the words of the language: who gains, who loses, each
// change with one request and both verdicts.
//
// That there is a difference, or none, is proved by the decision procedure for every caller and
// account whose policies are not the same on both sides. What differs is told by requests made from
// the statements of either side, put together into deeds; where those show nothing, by the request
// that the procedure found. A change is never claimed without a request that the evaluator decided
// differently.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "analysis/review/deed.h"
#include "analysis/review/why.h"
#include "analysis/review/world.h"

namespace writ::review {

struct Side {
  const World& world;
  Naming naming;
};

/// What weighs most comes first.
enum class Risk {
  kAdministration,  ///< a right to change things
  kPlane,           ///< calls on a plane that the caller did not reach before
  kProvider,        ///< a provider whose models the caller could not call before
  kGuardrail,       ///< a call that needed a guardrail before
  kModel,           ///< another model
  kPlace,           ///< another region or route of a model
  kOther,
};
/// "new administration", "new plane", …
[[nodiscard]] std::string_view RiskText(Risk risk);

struct Change {
  bool is_gain = true;
  Risk risk = Risk::kOther;           ///< of a gain
  std::vector<std::string> who;       ///< "team fraud"
  std::vector<std::string> accounts;  ///< names
  /// The accounts own the resources, and are not the callers'.
  bool is_of_owners = false;
  std::string what;  ///< "invoke claude-opus-4.8 from us-west-2 routed within us"
  std::string all;   ///< the same with every object and region, however many
  /// The other account that owns the resource, by number: without its own policy, which no sentence
  /// writes, the request is refused before and after. Empty: the caller's, or nobody's.
  std::string owner;
  policy::Request request;
  policy::Verdict verdict_before = policy::Verdict::kImplicitDeny;
  policy::Verdict verdict_after = policy::Verdict::kImplicitDeny;
  std::string before;  ///< the old verdict and the sentences responsible
  std::string after;
  std::vector<Because> because_before;
  std::vector<Because> because_after;
};

struct Difference {
  std::vector<Change> changes;         ///< gains by risk, then losses; each by who and what
  std::vector<std::string> undecided;  ///< "team fraud in payments: …": why it cannot be told
  /// Pairs of caller and account that were compared, and of service and role. However many classes
  /// policies tell apart among them, and whatever of them was lowered, they are as many.
  std::size_t principals = 0;
  /// Of these, those with the same policies on both sides, or such as differ in what is said of
  /// others or of what the caller is not permitted.
  std::size_t same = 0;
  std::size_t accounts = 0;
  /// Labels of groups that hold nothing, of whom prohibitions changed: no change for them.
  std::set<std::string> without_rights;
};

[[nodiscard]] Difference CompareWorlds(const Side& before, const Side& after);

}  // namespace writ::review
