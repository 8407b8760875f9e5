// A golden test as a file: what to run, on which inputs, and what must come out. The form is
// explained in tests/golden/README.md. Reading is strict: whatever is not understood is an error,
// so that a misspelt expectation cannot pass by being ignored.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/support/result.h"

namespace writ::golden {

/// One RUN line: `writ ARGUMENTS... [< FILE] [> FILE]`.
struct Run {
  std::vector<std::string> arguments;  ///< without the program's name
  std::string input;                   ///< file for standard input, or empty
  std::string output;                  ///< file that takes standard output, or empty
};

struct Section {
  enum class Kind { kStdout, kStderr, kExit, kFile, kJson, kTree };
  Kind kind = Kind::kStdout;
  std::string path;  ///< of kFile, kJson (with `#POINTER`) and kTree
  std::string content;
};

struct GoldenFile {
  std::string head;  ///< everything before the first expectation, as it stands
  std::string purpose;
  std::vector<Run> runs;
  std::vector<std::string> loads;  ///< folders of the repository to copy in
  bool terminal = false;           ///< findings go to a terminal
  bool as_given = false;           ///< requests are shown as the test gives them
  std::vector<std::pair<std::string, std::string>> inputs;
  std::vector<Section> expected;
};

[[nodiscard]] support::Result<GoldenFile> ReadGolden(std::string_view text);

/// The file with these expectations; ReadGolden(PrintGolden(f)) gives f back.
[[nodiscard]] std::string PrintGolden(const GoldenFile& file);

/// "stderr", "file out/manifest.json".
[[nodiscard]] std::string SectionName(const Section& section);

/// Splits a command line at spaces; single and double quotes hold words together.
[[nodiscard]] std::vector<std::string> SplitWords(std::string_view line);

}  // namespace writ::golden
