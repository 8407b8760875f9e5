#include "commands/explain.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "analysis/policy_lint/rule.h"
#include "base/diag/codes/driver.h"
#include "base/diag/diag.h"
#include "base/support/nearest.h"
#include "commands/explain_artifact.h"
#include "commands/explain_request.h"
#include "commands/finish.h"
#include "commands/pages.h"
#include "commands/reference_pages.h"
#include "compiler/compilation.h"

namespace writ::commands {
namespace {

/// The rule of `writ lint` with this label or name: `L90`, `l90`, `any-model`.
const policy_lint::Rule* FindRule(std::string_view text) {
  std::string label(text);
  if (!label.empty() && label.front() == 'l') label.front() = 'L';
  for (const policy_lint::Rule& rule : policy_lint::Rules()) {
    if (rule.Label() == label || rule.name == text) return &rule;
  }
  return nullptr;
}

/// The number that `W1203`, `w1203` or `1203` writes, or that of a rule's findings.
std::optional<std::uint16_t> CodeNumber(std::string_view text) {
  if (const policy_lint::Rule* const rule = FindRule(text)) return rule->code();
  if (!text.empty() && (text.front() == 'W' || text.front() == 'w')) text.remove_prefix(1);
  if (text.size() != 4) return std::nullopt;
  std::uint16_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = static_cast<std::uint16_t>(number * 10 + (c - '0'));
  }
  return number;
}

std::vector<std::string> NearestCodes(std::string_view text) {
  std::vector<std::string> codes;
  for (const diag::Row& row : diag::Rows()) codes.push_back(diag::CodeText(row.number));
  const std::vector<std::string_view> candidates(codes.begin(), codes.end());
  const bool bare = !text.empty() && text.front() >= '0' && text.front() <= '9';
  return support::Nearest(bare ? fmt::format("W{}", text) : std::string(text), candidates, 3);
}

host::ExitStatus NoSuchCode(std::string_view text, host::Environment& environment) {
  compiler::Compilation compilation;
  diag::Diagnostic& finding =
      compilation.findings.Report(diag::kUnknownCode, {}, fmt::format("`{}`", text));
  for (const std::string& code : NearestCodes(text)) {
    const diag::Row* row = diag::FindRow(*CodeNumber(code));
    finding.Suggest(fmt::format("{} is: {}", code, diag::TitleText(*row)));
  }
  for (const std::string& word : NearestPageWords(text)) {
    finding.Suggest(fmt::format("did you mean the word `{}`?", word));
  }
  finding.Note(
      "codes look like W9001, rules of `writ lint` like L90; docs/diagnostics/README.md lists them "
      "all, docs/reference/README.md the words of the language");
  return Finish(compilation, environment, host::ExitStatus::kUsage);
}

}  // namespace

namespace {

/// The page about a word of the language, or the names of the pages where there are several.
host::ExitStatus ExplainWord(std::span<const support::EmbeddedText* const> pages,
                             host::Environment& environment) {
  if (pages.size() == 1) {
    environment.out << pages.front()->text;
    return host::ExitStatus::kGood;
  }
  for (const support::EmbeddedText* const page : pages) {
    environment.out << fmt::format("writ explain {:28} {}\n", PageName(*page), PageHeading(*page));
  }
  return host::ExitStatus::kGood;
}

host::ExitStatus ExplainCode(const std::string& subject, host::Environment& environment) {
  const std::optional<std::uint16_t> number = CodeNumber(subject);
  if (!number || diag::FindRow(*number) == nullptr) {
    const auto pages = PagesAbout(subject);
    return pages.empty() ? NoSuchCode(subject, environment) : ExplainWord(pages, environment);
  }
  const support::EmbeddedText* page =
      support::FindEmbedded(DiagnosticPages(), diag::CodeText(*number) + ".md");
  WRIT_CHECK(page != nullptr, "a diagnostic without a page");
  environment.out << page->text;
  return host::ExitStatus::kGood;
}

}  // namespace

host::ExitStatus RunExplain(const ExplainOptions& options, host::Environment& environment) {
  if (!options.request.empty()) return ExplainRequest(options, environment);
  if (options.subjects.size() != 1) {
    environment.err << "writ: explain takes one CODE, WORD, FILE.json[#SID] or FILE.cedar\nTry "
                       "`writ explain --help`.\n";
    return host::ExitStatus::kUsage;
  }
  const std::string& subject = options.subjects.front();
  const std::size_t hash = subject.rfind('#');
  const std::string file = subject.substr(0, hash);
  if (file.ends_with(".json") || file.ends_with(".cedar")) {
    return ExplainArtifact(file, hash == std::string::npos ? "" : subject.substr(hash + 1),
                           environment);
  }
  return ExplainCode(subject, environment);
}

}  // namespace writ::commands
