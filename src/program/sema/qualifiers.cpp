#include "program/sema/qualifiers.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/diag/codes/meaning.h"
#include "base/diag/codes/names.h"
#include "base/diag/codes/types.h"
#include "program/intent/planes.h"
#include "program/sema/controls.h"
#include "program/sema/near.h"
#include "program/sema/units.h"

namespace writ::sema {
namespace {

void AddOnce(std::vector<std::string>& list, std::string_view text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.emplace_back(text);
}

class Reader {
 public:
  Reader(Context& context, Reading reading, std::deque<Waiver>& waivers, bool routed)
      : context_(context), reading_(reading), waivers_(waivers), routed_(routed) {}

  void ReadAll(const std::vector<syntax::Qualifier>& qualifiers, const Environment* environment) {
    environment_ = environment;
    for (std::size_t i = 0; i < qualifiers.size(); ++i) {
      span_ = qualifiers[i].span;
      follows_waiver_ =
          i > 0 && std::holds_alternative<syntax::WaiveQualifier>(qualifiers[i - 1].form);
      const auto* reason = i + 1 < qualifiers.size()
                               ? std::get_if<syntax::BecauseQualifier>(&qualifiers[i + 1].form)
                               : nullptr;
      reason_ = reason == nullptr ? "" : reason->reason.value;
      std::visit([this](const auto& form) { Read(form); }, qualifiers[i].form);
    }
  }
  void ReadIn(const syntax::SetExpr& set, const Environment* environment) {
    environment_ = environment;
    span_ = set.span;
    NarrowPlace(set);
  }
  Narrowing Take() {
    CheckPeriod();
    return std::move(result_);
  }

 private:
  void Read(const syntax::InQualifier& form) {
    if (!ReportGeography(form.set)) NarrowPlace(form.set);
  }
  bool ReportGeography(const syntax::SetExpr& expr);
  [[nodiscard]] bool IsDeclared(std::string_view name) const;
  void Read(const syntax::RoutedQualifier& form);
  void Read(const syntax::ThroughQualifier& form);
  void Read(const syntax::WithGuardrailQualifier& form);
  void Read(const syntax::ViaQualifier& form);
  void Read(const syntax::WhenQualifier& form) {
    result_.clauses.push_back(
        {form.unless ? Clause::Kind::kUnless : Clause::Kind::kWhen, &form.cond, span_});
  }
  void Read(const syntax::DateQualifier& form);
  void Read(const syntax::UnderQualifier& form);
  void Read(const syntax::AfterQualifier& form);
  void Read(const syntax::ControlQualifier& form) {
    for (const syntax::String& control : form.controls)
      if (std::optional<std::string> name = ControlNamed(context_, control))
        result_.controls.push_back(*std::move(name));
  }
  void Read(const syntax::WaiveQualifier& form) {
    std::optional<Waiver> waiver = CheckWaiver(context_, form, span_, reason_);
    if (!waiver) return;
    waivers_.push_back(*std::move(waiver));
    result_.waivers.push_back(&waivers_.back());
  }
  void Read(const syntax::BecauseQualifier& form) {
    if (!follows_waiver_) result_.because = form.reason.value;
  }
  void NarrowPlace(const syntax::SetExpr& set);
  void NarrowIndices(std::optional<std::vector<std::uint32_t>>& target, bool& all, Span& place,
                     const syntax::SetExpr& set, Sort sort);
  void NothingLeft(std::string_view what) {
    context_.Report(diag::kNothingLeft, span_, what).At("combined with the other qualifiers");
    result_.good = false;
  }
  void CheckPeriod();

