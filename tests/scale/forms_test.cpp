// A form of deployment that has no room for all documents of an account is written without the
// last of them, proved for the rest, and names what it leaves to the script.
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "commands/build.h"
#include "host/memory_file_system.h"

namespace writ::scale {
namespace {

std::size_t Count(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

/// Teams of one account, each bound by a pattern, which is a parameter of the template.
std::string ProgramOf(int teams) {
  std::string program = R"(import aws.bedrock
organization acme "o-exampleorgid" { management 111111111111  account one 222222222222 }
)";
  for (int n = 0; n < teams; ++n) {
    program += fmt::format("team t{0:03} {{ in one  as role \"app-{0:03}-*\" }}\n", n);
    program += fmt::format("team t{:03} may invoke nova-lite in us-east-1\n", n);
  }
  return program;
}

}  // namespace

TEST_CASE("200 teams by pattern are in a template, those beyond are left to the script") {
  for (const int teams : {200, 212}) {
    CAPTURE(teams);
    host::MemoryFileSystem files({{"main.writ", ProgramOf(teams)}});
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    host::Environment environment{files, in, out, err, {2026, 11, 22}};
    commands::BuildOptions options{.paths = {"main.writ"}, .output = "out", .bindings = ""};
    options.formats = {"cloudformation"};
    REQUIRE(commands::RunBuild(options, environment) == host::ExitStatus::kGood);
    const std::size_t left = static_cast<std::size_t>(teams - 200);
    const std::string manifest = files.files().at("out/manifest.json");
    CHECK(Count(manifest, "\"notIn\"") == left);
    CHECK(Count(err.str(), "warning[W5200]") == (left > 0 ? 1 : 0));
    CHECK(files.files().contains("out/apply.sh") == (left > 0));
    if (left == 0) continue;
    CHECK(Count(files.files().at("out/apply.sh"), "iam/one/t211.identity.json") > 0);
    CHECK(Count(err.str(), "more than 200 parameters") == 10);
    CHECK(Count(err.str(), "and 2 more, which `manifest.json` and `apply.sh` list") == 1);
  }
}

}  // namespace writ::scale
