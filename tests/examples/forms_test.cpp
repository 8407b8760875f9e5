// The forms of deployment of examples/acme, read back by `writ verify`, and changed by hand.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "cli/cli.h"
#include "host/memory_file_system.h"

namespace writ {
namespace {

constexpr const char* kTemplate = "out/deploy/cloudformation/payments.template.json";
constexpr const char* kCentral = "out/deploy/cloudformation/management.template.json";
constexpr const char* kTerraform = "out/deploy/terraform/payments/main.tf.json";

struct Outcome {
  host::ExitStatus status;
  host::FileSet files;
  std::string err;
};

Outcome Run(const host::FileSet& files, const std::vector<std::string>& arguments) {
  host::MemoryFileSystem file_system(files);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const host::ExitStatus status =
      cli::Main(arguments, {.files = file_system, .in = in, .out = out, .err = err, .today = {}});
  return {status, file_system.files(), err.str()};
}

/// acme with all of its forms, built once.
const host::FileSet& Built() {
  static const host::FileSet files = [] {
    host::FileSet program;
    for (const char* name : {"acme.writ", "writ.bindings.json"}) {
      std::ifstream file(std::filesystem::path(WRIT_REPOSITORY) / "examples" / "acme" / name,
                         std::ios::binary);
      REQUIRE(file.good());
      std::ostringstream text;
      text << file.rdbuf();
      program[std::string("acme/") + name] = text.str();
    }
    Outcome built = Run(program, {"build", "acme", "-o", "out", "--as-of", "2026-11-22", "--format",
                                  "json,cloudformation,terraform"});
    REQUIRE_MESSAGE(built.status == host::ExitStatus::kGood, built.err);
    return built.files;
  }();
  return files;
}

Outcome Verify(const host::FileSet& files) {
  return Run(files, {"verify", "acme", "--artifacts", "out", "--as-of", "2026-11-22"});
}

/// The tree with the first `what` of a file after `after` replaced.
host::FileSet Changed(const std::string& path, const std::string& after, const std::string& what,
                      const std::string& by) {
  host::FileSet files = Built();
  std::string& text = files.at(path);
  const std::size_t from = text.find(after);
  REQUIRE(from != std::string::npos);
  const std::size_t at = text.find(what, from);
  REQUIRE(at != std::string::npos);
  text.replace(at, what.size(), by);
  return files;
}

TEST_CASE("the forms of a build mean what its documents mean") {
  const Outcome verified = Verify(Built());
  CHECK_MESSAGE(verified.status == host::ExitStatus::kGood, verified.err);
}

TEST_CASE("a form that says something else is refuted, by its path") {
  struct Edit {
    const char* path;
    const char* after;
    const char* what;
    const char* by;
  };
  for (const Edit& edit : {
           Edit{kTemplate, "AWS::IAM::ManagedPolicy", "bedrock:ApplyGuardrail", "bedrock:Invoke*"},
           Edit{kTemplate, "AWS::IAM::ManagedPolicy", "writ-fraud", "writ-other"},
           Edit{kTemplate, "AWS::IAM::ManagedPolicy", "GuardrailPiiSafe.GuardrailArn",
                "GuardrailPiiSafe.Name"},
           Edit{kTemplate, "InUsEast1\": {", "us-east-1", "us-west-2"},
           Edit{kTemplate, "", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"},
           Edit{kCentral, "writ-claims", "Deny", "Allow"},
           Edit{kCentral, "AWS::SSO::PermissionSet", "CreateGuardrail", "DeleteGuardrail"},
           Edit{kTerraform, "aws_iam_policy", "bedrock:ApplyGuardrail", "bedrock:Invoke*"},
           Edit{kTerraform, "aws_iam_policy", "_us_east_1.guardrail_arn",
                "_us_west_2.guardrail_arn"},
           Edit{kTerraform, "", "\"resource\"", "\"data\""},
           // Attachments, parameters, requests and outputs.
           Edit{kTemplate, "\"Roles\"", "FraudRoles", "OtherRoles"},
           Edit{kTemplate, "\"Parameters\"", "\"Default\": \"\"", "\"Default\": \"Admin\""},
           Edit{kTemplate, "\"Parameters\"", "fraud-*", "*"},
           Edit{kTemplate, "AWS::Bedrock::Guardrail", "HIGH", "LOW"},
           Edit{kTemplate, "\"Outputs\"", "\"GuardrailArn\"", "\"GuardrailId\""},
           Edit{kCentral, "\"TargetIds\"", "333333333333", "222222222222"},
           Edit{kCentral, "writ-claims", "bedrock-mantle:CreateInference", "bedrock:Other"},
           Edit{kTerraform, "", "each.value", "var.fraud_roles"},
           Edit{kTerraform, "", "222222222222", "333333333333"},
           Edit{kTerraform, "", "{", "["},
       }) {
    CAPTURE(edit.path);
    CAPTURE(edit.what);
    const Outcome verified = Verify(Changed(edit.path, edit.after, edit.what, edit.by));
    CHECK(verified.status == host::ExitStatus::kNo);
    const std::string path = std::string(edit.path).substr(4);
    CHECK_MESSAGE(verified.err.find("`" + path + "`") != std::string::npos, verified.err);
  }
}

}  // namespace
}  // namespace writ