  Context& context_;
  Reading reading_;
  std::deque<Waiver>& waivers_;
  bool routed_;
  const Environment* environment_ = nullptr;
  Span span_;
  Span until_span_;
  bool follows_waiver_ = false;
  std::string reason_;  ///< of a waiver: the `because` right after it
  Narrowing result_;
};

/// `in eu`: a geography says where a call may be processed, and is no set of regions.
bool Reader::ReportGeography(const syntax::SetExpr& expr) {
  if (expr.included.size() != 1 || !expr.excluded.empty()) return false;
  const syntax::SetTerm& term = expr.included[0];
  const bool bare = term.kind == syntax::SetTerm::Kind::kName && !term.from && !term.where &&
                    term.quantifier == syntax::SetTerm::Quantifier::kNone;
  if (!bare || IsDeclared(term.name.text)) return false;
  const catalog::Geography* geography = context_.catalog.FindGeography(term.name.text);
  if (geography == nullptr || !geography->inference) return false;
  result_.good = false;
  auto& found = context_.Report(diag::kUnknownName, term.span, "region or account", term.name.text);
  found.At("a geography, not a set of regions");
  const std::string route =
      geography->scope == "global" ? "routed globally" : "routed within " + geography->scope;
  if (!routed_) {
    found.Suggest("name the regions");
  } else if (reading_ == Reading::kPermission) {
    found.Patch("write `" + route + "`", span_, route);
  } else {
    found.Suggest("to cover calls made in certain regions, name the regions");
    found.Suggest("to cover calls through the inference profiles of the geography, write `" +
                  route + "`");
  }
  return true;
}

bool Reader::IsDeclared(std::string_view name) const {
  for (const Environment* at = environment_; at != nullptr; at = at->outer) {
    for (const auto& [bound, binding] : at->bindings) {
      if (bound == name) return true;
    }
  }
  return context_.symbols.Find(Space::kSets, name) != nullptr;
}

void Reader::NarrowPlace(const syntax::SetExpr& expr) {
  const Set set =
      Evaluate(context_, expr, reading_, Only({Sort::kAccounts, Sort::kRegions}), environment_);
  if (!set.good) {
    result_.good = false;
    return;
  }
  if (set.sort == Sort::kAccounts) {
    result_.accounts_span = expr.span;
    result_.named_accounts.insert(result_.named_accounts.end(), set.singles.begin(),
                                  set.singles.end());
    result_.units = result_.accounts
                        ? CommonUnits(context_.model.organization, result_.units, set.units)
                        : set.units;
    result_.accounts = result_.accounts ? Intersect(*result_.accounts, set.accounts) : set.accounts;
    if (result_.accounts->empty()) NothingLeft("accounts");
    return;
  }
  result_.named_regions.insert(result_.named_regions.end(), set.singles.begin(), set.singles.end());
  result_.regions = result_.regions ? Intersect(*result_.regions, set.regions) : set.regions;
  if (!result_.regions->all_except && result_.regions->regions.empty()) NothingLeft("regions");
}

bool SameRoute(const syntax::Route& one, const syntax::Route& other) {
  return one.kind == other.kind && one.geography.text == other.geography.text;
}

void Reader::Read(const syntax::RoutedQualifier& form) {
  for (const syntax::Route& route : form.routes) {
    if (route.kind != syntax::Route::Kind::kWithin) continue;
    const catalog::Geography* geography = context_.catalog.FindGeography(route.geography.text);
    if (geography != nullptr && geography->inference && geography->scope != "global") continue;
    std::vector<std::string> known;
    for (const catalog::Geography& each : context_.catalog.geographies())
      if (each.inference && each.scope != "global") known.push_back(each.scope);
    auto& found = context_.Report(diag::kUnknownName, route.geography.span, "geography",
                                  route.geography.text);
    if (route.geography.text == "global") {
      found.At("not a geography").Patch("write `globally`", route.span, "globally");
    } else {
      found.At("no inference profile routes there");
      SuggestName(found, route.geography.span, route.geography.text, known, "geographies");
    }
    result_.good = false;
  }
  if (result_.routes.empty()) {
    result_.routes = form.routes;
  } else {
    std::erase_if(result_.routes, [&](const syntax::Route& route) {
      return std::none_of(form.routes.begin(), form.routes.end(),
                          [&](const syntax::Route& other) { return SameRoute(route, other); });
    });
    if (result_.routes.empty()) NothingLeft("routes");
  }
  result_.routed_span = span_;
}

void Reader::Read(const syntax::ThroughQualifier& form) {
  using intent::Plane;
  std::vector<Plane> planes;
  for (const syntax::Name& name : form.planes) {
    constexpr std::array kPlanes{Plane::kBedrock, Plane::kMantle, intent::kClaudePlatform};
    const auto plane = std::find_if(kPlanes.begin(), kPlanes.end(),
                                    [&](Plane each) { return intent::Name(each) == name.text; });
    if (plane == kPlanes.end()) {
      auto& found = context_.Report(diag::kUnknownName, name.span, "plane", name.text);
      found.At("not a plane");
      SuggestName(found, name.span, name.text, {"bedrock", "claude-platform", "mantle"}, "planes");
      result_.good = false;
      continue;
    }
    planes.push_back(*plane);
  }
  if (planes.empty()) return;
  std::sort(planes.begin(), planes.end());
  planes.erase(std::unique(planes.begin(), planes.end()), planes.end());
  result_.planes = result_.planes.empty() ? planes : Common(result_.planes, planes);
  if (result_.planes.empty()) NothingLeft("planes");
  result_.plane_span = span_;
}

void Reader::NarrowIndices(std::optional<std::vector<std::uint32_t>>& target, bool& all,
                           Span& place, const syntax::SetExpr& expr, Sort sort) {
  const Set set = Evaluate(context_, expr, reading_, Only({sort}), environment_);
  if (!set.good) {
    result_.good = false;
    return;
  }
  all = set.things.all && (all || !target);
  target = target ? Common(*target, set.indices) : set.indices;
  place = span_;
  if (target->empty() && !all) NothingLeft(SortWords(sort));
}

void Reader::Read(const syntax::WithGuardrailQualifier& form) {
  NarrowIndices(result_.guardrails, result_.any_guardrail, result_.guardrail_span, form.guardrails,
                Sort::kGuardrails);
}

void Reader::Read(const syntax::ViaQualifier& form) {
  if (form.kind == syntax::ViaQualifier::Kind::kEndpoint) {
    NarrowIndices(result_.endpoints, result_.any_endpoint, result_.endpoint_span, form.set,
                  Sort::kEndpoints);
    return;
  }
  const Set set = Evaluate(context_, form.set, reading_, Only({Sort::kProfiles}), environment_);
  if (!set.good) {
    result_.good = false;
    return;
  }
  if (result_.profiles) {
    intent::Profiles both;
    both.all_application = result_.profiles->all_application && set.profiles.all_application;
    both.all_system = result_.profiles->all_system && set.profiles.all_system;
    both.arns = Common(result_.profiles->arns, set.profiles.arns);
    result_.profiles = std::move(both);
    if (!result_.profiles->all_application && !result_.profiles->all_system &&
        result_.profiles->arns.empty())
      NothingLeft("profiles");
  } else {
    result_.profiles = set.profiles;
  }
  result_.profile_span = span_;
}

void Reader::Read(const syntax::DateQualifier& form) {
  const std::string day = support::DateText(DayOf(form.date));
  if (form.until) {
    CheckDeadline(context_, form.date, "the sentence");
    if (!result_.period.until || day < *result_.period.until) result_.period.until = day;
    until_span_ = form.date.span;
  } else if (!result_.period.from || day > *result_.period.from) {
    result_.period.from = day;
    if (!until_span_.valid()) until_span_ = form.date.span;
  }
}

void Reader::CheckPeriod() {
  const intent::Period& period = result_.period;
  if (!period.from || !period.until || *period.from <= *period.until) return;
  context_.Report(diag::kNeverInForce, until_span_, *period.from, *period.until)
      .At("ends before it begins")
      .Suggest("write the earlier day after `from`");
  result_.good = false;
}

void Reader::Read(const syntax::UnderQualifier& form) {
  Symbol* symbol = context_.symbols.Find(Space::kUseCases, form.use_case.text);
  if (symbol == nullptr) {
    symbol = context_.symbols.Find(Space::kAttestations, form.use_case.text);
  }
  if (symbol == nullptr) {
    symbol = context_.symbols.FindAnywhere(form.use_case.text);
    auto& found =
        context_.Report(diag::kUnknownName, form.use_case.span, "use-case", form.use_case.text);
    if (symbol != nullptr) {
      found.At("this is " + std::string(KindWords(symbol->kind)))
          .Also(symbol->name.span, "declared here");
    } else {
      found.At("not declared");
      SuggestName(found, form.use_case.span, form.use_case.text,
                  context_.symbols.Names({Symbol::Kind::kUseCase, Symbol::Kind::kAttestation}),
                  "use-cases");
    }
    return;
  }
  context_.MarkUsed(*symbol, form.use_case.span);
  if (symbol->kind == Symbol::Kind::kUseCase) {
    result_.use_case = std::string(form.use_case.text);
  } else {
    AddOnce(result_.attestations, form.use_case.text);
  }
}

void Reader::Read(const syntax::AfterQualifier& form) {
  result_.after_span = span_;
  for (const syntax::Name& name : form.evaluations) {
    Symbol* symbol = context_.symbols.Find(Space::kEvaluations, name.text);
    if (symbol == nullptr) {
      auto& found = context_.Report(diag::kUnknownName, name.span, "evaluation", name.text);
      found.At("not declared");
      SuggestName(found, name.span, name.text, context_.symbols.Names({Symbol::Kind::kEvaluation}),
                  "evaluations");
      result_.good = false;
      continue;
    }
    context_.MarkUsed(*symbol, name.span);
    AddOnce(result_.after, name.text);
  }
}

}  // namespace

Narrowing ReadQualifiers(Context& context, const std::vector<GivenFrame>& givens,
                         const std::vector<syntax::Qualifier>& own,
                         const syntax::SetExpr* subject_in, const Environment* environment,
                         Reading reading, std::deque<Waiver>& waivers, bool routed) {
  Reader reader(context, reading, waivers, routed);
  for (const GivenFrame& frame : givens) reader.ReadAll(frame.given->qualifiers, frame.environment);
  if (subject_in != nullptr) reader.ReadIn(*subject_in, environment);
  reader.ReadAll(own, environment);
  return reader.Take();
}

}  // namespace writ::sema
