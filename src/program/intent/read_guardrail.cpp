#include "program/intent/read_guardrail.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace writ::intent {
namespace {

using support::json::Value;

std::string TextOf(const Value& object, std::string_view key, std::string_view left_out = "") {
  const std::optional<Value> value = object.Find(key);
  return std::string(value && value->is_string() ? value->text() : left_out);
}

std::optional<std::string> MaybeText(const Value& object, std::string_view key) {
  if (!object.Find(key)) return std::nullopt;
  return TextOf(object, key);
}

bool IsOn(const Value& object, std::string_view key) {
  const std::optional<Value> value = object.Find(key);
  return !value || value->is_true();
}

std::optional<double> NumberOf(const Value& object, std::string_view key) {
  const std::optional<Value> value = object.Find(key);
  if (!value) return std::nullopt;
  const std::string_view text = value->source();
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() ? std::optional(number) : std::nullopt;
}

std::vector<std::string> TextsOf(const Value& object, std::string_view key) {
  std::vector<std::string> texts;
  const std::optional<Value> value = object.Find(key);
  if (!value) return texts;
  for (const Value element : value->elements()) texts.emplace_back(element.text());
  return texts;
}

/// Calls `read` for each element of the list at `key` of `policy`, if there is such a policy.
template <class Read>
void ForEach(const std::optional<Value>& policy, std::string_view key, Read read) {
  if (!policy) return;
  const std::optional<Value> list = policy->Find(key);
  if (!list) return;
  for (const Value element : list->elements()) read(element);
}

Response ResponseOf(std::string_view action) {
  if (action == "BLOCK") return Response::kBlock;
  return action == "ANONYMIZE" ? Response::kMask : Response::kDetect;
}

Strength StrengthOf(std::string_view text) {
  if (text == "HIGH") return Strength::kHigh;
  if (text == "MEDIUM") return Strength::kMedium;
  return text == "LOW" ? Strength::kLow : Strength::kNone;
}

Sides SidesOf(const Value& object, std::string_view action) {
  Sides sides;
  if (IsOn(object, "inputEnabled")) sides.input = ResponseOf(TextOf(object, "inputAction", action));
  if (IsOn(object, "outputEnabled")) {
    sides.output = ResponseOf(TextOf(object, "outputAction", action));
  }
  return sides;
}

bool HasImages(const Value& object, std::string_view key) {
  const std::vector<std::string> kinds = TextsOf(object, key);
  return std::ranges::find(kinds, "IMAGE") != kinds.end();
}

void ReadTier(const std::optional<Value>& policy, Guardrail& guardrail) {
  const std::optional<Value> config = policy ? policy->Find("tierConfig") : std::nullopt;
  if (!config) return;
  const bool standard = TextOf(*config, "tierName") == "STANDARD";
  guardrail.tier = standard ? Tier::kStandard : Tier::kClassic;
}

void ReadTexts(const Value& request, Guardrail& guardrail) {
  guardrail.name = TextOf(request, "name");
  guardrail.description = MaybeText(request, "description");
  guardrail.input_message = TextOf(request, "blockedInputMessaging");
  guardrail.output_message = TextOf(request, "blockedOutputsMessaging");
  guardrail.key = MaybeText(request, "kmsKeyId");
  if (const std::optional<Value> config = request.Find("crossRegionConfig")) {
    guardrail.profile = MaybeText(*config, "guardrailProfileIdentifier");
  }
  ForEach(request, "tags",
          [&](const Value& tag) { guardrail.tags[TextOf(tag, "key")] = TextOf(tag, "value"); });
}

void ReadFindings(const Value& request, Guardrail& guardrail) {
  const std::optional<Value> words = request.Find("wordPolicyConfig");
  ForEach(words, "wordsConfig", [&](const Value& word) {
    guardrail.words.push_back({TextOf(word, "text"), SidesOf(word, "BLOCK")});
  });
  ForEach(words, "managedWordListsConfig", [&](const Value& list) {
    guardrail.word_lists.push_back({TextOf(list, "type"), SidesOf(list, "BLOCK")});
  });
  const std::optional<Value> data = request.Find("sensitiveInformationPolicyConfig");
  ForEach(data, "piiEntitiesConfig", [&](const Value& entity) {
    guardrail.entities.push_back(
        {TextOf(entity, "type"), SidesOf(entity, TextOf(entity, "action"))});
  });
  ForEach(data, "regexesConfig", [&](const Value& pattern) {
    Pattern& one = guardrail.patterns.emplace_back();
    one.name = TextOf(pattern, "name");
    one.regex = TextOf(pattern, "pattern");
    one.sides = SidesOf(pattern, TextOf(pattern, "action"));
  });
}

void ReadPolicies(const Value& request, Guardrail& guardrail) {
  const std::optional<Value> topics = request.Find("topicPolicyConfig");
  ForEach(topics, "topicsConfig", [&](const Value& topic) {
    DeniedTopic& one = guardrail.topics.emplace_back();
    one.name = TextOf(topic, "name");
    one.definition = TextOf(topic, "definition");
    one.examples = TextsOf(topic, "examples");
    one.sides = SidesOf(topic, "BLOCK");
  });
  const std::optional<Value> filters = request.Find("contentPolicyConfig");
  ForEach(filters, "filtersConfig", [&](const Value& filter) {
    ContentFilter& one = guardrail.filters.emplace_back();
    one.type = TextOf(filter, "type");
    one.input = StrengthOf(TextOf(filter, "inputStrength"));
    one.output = StrengthOf(TextOf(filter, "outputStrength"));
    one.sides = SidesOf(filter, "BLOCK");
    one.input_image = HasImages(filter, "inputModalities");
    one.output_image = HasImages(filter, "outputModalities");
  });
  ReadTier(topics, guardrail);
  ReadTier(filters, guardrail);
}

void ReadThresholds(const Value& request, Guardrail& guardrail) {
  ForEach(
      request.Find("contextualGroundingPolicyConfig"), "filtersConfig", [&](const Value& filter) {
        Threshold threshold;
        threshold.value = NumberOf(filter, "threshold").value_or(0);
        threshold.response = IsOn(filter, "enabled") ? ResponseOf(TextOf(filter, "action", "BLOCK"))
                                                     : Response::kUnexamined;
        const bool grounding = TextOf(filter, "type") == "GROUNDING";
        (grounding ? guardrail.grounding : guardrail.relevance) = threshold;
      });
  const std::optional<Value> reasoning = request.Find("automatedReasoningPolicyConfig");
  if (!reasoning) return;
  guardrail.reasoning.emplace();
  guardrail.reasoning->policies = TextsOf(*reasoning, "policies");
  std::ranges::sort(guardrail.reasoning->policies);
  guardrail.reasoning->confidence = NumberOf(*reasoning, "confidenceThreshold");
}

}  // namespace

Guardrail ReadGuardrail(const Value& request) {
  Guardrail guardrail;
  ReadTexts(request, guardrail);
  ReadPolicies(request, guardrail);
  ReadFindings(request, guardrail);
  ReadThresholds(request, guardrail);
  return guardrail;
}

}  // namespace writ::intent
