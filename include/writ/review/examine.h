// Decides the questions of a program against the documents it lowers to: the lines of its tests,
// and what is asked on the command line.
//
// `allow` (and `can`) is read as a permission: its sentence is lowered by itself, every request
// that it denotes is made, and all must be granted. `deny` (and `cannot`) is read as a prohibition:
// no request that it denotes may be granted. That is proved by the decision procedure, over all
// requests of the day (of its own days, if the sentence has some); of the authorizations that a
// call through an inference profile needs, the model's decides. An example of each way in which the
// thing could be done is also decided by the evaluator, so that there is something to count and to
// show.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "writ/catalog/catalog.h"
#include "writ/decide/space.h"
#include "writ/diag/diag.h"
#include "writ/intent/bindings.h"
#include "writ/intent/model.h"
#include "writ/library/library.h"
#include "writ/lower/bundle.h"
#include "writ/review/coverage.h"
#include "writ/review/world.h"

namespace writ::review {

/// A request with what was decided about it.
struct Decided {
  Caller caller;
  policy::Request request;
  Judgement judgement;
};

struct Answer {
  enum class Kind {
    kHolds,
    kFails,
    kUndecided,    ///< no counterexample, and no proof that there is none
    kAsksNothing,  ///< the sentence denotes no request
  };
  Kind kind = Kind::kHolds;
  std::size_t asked = 0;                    ///< requests that the evaluator decided
  std::optional<Decided> counterexample;    ///< with kFails
  std::vector<decide::Obstacle> obstacles;  ///< with kUndecided
};

/// What an Examiner reads; all of it outlives it.
struct Program {
  const intent::Model& model;
  const catalog::Catalog& catalog;
  const library::Library& library;
  const intent::Bindings& bindings;
  std::string day;  ///< YYYY-MM-DD, when requests are made unless a sentence says otherwise
};

class Examiner {
 public:
  /// `bundle` is what the program lowers to.
  Examiner(const Program& program, const lower::Bundle& bundle);
  ~Examiner();
  Examiner(const Examiner&) = delete;
  Examiner& operator=(const Examiner&) = delete;

  /// Decides one question. Reports what lowering reports of its sentence. With `coverage`, notes
  /// what each request showed.
  [[nodiscard]] Answer Ask(const intent::Question& question, diag::Sink& sink,
                           Coverage* coverage = nullptr);

  /// A granted request among those that a prohibition's reading of the sentence denotes, restricted
  /// to `actions` if there are any; nothing if there is none. One for each caller at most.
  [[nodiscard]] std::vector<Decided> FindGranted(const intent::Prohibition& sentence,
                                                 const std::vector<std::string>& actions,
                                                 diag::Sink& sink);

  [[nodiscard]] const World& world() const;
  [[nodiscard]] Judge& judge();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace writ::review
