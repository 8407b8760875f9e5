// The passes in the order in which commands run them, one function each. A command calls as many
// as it needs and asks `findings` between them whether to go on. A pass that reports no error has
// made its value; a pass is never run on a value of which an earlier pass reported errors.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/diag/diag.h"
#include "base/diag/render.h"
#include "base/source/source.h"
#include "facts/catalog/catalog.h"
#include "host/environment.h"
#include "host/exit_status.h"
#include "program/sema/check.h"

namespace writ::compiler {

/// What all passes of one run share.
struct Compilation {
  source::SourceMap sources;
  diag::Sink findings;
  std::vector<source::FileId> files;  ///< the program's own files, in the order of their paths
  /// What --catalog names, once ChooseCatalog has read it.
  std::optional<catalog::Catalog> own_catalog = std::nullopt;
  std::vector<sema::CodeWaiver> waivers = {};  ///< by code, of the program
  std::vector<source::Span> sentences = {};    ///< of the program, if it has such waivers
  /// Blocks of codes (the first digit) that this run has looked for in full: a waiver of such a
  /// code that nothing needed is a finding.
  std::set<int> judged = {};
  std::vector<diag::Case> cases = {};  ///< what was checked by name, for JUnit

  /// The facts of this run: those of --catalog, else those of the executable.
  [[nodiscard]] const catalog::Catalog& catalog() const {
    return own_catalog ? *own_catalog : catalog::Catalog::BuiltIn();
  }
};

/// Reads the catalog that --catalog names, if it names one. Other than kGood, the facts of the
/// run are not known and nothing must be judged. Reports W9001, W9002, W9201.
[[nodiscard]] host::ExitStatus ChooseCatalog(host::Environment& environment,
                                             Compilation& compilation);

/// Pass "load": reads all files that `paths` mean (none: the current folder). Other than kGood,
/// the program is not whole and must not be judged. Reports W9001 to W9006.
[[nodiscard]] host::ExitStatus Load(const std::vector<std::string>& paths,
                                    host::Environment& environment, Compilation& compilation);

using sema::ImportedFile;
using sema::Program;

/// Passes "parse" and "import": the files of `compilation` and those that they import, each once.
/// Imported files are added to `compilation.sources`. Reports what parse::Parse reports, and W2010
/// for an import that names no file. Other than kGood: an imported file cannot be read.
[[nodiscard]] host::ExitStatus ParseProgram(host::Environment& environment,
                                            Compilation& compilation, Program& program);

/// How much a program says, for the line that a run ends with.
struct ProgramSize {
  std::size_t files = 0;
  std::size_t sentences = 0;  ///< also those inside `given` and `policy`
  std::size_t assertions = 0;
  std::size_t tests = 0;
};
[[nodiscard]] ProgramSize SizeOf(const Program& program);

}  // namespace writ::compiler
