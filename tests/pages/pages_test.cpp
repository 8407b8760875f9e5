// Every page of a diagnostic keeps its word: the program under "Example" gives the code, the one
// under "Fix" does not. A fenced block marked `writ` is checked, one marked `writ build` is built,
// and `writ test` runs its tests. Only findings that are not about programs have pages without one.
// A page of the reference has its sections, an example without errors in canonical layout, and
// links to pages that there are.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/diag/diag.h"
#include "cli/cli.h"
#include "host/memory_file_system.h"

namespace writ {
namespace {

namespace fs = std::filesystem;

struct Block {
  std::string command;  ///< "check", "build" or "test"
  host::FileSet files;
};

/// The lines of the section `## NAME`.
std::vector<std::string> Section(const std::string& page, const std::string& name) {
  std::istringstream lines(page);
  std::vector<std::string> section;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) {
      inside = line == "## " + name;
    } else if (inside) {
      section.push_back(line);
    }
  }
  return section;
}

/// The section's first block marked `writ`; several files are split at `//--- NAME`.
std::optional<Block> BlockOf(const std::vector<std::string>& section) {
  const auto begin =
      std::ranges::find_if(section, [](const auto& line) { return line.starts_with("```writ"); });
  if (begin == section.end()) return std::nullopt;
  Block block;
  block.command = *begin == "```writ" ? "check" : begin->substr(std::string("```writ ").size());
  std::string name = "main.writ";
  for (auto line = begin + 1; line != section.end() && *line != "```"; ++line) {
    if (line->starts_with("//--- ")) {
      name = line->substr(std::string("//--- ").size());
    } else {
      block.files[name] += *line + "\n";
    }
  }
  return block;
}

std::string Findings(const Block& block) {
  host::MemoryFileSystem files(block.files);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  std::vector<std::string> arguments = {block.command, "--as-of", "2026-11-22"};
  if (block.command == "build") arguments.insert(arguments.end(), {"-o", "out"});
  const host::ExitStatus status =
      cli::Main(arguments, {.files = files, .in = in, .out = out, .err = err, .today = {}});
  CHECK(status != host::ExitStatus::kInternal);
  CHECK(status != host::ExitStatus::kUsage);
  return err.str();
}

/// Blocks 1 to 5 and 8 are about programs; the others may be about files or policies alone.
bool IsAboutPrograms(std::uint16_t number) {
  const int thousand = number / 1000;
  return thousand <= 5 || thousand == 8;
}

/// What a page may say in words instead of a program, in the page's own line.
constexpr std::string_view kNoProgram = "(Not a matter of the program's text.)";

TEST_CASE("each page's example gives its code, and the fix does not") {
  for (const diag::Row& row : diag::Rows()) {
    const std::string code = diag::CodeText(row.number);
    CAPTURE(code);
    const fs::path path = fs::path(WRIT_REPOSITORY) / "docs/diagnostics" / (code + ".md");
    std::ifstream stream(path);
    if (!stream) continue;  // tools/check_diagnostics.py reports pages that are missing
    std::ostringstream page;
    page << stream.rdbuf();
    const std::optional<Block> example = BlockOf(Section(page.str(), "Example"));
    const std::optional<Block> fix = BlockOf(Section(page.str(), "Fix"));
    CHECK(example.has_value() == fix.has_value());
    if (!example || !fix) {
      const bool excused = page.str().find(kNoProgram) != std::string::npos;
      CHECK((excused || !IsAboutPrograms(row.number)));
      continue;
    }
    const std::string mark = "[" + code + "]";
    const std::string wrong = Findings(*example);
    CAPTURE(wrong);
    CHECK(wrong.find(mark) != std::string::npos);
    const std::string right = Findings(*fix);
    CAPTURE(right);
    CHECK(right.find(mark) == std::string::npos);
    CHECK(right.find("error[") == std::string::npos);
  }
}

std::string TextOf(const fs::path& path) {
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Pages that list others, or data, have no example of their own.
bool IsList(const std::string& name) {
  for (const char* each : {"README", "verbs", "kinds", "keys", "quotas"}) {
    if (name == each) return true;
  }
  return false;
}

std::string Formatted(const std::string& program) {
  host::MemoryFileSystem files;
  std::istringstream in(program);
  std::ostringstream out;
  std::ostringstream err;
  const host::ExitStatus status =
      cli::Main({"fmt", "-"}, {.files = files, .in = in, .out = out, .err = err, .today = {}});
  CHECK(status == host::ExitStatus::kGood);
  return out.str();
}

TEST_CASE("each page of the reference has its sections and an example that compiles") {
  std::size_t pages = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(WRIT_REPOSITORY) / "docs/reference")) {
    const std::string name = entry.path().stem().string();
    if (IsList(name)) continue;
    ++pages;
    CAPTURE(name);
    const std::string page = TextOf(entry.path());
    for (const char* section : {"Grammar", "Meaning in IAM", "Example", "See also"}) {
      CAPTURE(section);
      CHECK_FALSE(Section(page, section).empty());
    }
    const std::optional<Block> example = BlockOf(Section(page, "Example"));
    REQUIRE(example.has_value());
    const std::string findings = Findings(*example);
    CAPTURE(findings);
    CHECK(findings.find("error[") == std::string::npos);
    for (const auto& [file, text] : example->files) {
      if (file.ends_with(".writ")) CHECK(Formatted(text) == text);
    }
  }
  CHECK(pages > 70);
}

TEST_CASE("links between pages lead to pages") {
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(WRIT_REPOSITORY) / "docs")) {
    if (entry.path().extension() != ".md") continue;
    const std::string page = TextOf(entry.path());
    for (std::size_t at = page.find("]("); at != std::string::npos; at = page.find("](", at + 1)) {
      const std::string target = page.substr(at + 2, page.find_first_of(")# \n", at + 2) - at - 2);
      if (target.empty() || target.find("://") != std::string::npos) continue;
      CAPTURE(entry.path().string());
      CAPTURE(target);
      CHECK(fs::exists(entry.path().parent_path() / target));
    }
  }
}

}  // namespace
}  // namespace writ
