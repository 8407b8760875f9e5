#include "analysis/lint/calls.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "program/intent/dump.h"
#include "proof/verify/gateway_questions.h"

namespace writ::lint {
namespace {

using intent::ArgumentCondition;
using intent::ToolRule;
using Rules = std::vector<const ToolRule*>;

/// Rules about one tool beyond which nothing is asked: the questions are about pairs of them.
constexpr std::size_t kMostRules = 200;
/// Conditions of a sentence of which pairs are looked at.
constexpr std::size_t kMostParts = 12;

struct Sentence {
  const ToolRule* first = nullptr;
  Rules rules = {};  ///< tool by tool, without those that no call meets
  bool is_idle = false;
  [[nodiscard]] const intent::Origin& origin() const { return first->origin; }
  [[nodiscard]] bool matches() const { return !rules.empty(); }
};

bool IsNever(const verify::Program& program, const ToolRule& rule) {
  return verify::FindCall(program, {&rule}, {}).is_none();
}

class Finder {
 public:
  explicit Finder(const verify::Program& program) : program_(program) {
    std::map<std::tuple<source::Span, std::string, bool>, std::size_t> known;
    for (const ToolRule& rule : program.model.tool_rules) {
      const auto [at, is_new] =
          known.try_emplace({rule.origin.span, rule.origin.place, rule.forbids}, sentences_.size());
      if (is_new) sentences_.push_back({&rule});
      Sentence& sentence = sentences_[at->second];
      if (!IsNever(program, rule)) sentence.rules.push_back(&rule);
    }
  }

  [[nodiscard]] std::vector<CallCutOff> CutOffs() const {
    std::vector<CallCutOff> cut_offs;
    for (const Sentence& sentence : sentences_) {
      if (sentence.first->forbids || !sentence.matches()) continue;
      CallCutOff cut{&sentence.origin(), false, {}, {}};
      bool is_left = false;
      for (const ToolRule* rule : sentence.rules) is_left = !CutOff(*rule, cut) || is_left;
      cut.wholly = !is_left;
      if (!cut.prohibitions.empty()) cut_offs.push_back(std::move(cut));
    }
    return cut_offs;
  }

  [[nodiscard]] std::vector<Idle> Idles() {
    std::vector<Idle> idle;
    for (const bool forbids : {false, true}) {
      std::vector<Idle> found;
      for (std::size_t i = sentences_.size(); i-- > 0;) {
        if (sentences_[i].first->forbids == forbids) Judge(sentences_[i], found);
      }
      std::ranges::reverse(found);
      std::ranges::move(found, std::back_inserter(idle));
    }
    return idle;
  }

 private:
  /// Adds what prohibitions refuse of the rule; whether they refuse all of it.
  bool CutOff(const ToolRule& rule, CallCutOff& cut) const {
    Rules refusing;
    for (const Sentence& other : sentences_) {
      if (!other.first->forbids) continue;
      for (const ToolRule* forbid : other.rules) {
        if (!verify::MayMeet(rule, *forbid)) continue;
        const verify::FoundCall both = verify::FindCall(program_, {&rule, forbid}, {});
        if (!both.call) continue;
        if (cut.call.empty()) cut.call = *both.call;
        refusing.push_back(forbid);
        const intent::Origin* origin = &other.origin();
        if (std::ranges::find(cut.prohibitions, origin) == cut.prohibitions.end()) {
          cut.prohibitions.push_back(origin);
        }
        if (refusing.size() > kMostRules) return false;
      }
    }
    return !refusing.empty() && verify::FindCall(program_, {&rule}, refusing).is_none();
  }

