// Qualifiers of a sentence, those of the `given` blocks around it first, folded into one narrowing:
// repeated `in`, `routed`, `with` and `via` intersect, conditions conjoin, the innermost reason
// counts.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "program/sema/conditions.h"
#include "program/sema/governance.h"
#include "program/sema/sets.h"

namespace writ::sema {

/// A `given` block around a sentence, with the environment of its names.
struct GivenFrame {
  const syntax::Given* given = nullptr;
  const Environment* environment = nullptr;
};

struct Narrowing {
  bool good = true;  ///< false: something was reported
  std::optional<std::vector<intent::AccountIndex>> accounts;
  std::vector<intent::NodeIndex> units;  ///< of `accounts`, as intent::Holder::units
  std::vector<Named> named_accounts;     ///< accounts named one by one
  Span accounts_span;                    ///< the last `in` of accounts
  std::optional<intent::RegionScope> regions;
  std::vector<Named> named_regions;
  std::vector<syntax::Route> routes;  ///< empty: not said
  std::vector<intent::Plane> planes;  ///< empty: not said
  std::optional<std::vector<std::uint32_t>> guardrails;
  std::optional<std::vector<std::uint32_t>> endpoints;
  /// Of a prohibition: also those that the program does not declare.
  bool any_guardrail = false;
  bool any_endpoint = false;
  std::optional<intent::Profiles> profiles;
  Span routed_span, plane_span, guardrail_span, profile_span, endpoint_span;
  std::vector<Clause> clauses;  ///< `when` and `unless`, conditions not yet built
  intent::Period period;
  std::string because;
  std::string use_case;
  std::vector<std::string> attestations;  ///< after `under`
  std::vector<std::string> after;         ///< names of evaluations
  Span after_span;
  std::vector<std::string> controls;
  std::vector<Waiver*> waivers;
};

/// `subject_in` is the `in` after the subject, or null. Waivers are kept in `waivers`. `routed`:
/// the verb takes `routed`, which is then offered for a geography after `in`.
[[nodiscard]] Narrowing ReadQualifiers(Context& context, const std::vector<GivenFrame>& givens,
                                       const std::vector<syntax::Qualifier>& own,
                                       const syntax::SetExpr* subject_in,
                                       const Environment* environment, Reading reading,
                                       std::deque<Waiver>& waivers, bool routed = false);

}  // namespace writ::sema
