#include "commands/tighten.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/policy.h"
#include "base/support/check.h"
#include "commands/finish.h"
#include "commands/line_patch.h"
#include "commands/log_files.h"
#include "commands/replay_program.h"
#include "commands/wording.h"
#include "compiler/stages.h"
#include "host/overlay_file_system.h"
#include "language/format/format.h"
#include "logs/replay/replay.h"
#include "logs/replay/use.h"

namespace writ::commands {
namespace {

constexpr std::size_t kDayLength = 10;

// ---- what is proposed

struct Edit {
  source::Span span;
  std::string text;
};

/// What is not used of one sentence.
struct Proposal {
  const replay::Use* use = nullptr;
  std::vector<std::string> models;   ///< not used; empty: none can be removed
  std::vector<std::string> regions;  ///< likewise
  std::vector<std::string> routes;   ///< likewise, that the sentence names
  bool is_unused = false;            ///< as a whole
  std::vector<Edit> edits;           ///< none: there is no sentence of the program that says less
  std::string needed;                ///< why the edits were withdrawn; empty: they were not
};

std::vector<std::string> Without(const std::set<std::string>& all,
                                 const std::set<std::string>& used) {
  std::vector<std::string> rest;
  std::ranges::set_difference(all, used, std::back_inserter(rest));
  return rest;
}

/// The sentences of the program by their place, with how many stand beside them in their block.
struct Placed {
  const syntax::Item* item = nullptr;
  std::size_t beside = 0;
};

class Sentences {
 public:
  Sentences(const compiler::Bound& program, const source::SourceMap& sources) : sources_(sources) {
    for (const syntax::File& file : program.program.files) Walk(file.items, /*is_block=*/false);
  }
  [[nodiscard]] const Placed* Find(const intent::Origin& origin) const {
    const auto found = by_place_.find(origin.place);
    return found == by_place_.end() ? nullptr : &found->second;
  }

 private:
  // NOLINTNEXTLINE(misc-no-recursion): as deep as the parser lets blocks be
  void Walk(const std::vector<syntax::Item>& items, bool is_block) {
    for (const syntax::Item& item : items) {
      if (const auto* given = std::get_if<syntax::Given>(&item.form)) Walk(given->items, true);
      if (const auto* policy = std::get_if<syntax::PolicyDecl>(&item.form))
        Walk(policy->items, true);
      const auto* statement = std::get_if<syntax::Statement>(&item.form);
      if (statement == nullptr) continue;
      by_place_[sources_.DescribeRelative(statement->sentence.span)] = {
          &item, is_block ? items.size() - 1 : std::size_t{1}};
    }
  }

