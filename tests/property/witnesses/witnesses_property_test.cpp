// Requests that show a difference: of random programs, each document that is written is changed as
// hands change it, and both documents are told apart by a comparison and by the proof. What is
// shown must be a request that somebody can send, or be said to be none, and the evaluator must
// decide it as told.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "analysis/review/why.h"
#include "compiler/proof.h"
#include "differential/programs.h"
#include "differential/trial.h"
#include "facts/catalog/catalog.h"
#include "iam/decide/in_place.h"
#include "iam/decide/sendable.h"
#include "mutation/mutations.h"
#include "mutation/program.h"

namespace writ {
namespace {

constexpr std::uint64_t kPrograms = 24;
constexpr std::size_t kEditsOfDocument = 4;

struct Counts {
  std::size_t programs = 0;
  std::size_t edits = 0;
  std::size_t compared = 0;    ///< requests of comparisons
  std::size_t proved = 0;      ///< of proofs
  std::size_t unsendable = 0;  ///< of these, said to be such that nobody can send them
};

const catalog::Catalog& Known() { return catalog::Catalog::BuiltIn(); }

/// What is shown can be sent, or the reason why not is one that holds.
void CheckSendable(const policy::Request& request, const std::string& unsendable, Counts& counts) {
  const std::vector<std::string> faults = decide::FaultsOf(request, Known());
  const std::string shown = review::RequestText(request);
  CAPTURE(shown);
  if (unsendable.empty()) {
    CHECK_MESSAGE(faults.empty(), fmt::format("{}", fmt::join(faults, "; ")));
    return;
  }
  ++counts.unsendable;
  CHECK(std::ranges::find(faults, unsendable) != faults.end());
  MESSAGE(shown, ": ", unsendable);
}

/// Whether the document lets the request of a case through.
bool Allows(const decide::Case& one, const policy::PolicyDocument& document, policy::Kind kind) {
  const auto decision = policy::Evaluate(one.request, decide::PutIn(one.beside, {document}, kind));
  REQUIRE(decision.ok());
  return decision->is_allowed();
}

/// Only what AWS can send is compared, so that there is a request to send for every difference.
void Compare(const policy::PolicyDocument& before, const policy::PolicyDocument& after,
             policy::Kind kind, Counts& counts) {
  decide::InPlaceOptions options;
  options.questions.catalog = &Known();
  options.is_world = true;
  const decide::InPlace answer = decide::CompareInPlace({before}, {after}, kind, options);
  for (const auto* shown : {&answer.gained, &answer.lost}) {
    if (!*shown) continue;
    ++counts.compared;
    const bool is_gain = shown == &answer.gained;
    CHECK(Allows(**shown, after, kind) == is_gain);
    CHECK(Allows(**shown, before, kind) != is_gain);
    CheckSendable((*shown)->request, (*shown)->unsendable, counts);
  }
}

/// What the proof says of the tree with the edited document, replayed against both: a request that
/// is refuted is decided otherwise by some document of the tree than before.
void Prove(const mutation::Understood& understood, const deployed::Files& base,
           const std::string& path, const std::string& bytes, Counts& counts) {
  deployed::Files files = base;
  files[path] = bytes;
  const auto tree = deployed::ReadTree(files);
  if (!tree.ok()) return;
  for (const verify::Difference& difference :
       compiler::CompareTree(understood.program(), *tree).differences) {
    if (!difference.request) continue;
    ++counts.proved;
    CAPTURE(difference.who);
    CheckSendable(*difference.request, difference.unsendable, counts);
  }
}

std::optional<policy::Kind> KindOf(const std::string& path) {
  if (path.ends_with(".identity.json") || path.ends_with(".permission-set.json")) {
    return policy::Kind::kIdentity;
  }
  if (path.ends_with(".scp.json")) return policy::Kind::kScp;
  if (path.ends_with(".trust.json")) return policy::Kind::kTrust;
  if (path.ends_with(".vpce.json")) return policy::Kind::kVpcEndpoint;
  return std::nullopt;
}

void Try(std::uint64_t seed, Counts& counts) {
  const differential::ProgramText text = differential::RandomProgram(seed);
  if (differential::Trial(text).outcome() != differential::Trial::Outcome::kBuilt) return;
  ++counts.programs;
  const std::string program = text.Text();
  mutation::Understood understood(program.c_str(), text.bindings.c_str());
  const deployed::Files base = mutation::Lowered(understood, library::Library::BuiltIn());
  std::mt19937_64 random(seed);
  const std::vector<mutation::Mutation> all = mutation::Mutations();
  for (const auto& [path, bytes] : base) {
    const std::optional<policy::Kind> kind = KindOf(path);
    if (!kind) continue;
    const policy::PolicyDocument original = *policy::Read(bytes, *kind);
    for (std::size_t i = 0; i < kEditsOfDocument; ++i) {
      const mutation::Mutation& mutation = all[random() % all.size()];
      policy::PolicyDocument changed = original;
      const std::size_t at = random() % original.statements.size();
      if (!mutation.apply(changed, at) || changed == original) continue;
      const std::string written = policy::Write(changed, policy::Style::kMinified);
      // AWS would refuse it, or leaves open what it means.
      if (!policy::Read(written, *kind, policy::Demand::kAsCreated).ok()) continue;
      ++counts.edits;
      CAPTURE(seed);
      CAPTURE(std::string(mutation.name));
      CAPTURE(path);
      CAPTURE(written);
      Compare(original, changed, *kind, counts);
      Prove(understood, base, path, written, counts);
    }
  }
}

TEST_CASE("requests that show a difference can be sent and are decided as told") {
  Counts counts;
  for (std::uint64_t seed = 1; seed <= kPrograms; ++seed) Try(seed, counts);
  std::cout << counts.programs << " programs, " << counts.edits
            << " edited documents: " << counts.compared << " requests of comparisons, "
            << counts.proved << " of proofs, " << counts.unsendable << " that nobody can send\n";
  CHECK(counts.compared > 50);
  CHECK(counts.proved > 50);
  // Where a document is changed to speak of requests that nobody sends, nothing else shows it.
  CHECK(counts.unsendable * 15 < counts.compared + counts.proved);
}

}  // namespace
}  // namespace writ
