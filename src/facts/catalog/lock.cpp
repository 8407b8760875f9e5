#include "facts/catalog/lock.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "facts/catalog/record.h"

namespace writ::catalog {
namespace {

constexpr std::string_view kLatest = "latest ";
/// Of the file's form. A reader refuses any but these; the first has neither parts nor sentences.
constexpr std::string_view kForm = "2";
constexpr std::string_view kFirstForm = "1";

using Words = std::vector<std::string>;

LockedId LockId(const ModelId& id) { return {id.id, id.in_region, id.mantle_regions, id.profiles}; }

LockedName LockModels(std::string name, const std::vector<const Model*>& models, Words patterns) {
  LockedName locked{std::move(name), std::move(patterns), {}};
  for (const Model* model : models) {
    for (const ModelId* id : model->GrantedIds()) locked.ids.push_back(LockId(*id));
  }
  std::sort(locked.ids.begin(), locked.ids.end(),
            [](const LockedId& a, const LockedId& b) { return a.id < b.id; });
  return locked;
}

std::vector<const Model*> Active(const std::vector<const Model*>& models, std::string_view day) {
  std::vector<const Model*> active;
  std::copy_if(models.begin(), models.end(), std::back_inserter(active),
               [day](const Model* model) { return model->ActiveAt(day) == true; });
  return active;
}

/// What one name means, or nothing if the catalog does not have it.
std::optional<LockedName> LockName(const Catalog& catalog, const std::string& name) {
  if (name.substr(0, kLatest.size()) == kLatest) {
    const Family* family = catalog.FindFamily(name.substr(kLatest.size()));
    if (family == nullptr) return std::nullopt;
    return LockModels(name, catalog.Newest(*family, catalog.date()), {});
  }
  const ModelName meaning = catalog.FindName(name);
  if (const auto* model = std::get_if<const Model*>(&meaning)) {
    return LockModels(name, {*model}, (*model)->patterns);
  }
  if (const auto* family = std::get_if<const Family*>(&meaning)) {
    return LockModels(name, catalog.ActiveModels(**family, catalog.date()), (*family)->patterns);
  }
  if (const auto* provider = std::get_if<const Provider*>(&meaning)) {
    return LockModels(name, Active(catalog.ModelsOf(**provider), catalog.date()),
                      (*provider)->patterns);
  }
  return std::nullopt;
}

// ------------------------------------------------------------------------------------- writing

void AddWords(std::string& out, std::string_view field, const std::optional<Words>& words) {
  if (words) out += fmt::format(" | {}={}", field, fmt::join(*words, ","));
}

/// Sources with the same destinations share a line.
void WriteRoutes(std::string& out, const std::vector<Route>& routes) {
  std::vector<std::pair<const Route*, Words>> groups;
  for (const Route& route : routes) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&route](const auto& group) {
      return group.first->destinations == route.destinations &&
             group.first->inferred == route.inferred;
    });
    if (same != groups.end()) {
      same->second.push_back(route.source);
    } else {
      groups.emplace_back(&route, Words{route.source});
    }
  }
  for (const auto& [route, sources] : groups) {
    out += fmt::format("      {} {} > {}\n", route->inferred ? "inferred-route" : "route",
                       fmt::join(sources, ","), fmt::join(route->destinations, ","));
  }
}

/// A sentence as the head of a record: what would end the head or the line stands as two characters
/// after a backslash, so that no two sentences look the same.
std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '|':
        out += "\\p";
        break;
      case '\n':
        out += "\\n";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string Unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '\\' && i + 1 < text.size();
    const char c = is_escape ? text[++i] : text[i];
    out += !is_escape ? c : c == 'p' ? '|' : c == 'n' ? '\n' : c;
  }
  return out;
}

void WriteName(std::string& out, const LockedName& name) {
  out += fmt::format("name {}", name.name);
  if (!name.patterns.empty()) AddWords(out, "patterns", name.patterns);
  out += '\n';
  for (const LockedId& id : name.ids) {
    out += fmt::format("  id {}", id.id);
    AddWords(out, "in-region", id.in_region);
    AddWords(out, "mantle-regions", id.mantle_regions);
    out += '\n';
    for (const InferenceProfile& profile : id.profiles) {
      out += fmt::format("    profile {} | scope={}", profile.id, profile.scope);
      AddWords(out, "sources", profile.sources);
      out += '\n';
      WriteRoutes(out, profile.routes);
    }
  }
}

