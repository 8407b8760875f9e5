#include "facts/catalog/search.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "base/support/json.h"
#include "base/support/nearest.h"
#include "facts/catalog/table.h"

namespace writ::catalog {
namespace {

/// Up to this many rows are shown with all their facts.
constexpr std::size_t kFewRows = 6;
/// Longer cells stick out of their column.
constexpr std::size_t kWidestColumn = 48;
/// Up to this many actions are named for a key.
constexpr std::size_t kNamedActions = 40;

constexpr std::array<std::pair<std::string_view, Topic>, 11> kTopics = {{
    {"models", Topic::kModels},
    {"profiles", Topic::kProfiles},
    {"regions", Topic::kRegions},
    {"actions", Topic::kActions},
    {"keys", Topic::kKeys},
    {"quotas", Topic::kQuotas},
    {"kinds", Topic::kKinds},
    {"services", Topic::kServices},
    {"verbs", Topic::kVerbs},
    {"packs", Topic::kPacks},
    {"controls", Topic::kControls},
}};

using Words = std::vector<std::string>;

Value Of(const std::optional<bool>& flag) {
  if (!flag) return std::monostate();
  return *flag;
}

Value Of(const std::optional<Words>& words) {
  if (!words) return std::monostate();
  return *words;
}

Value OrUnknown(std::string_view text) {
  if (text.empty()) return std::monostate();
  return std::string(text);
}

std::vector<RouteGroup> Groups(const std::vector<Route>& routes) {
  std::vector<RouteGroup> groups;
  for (const Route& route : routes) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&route](const RouteGroup& g) {
      return g.destinations == route.destinations && g.inferred == route.inferred;
    });
    if (same != groups.end()) {
      same->sources.push_back(route.source);
    } else {
      groups.push_back({{route.source}, route.destinations, route.inferred});
    }
  }
  return groups;
}

