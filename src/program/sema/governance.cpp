#include "program/sema/governance.h"

#include <algorithm>
#include <array>

#include "base/diag/codes/meaning.h"
#include "base/diag/codes/names.h"
#include "base/diag/codes/types.h"
#include "program/sema/attributes.h"
#include "program/sema/near.h"

namespace writ::sema {
namespace {

/// Facts of an attestation after which it counts no more.
constexpr std::array<std::string_view, 8> kEnds{"expires", "expiry", "valid-until", "valid-to",
                                                "end",     "ends",   "renew-by",    "expires-on"};

/// Reports a fact that is not written in its form: one that nothing would check.
void CheckForm(Context& context, Span span, std::string_view name, bool fits,
               std::string_view form) {
  if (!fits) context.Report(diag::kFactForm, span, name, form).At("wrong form");
}

void CheckUseCase(Context& context, const syntax::UseCaseDecl& decl) {
  static const std::vector<std::string> documented{"approved", "data", "owner", "review", "risk"};
  for (const syntax::UseCaseFact& fact : decl.facts) {
    CheckAttribute(context, fact.name, fact.values, "use-cases", documented);
    const std::string_view name = fact.name.text;
    const bool has_values = !fact.values.empty();
    if (name == "approved")
      CheckForm(context, fact.span, name, fact.by && fact.date, "approved by \"…\" on DATE");
    if (name == "review")
      CheckForm(context, fact.span, name, !fact.by && fact.date, "review by DATE");
    if (name == "owner" || name == "risk")
      CheckForm(context, fact.span, name, fact.values.size() == 1,
                name == "owner" ? "owner \"…\"" : "risk LEVEL");
    if (name == "data") CheckForm(context, fact.span, name, has_values, "data CLASS, …");
    const std::string what =
        "`" + std::string(fact.name.text) + "` of use-case `" + std::string(decl.name.text) + "`";
    if (fact.by && fact.date) {
      // `approved by "…" on DATE`: given on that day.
      if (DayOf(*fact.date) > context.options.as_of)
        context
            .Report(diag::kNotYetGiven, fact.date->span, what, support::DateText(DayOf(*fact.date)))
            .At("later than " + context.as_of);
    } else if (fact.date) {
      CheckDeadline(context, *fact.date, what);
    }
  }
}

void CheckAttestation(Context& context, const syntax::AttestationDecl& decl) {
  std::vector<std::string> documented(kEnds.begin(), kEnds.end());
  for (const char* name : {"signed", "by", "reference"}) documented.emplace_back(name);
  bool ends = false;
  for (const syntax::Attribute& fact : decl.facts) {
    CheckAttribute(context, fact.name, {fact.value}, "attestations", documented);
    const bool is_end = std::find(kEnds.begin(), kEnds.end(), fact.name.text) != kEnds.end();
    const bool is_date = fact.value.kind != syntax::Literal::Kind::kName;
    const auto date = is_date ? support::ParseDate(fact.value.text) : std::nullopt;
    if (is_end || fact.name.text == "signed")
      CheckForm(context, fact.span, fact.name.text, date.has_value(),
                std::string(fact.name.text) + " DATE");
    if (!date) continue;
    if (fact.name.text == "signed" && *date > context.options.as_of)
      context
          .Report(diag::kNotYetGiven, fact.value.span,
                  "attestation `" + std::string(decl.name.text) + "`", support::DateText(*date))
          .At("later than " + context.as_of);
    if (!is_end) continue;
    ends = true;
    CheckDeadline(context, {fact.value.span, date->year, date->month, date->day},
                  "attestation `" + std::string(decl.name.text) + "`");
  }
  if (!ends)
    context.Report(diag::kAttestationWithoutEnd, decl.name.span, decl.name.text)
        .At("never expires")
        .Suggest("add `expires DATE`");
}

}  // namespace

support::Date DayOf(const syntax::Date& date) { return {date.year, date.month, date.day}; }

void CheckDeadline(Context& context, const syntax::Date& day, const std::string& what) {
  const std::int64_t left =
      support::DayNumber(DayOf(day)) - support::DayNumber(context.options.as_of);
  const std::string text = support::DateText(DayOf(day));
  context.model.deadlines.push_back({what, text, day.span});
  if (left < 0) {
    diag::Diagnostic& found = context.Report(diag::kLapsed, day.span, what, text);
    if (!context.options.lapsed_stops) found.As(diag::Severity::kWarning);
    found.At(std::to_string(-left) + (left == -1 ? " day ago" : " days ago"))
        .Note("as of " + context.as_of);
  } else if (left <= kSoonDays) {
    context.Report(diag::kLapsesSoon, day.span, what, text)
        .At(left == 0 ? "today" : "in " + std::to_string(left) + (left == 1 ? " day" : " days"))
        .Note("as of " + context.as_of);
  }
}

namespace {

/// The number in `W4018`; nothing for another text.
std::optional<std::uint16_t> CodeIn(std::string_view rule) {
  constexpr std::size_t kDigits = 4;
  if (rule.size() != kDigits + 1 || rule.front() != 'W') return std::nullopt;
  std::uint16_t number = 0;
  for (const char c : rule.substr(1)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = static_cast<std::uint16_t>(number * 10 + (c - '0'));
  }
  return number;
}

/// The rule of that name or code, in its canonical name; nothing, reported, if it cannot be waived.
std::optional<std::string> RuleOf(Context& context, const syntax::Name& rule) {
  const std::vector<std::string> rules{std::string(kKeyNotCarried),
                                       std::string(kSeparationOfDuties)};
  const std::optional<std::uint16_t> code = CodeIn(rule.text);
  if (code == diag::kKeyNotCarried.number) return rules[0];
  if (code == diag::kSeparationOfDuties.number) return rules[1];
  const diag::Row* row = code ? diag::FindRow(*code) : nullptr;
  if (row != nullptr && row->severity == diag::Severity::kWarning) return std::string(rule.text);
  if (row != nullptr) {
    context.Report(diag::kErrorWaived, rule.span, rule.text)
        .At("not waivable")
        .Note("only warnings, " + OrList(rules, "and") + " can be waived");
    return std::nullopt;
  }
  if (!code && std::find(rules.begin(), rules.end(), rule.text) != rules.end())
    return std::string(rule.text);
  auto& found = context.Report(diag::kUnknownName, rule.span, "rule", rule.text);
  found.At("no such rule");
  SuggestName(found, rule.span, rule.text, rules,
              "rules that can be waived, besides warnings by their codes");
  return std::nullopt;
}

}  // namespace

std::optional<Waiver> CheckWaiver(Context& context, const syntax::WaiveQualifier& waiver, Span span,
                                  const std::string& because) {
  std::optional<std::string> rule = RuleOf(context, waiver.rule);
  if (!rule) return std::nullopt;
  CheckDeadline(context, waiver.until, "the waiver of `" + std::string(waiver.rule.text) + "`");
  if (because.empty())
    context.Report(diag::kWaiverWithoutReason, waiver.rule.span, waiver.rule.text)
        .At("no reason given")
        .Suggest("add `because \"…\"` directly after it");
  Waiver result;
  result.said = {std::move(*rule), support::DateText(DayOf(waiver.until)), waiver.by.value,
                 because};
  result.span = span;
  result.code = CodeIn(result.said.rule).value_or(0);
  return result;
}

void CheckFacts(Context& context) {
  for (const syntax::UseCaseDecl* decl : context.symbols.use_cases) CheckUseCase(context, *decl);
  for (const syntax::AttestationDecl* decl : context.symbols.attestations)
    CheckAttestation(context, *decl);
}

}  // namespace writ::sema
