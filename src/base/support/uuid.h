// UUIDs that are made from names (RFC 9562, 5.5, version 5): the same name, the same id.
#pragma once

#include <string>
#include <string_view>

namespace writ::support {

/// The version 5 UUID of `name` within the namespace of this project, in lower case. Linear. SHA-1
/// serves as the hash of version 5 only: nothing relies on its strength.
[[nodiscard]] std::string NameUuid(std::string_view name);

}  // namespace writ::support
