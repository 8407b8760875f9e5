// What the documents of a tree decide about one request, by the plain evaluator: identity policies
// of the caller, SCPs level by level, trust policies.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iam/policy/evaluate.h"
#include "program/intent/model.h"
#include "proof/reference/callers.h"
#include "proof/reference/sample.h"

namespace writ::reference {

class Artifacts {
 public:
  Artifacts(const Deployed& deployed, const intent::Organization& organization);

  /// With the documents that the caller holds.
  [[nodiscard]] bool Allows(const Caller& caller, const policy::Request& request) const;
  /// With any right that others may give the caller.
  [[nodiscard]] bool AllowsHolderOfAnything(const Caller& caller,
                                            const policy::Request& request) const;
  /// The documents in force for the caller, for people.
  [[nodiscard]] std::vector<std::string> PathsFor(const Caller& caller) const;

 private:
  /// A document, compiled when it is first asked: a tree has thousands, a sample asks few.
  struct Compiled {
    const Document* document;
    mutable std::optional<policy::CompiledPolicy> compiled = std::nullopt;
    [[nodiscard]] const policy::CompiledPolicy& policy() const;
  };
  struct Held {
    const Compiled* document;
    std::string to;
    std::string id;
  };
  [[nodiscard]] bool IsHeld(const Held& held, const Caller& caller) const;
  [[nodiscard]] policy::CompiledSet Scps(const Caller& caller) const;
  [[nodiscard]] bool Decide(const policy::Request& request,
                            const policy::CompiledSet& policies) const;

  const intent::Organization& organization_;
  std::vector<std::unique_ptr<Compiled>> documents_;
  [[nodiscard]] std::vector<const Held*> HeldBy(const Caller& caller) const;

  std::map<std::string, std::vector<Held>> held_;  // identity policies by account; sets under ""
  std::map<std::string, std::vector<const Compiled*>> levels_;  // "root", OU id, account id
  std::map<std::string, const Compiled*> trust_;                // "account/role"
  policy::CompiledPolicy everything_;
};

}  // namespace writ::reference