/// The union over ids; unknown if it is unknown for one of them.
template <class Get>
std::optional<Words> Union(const std::vector<const ModelId*>& ids, Get get) {
  Words all;
  for (const ModelId* id : ids) {
    const std::optional<Words>& words = get(*id);
    if (!words) return std::nullopt;
    all.insert(all.end(), words->begin(), words->end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// -------------------------------------------------------------------------------------- rows

Row ModelRow(const Model& model) {
  Words ids;
  Words scopes;
  Words unclear;
  Value end;
  Value product;
  for (const ModelId& id : model.ids) ids.push_back(id.id);
  for (const ModelId* id : model.GrantedIds()) {
    for (const InferenceProfile& profile : id->profiles) scopes.push_back(profile.scope);
    unclear.insert(unclear.end(), id->in_region_unclear.begin(), id->in_region_unclear.end());
    if (id->lifecycle.end_of_life) end = *id->lifecycle.end_of_life;
    if (id->product_id) product = *id->product_id;
  }
  std::sort(scopes.begin(), scopes.end());
  std::sort(unclear.begin(), unclear.end());
  const std::vector<const ModelId*> granted = model.GrantedIds();
  Value status;
  if (const std::optional<std::string_view> word = model.LifecycleWord()) {
    status = std::string(*word);
  }
  return {{"name", model.name},
          {"title", model.title},
          {"provider", model.provider},
          {"family", model.family},
          {"version", OrUnknown(model.version)},
          {"aliases", model.aliases},
          {"status", status},
          {"endOfLife", end},
          {"ids", ids},
          {"input", Of(Union(
                        granted, [](const ModelId& id) -> auto& { return id.input; }))},
          {"output", Of(Union(
                         granted, [](const ModelId& id) -> auto& { return id.output; }))},
          {"guardrail", Of(model.CanCarryGuardrail())},
          {"inRegion", Of(Union(
                           granted, [](const ModelId& id) -> auto& { return id.in_region; }))},
          {"inRegionUnclear", unclear},
          {"routes", scopes},
          {"mantle", Of(Union(
                         granted, [](const ModelId& id) -> auto& { return id.mantle_regions; }))},
          {"productId", product},
          {"patterns", model.patterns}};
}

/// What can be searched for in a model: names and ids, and the regions where it is offered.
std::string ModelText(const Model& model) {
  std::string text = fmt::format("{} {} {} {} {} ", model.name, fmt::join(model.aliases, " "),
                                 model.title, model.provider, model.family);
  text += model.LifecycleWord().value_or("unknown");
  for (const ModelId& id : model.ids) {
    text += fmt::format(" {} {} {} {} {} {}", id.id, id.product_id.value_or(""),
                        fmt::join(id.in_region.value_or(Words{}), " "),
                        fmt::join(id.mantle_regions.value_or(Words{}), " "),
                        fmt::join(id.input.value_or(Words{}), " "),
                        fmt::join(id.output.value_or(Words{}), " "));
    for (const InferenceProfile& profile : id.profiles) {
      text += ' ' + profile.id;
    }
  }
  return text;
}

void SearchModels(const Catalog& catalog, const Filter& filter, Answer& answer) {
  for (const Model& model : catalog.models()) {
    if (filter.Accepts(ModelText(model))) answer.rows.push_back(ModelRow(model));
  }
}

void SearchProfiles(const Catalog& catalog, const Filter& filter, Answer& answer) {
  for (const Model& model : catalog.models()) {
    for (const ModelId& id : model.ids) {
      for (const InferenceProfile& profile : id.profiles) {
        const std::string text = fmt::format("{} {} {} {}", profile.id, model.name, model.title,
                                             fmt::join(profile.sources.value_or(Words{}), " "));
        if (!filter.Accepts(text)) continue;
        Value routes = Groups(profile.routes);
        if (profile.routes.empty() && !profile.global()) routes = std::monostate();
        answer.rows.push_back({{"id", profile.id},
                               {"model", model.name},
                               {"scope", profile.scope},
                               {"idInferred", profile.id_inferred},
                               {"sources", Of(profile.sources)},
                               {"routes", routes}});
      }
    }
  }
}

void SearchRegions(const Catalog& catalog, const Filter& filter, Answer& answer) {
  for (const Region& region : catalog.regions()) {
    const std::string text =
        fmt::format("{} {} {} {}", region.name, region.title, region.partition, region.area);
    if (!filter.Accepts(text)) continue;
    answer.rows.push_back({{"name", region.name},
                           {"title", OrUnknown(region.title)},
                           {"partition", region.partition},
                           {"optIn", region.opt_in},
                           {"bedrock", Of(region.bedrock)},
                           {"mantle", Of(region.mantle)},
                           {"fips", region.fips},
                           {"guardrailScopes", region.guardrail_scopes}});
  }
}

Row ActionRow(const Catalog& catalog, const Action& action) {
  Words required;
  Words optional;
  for (const ActionResource& use : action.resources) {
    (use.required ? required : optional).push_back(use.type);
  }
  Row row = {{"name", action.FullName()},
             {"access", std::string(Name(action.access))},
             {"wildcardOnly", action.WildcardOnly()},
             {"resources", required},
             {"optionalResources", optional},
             {"keys", catalog.KeysOf(action)},
             {"dependentActions", action.dependent_actions}};
  if (const BedrockAction* known = catalog.Classify(action.service, action.name)) {
    row.push_back({"class", std::string(Name(known->plane))});
    row.push_back({"kind", known->kind});
    row.push_back({"weakensControls", known->weakens_controls});
    row.push_back({"exposesContent", known->exposes_content});
    row.push_back({"costBearing", known->cost_bearing});
  }
  return row;
}

void SearchActions(const Catalog& catalog, const Filter& filter, Answer& answer) {
  for (const Service& service : catalog.Services()) {
    for (const Action& action : catalog.ActionsOf(service.prefix)) {
      if (filter.Accepts(action.FullName())) answer.rows.push_back(ActionRow(catalog, action));
    }
  }
}

void SearchKeys(const Catalog& catalog, const Filter& filter, Answer& answer) {
  for (const Key& key : catalog.Keys()) {
    if (!filter.Accepts(key.name)) continue;
    answer.rows.push_back({{"name", key.name},
                           {"type", std::string(Name(key.type))},
                           {"multiValued", key.multi_valued},
                           {"global", key.global}});
  }
  if (answer.rows.size() > kFewRows) return;
  for (Row& row : answer.rows) {
    const std::string& key = std::get<std::string>(row.front().value);
    const std::string service = key.substr(0, key.find(':'));
    if (service == "aws") continue;
    Words carriers;
    for (const Action& action : catalog.ActionsOf(service)) {
      if (catalog.Carries(action, key) != Carriage::kNo) carriers.push_back(action.FullName());
    }
    const std::size_t more = carriers.size() - std::min(carriers.size(), kNamedActions);
    carriers.resize(carriers.size() - more);
    row.push_back({"carriedBy", carriers});
    row.push_back({"moreCarriers", static_cast<std::int64_t>(more)});
  }
}

void SearchQuotas(const Catalog& catalog, const Filter& filter, Answer& answer) {
  for (const Quota& quota : catalog.quotas()) {
    if (!filter.Accepts(fmt::format("{} {} {}", quota.id, quota.title, quota.unit))) continue;
    answer.rows.push_back({{"name", quota.id},
                           {"title", quota.title},
                           {"value", quota.value},
                           {"unit", quota.unit},
                           {"counting", quota.counting},
                           {"adjustable", quota.adjustable},
                           {"assumed", quota.assumed},
                           {"source", quota.source},
                           {"date", quota.date}});
  }
}

/// Administered kinds, each with the actions of what it contains.
void SearchKinds(const Catalog& catalog, const Filter& filter, Answer& answer) {
  for (const Kind& kind : catalog.kinds()) {
    if (!filter.Accepts(fmt::format("{} {} {}", kind.name, kind.title, kind.within))) continue;
    const auto names = [&](PlaneClass plane) {
      Words all;
      for (const BedrockAction* action : catalog.ActionsOfKind(kind.name, plane)) {
        all.push_back(action->FullName());
      }
      return all;
    };
    answer.rows.push_back({{"name", kind.name},
                           {"title", kind.title},
                           {"within", kind.within},
                           {"administer", names(PlaneClass::kAdmin)},
                           {"read", names(PlaneClass::kRead)}});
  }
}

void SearchServices(const Catalog& catalog, const Filter& filter, Answer& answer) {
  for (const Service& service : catalog.Services()) {
    if (!filter.Accepts(fmt::format("{} {}", service.prefix, service.title))) continue;
    answer.rows.push_back({{"name", service.prefix},
                           {"title", service.title},
                           {"globalEndpoint", service.global_endpoint},
                           {"rcp", service.rcp}});
  }
}

// ------------------------------------------------------------------------------------- hints

void AddCorrection(const Correction* correction, Words& hints) {
  if (correction == nullptr) return;
  std::string hint = correction->why;
  if (!correction->right.empty()) {
    hint = fmt::format("{}: {}", fmt::join(correction->right, ", "), correction->why);
  }
  hints.push_back(hint);
}

void AddNames(const Words& names, Words& hints) {
  for (const std::string& name : names) hints.push_back(fmt::format("did you mean {}?", name));
}

/// What may have been meant by words that are nowhere.
Words Hints(const Catalog& catalog, Topic topic, std::span<const std::string> words) {
  Words hints;
  for (const std::string& word : words) {
    const std::size_t colon = std::min(word.find(':'), word.size());
    const std::string_view tail = std::string_view(word).substr(std::min(colon + 1, word.size()));
    switch (topic) {
      case Topic::kModels:
      case Topic::kProfiles:
        AddNames(catalog.SuggestModels(word), hints);
        break;
      case Topic::kRegions:
        AddNames(catalog.SuggestRegions(word), hints);
        break;
      case Topic::kActions:
        AddCorrection(catalog.CorrectAction(word), hints);
        AddCorrection(catalog.CorrectService(word.substr(0, colon)), hints);
        if (hints.empty()) AddNames(catalog.SuggestActions(word.substr(0, colon), tail), hints);
        break;
      case Topic::kKeys:
        AddCorrection(catalog.CorrectKey(word), hints);
        if (hints.empty()) AddNames(catalog.SuggestKeys(word), hints);
        break;
      case Topic::kServices:
        AddCorrection(catalog.CorrectService(word), hints);
        break;
      case Topic::kQuotas:
      case Topic::kKinds:
      case Topic::kVerbs:
      case Topic::kPacks:
      case Topic::kControls:
        break;
    }
  }
  return hints;
}

/// Words of names that a word which is in no name may be a slip of: `sonet` of `claude-sonnet-5`.
Words NearParts(const Catalog& catalog, Topic topic, std::span<const std::string> words) {
  std::set<std::string, std::less<>> parts;
  for (const Row& row : Search(catalog, topic, {}).rows) {
    const auto* name = row.empty() ? nullptr : std::get_if<std::string>(&row.front().value);
    if (name == nullptr) continue;
    std::string part;
    for (const char c : *name + " ") {
      const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (is_letter) {
        part += c;
      } else {
        if (part.size() > 2) parts.insert(part);
        part.clear();
      }
    }
  }
  const std::vector<std::string_view> candidates(parts.begin(), parts.end());
  Words hints;
  for (const std::string& word : words) {
    if (!parts.contains(word)) AddNames(support::Nearest(word, candidates, 2), hints);
  }
  return hints;
}

// ---------------------------------------------------------------------------------- rendering

std::string ValueText(const Value& value) {
  struct Renderer {
    std::string operator()(std::monostate) const { return "unknown"; }
    std::string operator()(const std::string& text) const { return text.empty() ? "-" : text; }
    std::string operator()(bool flag) const { return flag ? "yes" : "no"; }
    std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
    std::string operator()(const Words& words) const {
      return words.empty() ? "none" : fmt::format("{}", fmt::join(words, " "));
    }
    std::string operator()(const std::vector<RouteGroup>& groups) const {
      if (groups.empty()) return "any supported commercial region";
      std::string text;
      for (const RouteGroup& group : groups) {
        text +=
            fmt::format("\n      {} -> {}{}", fmt::join(group.sources, " "),
                        fmt::join(group.destinations, " "), group.inferred ? " (inferred)" : "");
      }
      return text;
    }
  };
  return std::visit(Renderer{}, value);
}

/// The columns of the short form, per topic, after the name.
std::vector<std::string_view> ShortColumns(Topic topic) {
  switch (topic) {
    case Topic::kModels:
      return {"provider", "status", "ids"};
    case Topic::kProfiles:
      return {"model", "sources"};
    case Topic::kRegions:
      return {"title", "mantle"};
    case Topic::kActions:
      return {"access", "resources"};
    case Topic::kKeys:
      return {"type", "multiValued"};
    case Topic::kQuotas:
      return {"value", "unit", "title"};
    case Topic::kKinds:
      return {"within", "title"};
    case Topic::kServices:
      return {"title"};
    case Topic::kVerbs:
      return {"of", "class", "service"};
    case Topic::kPacks:
      return {"version", "title"};
    case Topic::kControls:
      return {"pack", "level", "title"};
  }
  return {};
}

/// Code points, for padding.
std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

/// A line a row: its name and the topic's columns, all but the last padded to a common width.
std::string LinesOf(const Answer& answer) {
  std::vector<std::string_view> columns = ShortColumns(answer.topic);
  std::vector<Words> table;
  std::vector<std::size_t> widths(columns.size() + 1, 0);
  for (const Row& row : answer.rows) {
    Words line = {ValueText(row.front().value)};
    for (const std::string_view column : columns) {
      const auto cell = std::find_if(row.begin(), row.end(),
                                     [column](const Cell& c) { return c.name == column; });
      line.push_back(cell != row.end() ? ValueText(cell->value) : "");
    }
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      widths[i] = std::max(widths[i], std::min(Width(line[i]), kWidestColumn));
    }
    table.push_back(std::move(line));
  }
  std::string text;
  for (const Words& line : table) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      text += i == 0 ? "" : "  ";
      text += line[i];
      const bool is_last = i + 1 == line.size();
      if (!is_last && Width(line[i]) < widths[i]) text.append(widths[i] - Width(line[i]), ' ');
    }
    text += '\n';
  }
  return text;
}

