// Programs about tools of gateways at random: what they become is proved, and decides calls as the
// third reading does. Of a sentence that lowering and verifier read wrongly the third reading
// tells; of a policy that was edited, the verifier. With WRIT_GATEWAY_CASES=FOLDER the programs are
// written there with calls and what the sentences say of them, for Cedar's own engine
// (cedar_test.py).
#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "base/support/date.h"
#include "base/support/json.h"
#include "compiler/proof.h"
#include "compiler/request_documents.h"
#include "compiler/stages.h"
#include "gateways/programs.h"
#include "host/memory_file_system.h"
#include "output/emit/tree.h"
#include "proof/deployed/tree.h"
#include "proof/reference/gateways.h"
#include "proof/verify/gateways.h"

namespace writ::gateways {
namespace {

constexpr std::size_t kPrograms = 60;
constexpr std::size_t kCalls = 150;
using Misreading = void (*)(intent::Model&);

std::map<std::string, std::string> FilesOf(const GatewayProgram& program) {
  std::map<std::string, std::string> files{{"p/main.writ", program.text}};
  for (const auto& [name, text] : program.manifests) files["p/" + name] = text;
  return files;
}

/// A program compiled and its gateways' files.
class Built {
 public:
  explicit Built(const GatewayProgram& program, Misreading misreading = nullptr)
      : files_(FilesOf(program)) {
    meaning_ = compiler::Compile<compiler::Bound>({{"p"}}, compilation_);
    is_good_ = !compilation_.findings.has_errors() && !meaning_.stop;
    for (const diag::Diagnostic& one : compilation_.findings.all()) {
      if (one.severity == diag::Severity::kError) why_ += one.message + "; ";
    }
    if (!is_good_) return;
    misread_ = meaning_.model;
    if (misreading != nullptr) misreading(misread_);
    emit::Tree tree = compiler::RequestDocuments(misread_, meaning_.bindings, false, compilation_);
    for (const emit::Artifact& artifact : tree.artifacts) made_[artifact.path] = artifact.bytes;
    made_["manifest.json"] = emit::Manifest(tree, {});
    for (const auto& [path, bytes] : made_) {
      if (path.ends_with(".cedar")) deployed_.gateways["g"].push_back(bytes);
    }
  }

  /// What the verifier says of the files, edited or not.
  [[nodiscard]] verify::GatewayComparison Compare(const deployed::Files& files) const {
    const auto tree = deployed::ReadTree(files);
    REQUIRE(tree.ok());
    return verify::CompareGateways({misread_, compilation_.catalog(), meaning_.bindings}, *tree);
  }
  [[nodiscard]] reference::Program program() const {
    return {meaning_.model, compilation_.catalog(), meaning_.bindings};
  }
  [[nodiscard]] bool is_good() const { return is_good_; }
  [[nodiscard]] const std::string& why() const { return why_; }
  [[nodiscard]] const deployed::Files& made() const { return made_; }
  [[nodiscard]] const reference::Deployed& deployed() const { return deployed_; }

