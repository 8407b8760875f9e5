#include "output/emit/monitoring.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/guardrails.h"
#include "base/support/check.h"
#include "base/support/json.h"
#include "base/support/json_members.h"
#include "base/support/sha256.h"
#include "facts/recording/recording.h"
#include "iam/policy/pattern.h"
#include "output/emit/artifact.h"
#include "output/emit/places.h"

namespace writ::emit {
namespace {

using intent::Account;
using intent::AccountIndex;
using intent::Watch;
using support::json::Style;
using support::json::Writer;

constexpr std::string_view kReadOnlyToo = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
/// A rule's name has at most 64 characters (EventBridge API, PutRule, read 2026-11-30); prefix,
/// digest and number are added to this.
constexpr std::size_t kLongestStem = 40;
constexpr std::size_t kLongestDescription = 512;

/// A value of a field in an event pattern, as JSON.
struct Matcher {
  std::string json;
  std::string like;  ///< the same for SQL's LIKE, `\` before what stands for itself
};

std::string Quoted(std::string_view text) {
  Writer writer(Style::kMinified);
  writer.String(text);
  return writer.Take();
}

std::string Like(std::string_view glob) {
  std::string like;
  for (const char c : glob) {
    if (c == '%' || c == '_' || c == '\\') like += '\\';
    like += c == '*' ? '%' : c;
  }
  return like;
}

/// How a call names a model: by id, by the id of an inference profile (which puts a geography
/// before it), or by the ARN of either.
std::vector<Matcher> MatchersOf(const std::string& glob) {
  const auto matcher = [](std::string_view op, std::string_view value, std::string_view like) {
    return Matcher{fmt::format("{{\"{}\":{}}}", op, Quoted(value)), Like(like)};
  };
  if (glob.starts_with('*')) return {matcher("wildcard", glob, glob)};
  const std::string of_profile = "*." + glob;
  const std::string of_arn = "*/" + glob;
  if (glob.find('*') == std::string::npos) {
    return {{Quoted(glob), Like(glob)},
            matcher("suffix", "." + glob, of_profile),
            matcher("suffix", "/" + glob, of_arn)};
  }
  const bool is_prefix = glob.find('*') == glob.size() - 1;
  return {is_prefix ? matcher("prefix", glob.substr(0, glob.size() - 1), glob)
                    : matcher("wildcard", glob, glob),
          matcher("wildcard", of_profile, of_profile), matcher("wildcard", of_arn, of_arn)};
}

/// One rule, wherever it is.
struct Part {
  std::vector<const recording::Service*> services;
  std::vector<std::string> events;  ///< empty: any
  bool sees_read_only = false;
  std::vector<std::string> refusals;  ///< of `errorCode`; empty: any event
  std::string field;                  ///< of the model; empty: any model
  /// Matchers of one model stay together.
  std::vector<std::vector<Matcher>> models;
  std::vector<Matcher> all_but;  ///< instead of `models`

