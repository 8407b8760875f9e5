#include "output/emit/deploy.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/diag/codes/lowering.h"
#include "base/support/json.h"
#include "output/emit/deployment.h"

namespace writ::emit {
namespace {

constexpr std::string_view kDocument =
    R"({"Version":"2012-10-17","Statement":[{"Sid":"S1","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}"}]})";

intent::Model OneAccount() {
  intent::Model model;
  model.organization.accounts.push_back({"work", "222222222222", {}, false});
  return model;
}

Artifact Identity(const std::string& name) {
  Artifact artifact;
  artifact.path = fmt::format("iam/work/{}.identity.json", name);
  artifact.bytes = kDocument;
  artifact.kind = "identity";
  artifact.targets = {"work"};
  return artifact;
}

struct Forms {
  diag::Sink sink;
  std::vector<Artifact> cloudformation;
  std::vector<Artifact> terraform;
};

Forms Render(const intent::Model& model, const Tree& tree) {
  const intent::Bindings bindings;
  Forms forms;
  const DeployInput input{model, bindings, tree};
  forms.cloudformation = CloudFormationTemplates(input, forms.sink).artifacts;
  forms.terraform = TerraformConfigurations(input, forms.sink).artifacts;
  return forms;
}

TEST_CASE("names that differ in case or in signs only stay apart") {
  NameSet names;
  CHECK(names.Take("Fraud") == "Fraud");
  CHECK(names.Take("fraud") == "fraud2");
  CHECK(names.Take("FRAUD") == "FRAUD3");
  CHECK(CamelName("pii-safe_2.x") == "PiiSafe2X");
  CHECK(SnakeName("2-x.y") == "_2_x_y");
}

TEST_CASE("a policy variable is text in a template and escaped in Terraform") {
  Tree tree;
  tree.artifacts = {Identity("a")};
  const Forms forms = Render(OneAccount(), tree);
  REQUIRE(forms.cloudformation.size() == 1);
  CHECK(forms.cloudformation[0].path == "deploy/cloudformation/work.template.json");
  CHECK(forms.cloudformation[0].bytes.find(R"("arn:aws:s3:::b/${aws:username}")") !=
        std::string::npos);
  REQUIRE(forms.terraform.size() == 1);
  CHECK(forms.terraform[0].path == "deploy/terraform/work/main.tf.json");
  CHECK(forms.terraform[0].bytes.find("b/$${aws:username}") != std::string::npos);
  CHECK(forms.terraform[0].bytes.find(R"("222222222222")") != std::string::npos);
}

/// What one account's template has no room for.
LeftOut LeftOf(const intent::Model& model, const Tree& tree,
               const intent::Bindings& bindings = {}) {
  diag::Sink sink;
  Deployment made = CloudFormationTemplates({model, bindings, tree}, sink);
  CHECK(sink.all().empty());
  return std::move(made.left);
}

TEST_CASE("500 resources fit into a template, the 501st is left to the script") {
  for (const int count : {500, 501}) {
    Tree tree;
    for (int n = 0; n < count; ++n) tree.artifacts.push_back(Identity(fmt::format("t{:03}", n)));
    const LeftOut left = LeftOf(OneAccount(), tree);
    REQUIRE(left.size() == (count > 500 ? 1 : 0));
    if (count == 500) continue;
    CHECK(left.begin()->first == "iam/work/t500.identity.json");
    CHECK(left.begin()->second ==
          "with it, the template of account `work` would have more than 500 resources");
    const Forms forms = Render(OneAccount(), tree);
    CHECK(forms.cloudformation.front().bytes.find("writ-t499") != std::string::npos);
    CHECK(forms.cloudformation.front().bytes.find("writ-t500") == std::string::npos);
  }
}

TEST_CASE("200 parameters fit into a template, a document that needs the 201st does not") {
  for (const int count : {200, 201}) {
    Tree tree;
    for (int n = 0; n < count; ++n) {
      tree.artifacts.push_back(Identity(fmt::format("t{:03}", n)));
      tree.attachments.push_back(
          {tree.artifacts.back().path, "role", fmt::format("app-{}-*", n), true});
    }
    const LeftOut left = LeftOf(OneAccount(), tree);
    REQUIRE(left.size() == (count > 200 ? 1 : 0));
    if (count > 200) CHECK(left.begin()->second.ends_with("more than 200 parameters"));
  }
}

TEST_CASE("a template has 1,048,576 bytes at most") {
  constexpr std::size_t kMost = 1'048'576;
  Tree tree;
  tree.artifacts = {Identity("a")};
  const std::size_t least = Render(OneAccount(), tree).cloudformation.front().bytes.size();
  for (const std::size_t size : {kMost, kMost + 1}) {
    std::string& bytes = tree.artifacts.front().bytes;
    bytes = kDocument;
    bytes.insert(bytes.find(":::b/") + 5, size - least, 'x');
    const Forms forms = Render(OneAccount(), tree);
    CHECK(forms.cloudformation.size() == (size > kMost ? 0 : 1));
    if (size == kMost) CHECK(forms.cloudformation.front().bytes.size() == size);
    CHECK(LeftOf(OneAccount(), tree).size() == (size > kMost ? 1 : 0));
  }
}

TEST_CASE("200 outputs fit into a template: a guardrail that needs more is in none") {
  for (const int count : {100, 101}) {
    intent::Model model = OneAccount();
    model.organization.accounts.push_back({"other", "333333333333", {}, false});
    intent::Bindings bindings;
    const auto bind = [&](const std::string& name, const std::string& account) {
      bindings.Bind(name, account, "us-east-1",
                    {fmt::format("arn:aws:bedrock:us-east-1:{}:guardrail/{}", account, name), 1});
    };
    for (int n = 0; n < count; ++n) {
      model.guardrails.emplace_back().name = fmt::format("g{:03}", n);
      bind(model.guardrails.back().name, "222222222222");
    }
    bind("g000", "333333333333");
    bind("g100", "333333333333");
    const LeftOut left = LeftOf(model, {}, bindings);
    REQUIRE(left.size() == (count > 100 ? 2 : 0));
    if (count == 100) continue;
    CHECK(left.contains("guardrails/g100.bedrock.CreateGuardrail.json"));
    CHECK(left.contains("guardrails/g100.bedrock.CreateGuardrailVersion.json"));
    diag::Sink sink;
    for (const Artifact& artifact :
         CloudFormationTemplates({model, bindings, {}}, sink).artifacts) {
      CHECK(artifact.bytes.find("GuardrailG100") == std::string::npos);
      CHECK(artifact.bytes.find("GuardrailG000") != std::string::npos);
    }
  }
}

TEST_CASE("a role is in the template before the policies that are attached to it") {
  Tree tree;
  for (int n = 0; n < 500; ++n) tree.artifacts.push_back(Identity(fmt::format("t{:03}", n)));
  Artifact& trust = tree.artifacts.emplace_back();
  trust.path = "trust/work/service.trust.json";
  trust.bytes = kDocument;
  trust.kind = "trust";
  trust.targets = {"work"};
  const LeftOut left = LeftOf(OneAccount(), tree);
  REQUIRE(left.size() == 1);
  CHECK(left.begin()->first == "iam/work/t499.identity.json");
}

using Codes = std::vector<int>;

Codes LimitsOf(const Tree& tree, const intent::Model& model = OneAccount(),
               const intent::Bindings& bindings = {}) {
  diag::Sink sink;
  CheckDeploymentLimits({model, bindings, tree}, sink);
  Codes codes;
  for (const diag::Diagnostic& found : sink.all()) codes.push_back(found.number);
  return codes;
}

/// A document of a kind under a name, attached to something.
Tree Named(std::string_view kind, std::string_view folder, const std::string& name,
           const std::string& to = "", const std::string& id = "") {
  Artifact artifact;
  artifact.path = fmt::format("{}/{}.{}.json", folder, name, kind);
  artifact.bytes = kDocument;
  artifact.kind = kind;
  artifact.targets = {"work"};
  Tree tree;
  if (!to.empty()) tree.attachments.push_back({artifact.path, to, id});
  tree.artifacts.push_back(std::move(artifact));
  return tree;
}

TEST_CASE("names: at the limit and one past it") {
  const auto check = [](std::size_t most, auto named) {
    CAPTURE(most);
    CHECK(LimitsOf(named(std::string(most, 'a'))) == Codes{});
    CHECK(LimitsOf(named(std::string(most + 1, 'a'))) == Codes{diag::kNameLength.number});
    CHECK(LimitsOf(named("a b")) == Codes{diag::kNameCharacter.number});
    CHECK(LimitsOf(named("caf\xC3\xA9")) == Codes{diag::kNameCharacter.number});
    CHECK(LimitsOf(named("aZ0_+=,.@-")) == Codes{});
  };
  // "writ-" belongs to the name.
  check(123, [](const std::string& name) { return Named("identity", "iam/work", name); });
  check(123, [](const std::string& name) { return Named("scp", "organization", name); });
  check(123, [](const std::string& name) { return Named("bedrock-policy", "organization", name); });
  check(32,
        [](const std::string& name) { return Named("permission-set", "permission-sets", name); });
  check(64, [](const std::string& name) { return Named("trust", "trust/work", name); });
  for (const char* to : {"role", "user"}) {
    check(64, [to](const std::string& name) {
      return Named("identity", "iam/work", "a", to, "a/path/" + name);
    });
    CHECK(LimitsOf(Named("identity", "iam/work", "a", to, "path/")) ==
          Codes{diag::kNameLength.number});
  }
}

TEST_CASE("a pattern is no name") {
  Tree tree = Named("identity", "iam/work", "a", "role", std::string(70, '*'));
  tree.attachments.front().open = true;
  CHECK(LimitsOf(tree) == Codes{});
}

TEST_CASE("how many an account and the organization have: at the limit and one past it") {
  const auto check = [](std::size_t most, std::string_view kind, std::string_view folder) {
    CAPTURE(kind);
    Tree tree;
    for (std::size_t n = 0; n <= most; ++n) {
      if (n == most) CHECK(LimitsOf(tree) == Codes{});
      tree.artifacts.push_back(Named(kind, folder, fmt::format("n{}", n)).artifacts.front());
    }
    CHECK(LimitsOf(tree) == Codes{diag::kTooManyOfAKind.number});
  };
  check(1500, "identity", "iam/work");
  check(1000, "trust", "trust/work");
  check(10'000, "scp", "organization");
  check(1000, "bedrock-policy", "organization");
  intent::Model model = OneAccount();
  intent::Bindings bindings;
  for (int n = 0; n <= 100; ++n) {
    if (n == 100) CHECK(LimitsOf({}, model, bindings) == Codes{});
    const std::string name = fmt::format("g{}", n);
    model.guardrails.emplace_back().name = name;
    // In another region there is room.
    for (const std::string region : {"us-east-1", "us-west-2"}) {
      if (n == 0 && region == "us-west-2") continue;
      bindings.Bind(name, "222222222222", region,
                    {fmt::format("arn:aws:bedrock:{}:222222222222:guardrail/{}", region, name), 1});
    }
  }
  CHECK(LimitsOf({}, model, bindings) == Codes{diag::kTooManyOfAKind.number});
}

TEST_CASE("principals by pattern are a parameter that may be empty; known names stand") {
  Tree tree;
  tree.artifacts = {Identity("a")};
  tree.attachments = {{"iam/work/a.identity.json", "role", "path/known", false},
                      {"iam/work/a.identity.json", "role", "fraud-*", true}};
  const Forms forms = Render(OneAccount(), tree);
  const std::string& bytes = forms.cloudformation[0].bytes;
  CHECK(bytes.find(R"("ARoles")") != std::string::npos);
  CHECK(bytes.find(R"("Default": "")") != std::string::npos);
  CHECK(bytes.find(R"("known")") != std::string::npos);
  CHECK(bytes.find("path/known") == std::string::npos);
  CHECK(forms.terraform[0].bytes.find(R"("for_each": "${var.a_roles}")") != std::string::npos);
}

TEST_CASE("a guardrail profile is of its region's partition") {
  intent::Model model = OneAccount();
  model.guardrails.emplace_back().name = "g";
  model.guardrails.front().profile = "us-gov.guardrail.v1:0";
  intent::Bindings bindings;
  bindings.Bind("g", "222222222222", "us-gov-west-1",
                {"arn:aws-us-gov:bedrock:us-gov-west-1:222222222222:guardrail/g", 1});
  diag::Sink sink;
  const auto forms = TerraformConfigurations({model, bindings, {}}, sink).artifacts;
  CHECK(forms.at(0).bytes.find("\"arn:aws-us-gov:bedrock:us-gov-west-1:222222222222:"
                               "guardrail-profile/us-gov.guardrail.v1:0\"") != std::string::npos);
}

TEST_CASE("a guardrail that a form has no argument for is left to the script") {
  intent::Model model = OneAccount();
  model.guardrails.emplace_back().name = "g";
  model.guardrails.front().key = "alias/guard";
  intent::Bindings bindings;
  bindings.Bind("g", "222222222222", "us-east-1",
                {"arn:aws:bedrock:us-east-1:222222222222:guardrail/g", 1});
  diag::Sink sink;
  for (const Deployment& made : {CloudFormationTemplates({model, bindings, {}}, sink),
                                 TerraformConfigurations({model, bindings, {}}, sink)}) {
    CHECK(made.artifacts.empty());
    CHECK(made.left.size() == 2);
    CHECK(made.left.contains("guardrails/g.bedrock.CreateGuardrail.json"));
  }
  CHECK(sink.all().empty());
  const auto shares_profile = [](const std::string& resource) {
    const std::string request =
        R"({"resourceArn": "arn:aws:bedrock:us-east-1:222222222222:)" + resource + "\"}";
    return IsOfProfile(support::json::Parse(request).value());
  };
  CHECK(shares_profile("guardrail-profile/us.guardrail.v1:0"));
  CHECK(!shares_profile("guardrail/abcdef"));
}

TEST_CASE("roles and users by pattern are told apart") {
  Tree tree;
  tree.artifacts = {Identity("team")};
  for (const auto& [to, pattern] : {std::pair{"role", "app-*"}, std::pair{"user", "dev-*"}}) {
    tree.attachments.push_back({tree.artifacts.front().path, to, pattern, true});
  }
  const intent::Model model = OneAccount();
  const Forms forms = Render(model, tree);
  const std::string& stack = forms.cloudformation.at(0).bytes;
  CHECK(stack.find("Names of the roles that match app-*; may be empty") != std::string::npos);
  CHECK(stack.find("Names of the users that match dev-*; may be empty") != std::string::npos);
  const std::string& configuration = forms.terraform.at(0).bytes;
  CHECK(configuration.find("${var.team_roles}") != std::string::npos);
  CHECK(configuration.find("${var.team_users}") != std::string::npos);
  const std::string script = ApplyScript({model, {}, tree}).at(0).bytes;
  CHECK(script.find("attach_matching role 'app-*' 'writ-team'") != std::string::npos);
  CHECK(script.find("attach_matching user 'dev-*' 'writ-team'") != std::string::npos);
}

TEST_CASE("what is for no account of the organization has no script") {
  const intent::Model model;
  const intent::Bindings bindings;
  const Tree tree;
  const std::vector<Artifact> script = ApplyScript({model, bindings, tree});
  REQUIRE(script.size() == 1);
  CHECK(script[0].path == "apply.sh");
  CHECK(script[0].bytes.find("# Account") == std::string::npos);
}

}  // namespace
}  // namespace writ::emit
