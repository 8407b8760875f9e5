// A file of the tree that is not packed: made in one piece, for whom and of which sentence.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "output/emit/tree.h"
#include "program/intent/model.h"

namespace writ::emit {

/// All of its bytes count as characters; AWS states no quota, and no sentence answers for it, until
/// somebody says so.
[[nodiscard]] Artifact MakeArtifact(std::string path, std::string_view kind,
                                    std::vector<std::string> targets, std::string bytes);

/// The sentence or what it gives as its reason, by its place, as a statement without `Sid`.
[[nodiscard]] StatementEntry EntryOf(const intent::Origin& origin);

}  // namespace writ::emit
