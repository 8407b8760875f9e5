#include "analysis/report/controls.h"

#include <algorithm>
#include <map>
#include <set>

namespace writ::report {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsTokenCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
         c == '.';
}

/// The class of what a sentence says of itself.
EvidenceClass ClassOf(const Sentence& sentence, const Proof& proof) {
  return proof.is_proved() && !sentence.statements.empty() ? EvidenceClass::kProved
                                                           : EvidenceClass::kStated;
}

void AddDeclared(const Report& report, const Sentence& sentence, Control& control) {
  for (const Declaration& one : report.declarations) {
    if (one.kind != "use-case" || one.name != sentence.use_case) continue;
    const bool is_known = std::ranges::any_of(
        control.evidence, [&](const Evidence& known) { return known.place == one.place; });
    if (is_known) continue;
    control.evidence.push_back({one.place, "use-case " + one.name, one.kind, EvidenceClass::kStated,
                                "the quality of the review, or that it took place"});
  }
}

void AddWaivers(const Report& report, const Sentence& sentence, Control& control) {
  for (const Waiver& waiver : report.waivers) {
    if (std::ranges::find(waiver.at, sentence.place) == waiver.at.end()) continue;
    control.evidence.push_back({sentence.place,
                                "waiver of " + waiver.rule + " until " + waiver.until, "waiver",
                                EvidenceClass::kStated, "that the risk is acceptable"});
  }
}

std::vector<std::string> GapsOf(const Control& control, const Report& report) {
  const auto has = [&](EvidenceClass evidence) {
    return std::ranges::any_of(control.evidence,
                               [&](const Evidence& one) { return one.evidence == evidence; });
  };
  std::vector<std::string> gaps;
  if (!has(EvidenceClass::kProved)) {
    gaps.emplace_back(report.proof.is_proved()
                          ? "No policy document follows from these sentences."
                          : "The documents are not proved to mean these sentences.");
  }
  if (!has(EvidenceClass::kDeployed)) {
    gaps.emplace_back("Not compared with what is deployed.");
  }
  if (!has(EvidenceClass::kObserved)) gaps.emplace_back("No logs were read.");
  return gaps;
}

}  // namespace

std::string ControlToken(std::string_view name) {
  std::string token;
  for (const char raw : name) {
    const char c = Lower(raw);
    // "(1)" is ".1"; anything else that a token cannot hold parts its words.
    if (c == ')') continue;
    if (c == '(') {
      token += '.';
    } else {
      token += IsTokenCharacter(c) ? c : '-';
    }
  }
  const bool starts_well =
      !token.empty() && !IsDigit(token.front()) && token.front() != '-' && token.front() != '.';
  return starts_well ? token : "c-" + token;
}

std::string_view CannotShow(Sentence::Kind kind) {
  switch (kind) {
    case Sentence::Kind::kPermission:
      return "that the principal holds no other policy, or who the people are";
    case Sentence::Kind::kProhibition:
      return "that the policy is attached; it binds neither the management account nor "
             "service-linked roles";
    case Sentence::Kind::kRequirement:
      return "that the safeguard detects anything, or that the policy is attached";
    case Sentence::Kind::kScreening:
      return "that the guardrail detects anything; calls through mantle carry no guardrail";
    case Sentence::Kind::kLogging:
      return "that logs were delivered, kept or reviewed; calls through mantle are not logged";
  }
  return "";
}

std::vector<Control> ControlsOf(const Report& report) {
  std::map<std::string, Control> controls;
  for (const Sentence& sentence : report.sentences) {
    const std::set<std::string> names(sentence.controls.begin(), sentence.controls.end());
    for (const std::string& name : names) {
      Control& control =
          controls.try_emplace(name, Control{name, ControlToken(name), {}, {}}).first->second;
      control.evidence.push_back({sentence.place, sentence.text, std::string(Name(sentence.kind)),
                                  ClassOf(sentence, report.proof),
                                  std::string(CannotShow(sentence.kind))});
      AddDeclared(report, sentence, control);
      AddWaivers(report, sentence, control);
    }
  }
  std::vector<Control> list;
  for (auto& [name, control] : controls) {
    control.gaps = GapsOf(control, report);
    list.push_back(std::move(control));
  }
  return list;
}

}  // namespace writ::report
