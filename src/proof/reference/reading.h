// How the third reading has policies read.
#pragma once

#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::reference {

/// Rules of single services are left aside: sentences are about policies.
inline constexpr policy::Switches kReading = [] {
  policy::Switches switches;
  switches.has_service_rules = false;
  return switches;
}();

/// A policy that allows everything.
inline policy::PolicyDocument Everything() {
  policy::PolicyDocument document;
  policy::Statement statement;
  statement.action.values = {"*"};
  statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  document.statements.push_back(statement);
  return document;
}

}  // namespace writ::reference
