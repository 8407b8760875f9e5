// A tree with everything that a program can ask for, edited at random: policies, attachments, the
// script, identifiers, the manifest, forms, requests and whole files. What each edit does is known
// by how it is made, or, for policies, found by the reference evaluator over requests of the third
// reading; it must be refuted (or refused as no tree) if some request, attachment or line of the
// script changes, and accepted if none does. A request that refutes a tree must be one that
// somebody can send, and is decided differently by the tree as it was. An untruth for people is
// told.
//
// WRIT_MUTATION_EDITS and WRIT_MUTATION_SEED choose another run. A long one is 2000
// edits: `WRIT_MUTATION_EDITS=2000 WRIT_MUTATION_SEED=7 mutation_test -tc='random edits*'`, about
// ten minutes of one core without optimization.
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/review/why.h"
#include "commands/build.h"
#include "compiler/proof.h"
#include "iam/policy/evaluate.h"
#include "mutation/decisions.h"
#include "mutation/mutations.h"
#include "mutation/program.h"
#include "proof/reference/sample.h"

namespace writ::mutation {
namespace {

using Json = nlohmann::ordered_json;

/// A whole number of the environment.
std::uint32_t Setting(const char* name, std::uint32_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

constexpr const char* kEverything = R"(import aws.bedrock
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222 }
  ou dev "ou-ab12-dev00001" { account sandbox 444444444444 }
}
team fraud { in payments as role "fraud-app" }
team apps  { in sandbox as role "app-*", user "ops" }
team admins { in acme as permission-set Admin }
endpoint near { vpce "vpce-0aaa"  in payments }
guardrail safe { filter hate high  say "no" on input  say "no" on output }
team fraud may invoke claude-sonnet-4.5 in us-east-1 routed within us
    with guardrail safe until 2027-03-31 because "triage"
team fraud may invoke nova-lite in us-east-1 when aws:PrincipalTag/stage in ["test", "prod"]
team apps may invoke nova-lite in us-east-1
team admins may administer guardrails in us-east-1
service "bedrock.amazonaws.com" in payments may do sts:AssumeRole
    on "arn:aws:iam::222222222222:role/agent" when aws:SourceAccount = "222222222222"
everyone in prod must use guardrail safe to invoke models from anthropic
nobody in payments may invoke models from deepseek via endpoint near
nobody may log-in-with api-keys
nobody outside acme may do s3:GetObject, s3:PutObject on "arn:aws:s3:::logs/*"
guardrail safe screens models from anthropic in payments in us-east-1
)";

constexpr const char* kBound = R"({"guardrails": {"safe": {"222222222222": {
  "us-east-1": {"arn": "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc123", "version": 3}}}}})";

deployed::Files Tree() {
  commands::BuildOptions options;
  options.paths = {"p"};
  options.output = "out";
  options.formats = {"json", "terraform"};  // no endpoints in CloudFormation
  host::MemoryFileSystem files{{{"p/main.writ", kEverything}, {"p/writ.bindings.json", kBound}}};
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  host::Environment environment{
      .files = files, .in = in, .out = out, .err = err, .today = {2026, 11, 22}};
  REQUIRE_MESSAGE(commands::RunBuild(options, environment) == host::ExitStatus::kGood, err.str());
  deployed::Files tree;
  for (const auto& [path, bytes] : files.files()) {
    if (path.starts_with("out/")) tree[path.substr(4)] = bytes;
  }
  return tree;
}

/// What an edit does to what the tree deploys.
enum class Effect {
  kNothing,
  kSomething,
  kTold,  ///< nothing is deployed otherwise, and a finding or the verdict says what is not so
  kUnknown
};

struct Edited {
  std::string what;
  deployed::Files files;
  Effect effect = Effect::kSomething;
};

class Editor {
 public:
  Editor(deployed::Files base, std::uint32_t seed) : base_(std::move(base)), random_(seed) {}

  Edited Next() {
    Edited edited{"", base_};
    while (edited.what.empty()) {
      edited.files = base_;
      switch (Below(11)) {
        case 0:
        case 1:
          Policy(edited);
          break;
        case 2:
          Attachment(edited);
          break;
        case 3:
          Script(edited);
          break;
        case 4:
          Identifier(edited);
          break;
        case 5:
          Form(edited);
          break;
        case 6:
          File(edited);
          break;
        case 7:
          Request(edited);
          break;
        case 8:
        case 9:
          Manifest(edited);
          break;
        default:
          Layout(edited);
          break;
      }
    }
    return edited;
  }

