// What the statements of a document name, by the catalog.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/policy_lint/subject.h"

namespace writ::policy_lint {

/// Policies of principals alone: what they allow is theirs.
[[nodiscard]] bool IsOfPrincipal(policy::Kind kind);
/// Only policies that are attached to principals, and those above them, name resources of all
/// kinds.
[[nodiscard]] bool NamesAnyResource(policy::Kind kind);
/// `*`, however often.
[[nodiscard]] bool IsEverything(std::string_view text);

/// Whether a service prefix, or what people take for one, is of Bedrock: `bedrock`,
/// `bedrock-mantle`.
[[nodiscard]] bool IsOfBedrock(std::string_view prefix);

/// An action that is named in full and cataloged.
[[nodiscard]] std::optional<catalog::Action> Cataloged(const Subject& subject,
                                                       std::string_view action);
/// Every action that the statement names, wildcards resolved. Nothing if there are others too:
/// NotAction, all services, names that the catalog does not know.
[[nodiscard]] std::optional<std::vector<catalog::Action>> ActionsOf(
    const Subject& subject, const policy::Statement& statement);

/// A format of the catalog with `*` for its variables.
[[nodiscard]] std::string FormatGlob(std::string_view format);
/// Whether some ARN of this format, `wanted` as a glob, matches the pattern: part by part, as both
/// are divided by colons.
[[nodiscard]] bool MayBeOf(const std::string& format, const std::string& wanted,
                           const std::string& pattern);
/// A resource that the action acts on, best one that it needs; "*" if there is none.
[[nodiscard]] std::string ResourceFor(const Subject& subject, const catalog::Action& action);

/// "`a`, `b` and 3 more".
[[nodiscard]] std::string ListOf(std::vector<std::string> names);

/// Whether the condition holds for a request without its key.
[[nodiscard]] bool HoldsAbsent(const policy::Condition& condition);
/// What a condition makes of its statement if no request has the key: "always holds: it restricts
/// nothing".
[[nodiscard]] std::string_view WithoutKey(policy::Effect effect,
                                          const policy::Condition& condition);

/// Takes the key out of the request, then puts it in with this value, if there is one.
void SetKey(policy::Request& request, std::string_view key, std::optional<std::string> value);
/// The first condition of the statement on this key.
[[nodiscard]] const policy::Condition* FindCondition(const policy::Statement& statement,
                                                     std::string_view key);

}  // namespace writ::policy_lint
