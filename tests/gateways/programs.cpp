#include "gateways/programs.h"

#include <vector>

#include <fmt/format.h>

namespace writ::gateways {
namespace {

using reference::Random;

struct Argument {
  std::string path;  ///< "input.order.id"
  std::string type;  ///< of JSON Schema; of a list "array of" and that of its elements
  std::vector<std::string> optional;  ///< itself and what it lies in, as far as optional
};

struct Tool {
  std::string name;
  std::vector<Argument> arguments;
};

class Maker {
 public:
  explicit Maker(Random& random) : random_(random) {}

  GatewayProgram Make() {
    const bool is_oauth = random_.Once(2);
    program_.text = R"(organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222  account claims 333333333333 }
}
team platform { in payments as role "platform" }
team support { in payments as role "support", claim team = "support" }
team leads { in payments, claims as role "lead-*", claim team = "leads", claim "x:level" = "3" }
team night { in payments as role "ops/night", claim shift = "night \"late\"", claim "x:path" = "/desk/é's" }
nobody except team platform may administer agentcore-gateways, agentcore-policies, resource-policies
)";
    program_.text += fmt::format(
        "gateway g \"arn:aws:bedrock-agentcore:us-east-1:222222222222:gateway/g-a1b2c3d4e5\" {{\n  "
        "{}\n  tools One from \"one.json\"\n  tools Two-b from \"two.json\"\n  as role "
        "\"gateway\"\n}}\n",
        is_oauth ? "oauth" : "iam");
    program_.manifests["one.json"] = Manifest("One");
    program_.manifests["two.json"] = Manifest("Two-b");
    const std::size_t count = 1 + random_.Below(6);
    for (std::size_t i = 0; i < count; ++i) Sentence();
    return std::move(program_);
  }

 private:
  std::string Manifest(const std::string& target) {
    std::string json = "{\"tools\": [";
    const std::size_t count = 1 + random_.Below(3);
    for (std::size_t i = 0; i < count; ++i) {
      Tool tool{fmt::format("{}.do_{}", target, i), {}};
      json += fmt::format("{}{{\"name\": \"do_{}\", \"inputSchema\": {}}}", i == 0 ? "" : ", ", i,
                          Record("input", {}, 0, tool));
      tools_.push_back(std::move(tool));
    }
    return json + "]}";
  }

  std::string Record(const std::string& path, const std::vector<std::string>& optional, int level,
                     Tool& tool) {
    std::string properties;
    std::string required;
    const std::size_t count = 1 + random_.Below(5);
    for (std::size_t i = 0; i < count; ++i) {
      // Words of Cedar are names like any other to a server of tools.
      static const std::vector<std::string> kReserved{"if", "in", "has", "like", "is"};
      const std::string name =
          level == 0 && i % 2 == 1 ? kReserved[i] : fmt::format("{}{}", "abcde"[i], level);
      std::vector<std::string> here = optional;
      const std::string at = path + "." + name;
      if (random_.Once(2)) {
        required += fmt::format("{}\"{}\"", required.empty() ? "" : ", ", name);
      } else {
        here.push_back(at);
      }
      properties +=
          fmt::format("{}\"{}\": {}", i == 0 ? "" : ", ", name, Property(at, here, level, tool));
    }
    return fmt::format(R"({{"type": "object", "properties": {{{}}}, "required": [{}]}})",
                       properties, required);
  }

  std::string Property(const std::string& path, const std::vector<std::string>& optional, int level,
                       Tool& tool) {
    static const std::vector<std::string> kPlain{"string", "integer", "number", "boolean"};
    if (level < 2 && random_.Once(5)) return Record(path, optional, level + 1, tool);
    // Nothing can be said of it, and a call has it all the same.
    if (random_.Once(8)) {
      return R"({"type": "array", "items": {"type": "object", "properties": {}}})";
    }
    const std::string& type = random_.Of(kPlain);
    if (random_.Once(4)) {
      tool.arguments.push_back({path, "array of " + type, optional});
      return fmt::format(R"({{"type": "array", "items": {{"type": "{}"}}}})", type);
    }
    tool.arguments.push_back({path, type, optional});
    return fmt::format(R"({{"type": "{}", "description": "any"}})", type);
  }

