#include "proof/deployed/program.h"

#include <set>

namespace writ::deployed {

std::vector<std::string> Program::Pinned(const std::vector<intent::GuardrailIndex>& guardrails,
                                         const std::string& account,
                                         const std::string& region) const {
  std::set<std::string> pinned;
  for (const intent::GuardrailIndex index : guardrails) {
    const std::string& name = model.guardrails[index.value].name;
    for (const std::string& where : bindings.Regions(name, account)) {
      if (!region.empty() && where != region) continue;
      pinned.insert(bindings.Find(name, account, where)->Pinned());
    }
  }
  return {pinned.begin(), pinned.end()};
}

}  // namespace writ::deployed
