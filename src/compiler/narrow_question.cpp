#include "compiler/narrow_question.h"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

namespace writ::compiler {
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

/// The fewest OUs and accounts that are exactly these member accounts.
std::vector<const intent::Node*> NodesOf(const intent::Organization& organization,
                                         const std::vector<AccountIndex>& accounts) {
  const auto is_full = [&](intent::NodeIndex index) {
    const std::vector<AccountIndex>& below = organization.nodes[index.value].accounts;
    return index.value != 0 && !below.empty() && std::ranges::all_of(below, [&](AccountIndex one) {
             return std::ranges::find(accounts, one) != accounts.end();
           });
  };
  std::vector<const intent::Node*> nodes;
  for (std::uint32_t i = 0; i < organization.nodes.size(); ++i) {
    const intent::Node& node = organization.nodes[i];
    if (is_full({i}) && !(node.parent && is_full(*node.parent))) nodes.push_back(&node);
  }
  return nodes;
}

/// Whether everyone whom the question names is in each account that `nodes` name by itself, as the
/// language demands.
bool AreAllThere(const intent::Bound& bound, const std::vector<const intent::Node*>& nodes) {
  return std::ranges::all_of(nodes, [&](const intent::Node* node) {
    if (node->kind != intent::Node::Kind::kAccount) return true;
    for (const auto* holders : {&bound.included, &bound.excepted}) {
      for (const intent::Holder& holder : *holders) {
        if (!std::ranges::binary_search(holder.accounts, node->accounts.front())) return false;
      }
    }
    return true;
  });
}

/// "prod, sandbox", or "acme except mgmt": these member accounts in words; empty if no words are
/// sure to be taken.
std::string TermsOf(const intent::Organization& organization, const intent::Prohibition& asked) {
  const auto nodes = NodesOf(organization, asked.accounts);
  if (AreAllThere(asked.bound, nodes)) {
    std::vector<std::string> names;
    for (const intent::Node* node : nodes) names.push_back(node->name);
    return fmt::format("{}", fmt::join(names, ", "));
  }
  const auto management = std::ranges::find_if(
      organization.accounts, [](const intent::Account& account) { return account.management; });
  // A management account that the program gives no name cannot be named.
  const bool is_all = asked.accounts.size() + 1 == organization.accounts.size();
  if (!is_all || organization.name.empty() || management->name == "management") return {};
  return fmt::format("{} except {}", organization.name, management->name);
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
                     const Checked& checked, access::Access& access, diag::Diagnostic& found) {
  const intent::Organization& organization = checked.model.organization;
  const auto is_management = [&](AccountIndex account) {
    return organization.accounts[account.value].management;
  };
  if (!answer.shown || !question.cannot || answer.shown->caller.is_outside ||
      !answer.shown->caller.joins.empty())
    return;
  if (!is_management(answer.shown->caller.account)) return;
  found.Note(fmt::format("SCPs do not bind the management account `{}`",
                         organization.accounts[answer.shown->caller.account.value].name));
  intent::Question narrow = question;
  std::erase_if(narrow.cannot->accounts, is_management);
  if (narrow.cannot->accounts.empty()) return;
  if (access.Decide(narrow).kind != access::Answer::Kind::kHolds) return;
  for (const syntax::File& file : checked.program.files) {
    const syntax::Sentence* sentence = FindSentence(file.items, question.origin.span);
    if (sentence == nullptr) continue;
    const std::optional<Place> place = PlaceOf(sentence->subject);
    const std::string terms = TermsOf(organization, *narrow.cannot);
    if (!place || terms.empty()) return;
    found.Patch("ask about the accounts that SCPs bind", place->span,
                place->has_in ? terms : " in " + terms);
    return;
  }
}

}  // namespace writ::compiler
