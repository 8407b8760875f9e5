// Edits of a policy document as hands make them: some change what it means, some do not.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "iam/policy/document.h"

namespace writ::mutation {

/// Changes one statement of a document; false where it has nothing to change.
struct Mutation {
  const char* name;
  std::function<bool(policy::PolicyDocument&, std::size_t)> apply;
};

[[nodiscard]] std::vector<Mutation> Mutations();
/// Exemptions and limits by account, place and principal, of accounts that there are and to come.
[[nodiscard]] std::vector<Mutation> MutationsOfCallers();

}  // namespace writ::mutation
