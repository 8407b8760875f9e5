// Makes examples of the requests that the lines of a program's tests mean, decided against the
// documents that the program lowers to: something to count, and what decision coverage is taken
// from. Whether a line holds is not decided here (writ/access/access.h).
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "analysis/review/coverage.h"
#include "analysis/review/world.h"
#include "base/diag/diag.h"
#include "facts/catalog/catalog.h"
#include "facts/library/library.h"
#include "output/lower/bundle.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"

namespace writ::review {

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

  /// Decides examples of one question and says how many. `allow` is lowered as a permission, and
  /// every request of it is made; of `deny` an example of each way in which the thing could be
  /// done. Reports what lowering reports of its sentence. With `coverage`, notes what each request
  /// showed.
  std::size_t Sample(const intent::Question& question, diag::Sink& sink,
                     Coverage* coverage = nullptr);

  [[nodiscard]] const World& world() const;
  [[nodiscard]] Judge& judge();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace writ::review
