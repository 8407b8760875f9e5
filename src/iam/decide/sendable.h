// What somebody can send: the keys that AWS itself puts into a request, and what no request says.
//
// A request that shows a difference is found in parts (action, resource, each key) that the search
// takes for independent. Here is the one place that knows how they depend on each other; whoever
// shows a request completes it here, and tests hold what is shown against FaultsOf.
//
// Source: IAM User Guide, "AWS global condition context keys", and the service authorization
// reference for resource types, read 2026-11-22.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts/catalog/catalog.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::decide {

/// Where the caller's account lies, as far as it is known.
struct Affiliation {
  std::string organization;  ///< its id
  std::string path;          ///< "o-…/r-…/ou-…/"
  /// The path with kOpenUnit for OUs whose ids are not known, and ids that these do not have. Of
  /// use where `path` is empty.
  std::string outline = {};
  std::vector<std::string> units = {};

  bool operator==(const Affiliation&) const = default;
};
/// No id of an OU has this character. Source: AWS Organizations API Reference, OrganizationalUnit,
/// read 2026-11-22.
inline constexpr std::string_view kOpenUnit = "?";

/// A text that the pattern matches, with a word in the place of its wildcards: `eu-example`.
[[nodiscard]] std::string ExampleOf(std::string_view pattern);

/// The request with the keys that follow from its caller and its resource, where they are absent:
/// aws:PrincipalArn, aws:PrincipalAccount, aws:PrincipalOrgID and aws:PrincipalOrgPaths of IAM
/// principals, aws:ResourceAccount of a resource whose ARN has an account. Keys are in order.
[[nodiscard]] policy::Request Complete(policy::Request request, const Affiliation& affiliation);

/// The key of this name as it is in every request like this one. Nothing where its value does not
/// follow from the caller and the resource, or where the key may be absent.
[[nodiscard]] std::optional<policy::ContextKey> FollowingKey(const policy::Request& request,
                                                             std::string_view name);

/// Why keys that tell the kind of principal (aws:PrincipalType, aws:userid, aws:username) are not
/// those of the caller, in words. Source: as of FaultsOf.
[[nodiscard]] std::vector<std::string> KindFaultsOf(const policy::Request& request);

/// The request with aws:PrincipalType, and aws:username of a user, where they are absent: every
/// request of a principal of IAM has them. Keys are in order.
[[nodiscard]] policy::Request WithKind(policy::Request request);

enum class Senders : std::uint8_t {
  kAnyone,      ///< services and anonymous callers, too
  kPrincipals,  ///< users, roles and the root of an account
};
/// Names of keys that every request of the senders has. aws:RequestedRegion is not among them: of a
/// call that is routed globally it is not known whether it has one. Source: IAM User Guide, "AWS
/// global condition context keys", Availability of each key, read 2026-11-30; an operator's report
/// on calls of Bedrock that are routed globally.
[[nodiscard]] std::span<const std::string_view> AlwaysSent(Senders senders);

/// What `is_read` asks for and every request like this has, though this one lacks it, in words.
[[nodiscard]] std::vector<std::string> LackingOf(
    const policy::Request& request, const std::function<bool(std::string_view)>& is_read);

/// The request as the user sends it whom aws:username names, if a principal of IAM sends it.
[[nodiscard]] policy::Request OfUserNamed(policy::Request request);

/// The request with the account in its resource's ARN for aws:ResourceAccount, if it has both.
[[nodiscard]] policy::Request OfOwner(policy::Request request);

/// Whether the key says again what the caller and the resource say: what Complete adds. Of the
/// organization that is so where the request tells the caller's ARN and account as well.
[[nodiscard]] bool IsImplied(const policy::Request& request, const policy::ContextKey& key);

/// Patterns of ARNs that say no region, of AI services and Lambda, which have everything in one:
/// but for the tools of Bedrock itself and for the model of a call that is routed globally
/// (`arn:…:bedrock:::foundation-model/…`) nobody has such a thing. Source: IAM service
/// authorization data of 2026-09-26, the formats of these services.
[[nodiscard]] const std::vector<std::string>& Placeless();
inline constexpr std::string_view kSystemTools = "arn:*:bedrock::?*:system-tool/*";

/// What an action's resources look like, looked up once for many questions. The catalog must
/// outlive it.
class Formats {
 public:
  Formats(const catalog::Catalog& catalog, const catalog::Action& action);

  /// The format that the resource has, with a word for every part, a region that there is and the
  /// number of an account. Nothing if it has none. The model without region, of a call that is
  /// routed globally, is one that AWS sends.
  [[nodiscard]] std::optional<std::string> Of(std::string_view resource) const;
  /// A resource in this place that the pattern matches, with words for names.
  [[nodiscard]] std::optional<std::string> Like(std::string_view pattern, std::string_view region,
                                                std::string_view account) const;

 private:
  const catalog::Catalog& catalog_;
  std::vector<std::string> formats_;
  bool is_optional_ = true;  ///< `*` will do: no type of resource is required
};

/// Why nobody could send the request, in words: parts that contradict each other, keys without
/// value, a resource that the action does not have. Nothing is said of actions and keys that the
/// catalog does not know.
[[nodiscard]] std::vector<std::string> FaultsOf(const policy::Request& request,
                                                const catalog::Catalog& catalog);

/// Denies of requests that nobody sends, for questions that have found one, to be asked of others:
/// of a region that there is not or that is not the resource's, and of what lies in another
/// partition than the caller `principal`.
[[nodiscard]] std::vector<policy::Statement> NeverSent(const catalog::Catalog& catalog,
                                                       std::string_view principal);

/// The same without what depends on the action's kind of resource and on its region: where nothing
/// but such requests tells two documents apart, one of them is shown.
[[nodiscard]] std::vector<std::string> ContradictionsOf(const policy::Request& request,
                                                        const catalog::Catalog& catalog);

}  // namespace writ::decide
