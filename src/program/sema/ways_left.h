// What a prohibition on models leaves open, and what it takes along: said where AWS gives no means
// to tell the sentence's models from others.
#pragma once

#include "program/sema/context.h"

namespace writ::sema {

/// Warns of ways to the models of prohibitions that stay open, once for the program; of planes that
/// are refused as a whole, and of duties that cannot be done on a plane.
void WarnWaysLeft(Context& context);

}  // namespace writ::sema