  [[nodiscard]] std::string Pattern() const;
  /// The rest of a rule whose events or models do not fit; nothing is left of one that cannot be
  /// split.
  [[nodiscard]] std::optional<Part> SplitOff();
};

std::string Part::Pattern() const {
  Writer writer(Style::kMinified);
  writer.BeginObject();
  // Where the source of one of them is not known, the event source alone tells them.
  const bool knows_source = services.size() == 1 && !services.front()->bus_source.empty();
  if (knows_source) WriteTexts(writer, "source", {services.front()->bus_source});
  WriteTexts(writer, "detail-type", {"AWS API Call via CloudTrail"});
  writer.Key("detail");
  writer.BeginObject();
  std::vector<std::string> sources;
  for (const recording::Service* service : services) sources.push_back(service->event_source);
  WriteTexts(writer, "eventSource", sources);
  if (!events.empty()) WriteTexts(writer, "eventName", events);
  if (!refusals.empty()) WriteTexts(writer, "errorCode", refusals);
  if (!models.empty() || !all_but.empty()) {
    writer.Key("requestParameters");
    writer.BeginObject();
    writer.Key(field);
    writer.BeginArray();
    for (const std::vector<Matcher>& model : models) {
      for (const Matcher& matcher : model) writer.Raw(matcher.json);
    }
    if (!all_but.empty()) {
      std::vector<std::string> globs;
      for (const Matcher& matcher : all_but) globs.push_back(matcher.json);
      writer.Raw(fmt::format("{{\"anything-but\":{{\"wildcard\":[{}]}}}}", fmt::join(globs, ",")));
    }
    writer.EndArray();
    writer.EndObject();
  }
  writer.EndObject();
  writer.EndObject();
  return writer.Take();
}

std::optional<Part> Part::SplitOff() {
  Part rest = *this;
  const auto halve = [](auto& list, auto& other) {
    const auto middle = list.begin() + static_cast<std::ptrdiff_t>((list.size() + 1) / 2);
    other.assign(middle, list.end());
    list.erase(middle, list.end());
  };
  if (models.size() > 1) {
    halve(models, rest.models);
  } else if (events.size() > 1) {
    halve(events, rest.events);
  } else if (services.size() > 1) {
    halve(services, rest.services);
  } else {
    return std::nullopt;
  }
  return rest;
}

/// What a trail must select: resource type → events; none listed: all of the type.
using Selectors = std::map<std::string, std::set<std::string>>;

void Select(Selectors& selectors, const std::string& type, std::set<std::string> events) {
  const auto [at, is_new] = selectors.try_emplace(type, events);
  if (is_new) return;
  if (events.empty() || at->second.empty()) {
    at->second.clear();
  } else {
    at->second.insert(events.begin(), events.end());
  }
}

/// Watches that differ in their places only.
struct Group {
  std::string name;
  const Watch* first = nullptr;
  std::vector<const Watch*> watches;
  std::vector<Part> parts;
  Selectors selectors;
  std::map<std::string, std::set<AccountIndex>> places;  ///< region → accounts
  std::set<AccountIndex> accounts;
};

/// An injective key: each part with its length.
std::string KeyOf(const Watch& watch) {
  std::string key(intent::Name(watch.kind));
  const auto add = [&key](const std::vector<std::string>& texts) {
    key += fmt::format("|{}", texts.size());
    for (const std::string& text : texts) key += fmt::format("|{}:{}", text.size(), text);
  };
  add(watch.kinds);
  add(watch.prefixes);
  add(watch.models.patterns);
  add(watch.models.except);
  add({watch.target, watch.role ? "as" : "", watch.role.value_or("")});
  key += watch.models.all ? "|all" : "|listed";
  return key;
}

std::string StemOf(const Watch& watch, const catalog::Catalog& catalog) {
  switch (watch.kind) {
    case Watch::Kind::kRefusals:
      return "refusals";
    case Watch::Kind::kUse:
      return "use-of-models";
    case Watch::Kind::kChanges:
      break;
  }
  if (watch.kinds.size() == catalog.kinds().size()) return "changes-to-bedrock";
  std::string stem = fmt::format("changes-to-{}", fmt::join(watch.kinds, "-"));
  if (stem.size() <= kLongestStem) return stem;
  stem.resize(stem.find_last_of('-', kLongestStem));
  return stem;
}

/// "a, b and 3 more".
std::string Few(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 4;
  if (names.size() <= kShown + 1) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + kShown, ", "),
                     names.size() - kShown);
}

class Monitor {
 public:
  Monitor(const intent::Model& model, const catalog::Catalog& catalog, diag::Sink& sink)
      : model_(model), catalog_(catalog), trail_(recording::Trail::BuiltIn()), sink_(sink) {}

  std::vector<Artifact> Run() {
    Collect();
    for (auto& [key, group] : groups_) {
      MakeParts(group);
      Fit(group);
      if (!group.parts.empty()) Write(group);
    }
    WriteSelectors();
    std::ranges::sort(artifacts_, {}, &Artifact::path);
    return std::move(artifacts_);
  }

 private:
  [[nodiscard]] const Account& At(AccountIndex index) const {
    return model_.organization.accounts.at(index.value);
  }
  [[nodiscard]] const std::string& partition() const { return model_.organization.partition; }

  void Collect() {
    std::map<std::string, std::set<std::string>> stems;
    for (const Watch& watch : model_.watches) {
      const std::string key = KeyOf(watch);
      Group& group = groups_[key];
      if (group.first == nullptr) group.first = &watch;
      group.watches.push_back(&watch);
      stems[StemOf(watch, catalog_)].insert(key);
      bool is_twice = false;
      for (const std::string& region : watch.regions) {
        for (const AccountIndex account : watch.accounts) {
          group.accounts.insert(account);
          if (group.places[region].insert(account).second || is_twice) continue;
          is_twice = true;
          sink_.Report(diag::kWatchedTwice, watch.origin.span, At(account).name, region)
              .At("second occurrence")
              .Also(group.first->origin.span, "first occurrence");
        }
      }
    }
    for (auto& [key, group] : groups_) {
      group.name = StemOf(*group.first, catalog_);
      constexpr std::size_t kDigest = 8;
      if (stems.at(group.name).size() > 1) {
        group.name += "-" + support::Sha256Hex(key).substr(0, kDigest);
      }
    }
  }

