// Permissions that lack what a requirement of the program asks for: `require use-case, guardrail to
// invoke any model in prod`. Decided for all requests that a permission grants, whatever sentence
// grants them.
#pragma once

#include <optional>
#include <vector>

#include "proof/verify/prove.h"

namespace writ::lint {

/// One permission that grants a part of what one requirement is about.
struct Unmet {
  const intent::Requirement* requirement = nullptr;
  const intent::Permission* permission = nullptr;
  std::vector<const intent::Need*> needs;  ///< that it lacks, in the order written
  /// A request that it grants and the requirement is about; none if that could not be decided: it
  /// then counts as granting one.
  std::optional<policy::Request> request;
};

/// All of them, by requirement, then by permission, in the program's order. One question a
/// permission, account and principal for each requirement, renamings asked once.
[[nodiscard]] std::vector<Unmet> FindUnmet(const verify::Program& program);

}  // namespace writ::lint
