// Comparisons against brute force: policies drawn from small vocabularies, and every request of a
// universe that covers all that the vocabularies can tell apart. Seeded; a failure prints the round
// and both documents.
#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "draw.h"
#include "iam/decide/space.h"
#include "iam/policy/evaluate.h"
#include "support.h"

namespace writ::decide {
namespace {

using policy::Kind;

// Sanitizers and debug builds take some fifty times as long.
#ifdef NDEBUG
constexpr int Rounds(int full, int /*cut*/) { return full; }
#else
constexpr int Rounds(int /*full*/, int cut) { return cut; }
#endif

// Numbers of one seed.
struct Seeded {
  explicit Seeded(unsigned seed) : random(seed), draw([this] { return random(); }) {}
  std::mt19937 random;
  Draw draw;
};

const std::vector<std::string> kRequestActions = {"s3:GetObject", "s3:Getb",      "s3:PutXb",
                                                  "s3:Put",       "ec2:RunTasks", "sqs:Send"};
const std::vector<std::string> kRequestResources = {"*",
                                                    "arn:aws:s3:::a",
                                                    "arn:aws:s3:::ac",
                                                    "arn:aws:s3:::ab",
                                                    "arn:aws:s3:::xb",
                                                    "arn:aws:s3:r:1:b",
                                                    "arn:aws:sqs:r:1:q",
                                                    "arn:x:s3:::a"};

using Contexts = std::vector<std::vector<policy::ContextKey>>;

// Combinations of the values that matter of each key of `documents`: all of them if they are few,
// else that many of them.
constexpr std::size_t kMostContexts = 64;
Contexts ContextsFor(const std::vector<const policy::PolicyDocument*>& documents,
                     std::mt19937& random) {
  struct Values {
    std::string key;
    std::vector<policy::ContextKey> values;
  };
  const auto scalar = [](const char* key, const char* value) {
    return policy::ContextKey{key, false, {value}};
  };
  std::vector<Values> all = {
      {"k:text", {}}, {"k:number", {}}, {"k:address", {}}, {"k:bool", {}}, {"k:arn", {}}};
  for (const char* value : {"a", "A", "ab", "acb", "b", "x", "xy", "", "ac"}) {
    all[0].values.push_back(scalar("k:text", value));
  }
  for (const char* value : {"0", "1", "1.5", "2", "3"}) {
    all[1].values.push_back(scalar("k:number", value));
  }
  for (const char* value : {"10.1.2.3", "10.2.0.1", "1.1.1.1", "::1"}) {
    all[2].values.push_back(scalar("k:address", value));
  }
  for (const char* value : {"true", "false"}) all[3].values.push_back(scalar("k:bool", value));
  for (const char* value : {"arn:aws:iam::1:role/ab", "arn:aws:iam::1:role/ax",
                            "arn:aws:iam::2:role/ab", "arn:aws:iam::2:role/x", "arn:a:b:c:d:xb"}) {
    all[4].values.push_back(scalar("k:arn", value));
  }
  std::vector<bool> is_used(all.size());
  bool has_sets = false;
  for (const policy::PolicyDocument* document : documents) {
    for (const policy::Statement& statement : document->statements) {
      for (const policy::Condition& condition : statement.conditions) {
        for (std::size_t i = 0; i < all.size(); ++i) {
          is_used[i] = is_used[i] || policy::EqualIgnoringCase(all[i].key, condition.key);
        }
        has_sets |= condition.op.set != policy::SetQualifier::kNone;
      }
    }
  }
  if (has_sets) {
    const std::vector<policy::ContextKey> singles = all[0].values;
    for (const policy::ContextKey& one : singles) {
      all[0].values.push_back({"k:text", true, one.values});
      for (const policy::ContextKey& other : singles) {
        all[0].values.push_back({"k:text", true, {one.values[0], other.values[0]}});
      }
    }
    all[0].values.push_back({"k:text", true, {}});
    all[0].values.push_back({"k:text", true, {"a", "ab", "x"}});
  }
  std::size_t count = 1;
  for (std::size_t i = 0; i < all.size(); ++i) count *= is_used[i] ? all[i].values.size() + 1 : 1;
  Contexts contexts;
  for (std::size_t c = 0; c < std::min(count, kMostContexts); ++c) {
    std::size_t code = count <= kMostContexts ? c : random() % count;
    std::vector<policy::ContextKey>& context = contexts.emplace_back();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!is_used[i]) continue;
      const std::size_t choice = code % (all[i].values.size() + 1);
      code /= all[i].values.size() + 1;
      if (choice > 0) context.push_back(all[i].values[choice - 1]);
    }
  }
  return contexts;
}

const policy::Switches kSwitches = [] {
  policy::Switches switches;
  switches.has_service_rules = false;
  return switches;
}();

