#include "program/sema/guardrail_vocabulary.h"

#include <charconv>
#include <span>

#include "base/support/check.h"
#include "base/support/embedded.h"
#include "base/support/json.h"

namespace writ::sema {

std::span<const support::EmbeddedText> EmbeddedGuardrailVocabulary();

namespace {

namespace json = support::json;

json::Value Member(json::Value object, std::string_view key) {
  const std::optional<json::Value> found = object.Find(key);
  WRIT_CHECK(found.has_value(), "stdlib/aws/guardrail.json lacks a member");
  return *found;
}

std::size_t Count(json::Value value) {
  const std::optional<std::int64_t> count = value.AsInteger();
  WRIT_CHECK(count.has_value() && *count >= 0,
             "stdlib/aws/guardrail.json: a count is not a number");
  return static_cast<std::size_t>(*count);
}

double Number(json::Value value) {
  const std::string_view text = value.source();
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  WRIT_CHECK(read.ec == std::errc(), "stdlib/aws/guardrail.json: a limit is not a number");
  return number;
}

TextRule ReadTextRule(json::Value value) {
  TextRule rule;
  rule.most = Count(Member(value, "most"));
  if (const auto least = value.Find("least")) rule.least = Count(*least);
  if (const auto also = value.Find("also")) rule.also = std::string(also->text());
  return rule;
}

FilterKind ReadFilter(json::Value value) {
  FilterKind filter;
  filter.type = Member(value, "type").text();
  for (const json::Value side : Member(value, "sides").elements()) {
    (side.text() == "input" ? filter.input : filter.output) = true;
  }
  return filter;
}

GuardrailVocabulary Read(json::Value root) {
  GuardrailVocabulary words;
  words.date = Member(root, "date").text();
  for (const json::Value filter : Member(root, "filters").elements()) {
    words.filters.push_back(ReadFilter(filter));
  }
  for (const json::Value list : Member(root, "word_lists").elements()) {
    words.lists.emplace_back(list.text());
  }
  for (const json::Value entity : Member(root, "entities").elements()) {
    words.entities.emplace_back(entity.text());
  }
  for (const json::Member text : Member(root, "texts").members()) {
    words.texts.emplace(text.key.text(), ReadTextRule(text.value));
  }
  for (const json::Member count : Member(root, "counts").members()) {
    words.counts.emplace(count.key.text(), Count(count.value));
  }
  words.most_threshold = Number(Member(Member(root, "threshold"), "most"));
  words.most_confidence = Number(Member(Member(root, "confidence"), "most"));
  return words;
}

}  // namespace

bool TextRule::Admits(char c) const {
  const bool is_alphanumeric =
      (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return !also || is_alphanumeric || also->find(c) != std::string::npos;
}

const TextRule& GuardrailVocabulary::Text(std::string_view what) const {
  const auto found = texts.find(what);
  WRIT_CHECK(found != texts.end(), "stdlib/aws/guardrail.json lacks a text rule");
  return found->second;
}

std::size_t GuardrailVocabulary::Most(std::string_view what) const {
  const auto found = counts.find(what);
  WRIT_CHECK(found != counts.end(), "stdlib/aws/guardrail.json lacks a count");
  return found->second;
}

const FilterKind* GuardrailVocabulary::FindFilter(std::string_view word) const {
  for (const FilterKind& filter : filters) {
    if (LanguageWord(filter.type) == word) return &filter;
  }
  return nullptr;
}

std::string LanguageWord(std::string_view api_type) {
  std::string word;
  for (const char c : api_type) {
    word += c == '_' ? '-' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return word;
}

std::string ApiType(std::string_view word) {
  std::string type;
  for (const char c : word) {
    type += c == '-' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return type;
}

const GuardrailVocabulary& Vocabulary() {
  static const GuardrailVocabulary words = [] {
    const support::EmbeddedText* file =
        support::FindEmbedded(EmbeddedGuardrailVocabulary(), "aws/guardrail.json");
    WRIT_CHECK(file != nullptr, "stdlib/aws/guardrail.json is not embedded");
    const auto document = json::Parse(file->text);
    WRIT_CHECK(document.ok(), "stdlib/aws/guardrail.json is not JSON");
    return Read(document->root());
  }();
  return words;
}

}  // namespace writ::sema
