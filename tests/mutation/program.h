// A small program with everything that mutations are made of, understood and built in memory.
#pragma once

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "compiler/proof.h"
#include "compiler/request_documents.h"
#include "compiler/stages.h"
#include "facts/library/library.h"
#include "host/memory_file_system.h"
#include "output/emit/tree.h"
#include "output/lower/lower.h"
#include "proof/verify/prove.h"

namespace writ::mutation {

inline constexpr const char* kProgram = R"(import aws.bedrock
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222 }
}
team fraud { in payments as role "fraud-app" }
guardrail safe { filter hate high  say "no" on input  say "no" on output }
team fraud may invoke claude-sonnet-4.5 in us-east-1 routed within us, globally
    with guardrail safe until 2027-03-31
team fraud may invoke nova-lite in us-east-1 when aws:PrincipalTag/stage in ["test", "prod"]
team fraud may invoke gpt-oss-20b in us-west-2 through mantle
team fraud may query any knowledge-base in us-east-1
everyone in prod must use guardrail safe to invoke models from anthropic
nobody may invoke models from deepseek
nobody may log-in-with api-keys
everyone except team fraud may not invoke any model in any region except us-east-1, us-west-2
)";

inline constexpr const char* kBindings = R"({"guardrails": {"safe": {"222222222222": {
  "us-east-1": {"arn": "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc123", "version": 3},
  "us-west-2": {"arn": "arn:aws:bedrock:us-west-2:222222222222:guardrail/def456", "version": 3}}}}})";

/// The program's meaning. Not copyable: what it holds refers to itself.
struct Understood {
  host::MemoryFileSystem files;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  host::Environment environment{
      .files = files, .in = in, .out = out, .err = err, .today = {2026, 11, 22}};
  compiler::Compilation compilation{environment};
  compiler::Bound meaning;

  explicit Understood(const char* program = kProgram, const char* bound = kBindings)
      : files{{{"p/main.writ", program}, {"p/writ.bindings.json", bound}}} {
    meaning = compiler::Compile<compiler::Bound>({{"p"}}, compilation);
    REQUIRE_FALSE(meaning.stop);
  }
  [[nodiscard]] verify::Program program() const {
    return {meaning.model, compilation.catalog(), meaning.bindings};
  }
};

/// What the program lowers to with this library, and its other requests, as the files of a tree.
inline deployed::Files Lowered(Understood& understood, const library::Library& library) {
  diag::Sink sink;
  const lower::Input input{understood.meaning.model, understood.compilation.catalog(), library,
                           understood.meaning.bindings};
  emit::Tree tree =
      emit::RenderBundle(lower::Lower(input, sink), understood.compilation.catalog(), sink);
  emit::Tree requests =
      compiler::RequestDocuments(understood.meaning.model, understood.meaning.bindings,
                                 /*only_guardrails=*/false, understood.compilation);
  std::ranges::move(requests.artifacts, std::back_inserter(tree.artifacts));
  std::ranges::move(requests.attachments, std::back_inserter(tree.attachments));
  deployed::Files files;
  for (const emit::Artifact& artifact : tree.artifacts) files[artifact.path] = artifact.bytes;
  files["manifest.json"] = emit::Manifest(tree, {});
  return files;
}

inline verify::Proof ProofOf(const Understood& understood, const deployed::Files& files) {
  const auto tree = deployed::ReadTree(files);
  REQUIRE(tree.ok());
  return compiler::CompareTree(understood.program(), *tree);
}

}  // namespace writ::mutation
