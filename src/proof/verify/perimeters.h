// What callers outside of the organization are refused: the direct reading of sentences about them,
// and the comparison with the resource control policies of a tree.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "iam/decide/owners.h"
#include "iam/decide/space.h"
#include "iam/policy/document.h"
#include "proof/deployed/tree.h"
#include "proof/verify/authorization.h"
#include "proof/verify/reading.h"

namespace writ::verify {

/// What a sentence refuses to callers from elsewhere, as far as RCPs restrict it.
[[nodiscard]] std::vector<Authorization> RefusedToOutsiders(const Facts& facts,
                                                            const intent::Perimeter& perimeter);

/// Sentences about resources of the account, and of accounts that join the node later. None are
/// about those of the management account.
[[nodiscard]] std::vector<const intent::Perimeter*> PerimetersOver(const intent::Model& model,
                                                                   intent::AccountIndex account);
[[nodiscard]] std::vector<const intent::Perimeter*> PerimetersOverNewcomers(
    const intent::Model& model, intent::NodeIndex node);

/// Those of the sentences that refuse one request. What cannot be written out refuses nothing.
[[nodiscard]] std::vector<const intent::Origin*> RefusingOutsider(
    const Facts& facts, const std::vector<const intent::Perimeter*>& perimeters,
    const policy::Request& request);

/// Resources of one owner: what the program wants refused there, and what the tree refuses.
struct PerimeterPlace {
  std::string who;  ///< "anyone who asks for resources of payments"
  /// The owner; nothing: an account that joins later.
  std::optional<intent::AccountIndex> owner = {};
  std::vector<const intent::Perimeter*> wanted;
  std::vector<const deployed::Policy*> deployed;
};

/// A request that one side refuses and the other does not.
struct PerimeterDifference {
  bool is_refused_by_program = false;
  policy::Request request;
  std::vector<const intent::Perimeter*> sentences;  ///< that refuse it
  std::vector<std::string> statements;              ///< "path sid" of those that refuse it
};

struct PerimeterComparison {
  std::vector<PerimeterDifference> differences;
  std::vector<std::string> obstacles;  ///< why there is no answer
};

/// Whether what is refused at the place depends on whose the resource is: then no other place has
/// its answer.
[[nodiscard]] bool AsksForOwners(const Facts& facts, const PerimeterPlace& place);

/// Over all callers, and over all requests for resources of the owner. RCPFullAWSAccess is taken to
/// be attached, as AWS sees to.
[[nodiscard]] PerimeterComparison ComparePerimeter(const Facts& facts, const PerimeterPlace& place,
                                                   const decide::ArnAccounts& accounts,
                                                   const decide::Options& options);

}  // namespace writ::verify
