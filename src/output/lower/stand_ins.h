// What stands for the names that AWS assigned to an account and its guardrails while the account's
// documents are lowered. Documents of accounts that differ in these names alone are then the same:
// each is made once, and the names are put in its bytes at the end.
//
// A stand-in is as long as its name, and no sentence writes it out.
#pragma once

#include <string>
#include <vector>

#include "output/lower/lower.h"

namespace writ::lower {

class StandIns {
 public:
  StandIns(const Input& input, Sharing sharing);

  /// For the account's number, in its documents.
  [[nodiscard]] const std::string& NumberOf(intent::AccountIndex account) const {
    return numbers_[account.value];
  }
  /// What guardrails are bound to, in accounts that OfKin gives.
  [[nodiscard]] const intent::Bindings& bindings() const { return bindings_; }
  /// The first account in which the same is granted but for names: by sentences about guardrails
  /// where these are bound alike.
  [[nodiscard]] intent::AccountIndex OfKin(intent::AccountIndex account, bool is_bound) const {
    return (is_bound ? bound_alike_ : alike_)[account.value];
  }
  [[nodiscard]] const std::vector<AssignedName>& NamesOf(intent::AccountIndex account) const {
    return names_[account.value];
  }

 private:
  intent::Bindings bindings_;
  std::vector<std::string> numbers_;
  std::vector<intent::AccountIndex> bound_alike_;
  std::vector<intent::AccountIndex> alike_;
  std::vector<std::vector<AssignedName>> names_;
};

}  // namespace writ::lower
