// Pairs of policies to compare, one JSON object a line, and how comparisons are written as JSON.
//
// A line is {"id", "kind", "left", "right"}: `left` and `right` are policy documents, or lists of
// documents in force together; `kind` is identity (the default), scp, rcp, resource, trust,
// boundary, session or endpoint. Other members are ignored unless they look
// like one of these misspelt.
#pragma once

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/json.h"
#include "base/support/result.h"
#include "iam/decide/in_place.h"
#include "iam/decide/space.h"
#include "iam/policy/document.h"

namespace writ::decide {

/// Bytes of one line.
inline constexpr std::size_t kMaxPairBytes = std::size_t{64} << 20U;

/// The kind of this name, as KindName writes it, or "endpoint".
[[nodiscard]] std::optional<policy::Kind> ParseKind(std::string_view name);

/// A document, or a list of documents in force together. Those of a resource are one policy, and
/// must have the same Version.
[[nodiscard]] support::Result<std::vector<policy::PolicyDocument>, policy::PolicyErrors>
ReadDocuments(const support::json::Value& value, policy::Kind kind,
              policy::Demand demand = policy::Demand::kGrammar);

/// The request as a decision case without policies (CASES: principal, action, resource,
/// resourceAccount where it is not the default, context).
void WriteRequest(support::json::Writer& writer, const policy::Request& request);
/// Its members, into an object that is open.
void WriteRequestMembers(support::json::Writer& writer, const policy::Request& request);

struct PairSummary {
  std::size_t answered = 0;
  std::size_t undecided = 0;
  std::size_t errors = 0;     ///< lines that are no pair of policies
  std::size_t failures = 0;   ///< of the undecided, those by a bug of ours (Obstacle::kReplay)
  bool is_cut_short = false;  ///< reading failed before the end
};

struct PairOptions {
  InPlaceOptions questions = {};
  unsigned threads = 1;
  policy::Kind kind = policy::Kind::kIdentity;  ///< of pairs that name none
  bool is_as_read = false;                      ///< also documents that AWS would refuse
  /// Called with the id of each pair before it is compared. With it, or with
  /// Options::on_question, one thread takes the pairs in their order.
  const std::function<void(std::string_view)>* on_pair = nullptr;
};

/// Compares the pairs of `in` and writes one result line each to `out`, in the order of the lines:
/// {"id", "relation", "gained", "lost", "exact", "microseconds"}, "unsupported" where there is no
/// answer, and "otherReading" where the relation depends on the reading. A line that is no pair
/// yields "relation": "error" with "error". Nothing but "microseconds" depends on the machine or on
/// `threads`. Memory is bounded by the longest line.
[[nodiscard]] PairSummary RunPairs(std::istream& in, std::ostream& out, const PairOptions& options);

}  // namespace writ::decide