 private:
  std::size_t Below(std::size_t size) {
    return std::uniform_int_distribution<std::size_t>(0, size - 1)(random_);
  }
  template <class List>
  const auto& Any(const List& list) {
    return list[Below(list.size())];
  }
  std::vector<std::string> Paths(const std::function<bool(const std::string&)>& wanted) const {
    std::vector<std::string> paths;
    for (const auto& [path, bytes] : base_) {
      if (wanted(path)) paths.push_back(path);
    }
    return paths;
  }

  static std::optional<policy::Kind> KindOf(const std::string& path) {
    if (path.ends_with(".identity.json") || path.ends_with(".permission-set.json")) {
      return policy::Kind::kIdentity;
    }
    if (path.ends_with(".scp.json")) return policy::Kind::kScp;
    if (path.ends_with(".rcp.json")) return policy::Kind::kRcp;
    return std::nullopt;
  }

  /// One of the mutations that the other tests judge one by one.
  void Policy(Edited& edited) {
    const std::string path = Any(Paths([](const std::string& one) { return !!KindOf(one); }));
    const policy::Kind kind = *KindOf(path);
    policy::PolicyDocument document = *policy::Read(base_.at(path), kind);
    const policy::PolicyDocument original = document;
    static const std::vector<Mutation> kAll = Mutations();
    static const std::vector<Mutation> kOfCallers = MutationsOfCallers();
    const bool is_of_callers = kind == policy::Kind::kScp && Below(2) == 0;
    const Mutation& mutation = Any(is_of_callers ? kOfCallers : kAll);
    if (!mutation.apply(document, Below(document.statements.size())) || document == original) {
      return;
    }
    edited.files[path] = policy::Write(document, policy::Style::kMinified);
    edited.what = fmt::format("{}: {}", path, mutation.name);
    edited.effect = Effect::kUnknown;
  }

  void Attachment(Edited& edited) {
    Json manifest = Json::parse(base_.at("manifest.json"));
    Json& all = manifest["attachments"];
    const std::size_t at = Below(all.size());
    const std::string name = all[at].dump();
    switch (Below(4)) {
      case 0:
        all.erase(at);
        edited.what = "not attached: " + name;
        break;
      case 1: {
        std::string id = all[at]["id"];
        id[Below(id.size())] = 'q';
        if (id == all[at]["id"]) return;
        all[at]["id"] = id;
        edited.what = "attached to " + id + ": " + name;
        break;
      }
      case 2: {
        const std::size_t other = Below(all.size());
        if (all[at]["id"] == all[other]["id"] && all[at]["to"] == all[other]["to"]) return;
        if (all[at]["document"] == all[other]["document"]) return;
        std::swap(all[at]["id"], all[other]["id"]);
        std::swap(all[at]["to"], all[other]["to"]);
        edited.what = fmt::format("exchanged: {} and {}", name, all[other].dump());
        break;
      }
      default:
        if (all[at].contains("open")) {
          all[at].erase("open");
        } else if (all[at]["to"] == "role" || all[at]["to"] == "user") {
          all[at]["open"] = true;
        } else {
          return;
        }
        edited.what = "open or not: " + name;
        break;
    }
    edited.files["manifest.json"] = manifest.dump(2);
  }

