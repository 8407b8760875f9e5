// Endpoints: the network places that a call comes through.
#pragma once

#include "sema/context.h"

namespace writ::sema {

/// Fills Model::endpoints, in order of name; reports ids and ranges that cannot be.
void BuildEndpoints(Context& context);

}  // namespace writ::sema
