#include "commands/catalog.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "commands/finish.h"
#include "compiler/lock_file.h"
#include "compiler/pipeline.h"
#include "compiler/understand.h"
#include "facts/catalog/search.h"
#include "facts/library/library.h"

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

/// What the library says of each verb; `permit` and `forbid` name the actions.
std::vector<catalog::Row> VerbRows(const library::Library& library) {
  const auto actions = [](const std::vector<library::Leg>& legs) {
    std::vector<std::string> names;
    for (const library::Leg& leg : legs) {
      const std::vector<std::string> more =
          leg.actions.empty() ? std::vector<std::string>{"(" + leg.select + ")"} : leg.actions;
      for (const std::string& name : more) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
      }
    }
    return names;
  };
  const auto word = [](library::VerbClass verb_class) -> std::string {
    switch (verb_class) {
      case library::VerbClass::kRuntime:
        return "runtime";
      case library::VerbClass::kAdmin:
        return "admin";
      case library::VerbClass::kNeutral:
        return "neutral";
    }
    return {};
  };
  std::vector<catalog::Row> rows;
  for (const library::Module& module : library.modules()) {
    for (const library::Verb& verb : module.verbs) {
      rows.push_back({{"name", verb.name},
                      {"takes", verb.sort},
                      {"class", word(verb.verb_class)},
                      {"kinds", verb.kinds},
                      {"qualifiers", verb.takes},
                      {"library", module.name},
                      {"date", module.date},
                      {"permit", actions(verb.permit)},
                      {"forbid", actions(verb.forbid)}});
    }
  }
  return rows;
}

/// `writ catalog accept PATH…`: the words are paths. A program with errors has no meaning to
/// record.
host::ExitStatus RunAccept(const CatalogOptions& options, host::Environment& environment) {
  if (options.json) {
    environment.err << "writ: `writ catalog accept` has nothing to print as JSON\n";
    return host::ExitStatus::kUsage;
  }
  compiler::Compilation compilation;
  compiler::Meaning meaning;
  host::ExitStatus status = compiler::Understand(options.words, environment, compilation, meaning,
                                                 compiler::LockUse::kIgnore);
  if (status == host::ExitStatus::kGood) {
    status = compiler::AcceptLock(options.words, compiler::ModelNames(meaning.model),
                                  sema::OwnNames(meaning.program), environment, compilation);
  }
  return Finish(compilation, environment, status);
}

}  // namespace

host::ExitStatus RunCatalog(const CatalogOptions& options, host::Environment& environment) {
  if (options.topic == "accept") return RunAccept(options, environment);
  const std::optional<catalog::Topic> topic = catalog::TopicOf(options.topic);
  if (!topic) {
    environment.err << fmt::format(
        "writ: there is no topic `{}`; the topics are models, profiles, regions, actions, keys, "
        "quotas, kinds, services and verbs, and `accept` records what model names mean\n"
        "Try `writ catalog --help`.\n",
        options.topic);
    return host::ExitStatus::kUsage;
  }
  compiler::Compilation compilation;
  const host::ExitStatus chosen = compiler::ChooseCatalog(environment, compilation);
  if (chosen != host::ExitStatus::kGood) return Finish(compilation, environment, chosen);
  const catalog::Catalog& facts = compilation.catalog();
  const catalog::Answer answer =
      *topic == catalog::Topic::kVerbs
          ? catalog::SearchRows(*topic, VerbRows(library::Library::BuiltIn()), options.words)
          : catalog::Search(facts, *topic, options.words);
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
