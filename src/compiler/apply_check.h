// Whether apply.sh deploys the tree that it lies in, and queries are those of the program: both are
// held byte for byte against what the documents of the tree, or the sentences, give.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proof/deployed/tree.h"
#include "proof/verify/prove.h"

namespace writ::compiler {

inline constexpr std::string_view kScript = "apply.sh";

/// The first line in which the script is another, or nothing: it is the one, or there is none.
/// `program` may be a program or what a manifest says of one.
[[nodiscard]] std::optional<std::string> WrongScript(const verify::Program& program,
                                                     const deployed::Tree& tree,
                                                     const deployed::Files& files);

/// The kind of document that a file with this path is to AWS, as the manifest says it; empty for a
/// path that no document has.
[[nodiscard]] std::string_view DocumentKindOf(std::string_view path);

/// What each document is for, by path, as far as paths, attachments and the program tell it: names
/// of accounts, nodes, permission sets, roles and guardrails.
[[nodiscard]] std::map<std::string, std::vector<std::string>> TargetsOf(
    const verify::Program& program, const deployed::Tree& tree, const deployed::Files& files);

/// Queries of watches that are not those of the program, by path, and in what.
[[nodiscard]] std::map<std::string, std::string> WrongQueries(const verify::Program& program,
                                                              const deployed::Files& files);

}  // namespace writ::compiler
