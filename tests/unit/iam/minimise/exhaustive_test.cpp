// Minimise against exhaustive search. Small documents over three actions and three resources, their
// complements, two conditions and both effects are generated; the optimum is found by dynamic
// programming over all sets of cells, which shares nothing with the branch and bound that it
// judges: fewest statements, then fewest characters.
#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "iam/decide/space.h"
#include "iam/minimise/minimise.h"
#include "iam/policy/document.h"

namespace writ::minimise {
namespace {

using policy::PolicyDocument;
using policy::Sense;
using policy::Statement;

const std::array<std::string, 3> kActions = {"s3:GetObject", "s3:PutObject", "s3:ListBucket"};
const std::array<std::string, 3> kResources = {"arn:aws:s3:::a/*", "arn:aws:s3:::reports/*",
                                               "arn:aws:s3:::c/x"};

/// A small generator of its own, so that every platform sees the same documents.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : state_(seed * 2654435761U + 12345U) {}
  std::uint32_t Roll(std::uint32_t sides) {
    state_ = state_ * 1664525U + 1013904223U;
    return (state_ >> 16U) % sides;
  }

 private:
  std::uint32_t state_;
};

// A set of the three names is bits 0 to 2; bit 3 is everything else.
constexpr std::uint32_t kRest = 8;

policy::Patterns ToPatterns(std::uint32_t set, const std::array<std::string, 3>& names) {
  policy::Patterns patterns;
  if (set == 15) return {Sense::kListed, {"*"}};
  const bool is_negated = (set & kRest) != 0;
  if (is_negated) patterns.sense = Sense::kAllBut;
  for (std::uint32_t i = 0; i < 3; ++i) {
    if (((set >> i & 1U) != 0) != is_negated) patterns.values.push_back(names[i]);
  }
  return patterns;
}

struct Product {
  std::uint32_t actions;
  std::uint32_t resources;
};

std::uint32_t CellsOf(const Product& product) {
  std::uint32_t cells = 0;
  for (std::uint32_t a = 0; a < 4; ++a) {
    for (std::uint32_t r = 0; r < 4; ++r) {
      if ((product.actions >> a & 1U) != 0 && (product.resources >> r & 1U) != 0) {
        cells |= 1U << (4 * a + r);
      }
    }
  }
  return cells;
}

/// What sets a group of statements apart: its effect and condition.
struct Frame {
  policy::Effect effect = policy::Effect::kAllow;
  int condition = 0;
  auto operator<=>(const Frame&) const = default;
};

Statement ToStatement(const Frame& frame, const Product& product) {
  Statement statement;
  statement.effect = frame.effect;
  statement.action = ToPatterns(product.actions, kActions);
  statement.resource = ToPatterns(product.resources, kResources);
  if (frame.condition == 1) {
    statement.conditions.push_back(
        {*policy::ParseOperator("Bool"), "aws:SecureTransport", {"true"}});
  } else if (frame.condition == 2) {
    statement.conditions.push_back(
        {*policy::ParseOperator("StringEquals"), "aws:PrincipalTag/team", {"blue"}});
  }
  return statement;
}

std::size_t Length(const PolicyDocument& document) {
  return policy::Write(document, policy::Style::kMinified).size();
}

using Cost = std::pair<std::size_t, std::size_t>;  ///< statements, characters

/// The cheapest cover of `wanted` by products of cells in `wanted`, by exhaustive search.
class Optimum {
 public:
  Optimum(const Frame& frame, std::uint32_t wanted) {
    PolicyDocument none;
    for (std::uint32_t a = 1; a < 16; ++a) {
      for (std::uint32_t r = 1; r < 16; ++r) {
        const Product product{a, r};
        if ((CellsOf(product) & ~wanted) != 0) continue;
        PolicyDocument one;
        one.statements.push_back(ToStatement(frame, product));
        products_.emplace_back(CellsOf(product), Length(one) - Length(none) + 1);
      }
    }
    known_[0] = {0, 0};
  }

  Cost Of(std::uint32_t cells) {
    if (const auto found = known_.find(cells); found != known_.end()) return found->second;
    Cost best{1000, 0};
    const std::uint32_t first = cells & (~cells + 1);
    for (const auto& [covered, length] : products_) {
      if ((covered & first) == 0) continue;
      const Cost rest = Of(cells & ~covered);
      best = std::min(best, Cost{rest.first + 1, rest.second + length});
    }
    known_[cells] = best;
    return best;
  }

