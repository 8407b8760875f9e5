#include "program/intent/model.h"

#include <algorithm>

#include "base/support/check.h"
#include "program/intent/planes.h"

namespace writ::intent {

std::string_view Name(Plane plane) {
  if (plane == kClaudePlatform) return "claude-platform";
  return plane == Plane::kMantle ? "mantle" : "bedrock";
}

bool Prohibition::Covers(Plane plane) const {
  return planes.empty() || std::ranges::find(planes, plane) != planes.end();
}

std::string Name(const Route& route) {
  switch (route.kind) {
    case Route::Kind::kDirectly:
      return "directly";
    case Route::Kind::kWithin:
      return "within " + route.geography;
    case Route::Kind::kGlobally:
      return "globally";
  }
  WRIT_CHECK(false, "unknown kind of route");
}

std::string_view Name(Watch::Kind kind) {
  switch (kind) {
    case Watch::Kind::kChanges:
      return "changes";
    case Watch::Kind::kRefusals:
      return "refusals";
    case Watch::Kind::kUse:
      return "use";
  }
  WRIT_CHECK(false, "unknown kind of watch");
}

std::string_view Name(Sort sort) {
  switch (sort) {
    case Sort::kAccounts:
      return "Accounts";
    case Sort::kRegions:
      return "Regions";
    case Sort::kModels:
      return "Models";
    case Sort::kTeams:
      return "Teams";
    case Sort::kGuardrails:
      return "Guardrails";
    case Sort::kEndpoints:
      return "Endpoints";
    case Sort::kProfiles:
      return "Profiles";
    case Sort::kKnowledgeBases:
      return "KnowledgeBases";
    case Sort::kAgents:
      return "Agents";
    case Sort::kFlows:
      return "Flows";
    case Sort::kPrompts:
      return "Prompts";
    case Sort::kServices:
      return "Services";
    case Sort::kKinds:
      return "Kinds";
    case Sort::kResources:
      return "Resources";
  }
  WRIT_CHECK(false, "unknown sort");
}

}  // namespace writ::intent