 private:
  host::MemoryFileSystem files_;
  compiler::Compilation compilation_{files_, {.as_of = {2026, 11, 29}}};
  compiler::Bound meaning_;
  intent::Model misread_;
  bool is_good_ = false;
  std::string why_;
  deployed::Files made_;
  reference::Deployed deployed_;
};

std::string TextOf(const verify::GatewayComparison& comparison) {
  std::string text;
  for (const auto& one : comparison.differences) text += one.path + ": " + one.what + "\n";
  for (const auto& one : comparison.given_up) text += one.who + ": " + one.because + "\n";
  return text;
}

// ---- cases for Cedar's engine ------------------------------------------------------------------

using support::json::Writer;

void Extension(Writer& json, std::string_view function, const std::string& argument) {
  json.BeginObject();
  json.Key("__extn");
  json.BeginObject();
  json.Key("fn");
  json.String(function);
  json.Key("arg");
  json.String(argument);
  json.EndObject();
  json.EndObject();
}

void Put(Writer& json, const cedar::Value& value) {
  using Kind = cedar::Value::Kind;
  switch (value.kind) {
    case Kind::kBool:
      return json.Bool(value.truth);
    case Kind::kLong:
      return json.Raw(fmt::format("{}", value.number));
    case Kind::kString:
      return json.String(value.text);
    case Kind::kDatetime:
      return Extension(
          json, "datetime",
          fmt::format("{}T{}Z",
                      support::DateText(support::DateOfDayNumber(value.number / 86'400'000)),
                      value.number % 86'400'000 == 0 ? "00:00:00.000" : "23:59:59.999"));
    case Kind::kDecimal: {
      const std::int64_t number = value.number;
      const std::uint64_t size =
          number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
      return Extension(
          json, "decimal",
          fmt::format("{}{}.{:04}", number < 0 ? "-" : "", size / 10'000, size % 10'000));
    }
    case Kind::kSet:
      break;
  }
  json.BeginArray();
  for (const cedar::Value& element : value.elements) Put(json, element);
  json.EndArray();
}

/// The object at `path`: its members are one name longer.
void PutRecord(Writer& json, const reference::ToolCall& call,
               const std::vector<std::string>& path) {
  const auto is_member = [&](const std::vector<std::string>& other) {
    return other.size() == path.size() + 1 && std::equal(path.begin(), path.end(), other.begin());
  };
  json.BeginObject();
  for (const auto& [at, value] : call.arguments) {
    if (!is_member(at)) continue;
    json.Key(at.back());
    Put(json, value);
  }
  for (const std::vector<std::string>& at : call.objects) {
    if (!is_member(at)) continue;
    json.Key(at.back());
    PutRecord(json, call, at);
  }
  for (const std::vector<std::string>& at : call.unsaid) {
    if (!is_member(at)) continue;
    json.Key(at.back());
    json.BeginArray();
    json.EndArray();
  }
  json.EndObject();
}

void PutCall(Writer& json, const Built& built, const reference::ToolCall& call) {
  json.BeginObject();
  json.Key("type");
  json.String(call.has_token ? "AgentCore::OAuthUser" : "AgentCore::IamEntity");
  json.Key("caller");
  json.String(call.caller);
  json.Key("claims");
  json.BeginObject();
  for (const auto& [key, value] : call.claims) {
    json.Key(key);
    json.String(value);
  }
  json.EndObject();
  json.Key("action");
  json.String(call.target + "___" + call.tool);
  json.Key("input");
  PutRecord(json, call, {});
  json.Key("now");
  Put(json, cedar::Value::Datetime(call.now));
  json.Key("allowed");
  json.Bool(reference::MayCall(built.program(), {0}, call));
  json.EndObject();
}

void WriteCases(const std::filesystem::path& folder, std::size_t number, const Built& built,
                const GatewayProgram& program, reference::Random& random) {
  Writer json(support::json::Style::kPretty);
  json.BeginObject();
  json.Key("program");
  json.String(program.text);
  json.Key("targets");
  json.BeginObject();
  json.Key("One");
  json.Raw(program.manifests.at("one.json"));
  json.Key("Two-b");
  json.Raw(program.manifests.at("two.json"));
  json.EndObject();
  json.Key("resource");
  json.String(built.program().model.gateways.front().arn);
  json.Key("policies");
  json.BeginArray();
  const auto found = built.deployed().gateways.find("g");
  if (found != built.deployed().gateways.end()) {
    for (const std::string& policy : found->second) json.String(policy);
  }
  json.EndArray();
  json.Key("calls");
  json.BeginArray();
  for (std::size_t i = 0; i < kCalls; ++i) {
    const reference::ToolCall call = reference::RandomToolCall(built.program(), {0}, random);
    // Its schema has the tools of the manifests only.
    if (call.tool != "other") PutCall(json, built, call);
  }
  json.EndArray();
  json.EndObject();
  std::ofstream(folder / fmt::format("{:03}.json", number)) << json.Take() << "\n";
}

TEST_CASE("policies of gateways decide calls as the sentences say") {
  const char* folder = std::getenv("WRIT_GATEWAY_CASES");
  reference::Random random(20261130);
  std::size_t built_count = 0;
  std::size_t allowed = 0;
  std::size_t asked = 0;
  for (std::size_t i = 0; i < kPrograms; ++i) {
    const GatewayProgram program = RandomGatewayProgram(random);
    const Built built(program);
    CAPTURE(program.text);
    CAPTURE(program.manifests.at("one.json"));
    CAPTURE(program.manifests.at("two.json"));
    CAPTURE(built.why());
    if (!built.is_good()) continue;
    ++built_count;
    CHECK(TextOf(built.Compare(built.made())) == "");
    const auto found =
        reference::SampleToolCalls(built.program(), built.deployed(), random, kCalls);
    CAPTURE(found ? found->call : std::string());
    CHECK_FALSE(found.has_value());
    for (std::size_t call = 0; call < kCalls; ++call, ++asked) {
      const auto one = reference::RandomToolCall(built.program(), {0}, random);
      allowed += reference::MayCall(built.program(), {0}, one) ? 1U : 0U;
    }
    if (folder != nullptr) WriteCases(folder, i, built, program, random);
  }
  // What is refused says "nothing is left" or that a sentence is never in force.
  CHECK(built_count > kPrograms * 3 / 4);
  MESSAGE("built " << built_count << ", permitted " << allowed << " of " << asked);
  CHECK(allowed > asked / 20);
}

GatewayProgram Fixed() {
  GatewayProgram program;
  program.text = R"(organization acme "o-exampleorgid" { account payments 222222222222 }
team platform { in payments as role "platform" }
team support { in payments as role "support", claim team = "support" }
team leads { in payments as claim team = "leads" }
team late { in payments as claim shift = "late" }
nobody except team platform may administer agentcore-gateways, agentcore-policies, resource-policies
gateway g "arn:aws:bedrock-agentcore:us-east-1:222222222222:gateway/g-a1b2c3d4e5" {
  oauth  tools One from "one.json"  as role "gateway"
}
team support may call One.refund when input.amount < 500 and input.reason and input.reason like "a*" until 2027-03-31
nobody except team leads may call One.refund unless input.items in ["x", "y"]
team leads may call One.refund
team late may not call One.refund when input.amount < 100
)";
  program.manifests["one.json"] = R"({"tools": [{"name": "refund", "inputSchema": {"type": "object",
    "required": ["amount", "items"], "properties": {"amount": {"type": "integer"},
    "reason": {"type": "string"}, "items": {"type": "array", "items": {"type": "string"}}}}}]})";
  return program;
}

