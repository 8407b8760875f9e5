// Prohibitions and duties on models: every way to have one run.
//
// `everyone must D to A` is `nobody may A unless D`: one formula is read for both, and each way is
// denied under that formula as its authorization meets it, where a key that it never carries makes
// a comparison false.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/support/fingerprint.h"
#include "conditions.h"
#include "context.h"

namespace writ::lower {

/// Authorizations to deny.
struct ModelDenial {
  std::vector<std::string> actions;
  policy::Patterns resources;
  Alternatives narrowing;        ///< all that is asked but who, days and endpoints
  bool carries_profile = false;  ///< by which the region of the call is told
  bool anywhere = false;         ///< lies in no region, so in none of those that are left free
};

/// What the prohibition, which is about models, denies to callers of `accounts`.
[[nodiscard]] support::Result<std::vector<ModelDenial>> DenyModels(
    const Context& context, const intent::Prohibition& prohibition,
    const std::vector<intent::AccountIndex>& accounts, const std::string& partition);

/// Remembers what DenyModels gave for prohibitions that say the same to whomever and wherever. Of
/// one program with its bindings.
class KnownDenials {
 public:
  /// As DenyModels.
  [[nodiscard]] support::Result<std::vector<ModelDenial>> Of(
      const Context& context, const intent::Prohibition& prohibition,
      const std::vector<intent::AccountIndex>& accounts, const std::string& partition);

 private:
  std::map<support::Fingerprint, std::vector<ModelDenial>> known_;
};

/// ARN patterns of the profiles that a sentence speaks of.
[[nodiscard]] std::vector<std::string> ProfileArns(const Context& context,
                                                   const intent::Profiles& profiles,
                                                   const std::string& partition);

/// What lifts an obligation's prohibition, as a formula over the request.
[[nodiscard]] intent::Condition Done(const Context& context, const intent::Duty& duty,
                                     const std::vector<intent::AccountIndex>& accounts,
                                     const std::string& partition);

}  // namespace writ::lower