// One document as the only policy of its kind.
struct Alone {
  Alone(const policy::PolicyDocument& document, Kind kind) : compiled(document, kind, kSwitches) {
    if (kind == Kind::kIdentity) {
      set.identity.push_back(&compiled);
    } else {
      set.resource = &compiled;
    }
  }
  [[nodiscard]] bool Allows(const policy::PreparedRequest& request) const {
    return policy::Evaluate(request, set, kSwitches, policy::Explain::kVerdicts).is_allowed();
  }
  policy::CompiledPolicy compiled;
  policy::CompiledSet set;
};

struct Found {
  bool gained = false;
  bool lost = false;
};

Found BruteForce(const policy::PolicyDocument& left, const policy::PolicyDocument& right, Kind kind,
                 const std::vector<std::string>& principals) {
  const Alone before(left, kind);
  const Alone after(right, kind);
  std::mt19937 random(20261122);
  const Contexts contexts = ContextsFor({&left, &right}, random);
  Found found;
  for (const std::string& principal : principals) {
    for (const std::string& action : kRequestActions) {
      for (const std::string& resource : kRequestResources) {
        for (const auto& context : contexts) {
          const policy::Request request{principal, action, resource, "111122223333", context};
          const auto prepared = policy::Prepare(request);
          const bool is_before = before.Allows(*prepared);
          const bool is_after = after.Allows(*prepared);
          found.gained |= is_after && !is_before;
          found.lost |= is_before && !is_after;
          if (found.gained && found.lost) return found;
        }
      }
    }
  }
  return found;
}

std::string Shown(const policy::PolicyDocument& left, const policy::PolicyDocument& right) {
  return policy::Write(left, policy::Style::kMinified) + "\n" +
         policy::Write(right, policy::Style::kMinified);
}

// Whether the evaluator permits the request of the witness under `allowing` only.
bool Replays(const Witness& witness, const policy::PolicyDocument& allowing,
             const policy::PolicyDocument& refusing, Kind kind) {
  const auto prepared = policy::Prepare(witness.request);
  return prepared.ok() && Alone(allowing, kind).Allows(*prepared) &&
         !Alone(refusing, kind).Allows(*prepared);
}

// Differences that are claimed were confirmed by the evaluator; equality is what can be wrong.
void CheckAgainstBruteForce(unsigned seed, int rounds, Kind kind,
                            const std::vector<std::string>& principals) {
  Seeded seeded(seed);
  Draw& draw = seeded.draw;
  const bool has_principal = kind == Kind::kResource;
  int equal = 0;
  for (int round = 0; round < rounds; ++round) {
    const policy::PolicyDocument left = draw.Document(has_principal);
    policy::PolicyDocument right = draw.Document(has_principal);
    // Half of the time a small change, or all would be incomparable.
    if (draw.Chance(50)) {
      right = left;
      policy::Statement& changed = right.statements[draw.Below(right.statements.size())];
      const policy::Statement other = draw.Statement(has_principal);
      switch (draw.Below(4)) {
        case 0:
          changed.action = other.action;
          break;
        case 1:
          changed.resource = other.resource;
          break;
        case 2:
          changed.conditions = other.conditions;
          break;
        default:
          right.statements.push_back(other);
          break;
      }
    }
    const Comparison compared = Compare(Space::Of(left, kind), Space::Of(right, kind));
    REQUIRE_MESSAGE(compared.relation != Relation::kUndecided, Shown(left, right));
    const Found found = BruteForce(left, right, kind, principals);
    equal += compared.relation == Relation::kEquivalent ? 1 : 0;
    CHECK_MESSAGE((compared.gained || !found.gained), "seed ", seed, " round ", round, "\n",
                  Shown(left, right));
    CHECK_MESSAGE((compared.lost || !found.lost), "seed ", seed, " round ", round, "\n",
                  Shown(left, right));
    CHECK_MESSAGE((!compared.gained || Replays(*compared.gained, right, left, kind)),
                  Shown(left, right));
    CHECK_MESSAGE((!compared.lost || Replays(*compared.lost, left, right, kind)),
                  Shown(left, right));
  }
  // The test is worth something only if both answers are common.
  CHECK(equal >= rounds / 50);
  CHECK(equal < rounds);
}

TEST_CASE("comparing agrees with trying every request: identity policies") {
  CheckAgainstBruteForce(1, Rounds(1000, 60), Kind::kIdentity,
                         {"arn:aws:iam::111122223333:user/alice"});
}

TEST_CASE("comparing agrees with trying every request: resource policies") {
  CheckAgainstBruteForce(
      2, Rounds(300, 12), Kind::kResource,
      {"arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/bob",
       "arn:aws:iam::111122223333:role/app", "arn:aws:sts::111122223333:assumed-role/app/one",
       "arn:aws:sts::111122223333:assumed-role/app/two", "lambda.amazonaws.com", "s3.amazonaws.com",
       "anonymous"});
}