TEST_CASE("an edited policy is told with a call") {
  const Built built(Fixed());
  REQUIRE(built.is_good());
  CHECK(TextOf(built.Compare(built.made())) == "");
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 23> kEdits{{
      {"amount < 500", "amount < 501"},
      {"amount < 500", "amount <= 500"},
      {"amount < 500", "amount > 500"},
      {"like \\\"a*\\\"", "like \\\"*a*\\\""},
      {"like \\\"a*\\\"", "like \\\"a*b\\\""},
      {"like \\\"a*\\\"", "== \\\"a\\\""},
      {"context.input has reason && (context.input has reason && context.input.reason like "
       "\\\"a*\\\")",
       "context.input.reason like \\\"a*\\\""},
      {"2027-04-01", "2027-03-31"},
      {"2027-04-01", "2027-04-02"},
      {"== \\\"support\\\"", "== \\\"Support\\\""},
      {"principal.getTag(\\\"team\\\")", "principal.getTag(\\\"Team\\\")"},
      {"One___refund", "One__refund"},
      {"One___refund", "Two___refund"},
      {"g-a1b2c3d4e5", "g-a1b2c3d4e6"},
      {"permit(", "forbid("},
      {"forbid(", "permit("},
      {"[\\\"x\\\", \\\"y\\\"]", "[\\\"x\\\"]"},
      {"[\\\"x\\\", \\\"y\\\"]", "[\\\"x\\\", \\\"y\\\", \\\"z\\\"]"},
      {"== \\\"leads\\\"", "== \\\"lead\\\""},
      {"like \\\"*\\\\\\\"late\\\\\\\"*\\\"", "== \\\"late\\\""},
      {"like \\\"*\\\\\\\"late\\\\\\\"*\\\"", "like \\\"*late*\\\""},
      {".containsAll(", ".containsAny("},
      {"\\\"enforcementMode\\\": \\\"ACTIVE\\\"", "\\\"enforcementMode\\\": \\\"LOG_ONLY\\\""},
  }};
  for (const auto& [old_text, new_text] : kEdits) {
    CAPTURE(old_text);
    CAPTURE(new_text);
    std::size_t edited = 0;
    for (const auto& [path, bytes] : built.made()) {
      if (!path.ends_with(".CreatePolicy.json")) continue;
      std::string wanted(old_text);
      std::string instead(new_text);
      // The last one is of the request, not of the statement in it.
      if (wanted.starts_with("\\\"enf")) {
        std::erase(wanted, '\\');
        std::erase(instead, '\\');
      }
      const std::size_t at = bytes.find(wanted);
      if (at == std::string::npos) continue;
      ++edited;
      deployed::Files files = built.made();
      files[path].replace(at, wanted.size(), instead);
      const auto request = support::json::Parse(files[path]);
      REQUIRE(request.ok());
      const std::string stem = path.substr(0, path.find(".bedrock-agentcore-control"));
      files[stem + ".cedar"] =
          request->root().Find("definition")->Find("cedar")->Find("statement")->text();
      CHECK(TextOf(built.Compare(files)) != "");
    }
    CHECK(edited > 0);
  }
  for (const auto& [path, bytes] : built.made()) {
    if (!path.starts_with("gateways/")) continue;
    CAPTURE(path);
    deployed::Files files = built.made();
    files.erase(path);
    if (path.ends_with(".CreatePolicy.json")) {
      files.erase(path.substr(0, path.find(".bedrock-agentcore-control")) + ".cedar");
      CHECK(TextOf(built.Compare(files)) != "");
    }
  }
}

