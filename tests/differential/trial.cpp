#include "differential/trial.h"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "analysis/review/why.h"
#include "compiler/proof.h"
#include "compiler/request_documents.h"
#include "compiler/shrink_documents.h"
#include "facts/library/library.h"
#include "output/lower/lower.h"
#include "output/lower/widen.h"

namespace writ::differential {

Trial::Trial(const ProgramText& text, bool shrinks, const Misreading* misreading)
    : files_({{"p/main.writ", text.Text()}, {"p/writ.bindings.json", text.bindings}}) {
  Build(shrinks, misreading);
}

bool Trial::HasErrors() {
  if (!compilation_.findings.has_errors()) return false;
  std::set<std::string> codes;
  for (const diag::Diagnostic& one : compilation_.findings.all()) {
    if (one.severity == diag::Severity::kError) codes.insert(diag::CodeText(one.number));
  }
  why_ = fmt::format("{}", fmt::join(codes, " "));
  return true;
}

void Trial::Build(bool shrinks, const Misreading* misreading) {
  meaning_ = compiler::Compile<compiler::Bound>({{"p"}}, compilation_);
  if (HasErrors() || meaning_.stop) return;
  bindings_ = meaning_.bindings;
  misread_ = meaning_.model;
  if (misreading != nullptr) (*misreading)(misread_);
  const catalog::Catalog& catalog = compilation_.catalog();
  lower::Bundle bundle = lower::Lower({misread_, catalog, library::Library::BuiltIn(), bindings_},
                                      compilation_.findings);
  if (HasErrors()) return;
  if (shrinks) compiler::ShrinkDocuments(bundle, catalog::Catalog::BuiltIn());
  lower::WidenDenials(bundle.documents, catalog);
  emit::Tree tree = emit::RenderBundle(std::move(bundle), catalog, compilation_.findings);
  emit::Tree requests =
      compiler::RequestDocuments(misread_, bindings_, /*only_guardrails=*/false, compilation_);
  if (HasErrors()) return;
  std::ranges::move(requests.artifacts, std::back_inserter(tree.artifacts));
  std::ranges::move(requests.attachments, std::back_inserter(tree.attachments));
  deployed::Files files;
  for (const emit::Artifact& artifact : tree.artifacts) files[artifact.path] = artifact.bytes;
  files["manifest.json"] = emit::Manifest(tree, {});
  const auto read = deployed::ReadTree(files);
  outcome_ = Outcome::kRefuted;
  if (!read.ok()) {
    why_ = "the tree cannot be read back: " + read.error().front().message;
    return;
  }
  for (const deployed::Policy& one : read->policies) {
    deployed_.documents.push_back(
        {one.path, one.kind, [document = one.document()] { return document; }, one.folder});
  }
  for (const deployed::Attachment& one : read->attachments) {
    deployed_.attachments.push_back({one.path, one.to, one.id});
  }
  artifacts_.emplace(deployed_, meaning_.model.organization);
  const verify::Proof proof = compiler::CompareTree({misread_, catalog, bindings_}, *read);
  if (proof.proved()) {
    outcome_ = Outcome::kBuilt;
    return;
  }
  if (!proof.differences.empty()) {
    const verify::Difference& first = proof.differences.front();
    why_ =
        fmt::format("{}: program {}, artifacts {}{}{}", first.who, first.program, first.artifacts,
                    first.what, first.request ? ", " + review::RequestText(*first.request) : "");
  } else {
    why_ = "gave up: " + proof.given_up.front().because;
  }
}

}  // namespace writ::differential
