#include "facts/catalog/difference.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace writ::catalog {
namespace {

using Words = std::vector<std::string>;
/// What is said of each thing, by its name.
using Things = std::map<std::string, std::set<std::string>>;

void SayAll(std::set<std::string>& facts, std::string_view what, const Words& words) {
  for (const std::string& word : words) facts.insert(fmt::format("{} {}", what, word));
}

/// An unknown list is not an empty one.
void SayKnown(std::set<std::string>& facts, std::string_view what,
              const std::optional<Words>& words) {
  if (!words) {
    facts.insert(fmt::format("{}: unknown", what));
  } else if (words->empty()) {
    facts.insert(fmt::format("{}: none", what));
  } else {
    SayAll(facts, what, *words);
  }
}

void SayKnown(std::set<std::string>& facts, std::string_view what, const std::optional<bool>& is) {
  facts.insert(fmt::format("{}: {}", what, !is ? "unknown" : *is ? "yes" : "no"));
}

void SayText(std::set<std::string>& facts, std::string_view what, const std::string& text) {
  if (!text.empty()) facts.insert(fmt::format("{} {}", what, text));
}

void SayRoutes(std::set<std::string>& facts, const std::string& of,
               const std::vector<Route>& routes) {
  for (const Route& route : routes) {
    for (const std::string& destination : route.destinations) {
      facts.insert(fmt::format("{} from {} to {}{}", of, route.source, destination,
                               route.inferred ? " (inferred)" : ""));
    }
  }
}

std::string_view StatusWord(LifecycleStatus status) {
  switch (status) {
    case LifecycleStatus::kActive:
      return "active";
    case LifecycleStatus::kLegacy:
      return "legacy";
    case LifecycleStatus::kPreview:
      return "preview";
  }
  return "";
}

void SayId(std::set<std::string>& facts, const ModelId& id) {
  const std::string of = "id " + id.id;
  facts.insert(of);
  if (id.id_only) facts.insert(of + " known by name only");
  if (id.variant) facts.insert(of + " a variant");
  SayKnown(facts, of + " on bedrock", id.on_runtime);
  SayKnown(facts, of + " on mantle", id.on_mantle);
  SayKnown(facts, of + " takes", id.input);
  SayKnown(facts, of + " gives", id.output);
  SayKnown(facts, of + " in region", id.in_region);
  SayKnown(facts, of + " on mantle in", id.mantle_regions);
  SayKnown(facts, of + " only through profiles", id.needs_profile);
  SayKnown(facts, of + " sold", id.sold_in_marketplace);
  SayText(facts, of + " product", id.product_id.value_or(""));
  SayText(facts, of + " ends", id.lifecycle.end_of_life.value_or(""));
  SayText(facts, of + " needs retention", id.required_retention);
  facts.insert(
      fmt::format("{} is {}", of,
                  id.lifecycle.status ? StatusWord(*id.lifecycle.status) : "of unknown status"));
  for (const InferenceProfile& profile : id.profiles) {
    const std::string through = "profile " + profile.id;
    facts.insert(through);
    SayKnown(facts, through + " from", profile.sources);
    SayRoutes(facts, through, profile.routes);
  }
}

// ---- topics ------------------------------------------------------------------------------------

Things Providers(const Catalog& catalog) {
  Things things;
  for (const Provider& provider : catalog.providers()) {
    std::set<std::string>& facts = things[provider.slug];
    SayAll(facts, "alias", provider.aliases);
    SayAll(facts, "pattern", provider.patterns);
  }
  return things;
}

Things Families(const Catalog& catalog) {
  Things things;
  for (const Family& family : catalog.families()) {
    std::set<std::string>& facts = things[fmt::format("{} of {}", family.name, family.provider)];
    SayAll(facts, "pattern", family.patterns);
    SayAll(facts, "model", family.models);
  }
  return things;
}

Things Models(const Catalog& catalog) {
  Things things;
  for (const Model& model : catalog.models()) {
    std::set<std::string>& facts = things[model.name];
    SayText(facts, "provider", model.provider);
    SayText(facts, "family", model.family);
    SayText(facts, "version", model.version);
    SayAll(facts, "alias", model.aliases);
    SayAll(facts, "pattern", model.patterns);
    for (const ModelId& id : model.ids) SayId(facts, id);
  }
  return things;
}

Things Regions(const Catalog& catalog) {
  Things things;
  for (const Region& region : catalog.regions()) {
    std::set<std::string>& facts = things[region.name];
    SayText(facts, "partition", region.partition);
    SayText(facts, "area", region.area);
    SayKnown(facts, "bedrock", region.bedrock);
    SayKnown(facts, "mantle", region.mantle);
    SayAll(facts, "guardrails within", region.guardrail_scopes);
  }
  return things;
}

Things Kinds(const Catalog& catalog) {
  Things things;
  for (const Kind& kind : catalog.kinds()) {
    std::set<std::string>& facts = things[kind.name];
    SayText(facts, "within", kind.within);
    if (kind.quarantined) facts.insert("not classified yet");
    for (const auto& [plane, what] :
         {std::pair{PlaneClass::kAdmin, "administers"}, std::pair{PlaneClass::kRead, "reads"},
          std::pair{PlaneClass::kRuntime, "uses"}}) {
      for (const BedrockAction* action : catalog.ActionsOfKind(kind.name, plane)) {
        facts.insert(fmt::format("{} {}", what, action->FullName()));
      }
    }
  }
  return things;
}

void SayClass(std::set<std::string>& facts, const BedrockAction& action) {
  facts.insert(fmt::format("class {}", Name(action.plane)));
  SayText(facts, "kind", action.kind);
  if (action.weakens_controls) facts.insert("weakens controls");
  if (action.exposes_content) facts.insert("exposes content");
  if (action.causes_inference) facts.insert("has a model run");
  SayText(facts, "where " + action.when_key + " is", action.when_value);
}

Things Actions(const Catalog& catalog) {
  Things things;
  for (const Service& service : catalog.Services()) {
    for (const Action& action : catalog.ActionsOf(service.prefix)) {
      std::set<std::string>& facts = things[action.FullName()];
      facts.insert(fmt::format("access {}", Name(action.access)));
      SayAll(facts, "key", action.keys);
      for (const ActionResource& resource : action.resources) {
        facts.insert(
            fmt::format("{} {}", resource.required ? "on" : "optionally on", resource.type));
        SayAll(facts, fmt::format("on {} key", resource.type), resource.keys);
      }
    }
  }
  for (const BedrockAction& action : catalog.bedrock_actions()) {
    SayClass(things[action.FullName()], action);
  }
  return things;
}

Things Services(const Catalog& catalog) {
  Things things;
  for (const Service& service : catalog.Services()) {
    std::set<std::string>& facts = things[service.prefix];
    if (service.global_endpoint) facts.insert("one global endpoint");
    if (service.rcp) facts.insert("bound by resource control policies");
  }
  return things;
}

/// The catalog lists types by action only: one that no action uses says nothing.
Things ResourceTypes(const Catalog& catalog) {
  Things things;
  for (const Service& service : catalog.Services()) {
    for (const Action& action : catalog.ActionsOf(service.prefix)) {
      for (const ActionResource& use : action.resources) {
        const std::string name = fmt::format("{}:{}", service.prefix, use.type);
        if (things.contains(name)) continue;
        std::set<std::string>& facts = things[name];
        const auto type = catalog.FindResourceType(service.prefix, use.type);
        if (!type) continue;
        SayAll(facts, "form", type->arns);
        SayAll(facts, "key", type->keys);
      }
    }
  }
  return things;
}

Things Keys(const Catalog& catalog) {
  Things things;
  for (const Key& key : catalog.Keys()) {
    std::set<std::string>& facts = things[key.name];
    facts.insert(fmt::format("type {}", Name(key.type)));
    if (key.multi_valued) facts.insert("several values");
    if (key.global) facts.insert("in any request");
  }
  return things;
}

Things GuardrailProfiles(const Catalog& catalog) {
  Things things;
  for (const GuardrailProfile& profile : catalog.guardrail_profiles()) {
    std::set<std::string>& facts = things[profile.id];
    SayText(facts, "within", profile.scope);
    SayAll(facts, "from", profile.sources);
    SayRoutes(facts, "calls", profile.routes);
  }
  return things;
}

Things Quotas(const Catalog& catalog) {
  Things things;
  for (const Quota& quota : catalog.quotas()) {
    things[quota.id].insert(fmt::format("{} {}", quota.value, quota.unit));
  }
  return things;
}

Things RetiredActions(const Catalog& catalog) {
  Things things;
  for (const Retired& one : catalog.retired()) things[one.action].insert("since " + one.since);
  return things;
}

Things RetentionModes(const Catalog& catalog) {
  Things things;
  for (const RetentionMode& mode : catalog.retention_modes()) {
    std::set<std::string>& facts = things[mode.name];
    if (mode.order) facts.insert(fmt::format("order {}", *mode.order));
  }
  return things;
}

Things OptOutServices(const Catalog& catalog) {
  Things things;
  for (const OptOutService& service : catalog.opt_out_services()) {
    things[service.key].insert(service.why_not.empty() ? "has a key" : "has no key");
  }
  return things;
}

struct Topic {
  std::string_view name;
  Things (*facts)(const Catalog&);
};

constexpr std::array<Topic, 14> kTopics{{{"providers", Providers},
                                         {"families", Families},
                                         {"models", Models},
                                         {"regions", Regions},
                                         {"kinds", Kinds},
                                         {"actions", Actions},
                                         {"services", Services},
                                         {"resources", ResourceTypes},
                                         {"keys", Keys},
                                         {"guardrail profiles", GuardrailProfiles},
                                         {"quotas", Quotas},
                                         {"retired actions", RetiredActions},
                                         {"retention modes", RetentionModes},
                                         {"opt-out services", OptOutServices}}};

Words Minus(const std::set<std::string>& one, const std::set<std::string>& other) {
  Words rest;
  std::ranges::set_difference(one, other, std::back_inserter(rest));
  return rest;
}

}  // namespace

