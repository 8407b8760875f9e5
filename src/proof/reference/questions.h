// What a question asks about, for one request, and what the right answer to it is as far as that
// request tells: `assert`, `test`, `can`, `who`, `explain --request` (LANGUAGE 3 and 9).
#pragma once

#include <optional>
#include <string_view>

#include "proof/reference/reference.h"

namespace writ::reference {

/// Whether the request is one that the question means. `can` and `allow` are read as a permission
/// is and, unless they name days, ask about `day`; `cannot` and `deny` are read as a prohibition is
/// and ask about all time. Both ask about all principals of all accounts, management included, and
/// of those that join OUs which they name.
[[nodiscard]] Answer Means(const Program& program, const intent::Question& question,
                           const policy::Request& request, std::string_view day);

/// Whether the caller holds what the program grants and nothing else: a principal of a team, or one
/// that a permission names.
[[nodiscard]] bool HoldsNothingElse(const intent::Model& model, const policy::Request& request);

/// Whether the request passes; nothing where the language leaves it open. Of a caller who may hold
/// anything it passes unless it is forbidden.
[[nodiscard]] std::optional<bool> Passes(const Program& program, const policy::Request& request);

}  // namespace writ::reference
