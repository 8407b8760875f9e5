// WRIT_CHECK: an invariant of ours that must hold in every build. A failure is our bug, never the
// user's: it prints "internal error" with the place and leaves with status 70 before anything is
// written.
#pragma once

#include <string_view>

namespace writ::support {

/// Prints the internal error and exits with status 70.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition,
                              std::string_view message);

}  // namespace writ::support

#define WRIT_CHECK(condition, message)                                         \
  do {                                                                         \
    if (!(condition)) {                                                        \
      ::writ::support::CheckFailed(__FILE__, __LINE__, #condition, (message)); \
    }                                                                          \
  } while (false)
