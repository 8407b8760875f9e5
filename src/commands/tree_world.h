// A tree that `writ build` wrote, read back as a world: its policies with the sentences that the
// manifest names, attached as the manifest says.
#pragma once

#include <optional>
#include <string>

#include "commands/diff_side.h"

namespace writ::commands {

/// Fills the world and the facts of `side`. Reports a manifest or document that cannot be read
/// (W9304).
[[nodiscard]] host::ExitStatus ReadTree(const std::string& folder,
                                        const host::FileSystem& file_system, DiffSide& side);

/// Adds what protects without being a policy of a principal: guardrails by what they protect
/// against, other requests and policies of endpoints as texts, whatever their layout. The version
/// of a guardrail repeats its content as a hash, so only what it is of is kept. Says what is wrong
/// with a text that is not JSON.
[[nodiscard]] std::optional<std::string> AddProtection(const std::string& path,
                                                       const std::string& bytes, SideFacts& facts);

/// Moves policies of gateways' engines from the documents of `facts` to where they are told by what
/// they say: their numbers are those of the sentences. The file that shows a statement goes with
/// its request; one that shows another is told as deploying something else.
void TakeEnginePolicies(SideFacts& facts);

}  // namespace writ::commands
