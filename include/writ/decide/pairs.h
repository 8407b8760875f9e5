// Pairs of policies to compare, one JSON object a line, and how comparisons are written as JSON.
//
// A line is {"id", "kind", "left", "right"}: `left` and `right` are policy documents, for SCPs and
// RCPs also lists of documents in force together; `kind` is identity (the default), scp, rcp,
// resource, trust, boundary, session or vpcEndpoint. Members that begin with "x-" are ignored.
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

/// The kind of this name, as KindName writes it.
[[nodiscard]] std::optional<policy::Kind> ParseKind(std::string_view name);

/// A document, or for SCPs and RCPs a list of documents in force together.
[[nodiscard]] support::Result<std::vector<policy::PolicyDocument>, policy::PolicyErrors>
ReadDocuments(const support::json::Value& value, policy::Kind kind);

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
  bool is_cut_short = false;  ///< reading failed before the end
};

/// Compares the pairs of `in` and writes one result line each to `out`, in the order of the lines:
/// {"id", "relation", "gained", "lost", "exact", "microseconds"}. A line that is no pair yields
/// "relation": "error" with "error". Nothing but "microseconds" depends on the machine or on
/// `threads`.
[[nodiscard]] PairSummary RunPairs(std::istream& in, std::ostream& out, unsigned threads,
                                   const Options& options);

}  // namespace writ::decide
