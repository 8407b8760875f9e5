// The questions about spaces, put together from the search and the evaluator.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "facts/catalog/catalog.h"
#include "iam/decide/problem.h"
#include "iam/decide/search.h"
#include "iam/decide/space.h"
#include "iam/decide/witness.h"
#include "iam/policy/account.h"

namespace writ::decide {
namespace {

// Differences looked at for a nicer witness, or for one that holds once variables have values.
constexpr std::size_t kMostPaths = 24;
// Assignments of values to variables that are tried.
constexpr std::size_t kMostBindings = 200;
constexpr std::size_t kMostCandidates = 8;

std::string Describe(const policy::Request& request) {
  std::string text =
      fmt::format("{} {} on {}", request.principal, request.action, request.resource);
  for (const policy::ContextKey& key : request.context) {
    text += fmt::format(", {}={}", key.name, fmt::join(key.values, "|"));
  }
  return text;
}

// Not a failed WRIT_CHECK: one question of many must not end the others.
Obstacle ReplayFailure(const policy::Request& request) {
  Obstacle obstacle;
  obstacle.kind = Obstacle::Kind::kReplay;
  obstacle.construct = Describe(request);
  return obstacle;
}

/// One direction: what `allowing` allows and `other` does not.
class Question {
 public:
  Question(const Space& left, const Space& right, Side allowing, const Options& options)
      : left_(left), right_(right), allowing_(allowing), options_(options) {
    budget_.steps = options.budget;
  }

  Answer Run(const Problem& problem) {
    Try(problem);
    if (!witness_ && !replay_failure_ && !problem.variables().empty() &&
        (!obstacles_.empty() || has_doubt_)) {
      TryBindings(problem);
    }
    if (replay_failure_) return Undecided{{*std::move(replay_failure_)}};
    if (witness_) return Refuted{*std::move(witness_)};
    if (!obstacles_.empty()) return Undecided{std::move(obstacles_)};
    return Proved{};
  }

 private:
  const Judge& judge() {
    if (!judge_) {
      const bool is_left = allowing_ == Side::kLeft;
      judge_.emplace(is_left ? left_ : right_, is_left ? right_ : left_, options_.switches);
    }
    return *judge_;
  }

  void Try(const Problem& problem) {
    Search search(problem, allowing_, budget_);
    const Shaper shaper(problem, left_, options_.catalog);
    const bool is_open = problem.bindings() == nullptr && !problem.variables().empty();
    std::size_t paths = 0;
    search.Run(Search::Extent::kSome, [&](const Path& path) {
      ++paths;
      policy::Request request = shaper.Plain(path);
      if (!judge().Confirms(request)) {
        // With open variables the search sees more combinations than there are.
        has_doubt_ = true;
        if (!is_open) replay_failure_ = ReplayFailure(request);
        return is_open && paths < kMostPaths;
      }
      if (!options_.readable) {
        witness_ = judge().Explain(std::move(request));
        return false;
      }
      request = shaper.Shape(path, std::move(request), judge());
      const std::size_t faults = shaper.FaultsOf(request);
      if (!witness_ || faults < fewest_faults_) {
        witness_ = judge().Explain(std::move(request));
        fewest_faults_ = faults;
      }
      return fewest_faults_ > 0 && paths < kMostPaths;
    });
    if (witness_) return;
    obstacles_ = search.obstacles();
    if (replay_failure_) obstacles_.push_back(*replay_failure_);
    // With values put in, documents may have no variables left; the doubt is said already then.
    const bool is_said = !obstacles_.empty() || problem.variables().empty();
    if (has_doubt_ && !is_said) obstacles_.push_back(VariableObstacle(problem));
  }

  static Obstacle VariableObstacle(const Problem& problem) {
    const VariableInfo& variable = problem.variables().begin()->second;
    Obstacle obstacle;
    obstacle.kind = Obstacle::Kind::kVariable;
    obstacle.construct = variable.text;
    obstacle.side = variable.origin.side;
    obstacle.statement = variable.origin.statement;
    obstacle.sid = variable.origin.sid;
    return obstacle;
  }

