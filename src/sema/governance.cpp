#include "sema/governance.h"

#include <algorithm>
#include <array>

#include "sema/near.h"
#include "writ/diag/codes/meaning.h"
#include "writ/diag/codes/names.h"

namespace writ::sema {
namespace {

/// Facts of an attestation after which it counts no more.
constexpr std::array<std::string_view, 8> kEnds{"expires", "expiry", "valid-until", "valid-to",
                                                "end",     "ends",   "renew-by",    "expires-on"};

void CheckUseCase(Context& context, const syntax::UseCaseDecl& decl) {
  for (const syntax::UseCaseFact& fact : decl.facts) {
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
  bool ends = false;
  for (const syntax::Attribute& fact : decl.facts) {
    const auto date = support::ParseDate(fact.value.text);
    if (!date || fact.value.kind == syntax::Literal::Kind::kName) continue;
    if (std::find(kEnds.begin(), kEnds.end(), fact.name.text) == kEnds.end()) continue;
    ends = true;
    CheckDeadline(context, {fact.value.span, date->year, date->month, date->day},
                  "attestation `" + std::string(decl.name.text) + "`");
  }
  if (!ends)
    context.Report(diag::kAttestationWithoutEnd, decl.name.span, decl.name.text)
        .At("never lapses")
        .Suggest("add `expires DATE`");
}

}  // namespace

support::Date DayOf(const syntax::Date& date) { return {date.year, date.month, date.day}; }

void CheckDeadline(Context& context, const syntax::Date& day, const std::string& what) {
  const std::int64_t left =
      support::DayNumber(DayOf(day)) - support::DayNumber(context.options.as_of);
  const std::string text = support::DateText(DayOf(day));
  if (left < 0) {
    context.Report(diag::kLapsed, day.span, what, text)
        .At(std::to_string(-left) + (left == -1 ? " day ago" : " days ago"))
        .Note("as of " + context.as_of);
  } else if (left <= kSoonDays) {
    context.Report(diag::kLapsesSoon, day.span, what, text)
        .At(left == 0 ? "today" : "in " + std::to_string(left) + (left == 1 ? " day" : " days"))
        .Note("as of " + context.as_of);
  }
}

bool CheckWaiver(Context& context, const syntax::WaiveQualifier& waiver, bool reasoned) {
  const std::vector<std::string> rules{std::string(kKeyNotCarried),
                                       std::string(kSeparationOfDuties)};
  if (std::find(rules.begin(), rules.end(), waiver.rule.text) == rules.end()) {
    auto& found = context.Report(diag::kUnknownName, waiver.rule.span, "rule", waiver.rule.text);
    found.At("no such rule");
    SuggestName(found, waiver.rule.span, waiver.rule.text, rules, "rules that can be waived");
    return false;
  }
  CheckDeadline(context, waiver.until, "the waiver of `" + std::string(waiver.rule.text) + "`");
  if (!reasoned)
    context.Report(diag::kWaiverWithoutReason, waiver.rule.span, waiver.rule.text)
        .At("why?")
        .Suggest("add `because \"…\"` right after it");
  return true;
}

void CheckFacts(Context& context) {
  for (const syntax::UseCaseDecl* decl : context.symbols.use_cases) CheckUseCase(context, *decl);
  for (const syntax::AttestationDecl* decl : context.symbols.attestations)
    CheckAttestation(context, *decl);
}

}  // namespace writ::sema
