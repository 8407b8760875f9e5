// Conditions: comparisons of request keys, typed by the catalog, and what happens when a key is
// absent. `k op v` is false without `k`, so a negation is what lets an absent key through: a
// permission that relies on one is refused, a prohibition that one escapes is warned of.
#pragma once

#include <vector>

#include "program/sema/context.h"

namespace writ::sema {

/// What a condition stands on.
struct ConditionPlace {
  Reading reading = Reading::kPermission;
  /// The actions of the sentence; nothing for `do anything` and for actions that are unknown.
  const std::vector<catalog::Action>* actions = nullptr;
  bool model_verb = false;  ///< a verb on models: the legs of one call disagree about some keys
  bool one_by_one = false;  ///< a verb on kinds: a key may fit some of its many actions only
  /// A `when` of a sentence that covers Claude Platform: a key without twin there says nothing.
  bool on_claude_platform = false;
  bool may_lack_twins = false;  ///< a duty: where its key has no twin it is not done
  bool may_waive = false;       ///< `waive key-not-carried`
  bool aws_owned = false;       ///< a resource after `on` belongs to AWS, not to an account
  bool waiver_used = false;     ///< set when it was needed
};

/// One clause of a sentence: `when C`, `unless C`, `must satisfy C`.
struct Clause {
  enum class Kind { kWhen, kUnless, kSatisfy };
  Kind kind = Kind::kWhen;
  const syntax::Cond* cond = nullptr;
  Span span;  ///< the whole clause
};

/// The clause's condition as it stands (not negated for `unless`), each test typed. Reports unknown
/// keys, keys that the actions never carry, and comparisons that do not fit the key.
[[nodiscard]] intent::Condition BuildCondition(Context& context, const syntax::Cond& cond,
                                               ConditionPlace& place);

/// Reports what absent keys do to the sentence. `clauses` are all of its clauses.
void CheckAbsentKeys(Context& context, const std::vector<Clause>& clauses, Reading reading);

/// Reports the `${key}` parts of a text that are no keys. True if it has any variable.
bool CheckVariables(Context& context, const std::string& text, Span span);

/// Whether the clauses say in so many words whether the key is there.
[[nodiscard]] bool SpeaksOfPresence(const std::vector<Clause>& clauses, std::string_view key);

/// Refuses what AWS would read as more than text: `${…}`, and `*` and `?` unless they are meant.
bool CheckLiteral(Context& context, std::string_view text, Span span, bool may_have_wildcards);

/// An address or a CIDR range, version 4 or 6.
[[nodiscard]] bool IsIpRange(std::string_view text);

/// Both of them; a condition that is always true disappears.
[[nodiscard]] intent::Condition Both(intent::Condition one, intent::Condition other);
[[nodiscard]] intent::Condition Negation(intent::Condition condition);

}  // namespace writ::sema
