// Forms of deployment, changed on purpose: every member, text and element of every form of the
// examples, then edits of each kind that a person could make by hand. What makes AWS do the same as
// before must be accepted, and every other edit refuted with the form's path.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "commands/build.h"
#include "mutation/program.h"
#include "proof/deployed/forms.h"

namespace writ::mutation {
namespace {

using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;

// Everything that guardrails can say in every form, enforcement of both sorts, and no logging.
constexpr const char* kSettings = R"(import aws.bedrock
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222 }
  ou dev { account sandbox 444444444444 }
}
guardrail base {
  description "For all"
  filter hate, insults high
  filter violence medium on input, low on output
  deny topic advice "What to buy." { example "Should I buy?" example "And now?" }
  block words "acme-secret", "acme-hidden"
  block profanity
  mask email
  block us-social-security-number on output
  mask pattern case-id "CASE-[0-9]{8}"
  grounding 0.80  relevance 0.75
  say "no" on input
  say "nothing" on output
  key "arn:aws:kms:us-east-1:111111111111:key/11111111-2222-3333-4444-555555555555"
  tag owner = "security"
}
guardrail local {
  tier standard
  routed within us
  filter hate high  deny topic tips "Advice on shares."  say "no" on input  say "no" on output }
team apps { in sandbox as role "app-*" }
team users { in sandbox as user "ops", user "opal", role "app-x", role "app-y-*" }
team apps may invoke nova-lite in us-east-1 with guardrail local
team users may invoke nova-lite in us-east-1 with guardrail local
guardrail base screens any model except titan-embed-text-v2 in prod in us-east-1, us-west-2
guardrail local screens nova-lite, nova-pro in sandbox in us-east-1, us-west-2
)";

constexpr const char* kSettingsBindings = R"({"guardrails": {
  "base": {"111111111111": {
    "us-east-1": {"arn": "arn:aws:bedrock:us-east-1:111111111111:guardrail/aaa1", "version": 3},
    "us-west-2": {"arn": "arn:aws:bedrock:us-west-2:111111111111:guardrail/aaa2", "version": 4}}},
  "local": {"444444444444": {
    "us-east-1": {"arn": "arn:aws:bedrock:us-east-1:444444444444:guardrail/bbb1", "version": 1},
    "us-west-2": {"arn": "arn:aws:bedrock:us-west-2:444444444444:guardrail/bbb2", "version": 2}}}}})";

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A program with its tree in all forms that can say it.
struct Built {
  std::string name;
  std::unique_ptr<Understood> understood;
  deployed::Tree tree;

  Built(std::string called, const std::string& program, const std::string& bindings,
        std::vector<std::string> formats)
      : name(std::move(called)),
        understood(std::make_unique<Understood>(program.c_str(), bindings.c_str())) {
    commands::BuildOptions options;
    options.paths = {"p"};
    options.output = "out";
    options.formats = std::move(formats);
    host::MemoryFileSystem files{{{"p/main.writ", program}, {"p/writ.bindings.json", bindings}}};
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    host::Environment environment{
        .files = files, .in = in, .out = out, .err = err, .today = {2026, 11, 22}};
    REQUIRE_MESSAGE(commands::RunBuild(options, environment) == host::ExitStatus::kGood, err.str());
    deployed::Files artifacts;
    for (const auto& [path, bytes] : files.files()) {
      if (path.starts_with("out/")) artifacts[path.substr(4)] = bytes;
    }
    auto read = deployed::ReadTree(artifacts);
    REQUIRE(read.ok());
    tree = *std::move(read);
    REQUIRE(!tree.forms.empty());
  }

  /// What differs when a form has other bytes.
  [[nodiscard]] std::vector<deployed::Mismatch> With(const std::string& path,
                                                     const std::string& bytes) {
    std::map<std::string, std::string> forms{{path, bytes}};
    std::swap(tree.forms, forms);
    const verify::Program program = understood->program();
    auto differences =
        deployed::CompareForms({program.model, program.catalog, program.bindings}, tree);
    std::swap(tree.forms, forms);
    return differences;
  }
};

