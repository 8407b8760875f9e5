#include "driver/decide_program.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "driver/proof.h"
#include "writ/diag/codes/proof.h"
#include "writ/verify/questions.h"
#include "writ/verify/rules.h"

namespace writ::driver {
namespace {

using verify::AssertAnswer;

/// With made-up ARNs for guardrails that are not bound anywhere.
intent::Bindings Assumed(const intent::Model& model, const catalog::Catalog& catalog,
                         intent::Bindings bindings) {
  for (const intent::Guardrail& guardrail : model.guardrails) {
    if (bindings.IsBound(guardrail.name)) continue;
    for (const intent::Account& account : model.organization.accounts) {
      for (const catalog::Region& region : catalog.regions()) {
        const std::string arn = fmt::format("arn:{}:bedrock:{}:{}:guardrail/{}", region.partition,
                                            region.name, account.id, guardrail.name);
        bindings.Bind(guardrail.name, account.id, region.name, {arn, 1});
      }
    }
  }
  return bindings;
}

void AddSentences(const std::vector<const intent::Origin*>& sentences, std::string_view label,
                  diag::Diagnostic& found) {
  for (const intent::Origin* origin : sentences) found.Also(origin->span, std::string(label));
}

void Report(const AssertAnswer& answer, diag::Sink& sink) {
  const intent::Origin& origin = answer.question->origin;
  if (answer.verdict == AssertAnswer::Verdict::kGivenUp) {
    sink.Report(diag::kAssertGivenUp, origin.span, answer.who, answer.because)
        .At("neither yes nor no");
    return;
  }
  const bool can = answer.question->can.has_value();
  diag::Diagnostic& found = sink.Report(diag::kAssertFails, origin.span, answer.who);
  found.At(can ? "this request is refused" : "this request is permitted");
  AddSentences(answer.sentences, can ? "this sentence refuses it" : "this sentence permits it",
               found);
  if (answer.request) found.Shows(RequestText(*answer.request));
  if (answer.sentences.empty()) {
    found.Note(
        can ? "no sentence permits it"
            : "no sentence forbids it, and others than the program's teams may hold anything");
  }
}

void Report(const verify::CutOff& cut, diag::Sink& sink) {
  diag::Diagnostic& found = cut.wholly
                                ? sink.Report(diag::kPermissionCutOff, cut.permission->span)
                                : sink.Report(diag::kPermissionPartlyCutOff, cut.permission->span);
  found.At(cut.wholly ? "all of this is forbidden" : "part of this is forbidden")
      .Shows(RequestText(cut.request));
  AddSentences(cut.prohibitions, "by this sentence", found);
}

/// Others shown beside a sentence that says nothing new.
constexpr std::size_t kMostOthers = 4;

void Report(const verify::Idle& idle, diag::Sink& sink) {
  using Why = verify::Idle::Why;
  if (idle.why == Why::kNeverMatches) {
    diag::Diagnostic& found = sink.Report(diag::kNeverMatches, idle.sentence->span);
    found.At("what it asks for contradicts itself");
    const std::vector<std::string>& parts = idle.contradiction;
    if (parts.size() == 1)
      found.Note(fmt::format("no request of those it is about meets `{}`", parts[0]));
    if (parts.size() == 2) {
      found.Note(fmt::format("`{}` and `{}` exclude each other", parts[0], parts[1]));
    }
    return;
  }
  const bool grants = idle.why == Why::kGrantedByOthers;
  diag::Diagnostic& found = grants ? sink.Report(diag::kPermissionSubsumed, idle.sentence->span)
                                   : sink.Report(diag::kProhibitionSubsumed, idle.sentence->span);
  found.At("has no effect of its own");
  const std::size_t shown = std::min(idle.others.size(), kMostOthers);
  for (std::size_t i = 0; i < shown; ++i) {
    const bool alone = idle.others.size() == 1;
    found.Also(idle.others[i]->span, fmt::format("{} {}", alone ? "all of it is" : "part of it is",
                                                 grants ? "granted here" : "forbidden here"));
  }
  found.Note("proved for all requests; take it out, or say what it was meant to add");
}

void Report(const verify::WayRound& way, diag::Sink& sink) {
  diag::Diagnostic& found =
      sink.Report(diag::kDutyBypassed, way.duty->span, "a call " + way.path + " need not do it");
  found.At("does not reach calls " + way.path)
      .Also(way.permission->span, "permits them")
      .Shows(RequestText(way.request));
  if (way.path.starts_with("by ")) {
    found.Suggest("let the duty bind `everyone`: the service calls models in a role of its own")
        .Note("a guardrail that is set on the agent or flow is nothing that a policy can require");
  } else {
    found.Suggest("take `through`, `routed` or `via` out of the duty: it then holds on every path");
  }
}

}  // namespace

ExitStatus DecideProgram(const intent::Bindings& bindings, const Environment& environment,
                         Compilation& compilation, Meaning& meaning) {
  const catalog::Catalog& catalog = compilation.catalog();
  const intent::Bindings assumed = Assumed(meaning.model, catalog, bindings);
  const verify::Program program{meaning.model, catalog, assumed};
  ExitStatus status = ExitStatus::kGood;
  for (const AssertAnswer& answer :
       verify::DecideAsserts(program, support::DateText(environment.today))) {
    ++meaning.asserts_decided;
    if (answer.verdict == AssertAnswer::Verdict::kHolds) continue;
    ++meaning.asserts_failed;
    status = ExitStatus::kNo;
    Report(answer, compilation.findings);
  }
  for (const verify::CutOff& cut : verify::FindCutOffs(program)) {
    if (cut.wholly) status = ExitStatus::kInvalid;
    Report(cut, compilation.findings);
  }
  for (const verify::WayRound& way : verify::FindWaysRound(program)) {
    status = ExitStatus::kInvalid;
    Report(way, compilation.findings);
  }
  for (const verify::Idle& idle : verify::FindIdle(program)) Report(idle, compilation.findings);
  return status;
}

}  // namespace writ::driver