  void Script(Edited& edited) {
    std::vector<std::string> lines;
    std::istringstream text(base_.at("apply.sh"));
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    const std::size_t at = Below(lines.size());
    const std::string line = lines[at];
    switch (Below(4)) {
      case 0:
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 1:
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), "aws iam list-roles");
        break;
      case 2:
        if (line.empty()) return;
        lines[at][Below(line.size())] ^= 1;
        break;
      default:
        if (at + 1 == lines.size() || lines[at] == lines[at + 1]) return;
        std::swap(lines[at], lines[at + 1]);
        break;
    }
    edited.files["apply.sh"] = fmt::format("{}\n", fmt::join(lines, "\n"));
    if (edited.files["apply.sh"] == base_.at("apply.sh")) return;
    edited.what = fmt::format("script, line {}: {}", at + 1, line);
  }

  /// What the manifest says of accounts, units and bindings.
  void Identifier(Edited& edited) {
    Json manifest = Json::parse(base_.at("manifest.json"));
    std::vector<Json*> texts;
    const std::function<void(Json&)> walk = [&](Json& value) {
      if (value.is_string() && !value.get<std::string>().empty()) texts.push_back(&value);
      if (value.is_structured()) {
        for (auto& child : value) walk(child);
      }
    };
    walk(manifest["organization"]);
    if (manifest.contains("guardrails")) walk(manifest["guardrails"]);
    Json& one = *texts[Below(texts.size())];
    const std::string was = one;
    std::string is = was;
    is[Below(is.size())] = '7';
    if (is == was) return;
    one = is;
    edited.files["manifest.json"] = manifest.dump(2);
    edited.what = fmt::format("manifest: {} for {}", is, was);
  }

  /// A text of a policy in a form, so that it is another action, resource, value or holder.
  void Form(Edited& edited) {
    const std::string path =
        Any(Paths([](const std::string& one) { return one.starts_with("deploy/"); }));
    static const std::vector<std::pair<std::string, std::string>> kTexts = {
        {"us-east-1", "us-west-2"},
        {"nova-lite", "nova-pro"},
        {"222222222222", "333333333333"},
        {"ou-ab12-prod0001", "ou-ab12-dev00001"},
        {"fraud-app", "other-app"},
        {"bedrock:InvokeModel", "bedrock:Invoke"},
        {"deepseek", "deepsea"},
        {"writ-fraud", "fraud"},
        {"CallWithBearerToken", "CallWith"},
        {"\"HIGH\"", "\"LOW\""},
        {"role/agent", "role/agents"},
        {"o-exampleorgid", "o-otherorgid"},
        {"abc123", "abc124"},
        {"vpce-0aaa", "vpce-0bbb"}};
    const auto& [from, to] = Any(kTexts);
    std::string& bytes = edited.files[path];
    std::vector<std::size_t> places;
    for (std::size_t at = bytes.find(from); at != std::string::npos;
         at = bytes.find(from, at + 1)) {
      places.push_back(at);
    }
    if (places.empty()) return;
    const std::size_t at = Any(places);
    bytes.replace(at, from.size(), to);
    // Names of resources within a form, and what is only told, may be any.
    edited.effect = Effect::kUnknown;
    edited.what = fmt::format("{} at {}: {} for {}", path, at, to, from);
    forms_.push_back(path);
  }

  void File(Edited& edited) {
    const std::string path =
        Any(Paths([](const std::string& one) { return one != "manifest.json"; }));
    switch (Below(3)) {
      case 0:
        edited.files.erase(path);
        edited.what = "removed " + path;
        break;
      case 1: {
        const std::size_t dot = path.find('.');
        edited.files[path.substr(0, dot) + "-9" + path.substr(dot)] = base_.at(path);
        edited.what = "twice: " + path;
        break;
      }
      default:
        edited.files[path.substr(0, path.rfind('/') + 1) + "notes.txt"] = "hello\n";
        edited.what = "notes beside " + path;
        break;
    }
  }

  /// Anything that the manifest says.
  void Manifest(Edited& edited) {
    Json manifest = Json::parse(base_.at("manifest.json"));
    switch (Below(3)) {
      case 0:
        Repeat(manifest, edited);
        break;
      case 1:
        Forms(manifest, edited);
        break;
      default:
        Value(manifest, edited);
        break;
    }
    edited.files["manifest.json"] = manifest.dump(2);
  }

  /// A document or an attachment once more.
  void Repeat(Json& manifest, Edited& edited) {
    Json& list = manifest[Below(2) == 0 ? "documents" : "attachments"];
    list.push_back(list[Below(list.size())]);
    edited.what = "the manifest says twice: " + list.back().dump().substr(0, 80);
  }

  /// In which form accounts of callers are said to be named.
  void Forms(Json& manifest, Edited& edited) {
    std::vector<Json*> statements;
    for (Json& document : manifest["documents"]) {
      for (Json& one : document["statements"]) {
        if (one.contains("callers")) statements.push_back(&one);
      }
    }
    Json& statement = *statements[Below(statements.size())];
    const std::string was = statement["callers"].dump();
    edited.effect = Effect::kTold;
    if (Below(4) == 0) {
      statement.erase("callers");
      edited.what = "the manifest leaves out " + was;
      return;
    }
    static const std::vector<std::string> kForms{"all", "units", "listed", "spread", "any"};
    const std::string& form = Any(kForms);
    if (statement["callers"][0]["form"] == form) return;
    statement["callers"] = Json::array({{{"form", form}}});
    // A proof lets exemptions grow where it is said that they do.
    if (form == "spread") edited.effect = Effect::kSomething;
    edited.what = fmt::format("the manifest says that callers are named by {}, not {}", form, was);
  }

  /// A text, number or flag of a document's entry or of the proof.
  void Value(Json& manifest, Edited& edited) {
    std::vector<std::pair<std::string, Json*>> values;
    const std::function<void(const std::string&, Json&)> walk = [&](const std::string& at,
                                                                    Json& value) {
      if (!value.is_structured()) values.emplace_back(at, &value);
      if (value.is_object()) {
        for (auto& [name, child] : value.items()) walk(at + "/" + name, child);
      }
      if (value.is_array()) {
        for (auto& child : value) walk(at, child);
      }
    };
    for (const char* member : {"writ", "catalog", "asOf", "proof", "documents", "models"}) {
      walk(member, manifest[member]);
    }
    const auto& [at, value] = Any(values);
    // Believed: docs/proofs.md.
    if (at.ends_with("/because") || at.ends_with("/class") || at.find("/lowerBound") != at.npos) {
      return;
    }
    const std::string was = value->dump();
    if (value->is_string()) {
      *value = value->get<std::string>() + "q";
    } else if (value->is_number()) {
      *value = value->get<int>() + 1;
    } else if (value->is_boolean()) {
      *value = !value->get<bool>();
    } else {
      *value = "q";
    }
    const bool is_for_tools = at.ends_with("/path") || at.ends_with("/kind") ||
                              at.ends_with("/target") || at.starts_with("models") ||
                              at.find("/notIn") != at.npos;
    edited.effect = is_for_tools ? Effect::kSomething : Effect::kTold;
    edited.what = fmt::format("manifest {}: {} is {}", at, was, value->dump());
  }

  /// A text or flag of a request of another call.
  void Request(Edited& edited) {
    const std::string path = Any(Paths([](const std::string& one) {
      return one.starts_with("enforcement/") || one.ends_with(".CreateGuardrail.json") ||
             one.starts_with("endpoints/") || one.starts_with("trust/");
    }));
    Json request = Json::parse(base_.at(path));
    std::vector<std::pair<std::string, Json*>> values;
    const std::function<void(const std::string&, Json&)> walk = [&](const std::string& key,
                                                                    Json& value) {
      const bool is_name = key == "Sid" || key == "Version";
      if (value.is_string() && !is_name) values.emplace_back(key, &value);
      if (value.is_boolean()) values.emplace_back(key, &value);
      if (value.is_object()) {
        for (auto& [name, child] : value.items()) walk(name, child);
      }
      if (value.is_array()) {
        for (auto& child : value) walk(key, child);
      }
    };
    walk("", request);
    if (values.empty()) return;
    const auto& [key, value] = Any(values);
    const std::string was = value->dump();
    if (value->is_boolean()) {
      *value = !value->get<bool>();
    } else {
      *value = value->get<std::string>() + "q";
    }
    edited.files[path] = request.dump();
    edited.what = fmt::format("{}: {} is no more {}", path, key, was);
  }

  /// Spaces, and what the manifest says for people.
  void Layout(Edited& edited) {
    edited.effect = Effect::kNothing;
    if (Below(2) == 0) {
      const std::string path = Any(Paths(
          [](const std::string& one) { return one.ends_with(".json") && one != "manifest.json"; }));
      edited.files[path] = Json::parse(base_.at(path)).dump(static_cast<int>(Below(4)));
      edited.what = "layout of " + path;
      return;
    }
    Json manifest = Json::parse(base_.at("manifest.json"));
    for (Json& document : manifest["documents"]) {
      document["sha256"] = "0";
      document.erase("quota");
    }
    manifest["asOf"] = "2000-01-01";
    edited.files["manifest.json"] = manifest.dump();
    edited.what = "what the manifest says for people";
  }

  deployed::Files base_;
  std::mt19937 random_;
  std::vector<std::string> forms_;
};

