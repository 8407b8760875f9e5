#include "beyond.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "iam/policy/pattern.h"

namespace writ::emit {
namespace {

using policy::Patterns;
using policy::Sense;
using Texts = std::vector<std::string>;

/// Resources whose last part is a model's id.
constexpr std::array<std::string_view, 2> kModelTypes = {":foundation-model/",
                                                         ":inference-profile/"};

/// The model ids that resources name.
Texts ModelsOf(const Patterns& resources) {
  Texts models;
  for (const std::string& arn : resources.values) {
    for (const std::string_view type : kModelTypes) {
      const std::size_t at = arn.find(type);
      if (at != std::string::npos) models.push_back(arn.substr(at + type.size()));
    }
  }
  std::ranges::sort(models);
  models.erase(std::unique(models.begin(), models.end()), models.end());
  return models;
}

BeyondEntry EntryOf(const policy::Statement& statement) {
  BeyondEntry entry;
  entry.sid = statement.sid;
  if (statement.action.sense == Sense::kAllBut) {
    entry.actions_but = statement.action.values;
  } else {
    std::ranges::copy_if(statement.action.values, std::back_inserter(entry.actions),
                         policy::HasWildcard);
  }
  if (!statement.resource) return entry;
  Texts models = ModelsOf(*statement.resource);
  if (statement.resource->sense == Sense::kAllBut) {
    entry.models_but = std::move(models);
  } else {
    std::ranges::copy_if(models, std::back_inserter(entry.models), policy::HasWildcard);
  }
  return entry;
}

}  // namespace

std::vector<BeyondEntry> BeyondCatalog(const policy::PolicyDocument& document) {
  std::vector<BeyondEntry> entries;
  for (const policy::Statement& statement : document.statements) {
    if (statement.effect != policy::Effect::kDeny) continue;
    BeyondEntry entry = EntryOf(statement);
    const bool is_any = !entry.actions.empty() || !entry.actions_but.empty() ||
                        !entry.models.empty() || !entry.models_but.empty();
    if (is_any) entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace writ::emit
