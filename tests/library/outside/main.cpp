// A program that uses the installed library and nothing else of Writ. Ends with 1 where an answer
// is another than it must be.
#include <writ/writ.h>

#include <cstdlib>
#include <iostream>
#include <string>

namespace {

int wrong = 0;

void Check(bool holds, const char* what) {
  if (holds) return;
  std::cout << "wrong: " << what << "\n";
  wrong = 1;
}

constexpr const char* kProgram = R"(organization example "o-exampleorgid" {
  management 111111111111
  ou workloads "ou-ab12-workload" { account assistant 222222222222 }
}
team builders { in assistant  as role "assistant-*"  contact "builders@example.com" }
team builders may invoke nova-lite in us-east-1
)";

}  // namespace

int main() {
  writ::Workspace workspace;
  workspace.set_day({2026, 11, 22});
  workspace.Put("policies/main.writ", kProgram);
  const writ::Compiled compiled = writ::Compile(workspace, {.paths = {"policies"}});
  Check(compiled.is_proved(), "the program is proved");
  Check(compiled.artifacts.count("manifest.json") == 1, "there is a manifest");

  const std::string& document = compiled.artifacts.at("iam/assistant/builders.identity.json");
  const std::string everything = R"({"Version": "2012-10-17", "Statement":
      {"Effect": "Allow", "Action": "*", "Resource": "*"}})";
  const writ::Comparison comparison = writ::Compare({document}, {everything});
  Check(comparison.relation == writ::Comparison::Relation::kBroader, "everything is broader");
  Check(comparison.gained &&
            writ::Decide({.identity = {everything}}, *comparison.gained).is_allowed(),
        "the request that is gained is allowed");
  Check(writ::Minimise(document).is_equivalent, "the document can be made smaller");

  workspace.Put("policies/more.writ", "team nobody may invoke\n");
  const writ::Compiled broken = writ::Compile(workspace, {.paths = {"policies"}});
  Check(broken.has_errors() && broken.artifacts.empty(), "a wrong program gives nothing");
  Check(
      broken.findings.front().place && broken.findings.front().place->path == "policies/more.writ",
      "the finding has its place");
  std::cout << "writ " << writ::Version() << ", " << compiled.artifacts.size() << " files";
  return wrong;
}
