// Properties of the printer: what is printed of a tree reads back as the same tree, for every
// program of the examples and of the golden tests, and for generated ones; a sentence printed on
// one line is the sentence.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "golden/runner/golden_file.h"
#include "language/format/format.h"
#include "language/format/print.h"
#include "language/parse/parse.h"
#include "language/syntax/meaning.h"
#include "property/frontend/program_generator.h"

namespace writ::property {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kPrograms = 300;

std::string Bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The texts of all programs of the repository.
std::vector<std::string> Programs() {
  std::vector<fs::path> paths;
  for (const char* const folder : {"examples", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(WRIT_REPOSITORY) / folder)) {
      const fs::path extension = entry.path().extension();
      if (extension == ".writ" || extension == ".golden") paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);
  std::vector<std::string> programs;
  for (const fs::path& path : paths) {
    std::string text = Bytes(path);
    if (path.extension() == ".writ") {
      programs.push_back(std::move(text));
      continue;
    }
    const auto golden = golden::ReadGolden(text);
    if (!golden) continue;
    for (const auto& [name, content] : golden->inputs) {
      if (name.ends_with(".writ")) programs.push_back(content);
    }
  }
  return programs;
}

/// Whether the text is a whole program; then what is printed of it must be the same.
bool HoldsOf(const std::string& text) {
  source::SourceMap sources;
  diag::Sink sink;
  const syntax::File file = parse::Parse(sources, sources.Add("a.writ", text), sink);
  if (!file.complete) return false;
  const std::string printed = format::Print(file);
  const source::FileId again = sources.Add("b.writ", printed);
  const syntax::File read = parse::Parse(sources, again, sink);
  REQUIRE_MESSAGE(read.complete, printed);
  REQUIRE_MESSAGE(syntax::SameMeaning(file, read), text, "\n----\n", printed);
  REQUIRE(format::Format(sources, again, sink) == printed);
  for (const syntax::Item& item : file.items) {
    const auto* statement = std::get_if<syntax::Statement>(&item.form);
    if (statement == nullptr) continue;
    const std::string line = format::Print(statement->sentence);
    REQUIRE(line.find('\n') == std::string::npos);
    syntax::File one;
    one.items.push_back(item);
    const syntax::File line_read = parse::Parse(sources, sources.Add("line.writ", line), sink);
    REQUIRE_MESSAGE(syntax::SameMeaning(one, line_read), line);
  }
  return true;
}

TEST_CASE("every program of the repository is what is printed of it") {
  std::size_t whole = 0;
  for (const std::string& text : Programs()) whole += HoldsOf(text) ? 1U : 0U;
  // Most goldens are about programs that can be read.
  CHECK(whole > 300);
}

TEST_CASE("a generated program is what is printed of it") {
  std::size_t whole = 0;
  for (std::uint64_t seed = 1; seed <= kPrograms; ++seed) {
    whole += HoldsOf(ProgramGenerator(seed).Program(6)) ? 1U : 0U;
  }
  CHECK(whole > kPrograms / 4);
}

TEST_CASE("names that are words of the language") {
  CHECK(format::IsPlainName("claude-sonnet-4.5"));
  CHECK(format::IsPlainName("endpoint"));
  CHECK_FALSE(format::IsPlainName("team"));
  CHECK_FALSE(format::IsPlainName("4th"));
  CHECK_FALSE(format::IsPlainName("a--b"));
  CHECK_FALSE(format::IsPlainName("a-"));
  CHECK_FALSE(format::IsPlainName(""));
}

TEST_CASE("a string keeps its escapes") {
  CHECK(format::Quoted("a\"b\\c\nd\te") == "\"a\\\"b\\\\c\\nd\\te\"");
}

}  // namespace
}  // namespace writ::property
