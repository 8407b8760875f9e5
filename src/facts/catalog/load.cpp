// Reads a catalog: the built-in parts, or a bundle of some of them, into CatalogData. One
// function a part; each record kind names its fields, so that a misspelt field is a fault and not
// an unknown fact. docs/catalog.md describes the form.
#include <algorithm>
#include <iterator>
#include <span>

#include <fmt/format.h>

#include "base/support/embedded.h"
#include "base/support/sha256.h"
#include "facts/catalog/data.h"
#include "facts/catalog/record.h"
#include "facts/catalog/version.h"

namespace writ::catalog {

/// Generated from stdlib/catalog/*.txt (cmake/EmbedText.cmake).
std::span<const support::EmbeddedText> EmbeddedParts();

namespace {

constexpr std::size_t kBundleLimit = std::size_t{64} << 20U;
constexpr std::string_view kPartNames[] = {"actions", "bedrock",  "corrections", "keys",
                                           "models",  "quotas",   "regions",     "resources",
                                           "retired", "services", "settings"};

/// A part as text, its head read.
struct PartText {
  Part info;
  std::string_view body;
  std::size_t body_line = 1;
};

bool IsDate(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' &&
         std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) == 8;
}

std::optional<LifecycleStatus> StatusOf(std::string_view word) {
  if (word == "active") return LifecycleStatus::kActive;
  if (word == "legacy") return LifecycleStatus::kLegacy;
  if (word == "preview") return LifecycleStatus::kPreview;
  return std::nullopt;
}

template <class T, class Name>
void SortBy(std::vector<T>& values, Name name) {
  std::sort(values.begin(), values.end(),
            [name](const T& a, const T& b) { return name(a) < name(b); });
}

/// The wide patterns of a stem, or the tight ones where a wide one would catch another model's id.
/// The tight ones leave a version suffix and a date stamp open and nothing else.
void AddStemPatterns(const std::string& stem, bool is_tight, std::vector<std::string>& patterns) {
  patterns.push_back(stem);
  patterns.push_back(stem + ":*");
  if (is_tight) {
    patterns.push_back(stem + "-v*");
    patterns.push_back(stem + "-20*");
  } else {
    patterns.push_back(stem + "-*");
  }
}

// --------------------------------------------------------------------------------- the models

/// Reads models.txt: a `model` line opens a model, an `id` line an id of it, and so on inward.
class ModelsReader {
 public:
  ModelsReader(CatalogData& data, const PartText& part)
      : data_(data), reader_(part.body, part.body_line) {}

  std::optional<Fault> Read() {
    Record record;
    while (reader_.Next(record)) One(record);
    return reader_.fault();
  }

 private:
  void One(const Record& record) {
    if (record.kind == "provider") return ReadProvider(record);
    if (record.kind == "family") return ReadFamily(record);
    if (record.kind == "model") return ReadModel(record);
    if (record.kind == "id") return ReadId(record);
    if (record.kind == "profile") return ReadProfile(record);
    if (record.kind == "route" || record.kind == "inferred-route") return ReadRoute(record);
    reader_.Fail(record.line, fmt::format("`{}` is no kind of record of models", record.kind));
  }

  void ReadProvider(const Record& record) {
    reader_.OnlyFields(record, "title,prefixes");
    Provider provider;
    provider.slug = record.head;
    provider.title = reader_.Must(record, "title");
    provider.prefixes = Reader::Words(record, "prefixes").value_or(std::vector<std::string>{});
    for (const std::string& prefix : provider.prefixes) {
      provider.patterns.push_back(prefix + ".*");
      if (prefix != provider.slug) provider.aliases.push_back(prefix);
    }
    data_.providers.push_back(std::move(provider));
  }

  void ReadFamily(const Record& record) {
    reader_.OnlyFields(record, "provider,title,patterns");
    Family family;
    family.name = record.head;
    family.provider = reader_.Must(record, "provider");
    family.title = reader_.Must(record, "title");
    family.patterns = Reader::Words(record, "patterns").value_or(std::vector<std::string>{});
    data_.families.push_back(std::move(family));
  }

