#include "commands/catalog.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/support/nearest.h"
#include "commands/catalog_diff.h"
#include "commands/catalog_reach.h"
#include "commands/finish.h"
#include "compiler/compilation.h"
#include "compiler/lock_file.h"
#include "compiler/lock_meaning.h"
#include "compiler/stages.h"
#include "facts/catalog/search.h"
#include "facts/compliance/search.h"
#include "facts/library/library.h"
#include "facts/library/search.h"

namespace writ::commands {
namespace {

std::string Quoted(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += fmt::format("{}`{}`", text.empty() ? "" : " and ", word);
  return text;
}

void ReportNothing(const catalog::Answer& answer, compiler::Compilation& compilation) {
  diag::Diagnostic& finding =
      compilation.findings.Report(diag::kNothingFound, {}, compilation.catalog().date(),
                                  catalog::Name(answer.topic), Quoted(answer.words));
  for (const std::string& hint : answer.hints) finding.Suggest(hint);
}

/// `writ catalog accept PATH…`: the words are paths. A program with errors has no meaning to
/// record.
host::ExitStatus RunAccept(const CatalogOptions& options, host::Environment& environment) {
  if (options.json) {
    environment.err << "writ: `writ catalog accept` has nothing to print as JSON\n";
    return host::ExitStatus::kUsage;
  }
  compiler::Compilation compilation(environment);
  const auto program = compiler::Compile<compiler::Checked>(
      {.paths = options.words, .lock = compiler::LockUse::kIgnore}, compilation);
  if (program.stop) return Finish(compilation, environment, StatusOf(program.stop));
  const compiler::AcceptedLock accepted = compiler::AcceptLock(
      options.words, compiler::ModelNames(program.model), sema::OwnNames(program.program),
      compiler::LockedSentences(program.model, compilation.catalog()), environment.files,
      compilation);
  for (const std::string& change : accepted.changes) environment.out << change << "\n";
  if (!accepted.stop && !environment.settings.quiet) {
    environment.out << fmt::format("{}: {} name{} of the catalog of {}\n", accepted.path,
                                   accepted.names, accepted.names == 1 ? "" : "s",
                                   accepted.catalog_date);
  }
  return Finish(compilation, environment, StatusOf(accepted.stop));
}

/// `writ catalog diff OLD NEW PATH…`.
host::ExitStatus RunDiffOf(const CatalogOptions& options, host::Environment& environment) {
  if (options.words.size() < 2 || !environment.settings.catalog_file.empty()) {
    environment.err << fmt::format(
        "writ: `catalog diff` takes two catalogs, files or `{}`, then programs\n", kBuiltInCatalog);
    return host::ExitStatus::kUsage;
  }
  using Form = CatalogDiffOptions::Form;
  return RunCatalogDiff({.before = options.words[0],
                         .after = options.words[1],
                         .programs = {options.words.begin() + 2, options.words.end()},
                         .form = options.json       ? Form::kJson
                                 : options.markdown ? Form::kMarkdown
                                                    : Form::kText,
                         .fail_on = options.fail_on},
                        environment);
}

catalog::Answer AnswerFor(const catalog::Catalog& facts, catalog::Topic topic,
                          const std::vector<std::string>& words) {
  switch (topic) {
    case catalog::Topic::kVerbs:
      return library::SearchVerbs(library::Library::BuiltIn(), words);
    case catalog::Topic::kPacks:
      return compliance::SearchPacks(words);
    case catalog::Topic::kControls:
      return compliance::SearchControls(words);
    default:
      return catalog::Search(facts, topic, words);
  }
}

}  // namespace

host::ExitStatus RunCatalog(const CatalogOptions& options, host::Environment& environment) {
  if (options.topic == "diff") return RunDiffOf(options, environment);
  if (options.markdown || !options.fail_on.empty()) {
    environment.err << "writ: --markdown and --fail-on are for `catalog diff`\n";
    return host::ExitStatus::kUsage;
  }
  if (options.topic == "reach") return RunCatalogReach(options.words, options.json, environment);
  if (options.topic == "accept") return RunAccept(options, environment);
  const std::optional<catalog::Topic> topic = catalog::TopicOf(options.topic);
  if (!topic) {
    const std::vector<std::string_view> names = catalog::TopicNames();
    const std::vector<std::string> near = support::Nearest(options.topic, names, 1);
    const std::string known =
        near.empty() ? fmt::format(
                           "the topics are {}; `accept`, `diff` and `reach` do more than "
                           "search",
                           fmt::join(names, ", "))
                     : fmt::format("did you mean `{}`?", near.front());
    environment.err << fmt::format("writ: there is no topic `{}`; {}\nTry `writ catalog --help`.\n",
                                   options.topic, known);
    return host::ExitStatus::kUsage;
  }
  compiler::Compilation compilation(environment);
  if (const auto stop = compiler::ChooseCatalog(compilation)) {
    return Finish(compilation, environment, StatusOf(stop));
  }
  const catalog::Catalog& facts = compilation.catalog();
  const catalog::Answer answer = AnswerFor(facts, *topic, options.words);
  if (answer.rows.empty()) ReportNothing(answer, compilation);
  if (options.json) {
    environment.out << catalog::AnswerJson(facts, answer);
  } else if (!answer.rows.empty()) {
    environment.out << catalog::AnswerText(facts, answer);
  }
  return Finish(compilation, environment,
                answer.rows.empty() ? host::ExitStatus::kNo : host::ExitStatus::kGood);
}

}  // namespace writ::commands
