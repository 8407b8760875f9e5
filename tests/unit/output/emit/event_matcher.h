// Whether a rule of EventBridge matches an event, from AWS's documentation alone: Amazon
// EventBridge User Guide, eb-event-patterns, eb-create-pattern-operators and
// eb-service-event-cloudtrail-management (read 2026-11-30). Operators that it does not know fail
// the test that uses them.
#pragma once

#include <string>
#include <string_view>

namespace writ::emit {

/// Whether the rule that a PutRule request makes gets the event. `record` is a CloudTrail record,
/// `bus_source` the `source` under which EventBridge has it.
[[nodiscard]] bool RuleGets(std::string_view put_rule, std::string_view record,
                            std::string_view bus_source);

/// Whether a value matches a glob of the operator `wildcard`: `*` is any text, `\` takes the next
/// character as it is.
[[nodiscard]] bool MatchesWildcard(std::string_view glob, std::string_view text);

}  // namespace writ::emit