std::vector<Built> Examples() {
  const std::filesystem::path root = WRIT_REPOSITORY;
  const std::vector<std::string> both = {"json", "cloudformation", "terraform"};
  std::vector<Built> all;
  const auto add = [&](const char* name, const std::filesystem::path& folder, const char* program) {
    all.emplace_back(name, Slurp(folder / program), Slurp(folder / "writ.bindings.json"), both);
  };
  add("acme", root / "examples" / "acme", "acme.writ");
  add("only behind a guardrail", root / "examples" / "published" / "07-only-behind-a-guardrail",
      "policy.writ");
  add("screened", root / "examples" / "published" / "08-screened-for-all-accounts", "policy.writ");
  const std::filesystem::path folder = root / "tests" / "deploy" / "program";
  std::string program = Slurp(folder / "program.writ");
  const std::string bindings = Slurp(folder / "writ.bindings.json");
  all.emplace_back("deployed, with logging", program, bindings,
                   std::vector<std::string>{"json", "terraform"});
  // What CloudFormation cannot say.
  const std::string_view accounts = "\" in prod }";
  REQUIRE(program.find(accounts) != std::string::npos);
  program.replace(program.find(accounts), accounts.size(), "\" }");
  const std::size_t log = program.find("\nlog ");
  REQUIRE(log != std::string::npos);
  program.erase(log, program.find('\n', log + 1) - log);
  all.emplace_back("deployed", program, bindings, both);
  all.emplace_back("settings", kSettings, kSettingsBindings, both);
  return all;
}

/// Within a policy document of a template: those edits are tested policy by policy elsewhere, and
/// many of them mean the same.
bool IsInDocument(const std::string& pointer) {
  for (const char* document :
       {"/PolicyDocument/", "/Content/", "/InlinePolicy/", "/AssumeRolePolicyDocument/"}) {
    if (pointer.find(document) != std::string::npos) return true;
  }
  return false;
}

/// An edit of one member: what is done, in which form.
struct Edit {
  std::string program;
  std::string path;
  std::string name;

  [[nodiscard]] bool Has(std::string_view part) const {
    return name.find(part) != std::string::npos;
  }
  [[nodiscard]] bool Ends(std::string_view part) const { return name.ends_with(part); }
  [[nodiscard]] bool Begins(std::string_view part) const { return name.starts_with(part); }
};

/// What AWS does anyway where nothing is said: whole guarding, all models, findings examined.
bool IsDefault(const Edit& edit) {
  if (!edit.Begins("drop ")) return false;
  const bool is_enforcement = edit.Has("Enforcement") || edit.Has("_enforced_");
  const bool is_for_all = edit.program.starts_with("deployed") &&
                          (edit.Has("/model_enforcement") || edit.Has("/ModelEnforcement"));
  return edit.Has("/SelectiveContentGuarding") || edit.Has("/selective_content_guarding") ||
         (is_enforcement &&
          (is_for_all || edit.Ends("/ExcludedModels") || edit.Ends("/excluded_models"))) ||
         edit.Ends("/OutputEnabled") || edit.Ends("/output_enabled");
}

/// Of a rule that watches: texts for people, the name of a target, the state that is the default
/// (the first rule about models has the other), and `source` beside `eventSource`, which tells
/// more.
bool IsNeutralOfWatch(const Edit& edit) {
  const bool is_watch =
      edit.Has("/WritUseOf") || edit.Has("/WritChangesTo") || edit.Has("/aws_cloudwatch_event_");
  if (!is_watch) return false;
  const bool is_seen_always = !edit.Has("UseOfModels1") && !edit.Has("use_of_models_1");
  if (edit.Begins("drop") && (edit.Ends("/State") || edit.Ends("/state"))) return is_seen_always;
  if (edit.Begins("drop") && edit.Ends("us_east_1/region")) return true;
  if (edit.Begins("change") && (edit.Ends("/Targets/0/Id") || edit.Ends("/target_id"))) return true;
  return edit.Ends("/Properties/Description") || edit.Ends("/description") ||
         (edit.Begins("drop") && edit.Ends("/EventPattern/source"));
}

