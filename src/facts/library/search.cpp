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

/// IAM actions of some legs, each once, sorted. Those that the catalogue lists by kind have none.
Words ActionsOf(const std::vector<Leg>& legs) {
  std::set<std::string> actions;
  for (const Leg& leg : legs) actions.insert(leg.actions.begin(), leg.actions.end());
  return {actions.begin(), actions.end()};
}

catalog::Row RowOf(const Verb& verb, const Module& module) {
  return {{"name", verb.name},
          {"of", verb.sort},
          {"class", std::string(ClassName(verb.verb_class))},
          {"service", module.name},
          {"takes", verb.takes},
          {"kinds", verb.kinds.empty() ? Words{"all"} : verb.kinds},
          {"grants", ActionsOf(verb.permit)},
          {"forbids", ActionsOf(verb.forbid)},
          {"needs", verb.needs}};
}

catalog::Row RowOf(const Module& module) {
  Words verbs;
  for (const Verb& verb : module.verbs) {
    if (std::ranges::find(verbs, verb.name) == verbs.end()) verbs.push_back(verb.name);
  }
  Words planes;
  for (const auto& [plane, prefix] : module.planes) planes.push_back(prefix);
  Words nouns;
  for (const Noun& noun : module.nouns) nouns.push_back(noun.name);
  return {{"name", module.name}, {"verbs", verbs},      {"nouns", nouns},
          {"prefixes", planes},  {"date", module.date}, {"source", module.source}};
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

catalog::Answer Search(const Library& library, catalog::Topic topic,
                       std::span<const std::string> words) {
  catalog::Answer answer;
  answer.topic = topic;
  answer.words.assign(words.begin(), words.end());
  answer.part.emplace().name = "library";
  const catalog::Filter filter(words);
  const auto add = [&](catalog::Row row) {
    if (Accepts(filter, row)) answer.rows.push_back(std::move(row));
  };
  for (const Module& module : library.modules()) {
    const std::size_t before = answer.rows.size();
    if (topic == catalog::Topic::kServices) {
      add(RowOf(module));
    } else {
      for (const Verb& verb : module.verbs) add(RowOf(verb, module));
    }
    if (answer.rows.size() == before) continue;
    answer.part->date = std::max(answer.part->date, module.date);
    answer.part->sources.push_back(
        fmt::format("{} of {}: {}", module.name, module.date, module.source));
  }
  std::ranges::stable_sort(answer.rows, {}, [](const catalog::Row& row) {
    return std::get<std::string>(row.front().value);
  });
  if (!answer.rows.empty() || topic != catalog::Topic::kVerbs) return answer;
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
