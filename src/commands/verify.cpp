#include "commands/verify.h"

#include <ostream>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/support/json.h"
#include "base/support/json_members.h"
#include "commands/finish.h"
#include "commands/smt_folder.h"
#include "commands/staged_freeze.h"
#include "compiler/near_path.h"
#include "compiler/output_tree.h"
#include "compiler/proof.h"
#include "compiler/stages.h"
#include "compiler/what_follows.h"
#include "iam/decide/pairs.h"

namespace writ::commands {
namespace {

using support::json::Writer;

std::string_view KindText(verify::Difference::Kind kind) {
  switch (kind) {
    case verify::Difference::Kind::kPermitted:
      return "permitted";
    case verify::Difference::Kind::kRefused:
      return "refused";
    case verify::Difference::Kind::kText:
      return "text";
  }
  return "";
}

void WriteDifference(Writer& writer, const verify::Difference& difference) {
  writer.BeginObject();
  WriteText(writer, "kind", KindText(difference.kind));
  WriteText(writer, "path", difference.path);
  WriteText(writer, "who", difference.who);
  WriteText(writer, "what", difference.what);
  writer.Key("request");
  if (difference.request) {
    decide::WriteRequest(writer, *difference.request);
  } else {
    writer.Null();
  }
  if (!difference.unsendable.empty()) WriteText(writer, "unsendable", difference.unsendable);
  WriteText(writer, "program", difference.program);
  WriteText(writer, "artifacts", difference.artifacts);
  writer.Key("sentences");
  writer.BeginArray();
  for (const intent::Origin* origin : difference.sentences) writer.String(origin->place);
  writer.EndArray();
  writer.EndObject();
}

std::string_view VerdictText(const verify::Proof& proof) {
  if (!proof.differences.empty()) return "refuted";
  return proof.given_up.empty() ? "proved" : "undecided";
}

std::string Json(const verify::Proof& proof) {
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  WriteText(writer, "verdict", VerdictText(proof));
  WriteCount(writer, "principals", proof.counts.principals);
  WriteCount(writer, "accounts", proof.counts.accounts);
  WriteCount(writer, "documents", proof.counts.documents);
  WriteFlag(writer, "laterAccounts", proof.counts.has_later_accounts);
  writer.Key("differences");
  writer.BeginArray();
  for (const verify::Difference& difference : proof.differences) {
    WriteDifference(writer, difference);
  }
  writer.EndArray();
  writer.Key("undecided");
  writer.BeginArray();
  for (const verify::GivenUp& given_up : proof.given_up) {
    writer.BeginObject();
    WriteText(writer, "who", given_up.who);
    WriteText(writer, "because", given_up.because);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return writer.Take() + "\n";
}

}  // namespace

host::ExitStatus RunVerify(const VerifyOptions& options, host::Environment& environment) {
  compiler::Compilation compilation(environment, compiler::Purpose::kReview);
  const auto program =
      compiler::Compile<compiler::Bound>({options.paths, options.bindings}, compilation);
  if (program.stop) return Finish(compilation, environment, StatusOf(program.stop));
  const auto files = compiler::ReadFolder(options.artifacts, environment.files);
  if (!files) {
    compiler::SuggestPath(compilation.findings.Report(diag::kFileNotReadable, {}, options.artifacts,
                                                      files.error().message),
                          options.artifacts, environment.files);
    return Finish(compilation, environment, host::ExitStatus::kUnreadable);
  }
  SmtFolder smt(options.smt, "writ verify", compilation.catalog());
  compiler::OnQuestion on_question;
  if (!options.smt.empty()) {
    on_question = [&smt](const decide::Space& left, const decide::Space& right) {
      smt.Take(left, right);
    };
  }
  compiler::ProofRun run = compiler::ProveTree(
      {program.model, compilation.catalog(), program.bindings}, *files, compilation, on_question);
  if (run.stop) return Finish(compilation, environment, StatusOf(run.stop));
  ProveStaged(options.paths, *files, environment, run.proof);
  std::vector<std::string> paths;
  for (const auto& [path, bytes] : *files) paths.push_back(path);
  const intent::Model& model = program.model;
  const bool says_something = !model.permissions.empty() || !model.prohibitions.empty() ||
                              !model.perimeters.empty() || !model.screenings.empty() ||
                              !model.loggings.empty() || !model.watches.empty() ||
                              !model.retentions.empty() || !model.tool_rules.empty() ||
                              !model.opt_outs.empty() || !model.guardrails.empty();
  if (!says_something || (run.proof.proved() && !compiler::HasDocuments(model, paths))) {
    compiler::ReportNothing(options.paths, compilation);
    return Finish(compilation, environment, host::ExitStatus::kInvalid);
  }
  if (!options.smt.empty()) {
    const host::ExitStatus written = smt.Write(environment, compilation);
    if (written != host::ExitStatus::kGood) return Finish(compilation, environment, written);
  }
  const host::ExitStatus status = StatusOf(compiler::ReportVerification(run, compilation));
  if (options.json) {
    environment.out << Json(run.proof);
  } else if (!environment.settings.quiet) {
    environment.out << compiler::VerifiedText(run, environment.settings.verbose) << "\n";
  }
  return Finish(compilation, environment, status);
}

}  // namespace writ::commands
