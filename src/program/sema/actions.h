// `do`: any IAM action of the catalog, checked by name, resource type and class; and the actions
// that a verb of the library stands for, so that conditions can be checked against them.
#pragma once

#include <string>
#include <vector>

#include "facts/catalog/resource_fit.h"
#include "program/sema/context.h"

namespace writ::sema {

struct DoneActions {
  bool good = true;
  std::vector<std::string> names;        ///< catalog spelling, wildcards as written
  std::vector<catalog::Action> actions;  ///< what they stand for
  std::vector<std::size_t> of;           ///< for each action the index of its name
};

/// Checks the names after `do` or after its `except`.
[[nodiscard]] DoneActions CheckActionNames(Context& context,
                                           const std::vector<syntax::ActionName>& names);
/// Refuses names that AWS no longer has: nothing can be granted by them.
bool CheckNotRetired(Context& context, const std::vector<syntax::ActionName>& names);
/// Checks `on` against the resource types. In a permission an action with resource types must say
/// `on`; in a prohibition nothing said means every resource.
bool CheckResources(Context& context, const syntax::Action& action, const DoneActions& done,
                    Reading reading);

/// Whether the ARN is of a resource that belongs to AWS and not to an account.
[[nodiscard]] bool IsOwnedByAws(std::string_view arn);

/// The actions of a verb in a reading, sorted by name, each once. `mantle`: those of that plane
/// too.
[[nodiscard]] std::vector<catalog::Action> ActionsOfVerb(const Context& context,
                                                         const library::Verb& verb,
                                                         const std::vector<std::string>& kinds,
                                                         Reading reading, bool bedrock,
                                                         bool mantle);

using catalog::FormatPattern;
using catalog::PatternsMeet;

}  // namespace writ::sema
