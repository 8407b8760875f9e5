#include "proof/reference/questions.h"

#include <algorithm>

#include "proof/reference/conditions.h"
#include "proof/reference/perimeters.h"
#include "proof/reference/request.h"
#include "proof/reference/sample.h"
#include "proof/reference/who.h"

namespace writ::reference {
namespace {

using intent::Holder;

bool IsAny(const std::vector<Holder>& holders, const intent::Model& model, const Asked& asked) {
  return std::ranges::any_of(holders,
                             [&](const Holder& holder) { return IsOneOf(holder, model, asked); });
}

bool HoldsAsAny(const std::vector<Holder>& holders, const intent::Model& model,
                const Asked& asked) {
  return std::ranges::any_of(holders,
                             [&](const Holder& holder) { return IsHolder(holder, model, asked); });
}

/// Service-linked roles are nobody's to ask about: no one can call as one.
bool IsServiceLinked(const Asked& asked) {
  return asked.caller_arn.find(":role/aws-service-role/") != std::string::npos;
}

bool IsOnTheDay(const intent::Period& period, const Asked& asked, std::string_view day) {
  if (period.from || period.until) return true;
  const std::string text(day);
  return IsWithin({text, text}, asked);
}

}  // namespace

Answer Means(const Program& program, const intent::Question& question,
             const policy::Request& request, std::string_view day) {
  const Asked asked = TakeApart(request);
  if (IsServiceLinked(asked)) return Answer::kNo;
  if (question.outside) return AnswerOf(MeansOutsider(program, *question.outside, request));
  if (question.can) {
    const intent::Permission& can = *question.can;
    if (!question.everyone && !HoldsAsAny(can.holders, program.model, asked)) return Answer::kNo;
    if (question.everyone && asked.caller_arn.empty()) return Answer::kNo;
    if (IsAny(question.excepted, program.model, asked)) return Answer::kNo;
    if (!IsOnTheDay(can.period, asked, day)) return Answer::kNo;
    const Answer answer = PermitsSomebody(program, can, request);
    // A resource of another account may be asked about: the answer is no, for want of its policy.
    const bool is_foreign = asked.resource && !asked.resource->account.empty() &&
                            !asked.account.empty() && asked.resource->account != asked.account;
    return answer == Answer::kNo && is_foreign ? Answer::kOpen : answer;
  }
  const intent::Prohibition& cannot = *question.cannot;
  if (!IsIn(cannot.accounts, program.model, AccountOf(asked))) return Answer::kNo;
  if (cannot.bound.everyone && asked.caller_arn.empty()) return Answer::kNo;
  if (!cannot.bound.everyone && !HoldsAsAny(cannot.bound.included, program.model, asked)) {
    return Answer::kNo;
  }
  if (IsAny(cannot.bound.excepted, program.model, asked)) return Answer::kNo;
  return ForbidsSomebody(program, cannot, request);
}

bool HoldsNothingElse(const intent::Model& model, const policy::Request& request) {
  const Asked asked = TakeApart(request);
  if (asked.caller_arn.empty()) return true;  // a service passes by what sentences say alone
  const bool is_of_team = std::ranges::any_of(model.teams, [&](const intent::Team& team) {
    return IsHolder({team.name, team.principals, team.accounts, {}}, model, asked);
  });
  return is_of_team ||
         std::ranges::any_of(model.permissions, [&](const intent::Permission& permission) {
           return HoldsAsAny(permission.holders, model, asked);
         });
}

std::optional<bool> Passes(const Program& program, const policy::Request& request) {
  return Expected(Decide(program, request), !HoldsNothingElse(program.model, request));
}

}  // namespace writ::reference
