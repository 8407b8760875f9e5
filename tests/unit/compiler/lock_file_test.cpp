// The lock file beside a program: without one everything is good, a change of meaning is an error
// at the name, and accepting ends it.
#include "compiler/lock_file.h"

#include <optional>
#include <utility>

#include <doctest/doctest.h>

#include "host/memory_file_system.h"

namespace writ::compiler {
namespace {

struct Outcome {
  std::optional<Stop> stop = std::nullopt;
  std::vector<std::string> findings;  ///< "W9212 underlined text: message"
  std::vector<std::string> notes;
  std::vector<std::string> changes;
};

enum class Pass { kCompare, kAccept };

Outcome Run(host::MemoryFileSystem& files, Pass pass, const std::vector<std::string>& names,
            const std::vector<std::string>& paths = {}) {
  Compilation compilation(files, {.as_of = support::Date{2026, 11, 22}});
  Outcome outcome;
  if (pass == Pass::kCompare) {
    outcome.stop = CompareLock(paths, names, compilation);
  } else {
    AcceptedLock accepted = AcceptLock(paths, names, {"home"}, {}, files, compilation);
    outcome.stop = accepted.stop;
    outcome.changes = std::move(accepted.changes);
  }
  for (const diag::Diagnostic& found : compilation.findings.all()) {
    const std::string text(found.span.valid() ? compilation.sources.text(found.span) : "");
    outcome.findings.push_back(diag::CodeText(found.number) + " " + text + ": " + found.message);
    outcome.notes.insert(outcome.notes.end(), found.notes.begin(), found.notes.end());
  }
  return outcome;
}

constexpr const char* kOld =
    "writ-lock 1 | catalog=2026-01-01\n"
    "name nova-canvas-old\n"
    "name nova-canvas | patterns=amazon.nova-canvas,amazon.nova-canvas-*,amazon.nova-canvas:*\n"
    "  id amazon.nova-canvas-v1:0 | in-region=us-east-1 | mantle-regions=\n";

TEST_CASE("without a lock file the catalog counts") {
  host::MemoryFileSystem files;
  const Outcome outcome = Run(files, Pass::kCompare, {"nova-canvas"});
  CHECK(outcome.stop == std::nullopt);
  CHECK(outcome.findings.empty());
}

TEST_CASE("a name that means something else is an error at the name, with every difference") {
  host::MemoryFileSystem files(host::FileSet{{"writ.lock", kOld}});
  const Outcome outcome = Run(files, Pass::kCompare, {"nova-canvas"});
  CHECK(outcome.stop == Stop::kInvalid);
  REQUIRE(outcome.findings.size() == 1);
  CHECK(outcome.findings[0] ==
        "W9212 nova-canvas: `nova-canvas` means something else in the catalog of 2026-11-22 than "
        "in that of 2026-01-01");
  CHECK(outcome.notes == std::vector<std::string>{
                             "in-region of `amazon.nova-canvas-v1:0`: ap-northeast-1, eu-west-1 "
                             "added"});
}

TEST_CASE("accepting says what changes, writes the file, and then all is good") {
  host::MemoryFileSystem files(host::FileSet{{"p/writ.lock", kOld}, {"p/main.writ", ""}});
  const Outcome accepted = Run(files, Pass::kAccept, {"nova-canvas"}, {"p"});
  CHECK(accepted.stop == std::nullopt);
  CHECK(accepted.changes ==
        std::vector<std::string>{"nova-canvas: in-region of `amazon.nova-canvas-v1:0`: "
                                 "ap-northeast-1, eu-west-1 added"});
  CHECK(Run(files, Pass::kCompare, {"nova-canvas"}, {"p"}).stop == std::nullopt);
  CHECK(Run(files, Pass::kCompare, {"nova-canvas"}, {"p/main.writ"}).stop == std::nullopt);
}

TEST_CASE("a lock file that cannot be used is shown at its line, and accepting replaces it") {
  host::MemoryFileSystem files(
      host::FileSet{{"writ.lock", "writ-lock 1 | catalog=2026-01-01\nroute a > b\n"}});
  const Outcome outcome = Run(files, Pass::kCompare, {"nova-canvas"});
  CHECK(outcome.stop == Stop::kInvalid);
  CHECK(outcome.findings ==
        std::vector<std::string>{"W9211 route a > b: cannot use the lock file: `route` has no "
                                 "place here"});
  CHECK(Run(files, Pass::kAccept, {"nova-canvas"}).stop == std::nullopt);
  CHECK(Run(files, Pass::kCompare, {"nova-canvas"}).stop == std::nullopt);
}

TEST_CASE("a lock file that cannot be read or written is said") {
  host::MemoryFileSystem files(host::FileSet{{"writ.lock", kOld}});
  files.MakeUnreadable("writ.lock");
  CHECK(Run(files, Pass::kCompare, {"nova-canvas"}).stop == Stop::kUnreadable);
  host::MemoryFileSystem full;
  full.FailWrites("no space");
  CHECK(Run(full, Pass::kAccept, {"nova-canvas"}).stop == Stop::kUnreadable);
}

}  // namespace
}  // namespace writ::compiler
