#include "driver/decide_program.h"

#include <string>

#include <fmt/format.h>

#include "driver/proof.h"
#include "writ/diag/codes/proof.h"
#include "writ/verify/questions.h"

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
  return status;
}

}  // namespace writ::driver
