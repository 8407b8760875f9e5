// What makes AWS do something in every call of an account and region, read back from its bytes: the
// guardrail that an account or the organization enforces, the logging of invocations, and how long
// what is sent is kept.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "proof/deployed/said.h"

namespace writ::deployed {

/// Of which models calls are screened. No included model: all are (Organizations User Guide,
/// "Bedrock policy syntax", read 2026-11-22).
void SayModels(std::vector<std::string> included, std::vector<std::string> excluded, Said& said);

/// The input of PutEnforcedGuardrailConfiguration. Content that is not spoken of is guarded
/// comprehensively (Bedrock User Guide, "guardrails-enforcements", read 2026-11-22).
[[nodiscard]] Said ReadConfiguration(const support::json::Value& request);

/// A BEDROCK_POLICY, by region, in the words of ReadConfiguration. What is wrong goes to `whole`.
[[nodiscard]] std::map<std::string, Said> ReadPolicy(const support::json::Value& policy,
                                                     Said& whole);

/// Kinds of data that invocation logging delivers or leaves out.
inline constexpr const char* kDelivered[] = {"text", "image", "embedding", "video", "audio"};

/// The input of PutModelInvocationLoggingConfiguration.
[[nodiscard]] Said ReadLogging(const support::json::Value& request);

/// The input of PutAccountDataRetention of either plane.
[[nodiscard]] Said ReadRetention(const support::json::Value& request);

}  // namespace writ::deployed
