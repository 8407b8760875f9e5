// `writ diff` of the generated organization and the same with ten sentences changed, at a sixteenth
// and a quarter of the teams and at all: `diff_bench [RUNS [TEAMS [ACCOUNTS]]]`.
#include <array>
#include <cstdlib>
#include <iostream>
#include <span>
#include <sstream>
#include <string>

#include <fmt/core.h>

#include "bench/measure.h"
#include "bench/organization_generator.h"
#include "commands/diff.h"
#include "host/memory_file_system.h"

namespace {

using writ::bench::OrganizationShape;

/// What the command prints; ends the program if it fails.
std::string Diff(const writ::host::FileSet& files) {
  writ::host::MemoryFileSystem file_system(files);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  writ::host::Environment environment{file_system, in, out, err, {2026, 11, 22}};
  writ::commands::DiffOptions options;
  options.before = "old";
  options.after = "new";
  if (RunDiff(options, environment) != writ::host::ExitStatus::kGood) {
    fmt::print(stderr, "{}{}\n", out.str(), err.str());
    std::abort();
  }
  return out.str();
}

writ::host::FileSet FilesOf(const OrganizationShape& shape) {
  const std::string program = writ::bench::GenerateOrganization(shape);
  const std::string bindings = writ::bench::GenerateBindings(shape);
  return {{"old/main.writ", program},
          {"old/writ.bindings.json", bindings},
          {"new/main.writ", writ::bench::ChangeTenSentences(program)},
          {"new/writ.bindings.json", bindings}};
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> args(argv, static_cast<std::size_t>(argc));
  const int runs = args.size() > 1 ? std::atoi(args[1]) : 3;
  OrganizationShape shape;
  if (args.size() > 2) shape.teams = std::atoi(args[2]);
  if (args.size() > 3) shape.accounts = std::atoi(args[3]);
  const int teams = shape.teams;
  fmt::print("diff with ten sentences changed, {} accounts, median of {} runs\n", shape.accounts,
             runs);
  for (const int part : std::array{16, 4, 1}) {
    shape.teams = std::max(1, teams / part);
    const writ::host::FileSet files = FilesOf(shape);
    const writ::bench::Figures figures =
        writ::bench::Median([&] { static_cast<void>(Diff(files)); }, runs);
    std::string last = Diff(files);
    last.pop_back();
    last = last.substr(last.rfind('\n') + 1);
    fmt::print("{:5} teams {:7.3f} s elapsed, {:7.3f} s of processor time, {:6.1f} MB; {}\n",
               shape.teams, figures.seconds, figures.processor, figures.megabytes, last);
  }
  return 0;
}
