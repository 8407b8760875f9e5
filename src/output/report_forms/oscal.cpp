#include "output/report_forms/oscal.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/support/counted.h"
#include "base/support/json.h"
#include "base/support/sha256.h"
#include "base/support/uuid.h"
#include "output/report_forms/text.h"

namespace writ::report_forms {
namespace {

using report::Report;
using support::Counted;
using support::json::Writer;

constexpr std::string_view kOscalVersion = "1.2.1";
/// Of properties that are ours; it also tells files of ours.
constexpr std::string_view kNamespace = "https://writ.example/ns/oscal";
/// The link to the manifest, from the folder of the documents.
constexpr std::string_view kManifest = "manifest.json";

/// A UUID of the parts, which none of them can imitate: a unit separator parts them.
std::string Uuid(std::initializer_list<std::string_view> parts) {
  return support::NameUuid(fmt::format("{}", fmt::join(parts, "\x1f")));
}

/// OSCAL strings are one line, not empty, without white space at the ends.
std::string Line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_space = static_cast<unsigned char>(c) <= ' ';
    if (!is_space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line.empty() ? "-" : line;
}

class Documents {
 public:
  Documents(const Report& report, const std::string& manifest)
      : report_(report),
        manifest_sha256_(support::Sha256Hex(manifest)),
        time_(report.as_of + "T00:00:00Z"),
        name_(report.organization.empty() ? "organization" : report.organization) {
    for (const report::Control& control : report.controls) {
      if (!control.evidence.empty()) controls_.push_back(&control);
    }
  }

  std::string ComponentDefinition();
  std::string AssessmentResults();
  std::string Poam();
  std::string Catalog(const compliance::Pack& pack);

 private:
  void Text(std::string_view key, std::string_view text) {
    writer_.Key(key);
    writer_.String(Line(text));
  }
  template <class Write>
  void Object(std::string_view key, const Write& write) {
    writer_.Key(key);
    writer_.BeginObject();
    write();
    writer_.EndObject();
  }
  /// `write(one)` within its own object for each; no member where there is none.
  template <class List, class Write>
  void Objects(std::string_view key, const List& list, const Write& write) {
    if (std::empty(list)) return;
    writer_.Key(key);
    writer_.BeginArray();
    for (const auto& one : list) {
      writer_.BeginObject();
      write(one);
      writer_.EndObject();
    }
    writer_.EndArray();
  }
  void Texts(std::string_view key, std::initializer_list<std::string_view> texts) {
    writer_.Key(key);
    writer_.BeginArray();
    for (const std::string_view text : texts) writer_.String(text);
    writer_.EndArray();
  }
  void Prop(std::string_view name, std::string_view value) {
    writer_.BeginObject();
    Text("name", name);
    Text("ns", kNamespace);
    Text("value", value);
    writer_.EndObject();
  }
  /// Begins a document of its own, with its metadata.
  template <class Write>
  std::string Document(std::string_view root, std::string_view title, const Write& write) {
    writer_ = Writer(support::json::Style::kPretty);
    writer_.BeginObject();
    Object(root, [&] {
      // Another content is another document.
      Text("uuid", Uuid({root, name_, manifest_sha256_, report_.as_of, title}));
      Object("metadata", [&] {
        Text("title", title);
        Text("last-modified", time_);
        Text("version", "sha256:" + manifest_sha256_);
        Text("oscal-version", kOscalVersion);
        writer_.Key("props");
        writer_.BeginArray();
        Prop("writ-version", report_.version);
        Prop("catalog-date", report_.catalog);
        writer_.EndArray();
      });
      write();
    });
    writer_.EndObject();
    return writer_.Take() + "\n";
  }

  [[nodiscard]] std::string UuidOf(std::string_view kind, std::string_view name) const {
    return Uuid({kind, name_, name});
  }
  /// Where the control is defined: a catalog beside, or the program's own words.
  [[nodiscard]] std::string SourceOf(const std::string& pack) const {
    return pack.empty() ? "#" + UuidOf("resource", "program")
                        : fmt::format("catalog-{}.json", pack);
  }
  [[nodiscard]] static bool IsProved(const report::Control& control) {
    return std::ranges::any_of(control.evidence, [](const report::Evidence& one) {
      return one.evidence == report::EvidenceClass::kProved;
    });
  }
  [[nodiscard]] const report::Sentence* SentenceAt(const std::string& place) const {
    const auto at = std::ranges::find(report_.sentences, place, &report::Sentence::place);
    return at == report_.sentences.end() ? nullptr : &*at;
  }