std::string BlockOf(const Row& row) {
  std::string block = ValueText(row.front().value) + '\n';
  for (std::size_t i = 1; i < row.size(); ++i) {
    const std::string value = ValueText(row[i].value);
    const bool is_below = value.substr(0, 1) == "\n";
    block += is_below ? fmt::format("  {}{}\n", row[i].name, value)
                      : fmt::format("  {:<18}{}\n", row[i].name, value);
  }
  return block;
}

void WriteWords(support::json::Writer& writer, const Words& words) {
  writer.BeginArray();
  for (const std::string& word : words) writer.String(word);
  writer.EndArray();
}

void WriteValue(support::json::Writer& writer, const Value& value) {
  struct Renderer {
    support::json::Writer& json;
    void operator()(std::monostate) const { json.Null(); }
    void operator()(const std::string& text) const { json.String(text); }
    void operator()(bool flag) const { json.Bool(flag); }
    void operator()(std::int64_t number) const { json.Integer(number); }
    void operator()(const Words& words) const { WriteWords(json, words); }
    void operator()(const std::vector<RouteGroup>& groups) const {
      json.BeginArray();
      for (const RouteGroup& group : groups) {
        json.BeginObject();
        json.Key("sources");
        WriteWords(json, group.sources);
        json.Key("destinations");
        WriteWords(json, group.destinations);
        json.Key("inferred");
        json.Bool(group.inferred);
        json.EndObject();
      }
      json.EndArray();
    }
  };
  std::visit(Renderer{writer}, value);
}

