// Which name means what, place by place: for whoever reads a program beside its meaning, as editors
// do. Nothing of the meaning depends on it.
#pragma once

#include <vector>

#include "base/source/source.h"
#include "program/intent/model.h"
#include "program/sema/symbols.h"

namespace writ::sema {

/// A name that the program declares.
struct Declared {
  source::Span name;
  Symbol::Kind kind = Symbol::Kind::kLet;
  auto operator<=>(const Declared&) const = default;
};

/// A name that stands for something.
struct Use {
  source::Span at;
  /// The declaration's name, a parameter's too; invalid: the catalog has it.
  source::Span declared;
  intent::Sort sort = intent::Sort::kModels;  ///< of what the catalog has
  auto operator<=>(const Use&) const = default;
};

/// All names of a program that were understood, each list sorted, each entry once.
struct Index {
  std::vector<Declared> declared;
  std::vector<Use> uses;
};

}  // namespace writ::sema