// ------------------------------------------------------------------------------------- reading

/// Reads the records below the head line; `lock` is what they add up to.
class LockReader {
 public:
  LockReader(std::string_view text, Lock& lock) : reader_(text, 1), lock_(lock) {}

  std::optional<Fault> Read() {
    Record record;
    if (!reader_.Next(record) || record.kind != "writ-lock" ||
        (record.head != kForm && record.head != kFirstForm)) {
      reader_.Fail(1, fmt::format("a lock file begins with `writ-lock {}`", kForm));
      return reader_.fault();
    }
    lock_.catalog_date = reader_.Must(record, "catalog");
    lock_.parts = Reader::Words(record, "parts").value_or(Words{});
    while (reader_.Next(record)) One(record);
    std::sort(lock_.names.begin(), lock_.names.end(),
              [](const LockedName& a, const LockedName& b) { return a.name < b.name; });
    std::sort(
        lock_.sentences.begin(), lock_.sentences.end(),
        [](const LockedSentence& a, const LockedSentence& b) { return a.sentence < b.sentence; });
    return reader_.fault();
  }

 private:
  void One(const Record& record) {
    if (record.kind == "name") {
      reader_.OnlyFields(record, "patterns");
      lock_.names.push_back(
          {std::string(record.head), Reader::Words(record, "patterns").value_or(Words{}), {}});
    } else if (record.kind == "own") {
      reader_.OnlyFields(record, "");
      lock_.own.emplace_back(record.head);
    } else if (record.kind == "sentence") {
      reader_.OnlyFields(record, "means");
      lock_.sentences.push_back({Unescaped(record.head), reader_.Must(record, "means")});
    } else if (record.kind == "id" && !lock_.names.empty()) {
      reader_.OnlyFields(record, "in-region,mantle-regions");
      lock_.names.back().ids.push_back({std::string(record.head),
                                        Reader::Words(record, "in-region"),
                                        Reader::Words(record, "mantle-regions"),
                                        {}});
    } else if (record.kind == "profile" && HasId()) {
      reader_.OnlyFields(record, "scope,sources");
      InferenceProfile profile;
      profile.id = record.head;
      profile.scope = reader_.Must(record, "scope");
      profile.sources = Reader::Words(record, "sources");
      lock_.names.back().ids.back().profiles.push_back(std::move(profile));
    } else if (IsRoute(record) && HasId() && !lock_.names.back().ids.back().profiles.empty()) {
      reader_.AddRoutes(record, lock_.names.back().ids.back().profiles.back().routes);
    } else {
      reader_.Fail(record.line, fmt::format("`{}` has no place here", record.kind));
    }
  }

  [[nodiscard]] bool HasId() const {
    return !lock_.names.empty() && !lock_.names.back().ids.empty();
  }

  static bool IsRoute(const Record& record) {
    return record.kind == "route" || record.kind == "inferred-route";
  }

  Reader reader_;
  Lock& lock_;
};

// ----------------------------------------------------------------------------------- comparing

Words Minus(const Words& a, const Words& b) {
  Words rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
  return rest;
}

/// Says how one name's meaning moved from `old` to `now`.
class Comparison {
 public:
  Comparison(const LockedName& old, const LockedName& now, std::vector<LockChange>& changes)
      : old_(old), now_(now), changes_(changes) {}

  void Run() {
    Compare("prohibitions", "", old_.patterns, now_.patterns);
    for (const LockedId& id : old_.ids) {
      const LockedId* other = FindId(now_, id.id);
      if (other == nullptr) {
        Say(fmt::format("no longer means `{}`", id.id));
      } else {
        CompareIds(id, *other);
      }
    }
    for (const LockedId& id : now_.ids) {
      if (FindId(old_, id.id) == nullptr) Say(fmt::format("also means `{}`", id.id));
    }
  }

 private:
  static const LockedId* FindId(const LockedName& name, std::string_view id) {
    const auto found = std::find_if(name.ids.begin(), name.ids.end(),
                                    [id](const LockedId& other) { return other.id == id; });
    return found != name.ids.end() ? &*found : nullptr;
  }

  void Say(std::string what) { changes_.push_back({old_.name, std::move(what)}); }

