// `where`: filters of sets by attributes, in three values. What the catalog does not know is
// neither yes nor no; the reading decides what that counts as.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "program/sema/context.h"

namespace writ::sema {

enum class Tri { kNo, kUnknown, kYes };

/// Reports attributes that the sort does not have and comparisons that do not fit them. Only
/// models, accounts and teams have attributes. False if something was reported.
bool CheckWhere(Context& context, const syntax::Cond& cond, Sort sort, Span term, Reading reading);

/// Checks a fact of an account, a team, a use-case or an attestation against the attributes that
/// are documented for it and those that the program declares. `of`: "accounts".
void CheckAttribute(Context& context, const syntax::Name& name,
                    const std::vector<syntax::Literal>& values, std::string_view of,
                    const std::vector<std::string>& documented);

/// Attributes of accounts and teams: closed where the program declares some; else those that no
/// sentence reads are warned of. To be called after all sentences.
void CheckAttributes(Context& context);

/// Whether a model satisfies the condition.
[[nodiscard]] Tri ModelSatisfies(const Context& context, const syntax::Cond& cond,
                                 const catalog::Model& model);

/// Whether declared attributes satisfy it; an attribute that is not declared satisfies nothing.
[[nodiscard]] bool AttributesSatisfy(const syntax::Cond& cond,
                                     const std::vector<syntax::Attribute>& attributes);

/// Id patterns outside of which no model, known or to come, satisfies the condition; nothing when
/// the condition does not tell. (`provider = anthropic` gives `anthropic.*`.)
[[nodiscard]] std::optional<std::vector<std::string>> PatternsOf(const Context& context,
                                                                 const syntax::Cond& cond);

}  // namespace writ::sema
