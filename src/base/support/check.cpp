#include "base/support/check.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace writ::support {

void CheckFailed(const char* file, int line, const char* condition, std::string_view message) {
  const char* slash = std::strrchr(file, '/');
  std::fprintf(stderr,
               "internal error: %.*s (%s, at %s:%d)\nThis is a bug in writ; nothing was written.\n",
               static_cast<int>(message.size()), message.data(), condition,
               slash != nullptr ? slash + 1 : file, line);
  std::fflush(stderr);
  std::_Exit(70);
}

}  // namespace writ::support
