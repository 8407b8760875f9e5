// Things other than models, by ARN.
#pragma once

#include <string_view>

#include "facts/catalog/catalog.h"
#include "program/intent/model.h"
#include "proof/reference/request.h"

namespace writ::reference {

/// Whether `arn` is one of the inference profiles, for a caller of `account`.
[[nodiscard]] bool IsProfile(const intent::Profiles& profiles, std::string_view arn,
                             std::string_view account);

/// Whether the resource of the request is one of the things. Whether it is of their type is asked
/// elsewhere.
[[nodiscard]] bool IsThing(const intent::Things& things, const Asked& asked);

/// Whether the resource is of this type of the service and one of those that the things name: by
/// name wherever it lies, or by a whole ARN.
[[nodiscard]] bool IsNamedResource(const intent::Things& things, const Asked& asked,
                                   std::string_view service, std::string_view type);

/// Whether the resource has the form of one of the action's resource types.
[[nodiscard]] bool IsOfAction(const catalog::Action& action, const catalog::Catalog& catalog,
                              const Asked& asked);

/// Whether the resource is one of the ARNs after `on`; their variables stand for the caller's keys.
[[nodiscard]] bool IsOn(const std::vector<std::string>& resources, const Asked& asked);

}  // namespace writ::reference