/// Labels for whoever reads, order of creation, and other ways to say the same.
bool IsNeutralOfTemplate(const Edit& edit) {
  if (edit.name == "drop /AWSTemplateFormatVersion" || edit.Ends(" /Description")) return true;
  // What a parameter says is a label, unless it is all that tells roles or units apart.
  if (edit.Has(" /Parameters/") && edit.Ends("/Description")) {
    return (edit.Begins("change") && !edit.Has("/Ou")) || edit.Has("/RootId/") ||
           edit.Has("/IdentityCenterInstanceArn/");
  }
  const bool is_of_organization = edit.Has("Scp") || edit.Has("Bedrock");
  if (edit.Ends("/Properties/Description")) return is_of_organization;
  // Organizations' policies wait for one another only not to be made at once, and for a guardrail
  // to be shared only so that no call fails until it is.
  if (edit.Has("/DependsOn")) return edit.Begins("drop") && is_of_organization;
  // Whether there are names, not how they are joined.
  return edit.Begins("change /Conditions/Has") && edit.Ends("/Fn::Equals/0/Fn::Join/0");
}

bool IsNeutralOfTerraform(const Edit& edit) {
  if (edit.Begins("change") && edit.Ends("/version") && edit.Has("required_providers")) return true;
  // Whatever has a region says so itself; the one that it says may be the provider's own.
  if (edit.Ends("/provider/aws/region")) return true;
  if (edit.Begins("drop /resource/aws_bedrock") && edit.Ends("us_east_1/region")) return true;
  if (edit.Begins("drop /resource/aws_organizations_policy/") && edit.Has("/depends_on")) {
    return true;
  }
  if (edit.Has("/variable/") && edit.Ends("/description")) {
    return edit.Begins("change") && !edit.Has("/ou_");
  }
  return edit.Ends("/description") && !edit.Has(" /output/") && !edit.Has("/aws_bedrock_guardrail");
}

/// Edits after which AWS does the same.
bool IsNeutral(const Edit& edit) {
  return IsDefault(edit) || IsNeutralOfWatch(edit) ||
         (edit.path.ends_with(".template.json") ? IsNeutralOfTemplate(edit)
                                                : IsNeutralOfTerraform(edit));
}

/// All edits of one value, each with its name.
void Each(const Json& form, const std::function<void(const std::string&, const Json&)>& tell) {
  std::vector<Pointer> open{Pointer("")};
  while (!open.empty()) {
    const Pointer at = open.back();
    open.pop_back();
    const Json& value = form[at];
    Json changed = form;
    if (value.is_string()) changed[at] = value.get<std::string>() + "x";
    if (value.is_number()) changed[at] = value.get<double>() / 2;
    if (value.is_boolean()) changed[at] = !value.get<bool>();
    if (changed != form) tell("change " + at.to_string(), changed);
    if (value.is_object()) {
      Json more = form;
      more[at]["unheardOf"] = "x";
      tell("add to " + at.to_string(), more);
    }
    if (!value.is_structured()) continue;
    for (const auto& [key, member] : value.items()) {
      const Pointer inner = value.is_array() ? at / std::stoul(key) : at / key;
      if (IsInDocument(inner.to_string() + "/")) {
        if (IsInDocument(inner.to_string())) continue;
      } else {
        open.push_back(inner);
      }
      Json less = form;
      if (value.is_array()) {
        less[at].erase(std::stoul(key));
      } else {
        less[at].erase(key);
      }
      tell("drop " + inner.to_string(), less);
    }
  }
}

TEST_CASE("every member of every form means something, or changes nothing") {
  std::size_t refused = 0;
  std::size_t neutral = 0;
  std::size_t forms = 0;
  for (Built& built : Examples()) {
    const std::map<std::string, std::string> all = built.tree.forms;
    for (const auto& [path, bytes] : all) {
      ++forms;
      const std::string& file = path;
      Each(Json::parse(bytes), [&](const std::string& edit, const Json& form) {
        // Where an output is made, its guardrail is in all examples.
        if (edit.starts_with("drop /Outputs/") && edit.ends_with("/Condition")) return;
        const auto differences = built.With(file, form.dump());
        const bool is_refused = std::ranges::any_of(
            differences, [&](const auto& difference) { return difference.path == file; });
        const bool is_neutral = IsNeutral({built.name, file, edit});
        (is_neutral ? neutral : refused) += 1;
        const std::string what = differences.empty() ? "" : differences.front().what;
        CHECK_MESSAGE(is_refused != is_neutral,
                      fmt::format("{}: {}: {}: {}", built.name, file, edit, what));
      });
    }
  }
  std::cout << fmt::format("{} forms: {} edits refuted, {} accepted\n", forms, refused, neutral);
  CHECK(forms > 20);
  CHECK(refused > 2000);
}

