#include "analysis/drift/universe.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "iam/policy/pattern.h"

namespace writ::drift {
namespace {

constexpr std::array<std::string_view, 9> kModels = {"aws-external-anthropic",
                                                     "bedrock",
                                                     "bedrock-agentcore",
                                                     "bedrock-mantle",
                                                     "codewhisperer",
                                                     "q",
                                                     "qbusiness",
                                                     "qdeveloper",
                                                     "sagemaker"};

}  // namespace

policy::PolicyDocument CallsOfModels(const catalog::Catalog& catalog) {
  policy::PolicyDocument document;
  policy::Statement& statement = document.statements.emplace_back();
  statement.action.values = {"bedrock:InvokeModel"};
  statement.resource.emplace();
  for (const catalog::Model& model : catalog.models()) {
    for (const catalog::ModelId* id : model.GrantedIds()) {
      if (!id->in_region || id->in_region->empty()) continue;
      // Two Regions: what one of them is allowed is often the question.
      for (const std::string& region : {id->in_region->front(), id->in_region->back()}) {
        statement.resource->values.push_back(
            fmt::format("arn:*:bedrock:{}::foundation-model/{}", region, id->id));
      }
    }
  }
  return document;
}

Universe Universe::OfModels() {
  Universe made;
  made.services_.insert(kModels.begin(), kModels.end());
  return made;
}

Universe Universe::Of(const deployed::Tree& tree) {
  Universe made = OfModels();
  for (const deployed::Policy& policy : tree.policies) {
    // These are compared whole, whatever they name.
    if (policy.kind == policy::Kind::kTrust || policy.kind == policy::Kind::kVpcEndpoint) continue;
    for (const policy::Statement& statement : policy.content->document.statements) {
      if (statement.action.sense == policy::Sense::kAllBut) made.is_all_ = true;
      for (const std::string& action : statement.action.values) {
        const std::string service = policy::FoldCase(action.substr(0, action.find(':')));
        if (policy::HasWildcard(service)) {
          made.is_all_ = true;
        } else {
          made.services_.insert(service);
        }
      }
    }
  }
  return made;
}

bool Universe::MayHold(std::string_view action) const {
  const std::string_view service = action.substr(0, action.find(':'));
  return is_all_ || policy::HasWildcard(service) || services_.contains(policy::FoldCase(service));
}

policy::PolicyDocument Universe::Governed(const policy::PolicyDocument& document) const {
  policy::PolicyDocument governed;
  governed.version = document.version;
  for (const policy::Statement& statement : document.statements) {
    policy::Statement kept = statement;
    if (kept.action.sense == policy::Sense::kListed) {
      std::erase_if(kept.action.values,
                    [&](const std::string& action) { return !MayHold(action); });
      if (kept.action.values.empty()) continue;
    }
    governed.statements.push_back(std::move(kept));
  }
  return governed;
}

policy::PolicyDocument Universe::Everything() const {
  policy::Statement statement;
  if (is_all_) {
    statement.action.values = {"*"};
  } else {
    for (const std::string& service : services_) statement.action.values.push_back(service + ":*");
  }
  statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  policy::PolicyDocument document;
  document.statements.push_back(std::move(statement));
  return document;
}

}  // namespace writ::drift
