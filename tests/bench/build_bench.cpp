// `writ check` and `writ build` of the generated organization beside the parsing of its text, in
// one run: `build_bench [RUNS [TEAMS [ACCOUNTS]]]`. The tree is written to memory.
#include <cstdlib>
#include <iostream>
#include <span>
#include <sstream>

#include <fmt/core.h>

#include "bench/measure.h"
#include "bench/organization_generator.h"
#include "commands/build.h"
#include "commands/check.h"
#include "host/memory_file_system.h"
#include "language/parse/parse.h"

namespace {

using writ::bench::Figures;
using writ::bench::Median;

constexpr writ::support::Date kToday{2026, 11, 22};

void RunParse(const std::string& text) {
  writ::source::SourceMap sources;
  writ::diag::Sink sink;
  if (!writ::parse::Parse(sources, sources.Add("main.writ", text), sink).complete) std::abort();
}

/// Runs a command over the files; prints what it says if it is not good.
template <class Command>
void Run(const writ::host::FileSet& files, const Command& command) {
  writ::host::MemoryFileSystem file_system(files);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  writ::host::Environment environment{file_system, in, out, err, kToday};
  if (command(environment) != writ::host::ExitStatus::kGood) {
    fmt::print(stderr, "{}{}\n", out.str(), err.str());
    std::abort();
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> args(argv, static_cast<std::size_t>(argc));
  const int runs = args.size() > 1 ? std::atoi(args[1]) : 3;
  writ::bench::OrganizationShape shape;
  if (args.size() > 2) shape.teams = std::atoi(args[2]);
  if (args.size() > 3) shape.accounts = std::atoi(args[3]);
  const std::string text = writ::bench::GenerateOrganization(shape);
  const writ::host::FileSet files{{"main.writ", text},
                                  {"writ.bindings.json", writ::bench::GenerateBindings(shape)}};
  const double size = static_cast<double>(text.size()) / 1e6;
  fmt::print("{} teams in {} accounts, {:.2f} MB of program, median of {} runs\n", shape.teams,
             shape.accounts, size, runs);
  const Figures nothing = Median([] {}, 1);
  const Figures parse = Median([&] { RunParse(text); }, runs);
  const auto show = [&](const char* name, const Figures& figures) {
    const double memory = figures.megabytes - nothing.megabytes;
    fmt::print(
        "{:<6} {:7.3f} s elapsed, {:7.3f} s of processor time, {:5.1f} × parse, {:6.1f} MB, "
        "{:5.1f} bytes a byte\n",
        name, figures.seconds, figures.processor, figures.processor / parse.processor, memory,
        memory * 1.048576 / size);
  };
  show("parse", parse);
  show("check", Median(
                    [&] {
                      Run(files, [](writ::host::Environment& environment) {
                        return writ::commands::RunCheck({{"main.writ"}}, environment);
                      });
                    },
                    runs));
  show("build", Median(
                    [&] {
                      Run(files, [](writ::host::Environment& environment) {
                        return writ::commands::RunBuild(
                            {.paths = {"main.writ"}, .output = "out", .bindings = ""}, environment);
                      });
                    },
                    runs));
  return 0;
}
