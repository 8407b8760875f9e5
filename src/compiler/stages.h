// From the PATH arguments of a command to a proved tree: the stages, each a finished value that is
// made of the one before it. The order of the passes is said in stages.cpp and nowhere else.
//
//   Parsed → Checked → Bound → Lowered          what questions and reviews ask about
//                        Bound → Packed → Built → Proved   what a build writes (build_tree.h,
//                        proof.h)
//
// A stage with a `stop` is not whole: what is wrong was reported, and nothing is made of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/compilation.h"
#include "output/lower/bundle.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"

namespace writ::compiler {

/// Whether a run is held against the program's lock file.
enum class LockUse { kCompare, kIgnore };

/// What a user names.
struct Input {
  std::vector<std::string> paths = {};  ///< none: the current folder
  std::string bindings_file = {};       ///< empty: writ.bindings.json beside the program, if there
  LockUse lock = LockUse::kCompare;
  std::string question = {};  ///< if not empty, one more source of the program, `(question)`
};

/// The files of a program and those that they import.
struct Parsed {
  Input input;
  std::optional<Stop> stop = std::nullopt;
  bool is_read = false;  ///< the files that were named are there
  sema::Program program = {};
  std::optional<source::FileId> question = std::nullopt;
};

/// What they mean.
struct Checked : Parsed {
  intent::Model model = {};
  bool is_understood = false;  ///< every file was, so the meaning was looked for
  sema::Index index = {};      ///< if the options say so
};

/// With what AWS assigned.
struct Bound : Checked {
  intent::Bindings bindings = {};
};

/// With the documents that follow, before they are made small and packed.
struct Lowered : Bound {
  lower::Bundle bundle = {};
};

/// The passes up to a stage. Stage is Parsed, Checked, Bound or Lowered.
template <class Stage>
[[nodiscard]] Stage Compile(Input input, Compilation& compilation);
template <>
[[nodiscard]] Parsed Compile<Parsed>(Input input, Compilation& compilation);
template <>
[[nodiscard]] Checked Compile<Checked>(Input input, Compilation& compilation);
template <>
[[nodiscard]] Bound Compile<Bound>(Input input, Compilation& compilation);
template <>
[[nodiscard]] Lowered Compile<Lowered>(Input input, Compilation& compilation);

/// Pass "check", and the comparison with the lock file. Reports everything that is wrong.
[[nodiscard]] Checked Check(Parsed parsed, Compilation& compilation);

/// Pass "lower", of a model with its bindings: a program's or a part of one. After errors the
/// documents are not whole.
[[nodiscard]] lower::Bundle LowerModel(const intent::Model& model, const intent::Bindings& bindings,
                                       Compilation& compilation);

/// The model names that the program uses, sorted.
[[nodiscard]] std::vector<std::string> ModelNames(const intent::Model& model);

/// Different principals, each counted in each of its accounts.
[[nodiscard]] std::size_t CountPrincipals(const intent::Model& model);

}  // namespace writ::compiler
