// From paths to the documents of a program, for commands that ask about what they decide.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/understand.h"
#include "output/lower/bundle.h"
#include "program/intent/bindings.h"

namespace writ::compiler {

/// A program with what AWS assigned and what it lowers to.
struct Lowered {
  Meaning meaning;
  intent::Bindings bindings;
  lower::Bundle bundle;
};

/// Understands, and reads what AWS assigned. Other than kGood, what went wrong was reported.
[[nodiscard]] host::ExitStatus UnderstandAndBind(const std::vector<std::string>& paths,
                                                 const std::string& bindings_file,
                                                 host::Environment& environment,
                                                 Compilation& compilation, Lowered& lowered,
                                                 std::string_view question = {},
                                                 LockUse lock = LockUse::kCompare);

/// Lowers `model`, which is that of `lowered` or a part of it, with the bindings that were read.
[[nodiscard]] host::ExitStatus LowerModel(const intent::Model& model, Compilation& compilation,
                                          Lowered& lowered);

/// Understands and lowers. Other than kGood, what went wrong was reported. `question`, if not
/// empty, is one more source of the program, shown as `(question)`.
[[nodiscard]] host::ExitStatus UnderstandAndLower(const std::vector<std::string>& paths,
                                                  const std::string& bindings_file,
                                                  host::Environment& environment,
                                                  Compilation& compilation, Lowered& lowered,
                                                  std::string_view question = {});

}  // namespace writ::compiler