  void Judge(Sentence& sentence, std::vector<Idle>& found) {
    if (!sentence.matches()) {
      found.push_back(
          {Idle::Why::kNeverMatches, &sentence.origin(), {}, ContradictionOf(sentence)});
      return;
    }
    std::vector<const Sentence*> others;
    for (const Sentence& other : sentences_) {
      const bool may_say_it = &other != &sentence && !other.is_idle && other.matches() &&
                              other.first->forbids == sentence.first->forbids;
      if (may_say_it && MayMeet(sentence, other)) others.push_back(&other);
    }
    if (others.empty() || !IsSaidBy(sentence, others)) return;
    sentence.is_idle = true;
    Fewest(sentence, others);
    Idle idle{sentence.first->forbids ? Idle::Why::kForbiddenByOthers : Idle::Why::kGrantedByOthers,
              &sentence.origin(),
              {}};
    for (const Sentence* other : others) idle.others.push_back(&other->origin());
    found.push_back(std::move(idle));
  }

  static bool MayMeet(const Sentence& one, const Sentence& other) {
    return std::ranges::any_of(one.rules, [&](const ToolRule* a) {
      return std::ranges::any_of(other.rules,
                                 [&](const ToolRule* b) { return verify::MayMeet(*a, *b); });
    });
  }

  /// Whether every call that the sentence is about is one that some of the others are about.
  [[nodiscard]] bool IsSaidBy(const Sentence& sentence,
                              const std::vector<const Sentence*>& others) const {
    return std::ranges::all_of(sentence.rules, [&](const ToolRule* rule) {
      Rules unmet;
      for (const Sentence* other : others) {
        for (const ToolRule* one : other->rules) {
          if (verify::MayMeet(*rule, *one)) unmet.push_back(one);
        }
      }
      return !unmet.empty() && unmet.size() <= kMostRules &&
             verify::FindCall(program_, {rule}, unmet).is_none();
    });
  }

  /// Leaves out of `others` what is not needed, the last first.
  void Fewest(const Sentence& sentence, std::vector<const Sentence*>& others) const {
    for (std::size_t i = others.size(); i-- > 0 && others.size() > 1;) {
      std::vector<const Sentence*> rest = others;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      if (IsSaidBy(sentence, rest)) others = std::move(rest);
    }
  }

  /// The one condition that no call meets, or the first two that exclude each other.
  [[nodiscard]] std::vector<std::string> ContradictionOf(const Sentence& sentence) const {
    const ArgumentCondition& when = sentence.first->when;
    const bool is_all = when.kind == ArgumentCondition::Kind::kAll;
    const std::vector<ArgumentCondition> parts =
        is_all ? when.operands : std::vector<ArgumentCondition>{when};
    if (parts.size() > kMostParts || IsNeverWith(sentence, {})) return {};
    for (const ArgumentCondition& part : parts) {
      if (IsNeverWith(sentence, {part})) return {intent::Dump(part)};
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      for (std::size_t j = i + 1; j < parts.size(); ++j) {
        if (!IsNeverWith(sentence, {parts[i], parts[j]})) continue;
        return {intent::Dump(parts[i]), intent::Dump(parts[j])};
      }
    }
    return {};
  }

  /// Of the first of its tools, without days and with these conditions alone.
  [[nodiscard]] bool IsNeverWith(const Sentence& sentence,
                                 const std::vector<ArgumentCondition>& parts) const {
    ToolRule rule = *sentence.first;
    rule.from.reset();
    rule.until.reset();
    rule.when = {ArgumentCondition::Kind::kAll, parts, {}};
    return IsNever(program_, rule);
  }

  const verify::Program& program_;
  std::vector<Sentence> sentences_;  ///< in the program's order
};

}  // namespace

std::vector<CallCutOff> FindCallCutOffs(const verify::Program& program) {
  return Finder(program).CutOffs();
}

std::vector<Idle> FindIdleCalls(const verify::Program& program) { return Finder(program).Idles(); }

Reach ReachOf(const verify::Program& program, const ToolRule& rule) {
  if (IsNever(program, rule)) return Reach::kNone;
  if (rule.when.always()) return Reach::kSome;
  ToolRule whole = rule;
  whole.when = {};
  const bool is_all = verify::FindCall(program, {&whole}, {&rule}).is_none();
  return is_all ? Reach::kAll : Reach::kSome;
}

}  // namespace writ::lint