  void Compare(std::string_view matter, const std::string& of, const std::optional<Words>& old,
               const std::optional<Words>& now) {
    if (old == now) return;
    const std::string tail = of.empty() ? "" : fmt::format(" of `{}`", of);
    if (!old || !now) {
      Say(fmt::format("{}{}: {}", matter, tail, now ? "known now" : "unknown now"));
      return;
    }
    const Words added = Minus(*now, *old);
    const Words removed = Minus(*old, *now);
    if (!added.empty()) {
      Say(fmt::format("{}{}: {} added", matter, tail, fmt::join(added, ", ")));
    }
    if (!removed.empty()) {
      Say(fmt::format("{}{}: {} removed", matter, tail, fmt::join(removed, ", ")));
    }
  }

  void CompareIds(const LockedId& old, const LockedId& now) {
    Compare("in-region", old.id, old.in_region, now.in_region);
    Compare("mantle regions", old.id, old.mantle_regions, now.mantle_regions);
    for (const InferenceProfile& profile : old.profiles) {
      const InferenceProfile* other = FindProfile(now, profile.id);
      if (other == nullptr) {
        Say(fmt::format("the profile `{}` is gone", profile.id));
      } else {
        CompareProfiles(profile, *other);
      }
    }
    for (const InferenceProfile& profile : now.profiles) {
      if (FindProfile(old, profile.id) == nullptr) {
        Say(fmt::format("the profile `{}` is new", profile.id));
      }
    }
  }

  static const InferenceProfile* FindProfile(const LockedId& id, std::string_view profile) {
    const auto found =
        std::find_if(id.profiles.begin(), id.profiles.end(),
                     [profile](const InferenceProfile& other) { return other.id == profile; });
    return found != id.profiles.end() ? &*found : nullptr;
  }

  void CompareProfiles(const InferenceProfile& old, const InferenceProfile& now) {
    Compare("source regions", old.id, old.sources, now.sources);
    for (const Route& route : old.routes) {
      const Route* other = now.RouteFrom(route.source);
      const std::string matter = fmt::format("destinations from {}", route.source);
      Compare(matter, old.id, route.destinations,
              other != nullptr ? std::optional<Words>(other->destinations) : std::nullopt);
    }
    for (const Route& route : now.routes) {
      if (old.RouteFrom(route.source) != nullptr) continue;
      Compare(fmt::format("destinations from {}", route.source), old.id, std::nullopt,
              route.destinations);
    }
  }

  const LockedName& old_;
  const LockedName& now_;
  std::vector<LockChange>& changes_;
};

}  // namespace

Words PartDates(const Catalog& catalog) {
  Words parts;
  for (const Part& part : catalog.parts()) {
    const char* const colon = part.digest.empty() ? "" : ":";
    parts.push_back(fmt::format("{}:{}{}{}", part.name, part.date, colon, part.digest));
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

Lock MakeLock(const Catalog& catalog, std::span<const std::string> names, Words own) {
  Words sorted(names.begin(), names.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  Lock lock{catalog.date(), {}, std::move(own), PartDates(catalog)};
  for (const std::string& name : sorted) {
    if (std::optional<LockedName> locked = LockName(catalog, name)) {
      lock.names.push_back(std::move(*locked));
    }
  }
  return lock;
}

std::string WriteLock(const Lock& lock) {
  std::string out = fmt::format("writ-lock {} | catalog={}", kForm, lock.catalog_date);
  if (!lock.parts.empty()) AddWords(out, "parts", lock.parts);
  out +=
      "\n# What names and sentences meant when it was accepted. `writ catalog accept` renews it.\n";
  for (const LockedName& name : lock.names) WriteName(out, name);
  for (const std::string& name : lock.own) out += fmt::format("own {}\n", name);
  for (const LockedSentence& locked : lock.sentences) {
    out += fmt::format("sentence {} | means={}\n", Escaped(locked.sentence), locked.digest);
  }
  return out;
}

support::Result<Lock, Fault> ReadLock(std::string_view text) {
  Lock lock;
  if (const std::optional<Fault> fault = LockReader(text, lock).Read()) return *fault;
  return lock;
}

std::vector<LockChange> LockChanges(const Lock& lock, const Catalog& catalog,
                                    std::span<const std::string> names) {
  std::vector<LockChange> changes;
  for (const LockedName& old : lock.names) {
    if (std::find(names.begin(), names.end(), old.name) == names.end()) continue;
    if (const std::optional<LockedName> now = LockName(catalog, old.name)) {
      Comparison(old, *now, changes).Run();
    } else {
      changes.push_back({old.name, "the catalog does not have it any more"});
    }
  }
  return changes;
}

}  // namespace writ::catalog
