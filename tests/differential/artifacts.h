// What the documents of a tree decide about one request, by the plain evaluator: identity policies
// of the caller, SCPs level by level, trust policies. Written for this test alone.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "differential/callers.h"
#include "writ/emit/tree.h"
#include "writ/intent/model.h"
#include "writ/policy/evaluate.h"

namespace writ::differential {

class Artifacts {
 public:
  Artifacts(const emit::Tree& tree, const intent::Organization& organization);

  /// With the documents that the caller holds.
  [[nodiscard]] bool Allows(const Caller& caller, const policy::Request& request) const;
  /// With any right that others may give the caller.
  [[nodiscard]] bool AllowsHolderOfAnything(const Caller& caller,
                                            const policy::Request& request) const;
  /// Documents that could not be read.
  [[nodiscard]] const std::vector<std::string>& broken() const { return broken_; }
  /// The documents in force for the caller, for people.
  [[nodiscard]] std::vector<std::string> PathsFor(const Caller& caller) const;

 private:
  struct Document {
    std::string path;
    std::string folder;
    policy::CompiledPolicy policy;
  };
  struct Held {
    const Document* document;
    std::string to;
    std::string id;
  };
  [[nodiscard]] bool IsHeld(const Held& held, const Caller& caller) const;
  [[nodiscard]] policy::CompiledSet Scps(const Caller& caller) const;
  [[nodiscard]] bool Decide(const policy::Request& request,
                            const policy::CompiledSet& policies) const;

  const intent::Organization& organization_;
  std::vector<std::unique_ptr<Document>> documents_;
  std::vector<Held> held_;                                      // identity and permission sets
  std::map<std::string, std::vector<const Document*>> levels_;  // "root", OU id, account id
  std::map<std::string, const Document*> trust_;                // "account/role"
  policy::CompiledPolicy everything_;
  std::vector<std::string> broken_;
};

}  // namespace writ::differential
