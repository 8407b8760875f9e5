#include "facts/catalog/record.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace writ::catalog {
namespace {

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  if (text.empty()) return pieces;
  std::size_t begin = 0;
  for (std::size_t at = text.find(separator); at != std::string_view::npos;
       at = text.find(separator, begin)) {
    pieces.push_back(text.substr(begin, at - begin));
    begin = at + 1;
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

std::vector<std::string> Copies(const std::vector<std::string_view>& words) {
  return {words.begin(), words.end()};
}

bool Reader::Next(Record& record) {
  while (!fault_ && at_ < text_.size()) {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view raw = text_.substr(at_, end - at_);
    const std::size_t line = line_++;
    at_ = end + 1;
    if (raw.size() > kLineLimit) {
      Fail(line, fmt::format("a line of {} bytes; the limit is {}", raw.size(), kLineLimit));
      return false;
    }
    const std::string_view whole = Trim(raw);
    if (whole.empty() || whole.front() == '#') continue;
    record = {};
    record.line = line;
    const std::size_t bar = whole.find(" | ");
    const std::string_view start = whole.substr(0, bar);
    const std::size_t space = std::min(start.find(' '), start.size());
    record.kind = start.substr(0, space);
    record.head = Trim(start.substr(space));
    std::string_view rest = bar == std::string_view::npos ? "" : whole.substr(bar + 3);
    while (!rest.empty()) {
      const std::size_t next = rest.find(" | ");
      const std::string_view field = rest.substr(0, next);
      const std::size_t equals = field.find('=');
      if (equals == std::string_view::npos) {
        Fail(line, fmt::format("`{}` is not of the form field=value", field));
        return false;
      }
      record.fields.emplace_back(field.substr(0, equals), Trim(field.substr(equals + 1)));
      rest = next == std::string_view::npos ? "" : rest.substr(next + 3);
    }
    return true;
  }
  return false;
}

std::optional<std::string_view> Reader::Find(const Record& record, std::string_view field) {
  for (const auto& [name, value] : record.fields) {
    if (name == field) return value;
  }
  return std::nullopt;
}

std::optional<std::string> Reader::Text(const Record& record, std::string_view field) {
  const std::optional<std::string_view> value = Find(record, field);
  if (!value) return std::nullopt;
  return std::string(*value);
}

std::optional<bool> Reader::Flag(const Record& record, std::string_view field) {
  const std::optional<std::string_view> value = Find(record, field);
  if (!value) return std::nullopt;
  if (*value == "yes") return true;
  if (*value == "no") return false;
  Fail(record.line, fmt::format("field `{}` is `{}`; it must be yes or no", field, *value));
  return std::nullopt;
}

std::optional<std::vector<std::string>> Reader::Words(const Record& record,
                                                      std::string_view field) {
  const std::optional<std::string_view> value = Find(record, field);
  if (!value) return std::nullopt;
  std::vector<std::string> words = Copies(Split(*value, ','));
  std::sort(words.begin(), words.end());
  return words;
}

std::string Reader::Must(const Record& record, std::string_view field) {
  const std::optional<std::string_view> value = Find(record, field);
  if (!value || value->empty()) {
    Fail(record.line, fmt::format("`{} {}` lacks the field `{}`", record.kind, record.head, field));
    return {};
  }
  return std::string(*value);
}

std::optional<std::int64_t> Reader::Number(const Record& record, std::string_view field) {
  const std::optional<std::string_view> value = Find(record, field);
  if (!value) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error == std::errc() && end == value->data() + value->size()) return number;
  Fail(record.line, fmt::format("field `{}` is `{}`; it must be a whole number", field, *value));
  return std::nullopt;
}

void Reader::AddRoutes(const Record& record, std::vector<Route>& routes) {
  const std::size_t arrow = record.head.find(" > ");
  if (arrow == std::string_view::npos) {
    return Fail(record.line, "a route must be of the form SOURCE,… > DESTINATION,…");
  }
  std::vector<std::string> destinations = Copies(Split(record.head.substr(arrow + 3), ','));
  std::sort(destinations.begin(), destinations.end());
  for (const std::string_view source : Split(record.head.substr(0, arrow), ',')) {
    routes.push_back({std::string(source), destinations, record.kind == "inferred-route"});
  }
  std::sort(routes.begin(), routes.end(),
            [](const Route& a, const Route& b) { return a.source < b.source; });
}

void Reader::OnlyFields(const Record& record, std::string_view known) {
  const std::vector<std::string_view> names = Split(known, ',');
  for (const auto& field : record.fields) {
    if (std::find(names.begin(), names.end(), field.first) == names.end()) {
      Fail(record.line, fmt::format("`{}` has no field `{}`", record.kind, field.first));
    }
  }
}

void Reader::Fail(std::size_t line, std::string message) {
  if (!fault_) fault_ = Fault{line, std::move(message)};
}

}  // namespace writ::catalog
