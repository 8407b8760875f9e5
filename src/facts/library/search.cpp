#include "facts/library/search.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/support/nearest.h"

namespace writ::library {
namespace {

using Words = std::vector<std::string>;

std::string_view ClassName(VerbClass verb_class) {
  switch (verb_class) {
    case VerbClass::kRuntime:
      return "runtime";
    case VerbClass::kAdmin:
      return "admin";
    case VerbClass::kNeutral:
      return "neutral";
  }
  return "";
}

/// IAM actions of some legs, each once, sorted. For those that the catalog lists by kind stands how
/// they are found, in parentheses.
Words ActionsOf(const std::vector<Leg>& legs) {
  std::set<std::string> actions;
  for (const Leg& leg : legs) {
    actions.insert(leg.actions.begin(), leg.actions.end());
    if (leg.actions.empty()) actions.insert("(" + leg.select + ")");
  }
  return {actions.begin(), actions.end()};
}

catalog::Row RowOf(const Verb& verb, const Module& module) {
  return {{"name", verb.name},
          {"of", verb.sort},
          {"class", std::string(ClassName(verb.verb_class))},
          {"service", module.name},
          {"takes", verb.takes},
          {"kinds", verb.kinds.empty() ? Words{"all"} : verb.kinds},
          {"permit", ActionsOf(verb.permit)},
          {"forbid", ActionsOf(verb.forbid)},
          {"needs", verb.needs}};
}

/// Whether the words are somewhere in the row.
bool Accepts(const catalog::Filter& filter, const catalog::Row& row) {
  std::string text;
  for (const catalog::Cell& cell : row) {
    if (const auto* words = std::get_if<Words>(&cell.value)) {
      text += fmt::format("{} ", fmt::join(*words, " "));
    } else if (const auto* one = std::get_if<std::string>(&cell.value)) {
      text += *one + " ";
    }
  }
  return filter.Accepts(text);
}

}  // namespace

catalog::Answer SearchVerbs(const Library& library, std::span<const std::string> words) {
  catalog::Answer answer;
  answer.topic = catalog::Topic::kVerbs;
  answer.words.assign(words.begin(), words.end());
  answer.part.emplace().name = "library";
  const catalog::Filter filter(words);
  for (const Module& module : library.modules()) {
    const std::size_t before = answer.rows.size();
    for (const Verb& verb : module.verbs) {
      catalog::Row row = RowOf(verb, module);
      if (Accepts(filter, row)) answer.rows.push_back(std::move(row));
    }
    if (answer.rows.size() == before) continue;
    answer.part->date = std::max(answer.part->date, module.date);
    answer.part->sources.push_back(
        fmt::format("{} of {}: {}", module.name, module.date, module.source));
  }
  std::ranges::stable_sort(answer.rows, {}, [](const catalog::Row& row) {
    return std::get<std::string>(row.front().value);
  });
  if (!answer.rows.empty()) return answer;
  const Words names = library.VerbNames();
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  for (const std::string& word : words) {
    for (const std::string& near : support::Nearest(word, candidates, 2)) {
      answer.hints.push_back(fmt::format("did you mean {}?", near));
    }
  }
  return answer;
}

}  // namespace writ::library