std::string_view Name(FactChange::How how) {
  switch (how) {
    case FactChange::How::kAdded:
      return "added";
    case FactChange::How::kRemoved:
      return "removed";
    case FactChange::How::kChanged:
      return "changed";
  }
  return "";
}

std::vector<FactChange> FactChanges(const Catalog& before, const Catalog& after) {
  const std::set<std::string> none;
  std::vector<FactChange> changes;
  for (const Topic& topic : kTopics) {
    const Things old_things = topic.facts(before);
    const Things new_things = topic.facts(after);
    std::set<std::string> names;
    for (const auto& [name, facts] : old_things) names.insert(name);
    for (const auto& [name, facts] : new_things) names.insert(name);
    for (const std::string& name : names) {
      const auto was = old_things.find(name);
      const auto is = new_things.find(name);
      FactChange change;
      change.topic = topic.name;
      change.name = name;
      if (was == old_things.end()) change.how = FactChange::How::kAdded;
      if (is == new_things.end()) change.how = FactChange::How::kRemoved;
      const std::set<std::string>& old_facts = was == old_things.end() ? none : was->second;
      const std::set<std::string>& new_facts = is == new_things.end() ? none : is->second;
      change.added = Minus(new_facts, old_facts);
      change.removed = Minus(old_facts, new_facts);
      const bool is_same =
          change.how == FactChange::How::kChanged && change.added.empty() && change.removed.empty();
      if (!is_same) changes.push_back(std::move(change));
    }
  }
  return changes;
}

}  // namespace writ::catalog
