#include "proof/reference/sample.h"

#include "proof/reference/artifacts.h"
#include "proof/reference/random.h"
#include "proof/reference/requests.h"

namespace writ::reference {

std::optional<bool> Expected(const Verdict& verdict, bool holds_anything) {
  if (verdict.forbidden == Answer::kYes) return false;
  if (!holds_anything && verdict.permitted == Answer::kNo) return false;
  if (verdict.forbidden == Answer::kOpen) return std::nullopt;
  if (!holds_anything && verdict.permitted == Answer::kOpen) return std::nullopt;
  return true;
}

const intent::Origin* Disagreement::Sentence() const {
  if (!verdict.prohibits.empty()) return &verdict.prohibits.front()->origin;
  return verdict.permits.empty() ? nullptr : &verdict.permits.front()->origin;
}

Sample SampleRequests(const Program& program, const Deployed& deployed,
                      const std::function<bool(std::size_t)>& goes_on) {
  constexpr std::uint64_t kSeed = 20261129;
  Sample sample;
  if (program.model.permissions.empty() && program.model.prohibitions.empty()) return sample;
  const Artifacts artifacts(deployed, program.model.organization);
  Random random(kSeed);
  RequestMaker maker(program, program.model.organization.partition, random);
  if (maker.callers().empty()) return sample;
  while (goes_on(sample.requests)) {
    const Asking asking = maker.Make();
    ++sample.requests;
    for (const policy::Request& leg : asking.legs) {
      const Verdict verdict = Decide(program, leg);
      for (const bool holds_anything : {false, true}) {
        if (!IsAskable(*asking.caller, holds_anything)) continue;
        const auto expected = Expected(verdict, holds_anything);
        if (!expected) continue;
        const bool is_allowed = holds_anything
                                    ? artifacts.AllowsHolderOfAnything(*asking.caller, leg)
                                    : artifacts.Allows(*asking.caller, leg);
        if (is_allowed == *expected) continue;
        sample.disagreement =
            Disagreement{leg, is_allowed, holds_anything, HoldsBy(*asking.caller), verdict};
        return sample;
      }
    }
  }
  return sample;
}

}  // namespace writ::reference
