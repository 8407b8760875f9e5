// The front end on a generated program of 6 MB: MB/s and memory, beside ANTLR's own lexing and
// parsing (token objects and whole tree) of the same text in the same run.
//
// `frontend_bench [MEGABYTES [RUNS]]`. Each measurement runs in a process of its own, so that peak
// memory is its own; the figure without anything measured is subtracted.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <span>
#include <vector>

#include <antlr4-runtime.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "WritLexer.h"
#include "WritParser.h"
#include "bench/organization_generator.h"
#include "writ/format/format.h"
#include "writ/parse/parse.h"

namespace {

struct Figures {
  double seconds = 0;
  double megabytes = 0;  ///< peak memory of the process
};

/// Runs `work` in a child process.
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
  figures.megabytes = static_cast<double>(usage.ru_maxrss) / 1024;
  return figures;
}

void RunAntlr(const std::string& text) {
  antlr4::ANTLRInputStream input(text);
  writ::grammar::WritLexer lexer(&input);
  antlr4::CommonTokenStream tokens(&lexer);
  tokens.fill();
  writ::grammar::WritParser parser(&tokens);
  parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(
      antlr4::atn::PredictionMode::SLL);
  parser.program();
  if (parser.getNumberOfSyntaxErrors() > 0) std::abort();
}

void RunFrontEnd(const std::string& text) {
  writ::source::SourceMap sources;
  writ::diag::Sink sink;
  const auto file = writ::parse::Parse(sources, sources.Add("bench.writ", text), sink);
  if (!file.complete) std::abort();
}

void RunFormat(const std::string& text) {
  writ::source::SourceMap sources;
  writ::diag::Sink sink;
  if (!writ::format::Format(sources, sources.Add("bench.writ", text), sink)) std::abort();
}

Figures Median(const std::function<void()>& work, int runs) {
  std::vector<Figures> all;
  for (int i = 0; i < runs; ++i) all.push_back(Measure(work));
  std::ranges::sort(all, {}, &Figures::seconds);
  return all[all.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> args(argv, static_cast<std::size_t>(argc));
  const double megabytes = args.size() > 1 ? std::atof(args[1]) : 6;
  const int runs = args.size() > 2 ? std::atoi(args[2]) : 5;
  const std::string text = writ::bench::GenerateBytes(static_cast<std::size_t>(megabytes * 1e6));
  const double size = static_cast<double>(text.size()) / 1e6;
  const Figures nothing = Median([] {}, 1);
  fmt::print("{:.2f} MB of program, median of {} runs\n", size, runs);
  const auto show = [&](const char* name, const Figures& figures) {
    const double memory = figures.megabytes - nothing.megabytes;
    fmt::print("{:<28} {:6.3f} s {:6.2f} MB/s {:7.1f} MB above the text, {:5.1f} bytes a byte\n",
               name, figures.seconds, size / figures.seconds, memory, memory * 1.048576 / size);
  };
  const Figures antlr = Median([&] { RunAntlr(text); }, runs);
  const Figures front_end = Median([&] { RunFrontEnd(text); }, runs);
  show("ANTLR lexing and parsing", antlr);
  show("front end", front_end);
  show("format", Median([&] { RunFormat(text); }, runs));
  fmt::print("front end / ANTLR {:.2f} (goal: at most 1.50)\n", front_end.seconds / antlr.seconds);
  return 0;
}
