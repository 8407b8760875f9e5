// Guardrails by what they protect against, component by component: the version that conditions pin,
// and the draft.
//
// Sources: AWS API model bedrock/2023-04-20 of 2026-08-07 for what GetGuardrail calls the members
// of CreateGuardrail; CloudFormation resource schema AWS::Bedrock::Guardrail; Terraform provider
// hashicorp/aws 6.66.0, aws_bedrock_guardrail (read 2026-11-23).
#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/drift/comparison.h"
#include "base/support/json.h"
#include "iam/policy/pattern.h"
#include "program/intent/guardrail.h"
#include "program/intent/read_guardrail.h"

namespace writ::drift {
namespace {

namespace json = support::json;

// Members that a form calls otherwise than CreateGuardrail does.
constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kNames = {{
    {"topicPolicy", "topicPolicyConfig"},
    {"topics", "topicsConfig"},
    {"contentPolicy", "contentPolicyConfig"},
    {"filters", "filtersConfig"},
    {"tier", "tierConfig"},
    {"topicsTierConfig", "tierConfig"},
    {"contentFiltersTierConfig", "tierConfig"},
    {"wordPolicy", "wordPolicyConfig"},
    {"words", "wordsConfig"},
    {"managedWordLists", "managedWordListsConfig"},
    {"sensitiveInformationPolicy", "sensitiveInformationPolicyConfig"},
    {"piiEntities", "piiEntitiesConfig"},
    {"regexes", "regexesConfig"},
    {"contextualGroundingPolicy", "contextualGroundingPolicyConfig"},
    {"automatedReasoningPolicy", "automatedReasoningPolicyConfig"},
    {"crossRegionDetails", "crossRegionConfig"},
    {"guardrailProfileArn", "guardrailProfileIdentifier"},
    {"kmsKeyArn", "kmsKeyId"},
}};

// Lists of objects; in a state of Terraform every other block is a list of one.
constexpr std::array<std::string_view, 7> kLists = {
    "topicsConfig",      "filtersConfig", "wordsConfig", "managedWordListsConfig",
    "piiEntitiesConfig", "regexesConfig", "tags"};

// "topic_policy_config", "TopicPolicyConfig" → "topicPolicyConfig".
std::string InApi(std::string_view name) {
  std::string camel;
  bool is_upper = false;
  for (const char c : name) {
    if (c == '_') {
      is_upper = true;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    camel += static_cast<char>(camel.empty() ? std::tolower(byte)
                               : is_upper    ? std::toupper(byte)
                                             : c);
    is_upper = false;
  }
  const auto found =
      std::ranges::find(kNames, camel, &std::pair<std::string_view, std::string_view>::first);
  return found == kNames.end() ? camel : std::string(found->second);
}

void CopyAsRequest(const json::Value& value, json::Writer& writer) {
  if (value.is_array()) {
    writer.BeginArray();
    for (const json::Value element : value.elements()) CopyAsRequest(element, writer);
    writer.EndArray();
    return;
  }
  if (!value.is_object()) return writer.Raw(value.source());
  writer.BeginObject();
  for (const json::Member member : value.members()) {
    if (member.value.kind() == json::Kind::kNull) continue;
    const std::string name = InApi(member.key.text());
    const bool is_list = std::ranges::find(kLists, name) != kLists.end();
    json::Value inner = member.value;
    if (!is_list && inner.is_array() && inner.size() <= 1) {
      // A block of Terraform, or a list of texts with at most one.
      if (inner.size() == 0) continue;
      const json::Value only = *inner.elements().begin();
      if (only.is_object()) inner = only;
    }
    writer.Key(name);
    CopyAsRequest(inner, writer);
  }
  writer.EndObject();
}

bool LeavesOutText(const json::Value& filter, std::string_view key) {
  const auto modalities = filter.Find(key);
  if (!modalities || !modalities->is_array() || modalities->size() == 0) return false;
  for (const json::Value one : modalities->elements()) {
    if (one.is_string() && one.text() == "TEXT") return false;
  }
  return true;
}

// A program's filters examine text, and images besides. A side that leaves text out is none of
// theirs, however it examines images. Source: AWS API model bedrock/2023-04-20 of 2026-08-07,
// GuardrailContentFilterConfig.
void DropSidesWithoutText(const json::Value& request, intent::Guardrail& guardrail) {
  const auto policy = request.Find("contentPolicyConfig");
  const auto filters = policy && policy->is_object() ? policy->Find("filtersConfig") : std::nullopt;
  if (!filters || !filters->is_array()) return;
  for (const json::Value filter : filters->elements()) {
    if (!filter.is_object()) continue;
    const auto type = filter.Find("type");
    for (intent::ContentFilter& one : guardrail.filters) {
      if (!type || !type->is_string() || type->text() != one.type) continue;
      if (LeavesOutText(filter, "inputModalities")) one.input = intent::Strength::kNone;
      if (LeavesOutText(filter, "outputModalities")) one.output = intent::Strength::kNone;
    }
  }
}

std::optional<intent::Guardrail> Read(const snapshot::Guardrail& exported) {
  json::Document document;
  if (document.Read((*exported.settings)->view(), {})) return std::nullopt;
  json::Writer writer(json::Style::kMinified);
  CopyAsRequest(document.root(), writer);
  const std::string request = writer.Take();
  const auto parsed = json::Parse(request);
  if (!parsed) return std::nullopt;
  intent::Guardrail guardrail = intent::ReadGuardrail(parsed->root());
  DropSidesWithoutText(parsed->root(), guardrail);
  return guardrail;
}

std::string ReadingOf(const intent::StrictnessPart& part) {
  return part.reading.empty() ? "set" : part.reading;
}

std::vector<std::string> Partings(const intent::StrictnessView& found,
                                  const intent::StrictnessView& wanted, bool is_weaker) {
  std::vector<std::string> texts;
  const auto all =
      is_weaker ? intent::WeakerThan(found, wanted) : intent::WeakerThan(wanted, found);
  for (const intent::Weakening& one : all) {
    const std::string more = ReadingOf(one.wanted);
    const std::string less = one.found ? ReadingOf(*one.found) : "nothing";
    texts.push_back(fmt::format("{}: {}, the program says {}", one.component,
                                is_weaker ? less : more, is_weaker ? more : less));
  }
  return texts;
}

class Guardrails {
 public:
  explicit Guardrails(Comparison& comparison) : comparison_(comparison) {}

  void Run() {
    const deployed::Program& program = comparison_.program.program();
    for (const intent::Guardrail& guardrail : program.model.guardrails) {
      const auto bound = program.bindings.all().find(guardrail.name);
      if (bound == program.bindings.all().end()) {
        comparison_.report.findings.push_back(Undetermined(
            Area::kGuardrail, "", "guardrail " + guardrail.name,
            {{"no binding says which guardrail of AWS it is", "aws bedrock list-guardrails"}}));
        continue;
      }
      std::set<std::pair<std::string, std::uint32_t>> seen;
      for (const auto& [account, regions] : bound->second) {
        for (const auto& [region, one] : regions) {
          if (seen.emplace(one.arn, one.version).second) CompareOne(guardrail, one);
        }
      }
    }
  }

 private:
  const snapshot::Guardrail* Find(const std::string& arn, const std::string& version) const {
    for (const snapshot::Guardrail& one : comparison_.deployed.snapshot().guardrails.items) {
      if (one.arn == arn && one.version == version) return &one;
    }
    return nullptr;
  }

  static std::string Command(const std::string& arn, std::uint32_t version) {
    const auto parts = policy::SplitArn(arn);
    const std::string region = parts ? std::string((*parts)[3]) : "REGION";
    const std::string id = arn.substr(arn.rfind('/') + 1);
    return fmt::format(
        "aws bedrock get-guardrail --region {0} --guardrail-identifier {1} --guardrail-version {2} "
        "> guardrail-{3}-{2}.json",
        region, arn, version, id);
  }

  void CompareOne(const intent::Guardrail& guardrail, const intent::BoundGuardrail& bound) {
    ++comparison_.report.counts.guardrails;
    const std::string version = std::to_string(bound.version);
    const snapshot::Guardrail* const pinned = Find(bound.arn, version);
    const snapshot::Guardrail* const draft = Find(bound.arn, "DRAFT");
    Finding finding;
    finding.area = Area::kGuardrail;
    finding.target = fmt::format("guardrail {} ({}:{})", guardrail.name, bound.arn, version);
    if (const auto parts = policy::SplitArn(bound.arn)) {
      const auto account = comparison_.program.AccountOf((*parts)[4]);
      finding.account = account ? comparison_.AccountName(*account) : std::string((*parts)[4]);
    }
    const intent::StrictnessView wanted = intent::Strictness(guardrail);
    std::optional<intent::Guardrail> in_draft;
    if (draft != nullptr && draft->settings.is_known()) in_draft = Read(*draft);
    std::optional<intent::Guardrail> found;
    if (pinned != nullptr && pinned->settings.is_known()) found = Read(*pinned);
    if (!found) {
      if (pinned == nullptr && draft == nullptr && HasVersionsOf(bound.arn)) {
        finding.verdict = Verdict::kMissing;
        finding.is_gain = true;
        finding.what = fmt::format("version {} is not among its versions", version);
        comparison_.report.findings.push_back(std::move(finding));
        return;
      }
      // Answers of AWS tell versions apart, and give the call that is left to make.
      const bool is_answer = draft != nullptr && draft->key.starts_with("arn:");
      if (in_draft && !is_answer) return DraftSays(*in_draft, guardrail, finding);
      comparison_.report.findings.push_back(
          Undetermined(Area::kGuardrail, finding.account, finding.target,
                       {{fmt::format("version {} is not in the export", version),
                         Command(bound.arn, bound.version)}}));
      return;
    }
    const intent::StrictnessView view = intent::Strictness(*found);
    const std::vector<std::string> weaker = Partings(view, wanted, true);
    std::vector<std::string> stronger = Partings(view, wanted, false);
    // What neither is at least as strict as the other in stands in both.
    finding.is_gain = !weaker.empty();
    finding.is_loss = !stronger.empty();
    finding.notes = weaker;
    for (std::string& one : stronger) {
      const std::string component = one.substr(0, one.find(':'));
      const bool is_known = std::ranges::any_of(
          weaker, [&](const std::string& other) { return other.starts_with(component + ":"); });
      if (!is_known) finding.notes.push_back(std::move(one));
    }
    std::vector<std::string> said = MessagesOf(*found, guardrail);
    if (weaker.empty() && stronger.empty() && !said.empty()) {
      finding.verdict = Verdict::kOther;
      finding.what = fmt::format(
          "version {}, which conditions pin, protects against the same, and "
          "its messages differ",
          version);
      finding.notes = std::move(said);
      finding.from.push_back(pinned->origin.span);
      comparison_.report.findings.push_back(std::move(finding));
      return;
    }
    if (weaker.empty() && stronger.empty()) {
      if (in_draft && !IsSame(*in_draft, wanted)) {
        comparison_.report.moved.push_back(
            fmt::format("{}: DRAFT has other settings, which are not published", finding.target));
      }
      ++comparison_.report.counts.as_said;
      return;
    }
    finding.verdict = !finding.is_loss   ? Verdict::kWider
                      : !finding.is_gain ? Verdict::kNarrower
                                         : Verdict::kOther;
    finding.what = fmt::format("version {}, which conditions pin, is {}", version,
                               !finding.is_loss   ? "weaker"
                               : !finding.is_gain ? "stronger"
                                                  : "different");
    finding.notes.insert(finding.notes.end(), said.begin(), said.end());
    if (in_draft && IsSame(*in_draft, wanted)) {
      finding.notes.emplace_back("DRAFT is as the program says: it is not published");
    }
    finding.from.push_back(pinned->origin.span);
    comparison_.report.findings.push_back(std::move(finding));
  }

  // Forms of deployment know only the draft: what they say of it is told, and that the version is
  // not known.
  void DraftSays(const intent::Guardrail& draft, const intent::Guardrail& guardrail,
                 Finding finding) {
    const intent::StrictnessView wanted = intent::Strictness(guardrail);
    const intent::StrictnessView view = intent::Strictness(draft);
    std::vector<std::string> weaker = Partings(view, wanted, true);
    const std::vector<std::string> stronger = Partings(view, wanted, false);
    std::vector<std::string> said = MessagesOf(draft, guardrail);
    if (weaker.empty() && stronger.empty() && said.empty()) {
      comparison_.report.assumptions.push_back(fmt::format(
          "{}: the export has its DRAFT only, taken to be what is published", finding.target));
      ++comparison_.report.counts.as_said;
      return;
    }
    finding.is_gain = !weaker.empty();
    finding.is_loss = !stronger.empty();
    finding.verdict = finding.is_gain == finding.is_loss ? Verdict::kOther
                      : finding.is_gain                  ? Verdict::kWider
                                                         : Verdict::kNarrower;
    finding.what = "its DRAFT is different; the version that conditions pin is not in the export";
    finding.notes = weaker.empty() ? stronger : std::move(weaker);
    finding.notes.insert(finding.notes.end(), said.begin(), said.end());
    comparison_.report.findings.push_back(std::move(finding));
  }

  // What is said in place of a text that is blocked is no protection, and people read it.
  static std::vector<std::string> MessagesOf(const intent::Guardrail& found,
                                             const intent::Guardrail& wanted) {
    std::vector<std::string> texts;
    const auto compare = [&](std::string_view side, const std::string& there,
                             const std::string& here) {
      // A form whose text depends on parameters has none here.
      if (there.empty() || there == here) return;
      texts.push_back(
          fmt::format("message on {}: \"{}\", the program says \"{}\"", side, there, here));
    };
    compare("input", found.input_message, wanted.input_message);
    compare("output", found.output_message, wanted.output_message);
    return texts;
  }

  static bool IsSame(const intent::Guardrail& one, const intent::StrictnessView& wanted) {
    return intent::Strictness(one) == wanted;
  }

  // A listing with --guardrail-identifier has all versions.
  bool HasVersionsOf(const std::string& arn) const {
    return std::ranges::any_of(
        comparison_.deployed.snapshot().guardrails.items,
        [&](const snapshot::Guardrail& one) { return one.arn == arn && one.version != "DRAFT"; });
  }

  Comparison& comparison_;
};

}  // namespace

void CompareGuardrails(Comparison& comparison) { Guardrails(comparison).Run(); }

}  // namespace writ::drift