  void ReadModel(const Record& record) {
    reader_.OnlyFields(record, "title,provider,family,version,stems,aliases,patterns");
    Model model;
    model.name = record.head;
    model.title = reader_.Must(record, "title");
    model.provider = reader_.Must(record, "provider");
    model.family = reader_.Must(record, "family");
    model.version = Reader::Text(record, "version").value_or("");
    model.stems = Reader::Words(record, "stems").value_or(std::vector<std::string>{});
    model.aliases = Reader::Words(record, "aliases").value_or(std::vector<std::string>{});
    model.patterns = Reader::Words(record, "patterns").value_or(std::vector<std::string>{});
    if (model.stems.empty()) {
      reader_.Fail(record.line, fmt::format("model {} has no stems", model.name));
    }
    data_.models.push_back(std::move(model));
  }

  void ReadId(const Record& record) {
    reader_.OnlyFields(record,
                       "only-name,variant,runtime,mantle,input,output,streaming,status,as-of,"
                       "launch,legacy,extended,end,no-end-before,conflict,in-region,unclear,"
                       "mantle-regions,needs-profile,marketplace,product,retention");
    if (data_.models.empty()) return reader_.Fail(record.line, "an id before the first model");
    ModelId id;
    id.id = record.head;
    id.id_only = reader_.Flag(record, "only-name").value_or(false);
    id.variant = reader_.Flag(record, "variant").value_or(false);
    id.on_runtime = reader_.Flag(record, "runtime");
    id.on_mantle = reader_.Flag(record, "mantle");
    id.input = Reader::Words(record, "input");
    id.output = Reader::Words(record, "output");
    id.streaming = reader_.Flag(record, "streaming");
    id.lifecycle = ReadLifecycle(record);
    id.in_region = Reader::Words(record, "in-region");
    id.in_region_unclear = Reader::Words(record, "unclear").value_or(std::vector<std::string>{});
    id.mantle_regions = Reader::Words(record, "mantle-regions");
    id.needs_profile = reader_.Flag(record, "needs-profile");
    id.sold_in_marketplace = reader_.Flag(record, "marketplace");
    id.product_id = Reader::Text(record, "product");
    id.required_retention = Reader::Text(record, "retention").value_or("");
    data_.models.back().ids.push_back(std::move(id));
  }

  Lifecycle ReadLifecycle(const Record& record) {
    Lifecycle lifecycle;
    if (const std::optional<std::string_view> status = Reader::Find(record, "status")) {
      lifecycle.status = StatusOf(*status);
      if (!lifecycle.status) {
        reader_.Fail(record.line, fmt::format("field `status` is `{}`; it must be active, legacy "
                                              "or preview",
                                              *status));
      }
    }
    lifecycle.as_of = Reader::Text(record, "as-of").value_or("");
    lifecycle.launch = Reader::Text(record, "launch");
    lifecycle.legacy = Reader::Text(record, "legacy");
    lifecycle.extended_access = Reader::Text(record, "extended");
    lifecycle.end_of_life = Reader::Text(record, "end");
    lifecycle.no_end_before = Reader::Text(record, "no-end-before");
    lifecycle.conflict = Reader::Text(record, "conflict").value_or("");
    return lifecycle;
  }

  void ReadProfile(const Record& record) {
    reader_.OnlyFields(record, "scope,inferred-id,sources");
    if (data_.models.empty() || data_.models.back().ids.empty()) {
      return reader_.Fail(record.line, "a profile before the first id");
    }
    InferenceProfile profile;
    profile.id = record.head;
    profile.scope = reader_.Must(record, "scope");
    profile.id_inferred = reader_.Flag(record, "inferred-id").value_or(false);
    profile.sources = Reader::Words(record, "sources");
    data_.models.back().ids.back().profiles.push_back(std::move(profile));
  }

  void ReadRoute(const Record& record) {
    if (data_.models.empty() || data_.models.back().ids.empty() ||
        data_.models.back().ids.back().profiles.empty()) {
      return reader_.Fail(record.line, "a route before the first profile");
    }
    reader_.AddRoutes(record, data_.models.back().ids.back().profiles.back().routes);
  }