 private:
  std::vector<std::pair<std::uint32_t, std::size_t>> products_;
  std::unordered_map<std::uint32_t, Cost> known_;
};

/// Merging whatever two statements can be merged, in order, until none can: what a simple
/// minimiser does.
std::size_t GreedyCount(std::vector<Product> products) {
  std::uint32_t wanted = 0;
  for (const Product& product : products) wanted |= CellsOf(product);
  for (std::size_t a = 0; a < products.size(); ++a) {
    for (std::size_t b = a + 1; b < products.size();) {
      const Product joined{products[a].actions | products[b].actions,
                           products[a].resources | products[b].resources};
      const bool is_same_side = products[a].actions == products[b].actions ||
                                products[a].resources == products[b].resources ||
                                CellsOf(joined) == CellsOf(products[a]);
      if (is_same_side && (CellsOf(joined) & ~wanted) == 0) {
        products[a] = joined;
        products.erase(products.begin() + static_cast<std::ptrdiff_t>(b));
        b = a + 1;
      } else {
        ++b;
      }
    }
  }
  return products.size();
}

struct Instance {
  std::map<Frame, std::vector<Product>> groups;
};

/// Kinds by seed: plain lists, complements, conditions, an Allow and a Deny that do not meet.
Instance MakeInstance(std::uint32_t seed) {
  Dice dice(seed);
  Instance instance;
  const std::uint32_t variety = seed % 4;
  const std::uint32_t frames = variety == 2 ? 2 : 1;
  for (std::uint32_t f = 0; f < frames; ++f) {
    Frame frame;
    if (variety == 2) frame.condition = static_cast<int>(f) + 1;
    if (variety == 3) frame.effect = policy::Effect::kDeny;
    const std::uint32_t statements = 3 + dice.Roll(4);
    for (std::uint32_t s = 0; s < statements; ++s) {
      const auto set = [&] {
        std::uint32_t bits = 1 + dice.Roll(7);
        if ((variety == 1 || variety == 3) && dice.Roll(4) == 0) bits |= kRest;
        return bits;
      };
      const std::uint32_t actions = set();
      instance.groups[frame].push_back({actions, set()});
    }
  }
  return instance;
}

TEST_CASE("minimise finds the optimum of exhaustive search") {
  constexpr std::uint32_t kInstances = 600;
  std::size_t beyond_greedy = 0;
  std::size_t smallest = 0;
  for (std::uint32_t seed = 0; seed < kInstances; ++seed) {
    const Instance instance = MakeInstance(seed);
    PolicyDocument document;
    Cost optimum{0, Length(PolicyDocument{}) - 1};
    std::size_t greedy = 0;
    for (const auto& [frame, products] : instance.groups) {
      std::uint32_t wanted = 0;
      for (const Product& product : products) {
        document.statements.push_back(ToStatement(frame, product));
        wanted |= CellsOf(product);
      }
      const Cost cost = Optimum(frame, wanted).Of(wanted);
      optimum.first += cost.first;
      optimum.second += cost.second;
      greedy += GreedyCount(products);
    }
    if (greedy > optimum.first) ++beyond_greedy;
    const Result result = Minimise(document, policy::Kind::kIdentity);
    CAPTURE(seed);
    CAPTURE(policy::Write(document, policy::Style::kPretty));
    CAPTURE(policy::Write(result.document, policy::Style::kPretty));
    CHECK(result.verdict == Verdict::kEquivalent);
    CHECK(result.document.statements.size() == optimum.first);
    CHECK(Length(result.document) == optimum.second);
    if (result.quality == Quality::kSmallest) ++smallest;
    CHECK(result.least_statements <= optimum.first);
    CHECK(result.least_characters <= optimum.second);
  }
  MESSAGE(kInstances << " documents, greedy merging is not optimal for " << beyond_greedy
                     << ", proved smallest " << smallest);
  CHECK(beyond_greedy * 2 >= kInstances);
  CHECK(smallest * 10 >= kInstances * 9);
}

}  // namespace
}  // namespace writ::minimise
