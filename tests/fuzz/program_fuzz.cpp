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
#include "driver/build_command.h"
#include "driver/memory_file_system.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace writ::driver;
  std::string text(reinterpret_cast<const char*>(data), size);
  const std::string marker = "\n//--- bindings\n";
  FileSet files;
  if (const std::size_t at = text.find(marker); at != std::string::npos) {
    files["writ.bindings.json"] = text.substr(at + marker.size());
    text.resize(at + 1);
  }
  files["main.writ"] = std::move(text);
  const std::size_t given = files.size();
  MemoryFileSystem file_system(files);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  constexpr writ::support::Date kToday{2026, 11, 22};
  Environment environment{file_system, in, out, err, kToday};
  const ExitStatus status = RunBuild({.paths = {"main.writ"},
                                      .output = "out",
                                      .bindings = "",
                                      .formats = {"json", "cloudformation", "terraform"}},
                                     environment);
  WRIT_CHECK(status != ExitStatus::kInternal, err.str());
  const bool written = file_system.files().size() > given;
  WRIT_CHECK(written == (status == ExitStatus::kGood), "all of the artifacts or nothing");
  WRIT_CHECK(status == ExitStatus::kGood || !err.str().empty(), "a reason is given");
  return 0;
}