// ---- the truth about policies -------------------------------------------------------------------

constexpr policy::Switches kSwitches{.has_service_rules = false};
constexpr const char* kCallers[] = {
    "arn:aws:iam::222222222222:role/fraud-app", "arn:aws:iam::444444444444:role/app-1",
    "arn:aws:iam::444444444444:user/ops", "arn:aws:iam::222222222222:role/other",
    "arn:aws:iam::444444444444:role/other"};

/// Who holds any right in an account that joins later: prod, dev, and a new OU below dev.
struct Newcomer {
  const char* arn;
  const char* unit;
  const char* path;
};
constexpr Newcomer kNewcomers[] = {
    {"arn:aws:iam::777777777777:role/other", "prod", "ou-ab12-prod0001/"},
    {"arn:aws:iam::777777777777:role/other", "dev", "ou-ab12-dev00001/"},
    {"arn:aws:iam::555555555555:role/other", "prod", "ou-ab12-prod0001/"},
    {"arn:aws:iam::555555555555:role/other", "dev", "ou-ab12-dev00001/ou-ab12-new00001/"}};

/// The policies in force for some callers, decided by the evaluator.
class InForce {
 public:
  explicit InForce(const deployed::Files& files) {
    full_ = Compile(
        R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
        policy::Kind::kIdentity);
    for (const auto& [path, bytes] : files) {
      if (path.starts_with("iam/payments/fraud")) Hold(0, path, bytes);
      if (path.starts_with("iam/sandbox/apps")) {
        Hold(1, path, bytes);
        Hold(2, path, bytes);
      }
      if (path.starts_with("permission-sets/")) Hold(5, path, bytes);
      if (!path.ends_with(".scp.json")) continue;
      const policy::CompiledPolicy* scp = Compile(bytes, policy::Kind::kScp);
      const std::string node = path.substr(13, path.find_first_of(".-", 13) - 13);
      for (std::size_t caller = 0; caller < sets_.size(); ++caller) {
        const bool is_in_payments = caller == 0 || caller == 3 || caller == 5;
        const bool is_new = caller >= kKnown;
        const bool binds =
            node == "root" || (is_new ? node == kNewcomers[caller - kKnown].unit
                                      : node == (is_in_payments ? "prod" : "dev") ||
                                            node == (is_in_payments ? "payments" : "sandbox"));
        if (binds) sets_[caller].scps.push_back({full_, scp});
      }
    }
    sets_[3].identity = sets_[4].identity = {full_};
    for (std::size_t caller = kKnown; caller < kSize; ++caller) sets_[caller].identity = {full_};
  }

