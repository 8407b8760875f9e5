// What callers outside of the organization are refused: the direct reading of sentences about them,
// and the comparison with the resource control policies of a tree.
#pragma once

#include <string>
#include <vector>

#include "iam/decide/space.h"
#include "iam/policy/document.h"
#include "proof/deployed/tree.h"
#include "proof/verify/reading.h"

namespace writ::verify {

/// Resources of one owner: what the program wants refused there, and what the tree refuses.
struct PerimeterPlace {
  std::string who;  ///< "anyone who asks for resources of payments"
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

/// Over all callers and requests. RCPFullAWSAccess is taken to be attached, as AWS sees to.
[[nodiscard]] PerimeterComparison ComparePerimeter(const Facts& facts, const PerimeterPlace& place,
                                                   const decide::Options& options);

}  // namespace writ::verify
