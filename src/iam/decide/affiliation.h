// What it tells of callers that their account lies in a known place of an organization: every
// question about callers of one account reads their documents through this one function.
#pragma once

#include <optional>

#include "iam/decide/sendable.h"
#include "iam/policy/document.h"

namespace writ::decide {

/// Whether the condition holds of every request of an IAM principal whose account has the
/// affiliation. Nothing where the affiliation does not tell: of other keys
/// than aws:PrincipalOrgID and aws:PrincipalOrgPaths, of parts that are not known, of values with
/// policy variables, and of a list that is read as one text, which AWS does not document. Linear in
/// the values.
///
/// Source: IAM User Guide, "AWS global condition context keys", aws:PrincipalOrgID and
/// aws:PrincipalOrgPaths, read 2026-11-22: principals of an organization's accounts always tell
/// both.
[[nodiscard]] std::optional<bool> HoldsOfMembers(const policy::Condition& condition,
                                                 policy::Version version,
                                                 const Affiliation& affiliation);

}  // namespace writ::decide