  [[nodiscard]] bool Allows(std::size_t caller, const policy::PreparedRequest& request) const {
    return policy::Evaluate(request, sets_[caller], kSwitches).is_allowed();
  }
  static constexpr std::size_t kKnown = 6;
  static constexpr std::size_t kSize = kKnown + std::size(kNewcomers);

 private:
  void Hold(std::size_t caller, const std::string& path, const std::string& bytes) {
    static_cast<void>(path);
    sets_[caller].identity.push_back(Compile(bytes, policy::Kind::kIdentity));
  }
  const policy::CompiledPolicy* Compile(const std::string& bytes, policy::Kind kind) {
    const auto document = policy::Read(bytes, kind);
    REQUIRE(document.ok());
    return &compiled_.emplace_back(*document, kind, kSwitches);
  }

  const policy::CompiledPolicy* full_ = nullptr;
  std::deque<policy::CompiledPolicy> compiled_;
  std::array<policy::CompiledSet, kSize> sets_;
};

std::vector<policy::Request> Requests() {
  const std::string sonnet = "anthropic.claude-sonnet-4-5-20250929-v1:0";
  std::vector<std::string> resources{
      "arn:aws:bedrock:us-east-1:222222222222:inference-profile/us." + sonnet,
      "arn:aws:bedrock:us-east-1::foundation-model/" + sonnet,
      "arn:aws:bedrock:us-west-2::foundation-model/" + sonnet,
      "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
      "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0",
      "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
      "arn:aws:bedrock:us-east-1::foundation-model/deepseek.r1-v1:0",
      "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc123",
      "arn:aws:bedrock:us-east-1:444444444444:guardrail/abc123",
      "arn:aws:bedrock:us-west-2:444444444444:guardrail/abc123",
      "*"};
  std::vector<policy::Request> requests;
  for (const char* action :
       {"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", "bedrock:ApplyGuardrail",
        "bedrock:CreateGuardrail", "bedrock:DeleteGuardrail", "bedrock:UpdateGuardrail",
        "bedrock:CallWithBearerToken", "bedrock-mantle:CallWithBearerToken", "s3:GetObject"}) {
    for (const std::string& resource : resources) {
      const auto segments = policy::SplitArn(resource);
      const std::string region =
          segments && !(*segments)[3].empty() ? std::string((*segments)[3]) : "us-east-1";
      for (const char* profile : {"", "us-east-1", "eu-west-1"}) {
        for (const char* guardrail : {"", "abc123:3", "abc123:4"}) {
          for (const char* time : {"2026-12-01T00:00:00Z", "2027-04-01T00:00:00Z"}) {
            for (const char* stage : {"", "test", "qa"}) {
              for (const char* endpoint : {"", "vpce-0aaa", "vpce-0bbb"}) {
                policy::Request request{"", action, resource, std::nullopt, {}};
                const auto add = [&](const char* key, const std::string& value) {
                  if (!value.empty()) request.context.push_back({key, false, {value}});
                };
                add("aws:RequestedRegion", region);
                if (*profile != 0) {
                  add("bedrock:InferenceProfileArn",
                      fmt::format("arn:aws:bedrock:{}:222222222222:inference-profile/us.{}",
                                  profile, sonnet));
                }
                if (*guardrail != 0) {
                  add("bedrock:GuardrailIdentifier",
                      fmt::format("arn:aws:bedrock:us-east-1:222222222222:guardrail/{}",
                                  guardrail));
                }
                add("aws:CurrentTime", time);
                add("aws:PrincipalTag/stage", stage);
                add("aws:SourceVpce", endpoint);
                requests.push_back(std::move(request));
              }
            }
          }
        }
      }
    }
  }
  return requests;
}

