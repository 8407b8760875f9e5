// Lookups in a model that several passes need.
#pragma once

#include <optional>
#include <string_view>

#include "program/intent/model.h"

namespace writ::intent {

/// The account of this number; nothing if the organization does not declare it. Linear.
[[nodiscard]] std::optional<AccountIndex> FindAccount(const Organization& organization,
                                                      std::string_view id);

}  // namespace writ::intent
