// The policies that one form of deployment makes, as JSON texts with every reference resolved.
#pragma once

#include <string>
#include <vector>

#include "writ/intent/bindings.h"
#include "writ/support/json.h"

namespace writ::verify {

/// One policy of a form.
struct Deployed {
  std::string kind;   ///< "identity", "permission-set", "scp", "trust": as files are named
  std::string name;   ///< in AWS
  std::string text;   ///< the document
  std::string wrong;  ///< why it cannot be resolved; empty if it was
};

/// Where guardrails that a form makes itself get their ARNs from: the bindings of its account.
struct Owner {
  const intent::Bindings& bindings;
  std::string account_id;
};

[[nodiscard]] std::vector<Deployed> ReadTemplate(const support::json::Value& root,
                                                 const Owner& owner);
[[nodiscard]] std::vector<Deployed> ReadTerraform(const support::json::Value& root,
                                                  const Owner& owner);

}  // namespace writ::verify
