#include "program/sema/evaluations.h"

#include <algorithm>
#include <array>

#include "base/diag/codes/meaning.h"
#include "base/diag/codes/names.h"
#include "base/diag/codes/types.h"
#include "program/sema/attributes.h"
#include "program/sema/controls.h"
#include "program/sema/governance.h"
#include "program/sema/near.h"

namespace writ::sema {
namespace {

using LiteralKind = syntax::Literal::Kind;

const syntax::UseCaseFact* FactOf(const syntax::EvaluationDecl& decl, std::string_view name) {
  const auto found =
      std::find_if(decl.facts.begin(), decl.facts.end(),
                   [&](const syntax::UseCaseFact& fact) { return fact.name.text == name; });
  return found == decl.facts.end() ? nullptr : &*found;
}

bool IsText(const syntax::Literal& value) { return value.kind == LiteralKind::kString; }

bool IsCount(const syntax::Literal& value) {
  constexpr std::size_t kMostDigits = 9;
  return value.kind == LiteralKind::kNumber && value.text.size() <= kMostDigits &&
         value.text.find('.') == std::string::npos;
}

bool IsSha256(const syntax::Literal& value) {
  constexpr std::size_t kDigits = 64;
  return IsText(value) && value.text.size() == kDigits &&
         value.text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// Formats of files that hold results (docs/reference/evaluation.md).
constexpr std::array<std::string_view, 5> kFormats{"bedrock-automatic", "clarify", "fmeval",
                                                   "sagemaker-model-card", "summary"};

/// `name` with the form that its one value, or each of its values, has.
struct Form {
  std::string_view name;
  bool (*fits)(const syntax::Literal& value);
  std::string_view form;
  bool is_list = false;
};
constexpr std::array<Form, 9> kForms{{
    {"dataset", IsText, "dataset \"…\""},
    {"expires", [](const syntax::Literal& value) { return value.kind == LiteralKind::kDate; },
     "expires DATE"},
    {"format",
     [](const syntax::Literal& value) {
       return value.kind == LiteralKind::kName &&
              std::find(kFormats.begin(), kFormats.end(), value.text) != kFormats.end();
     },
     "format bedrock-automatic, clarify, fmeval, sagemaker-model-card or summary"},
    {"model", IsText, "model \"ID\", …", true},
    {"records", IsCount, "records COUNT"},
    {"sha256", IsSha256, "sha256 \"64 hexadecimal digits\""},
    {"source", IsText, "source \"PATH\""},
    {"task", [](const syntax::Literal& value) { return value.kind == LiteralKind::kName; },
     "task NAME"},
    {"version", IsCount, "version NUMBER"},
}};

void CheckFact(Context& context, const syntax::EvaluationDecl& decl,
               const syntax::UseCaseFact& fact) {
  const auto* const form = std::find_if(
      kForms.begin(), kForms.end(), [&](const Form& each) { return each.name == fact.name.text; });
  if (form == kForms.end()) return;
  const bool one = form->is_list || fact.values.size() == 1;
  if (one && std::all_of(fact.values.begin(), fact.values.end(), form->fits)) {
    if (fact.name.text != "expires") return;
    if (const auto day = support::ParseDate(fact.values[0].text))
      CheckDeadline(context, {fact.values[0].span, day->year, day->month, day->day},
                    "evaluation `" + std::string(decl.name.text) + "`");
    return;
  }
  context.Report(diag::kFactForm, fact.span, fact.name.text, form->form).At("wrong form");
}

/// An evaluation does not apply to another version: ids are exact.
void CheckModels(Context& context, const syntax::UseCaseFact& models) {
  for (const syntax::Literal& id : models.values) {
    if (!IsText(id) || context.catalog.FindId(id.text)) continue;
    auto& found =
        context.Report(diag::kNotInCatalog, id.span, "model id", id.text, context.catalog.date());
    found.At("not a model id").Suggest("`writ catalog models` lists the ids");
  }
}

/// Metrics of which lower values are better. Source: Bedrock User Guide,
/// model-evaluation-report-programmatic (2026): toxicity; robustness is a rate of errors.
constexpr std::array<std::string_view, 2> kLowerIsBetter{"Robustness", "Toxicity"};

void CheckEvaluation(Context& context, const syntax::EvaluationDecl& decl) {
  std::vector<std::string> documented{"by"};
  for (const Form& form : kForms) documented.emplace_back(form.name);
  std::set<std::string_view> given;
  for (const syntax::UseCaseFact& fact : decl.facts) {
    CheckAttribute(context, fact.name, fact.values, "evaluations", documented);
    if (!given.insert(fact.name.text).second)
      context.Report(diag::kNameTaken, fact.name.span, fact.name.text).At("given again");
    CheckFact(context, decl, fact);
    if (fact.date && DayOf(*fact.date) > context.options.as_of)
      context
          .Report(diag::kNotYetGiven, fact.date->span,
                  "evaluation `" + std::string(decl.name.text) + "`",
                  support::DateText(DayOf(*fact.date)))
          .At("later than " + context.as_of);
  }
  std::vector<std::string> missing;
  for (const char* name : {"by", "expires", "format", "model", "sha256", "source"})
    if (!given.contains(name)) missing.emplace_back(name);
  if (decl.metrics.empty()) missing.emplace_back("metric");
  if (!missing.empty())
    context
        .Report(diag::kEvaluationIncomplete, decl.name.span, decl.name.text, OrList(missing, "and"))
        .At("nobody can check it");
  if (const syntax::UseCaseFact* models = FactOf(decl, "model")) CheckModels(context, *models);
  for (const syntax::Metric& metric : decl.metrics) {
    const bool lower = std::find(kLowerIsBetter.begin(), kLowerIsBetter.end(), metric.name.value) !=
                       kLowerIsBetter.end();
    const bool bounded = std::any_of(metric.bounds.begin(), metric.bounds.end(),
                                     [](const syntax::Bound& bound) { return bound.at_most; });
    if (lower && !bounded)
      context.Report(diag::kMetricDirection, metric.span, metric.name.value)
          .At("sets no upper bound")
          .Suggest("write `at most`");
  }
}

/// Ids of foundation models in ARNs after `on`; one with a wildcard stays as it is.
std::vector<std::string> IdsIn(const std::vector<std::string>& resources) {
  constexpr std::string_view kMark = ":foundation-model/";
  std::vector<std::string> ids;
  for (const std::string& resource : resources) {
    const std::size_t at = resource.find(kMark);
    ids.push_back(at == std::string::npos ? resource : resource.substr(at + kMark.size()));
  }
  return ids;
}

}  // namespace

void CheckEvaluations(Context& context) {
  for (const syntax::EvaluationDecl* decl : context.symbols.evaluations)
    CheckEvaluation(context, *decl);
}

bool CheckEvaluated(Context& context, const intent::Permission& permission) {
  std::set<std::string> evaluated;
  for (const std::string& name : permission.origin.after) {
    const Symbol* symbol = context.symbols.Find(Space::kEvaluations, name);
    const syntax::UseCaseFact* models =
        FactOf(*context.symbols.evaluations[symbol->index], "model");
    if (models == nullptr) continue;
    for (const syntax::Literal& id : models->values) evaluated.insert(id.text);
  }
  std::set<std::string> left;
  for (const intent::Call& call : permission.calls)
    if (!evaluated.contains(call.model)) left.insert(call.model);
  for (const std::string& id : IdsIn(permission.operation.resources))
    if (!evaluated.contains(id)) left.insert(id);
  if (left.empty()) return true;
  context
      .Report(diag::kNotEvaluated, permission.origin.span,
              OrList({left.begin(), left.end()}, "and"))
      .At("grants calls that were not evaluated")
      .Note("an evaluation does not apply to another model id");
  return false;
}

std::vector<intent::Need> ReadNeeds(Context& context, const syntax::Requirement& requirement) {
  using Kind = syntax::Need::Kind;
  std::vector<intent::Need> needs;
  for (const syntax::Need& need : requirement.needs) {
    intent::Need result;
    switch (need.kind) {
      case Kind::kUseCase:
        result.kind = intent::Need::Kind::kUseCase;
        break;
      case Kind::kEvaluation:
        result.kind = intent::Need::Kind::kEvaluation;
        break;
      case Kind::kGuardrail:
        result.kind = intent::Need::Kind::kGuardrail;
        break;
      case Kind::kUntil:
        result.kind = intent::Need::Kind::kUntil;
        break;
      case Kind::kBecause:
        result.kind = intent::Need::Kind::kBecause;
        break;
      case Kind::kControl: {
        result.kind = intent::Need::Kind::kControl;
        std::optional<std::string> control = ControlNamed(context, *need.control);
        if (!control) continue;
        result.name = *std::move(control);
        break;
      }
      case Kind::kAttestation: {
        result.kind = intent::Need::Kind::kAttestation;
        result.name = std::string(need.attestation->text);
        Symbol* symbol = context.symbols.Find(Space::kAttestations, need.attestation->text);
        result.is_declared = symbol != nullptr;
        if (symbol != nullptr) context.MarkUsed(*symbol, need.attestation->span);
        break;
      }
    }
    needs.push_back(std::move(result));
  }
  return needs;
}

}  // namespace writ::sema
