#include "compiler/decide_program.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "analysis/access/access.h"
#include "analysis/lint/calls.h"
#include "analysis/lint/cut_offs.h"
#include "analysis/lint/requirements.h"
#include "analysis/lint/rules.h"
#include "analysis/review/why.h"
#include "base/diag/codes/meaning.h"
#include "base/diag/codes/proof.h"
#include "compiler/narrow_question.h"
#include "compiler/program_bindings.h"
#include "compiler/proof.h"
#include "facts/library/library.h"
#include "output/emit/guardrails.h"
#include "output/emit/monitoring.h"
#include "output/emit/settings.h"

namespace writ::compiler {
namespace {

void AddSentences(const std::vector<const intent::Origin*>& sentences, std::string_view label,
                  diag::Diagnostic& found) {
  for (const intent::Origin* origin : sentences) found.Also(origin->span, std::string(label));
}

/// Why outsiders are not refused.
void NoteOutsiders(const access::Answer& answer, const intent::Model& model,
                   diag::Diagnostic& found) {
  found.Note("no sentence about outsiders refuses it, and a resource policy may let them in");
  const access::Caller& caller = answer.shown->caller;
  if (!caller.joins.empty()) return;
  const intent::Account& owner = model.organization.accounts[caller.account.value];
  if (owner.management) {
    found.Note(fmt::format(
        "resource control policies do not apply to resources of the management account `{}`",
        owner.name));
  }
}

void Report(const intent::Question& question, const access::Answer& answer, const Checked& checked,
            access::Access& access, diag::Sink& sink) {
  using Kind = access::Answer::Kind;
  const intent::Origin& origin = question.origin;
  if (answer.kind == Kind::kAsksNothing) {
    sink.Report(diag::kAssertAsksNothing, origin.span).At("no principal can make such a request");
    return;
  }
  if (answer.kind == Kind::kGivenUp) {
    sink.Report(diag::kAssertGivenUp, origin.span, answer.who, answer.because).At("undecided");
    return;
  }
  const bool can = question.AsksCan();
  const access::Judgement& judgement = answer.shown->judgement;
  diag::Diagnostic& found = sink.Report(diag::kAssertFails, origin.span, answer.who);
  found.At(can ? "this request is denied" : "this request is allowed");
  if (can) {
    AddSentences(judgement.forbidding, "this sentence refuses it", found);
    if (judgement.forbidding.empty())
      found.Note(judgement.is_granted ? "no sentence allows it" : access::VerdictText(judgement));
  } else {
    AddSentences(judgement.granting, "this sentence permits it", found);
    if (answer.shown->caller.is_outside) {
      NoteOutsiders(answer, checked.model, found);
    } else if (judgement.granting.empty()) {
      found.Note(
          "no sentence forbids it, and principals outside the program's teams may have any "
          "permission");
    }
    if (const auto session = access::SessionText(*answer.shown)) found.Note(*session);
    NarrowToMembers(question, answer, checked, access, found);
  }
  found.Shows(review::RequestText(answer.shown->request));
}

void Report(const access::Foreign& foreign, diag::Sink& sink) {
  sink.Report(diag::kNeedsOwnersPolicy, foreign.permission->span, foreign.owner, foreign.resource)
      .At("not sufficient")
      .Suggest(fmt::format("allow these principals in the resource's policy in account {}",
                           foreign.owner))
      .Note(
          "cross-account access needs both accounts to allow it; no sentence writes "
          "that policy, so every question about it is answered `no`");
}

/// The duty to use a guardrail by which the permission is cut off because it names none.
const intent::Prohibition* DutyLeftOut(const lint::CutOff& cut, const intent::Model& model,
                                       const intent::Permission& permission) {
  for (const intent::Prohibition& prohibition : model.prohibitions) {
    const bool cuts =
        std::ranges::find(cut.prohibitions, &prohibition.origin) != cut.prohibitions.end();
    if (!cuts || !prohibition.unless || prohibition.unless->kind != intent::Duty::Kind::kGuardrail)
      continue;
    const bool named =
        std::ranges::any_of(permission.guardrails, [&](intent::GuardrailIndex index) {
          return std::ranges::find(prohibition.unless->guardrails, index) !=
                 prohibition.unless->guardrails.end();
        });
    if (!named) return &prohibition;
  }
  return nullptr;
}

bool IsCovered(const intent::ModelPatterns& models, const std::string& id) {
  if (std::ranges::binary_search(models.except, id)) return false;
  return models.all || std::ranges::any_of(models.patterns, [&](const std::string& pattern) {
           return catalog::MatchesPattern(pattern, id);
         });
}

/// Every call of the permission falls under the duty, whoever of its holders makes it.
bool CoversAll(const intent::Prohibition& duty, const intent::Permission& permission) {
  const bool plain = duty.bound.everyone && duty.bound.excepted.empty() && duty.routes.empty() &&
                     duty.endpoints.empty() && !duty.profiles && duty.guardrails.empty() &&
                     duty.when.always() && !duty.period.from && !duty.period.until;
  if (!plain || permission.calls.empty()) return false;
  const bool everywhere = std::ranges::all_of(permission.accounts, [&](intent::AccountIndex index) {
    return std::ranges::binary_search(duty.accounts, index);
  });
  return everywhere && std::ranges::all_of(permission.calls, [&](const intent::Call& call) {
           const bool there =
               !duty.regions ||
               duty.regions->all_except != (std::ranges::find(duty.regions->regions, call.region) !=
                                            duty.regions->regions.end());
           return there && duty.Covers(call.plane) && IsCovered(duty.models, call.model);
         });
}

/// Some sentence lets a holder of the permission apply one of the duty's guardrails.
bool MayApply(const intent::Model& model, const intent::Permission& permission,
              const intent::Duty& duty) {
  const auto among = [&](const std::vector<intent::GuardrailIndex>& guardrails) {
    return std::ranges::any_of(guardrails, [&](intent::GuardrailIndex index) {
      return std::ranges::find(duty.guardrails, index) != duty.guardrails.end();
    });
  };
  const auto shares_holder = [&](const intent::Permission& other) {
    return std::ranges::any_of(other.holders, [&](const intent::Holder& one) {
      return std::ranges::any_of(permission.holders, [&](const intent::Holder& holder) {
        const bool same_team = !one.team.empty() && one.team == holder.team;
        return same_team || std::ranges::any_of(one.principals, [&](const intent::Principal& who) {
                 return std::ranges::find(holder.principals, who) != holder.principals.end();
               });
      });
    });
  };
  return std::ranges::any_of(model.permissions, [&](const intent::Permission& other) {
    const bool lets = among(other.guardrails) || among(other.operation.guardrails) ||
                      std::ranges::any_of(other.operation.actions, [](const std::string& action) {
                        return catalog::MatchesPattern(action, "bedrock:ApplyGuardrail");
                      });
    return lets && shares_holder(other);
  });
}

/// The commonest mistake: a duty demands a guardrail, and the permission does not name it.
bool ReportGuardrail(const lint::CutOff& cut, const intent::Model& model, diag::Sink& sink) {
  const auto permission =
      std::ranges::find(model.permissions, cut.permission,
                        [](const intent::Permission& each) { return &each.origin; });
  if (permission == model.permissions.end()) return false;
  const intent::Prohibition* duty = DutyLeftOut(cut, model, *permission);
  if (duty == nullptr || duty->unless->guardrails.empty()) return false;
  const std::string& name = model.guardrails[duty->unless->guardrails.front().value].name;
  const bool hopeless =
      CoversAll(*duty, *permission) && !MayApply(model, *permission, *duty->unless);
  diag::Diagnostic& found =
      hopeless ? sink.Report(diag::kGuardrailOutOfReach, cut.permission->span, name)
               : sink.Report(diag::kGuardrailMissing, cut.permission->span, name);
  found
      .At(hopeless ? "may not apply the guardrail that every call must name"
                   : "its calls without the guardrail are denied")
      .Also(duty->origin.span, "required here")
      .Shows(review::RequestText(cut.request));
  const source::Span span = cut.permission->span;
  const bool is_mantle = std::ranges::any_of(permission->calls, [](const intent::Call& call) {
    return call.plane == intent::Plane::kMantle;
  });
  if (is_mantle) {
    found.Suggest("remove `through mantle`, whose calls carry no guardrail, and add the guardrail");
  } else if (permission->guardrails.empty()) {
    found.Patch("add the guardrail", {span.file, span.end, span.end}, " with guardrail " + name);
  }
  return hopeless;
}

/// How a permission and what blocks it are made to agree.
void SuggestWhole(bool is_wholly, std::size_t prohibitions, std::string_view whom,
                  diag::Diagnostic& found) {
  const std::string_view which = prohibitions == 1 ? "the sentence" : "the sentences";
  if (is_wholly) {
    found.Suggest("remove this permission, which grants nothing");
    found.Suggest(fmt::format("or except its {} from {} that {} it, if they are to have it", whom,
                              which, prohibitions == 1 ? "blocks" : "block"));
  } else {
    found.Suggest("narrow this permission to what is left, or waive the finding");
    found.Suggest(
        fmt::format("or except its {} from {}, if they are to have all of it", whom, which));
  }
}

/// True if it is an error.
bool Report(const lint::CutOff& cut, const intent::Model& model, diag::Sink& sink) {
  const auto permission =
      std::ranges::find(model.permissions, cut.permission,
                        [](const intent::Permission& each) { return &each.origin; });
  if (!cut.wholly && permission != model.permissions.end() &&
      DutyLeftOut(cut, model, *permission) != nullptr) {
    return ReportGuardrail(cut, model, sink);
  }
  diag::Diagnostic& found = cut.wholly
                                ? sink.Report(diag::kPermissionCutOff, cut.permission->span)
                                : sink.Report(diag::kPermissionPartlyCutOff, cut.permission->span);
  found.At(cut.wholly ? "blocked completely" : "blocked in part")
      .Shows(review::RequestText(cut.request));
  AddSentences(cut.prohibitions, "by this sentence", found);
  SuggestWhole(cut.wholly, cut.prohibitions.size(), "principals", found);
  return cut.wholly;
}

/// True if it is an error.
bool Report(const lint::CallCutOff& cut, diag::Sink& sink) {
  diag::Diagnostic& found = cut.wholly
                                ? sink.Report(diag::kPermissionCutOff, cut.permission->span)
                                : sink.Report(diag::kPermissionPartlyCutOff, cut.permission->span);
  found.At(cut.wholly ? "blocked completely" : "blocked in part").Shows(cut.call);
  AddSentences(cut.prohibitions, "by this sentence", found);
  SuggestWhole(cut.wholly, cut.prohibitions.size(), "teams", found);
  return cut.wholly;
}

/// Others shown beside a sentence that says nothing new.
constexpr std::size_t kMostOthers = 4;

void Report(const lint::Idle& idle, diag::Sink& sink) {
  using Why = lint::Idle::Why;
  if (idle.why == Why::kNeverMatches) {
    diag::Diagnostic& found = sink.Report(diag::kNeverMatches, idle.sentence->span);
    const std::vector<std::string>& parts = idle.contradiction;
    found.At(parts.size() == 1 ? "one of its conditions never holds"
                               : "its conditions contradict each other");
    if (parts.size() == 1)
      found.Note(fmt::format("no request it covers can satisfy `{}`", parts[0]));
    if (parts.size() == 2) {
      found.Note(fmt::format("`{}` and `{}` are mutually exclusive", parts[0], parts[1]));
    }
    return;
  }
  const bool grants = idle.why == Why::kGrantedByOthers;
  diag::Diagnostic& found = grants ? sink.Report(diag::kPermissionSubsumed, idle.sentence->span)
                                   : sink.Report(diag::kProhibitionSubsumed, idle.sentence->span);
  found.At("has no effect");
  const std::size_t shown = std::min(idle.others.size(), kMostOthers);
  for (std::size_t i = 0; i < shown; ++i) {
    const bool alone = idle.others.size() == 1;
    found.Also(idle.others[i]->span, fmt::format("{} {}", alone ? "all of it is" : "part of it is",
                                                 grants ? "granted here" : "forbidden here"));
  }
  found.Note("proved for every request; remove it, or change it to add something");
}

/// "`under` a use-case", as it is written in the program.
std::string NeedText(const intent::Need& need) {
  using Kind = intent::Need::Kind;
  switch (need.kind) {
    case Kind::kUseCase:
      return "`under USE-CASE`";
    case Kind::kEvaluation:
      return "`after evaluation`";
    case Kind::kGuardrail:
      return "`with guardrail`";
    case Kind::kUntil:
      return "`until DATE`";
    case Kind::kBecause:
      return "`because`";
    case Kind::kControl:
      return fmt::format("`control \"{}\"`", need.name);
    case Kind::kAttestation:
      return fmt::format("attestation `{}`", need.name);
  }
  return {};
}

/// Writes what is missing where only one thing can be meant; else says what to write.
void SuggestNeed(const intent::Need& need, const intent::Model& model, source::Span permission,
                 diag::Diagnostic& found) {
  using Kind = intent::Need::Kind;
  const source::Span end{permission.file, permission.end, permission.end};
  if (need.kind == Kind::kGuardrail && model.guardrails.size() == 1) {
    found.Patch("add the guardrail", end, " with guardrail " + model.guardrails.front().name);
  } else if (need.kind == Kind::kControl) {
    found.Patch("name the control", end, fmt::format(" control \"{}\"", need.name));
  } else if (need.kind == Kind::kAttestation) {
    found.Suggest(fmt::format("declare `attestation {} \"…\" {{ … expires DATE }}`", need.name));
  }
}

void Report(const lint::Unmet& unmet, const intent::Model& model, diag::Sink& sink) {
  std::string lacking;
  for (std::size_t i = 0; i < unmet.needs.size(); ++i) {
    if (i > 0) lacking += i + 1 == unmet.needs.size() ? " and " : ", ";
    lacking += NeedText(*unmet.needs[i]);
  }
  diag::Diagnostic& found =
      sink.Report(diag::kRequirementNotMet, unmet.permission->origin.span, lacking);
  found.At("grants calls that need it").Also(unmet.requirement->origin.span, "required here");
  for (const intent::Need* need : unmet.needs)
    SuggestNeed(*need, model, unmet.permission->origin.span, found);
  if (unmet.request) {
    found.Shows(review::RequestText(*unmet.request));
  } else {
    found.Note("whether the permission grants such a call could not be decided");
  }
}

void Report(const lint::WayRound& way, diag::Sink& sink) {
  diag::Diagnostic& found =
      sink.Report(diag::kDutyBypassed, way.duty->span, "a call " + way.path + " need not do it");
  found.At("does not cover calls " + way.path)
      .Also(way.permission->span, "allows them")
      .Shows(review::RequestText(way.request));
  if (way.path.starts_with("by ")) {
    found
        .Suggest(
            "make the requirement apply to `everyone`: the service calls models with its own role")
        .Note("a policy cannot require the guardrail that is set on an agent or flow");
  } else {
    found.Suggest(
        "remove `through`, `routed` or `via` from the requirement so that it covers every path");
  }
}

void Report(const lint::Unreached& unreached, diag::Sink& sink) {
  diag::Diagnostic& found =
      sink.Report(diag::kSessionsNotReached, unreached.prohibition->span, unreached.user);
  found.At("binds the user only");
  if (unreached.permission != nullptr) found.Also(unreached.permission->span, "grants it to them");
  found
      .Suggest(
          "forbid it to such sessions as well: add a sentence for `nobody` with `when "
          "aws:PrincipalArn like \"arn:aws:sts::*:federated-user/*\"`")
      .Note(
          "a session of sts:GetFederationToken holds what its user holds, and no key tells whose "
          "it is")
      .Shows(review::RequestText(unreached.request));
}

/// What is wrong with screenings, logging, watches and opt-outs whatever documents they become.
void CheckSettings(const intent::Model& model, const intent::Bindings& bindings,
                   const catalog::Catalog& catalog, diag::Sink& sink) {
  static_cast<void>(emit::EnforcementRequests(model, bindings, catalog, sink));
  static_cast<void>(emit::LoggingRequests(model, catalog, sink));
  static_cast<void>(emit::MonitoringRequests(model, catalog, sink));
  static_cast<void>(emit::OptOutPolicies(model, catalog, sink));
}

}  // namespace

Decided DecideProgram(const Bound& bound, Compilation& compilation) {
  const catalog::Catalog& catalog = compilation.catalog();
  const intent::Bindings assumed = AssumedBindings(bound.model, catalog, bound.bindings);
  const verify::Program program{bound.model, catalog, assumed};
  Decided decided;
  CheckSettings(bound.model, assumed, catalog, compilation.findings);
  decided.is_contradicted = compilation.findings.has_errors();
  compilation.judged.insert({6, 8});
  const std::string today = support::DateText(compilation.options.as_of);
  access::Access access({program, library::Library::BuiltIn(), today});
  for (const intent::Question& question : bound.model.assertions) {
    const access::Answer answer = access.Decide(question);
    ++decided.asserts;
    if (answer.kind == access::Answer::Kind::kHolds) continue;
    ++decided.failed;
    Report(question, answer, bound, access, compilation.findings);
  }
  for (const access::Foreign& foreign : access::FindForeign(program)) {
    Report(foreign, compilation.findings);
  }
  for (const lint::CutOff& cut : lint::FindCutOffs(program, today)) {
    if (Report(cut, bound.model, compilation.findings)) decided.is_contradicted = true;
  }
  for (const lint::CallCutOff& cut : lint::FindCallCutOffs(program)) {
    if (Report(cut, compilation.findings)) decided.is_contradicted = true;
  }
  for (const lint::Unmet& unmet : lint::FindUnmet(program)) {
    decided.is_contradicted = true;
    Report(unmet, bound.model, compilation.findings);
  }
  for (const lint::WayRound& way : lint::FindWaysRound(program)) {
    decided.is_contradicted = true;
    Report(way, compilation.findings);
  }
  for (const lint::Unreached& unreached : lint::FindUnreached(program)) {
    Report(unreached, compilation.findings);
  }
  for (const auto& all : {lint::FindIdle(program, today), lint::FindIdleCalls(program)}) {
    for (const lint::Idle& idle : all) {
      decided.idle.insert(idle.sentence->place);
      Report(idle, compilation.findings);
    }
  }
  return decided;
}

}  // namespace writ::compiler