/// The part of the catalog that holds a topic.
std::string_view PartOf(Topic topic) {
  if (topic == Topic::kProfiles) return "models";
  return topic == Topic::kKinds ? "bedrock" : Name(topic);
}

}  // namespace

Filter::Filter(std::span<const std::string> words) {
  for (const std::string& word : words) words_.push_back(LowerCase(word));
}

bool Filter::Accepts(std::string_view text) const {
  if (words_.empty()) return true;
  const std::string lower = LowerCase(text);
  return std::all_of(words_.begin(), words_.end(), [&lower](const std::string& word) {
    return lower.find(word) != std::string::npos;
  });
}

std::vector<std::string_view> TopicNames() {
  std::vector<std::string_view> names;
  for (const auto& [name, topic] : kTopics) names.push_back(name);
  return names;
}

std::optional<Topic> TopicOf(std::string_view word) {
  for (const auto& [name, topic] : kTopics) {
    if (name == word) return topic;
  }
  return std::nullopt;
}

std::string_view Name(Topic topic) {
  for (const auto& [name, known] : kTopics) {
    if (known == topic) return name;
  }
  return "";
}

Answer Search(const Catalog& catalog, Topic topic, std::span<const std::string> words) {
  Answer answer;
  answer.topic = topic;
  answer.words.assign(words.begin(), words.end());
  const Part* part = catalog.FindPart(PartOf(topic));
  if (part != nullptr) answer.part = *part;
  const Filter filter(words);
  switch (topic) {
    case Topic::kModels:
      SearchModels(catalog, filter, answer);
      break;
    case Topic::kProfiles:
      SearchProfiles(catalog, filter, answer);
      break;
    case Topic::kRegions:
      SearchRegions(catalog, filter, answer);
      break;
    case Topic::kActions:
      SearchActions(catalog, filter, answer);
      break;
    case Topic::kKeys:
      SearchKeys(catalog, filter, answer);
      break;
    case Topic::kQuotas:
      SearchQuotas(catalog, filter, answer);
      break;
    case Topic::kKinds:
      SearchKinds(catalog, filter, answer);
      break;
    case Topic::kServices:
      SearchServices(catalog, filter, answer);
      break;
    case Topic::kVerbs:
    case Topic::kPacks:
    case Topic::kControls:
      break;
  }
  if (answer.rows.empty() && !words.empty()) {
    answer.hints = Hints(catalog, topic, words);
    if (answer.hints.empty()) answer.hints = NearParts(catalog, topic, words);
  }
  return answer;
}

