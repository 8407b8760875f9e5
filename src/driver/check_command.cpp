#include "writ/driver/check_command.h"

#include <ostream>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "driver/pipeline.h"

namespace writ::driver {
namespace {

std::string Counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// How much was checked. What nobody has decided yet is said, never passed over.
std::string CheckedText(const ProgramSize& size) {
  std::string text = fmt::format("checked {}: {}", Counted(size.files, "file"),
                                 Counted(size.sentences, "sentence"));
  if (size.assertions > 0)
    text += fmt::format(", {} not yet decided", Counted(size.assertions, "assert"));
  if (size.tests > 0) text += fmt::format(", {} not yet run", Counted(size.tests, "test"));
  return text + "\n";
}

}  // namespace

ExitStatus RunCheck(const CheckOptions& options, Environment& environment) {
  Compilation compilation;
  const ExitStatus loaded = Load(options.paths, environment, compilation);
  if (loaded != ExitStatus::kGood) return Finish(compilation, environment, loaded);
  Program program;
  const ExitStatus parsed = ParseProgram(environment, compilation, program);
  if (!environment.settings.quiet) environment.out << CheckedText(SizeOf(program));
  return Finish(compilation, environment, parsed);
}

}  // namespace writ::driver
