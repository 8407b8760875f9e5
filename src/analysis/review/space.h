// What one caller may do in a world, as a set of requests for the decision procedure, cut down to
// requests that there can be: made by that caller, on a day if one is given, and in the region of
// the resource they are for.
#pragma once

#include <set>
#include <string>

#include "analysis/review/world.h"
#include "iam/decide/space.h"

namespace writ::review {

struct Frame {
  std::string day;                ///< YYYY-MM-DD; empty: any time
  std::set<std::string> regions;  ///< those that documents tell apart, see RegionsIn
  /// Without the authorizations for inference profiles, which are of no use but with the one for
  /// the model that follows in the same call.
  bool models_only = false;
  /// Without the requests that these (of Effect Deny) apply to.
  std::vector<policy::Statement> without = {};
};

/// Regions that a document names, in resources or as aws:RequestedRegion.
void RegionsIn(const policy::PolicyDocument& document, std::set<std::string>& regions);

/// The requests within the frame that `policies` allow the caller.
[[nodiscard]] decide::Space SpaceOf(policy::PolicySet policies, const Judge& judge,
                                    const Caller& caller, const Frame& frame);

/// The same under one more service control policy.
[[nodiscard]] decide::Space With(const decide::Space& space, const policy::PolicyDocument& scp);

/// Everything but what `statements` (of Effect Deny) name, for the same caller.
[[nodiscard]] decide::Space EverythingBut(const std::vector<policy::Statement>& statements,
                                          const Caller& caller);

}  // namespace writ::review