TEST_CASE("all layers together agree with the evaluator") {
  Seeded seeded(7);
  Draw& draw = seeded.draw;
  int equal = 0;
  for (int round = 0; round < Rounds(3000, 150); ++round) {
    const policy::PolicySet left = draw.Layers();
    policy::PolicySet right = left;
    const policy::PolicySet other = draw.Layers();
    switch (draw.Below(4)) {
      case 0:
        right.identity = other.identity;
        break;
      case 1:
        right.scps = other.scps;
        break;
      case 2:
        right.resource = other.resource;
        break;
      default:
        right = other;
        break;
    }
    const bool is_cross = draw.Chance(40);
    const Scope scope{is_cross ? Accounts::kCross : Accounts::kSame, ""};
    const Comparison compared = Compare(Space(left, scope), Space(right, scope));
    REQUIRE(compared.relation != Relation::kUndecided);
    equal += compared.relation == Relation::kEquivalent ? 1 : 0;
    for (int i = 0; i < 40; ++i) {
      const policy::Request request = draw.Request(is_cross);
      const bool is_before = policy::Evaluate(request, left, kSwitches)->is_allowed();
      const bool is_after = policy::Evaluate(request, right, kSwitches)->is_allowed();
      CHECK_MESSAGE((compared.gained || is_before || !is_after), "round ", round);
      CHECK_MESSAGE((compared.lost || is_after || !is_before), "round ", round);
    }
  }
  CHECK(equal > 0);
}

TEST_CASE("shuffled, split and merged, a policy is the same") {
  Seeded seeded(3);
  Draw& draw = seeded.draw;
  for (int round = 0; round < Rounds(500, 100); ++round) {
    const policy::PolicyDocument document = draw.Document();
    policy::PolicyDocument other = document;
    std::ranges::shuffle(other.statements, seeded.random);
    std::vector<policy::Statement> split;
    for (const policy::Statement& statement : other.statements) {
      if (statement.action.sense == policy::Sense::kAllBut) {
        split.push_back(statement);
        continue;
      }
      for (const std::string& action : statement.action.values) {
        split.push_back(statement);
        split.back().action.values = {action};
        std::ranges::shuffle(split.back().resource->values, seeded.random);
      }
    }
    other.statements = split;
    const Comparison compared =
        Compare(Space::Of(document, Kind::kIdentity), Space::Of(other, Kind::kIdentity));
    CHECK_MESSAGE(compared.relation == Relation::kEquivalent, Shown(document, other));
  }
}

TEST_CASE("implication is transitive") {
  Seeded seeded(4);
  Draw& draw = seeded.draw;
  int chains = 0;
  for (int round = 0; round < Rounds(400, 150); ++round) {
    std::vector<Space> spaces;
    policy::PolicyDocument document = draw.Document();
    for (int i = 0; i < 3; ++i) {
      spaces.push_back(Space::Of(document, Kind::kIdentity));
      document.statements.push_back(draw.Statement(false));
    }
    const auto is_within = [&](std::size_t a, std::size_t b) {
      return std::holds_alternative<Proved>(IsWithin(spaces[a], spaces[b]));
    };
    for (const auto& [a, b, c] : {std::array<std::size_t, 3>{0, 1, 2}, {2, 1, 0}, {1, 0, 2}}) {
      if (!is_within(a, b) || !is_within(b, c)) continue;
      ++chains;
      CHECK(is_within(a, c));
    }
  }
  CHECK(chains > 50);
}

TEST_CASE("statements that add nothing are told from those that do") {
  Seeded seeded(5);
  Draw& draw = seeded.draw;
  int superfluous = 0;
  for (int round = 0; round < Rounds(300, 30); ++round) {
    const policy::PolicyDocument document = draw.Document();
    for (std::size_t i = 0; i < document.statements.size(); ++i) {
      policy::PolicyDocument without = document;
      without.statements.erase(without.statements.begin() + static_cast<std::ptrdiff_t>(i));
      const bool is_same =
          Compare(Space::Of(document, Kind::kIdentity), Space::Of(without, Kind::kIdentity))
              .relation == Relation::kEquivalent;
      superfluous += is_same ? 1 : 0;
      const Found found =
          BruteForce(document, without, Kind::kIdentity, {"arn:aws:iam::111122223333:user/alice"});
      CHECK_MESSAGE((!is_same || (!found.gained && !found.lost)), Shown(document, without));
    }
  }
  CHECK(superfluous > 2);
}

TEST_CASE("boxes of a difference cover it and are witnessed") {
  Seeded seeded(6);
  Draw& draw = seeded.draw;
  for (int round = 0; round < Rounds(300, 60); ++round) {
    const policy::PolicyDocument left = draw.Document();
    const policy::PolicyDocument right = draw.Document();
    const Space a = Space::Of(left, Kind::kIdentity);
    const Space b = Space::Of(right, Kind::kIdentity);
    const Difference difference = Enumerate(a, b, 100000);
    REQUIRE(difference.is_complete);
    const bool is_within = std::holds_alternative<Proved>(IsWithin(a, b));
    CHECK(difference.boxes.empty() == is_within);
  }
}

}  // namespace
}  // namespace writ::decide
