#include "output/lower/bundle.h"

#include <algorithm>
#include <optional>

#include "iam/policy/account.h"
#include "iam/policy/pattern.h"

namespace writ::lower {
namespace {

bool IsPart(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

bool IsWord(std::string_view text, std::size_t at, std::size_t size) {
  return (at == 0 || !IsPart(text[at - 1])) &&
         (at + size >= text.size() || !IsPart(text[at + size]));
}

bool ListsAccounts(const policy::Condition& condition) {
  const bool is_account = condition.key == "aws:PrincipalAccount";
  if (!is_account && condition.key != "aws:PrincipalArn") return false;
  return std::ranges::any_of(condition.values, [&](const std::string& value) {
    if (is_account) return policy::IsAccountId(value);
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(value);
    return segments && policy::IsAccountId((*segments)[4]);
  });
}

}  // namespace

Callers::Form FormIn(const policy::Statement& statement) {
  if (std::ranges::any_of(statement.conditions, ListsAccounts)) return Callers::Form::kListed;
  const bool is_by_path = std::ranges::any_of(
      statement.conditions,
      [](const policy::Condition& condition) { return condition.key == "aws:PrincipalOrgPaths"; });
  return is_by_path ? Callers::Form::kUnits : Callers::Form::kAll;
}

std::string_view Name(Callers::Form form) {
  switch (form) {
    case Callers::Form::kAll:
      return "all";
    case Callers::Form::kUnits:
      return "units";
    case Callers::Form::kListed:
      return "listed";
    case Callers::Form::kSpread:
      return "spread";
  }
  return "";
}

NamePlaces FindStandIns(std::string_view text, const std::vector<AssignedName>& names) {
  NamePlaces places;
  for (std::size_t n = 0; n < names.size(); ++n) {
    const std::string& stand_in = names[n].stand_in;
    for (std::size_t at = text.find(stand_in); at != std::string_view::npos;
         at = text.find(stand_in, at + 1)) {
      if (IsWord(text, at, stand_in.size())) places.emplace_back(at, n);
    }
  }
  return places;
}

std::string WithNames(std::string text, const NamePlaces& places,
                      const std::vector<AssignedName>& names) {
  for (const auto& [at, n] : places) {
    std::ranges::copy(names[n].name, text.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return text;
}

void Spell(Document& document, const std::vector<Sourced>& statements) {
  if (&document.statements != &statements) document.statements = statements;
  const auto spell = [&](std::vector<std::string>& values) {
    for (std::string& value : values) {
      const NamePlaces places = FindStandIns(value, document.names);
      if (!places.empty()) value = WithNames(std::move(value), places, document.names);
    }
  };
  for (Sourced& sourced : document.statements) {
    policy::Statement& statement = sourced.statement;
    if (statement.resource) spell(statement.resource->values);
    for (policy::Condition& condition : statement.conditions) spell(condition.values);
  }
  document.names.clear();
  document.like.reset();
}

void Spell(Bundle& bundle) {
  // From the last: what a document is like comes before it.
  for (std::size_t d = bundle.documents.size(); d-- > 0;) {
    Document& document = bundle.documents[d];
    Spell(document,
          document.like ? bundle.documents[*document.like].statements : document.statements);
  }
}

}  // namespace writ::lower
