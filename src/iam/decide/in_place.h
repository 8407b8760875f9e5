// What changes where one policy takes another's place, beside any other policies.
//
// A document gives each request a value: an identity policy denies it, says nothing, or allows it.
// Values are ordered, and each step from one to the next is what a question about two spaces asks:
// the documents stand beside policies that make exactly this step decide. So documents that permit
// nothing by themselves (prohibitions, delegation to an account) are told apart too.
//
// A request that shows a difference comes with what has to stand beside: with exactly one of the
// two documents put in, the reference evaluator allows it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/support/json.h"
#include "iam/decide/space.h"
#include "iam/policy/document.h"
#include "iam/policy/doubt.h"
#include "iam/policy/evaluate.h"

namespace writ::decide {

/// Policies in force together in one place.
using Documents = std::vector<policy::PolicyDocument>;

/// A request and the policies that stand beside the document in question. PutIn says where that
/// stands.
struct Case {
  policy::Request request;
  policy::PolicySet beside;
  policy::Decision allowed;  ///< with the document that allows it put in, and what decided
  policy::Decision refused;  ///< with the other
  /// Why nobody can send the request, which is shown for want of a better one. Empty: somebody can.
  std::string unsendable = {};
};

/// `beside` with the documents as one more identity or session policy, as the boundary, the
/// endpoint policy or the resource policy, or in the last level of SCPs or RCPs.
[[nodiscard]] policy::PolicySet PutIn(policy::PolicySet beside, const Documents& documents,
                                      policy::Kind kind);

struct InPlaceOptions {
  Options questions = {};
  /// What each side permits as the only policy of its kind.
  bool is_alone = false;
  /// Only requests that AWS can send, by Options::catalog.
  bool is_world = false;
};

/// What another reading of a point that AWS leaves open makes of a comparison.
struct InPlaceReading {
  std::vector<policy::Doubt> doubts;  ///< the points that are read otherwise
  Relation relation = Relation::kEquivalent;
  std::optional<Case> gained;
  std::optional<Case> lost;
};

struct InPlace {
  Relation relation = Relation::kEquivalent;
  std::optional<Case> gained;  ///< the second gives more
  std::optional<Case> lost;    ///< the first gives more
  std::vector<Obstacle> obstacles;
  /// What is compared and cannot be shown, in words: principals that no request has.
  std::vector<std::string> unsupported;
  /// Where the relation depends on the reading.
  std::optional<InPlaceReading> other;
};

/// How `after` stands to `before` as policies of `kind`.
[[nodiscard]] InPlace CompareInPlace(const Documents& before, const Documents& after,
                                     policy::Kind kind, const InPlaceOptions& options = {});

/// How effective access under all layers changes. Cases have nothing beside: `before` or `after`
/// is all there is.
[[nodiscard]] InPlace CompareStacks(const policy::PolicySet& before, const policy::PolicySet& after,
                                    const Options& options = {});

/// The members "relation", "gained", "lost", "exact", and "unsupported" if `with_unsupported` or
/// there is something to say; into an object that is open. Requests are decision cases; behind one
/// that nobody can send "gainedUnsendable" or "lostUnsendable" says why.
void WriteInPlace(support::json::Writer& writer, const InPlace& answer, bool with_unsupported);

}  // namespace writ::decide
