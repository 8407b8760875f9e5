// Where lowering and verifier do not follow the language yet, each with its reason: the one visible
// table of known disagreements. The differential test prints how often each is met, and fails on
// everything else; builds do not stop for them.
#pragma once

#include <string>
#include <string_view>

#include "proof/reference/request.h"
#include "proof/reference/sample.h"

namespace writ::reference {

/// Disagreements of one group are probably one fault: "allow anyone: bedrock:Rerank on *, may not
/// invoke".
[[nodiscard]] std::string GroupOf(const Disagreement& one, std::string_view sentence);

/// Why a group is known; empty if it is not.
[[nodiscard]] std::string_view WhyUnsettled(std::string_view group);

}  // namespace writ::reference
