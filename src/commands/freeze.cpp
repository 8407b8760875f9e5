#include "commands/freeze.h"

#include <algorithm>
#include <cstdint>
#include <ostream>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "commands/finish.h"
#include "commands/make_freeze.h"
#include "commands/replace_folder.h"
#include "commands/walk_folder.h"
#include "compiler/output_tree.h"

namespace writ::commands {
namespace {

std::string Closing(const MadeFreeze& made, const std::string& output) {
  std::string text;
  for (const FreezePolicy& policy : made.policies) {
    text +=
        fmt::format("{}: {} of {} characters, for {}", policy.path,
                    emit::Grouped(policy.characters), emit::Grouped(policy.quota), policy.target);
    const auto size = std::ranges::find(made.sizes, policy.path, &emit::Size::path);
    if (size != made.sizes.end()) {
      text += fmt::format("; {} of {} slots stay free if only FullAWSAccess is attached",
                          size->slots - size->parts, size->slots);
    }
    text += "\n";
  }
  if (!made.freeze.elsewhere.empty()) {
    text += fmt::format("the team goes on in {}, which no target holds\n",
                        fmt::join(made.freeze.elsewhere, ", "));
  }
  return text + fmt::format(
                    "{}\nnothing is in force yet: run `bash {}/apply.sh`, then probe.sh; open.md "
                    "lists what stays open\n",
                    made.verdict, output);
}

/// What thaw.sh of the tree that is there would lift, and could not any more.
std::string PoliciesThere(const std::string& output, const host::FileSystem& files) {
  constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20U;
  const auto text = files.Read(Under(output, std::string(kFreezePolicies)), kMaxBytes);
  return text ? *text : std::string();
}

}  // namespace

host::ExitStatus RunFreeze(const FreezeOptions& options, host::Environment& environment) {
  compiler::Compilation compilation(environment);
  const MadeFreeze made = MakeFreeze(options, environment, compilation);
  if (made.files.empty()) return Finish(compilation, environment, made.status);
  const compiler::OldTree old = compiler::ReadOldTree(options.output, environment.files);
  if (old.refusal) {
    compilation.findings.Report(diag::kOutputNotOurs, {}, options.output, *old.refusal);
    return Finish(compilation, environment, host::ExitStatus::kUsage);
  }
  const std::string there = PoliciesThere(options.output, environment.files);
  if (!there.empty() && there != made.files.at(std::string(kFreezePolicies))) {
    compilation.findings.Report(
        diag::kOutputNotOurs, {}, options.output,
        "it holds another freeze, which only its own thaw.sh lifts: take another folder");
    return Finish(compilation, environment, host::ExitStatus::kUsage);
  }
  if (!ReplaceFolder(options.output, made.files, environment, compilation)) {
    return Finish(compilation, environment, host::ExitStatus::kUnreadable);
  }
  if (!environment.settings.quiet) environment.out << Closing(made, options.output);
  return Finish(compilation, environment, host::ExitStatus::kGood);
}

}  // namespace writ::commands
