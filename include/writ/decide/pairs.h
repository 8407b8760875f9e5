// Pairs of policies to compare, one JSON object a line, and how comparisons are written as JSON.
//
// A line is {"id", "kind", "left", "right"}: `left` and `right` are policy documents, for SCPs and
// RCPs also lists of documents in force together; `kind` is identity (the default), scp, rcp,
// resource, trust, boundary, session or vpcEndpoint. Other members are ignored unless they look
// like one of these misspelt.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "writ/decide/space.h"
#include "writ/policy/document.h"
#include "writ/support/json.h"
#include "writ/support/result.h"

namespace writ::decide {

/// Bytes of one line.
inline constexpr std::size_t kMaxPairBytes = std::size_t{64} << 20U;

/// The kind of this name, as KindName writes it, or "endpoint".
[[nodiscard]] std::optional<policy::Kind> ParseKind(std::string_view name);

/// A document, or for SCPs and RCPs a list of documents in force together.
[[nodiscard]] support::Result<std::vector<policy::PolicyDocument>, policy::PolicyErrors>
ReadDocuments(const support::json::Value& value, policy::Kind kind,
              policy::Demand demand = policy::Demand::kGrammar);

/// The request as a decision case without policies (CASES: principal, action, resource,
/// resourceAccount where it is not the default, context).
void WriteRequest(support::json::Writer& writer, const policy::Request& request);
/// The members "relation", "gained", "lost", "exact", and "unsupported" if `with_unsupported` or
/// there is something to say; into an object that is open.
void WriteComparison(support::json::Writer& writer, const Comparison& comparison,
                     bool with_unsupported);

struct PairSummary {
  std::size_t answered = 0;
  std::size_t undecided = 0;
  std::size_t errors = 0;     ///< lines that are no pair of policies
  std::size_t failures = 0;   ///< of the undecided, those by a bug of ours (Obstacle::kReplay)
  bool is_cut_short = false;  ///< reading failed before the end
};

struct PairOptions {
  Options questions = {};
  unsigned threads = 1;
  policy::Kind kind = policy::Kind::kIdentity;  ///< of pairs that name none
  bool is_as_read = false;                      ///< also documents that AWS would refuse
};

/// Compares the pairs of `in` and writes one result line each to `out`, in the order of the lines:
/// {"id", "relation", "gained", "lost", "exact", "microseconds"}, and "unsupported" where there is
/// no answer. A line that is no pair yields "relation": "error" with "error". Nothing but
/// "microseconds" depends on the machine or on `threads`. Memory is bounded by the longest line.
[[nodiscard]] PairSummary RunPairs(std::istream& in, std::ostream& out, const PairOptions& options);

}  // namespace writ::decide
