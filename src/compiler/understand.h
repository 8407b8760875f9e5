// From the PATH arguments of a command to what the program means: the passes load, parse and check.
#pragma once

#include <string>
#include <vector>

#include "compiler/pipeline.h"
#include "program/intent/model.h"

namespace writ::compiler {

struct Meaning {
  Program program;
  intent::Model model;
  std::size_t asserts_decided = 0;  ///< also those that were given up
  std::size_t asserts_failed = 0;   ///< or given up
  bool read = false;                ///< the files that were named are there
  bool complete = false;            ///< every file was understood, so the meaning was looked for
};

/// Whether a run is held against the program's lock file.
enum class LockUse { kCompare, kIgnore };

/// Fills `meaning`, which may be used when the status is kGood. Reports everything that is wrong.
/// `question`, if not empty, is one more source of the program.
[[nodiscard]] host::ExitStatus Understand(const std::vector<std::string>& paths,
                                          host::Environment& environment, Compilation& compilation,
                                          Meaning& meaning, LockUse lock = LockUse::kCompare,
                                          std::string question = {});

/// The model names that the program uses, sorted.
[[nodiscard]] std::vector<std::string> ModelNames(const intent::Model& model);

/// Different principals, each counted in each of its accounts.
[[nodiscard]] std::size_t CountPrincipals(const intent::Model& model);

/// "checked 2 files: 7 sentences for 3 principals in 4 accounts, 2 asserts hold".
[[nodiscard]] std::string CheckedText(const Meaning& meaning);

}  // namespace writ::compiler
