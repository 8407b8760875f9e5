// One principal of one account, as formulas meet it: tests that its name decides are decided, so
// that what is asked about it speaks of it no more and equals what is asked about others.
#pragma once

#include <string>
#include <vector>

#include "proof/verify/reading.h"

namespace writ::verify {

class Caller {
 public:
  Caller(const Facts& facts, const intent::Principal& principal, intent::AccountIndex account);

  [[nodiscard]] const intent::Principal& principal() const { return principal_; }
  [[nodiscard]] intent::AccountIndex account() const { return account_; }

  /// The formula on requests of this caller. All partitions are one here: an organization lies in
  /// one of them.
  [[nodiscard]] Condition Met(const Condition& formula) const;

  /// Whether a prohibition could bind it, judged by names. "no" is certain.
  [[nodiscard]] bool MayBeBound(const intent::Bound& bound) const;

 private:
  enum class Answer { kOpen, kHolds, kFails };
  [[nodiscard]] Answer Decide(const intent::Test& test) const;
  [[nodiscard]] Answer DecideArn(const std::vector<std::string>& patterns) const;

  intent::Principal principal_;
  intent::AccountIndex account_;
  std::string account_id_;
  std::vector<std::string> arns_;  ///< patterns of its names, in partition `aws`
};

}  // namespace writ::verify
