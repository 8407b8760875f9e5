#include "proof/deployed/guardrail_request.h"

#include <algorithm>

#include <fmt/format.h>

namespace writ::deployed {
namespace {

constexpr std::string_view kUnexamined = "not examined";

// ---- the request

/// What happens to a finding on each side. `common` is what happens where a side has no action of
/// its own.
void ReadSides(Members& members, const std::string& part, const std::string& common, Said& said) {
  for (const std::string side : {"input", "output"}) {
    const std::string action = members.Text(side + "Action", common);
    const bool enabled = members.Flag(side + "Enabled", true);
    said.Say(fmt::format("{} on {}", part, side), enabled ? action : std::string(kUnexamined));
  }
}

/// Of a part that blocks unless something else is said.
void ReadBlocking(Members& members, const std::string& part, Said& said) {
  ReadSides(members, part, "BLOCK", said);
}

/// Of a part with an `action` for both sides.
void ReadActing(Members& members, const std::string& part, Said& said) {
  ReadSides(members, part, members.Text("action", "none"), said);
}

void ReadTier(Members& policy, const std::string& what, Said& said) {
  std::string tier = "CLASSIC";
  if (std::optional<Members> config = policy.Object("tierConfig")) {
    tier = config->Text("tierName", tier);
    config->Finish();
  }
  said.Say("tier of " + what, std::move(tier));
}

void ReadTopics(Members& policy, Said& said) {
  for (Members& topic : policy.Objects("topicsConfig")) {
    const std::string part = fmt::format("topic {}", topic.Text("name", ""));
    said.Say(part + ", type", topic.Text("type", "none"));
    said.Say(part + ", definition", topic.Text("definition", ""));
    said.Say(part + ", examples", Listed(topic.Texts("examples")));
    ReadBlocking(topic, part, said);
    topic.Finish();
  }
  ReadTier(policy, "topics", said);
}

void ReadFilters(Members& policy, Said& said) {
  for (Members& filter : policy.Objects("filtersConfig")) {
    const std::string part = fmt::format("filter {}", filter.Text("type", ""));
    for (const std::string side : {"input", "output"}) {
      said.Say(fmt::format("{} on {}, strength", part, side),
               filter.Text(side + "Strength", "none"));
      std::vector<std::string> kinds = filter.Texts(side + "Modalities");
      if (kinds.empty()) kinds = {"TEXT"};
      std::ranges::sort(kinds);
      said.Say(fmt::format("{} on {}, kinds of content", part, side), Listed(kinds));
    }
    ReadBlocking(filter, part, said);
    filter.Finish();
  }
  ReadTier(policy, "filters", said);
}

void ReadWords(Members& policy, Said& said) {
  for (Members& word : policy.Objects("wordsConfig")) {
    ReadBlocking(word, fmt::format("word {}", word.Text("text", "")), said);
    word.Finish();
  }
  for (Members& list : policy.Objects("managedWordListsConfig")) {
    ReadBlocking(list, fmt::format("word list {}", list.Text("type", "")), said);
    list.Finish();
  }
}

void ReadPersonalData(Members& policy, Said& said) {
  for (Members& entity : policy.Objects("piiEntitiesConfig")) {
    ReadActing(entity, fmt::format("personal data {}", entity.Text("type", "")), said);
    entity.Finish();
  }
  for (Members& pattern : policy.Objects("regexesConfig")) {
    const std::string part = fmt::format("pattern {}", pattern.Text("name", ""));
    said.Say(part + ", expression", pattern.Text("pattern", ""));
    ReadActing(pattern, part, said);
    pattern.Finish();
  }
}

void ReadGrounding(Members& policy, Said& said) {
  for (Members& filter : policy.Objects("filtersConfig")) {
    const std::string part = filter.Text("type", "");
    said.Say(part + ", threshold", filter.Number("threshold").value_or("none"));
    const std::string action = filter.Text("action", "BLOCK");
    said.Say(part, filter.Flag("enabled", true) ? action : std::string(kUnexamined));
    filter.Finish();
  }
}

void ReadReasoning(Members& policy, Said& said) {
  std::vector<std::string> policies = policy.Texts("policies");
  std::ranges::sort(policies);
  said.Say("automated reasoning", Listed(policies));
  if (const auto confidence = policy.Number("confidenceThreshold")) {
    said.Say("automated reasoning, confidence", *confidence);
  }
}

// ---- the program

std::string_view Name(intent::Response response) {
  switch (response) {
    case intent::Response::kUnexamined:
      return kUnexamined;
    case intent::Response::kDetect:
      return "NONE";
    case intent::Response::kMask:
      return "ANONYMIZE";
    case intent::Response::kBlock:
      return "BLOCK";
  }
  return "";
}

std::string_view Name(intent::Strength strength) {
  switch (strength) {
    case intent::Strength::kNone:
      return "NONE";
    case intent::Strength::kLow:
      return "LOW";
    case intent::Strength::kMedium:
      return "MEDIUM";
    case intent::Strength::kHigh:
      return "HIGH";
  }
  return "";
}

void Want(const std::string& part, const intent::Sides& sides, Said& said) {
  said.Say(part + " on input", std::string(Name(sides.input)));
  said.Say(part + " on output", std::string(Name(sides.output)));
}

std::string TierOf(const intent::Guardrail& guardrail) {
  return guardrail.tier == intent::Tier::kStandard ? "STANDARD" : "CLASSIC";
}

void WantTopics(const intent::Guardrail& guardrail, Said& said) {
  for (const intent::DeniedTopic& topic : guardrail.topics) {
    const std::string part = "topic " + topic.name;
    said.Say(part + ", type", "DENY");
    said.Say(part + ", definition", topic.definition);
    said.Say(part + ", examples", Listed(topic.examples));
    Want(part, topic.sides, said);
  }
  if (!guardrail.topics.empty()) said.Say("tier of topics", TierOf(guardrail));
}

void WantFilters(const intent::Guardrail& guardrail, Said& said) {
  for (const intent::ContentFilter& filter : guardrail.filters) {
    const std::string part = "filter " + filter.type;
    said.Say(part + " on input, strength", std::string(Name(filter.input)));
    said.Say(part + " on output, strength", std::string(Name(filter.output)));
    const auto kinds = [](bool image) {
      return image ? Listed({"IMAGE", "TEXT"}) : Listed({"TEXT"});
    };
    said.Say(part + " on input, kinds of content", kinds(filter.input_image));
    said.Say(part + " on output, kinds of content", kinds(filter.output_image));
    Want(part, filter.sides, said);
  }
  if (!guardrail.filters.empty()) said.Say("tier of filters", TierOf(guardrail));
}

void WantFindings(const intent::Guardrail& guardrail, Said& said) {
  for (const intent::BlockedWord& word : guardrail.words) {
    Want("word " + word.text, word.sides, said);
  }
  for (const intent::Finding& list : guardrail.word_lists) {
    Want("word list " + list.type, list.sides, said);
  }
  for (const intent::Finding& entity : guardrail.entities) {
    Want("personal data " + entity.type, entity.sides, said);
  }
  for (const intent::Pattern& pattern : guardrail.patterns) {
    said.Say(fmt::format("pattern {}, expression", pattern.name), pattern.regex);
    Want("pattern " + pattern.name, pattern.sides, said);
  }
}

void Want(const std::string& part, const std::optional<intent::Threshold>& threshold, Said& said) {
  if (!threshold) return;
  said.Say(part + ", threshold", fmt::format("{}", threshold->value));
  said.Say(part, std::string(Name(threshold->response)));
}

}  // namespace

Said ReadGuardrail(const support::json::Value& request) {
  Said said;
  Members members(request, said);
  for (const auto& [key, part] : {std::pair{"name", "name"},
                                  {"description", "description"},
                                  {"blockedInputMessaging", "message on input"},
                                  {"blockedOutputsMessaging", "message on output"},
                                  {"kmsKeyId", "key"}}) {
    if (auto text = members.Text(key)) said.Say(part, *std::move(text));
  }
  const auto read = [&](std::string_view key, void (*how)(Members&, Said&)) {
    std::optional<Members> policy = members.Object(key);
    if (!policy) return;
    how(*policy, said);
    policy->Finish();
  };
  read("topicPolicyConfig", ReadTopics);
  read("contentPolicyConfig", ReadFilters);
  read("wordPolicyConfig", ReadWords);
  read("sensitiveInformationPolicyConfig", ReadPersonalData);
  read("contextualGroundingPolicyConfig", ReadGrounding);
  read("automatedReasoningPolicyConfig", ReadReasoning);
  if (std::optional<Members> config = members.Object("crossRegionConfig")) {
    said.Say("guardrail profile", config->Text("guardrailProfileIdentifier", ""));
    config->Finish();
  }
  for (Members& tag : members.Objects("tags")) {
    said.Say("tag " + tag.Text("key", ""), tag.Text("value", ""));
    tag.Finish();
  }
  members.Finish();
  return said;
}

Said WantedOf(const intent::Guardrail& guardrail) {
  Said said;
  said.Say("name", guardrail.name);
  if (guardrail.description) said.Say("description", *guardrail.description);
  said.Say("message on input", guardrail.input_message);
  said.Say("message on output", guardrail.output_message);
  if (guardrail.key) said.Say("key", *guardrail.key);
  WantTopics(guardrail, said);
  WantFilters(guardrail, said);
  WantFindings(guardrail, said);
  Want("GROUNDING", guardrail.grounding, said);
  Want("RELEVANCE", guardrail.relevance, said);
  if (guardrail.reasoning) {
    said.Say("automated reasoning", Listed(guardrail.reasoning->policies));
    if (guardrail.reasoning->confidence) {
      said.Say("automated reasoning, confidence",
               fmt::format("{}", *guardrail.reasoning->confidence));
    }
  }
  if (guardrail.profile) said.Say("guardrail profile", *guardrail.profile);
  for (const auto& [key, value] : guardrail.tags) said.Say("tag " + key, value);
  return said;
}

}  // namespace writ::deployed
