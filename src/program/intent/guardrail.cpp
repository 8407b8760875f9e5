#include "program/intent/guardrail.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace writ::intent {
namespace {

/// "PROMPT_ATTACK" → "prompt-attack": the word that the language has for it.
std::string Word(std::string_view api_type) {
  std::string word;
  for (const char c : api_type) {
    word += c == '_' ? '-' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return word;
}

std::string_view Reading(Response response) {
  static constexpr std::array<std::string_view, 4> kWords = {"not examined", "detect", "mask",
                                                             "block"};
  return kWords.at(static_cast<std::size_t>(response));
}

/// Collects the parts of one guardrail.
class Parts {
 public:
  explicit Parts(StrictnessView& view) : view_(view) {}

  /// Of two parts with one name (one expression under two pattern names) the stricter counts.
  void Add(std::string component, StrictnessPart part) {
    const auto [at, is_new] = view_.try_emplace(std::move(component), part);
    if (!is_new && at->second.rank < part.rank) at->second = std::move(part);
  }

  /// One part for each side that is examined.
  void AddSides(const std::string& component, const Sides& sides, const std::string& identity) {
    AddSide(component + " on input", sides.input, sides.input_span, identity);
    AddSide(component + " on output", sides.output, sides.output_span, identity);
  }

  void AddFilter(const ContentFilter& filter) {
    const std::string name = "filter " + Word(filter.type);
    AddStrength(name + " on input", filter.input, filter.input_span);
    AddStrength(name + " on output", filter.output, filter.output_span);
    if (filter.input != Strength::kNone) {
      AddSide("response to " + name + " on input", filter.sides.input, filter.sides.input_span, "");
    }
    if (filter.output != Strength::kNone) {
      AddSide("response to " + name + " on output", filter.sides.output, filter.sides.output_span,
              "");
    }
    if (filter.input_image && filter.input != Strength::kNone) {
      Add("images in " + name + " on input", {1, "", filter.input_span, "image"});
    }
    if (filter.output_image && filter.output != Strength::kNone) {
      Add("images in " + name + " on output", {1, "", filter.output_span, "image"});
    }
  }

  void AddTopic(const DeniedTopic& topic) {
    const std::string name = "topic " + topic.name;
    Sides sides = topic.sides;
    if (!sides.input_span.valid()) sides.input_span = topic.span;
    if (!sides.output_span.valid()) sides.output_span = topic.span;
    AddSides(name, sides, topic.definition);
    for (const std::string& example : topic.examples) {
      Add(fmt::format("example \"{}\" of {}", example, name), {1, "", topic.span, example});
    }
  }

  void AddThreshold(const std::string& name, const Threshold& threshold) {
    Add(name, {threshold.value, "", threshold.span, fmt::format("{}", threshold.value)});
    AddSide("response to " + name, threshold.response, threshold.span, "");
  }

  // Which way a confidence threshold makes reasoning stricter is not documented well enough to
  // rank, so two different ones are incomparable.
  void AddReasoning(const Reasoning& reasoning) {
    for (const std::string& policy : reasoning.policies) {
      Add("reasoning \"" + policy + "\"", {1, "", reasoning.span, policy});
    }
    const std::string confidence =
        reasoning.confidence ? fmt::format("{}", *reasoning.confidence) : "AWS's default";
    Add("confidence of reasoning", {0, confidence, reasoning.span, confidence});
  }

 private:
  void AddSide(std::string component, Response response, source::Span span,
               const std::string& identity) {
    if (response == Response::kUnexamined) return;
    Add(std::move(component),
        {static_cast<double>(response), identity, span, std::string(Reading(response))});
  }

  void AddStrength(std::string component, Strength strength, source::Span span) {
    if (strength == Strength::kNone) return;
    Add(std::move(component), {static_cast<double>(strength), "", span, Word(ApiText(strength))});
  }

  StrictnessView& view_;
};

}  // namespace

std::string_view ApiText(Strength strength) {
  static constexpr std::array<std::string_view, 4> kTexts = {"NONE", "LOW", "MEDIUM", "HIGH"};
  return kTexts.at(static_cast<std::size_t>(strength));
}

std::string_view ApiText(Response response) {
  static constexpr std::array<std::string_view, 4> kTexts = {"NONE", "NONE", "ANONYMIZE", "BLOCK"};
  return kTexts.at(static_cast<std::size_t>(response));
}

std::string_view ApiText(Tier tier) { return tier == Tier::kClassic ? "CLASSIC" : "STANDARD"; }

StrictnessView Strictness(const Guardrail& guardrail) {
  StrictnessView view;
  Parts parts(view);
  if (guardrail.tier == Tier::kStandard) {
    parts.Add("tier", {1, "", guardrail.tier_span, "standard"});
  }
  for (const ContentFilter& filter : guardrail.filters) parts.AddFilter(filter);
  for (const DeniedTopic& topic : guardrail.topics) parts.AddTopic(topic);
  for (const BlockedWord& word : guardrail.words) {
    parts.AddSides("words \"" + word.text + "\"", word.sides, "");
  }
  for (const Finding& list : guardrail.word_lists) {
    parts.AddSides(Word(list.type), list.sides, "");
  }
  for (const Finding& entity : guardrail.entities) {
    parts.AddSides(Word(entity.type), entity.sides, "");
  }
  // By the expression, not the name: the name protects nothing.
  for (const Pattern& pattern : guardrail.patterns) {
    parts.AddSides("pattern \"" + pattern.regex + "\"", pattern.sides, "");
  }
  if (guardrail.grounding) parts.AddThreshold("grounding", *guardrail.grounding);
  if (guardrail.relevance) parts.AddThreshold("relevance", *guardrail.relevance);
  if (guardrail.reasoning) parts.AddReasoning(*guardrail.reasoning);
  return view;
}

std::vector<Weakening> WeakerThan(const StrictnessView& one, const StrictnessView& other) {
  std::vector<Weakening> weaker;
  for (const auto& [component, wanted] : other) {
    const auto found = one.find(component);
    if (found == one.end()) {
      weaker.push_back({component, wanted, {}});
    } else if (found->second.identity != wanted.identity || found->second.rank < wanted.rank) {
      weaker.push_back({component, wanted, found->second});
    }
  }
  return weaker;
}

}  // namespace writ::intent
