// Requests that a command shows, in any of the ways in which Writ writes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "iam/policy/evaluate.h"

namespace writ::golden {

[[nodiscard]] std::vector<policy::Request> RequestsIn(std::string_view text);

/// Of every request in the text that nobody can send, a line that says why.
[[nodiscard]] std::string UnsendableIn(std::string_view text);

}  // namespace writ::golden
