// The decision procedure against the evaluator, by trying requests: hostile policies
// (hostile_generator.h) of several kinds, under the reading by default and under others. Whatever
// relation is claimed, no request that is tried may contradict it, and no request that is shown may
// fail to show it. Likewise for implication and for what minimising makes of a document.
//
// Seeded; a failure prints the seed of its pair. Some thousand pairs in the ordinary run;
// WRIT_HOSTILE_PAIRS=50000 for a night, WRIT_HOSTILE_SEED to begin elsewhere.
#include <cstdlib>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "facts/catalog/catalog.h"
#include "hostile_generator.h"
#include "iam/decide/space.h"
#include "iam/minimise/minimise.h"
#include "iam/policy/evaluate.h"

namespace writ::hostile {
namespace {

using policy::Kind;

#ifdef NDEBUG
constexpr unsigned kPairs = 2500;
#else
constexpr unsigned kPairs = 350;
#endif
constexpr int kRequestsAPair = 250;

unsigned FromEnvironment(const char* name, unsigned otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

// What a document permits as the only one of its kind, decided request by request.
class Alone {
 public:
  Alone(const policy::PolicyDocument& document, Kind kind, const policy::Switches& switches)
      : switches_(switches),
        full_(FullAccess(), Kind::kIdentity, switches),
        compiled_(document, kind, switches) {
    if (kind == Kind::kIdentity) {
      set_.identity.push_back(&compiled_);
    } else if (kind == Kind::kResource) {
      set_.resource = &compiled_;
    } else {
      set_.identity.push_back(&full_);
      set_.scps.push_back({&compiled_});
    }
  }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;

  [[nodiscard]] bool Allows(const policy::PreparedRequest& request) const {
    return policy::Evaluate(request, set_, switches_, policy::Explain::kVerdicts).is_allowed();
  }
  [[nodiscard]] policy::Verdict VerdictOf(const policy::PreparedRequest& request) const {
    return policy::Evaluate(request, set_, switches_, policy::Explain::kVerdicts).verdict;
  }

 private:
  static policy::PolicyDocument FullAccess() {
    policy::Statement all;
    all.action.values = {"*"};
    all.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
    policy::PolicyDocument document;
    document.statements.push_back(std::move(all));
    return document;
  }

  policy::Switches switches_;
  policy::CompiledPolicy full_;
  policy::CompiledPolicy compiled_;
  policy::CompiledSet set_;
};

std::string Text(const policy::PolicyDocument& document) {
  return policy::Write(document, policy::Style::kMinified);
}

std::string Text(const policy::Request& request) {
  std::string text = request.principal + " " + request.action + " " + request.resource;
  for (const policy::ContextKey& key : request.context) {
    text += ", " + key.name + (key.is_list ? " = [" : " = ");
    for (const std::string& value : key.values) text += "'" + value + "' ";
    text += key.is_list ? "]" : "";
  }
  return text;
}

struct Count {
  unsigned equivalent = 0;
  unsigned different = 0;
  unsigned undecided = 0;
  unsigned minimised = 0;
};

// One pair of documents and everything that is asked about it.
class Trial {
 public:
  Trial(unsigned seed, Count& count)
      : seed_(seed), random_(seed), generator_([this] { return random_(); }), count_(count) {}

  void Run() {
    constexpr Kind kKinds[] = {Kind::kIdentity, Kind::kScp, Kind::kResource};
    kind_ = kKinds[generator_.Below(3)];
    left_ = generator_.Document(kind_);
    right_ = generator_.Chance(75) ? generator_.Changed(left_, kind_) : generator_.Document(kind_);
    options_.catalog = &catalog::Catalog::BuiltIn();
    options_.switches = generator_.Switches();
    options_.budget = 4'000'000;
    CompareBoth();
    if (options_.switches == kByDefault && generator_.Chance(25)) Minimise();
  }

 private:
  static constexpr policy::Switches kByDefault = [] {
    policy::Switches switches;
    switches.has_service_rules = false;
    return switches;
  }();

  [[nodiscard]] std::string Shown() const {
    return "seed " + std::to_string(seed_) + "\n" + Text(left_) + "\n" + Text(right_);
  }

  void CompareBoth() {
    const decide::Comparison found = decide::Compare(decide::Space::Of(left_, kind_),
                                                     decide::Space::Of(right_, kind_), options_);
    for (const decide::Obstacle& obstacle : found.obstacles) {
      CHECK_MESSAGE(obstacle.kind != decide::Obstacle::Kind::kReplay, Shown(), "\n",
                    obstacle.Describe());
    }
    const bool is_decided = found.relation != decide::Relation::kUndecided;
    if (!is_decided) {
      ++count_.undecided;
    } else if (found.relation == decide::Relation::kEquivalent) {
      ++count_.equivalent;
    } else {
      ++count_.different;
    }
    const Alone before(left_, kind_, options_.switches);
    const Alone after(right_, kind_, options_.switches);
    CheckShown(found.gained, after, before);
    CheckShown(found.lost, before, after);
    for (int i = 0; i < kRequestsAPair; ++i) {
      const policy::Request request = generator_.Request({&left_, &right_}, kind_);
      const auto prepared = policy::Prepare(request);
      if (!prepared) continue;
      const bool was = before.Allows(*prepared);
      const bool is = after.Allows(*prepared);
      if (was == is || !is_decided) continue;
      const bool is_said = is ? found.gained.has_value() : found.lost.has_value();
      CHECK_MESSAGE(is_said, Shown(), "\n", decide::RelationName(found.relation), ", but ",
                    is ? "gained: " : "lost: ", Text(request));
      if (!is_said) return;
    }
  }

  void CheckShown(const std::optional<decide::Witness>& witness, const Alone& allowing,
                  const Alone& refusing) {
    if (!witness) return;
    const auto prepared = policy::Prepare(witness->request);
    const bool shows = prepared.ok() && allowing.Allows(*prepared) && !refusing.Allows(*prepared);
    CHECK_MESSAGE(shows, Shown(), "\n", Text(witness->request));
  }

  // What comes out allows what the document allowed and denies what it denied.
  void Minimise() {
    minimise::Options options;
    options.catalog = options_.catalog;
    options.questions = 60;
    const minimise::Result result = minimise::Minimise(left_, kind_, options);
    ++count_.minimised;
    const Alone before(left_, kind_, options_.switches);
    const Alone after(result.document, kind_, options_.switches);
    for (int i = 0; i < kRequestsAPair; ++i) {
      const policy::Request request = generator_.Request({&left_}, kind_);
      const auto prepared = policy::Prepare(request);
      if (!prepared) continue;
      const bool is_same = before.VerdictOf(*prepared) == after.VerdictOf(*prepared);
      CHECK_MESSAGE(is_same, Shown(), "\n", Text(result.document), "\n", Text(request));
      if (!is_same) return;
    }
  }

  unsigned seed_;
  std::mt19937 random_;
  Generator generator_;
  Count& count_;
  Kind kind_ = Kind::kIdentity;
  policy::PolicyDocument left_;
  policy::PolicyDocument right_;
  decide::Options options_;
};

TEST_CASE("no request contradicts what is said of hostile policies") {
  const unsigned pairs = FromEnvironment("WRIT_HOSTILE_PAIRS", kPairs);
  const unsigned first = FromEnvironment("WRIT_HOSTILE_SEED", 1);
  Count count;
  for (unsigned i = 0; i < pairs; ++i) Trial(first + i, count).Run();
  MESSAGE(pairs, " pairs from seed ", first, ": ", count.equivalent, " equivalent, ",
          count.different, " different, ", count.undecided, " undecided, ", count.minimised,
          " minimised");
  // The test is worth something only if both answers are common.
  constexpr unsigned kEnoughToTell = 100;
  if (pairs < kEnoughToTell) return;
  CHECK(count.equivalent >= pairs / 20);
  CHECK(count.different >= pairs / 4);
  CHECK(count.undecided <= pairs / 5);
}

}  // namespace
}  // namespace writ::hostile
