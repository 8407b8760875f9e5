// The passes in order: tidy lists, drop what is said elsewhere, cover groups of statements anew,
// until nothing changes; then, in a closed world, wildcards. What comes out is proved, and if a
// proof fails the result of an earlier pass is taken that has one.
#include "iam/minimise/minimise.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "facts/catalog/catalog.h"
#include "oracle.h"
#include "reduce.h"
#include "statements.h"
#include "wildcards.h"

namespace writ::minimise {
namespace {

using policy::PolicyDocument;

constexpr int kMaxRounds = 4;

std::size_t Characters(const PolicyDocument& document) {
  return policy::Write(document, policy::Style::kMinified).size();
}

/// A document on the way, with what was done to it.
struct Stage {
  PolicyDocument document;
  std::vector<std::string> rewrites;
};

void Note(Stage& stage, std::size_t count, std::string_view one, std::string_view many) {
  if (count > 0) stage.rewrites.push_back(fmt::format("{} {}", count, count == 1 ? one : many));
}

void Note(Stage& stage, const Dropped& dropped) {
  Note(stage, dropped.statements, "statement dropped that others cover",
       "statements dropped that others cover");
  Note(stage, dropped.elements, "element of a list dropped that others cover",
       "elements of lists dropped that others cover");
  Note(stage, dropped.conditions, "condition dropped that always holds there",
       "conditions dropped that always hold there");
}

class Run {
 public:
  Run(const PolicyDocument& document, policy::Kind kind, const Options& options)
      : original_(document),
        kind_(kind),
        options_(options),
        oracle_(document.version, options.questions, options.catalog, options.memory),
        steps_(options.cover_steps) {}

  Result Finish() {
    stages_.push_back({original_, {}});
    Shrink();
    Result result;
    result.document = original_;
    std::vector<std::string> reasons;
    for (std::size_t s = stages_.size(); s-- > 0;) {
      Stage& stage = stages_[s];
      const bool grows = Characters(stage.document) > Characters(original_);
      reasons = grows ? reasons : Unproved(original_, stage.document, kind_, options_.catalog);
      if (grows || !reasons.empty()) {
        if (!grows) first_reasons_ = first_reasons_.empty() ? reasons : first_reasons_;
        continue;
      }
      is_last_ = s + 1 == stages_.size();
      result.document = stage.document;
      result.rewrites = stage.rewrites;
      break;
    }
    if (result.document == original_ && !first_reasons_.empty()) {
      result.verdict = Verdict::kUndecided;
      result.obstacles = first_reasons_;
    }
    Judge(result);
    if (options_.closed_world != nullptr && result.verdict != Verdict::kUndecided) Close(result);
    return result;
  }

 private:
  void Shrink();
  void Merge(Stage& stage);
  void Keep(const Stage& stage);
  void Judge(Result& result);
  void Close(Result& result) const;

  const PolicyDocument& original_;
  policy::Kind kind_;
  const Options& options_;
  Oracle oracle_;
  std::uint64_t steps_;
  std::vector<Stage> stages_;
  std::vector<std::string> first_reasons_;
  Recast last_;
  bool is_last_ = false;
};

void Run::Shrink() {
  Stage stage = stages_.front();
  Note(stage, Tidy(stage.document.statements));
  for (int round = 0; round < kMaxRounds; ++round) {
    const std::vector<policy::Statement> before = stage.document.statements;
    Merge(stage);
    Keep(stage);
    Note(stage, Reduce(stage.document.statements, oracle_));
    Keep(stage);
    if (stage.document.statements == before) return;
  }
  last_.is_smallest = false;
}

void Run::Merge(Stage& stage) {
  last_ = CoverStatements(stage.document.statements, oracle_, steps_);
  const std::size_t before = stage.document.statements.size();
  if (last_.statements.size() < before) {
    stage.rewrites.push_back(
        fmt::format("{} statements merged into {}", before, last_.statements.size()));
  } else if (last_.statements != stage.document.statements) {
    stage.rewrites.emplace_back("lists of statements divided anew");
  }
  stage.document.statements = last_.statements;
}

void Run::Keep(const Stage& stage) {
  if (stage.document.statements != stages_.back().document.statements) stages_.push_back(stage);
}

/// Says how good the result is known to be.
void Run::Judge(Result& result) {
  const std::size_t characters = Characters(result.document);
  // What a proof let go might have stayed, and something else gone in its place.
  const bool is_certain = oracle_.proofs() == 0 && oracle_.doubts() == 0 && is_last_;
  if (result.verdict != Verdict::kUndecided && is_certain && last_.is_smallest) {
    result.quality = Quality::kSmallest;
    result.least_statements = result.document.statements.size();
    result.least_characters = characters;
    return;
  }
  // With what others cover, bounds of the groups are none for the whole.
  const bool is_bound = oracle_.proofs() == 0 && is_last_;
  const std::size_t most = result.document.statements.size();
  result.least_statements =
      is_bound ? std::min(last_.least_statements, most) : std::min(most, std::size_t{1});
  result.least_characters = is_bound ? characters - std::min(characters, last_.saved_at_most) : 0;
}

/// Wildcards for cataloged actions. The proof: both documents list the same actions once patterns
/// are replaced by what they match.
void Run::Close(Result& result) const {
  PolicyDocument shorter = result.document;
  const std::size_t lists = ShortenActions(shorter.statements, *options_.closed_world);
  result.verdict = Verdict::kClosed;
  if (lists == 0) return;
  std::vector<std::string> reasons;
  const PolicyDocument before = ExpandActions(result.document, *options_.closed_world);
  const PolicyDocument after = ExpandActions(shorter, *options_.closed_world);
  if (before != after || Characters(shorter) >= Characters(result.document)) return;
  result.document = std::move(shorter);
  result.quality = Quality::kIrredundant;
  result.least_characters = 0;
  result.rewrites.push_back(fmt::format(
      "{} of actions shortened by wildcards, exact for the "
      "catalog of {}",
      lists == 1 ? "1 list" : fmt::format("{} lists", lists), options_.closed_world->date()));
}

}  // namespace

Result Minimise(const PolicyDocument& document, policy::Kind kind, const Options& options) {
  Result result = Run(document, kind, options).Finish();
  if (result.verdict != Verdict::kUndecided || options.questions == 0) return result;
  // What questions led to has no proof in a document of this kind: go by the texts alone.
  Options by_texts = options;
  by_texts.questions = 0;
  Result plain = Run(document, kind, by_texts).Finish();
  return plain.verdict == Verdict::kUndecided ? result : plain;
}

}  // namespace writ::minimise
