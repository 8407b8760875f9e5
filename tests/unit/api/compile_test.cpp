#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "writ/writ.h"

namespace writ {
namespace {

constexpr const char* kProgram = R"(organization example "o-exampleorgid" {
  management 111111111111
  ou workloads "ou-ab12-workload" { account assistant 222222222222 }
}
team builders { in assistant  as role "assistant-*"  contact "builders@example.com" }
team builders may invoke nova-lite in us-east-1
everyone may not invoke any model in any region except us-east-1
)";

Workspace With(std::string program) {
  Workspace workspace;
  workspace.set_day({2026, 11, 22});
  workspace.Put("main.writ", std::move(program));
  return workspace;
}

TEST_CASE("a right program gives artifacts that are proved, the same each time") {
  const Workspace workspace = With(kProgram);
  const Compiled compiled = Compile(workspace);
  CHECK_FALSE(compiled.has_errors());
  REQUIRE(compiled.is_proved());
  CHECK(compiled.proof.accounts == 2);
  CHECK(compiled.artifacts.contains("manifest.json"));
  CHECK(compiled.artifacts.contains("apply.sh"));
  CHECK(compiled.artifacts.at("iam/assistant/builders.identity.json").find("nova-lite") !=
        std::string::npos);
  std::vector<Compiled> others(4);
  std::vector<std::thread> threads;
  threads.reserve(others.size());
  for (Compiled& other : others) {
    threads.emplace_back([&other, &workspace] { other = Compile(workspace); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Compiled& other : others) CHECK(other.artifacts == compiled.artifacts);
}

TEST_CASE("what is wrong is a finding at its place, and then there are no artifacts") {
  const Compiled compiled =
      Compile(With(std::string(kProgram) + "team builder may invoke nova-lite\n"));
  CHECK(compiled.has_errors());
  CHECK_FALSE(compiled.is_proved());
  CHECK(compiled.artifacts.empty());
  const auto is_error = [](const Finding& each) {
    return each.severity == Finding::Severity::kError;
  };
  REQUIRE(std::ranges::count_if(compiled.findings, is_error) == 1);
  const Finding& finding = *std::ranges::find_if(compiled.findings, is_error);
  CHECK(finding.code.starts_with("W"));
  REQUIRE(finding.place);
  CHECK(finding.place->path == "main.writ");
  CHECK(finding.place->line == 8);
  CHECK(finding.place->column == 6);
  CHECK(finding.place->end_line == 8);
  CHECK(finding.place->end_column == 13);
}

TEST_CASE("an assertion that fails stops the build and shows a request") {
  const Compiled compiled =
      Compile(With(std::string(kProgram) + "assert nobody can invoke nova-lite in us-east-1\n"));
  CHECK(compiled.has_errors());
  CHECK(compiled.artifacts.empty());
  bool is_shown = false;
  for (const Finding& finding : compiled.findings) is_shown = is_shown || !finding.request.empty();
  CHECK(is_shown);
}

TEST_CASE("files that are missing are findings without a place") {
  const Compiled compiled = Compile(Workspace(), {.paths = {"none.writ"}});
  REQUIRE(compiled.findings.size() == 1);
  CHECK(compiled.findings.front().code == "W9001");
  CHECK_FALSE(compiled.findings.front().place);
}

TEST_CASE("what is put can be taken back, and checking alone builds nothing") {
  Workspace workspace = With(kProgram);
  workspace.Put("wrong.writ", "team may\n");
  CHECK(Compile(workspace).has_errors());
  workspace.Remove("wrong.writ");
  const Compiled checked = Compile(workspace, {.only_checks = true});
  CHECK_FALSE(checked.has_errors());
  CHECK(checked.artifacts.empty());
  CHECK_FALSE(checked.is_proved());
}

TEST_CASE("the catalog and the bindings are files of the workspace") {
  Workspace workspace = With(kProgram);
  workspace.Put("facts.txt", "no catalog\n");
  workspace.set_catalog("facts.txt");
  CHECK(Compile(workspace).has_errors());
  workspace.set_catalog("");
  workspace.Put("aws.json", "{\"guardrails\": 1}");
  CHECK(Compile(workspace, {.bindings = "aws.json"}).has_errors());
  CHECK_FALSE(Compile(workspace).has_errors());
}

}  // namespace
}  // namespace writ
