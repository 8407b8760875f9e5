#include "compiler/stages.h"

#include <string>

#include <doctest/doctest.h>

#include "base/diag/codes/driver.h"
#include "compiler/build_tree.h"
#include "compiler/decide_program.h"
#include "compiler/proof.h"
#include "host/memory_file_system.h"

namespace writ::compiler {
namespace {

constexpr const char* kProgram = R"(organization example "o-exampleorgid" {
  management 111111111111
  ou workloads "ou-ab12-workload" { account assistant 222222222222 }
}
team builders { in assistant  as role "assistant-*"  contact "builders@example.com" }
team builders may invoke nova-lite in us-east-1
everyone may not invoke any model in any region except us-east-1
)";

constexpr Options kOptions{.as_of = support::Date{2026, 11, 22}};

TEST_CASE("every stage has all that the stages before it have") {
  const host::MemoryFileSystem files(host::FileSet{{"main.writ", kProgram}});
  Compilation compilation(files, kOptions);
  const auto lowered = Compile<Lowered>({}, compilation);
  CHECK_FALSE(lowered.stop);
  CHECK(lowered.program.files.size() == 1);
  CHECK(lowered.model.permissions.size() == 1);
  CHECK(lowered.bindings.all().empty());
  CHECK(lowered.bundle.documents.size() >= 2);
  CHECK(compilation.findings.error_count() == 0);
}

TEST_CASE("a stage that is not whole says why, and keeps what there is") {
  const auto stop_of = [](host::FileSet set, const std::vector<std::string>& paths = {}) {
    const host::MemoryFileSystem files(std::move(set));
    Compilation compilation(files, kOptions);
    const auto bound = Compile<Bound>({.paths = paths}, compilation);
    CHECK(compilation.findings.has_errors());
    return bound;
  };
  const Bound missing = stop_of({}, {"none"});
  CHECK(missing.stop == Stop::kUnreadable);
  CHECK_FALSE(missing.is_read);

  CHECK(stop_of({{"a.txt", ""}}, {"a.txt"}).stop == Stop::kNotASource);

  const Bound unparsed = stop_of({{"main.writ", "team builders may may\n"}});
  CHECK(unparsed.stop == Stop::kInvalid);
  CHECK(unparsed.is_read);
  CHECK(unparsed.program.files.size() == 1);
  CHECK_FALSE(unparsed.is_understood);

  const Bound unknown = stop_of({{"main.writ", std::string(kProgram) + "team nobody-knows may "
                                                                       "invoke nova-lite\n"}});
  CHECK(unknown.stop == Stop::kInvalid);
  CHECK(unknown.is_understood);
  CHECK(unknown.model.permissions.size() == 1);

  CHECK(stop_of({{"main.writ", kProgram}, {"writ.bindings.json", "["}}).stop == Stop::kInvalid);
}

TEST_CASE("a catalog that cannot be read stops every stage") {
  const host::MemoryFileSystem files(host::FileSet{{"main.writ", kProgram}});
  Options options = kOptions;
  options.catalog_file = "none";
  Compilation compilation(files, options);
  CHECK(Compile<Parsed>({}, compilation).stop == Stop::kUnreadable);
  CHECK(compilation.findings.error_count() == 1);
}

TEST_CASE("what is built is proved to mean the program, and a changed byte is not") {
  const host::MemoryFileSystem files(host::FileSet{{"main.writ", kProgram}});
  Compilation compilation(files, kOptions);
  const auto program = Compile<Bound>({}, compilation);
  REQUIRE_FALSE(program.stop);
  const Decided decided = DecideProgram(program, compilation);
  CHECK(decided.asserts == 0);
  CHECK_FALSE(decided.is_contradicted);
  Built built = Build(program, Pack(program, {}, compilation), {}, compilation);
  REQUIRE_FALSE(built.stop);
  CHECK(built.documents + 2 == built.files.size());  // the script and the manifest
  const verify::Program proved{program.model, compilation.catalog(), program.bindings};
  const ProofRun run = ProveTree(proved, built.files, compilation);
  CHECK(ReportBuildProof(run, compilation) == Verdict::kProved);

  std::string& document = built.files.at("iam/assistant/builders.identity.json");
  const std::size_t at = document.find("nova-lite");
  REQUIRE(at != std::string::npos);
  document.replace(at, 9, "nova-pro*");
  const ProofRun changed = ProveTree(proved, built.files, compilation);
  CHECK(ReportVerification(changed, compilation) == Verdict::kNotProved);
}

TEST_CASE("a program of which nothing follows is not packed") {
  const std::string organization(kProgram, std::string(kProgram).find("team builders may"));
  const host::MemoryFileSystem files(host::FileSet{{"main.writ", organization}});
  Compilation compilation(files, kOptions);
  const auto program = Compile<Bound>({}, compilation);
  REQUIRE_FALSE(program.stop);
  CHECK(Pack(program, {}, compilation).stop == Stop::kInvalid);
  CHECK(compilation.findings.all().back().number == diag::kNothingFollows.number);
}

}  // namespace
}  // namespace writ::compiler
