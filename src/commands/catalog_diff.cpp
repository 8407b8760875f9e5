#include "commands/catalog_diff.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/support/date.h"
#include "base/support/json.h"
#include "base/support/json_members.h"
#include "commands/diff_side.h"
#include "commands/finish.h"
#include "commands/wording.h"
#include "compiler/build_tree.h"
#include "facts/catalog/difference.h"

namespace writ::commands {
namespace {

using catalog::FactChange;
using support::json::Writer;

/// What a catalog does to a program. The first that applies is what it is counted as.
enum class Effect : std::uint8_t { kBreaks, kWidens, kNarrows, kSize };

struct EffectWords {
  Effect effect;
  std::string_view word;  ///< as `--fail-on` names it
  std::string_view means;
};

constexpr std::array<EffectWords, 4> kEffects{
    {{Effect::kBreaks, "breaks", "correct before, and wrong or too large now"},
     {Effect::kWidens, "widens", "somebody may do more, or it cannot be told"},
     {Effect::kNarrows, "narrows", "somebody may do less"},
     {Effect::kSize, "size", "other documents, and nobody may do more or less"}}};
constexpr std::string_view kUnaffected = "unaffected";

std::string_view WordOf(Effect effect) { return kEffects[static_cast<std::size_t>(effect)].word; }

/// A document of a tree under both catalogs; 0 characters: not there.
struct DocumentSize {
  std::string path;
  std::size_t before = 0;
  std::size_t after = 0;
};

struct Program {
  std::string path;
  std::set<Effect> effects;
  std::vector<std::string> errors;  ///< that the new catalog brings: "main.writ:3:9: W2001: …"
  DiffSummary difference;
  std::vector<DocumentSize> sizes;  ///< of documents that differ, by path

