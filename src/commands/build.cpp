#include "commands/build.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "commands/finish.h"
#include "commands/replace_folder.h"
#include "commands/staged_freeze.h"
#include "compiler/build_tree.h"
#include "compiler/decide_program.h"
#include "compiler/output_tree.h"
#include "compiler/proof.h"
#include "output/emit/tree.h"

namespace writ::commands {
namespace {

/// The parts of a path without `.`, and `..` taken back where it can be.
std::vector<std::string> PartsOf(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.emplace_back(part);
    }
  }
  return parts;
}

/// The bindings file that a build of the same program reads, seen from the tree. Nothing where one
/// of the paths is absolute and the other is not.
std::string BindingsFromTree(const BuildOptions& options, const host::FileSystem& files) {
  const std::string first = options.paths.empty() ? "." : options.paths.front();
  std::string file = options.bindings;
  if (file.empty()) {
    const bool is_folder = files.KindOf(first) == host::EntryKind::kFolder;
    file =
        (is_folder ? first : first.substr(0, first.find_last_of('/') + 1)) + "/writ.bindings.json";
    if (!is_folder && first.find('/') == std::string::npos) file = "writ.bindings.json";
  }
  if (file.starts_with('/') != options.output.starts_with('/')) return {};
  std::vector<std::string> to = PartsOf(file);
  const std::vector<std::string> from = PartsOf(options.output);
  std::size_t shared = 0;
  while (shared < from.size() && shared + 1 < to.size() && from[shared] == to[shared]) ++shared;
  std::string path;
  for (std::size_t i = shared; i < from.size(); ++i) {
    if (from[i] == "..") return {};
    path += "../";
  }
  return path + fmt::format("{}", fmt::join(to.begin() + static_cast<std::ptrdiff_t>(shared),
                                            to.end(), "/"));
}

/// "9,034 of 10,240 characters", with the parts where there may be several.
std::string SizeText(const emit::Size& size) {
  std::string text = fmt::format("{} of {} characters", emit::Grouped(size.characters),
                                 emit::Grouped(size.room()));
  if (size.slots > 1) text += fmt::format(" in {} of {} documents", size.parts, size.slots);
  return text;
}

/// Documents of the table of sizes: those that are nearest to their quotas.
constexpr std::size_t kTableRows = 40;

/// The fullest documents, a line each.
std::string SizeTable(std::vector<emit::Size> sizes) {
  std::ranges::sort(sizes, emit::IsFuller);
  const std::size_t shown = std::min(sizes.size(), kTableRows);
  std::size_t widest = 0;
  for (std::size_t i = 0; i < shown; ++i) widest = std::max(widest, sizes[i].path.size());
  std::string table;
  for (std::size_t i = 0; i < shown; ++i) {
    const emit::Size& size = sizes[i];
    const std::size_t percent = (size.characters * 100 + size.room() - 1) / size.room();
    table += fmt::format("{:<{}}  {:>3} %  {} statement{}, {}\n", size.path, widest, percent,
                         size.statements, size.statements == 1 ? "" : "s", SizeText(size));
  }
  if (shown < sizes.size()) {
    table += fmt::format("and {} more, none of them fuller\n", sizes.size() - shown);
  }
  return table;
}

/// What a build came to.
struct Made {
  host::ExitStatus status = host::ExitStatus::kGood;
  std::optional<host::FileSet> files = std::nullopt;  ///< of the tree
  std::string closing = {};                           ///< what the run ends with
};

/// Adds the freeze that is to be staged; not kGood if it could not be made.
host::ExitStatus Stage(const BuildOptions& options, const host::Environment& environment,
                       compiler::Compilation& compilation, compiler::Packed& packed,
                       std::string& closing) {
  if (!options.with_freeze || packed.stop) return host::ExitStatus::kGood;
  FreezeOptions freeze = options.freeze;
  freeze.paths = options.paths;
  freeze.is_staged = true;
  StagedFreeze staged = StageFreeze(freeze, environment, compilation);
  packed.staged = std::move(staged.artifacts);
  closing += staged.closing;
  return staged.status;
}

