#include "analysis/drift/comparer.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "analysis/drift/call_route.h"
#include "iam/decide/callers.h"
#include "iam/decide/sendable.h"
#include "iam/policy/doubt.h"
#include "iam/policy/pattern.h"

namespace writ::drift {
namespace {

constexpr std::size_t kMostCauses = 3;  // of one decision; more help nobody

// The layer that decided: of an allowed request the one that grants it.
policy::Layer LayerOf(const policy::Decision& decision) {
  if (decision.verdict == policy::Verdict::kExplicitDeny && !decision.statements.empty()) {
    return decision.statements.front().layer;
  }
  if (decision.is_allowed()) return policy::Layer::kIdentity;
  for (const policy::Layer layer :
       {policy::Layer::kBoundary, policy::Layer::kScp, policy::Layer::kRcp}) {
    if (decision.is_blocked_by(layer)) return layer;
  }
  return policy::Layer::kIdentity;
}

// The paper that a statement is of.
const Paper* PaperOf(const Stack& stack, const policy::StatementRef& statement) {
  const auto in = [&](const Level& level) -> const Paper* {
    return statement.policy < level.size() ? level[statement.policy] : nullptr;
  };
  const auto in_levels = [&](const std::vector<Level>& levels) -> const Paper* {
    return statement.level < levels.size() ? in(levels[statement.level]) : nullptr;
  };
  switch (statement.layer) {
    case policy::Layer::kIdentity:
      return in(stack.identity);
    case policy::Layer::kBoundary:
      return stack.boundary ? in(*stack.boundary) : nullptr;
    case policy::Layer::kScp:
      return in_levels(stack.scps);
    case policy::Layer::kRcp:
      return in_levels(stack.rcps);
    case policy::Layer::kResource:
    case policy::Layer::kSession:
    case policy::Layer::kVpcEndpoint:
      return nullptr;
  }
  return nullptr;
}

std::vector<policy::PolicyDocument> DocumentsOf(const Level& level, bool is_governed) {
  std::vector<policy::PolicyDocument> documents;
  for (const Paper* paper : level) {
    documents.push_back(is_governed ? paper->governed : paper->document);
  }
  return documents;
}

}  // namespace

Stack Comparer::Met(const Stack& stack, const Who& who) {
  const auto met = [&](Level level) {
    for (const Paper*& paper : level) paper = papers_.MetBy(paper, who.facts);
    return level;
  };
  Stack result;
  result.identity = met(stack.identity);
  if (stack.boundary) result.boundary = met(*stack.boundary);
  for (const Level& level : stack.scps) result.scps.push_back(met(level));
  for (const Level& level : stack.rcps) result.rcps.push_back(met(level));
  return result;
}

void Comparer::Add(const Stack& stack, Key& key) {
  key.parts.push_back({papers_.MeaningOf(stack.identity)});
  key.shape.push_back(stack.boundary.has_value());
  if (stack.boundary) key.parts.push_back({papers_.MeaningOf(*stack.boundary)});
  for (const std::vector<Level>* levels : {&stack.scps, &stack.rcps}) {
    // Levels that say the same are one, wherever they are: each of them must allow.
    std::vector<MeaningId> meanings;
    for (const Level& level : *levels) meanings.push_back(papers_.MeaningOf(level));
    std::ranges::sort(meanings);
    const auto rest = std::ranges::unique(meanings);
    meanings.erase(rest.begin(), rest.end());
    key.parts.push_back(std::move(meanings));
  }
}

policy::PolicySet Comparer::SetOf(const Stack& stack, bool is_governed) const {
  policy::PolicySet set;
  set.identity = DocumentsOf(stack.identity, is_governed);
  if (stack.boundary) set.boundaries = DocumentsOf(*stack.boundary, is_governed);
  for (const Level& level : stack.scps) set.scps.push_back(DocumentsOf(level, is_governed));
  for (const Level& level : stack.rcps) set.rcps.push_back(DocumentsOf(level, is_governed));
  return set;
}

decide::Scope Comparer::ScopeOf(const Who& who) const {
  decide::Scope scope;
  if (who.is_one) {
    scope.principal = who.facts.arn;
  } else if (!who.facts.account.empty()) {
    scope.callers = {{who.facts.account}, false};
  }
  return scope;
}

std::vector<policy::PolicyDocument> Comparer::TruthsOf(const policy::PolicySet& one,
                                                       const policy::PolicySet& other) const {
  std::vector<policy::PolicyDocument> truths;
  const auto add = [&](std::optional<policy::PolicyDocument> truth) {
    if (truth) truths.push_back(*std::move(truth));
  };
  add(decide::ResourcesLieIn(partition_, one, other));
  // Services meet RCPs, too.
  if (one.rcps.empty() && other.rcps.empty()) {
    add(decide::PrincipalsAgree(one, other));
  } else {
    add(decide::NobodyServiceLinked(one, other));
    add(decide::AnyoneAgrees(one, other, ""));
  }
  // Last: it speaks of resources of every partition.
  add(decide::OwnersAgree(one, other, arn_accounts_));
  return truths;
}

const Outcome& Comparer::Compare(const Stack& program, const Stack& deployed, const Who& who) {
  const Stack left = Met(program, who);
  const Stack right = Met(deployed, who);
  Key key;
  key.account = who.facts.account;
  Key right_key;
  Add(left, key);
  Add(right, right_key);
  const bool is_same = key.parts == right_key.parts && key.shape == right_key.shape;
  if (is_same) key = {};  // every question about equal stacks has one answer
  key.shape.push_back(who.is_one);
  key.shape.push_back(is_same);
  if (!is_same) {
    key.parts.insert(key.parts.end(), right_key.parts.begin(), right_key.parts.end());
    key.shape.insert(key.shape.end(), right_key.shape.begin(), right_key.shape.end());
  }
  const auto [at, is_new] = known_.try_emplace(std::move(key));
  Outcome& outcome = at->second;
  if (!is_new || is_same) return outcome;

  const decide::Scope scope = ScopeOf(who);
  decide::Options options;
  options.catalog = &catalog_;
  const std::vector<policy::PolicyDocument> truths =
      TruthsOf(SetOf(left, true), SetOf(right, true));
  // More levels that all must pass: nothing but what is governed is asked about, and nothing that
  // no request says.
  const auto space = [&](const Stack& stack, policy::PolicyDocument within) {
    policy::PolicySet set = decide::WithTruths(SetOf(stack, true), catalog_);
    set.scps.insert(set.scps.begin(), {std::move(within)});
    for (const policy::PolicyDocument& truth : truths) set.scps.push_back({truth});
    return decide::Space(std::move(set), scope);
  };
  const policy::PolicyDocument& governed = papers_.Everything()->document;
  const decide::ReadingsComparison answer =
      decide::CompareReadings(space(left, governed), space(right, governed), options);
  outcome.relation = answer.comparison.relation;
  const auto show = [&](const std::optional<decide::Witness>& found, const Stack& allowing,
                        const Stack& other) -> std::optional<policy::Request> {
    if (!found) return std::nullopt;
    const decide::Answer call =
        decide::IsWithin(space(allowing, calls_), space(other, governed), options);
    const auto* const refuted = std::get_if<decide::Refuted>(&call);
    return refuted == nullptr ? found->request : refuted->witness.request;
  };
  outcome.gained = show(answer.comparison.gained, right, left);
  outcome.lost = show(answer.comparison.lost, left, right);
  for (const decide::Obstacle& obstacle : answer.comparison.obstacles) {
    outcome.obstacles.push_back(obstacle.Describe());
  }
  if (answer.other) {
    const decide::Comparison& other = answer.other->comparison;
    // No relation: anything may be so.
    const bool is_open = other.relation == decide::Relation::kUndecided;
    outcome.may_gain = !outcome.gained && (is_open || other.gained);
    outcome.may_lose = !outcome.lost && (is_open || other.lost);
    if (outcome.may_gain || outcome.may_lose) {
      for (const policy::Doubt doubt : answer.other->reading.doubts) {
        outcome.doubts.emplace_back(policy::Describe(doubt));
      }
    }
  }
  return outcome;
}

std::optional<policy::Request> Comparer::FindAllowed(const Stack& stack, const Who& who,
                                                     const policy::PolicyDocument& within,
                                                     bool& is_open) {
  policy::PolicySet set = SetOf(Met(stack, who), true);
  set.scps.insert(set.scps.begin(), {within});
  decide::Options options;
  options.catalog = &catalog_;
  const decide::Space space(std::move(set), ScopeOf(who));
  decide::Answer answer = decide::FindAllowed(space, options);
  if (auto* const refuted = std::get_if<decide::Refuted>(&answer)) {
    return std::move(refuted->witness.request);
  }
  is_open = std::holds_alternative<decide::Undecided>(answer) || MayAllow(space, options);
  return std::nullopt;
}

bool MayAllow(const decide::Space& space, decide::Options options) {
  const std::vector<policy::Doubt> doubts = decide::DoubtsOf(space, space, options);
  if (doubts.empty()) return false;
  options.readable = false;
  return std::ranges::any_of(
      policy::OtherReadings(doubts, options.switches), [&](const policy::Reading& reading) {
        options.switches = reading.switches;
        return !std::holds_alternative<decide::Proved>(decide::FindAllowed(space, options));
      });
}

policy::Request Comparer::ThroughOfferedProfile(policy::Request request, const Stack& program,
                                                const Stack& deployed) const {
  const std::vector<std::string> offered = OfferedProfiles(request, catalog_);
  if (offered.empty()) return request;
  const policy::PolicySet left = SetOf(program, false);
  const policy::PolicySet right = SetOf(deployed, false);
  const auto verdicts = [&](const policy::Request& one) {
    const auto by_left = policy::Evaluate(one, left);
    const auto by_right = policy::Evaluate(one, right);
    return std::pair(by_left && by_left->is_allowed(), by_right && by_right->is_allowed());
  };
  const auto wanted = verdicts(request);
  for (const std::string& profile : offered) {
    policy::Request other = request;
    for (policy::ContextKey& key : other.context) {
      if (policy::EqualIgnoringCase(key.name, "bedrock:InferenceProfileArn")) {
        key.values = {profile};
      }
    }
    if (verdicts(other) == wanted) return other;
  }
  return request;
}

Shown Comparer::Show(policy::Request request, const Stack& program, const Stack& deployed,
                     const Who& who, const deployed::Tree& tree) const {
  if (who.is_one) request.principal = who.facts.arn;
  const decide::Affiliation affiliation{who.facts.organization, who.facts.path};
  Shown shown;
  shown.request =
      ThroughOfferedProfile(decide::Complete(std::move(request), affiliation), program, deployed);
  const auto left = policy::Evaluate(shown.request, SetOf(program, false));
  const auto right = policy::Evaluate(shown.request, SetOf(deployed, false));
  if (left) {
    shown.program = left->verdict;
    for (const policy::StatementRef& statement : left->statements) {
      const Paper* paper = PaperOf(program, statement);
      if (paper == nullptr || paper->path.empty()) continue;
      const policy::Statement& said = paper->document.statements[statement.statement];
      const auto made = tree.made_by.find(fmt::format("{} {}", paper->path, said.sid));
      if (made == tree.made_by.end()) continue;
      for (const std::string& place : made->second) {
        if (std::ranges::find(shown.sentences, place) == shown.sentences.end()) {
          shown.sentences.push_back(place);
        }
      }
    }
    std::ranges::sort(shown.sentences);
  }
  if (right) {
    shown.deployed = right->verdict;
    shown.because = LayerOf(*right);
    for (const policy::StatementRef& statement : right->statements) {
      const Paper* paper = PaperOf(deployed, statement);
      if (paper == nullptr || paper->exported == nullptr) continue;
      if (shown.causes.size() >= kMostCauses) break;
      const policy::Place place = paper->places.statements[statement.statement].statement;
      shown.causes.push_back({paper->exported->name, std::size_t{statement.statement} + 1,
                              paper->exported->SpanOf(place)});
    }
  }
  return shown;
}

}  // namespace writ::drift
