#include "compiler/understand.h"

#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "compiler/lock_file.h"
#include "facts/library/library.h"

namespace writ::compiler {
namespace {

std::string Counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// Where sentences are: what a waiver by code is held against.
void NoteSentences(const intent::Model& model, Compilation& compilation) {
  if (compilation.waivers.empty()) return;
  const auto note = [&](const auto& list) {
    for (const auto& each : list) compilation.sentences.push_back(each.origin.span);
  };
  note(model.permissions);
  note(model.prohibitions);
  note(model.screenings);
  note(model.loggings);
  note(model.assertions);
  note(model.tests);
}

}  // namespace

std::size_t CountPrincipals(const intent::Model& model) {
  std::set<std::pair<intent::AccountIndex, intent::Principal>> principals;
  const auto add = [&](const std::vector<intent::Principal>& each,
                       const std::vector<intent::AccountIndex>& accounts) {
    for (const intent::AccountIndex account : accounts)
      for (const intent::Principal& principal : each) principals.insert({account, principal});
  };
  for (const intent::Team& team : model.teams) add(team.principals, team.accounts);
  for (const intent::Permission& permission : model.permissions)
    for (const intent::Holder& holder : permission.holders)
      if (holder.team.empty()) add(holder.principals, holder.accounts);
  return principals.size();
}

std::vector<std::string> ModelNames(const intent::Model& model) {
  std::vector<std::string> names;
  names.reserve(model.models.size());
  for (const auto& [name, ids] : model.models) names.push_back(name);
  return names;
}

host::ExitStatus Understand(const std::vector<std::string>& paths, host::Environment& environment,
                            Compilation& compilation, Meaning& meaning, LockUse lock,
                            std::string question) {
  host::ExitStatus status = ChooseCatalog(environment, compilation);
  if (status != host::ExitStatus::kGood) return status;
  status = Load(paths, environment, compilation);
  if (status != host::ExitStatus::kGood) return status;
  meaning.read = true;
  std::optional<source::FileId> question_file;
  if (!question.empty()) {
    question_file = compilation.sources.Add("(question)", std::move(question));
    compilation.files.push_back(*question_file);
  }
  status = ParseProgram(environment, compilation, meaning.program);
  if (status != host::ExitStatus::kGood) return status;
  if (compilation.findings.has_errors()) return host::ExitStatus::kInvalid;
  const sema::Options options{.as_of = environment.today,
                              .allow_unknown = environment.settings.allow_unknown,
                              .own_names = AcceptedOwnNames(paths, environment),
                              .question = question_file};
  meaning.model =
      sema::Check(meaning.program, compilation.sources, compilation.catalog(),
                  library::Library::BuiltIn(), options, compilation.findings, &compilation.waivers);
  NoteSentences(meaning.model, compilation);
  // After an error not everything is looked for.
  if (!compilation.findings.has_errors()) compilation.judged = {1, 2, 3, 4};
  meaning.complete = true;
  if (compilation.findings.has_errors()) return host::ExitStatus::kInvalid;
  const ProgramSize size = SizeOf(meaning.program);
  if (size.files > 0 && size.sentences == 0 && meaning.model.guardrails.empty()) {
    compilation.findings.Report(diag::kNoSentences, {}, Counted(size.files, "file"));
  }
  if (lock == LockUse::kCompare) {
    status = CompareLock(paths, ModelNames(meaning.model), environment, compilation);
    if (status != host::ExitStatus::kGood) return status;
  }
  return compilation.findings.has_errors() ? host::ExitStatus::kInvalid : host::ExitStatus::kGood;
}

std::string CheckedText(const Meaning& meaning) {
  const ProgramSize size = SizeOf(meaning.program);
  std::string text = fmt::format("checked {}: {}", Counted(size.files, "file"),
                                 Counted(size.sentences, "sentence"));
  if (meaning.complete && size.sentences > 0)
    text += fmt::format(" for {} in {}", Counted(CountPrincipals(meaning.model), "principal"),
                        Counted(meaning.model.organization.accounts.size(), "account"));
  if (meaning.asserts_decided > 0) {
    const std::size_t held = meaning.asserts_decided - meaning.asserts_failed;
    text += meaning.asserts_failed == 0
                ? fmt::format(", {} hold{}", Counted(held, "assert"), held == 1 ? "s" : "")
                : fmt::format(", {} of {} hold{}", held, Counted(meaning.asserts_decided, "assert"),
                              held == 1 ? "s" : "");
  } else if (size.assertions > 0) {
    text += fmt::format(", {} not decided", Counted(size.assertions, "assert"));
  }
  if (size.tests > 0) text += fmt::format(", {} not yet run", Counted(size.tests, "test"));
  return text + "\n";
}

}  // namespace writ::compiler
