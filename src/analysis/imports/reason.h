// Why a statement is no sentence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace writ::imports {

enum class Reason : std::uint8_t {
  kAnyAction,         ///< an action without a service
  kAllButActions,     ///< Allow with NotAction
  kAllButResources,   ///< NotResource
  kActionPattern,     ///< a service with wildcards
  kKey,               ///< a key that the language cannot spell
  kOperator,          ///< a comparison that the language does not have
  kOldVariables,      ///< `${` in a document of version 2008-10-17, where it is text
  kOpen,              ///< parts that are known after deployment only
  kPrincipal,         ///< a Principal in an identity policy
  kTrust,             ///< a role's trust policy
  kBoundary,          ///< a permissions boundary
  kResourcePolicy,    ///< a policy of a resource
  kEndpointPolicy,    ///< a policy of a VPC endpoint
  kOrganizationKind,  ///< a resource control policy
  kAllowInScp,        ///< an SCP that lists what is allowed
  kScpsOff,           ///< an SCP of an organization that does not have SCPs enabled
  kScpsUnknown,       ///< an SCP denies it if SCPs are enabled, which no export shows
  kManagement,        ///< a Deny of a principal of the management account, which SCPs do not bind
  kUnattached,        ///< attached to nothing
  kNobody,            ///< of a group without members
  kOtherService,      ///< of services that were not asked for
  kRefused,           ///< the language refuses the sentence; the detail says with which code
  kDiffers,           ///< the sentence means something else; there is a request
  kUndecided,         ///< it was not proved that the sentence means the same
  kDoesNotFit,        ///< the documents would be longer than their quotas
};
inline constexpr std::size_t kReasonCount = 25;

/// "any-action", ...: for machines.
[[nodiscard]] std::string_view Name(Reason reason);
/// One line for people.
[[nodiscard]] std::string_view Describe(Reason reason);

/// A statement that stays as it is.
struct Refusal {
  Reason reason = Reason::kAnyAction;
  std::string detail;  ///< what of it; may be empty
};

}  // namespace writ::imports
