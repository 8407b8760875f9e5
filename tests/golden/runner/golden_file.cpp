#include "golden/runner/golden_file.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace writ::golden {
namespace {

using support::Error;

constexpr std::string_view kInput = "//--- ";
constexpr std::string_view kExpected = "//=== ";
/// Stands for a missing line break at the end of a section's text.
constexpr std::string_view kNoNewline = "\\ no newline at end\n";

constexpr std::pair<std::string_view, Section::Kind> kKinds[] = {
    {"stdout", Section::Kind::kStdout}, {"stderr", Section::Kind::kStderr},
    {"exit", Section::Kind::kExit},     {"file", Section::Kind::kFile},
    {"json", Section::Kind::kJson},     {"tree", Section::Kind::kTree}};

bool TakesPath(Section::Kind kind) { return kind >= Section::Kind::kFile; }

/// Cuts the first line off `text`, without its break.
std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

bool IsMarker(std::string_view line) {
  return line.starts_with(kInput) || line.starts_with(kExpected);
}

/// The text up to the next marker. One empty line before a marker separates and is no content.
std::string TakeContent(std::string_view& text) {
  std::string content;
  while (!text.empty() && !IsMarker(text.substr(0, text.find('\n')))) {
    content += TakeLine(text);
    content += '\n';
  }
  if (!text.empty() && (content == "\n" || content.ends_with("\n\n"))) content.pop_back();
  if (content.ends_with(kNoNewline)) {
    content.resize(content.size() - kNoNewline.size() - (content == kNoNewline ? 0U : 1U));
  }
  return content;
}

std::optional<Error> ReadRun(std::string_view value, GoldenFile& file) {
  std::vector<std::string> words = SplitWords(value);
  if (words.empty() || words.front() != "writ") return Error{"RUN must begin with `writ`"};
  Run run;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] != "<" && words[i] != ">") {
      run.arguments.push_back(words[i]);
    } else if (i + 1 < words.size()) {
      (words[i] == "<" ? run.input : run.output) = words[i + 1];
      ++i;
    } else {
      return Error{"RUN ends with a redirection to nowhere"};
    }
  }
  file.runs.push_back(std::move(run));
  return std::nullopt;
}

/// A line `// KEY: value`, or the line of purpose.
std::optional<Error> ReadHeadLine(std::string_view line, GoldenFile& file) {
  if (line.empty()) return std::nullopt;
  if (!line.starts_with("// ")) return Error{fmt::format("not a comment: {}", line)};
  line.remove_prefix(3);
  const std::size_t colon = line.find(": ");
  const std::string_view key = line.substr(0, colon == std::string_view::npos ? 0 : colon);
  const bool setting = !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'A' && c <= 'Z') || c == '_';
  });
  if (!setting) {
    if (!file.purpose.empty()) return Error{"the purpose has more than one line"};
    file.purpose = line;
    return std::nullopt;
  }
  const std::string_view value = line.substr(colon + 2);
  if (key == "RUN") return ReadRun(value, file);
  if (key == "LOAD") {
    file.loads.emplace_back(value);
  } else if (key == "TERMINAL" && value == "yes") {
    file.terminal = true;
  } else if (key == "REQUESTS" && value == "as given") {
    file.as_given = true;
  } else {
    return Error{fmt::format("unknown setting: {}: {}", key, value)};
  }
  return std::nullopt;
}

support::Result<Section> ReadSection(std::string_view name) {
  const std::size_t space = name.find(' ');
  const std::string_view word = name.substr(0, space);
  for (const auto& [known, kind] : kKinds) {
    if (word != known) continue;
    Section section;
    section.kind = kind;
    if (space != std::string_view::npos) section.path = name.substr(space + 1);
    if (TakesPath(kind) == section.path.empty()) break;
    return section;
  }
  return Error{fmt::format("unknown section: {}", name)};
}

std::optional<Error> ReadExpectations(std::string_view text, GoldenFile& file) {
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (!line.starts_with(kExpected)) return Error{"an input after an expectation"};
    support::Result<Section> section = ReadSection(line.substr(kExpected.size()));
    if (!section.ok()) return section.error();
    section->content = TakeContent(text);
    for (const Section& other : file.expected) {
      if (SectionName(other) == SectionName(*section)) {
        return Error{fmt::format("expected twice: {}", SectionName(other))};
      }
    }
    file.expected.push_back(*std::move(section));
  }
  return std::nullopt;
}

}  // namespace

support::Result<GoldenFile> ReadGolden(std::string_view text) {
  GoldenFile file;
  std::string_view rest = text;
  while (!rest.empty() && !IsMarker(rest.substr(0, rest.find('\n')))) {
    if (std::optional<Error> error = ReadHeadLine(TakeLine(rest), file)) return *error;
  }
  while (rest.starts_with(kInput)) {
    const std::string name(TakeLine(rest).substr(kInput.size()));
    for (const auto& [other, content] : file.inputs) {
      if (other == name) return Error{fmt::format("given twice: {}", name)};
    }
    std::string content = TakeContent(rest);
    file.inputs.emplace_back(name, std::move(content));
  }
  file.head = text.substr(0, text.size() - rest.size());
  if (std::optional<Error> error = ReadExpectations(rest, file)) return *error;
  if (file.purpose.empty()) return Error{"no line says what the test is for"};
  if (file.runs.empty()) return Error{"no RUN line"};
  return file;
}

std::string PrintGolden(const GoldenFile& file) {
  std::string text = file.head;
  if (!text.ends_with("\n\n")) text += '\n';
  for (const Section& section : file.expected) {
    if (&section != &file.expected.front()) text += '\n';
    text += fmt::format("{}{}\n{}", kExpected, SectionName(section), section.content);
    if (!section.content.ends_with('\n')) {
      text += fmt::format("{}{}", section.content.empty() ? "" : "\n", kNoNewline);
    }
  }
  return text;
}

std::string SectionName(const Section& section) {
  const auto found =
      std::ranges::find(kKinds, section.kind, &std::pair<std::string_view, Section::Kind>::second);
  return section.path.empty() ? std::string(found->first)
                              : fmt::format("{} {}", found->first, section.path);
}

std::vector<std::string> SplitWords(std::string_view line) {
  std::vector<std::string> words;
  char quote = '\0';
  bool open = false;
  for (const char c : line) {
    if (quote != '\0' ? c == quote : c == '\'' || c == '"') {
      if (!open) words.emplace_back();
      open = true;
      quote = quote == '\0' ? c : '\0';
    } else if (c == ' ' && quote == '\0') {
      open = false;
    } else {
      if (!open) words.emplace_back();
      open = true;
      words.back() += c;
    }
  }
  return words;
}

}  // namespace writ::golden