  // ---- what is seen

  void MakeParts(Group& group) {
    switch (group.first->kind) {
      case Watch::Kind::kChanges:
        return SeeChanges(group);
      case Watch::Kind::kRefusals:
        return SeeRefusals(group);
      case Watch::Kind::kUse:
        return SeeUse(group);
    }
  }

  void SeeChanges(Group& group) {
    std::map<std::string, std::set<std::string>> events;
    std::vector<std::string> unseen;
    bool sees_read_only = false;
    for (const std::string& kind : group.first->kinds) {
      for (const auto* action : catalog_.ActionsOfKind(kind, catalog::PlaneClass::kAdmin)) {
        const recording::Service* service = Seen(action->service);
        if (service == nullptr || service->unknown.contains(action->name)) {
          unseen.push_back(action->FullName());
          continue;
        }
        events[action->service].insert(action->name);
        const auto known = catalog_.FindAction(action->service, action->name);
        sees_read_only = sees_read_only || !known || known->access == catalog::AccessLevel::kRead ||
                         known->access == catalog::AccessLevel::kList;
      }
    }
    for (const auto& [prefix, names] : events) {
      Part part;
      part.services = {trail_.Find(prefix)};
      part.events = {names.begin(), names.end()};
      part.sees_read_only = sees_read_only;
      group.parts.push_back(std::move(part));
    }
    TellUnseen(group, std::move(unseen), "what CloudTrail records these actions as is not known");
  }

  void SeeRefusals(Group& group) {
    std::vector<std::string> unseen;
    std::vector<std::string> data;
    Part regional;
    for (const std::string& prefix : group.first->prefixes) {
      const recording::Service* service = Seen(prefix);
      if (service == nullptr) {
        unseen.push_back("refusals of " + prefix);
        continue;
      }
      for (const recording::DataEvents& each : service->data) {
        for (const std::string& type : each.types) Select(group.selectors, type, {});
        data.insert(data.end(), each.events.begin(), each.events.end());
      }
      if (service->home.empty()) {
        regional.services.push_back(service);
        continue;
      }
      Part global;
      global.services = {service};
      group.parts.push_back(std::move(global));
    }
    if (!regional.services.empty()) group.parts.push_back(std::move(regional));
    for (Part& part : group.parts) {
      part.refusals = trail_.refusals();
      part.sees_read_only = true;
    }
    TellUnseen(group, std::move(unseen),
               "what CloudTrail records calls of these services as is not known");
    TellData(group, std::move(data));
  }

  void SeeUse(Group& group) {
    const intent::ModelPatterns& models = group.first->models;
    std::vector<std::string> data;
    for (const recording::Service& service : trail_.services()) {
      std::map<std::string, Part> parts;
      for (const recording::Use& use : service.uses) {
        Part& part = parts[use.model];
        part.services = {&service};
        part.field = use.model;
        part.sees_read_only = part.sees_read_only || use.is_read_only;
        for (const std::string& event : use.events) {
          part.events.push_back(event);
          for (const std::string& type : service.TypesOf(event)) {
            Select(group.selectors, type, {event});
          }
          if (!service.TypesOf(event).empty()) data.push_back(event);
        }
      }
      for (auto& [field, part] : parts) {
        std::ranges::sort(part.events);
        for (const std::string& pattern : models.patterns) {
          part.models.push_back(MatchersOf(pattern));
        }
        for (const std::string& id : models.except) {
          for (const std::string& glob : {id, "*." + id, "*/" + id}) {
            part.all_but.push_back({Quoted(glob), Like(glob)});
          }
        }
        group.parts.push_back(std::move(part));
      }
    }
    const bool is_named = !models.all || !models.except.empty();
    sink_.Report(diag::kNotWatched, group.first->origin.span, "every way to a model")
        .At("sees calls that name the model")
        .Note(fmt::format("not seen: {}", trail_.hidden_uses(is_named)));
    TellData(group, std::move(data));
  }

