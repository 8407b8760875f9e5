// Sentences that no request meets, and which of their conditions, days and endpoints say so.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "iam/policy/pattern.h"
#include "program/intent/dump.h"
#include "proof/verify/authorization.h"
#include "proof/verify/formula.h"
#include "proof/verify/reading.h"

namespace writ::lint {

/// Whether a request's key is compared more than once, or with something that who calls from where
/// and when, or what is asked for, decides: only then can comparisons contradict each other.
class Keys {
 public:
  void Add(const verify::Condition& condition) {
    if (condition.kind == verify::Condition::Kind::kTest) Add(condition.test.key);
    for (const verify::Condition& operand : condition.operands) Add(operand);
  }
  void Add(const std::string& key) {
    std::string folded = policy::FoldCase(key);
    if (folded == "aws:epochtime") folded = "aws:currenttime";  // the same time in another form
    constexpr std::array<std::string_view, 19> kDecided{"aws:currenttime",
                                                        "aws:principalarn",
                                                        "aws:principalaccount",
                                                        "aws:principalisawsservice",
                                                        "aws:principalorgid",
                                                        "aws:principalorgpaths",
                                                        "aws:principalservicename",
                                                        "aws:principaltype",
                                                        "aws:principalservicenameslist",
                                                        "aws:requestedregion",
                                                        "aws:resourceaccount",
                                                        "aws:resourceorgid",
                                                        "aws:resourceorgpaths",
                                                        "aws:sourceaccount",
                                                        "aws:sourcearn",
                                                        "aws:sourceorgid",
                                                        "aws:sourceorgpaths",
                                                        "aws:userid",
                                                        "aws:username"};
    const bool is_new = seen_.insert(folded).second;
    may_contradict_ =
        may_contradict_ || !is_new || std::ranges::find(kDecided, folded) != kDecided.end();
  }
  /// A key that does not contradict itself: days alone are checked elsewhere, and of the tags that
  /// bind a team any will do.
  void AddOnce(std::string_view key) { seen_.insert(policy::FoldCase(key)); }
  [[nodiscard]] bool may_contradict() const { return may_contradict_; }

 private:
  std::set<std::string> seen_;
  bool may_contradict_ = false;
};

/// What a sentence asks of requests, apart from its days.
inline verify::Condition AskedBy(const verify::Facts& facts, const intent::Permission& sentence) {
  return verify::And({verify::ThroughOneOf(facts, sentence.endpoints), sentence.when});
}
inline verify::Condition AskedBy(const verify::Facts& facts, const intent::Prohibition& sentence) {
  std::vector<verify::Condition> all{verify::ThroughOneOf(facts, sentence.endpoints),
                                     sentence.when};
  if (const auto& duty = sentence.unless) {
    all.push_back(verify::ThroughOneOf(facts, duty->endpoints));
    all.push_back(duty->satisfy);
  }
  return verify::And(std::move(all));
}
inline verify::Condition AskedBy(const verify::Facts& /*facts*/,
                                 const intent::Perimeter& sentence) {
  return sentence.when;
}

/// `bound`: whom the sentence is about, with the tags that bind them.
template <class Sentence>
bool MayContradict(const verify::Facts& facts, const Sentence& sentence,
                   const std::vector<intent::Holder>& bound = {}) {
  Keys keys;
  for (const intent::Holder& holder : bound) {
    for (const intent::Principal& principal : holder.principals) {
      if (principal.kind != intent::Principal::Kind::kTag) continue;
      keys.AddOnce("aws:PrincipalTag/" + principal.tag_key);
    }
  }
  if (sentence.period.from || sentence.period.until) keys.AddOnce("aws:CurrentTime");
  keys.Add(AskedBy(facts, sentence));
  return keys.may_contradict();
}

/// Finds which of a sentence's conditions, days and endpoints no request meets that the sentence is
/// about: with that one alone, or with those two alone, it would say nothing.
template <class Sentence>
class Contradiction {
 public:
  using IsNever = std::function<bool(const Sentence&)>;

  /// `is_never` tells whether no request meets a sentence, wherever and whoever it is about.
  Contradiction(const intent::Model& model, const IsNever& is_never)
      : model_(model), is_never_(is_never) {}

  [[nodiscard]] std::vector<std::string> Find(const Sentence& sentence) const {
    Sentence bare = sentence;
    bare.when = {};
    bare.period = {};
    if constexpr (kHasEndpoints) bare.endpoints.clear();
    std::vector<Part> parts;
    AddConditions(sentence.when, parts);
    if (const auto& day = sentence.period.from) {
      parts.push_back({"from " + *day, [day](Sentence& s) { s.period.from = day; }});
    }
    if (const auto& day = sentence.period.until) {
      parts.push_back({"until " + *day, [day](Sentence& s) { s.period.until = day; }});
    }
    if constexpr (kHasEndpoints) AddEndpoints(sentence, parts);
    AddDuty(sentence, bare, parts);
    if (parts.size() > kMostParts || is_never_(bare)) return {};
    for (const Part& part : parts) {
      Sentence alone = bare;
      part.add(alone);
      if (is_never_(alone)) return {part.text};
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      for (std::size_t j = i + 1; j < parts.size(); ++j) {
        Sentence both = bare;
        parts[i].add(both);
        parts[j].add(both);
        if (is_never_(both)) return {parts[i].text, parts[j].text};
      }
    }
    return {};
  }

 private:
  static constexpr std::size_t kMostParts = 12;
  static constexpr bool kHasEndpoints = !std::is_same_v<Sentence, intent::Perimeter>;

  struct Part {
    std::string text;
    std::function<void(Sentence&)> add;  ///< to a sentence that asks for nothing, or for others
  };

  void AddEndpoints(const Sentence& sentence, std::vector<Part>& parts) const {
    if (sentence.endpoints.empty()) return;
    std::string names;
    for (const intent::EndpointIndex endpoint : sentence.endpoints) {
      names += (names.empty() ? "" : ", ") + model_.endpoints[endpoint.value].name;
    }
    parts.push_back(
        {"via endpoint " + names, [&sentence](Sentence& s) { s.endpoints = sentence.endpoints; }});
  }

  static void AddConditions(const verify::Condition& condition, std::vector<Part>& parts) {
    if (condition.kind == verify::Condition::Kind::kAll) {
      for (const verify::Condition& operand : condition.operands) AddConditions(operand, parts);
      return;
    }
    parts.push_back({intent::Dump(condition), [&condition](Sentence& sentence) {
                       sentence.when = verify::And({sentence.when, condition});
                     }});
  }

  static void AddDuty(const intent::Permission& /*permission*/, intent::Permission& /*bare*/,
                      std::vector<Part>& /*parts*/) {}
  static void AddDuty(const intent::Perimeter& /*perimeter*/, intent::Perimeter& /*bare*/,
                      std::vector<Part>& /*parts*/) {}
  /// What lifts a prohibition must be left undone.
  static void AddDuty(const intent::Prohibition& prohibition, intent::Prohibition& bare,
                      std::vector<Part>& parts) {
    if (!prohibition.unless || prohibition.unless->kind != intent::Duty::Kind::kSatisfy) return;
    bare.unless = std::nullopt;
    parts.push_back({intent::Dump(verify::Not(prohibition.unless->satisfy)),
                     [&prohibition](Sentence& s) { s.unless = prohibition.unless; }});
  }

  const intent::Model& model_;
  const IsNever& is_never_;
};

}  // namespace writ::lint
