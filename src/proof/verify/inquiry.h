// Questions about a program's own sentences, put to the decision procedure: what is granted and
// what is forbidden to one caller of one account, and how a found request is told.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "iam/decide/known_answers.h"
#include "iam/decide/owners.h"
#include "iam/decide/space.h"
#include "proof/verify/caller.h"
#include "proof/verify/prove.h"
#include "proof/verify/reading.h"
#include "proof/verify/refusals.h"
#include "proof/verify/spaces.h"

namespace writ::verify {

/// What came of one question.
struct Found {
  bool given_up = false;
  std::string because;                     ///< given up
  std::optional<policy::Request> request;  ///< on the left and not on the right
  std::vector<const intent::Origin*> sentences;
};

/// Who sends the requests that are looked for.
enum class Sender {
  kPrincipal,  ///< the IAM principal that the scope names
  kService,    ///< a service, for which the scope names a stand-in
};

/// Not for several threads at once: what is forbidden in an account is read once and kept.
class Inquiry {
 public:
  explicit Inquiry(const Program& program);

  [[nodiscard]] const Facts& facts() const { return facts_; }
  [[nodiscard]] const std::vector<const intent::Origin*>& permission_origins() const {
    return permission_origins_;
  }
  [[nodiscard]] const std::vector<const intent::Origin*>& prohibition_origins() const {
    return prohibition_origins_;
  }

  /// What is true of all requests of the caller.
  [[nodiscard]] Documents::Level TrueOf(const Caller& caller,
                                        const Condition& when = Always()) const;
  /// What is true of all requests in the regions that the program speaks of.
  [[nodiscard]] const Documents::Level& TrueOfRegions() const { return regions_; }

  /// The prohibitions that bind the caller, with what its name leaves open of whom they bind.
  [[nodiscard]] std::vector<Restraint> BindingOn(const Caller& caller);
  /// The same of some prohibitions of the caller's account.
  [[nodiscard]] std::vector<Restraint> BindingOn(const Caller& caller,
                                                 const std::vector<std::size_t>& among);
  /// What they forbid to the caller: boxes that its requests cannot meet are left out, and tests
  /// that its name decides are decided.
  [[nodiscard]] Forbidden ForbiddenTo(const Caller& caller, const std::vector<Restraint>& binding);
  /// Everything that is not forbidden to the caller; nothing if it cannot be written out.
  [[nodiscard]] std::optional<Complement> PermittedTo(const Caller& caller);
  /// The same for anyone in the account.
  [[nodiscard]] std::optional<Complement> PermittedIn(intent::AccountIndex account);

  [[nodiscard]] std::string Who(const Caller& caller) const;
  [[nodiscard]] decide::Scope ScopeOf(const Caller& caller) const;

  /// Whether `right` allows all that `left` allows, and if not, a request. Both are read as the
  /// sender meets them: its account is filled in, and resources are of the account in their ARN.
  [[nodiscard]] Found Ask(Documents left, Documents right, const decide::Scope& scope,
                          Sender sender = Sender::kPrincipal) const;
  /// Only whether, without a request; nothing if no answer was found.
  [[nodiscard]] std::optional<bool> IsWithin(Documents left, Documents right,
                                             const decide::Scope& scope) const;

 private:
  const Forbidden& MetByAnyone(const Caller& caller, const Refusal& refusal);

  Facts facts_;
  decide::ArnAccounts arn_accounts_{facts_.catalog};
  mutable decide::KnownAnswers known_;
  Documents::Level regions_;
  std::vector<const intent::Origin*> permission_origins_;
  std::vector<const intent::Origin*> prohibition_origins_;
  std::vector<std::vector<std::size_t>> prohibitions_;  ///< by account
  Refusals refusals_{facts_};
  /// By its number: what it forbids to whoever it binds, of those that do not ask who calls.
  std::map<std::size_t, Forbidden> met_;
};

}  // namespace writ::verify
