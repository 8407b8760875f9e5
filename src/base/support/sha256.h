// SHA-256 (FIPS 180-4), to say which bytes a document had: in the manifest, and in the description
// of a guardrail version. Not for secrets: nothing here is constant-time.
#pragma once

#include <string>
#include <string_view>

namespace writ::support {

/// The digest of `bytes` as 64 lower-case hexadecimal digits. Linear.
[[nodiscard]] std::string Sha256Hex(std::string_view bytes);

}  // namespace writ::support
