#include "proof/deployed/said.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace writ::deployed {

namespace json = support::json;

void Said::Say(const std::string& part, std::string value) {
  if (!parts_.try_emplace(part, std::move(value)).second) Wrong(part + " is given twice");
}

std::string Listed(const std::vector<std::string>& texts) {
  json::Writer writer(json::Style::kMinified);
  writer.BeginArray();
  for (const std::string& text : texts) writer.String(text);
  writer.EndArray();
  return writer.Take();
}

std::vector<std::string> Partings(const Said& wanted, const Said& found) {
  std::vector<std::string> lines = found.wrong();
  for (const auto& [part, value] : wanted.parts()) {
    const auto other = found.parts().find(part);
    if (other == found.parts().end()) {
      lines.push_back(fmt::format("{} is missing; the program asks for {}", part, value));
    } else if (other->second != value) {
      lines.push_back(fmt::format("{} is {}; the program asks for {}", part, other->second, value));
    }
  }
  for (const auto& [part, value] : found.parts()) {
    if (wanted.parts().contains(part)) continue;
    lines.push_back(fmt::format("{} is {}; the program does not ask for it", part, value));
  }
  return lines;
}

Members::Members(json::Value object, Said& said) : object_(object), said_(&said) {
  if (object.is_object()) return;
  said.Wrong(
      fmt::format("`{}` is {}, not an object", object.Pointer(), json::Describe(object.kind())));
}

std::optional<json::Value> Members::Take(std::string_view key, json::Kind kind) {
  asked_.emplace_back(key);
  const std::optional<json::Value> value = object_.Find(key);
  if (!value || value->kind() == kind) return value;
  said_->Wrong(fmt::format("`{}` is {}, not {}", value->Pointer(), json::Describe(value->kind()),
                           json::Describe(kind)));
  return std::nullopt;
}

std::optional<std::string> Members::Text(std::string_view key) {
  const std::optional<json::Value> value = Take(key, json::Kind::kString);
  if (!value) return std::nullopt;
  return std::string(value->text());
}

std::string Members::Text(std::string_view key, std::string_view left_out) {
  return Text(key).value_or(std::string(left_out));
}

bool Members::Flag(std::string_view key, bool left_out) {
  const std::optional<json::Value> value = Take(key, json::Kind::kBool);
  return value ? value->is_true() : left_out;
}

std::optional<std::string> Members::Number(std::string_view key) {
  const std::optional<json::Value> value = Take(key, json::Kind::kNumber);
  if (!value) return std::nullopt;
  const std::string_view text = value->source();
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() ? fmt::format("{}", number) : std::string(text);
}

std::vector<std::string> Members::Texts(std::string_view key) {
  std::vector<std::string> texts;
  const std::optional<json::Value> value = Take(key, json::Kind::kArray);
  if (!value) return texts;
  for (const json::Value element : value->elements()) {
    if (!element.is_string()) {
      said_->Wrong(fmt::format("`{}` is not a string", element.Pointer()));
      continue;
    }
    texts.emplace_back(element.text());
  }
  return texts;
}

std::optional<Members> Members::Object(std::string_view key) {
  const std::optional<json::Value> value = Take(key, json::Kind::kObject);
  if (!value) return std::nullopt;
  return Members(*value, *said_);
}

std::vector<Members> Members::Objects(std::string_view key) {
  std::vector<Members> objects;
  const std::optional<json::Value> value = Take(key, json::Kind::kArray);
  if (!value) return objects;
  for (const json::Value element : value->elements()) objects.emplace_back(element, *said_);
  return objects;
}

std::vector<std::string> Members::Names() {
  std::vector<std::string> names;
  for (const json::Member member : object_.members()) names.emplace_back(member.key.text());
  asked_.insert(asked_.end(), names.begin(), names.end());
  return names;
}

void Members::Finish() const {
  for (const json::Member member : object_.members()) {
    if (std::ranges::find(asked_, member.key.text()) != asked_.end()) continue;
    said_->Wrong(fmt::format("`{}` is nothing that the program asks for", member.value.Pointer()));
  }
}

}  // namespace writ::deployed
