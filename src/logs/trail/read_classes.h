// The result of the query that SqlOf prints, read back: CSV with a line of names as Athena and Lake
// export it, or JSON objects with the same names. Each row is read as the event that it counts, so
// that both ways give the same classes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/result.h"
#include "logs/trail/classes.h"
#include "logs/trail/read_event.h"

namespace writ::trail {

struct ClassFault {
  std::uint64_t row = 0;  ///< from 1, the line of names not counted; 0: no row in particular
  std::string message;
};

struct ReadRows {
  std::uint64_t rows = 0;
  std::uint64_t uncounted = 0;  ///< calls beyond the limit of classes
};

/// Adds the rows to `classes`. Linear in the text.
[[nodiscard]] support::Result<ReadRows, ClassFault> ReadClasses(std::string_view text,
                                                                EventReader& reader,
                                                                const Limits& limits,
                                                                Classes& classes);

}  // namespace writ::trail
