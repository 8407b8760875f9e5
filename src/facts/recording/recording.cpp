#include "facts/recording/recording.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/embedded.h"
#include "base/support/json.h"

namespace writ::recording {

std::span<const support::EmbeddedText> EmbeddedTrail();

namespace json = support::json;

namespace {

constexpr std::size_t kMostBytes = 1U << 20U;
constexpr std::size_t kMostNames = 10'000;

}  // namespace

/// Collects the first thing that is wrong with the file.
class Reader {
 public:
  support::Result<Trail> Read(std::string_view text) {
    if (text.size() > kMostBytes) {
      return support::Error{
          fmt::format("the file has {} bytes; the limit is {}", text.size(), kMostBytes)};
    }
    json::Document document;
    if (const auto error = document.Read(text)) {
      return support::Error{fmt::format("at byte {}: {}", error->offset, error->message)};
    }
    Root(document.root());
    if (error_) return support::Error{*error_};
    return std::move(trail_);
  }

 private:
  void Fail(json::Value at, std::string_view what) {
    if (!error_) error_ = fmt::format("at byte {}: {}", at.begin(), what);
  }
  std::string Text(json::Value value) {
    if (!value.is_string() || value.text().empty()) Fail(value, "expected a text");
    if (++names_ > kMostNames) Fail(value, fmt::format("more than {} names", kMostNames));
    return std::string(value.text());
  }
  std::vector<std::string> Texts(json::Value value) {
    std::vector<std::string> texts;
    if (!value.is_array()) Fail(value, "expected an array of texts");
    for (const json::Value element : value.elements()) texts.push_back(Text(element));
    return texts;
  }

  void Root(json::Value root) {
    if (!root.is_object()) Fail(root, "expected an object");
    for (const json::Member member : root.members()) {
      const std::string_view key = member.key.text();
      if (key == "date") {
        trail_.date_ = Text(member.value);
      } else if (key == "source") {
        static_cast<void>(Text(member.value));
      } else if (key == "refusals") {
        trail_.refusals_ = Texts(member.value);
      } else if (key == "pattern-characters") {
        const std::optional<std::int64_t> number = member.value.AsInteger();
        if (!number || *number <= 0) Fail(member.value, "expected a positive number");
        trail_.pattern_characters_ = static_cast<std::size_t>(number.value_or(1));
      } else if (key == "hidden-uses") {
        for (const json::Member use : member.value.members()) {
          if (use.key.text() == "of any model") {
            trail_.hidden_ = Text(use.value);
          } else if (use.key.text() == "of named models") {
            trail_.hidden_of_named_ = Text(use.value);
          } else {
            Fail(use.key, "hidden uses are `of any model` or `of named models`");
          }
        }
      } else if (key == "services") {
        for (const json::Value each : member.value.elements()) Add(each);
      } else {
        Fail(member.key, fmt::format("the file has no member `{}`", key));
      }
    }
    if (trail_.date_.empty() || trail_.refusals_.empty() || trail_.pattern_characters_ == 0 ||
        trail_.hidden_.empty() || trail_.hidden_of_named_.empty()) {
      Fail(root, "`date`, `refusals`, `pattern-characters` and `hidden-uses` are needed");
    }
    std::ranges::sort(trail_.services_, {}, &Service::prefix);
    const auto again = std::ranges::adjacent_find(trail_.services_, {}, &Service::prefix);
    if (again != trail_.services_.end()) {
      Fail(root, fmt::format("`{}` is described twice", again->prefix));
    }
  }

  void Add(json::Value value) {
    Service service;
    for (const json::Member member : value.members()) {
      const std::string_view key = member.key.text();
      if (key == "prefix") {
        service.prefix = Text(member.value);
      } else if (key == "event-source") {
        service.event_source = Text(member.value);
      } else if (key == "bus-source") {
        service.bus_source = Text(member.value);
      } else if (key == "home") {
        for (const json::Member home : member.value.members()) {
          service.home[Text(home.key)] = Text(home.value);
        }
      } else if (key == "unknown") {
        for (std::string& name : Texts(member.value)) service.unknown.insert(std::move(name));
      } else if (key == "data") {
        for (const json::Value each : member.value.elements()) service.data.push_back(Data(each));
      } else if (key == "uses") {
        for (const json::Value each : member.value.elements()) service.uses.push_back(UseOf(each));
      } else {
        Fail(member.key, fmt::format("a service has no member `{}`", key));
      }
    }
    if (service.prefix.empty() || service.event_source.empty()) {
      Fail(value, "a service needs `prefix` and `event-source`");
    }
    trail_.services_.push_back(std::move(service));
  }

  DataEvents Data(json::Value value) {
    DataEvents data;
    for (const json::Member member : value.members()) {
      const std::string_view key = member.key.text();
      if (key == "types") {
        data.types = Texts(member.value);
      } else if (key == "events") {
        data.events = Texts(member.value);
      } else {
        Fail(member.key, fmt::format("data events have no member `{}`", key));
      }
    }
    if (data.types.empty() || data.events.empty()) {
      Fail(value, "data events need `types` and `events`");
    }
    return data;
  }

  Use UseOf(json::Value value) {
    Use use;
    for (const json::Member member : value.members()) {
      const std::string_view key = member.key.text();
      if (key == "events") {
        use.events = Texts(member.value);
      } else if (key == "model") {
        use.model = Text(member.value);
      } else if (key == "read-only") {
        if (member.value.kind() != json::Kind::kBool) Fail(member.value, "expected true or false");
        use.is_read_only = member.value.is_true();
      } else {
        Fail(member.key, fmt::format("a use has no member `{}`", key));
      }
    }
    if (use.events.empty() || use.model.empty()) Fail(value, "a use needs `events` and `model`");
    return use;
  }

  Trail trail_;
  std::size_t names_ = 0;
  std::optional<std::string> error_;
};

std::vector<std::string> Service::TypesOf(std::string_view event) const {
  for (const DataEvents& each : data) {
    if (std::ranges::find(each.events, event) != each.events.end()) return each.types;
  }
  return {};
}

support::Result<Trail> Trail::Parse(std::string_view text) { return Reader().Read(text); }

const Trail& Trail::BuiltIn() {
  static const Trail trail = [] {
    support::Result<Trail> parsed = Parse(EmbeddedTrail().front().text);
    WRIT_CHECK(parsed.ok(), parsed.ok() ? "" : parsed.error().message);
    return std::move(parsed).value();
  }();
  return trail;
}

const Service* Trail::Find(std::string_view prefix) const {
  const auto found = std::ranges::lower_bound(services_, prefix, {}, &Service::prefix);
  return found != services_.end() && found->prefix == prefix ? &*found : nullptr;
}

}  // namespace writ::recording
