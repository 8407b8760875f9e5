// The services that drift is about: those through which models are used, and those that the
// program's documents name. A role's rights in others are not the program's business.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "facts/catalog/catalog.h"
#include "iam/policy/document.h"
#include "proof/deployed/tree.h"

namespace writ::drift {

/// Allows calls of cataloged foundation models, and nothing else: of several requests that show a
/// matter, one of these says most.
[[nodiscard]] policy::PolicyDocument CallsOfModels(const catalog::Catalog& catalog);

class Universe {
 public:
  /// The services of models and agents. Source: IAM service authorization data of 2026-09-26.
  [[nodiscard]] static Universe OfModels();
  /// These and what the documents of the tree name. A document that speaks of every action makes it
  /// all services.
  [[nodiscard]] static Universe Of(const deployed::Tree& tree);

  /// The document without what it says of other services only.
  [[nodiscard]] policy::PolicyDocument Governed(const policy::PolicyDocument& document) const;
  /// Allows all actions of these services, and nothing else.
  [[nodiscard]] policy::PolicyDocument Everything() const;

 private:
  [[nodiscard]] bool MayHold(std::string_view action) const;

  std::set<std::string, std::less<>> services_;  ///< folded
  bool is_all_ = false;
};

}  // namespace writ::drift