// ---- edits as a person makes them

using Variants = std::vector<Json>;
using Change = std::function<void(const Json&, Variants&)>;

/// Every resource of a type, changed; where nothing changes there is no variant.
Change InTemplate(std::string type, const std::function<void(Json& resource, Json& form)>& change) {
  return [=](const Json& form, Variants& variants) {
    if (!form.contains("Resources")) return;
    for (const auto& [id, resource] : form["Resources"].items()) {
      if (!type.empty() && resource["Type"] != type) continue;
      Json changed = form;
      change(changed["Resources"][id], changed);
      if (changed != form) variants.push_back(std::move(changed));
    }
  };
}

Change InTerraform(std::string type,
                   const std::function<void(Json& resource, Json& form)>& change) {
  return [=](const Json& form, Variants& variants) {
    if (!form.contains("resource")) return;
    for (const auto& [of, labels] : form["resource"].items()) {
      if (!type.empty() && of != type) continue;
      for (const auto& [label, resource] : labels.items()) {
        Json changed = form;
        change(changed["resource"][of][label], changed);
        if (changed != form) variants.push_back(std::move(changed));
      }
    }
  };
}

/// A resource at `pointer` replaced, if it is there.
void Put(Json& resource, const char* pointer, Json value) {
  const Pointer at(pointer);
  if (resource.contains(at)) resource[at] = std::move(value);
}

void Erase(Json& object, const char* key) { object.erase(key); }

/// Drops whole resources, and puts them there twice.
void Drop(const Json& form, Variants& variants) {
  const bool is_template = form.contains("Resources");
  const Json& all = form[is_template ? "Resources" : "resource"];
  for (const auto& [key, value] : all.items()) {
    Json less = form;
    less[is_template ? "Resources" : "resource"].erase(key);
    variants.push_back(std::move(less));
  }
}

void Twice(const Json& form, Variants& variants) {
  if (form.contains("Resources")) {
    for (const auto& [id, resource] : form["Resources"].items()) {
      Json more = form;
      more["Resources"]["Again" + id] = resource;
      variants.push_back(std::move(more));
    }
    return;
  }
  for (const auto& [type, labels] : form["resource"].items()) {
    for (const auto& [label, resource] : labels.items()) {
      Json more = form;
      more["resource"][type]["again_" + label] = resource;
      variants.push_back(std::move(more));
    }
  }
}

const Json& Wide() {
  static const Json wide = Json::parse(
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})");
  return wide;
}

/// The first `from` of the text and then each further one, replaced alone.
Change Replaced(std::string from, std::string to) {
  return [=](const Json& form, Variants& variants) {
    const std::string text = form.dump();
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1)) {
      std::string changed = text;
      changed.replace(at, from.size(), to);
      Json read = Json::parse(changed, nullptr, /*allow_exceptions=*/false);
      if (!read.is_discarded()) variants.push_back(std::move(read));
    }
  };
}

struct Kind {
  const char* name;
  Change change;
};

