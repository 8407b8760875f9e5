// Questions about statements put to the decision procedure, within a number of them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "iam/minimise/minimise.h"
#include "iam/policy/document.h"

namespace writ::minimise {

class Oracle {
 public:
  /// `catalog`: what is known of context keys, or null.
  Oracle(policy::Version version, std::size_t questions, const catalog::Catalog* catalog,
         Memory* memory = nullptr)
      : version_(version), questions_(questions), catalog_(catalog), memory_(memory) {}

  /// Whether `part` applies to nothing that none of `others` applies to; effects are not looked at.
  /// False where that is not proved. Statements for other principals than those of `part` are left
  /// out, but for those about everyone.
  [[nodiscard]] bool IsCovered(const policy::Statement& part,
                               const std::vector<const policy::Statement*>& others);

  /// How often the texts alone did not say "yes", but a proof did.
  [[nodiscard]] std::size_t proofs() const { return proofs_; }
  /// How often there was no answer: out of steps or questions.
  [[nodiscard]] std::size_t doubts() const { return doubts_; }

 private:
  enum class Answer { kNo, kYes, kNone };
  [[nodiscard]] Answer Ask(const policy::Statement& part,
                           const std::vector<policy::Statement>& near) const;

  policy::Version version_;
  std::size_t questions_;
  const catalog::Catalog* catalog_;
  Memory* memory_;
  std::size_t asked_ = 0;
  std::size_t proofs_ = 0;
  std::size_t doubts_ = 0;
};

/// Whether some request meets `part` and none of `others`, as their texts show it: each of the
/// others asks for a context key that `part` does not ask for, or for other texts of it, and a
/// request may be without any key (decide/space.h). "no" is not certain. Linear in the conditions
/// of all, but for those of one key.
[[nodiscard]] bool IsOpen(const policy::Statement& part,
                          const std::vector<policy::Statement>& others);

/// Why two documents could not be proved to mean the same; empty if they were. Compares what they
/// permit, and what they deny.
[[nodiscard]] std::vector<std::string> Unproved(const policy::PolicyDocument& before,
                                                const policy::PolicyDocument& after,
                                                policy::Kind kind, const catalog::Catalog* catalog);

}  // namespace writ::minimise