/// The ARN and the path of a caller.
std::pair<std::string, std::string> CallerAt(std::size_t caller) {
  if (caller >= InForce::kKnown) {
    const Newcomer& one = kNewcomers[caller - InForce::kKnown];
    return {one.arn, one.path};
  }
  const std::string arn = caller < std::size(kCallers)
                              ? kCallers[caller]
                              : "arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/"
                                "us-east-1/AWSReservedSSO_Admin_0123456789abcdef";
  const bool is_in_payments = arn.find("222222222222") != std::string::npos;
  return {arn, is_in_payments ? "ou-ab12-prod0001/" : "ou-ab12-dev00001/"};
}

bool Differ(const InForce& a, const InForce& b, const std::vector<policy::Request>& requests) {
  for (std::size_t caller = 0; caller < InForce::kSize; ++caller) {
    const auto [arn, path] = CallerAt(caller);
    for (policy::Request request : requests) {
      request.principal = arn;
      request.context.push_back({"aws:PrincipalArn", false, {arn}});
      request.context.push_back({"aws:PrincipalAccount", false, {arn.substr(13, 12)}});
      request.context.push_back({"aws:PrincipalOrgID", false, {"o-exampleorgid"}});
      request.context.push_back({"aws:PrincipalOrgPaths", true, {"o-exampleorgid/r-ab12/" + path}});
      const auto prepared = policy::Prepare(request);
      REQUIRE(prepared.ok());
      if (a.Allows(caller, *prepared) != b.Allows(caller, *prepared)) return true;
    }
  }
  return false;
}

/// What `writ verify` says of a tree.
struct Verified {
  bool is_refuted = false;
  bool is_told = false;  ///< something of it that deploys nothing
  verify::Proof proof;
};

class Judge {
 public:
  explicit Judge(const deployed::Files& base)
      : understood_(kEverything, kBound),
        base_(base),
        tree_(*deployed::ReadTree(base_)),
        decisions_(tree_, understood_.program().model.organization),
        in_force_(base_),
        requests_(Requests()) {}