  const source::SourceMap& sources_;
  std::map<std::string, Placed> by_place_;
};

/// Regions as a list of their names and nothing else, which can be replaced by a shorter one.
const syntax::SetExpr* ListOfRegions(const syntax::Sentence& sentence,
                                     const catalog::Catalog& catalog) {
  for (const syntax::Qualifier& qualifier : sentence.qualifiers) {
    const auto* in = std::get_if<syntax::InQualifier>(&qualifier.form);
    if (in == nullptr || !in->set.excluded.empty()) continue;
    const bool is_list = std::ranges::all_of(in->set.included, [&](const syntax::SetTerm& term) {
      return term.kind == syntax::SetTerm::Kind::kName &&
             catalog.FindRegion(term.name.text) != nullptr;
    });
    if (is_list) return &in->set;
  }
  return nullptr;
}

const syntax::RoutedQualifier* RoutesOf(const syntax::Sentence& sentence) {
  for (const syntax::Qualifier& qualifier : sentence.qualifiers) {
    if (const auto* routed = std::get_if<syntax::RoutedQualifier>(&qualifier.form)) return routed;
  }
  return nullptr;
}

std::string NameOf(const syntax::Route& route) {
  using Kind = intent::Route::Kind;
  switch (route.kind) {
    case syntax::Route::Kind::kDirectly:
      return intent::Name(intent::Route{Kind::kDirectly, ""});
    case syntax::Route::Kind::kWithin:
      return intent::Name(intent::Route{Kind::kWithin, std::string(route.geography.text)});
    case syntax::Route::Kind::kGlobally:
      return intent::Name(intent::Route{Kind::kGlobally, ""});
  }
  return "";
}

/// Routes that the sentence names and no call took.
void ProposeRoutes(const replay::Use& use, const syntax::Sentence& sentence, Proposal& proposal) {
  const syntax::RoutedQualifier* const routed = RoutesOf(sentence);
  if (routed == nullptr) return;
  std::set<std::string> kept;
  for (const intent::Route& route : use.KeptRoutes()) kept.insert(intent::Name(route));
  std::vector<std::string> names;
  for (const syntax::Route& route : routed->routes) {
    const std::string name = NameOf(route);
    (kept.contains(name) ? names : proposal.routes).push_back(name);
  }
  if (proposal.routes.empty()) return;
  source::Span span = routed->routes.front().span;
  span.end = routed->routes.back().span.end;
  proposal.edits.push_back({span, fmt::format("{}", fmt::join(names, ", "))});
}

/// The sentence with its line break and an empty line after it, so that no gap is left.
source::Span LineOf(const syntax::Item& item, std::string_view text) {
  source::Span span = item.span;
  while (span.end < text.size() && (text[span.end] == ' ' || text[span.end] == '\r')) ++span.end;
  for (int i = 0; i < 2 && span.end < text.size() && text[span.end] == '\n'; ++i) ++span.end;
  return span;
}

Proposal Propose(const replay::Use& use, const Sentences& sentences, const ReplayProgram& program) {
  Proposal proposal;
  proposal.use = &use;
  if (!use.cannot_tell.empty()) return proposal;
  const Placed* const placed = sentences.Find(*use.origin);
  const std::set<std::string> kept_models = use.KeptModels();
  const std::set<std::string> kept_regions = use.KeptRegions();
  std::set<std::string> all_models;
  std::set<std::string> all_regions;
  for (const auto& [model, regions] : use.granted) {
    all_models.insert(model);
    all_regions.insert(regions.begin(), regions.end());
  }
  const bool is_unused = kept_models.empty();
  proposal.models = Without(all_models, kept_models);
  proposal.regions = Without(all_regions, kept_regions);
  proposal.is_unused = is_unused;
  if (placed == nullptr) return proposal;
  const syntax::Sentence& sentence = std::get<syntax::Statement>(placed->item->form).sentence;
  if (is_unused) {
    // A block must hold something.
    const std::string_view text = program.compilation.sources.text(placed->item->span.file);
    if (placed->beside > 0) proposal.edits.push_back({LineOf(*placed->item, text), ""});
    return proposal;
  }
  if (!proposal.models.empty() && sentence.action.object) {
    proposal.edits.push_back(
        {sentence.action.object->span, fmt::format("{}", fmt::join(kept_models, ", "))});
  }
  const syntax::SetExpr* const regions = ListOfRegions(sentence, program.compilation.catalog());
  if (!proposal.regions.empty() && regions != nullptr) {
    proposal.edits.push_back({regions->span, fmt::format("{}", fmt::join(kept_regions, ", "))});
  }
  ProposeRoutes(use, sentence, proposal);
  const std::string_view text = program.compilation.sources.text(placed->item->span.file);
  const bool has_comment = std::ranges::any_of(proposal.edits, [&](const Edit& edit) {
    const std::size_t length = edit.span.end - edit.span.begin;
    return text.substr(edit.span.begin, length).find("//") != std::string_view::npos;
  });
  if (has_comment) {
    proposal.edits.clear();
    proposal.needed = "a patch would lose the comment in it: leave this out by hand";
  }
  return proposal;
}

// ---- the patch

/// Files that the edits change.
struct EditedFile {
  std::string_view before;
  std::string after;  ///< in canonical form where the old text was
};
using EditedFiles = std::map<std::string, EditedFile>;  // by path

EditedFiles Edited(const std::vector<Proposal>& proposals, const source::SourceMap& sources) {
  std::map<std::uint32_t, std::vector<Edit>> by_file;
  for (const Proposal& proposal : proposals) {
    for (const Edit& edit : proposal.edits) by_file[edit.span.file.index].push_back(edit);
  }
  EditedFiles files;
  for (auto& [id, edits] : by_file) {
    const source::FileId file{id};
    std::string text(sources.text(file));
    std::ranges::sort(edits, std::greater<>(), [](const Edit& edit) { return edit.span.begin; });
    for (const Edit& edit : edits) {
      text.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.text);
    }
    diag::Sink ignored;
    const auto before = format::Format(sources, file, ignored);
    if (before && *before == sources.text(file)) {
      source::SourceMap edited;
      const auto after = format::Format(edited, edited.Add(sources.path(file), text), ignored);
      if (after) text = *after;
    }
    files[sources.path(file)] = {sources.text(file), std::move(text)};
  }
  return files;
}

/// Of a sentence that was used.
void PrintParts(const Proposal& proposal, std::ostream& out) {
  const replay::Use& use = *proposal.use;
  if (!proposal.models.empty()) {
    out << fmt::format("#   models not used: {}\n", fmt::join(proposal.models, ", "));
  }
  if (!proposal.regions.empty()) {
    out << fmt::format("#   regions not used: {}\n", fmt::join(proposal.regions, ", "));
  }
  if (!proposal.routes.empty()) {
    out << fmt::format("#   routes not used: {}\n", fmt::join(proposal.routes, ", "));
  }
  const auto was_used = [&](const std::string& model) { return use.used.contains(model); };
  bool is_all_used = proposal.models.empty() && proposal.regions.empty() && proposal.routes.empty();
  for (const auto& [why, models] : use.not_logged) {
    std::vector<std::string> unused;
    std::ranges::remove_copy_if(models, std::back_inserter(unused), was_used);
    if (unused.empty()) continue;
    is_all_used = false;
    out << fmt::format("#   not used and kept: {}: {}\n", fmt::join(unused, ", "), why);
  }
  // A sentence grants each of its models in each of its regions; less takes two sentences.
  const std::set<std::string> kept_regions = use.KeptRegions();
  for (const auto& [model, regions] : use.used) {
    std::set<std::string> granted;
    std::ranges::set_intersection(use.granted.at(model), kept_regions,
                                  std::inserter(granted, granted.end()));
    const std::vector<std::string> unused = Without(granted, regions);
    if (unused.empty()) continue;
    is_all_used = false;
    out << fmt::format("#   {} not used in {}: kept, since other models are\n", model,
                       fmt::join(unused, ", "));
  }
  if (is_all_used) out << "#   all of it is used\n";
}

void Print(const Proposal& proposal, std::ostream& out) {
  const replay::Use& use = *proposal.use;
  out << fmt::format("# {}: `{}`\n", use.origin->place, use.origin->sentence);
  if (use.calls > 0) {
    out << fmt::format("#   used by {} for {}{}: {}\n", Many(use.callers.size(), "principal"),
                       Many(use.calls, "call"),
                       use.last.empty() ? "" : ", last on " + use.last.substr(0, kDayLength),
                       OneLine(fmt::format("{}", fmt::join(use.events, ", "))));
  }
  if (!use.cannot_tell.empty()) {
    out << fmt::format("#   kept: {}\n", OneLine(use.cannot_tell));
    return;
  }
  if (proposal.is_unused) {
    const bool is_alone = proposal.edits.empty() && proposal.needed.empty();
    out << fmt::format("#   not used{}\n",
                       is_alone ? ": remove it with the block that it is alone in" : "");
  } else {
    PrintParts(proposal, out);
  }
  if (!proposal.needed.empty()) out << fmt::format("#   kept: {}\n", proposal.needed);
}

/// First and last time of the calls.
std::pair<std::string, std::string> WindowOf(const std::vector<trail::Class>& classes) {
  std::string first;
  std::string last;
  for (const trail::Class& calls : classes) {
    if (!calls.first.empty() && (first.empty() || calls.first < first)) first = calls.first;
    last = std::max(last, calls.last);
  }
  return {first.substr(0, kDayLength), last.substr(0, kDayLength)};
}

/// "# 3 calls from 2026-11-02 to 2026-11-20". Days to keep end today, whether or not the logs do.
std::string WindowText(std::uint64_t calls, const std::string& first, const std::string& last,
                       const std::string& keep, const std::string& today) {
  if (keep.empty()) return fmt::format("# {} from {} to {}\n", Many(calls, "call"), first, last);
  const std::string end =
      last >= today ? "" : fmt::format("; the last call in the logs is of {}", last);
  return fmt::format("# {} from {} to {}{}\n", Many(calls, "call"), keep, today, end);
}

/// A path as a patch names it: from the current folder. Such a patch cannot name what lies outside.
std::string PathInPatch(const std::string& path) {
  return std::filesystem::path(path).lexically_normal().generic_string();
}
bool IsOutside(const std::string& path) { return path.starts_with('/') || path.starts_with("../"); }

/// Calls that the patched program denies and the program does not: a bug, since what is used is
/// kept.
bool Breaks(const std::vector<trail::Class>& classes, replay::Side& before, replay::Side& after) {
  const replay::Report report = replay::Replay(classes, after, &before);
  return report.calls.contains(replay::Finding::Kind::kNewlyDenied);
}

// ---- what the program says of itself

/// The assertions and the lines of tests, in the order of the program, which no edit changes.
std::vector<const intent::Question*> QuestionsOf(const intent::Model& model) {
  std::vector<const intent::Question*> questions;
  for (const auto* all : {&model.assertions, &model.tests}) {
    for (const intent::Question& question : *all) questions.push_back(&question);
  }
  return questions;
}

std::vector<access::Answer> AnswersOf(ReplayProgram& program) {
  std::vector<access::Answer> answers;
  for (const intent::Question* question : QuestionsOf(program.bound.model)) {
    answers.push_back(program.side->access().Decide(*question));
  }
  return answers;
}

/// Withdraws the edits of the sentences that may grant what the answer shows to be denied without
/// them; all edits, if it shows none.
void Withdraw(const intent::Question& question, const access::Answer& answer, ReplayProgram& before,
              std::vector<Proposal>& proposals) {
  std::set<std::string> granting;
  // Of an account that is not there yet the program before has no judgement.
  if (answer.shown && answer.shown->caller.joins.empty()) {
    const access::Judgement judgement = before.side->access().Decide(
        answer.shown->caller.account, answer.shown->request, answer.shown->caller.principal);
    for (const intent::Origin* origin : judgement.perhaps_granting) granting.insert(origin->place);
  }
  const auto is_edited = [&](const Proposal& proposal) {
    return !proposal.edits.empty() && granting.contains(proposal.use->origin->place);
  };
  const bool is_told = std::ranges::any_of(proposals, is_edited);
  for (Proposal& proposal : proposals) {
    if (proposal.edits.empty() || (is_told && !is_edited(proposal))) continue;
    proposal.edits.clear();
    proposal.needed = fmt::format("`{}` ({}) holds with it and does not without",
                                  question.origin.sentence, question.origin.place);
  }
}

/// A patch, and the program with it.
struct Patched {
  EditedFiles files;
  std::unique_ptr<ReplayProgram> program;  ///< null: no edit is left
};

/// The program with the edits, under which each assertion and test that held still holds: edits
/// that one of them needs are withdrawn. Each round withdraws one at least.
Patched Patch(const compiler::Input& input, const host::Environment& environment,
              ReplayProgram& before, std::vector<Proposal>& proposals) {
  const std::vector<access::Answer> held = AnswersOf(before);
  const std::vector<const intent::Question*> questions = QuestionsOf(before.bound.model);
  while (true) {
    Patched patched{Edited(proposals, before.compilation.sources), nullptr};
    if (patched.files.empty()) return patched;
    host::FileSet put;
    for (const auto& [path, file] : patched.files) put[path] = file.after;
    patched.program = std::make_unique<ReplayProgram>(environment);
    patched.program->files =
        std::make_unique<host::OverlayFileSystem>(std::move(put), environment.files);
    ReadProgram(input, environment, *patched.program);
    if (!patched.program->side) return patched;
    const std::vector<access::Answer> answers = AnswersOf(*patched.program);
    WRIT_CHECK(answers.size() == held.size(), "no edit is of an assertion or a test");
    bool is_kept = true;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      using Kind = access::Answer::Kind;
      if (held[i].kind != Kind::kHolds || answers[i].kind == Kind::kHolds) continue;
      is_kept = false;
      Withdraw(*questions[i], answers[i], before, proposals);
    }
    if (is_kept) return patched;
  }
}

}  // namespace