  CatalogData& data_;
  Reader reader_;
};

/// Sorts the models, makes the indexes and derives the patterns that the data leaves out.
class ModelsFinisher {
 public:
  explicit ModelsFinisher(CatalogData& data) : data_(data) {}

  std::optional<std::string> Finish() {
    SortBy(data_.providers, [](const Provider& p) -> const std::string& { return p.slug; });
    SortBy(data_.families, [](const Family& f) { return std::tie(f.name, f.provider); });
    SortBy(data_.models, [](const Model& m) -> const std::string& { return m.name; });
    for (Model& model : data_.models) SortLists(model);
    Index();
    if (const std::optional<std::string> clash = FindClash()) return clash;
    for (std::size_t i = 0; i < data_.models.size(); ++i) AddPatterns(i);
    return AddToFamilies();
  }

 private:
  static void SortLists(Model& model) {
    for (ModelId& id : model.ids) {
      SortBy(id.profiles, [](const InferenceProfile& p) -> const std::string& { return p.scope; });
    }
  }

  void Index() {
    for (std::size_t i = 0; i < data_.models.size(); ++i) {
      const Model& model = data_.models[i];
      data_.by_name.push_back({model.name, i});
      for (const std::string& alias : model.aliases) data_.by_name.push_back({alias, i});
      for (std::size_t j = 0; j < model.ids.size(); ++j) {
        const ModelId& id = model.ids[j];
        data_.by_id.push_back({id.id, i, j});
        for (std::size_t k = 0; k < id.profiles.size(); ++k) {
          data_.by_profile.push_back({id.profiles[k].id, i, j, k});
        }
      }
    }
    SortBy(data_.by_name, [](const auto& place) { return place.name; });
    SortBy(data_.by_id, [](const auto& place) { return place.id; });
    SortBy(data_.by_profile, [](const auto& place) { return place.id; });
  }

  /// A name or id that two models have.
  std::optional<std::string> FindClash() const {
    for (std::size_t i = 1; i < data_.by_name.size(); ++i) {
      if (data_.by_name[i].name == data_.by_name[i - 1].name) {
        return fmt::format("two models are named `{}`", data_.by_name[i].name);
      }
    }
    for (std::size_t i = 1; i < data_.by_id.size(); ++i) {
      if (data_.by_id[i].id == data_.by_id[i - 1].id) {
        return fmt::format("the id `{}` is listed twice", data_.by_id[i].id);
      }
    }
    return std::nullopt;
  }

  void AddPatterns(std::size_t index) {
    Model& model = data_.models[index];
    if (!model.patterns.empty()) return;
    for (const std::string& stem : model.stems) {
      AddStemPatterns(stem, WideCatchesAnother(stem, index), model.patterns);
    }
    std::sort(model.patterns.begin(), model.patterns.end());
  }

  /// Whether `stem-*` matches an id of another model. Ids that begin with the stem stand together.
  bool WideCatchesAnother(const std::string& stem, std::size_t index) const {
    const std::string wide = stem + "-";
    auto place = std::lower_bound(
        data_.by_id.begin(), data_.by_id.end(), wide,
        [](const auto& at, const std::string& text) { return at.id < std::string_view(text); });
    for (; place != data_.by_id.end() && place->id.substr(0, wide.size()) == wide; ++place) {
      if (place->model != index) return true;
    }
    return false;
  }

  std::optional<std::string> AddToFamilies() {
    for (const Model& model : data_.models) {
      const auto family = std::find_if(
          data_.families.begin(), data_.families.end(), [&model](const Family& candidate) {
            return candidate.name == model.family && candidate.provider == model.provider;
          });
      if (family == data_.families.end()) {
        return fmt::format("model `{}` is of the family `{}`, which {} does not have", model.name,
                           model.family, model.provider);
      }
      family->models.push_back(model.name);
    }
    for (Family& family : data_.families) OldestFirst(family);
    return std::nullopt;
  }

