// How messages call those whom sentences are about. For people; never a key.
#pragma once

#include <string>

#include "program/intent/model.h"

namespace writ::intent {

/// `role "batch"`.
[[nodiscard]] std::string LabelOf(const Principal& principal);

/// "team fraud"; for principals outside any team `role "batch", user "ann"`.
[[nodiscard]] std::string LabelOf(const Holder& holder);

}  // namespace writ::intent
