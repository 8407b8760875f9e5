#include "facts/compliance/packs.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/support/check.h"
#include "base/support/date.h"
#include "base/support/embedded.h"
#include "base/support/json.h"

namespace writ::compliance {

std::span<const support::EmbeddedText> EmbeddedPacks();

namespace {

namespace json = support::json;

constexpr std::array<std::string_view, 5> kClasses{"proved", "deployed", "operated", "stated",
                                                   "changed"};
constexpr std::array<std::string_view, 17> kKinds{
    "permission", "prohibition", "administration", "region", "endpoint", "guardrail",
    "logging",    "protection",  "encryption",     "period", "use-case", "attestation",
    "waiver",     "evaluation",  "build",          "freeze", "replay"};
constexpr std::array<std::string_view, 9> kLevels{"standard", "required",  "addressable",
                                                  "moderate", "optional",  "voluntary",
                                                  "duty",     "reference", "unknown"};

/// Collects the first thing that is wrong with a pack file.
class Reader {
 public:
  explicit Reader(const Limits& limits) : limits_(limits) {}

  void Fail(json::Value at, std::string message) {
    if (!fault_) fault_ = Fault{at.begin(), at.end(), std::move(message)};
  }
  [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }

  Pack Read(json::Value root);

 private:
  std::string Text(json::Value value);
  std::vector<std::string> Texts(json::Value value, std::string_view what);
  std::vector<Term> Terms(json::Value value);
  Control ReadControl(json::Value value);
  std::vector<Support> ReadSupport(json::Value value);
  void CheckControls(json::Value list, const Pack& pack);

  /// The place of the text in `words`; 0, reported, for another text.
  template <std::size_t N>
  std::size_t OneOf(json::Value value, const std::array<std::string_view, N>& words) {
    const std::string text = Text(value);
    const auto found = std::ranges::find(words, text);
    if (found == words.end()) {
      Fail(value, fmt::format("expected one of {}", fmt::join(words, ", ")));
      return 0;
    }
    return static_cast<std::size_t>(found - words.begin());
  }

  const Limits& limits_;
  std::optional<Fault> fault_;
};

std::string Reader::Text(json::Value value) {
  if (!value.is_string()) {
    Fail(value, "expected a string");
    return {};
  }
  std::string text(value.text());
  if (text.empty()) Fail(value, "expected a text that is not empty");
  if (text.size() > limits_.characters)
    Fail(value, fmt::format("the text is longer than {} bytes", limits_.characters));
  return text;
}

std::vector<std::string> Reader::Texts(json::Value value, std::string_view what) {
  std::vector<std::string> texts;
  if (!value.is_array()) Fail(value, "expected an array of strings");
  if (value.is_array() && value.size() > limits_.names)
    Fail(value, fmt::format("a control has at most {} {}", limits_.names, what));
  if (fault_) return texts;
  for (const json::Value element : value.elements()) texts.push_back(Text(element));
  return texts;
}

std::vector<Term> Reader::Terms(json::Value value) {
  std::vector<Term> terms;
  if (!value.is_object()) {
    Fail(value, "expected an object of strings");
    return terms;
  }
  for (const json::Member member : value.members())
    terms.push_back({Text(member.key), Text(member.value)});
  return terms;
}

std::vector<Support> Reader::ReadSupport(json::Value value) {
  std::vector<Support> supports;
  if (!value.is_array()) Fail(value, "expected an array of pairs: a kind and a class");
  if (value.is_array() && value.size() > limits_.names)
    Fail(value, fmt::format("a control has at most {} kinds", limits_.names));
  if (fault_) return supports;
  for (const json::Value pair : value.elements()) {
    std::vector<json::Value> parts;
    if (pair.is_array())
      for (const json::Value part : pair.elements()) parts.push_back(part);
    if (parts.size() != 2) {
      Fail(pair, "expected a pair: a kind and a class");
      return supports;
    }
    supports.push_back({static_cast<Kind>(OneOf(parts[0], kKinds)),
                        static_cast<EvidenceClass>(OneOf(parts[1], kClasses))});
  }
  return supports;
}

Control Reader::ReadControl(json::Value value) {
  Control control;
  if (!value.is_object()) {
    Fail(value, "expected an object");
    return control;
  }
  bool has_by = false;
  bool has_level = false;
  for (const json::Member member : value.members()) {
    const std::string_view key = member.key.text();
    if (key == "id") {
      control.id = Text(member.value);
    } else if (key == "aliases") {
      control.aliases = Texts(member.value, "aliases");
    } else if (key == "oscal") {
      control.oscal = Text(member.value);
    } else if (key == "title") {
      control.title = Text(member.value);
    } else if (key == "level") {
      has_level = true;
      control.level = static_cast<Level>(OneOf(member.value, kLevels));
    } else if (key == "source") {
      control.source = Text(member.value);
    } else if (key == "marks") {
      control.marks = Texts(member.value, "marks");
    } else if (key == "by") {
      has_by = true;
      control.by = ReadSupport(member.value);
    } else if (key == "cannot") {
      control.cannot = Text(member.value);
    } else {
      Fail(member.key, fmt::format("a control has no member `{}`", key));
    }
  }
  if (control.id.empty() || control.oscal.empty() || control.source.empty() ||
      control.cannot.empty() || !has_by || !has_level)
    Fail(value, "a control needs `id`, `oscal`, `level`, `source`, `by` and `cannot`");
  return control;
}

/// A token of OSCAL begins with a letter or `_`; letters, digits, `.`, `-` and `_` follow.
bool IsToken(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto follows = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, follows);
}

/// What the controls say of one another and of the pack.
void Reader::CheckControls(json::Value list, const Pack& pack) {
  const auto has = [](const std::vector<Term>& terms, const std::string& name) {
    return std::ranges::find(terms, name, &Term::name) != terms.end();
  };
  std::set<std::string> taken;
  auto control = pack.controls.begin();
  for (const json::Value place : list.elements()) {
    if (fault_) return;
    if (!IsToken(control->oscal)) Fail(place, fmt::format("`{}` is not a token", control->oscal));
    if (!has(pack.sources, control->source))
      Fail(place, fmt::format("the pack has no source `{}`", control->source));
    for (const std::string& mark : control->marks)
      if (!has(pack.marks, mark)) Fail(place, fmt::format("the pack has no mark `{}`", mark));
    std::set<std::string> own{Canonical(control->id), Canonical(control->oscal)};
    for (const std::string& alias : control->aliases) own.insert(Canonical(alias));
    for (const std::string& name : own)
      if (!taken.insert(name).second)
        Fail(place, fmt::format("another control of the pack is called `{}` as well", name));
    ++control;
  }
}

Pack Reader::Read(json::Value root) {
  Pack pack;
  if (!root.is_object()) {
    Fail(root, "expected an object");
    return pack;
  }
  std::optional<json::Value> controls;
  for (const json::Member member : root.members()) {
    const std::string_view key = member.key.text();
    if (key == "pack") {
      pack.id = Text(member.value);
      if (!IsToken(pack.id)) Fail(member.value, fmt::format("`{}` is not a token", pack.id));
    } else if (key == "name") {
      pack.name = Text(member.value);
    } else if (key == "version") {
      pack.version = Text(member.value);
    } else if (key == "date") {
      pack.date = Text(member.value);
      if (!support::ParseDate(pack.date)) Fail(member.value, "expected a day: YYYY-MM-DD");
    } else if (key == "license") {
      pack.license = Text(member.value);
    } else if (key == "notes") {
      pack.notes = Text(member.value);
    } else if (key == "sources") {
      pack.sources = Terms(member.value);
    } else if (key == "marks") {
      pack.marks = Terms(member.value);
    } else if (key == "controls") {
      controls = member.value;
    } else {
      Fail(member.key, fmt::format("a pack has no member `{}`", key));
    }
  }
  if (pack.id.empty() || pack.name.empty() || pack.version.empty() || pack.date.empty() ||
      pack.sources.empty() || !controls) {
    Fail(root, "a pack needs `pack`, `name`, `version`, `date`, `sources` and `controls`");
    return pack;
  }
  if (!controls->is_array() || controls->size() == 0) {
    Fail(*controls, "expected an array of controls that is not empty");
    return pack;
  }
  if (controls->size() > limits_.controls) {
    Fail(*controls, fmt::format("a pack has at most {} controls", limits_.controls));
    return pack;
  }
  for (const json::Value control : controls->elements())
    pack.controls.push_back(ReadControl(control));
  if (!fault_) CheckControls(*controls, pack);
  return pack;
}

constexpr std::string_view kFolder = "compliance/";

}  // namespace

