// Callers from outside of the organization: what is refused to them, and what is not. They hold
// anything, and every resource policy lets them in, so that only resource control policies refuse
// them: the sentences about outsiders, read as the verifier reads them (verify/perimeters.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/access/access.h"
#include "proof/verify/reading.h"

namespace writ::access {

/// Kinds of callers from elsewhere that sentences tell apart.
enum class Outsider {
  kOtherOrganization,  ///< a principal of another organization
  kNoOrganization,     ///< of none: an account by itself, an anonymous caller, a sign-in
  kServiceForOthers    ///< an AWS service that says that it acts for an account elsewhere
};
[[nodiscard]] std::string_view LabelOf(Outsider kind);

/// The request as a caller of the kind sends it: a role of `account`, or a service that acts for
/// it. An organization elsewhere takes the place of what the search made up.
[[nodiscard]] policy::Request SentBy(Outsider kind, std::string_view partition,
                                     const std::string& account, policy::Request request);
/// The request for a resource of the account, whose number takes the place of what the search made
/// up.
[[nodiscard]] policy::Request ForResourceOf(const std::string& account, policy::Request request);
/// An account that is none of these: 12 digits.
[[nodiscard]] std::string AccountBeside(const std::function<bool(const std::string&)>& is_taken);
/// The account that the request tells of its caller or, of a service, of whom it acts for, if that
/// can be an account.
[[nodiscard]] std::optional<std::string> AccountToldIn(const policy::Request& request,
                                                       Outsider kind);

/// The kind of a request's caller, by its principal and the keys that AWS sets; nothing if it is of
/// the organization, or a service that acts for itself or for the organization.
[[nodiscard]] std::optional<Outsider> OutsiderOf(const intent::Organization& organization,
                                                 const policy::Request& request);

/// What a question about outsiders comes to: of each kind, for the resources of each account and of
/// accounts that join later, a request that passes and one that is refused, where there are.
[[nodiscard]] std::vector<Part> AskOutsiders(const verify::Facts& facts,
                                             const intent::Perimeter& asked);

/// One request of an outsider for a resource of the account. It counts as granted unless some
/// sentence refuses it.
[[nodiscard]] Judgement JudgeOutsider(const verify::Facts& facts, intent::AccountIndex owner,
                                      const policy::Request& request);
/// The same as far as the request is known.
[[nodiscard]] Judgement JudgeOutsider(const verify::Facts& facts, intent::AccountIndex owner,
                                      const PartialRequest& request);

}  // namespace writ::access
