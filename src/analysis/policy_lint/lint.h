// Findings about policies that exist.
//
// Each finding points at the token, has one cause, and shows a request where it is about meaning:
// what the policy decides with the line and without it. A judgement that another reading of a point
// that AWS leaves open would change is not made.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/policy_lint/rule.h"
#include "analysis/snapshot/snapshot.h"
#include "base/diag/diag.h"
#include "facts/catalog/catalog.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::policy_lint {

struct Finding {
  const Rule* rule = nullptr;
  Level level = Level::kError;
  /// Of rules about one document.
  std::optional<snapshot::DocumentId> document;
  std::string holder;  ///< of the others: whom it is about
  std::optional<std::size_t> statement;
  diag::Diagnostic diagnostic;
  std::optional<policy::Request> request;
  /// Of the statement's meaning and the cause: the same after moving, re-ordering and reformatting.
  std::string fingerprint;
  /// A part of the document that seems to change nothing: `writ lint --fix` takes it out if that is
  /// proved.
  std::optional<policy::Place> superfluous;
  std::size_t hidden = 0;  ///< findings that follow from this one and are not listed
};

struct Options {
  const catalog::Catalog& catalog;
  /// Names that the catalog does not know are warnings.
  bool allow_unknown = false;
  std::function<bool(const Rule&)> is_wanted;
  unsigned threads = 1;
};

struct Result {
  std::vector<Finding> findings;  ///< by document, then place
  std::size_t documents = 0;
  std::size_t statements = 0;
  std::size_t rules = 0;
};

[[nodiscard]] Result Run(const snapshot::Snapshot& snapshot, const Options& options);

}  // namespace writ::policy_lint
