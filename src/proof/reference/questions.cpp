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

/// Whether one of the holders is of an OU that the account lies in, which the program does not
/// list.
bool MayJoinAny(const std::vector<Holder>& holders, const intent::Model& model,
                const Asked& asked) {
  return std::ranges::any_of(
      holders, [&](const Holder& holder) { return MayJoin(holder, model, asked) != Answer::kNo; });
}

bool IsListed(const intent::Model& model, const Asked& asked) {
  return UnitsAbove(model, asked).empty();
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

namespace {

/// The same for a caller of an account that the program does not list: OUs that the question names
/// stand for their accounts now and later.
Answer MeansLater(const Program& program, const intent::Question& question,
                  const policy::Request& request, const Asked& asked, std::string_view day) {
  const auto above = UnitsAbove(program.model, asked);
  if (question.can) {
    const intent::Permission& can = *question.can;
    if (!question.everyone && !MayJoinAny(can.holders, program.model, asked)) return Answer::kNo;
    if (MayJoinAny(question.excepted, program.model, asked)) return Answer::kNo;
    return IsOnTheDay(can.period, asked, day) ? PermitsSomebody(program, can, request)
                                              : Answer::kNo;
  }
  const intent::Prohibition& cannot = *question.cannot;
  const bool is_within = std::ranges::any_of(cannot.nodes, [&](intent::NodeIndex node) {
    return std::ranges::find(above, node) != above.end();
  });
  const bool is_meant =
      is_within &&
      (cannot.bound.everyone || MayJoinAny(cannot.bound.included, program.model, asked)) &&
      !MayJoinAny(cannot.bound.excepted, program.model, asked);
  return is_meant ? ForbidsSomebody(program, cannot, request) : Answer::kNo;
}

}  // namespace

Answer Means(const Program& program, const intent::Question& question,
             const policy::Request& request, std::string_view day) {
  const Asked asked = TakeApart(request);
  if (IsServiceLinked(asked)) return Answer::kNo;
  if (question.outside) return AnswerOf(MeansOutsider(program, *question.outside, request));
  if (!IsListed(program.model, asked)) return MeansLater(program, question, request, asked, day);
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
  const bool is_listed = IsListed(model, asked);
  const auto is_any = [&](const std::vector<Holder>& holders) {
    return is_listed ? HoldsAsAny(holders, model, asked) : MayJoinAny(holders, model, asked);
  };
  return std::ranges::any_of(
             model.teams,
             [&](const intent::Team& team) {
               return is_any({{team.name, team.principals, team.accounts, team.units}});
             }) ||
         std::ranges::any_of(model.permissions, [&](const intent::Permission& permission) {
           return is_any(permission.holders);
         });
}

std::optional<bool> Passes(const Program& program, const policy::Request& request) {
  return Expected(Decide(program, request), !HoldsNothingElse(program.model, request));
}

}  // namespace writ::reference