  void OldestFirst(Family& family) const {
    SortBy(family.models, [this](const std::string& name) {
      const auto place = std::find_if(data_.by_name.begin(), data_.by_name.end(),
                                      [&name](const auto& p) { return p.name == name; });
      return std::tuple(VersionNumbers(data_.models[place->model].version), name);
    });
  }

  CatalogData& data_;
};

// ---------------------------------------------------------------------------- the other parts

std::optional<Fault> ReadRegions(const PartText& part, CatalogData& data) {
  Reader reader(part.body, part.body_line);
  Record record;
  while (reader.Next(record)) {
    if (record.kind == "region") {
      reader.OnlyFields(record, "title,partition,area,opt-in,bedrock,fips,mantle,guardrail-scopes");
      Region region;
      region.name = record.head;
      region.title = Reader::Text(record, "title").value_or("");
      region.partition = reader.Must(record, "partition");
      region.area = Reader::Text(record, "area").value_or("");
      region.opt_in = reader.Flag(record, "opt-in").value_or(false);
      region.bedrock = reader.Flag(record, "bedrock");
      region.fips = reader.Flag(record, "fips").value_or(false);
      region.mantle = reader.Flag(record, "mantle");
      region.guardrail_scopes =
          Reader::Words(record, "guardrail-scopes").value_or(std::vector<std::string>{});
      data.regions.push_back(std::move(region));
    } else if (record.kind == "geography") {
      reader.OnlyFields(record, "title,inference,guardrail");
      data.geographies.push_back({std::string(record.head), reader.Must(record, "title"),
                                  reader.Flag(record, "inference").value_or(false),
                                  reader.Flag(record, "guardrail").value_or(false)});
    } else if (record.kind == "guardrail-profile") {
      reader.OnlyFields(record, "scope,sources");
      data.guardrail_profiles.push_back(
          {std::string(record.head),
           reader.Must(record, "scope"),
           Reader::Words(record, "sources").value_or(std::vector<std::string>{}),
           {}});
    } else if (record.kind == "route" && !data.guardrail_profiles.empty()) {
      reader.AddRoutes(record, data.guardrail_profiles.back().routes);
    } else {
      reader.Fail(record.line, fmt::format("`{}` is no kind of record of regions", record.kind));
    }
  }
  SortBy(data.regions, [](const Region& r) -> const std::string& { return r.name; });
  SortBy(data.geographies, [](const Geography& g) -> const std::string& { return g.scope; });
  SortBy(data.guardrail_profiles,
         [](const GuardrailProfile& p) -> const std::string& { return p.scope; });
  return reader.fault();
}

std::optional<PlaneClass> PlaneOf(std::string_view word) {
  if (word == "runtime") return PlaneClass::kRuntime;
  if (word == "admin") return PlaneClass::kAdmin;
  if (word == "read") return PlaneClass::kRead;
  return std::nullopt;
}

void ReadBedrockAction(Reader& reader, const Record& record, CatalogData& data) {
  reader.OnlyFields(record, "plane,kind,flags,when");
  BedrockAction action;
  const std::size_t colon = record.head.find(':');
  if (colon == std::string_view::npos) {
    return reader.Fail(record.line, fmt::format("`{}` is not service:Action", record.head));
  }
  action.service = record.head.substr(0, colon);
  action.name = record.head.substr(colon + 1);
  const std::optional<PlaneClass> plane = PlaneOf(reader.Must(record, "plane"));
  if (!plane) return reader.Fail(record.line, "field `plane` must be runtime, admin or read");
  action.plane = *plane;
  action.kind = Reader::Text(record, "kind").value_or("");
  for (const std::string_view flag : Split(Reader::Find(record, "flags").value_or(""), ',')) {
    if (flag == "weakens") {
      action.weakens_controls = true;
    } else if (flag == "content") {
      action.exposes_content = true;
    } else if (flag == "cost") {
      action.cost_bearing = true;
    } else if (flag == "inference") {
      action.causes_inference = true;
    } else {
      reader.Fail(record.line, fmt::format("`{}` is no flag of a Bedrock action", flag));
    }
  }
  if (const std::optional<std::string_view> when = Reader::Find(record, "when")) {
    const std::size_t equals = std::min(when->find('='), when->size());
    action.when_key = when->substr(0, equals);
    action.when_value = when->substr(std::min(equals + 1, when->size()));
  }
  data.bedrock.push_back(std::move(action));
}

std::optional<Fault> ReadBedrock(const PartText& part, CatalogData& data) {
  Reader reader(part.body, part.body_line);
  Record record;
  while (reader.Next(record)) {
    if (record.kind == "kind") {
      reader.OnlyFields(record, "title,within,quarantine");
      data.kinds.push_back({std::string(record.head), reader.Must(record, "title"),
                            Reader::Text(record, "within").value_or(""),
                            reader.Flag(record, "quarantine").value_or(false)});
    } else if (record.kind == "action") {
      ReadBedrockAction(reader, record, data);
    } else {
      reader.Fail(record.line, fmt::format("`{}` is no kind of record of bedrock", record.kind));
    }
  }
  SortBy(data.kinds, [](const Kind& k) -> const std::string& { return k.name; });
  std::sort(data.bedrock.begin(), data.bedrock.end(),
            [](const BedrockAction& a, const BedrockAction& b) {
              return LessIgnoringCase(a.FullName(), b.FullName());
            });
  return reader.fault();
}

std::optional<Fault> ReadCorrections(const PartText& part, CatalogData& data) {
  Reader reader(part.body, part.body_line);
  Record record;
  while (reader.Next(record)) {
    reader.OnlyFields(record, "right,why");
    Correction correction;
    correction.wrong = record.head;
    correction.right = Copies(Split(Reader::Find(record, "right").value_or(""), ','));
    correction.why = reader.Must(record, "why");
    if (record.kind == "action") {
      data.wrong_actions.push_back(std::move(correction));
    } else if (record.kind == "key") {
      data.wrong_keys.push_back(std::move(correction));
    } else if (record.kind == "service") {
      data.wrong_services.push_back(std::move(correction));
    } else {
      reader.Fail(record.line,
                  fmt::format("`{}` is no kind of record of corrections", record.kind));
    }
  }
  return reader.fault();
}

std::optional<Fault> ReadQuotas(const PartText& part, CatalogData& data) {
  Reader reader(part.body, part.body_line);
  Record record;
  while (reader.Next(record)) {
    if (record.kind != "quota") {
      reader.Fail(record.line, fmt::format("`{}` is no kind of record of quotas", record.kind));
      break;
    }
    reader.OnlyFields(record, "title,value,unit,counting,adjustable,assumed,source,date");
    Quota quota;
    quota.id = record.head;
    quota.title = reader.Must(record, "title");
    quota.value = reader.Number(record, "value").value_or(0);
    quota.unit = reader.Must(record, "unit");
    quota.counting = Reader::Text(record, "counting").value_or("");
    quota.adjustable = reader.Flag(record, "adjustable").value_or(false);
    quota.assumed = reader.Flag(record, "assumed").value_or(false);
    quota.source = reader.Must(record, "source");
    quota.date = reader.Must(record, "date");
    data.quotas.push_back(std::move(quota));
  }
  SortBy(data.quotas, [](const Quota& q) -> const std::string& { return q.id; });
  return reader.fault();
}

std::optional<Fault> ReadRetired(const PartText& part, CatalogData& data) {
  Reader reader(part.body, part.body_line);
  Record record;
  while (reader.Next(record)) {
    if (record.kind != "action") {
      reader.Fail(record.line, fmt::format("`{}` is no kind of record of retired", record.kind));
      break;
    }
    reader.OnlyFields(record, "since,right");
    data.retired.push_back({std::string(record.head), reader.Must(record, "since"),
                            Copies(Split(Reader::Find(record, "right").value_or(""), ','))});
  }
  SortBy(data.retired, [](const Retired& one) -> const std::string& { return one.action; });
  return reader.fault();
}

std::optional<Fault> ReadSettings(const PartText& part, CatalogData& data) {
  Reader reader(part.body, part.body_line);
  Record record;
  while (reader.Next(record)) {
    if (record.kind == "retention") {
      reader.OnlyFields(record, "order,title");
      data.retention_modes.push_back(
          {std::string(record.head), reader.Must(record, "title"), reader.Number(record, "order")});
    } else if (record.kind == "opt-out") {
      reader.OnlyFields(record, "");
      data.opt_out_services.push_back({std::string(record.head), ""});
    } else if (record.kind == "no-opt-out") {
      reader.OnlyFields(record, "why");
      data.opt_out_services.push_back({std::string(record.head), reader.Must(record, "why")});
    } else {
      reader.Fail(record.line, fmt::format("`{}` is no kind of record of settings", record.kind));
    }
  }
  std::ranges::stable_sort(data.retention_modes,
                           [](const RetentionMode& one, const RetentionMode& other) {
                             return one.order.value_or(INT64_MAX) < other.order.value_or(INT64_MAX);
                           });
  SortBy(data.opt_out_services, [](const OptOutService& s) -> const std::string& { return s.key; });
  return reader.fault();
}

// ------------------------------------------------------------------------------- the catalog

/// Reads the head of a part: `part NAME DATE`, then `source …` lines.
std::optional<Fault> ReadHead(std::string_view text, std::size_t line, PartText& part) {
  const std::size_t first_end = std::min(text.find('\n'), text.size());
  const std::vector<std::string_view> words = Split(text.substr(0, first_end), ' ');
  if (words.size() != 3 || words[0] != "part" || !IsDate(words[2])) {
    return Fault{line, "a catalog begins with `part NAME YYYY-MM-DD`"};
  }
  if (std::find(std::begin(kPartNames), std::end(kPartNames), words[1]) == std::end(kPartNames)) {
    return Fault{line, fmt::format("there is no part `{}`; the parts are {}", words[1],
                                   fmt::join(kPartNames, ", "))};
  }
  part.info.name = words[1];
  part.info.date = words[2];
  std::string_view rest = text.substr(std::min(first_end + 1, text.size()));
  for (++line; rest.substr(0, 7) == "source "; ++line) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    part.info.sources.emplace_back(rest.substr(7, end - 7));
    rest = rest.substr(std::min(end + 1, rest.size()));
  }
  if (part.info.sources.empty()) {
    return Fault{line, fmt::format("the part `{}` names no source", part.info.name)};
  }
  part.body = rest;
  part.body_line = line;
  return std::nullopt;
}

