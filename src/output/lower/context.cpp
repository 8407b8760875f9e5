#include "context.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/diag/codes/lowering.h"
#include "base/support/check.h"

namespace writ::lower {
namespace {

intent::Condition AnyOf(std::string key, intent::Test::Type type, std::vector<std::string> values) {
  std::ranges::sort(values);
  intent::Condition condition;
  condition.kind = intent::Condition::Kind::kTest;
  condition.test = {std::move(key),    type, false, intent::Test::Operator::kIn,
                    std::move(values), false};
  return condition;
}

}  // namespace

std::string TemplateOf(std::string_view format) {
  std::string text;
  while (!format.empty()) {
    const std::size_t open = format.find("${");
    text.append(format.substr(0, open));
    if (open == std::string_view::npos) break;
    const std::size_t close = format.find('}', open);
    WRIT_CHECK(close != std::string_view::npos, format);
    const std::string_view variable = format.substr(open + 2, close - open - 2);
    if (variable == "Partition") {
      text.append("{partition}");
    } else if (variable == "Region") {
      text.append("{region}");
    } else if (variable == "Account") {
      text.append("{account}");
    } else if (text.empty() || text.back() != '*') {
      text.append("*");
    }
    format.remove_prefix(close + 1);
  }
  return text;
}

std::vector<std::string> Context::Pinned(const std::vector<intent::GuardrailIndex>& guardrails,
                                         const std::string& account_id,
                                         const std::string& region) const {
  std::set<std::string> pinned;
  for (const intent::GuardrailIndex index : guardrails) {
    if (const auto bound = input.bindings.Find(GuardrailAt(index).name, account_id, region)) {
      pinned.insert(bound->Pinned());
    }
  }
  return {pinned.begin(), pinned.end()};
}

std::vector<std::string> Context::PinnedAnywhere(
    const std::vector<intent::GuardrailIndex>& guardrails, const std::string& account_id) const {
  std::set<std::string> pinned;
  for (const intent::GuardrailIndex index : guardrails) {
    for (const std::string& region : input.bindings.Regions(GuardrailAt(index).name, account_id)) {
      pinned.insert(input.bindings.Find(GuardrailAt(index).name, account_id, region)->Pinned());
    }
  }
  return {pinned.begin(), pinned.end()};
}

intent::Condition ThroughEndpoints(const intent::Model& model,
                                   const std::vector<intent::EndpointIndex>& endpoints) {
  using Type = intent::Test::Type;
  intent::Condition any;
  any.kind = intent::Condition::Kind::kAny;
  for (const intent::EndpointIndex index : endpoints) {
    const intent::Endpoint& endpoint = model.endpoints[index.value];
    intent::Condition all;
    if (!endpoint.vpces.empty()) {
      all.operands.push_back(AnyOf("aws:SourceVpce", Type::kString, endpoint.vpces));
    }
    if (!endpoint.vpcs.empty()) {
      all.operands.push_back(AnyOf("aws:SourceVpc", Type::kString, endpoint.vpcs));
    }
    if (!endpoint.cidrs.empty()) {
      // Behind an endpoint the caller's address is private and under its own key.
      const bool is_private = !endpoint.vpces.empty() || !endpoint.vpcs.empty();
      all.operands.push_back(
          AnyOf(is_private ? "aws:VpcSourceIp" : "aws:SourceIp", Type::kIp, endpoint.cidrs));
    }
    any.operands.push_back(std::move(all));
  }
  return any;
}

std::vector<std::string> Context::ArnsOf(const intent::Principal& principal,
                                         const std::string& partition,
                                         const std::string& account_id) const {
  using Kind = intent::Principal::Kind;
  const std::string iam = fmt::format("arn:{}:iam::{}:", partition, account_id);
  switch (principal.kind) {
    case Kind::kRole:
      return {iam + "role/" + principal.value};
    case Kind::kUser:
      return {iam + "user/" + principal.value};
    case Kind::kPermissionSet: {
      Places places;
      places.Set("partition", partition);
      places.Set("account", account_id);
      places.Set("permission-set", principal.value);
      return Fill(input.library.Form("permission-set-role"), places);
    }
    case Kind::kTag:
    case Kind::kService:
      return {};
  }
  return {};
}

void ReportInexpressible(const Context& context, const intent::Origin& origin,
                         const std::string& why) {
  context.sink.Report(diag::kInexpressibleSentence, origin.span, why)
      .At("not expressible in IAM")
      .Note(
          "nothing was approximated: a policy that says nearly this would permit or refuse other "
          "requests");
}

policy::Patterns Listed(std::vector<std::string> values) {
  return {policy::Sense::kListed, std::move(values)};
}

const std::vector<std::string>& ResourceForms::Of(const std::string& full_action_name) {
  const auto known = forms_.find(full_action_name);
  if (known != forms_.end()) return known->second;
  std::set<std::string> templates;
  const std::size_t colon = full_action_name.find(':');
  const std::string service = full_action_name.substr(0, colon);
  const auto action = catalog_->FindAction(service, full_action_name.substr(colon + 1));
  WRIT_CHECK(action.has_value(), full_action_name);
  for (const catalog::ActionResource& resource : action->resources) {
    const auto type = catalog_->FindResourceType(service, resource.type);
    WRIT_CHECK(type.has_value(), resource.type);
    for (const std::string& format : type->arns) templates.insert(TemplateOf(format));
  }
  return forms_
      .emplace(full_action_name, std::vector<std::string>(templates.begin(), templates.end()))
      .first->second;
}

}  // namespace writ::lower