  /// The events of a prefix, if it is known where they are delivered.
  [[nodiscard]] const recording::Service* Seen(std::string_view prefix) const {
    const recording::Service* service = trail_.Find(prefix);
    const bool is_lost =
        service != nullptr && !service->home.empty() && !service->home.contains(partition());
    return is_lost ? nullptr : service;
  }

  void TellUnseen(Group& group, std::vector<std::string> unseen, std::string_view why) {
    std::ranges::sort(unseen);
    unseen.erase(std::unique(unseen.begin(), unseen.end()), unseen.end());
    if (group.parts.empty()) {
      sink_.Report(diag::kWatchesNothing, group.first->origin.span, why).At(Few(unseen));
    } else if (!unseen.empty()) {
      sink_.Report(diag::kNotWatched, group.first->origin.span, Few(unseen))
          .At("not seen")
          .Note(fmt::format("{}; facts of {}", why, trail_.date()));
    }
  }

  void TellData(const Group& group, std::vector<std::string> events) {
    if (events.empty()) return;
    std::ranges::sort(events);
    sink_.Report(diag::kDataEventsSelected, group.first->origin.span, Few(events))
        .At("these are data events")
        .Suggest(
            "merge monitoring/trail.cloudtrail.AdvancedEventSelectors.json into what a trail "
            "selects: "
            "`bash apply.sh --merge-selectors TRAIL`")
        .Note("trails record no data events by default, and they cost extra");
  }

  /// Splits patterns that are too long. One that cannot be split is reported.
  void Fit(Group& group) {
    const std::size_t most = trail_.pattern_characters();
    for (std::size_t i = 0; i < group.parts.size(); ++i) {
      while (true) {
        const std::size_t size = group.parts[i].Pattern().size();
        if (size <= most) break;
        std::optional<Part> rest = group.parts[i].SplitOff();
        if (!rest) {
          sink_
              .Report(diag::kWatchPatternTooLong, group.first->origin.span, Grouped(size),
                      Grouped(most))
              .At("cannot be split")
              .Suggest("leave out fewer models");
          group.parts.clear();
          return;
        }
        group.parts.insert(group.parts.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                           std::move(*rest));
      }
    }
  }

  // ---- files

  void Write(const Group& group) {
    const bool is_numbered = group.parts.size() > 1;
    is_topic_told_ = false;
    for (std::size_t i = 0; i < group.parts.size(); ++i) {
      const Part& part = group.parts[i];
      const std::string name = is_numbered ? fmt::format("{}-{}", group.name, i + 1) : group.name;
      const recording::Service& service = *part.services.front();
      if (!service.home.empty()) {
        const std::string& home = service.home.find(partition())->second;
        WriteRule(group, part, name, home, group.accounts);
        continue;
      }
      for (const auto& [region, accounts] : group.places) {
        WriteRule(group, part, name, region, accounts);
      }
    }
    WriteQuery(group);
    for (const auto& [type, events] : group.selectors) Select(selectors_, type, events);
    if (group.selectors.empty()) return;
    selecting_.insert(group.accounts.begin(), group.accounts.end());
    selected_by_.insert(selected_by_.end(), group.watches.begin(), group.watches.end());
  }

  void WriteRule(const Group& group, const Part& part, const std::string& name,
                 const std::string& region, const std::set<AccountIndex>& accounts) {
    Writer writer(Style::kPretty);
    writer.BeginObject();
    WriteText(writer, "Name", "writ-" + name);
    WriteText(writer, "Description", Description(group));
    WriteText(writer, "EventPattern", part.Pattern());
    WriteText(writer, "State", part.sees_read_only ? kReadOnlyToo : "ENABLED");
    writer.EndObject();
    Add(group, fmt::format("monitoring/{}.{}.events.PutRule.json", name, region), "event-rule",
        writer.Take() + "\n", accounts);
    const Watch& watch = *group.first;
    const bool is_shared = !watch.role && watch.target.find("{account}") == std::string::npos;
    for (const AccountIndex account : accounts) {
      const std::optional<std::string> targets = Targets(watch, name, At(account), region);
      if (!targets) return;
      if (is_shared) {
        Add(group, fmt::format("monitoring/{}.{}.events.PutTargets.json", name, region),
            "event-targets", *targets, accounts);
        return;
      }
      Add(group,
          fmt::format("monitoring/{}.{}.{}.events.PutTargets.json", name, At(account).name, region),
          "event-targets", *targets, {account});
    }
  }

