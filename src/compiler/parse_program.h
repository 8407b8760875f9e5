// The passes "parse" and "import" over all files of a program.
#pragma once

#include <cstddef>
#include <optional>

#include "compiler/compilation.h"
#include "compiler/find_sources.h"

namespace writ::compiler {

/// Adds the file to `compilation`. Reports W9001 or W9002 at `place`, which may be invalid.
[[nodiscard]] std::optional<Stop> ReadSource(const FoundSource& source, source::Span place,
                                             Compilation& compilation);

struct ParsedFiles {
  sema::Program program;
  std::optional<Stop> stop;  ///< an imported file cannot be read
};

/// The files of `compilation` and those that they import, each once. Imported files are added to
/// `compilation.sources`. Reports what parse::Parse reports, and W2010 for an import that names no
/// file.
[[nodiscard]] ParsedFiles ParseFiles(Compilation& compilation);

/// How much a program says, for the line that a run ends with.
struct ProgramSize {
  std::size_t files = 0;
  std::size_t sentences = 0;  ///< also those inside `given` and `policy`
  std::size_t assertions = 0;
  std::size_t tests = 0;
};
[[nodiscard]] ProgramSize SizeOf(const sema::Program& program);

}  // namespace writ::compiler
