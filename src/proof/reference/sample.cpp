#include "proof/reference/sample.h"

#include <set>
#include <string_view>

#include "proof/reference/artifacts.h"
#include "proof/reference/gateways.h"
#include "proof/reference/perimeters.h"
#include "proof/reference/random.h"
#include "proof/reference/requests.h"
#include "proof/reference/retentions.h"

namespace writ::reference {
namespace {

/// Accounts that SCPs and documents of permission sets speak of: these are in force in accounts to
/// come, too.
std::vector<std::string> AccountsIn(const Deployed& deployed) {
  std::vector<std::string> ids;
  std::set<std::string_view> sets;
  for (const Attachment& one : deployed.attachments) {
    if (one.to == "permission-set") sets.insert(one.path);
  }
  for (const Document& one : deployed.documents) {
    if (one.kind != policy::Kind::kScp && !sets.contains(one.path)) continue;
    const policy::PolicyDocument document = one.document();
    for (const policy::Statement& statement : document.statements) {
      for (const policy::Condition& condition : statement.conditions) {
        const bool is_of_callers = policy::EqualIgnoringCase(condition.key, "aws:PrincipalArn") ||
                                   policy::EqualIgnoringCase(condition.key, "aws:PrincipalAccount");
        if (!is_of_callers) continue;
        for (const std::string& value : condition.values) ids.push_back(AccountNamedBy(value));
      }
    }
  }
  return ids;
}

}  // namespace

std::optional<bool> Expected(const Verdict& verdict, bool holds_anything) {
  if (verdict.forbidden == Answer::kYes) return false;
  if (!holds_anything && verdict.permitted == Answer::kNo) return false;
  if (verdict.forbidden == Answer::kOpen) return std::nullopt;
  if (!holds_anything && verdict.permitted == Answer::kOpen) return std::nullopt;
  return true;
}

const intent::Origin* Disagreement::Sentence() const {
  if (perimeter != nullptr) return &perimeter->origin;
  if (retention != nullptr) return &retention->origin;
  if (rule != nullptr) return &rule->origin;
  if (!verdict.prohibits.empty()) return &verdict.prohibits.front()->origin;
  return verdict.permits.empty() ? nullptr : &verdict.permits.front()->origin;
}

Sample SampleRequests(const Program& program, const Deployed& deployed,
                      const std::function<bool(std::size_t)>& goes_on) {
  constexpr std::uint64_t kSeed = 20261129;
  /// Of each sentence about outsiders: a thing of milliseconds.
  constexpr std::size_t kOutsiders = 200;
  constexpr std::size_t kCalls = 200;  ///< of each gateway's tools
  Sample sample;
  if (!program.model.perimeters.empty()) {
    Random outsiders(kSeed);
    sample.disagreement = SampleOutsiders(program, deployed, outsiders, kOutsiders);
    sample.requests += program.model.perimeters.size() * kOutsiders;
    if (sample.disagreement) return sample;
  }
  RetentionSample modes = SampleRetentions(program, deployed);
  sample.requests += modes.requests;
  sample.disagreement = std::move(modes.disagreement);
  if (sample.disagreement) return sample;
  if (!program.model.tool_rules.empty()) {
    Random calls(kSeed);
    sample.disagreement = SampleToolCalls(program, deployed, calls, kCalls);
    sample.requests += program.model.gateways.size() * kCalls;
    if (sample.disagreement) return sample;
  }
  if (program.model.permissions.empty() && program.model.prohibitions.empty()) return sample;
  const Artifacts artifacts(deployed, program.model.organization);
  Random random(kSeed);
  RequestMaker maker(program, program.model.organization.partition, random, AccountsIn(deployed));
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
