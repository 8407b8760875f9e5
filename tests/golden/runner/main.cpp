// writ_filetest: runs golden tests (see tests/golden/README.md). Every test runs twice, the second
// time with the program's files in the opposite order; both runs must give the same bytes.
#include <fnmatch.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/support/json.h"
#include "cli/cli.h"
#include "golden/runner/golden_file.h"
#include "golden/runner/requests.h"
#include "host/memory_file_system.h"

namespace writ::golden {
namespace {

namespace fs = std::filesystem;

/// The day on which golden tests happen, unless a RUN line says another.
constexpr support::Date kToday{2026, 11, 22};

constexpr std::string_view kHelp =
    "Usage: writ_filetest [--update] [PATTERN...]\n"
    "Runs the golden tests whose name (area/name) matches a PATTERN (default: all).\n"
    "--update rewrites what they expect and prints what changed; refused under CI.\n";

struct Outcome {
  std::string out;
  std::string err;
  std::string exits;  ///< one status a line
  bool failed = false;
  host::FileSet files;
  bool operator==(const Outcome&) const = default;
};

std::string ReadBytes(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

/// A test cannot go on; the words say why.
struct TestError {
  std::string what;
};

host::FileSet Inputs(const GoldenFile& test, const fs::path& repository) {
  host::FileSet files(test.inputs.begin(), test.inputs.end());
  for (const std::string& folder : test.loads) {
    if (!fs::is_directory(repository / folder)) throw TestError{"no such folder: " + folder};
    for (const auto& entry : fs::recursive_directory_iterator(repository / folder)) {
      if (!entry.is_regular_file()) continue;
      files[fs::relative(entry.path(), repository).string()] = ReadBytes(entry.path());
    }
  }
  return files;
}

Outcome Execute(const GoldenFile& test, const host::FileSet& inputs, bool reverse) {
  host::MemoryFileSystem files(inputs);
  Outcome outcome;
  for (const Run& run : test.runs) {
    std::string input;
    if (!run.input.empty()) {
      const auto bytes = files.Read(run.input, UINT32_MAX);
      if (!bytes.ok()) throw TestError{"no such file: " + run.input};
      input = *bytes;
    }
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    const host::ExitStatus status = cli::Main(run.arguments, {.files = files,
                                                              .in = in,
                                                              .out = out,
                                                              .err = err,
                                                              .today = kToday,
                                                              .terminal = test.terminal,
                                                              .reverse_files = reverse});
    if (run.output.empty()) {
      outcome.out += out.str();
    } else if (!files.WriteFile(run.output, out.str()).ok()) {
      throw TestError{"cannot write " + run.output};
    }
    outcome.err += err.str();
    outcome.exits += fmt::format("{}\n", static_cast<int>(status));
    outcome.failed = outcome.failed || status != host::ExitStatus::kGood;
  }
  outcome.files = files.files();
  return outcome;
}

void Pretty(const support::json::Value& value, support::json::Writer& out) {
  using support::json::Kind;
  switch (value.kind()) {
    case Kind::kObject:
      out.BeginObject();
      for (const auto& member : value.members()) {
        out.Key(member.key.text());
        Pretty(member.value, out);
      }
      out.EndObject();
      return;
    case Kind::kArray:
      out.BeginArray();
      for (const auto& element : value.elements()) Pretty(element, out);
      out.EndArray();
      return;
    case Kind::kString:
      out.String(value.text());
      return;
    case Kind::kNull:
    case Kind::kBool:
    case Kind::kNumber:
      out.Raw(value.source());
      return;
  }
}

/// One step of a pointer: a member's name, an element's number, or `@SID` for the element that has
/// this Sid (numbers of statements change too easily).
std::optional<support::json::Value> Step(const support::json::Value& value,
                                         const std::string& step) {
  if (value.is_object()) return value.Find(step);
  std::size_t index = 0;
  for (const auto& element : value.elements()) {
    const auto sid = element.Find("Sid");
    if (std::to_string(index++) == step) return element;
    if (sid && "@" + std::string(sid->text()) == step) return element;
  }
  return std::nullopt;
}

/// The JSON at `PATH#/a/b`, indented. `~1` in a step stands for `/`, as in RFC 6901.
std::string JsonView(const std::string& path, const host::FileSet& files) {
  const std::size_t hash = path.find('#');
  const auto file = files.find(path.substr(0, hash));
  if (file == files.end()) throw TestError{"no such file: " + path.substr(0, hash)};
  const auto document = support::json::Parse(file->second);
  if (!document.ok()) throw TestError{path + " is no JSON: " + document.error().message};
  std::optional<support::json::Value> value = document->root();
  std::istringstream steps(hash == std::string::npos ? "" : path.substr(hash + 1));
  std::string step;
  std::getline(steps, step, '/');
  while (value && std::getline(steps, step, '/')) {
    for (std::size_t at = 0; (at = step.find("~1", at)) != std::string::npos;) {
      step.replace(at++, 2, "/");
    }
    value = Step(*value, step);
  }
  if (!value) throw TestError{"nothing at " + path};
  support::json::Writer out(support::json::Style::kPretty);
  Pretty(*value, out);
  return out.Take() + "\n";
}

std::string Actual(const Section& section, const Outcome& outcome) {
  switch (section.kind) {
    case Section::Kind::kStdout:
      return outcome.out;
    case Section::Kind::kStderr:
      return outcome.err;
    case Section::Kind::kExit:
      return outcome.exits;
    case Section::Kind::kFile: {
      const auto file = outcome.files.find(section.path);
      if (file == outcome.files.end()) throw TestError{"no such file: " + section.path};
      return file->second;
    }
    case Section::Kind::kJson:
      return JsonView(section.path, outcome.files);
    case Section::Kind::kTree: {
      std::string names;
      for (const auto& [name, bytes] : outcome.files) {
        if (name.starts_with(section.path + "/")) names += name + "\n";
      }
      return names;
    }
  }
  return {};
}

/// What the file must say: its own sections, and the streams and statuses that are not as silence
/// has it (no output, every status 0).
std::vector<Section> Wanted(const GoldenFile& test, const Outcome& outcome) {
  std::vector<Section> wanted;
  const auto stream = [&](Section::Kind kind, const std::string& content, bool silent) {
    if (!silent) wanted.push_back({kind, "", content});
  };
  stream(Section::Kind::kStdout, outcome.out, outcome.out.empty());
  stream(Section::Kind::kStderr, outcome.err, outcome.err.empty());
  stream(Section::Kind::kExit, outcome.exits, !outcome.failed);
  for (const Section& section : test.expected) {
    if (section.kind < Section::Kind::kFile) continue;
    wanted.push_back({section.kind, section.path, Actual(section, outcome)});
  }
  return wanted;
}

const Section* Find(const std::vector<Section>& sections, const Section& like) {
  const auto found = std::ranges::find_if(
      sections, [&](const Section& s) { return s.kind == like.kind && s.path == like.path; });
  return found == sections.end() ? nullptr : &*found;
}

/// A first look at how two texts differ: the first line that does, with the one before it.
std::string FirstDifference(const std::string& expected, const std::string& actual) {
  std::istringstream left(expected);
  std::istringstream right(actual);
  std::string before;
  for (int number = 1;; ++number) {
    std::string a;
    std::string b;
    const bool has_a = static_cast<bool>(std::getline(left, a));
    const bool has_b = static_cast<bool>(std::getline(right, b));
    if (!has_a && !has_b) return "  they differ in the line break at the end\n";
    if (has_a != has_b || a != b) {
      return fmt::format("{}  line {}:\n  - {}\n  + {}\n", before, number, has_a ? a : "(end)",
                         has_b ? b : "(end)");
    }
    before = fmt::format("    {}\n", a);
  }
}

class Runner {
 public:
  Runner(fs::path repository, bool update) : repository_(std::move(repository)), update_(update) {}

  void Test(const std::string& name, const fs::path& path) {
    ++count_;
    try {
      TestFile(name, path);
    } catch (const TestError& error) {
      Fail(name, error.what + "\n");
    }
  }

  int Finish() const {
    fmt::print("{} golden tests, {} failed{}\n", count_, failed_,
               update_ ? fmt::format(", {} updated", updated_) : "");
    if (count_ == 0) fmt::print("no golden test matches\n");
    return failed_ > 0 || count_ == 0 ? 1 : 0;
  }

 private:
  void Fail(const std::string& name, const std::string& why) {
    ++failed_;
    fmt::print("FAILED {}\n{}", name, why);
  }

  void TestFile(const std::string& name, const fs::path& path) {
    const std::string text = ReadBytes(path);
    support::Result<GoldenFile> test = ReadGolden(text);
    if (!test.ok()) return Fail(name, test.error().message + "\n");
    const host::FileSet inputs = Inputs(*test, repository_);
    const Outcome outcome = Execute(*test, inputs, false);
    if (Execute(*test, inputs, true) != outcome) {
      return Fail(name, "another order of files gives another result\n");
    }
    const bool named_fail = path.filename().string().starts_with("fail_");
    if (named_fail != outcome.failed) {
      return Fail(name, fmt::format("exit is {}so the name must {}begin with fail_\n{}",
                                    outcome.exits, outcome.failed ? "" : "not ", outcome.err));
    }
    if (!test->as_given) {
      const std::string unsendable = UnsendableIn(outcome.out) + UnsendableIn(outcome.err);
      if (!unsendable.empty()) return Fail(name, unsendable);
    }
    Compare(name, path, *test, Wanted(*test, outcome));
  }

  void Compare(const std::string& name, const fs::path& path, GoldenFile& test,
               std::vector<Section> wanted) {
    std::string differences;
    std::string changed;
    const auto compare = [&](const Section& like) {
      const Section* expected = Find(test.expected, like);
      const Section* actual = Find(wanted, like);
      const std::string a = expected != nullptr ? expected->content : "";
      const std::string b = actual != nullptr ? actual->content : "";
      if (a == b && expected != nullptr && actual != nullptr) return;
      changed += fmt::format("{}{}", changed.empty() ? "" : ", ", SectionName(like));
      differences += fmt::format("  {} differs:\n{}", SectionName(like), FirstDifference(a, b));
    };
    for (const Section& section : wanted) compare(section);
    for (const Section& section : test.expected) {
      if (Find(wanted, section) == nullptr) compare(section);
    }
    if (changed.empty()) return;
    if (!update_) return Fail(name, differences);
    test.expected = std::move(wanted);
    std::ofstream(path, std::ios::binary) << PrintGolden(test);
    ++updated_;
    fmt::print("updated {}: {}\n", name, changed);
  }

  fs::path repository_;
  bool update_;
  int count_ = 0;
  int failed_ = 0;
  int updated_ = 0;
};

bool UnderCi() {
  const char* value = std::getenv("CI");
  return value != nullptr && std::string_view(value) != "" && std::string_view(value) != "0";
}

int Main(const std::vector<std::string>& arguments) {
  std::vector<std::string> patterns;
  bool update = false;
  for (const std::string& argument : arguments) {
    if (argument == "--help") {
      fmt::print("{}", kHelp);
      return 0;
    }
    if (argument == "--update") {
      update = true;
    } else if (argument.starts_with("-")) {
      fmt::print(stderr, "unknown option {}\n{}", argument, kHelp);
      return 64;
    } else {
      patterns.push_back(argument);
    }
  }
  if (update && UnderCi()) {
    fmt::print(stderr, "CI only compares: update golden tests by hand and review the difference\n");
    return 64;
  }
  const fs::path repository(WRIT_REPOSITORY);
  const fs::path root = repository / "tests" / "golden";
  std::map<std::string, fs::path> tests;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".golden") continue;
    const std::string name = fs::relative(entry.path(), root).replace_extension().string();
    const bool chosen = patterns.empty() || std::ranges::any_of(patterns, [&](const auto& p) {
                          return ::fnmatch(p.c_str(), name.c_str(), 0) == 0;
                        });
    if (chosen) tests[name] = entry.path();
  }
  Runner runner(repository, update);
  for (const auto& [name, path] : tests) runner.Test(name, path);
  return runner.Finish();
}

}  // namespace
}  // namespace writ::golden

int main(int argc, char** argv) { return writ::golden::Main({argv + 1, argv + argc}); }
