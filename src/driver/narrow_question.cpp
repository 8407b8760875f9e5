#include "driver/narrow_question.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

namespace writ::driver {
namespace {

using intent::AccountIndex;

/// The sentence at `span`, among assertions and lines of tests.
const syntax::Sentence* FindSentence(const std::vector<syntax::Item>& items, source::Span span) {
  for (const syntax::Item& item : items) {
    const syntax::Sentence* found = nullptr;
    if (const auto* given = std::get_if<syntax::Given>(&item.form)) {
      found = FindSentence(given->items, span);
    } else if (const auto* assertion = std::get_if<syntax::Assertion>(&item.form)) {
      if (assertion->sentence.span == span) found = &assertion->sentence;
    } else if (const auto* test = std::get_if<syntax::TestDecl>(&item.form)) {
      for (const syntax::Sentence& line : test->lines) {
        if (line.span == span) found = &line;
      }
    }
    if (found != nullptr) return found;
  }
  return nullptr;
}

/// "prod, sandbox": the fewest OUs and accounts that are exactly these member accounts.
std::string TermsOf(const intent::Organization& organization,
                    const std::vector<AccountIndex>& accounts) {
  const auto is_full = [&](intent::NodeIndex index) {
    const std::vector<AccountIndex>& below = organization.nodes[index.value].accounts;
    return index.value != 0 && !below.empty() && std::ranges::all_of(below, [&](AccountIndex one) {
             return std::ranges::find(accounts, one) != accounts.end();
           });
  };
  std::vector<std::string> terms;
  for (std::uint32_t i = 0; i < organization.nodes.size(); ++i) {
    const intent::Node& node = organization.nodes[i];
    if (is_full({i}) && !(node.parent && is_full(*node.parent))) terms.push_back(node.name);
  }
  return fmt::format("{}", fmt::join(terms, ", "));
}

/// Where `in` and accounts go, and what stands there now.
struct Place {
  source::Span span;
  bool has_in = false;
};

std::optional<Place> PlaceOf(const syntax::Subject& subject) {
  if (subject.in) return Place{subject.in->span, true};
  source::Span after = subject.quantifier_span;
  for (const syntax::Principal& principal : subject.principals) after = principal.span;
  if (!after.valid()) return std::nullopt;
  after.begin = after.end;
  return Place{after, false};
}

}  // namespace

void NarrowToMembers(const intent::Question& question, const access::Answer& answer,
                     const Meaning& meaning, access::Access& access, diag::Diagnostic& found) {
  const intent::Organization& organization = meaning.model.organization;
  const auto is_management = [&](AccountIndex account) {
    return organization.accounts[account.value].management;
  };
  if (!answer.shown || !is_management(answer.shown->caller.account) || !question.cannot) return;
  found.Note(fmt::format("SCPs do not bind the management account `{}`",
                         organization.accounts[answer.shown->caller.account.value].name));
  intent::Question narrow = question;
  std::erase_if(narrow.cannot->accounts, is_management);
  if (narrow.cannot->accounts.empty()) return;
  if (access.Decide(narrow).kind != access::Answer::Kind::kHolds) return;
  for (const syntax::File& file : meaning.program.files) {
    const syntax::Sentence* sentence = FindSentence(file.items, question.origin.span);
    if (sentence == nullptr) continue;
    const std::optional<Place> place = PlaceOf(sentence->subject);
    const std::string terms = TermsOf(organization, narrow.cannot->accounts);
    if (!place || terms.empty()) return;
    found.Patch("ask about the accounts that SCPs bind", place->span,
                place->has_in ? terms : " in " + terms);
    return;
  }
}

}  // namespace writ::driver
