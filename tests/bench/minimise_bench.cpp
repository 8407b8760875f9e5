// Making the documents of the generated organization small beside proving them, in one process:
// `minimise_bench [TEAMS [ACCOUNTS]]`. Prints elapsed time of both, on all processors, and
// processor time, which a busy machine disturbs least.
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <iterator>
#include <span>
#include <sstream>

#include <fmt/core.h>

#include "bench/organization_generator.h"
#include "compiler/proof.h"
#include "compiler/request_documents.h"
#include "compiler/shrink_documents.h"
#include "compiler/stages.h"
#include "host/memory_file_system.h"
#include "iam/policy/document.h"
#include "output/emit/tree.h"
#include "output/lower/widen.h"

namespace {

using namespace writ;

double Now() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Seconds of processor time that the process has taken.
double Processors() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Size {
  std::size_t statements = 0;
  std::size_t characters = 0;
};

Size SizeOf(const lower::Bundle& bundle) {
  Size size;
  for (const lower::Document& document : bundle.documents) {
    policy::PolicyDocument whole;
    for (const lower::Sourced& sourced : document.statements) {
      whole.statements.push_back(sourced.statement);
    }
    size.statements += whole.statements.size();
    size.characters += policy::Write(whole, policy::Style::kMinified).size();
  }
  return size;
}

void Show(const char* what, const Size& size) {
  fmt::print("{:<9} {:8} statements, {:10} characters\n", what, size.statements, size.characters);
}

host::FileSet FilesOf(emit::Tree tree, emit::Tree requests) {
  std::ranges::move(requests.artifacts, std::back_inserter(tree.artifacts));
  std::ranges::move(requests.attachments, std::back_inserter(tree.attachments));
  host::FileSet files;
  files["manifest.json"] = emit::Manifest(tree, {});
  for (emit::Artifact& artifact : tree.artifacts) files[artifact.path] = std::move(artifact.bytes);
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> args(argv, static_cast<std::size_t>(argc));
  bench::OrganizationShape shape;
  if (args.size() > 1) shape.teams = std::atoi(args[1]);
  if (args.size() > 2) shape.accounts = std::atoi(args[2]);
  host::MemoryFileSystem files({{"main.writ", bench::GenerateOrganization(shape)},
                                {"writ.bindings.json", bench::GenerateBindings(shape)}});
  std::istringstream in;
  std::ostringstream out;
  host::Environment environment{files, in, out, out, {2026, 11, 22}};
  environment.stopwatch = Now;
  compiler::Compilation compilation(environment);
  auto lowered = compiler::Compile<compiler::Lowered>({{"main.writ"}}, compilation);
  if (lowered.stop) return EXIT_FAILURE;
  lower::Bundle& bundle = lowered.bundle;
  fmt::print("{} teams in {} accounts, {} documents\n", shape.teams, shape.accounts,
             bundle.documents.size());
  Show("lowered", SizeOf(bundle));
  const double start = Now();
  double small_cpu = Processors();
  compiler::ShrinkDocuments(bundle, catalog::Catalog::BuiltIn());
  small_cpu = Processors() - small_cpu;
  const double minimised = Now() - start;
  Show("minimised", SizeOf(bundle));
  lower::WidenDenials(bundle.documents, compilation.catalog());
  Show("widened", SizeOf(bundle));

  const intent::Model& model = lowered.model;
  const host::FileSet tree = FilesOf(
      emit::RenderBundle(std::move(bundle), compilation.catalog(), compilation.findings),
      compiler::RequestDocuments(model, lowered.bindings, /*only_guardrails=*/false, compilation));
  double prove_cpu = Processors();
  const compiler::ProofRun run =
      compiler::ProveTree({model, compilation.catalog(), lowered.bindings}, tree, compilation);
  prove_cpu = Processors() - prove_cpu;
  if (run.stop || !run.proof.proved()) return EXIT_FAILURE;
  fmt::print("minimised in {:.0f} ms ({:.1f} s of processors), proved in {:.0f} ms ({:.1f} s)\n",
             minimised, small_cpu, run.milliseconds, prove_cpu);
  return EXIT_SUCCESS;
}
