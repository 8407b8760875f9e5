#include "facts/tools/manifest.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/support/json.h"

namespace writ::tools {
namespace {

namespace json = support::json;
using Kind = Type::Kind;

/// Words of JSON Schema that say more than a plain type.
constexpr std::array<std::string_view, 14> kNotPlain{
    "$ref", "allOf",  "anyOf", "const", "contentEncoding", "dependentSchemas",  "else",
    "enum", "format", "if",    "not",   "oneOf",           "patternProperties", "then"};

bool IsIdentifier(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

/// Names of tools are written into policies as they are.
bool IsToolName(std::string_view name) {
  constexpr std::size_t kLongest = 256;
  return !name.empty() && name.size() <= kLongest && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

Type Unknown(std::string why) {
  Type type;
  type.why = std::move(why);
  return type;
}

Type Plain(Kind kind) {
  Type type;
  type.kind = kind;
  return type;
}

class Reader {
 public:
  explicit Reader(const Limits& limits) : limits_(limits) {}

  std::optional<Fault> Run(const json::Value& root, Manifest& manifest) {
    const std::optional<json::Value> list = ListOf(root);
    if (!list) return Fault{root.begin(), "it has no list `tools`"};
    if (list->size() > limits_.tools) {
      return Fault{list->begin(), fmt::format("it has more than {} tools", limits_.tools)};
    }
    for (const json::Value entry : list->elements()) {
      const std::optional<json::Value> name = entry.Find("name");
      if (!name || !name->is_string()) return Fault{entry.begin(), "a tool has no name"};
      if (!IsToolName(name->text())) {
        return Fault{name->begin(), "the name of a tool has letters, digits, `_`, `-` and `.`"};
      }
      const std::optional<json::Value> schema = entry.Find("inputSchema");
      Tool tool{std::string(name->text()), Unknown("the tool has no `inputSchema`")};
      if (schema && schema->is_object()) tool.input = TypeOf(*schema, 0);
      if (too_deep_) {
        return Fault{*too_deep_, fmt::format("objects lie in each other more than {} levels deep",
                                             limits_.levels)};
      }
      manifest.tools.push_back(std::move(tool));
    }
    std::ranges::sort(manifest.tools, {}, &Tool::name);
    const auto again = std::ranges::adjacent_find(manifest.tools, {}, &Tool::name);
    if (again == manifest.tools.end()) return std::nullopt;
    return Fault{list->begin(), fmt::format("it lists `{}` twice", again->name)};
  }

 private:
  static std::optional<json::Value> ListOf(const json::Value& root) {
    if (root.is_array()) return root;
    std::optional<json::Value> holder = root;
    if (const auto result = root.Find("result")) holder = result;
    const std::optional<json::Value> list = holder->Find("tools");
    return list && list->is_array() ? list : std::nullopt;
  }

  Type TypeOf(const json::Value& schema, std::size_t level) {
    if (level > limits_.levels) {
      too_deep_ = schema.begin();
      return {};
    }
    for (const std::string_view word : kNotPlain) {
      if (schema.Find(word)) return Unknown(fmt::format("its schema has `{}`", word));
    }
    const std::optional<json::Value> type = schema.Find("type");
    if (!type || !type->is_string()) return Unknown("its schema does not have one `type`");
    if (type->text() == "string") return Plain(Kind::kString);
    if (type->text() == "integer") return Plain(Kind::kLong);
    if (type->text() == "number") return Plain(Kind::kDecimal);
    if (type->text() == "boolean") return Plain(Kind::kBool);
    if (type->text() == "array") return SetOf(schema, level);
    if (type->text() == "object") return RecordOf(schema, level);
    return Unknown(fmt::format("its type is `{}`", type->text()));
  }

  Type SetOf(const json::Value& schema, std::size_t level) {
    const std::optional<json::Value> items = schema.Find("items");
    if (!items || !items->is_object()) return Unknown("its schema does not say of what");
    Type type = Plain(Kind::kSet);
    type.element.push_back(TypeOf(*items, level + 1));
    return type;
  }

  Type RecordOf(const json::Value& schema, std::size_t level) {
    const std::optional<json::Value> more = schema.Find("additionalProperties");
    if (more && more->kind() != json::Kind::kBool) {
      return Unknown("its schema has `additionalProperties`");
    }
    std::vector<std::string_view> required;
    if (const auto listed = schema.Find("required")) {
      for (const json::Value name : listed->elements()) required.push_back(name.text());
    }
    Type type = Plain(Kind::kRecord);
    const std::optional<json::Value> properties = schema.Find("properties");
    if (!properties) return type;
    for (const json::Member member : properties->members()) {
      const std::string_view name = member.key.text();
      const bool is_required = std::ranges::find(required, name) != required.end();
      Type of = IsIdentifier(name) ? TypeOf(member.value, level + 1)
                                   : Unknown("its name is no identifier");
      type.fields.push_back({std::string(name), is_required, std::move(of)});
    }
    std::ranges::sort(type.fields, {}, &Field::name);
    return type;
  }

  const Limits& limits_;
  std::optional<std::size_t> too_deep_;
};

}  // namespace

const Field* Type::Find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(fields, name, {}, &Field::name);
  return found != fields.end() && found->name == name ? &*found : nullptr;
}

const Tool* Manifest::Find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(tools, name, {}, &Tool::name);
  return found != tools.end() && found->name == name ? &*found : nullptr;
}

support::Result<Manifest, Fault> Read(std::string_view text, const Limits& limits) {
  json::Document document;
  json::Limits of_json;
  of_json.bytes = limits.bytes;
  if (const auto error = document.Read(text, of_json)) return Fault{error->offset, error->message};
  Manifest manifest;
  if (auto fault = Reader(limits).Run(document.root(), manifest)) return *std::move(fault);
  return manifest;
}

std::string Describe(const Type& type) {
  switch (type.kind) {
    case Kind::kString:
      return "a text";
    case Kind::kLong:
      return "a whole number";
    case Kind::kDecimal:
      return "a number";
    case Kind::kBool:
      return "`true` or `false`";
    case Kind::kRecord:
      return "an object";
    case Kind::kSet:
      break;
    case Kind::kUnknown:
      return "of an unknown type";
  }
  switch (type.element.front().kind) {
    case Kind::kString:
      return "a list of texts";
    case Kind::kLong:
      return "a list of whole numbers";
    case Kind::kDecimal:
      return "a list of numbers";
    default:
      return "a list";
  }
}

}  // namespace writ::tools
