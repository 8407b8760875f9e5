// Which values of the facts about a call must be tried so that nothing else can be decided
// differently: one of each class that no constant of program and policies tells apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "facts/tools/manifest.h"
#include "iam/cedar/evaluate.h"

namespace writ::verify {

/// What facts are compared with.
struct Constants {
  std::set<cedar::Value> values;                ///< of a set, what may be in it
  std::set<std::vector<std::string>> patterns;  ///< as cedar::Expr::pattern
};

class Cases {
 public:
  void Add(const cedar::Fact& fact, cedar::Value value);
  /// `*` in the text stands for any text.
  void AddPattern(const cedar::Fact& fact, std::string_view pattern);
  /// All that a policy compares. Where it compares facts with each other, nothing is decided: then
  /// `is_whole` is false.
  void Add(const cedar::Policy& policy);
  [[nodiscard]] bool is_whole() const { return is_whole_; }

  /// A value of each class, the same for the same constants; nothing if there are too many. `type`
  /// is that of an argument, and not needed of other facts.
  [[nodiscard]] std::optional<std::vector<cedar::Value>> ValuesOf(const cedar::Fact& fact,
                                                                  const tools::Type* type) const;

 private:
  void AddExpr(const cedar::Expr& expr);
  bool AddComparison(const cedar::Expr& one, const cedar::Expr& other);

  std::map<cedar::Fact, Constants> constants_;
  bool is_whole_ = true;
};

}  // namespace writ::verify