  std::string Value(const std::string& type) {
    static const std::vector<std::string> kTexts{R"("a")", R"("a b")", R"("it's \"x\"\\")",
                                                 R"("ünï")"};
    static const std::vector<std::string> kWhole{"0", "5", "500", "9223372036854775807"};
    static const std::vector<std::string> kParts{"0", "0.5", "500", "99.9999",
                                                 "922337203685477.5807"};
    if (type == "string") return random_.Of(kTexts);
    if (type == "integer") return random_.Of(kWhole);
    if (type == "number") return random_.Of(kParts);
    return random_.Once(2) ? "true" : "false";
  }

  std::string Comparison(const Argument& argument) {
    static const std::vector<std::string> kOrders{"<", "<=", ">", ">=", "=", "!="};
    static const std::vector<std::string> kLikes{R"("a*")", R"("*b*")", R"("*")", R"("a*a")"};
    constexpr std::string_view kArray = "array of ";
    if (argument.type.starts_with(kArray)) {
      const std::string element = argument.type.substr(kArray.size());
      if (random_.Once(2)) return fmt::format("{} includes {}", argument.path, Value(element));
      return fmt::format("{} in [{}, {}]", argument.path, Value(element), Value(element));
    }
    if (argument.type == "boolean") {
      return random_.Once(2) ? argument.path
                             : fmt::format("{} {} {}", argument.path,
                                           random_.Once(2) ? "=" : "!=", Value(argument.type));
    }
    if (random_.Once(4)) {
      return fmt::format("{} in [{}, {}]", argument.path, Value(argument.type),
                         Value(argument.type));
    }
    if (argument.type == "string") {
      if (random_.Once(2)) return fmt::format("{} like {}", argument.path, random_.Of(kLikes));
      return fmt::format("{} {} {}", argument.path,
                         random_.Once(2) ? "=" : "!=", Value(argument.type));
    }
    return fmt::format("{} {} {}", argument.path, random_.Of(kOrders), Value(argument.type));
  }

  std::string Condition(const Tool& tool, int depth) {
    if (depth > 0 && random_.Once(2)) {
      const std::string one = Condition(tool, depth - 1);
      const std::string other = Condition(tool, depth - 1);
      const std::string joined =
          fmt::format("({} {} {})", one, random_.Once(2) ? "and" : "or", other);
      return random_.Once(4) ? "not " + joined : joined;
    }
    const Argument& argument = random_.Of(tool.arguments);
    // What is in every call need not be asked for.
    if (random_.Once(5) && !argument.optional.empty()) return argument.path;
    std::string text;
    for (const std::string& path : argument.optional) {
      // Of a switch its name is its value and not its presence.
      if (path != argument.path || argument.type != "boolean") text += path + " and ";
    }
    return "(" + text + Comparison(argument) + ")";
  }

  void Sentence() {
    static const std::vector<std::string> kMay{"team support may", "team leads, night may",
                                               "team support, leads may", "team night may"};
    static const std::vector<std::string> kMayNot{
        "nobody may",           "nobody except team leads may",
        "team support may not", "only team support, leads may",
        "everyone may not",     "only team leads except team night may"};
    static const std::vector<std::string> kWhole{"One", "Two-b", "g", "any tool", "g.One"};
    static const std::vector<std::string> kDays{
        "", "", "", " until 2027-03-31", " from 2026-12-01", " from 2026-12-01 until 2026-12-01"};
    const bool denies = random_.Once(3);
    const std::string& who = random_.Of(denies ? kMayNot : kMay);
    const Tool& tool = random_.Of(tools_);
    std::string what = tool.name;
    std::string when;
    if (random_.Once(4)) {
      what = random_.Of(kWhole);
      if (random_.Once(3)) what += " except " + tool.name;
    } else if (!tool.arguments.empty() && !random_.Once(4)) {
      when = fmt::format(" {} {}", random_.Once(4) ? "unless" : "when", Condition(tool, 2));
    }
    program_.text += fmt::format("{} call {}{}{}\n", who, what, when, random_.Of(kDays));
  }

  Random& random_;
  GatewayProgram program_;
  std::vector<Tool> tools_;
};

}  // namespace

GatewayProgram RandomGatewayProgram(Random& random) { return Maker(random).Make(); }

}  // namespace writ::gateways