  static std::string Description(const Group& group) {
    std::string text = group.first->origin.sentence;
    if (text.size() <= kLongestDescription) return text;
    std::size_t end = kLongestDescription - 3;
    constexpr unsigned char kContinues = 0x80;
    constexpr unsigned char kLead = 0xC0;
    // Not in the middle of a character.
    while (end > 0 && (static_cast<unsigned char>(text[end]) & kLead) == kContinues) --end;
    return text.substr(0, end) + "...";
  }

  /// The PutTargets request of one account; nothing if it is wrong, which is reported once.
  std::optional<std::string> Targets(const Watch& watch, const std::string& name,
                                     const Account& account, const std::string& region) {
    const std::string target = AtPlace(watch.target, account, region);
    CheckPlace(watch, target, account, region);
    std::optional<std::string> role;
    if (watch.role) {
      role = RoleArn(AtPlace(*watch.role, account, region), account, partition());
      if (!role) {
        sink_.Report(diag::kBadWatchRole, watch.origin.span, *watch.role, account.name)
            .At("this role")
            .Suggest("name a role of the watched account by its path and name");
        return std::nullopt;
      }
    }
    Writer writer(Style::kPretty);
    writer.BeginObject();
    WriteText(writer, "Rule", "writ-" + name);
    writer.Key("Targets");
    writer.BeginArray();
    writer.BeginObject();
    WriteText(writer, "Id", "writ");
    WriteText(writer, "Arn", target);
    if (role) WriteText(writer, "RoleArn", *role);
    writer.EndObject();
    writer.EndArray();
    writer.EndObject();
    return writer.Take() + "\n";
  }

  /// EventBridge User Guide, eb-service-cross-account, eb-cross-region and eb-event-bus-perms (read
  /// 2026-11-30): a topic is in the region of the rule, a bus need not be; for a target of another
  /// account or region EventBridge assumes a role.
  void CheckPlace(const Watch& watch, std::string_view target, const Account& account,
                  const std::string& region) {
    const std::optional<policy::ArnSegments> parts = policy::SplitArn(target);
    WRIT_CHECK(parts.has_value(), "a target that is no ARN is reported before");
    const bool is_topic = (*parts)[2] == "sns";
    if (is_topic && (*parts)[3] != region) {
      if (is_topic_told_) return;
      is_topic_told_ = true;
      const bool is_asked = std::ranges::find(watch.regions, region) != watch.regions.end();
      auto& found = sink_.Report(diag::kTopicElsewhere, watch.origin.span, (*parts)[3], region);
      found.At("this topic")
          .Suggest(
              "name an event bus, or a topic in each region: "
              "`arn:aws:sns:{region}:ACCOUNT:TOPIC`")
          .Note("a rule reaches topics of its own region only");
      if (!is_asked) {
        found.Note(
            fmt::format("events of IAM are delivered in {}, wherever the call is made", region));
      }
      return;
    }
    if (watch.role) return;
    const bool is_other_account = (*parts)[4] != account.id;
    if (!is_other_account && (*parts)[3] == region) return;
    sink_
        .Report(diag::kWatchWithoutRole, watch.origin.span, is_other_account ? "account" : "region")
        .At("EventBridge assumes a role to deliver there")
        .Suggest("name a role of the watched accounts: `to \"…\" as \"ROLE\"`");
  }