  // ---- Variables

  using Candidates = std::vector<std::optional<std::string>>;

  static Candidates CandidatesOf(const Problem& problem, const std::string& key,
                                 const VariableInfo& variable) {
    // The second is a value that nothing mentions.
    const std::vector<std::string>& known = variable.candidates;
    std::string fresh = key.find("username") != key.npos ? "bob" : "example";
    while (std::ranges::find(known, fresh) != known.end()) fresh += "-x";
    // Of an account a number, that of the caller where it has one.
    if (key == "aws:principalaccount" || key == "aws:resourceaccount") {
      const auto caller = policy::ParseCaller(problem.callers().front());
      const bool is_numbered = caller && policy::IsAccountId(caller->account);
      const std::string number(is_numbered ? caller->account : "111122223333");
      if (std::ranges::find(known, number) == known.end()) fresh = number;
    }
    Candidates candidates = {std::nullopt, fresh};
    const auto add = [&candidates](const std::string& text) {
      const bool is_known = std::ranges::find(candidates, std::optional(text)) != candidates.end();
      if (!is_known && !text.empty() && candidates.size() < kMostCandidates) {
        candidates.emplace_back(text);
      }
    };
    for (Attribute a = kFirstKey; a < problem.attribute_count(); ++a) {
      if (problem.key(a).folded == key) AddLiterals(problem, a, add);
    }
    for (const std::string& text : variable.candidates) add(text);
    return candidates;
  }

  template <class Add>
  static void AddLiterals(const Problem& problem, Attribute attribute, Add add) {
    for (const StatementBox& box : problem.boxes()) {
      for (ChainId chain = box.chain; chain != 0; chain = problem.cell(chain).rest) {
        const Cell& cell = problem.cell(chain);
        if (cell.attribute != attribute) continue;
        const KeyTest& test = problem.key_test(cell.test);
        if (test.op.base == policy::BaseOperator::kNull) continue;
        const ElementSet& set = problem.elements(test.elements);
        for (const std::string& literal : set.texts.literals) add(literal);
        for (const std::string& value : set.values) add(value);
      }
    }
  }

  void TryBindings(const Problem& problem) {
    const std::vector<Obstacle> reasons = std::move(obstacles_);
    std::vector<std::string> keys;
    std::vector<Candidates> candidates;
    for (const auto& [key, variable] : problem.variables()) {
      keys.push_back(key);
      candidates.push_back(CandidatesOf(problem, key, variable));
    }
    std::size_t tries = 0;
    const auto try_one = [&](const std::vector<std::size_t>& chosen) {
      if (witness_ || budget_.is_exhausted || ++tries > kMostBindings) return;
      Bindings bindings;
      for (std::size_t i = 0; i < keys.size(); ++i) bindings[keys[i]] = candidates[i][chosen[i]];
      Try(Problem(left_, right_, options_, &bindings));
    };
    // No values; then values that nothing mentions, changed one by one; then everything.
    try_one(std::vector<std::size_t>(keys.size(), 0));
    try_one(std::vector<std::size_t>(keys.size(), 1));
    for (std::size_t i = 0; i < keys.size(); ++i) {
      for (std::size_t c = 0; c < candidates[i].size(); ++c) {
        std::vector<std::size_t> chosen(keys.size(), 1);
        chosen[i] = c;
        if (c != 1) try_one(chosen);
      }
    }
    std::vector<std::size_t> chosen(keys.size(), 0);
    while (!witness_ && tries <= kMostBindings) {
      try_one(chosen);
      std::size_t i = 0;
      while (i < keys.size() && ++chosen[i] == candidates[i].size()) chosen[i++] = 0;
      if (i == keys.size()) break;
    }
    obstacles_ = reasons;
  }

