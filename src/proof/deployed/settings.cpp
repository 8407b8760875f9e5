#include "proof/deployed/settings.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace writ::deployed {

namespace json = support::json;

namespace {

std::string Upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace

void SayModels(std::vector<std::string> included, std::vector<std::string> excluded, Said& said) {
  if (included.empty()) included = {"ALL"};
  std::ranges::sort(included);
  std::ranges::sort(excluded);
  said.Say("models", Listed(included));
  said.Say("models left out", Listed(excluded));
}

Said ReadConfiguration(const json::Value& request) {
  Said said;
  Members members(request, said);
  if (std::optional<Members> config = members.Object("guardrailInferenceConfig")) {
    said.Say("guardrail", fmt::format("{}:{}", config->Text("guardrailIdentifier", "none"),
                                      config->Text("guardrailVersion", "none")));
    std::string system = "COMPREHENSIVE";
    std::string messages = system;
    if (std::optional<Members> guarded = config->Object("selectiveContentGuarding")) {
      system = guarded->Text("system", system);
      messages = guarded->Text("messages", messages);
      guarded->Finish();
    }
    said.Say("guarding of system prompts", std::move(system));
    said.Say("guarding of messages", std::move(messages));
    std::vector<std::string> included;
    std::vector<std::string> excluded;
    if (std::optional<Members> models = config->Object("modelEnforcement")) {
      included = models->Texts("includedModels");
      excluded = models->Texts("excludedModels");
      models->Finish();
    }
    SayModels(std::move(included), std::move(excluded), said);
    config->Finish();
  }
  members.Finish();
  return said;
}

namespace {

std::string Assigned(Members& members, std::string_view key, std::string_view left_out) {
  std::optional<Members> value = members.Object(key);
  if (!value) return std::string(left_out);
  std::string text = value->Text("@@assign", left_out);
  value->Finish();
  return text;
}

std::vector<std::string> AssignedList(Members& members, std::string_view key) {
  std::optional<Members> value = members.Object(key);
  if (!value) return {};
  std::vector<std::string> texts = value->Texts("@@assign");
  value->Finish();
  return texts;
}

/// One guardrail of one region in a BEDROCK_POLICY, into the words of ReadConfiguration.
void ReadEnforced(Members& enforced, Said& said) {
  said.Say("guardrail", Assigned(enforced, "identifier", "none"));
  std::string system = "comprehensive";
  std::string messages = system;
  if (std::optional<Members> guarded = enforced.Object("selective_content_guarding")) {
    system = Assigned(*guarded, "system", system);
    messages = Assigned(*guarded, "messages", messages);
    guarded->Finish();
  }
  said.Say("guarding of system prompts", Upper(std::move(system)));
  said.Say("guarding of messages", Upper(std::move(messages)));
  std::vector<std::string> included;
  std::vector<std::string> excluded;
  if (std::optional<Members> models = enforced.Object("model_enforcement")) {
    included = AssignedList(*models, "included_models");
    excluded = AssignedList(*models, "excluded_models");
    models->Finish();
  }
  SayModels(std::move(included), std::move(excluded), said);
  enforced.Finish();
}

}  // namespace

std::map<std::string, Said> ReadPolicy(const json::Value& policy, Said& whole) {
  std::map<std::string, Said> regions;
  Members members(policy, whole);
  std::optional<Members> bedrock = members.Object("bedrock");
  std::optional<Members> inference =
      bedrock ? bedrock->Object("guardrail_inference") : std::nullopt;
  if (!inference) {
    whole.Wrong("it has no `/bedrock/guardrail_inference`");
    return regions;
  }
  for (const std::string& region : inference->Names()) {
    std::optional<Members> guardrails = inference->Object(region);
    if (!guardrails) continue;
    const std::vector<std::string> names = guardrails->Names();
    if (names.size() != 1) {
      whole.Wrong(
          fmt::format("{} guardrails are enforced in {}; one can be", names.size(), region));
      continue;
    }
    std::optional<Members> enforced = guardrails->Object(names.front());
    if (enforced) ReadEnforced(*enforced, regions[region]);
    for (const std::string& wrong : regions[region].wrong()) whole.Wrong(wrong);
  }
  bedrock->Finish();
  members.Finish();
  return regions;
}

Said ReadLogging(const json::Value& request) {
  Said said;
  Members members(request, said);
  if (std::optional<Members> config = members.Object("loggingConfig")) {
    if (std::optional<Members> logs = config->Object("cloudWatchConfig")) {
      said.Say("log group", logs->Text("logGroupName", "none"));
      said.Say("role of the log group", logs->Text("roleArn", "none"));
      logs->Finish();
    }
    if (std::optional<Members> bucket = config->Object("s3Config")) {
      said.Say("bucket", bucket->Text("bucketName", "none"));
      said.Say("prefix in the bucket", bucket->Text("keyPrefix", ""));
      bucket->Finish();
    }
    for (const char* kind : kDelivered) {
      const bool is_on = config->Flag(fmt::format("{}DataDeliveryEnabled", kind), false);
      said.Say(fmt::format("delivery of {} data", kind), is_on ? "on" : "off or not said");
    }
    config->Finish();
  }
  members.Finish();
  return said;
}

Said ReadRetention(const json::Value& request) {
  Said said;
  Members members(request, said);
  said.Say("mode", members.Text("mode", "none given"));
  members.Finish();
  return said;
}

}  // namespace writ::deployed
