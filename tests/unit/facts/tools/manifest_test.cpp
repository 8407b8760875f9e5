#include "facts/tools/manifest.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

namespace writ::tools {
namespace {

using Kind = Type::Kind;

std::string Property(std::string_view schema) {
  return fmt::format(
      R"({{"tools": [{{"name": "t", "inputSchema": {{"type": "object", "properties": {{"a": {}}}}}}}]}})",
      schema);
}

Type TypeOf(std::string_view schema) {
  const std::string text = Property(schema);
  const auto manifest = Read(text);
  REQUIRE(manifest.ok());
  return manifest->Find("t")->input.Find("a")->type;
}

std::string FaultOf(const std::string& text, const Limits& limits = {}) {
  const auto manifest = Read(text, limits);
  return manifest.ok() ? "" : manifest.error().message;
}

TEST_CASE("types of arguments") {
  CHECK(TypeOf(R"({"type": "string"})").kind == Kind::kString);
  CHECK(TypeOf(R"({"type": "integer", "minimum": 1})").kind == Kind::kLong);
  CHECK(TypeOf(R"({"type": "number"})").kind == Kind::kDecimal);
  CHECK(TypeOf(R"({"type": "boolean"})").kind == Kind::kBool);
  CHECK(TypeOf(R"({"type": "object", "additionalProperties": false})").kind == Kind::kRecord);
  const Type list = TypeOf(R"({"type": "array", "items": {"type": "integer"}})");
  CHECK(list.kind == Kind::kSet);
  CHECK(list.element.front().kind == Kind::kLong);
}

TEST_CASE("what is not documented stays unknown") {
  for (const std::string_view schema :
       {R"({"type": "string", "enum": ["a"]})", R"({"type": "string", "format": "date"})",
        R"({"type": ["string", "null"]})", R"({})", R"({"$ref": "#/x"})",
        R"({"type": "object", "additionalProperties": {"type": "string"}})", R"({"type": "array"})",
        R"({"anyOf": []})", R"({"type": "null"})"}) {
    CAPTURE(schema);
    CHECK(TypeOf(schema).kind == Kind::kUnknown);
    CHECK(!TypeOf(schema).why.empty());
  }
  const auto manifest = Read(
      R"({"tools": [{"name": "t", "inputSchema": {"type": "object", "properties": {"x-y": {"type": "string"}}}}]})");
  REQUIRE(manifest.ok());
  CHECK(manifest->Find("t")->input.Find("x-y")->type.kind == Kind::kUnknown);
}

TEST_CASE("the answer of a server, its result, or the list alone") {
  constexpr std::string_view kTool =
      R"([{"name": "t", "inputSchema": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}}])";
  for (const std::string& text :
       {std::string(kTool), fmt::format(R"({{"tools": {}}})", kTool),
        fmt::format(R"({{"jsonrpc": "2.0", "id": 1, "result": {{"tools": {}}}}})", kTool)}) {
    CAPTURE(text);
    const auto manifest = Read(text);
    REQUIRE(manifest.ok());
    CHECK(manifest->Find("t")->input.Find("a")->is_required);
    CHECK_FALSE(manifest->Find("t")->input.Find("b")->is_required);
    CHECK(manifest->Find("u") == nullptr);
  }
}

TEST_CASE("what is no list of tools") {
  CHECK(FaultOf("{") != "");
  CHECK(FaultOf("{}") == "it has no list `tools`");
  CHECK(FaultOf("[{}]") == "a tool has no name");
  CHECK(FaultOf(R"([{"name": "a b"}])") != "");
  CHECK(FaultOf(R"([{"name": "a"}, {"name": "a"}])") == "it lists `a` twice");
}

TEST_CASE("limits, at the limit and one above") {
  const auto many = [](std::size_t count) {
    std::string text = "[";
    for (std::size_t i = 0; i < count; ++i) {
      text += fmt::format(R"({}{{"name": "t{}"}})", i == 0 ? "" : ",", i);
    }
    return text + "]";
  };
  CHECK(FaultOf(many(3), {.tools = 3}) == "");
  CHECK(FaultOf(many(4), {.tools = 3}) == "it has more than 3 tools");
  const auto deep = [](int levels) {
    std::string text = R"({"type": "string"})";
    for (int i = 0; i < levels; ++i) {
      text = fmt::format(R"({{"type": "object", "properties": {{"a": {}}}}})", text);
    }
    return fmt::format(R"([{{"name": "t", "inputSchema": {}}}])", text);
  };
  CHECK(FaultOf(deep(64)) == "");
  CHECK(FaultOf(deep(65)) == "objects lie in each other more than 64 levels deep");
  CHECK(FaultOf("[]", {.bytes = 2}) == "");
  CHECK(FaultOf("[ ]", {.bytes = 2}) != "");
}

}  // namespace
}  // namespace writ::tools
