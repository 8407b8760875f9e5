#include <doctest/doctest.h>

#include "analysis/report/controls.h"
#include "analysis/report/matrix.h"
#include "compiler/stages.h"
#include "facts/library/library.h"
#include "host/memory_file_system.h"

namespace writ::commands {
namespace {

constexpr const char* kProgram =
    "organization acme \"o-exampleorgid\" {\n"
    "  management 111111111111\n"
    "  account one 222222222222\n"
    "}\n"
    "team fraud { in one as role \"fraud\" }\n"
    "team fraud may invoke nova-lite in us-east-1\n";

/// The matrix of the program with a limit on its questions.
report::Matrix Decide(std::size_t limit) {
  host::MemoryFileSystem files(host::FileSet{{"main.writ", kProgram}});
  compiler::Options options;
  options.as_of = {2026, 11, 22};
  compiler::Compilation compilation(files, options);
  const auto program = compiler::Compile<compiler::Bound>({{"main.writ"}}, compilation);
  REQUIRE_FALSE(program.stop);
  const access::Facts facts{{program.model, compilation.catalog(), program.bindings},
                            library::Library::BuiltIn(),
                            "2026-11-22"};
  access::Access access(facts);
  return report::DecideMatrix(facts, access, limit);
}

TEST_CASE("a matrix is decided up to its limit of questions and not beyond") {
  const std::size_t needed = Decide(report::kMaxQuestions).questions;
  CHECK(needed > 2);
  const report::Matrix whole = Decide(needed);
  CHECK(whole.is_decided);
  CHECK(whole.cells.size() == 1);
  CHECK(whole.cells.front().answer == report::Answer::kPartly);
  const report::Matrix none = Decide(needed - 1);
  CHECK_FALSE(none.is_decided);
  CHECK(none.questions == needed);
  CHECK(none.cells.empty());
}

TEST_CASE("names of controls as tokens") {
  CHECK(report::ControlToken("AC-2(1)") == "ac-2.1");
  CHECK(report::ControlToken("ac-2.1") == "ac-2.1");
  CHECK(report::ControlToken("164.312(a)(1)") == "c-164.312.a.1");
  CHECK(report::ControlToken("GOVERN 1.4") == "govern-1.4");
  CHECK(report::ControlToken("(a)") == "c-.a");
  CHECK(report::ControlToken("") == "c-");
}

}  // namespace
}  // namespace writ::commands