  const Space& left_;
  const Space& right_;
  Side allowing_;
  const Options& options_;
  Budget budget_;
  std::optional<Judge> judge_;
  std::optional<Witness> witness_;
  std::size_t fewest_faults_ = 0;  // of the witness
  std::vector<Obstacle> obstacles_;
  bool has_doubt_ = false;  // a difference was met that no request was found for
  std::optional<Obstacle> replay_failure_;
};

// ---- Boxes

// Adds what a list says of a value: it is matched by one of `texts`, or by none.
void AddToEdge(std::vector<std::string> texts, bool is_matched, Edge& edge) {
  if (is_matched) {
    if (std::ranges::find(edge.within, texts) == edge.within.end()) {
      edge.within.push_back(std::move(texts));
    }
    return;
  }
  for (std::string& text : texts) {
    if (std::ranges::find(edge.outside, text) == edge.outside.end()) {
      edge.outside.push_back(std::move(text));
    }
  }
}

Edge ActionEdge(const Problem& problem, const Path& path) {
  Edge edge;
  edge.attribute = "action";
  const std::string begin = path.service + ":";
  const auto collect = [&](const std::vector<std::uint32_t>& tests, bool holds) {
    for (const std::uint32_t test : tests) {
      const ActionTest& one = problem.actions()[test];
      std::vector<std::string> texts;
      for (const std::string& source : one.source) {
        const bool is_near = policy::FoldCase(source).starts_with(begin);
        if (path.is_other_service ? source != "*" : is_near) texts.push_back(source);
      }
      if (!one.is_everything && !texts.empty()) {
        AddToEdge(std::move(texts), holds != one.is_negated, edge);
      }
    }
  };
  collect(path.actions, true);
  collect(path.other_actions, false);
  if (edge.within.empty()) edge.within = {{path.is_other_service ? "*" : begin + "*"}};
  return edge;
}

Edge EdgeOf(const Problem& problem, const Choice& choice) {
  Edge edge;
  edge.attribute = choice.attribute == kResource    ? "resource"
                   : choice.attribute == kPrincipal ? "principal"
                                                    : problem.key(choice.attribute).name;
  for (std::size_t i = 0; i < choice.tests.size(); ++i) {
    const std::uint32_t test = choice.tests[i];
    if (choice.attribute == kResource) {
      const ResourceTest& one = problem.resource(test);
      AddToEdge(one.source, choice.holds[i] != one.is_negated, edge);
    } else if (choice.attribute == kPrincipal) {
      AddToEdge({choice.text}, true, edge);
    } else {
      AddToEdge({problem.key_test(test).source}, choice.holds[i], edge);
    }
  }
  return edge;
}

}  // namespace

Answer IsWithin(const Space& left, const Space& right, const Options& options) {
  if (options.on_question != nullptr) (*options.on_question)(left, right);
  const Problem problem(left, right, options, nullptr);
  return Question(left, right, Side::kLeft, options).Run(problem);
}

Comparison Compare(const Space& before, const Space& after, const Options& options) {
  if (options.on_question != nullptr) {
    (*options.on_question)(before, after);
    (*options.on_question)(after, before);
  }
  const Problem problem(before, after, options, nullptr);
  Comparison comparison;
  const auto ask = [&](Side allowing, std::optional<Witness>& out) {
    Answer answer = Question(before, after, allowing, options).Run(problem);
    if (auto* refuted = std::get_if<Refuted>(&answer)) out = std::move(refuted->witness);
    if (const auto* undecided = std::get_if<Undecided>(&answer)) {
      for (const Obstacle& obstacle : undecided->obstacles) {
        if (std::ranges::find(comparison.obstacles, obstacle) == comparison.obstacles.end()) {
          comparison.obstacles.push_back(obstacle);
        }
      }
      return false;
    }
    return true;
  };
  const bool knows_lost = ask(Side::kLeft, comparison.lost);
  const bool knows_gained = ask(Side::kRight, comparison.gained);
  if (!knows_lost || !knows_gained) {
    comparison.relation = Relation::kUndecided;
  } else if (comparison.lost && comparison.gained) {
    comparison.relation = Relation::kIncomparable;
  } else if (comparison.lost) {
    comparison.relation = Relation::kNarrower;
  } else if (comparison.gained) {
    comparison.relation = Relation::kBroader;
  }
  return comparison;
}

std::vector<policy::Doubt> DoubtsOf(const Space& before, const Space& after,
                                    const Options& options) {
  const policy::IsMultiValued is_multi_valued = [&options](std::string_view key) {
    const auto known = options.catalog != nullptr ? options.catalog->FindKey(key) : std::nullopt;
    return known && known->multi_valued;
  };
  std::vector<policy::Doubt> doubts;
  const auto look = [&](const policy::PolicyDocument& document, policy::Kind kind) {
    for (const policy::DoubtfulPoint& point :
         policy::DoubtfulPoints(document, kind, is_multi_valued)) {
      doubts.push_back(point.doubt);
    }
  };
  const auto look_all = [&](const std::vector<policy::PolicyDocument>& list, policy::Kind kind) {
    for (const policy::PolicyDocument& document : list) look(document, kind);
  };
  for (const Space* space : {&before, &after}) {
    const policy::PolicySet& set = space->documents();
    look_all(set.identity, policy::Kind::kIdentity);
    look_all(set.boundaries, policy::Kind::kBoundary);
    look_all(set.sessions, policy::Kind::kSession);
    for (const auto& level : set.scps) look_all(level, policy::Kind::kScp);
    for (const auto& level : set.rcps) look_all(level, policy::Kind::kRcp);
    if (set.resource) look(*set.resource, policy::Kind::kResource);
    look_all(set.vpc_endpoint, policy::Kind::kVpcEndpoint);
  }
  std::ranges::sort(doubts);
  doubts.erase(std::unique(doubts.begin(), doubts.end()), doubts.end());
  return doubts;
}

ReadingsComparison CompareReadings(const Space& before, const Space& after,
                                   const Options& options) {
  ReadingsComparison result{Compare(before, after, options), std::nullopt};
  const std::vector<policy::Doubt> doubts = DoubtsOf(before, after, options);
  if (doubts.empty()) return result;
  for (policy::Reading& reading : policy::OtherReadings(doubts, options.switches)) {
    Options other = options;
    other.switches = reading.switches;
    Comparison comparison = Compare(before, after, other);
    if (comparison.relation == result.comparison.relation) continue;
    const bool is_sure = comparison.relation != Relation::kUndecided;
    if (is_sure || !result.other) result.other = {std::move(reading), std::move(comparison)};
    if (is_sure) break;
  }
  return result;
}

Answer FindAllowed(const Space& space, const Options& options) {
  return IsWithin(space, Space(policy::PolicySet{}, space.scope()), options);
}

Difference Enumerate(const Space& left, const Space& right, std::size_t most,
                     const Options& options) {
  const Problem problem(left, right, options, nullptr);
  Budget budget;
  budget.steps = options.budget;
  Search search(problem, Side::kLeft, budget);
  const Shaper shaper(problem, left, options.catalog);
  const Judge judge(left, right, options.switches);
  Difference difference;
  difference.is_complete = true;
  std::optional<Obstacle> replay_failure;
  search.Run(Search::Extent::kAll, [&](const Path& path) {
    policy::Request request = shaper.Plain(path);
    if (!judge.Confirms(request)) {
      if (problem.variables().empty()) replay_failure = ReplayFailure(request);
      difference.is_complete = false;
      return !replay_failure;
    }
    Box box;
    box.edges.push_back(ActionEdge(problem, path));
    for (const Choice& choice : path.choices) box.edges.push_back(EdgeOf(problem, choice));
    if (difference.boxes.size() >= most) {
      difference.is_complete = false;
      return false;
    }
    box.witness = judge.Explain(shaper.Shape(path, std::move(request), judge));
    difference.boxes.push_back(std::move(box));
    return true;
  });
  difference.obstacles = search.obstacles();
  if (replay_failure) difference.obstacles.push_back(*std::move(replay_failure));
  difference.is_complete &= difference.obstacles.empty();
  return difference;
}

}  // namespace writ::decide