/// The parts of a bundle, each once.
std::optional<Fault> SplitBundle(std::string_view text, std::vector<PartText>& parts) {
  std::size_t line = 1;
  while (!text.empty()) {
    const std::size_t next = text.find("\npart ");
    const std::string_view one = text.substr(0, next == std::string_view::npos ? next : next + 1);
    PartText part;
    if (const std::optional<Fault> fault = ReadHead(one, line, part)) return fault;
    for (const PartText& other : parts) {
      if (other.info.name == part.info.name) {
        return Fault{line, fmt::format("the part `{}` is given twice", part.info.name)};
      }
    }
    parts.push_back(std::move(part));
    line += static_cast<std::size_t>(std::count(one.begin(), one.end(), '\n'));
    text = text.substr(one.size());
  }
  if (parts.empty()) return Fault{1, "the catalog is empty"};
  return std::nullopt;
}

/// Whether a part came with the executable; then its tables are not checked again.
enum class Origin { kBuiltIn, kOutside };

std::optional<Fault> ReadTable(const PartText& part, Origin origin, std::size_t fields,
                               Table& table) {
  table = Table(part.body);
  if (origin == Origin::kBuiltIn) return std::nullopt;
  return table.Check(fields, part.body_line);
}

std::optional<Fault> ReadPart(const PartText& part, Origin origin, CatalogData& data) {
  const std::string& name = part.info.name;
  data.parts.push_back(part.info);
  if (name == "models") return ModelsReader(data, part).Read();
  if (name == "regions") return ReadRegions(part, data);
  if (name == "bedrock") return ReadBedrock(part, data);
  if (name == "corrections") return ReadCorrections(part, data);
  if (name == "quotas") return ReadQuotas(part, data);
  if (name == "retired") return ReadRetired(part, data);
  if (name == "settings") return ReadSettings(part, data);
  if (name == "services") return ReadTable(part, origin, 3, data.services);
  if (name == "actions") return ReadTable(part, origin, 5, data.actions);
  if (name == "resources") return ReadTable(part, origin, 3, data.resources);
  if (name == "keys") return ReadTable(part, origin, 3, data.keys);
  return Fault{part.body_line, fmt::format("there is no part `{}`", name)};
}

