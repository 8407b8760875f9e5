// What there is to deploy, by account: the tree's documents with what each is attached to, and the
// guardrails that each account owns. The forms (CloudFormation, Terraform, script) render this.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/json.h"
#include "output/emit/deploy.h"

namespace writ::emit {

/// A document that AWS keeps under a name, and what holds it.
struct NamedDocument {
  const Artifact* artifact = nullptr;
  std::string name;  ///< in AWS: "writ-fraud", "writ-root-1"; of a role or set: its own
  std::vector<std::string> roles;  ///< names without path
  std::vector<std::string> users;
  std::vector<std::string> placed_roles;  ///< the same with their paths: "team/app"
  std::vector<std::string> placed_users;
  /// "fraud-*", "tag:team=fraud": principals not known by name.
  std::vector<std::string> role_patterns;
  std::vector<std::string> user_patterns;
  std::vector<std::string> targets;  ///< "root", "ou-…", 12 digits; of an OU without id "ou:NAME"
  std::vector<std::string> endpoints;  ///< ids of the VPC endpoints whose policy it is
};

/// A guardrail in one region of the account that owns it.
struct OwnedGuardrail {
  const intent::Guardrail* guardrail = nullptr;
  std::string region;
  std::string partition;
  std::optional<intent::BoundGuardrail> bound;
};

/// A request for one region: sharing, enforcement, logging, retention, rules that tell of events.
struct RegionalRequest {
  const Artifact* artifact = nullptr;
  std::string region;
  std::string shared = {};            ///< of sharing: the name of the guardrail or profile
  const Artifact* targets = nullptr;  ///< of a rule: the request that says where it tells
};

/// What a gateway decides by: an engine and its policies.
struct GatewayPlan {
  const intent::Gateway* gateway = nullptr;
  const Artifact* engine = nullptr;
  std::vector<const Artifact*> policies;  ///< requests, in the order of their numbers
};

struct AccountPlan {
  std::string name;
  std::string id;  ///< empty if the program does not say
  bool is_management = false;
  std::vector<OwnedGuardrail> guardrails;  ///< by name, then region
  std::vector<NamedDocument> identities;
  std::vector<NamedDocument> trusts;
  std::vector<NamedDocument> endpoints;  ///< for principals of the account, whoever owns them
  /// Of guardrails that the organization's policies name, and of their profiles.
  std::vector<RegionalRequest> sharings;
  std::vector<RegionalRequest> enforcements;
  std::vector<RegionalRequest> loggings;
  std::vector<RegionalRequest> watches;
  std::vector<RegionalRequest> retentions;  ///< of bedrock and of bedrock-mantle
  const Artifact* selectors = nullptr;      ///< of its trails, to be merged
  std::vector<GatewayPlan> gateways;        ///< by name
  std::vector<NamedDocument> permission_sets;
  std::vector<NamedDocument> scps;
  std::vector<NamedDocument> rcps;
  std::vector<NamedDocument> bedrock_policies;
  std::vector<NamedDocument> opt_outs;
  std::vector<NamedDocument> staged;  ///< SCPs that are made and attached to nothing

  [[nodiscard]] bool is_empty() const;
  /// Where resources without a region are made, and guardrails that documents refer to are: the
  /// first region that has something, or empty.
  [[nodiscard]] std::string home() const;
  /// All regions that have something, sorted.
  [[nodiscard]] std::vector<std::string> regions() const;
};

/// In order of declaration; the management account (named so if the program has none) first.
[[nodiscard]] std::vector<AccountPlan> PlanDeployment(const DeployInput& input);

/// Notes that a form does not make what is staged: it would take it away again at the next change.
void LeaveStaged(const AccountPlan& plan, LeftOut& left);

/// Notes that a form has no place for what creates a guardrail.
void LeaveOut(const intent::Guardrail& guardrail, std::string_view why, LeftOut& left);

/// Notes that a form does not make the policies of a gateway's engine: the program does not own the
/// gateway, which would have to name the engine there.
void LeaveOut(const GatewayPlan& gateway, LeftOut& left);

/// A text as an identifier of letters and digits, each word with a capital: "pii-safe" → "PiiSafe".
[[nodiscard]] std::string CamelName(std::string_view text);
/// A text with all but letters and digits as `_`, not beginning with a digit.
[[nodiscard]] std::string SnakeName(std::string_view text);

/// Names that must differ: gives back `wanted`, or with a number if it is taken.
class NameSet {
 public:
  std::string Take(std::string wanted);

 private:
  std::set<std::string> taken_;  ///< folded to lower case
};

/// How texts and names are rewritten while JSON is copied.
class JsonRewriter {
 public:
  virtual ~JsonRewriter() = default;
  /// Writes a text of the original; the default copies it.
  virtual void WriteString(support::json::Writer& writer, std::string_view text);
  /// The name of a member; the default keeps it.
  [[nodiscard]] virtual std::string Key(std::string_view key);

  /// Copies a value. Recursion is as deep as the value, which the reader limits.
  void Copy(support::json::Writer& writer, const support::json::Value& value);
};

/// An artifact's bytes, read. They are ours, so they are JSON.
[[nodiscard]] support::json::Document ReadOwn(const Artifact& artifact);

/// Whether a request shares a guardrail profile. The resource types of both forms take the ARN of a
/// guardrail only: their pattern for the last part has neither dot nor colon (CloudFormation
/// registry, AWS::Bedrock::ResourcePolicy, 2026-09-29).
[[nodiscard]] bool IsOfProfile(const support::json::Document& sharing);

}  // namespace writ::emit
