// Whether apply.sh deploys the tree that it lies in: it is held byte for byte against the script
// that the documents and attachments of the tree give.
#pragma once

#include <optional>
#include <string>

#include "proof/deployed/tree.h"
#include "proof/verify/prove.h"

namespace writ::compiler {

inline constexpr std::string_view kScript = "apply.sh";

/// The first line in which the script is another, or nothing: it is the one, or there is none.
/// `program` may be a program or what a manifest says of one.
[[nodiscard]] std::optional<std::string> WrongScript(const verify::Program& program,
                                                     const deployed::Tree& tree,
                                                     const deployed::Files& files);

}  // namespace writ::compiler
