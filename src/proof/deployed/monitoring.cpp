#include "proof/deployed/monitoring.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "facts/recording/recording.h"
#include "proof/deployed/attachments.h"

namespace writ::deployed {
namespace {

namespace json = support::json;
using intent::AccountIndex;
using intent::Watch;

constexpr std::string_view kFolder = "monitoring/";
constexpr std::string_view kRule = ".events.PutRule.json";
constexpr std::string_view kTargets = ".events.PutTargets.json";
constexpr std::string_view kSelectors = "monitoring/trail.cloudtrail.AdvancedEventSelectors.json";
constexpr std::string_view kApiCall = "AWS API Call via CloudTrail";
constexpr std::string_view kReadOnlyToo = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

struct Where {
  AccountIndex account;
  std::string region;
  auto operator<=>(const Where&) const = default;
};

/// An event that is told, in words, and the end that is told of it.
struct Sight {
  std::string event;
  std::string end;
  auto operator<=>(const Sight&) const = default;
};

struct Seen {
  bool read_only_too = false;  ///< wanted: it may be a read-only event; found: such are seen
  const intent::Origin* origin = nullptr;
  std::string path;
};
using Sights = std::map<Where, std::map<Sight, Seen>>;

std::string EndOf(std::string_view arn, std::string_view role) {
  return role.empty() ? std::string(arn) : fmt::format("{} as {}", arn, role);
}

/// An event in words: source, name or `*`, error code or `*`, how the model is named or `*`.
std::string EventOf(std::string_view source, std::string_view name, std::string_view error,
                    std::string_view model) {
  std::string event = fmt::format("{} {}", source, name.empty() ? "*" : name);
  if (!error.empty()) event += fmt::format(" with error {}", error);
  if (!model.empty()) event += fmt::format(" where {}", model);
  return event;
}

// ---- what is wanted

std::string AtPlace(std::string_view text, const std::string& account, const std::string& region) {
  std::string out;
  while (!text.empty()) {
    if (text.starts_with("{account}")) {
      out += account;
      text.remove_prefix(std::string_view("{account}").size());
    } else if (text.starts_with("{region}")) {
      out += region;
      text.remove_prefix(std::string_view("{region}").size());
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

/// An event that a watch is about, in the regions of the sentence or in its service's own.
struct Wanted {
  std::string event;
  std::string home;
  bool read_only_too = false;
};

class Wants {
 public:
  explicit Wants(const Program& facts) : facts_(facts), trail_(recording::Trail::BuiltIn()) {
    for (const Watch& watch : facts.model.watches) Place(watch);
  }

  [[nodiscard]] const Sights& sights() const { return sights_; }
  [[nodiscard]] const std::map<std::string, std::set<std::string>>& selectors() const {
    return selectors_;
  }

 private:
  /// The service, if its events are known and delivered to a region that is known.
  [[nodiscard]] const recording::Service* Find(std::string_view prefix) const {
    const recording::Service* service = trail_.Find(prefix);
    if (service == nullptr || service->home.empty()) return service;
    return service->home.contains(facts_.partition()) ? service : nullptr;
  }
  [[nodiscard]] std::string HomeOf(const recording::Service& service) const {
    const auto home = service.home.find(facts_.partition());
    return home == service.home.end() ? std::string() : home->second;
  }

  [[nodiscard]] std::vector<Wanted> Changes(const Watch& watch) const {
    std::vector<Wanted> wanted;
    for (const std::string& kind : watch.kinds) {
      for (const auto* action : facts_.catalog.ActionsOfKind(kind, catalog::PlaneClass::kAdmin)) {
        const recording::Service* service = Find(action->service);
        if (service == nullptr || service->unknown.contains(action->name)) continue;
        const auto known = facts_.catalog.FindAction(action->service, action->name);
        const bool reads = !known || known->access == catalog::AccessLevel::kRead ||
                           known->access == catalog::AccessLevel::kList;
        wanted.push_back(
            {EventOf(service->event_source, action->name, "", ""), HomeOf(*service), reads});
      }
    }
    return wanted;
  }

  [[nodiscard]] std::vector<Wanted> Refusals(const Watch& watch) {
    std::vector<Wanted> wanted;
    for (const std::string& prefix : watch.prefixes) {
      const recording::Service* service = Find(prefix);
      if (service == nullptr) continue;
      for (const std::string& error : trail_.refusals()) {
        wanted.push_back({EventOf(service->event_source, "", error, ""), HomeOf(*service), true});
      }
      for (const recording::DataEvents& data : service->data) {
        for (const std::string& type : data.types) whole_types_.insert(type);
      }
    }
    return wanted;
  }

  [[nodiscard]] std::vector<Wanted> Uses(const Watch& watch) {
    std::vector<Wanted> wanted;
    for (const recording::Service& service : trail_.services()) {
      // What is told of one field's events is told in one rule.
      std::map<std::string, bool> reads;
      for (const recording::Use& use : service.uses) reads[use.model] |= use.is_read_only;
      for (const recording::Use& use : service.uses) {
        for (const std::string& event : use.events) {
          for (const std::string& model : Models(watch.models, use.model)) {
            wanted.push_back({EventOf(service.event_source, event, "", model), HomeOf(service),
                              reads[use.model]});
          }
          for (const std::string& type : service.TypesOf(event)) selectors_[type].insert(event);
        }
      }
    }
    return wanted;
  }

  /// How a request names one of the models.
  static std::vector<std::string> Models(const intent::ModelPatterns& models,
                                         const std::string& field) {
    if (models.all && models.except.empty()) return {""};
    std::vector<std::string> ways;
    const std::vector<std::string>& globs = models.all ? models.except : models.patterns;
    std::set<std::string> but;
    for (const std::string& glob : globs) {
      std::vector<std::string> forms{glob};
      if (!glob.starts_with('*')) forms = {glob, "*." + glob, "*/" + glob};
      for (const std::string& form : forms) {
        if (models.all) {
          but.insert(form);
        } else {
          ways.push_back(fmt::format("{} is {}", field, form));
        }
      }
    }
    if (models.all) ways.push_back(fmt::format("{} is none of {}", field, fmt::join(but, ", ")));
    return ways;
  }

  void Place(const Watch& watch) {
    std::vector<Wanted> wanted;
    switch (watch.kind) {
      case Watch::Kind::kChanges:
        wanted = Changes(watch);
        break;
      case Watch::Kind::kRefusals:
        wanted = Refusals(watch);
        break;
      case Watch::Kind::kUse:
        wanted = Uses(watch);
        break;
    }
    for (const std::string& type : whole_types_) selectors_[type].clear();
    for (const AccountIndex account : watch.accounts) {
      for (const Wanted& one : wanted) {
        const std::vector<std::string> regions =
            one.home.empty() ? watch.regions : std::vector<std::string>{one.home};
        for (const std::string& region : regions) {
          const std::string& id = facts_.AccountAt(account).id;
          std::string role = AtPlace(watch.role.value_or(""), id, region);
          if (!role.empty() && !role.starts_with("arn:")) {
            role = fmt::format("arn:{}:iam::{}:role/{}", facts_.partition(), id, role);
          }
          Seen& seen = sights_[{account, region}]
                              [{one.event, EndOf(AtPlace(watch.target, id, region), role)}];
          seen.read_only_too = seen.read_only_too || one.read_only_too;
          seen.origin = &watch.origin;
        }
      }
    }
  }

  const Program& facts_;
  const recording::Trail& trail_;
  Sights sights_;
  std::map<std::string, std::set<std::string>> selectors_;
  std::set<std::string> whole_types_;  ///< selected with all their events
};

// ---- what is found

/// A text or a matcher of a pattern as a glob; nothing for one that is not understood.
std::optional<std::string> GlobOf(const json::Value& value) {
  if (value.is_string()) return std::string(value.text());
  if (!value.is_object() || value.size() != 1) return std::nullopt;
  const json::Member member = *value.members().begin();
  if (!member.value.is_string()) return std::nullopt;
  const std::string text(member.value.text());
  if (member.key.text() == "wildcard") return text;
  if (text.find_first_of("*\\") != std::string::npos) return std::nullopt;
  if (member.key.text() == "prefix") return text + "*";
  if (member.key.text() == "suffix") return "*" + text;
  return std::nullopt;
}

/// The globs of `{"anything-but": {"wildcard": […]}}`, joined.
std::optional<std::string> AllBut(const json::Value& value) {
  if (!value.is_object() || value.size() != 1) return std::nullopt;
  const auto but = value.Find("anything-but");
  const auto globs = but && but->is_object() && but->size() == 1 ? but->Find("wildcard")
                                                                 : std::optional<json::Value>();
  if (!globs || !globs->is_array()) return std::nullopt;
  std::set<std::string> texts;
  for (const json::Value element : globs->elements()) {
    if (!element.is_string()) return std::nullopt;
    texts.emplace(element.text());
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// What an event pattern matches, in the words of EventOf. EventBridge User Guide,
/// eb-create-pattern-operators (read 2026-11-30).
class Pattern {
 public:
  explicit Pattern(std::string_view text, Said& said) : said_(said) {
    json::Document document;
    if (const auto error = document.Read(text)) {
      said_.Wrong(fmt::format("its pattern is no JSON: {}", error->message));
      return;
    }
    Read(document.root());
  }

  [[nodiscard]] const std::set<std::string>& events() const { return events_; }

 private:
  void Read(const json::Value& root) {
    Members members(root, said_);
    const std::vector<std::string> bus = members.Texts("source");
    const bool has_bus = root.Find("source").has_value();
    if (members.Texts("detail-type") != std::vector<std::string>{std::string(kApiCall)}) {
      said_.Wrong(fmt::format("its pattern is not for `{}`", kApiCall));
    }
    std::optional<Members> detail = members.Object("detail");
    members.Finish();
    if (!detail) {
      said_.Wrong("its pattern has no `detail`");
      return;
    }
    const std::vector<std::string> sources = detail->Texts("eventSource");
    std::vector<std::string> names = detail->Texts("eventName");
    std::vector<std::string> errors = detail->Texts("errorCode");
    const auto body = root.Find("detail");
    if (names.empty() && !body->Find("eventName")) names.emplace_back();
    if (errors.empty() && !body->Find("errorCode")) errors.emplace_back();
    const std::vector<std::string> models = Models(*detail, *body);
    detail->Finish();
    for (const std::string& source : sources) {
      if (has_bus && !IsFrom(source, bus)) {
        said_.Wrong(
            fmt::format("events of {} do not come from the `source` of its pattern", source));
        continue;
      }
      for (const std::string& name : names) {
        for (const std::string& error : errors) {
          for (const std::string& model : models) {
            events_.insert(EventOf(source, name, error, model));
          }
        }
      }
    }
  }

  static bool IsFrom(std::string_view event_source, const std::vector<std::string>& bus) {
    return std::ranges::any_of(recording::Trail::BuiltIn().services(), [&](const auto& service) {
      return service.event_source == event_source &&
             std::ranges::find(bus, service.bus_source) != bus.end();
    });
  }

  std::vector<std::string> Models(Members& detail, const json::Value& body) {
    const auto parameters = body.Find("requestParameters");
    if (!parameters) return {""};
    static_cast<void>(detail.Object("requestParameters"));
    std::vector<std::string> models;
    if (!parameters->is_object() || parameters->size() != 1) {
      said_.Wrong("its pattern does not test one parameter of the request");
      return models;
    }
    const json::Member member = *parameters->members().begin();
    const std::string field(member.key.text());
    for (const json::Value value : member.value.elements()) {
      if (const auto glob = GlobOf(value)) {
        models.push_back(fmt::format("{} is {}", field, *glob));
      } else if (const auto but = AllBut(value)) {
        models.push_back(fmt::format("{} is none of {}", field, *but));
      } else {
        said_.Wrong(fmt::format("its pattern tests `{}` in a way that is not understood", field));
      }
    }
    return models;
  }

  Said& said_;
  std::set<std::string> events_;
};

struct Rule {
  std::string name;
  bool read_only_too = false;
  std::set<std::string> events;
  std::vector<std::string> wrong;
};

Rule RuleOf(const json::Value& request) {
  Rule rule;
  Said said;
  Members members(request, said);
  rule.name = members.Text("Name", "");
  static_cast<void>(members.Text("Description", ""));
  if (members.Text("EventBusName", "default") != "default") {
    said.Wrong("it is not on the default event bus, which alone gets CloudTrail's events");
  }
  const std::string state = members.Text("State", "ENABLED");
  rule.read_only_too = state == kReadOnlyToo;
  if (!rule.read_only_too && state != "ENABLED") said.Wrong(fmt::format("its state is {}", state));
  Pattern pattern(members.Text("EventPattern", ""), said);
  rule.events = pattern.events();
  members.Finish();
  rule.wrong = said.wrong();
  return rule;
}

struct Ends {
  std::string rule;
  std::vector<std::string> ends;
  std::vector<std::string> wrong;
};

Ends EndsOf(const json::Value& request) {
  Ends ends;
  Said said;
  Members members(request, said);
  ends.rule = members.Text("Rule", "");
  if (members.Text("EventBusName", "default") != "default") {
    said.Wrong("its rule is not on the default event bus");
  }
  std::set<std::string> ids;
  for (Members& target : members.Objects("Targets")) {
    const std::string id = target.Text("Id", "");
    if (id.empty()) said.Wrong("a target has no id");
    if (!ids.insert(id).second) said.Wrong(fmt::format("two targets have the id `{}`", id));
    const std::string arn = target.Text("Arn", "");
    ends.ends.push_back(EndOf(arn, target.Text("RoleArn", "")));
    target.Finish();
  }
  members.Finish();
  ends.wrong = said.wrong();
  return ends;
}

class Comparer {
 public:
  Comparer(const Program& facts, const Tree& tree, std::set<std::string>& read)
      : facts_(facts), tree_(tree), read_(read), wants_(facts) {}

  std::vector<Mismatch> Run() {
    for (const auto& [path, bytes] : tree_.others) {
      if (!path.starts_with(kFolder)) continue;
      if (path.ends_with(".athena.sql")) read_.insert(path);
      if (path.ends_with(kRule)) ReadRuleFile(path);
    }
    Compare();
    Selectors();
    return std::move(differences_);
  }

 private:
  void Tell(std::string path, std::string what, const intent::Origin* origin = nullptr) {
    differences_.push_back({std::move(path), std::move(what), origin});
  }

  /// The file as JSON; nothing if it is not there or no JSON, which is told.
  std::optional<json::Value> Read(const std::string& path, json::Document& document) {
    const auto found = tree_.others.find(path);
    if (found == tree_.others.end()) return std::nullopt;
    read_.insert(path);
    if (const std::optional<json::Error> error = document.Read(found->second)) {
      Tell(path, fmt::format("it is no JSON: {}", error->message));
      return std::nullopt;
    }
    return document.root();
  }

  void ReadRuleFile(const std::string& path) {
    json::Document document;
    const auto root = Read(path, document);
    if (!root) return;
    const std::string_view stem =
        std::string_view(path).substr(kFolder.size(), path.size() - kFolder.size() - kRule.size());
    const std::size_t dot = stem.find('.');
    if (dot == std::string_view::npos) return Tell(path, "its name tells no region");
    const std::string name(stem.substr(0, dot));
    const std::string region(stem.substr(dot + 1));
    const Rule rule = RuleOf(*root);
    for (const std::string& wrong : rule.wrong) Tell(path, wrong);
    const auto targets = tree_.targets.find(path);
    if (targets == tree_.targets.end()) return Tell(path, "the manifest tells no account of it");
    for (const std::string& account_name : targets->second) {
      const auto account = AccountNamed(facts_.model.organization, account_name);
      if (!account) {
        Tell(path, fmt::format("its account `{}` is not of the program", account_name));
        continue;
      }
      const Where where{*account, region};
      if (!names_.insert({where, rule.name}).second) {
        Tell(path, fmt::format("another rule has the name `{}` in {}, {}", rule.name, account_name,
                               region));
      }
      for (const std::string& end : EndsIn(path, name, account_name, region, rule.name)) {
        for (const std::string& event : rule.events) {
          Seen& seen = found_[where][{event, end}];
          seen.read_only_too = seen.read_only_too || rule.read_only_too;
          seen.path = path;
        }
      }
    }
  }

  /// Where the events of a rule go in one account.
  std::vector<std::string> EndsIn(const std::string& rule_path, const std::string& name,
                                  const std::string& account, const std::string& region,
                                  const std::string& rule) {
    const std::string own = fmt::format("{}{}.{}.{}{}", kFolder, name, account, region, kTargets);
    const std::string shared = fmt::format("{}{}.{}{}", kFolder, name, region, kTargets);
    const std::string& path = tree_.others.contains(own) ? own : shared;
    const auto listed = tree_.targets.find(path);
    const bool is_for_account = listed != tree_.targets.end() &&
                                std::ranges::find(listed->second, account) != listed->second.end();
    json::Document document;
    const auto root = is_for_account ? Read(path, document) : std::optional<json::Value>();
    if (!root) {
      Tell(rule_path, fmt::format("nothing is told of its events in {}", account));
      return {};
    }
    const Ends ends = EndsOf(*root);
    for (const std::string& wrong : ends.wrong) Tell(path, wrong);
    if (ends.rule != rule) {
      Tell(path, fmt::format("its rule `{}` is not `{}`", ends.rule, rule));
      return {};
    }
    return ends.ends;
  }

  void Compare() {
    for (const auto& [where, sights] : wants_.sights()) {
      const auto found = found_.find(where);
      std::vector<std::string> missing;
      std::vector<std::string> without_reads;
      const intent::Origin* origin = nullptr;
      for (const auto& [sight, wanted] : sights) {
        const auto* seen = found == found_.end() ? nullptr : At(found->second, sight);
        if (seen != nullptr && (seen->read_only_too || !wanted.read_only_too)) continue;
        origin = wanted.origin;
        (seen == nullptr ? missing : without_reads).push_back(InWords(sight));
      }
      const std::string place = InWords(where);
      if (!missing.empty()) {
        Tell("", fmt::format("{}nothing tells of {}", place, Few(missing)), origin);
      }
      if (!without_reads.empty()) {
        Tell("", fmt::format("{}read-only events are not seen: {}", place, Few(without_reads)),
             origin);
      }
    }
    for (const auto& [where, sights] : found_) {
      const auto wanted = wants_.sights().find(where);
      std::map<std::string, std::vector<std::string>> extra;
      for (const auto& [sight, seen] : sights) {
        if (wanted != wants_.sights().end() && wanted->second.contains(sight)) continue;
        extra[seen.path].push_back(InWords(sight));
      }
      for (const auto& [path, events] : extra) {
        Tell(path, fmt::format("{}no sentence watches {}", InWords(where), Few(events)));
      }
    }
  }

  static const Seen* At(const std::map<Sight, Seen>& sights, const Sight& sight) {
    const auto found = sights.find(sight);
    return found == sights.end() ? nullptr : &found->second;
  }
  static std::string InWords(const Sight& sight) {
    return fmt::format("`{}` to {}", sight.event, sight.end);
  }
  [[nodiscard]] std::string InWords(const Where& where) const {
    return fmt::format("{} in {}: ", facts_.AccountAt(where.account).name, where.region);
  }
  static std::string Few(const std::vector<std::string>& texts) {
    if (texts.size() == 1) return texts.front();
    return fmt::format("{} and {} more", texts.front(), texts.size() - 1);
  }

  void Selectors() {
    const std::string path(kSelectors);
    json::Document document;
    const auto root = Read(path, document);
    if (!root) {
      const bool is_told = tree_.others.contains(path) || tree_.targets.contains(path);
      if (!wants_.selectors().empty() && !is_told) {
        Tell(path, "the program asks for it, and it is not there");
      }
      return;
    }
    if (wants_.selectors().empty()) return Tell(path, "no sentence asks for this request");
    Said said;
    Said wanted;
    for (const auto& [type, events] : wants_.selectors()) {
      wanted.Say(type, Listed({events.begin(), events.end()}));
    }
    Members members(*root, said);
    for (Members& selector : members.Objects("AdvancedEventSelectors")) {
      static_cast<void>(selector.Text("Name", ""));
      std::map<std::string, std::vector<std::string>> fields;
      for (Members& field : selector.Objects("FieldSelectors")) {
        const std::string name = field.Text("Field", "");
        fields[name] = field.Texts("Equals");
        std::ranges::sort(fields[name]);
        field.Finish();
      }
      selector.Finish();
      if (fields["eventCategory"] != std::vector<std::string>{"Data"}) {
        said.Wrong("a selector is not for data events");
      }
      const std::vector<std::string> events = fields["eventName"];
      for (const std::string& type : fields["resources.type"]) said.Say(type, Listed(events));
      for (const auto& [name, values] : fields) {
        if (name != "eventCategory" && name != "resources.type" && name != "eventName") {
          said.Wrong(fmt::format("a selector tests `{}`", name));
        }
      }
    }
    members.Finish();
    for (const std::string& line : Partings(wanted, said)) Tell(path, line);
  }

  const Program& facts_;
  const Tree& tree_;
  std::set<std::string>& read_;
  Wants wants_;
  Sights found_;
  std::set<std::pair<Where, std::string>> names_;  ///< of rules, in each place
  std::vector<Mismatch> differences_;
};

}  // namespace

std::vector<Mismatch> CompareMonitoring(const Program& facts, const Tree& tree,
                                        std::set<std::string>& read) {
  return Comparer(facts, tree, read).Run();
}

Said ReadRule(const json::Value& rule) {
  const Rule read = RuleOf(rule);
  Said said;
  for (const std::string& wrong : read.wrong) said.Wrong(wrong);
  said.Say("name", read.name);
  said.Say("read-only events", read.read_only_too ? "seen" : "not seen");
  said.Say("events", Listed({read.events.begin(), read.events.end()}));
  return said;
}

Said ReadTargets(const json::Value& targets) {
  const Ends read = EndsOf(targets);
  Said said;
  for (const std::string& wrong : read.wrong) said.Wrong(wrong);
  said.Say("rule", read.rule);
  said.Say("ends", Listed(read.ends));
  return said;
}

}  // namespace writ::deployed
