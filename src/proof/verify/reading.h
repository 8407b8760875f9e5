// What sentences grant and forbid, as boxes of authorizations: the direct reading of the intent
// model that artifacts are held against. Nothing is merged, packed or optimized.
#pragma once

#include <string>
#include <vector>

#include "facts/catalog/catalog.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"
#include "proof/deployed/program.h"
#include "proof/verify/authorization.h"

namespace writ::verify {

using deployed::Program;
/// What the readings stand on.
using Facts = Program;

/// What is common to permissions and prohibitions.
[[nodiscard]] Condition During(const intent::Period& period);
[[nodiscard]] Condition ThroughOneOf(const Facts& facts,
                                     const std::vector<intent::EndpointIndex>& endpoints);

/// A `bedrock:` key of a sentence stands for its `bedrock-mantle:` twin in the actions of that
/// plane: boxes that ask for such a key are divided.
[[nodiscard]] std::vector<Authorization> OnBothPlanes(const Facts& facts,
                                                      std::vector<Authorization> boxes);

/// What one permission grants its holders in one account.
[[nodiscard]] std::vector<Authorization> Granted(const Facts& facts,
                                                 const intent::Permission& permission,
                                                 const intent::Account& account);

/// What a prohibition forbids in one account.
struct Forbidden {
  std::vector<Authorization> boxes;
  /// Where exceptions leave a box that IAM cannot say, artifacts may also refuse `actions` on every
  /// resource but `known`: on those that the catalog does not know or that do not tell their
  /// model.
  struct Loose {
    std::vector<std::string> actions;
    std::vector<std::string> known;
  };
  std::vector<Loose> loose;
};

[[nodiscard]] Forbidden Refused(const Facts& facts, const intent::Prohibition& prohibition,
                                intent::AccountIndex account);

/// The same whoever is bound by it, and whom it binds in the account: Refused is the one with the
/// other in place of WhoIn each box.
[[nodiscard]] Forbidden RefusedToAnyone(const Facts& facts, const intent::Prohibition& prohibition,
                                        intent::AccountIndex account);
[[nodiscard]] Condition WhoIsBound(const Facts& facts, const intent::Prohibition& prohibition,
                                   intent::AccountIndex account);
/// An account that the program does not know, as what it is below.
struct Joined {
  std::string id;
  intent::NodeIndex node;  ///< the root or OU that it joins, or that is above the new OU it joins
};
/// Whom a prohibition of the node or one above it binds in an account that joins later: exempt is
/// who is exempt in all of the node, now and later.
[[nodiscard]] Condition WhoIsBound(const Facts& facts, const intent::Prohibition& prohibition,
                                   const Joined& joined);
/// Where a box of RefusedToAnyone says who is meant; `is_of_models`: of a prohibition on models.
[[nodiscard]] Condition& WhoIn(Authorization& box, bool is_of_models);
[[nodiscard]] bool IsOfModels(const intent::Prohibition& prohibition);

/// The principals of a holder in one account, as conditions on the request.
[[nodiscard]] Condition IsOneOf(const Facts& facts, const std::vector<intent::Holder>& holders,
                                intent::AccountIndex account, const std::string& partition);

/// Requests that are made with what the holders' principals hold in one account: their own and, of
/// a user, those of sessions for federated users (sts:GetFederationToken), which hold what the user
/// holds. Such a session's aws:PrincipalArn is its own and does not tell whose it is, so that
/// IsOneOf does not hold of it. Sources: IAM User Guide, "Permissions for GetFederationToken", read
/// 2026-11-30, and "AWS global condition context keys", aws:PrincipalArn, read 2026-11-22.
[[nodiscard]] Condition CallsAsOneOf(const Facts& facts, const std::vector<intent::Holder>& holders,
                                     intent::AccountIndex account, const std::string& partition);

/// ARN patterns of the resource types of an action, every variable part but those given `*`; empty
/// for an action without resource types.
[[nodiscard]] std::vector<std::string> ResourceForms(const catalog::Catalog& catalog,
                                                     const std::string& action,
                                                     const std::string& partition,
                                                     const std::vector<std::string>& regions,
                                                     const std::string& account);

}  // namespace writ::verify
