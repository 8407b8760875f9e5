#include "base/support/version.h"

namespace writ::support {

std::string_view Version() { return WRIT_VERSION; }

}  // namespace writ::support
