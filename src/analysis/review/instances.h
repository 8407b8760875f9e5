// Concrete requests from a statement: what a caller would ask for if the statement is to apply.
//
// Every combination of an action, a resource and the values that the conditions list is one
// request; wildcards of a resource become an example, in every region where that is what is left
// open. Keys that every call carries are filled in from the resource: a request for an ARN of
// us-east-1 is made in us-east-1. What enumeration cannot satisfy is left to the decision
// procedure, and what that cannot satisfy either is no request.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/review/world.h"
#include "facts/catalog/catalog.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::review {

/// What is left open by a statement and must be something.
struct Setting {
  const catalog::Catalog& catalog;
  std::string day;  ///< YYYY-MM-DD: requests are made at noon of it, UTC, if the statement lets
  /// Regions for what names none; empty: all that the catalog knows Bedrock in.
  std::vector<std::string> regions;
  /// One example of every action and resource pattern instead of all combinations.
  bool sparse = false;
  std::size_t most = 50'000;      ///< requests of one statement
  std::string partition = "aws";  ///< of what names no region
};

struct Instance {
  policy::Request request;
  std::string pattern;  ///< the resource of the statement that it is an example of; may be empty
};

struct Instances {
  std::vector<Instance> requests;  ///< by action, resource, context
  bool is_complete = true;         ///< no combination is left out
};

/// Requests of `caller` to which the statement applies, whatever its effect.
[[nodiscard]] Instances InstancesOf(const policy::Statement& statement, const Caller& caller,
                                    const Judge& judge, const Setting& setting);

/// The region that the call for a resource is made in: the ARN's; "unspecified" for a model without
/// region (the last leg of global routing); empty if the ARN does not tell.
[[nodiscard]] std::string RegionOf(std::string_view resource);

/// Noon of a day, as aws:CurrentTime has it.
[[nodiscard]] std::string NoonOf(std::string_view day);

}  // namespace writ::review
