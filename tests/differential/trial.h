// One program through the compiler, in memory: its meaning, its tree, its proof.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/stages.h"
#include "differential/forms.h"
#include "differential/programs.h"
#include "host/memory_file_system.h"
#include "output/emit/tree.h"
#include "proof/reference/artifacts.h"
#include "proof/reference/reference.h"
#include "proof/verify/prove.h"

namespace writ::differential {

/// Changes what lowering and verifier are told, and not what the reference is told.
using Misreading = std::function<void(intent::Model&)>;

/// Not copyable: what it holds refers to itself.
class Trial {
 public:
  /// `shrinks`: documents are made small as a build makes them, which takes most of the time.
  explicit Trial(const ProgramText& text, bool shrinks = false,
                 const Misreading* misreading = nullptr);
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  enum class Outcome {
    kBuilt,    ///< and proved
    kRefused,  ///< with a code, by the front end or by what follows it
    kRefuted,  ///< the proof does not go through: an error of the compiler
  };
  [[nodiscard]] Outcome outcome() const { return outcome_; }
  /// Codes of the errors of a refused program; the difference of one that is refuted.
  [[nodiscard]] const std::string& why() const { return why_; }
  [[nodiscard]] const reference::Artifacts& artifacts() const { return *artifacts_; }
  [[nodiscard]] const reference::Deployed& deployed() const { return deployed_; }
  [[nodiscard]] reference::Program program() const {
    return {meaning_.model, compilation_.catalog(), bindings_};
  }
  [[nodiscard]] const intent::Model& model() const { return meaning_.model; }
  /// Of each sentence, by its place.
  [[nodiscard]] std::map<std::string, Forms> forms() const {
    return FormsOf(meaning_.program.files, compilation_.sources, meaning_.model);
  }

 private:
  void Build(bool shrinks, const Misreading* misreading);
  bool HasErrors();

  host::MemoryFileSystem files_;
  compiler::Compilation compilation_{files_, {.as_of = {2026, 11, 29}}};
  compiler::Bound meaning_;
  intent::Bindings bindings_;
  intent::Model misread_;
  reference::Deployed deployed_;
  std::optional<reference::Artifacts> artifacts_;
  Outcome outcome_ = Outcome::kRefused;
  std::string why_;
};

}  // namespace writ::differential