/// Of templates.
std::vector<Kind> KindsOfTemplates() {
  const std::string policy = "AWS::IAM::ManagedPolicy";
  const std::string central = "AWS::Organizations::Policy";
  const std::string guardrail = "AWS::Bedrock::Guardrail";
  std::vector<Kind> kinds;
  const auto add = [&](const char* name, Change change) {
    kinds.push_back({name, std::move(change)});
  };
  add("an attachment dropped", InTemplate(policy, [](Json& r, Json&) {
        Erase(r["Properties"], r["Properties"].contains("Roles") ? "Roles" : "Users");
      }));
  add("another role", InTemplate(policy, [](Json& r, Json&) {
        r["Properties"]["Roles"] = Json::array({"somebody"});
      }));
  add("one user more", InTemplate(policy, [](Json& r, Json&) {
        Json& users = r["Properties"]["Users"];
        if (!users.is_object()) users.push_back("somebody");
      }));
  add("a group", InTemplate(policy, [](Json& r, Json&) {
        r["Properties"]["Groups"] = Json::array({"everybody"});
      }));
  add("only the names that are given", InTemplate(policy, [](Json& r, Json&) {
        Put(r, "/Properties/Roles/Fn::If/2", Json::array());
        Put(r, "/Properties/Roles/Fn::If/1", Json::array({"somebody"}));
      }));
  add("a boundary of roles", InTemplate("AWS::IAM::Role", [](Json& r, Json&) {
        r["Properties"]["ManagedPolicyArns"] =
            Json::array({"arn:aws:iam::aws:policy/AdministratorAccess"});
      }));
  add("another target", InTemplate(central, [](Json& r, Json&) {
        r["Properties"]["TargetIds"] = Json::array({"555555555555"});
      }));
  add("one target more", InTemplate(central, [](Json& r, Json&) {
        r["Properties"]["TargetIds"].push_back("ou-ab12-other001");
      }));
  add("no target",
      InTemplate(central, [](Json& r, Json&) { r["Properties"]["TargetIds"] = Json::array(); }));
  add("another type of policy", InTemplate(central, [](Json& r, Json&) {
        r["Properties"]["Type"] = "RESOURCE_CONTROL_POLICY";
      }));
  add("another name",
      InTemplate(policy, [](Json& r, Json&) { r["Properties"]["ManagedPolicyName"] = "fraud"; }));
  add("a statement dropped", InTemplate("", [](Json& r, Json&) {
        for (const char* at : {"/Properties/PolicyDocument", "/Properties/Content"}) {
          const Pointer list = Pointer(at) / "Statement";
          if (r.contains(list)) r[list].erase(0);
        }
      }));
  add("a filter's strength", Replaced(R"("InputStrength":"HIGH")", R"("InputStrength":"LOW")"));
  add("a filter dropped", InTemplate(guardrail, [](Json& r, Json&) {
        const Pointer list("/Properties/ContentPolicyConfig/FiltersConfig");
        if (r.contains(list)) r[list].erase(0);
      }));
  add("a topic dropped", InTemplate(guardrail, [](Json& r, Json&) {
        const Pointer list("/Properties/TopicPolicyConfig/TopicsConfig");
        if (r.contains(list)) r[list].erase(0);
      }));
  add("the API's name of the tier", Replaced("TopicsTierConfig", "TierConfig"));
  add("another key", Replaced(":key/1", ":key/2"));
  add("another profile", Replaced("guardrail-profile/us.", "guardrail-profile/eu."));
  add("a working draft", Replaced(R"(.Version})", R"(.GuardrailArn})"));
  add("the hash of a version", Replaced("\"sha256:", "\"sha256:0"));
  add("another region", InTemplate("", [](Json& r, Json& form) {
        if (!r.contains("Condition") || !form.contains("Conditions")) return;
        // The only resource without a region of its own may be made in any.
        const auto is_central = [](const Json& one) {
          return one["Type"].get<std::string>().find("::Bedrock::") == std::string::npos;
        };
        const auto& all = form["Resources"];
        if (is_central(r) && std::count_if(all.begin(), all.end(), is_central) == 1) return;
        const bool is_home = r["Condition"] == "InUsEast1";
        r["Condition"] = is_home ? "InUsWest2" : "InUsEast1";
        form["Conditions"]["InUsWest2"] =
            Json::parse(R"({"Fn::Equals":[{"Ref":"AWS::Region"},"us-west-2"]})");
      }));
  add("a region that is nothing's", Replaced(R"("us-east-1"])", R"("eu-west-1"])"));
  add("where it is not", Replaced(R"("InUsEast1":{"Fn::Equals")", R"("InUsEast1":{"Fn::Not")"));
  add("shared with others",
      Replaced(R"("aws:PrincipalOrgID":"o-exampleorgid")", R"("aws:PrincipalOrgID":"o-*")"));
  add("a default that lets in", Replaced(R"("Default":"")", R"("Default":"Administrator")"));
  add("a parameter dropped", [](const Json& form, Variants& variants) {
    if (!form.contains("Parameters")) return;
    for (const auto& [name, parameter] : form["Parameters"].items()) {
      Json less = form;
      less["Parameters"].erase(name);
      variants.push_back(std::move(less));
    }
  });
  add("a root that is given",
      Replaced(R"("Type":"String")", R"("Default":"r-ab12","Type":"String")"));
  add("a target of any shape", Replaced(R"(r-[0-9a-z]{4,32})", ".*"));
  add("not kept", InTemplate(guardrail, [](Json& r, Json&) { Erase(r, "DeletionPolicy"); }));
  add("a version that goes", InTemplate("AWS::Bedrock::GuardrailVersion", [](Json& r, Json&) {
        r["UpdateReplacePolicy"] = "Delete";
      }));
  add("a policy that stays",
      InTemplate(policy, [](Json& r, Json&) { r["DeletionPolicy"] = "Retain"; }));
  add("a policy of its own", [](const Json& form, Variants& variants) {
    Json more = form;
    more["Resources"]["Wide"] = {
        {"Type", "AWS::IAM::ManagedPolicy"},
        {"Properties", {{"ManagedPolicyName", "writ-wide"}, {"PolicyDocument", Wide()}}}};
    variants.push_back(more);
    more["Resources"]["Wide"] = {
        {"Type", "AWS::IAM::RolePolicy"},
        {"Properties",
         {{"RoleName", "fraud-app"}, {"PolicyName", "wide"}, {"PolicyDocument", Wide()}}}};
    variants.push_back(std::move(more));
  });
  add("a resource of another kind", [](const Json& form, Variants& variants) {
    Json more = form;
    more["Resources"]["Bucket"] = {{"Type", "AWS::S3::Bucket"}};
    variants.push_back(std::move(more));
  });
  add("a macro", [](const Json& form, Variants& variants) {
    Json more = form;
    more["Transform"] = "AWS::Include";
    variants.push_back(std::move(more));
  });
  add("an output of another thing", [](const Json& form, Variants& variants) {
    if (!form.contains("Outputs")) return;
    for (const auto& [name, output] : form["Outputs"].items()) {
      Json changed = form;
      changed["Outputs"][name]["Value"] = "arn:aws:bedrock:us-east-1:999999999999:guardrail/other";
      variants.push_back(std::move(changed));
    }
  });
  add("a resource dropped", Drop);
  add("a resource twice", Twice);
  return kinds;
}

