// Who: teams and the principals they bind, and principals named directly in a sentence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "program/sema/qualifiers.h"
#include "program/sema/sets.h"

namespace writ::sema {

/// Fills Model::teams, in order of name.
void BuildTeams(Context& context);

struct NamedHolder {
  intent::Holder holder;
  Span span;  ///< the words that name it
};

/// Where `in ACCOUNTS` would stand in a sentence, and whether all accounts would be right: a
/// permission in more accounts than are meant grants too much.
struct ScopePlace {
  Span after;
  bool may_be_all = false;
};

/// What a list of principals names, teams by name and all that are named directly as one holder.
/// A role, user or permission set outside a team needs the accounts of the sentence, `narrowing`.
[[nodiscard]] std::vector<NamedHolder> ResolveHolders(
    Context& context, const std::vector<syntax::Principal>& principals, const Narrowing& narrowing,
    const Environment* environment, const ScopePlace& place);

/// Warns of exemptions that whoever may create or tag a role can use.
void WarnOpenExemption(Context& context, const std::vector<syntax::Principal>& principals,
                       const Environment* environment);

/// "team fraud", "role fraud-*".
[[nodiscard]] std::string HolderText(const intent::Holder& holder);

/// A pattern of path and name of the IAM roles that the principal can be; empty for users, tags and
/// services.
[[nodiscard]] std::string RolePattern(const intent::Principal& principal);

}  // namespace writ::sema