/// The first pattern of a model or family that matches an id of another one, in words. Needs the
/// finished models; the built-in ones are checked by a test.
std::optional<std::string> FindStrayPattern(const CatalogData& data) {
  const auto stray = [&data](const std::vector<std::string>& patterns, const auto& is_own) {
    for (const std::string& pattern : patterns) {
      for (const auto& place : data.by_id) {
        if (!is_own(data.models[place.model]) && MatchesPattern(pattern, place.id)) {
          return fmt::format("`{}` also matches `{}`", pattern, place.id);
        }
      }
    }
    return std::string();
  };
  for (const Model& model : data.models) {
    const std::string found =
        stray(model.patterns, [&](const Model& other) { return &other == &model; });
    if (!found.empty()) return fmt::format("patterns of model `{}`: {}", model.name, found);
  }
  for (const Family& family : data.families) {
    const std::string found = stray(family.patterns, [&](const Model& other) {
      return other.family == family.name && other.provider == family.provider;
    });
    if (!found.empty()) return fmt::format("patterns of family `{}`: {}", family.name, found);
  }
  return std::nullopt;
}

/// The built-in part that a fault is in goes before its message.
Fault In(std::string_view part, const Fault& fault) {
  return {fault.line, fmt::format("{}: {}", part, fault.message)};
}

