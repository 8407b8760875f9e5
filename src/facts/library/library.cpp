#include "facts/library/library.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/embedded.h"
#include "base/support/json.h"

namespace writ::library {

std::span<const support::EmbeddedText> EmbeddedModules();

namespace {

namespace json = support::json;

/// Collects the first thing that is wrong with a module file.
class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  void Fail(json::Value at, std::string_view what) {
    if (!error_) error_ = fmt::format("{}: at byte {}: {}", file_, at.begin(), what);
  }
  [[nodiscard]] const std::optional<std::string>& error() const { return error_; }

  std::string Text(json::Value value) {
    if (!value.is_string()) Fail(value, "expected a string");
    return std::string(value.text());
  }
  std::vector<std::string> Texts(json::Value value) {
    std::vector<std::string> texts;
    if (!value.is_array()) Fail(value, "expected an array of strings");
    for (const json::Value element : value.elements()) texts.push_back(Text(element));
    return texts;
  }
  Module ReadModule(json::Value root);

 private:
  Verb ReadVerb(json::Value value);
  Leg ReadLeg(json::Value value);
  std::vector<Leg> ReadLegs(json::Value value);
  std::vector<LegCondition> ReadConditions(json::Value value);

  std::string file_;
  std::optional<std::string> error_;
};

std::vector<LegCondition> Reader::ReadConditions(json::Value value) {
  std::vector<LegCondition> conditions;
  for (const json::Member op : value.members()) {
    for (const json::Member key : op.value.members()) {
      conditions.push_back({Text(op.key), Text(key.key), Texts(key.value)});
    }
  }
  return conditions;
}

Leg Reader::ReadLeg(json::Value value) {
  Leg leg;
  for (const json::Member member : value.members()) {
    const std::string_view key = member.key.text();
    if (key == "route")
      leg.route = Text(member.value);
    else if (key == "via")
      leg.via = Text(member.value);
    else if (key == "plane")
      leg.plane = Text(member.value);
    else if (key == "part")
      leg.part = Text(member.value);
    else if (key == "target")
      leg.target = Text(member.value);
    else if (key == "each")
      leg.each = Text(member.value);
    else if (key == "select")
      leg.select = Text(member.value);
    else if (key == "services")
      leg.services = Texts(member.value);
    else if (key == "kinds")
      leg.kinds = Texts(member.value);
    else if (key == "model-key")
      leg.model_key = Text(member.value);
    else if (key == "models")
      leg.models = Texts(member.value);
    else if (key == "actions")
      leg.actions = Texts(member.value);
    else if (key == "resources")
      leg.resources = Texts(member.value);
    else if (key == "beside")
      leg.beside = Texts(member.value);
    else if (key == "conditions")
      leg.conditions = ReadConditions(member.value);
    else if (key == "carries") {
      for (const std::string& what : Texts(member.value)) {
        if (what == "guardrail")
          leg.carries_guardrail = true;
        else if (what == "profile")
          leg.carries_profile = true;
        else
          Fail(member.value, "a leg carries `guardrail` or `profile`");
      }
    } else {
      Fail(member.key, fmt::format("a leg has no member `{}`", key));
    }
  }
  if (leg.resources.empty()) Fail(value, "a leg needs `resources`");
  if (leg.actions.empty() == leg.select.empty()) Fail(value, "a leg needs `actions` or `select`");
  if (!leg.kinds.empty() && leg.select.empty()) Fail(value, "`kinds` of a leg needs `select`");
  return leg;
}

std::vector<Leg> Reader::ReadLegs(json::Value value) {
  std::vector<Leg> legs;
  if (!value.is_array()) Fail(value, "expected an array of legs");
  for (const json::Value element : value.elements()) legs.push_back(ReadLeg(element));
  return legs;
}

Verb Reader::ReadVerb(json::Value value) {
  Verb verb;
  for (const json::Member member : value.members()) {
    const std::string_view key = member.key.text();
    if (key == "verb")
      verb.name = Text(member.value);
    else if (key == "sort")
      verb.sort = Text(member.value);
    else if (key == "takes")
      verb.takes = Texts(member.value);
    else if (key == "kinds")
      verb.kinds = Texts(member.value);
    else if (key == "permit")
      verb.permit = ReadLegs(member.value);
    else if (key == "forbid")
      verb.forbid = ReadLegs(member.value);
    else if (key == "needs")
      verb.needs = Text(member.value);
    else if (key == "class") {
      const std::string name = Text(member.value);
      if (name == "runtime")
        verb.verb_class = VerbClass::kRuntime;
      else if (name == "admin")
        verb.verb_class = VerbClass::kAdmin;
      else if (name == "neutral")
        verb.verb_class = VerbClass::kNeutral;
      else
        Fail(member.value, "a class is `runtime`, `admin` or `neutral`");
    } else {
      Fail(member.key, fmt::format("a verb has no member `{}`", key));
    }
  }
  if (verb.name.empty() || verb.sort.empty()) Fail(value, "a verb needs `verb` and `sort`");
  if (verb.forbid.empty()) Fail(value, "a verb needs `forbid`");
  return verb;
}

Module Reader::ReadModule(json::Value root) {
  Module module;
  if (!root.is_object()) Fail(root, "expected an object");
  for (const json::Member member : root.members()) {
    const std::string_view key = member.key.text();
    if (key == "library")
      module.name = Text(member.value);
    else if (key == "date")
      module.date = Text(member.value);
    else if (key == "source")
      module.source = Text(member.value);
    else if (key == "forms") {
      for (const json::Member form : member.value.members()) {
        module.forms[Text(form.key)] = Text(form.value);
      }
    } else if (key == "resources") {
      for (const json::Member noun : member.value.members()) {
        module.nouns.push_back({Text(noun.key), Text(noun.value)});
        if (module.nouns.back().arn.find("{name}") == std::string::npos)
          Fail(noun.value, "a resource's ARN has a place for its {name}");
      }
    } else if (key == "planes") {
      for (const json::Member plane : member.value.members()) {
        module.planes[Text(plane.key)] = Text(plane.value);
      }
    } else if (key == "services") {
      for (const json::Member service : member.value.members()) {
        module.services[Text(service.key)] = Texts(service.value);
      }
    } else if (key == "keys") {
      for (const json::Member named : member.value.members()) {
        if (named.key.text() == "guardrail")
          module.guardrail_key = Text(named.value);
        else if (named.key.text() == "profile")
          module.profile_key = Text(named.value);
        else
          Fail(named.key, "the only keys are `guardrail` and `profile`");
      }
    } else if (key == "companions") {
      for (const json::Member companion : member.value.members()) {
        if (companion.key.text() == "guardrail")
          module.guardrail_companions = ReadLegs(companion.value);
        else
          Fail(companion.key, "the only companions are `guardrail`");
      }
    } else if (key == "verbs") {
      for (const json::Value verb : member.value.elements()) module.verbs.push_back(ReadVerb(verb));
    } else {
      Fail(member.key, fmt::format("a library has no member `{}`", key));
    }
  }
  if (module.name.empty() || module.date.empty())
    Fail(root, "a library needs `library` and `date`");
  return module;
}

}  // namespace

