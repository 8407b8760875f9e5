// What the parts of lowering share: the input, the sink, and how they speak of principals,
// accounts, guardrails and origins.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conditions.h"
#include "output/lower/lower.h"
#include "template.h"

namespace writ::lower {

/// "arn:${Partition}:bedrock:${Region}:${Account}:agent/${AgentId}" →
/// "arn:{partition}:bedrock:{region}:{account}:agent/*".
[[nodiscard]] std::string TemplateOf(std::string_view format);

/// ARN formats of the resource types that an action takes, as templates of {partition}, {region}
/// and {account} with every other variable part as `*`; empty when it takes none. Remembers: asking
/// the catalog for an action costs more than filling a template.
class ResourceForms {
 public:
  explicit ResourceForms(const catalog::Catalog& catalog) : catalog_(&catalog) {}
  [[nodiscard]] const std::vector<std::string>& Of(const std::string& full_action_name);

 private:
  const catalog::Catalog* catalog_;
  std::map<std::string, std::vector<std::string>> forms_;
};

/// Where a guardrail that a sentence names has no binding: account id → regions (none: all).
using Unbound = std::map<std::string, std::set<std::string>>;

class KnownDenials;

struct Context {
  const Input& input;
  diag::Sink& sink;
  ResourceForms& forms;
  KnownDenials& denials;
  /// Guardrails and regions of which it was said that where they are applied is not known.
  std::set<std::pair<std::string, std::string>> unknown_destinations = {};
  /// Conditions of the sentence at hand exclude each other, so that a statement was left out.
  bool contradiction = false;

  [[nodiscard]] const intent::Account& AccountAt(intent::AccountIndex index) const {
    return input.model.organization.accounts[index.value];
  }
  [[nodiscard]] const intent::Guardrail& GuardrailAt(intent::GuardrailIndex index) const {
    return input.model.guardrails[index.value];
  }
  /// That of every ARN: an organization lies in one.
  [[nodiscard]] const std::string& partition() const { return input.model.organization.partition; }

  /// "ARN:N" of each of `guardrails` that is bound there, sorted.
  [[nodiscard]] std::vector<std::string> Pinned(
      const std::vector<intent::GuardrailIndex>& guardrails, const std::string& account_id,
      const std::string& region) const;
  /// ARN patterns of a principal in one account, as aws:PrincipalArn shows them. None for tags.
  [[nodiscard]] std::vector<std::string> ArnsOf(const intent::Principal& principal,
                                                const std::string& partition,
                                                const std::string& account_id) const;
  /// The same over every region that is bound in the account.
  [[nodiscard]] std::vector<std::string> PinnedAnywhere(
      const std::vector<intent::GuardrailIndex>& guardrails, const std::string& account_id) const;
};

/// Ways to come through one of the endpoints, or not to. An endpoint's vpce, vpc and cidr facts
/// must all fit. Sources of the keys: IAM User Guide, "AWS global condition context keys", read
/// 2026-11-22.
[[nodiscard]] intent::Condition ThroughEndpoints(
    const intent::Model& model, const std::vector<intent::EndpointIndex>& endpoints);

/// Reports that a sentence cannot be said in IAM, once.
void ReportInexpressible(const Context& context, const intent::Origin& origin,
                         const std::string& why);

/// The statement parts that do not depend on legs.
[[nodiscard]] policy::Patterns Listed(std::vector<std::string> values);

}  // namespace writ::lower