/// Reads the bundle `text` (may be empty) and the built-in parts that it lacks.
support::Result<std::unique_ptr<CatalogData>, Fault> Load(std::string text) {
  auto data = std::make_unique<CatalogData>();
  data->own_text = std::move(text);
  std::vector<PartText> outside;
  if (!data->own_text.empty()) {
    if (const auto fault = SplitBundle(data->own_text, outside)) return *fault;
  }
  for (PartText& part : outside) {
    part.info.digest = support::Sha256Hex(part.body);
    if (const auto fault = ReadPart(part, Origin::kOutside, *data)) return *fault;
  }
  for (const support::EmbeddedText& file : EmbeddedParts()) {
    PartText part;
    if (const auto fault = ReadHead(file.text, 1, part)) return In(file.name, *fault);
    const bool is_replaced =
        std::any_of(outside.begin(), outside.end(),
                    [&part](const PartText& other) { return other.info.name == part.info.name; });
    if (is_replaced) continue;
    if (const auto fault = ReadPart(part, Origin::kBuiltIn, *data)) return In(file.name, *fault);
  }
  SortBy(data->parts, [](const Part& part) -> const std::string& { return part.name; });
  for (const Part& part : data->parts) data->date = std::max(data->date, part.date);
  std::optional<std::string> wrong = ModelsFinisher(*data).Finish();
  if (!wrong && !outside.empty()) wrong = FindStrayPattern(*data);
  if (wrong) return Fault{0, *wrong};
  return data;
}

}  // namespace

const Catalog& Catalog::BuiltIn() {
  static const Catalog built_in = [] {
    auto loaded = Load("");
    WRIT_CHECK(loaded.ok(), loaded.ok() ? "" : loaded.error().message);
    return Catalog(std::move(loaded).value());
  }();
  return built_in;
}

support::Result<Catalog, Fault> Catalog::Parse(std::string text) {
  if (text.size() > kBundleLimit) {
    return Fault{0, fmt::format("{} bytes; the limit is {}", text.size(), kBundleLimit)};
  }
  if (text.empty()) return Fault{1, "the catalog is empty"};
  auto loaded = Load(std::move(text));
  if (!loaded) return loaded.error();
  return Catalog(std::move(loaded).value());
}

}  // namespace writ::catalog
