#include "commands/init.h"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/support/shell.h"
#include "commands/finish.h"
#include "commands/import.h"
#include "commands/starter.h"
#include "compiler/compilation.h"

namespace writ::commands {
namespace {

constexpr std::string_view kPrograms = "policies/";

constexpr std::string_view kNextOfImport =
    "  read policies/import.json, and policies/residue for what stays as it is\n"
    "  writ test policies --suggest >> policies/tests.writ\n"
    "  writ build policies -o out     (commit out/: CI says when it is stale)\n"
    "  git config core.hooksPath .githooks\n";

constexpr std::string_view kNext =
    "  put your organization, accounts and teams into policies/main.writ\n"
    "  writ check policies && writ test policies\n"
    "  writ build policies -o out     (commit out/: CI says when it is stale)\n"
    "  git config core.hooksPath .githooks\n";

/// One word for a shell, however the folder is called.
std::string InShell(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-";
  const bool is_plain = word.find_first_not_of(kPlain) == std::string_view::npos;
  if (is_plain && !word.starts_with('-')) return std::string(word);
  return (word.starts_with('-') ? "./" : "") + support::ShellWord(word);
}

std::string PathOf(const std::string& folder, std::string_view name) {
  if (folder == ".") return std::string(name);
  return fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", name);
}

}  // namespace

host::ExitStatus RunInit(const InitOptions& options, host::Environment& environment) {
  compiler::Compilation compilation;
  // An import has a program of its own.
  const auto is_ours = [&](const support::EmbeddedText& file) {
    return options.from.empty() || !std::string_view(file.name).starts_with(kPrograms);
  };
  for (const support::EmbeddedText& file : StarterFiles()) {
    if (!is_ours(file)) continue;
    const std::string path = PathOf(options.folder, file.name);
    if (environment.files.KindOf(path) == host::EntryKind::kMissing) continue;
    compilation.findings.Report(diag::kInitWouldOverwrite, {}, path);
  }
  if (compilation.findings.has_errors()) {
    return Finish(compilation, environment, host::ExitStatus::kUsage);
  }
  auto status = host::ExitStatus::kGood;
  if (!options.from.empty()) {
    ImportOptions importing;
    importing.paths = options.from;
    importing.account = options.account;
    importing.output = PathOf(options.folder, "policies");
    status = RunImport(importing, environment);
    // Where a principal's documents differ the program is there, with the requests.
    if (status != host::ExitStatus::kGood && status != host::ExitStatus::kNo) return status;
  }
  for (const support::EmbeddedText& file : StarterFiles()) {
    if (!is_ours(file)) continue;
    const std::string path = PathOf(options.folder, file.name);
    const auto written = environment.files.WriteFile(path, std::string(file.text));
    if (!written.ok()) {
      compilation.findings.Report(diag::kFileNotWritten, {}, path, written.error().message);
      return Finish(compilation, environment, host::ExitStatus::kUnreadable);
    }
    if (!environment.settings.quiet) environment.out << "wrote " << path << "\n";
  }
  if (!environment.settings.quiet) {
    environment.out << "next:\n";
    if (options.folder != ".") {
      environment.out << "  cd " << InShell(options.folder) << "\n";
    }
    environment.out << (options.from.empty() ? kNext : kNextOfImport);
  }
  return status;
}

}  // namespace writ::commands
