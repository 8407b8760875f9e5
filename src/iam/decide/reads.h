// Which keys documents read.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::decide {

/// Whether a statement reads a key whose name begins so, as a test or as a variable. Linear in the
/// statement.
[[nodiscard]] bool Reads(const policy::Statement& statement, std::string_view key);

/// Whether a variable of such a key is part of a text of the statement. Linear in the statement.
[[nodiscard]] bool HoldsVariable(const policy::Statement& statement, std::string_view key);

/// Calls `visit` with every statement of the set until it says yes; whether it did.
template <class Visit>
bool AnyStatement(const policy::PolicySet& set, const Visit& visit) {
  const auto any_in = [&](const std::vector<policy::PolicyDocument>& documents) {
    return std::ranges::any_of(documents, [&](const policy::PolicyDocument& document) {
      return std::ranges::any_of(document.statements, visit);
    });
  };
  return any_in(set.identity) || any_in(set.boundaries) || any_in(set.sessions) ||
         any_in(set.vpc_endpoint) || std::ranges::any_of(set.scps, any_in) ||
         std::ranges::any_of(set.rcps, any_in) ||
         (set.resource && std::ranges::any_of(set.resource->statements, visit));
}

}  // namespace writ::decide
