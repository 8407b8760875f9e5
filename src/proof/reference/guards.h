// The policies of Organizations that stand over the accounts of a program, asked of one request.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "iam/policy/evaluate.h"
#include "proof/reference/reference.h"
#include "proof/reference/sample.h"

namespace writ::reference {

/// Those of one kind, SCPs or RCPs, of a tree. Program and tree outlive it.
class Guards {
 public:
  Guards(const Program& program, const Deployed& deployed, policy::Kind kind);

  /// Whether one of them over the account refuses what everything else allows. False for a request
  /// that cannot be read.
  [[nodiscard]] bool Refuse(const policy::Request& request, intent::AccountIndex account) const;

 private:
  const Program& program_;
  policy::Kind kind_;
  std::deque<policy::CompiledPolicy> compiled_;
  std::map<std::string, std::vector<const policy::CompiledPolicy*>> at_;
  std::optional<policy::CompiledPolicy> everything_;
};

/// Whether the tree says what each policy is attached to: an OU without an id is found by its name,
/// which attachments do not have.
[[nodiscard]] bool IsTold(const Deployed& deployed);

}  // namespace writ::reference
