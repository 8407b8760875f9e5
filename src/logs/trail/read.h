// Reads one file of a log in constant memory, whatever its size and form.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "logs/trail/event.h"
#include "logs/trail/read_event.h"
#include "logs/trail/splitter.h"

namespace writ::trail {

struct Counts {
  std::uint64_t records = 0;
  std::uint64_t events = 0;      ///< records of the services that are asked about
  std::uint64_t unknown = 0;     ///< records of no log that is known
  std::uint64_t unreadable = 0;  ///< records that are not JSON
  Counts& operator+=(const Counts& other);
};

struct ReadFile {
  Counts counts;
  std::optional<Fault> fault;               ///< what comes after it was not read
  std::optional<std::uint64_t> unreadable;  ///< place of the first record that is not JSON
};

/// The next bytes of a file; none at its end.
using Bytes = std::function<std::string_view()>;

/// Reads a file of any form, packed or not, and gives every event to `sink`. Records before a fault
/// count. Time linear in the unpacked bytes; memory for one record and two pieces.
[[nodiscard]] ReadFile ReadLog(const Bytes& bytes, EventReader& reader, const Limits& limits,
                               const std::function<void(const Event& event)>& sink);

}  // namespace writ::trail
