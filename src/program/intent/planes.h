// The third plane through which models are used: Claude Platform on AWS, which has no key and no
// resource that tells the model, so that no call of the intent goes through it.
#pragma once

#include "program/intent/model.h"

namespace writ::intent {

inline constexpr Plane kClaudePlatform{2};

}  // namespace writ::intent