Made MakeTree(const BuildOptions& options, const host::Environment& environment,
              compiler::Compilation& compilation) {
  const auto program =
      compiler::Compile<compiler::Bound>({options.paths, options.bindings}, compilation);
  if (program.stop) return {StatusOf(*program.stop)};
  if (!options.only_guardrails) {
    const host::ExitStatus status = StatusOf(compiler::DecideProgram(program, compilation));
    if (status != host::ExitStatus::kGood) return {status};
  }
  const compiler::BuildPlan plan{
      options.only_guardrails, options.formats,   options.reserved_slots,
      options.quotas,          options.is_pretty, BindingsFromTree(options, environment.files),
      options.sharing};
  compiler::Packed packed = compiler::Pack(program, plan, compilation);
  std::string staged;
  const host::ExitStatus is_staged = Stage(options, environment, compilation, packed, staged);
  if (is_staged != host::ExitStatus::kGood) return {is_staged};
  compiler::Built built = compiler::Build(program, std::move(packed), plan, compilation);
  if (built.stop) return {StatusOf(*built.stop)};
  std::string proved = "guardrails only, nothing to prove";
  if (!options.only_guardrails) {
    const compiler::ProofRun proof = compiler::ProveTree(
        {program.model, compilation.catalog(), program.bindings}, built.files, compilation);
    if (proof.stop) return {StatusOf(*proof.stop)};
    const host::ExitStatus status = StatusOf(compiler::ReportBuildProof(proof, compilation));
    if (status != host::ExitStatus::kGood) return {status};
    proved = compiler::ProvedText(proof, environment.settings.verbose);
  }
  std::string closing = environment.settings.verbose ? SizeTable(built.sizes) : "";
  std::string fullest;
  if (!built.sizes.empty()) {
    const emit::Size& most = *std::ranges::min_element(built.sizes, emit::IsFuller);
    fullest = fmt::format("; fullest: {} with {}", most.path, SizeText(most));
  }
  const char* const outsiders = program.model.perimeters.empty() ? "" : " and outsiders";
  closing +=
      fmt::format("{} sentences, {} principals{}, {} accounts, {} documents, {} bytes{}; {}\n",
                  program.model.sentence_count, built.principals, outsiders, built.accounts,
                  built.documents, built.bytes, fullest, proved);
  return {host::ExitStatus::kGood, std::move(built.files), closing + staged};
}

}  // namespace

std::vector<std::string> BuildFormats() { return compiler::FormatNames(); }

host::ExitStatus RunBuild(const BuildOptions& options, host::Environment& environment) {
  compiler::Compilation compilation(environment);
  const Made made = MakeTree(options, environment, compilation);
  if (!made.files) return Finish(compilation, environment, made.status);
  const host::FileSet& files = *made.files;
  host::ExitStatus status = host::ExitStatus::kGood;

  const compiler::OldTree old = compiler::ReadOldTree(options.output, environment.files);
  if (old.refusal) {
    compilation.findings.Report(diag::kOutputNotOurs, {}, options.output, *old.refusal);
    return Finish(compilation, environment, host::ExitStatus::kUsage);
  }
  const std::vector<std::string> differences =
      compiler::Differences(options.output, old, files, environment.files);
  if (options.check) {
    for (const std::string& line : differences) environment.out << line << "\n";
    status = differences.empty() ? host::ExitStatus::kGood : host::ExitStatus::kNo;
  } else if (!differences.empty()) {
    if (!ReplaceFolder(options.output, files, environment, compilation)) {
      return Finish(compilation, environment, host::ExitStatus::kUnreadable);
    }
  }
  if (!environment.settings.quiet) environment.out << made.closing;
  return Finish(compilation, environment, status);
}

}  // namespace writ::commands
