// Times a piece of work in a process of its own, so that processor time and peak memory are its
// own.
#pragma once

#include <functional>

namespace writ::bench {

struct Figures {
  double seconds = 0;    ///< elapsed
  double processor = 0;  ///< seconds of processor time, the system's included
  double megabytes = 0;  ///< peak memory of the process
};

/// Runs `work` in a child process; ends the program if it fails.
[[nodiscard]] Figures Measure(const std::function<void()>& work);

/// The run with the median processor time, which a busy machine disturbs least.
[[nodiscard]] Figures Median(const std::function<void()>& work, int runs);

}  // namespace writ::bench
