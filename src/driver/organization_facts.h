// The organization of a program as the manifest lists it.
#pragma once

#include "writ/emit/tree.h"
#include "writ/intent/model.h"

namespace writ::driver {

[[nodiscard]] emit::OrganizationFacts OrganizationOf(const intent::Model& model);

}  // namespace writ::driver
