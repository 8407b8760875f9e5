// CreateGuardrail and CreateGuardrailVersion. Members stand in the order of the API's model; a
// member that would only say the default is left out, so that a plain guardrail reads plainly.
#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/support/json.h"
#include "base/support/json_members.h"
#include "base/support/sha256.h"
#include "output/emit/artifact.h"
#include "output/emit/guardrails.h"

namespace writ::emit {
namespace {

using intent::ApiText;
using intent::Guardrail;
using intent::Response;
using intent::Sides;
using support::json::Writer;

void Number(Writer& json, std::string_view key, double value) {
  json.Key(key);
  json.Raw(fmt::format("{}", value));
}

bool IsExamined(Response response) { return response != Response::kUnexamined; }

void Enabled(Writer& json, const Sides& sides) {
  if (IsExamined(sides.input) && IsExamined(sides.output)) return;
  WriteFlag(json, "inputEnabled", IsExamined(sides.input));
  WriteFlag(json, "outputEnabled", IsExamined(sides.output));
}

void SideActions(Writer& json, const Sides& sides) {
  WriteText(json, "inputAction", ApiText(sides.input));
  WriteText(json, "outputAction", ApiText(sides.output));
}

/// Of parts that block unless something else is said.
void BlockingSides(Writer& json, const Sides& sides) {
  if (sides.input == Response::kBlock && sides.output == Response::kBlock) return;
  SideActions(json, sides);
  Enabled(json, sides);
}

/// Of parts with one `action`, which AWS requires even where the sides have their own. A side that
/// is not examined needs none: so a pattern masked on one side says nothing that AWS's text leaves
/// out (see W8032).
void ActingSides(Writer& json, const Sides& sides) {
  WriteText(json, "action", ApiText(std::max(sides.input, sides.output)));
  const bool both = IsExamined(sides.input) && IsExamined(sides.output);
  if (both && sides.input != sides.output) SideActions(json, sides);
  Enabled(json, sides);
}

void TierConfig(Writer& json, const Guardrail& guardrail) {
  if (!guardrail.tier) return;
  json.Key("tierConfig");
  json.BeginObject();
  WriteText(json, "tierName", ApiText(*guardrail.tier));
  json.EndObject();
}

void Topics(Writer& json, const Guardrail& guardrail) {
  if (guardrail.topics.empty()) return;
  json.Key("topicPolicyConfig");
  json.BeginObject();
  json.Key("topicsConfig");
  json.BeginArray();
  for (const intent::DeniedTopic& topic : guardrail.topics) {
    json.BeginObject();
    WriteText(json, "name", topic.name);
    WriteText(json, "definition", topic.definition);
    if (!topic.examples.empty()) {
      json.Key("examples");
      json.BeginArray();
      for (const std::string& example : topic.examples) json.String(example);
      json.EndArray();
    }
    WriteText(json, "type", "DENY");
    BlockingSides(json, topic.sides);
    json.EndObject();
  }
  json.EndArray();
  TierConfig(json, guardrail);
  json.EndObject();
}

void Modalities(Writer& json, std::string_view key) {
  json.Key(key);
  json.BeginArray();
  json.String("TEXT");
  json.String("IMAGE");
  json.EndArray();
}

void Filters(Writer& json, const Guardrail& guardrail) {
  if (guardrail.filters.empty()) return;
  json.Key("contentPolicyConfig");
  json.BeginObject();
  json.Key("filtersConfig");
  json.BeginArray();
  for (const intent::ContentFilter& filter : guardrail.filters) {
    json.BeginObject();
    WriteText(json, "type", filter.type);
    WriteText(json, "inputStrength", ApiText(filter.input));
    WriteText(json, "outputStrength", ApiText(filter.output));
    if (filter.input_image) Modalities(json, "inputModalities");
    if (filter.output_image) Modalities(json, "outputModalities");
    BlockingSides(json, filter.sides);
    json.EndObject();
  }
  json.EndArray();
  TierConfig(json, guardrail);
  json.EndObject();
}

void Words(Writer& json, const Guardrail& guardrail) {
  if (guardrail.words.empty() && guardrail.word_lists.empty()) return;
  json.Key("wordPolicyConfig");
  json.BeginObject();
  if (!guardrail.words.empty()) {
    json.Key("wordsConfig");
    json.BeginArray();
    for (const intent::BlockedWord& word : guardrail.words) {
      json.BeginObject();
      WriteText(json, "text", word.text);
      BlockingSides(json, word.sides);
      json.EndObject();
    }
    json.EndArray();
  }
  if (!guardrail.word_lists.empty()) {
    json.Key("managedWordListsConfig");
    json.BeginArray();
    for (const intent::Finding& list : guardrail.word_lists) {
      json.BeginObject();
      WriteText(json, "type", list.type);
      BlockingSides(json, list.sides);
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
}

void PersonalData(Writer& json, const Guardrail& guardrail) {
  if (guardrail.entities.empty() && guardrail.patterns.empty()) return;
  json.Key("sensitiveInformationPolicyConfig");
  json.BeginObject();
  if (!guardrail.entities.empty()) {
    json.Key("piiEntitiesConfig");
    json.BeginArray();
    for (const intent::Finding& entity : guardrail.entities) {
      json.BeginObject();
      WriteText(json, "type", entity.type);
      ActingSides(json, entity.sides);
      json.EndObject();
    }
    json.EndArray();
  }
  if (!guardrail.patterns.empty()) {
    json.Key("regexesConfig");
    json.BeginArray();
    for (const intent::Pattern& pattern : guardrail.patterns) {
      json.BeginObject();
      WriteText(json, "name", pattern.name);
      WriteText(json, "pattern", pattern.regex);
      ActingSides(json, pattern.sides);
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
}

void Threshold(Writer& json, std::string_view type,
               const std::optional<intent::Threshold>& threshold) {
  if (!threshold) return;
  json.BeginObject();
  WriteText(json, "type", type);
  Number(json, "threshold", threshold->value);
  if (threshold->response != Response::kBlock)
    WriteText(json, "action", ApiText(threshold->response));
  json.EndObject();
}

void Grounding(Writer& json, const Guardrail& guardrail) {
  if (!guardrail.grounding && !guardrail.relevance) return;
  json.Key("contextualGroundingPolicyConfig");
  json.BeginObject();
  json.Key("filtersConfig");
  json.BeginArray();
  Threshold(json, "GROUNDING", guardrail.grounding);
  Threshold(json, "RELEVANCE", guardrail.relevance);
  json.EndArray();
  json.EndObject();
}

void Reasoning(Writer& json, const Guardrail& guardrail) {
  if (!guardrail.reasoning) return;
  json.Key("automatedReasoningPolicyConfig");
  json.BeginObject();
  json.Key("policies");
  json.BeginArray();
  for (const std::string& policy : guardrail.reasoning->policies) json.String(policy);
  json.EndArray();
  if (guardrail.reasoning->confidence) {
    Number(json, "confidenceThreshold", *guardrail.reasoning->confidence);
  }
  json.EndObject();
}

void Tags(Writer& json, const Guardrail& guardrail) {
  if (guardrail.tags.empty()) return;
  json.Key("tags");
  json.BeginArray();
  for (const auto& [key, value] : guardrail.tags) {
    json.BeginObject();
    WriteText(json, "key", key);
    WriteText(json, "value", value);
    json.EndObject();
  }
  json.EndArray();
}

/// The one ARN that all bindings of the guardrail name; without one, its name in the characters of
/// an id, which is no guardrail's id (AWS assigns twelve characters), so that a request sent as it
/// stands finds nothing.
std::string VersionIdentifier(const Guardrail& guardrail, const intent::Bindings& bindings) {
  std::set<std::string> arns;
  for (const std::string& account : bindings.Accounts(guardrail.name)) {
    for (const std::string& region : bindings.Regions(guardrail.name, account)) {
      arns.insert(bindings.Find(guardrail.name, account, region)->arn);
    }
  }
  if (arns.size() == 1) return *arns.begin();
  std::string id = "guardrail";
  for (const char c : guardrail.name) {
    if (c >= 'A' && c <= 'Z') id += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) id += c;
  }
  return id;
}

Artifact Request(const Guardrail& guardrail, std::string_view operation, std::string_view kind,
                 std::string bytes, const source::SourceMap& sources) {
  Artifact artifact =
      MakeArtifact(fmt::format("guardrails/{}.bedrock.{}.json", guardrail.name, operation), kind,
                   {guardrail.name}, std::move(bytes));
  *artifact.statements = {
      {"", {sources.DescribeRelative(guardrail.span)}, "guardrail " + guardrail.name}};
  return artifact;
}

}  // namespace

std::string CreateGuardrailRequest(const Guardrail& guardrail) {
  Writer json(support::json::Style::kPretty);
  json.BeginObject();
  WriteText(json, "name", guardrail.name);
  if (guardrail.description) WriteText(json, "description", *guardrail.description);
  Topics(json, guardrail);
  Filters(json, guardrail);
  Words(json, guardrail);
  PersonalData(json, guardrail);
  Grounding(json, guardrail);
  Reasoning(json, guardrail);
  if (guardrail.profile) {
    json.Key("crossRegionConfig");
    json.BeginObject();
    WriteText(json, "guardrailProfileIdentifier", *guardrail.profile);
    json.EndObject();
  }
  WriteText(json, "blockedInputMessaging", guardrail.input_message);
  WriteText(json, "blockedOutputsMessaging", guardrail.output_message);
  if (guardrail.key) WriteText(json, "kmsKeyId", *guardrail.key);
  Tags(json, guardrail);
  json.EndObject();
  return json.Take() + "\n";
}

std::string GuardrailHash(const Guardrail& guardrail) {
  return support::Sha256Hex(CreateGuardrailRequest(guardrail));
}

std::vector<Artifact> GuardrailRequests(const intent::Model& model,
                                        const intent::Bindings& bindings,
                                        const source::SourceMap& sources) {
  std::vector<Artifact> artifacts;
  for (const Guardrail& guardrail : model.guardrails) {
    artifacts.push_back(Request(guardrail, "CreateGuardrail", "guardrail",
                                CreateGuardrailRequest(guardrail), sources));
    Writer json(support::json::Style::kPretty);
    json.BeginObject();
    WriteText(json, "guardrailIdentifier", VersionIdentifier(guardrail, bindings));
    WriteText(json, "description", "sha256:" + GuardrailHash(guardrail));
    json.EndObject();
    artifacts.push_back(Request(guardrail, "CreateGuardrailVersion", "guardrail-version",
                                json.Take() + "\n", sources));
  }
  std::ranges::sort(artifacts, {}, &Artifact::path);
  return artifacts;
}

}  // namespace writ::emit
