// Any bytes as a program: every command that compiles it ends in artifacts that are proved or in
// findings, and then nothing is written. A proof that fails, or a broken assumption, stops the run.
//
// An input may go on, after a line `//--- bindings`, with the text of writ.bindings.json.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "base/support/check.h"
#include "commands/build.h"
#include "host/memory_file_system.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace writ;
  std::string text(reinterpret_cast<const char*>(data), size);
  const std::string marker = "\n//--- bindings\n";
  host::FileSet files;
  if (const std::size_t at = text.find(marker); at != std::string::npos) {
    files["writ.bindings.json"] = text.substr(at + marker.size());
    text.resize(at + 1);
  }
  files["main.writ"] = std::move(text);
  const std::size_t given = files.size();
  host::MemoryFileSystem file_system(files);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  constexpr support::Date kToday{2026, 11, 22};
  host::Environment environment{file_system, in, out, err, kToday};
  const host::ExitStatus status =
      commands::RunBuild({.paths = {"main.writ"},
                          .output = "out",
                          .bindings = "",
                          .formats = {"json", "cloudformation", "terraform"}},
                         environment);
  WRIT_CHECK(status != host::ExitStatus::kInternal, err.str());
  const bool written = file_system.files().size() > given;
  WRIT_CHECK(written == (status == host::ExitStatus::kGood), "all of the artifacts or nothing");
  WRIT_CHECK(status == host::ExitStatus::kGood || !err.str().empty(), "a reason is given");
  return 0;
}