std::string_view Name(EvidenceClass evidence_class) {
  return kClasses[static_cast<std::size_t>(evidence_class)];
}
std::string_view Name(Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view Name(Level level) { return kLevels[static_cast<std::size_t>(level)]; }

std::string Canonical(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c == '(') {
      while (!result.empty() && result.back() == '-') result.pop_back();
      result += '.';
    } else if (c == ' ') {
      result += '-';
    } else if (c != ')') {
      result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return result;
}

const Control* Pack::Find(std::string_view called) const {
  const std::string wanted = Canonical(called);
  const auto found = std::ranges::find_if(controls, [&](const Control& control) {
    return Canonical(control.id) == wanted || Canonical(control.oscal) == wanted ||
           std::ranges::any_of(control.aliases, [&](const std::string& alias) {
             return Canonical(alias) == wanted;
           });
  });
  return found == controls.end() ? nullptr : &*found;
}

support::Result<Pack, Fault> ReadPack(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes)
    return Fault{0, 0, fmt::format("the file is larger than {} bytes", limits.bytes)};
  json::Document document;
  if (const auto error = document.Read(text))
    return Fault{error->offset, error->offset, error->message};
  Reader reader(limits);
  Pack pack = reader.Read(document.root());
  if (reader.fault()) return *reader.fault();
  return pack;
}

const std::vector<Pack>& BuiltIn() {
  static const std::vector<Pack> packs = [] {
    std::vector<Pack> read;
    for (const support::EmbeddedText& file : EmbeddedPacks()) {
      if (!file.name.ends_with(".json")) continue;
      support::Result<Pack, Fault> pack = ReadPack(file.text);
      WRIT_CHECK(pack.ok(), pack.ok() ? ""
                                      : fmt::format("{}: at byte {}: {}", file.name,
                                                    pack.error().begin, pack.error().message));
      read.push_back(std::move(pack).value());
    }
    std::ranges::sort(read, {}, &Pack::id);
    return read;
  }();
  return packs;
}

const Pack* FindBuiltIn(std::string_view id) {
  const auto found = std::ranges::find(BuiltIn(), id, &Pack::id);
  return found == BuiltIn().end() ? nullptr : &*found;
}

std::optional<std::string_view> PackInImport(std::string_view import) {
  constexpr std::string_view kPrefix = "compliance.";
  if (!import.starts_with(kPrefix)) return std::nullopt;
  return import.substr(kPrefix.size());
}

std::optional<Template> TemplateOf(std::string_view id) {
  const std::string name = fmt::format("{}{}.writ", kFolder, id);
  const support::EmbeddedText* text = support::FindEmbedded(EmbeddedPacks(), name);
  if (text == nullptr) return std::nullopt;
  return Template{"stdlib/" + name, text->text};
}

}  // namespace writ::compliance
