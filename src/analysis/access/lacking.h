// What a request lacks for a statement to apply to it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::access {

/// The conditions that the request does not meet, in words; nothing if the statement is for other
/// actions or resources.
[[nodiscard]] std::optional<std::vector<std::string>> Lacking(
    const policy::Statement& statement, const policy::PreparedRequest& request);

}  // namespace writ::access