  void WriteQuery(const Group& group) {
    std::string sql = fmt::format("-- {}\n", group.first->origin.sentence);
    sql +=
        "-- The table is that of the CloudTrail User Guide, partition projection; add the days to\n"
        "-- look at: AND \"timestamp\" >= '2026/01/01'.\n"
        "SELECT eventtime, recipientaccountid, awsregion, useridentity.arn AS caller, "
        "eventsource,\n"
        "  eventname, errorcode, sourceipaddress, requestparameters\n"
        "FROM cloudtrail_logs\nWHERE (\n";
    const auto list = [](const auto& texts) {
      std::vector<std::string> quoted;
      for (const auto& text : texts) quoted.push_back(fmt::format("'{}'", text));
      return fmt::format("{}", fmt::join(quoted, ", "));
    };
    for (std::size_t i = 0; i < group.parts.size(); ++i) {
      const Part& part = group.parts[i];
      std::vector<std::string> sources;
      for (const recording::Service* service : part.services)
        sources.push_back(service->event_source);
      sql += fmt::format("  {}(eventsource IN ({})", i == 0 ? "" : "OR ", list(sources));
      if (!part.events.empty())
        sql += fmt::format("\n    AND eventname IN ({})", list(part.events));
      if (!part.refusals.empty()) {
        sql += fmt::format("\n    AND errorcode IN ({})", list(part.refusals));
      }
      const std::string field =
          fmt::format("json_extract_scalar(requestparameters, '$.{}')", part.field);
      std::vector<std::string> tests;
      for (const std::vector<Matcher>& model : part.models) {
        for (const Matcher& matcher : model) {
          tests.push_back(fmt::format("{} LIKE '{}' ESCAPE '\\'", field, matcher.like));
        }
      }
      if (!tests.empty()) sql += fmt::format("\n    AND ({})", fmt::join(tests, "\n      OR "));
      for (const Matcher& matcher : part.all_but) {
        sql += fmt::format("\n    AND {} NOT LIKE '{}' ESCAPE '\\'", field, matcher.like);
      }
      const bool is_global = !part.services.front()->home.empty();
      std::vector<std::string> places;
      if (is_global) {
        places.push_back(fmt::format("recipientaccountid IN ({})", list(Ids(group.accounts))));
      } else {
        for (const auto& [region, accounts] : group.places) {
          places.push_back(fmt::format("(awsregion = '{}' AND recipientaccountid IN ({}))", region,
                                       list(Ids(accounts))));
        }
      }
      sql += fmt::format("\n    AND ({}))\n", fmt::join(places, "\n      OR "));
    }
    sql += ")\nORDER BY eventtime;\n";
    Add(group, fmt::format("monitoring/{}.athena.sql", group.name), "athena-query", std::move(sql),
        group.accounts);
  }

  [[nodiscard]] std::vector<std::string> Ids(const std::set<AccountIndex>& accounts) const {
    std::vector<std::string> ids;
    for (const AccountIndex account : accounts) ids.push_back(At(account).id);
    std::ranges::sort(ids);
    return ids;
  }

  void WriteSelectors() {
    if (selectors_.empty()) return;
    Writer writer(Style::kPretty);
    writer.BeginObject();
    writer.Key("AdvancedEventSelectors");
    writer.BeginArray();
    for (const auto& [type, events] : selectors_) {
      writer.BeginObject();
      WriteText(writer, "Name", "writ " + type);
      writer.Key("FieldSelectors");
      writer.BeginArray();
      const auto field = [&](std::string_view name, const std::vector<std::string>& values) {
        writer.BeginObject();
        WriteText(writer, "Field", name);
        WriteTexts(writer, "Equals", values);
        writer.EndObject();
      };
      field("eventCategory", {"Data"});
      field("resources.type", {type});
      if (!events.empty()) field("eventName", {events.begin(), events.end()});
      writer.EndArray();
      writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
    Group all;
    all.watches = selected_by_;
    Add(all, "monitoring/trail.cloudtrail.AdvancedEventSelectors.json", "trail-selectors",
        writer.Take() + "\n", selecting_);
  }

  void Add(const Group& group, std::string path, std::string_view kind, std::string bytes,
           const std::set<AccountIndex>& accounts) {
    std::vector<std::string> targets;
    for (const AccountIndex account : accounts) targets.push_back(At(account).name);
    Artifact artifact = MakeArtifact(std::move(path), kind, std::move(targets), std::move(bytes));
    for (const Watch* watch : group.watches) {
      const bool is_here = std::ranges::any_of(
          watch->accounts, [&](AccountIndex account) { return accounts.contains(account); });
      if (!is_here) continue;
      artifact.statements->push_back(EntryOf(watch->origin));
    }
    artifacts_.push_back(std::move(artifact));
  }

  const intent::Model& model_;
  const catalog::Catalog& catalog_;
  const recording::Trail& trail_;
  diag::Sink& sink_;
  std::map<std::string, Group> groups_;
  bool is_topic_told_ = false;
  Selectors selectors_;
  std::set<AccountIndex> selecting_;
  std::vector<const Watch*> selected_by_;
  std::vector<Artifact> artifacts_;
};

}  // namespace

std::vector<Artifact> MonitoringRequests(const intent::Model& model,
                                         const catalog::Catalog& catalog, diag::Sink& sink) {
  return Monitor(model, catalog, sink).Run();
}

}  // namespace writ::emit
