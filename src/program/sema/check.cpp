#include "program/sema/check.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "program/sema/attributes.h"
#include "program/sema/context.h"
#include "program/sema/controls.h"
#include "program/sema/duties.h"
#include "program/sema/endpoints.h"
#include "program/sema/evaluations.h"
#include "program/sema/expand.h"
#include "program/sema/gateways.h"
#include "program/sema/governance.h"
#include "program/sema/guardrail_check.h"
#include "program/sema/imports.h"
#include "program/sema/partition.h"
#include "program/sema/principals.h"
#include "program/sema/sets.h"
#include "program/sema/settings.h"
#include "program/sema/watches.h"
#include "program/sema/ways_left.h"

namespace writ::sema {
namespace {

void BuildGuardrails(Context& context, diag::Sink& sink) {
  for (const syntax::GuardrailDecl* decl : context.symbols.guardrails) {
    if (!decl->extends) continue;
    if (Symbol* parent = context.symbols.Find(Space::kGuardrails, decl->extends->text))
      context.MarkUsed(*parent, decl->extends->span);
  }
  context.model.guardrails =
      CheckGuardrails(context.symbols.guardrails, context.catalog.guardrail_profiles(), sink);
}

/// A set that nothing uses is still checked.
void CheckUnusedSets(Context& context) {
  for (const Symbol& symbol : context.symbols.all)
    if (symbol.kind == Symbol::Kind::kLet && !symbol.used)
      static_cast<void>(
          CheckSort(context, context.symbols.lets[symbol.index]->value, AnySort(), nullptr));
}

Index IndexOf(const Context& context) {
  Index index{{}, context.uses};
  for (const Symbol& symbol : context.symbols.all) {
    if (symbol.name.span.valid()) index.declared.push_back({symbol.name.span, symbol.kind});
  }
  std::ranges::sort(index.declared);
  std::ranges::sort(index.uses);
  index.uses.erase(std::unique(index.uses.begin(), index.uses.end()), index.uses.end());
  return index;
}

/// Order of sentences never matters: everything is in order of its place in the program.
void SortByOrigin(intent::Model& model) {
  const auto by_origin = [](const auto& one, const auto& other) {
    return one.origin.span < other.origin.span;
  };
  std::stable_sort(model.permissions.begin(), model.permissions.end(), by_origin);
  std::stable_sort(model.prohibitions.begin(), model.prohibitions.end(), by_origin);
  std::stable_sort(model.perimeters.begin(), model.perimeters.end(), by_origin);
  std::stable_sort(model.screenings.begin(), model.screenings.end(), by_origin);
  std::stable_sort(model.loggings.begin(), model.loggings.end(), by_origin);
  std::stable_sort(model.watches.begin(), model.watches.end(), by_origin);
  std::stable_sort(model.retentions.begin(), model.retentions.end(), by_origin);
  std::stable_sort(model.opt_outs.begin(), model.opt_outs.end(), by_origin);
  std::stable_sort(model.tool_rules.begin(), model.tool_rules.end(), by_origin);
  std::stable_sort(model.requirements.begin(), model.requirements.end(), by_origin);
  // A qualifier of `given` is read once for each sentence inside.
  const auto deadline = [](const intent::Deadline& one) { return std::tie(one.day, one.span); };
  std::ranges::sort(model.deadlines, {}, deadline);
  const auto same = std::ranges::unique(model.deadlines, {}, deadline);
  model.deadlines.erase(same.begin(), same.end());
  std::stable_sort(model.assertions.begin(), model.assertions.end(), by_origin);
  std::stable_sort(model.tests.begin(), model.tests.end(), by_origin);
}

}  // namespace

bool Program::IsOfPack(source::FileId file) const {
  return std::ranges::any_of(packs,
                             [&](const ImportedPack& each) { return each.policies == file; });
}

intent::Model Check(const Program& program, const source::SourceMap& sources,
                    const catalog::Catalog& catalog, const library::Library& library,
                    const Options& options, diag::Sink& sink, std::vector<CodeWaiver>* waivers,
                    Index* index) {
  Reporter reporter(sink);
  Context context{program,
                  sources,
                  catalog,
                  library,
                  options,
                  reporter,
                  support::DateText(options.as_of),
                  LibrariesInScope(program),
                  {},
                  {},
                  {}};
  ReportImportCycles(context);
  CheckPacks(context);
  Declare(context);
  ChoosePartition(context);
  CheckFacts(context);
  CheckEvaluations(context);
  BuildGuardrails(context, sink);
  BuildTeams(context);
  BuildEndpoints(context);
  BuildGateways(context);
  Sentences sentences;
  ElaborateAll(context, sentences);
  FinishWatches(context);
  FinishRetentions(context);
  FinishGateways(context, sentences);
  CheckSeparationOfDuties(context, sentences);
  WarnMissingRights(context, sentences);
  WarnServicesStopped(context);
  WarnDuplicates(context);
  WarnWaysLeft(context);
  WarnUnusedWaivers(context, sentences);
  CheckUnusedSets(context);
  CheckCatalogNames(context);
  CheckAttributes(context);
  ReportUnused(context);
  ReportUnusedImports(context, sentences.used_libraries);
  SortByOrigin(context.model);
  if (waivers != nullptr) *waivers = std::move(context.code_waivers);
  if (index != nullptr && options.notes_uses) *index = IndexOf(context);
  return std::move(context.model);
}

}  // namespace writ::sema
