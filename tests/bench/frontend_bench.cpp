// The front end on a generated program of 6 MB: MB/s and memory, beside ANTLR's own lexing and
// parsing (token objects and whole tree) of the same text in the same run.
//
// `frontend_bench [MEGABYTES [RUNS]]`. The memory of a process that measures nothing is subtracted.
#include <cstdlib>
#include <span>

#include <antlr4-runtime.h>
#include <fmt/core.h>

#include "WritLexer.h"
#include "WritParser.h"
#include "bench/measure.h"
#include "bench/organization_generator.h"
#include "language/format/format.h"
#include "language/parse/parse.h"

namespace {

using writ::bench::Figures;
using writ::bench::Median;

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
