#include "writ/emit/deploy.h"

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "emit/deployment.h"
#include "writ/support/json.h"

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
  forms.cloudformation = CloudFormationTemplates(input, forms.sink);
  forms.terraform = TerraformConfigurations(input, forms.sink);
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

TEST_CASE("500 resources fit into a template, 501 do not: W5201") {
  for (const int count : {500, 501}) {
    Tree tree;
    for (int n = 0; n < count; ++n) tree.artifacts.push_back(Identity(fmt::format("t{}", n)));
    const Forms forms = Render(OneAccount(), tree);
    CHECK(forms.sink.has_errors() == (count > 500));
    if (count > 500) CHECK(forms.sink.all().front().number == 5201);
  }
}

TEST_CASE("200 parameters fit into a template, 201 do not: W5201") {
  for (const int count : {200, 201}) {
    Tree tree;
    for (int n = 0; n < count; ++n) {
      tree.artifacts.push_back(Identity(fmt::format("t{:03}", n)));
      tree.attachments.push_back(
          {tree.artifacts.back().path, "role", fmt::format("app-{}-*", n), true});
    }
    const Forms forms = Render(OneAccount(), tree);
    REQUIRE(forms.sink.error_count() == (count > 200 ? 1 : 0));
    if (count > 200) CHECK(forms.sink.all().front().number == 5201);
  }
}

TEST_CASE("a template has 1,048,576 bytes at most: W5201") {
  constexpr std::size_t kMost = 1'048'576;
  Tree tree;
  tree.artifacts = {Identity("a")};
  const std::size_t least = Render(OneAccount(), tree).cloudformation.front().bytes.size();
  for (const std::size_t size : {kMost, kMost + 1}) {
    std::string& bytes = tree.artifacts.front().bytes;
    bytes = kDocument;
    bytes.insert(bytes.find(":::b/") + 5, size - least, 'x');
    const Forms forms = Render(OneAccount(), tree);
    CHECK(forms.cloudformation.front().bytes.size() == size);
    CHECK(forms.sink.error_count() == (size > kMost ? 1 : 0));
  }
}

TEST_CASE("a permission set's name has 32 characters at most: W5200") {
  for (const std::size_t size : {32U, 33U}) {
    Tree tree;
    Artifact artifact = Identity("x");
    artifact.kind = "permission-set";
    artifact.path = fmt::format("permission-sets/{}.permission-set.json", std::string(size, 'a'));
    artifact.targets = {std::string(size, 'a')};
    tree.artifacts = {artifact};
    const Forms forms = Render(OneAccount(), tree);
    CHECK(forms.sink.error_count() == (size > 32 ? 2 : 0));
  }
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
