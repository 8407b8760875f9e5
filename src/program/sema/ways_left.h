// What a prohibition on models leaves open, and what it takes along: said where AWS gives no means
// to tell the sentence's models from others.
#pragma once

#include <string>
#include <vector>

#include "program/sema/context.h"

namespace writ::sema {

/// Another service in which models are deployed, built in or sold, and what a sentence that closes
/// it forbids.
struct Elsewhere {
  std::string title;
  std::string closing;               ///< the sentence without its subject
  std::vector<std::string> actions;  ///< that the sentence forbids
  std::string verb;                  ///< or the verb that it is about
};
/// Those of stdlib/aws/elsewhere.json.
[[nodiscard]] const std::vector<Elsewhere>& PlacesElsewhere();

/// Warns of ways to the models of prohibitions that stay open, once for the program; of planes that
/// are refused as a whole, and of duties that cannot be done on a plane.
void WarnWaysLeft(Context& context);

}  // namespace writ::sema
