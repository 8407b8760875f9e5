// Policies that name their callers themselves: trust policies of roles that services assume, and
// policies of VPC endpoints. What the program wants of each is compared whole with what the tree
// has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "iam/decide/space.h"
#include "iam/policy/document.h"
#include "proof/deployed/tree.h"
#include "proof/verify/reading.h"

namespace writ::verify {

/// One of them: what is wanted, and what is there. Either may be nothing.
struct ResourcePolicy {
  policy::Kind kind = policy::Kind::kTrust;
  std::string role;     ///< ARN of the role that a trust policy is for
  std::string who;      ///< "whoever may assume app in payments"
  std::string refusal;  ///< why the program refuses what it does not permit
  policy::PolicyDocument wanted;
  std::vector<const deployed::Policy*> deployed;
};

/// Those that the program wants, and those that the tree's attachments put anywhere. Attachments to
/// what is not of the program are reported elsewhere (IsResourceOf).
[[nodiscard]] std::vector<ResourcePolicy> ResourcePolicies(const Facts& facts,
                                                           const deployed::Tree& tree);

/// Whether what a trust or endpoint policy is attached to is of the program.
[[nodiscard]] bool IsResourceOf(const Facts& facts, const deployed::Attachment& attachment,
                                const deployed::Policy& policy);

/// Whom deployed trust policies admit by an id of which it is not known who has it. No sentence
/// admits anybody so.
[[nodiscard]] std::vector<std::string> UnknownPrincipals(const ResourcePolicy& policy);

/// Over all requests and callers, for resources of the partition. `gained` is what the tree permits
/// and the program does not.
[[nodiscard]] decide::Comparison CompareResourcePolicy(const Facts& facts,
                                                       const ResourcePolicy& policy,
                                                       const decide::Options& options);

}  // namespace writ::verify
