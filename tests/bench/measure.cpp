#include "bench/measure.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace writ::bench {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Figures Measure(const std::function<void()>& work) {
  int channel[2];
  if (pipe(channel) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const double seconds = took.count();
    const bool written = write(channel[1], &seconds, sizeof seconds) == sizeof seconds;
    _exit(written ? 0 : 1);
  }
  Figures figures;
  rusage usage{};
  int status = 0;
  if (wait4(child, &status, 0, &usage) != child || status != 0 ||
      read(channel[0], &figures.seconds, sizeof figures.seconds) != sizeof figures.seconds) {
    fmt::print(stderr, "a measurement failed\n");
    std::exit(1);
  }
  close(channel[0]);
  close(channel[1]);
  figures.processor = Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
  figures.megabytes = static_cast<double>(usage.ru_maxrss) / 1024;
  return figures;
}

Figures Median(const std::function<void()>& work, int runs) {
  std::vector<Figures> all;
  for (int i = 0; i < runs; ++i) all.push_back(Measure(work));
  std::ranges::sort(all, {}, &Figures::processor);
  return all[all.size() / 2];
}

}  // namespace writ::bench
