// Documents that are made once for all that differ in names only have the bytes that each has when
// it is made by itself.
#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "bench/organization_generator.h"
#include "commands/build.h"
#include "commands/verify.h"
#include "host/memory_file_system.h"

namespace writ::scale {
namespace {

host::FileSet Build(const host::FileSet& program, lower::Sharing sharing) {
  host::MemoryFileSystem files(program);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  host::Environment environment{files, in, out, err, {2026, 11, 22}};
  commands::BuildOptions options{.paths = {"main.writ"}, .output = "out", .bindings = ""};
  options.sharing = sharing;
  const host::ExitStatus status = commands::RunBuild(options, environment);
  CAPTURE(err.str());
  REQUIRE(status == host::ExitStatus::kGood);
  return files.files();
}

void CheckSame(const host::FileSet& program) {
  const host::FileSet shared = Build(program, lower::Sharing::kOn);
  const host::FileSet alone = Build(program, lower::Sharing::kOff);
  REQUIRE(shared.size() == alone.size());
  for (const auto& [path, bytes] : shared) {
    CAPTURE(path);
    CHECK(bytes == alone.at(path));
  }
}

/// An account's guardrail, bound.
std::string Bound(std::string_view account, std::string_view owner, std::string_view id) {
  return fmt::format(
      R"("{}": {{"us-east-1": {{"arn": "arn:aws:bedrock:us-east-1:{}:guardrail/{}", "version": 1}}}})",
      account, owner, id);
}

/// What `verify` prints about a tree; `status`: how it must end.
std::string Verify(const host::FileSet& files, host::ExitStatus status) {
  host::MemoryFileSystem system(files);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  host::Environment environment{system, in, out, err, {2026, 11, 22}};
  commands::VerifyOptions options;
  options.artifacts = "out";
  options.paths = {"main.writ"};
  CHECK(commands::RunVerify(options, environment) == status);
  return out.str() + err.str();
}

}  // namespace

TEST_CASE("the generated organization has the same bytes with sharing and without") {
  bench::OrganizationShape shape;
  shape.teams = 24;
  shape.accounts = 24;
  CheckSame({{"main.writ", bench::GenerateOrganization(shape)},
             {"writ.bindings.json", bench::GenerateBindings(shape)}});
}

TEST_CASE("one document of many that differ in numbers, edited by hand, is refuted") {
  bench::OrganizationShape shape;
  shape.teams = 24;
  shape.accounts = 24;
  const host::FileSet built = Build({{"main.writ", bench::GenerateOrganization(shape)},
                                     {"writ.bindings.json", bench::GenerateBindings(shape)}},
                                    lower::Sharing::kOn);
  CHECK(Verify(built, host::ExitStatus::kGood).find("proved") != std::string::npos);
  // The number of a bucket, of a VPC and of a team, each for one that others have.
  const std::pair<std::string_view, std::string_view> edits[] = {
      {"acme-6/*", "acme-9/*"}, {"\"vpc-5\"", "\"vpc-8\""}, {"team-0011-*", "team-0014-*"}};
  for (const auto& [from, to] : edits) {
    CAPTURE(from);
    host::FileSet files = built;
    const auto edited = std::ranges::find_if(files, [&from = from](const auto& file) {
      return file.first.starts_with("out/") && file.first.ends_with(".json") &&
             !file.first.ends_with("manifest.json") && file.second.find(from) != std::string::npos;
    });
    REQUIRE(edited != files.end());
    CAPTURE(edited->first);
    edited->second.replace(edited->second.find(from), from.size(), to);
    CHECK(Verify(files, host::ExitStatus::kNo).find("refuted") != std::string::npos);
  }
}

TEST_CASE("names that tell accounts apart are kept apart") {
  // An account that a sentence writes out, ids of other lengths, one id in two regions' places, a
  // shared guardrail, and wildcards that cut numbers and ids.
  const std::string program = R"(import aws.bedrock
organization acme "o-exampleorgid" {
  management 111111111111
  account one 210000000001
  account two 210000000002
  account three 310000000003
  account four 220000000004
}
guardrail safe { filter hate high  say "No." on input  say "No." on output }
guardrail strict { filter hate high  say "No." on input  say "No." on output }
team app { in one, two, three, four  as role "app-*", tag team = "app" }
team other { in one, two  as role "other" }
team app may invoke nova-lite in us-east-1 with guardrail safe
team app, team other may invoke nova-pro in us-east-1
team app may invoke nova-micro in us-east-1 with guardrail strict
team app may do s3:GetObject on "arn:aws:s3:::data-210000000001/*", "arn:aws:s3:::data-2*/x"
team app may do bedrock:ApplyGuardrail on "arn:aws:bedrock:us-east-1:210000000002:guardrail/aaaaaaaa22"
team other may do bedrock:GetGuardrail on "arn:aws:bedrock:us-east-1:21*:guardrail/aa*"
)";
  std::string bindings = R"({"guardrails": {"safe": {)";
  bindings += Bound("210000000001", "210000000001", "aaaaaaaa11") + ",";
  bindings += Bound("210000000002", "210000000002", "aaaaaaaa22") + ",";
  bindings += Bound("310000000003", "310000000003", "aaaaaaaaa333") + ",";
  bindings += Bound("220000000004", "220000000004", "zzzzzzzz44") + "}, \"strict\": {";
  bindings += Bound("210000000001", "210000000001", "bbbbbbbb11") + ",";
  bindings += Bound("210000000002", "310000000003", "bbbbbbbb33") + ",";
  bindings += Bound("310000000003", "310000000003", "bbbbbbbb33") + ",";
  bindings += Bound("220000000004", "220000000004", "bbbbbbbb44") + "}}}";
  CheckSame({{"main.writ", program}, {"writ.bindings.json", bindings}});
}

}  // namespace writ::scale
