#include "compiler/stages.h"

#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "compiler/evaluations.h"
#include "compiler/lock_file.h"
#include "compiler/parse_program.h"
#include "compiler/program_bindings.h"
#include "compiler/tool_manifests.h"
#include "facts/library/library.h"
#include "output/lower/lower.h"

namespace writ::compiler {
namespace {

/// Where sentences are: what a waiver by code is held against.
void NoteSentences(const intent::Model& model, Compilation& compilation) {
  if (compilation.waivers.empty()) return;
  const auto note = [&](const auto& list) {
    for (const auto& each : list) compilation.sentences.push_back(each.origin.span);
  };
  note(model.permissions);
  note(model.prohibitions);
  note(model.perimeters);
  note(model.screenings);
  note(model.loggings);
  note(model.watches);
  note(model.retentions);
  note(model.opt_outs);
  note(model.tool_rules);
  note(model.assertions);
  note(model.tests);
}

std::optional<Stop> IfErrors(const Compilation& compilation) {
  if (compilation.findings.has_errors()) return Stop::kInvalid;
  return std::nullopt;
}

void ReadFiles(Parsed& parsed, Compilation& compilation) {
  if ((parsed.stop = ChooseCatalog(compilation))) return;
  if ((parsed.stop = Load(parsed.input.paths, compilation))) return;
  parsed.is_read = true;
  if (!parsed.input.question.empty()) {
    parsed.question = compilation.sources.Add("(question)", parsed.input.question);
    compilation.files.push_back(*parsed.question);
  }
  ParsedFiles files = ParseFiles(compilation);
  parsed.program = std::move(files.program);
  ReadToolManifests(parsed.program, compilation);
  parsed.stop = files.stop ? files.stop : IfErrors(compilation);
}

/// Warns of a program without sentences.
void CheckSize(const Checked& checked, Compilation& compilation) {
  const ProgramSize size = SizeOf(checked.program);
  if (size.files > 0 && size.sentences == 0 && checked.model.guardrails.empty()) {
    compilation.findings.Report(diag::kNoSentences, {},
                                fmt::format("{} file{}", size.files, size.files == 1 ? "" : "s"));
  }
}

Bound Bind(Checked checked, Compilation& compilation) {
  Bound bound{std::move(checked)};
  if (bound.stop) return bound;
  ProgramBindings read = ReadProgramBindings(bound.input, bound.model, compilation);
  bound.bindings = std::move(read.bindings);
  bound.stop = read.stop;
  return bound;
}

Lowered Lower(Bound bound, Compilation& compilation) {
  Lowered lowered{std::move(bound)};
  if (lowered.stop) return lowered;
  lowered.bundle = LowerModel(lowered.model, lowered.bindings, compilation);
  lowered.stop = IfErrors(compilation);
  return lowered;
}

}  // namespace

Checked Check(Parsed parsed, Compilation& compilation) {
  Checked checked{std::move(parsed)};
  if (checked.stop) return checked;
  const std::vector<std::string>& paths = checked.input.paths;
  const sema::Options options{.as_of = compilation.options.as_of,
                              .allow_unknown = compilation.options.allow_unknown,
                              .lapsed_stops = compilation.options.purpose == Purpose::kBuild,
                              .own_names = AcceptedOwnNames(paths, *compilation.file_system),
                              .notes_uses = compilation.options.notes_uses,
                              .question = checked.question};
  checked.model = sema::Check(checked.program, compilation.sources, compilation.catalog(),
                              library::Library::BuiltIn(), options, compilation.findings,
                              &compilation.waivers, &checked.index);
  NoteSentences(checked.model, compilation);
  CheckEvaluationFiles(checked.program, compilation);
  // After an error not everything is looked for.
  if (!compilation.findings.has_errors()) compilation.judged = {1, 2, 3, 4};
  checked.is_understood = true;
  checked.stop = IfErrors(compilation);
  if (checked.stop) return checked;
  CheckSize(checked, compilation);
  if (checked.input.lock == LockUse::kCompare) {
    checked.stop = CompareLock(paths, ModelNames(checked.model), compilation);
    if (!checked.stop) checked.stop = CompareSentences(paths, checked.model, compilation);
  }
  if (!checked.stop) checked.stop = IfErrors(compilation);
  return checked;
}

lower::Bundle LowerModel(const intent::Model& model, const intent::Bindings& bindings,
                         Compilation& compilation) {
  return lower::Lower({model, compilation.catalog(), library::Library::BuiltIn(), bindings},
                      compilation.findings);
}

template <>
Parsed Compile<Parsed>(Input input, Compilation& compilation) {
  Parsed parsed{std::move(input)};
  ReadFiles(parsed, compilation);
  return parsed;
}

template <>
Checked Compile<Checked>(Input input, Compilation& compilation) {
  return Check(Compile<Parsed>(std::move(input), compilation), compilation);
}

template <>
Bound Compile<Bound>(Input input, Compilation& compilation) {
  return Bind(Compile<Checked>(std::move(input), compilation), compilation);
}

template <>
Lowered Compile<Lowered>(Input input, Compilation& compilation) {
  return Lower(Compile<Bound>(std::move(input), compilation), compilation);
}

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

}  // namespace writ::compiler
