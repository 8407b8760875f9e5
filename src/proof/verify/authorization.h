// A set of authorizations, as plain as it can be said: these actions, on these resources, under
// this condition. What a sentence grants and what it forbids are lists of such boxes.
#pragma once

#include <string>
#include <vector>

#include "iam/policy/document.h"
#include "program/intent/model.h"
#include "proof/verify/formula.h"

namespace writ::verify {

struct Authorization {
  policy::Patterns actions;
  policy::Patterns resources;
  Condition condition;
  std::vector<std::string> spared = {};  ///< resources that are left out whatever `resources` say
  /// Index of the sentence among the model's permissions or prohibitions.
  std::size_t sentence = 0;
};

/// What a sentence cannot be turned into, and why.
struct Unreadable {
  const intent::Origin* origin = nullptr;
  std::string why;
};

}  // namespace writ::verify
