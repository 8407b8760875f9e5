// The executable: hands the machine (files, streams, clock, terminal) to cli::Main.
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/cli.h"
#include "cli/working.h"

namespace {

writ::support::Date Today() {
  const auto now = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return writ::support::DateOfDayNumber(now.time_since_epoch().count());
}

double Milliseconds() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Short enough that nobody waits for it, long enough to cost next to nothing.
bool Wait() {
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return true;
}

/// As no-color.org asks: set and not empty.
bool UserWantsNoColor() {
  const char* value = std::getenv("NO_COLOR");
  return value != nullptr && *value != '\0';
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const std::unique_ptr<writ::host::FileSystem> files = writ::host::MakeDiskFileSystem();
  const std::unique_ptr<writ::host::ProgramRunner> programs = writ::host::MakeProgramRunner();
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  std::optional<writ::cli::Working> working;
  if (terminal && writ::cli::MayTakeLong(arguments)) {
    working.emplace("writ " + arguments.front(), std::cout, std::cerr);
  }
  const writ::host::ExitStatus status = writ::cli::Main(arguments, {.files = *files,
                                                                    .in = std::cin,
                                                                    .out = std::cout,
                                                                    .err = std::cerr,
                                                                    .today = Today(),
                                                                    .terminal = terminal,
                                                                    .no_color = UserWantsNoColor(),
                                                                    .stopwatch = Milliseconds,
                                                                    .programs = programs.get(),
                                                                    .wait = Wait});
  working.reset();
  std::cout.flush();
  return static_cast<int>(status);
}