std::vector<Kind> KindsOfTerraform() {
  const std::string policy = "aws_iam_policy";
  std::vector<Kind> kinds;
  const auto add = [&](const char* name, Change change) {
    kinds.push_back({name, std::move(change)});
  };
  const auto set = [](const char* key, Json value) {
    return [=](Json& r, Json&) {
      if (r.contains(key)) r[key] = value;
    };
  };
  const char* role = "aws_iam_role_policy_attachment";
  add("another role", InTerraform(role, set("role", "somebody")));
  add("another user", InTerraform("aws_iam_user_policy_attachment", set("user", "somebody")));
  add("another policy",
      InTerraform(role, set("policy_arn", "arn:aws:iam::aws:policy/ReadOnlyAccess")));
  add("only the first of the names",
      InTerraform(role, [](Json& r, Json&) { Erase(r, "for_each"); }));
  add("names that are written there",
      InTerraform(role, set("for_each", "${toset([\"somebody\"])}")));
  add("another target",
      InTerraform("aws_organizations_policy_attachment", set("target_id", "555555555555")));
  add("the root", InTerraform("aws_organizations_policy_attachment", [](Json& r, Json& form) {
        const char* root = "${data.aws_organizations_organization.current.roots[0].id}";
        r["target_id"] = r["target_id"] == root ? "r-ab12" : root;
        form["data"]["aws_organizations_organization"]["current"] = Json::object();
      }));
  add("another type of policy",
      InTerraform("aws_organizations_policy", set("type", "RESOURCE_CONTROL_POLICY")));
  add("another name", InTerraform(policy, set("name", "fraud")));
  add("another document", InTerraform(policy, set("policy", Wide().dump())));
  const char* endpoint = "aws_vpc_endpoint_policy";
  add("another document of an endpoint", InTerraform(endpoint, set("policy", Wide().dump())));
  add("an endpoint that is written there",
      InTerraform(endpoint, set("vpc_endpoint_id", "vpce-0a1b2c3d4e5f60718")));
  add("every endpoint in one region", InTerraform(endpoint, set("region", "us-east-1")));
  add("other endpoints", Replaced("vpce-0a1b2c3d4e5f60718 that", "vpce-0aaaaaaaaaaaaaaaa that"));
  add("endpoints that are there by default",
      Replaced(R"("default":{})", R"("default":{"vpce-0a1b2c3d4e5f60718":"us-east-1"})"));
  add("a set without its policy",
      InTerraform("aws_ssoadmin_permission_set_inline_policy", [](Json&, Json& form) {
        form["resource"].erase("aws_ssoadmin_permission_set_inline_policy");
      }));
  add("another set's policy",
      InTerraform("aws_ssoadmin_permission_set_inline_policy",
                  set("permission_set_arn", "arn:aws:sso:::permissionSet/a/b")));
  add("a filter's strength", Replaced(R"("input_strength":"HIGH")", R"("input_strength":"LOW")"));
  add("a topic dropped", InTerraform("aws_bedrock_guardrail", [](Json& r, Json&) {
        const Pointer list("/topic_policy_config/topics_config");
        if (r.contains(list)) r[list].erase(0);
      }));
  add("a topic that does nothing", InTerraform("aws_bedrock_guardrail", [](Json& r, Json&) {
        const Pointer topic("/topic_policy_config/topics_config/0");
        if (r.contains(topic)) r[topic]["input_enabled"] = false;
      }));
  add("a guardrail in another region",
      InTerraform("aws_bedrock_guardrail", set("region", "eu-west-1")));
  add("a version of another region",
      Replaced("_us_east_1.guardrail_arn}", "_us_west_2.guardrail_arn}"));
  add("the hash of a version", Replaced("\"sha256:", "\"sha256:0"));
  add("a version that goes",
      InTerraform("aws_bedrock_guardrail_version", set("skip_destroy", false)));
  add("enforced elsewhere", Replaced("awscc.us_east_1", "awscc.us_west_2"));
  add("enforced for other models",
      Replaced(R"("included_models":["ALL"])", R"("included_models":["amazon.nova-lite-v1:0"])"));
  add("shared with others",
      Replaced(R"(PrincipalOrgID\":\"o-exampleorgid)", R"(PrincipalOrgID\":\"o-another)"));
  add("another bucket of logs", Replaced("acme-logs-", "other-logs-"));
  add("no logs of text",
      Replaced(R"("text_data_delivery_enabled":true)", R"("text_data_delivery_enabled":false)"));
  add("another account",
      Replaced(R"("allowed_account_ids":[")", R"("allowed_account_ids":["999999999999",")"));
  add("another provider", Replaced("hashicorp/aws\"", "acme/aws\""));
  add("a default that lets in", Replaced(R"("default":[])", R"("default":["Administrator"])"));
  add("a variable dropped", [](const Json& form, Variants& variants) {
    if (!form.contains("variable")) return;
    for (const auto& [name, variable] : form["variable"].items()) {
      Json less = form;
      less["variable"].erase(name);
      variants.push_back(std::move(less));
    }
  });
  add("none or many", InTerraform("", [](Json& r, Json&) { r["count"] = 0; }));
  add("changes that are ignored", InTerraform("", [](Json& r, Json&) {
        r["lifecycle"] = {{"ignore_changes", "all"}};
      }));
  add("a policy of its own", [](const Json& form, Variants& variants) {
    Json more = form;
    more["resource"]["aws_iam_policy"]["wide"] = {{"name", "writ-wide"}, {"policy", Wide().dump()}};
    variants.push_back(std::move(more));
    more = form;
    more["resource"]["aws_iam_role_policy"]["wide"] = {
        {"name", "wide"}, {"role", "fraud-app"}, {"policy", Wide().dump()}};
    variants.push_back(std::move(more));
  });
  add("a module", [](const Json& form, Variants& variants) {
    Json more = form;
    more["module"]["more"] = {{"source", "./more"}};
    variants.push_back(std::move(more));
  });
  add("a resource dropped", Drop);
  add("a resource twice", Twice);
  return kinds;
}

TEST_CASE("edits of every kind are refuted in every form that they can be made in") {
  std::vector<Built> examples = Examples();
  std::size_t edits = 0;
  for (const bool is_template : {true, false}) {
    for (const Kind& kind : is_template ? KindsOfTemplates() : KindsOfTerraform()) {
      CAPTURE(std::string(kind.name));
      std::size_t made = 0;
      for (Built& built : examples) {
        const std::map<std::string, std::string> forms = built.tree.forms;
        for (const auto& each : forms) {
          const std::string& path = each.first;
          if (path.ends_with(".template.json") != is_template) continue;
          Variants variants;
          kind.change(Json::parse(each.second), variants);
          for (const Json& variant : variants) {
            ++made;
            const auto differences = built.With(path, variant.dump());
            CHECK_MESSAGE(!differences.empty(), built.name << " " << path << " variant " << made);
          }
        }
      }
      CHECK_MESSAGE(made > 0, "no example has it");
      edits += made;
      std::cout << fmt::format("{}: {}: {}\n", is_template ? "CloudFormation" : "Terraform",
                               kind.name, made);
    }
  }
  std::cout << fmt::format("{} edits refuted\n", edits);
}

// ---- edits that change nothing

/// Members the other way round.
Json Reversed(const Json& value) {
  if (value.is_array()) {
    Json all = Json::array();
    for (const Json& element : value) all.push_back(Reversed(element));
    return all;
  }
  if (!value.is_object()) return value;
  std::vector<std::pair<std::string, Json>> members;
  for (const auto& [key, member] : value.items()) members.emplace_back(key, Reversed(member));
  Json all = Json::object();
  for (auto at = members.rbegin(); at != members.rend(); ++at) all[at->first] = at->second;
  return all;
}

void ReplaceAll(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// Every resource under another logical id or label.
Json Renamed(const Json& form) {
  std::string text = form.dump();
  if (form.contains("Resources")) {
    for (const auto& [id, resource] : form["Resources"].items()) {
      ReplaceAll(text, "\"" + id + "\"", "\"Other" + id + "\"");
      ReplaceAll(text, "${" + id + ".", "${Other" + id + ".");
    }
    return Json::parse(text);
  }
  for (const auto& [type, labels] : form["resource"].items()) {
    for (const auto& [label, resource] : labels.items()) {
      for (const char* end : {".", "\""}) {
        ReplaceAll(text, type + "." + label + end, type + ".other_" + label + end);
      }
    }
  }
  Json renamed = Json::parse(text);
  for (auto& [type, labels] : renamed["resource"].items()) {
    Json all = Json::object();
    for (const auto& [label, resource] : labels.items()) all["other_" + label] = resource;
    labels = std::move(all);
  }
  return renamed;
}

TEST_CASE("edits that change nothing in AWS are accepted") {
  std::size_t edits = 0;
  for (Built& built : Examples()) {
    const std::map<std::string, std::string> forms = built.tree.forms;
    for (const auto& each : forms) {
      const std::string& path = each.first;
      CAPTURE(built.name);
      CAPTURE(path);
      const Json form = Json::parse(each.second);
      Json said = form;
      if (said.contains("Description")) said["Description"] = "Ours";
      for (const Json& same : {form, Reversed(form), Renamed(form), said}) {
        for (const int indent : {-1, 4}) {
          ++edits;
          const auto differences = built.With(path, same.dump(indent));
          const std::string what = differences.empty() ? "" : differences.front().what;
          CHECK_MESSAGE(differences.empty(), what);
        }
      }
    }
  }
  std::cout << fmt::format("{} edits accepted\n", edits);
}

TEST_CASE("a format lacks no account") {
  std::size_t dropped = 0;
  for (Built& built : Examples()) {
    const std::map<std::string, std::string> forms = built.tree.forms;
    for (const auto& [path, bytes] : forms) {
      if (forms.size() < 4) continue;
      ++dropped;
      built.tree.forms.erase(path);
      const std::vector<std::string> targets = built.tree.targets.at(path);
      built.tree.targets.erase(path);
      const verify::Program program = built.understood->program();
      const auto differences =
          deployed::CompareForms({program.model, program.catalog, program.bindings}, built.tree);
      CHECK(differences.size() == 1);
      CHECK(differences.front().path == path);
      built.tree.forms = forms;
      built.tree.targets[path] = targets;
    }
  }
  CHECK(dropped > 10);
}

}  // namespace
}  // namespace writ::mutation
