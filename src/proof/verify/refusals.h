// What prohibitions forbid, read once for all that say the same of whoever they bind.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/support/fingerprint.h"
#include "proof/verify/reading.h"
#include "proof/verify/share.h"

namespace writ::verify {

/// What a prohibition forbids, whoever it binds.
struct Refusal {
  std::size_t number = 0;  ///< equal ones have one number
  Forbidden anyone;
  bool is_of_models = false;
  bool speaks_of_callers = false;  ///< as Key::SpeaksOfCallers says
  bool asks_who_calls = false;     ///< some test is about the caller
  bool names_guardrails = false;   ///< "no" is certain
  /// Nothing in it is a name, or could tell one name from another: its number says all of it.
  bool is_plain = false;
};

/// A refusal and whom it binds.
struct Restraint {
  const Refusal* refusal = nullptr;
  Condition who;
  std::size_t sentence = 0;  ///< index of the prohibition
};

/// Not for several threads at once.
class Refusals {
 public:
  explicit Refusals(const Facts& facts)
      : facts_(facts), contents_(facts.model.prohibitions.size()) {}

  /// What the prohibition forbids in the account, one of its own. Valid as long as this.
  [[nodiscard]] const Refusal& In(std::size_t prohibition, intent::AccountIndex account);

 private:
  /// Of a prohibition that does not speak of what differs by account.
  struct Content {
    std::size_t number = 0;
    const Refusal* refusal = nullptr;
  };

  [[nodiscard]] const Refusal& Read(std::size_t prohibition, intent::AccountIndex account);

  const Facts& facts_;
  std::deque<Refusal> all_;  ///< pointers to them stay valid
  std::map<support::Fingerprint, Content> by_content_;
  std::vector<Content*> contents_;  ///< by prohibition, once it was asked for
  /// Those that name guardrails, which are others in each account.
  std::map<std::pair<std::size_t, intent::AccountIndex>, const Refusal*> by_account_;
};

/// As boxes, with the sentence they are from.
[[nodiscard]] Forbidden ForbiddenTo(const Restraint& restraint);

/// All that a proof reads of it.
void Add(Key& key, const Restraint& restraint);

}  // namespace writ::verify