  [[nodiscard]] std::string_view word() const {
    return effects.empty() ? kUnaffected : WordOf(*effects.begin());
  }
};

/// The file that a user named as a catalog; empty: that of the executable.
std::string FileOf(const std::string& name) { return name == kBuiltInCatalog ? "" : name; }

/// Reads a catalog that the user named; stops after a finding.
std::optional<compiler::Stop> Choose(const std::string& name, compiler::Compilation& compilation) {
  compilation.options.catalog_file = FileOf(name);
  return compiler::ChooseCatalog(compilation);
}

// ---- programs ----------------------------------------------------------------------------------

void AddErrors(const compiler::Compilation& compilation, Program& program) {
  for (const diag::Diagnostic& found : compilation.findings.all()) {
    if (found.severity != diag::Severity::kError) continue;
    const std::string place =
        found.span.valid() ? compilation.sources.DescribeRelative(found.span) + ": " : "";
    program.errors.push_back(fmt::format("{}W{}: {}", place, found.number, found.message));
  }
}

void CompareDocuments(const emit::Tree& before, const emit::Tree& after, Program& program) {
  std::map<std::string, std::pair<const emit::Artifact*, const emit::Artifact*>> pairs;
  for (const emit::Artifact& artifact : before.artifacts) pairs[artifact.path].first = &artifact;
  for (const emit::Artifact& artifact : after.artifacts) pairs[artifact.path].second = &artifact;
  for (const auto& [path, pair] : pairs) {
    const auto& [was, is] = pair;
    if (was != nullptr && is != nullptr && was->bytes == is->bytes) continue;
    program.sizes.push_back({path, was == nullptr ? 0 : std::max(was->characters, std::size_t{1}),
                             is == nullptr ? 0 : std::max(is->characters, std::size_t{1})});
  }
}

/// A program that is wrong before the change says nothing about the change: it is reported, and
/// the status says so.
std::optional<host::ExitStatus> Examine(const CatalogDiffOptions& options,
                                        host::Environment& environment, Program& program) {
  DiffOptions compared;
  compared.before = compared.after = program.path;
  compared.old_catalog = FileOf(options.before);
  compared.new_catalog = FileOf(options.after);
  compared.uses_lock = false;
  const DiffSides sides = ReadSides(compared, environment);
  if (sides.before->status != host::ExitStatus::kGood) {
    return Finish(sides.before->compilation, environment, sides.before->status);
  }
  if (sides.before->facts.is_tree) {
    environment.err << fmt::format("writ: `{}` is a tree of artifacts: a program is needed\n",
                                   program.path);
    return host::ExitStatus::kUsage;
  }
  const compiler::BuildPlan plan;
  const compiler::Packed old_tree =
      compiler::Pack(sides.before->lowered, plan, sides.before->compilation);
  if (old_tree.stop) return Finish(sides.before->compilation, environment, StatusOf(old_tree.stop));
  bool is_good = sides.after->status == host::ExitStatus::kGood;
  if (is_good) {
    const compiler::Packed new_tree =
        compiler::Pack(sides.after->lowered, plan, sides.after->compilation);
    is_good = !new_tree.stop;
    if (is_good) CompareDocuments(old_tree.tree, new_tree.tree, program);
  }
  if (!is_good) {
    AddErrors(sides.after->compilation, program);
    program.effects.insert(Effect::kBreaks);
    return std::nullopt;
  }
  program.difference = SummarizeSides(sides, support::DateText(environment.today));
  if (program.difference.is_widened) program.effects.insert(Effect::kWidens);
  if (program.difference.is_narrowed) program.effects.insert(Effect::kNarrows);
  if (!program.sizes.empty()) program.effects.insert(Effect::kSize);
  return std::nullopt;
}

// ---- printing ----------------------------------------------------------------------------------

struct Outcome {
  std::string old_date;
  std::string new_date;
  std::vector<FactChange> facts;
  std::vector<Program> programs;
};

/// Things of one topic, and facts of one thing, that are printed for people. JSON has all.
constexpr std::size_t kShown = 20;

void PrintWords(const std::vector<std::string>& words, std::string_view mark, std::ostream& out) {
  const std::size_t shown = std::min(words.size(), kShown);
  for (std::size_t i = 0; i < shown; ++i) out << mark << words[i] << "\n";
  if (shown < words.size()) {
    out << fmt::format("{}{} more: see --json\n", mark, words.size() - shown);
  }
}

std::string SizeText(const DocumentSize& size) {
  if (size.before == 0) return fmt::format("{}: new, {} characters", size.path, size.after);
  if (size.after == 0) return fmt::format("{}: gone, had {} characters", size.path, size.before);
  return fmt::format("{}: {} characters, had {}", size.path, size.after, size.before);
}

std::vector<std::string> SizeTexts(const Program& program) {
  std::vector<std::string> texts;
  for (const DocumentSize& size : program.sizes) texts.push_back(SizeText(size));
  return texts;
}

/// "2 programs compared: 1 widens, 1 unaffected".
std::string Counts(const Outcome& outcome) {
  std::string text = fmt::format("{}; {} compared", Many(outcome.facts.size(), "changed fact"),
                                 Many(outcome.programs.size(), "program"));
  std::string_view mark = ": ";
  const auto add = [&](std::string_view word) {
    const auto count = std::ranges::count(outcome.programs, word, &Program::word);
    if (count == 0) return;
    text += fmt::format("{}{} {}", std::exchange(mark, ", "), count, word);
  };
  for (const EffectWords& effect : kEffects) add(effect.word);
  add(kUnaffected);
  return text;
}

/// The facts in the stretches that share a topic; none is empty.
std::vector<std::span<const FactChange>> ByTopic(std::span<const FactChange> facts) {
  std::vector<std::span<const FactChange>> stretches;
  while (!facts.empty()) {
    const auto end = std::ranges::find_if(
        facts, [&](const FactChange& fact) { return fact.topic != facts.front().topic; });
    const auto size = static_cast<std::size_t>(end - facts.begin());
    stretches.push_back(facts.first(size));
    facts = facts.subspan(size);
  }
  return stretches;
}

void PrintFact(const FactChange& fact, std::ostream& out) {
  const bool is_changed = fact.how == FactChange::How::kChanged;
  const std::string_view mark = is_changed ? "~" : fact.how == FactChange::How::kAdded ? "+" : "-";
  out << fmt::format("  {} {}\n", mark, fact.name);
  if (!is_changed) return;
  PrintWords(fact.added, "      + ", out);
  PrintWords(fact.removed, "      - ", out);
}

void PrintText(const Outcome& outcome, std::ostream& out) {
  out << fmt::format("catalog of {} and of {}\n", outcome.old_date, outcome.new_date);
  for (const std::span<const FactChange> facts : ByTopic(outcome.facts)) {
    out << facts.front().topic << "\n";
    for (const FactChange& fact : facts.first(std::min(facts.size(), kShown))) PrintFact(fact, out);
    if (facts.size() > kShown) {
      out << fmt::format("  {} more: see --json\n", facts.size() - kShown);
    }
  }
  for (const Program& program : outcome.programs) {
    out << fmt::format("{}: {}\n", program.path, program.word());
    PrintWords(program.errors, "  ! ", out);
    PrintWords(program.difference.gains, "  + ", out);
    PrintWords(program.difference.losses, "  - ", out);
    PrintWords(program.difference.others, "  ~ ", out);
    PrintWords(SizeTexts(program), "  ", out);
  }
  out << Counts(outcome) << "\n";
}

void PrintMarkdownWords(const std::vector<std::string>& words, std::string_view tag,
                        std::ostream& out) {
  const std::size_t shown = std::min(words.size(), kShown);
  for (std::size_t i = 0; i < shown; ++i) {
    out << fmt::format("  - **{}** · {}\n", tag, MarkdownText(words[i]));
  }
  if (shown < words.size()) out << fmt::format("  - {} more\n", words.size() - shown);
}

void PrintMarkdown(const Outcome& outcome, std::ostream& out) {
  out << fmt::format("## Catalog of {} and of {}\n\n{}.\n\n", outcome.old_date, outcome.new_date,
                     Counts(outcome));
  for (const Program& program : outcome.programs) {
    out << fmt::format("- `{}`: **{}**\n", program.path, program.word());
    PrintMarkdownWords(program.errors, "error", out);
    PrintMarkdownWords(program.difference.gains, "gained", out);
    PrintMarkdownWords(program.difference.losses, "lost", out);
    PrintMarkdownWords(program.difference.others, "other", out);
    PrintMarkdownWords(SizeTexts(program), "document", out);
  }
  for (const std::span<const FactChange> facts : ByTopic(outcome.facts)) {
    out << fmt::format("\n### {}\n\n", facts.front().topic);
    for (const FactChange& fact : facts) {
      out << fmt::format("- {} · {}\n", catalog::Name(fact.how), MarkdownText(fact.name));
      if (fact.how != FactChange::How::kChanged) continue;
      PrintMarkdownWords(fact.added, "added", out);
      PrintMarkdownWords(fact.removed, "removed", out);
    }
  }
}

void PrintJson(const Outcome& outcome, std::ostream& out) {
  Writer writer(support::json::Style::kPretty);
  const auto text = [&](std::string_view key, std::string_view value) {
    writer.Key(key);
    writer.String(value);
  };
  writer.BeginObject();
  text("before", outcome.old_date);
  text("after", outcome.new_date);
  writer.Key("facts");
  writer.BeginArray();
  for (const FactChange& fact : outcome.facts) {
    writer.BeginObject();
    text("topic", fact.topic);
    text("name", fact.name);
    text("how", catalog::Name(fact.how));
    WriteTexts(writer, "added", fact.added);
    WriteTexts(writer, "removed", fact.removed);
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("programs");
  writer.BeginArray();
  for (const Program& program : outcome.programs) {
    writer.BeginObject();
    text("path", program.path);
    text("class", program.word());
    std::vector<std::string> effects;
    for (const Effect effect : program.effects) effects.emplace_back(WordOf(effect));
    WriteTexts(writer, "effects", effects);
    WriteTexts(writer, "errors", program.errors);
    WriteTexts(writer, "gained", program.difference.gains);
    WriteTexts(writer, "lost", program.difference.losses);
    WriteTexts(writer, "other", program.difference.others);
    writer.Key("documents");
    writer.BeginArray();
    for (const DocumentSize& size : program.sizes) {
      writer.BeginObject();
      text("path", size.path);
      writer.Key("before");
      writer.Integer(static_cast<std::int64_t>(size.before));
      writer.Key("after");
      writer.Integer(static_cast<std::int64_t>(size.after));
      writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  out << writer.Take() << "\n";
}

host::ExitStatus StatusOf(const Outcome& outcome, const std::set<std::string>& fail_on) {
  for (const Program& program : outcome.programs) {
    if (fail_on.contains("any") && !program.effects.empty()) return host::ExitStatus::kNo;
    for (const Effect effect : program.effects) {
      if (fail_on.contains(std::string(WordOf(effect)))) return host::ExitStatus::kNo;
    }
  }
  return host::ExitStatus::kGood;
}

}  // namespace

host::ExitStatus RunCatalogDiff(const CatalogDiffOptions& options, host::Environment& environment) {
  compiler::Compilation old_facts(environment);
  if (const auto stop = Choose(options.before, old_facts)) {
    return Finish(old_facts, environment, StatusOf(stop));
  }
  compiler::Compilation new_facts(environment);
  if (const auto stop = Choose(options.after, new_facts)) {
    return Finish(new_facts, environment, StatusOf(stop));
  }
  Outcome outcome{old_facts.catalog().date(),
                  new_facts.catalog().date(),
                  catalog::FactChanges(old_facts.catalog(), new_facts.catalog()),
                  {}};
  for (const std::string& path : options.programs) {
    Program& program = outcome.programs.emplace_back();
    program.path = path;
    if (const auto status = Examine(options, environment, program)) return *status;
  }
  switch (options.form) {
    case CatalogDiffOptions::Form::kText:
      PrintText(outcome, environment.out);
      break;
    case CatalogDiffOptions::Form::kMarkdown:
      PrintMarkdown(outcome, environment.out);
      break;
    case CatalogDiffOptions::Form::kJson:
      PrintJson(outcome, environment.out);
      break;
  }
  return StatusOf(outcome, options.fail_on);
}

}  // namespace writ::commands