bool Verb::Takes(std::string_view qualifier) const {
  return std::ranges::find(takes, qualifier) != takes.end();
}

support::Result<Library> Library::Parse(
    const std::vector<std::pair<std::string, std::string>>& files) {
  Library library;
  for (const auto& [name, text] : files) {
    json::Document document;
    if (const auto error = document.Read(text)) {
      return support::Error{fmt::format("{}: at byte {}: {}", name, error->offset, error->message)};
    }
    Reader reader(name);
    library.modules_.push_back(reader.ReadModule(document.root()));
    if (reader.error()) return support::Error{*reader.error()};
  }
  std::ranges::sort(library.modules_, {}, &Module::name);
  return library;
}

const Library& Library::BuiltIn() {
  static const Library library = [] {
    std::vector<std::pair<std::string, std::string>> files;
    for (const support::EmbeddedText& file : EmbeddedModules()) {
      files.emplace_back(file.name, file.text);
    }
    support::Result<Library> parsed = Parse(files);
    WRIT_CHECK(parsed.ok(), parsed.ok() ? "" : parsed.error().message);
    return std::move(parsed).value();
  }();
  return library;
}

const Module* Library::FindModule(std::string_view name) const {
  const auto found = std::ranges::find(modules_, name, &Module::name);
  return found == modules_.end() ? nullptr : &*found;
}

const Verb* Library::Find(std::string_view verb, std::string_view sort) const {
  for (const Verb* candidate : Named(verb)) {
    if (candidate->sort == sort) return candidate;
  }
  return nullptr;
}

const Module* Library::ModuleOf(std::string_view verb) const {
  for (const Module& module : modules_) {
    if (std::ranges::find(module.verbs, verb, &Verb::name) != module.verbs.end()) return &module;
  }
  return nullptr;
}

std::vector<const Verb*> Library::Named(std::string_view verb) const {
  std::vector<const Verb*> found;
  for (const Module& module : modules_) {
    for (const Verb& candidate : module.verbs) {
      if (candidate.name == verb) found.push_back(&candidate);
    }
  }
  return found;
}

std::vector<std::string> Library::VerbNames() const {
  std::set<std::string> names;
  for (const Module& module : modules_) {
    for (const Verb& verb : module.verbs) names.insert(verb.name);
  }
  return {names.begin(), names.end()};
}

namespace {

/// The first module's text that is not empty: one module declares each of the two keys.
const std::string& FirstOf(const std::vector<Module>& modules, std::string Module::*member) {
  static const std::string none;
  const auto found = std::ranges::find_if(
      modules, [&](const Module& module) { return !(module.*member).empty(); });
  return found == modules.end() ? none : (*found).*member;
}

}  // namespace

const std::string& Library::guardrail_key() const {
  return FirstOf(modules_, &Module::guardrail_key);
}

const std::string& Library::profile_key() const { return FirstOf(modules_, &Module::profile_key); }

namespace {

using Texts = std::map<std::string, std::string, std::less<>>;

/// What the first module that has it calls by this name.
const std::string& Named(const std::vector<Module>& modules, Texts Module::*member,
                         std::string_view name) {
  for (const Module& module : modules) {
    const auto found = (module.*member).find(name);
    if (found != (module.*member).end()) return found->second;
  }
  WRIT_CHECK(false, name);
}

}  // namespace

const std::string& Library::PrefixOf(std::string_view plane) const {
  return writ::library::Named(modules_, &Module::planes, plane);
}

const std::string& Library::Form(std::string_view name) const {
  return writ::library::Named(modules_, &Module::forms, name);
}

std::vector<const Leg*> Library::GuardrailCompanions() const {
  std::vector<const Leg*> legs;
  for (const Module& module : modules_) {
    for (const Leg& leg : module.guardrail_companions) legs.push_back(&leg);
  }
  return legs;
}

}  // namespace writ::library
