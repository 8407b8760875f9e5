#include "golden/runner/requests.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/support/json.h"
#include "facts/catalog/catalog.h"
#include "iam/decide/sendable.h"

namespace writ::golden {
namespace {

namespace json = support::json;
using policy::ContextKey;
using policy::Request;

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string_view Trimmed(std::string_view line) {
  const std::size_t first = line.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view() : line.substr(first);
}

/// Takes `prefix` away and tells whether it was there.
bool Takes(std::string_view& line, std::string_view prefix) {
  if (!line.starts_with(prefix)) return false;
  line.remove_prefix(prefix.size());
  return true;
}

/// "key = value", "key = [a, b]".
void AddKey(std::string_view text, Request& request) {
  const std::size_t at = text.find(" = ");
  if (at == std::string_view::npos) return;
  ContextKey key{std::string(text.substr(0, at)), false, {}};
  std::string_view value = text.substr(at + 3);
  key.is_list = value.starts_with('[') && value.ends_with(']');
  if (!key.is_list) {
    key.values.emplace_back(value == "\"\"" ? "" : value);
  } else {
    value = value.substr(1, value.size() - 2);
    while (!value.empty()) {
      const std::size_t comma = value.find(", ");
      key.values.emplace_back(value.substr(0, comma));
      value = comma == std::string_view::npos ? "" : value.substr(comma + 2);
    }
  }
  request.context.push_back(std::move(key));
}

/// "PRINCIPAL asks for ACTION on RESOURCE with K = V, K = [V, V]".
std::optional<Request> FromSentence(std::string_view line) {
  Takes(line, "request: ");
  const std::size_t asks = line.find(" asks for ");
  const std::size_t on = line.find(" on ", asks == std::string_view::npos ? 0 : asks);
  if (asks == std::string_view::npos || on == std::string_view::npos) return std::nullopt;
  const std::size_t with = line.find(" with ", on);
  Request request;
  request.principal = line.substr(0, asks);
  request.action = line.substr(asks + 10, on - asks - 10);
  request.resource = line.substr(on + 4, with == std::string_view::npos ? with : with - on - 4);
  std::string_view rest = with == std::string_view::npos ? "" : line.substr(with + 6);
  while (!rest.empty()) {
    // A comma within a list is none between keys.
    std::size_t end = rest.find(", ");
    const std::size_t open = rest.find(" = [");
    if (open != std::string_view::npos && open < end) end = rest.find("], ", open);
    if (end != std::string_view::npos && rest[end] == ']') ++end;
    AddKey(rest.substr(0, end), request);
    rest = end == std::string_view::npos ? "" : rest.substr(end + 2);
  }
  return request;
}

/// Blocks of lines: "ACTION on RESOURCE", "by PRINCIPAL", "with K = V"; or those of a comparison,
/// "principal  P", "action  A", and so on.
class Blocks {
 public:
  void Read(std::string_view line) {
    line = Trimmed(line);
    if (Takes(line, "principal  ")) {
      Finish();
      current_ = Request{std::string(Trimmed(line)), "", "", std::nullopt, {}};
      return;
    }
    if (Takes(line, "by ") && line.find(' ') == std::string_view::npos && on_) {
      Finish();
      current_ = std::move(on_);
      current_->principal = line;
      on_.reset();
      return;
    }
    on_.reset();
    const std::size_t on = line.find(" on ");
    if (on != std::string_view::npos && line.substr(0, on).find(' ') == std::string_view::npos &&
        line.substr(0, on).find(':') != std::string_view::npos) {
      Finish();
      on_ = Request{
          "", std::string(line.substr(0, on)), std::string(line.substr(on + 4)), std::nullopt, {}};
      return;
    }
    if (!current_) return;
    if (Takes(line, "action  ")) {
      current_->action = Trimmed(line);
    } else if (Takes(line, "resource  ")) {
      current_->resource = Trimmed(line);
    } else if (Takes(line, "owner  ")) {
      current_->resource_account = Trimmed(line);
    } else if (Takes(line, "context  ") || Takes(line, "with ")) {
      AddKey(Trimmed(line), *current_);
    } else {
      Finish();
    }
  }

  std::vector<Request> Done() {
    Finish();
    return std::move(found_);
  }

 private:
  void Finish() {
    if (current_ && !current_->action.empty()) found_.push_back(*std::move(current_));
    current_.reset();
  }

  std::optional<Request> on_;  ///< a line that may begin one
  std::optional<Request> current_;
  std::vector<Request> found_;
};

void AddFrom(const json::Value& value, std::vector<Request>& found) {
  if (value.is_array()) {
    for (const json::Value one : value.elements()) AddFrom(one, found);
  }
  if (!value.is_object()) return;
  const auto principal = value.Find("principal");
  const auto action = value.Find("action");
  const auto resource = value.Find("resource");
  const auto context = value.Find("context");
  const bool is_request = principal && action && resource && context && principal->is_string() &&
                          action->is_string() && resource->is_string() && context->is_object();
  if (!is_request) {
    for (const json::Member& member : value.members()) AddFrom(member.value, found);
    return;
  }
  Request request{std::string(principal->text()),
                  std::string(action->text()),
                  std::string(resource->text()),
                  std::nullopt,
                  {}};
  if (const auto owner = value.Find("resourceAccount")) request.resource_account = owner->text();
  for (const json::Member& member : context->members()) {
    ContextKey key{std::string(member.key.text()), member.value.is_array(), {}};
    if (key.is_list) {
      for (const json::Value one : member.value.elements()) key.values.emplace_back(one.text());
    } else {
      key.values.emplace_back(member.value.text());
    }
    request.context.push_back(std::move(key));
  }
  found.push_back(std::move(request));
}

/// Objects that take a line, or lines up to a brace below the first.
void AddFromJson(std::string_view text, std::vector<Request>& found) {
  const std::vector<std::string_view> lines = LinesOf(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view first = Trimmed(lines[i]);
    if (!first.starts_with('{')) continue;
    std::string block(lines[i]);
    if (first == "{") {
      const std::string end = std::string(lines[i].size() - 1, ' ') + "}";
      while (i + 1 < lines.size()) {
        block += '\n';
        block += lines[++i];
        if (lines[i] == end) break;
      }
    }
    json::Document document;
    if (!document.Read(block)) AddFrom(document.root(), found);
  }
}

std::string TextOf(const Request& request) {
  std::string text =
      fmt::format("{} asks for {} on {}", request.principal, request.action, request.resource);
  for (const ContextKey& key : request.context) {
    text += fmt::format(", {} = {}", key.name, fmt::join(key.values, "|"));
  }
  return text;
}

}  // namespace

std::vector<Request> RequestsIn(std::string_view text) {
  std::vector<Request> found;
  AddFromJson(text, found);
  Blocks blocks;
  for (const std::string_view line : LinesOf(text)) {
    if (auto request = FromSentence(line)) found.push_back(*std::move(request));
    blocks.Read(line);
  }
  for (Request& request : blocks.Done()) found.push_back(std::move(request));
  return found;
}

std::string UnsendableIn(std::string_view text) {
  std::string lines;
  for (const Request& request : RequestsIn(text)) {
    for (const std::string& fault : decide::FaultsOf(request, catalog::Catalog::BuiltIn())) {
      lines += fmt::format("  nobody can send: {}\n    {}\n", TextOf(request), fault);
    }
  }
  return lines;
}

}  // namespace writ::golden
