// What the names and identifiers of a tree stand for in the program's organization.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "program/intent/model.h"
#include "proof/deployed/tree.h"

namespace writ::deployed {

[[nodiscard]] std::optional<intent::AccountIndex> AccountNamed(
    const intent::Organization& organization, std::string_view name);

/// The node that a document is attached to, by its identifier, or by name where the program states
/// no identifier.
[[nodiscard]] std::optional<std::size_t> NodeOf(const intent::Organization& organization,
                                                const Tree& tree, const Attachment& attachment);

}  // namespace writ::deployed