TEST_CASE("the third reading notices rules that both others misread") {
  static constexpr std::array<Misreading, 8> kMisreadings{
      [](intent::Model& model) { model.tool_rules.at(0).when = {}; },
      [](intent::Model& model) { model.tool_rules.at(0).until.reset(); },
      [](intent::Model& model) { model.tool_rules.at(0).until = "2027-03-30"; },
      [](intent::Model& model) { model.tool_rules.at(0).included.claims.at(0).value = "leads"; },
      [](intent::Model& model) { model.tool_rules.at(1).excepted = {}; },
      [](intent::Model& model) { model.tool_rules.at(1).when = {}; },
      [](intent::Model& model) { model.tool_rules.erase(model.tool_rules.begin() + 1); },
      [](intent::Model& model) {
        model.tool_rules.at(0).when.operands.at(0).test.op =
            intent::ArgumentTest::Operator::kLessEqual;
      }};
  for (std::size_t i = 0; i < kMisreadings.size(); ++i) {
    CAPTURE(i);
    const Built built(Fixed(), kMisreadings.at(i));
    REQUIRE(built.is_good());
    CHECK(TextOf(built.Compare(built.made())) == "");
    reference::Random random(7);
    CHECK(reference::SampleToolCalls(built.program(), built.deployed(), random, 4000).has_value());
  }
}

TEST_CASE("too many cases are given up on") {
  const Built built(Fixed());
  REQUIRE(built.is_good());
  const auto tree = deployed::ReadTree(built.made());
  REQUIRE(tree.ok());
  const verify::Program program{built.program().model, built.program().catalog,
                                built.program().bindings};
  std::size_t enough = 1;
  while (!verify::CompareGateways(program, *tree, enough).given_up.empty()) ++enough;
  CHECK(enough > 10);
  CHECK(verify::CompareGateways(program, *tree, enough - 1).given_up.front().because ==
        fmt::format("more than {} cases", enough - 1));
}

}  // namespace
}  // namespace writ::gateways
