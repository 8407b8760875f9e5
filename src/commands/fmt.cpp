#include "commands/fmt.h"

#include <algorithm>
#include <istream>
#include <iterator>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "commands/finish.h"
#include "compiler/compilation.h"
#include "language/format/format.h"
#include "language/parse/parse.h"

namespace writ::commands {
namespace {

constexpr const char* kStandardInput = "-";

/// One byte more than the parser accepts, so that it says what is too much.
std::string ReadAll(std::istream& in, std::size_t limit) {
  std::string text;
  char buffer[65536];
  while (text.size() <= limit && (in.read(buffer, sizeof buffer) || in.gcount() > 0)) {
    text.append(buffer, static_cast<std::size_t>(in.gcount()));
  }
  return text;
}

host::ExitStatus FormatStream(const FmtOptions& options, host::Environment& environment) {
  compiler::Compilation compilation;
  const source::FileId file =
      compilation.sources.Add("standard input", ReadAll(environment.in, parse::Limits{}.max_bytes));
  const auto formatted = format::Format(compilation.sources, file, compilation.findings);
  if (!formatted) return Finish(compilation, environment, host::ExitStatus::kGood);
  const bool differs = *formatted != compilation.sources.text(file);
  if (!options.check) environment.out << *formatted;
  return Finish(compilation, environment,
                options.check && differs ? host::ExitStatus::kNo : host::ExitStatus::kGood);
}

host::ExitStatus StandardInputAmongFiles(host::Environment& environment) {
  compiler::Compilation compilation;
  compilation.findings.Report(diag::kStandardInputNotAlone, {});
  return Finish(compilation, environment, host::ExitStatus::kUsage);
}

}  // namespace

host::ExitStatus RunFmt(const FmtOptions& options, host::Environment& environment) {
  if (std::ranges::count(options.paths, kStandardInput) > 0) {
    return options.paths.size() == 1 ? FormatStream(options, environment)
                                     : StandardInputAmongFiles(environment);
  }
  compiler::Compilation compilation(environment);
  host::ExitStatus status = StatusOf(compiler::Load(options.paths, compilation));
  if (status != host::ExitStatus::kGood) return Finish(compilation, environment, status);
  std::size_t differing = 0;
  for (const source::FileId file : compilation.files) {
    const auto formatted = format::Format(compilation.sources, file, compilation.findings);
    if (!formatted || *formatted == compilation.sources.text(file)) continue;
    ++differing;
    const std::string& path = compilation.sources.path(file);
    if (options.check) {
      environment.out << path << '\n';
      continue;
    }
    const auto written = environment.files.WriteFile(path, *formatted);
    if (!written.ok()) {
      compilation.findings.Report(diag::kFileNotWritten, {}, path, written.error().message);
      status = host::ExitStatus::kUnreadable;
    } else if (environment.settings.verbose) {
      environment.out << fmt::format("formatted {}\n", path);
    }
  }
  if (options.check && !environment.settings.quiet) {
    environment.out << fmt::format("checked {} file{}, {} {}\n", compilation.files.size(),
                                   compilation.files.size() == 1 ? "" : "s", differing,
                                   differing == 1 ? "differs" : "differ");
  }
  // What is wrong outweighs what differs.
  const bool differs = options.check && differing > 0 && !compilation.findings.has_errors();
  return Finish(compilation, environment,
                status == host::ExitStatus::kGood && differs ? host::ExitStatus::kNo : status);
}

}  // namespace writ::commands
