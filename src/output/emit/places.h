// Names in sentences that stand for each account and region by themselves.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "program/intent/model.h"

namespace writ::emit {

/// A name in one place: `{account}` and `{region}` replaced.
[[nodiscard]] std::string AtPlace(std::string text, const intent::Account& account,
                                  std::string_view region);

/// The ARN of a role in this account, given by ARN or by path and name; nothing if it is another
/// account's or no role.
[[nodiscard]] std::optional<std::string> RoleArn(const std::string& role,
                                                 const intent::Account& account,
                                                 std::string_view partition);

}  // namespace writ::emit
