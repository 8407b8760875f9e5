#include "facts/compliance/search.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/support/nearest.h"
#include "facts/compliance/packs.h"

namespace writ::compliance {
namespace {

using Words = std::vector<std::string>;

catalog::Value TextOrUnknown(const std::string& text) {
  if (text.empty()) return std::monostate();
  return text;
}

catalog::Row RowOf(const Pack& pack) {
  Words sources;
  for (const Term& source : pack.sources) sources.push_back(source.name + ": " + source.text);
  Words marks;
  for (const Term& mark : pack.marks) marks.push_back(mark.name + ": " + mark.text);
  return {{"name", "compliance." + pack.id},
          {"title", pack.name},
          {"version", pack.version},
          {"controls", static_cast<std::int64_t>(pack.controls.size())},
          {"policy", TemplateOf(pack.id).has_value()},
          {"date", pack.date},
          {"license", pack.license},
          {"notes", pack.notes},
          {"sources", sources},
          {"marks", marks}};
}

catalog::Row RowOf(const Control& control, const Pack& pack) {
  Words by;
  for (const Support& support : control.by)
    by.push_back(fmt::format("{} ({})", Name(support.kind), Name(support.evidence_class)));
  const catalog::Value level = control.level == Level::kUnknown
                                   ? catalog::Value(std::monostate())
                                   : catalog::Value(std::string(Name(control.level)));
  return {
      {"name", control.id},      {"pack", pack.id},        {"title", TextOrUnknown(control.title)},
      {"level", level},          {"marks", control.marks}, {"aliases", control.aliases},
      {"oscal", control.oscal},  {"evidence", by},         {"cannot", control.cannot},
      {"source", control.source}};
}

/// Whether the words are somewhere in the row, or in `more`.
bool Accepts(const catalog::Filter& filter, const catalog::Row& row, std::string more) {
  for (const catalog::Cell& cell : row) {
    if (const auto* words = std::get_if<Words>(&cell.value)) {
      for (const std::string& word : *words) more += " " + word;
    } else if (const auto* one = std::get_if<std::string>(&cell.value)) {
      more += " " + *one;
    }
  }
  return filter.Accepts(more);
}

catalog::Answer AnswerOf(catalog::Topic topic, std::span<const std::string> words) {
  catalog::Answer answer;
  answer.topic = topic;
  answer.words.assign(words.begin(), words.end());
  answer.part.emplace().name = "compliance";
  return answer;
}

void AddSources(const Pack& pack, catalog::Part& part) {
  part.date = std::max(part.date, pack.date);
  for (const Term& source : pack.sources)
    part.sources.push_back(fmt::format("{} of {}: {}", pack.id, pack.date, source.text));
}

}  // namespace

catalog::Answer SearchPacks(std::span<const std::string> words) {
  catalog::Answer answer = AnswerOf(catalog::Topic::kPacks, words);
  const catalog::Filter filter(words);
  std::vector<std::string_view> ids;
  for (const Pack& pack : BuiltIn()) {
    ids.emplace_back(pack.id);
    catalog::Row row = RowOf(pack);
    if (!Accepts(filter, row, {})) continue;
    answer.rows.push_back(std::move(row));
    AddSources(pack, *answer.part);
  }
  if (!answer.rows.empty()) return answer;
  for (const std::string& word : words)
    for (const std::string& near : support::Nearest(word, ids, 2))
      answer.hints.push_back(fmt::format("did you mean {}?", near));
  return answer;
}

catalog::Answer SearchControls(std::span<const std::string> words) {
  catalog::Answer answer = AnswerOf(catalog::Topic::kControls, words);
  const catalog::Filter filter(words);
  std::vector<std::string_view> ids;
  for (const Pack& pack : BuiltIn()) {
    const std::size_t before = answer.rows.size();
    for (const Control& control : pack.controls) {
      ids.emplace_back(control.id);
      catalog::Row row = RowOf(control, pack);
      if (Accepts(filter, row, Canonical(control.id))) answer.rows.push_back(std::move(row));
    }
    if (answer.rows.size() != before) AddSources(pack, *answer.part);
  }
  if (!answer.rows.empty()) return answer;
  for (const std::string& word : words)
    for (const std::string& near : support::Nearest(word, ids, 2))
      answer.hints.push_back(fmt::format("did you mean {}?", near));
  return answer;
}

}  // namespace writ::compliance
