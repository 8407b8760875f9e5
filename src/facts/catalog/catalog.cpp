// Lookups. Small lists are searched by halves; actions, keys and resource types are rows of sorted
// text that are parsed when they are asked for.
#include "facts/catalog/catalog.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "facts/catalog/data.h"
#include "facts/catalog/record.h"
#include "facts/catalog/suggest.h"
#include "facts/catalog/version.h"

namespace writ::catalog {
namespace {

constexpr std::string_view kBedrockServices[] = {"bedrock", "bedrock-mantle", "bedrock-agentcore",
                                                 "bedrock-websearch"};

/// The element of a list sorted by `name`, or nullptr.
template <class T, class Name>
const T* FindIn(const std::vector<T>& sorted, std::string_view wanted, Name name) {
  const auto found =
      std::lower_bound(sorted.begin(), sorted.end(), wanted,
                       [name](const T& a, std::string_view b) { return name(a) < b; });
  return found != sorted.end() && name(*found) == wanted ? &*found : nullptr;
}

const Correction* FindCorrection(const std::vector<Correction>& all, std::string_view wrong) {
  const auto found = std::find_if(all.begin(), all.end(), [wrong](const Correction& correction) {
    return EqualIgnoringCase(correction.wrong, wrong);
  });
  return found != all.end() ? &*found : nullptr;
}

bool Has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The launch date of the first id that has one.
std::string LaunchOf(const Model& model) {
  for (const ModelId* id : model.GrantedIds()) {
    if (id->lifecycle.launch) return *id->lifecycle.launch;
  }
  return {};
}

/// `aws:ResourceTag/${TagKey}` as the pattern `aws:resourcetag/*`.
std::string TemplatePattern(std::string_view key) {
  std::string pattern;
  for (std::size_t at = 0; at < key.size(); ++at) {
    const std::size_t end = key.substr(at, 2) == "${" ? key.find('}', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      pattern += LowerCase(key[at]);
    } else {
      pattern += '*';
      at = end;
    }
  }
  return pattern;
}

/// Whether a key as the data spells it, perhaps with a variable part, is the key of a condition.
bool IsKey(std::string_view spelt, std::string_view wanted) {
  if (EqualIgnoringCase(spelt, wanted)) return true;
  if (spelt.find("${") == std::string_view::npos) return false;
  return MatchesPattern(TemplatePattern(spelt), LowerCase(wanted));
}

bool HasKey(const std::vector<std::string>& keys, std::string_view wanted) {
  return std::any_of(keys.begin(), keys.end(),
                     [wanted](const std::string& key) { return IsKey(key, wanted); });
}

AccessLevel AccessOf(std::string_view letter) {
  if (letter == "L") return AccessLevel::kList;
  if (letter == "W") return AccessLevel::kWrite;
  if (letter == "T") return AccessLevel::kTagging;
  if (letter == "P") return AccessLevel::kPermissions;
  return AccessLevel::kRead;
}

/// TYPE, TYPE! when required, TYPE(keys;dependent actions) when it has some of its own.
ActionResource ParseUse(std::string_view text) {
  ActionResource use;
  const std::size_t open = std::min(text.find('('), text.size());
  std::string_view type = text.substr(0, open);
  use.required = !type.empty() && type.back() == '!';
  if (use.required) type.remove_suffix(1);
  use.type = type;
  if (open < text.size()) {
    const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
    const std::size_t semicolon = std::min(inside.find(';'), inside.size());
    use.keys = Copies(Split(inside.substr(0, semicolon), ','));
    use.dependent_actions =
        Copies(Split(inside.substr(std::min(semicolon + 1, inside.size())), ','));
  }
  return use;
}

Action ParseAction(std::string_view row) {
  const std::vector<std::string_view> fields = Split(row, '|');
  Action action;
  const std::size_t colon = fields[0].find(':');
  action.service = fields[0].substr(0, colon);
  action.name = fields[0].substr(colon + 1);
  action.access = AccessOf(fields[1]);
  for (const std::string_view use : Split(fields[2], ' ')) {
    action.resources.push_back(ParseUse(use));
  }
  action.keys = Copies(Split(fields[3], ' '));
  action.dependent_actions = Copies(Split(fields[4], ' '));
  return action;
}

Service ParseService(std::string_view row) {
  const std::vector<std::string_view> fields = Split(row, '|');
  const std::vector<std::string_view> flags = Split(fields[2], ',');
  const auto has = [&flags](std::string_view flag) {
    return std::find(flags.begin(), flags.end(), flag) != flags.end();
  };
  return {std::string(fields[0]), std::string(fields[1]), has("global"), has("rcp")};
}

ResourceType ParseResourceType(std::string_view row) {
  const std::vector<std::string_view> fields = Split(row, '|');
  const std::size_t colon = fields[0].find(':');
  return {std::string(fields[0].substr(0, colon)), std::string(fields[0].substr(colon + 1)),
          Copies(Split(fields[1], ' ')), Copies(Split(fields[2], ' '))};
}

KeyType TypeOf(std::string_view word) {
  if (word == "ARN") return KeyType::kArn;
  if (word == "Bool") return KeyType::kBool;
  if (word == "Numeric") return KeyType::kNumeric;
  if (word == "Date") return KeyType::kDate;
  if (word == "IPAddress") return KeyType::kIpAddress;
  if (word == "Binary") return KeyType::kBinary;
  return KeyType::kString;
}

Key ParseKey(std::string_view row) {
  constexpr std::string_view kArray = "ArrayOf";
  const std::vector<std::string_view> fields = Split(row, '|');
  Key key;
  key.name = fields[0];
  std::string_view type = fields[1];
  key.multi_valued = type.substr(0, kArray.size()) == kArray;
  if (key.multi_valued) type.remove_prefix(kArray.size());
  key.type = TypeOf(type);
  for (const std::string_view flag : Split(fields[2], ' ')) {
    key.global = key.global || flag == "global";
    key.is_whole = key.is_whole || flag == "whole";
  }
  return key;
}

}  // namespace

Catalog::Catalog(std::unique_ptr<const CatalogData> data) : data_(std::move(data)) {}
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;
Catalog::~Catalog() = default;

const std::string& Catalog::date() const { return data_->date; }
const std::vector<Part>& Catalog::parts() const { return data_->parts; }
const std::vector<Model>& Catalog::models() const { return data_->models; }
const std::vector<Family>& Catalog::families() const { return data_->families; }
const std::vector<Provider>& Catalog::providers() const { return data_->providers; }
const std::vector<Region>& Catalog::regions() const { return data_->regions; }
const std::vector<Geography>& Catalog::geographies() const { return data_->geographies; }
const std::vector<BedrockAction>& Catalog::bedrock_actions() const { return data_->bedrock; }
const std::vector<Kind>& Catalog::kinds() const { return data_->kinds; }
const std::vector<Quota>& Catalog::quotas() const { return data_->quotas; }
const std::vector<RetentionMode>& Catalog::retention_modes() const {
  return data_->retention_modes;
}
const std::vector<OptOutService>& Catalog::opt_out_services() const {
  return data_->opt_out_services;
}
const std::vector<GuardrailProfile>& Catalog::guardrail_profiles() const {
  return data_->guardrail_profiles;
}

const Part* Catalog::FindPart(std::string_view name) const {
  return FindIn(data_->parts, name, [](const Part& p) -> std::string_view { return p.name; });
}

// ------------------------------------------------------------------------------------- models

const Model* Catalog::FindModel(std::string_view name) const {
  const auto find = [this](std::string_view wanted) -> const Model* {
    const auto* place = FindIn(data_->by_name, wanted, [](const auto& p) { return p.name; });
    return place != nullptr ? &data_->models[place->model] : nullptr;
  };
  if (const Model* model = find(name)) return model;
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const Provider* provider = FindProvider(name.substr(0, dot));
  if (provider == nullptr) return nullptr;
  // A full id may be a name token too: `anthropic.claude-opus-4-7`.
  if (const FoundId found = FindId(name)) return found.model;
  const Model* model = find(name.substr(dot + 1));
  return model != nullptr && model->provider == provider->slug ? model : nullptr;
}

const Family* Catalog::FindFamily(std::string_view name, std::string_view provider) const {
  const Family* found =
      FindIn(data_->families, name, [](const Family& f) -> std::string_view { return f.name; });
  if (found == nullptr || provider.empty()) return found;
  const Family* const end = data_->families.data() + data_->families.size();
  for (; found != end && found->name == name; ++found) {
    if (found->provider == provider) return found;
  }
  return nullptr;
}

const Provider* Catalog::FindProvider(std::string_view slug) const {
  const auto found = std::find_if(data_->providers.begin(), data_->providers.end(),
                                  [slug](const Provider& provider) {
                                    return provider.slug == slug || Has(provider.aliases, slug);
                                  });
  return found != data_->providers.end() ? &*found : nullptr;
}

ModelName Catalog::FindName(std::string_view name) const {
  if (const Model* model = FindModel(name)) return model;
  if (const Family* family = FindFamily(name)) return family;
  if (const Provider* provider = FindProvider(name)) return provider;
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::monostate();
  const Provider* provider = FindProvider(name.substr(0, dot));
  if (provider == nullptr) return std::monostate();
  const Family* family = FindFamily(name.substr(dot + 1), provider->slug);
  if (family == nullptr) return std::monostate();
  return family;
}

FoundId Catalog::FindId(std::string_view id) const {
  const auto* place = FindIn(data_->by_id, id, [](const auto& p) { return p.id; });
  if (place == nullptr) return {};
  const Model& model = data_->models[place->model];
  return {&model, &model.ids[place->in_model]};
}

FoundProfile Catalog::FindProfile(std::string_view id) const {
  const auto* place = FindIn(data_->by_profile, id, [](const auto& p) { return p.id; });
  if (place == nullptr) return {};
  const Model& model = data_->models[place->model];
  const ModelId& in_model = model.ids[place->in_model];
  return {&model, &in_model, &in_model.profiles[place->in_id]};
}

std::vector<const Model*> Catalog::ModelsOf(const Family& family) const {
  std::vector<const Model*> members;
  for (const std::string& name : family.models) members.push_back(FindModel(name));
  return members;
}

std::vector<const Model*> Catalog::ModelsOf(const Provider& provider) const {
  std::vector<const Model*> members;
  for (const Model& model : data_->models) {
    if (model.provider == provider.slug) members.push_back(&model);
  }
  return members;
}

std::vector<const Model*> Catalog::ActiveModels(const Family& family,
                                                std::string_view as_of) const {
  std::vector<const Model*> active;
  for (const Model* model : ModelsOf(family)) {
    if (model->ActiveAt(as_of) == true) active.push_back(model);
  }
  return active;
}

std::vector<const Model*> Catalog::Newest(const Family& family, std::string_view as_of) const {
  const std::vector<const Model*> active = ActiveModels(family, as_of);
  const auto is_versioned = [](const Model* m) { return !VersionNumbers(m->version).empty(); };
  const bool by_version = std::all_of(active.begin(), active.end(), is_versioned);
  const auto age = [by_version](const Model* m) {
    return std::tuple(by_version ? VersionNumbers(m->version) : std::vector<int>(),
                      by_version ? std::string() : LaunchOf(*m));
  };
  std::vector<const Model*> newest;
  for (const Model* model : active) {
    // Without a version and a launch date nobody can say which is the newest.
    if (!by_version && active.size() > 1 && LaunchOf(*model).empty()) return {};
    if (!newest.empty() && age(newest.front()) < age(model)) newest.clear();
    if (newest.empty() || age(newest.front()) == age(model)) newest.push_back(model);
  }
  return newest;
}

std::vector<std::string> Catalog::SuggestModels(std::string_view name) const {
  Suggester suggester(name);
  for (const auto& place : data_->by_name) suggester.Offer(place.name);
  for (const Family& family : data_->families) suggester.Offer(family.name);
  for (const Provider& provider : data_->providers) suggester.Offer(provider.slug);
  if (name.find('.') != std::string_view::npos) {
    for (const auto& place : data_->by_id)
      suggester.Offer(place.id, "\"" + std::string(place.id) + "\"");
  }
  return suggester.Best();
}

// ------------------------------------------------------------------------------------- places

const Region* Catalog::FindRegion(std::string_view name) const {
  return FindIn(data_->regions, name, [](const Region& r) -> std::string_view { return r.name; });
}

const Geography* Catalog::FindGeography(std::string_view scope) const {
  return FindIn(data_->geographies, scope,
                [](const Geography& g) -> std::string_view { return g.scope; });
}

const GuardrailProfile* Catalog::FindGuardrailProfile(std::string_view scope) const {
  return FindIn(data_->guardrail_profiles, scope,
                [](const GuardrailProfile& p) -> std::string_view { return p.scope; });
}

std::vector<std::string> Catalog::SuggestRegions(std::string_view name) const {
  Suggester suggester(name);
  for (const Region& region : data_->regions) suggester.Offer(region.name);
  return suggester.Best();
}

// ---------------------------------------------------------------------- services, actions, keys

std::optional<Service> Catalog::FindService(std::string_view prefix) const {
  const std::optional<std::string_view> row = data_->services.Find(prefix);
  if (!row) return std::nullopt;
  return ParseService(*row);
}

std::vector<Service> Catalog::Services() const {
  std::vector<Service> services;
  data_->services.ForPrefix("",
                            [&](std::string_view row) { services.push_back(ParseService(row)); });
  return services;
}

std::optional<Action> Catalog::FindAction(std::string_view service, std::string_view name) const {
  const std::optional<std::string_view> row =
      data_->actions.Find(std::string(service) + ":" + std::string(name));
  if (!row) return std::nullopt;
  return ParseAction(*row);
}

std::vector<Action> Catalog::ActionsOf(std::string_view service, std::string_view pattern) const {
  std::vector<Action> actions;
  const std::string lower = LowerCase(pattern);
  // Rows are sorted: what stands before the first wildcard is found by halving.
  const std::string begin =
      fmt::format("{}:{}", service, std::string_view(lower).substr(0, lower.find_first_of("*?")));
  std::string name;
  data_->actions.ForPrefix(begin, [&](std::string_view row) {
    name.assign(KeyOf(row).substr(service.size() + 1));
    for (char& letter : name) letter = LowerCase(letter);
    if (MatchesPattern(lower, name)) actions.push_back(ParseAction(row));
  });
  return actions;
}

std::optional<ResourceType> Catalog::FindResourceType(std::string_view service,
                                                      std::string_view name) const {
  const std::optional<std::string_view> row =
      data_->resources.Find(std::string(service) + ":" + std::string(name));
  if (!row) return std::nullopt;
  return ParseResourceType(*row);
}

std::vector<Key> Catalog::Keys() const {
  std::vector<Key> keys;
  data_->keys.ForPrefix("", [&](std::string_view row) { keys.push_back(ParseKey(row)); });
  return keys;
}

std::optional<Key> Catalog::FindKey(std::string_view name) const {
  if (const std::optional<std::string_view> row = data_->keys.Find(name)) return ParseKey(*row);
  // What a caller chooses stands after a slash, or after the second colon: `aws:RequestTag/team`,
  // `kms:EncryptionContext:service`.
  std::size_t before = name.find('/');
  const std::size_t first = name.find(':');
  const std::size_t second = first == std::string_view::npos ? first : name.find(':', first + 1);
  before = std::min(before, second);
  if (before == std::string_view::npos || before + 1 == name.size()) return std::nullopt;
  std::optional<Key> found;
  data_->keys.ForPrefix(name.substr(0, before + 1), [&](std::string_view row) {
    if (!found && IsKey(KeyOf(row), name)) found = ParseKey(row);
  });
  return found;
}

Carriage Catalog::Carries(const Action& action, std::string_view key) const {
  if (HasKey(action.keys, key)) return Carriage::kAction;
  for (const ActionResource& use : action.resources) {
    if (HasKey(use.keys, key)) return Carriage::kResource;
    const std::optional<ResourceType> type = FindResourceType(action.service, use.type);
    if (type && HasKey(type->keys, key)) return Carriage::kResource;
  }
  const std::optional<Key> known = FindKey(key);
  return known && known->global ? Carriage::kGlobal : Carriage::kNo;
}

std::vector<std::string> Catalog::KeysOf(const Action& action) const {
  std::vector<std::string> keys = action.keys;
  for (const ActionResource& use : action.resources) {
    keys.insert(keys.end(), use.keys.begin(), use.keys.end());
    if (const std::optional<ResourceType> type = FindResourceType(action.service, use.type)) {
      keys.insert(keys.end(), type->keys.begin(), type->keys.end());
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::vector<std::string> Catalog::SuggestServices(std::string_view prefix) const {
  Suggester suggester(prefix);
  data_->services.ForPrefix("", [&](std::string_view row) { suggester.Offer(KeyOf(row)); });
  return suggester.Best();
}

std::vector<std::string> Catalog::SuggestActions(std::string_view service,
                                                 std::string_view name) const {
  Suggester suggester(name);
  const auto offer_all = [&](std::string_view prefix) {
    data_->actions.ForPrefix(std::string(prefix) + ":", [&](std::string_view row) {
      suggester.Offer(KeyOf(row).substr(prefix.size() + 1), KeyOf(row));
    });
  };
  offer_all(service);
  for (const std::string_view prefix : kBedrockServices) {
    if (prefix == service) continue;
    if (const auto row = data_->actions.Find(std::string(prefix) + ":" + std::string(name))) {
      suggester.Offer(name, KeyOf(*row));
    }
  }
  return suggester.Best();
}

std::vector<std::string> Catalog::SuggestKeys(std::string_view name) const {
  Suggester suggester(name);
  const std::size_t colon = name.find(':');
  const std::string_view word = name.substr(colon == std::string_view::npos ? 0 : colon + 1);
  data_->keys.ForPrefix("", [&](std::string_view row) { suggester.Offer(KeyOf(row)); });
  // The right key under a wrong prefix: `aws:GuardrailIdentifier`.
  for (const std::string_view prefix :
       {std::string_view("aws"), std::string_view("bedrock"), std::string_view("bedrock-mantle")}) {
    if (const auto row = data_->keys.Find(std::string(prefix) + ":" + std::string(word))) {
      suggester.Offer(name, KeyOf(*row));
    }
  }
  return suggester.Best();
}

const Correction* Catalog::CorrectAction(std::string_view full_name) const {
  return FindCorrection(data_->wrong_actions, full_name);
}

const Correction* Catalog::CorrectKey(std::string_view name) const {
  return FindCorrection(data_->wrong_keys, name);
}

const Correction* Catalog::CorrectService(std::string_view prefix) const {
  return FindCorrection(data_->wrong_services, prefix);
}

// ------------------------------------------------------------------------------------- Bedrock

const BedrockAction* Catalog::Classify(std::string_view service, std::string_view name) const {
  const std::string wanted = std::string(service) + ":" + std::string(name);
  const auto found = std::lower_bound(data_->bedrock.begin(), data_->bedrock.end(), wanted,
                                      [](const BedrockAction& action, const std::string& text) {
                                        return LessIgnoringCase(action.FullName(), text);
                                      });
  const bool is_found =
      found != data_->bedrock.end() && EqualIgnoringCase(found->FullName(), wanted);
  return is_found ? &*found : nullptr;
}

const Kind* Catalog::FindKind(std::string_view name) const {
  return FindIn(data_->kinds, name, [](const Kind& k) -> std::string_view { return k.name; });
}

std::vector<const BedrockAction*> Catalog::ActionsOfKind(std::string_view kind,
                                                         PlaneClass plane) const {
  std::vector<const BedrockAction*> actions;
  for (const BedrockAction& action : data_->bedrock) {
    if (action.plane != plane || action.kind.empty()) continue;
    const Kind* own = FindKind(action.kind);
    const bool is_within = own != nullptr && own->within == kind;
    if (kind == "bedrock" || action.kind == kind || is_within) actions.push_back(&action);
  }
  return actions;
}

const std::vector<Retired>& Catalog::retired() const { return data_->retired; }

const Retired* Catalog::FindRetired(std::string_view full_name) const {
  const auto found = std::ranges::find_if(data_->retired, [&](const Retired& one) {
    return !LessIgnoringCase(one.action, full_name) && !LessIgnoringCase(full_name, one.action);
  });
  return found == data_->retired.end() ? nullptr : &*found;
}

const RetentionMode* Catalog::FindRetentionMode(std::string_view name) const {
  const auto found = std::ranges::find(data_->retention_modes, name, &RetentionMode::name);
  return found == data_->retention_modes.end() ? nullptr : &*found;
}

const OptOutService* Catalog::FindOptOutService(std::string_view key) const {
  return FindIn(data_->opt_out_services, key,
                [](const OptOutService& s) -> std::string_view { return s.key; });
}

const Quota* Catalog::FindQuota(std::string_view id) const {
  return FindIn(data_->quotas, id, [](const Quota& q) -> std::string_view { return q.id; });
}

}  // namespace writ::catalog