host::ExitStatus RunTighten(const TightenOptions& options, host::Environment& environment) {
  const LogArguments arguments = SortArguments(options.paths, environment.files);
  const compiler::Input input{arguments.program, options.bindings};
  ReplayProgram program(environment);
  ReadProgram(input, environment, program);
  compiler::Compilation& compilation = program.compilation;
  if (!program.side) return Finish(compilation, environment, program.status);

  LogQuestion question;
  question.paths = arguments.logs;
  question.threads = options.threads;
  question.sources = SourcesOf(program.side->facts());
  question.detail = replay::DetailOf(program.bound.model);
  question.since = options.since;
  std::string keep;
  if (options.keep_days) {
    keep = support::DateText(
        support::DateOfDayNumber(support::DayNumber(environment.today) - *options.keep_days));
    // One day more shows that the logs reach back so far.
    question.detail.day = true;
  }
  ReadLogs logs = LoadLogs(question, environment, compilation);
  if (!logs.is_readable) return Finish(compilation, environment, host::ExitStatus::kUnreadable);
  if (!compilation.findings.has_errors() && logs.classes.empty()) {
    ReportNoCall(question, logs.counts, compilation.findings);
  }
  if (compilation.findings.has_errors()) {
    return Finish(compilation, environment, host::ExitStatus::kInvalid);
  }
  const auto [first, last] = WindowOf(logs.classes);
  if (!keep.empty() && (first.empty() || first > keep)) {
    compilation.findings.Report(diag::kWindowTooShort, {},
                                first.empty() ? "a day that is not told" : first);
    return Finish(compilation, environment, host::ExitStatus::kGood);
  }
  if (!keep.empty()) {
    std::erase_if(logs.classes, [&](const trail::Class& calls) {
      return !calls.last.empty() && calls.last < keep;
    });
  }

  const std::vector<replay::Use> uses = UseOf(logs.classes, *program.side);
  const Sentences sentences(program.bound, compilation.sources);
  std::vector<Proposal> proposals;
  for (const replay::Use& use : uses) proposals.push_back(Propose(use, sentences, program));
  const Patched patched = Patch(input, environment, program, proposals);

  std::uint64_t calls = 0;
  for (const trail::Class& one : logs.classes) calls += one.count;
  environment.out << WindowText(calls, first, last, keep, support::DateText(environment.today));
  for (const Proposal& proposal : proposals) Print(proposal, environment.out);
  if (!logs.is_whole) {
    environment.out << "# no patch: what could not be read of the logs may be a use\n";
    return Finish(compilation, environment, host::ExitStatus::kInvalid);
  }
  if (!patched.program) {
    const bool is_some_unused = std::ranges::any_of(proposals, [](const Proposal& proposal) {
      return proposal.is_unused || !proposal.models.empty() || !proposal.regions.empty() ||
             !proposal.routes.empty();
    });
    environment.out << (is_some_unused ? "# no patch: what is not used is named above\n"
                                       : "# nothing to remove\n");
    return Finish(compilation, environment, host::ExitStatus::kGood);
  }
  if (!patched.program->side) {
    return Finish(patched.program->compilation, environment, patched.program->status);
  }
  WRIT_CHECK(!Breaks(logs.classes, *program.side, *patched.program->side),
             "the patched program allows what was called");
  for (const auto& [path, file] : patched.files) {
    if (!options.write) {
      const std::string name = PathInPatch(path);
      if (IsOutside(name)) {
        environment.out << fmt::format(
            "# `git apply` refuses `{}`: run writ in a folder above it, with a relative path\n",
            name);
      }
      environment.out << LinePatch(name, file.before, file.after);
      continue;
    }
    const auto written = environment.files.WriteFile(path, file.after);
    if (!written.ok()) {
      compilation.findings.Report(diag::kFileNotWritten, {}, path, written.error().message);
      return Finish(compilation, environment, host::ExitStatus::kUnreadable);
    }
    environment.out << fmt::format("# changed {}\n", path);
  }
  return Finish(compilation, environment, host::ExitStatus::kGood);
}

}  // namespace writ::commands
