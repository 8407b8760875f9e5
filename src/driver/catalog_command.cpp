#include "driver/catalog_command.h"

#include <optional>
#include <ostream>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "driver/lock_file.h"
#include "driver/pipeline.h"
#include "driver/understand.h"
#include "facts/catalog/search.h"

namespace writ::driver {
namespace {

std::string Quoted(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += fmt::format("{}`{}`", text.empty() ? "" : " and ", word);
  return text;
}

void ReportNothing(const catalog::Answer& answer, Compilation& compilation) {
  diag::Diagnostic& finding =
      compilation.findings.Report(diag::kNothingFound, {}, compilation.catalog().date(),
                                  catalog::Name(answer.topic), Quoted(answer.words));
  for (const std::string& hint : answer.hints) finding.Suggest(hint);
}

/// `writ catalog accept PATH…`: the words are paths. A program with errors has no meaning to
/// record.
ExitStatus RunAccept(const CatalogOptions& options, Environment& environment) {
  if (options.json) {
    environment.err << "writ: `writ catalog accept` has nothing to print as JSON\n";
    return ExitStatus::kUsage;
  }
  Compilation compilation;
  Meaning meaning;
  ExitStatus status =
      Understand(options.words, environment, compilation, meaning, LockUse::kIgnore);
  if (status == ExitStatus::kGood) {
    status = AcceptLock(options.words, ModelNames(meaning.model), sema::OwnNames(meaning.program),
                        environment, compilation);
  }
  return Finish(compilation, environment, status);
}

}  // namespace

ExitStatus RunCatalog(const CatalogOptions& options, Environment& environment) {
  if (options.topic == "accept") return RunAccept(options, environment);
  const std::optional<catalog::Topic> topic = catalog::TopicOf(options.topic);
  if (!topic) {
    environment.err << fmt::format(
        "writ: there is no topic `{}`; the topics are models, profiles, regions, actions, keys, "
        "quotas, and `accept` records what model names mean\nTry `writ catalog --help`.\n",
        options.topic);
    return ExitStatus::kUsage;
  }
  Compilation compilation;
  const ExitStatus chosen = ChooseCatalog(environment, compilation);
  if (chosen != ExitStatus::kGood) return Finish(compilation, environment, chosen);
  const catalog::Catalog& facts = compilation.catalog();
  const catalog::Answer answer = catalog::Search(facts, *topic, options.words);
  if (answer.rows.empty()) ReportNothing(answer, compilation);
  if (options.json) {
    environment.out << catalog::AnswerJson(facts, answer);
  } else if (!answer.rows.empty()) {
    environment.out << catalog::AnswerText(facts, answer);
  }
  return Finish(compilation, environment,
                answer.rows.empty() ? ExitStatus::kNo : ExitStatus::kGood);
}

}  // namespace writ::driver