  void Requirement(const report::Control& control);
  void Implementations();
  void BackMatter(bool with_documents);
  void LocalDefinitions();
  void Observations();
  void Observation(const report::Control& control, const report::Evidence& one);
  void Findings();
  void Risks();
  [[nodiscard]] std::string ObservationUuid(const report::Control& control,
                                            const report::Evidence& one) const {
    return Uuid({"observation", name_, control.pack, control.name, one.place, one.kind, one.text});
  }
  [[nodiscard]] std::string RiskUuid(const report::Waiver& one) const {
    return Uuid({"risk", name_, one.rule, one.until, one.by, one.because});
  }

  const Report& report_;
  std::string manifest_sha256_;
  std::string time_;
  std::string name_;
  std::vector<const report::Control*> controls_;  ///< those with evidence
  Writer writer_{support::json::Style::kPretty};
};

void Documents::Requirement(const report::Control& control) {
  Text("uuid", Uuid({"requirement", name_, control.pack, control.name}));
  Text("control-id", control.token);
  Text(
      "description",
      fmt::format("A part of the control, by design only: what the sentences of the program state. "
                  "{}",
                  fmt::join(control.gaps, " ")));
  writer_.Key("props");
  writer_.BeginArray();
  Prop("label", control.name);
  Prop("implementation-status", "partial");
  writer_.EndArray();
  Objects("statements", control.evidence, [&](const report::Evidence& one) {
    Text("statement-id", control.token + "_smt");
    Text("uuid",
         Uuid({"statement", name_, control.pack, control.name, one.place, one.kind, one.text}));
    Text("description", one.text);
    writer_.Key("props");
    writer_.BeginArray();
    Prop("sentence", one.place);
    Prop("evidence-class", Name(one.evidence));
    writer_.EndArray();
    Text("remarks", "Does not show " + one.cannot + ".");
  });
}

void Documents::Implementations() {
  std::vector<std::string> sources;
  for (const report::Control* control : controls_) {
    if (std::ranges::find(sources, control->pack) == sources.end()) {
      sources.push_back(control->pack);
    }
  }
  Objects("control-implementations", sources, [&](const std::string& pack) {
    std::vector<const report::Control*> of_pack;
    std::ranges::copy_if(controls_, std::back_inserter(of_pack),
                         [&](const report::Control* one) { return one->pack == pack; });
    Text("uuid", UuidOf("control-implementation", pack));
    Text("source", SourceOf(pack));
    Text("description",
         "Controls that sentences of the program name. A build shows how access is "
         "designed, not that the design is in operation.");
    Objects("implemented-requirements", of_pack,
            [&](const report::Control* one) { Requirement(*one); });
  });
}

void Documents::BackMatter(bool with_documents) {
  Object("back-matter", [&] {
    writer_.Key("resources");
    writer_.BeginArray();
    const auto resource = [&](std::string_view name, std::string_view title,
                              std::string_view sha256) {
      writer_.BeginObject();
      Text("uuid", UuidOf("resource", name));
      Text("title", title);
      if (!sha256.empty()) {
        const std::initializer_list<std::string_view> one{name};
        Objects("rlinks", one, [&](std::string_view href) {
          Text("href", href);
          Objects("hashes", one, [&](std::string_view) {
            Text("algorithm", "SHA-256");
            Text("value", sha256);
          });
        });
      }
      writer_.EndObject();
    };
    resource("program", "Controls as the program names them", "");
    resource(kManifest, "Manifest of the policy documents", manifest_sha256_);
    if (with_documents) {
      for (const report::Document& one : report_.documents) {
        resource(one.path, one.path, one.sha256);
      }
    }
    writer_.EndArray();
  });
}

std::string Documents::ComponentDefinition() {
  return Document("component-definition", "Policies of " + name_, [&] {
    const std::initializer_list<int> one{0};
    Objects("components", one, [&](int) {
      Text("uuid", UuidOf("component", "policies"));
      Text("type", "policy");
      Text("title", "Access policies of " + name_);
      Text("description", "Policy documents that Writ builds from a program.");
      writer_.Key("props");
      writer_.BeginArray();
      Prop("manifest-sha256", manifest_sha256_);
      Prop("proof-verdict", report_.proof.verdict);
      writer_.EndArray();
      Implementations();
    });
    BackMatter(false);
  });
}

void Documents::LocalDefinitions() {
  Object("local-definitions", [&] {
    const std::initializer_list<int> one{0};
    Objects("components", one, [&](int) {
      Text("uuid", UuidOf("component", "writ"));
      Text("type", "software");
      Text("title", "Writ");
      Text("description", "Compiler and prover of the program.");
      writer_.Key("props");
      writer_.BeginArray();
      Prop("version", report_.version);
      writer_.EndArray();
      Object("status", [&] { Text("state", "operational"); });
    });
    std::vector<const report::Node*> accounts;
    for (const report::Node& node : report_.nodes) {
      if (node.kind == "account") accounts.push_back(&node);
    }
    Objects("inventory-items", accounts, [&](const report::Node* node) {
      Text("uuid", UuidOf("account", node->id));
      Text("description", "AWS account " + node->name);
      writer_.Key("props");
      writer_.BeginArray();
      Prop("account", node->id);
      writer_.EndArray();
    });
  });
}

/// The first day on which something that the evidence rests on ends.
std::string EndOf(const Report& report, const report::Evidence& one) {
  std::string end;
  for (const report::Deadline& deadline : report.deadlines) {
    if (deadline.place == one.place && (end.empty() || deadline.date < end)) end = deadline.date;
  }
  return end;
}

void Documents::Observation(const report::Control& control, const report::Evidence& one) {
  const bool is_proved = one.evidence == report::EvidenceClass::kProved;
  Text("uuid", ObservationUuid(control, one));
  Text("title", one.place);
  Text("description", fmt::format("{} {}. Does not show {}.",
                                  is_proved ? "Proved of the policy documents, for all requests:"
                                            : "Stated, with presence and dates checked:",
                                  one.text, one.cannot));
  writer_.Key("props");
  writer_.BeginArray();
  Prop("control", control.name);
  Prop("evidence-class", Name(one.evidence));
  writer_.EndArray();
  Texts("methods", {is_proved ? "TEST" : "EXAMINE"});
  Texts("types", {"control-objective"});
  const std::initializer_list<int> once{0};
  Objects("origins", once, [&](int) {
    Objects("actors", once, [&](int) {
      Text("type", "tool");
      Text("actor-uuid", UuidOf("component", "writ"));
    });
  });
  const report::Sentence* sentence = SentenceAt(one.place);
  if (sentence != nullptr) {
    std::vector<const report::Node*> subjects;
    for (const report::Node& node : report_.nodes) {
      const bool is_meant =
          node.kind == "account" &&
          std::ranges::find(sentence->accounts, node.name) != sentence->accounts.end();
      if (is_meant) subjects.push_back(&node);
    }
    Objects("subjects", subjects, [&](const report::Node* node) {
      Text("subject-uuid", UuidOf("account", node->id));
      Text("type", "inventory-item");
    });
    std::set<std::string> documents;
    for (const std::string& statement : sentence->statements) {
      documents.insert(statement.substr(0, statement.rfind('#')));
    }
    Objects("relevant-evidence", documents, [&](const std::string& path) {
      Text("href", "#" + UuidOf("resource", path));
      Text("description", path);
    });
  }
  Text("collected", time_);
  const std::string end = EndOf(report_, one);
  if (!end.empty()) Text("expires", end + "T23:59:59Z");
}

void Documents::Observations() {
  writer_.Key("observations");
  writer_.BeginArray();
  for (const report::Control* control : controls_) {
    for (const report::Evidence& one : control->evidence) {
      writer_.BeginObject();
      Observation(*control, one);
      writer_.EndObject();
    }
  }
  writer_.EndArray();
}

void Documents::Findings() {
  std::vector<const report::Control*> proved;
  std::ranges::copy_if(controls_, std::back_inserter(proved),
                       [](const report::Control* one) { return IsProved(*one); });
  Objects("findings", proved, [&](const report::Control* control) {
    Text("uuid", Uuid({"finding", name_, control->pack, control->name}));
    Text("title", "Design of a part of " + control->name);
    Text("description",
         "The policy documents are proved to mean the sentences of the related observations. This "
         "is a part of the control, by design; the control as a whole was not assessed.");
    Object("target", [&] {
      Text("type", "objective-id");
      // An objective of our own: none of the control's is met by design alone.
      Text("target-id", control->token + "_obj.writ-design");
      Object("status", [&] {
        Text("state", "satisfied");
        Text("reason", "pass");
      });
    });
    std::vector<const report::Evidence*> evidence;
    for (const report::Evidence& one : control->evidence) {
      if (one.evidence == report::EvidenceClass::kProved) evidence.push_back(&one);
    }
    Objects("related-observations", evidence, [&](const report::Evidence* one) {
      Text("observation-uuid", ObservationUuid(*control, *one));
    });
  });
}

void Documents::Risks() {
  Objects("risks", report_.waivers, [&](const report::Waiver& one) {
    Text("uuid", RiskUuid(one));
    Text("title", "Waiver of " + one.rule);
    Text("description",
         fmt::format("Waived until {} by {} at {}.", one.until, one.by, fmt::join(one.at, ", ")));
    Text("statement", one.because.empty() ? "No reason is given." : one.because);
    Text("status", "deviation-approved");
    Text("deadline", one.until + "T23:59:59Z");
  });
}

std::string Documents::AssessmentResults() {
  return Document("assessment-results", "Assessment of the policies of " + name_, [&] {
    Object("import-ap", [&] { Text("href", "#" + UuidOf("resource", "program")); });
    Object("local-definitions", [&] {
      const std::initializer_list<int> one{0};
      Objects("activities", one, [&](int) {
        Text("uuid", UuidOf("activity", "proof"));
        Text("title", "Proof that the documents mean the program");
        Text("description",
             fmt::format("Taken for granted: {}", fmt::join(report_.proof.assumptions, " ")));
      });
    });
    const std::initializer_list<int> one{0};
    Objects("results", one, [&](int) {
      Text("uuid", Uuid({"result", name_, manifest_sha256_, report_.as_of}));
      Text("title", "Build of " + name_);
      Text("description", fmt::format("{}: {} in {}, {}.", report_.proof.verdict,
                                      Counted(report_.proof.principals, "principal"),
                                      Counted(report_.proof.accounts, "account"),
                                      Counted(report_.proof.documents, "document")));
      Text("start", time_);
      Text("end", time_);
      LocalDefinitions();
      Object("reviewed-controls", [&] {
        Objects("control-selections", one, [&](int) {
          std::set<std::string> tokens;
          for (const report::Control* control : controls_) tokens.insert(control->token);
          Objects("include-controls", tokens,
                  [&](const std::string& token) { Text("control-id", token); });
        });
      });
      Observations();
      Risks();
      Findings();
    });
    BackMatter(true);
  });
}

std::string Documents::Poam() {
  return Document("plan-of-action-and-milestones", "Waivers of " + name_, [&] {
    Object("system-id", [&] {
      Text("identifier-type", "https://ietf.org/rfc/rfc4122");
      Text("id", UuidOf("system", report_.organization_id));
    });
    Risks();
    Objects("poam-items", report_.waivers, [&](const report::Waiver& one) {
      Text("uuid", Uuid({"poam-item", name_, one.rule, one.until, one.by, one.because}));
      Text("title", "Waiver of " + one.rule);
      Text("description",
           fmt::format("Ends {}: {} days left as of {}.", one.until, one.days_left, report_.as_of));
      const std::initializer_list<int> once{0};
      Objects("related-risks", once, [&](int) { Text("risk-uuid", RiskUuid(one)); });
    });
  });
}

std::string Documents::Catalog(const compliance::Pack& pack) {
  return Document("catalog", "Controls of the pack " + pack.id, [&] {
    Objects("controls", pack.controls, [&](const compliance::Control& one) {
      Text("id", one.oscal);
      Text("title", one.title.empty() ? one.id : one.title);
      writer_.Key("props");
      writer_.BeginArray();
      Prop("label", one.id);
      Prop("level", compliance::Name(one.level));
      writer_.EndArray();
      const std::initializer_list<int> once{0};
      Objects("parts", once, [&](int) {
        Text("name", "guidance");
        Text("prose", one.by.empty() ? "Nothing that a program says is evidence for it."
                                     : "A program does not show " + one.cannot + ".");
      });
    });
  });
}

constexpr std::string_view kComponent = "component-definition.json";
constexpr std::string_view kResults = "assessment-results.json";
constexpr std::string_view kPoam = "plan-of-action-and-milestones.json";

}  // namespace

std::map<std::string, std::string> Oscal(
    const report::Report& report, const std::vector<std::shared_ptr<const compliance::Pack>>& packs,
    const std::string& manifest) {
  Documents documents(report, manifest);
  std::map<std::string, std::string> files;
  files[std::string(kComponent)] = documents.ComponentDefinition();
  // Results without a control that was reviewed have no form in OSCAL.
  const bool is_any = std::ranges::any_of(
      report.controls, [](const report::Control& one) { return !one.evidence.empty(); });
  if (is_any) files[std::string(kResults)] = documents.AssessmentResults();
  if (!report.waivers.empty()) files[std::string(kPoam)] = documents.Poam();
  for (const auto& pack : packs) {
    files[fmt::format("catalog-{}.json", pack->id)] = documents.Catalog(*pack);
  }
  return files;
}

std::optional<std::string> WhyNotOscalOfOurs(const std::map<std::string, std::string>& files) {
  for (const auto& [path, bytes] : files) {
    const bool is_catalog = path.starts_with("catalog-") && path.ends_with(".json") &&
                            path.find('/') == std::string::npos;
    const bool is_named = path == kComponent || path == kResults || path == kPoam || is_catalog;
    if (!is_named || bytes.find(kNamespace) == std::string::npos) {
      return path + " is not an OSCAL document of Writ";
    }
  }
  return std::nullopt;
}

}  // namespace writ::report_forms