std::string AnswerText(const Catalog& catalog, const Answer& answer) {
  std::string text;
  if (answer.rows.size() > kFewRows) {
    text = LinesOf(answer);
  } else {
    for (const Row& row : answer.rows) text += BlockOf(row);
  }
  text += fmt::format("found {} in the {} of ", answer.rows.size(), Name(answer.topic));
  const bool in_library = answer.topic == Topic::kVerbs || answer.topic == Topic::kPacks ||
                          answer.topic == Topic::kControls;
  text += in_library ? std::string("the standard library")
                     : fmt::format("the catalog of {}", catalog.date());
  if (answer.part) {
    text += fmt::format("; facts of {} from\n", answer.part->date);
    for (const std::string& source : answer.part->sources) text += fmt::format("  {}\n", source);
  } else {
    text += '\n';
  }
  return text;
}

std::string AnswerJson(const Catalog& catalog, const Answer& answer) {
  support::json::Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  writer.Key("topic");
  writer.String(Name(answer.topic));
  writer.Key("words");
  WriteWords(writer, answer.words);
  writer.Key("catalog");
  writer.String(catalog.date());
  writer.Key("part");
  writer.BeginObject();
  writer.Key("date");
  writer.String(answer.part ? answer.part->date : "");
  writer.Key("sources");
  WriteWords(writer, answer.part ? answer.part->sources : Words{});
  writer.EndObject();
  writer.Key("rows");
  writer.BeginArray();
  for (const Row& row : answer.rows) {
    writer.BeginObject();
    for (const Cell& cell : row) {
      writer.Key(cell.name);
      WriteValue(writer, cell.value);
    }
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("hints");
  WriteWords(writer, answer.hints);
  writer.EndObject();
  return writer.Take() + "\n";
}

}  // namespace writ::catalog