  Verified Verify(const deployed::Files& files) {
    compiler::Compilation compilation(understood_.environment);
    compilation.sources = understood_.compilation.sources;
    compiler::ProofRun run = compiler::ProveTree(understood_.program(), files, compilation);
    return {run.stop || !run.proof.proved(),
            !compilation.findings.all().empty() || !run.built.empty(), std::move(run.proof)};
  }

  /// No request of the third reading, and none of the list, tells an accepted tree from the base.
  void CheckAccepted(const deployed::Files& files) {
    constexpr std::size_t kSampled = 300;
    const auto tree = deployed::ReadTree(files);
    REQUIRE(tree.ok());
    const verify::Program program = understood_.program();
    const reference::Sample sample = reference::SampleRequests(
        {program.model, program.catalog, program.bindings}, compiler::DeployedOf(*tree),
        [](std::size_t asked) { return asked < kSampled; });
    CAPTURE(sample.disagreement ? review::RequestText(sample.disagreement->request) : "");
    CHECK_FALSE(sample.disagreement);
    CHECK_FALSE(Differ(in_force_, InForce(files), requests_));
  }

  /// Each request that refutes a tree can be sent and tells it from the base. One that nobody can
  /// send, which the verdict says, is shown only where none of those asked here tells them apart.
  void CheckRefuted(const deployed::Files& files, const verify::Proof& proof) {
    const auto tree = deployed::ReadTree(files);
    if (!tree.ok()) return;
    const Decisions edited(*tree, understood_.program().model.organization);
    bool is_sent = true;
    for (const verify::Difference& one : proof.differences) {
      if (!one.request) continue;
      is_sent = is_sent && one.unsendable.empty();
      ++replayed;
      CAPTURE(one.who);
      CAPTURE(review::RequestText(*one.request));
      CHECK(decisions_.Of(*one.request) != edited.Of(*one.request));
    }
    if (is_sent) return;
    ++unsent;
    CheckAccepted(files);
  }

  std::size_t replayed = 0;
  std::size_t unsent = 0;  ///< trees that are refuted by requests that nobody can send alone

 private:
  Understood understood_;
  const deployed::Files& base_;
  const deployed::Tree tree_;
  const Decisions decisions_;
  const InForce in_force_;
  const std::vector<policy::Request> requests_;
};

TEST_CASE("random edits of a tree are refuted exactly if they change what is deployed") {
  constexpr std::uint32_t kNormal = 150;  // a good half second each without any optimization
  const std::uint32_t edits = Setting("WRIT_MUTATION_EDITS", kNormal);
  const std::uint32_t seed = Setting("WRIT_MUTATION_SEED", 7);
  const deployed::Files base = Tree();
  Judge judge(base);
  const Verified unchanged = judge.Verify(base);
  REQUIRE_FALSE(unchanged.is_refuted);
  REQUIRE_FALSE(unchanged.is_told);
  Editor editor(base, seed);
  std::map<std::string, std::size_t> counts;
  for (std::uint32_t i = 0; i < edits; ++i) {
    const Edited edited = editor.Next();
    const Verified verified = judge.Verify(edited.files);
    CAPTURE(i);
    CAPTURE(edited.what);
    ++counts[verified.is_refuted ? "refuted" : "accepted"];
    if (edited.effect == Effect::kSomething) CHECK(verified.is_refuted);
    if (edited.effect == Effect::kNothing) CHECK_FALSE(verified.is_refuted);
    if (edited.effect == Effect::kTold) CHECK((verified.is_refuted || verified.is_told));
    if (edited.effect == Effect::kTold) ++counts["untrue for people"];
    const bool is_form = edited.what.starts_with("deploy/");
    if (is_form) ++counts[verified.is_refuted ? "forms refuted" : "forms accepted"];
    if (is_form || edited.effect != Effect::kUnknown) continue;
    ++counts["policies"];
    if (verified.is_refuted) {
      judge.CheckRefuted(edited.files, verified.proof);
    } else {
      judge.CheckAccepted(edited.files);
    }
  }
  std::cout << edits << " random edits of a tree, seed " << seed << ":";
  for (const auto& [what, count] : counts) std::cout << " " << count << " " << what << ";";
  std::cout << " " << judge.replayed << " requests replayed; " << judge.unsent
            << " refuted by what nobody can send\n";
}

}  // namespace
}  // namespace writ::mutation
