// What AWS checks when a model is called, and by which other ways a thing can be done: the
// verifier's own table of facts.
//
// It repeats on purpose what the standard library tells lowering. Both were written from AWS's
// documentation, apart from each other, so a leg that one of them forgets is a difference that the
// proof shows. Never read one to write the other.
//
// Sources, all read 2026-11-22: [SAR] IAM service authorization data of 2026-09-26 (actions,
// resource types, keys); [CRIS] Bedrock User Guide, "geographic-cross-region-inference",
// "global-cross-region-inference" and "inference-profiles-support"; [GR]
// "guardrails-permissions-id" and "guardrail-profiles-permissions"; [RESP]
// "inference-responses-api"; [BATCH] "batch-inference-permissions"; [MA] "model-access". Read
// 2026-11-29: [CPA] Claude Platform on AWS, "iam-actions"; [KB] Bedrock User Guide,
// "knowledge-base-prereq-permissions-general"; [RR] "rerank-supported".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "program/intent/model.h"

namespace writ::verify {

// Keys that only invocations carry [SAR: InvokeModel, InvokeModelWithResponseStream].
inline constexpr std::string_view kProfileKey = "bedrock:InferenceProfileArn";
inline constexpr std::string_view kGuardrailKey = "bedrock:GuardrailIdentifier";
inline constexpr std::string_view kRegionKey = "aws:RequestedRegion";

/// The two actions that Converse, streaming, asynchronous and bidirectional calls come down to.
[[nodiscard]] const std::vector<std::string>& InvokeActions();

// ---- one call ----------------------------------------------------------------------------------

/// How a permitted call reaches its model.
enum class Approach : std::uint8_t {
  kModel,        ///< the foundation model itself, in the region of the call
  kGeographic,   ///< a system profile `us.…`
  kGlobal,       ///< a system profile `global.…`
  kApplication,  ///< `via profile`: profiles that the sentence names
  kMantle
};

/// How an authorization stands to bedrock:InferenceProfileArn.
enum class ProfileKey : std::uint8_t { kUnasked, kAbsent, kTheCalled };

/// One authorization of a call. `resource` has {p} partition, {s} source region, {d} each
/// destination, {a} account, {m} model id.
struct CallLeg {
  std::string_view verb;
  Approach approach;
  std::vector<std::string> actions = {};
  std::string_view resource;  ///< empty: the called profiles
  ProfileKey profile = ProfileKey::kUnasked;
  bool guardrail = false;            ///< carries bedrock:GuardrailIdentifier
  std::string_view region = {};      ///< aws:RequestedRegion must be this
  std::string_view model_key = {};   ///< a key that must be the model's id
  std::string_view called_key = {};  ///< a key that must be what the caller named
  std::string_view models = {};      ///< only for ids that begin so
};

[[nodiscard]] const std::vector<CallLeg>& CallLegs();

// ---- ways in which a thing can be done ---------------------------------------------------------

enum class Target : std::uint8_t {
  kFoundation,  ///< foundation-model/ID, in a region or in none
  kProfile,     ///< the system profiles of the model
  kOpaque,      ///< resources whose ARN does not tell the model
  kModelKey,    ///< no resource tells it, a condition key does
  kProduct,     ///< a marketplace product
  kPlatform     ///< nothing tells it
};

/// One way to do what a verb means for models, or to get hold of something that does it.
struct Way {
  std::string_view verb;
  intent::Call::Plane plane = intent::Call::Plane::kBedrock;
  std::vector<std::string> actions = {};
  std::vector<Target> targets = {};
  std::vector<std::string> opaque = {};  ///< for kOpaque
  std::string_view key = {};             ///< for kModelKey and kProduct
  bool invocation = false;               ///< carries the guardrail's and the profile's key
  bool makes_profile = false;            ///< an application profile of a model or of a profile
  std::vector<std::string> beside = {};  ///< authorized with it, telling nothing of the model
};

[[nodiscard]] const std::vector<Way>& Ways();

/// Whether AWS asks the caller of the action for the model as well, so that whoever may not use the
/// model gets nothing by it.
[[nodiscard]] bool IsAskedForTheModel(std::string_view action);
/// The models that an action runs which does not say which; empty: any.
[[nodiscard]] std::vector<std::string_view> ModelsOf(std::string_view action);

/// Actions that serve or permit calls processed in no region, and their resources.
[[nodiscard]] const std::vector<std::string>& GlobalActions();

/// Other verbs: what they grant, and what they forbid on top.
struct PlainVerb {
  std::string_view verb;
  intent::Sort sort;
  std::string_view granted;  ///< empty: only forbidden
  std::string_view also_forbidden = {};
};
[[nodiscard]] const std::vector<PlainVerb>& PlainVerbs();

/// An ARN of the intent that leaves its place open
/// ("arn:{partition}:sagemaker:{region}:{account}:…") in each of `regions`; any other as it is.
[[nodiscard]] std::vector<std::string> Located(const std::string& arn, const std::string& partition,
                                               const std::vector<std::string>& regions,
                                               const std::string& account);

/// Whether an action is checked on no resource although it lists types.
[[nodiscard]] bool IsCheckedOnNothing(std::string_view action);

/// Services whose administrative actions a prohibition covers beside IAM's.
[[nodiscard]] bool IsBedrockService(std::string_view service);

}  // namespace writ::verify
