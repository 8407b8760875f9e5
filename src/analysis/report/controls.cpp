#include "analysis/report/controls.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace writ::report {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsTokenCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
         c == '.';
}

std::string_view CannotShow(compliance::Kind declared) {
  switch (declared) {
    case compliance::Kind::kAttestation:
      return "that what is attested is so";
    case compliance::Kind::kEvaluation:
      return "that the results are those of a run, or that they hold for other inputs";
    default:
      return "the quality of the review, or that it took place";
  }
}

/// Puts the evidence for one control together.
class Collector {
 public:
  Collector(const Report& report, const compliance::Pack* pack, const compliance::Control* known,
            std::string name)
      : report_(report), known_(known) {
    control_.name = std::move(name);
    control_.token = known == nullptr ? ControlToken(control_.name) : known->oscal;
    if (known == nullptr) return;
    control_.pack = pack->id;
    control_.title = known->title;
    control_.level = compliance::Name(known->level);
  }

  void Add(const Sentence& sentence) {
    if (sentence.is_idle) {
      control_.gaps.push_back(
          fmt::format("The {} at {} has no effect.", Name(sentence.kind), sentence.place));
      return;
    }
    if (const auto evidence = ClassOf(sentence)) {
      control_.evidence.push_back({sentence.place, sentence.text, std::string(Name(sentence.kind)),
                                   *evidence, CannotBe(CannotShow(sentence.kind))});
    } else {
      control_.gaps.push_back(fmt::format("By the pack, the {} at {} is no evidence for it.",
                                          Name(sentence.kind), sentence.place));
    }
    AddDeployed(sentence);
    AddDeclarations(sentence);
    AddWaivers(sentence);
  }

  [[nodiscard]] Control Take() {
    AddGaps();
    return std::move(control_);
  }

 private:
  [[nodiscard]] bool Counts(compliance::Kind kind) const {
    return known_ == nullptr ||
           std::ranges::any_of(known_->by, [&](const compliance::Support& support) {
             return support.kind == kind;
           });
  }

  [[nodiscard]] std::string CannotBe(std::string_view otherwise) const {
    return known_ == nullptr || known_->cannot.empty() ? std::string(otherwise) : known_->cannot;
  }

  /// What the sentence is for the control; nothing if its pack does not count it.
  [[nodiscard]] std::optional<EvidenceClass> ClassOf(const Sentence& sentence) const {
    const bool is_proved = report_.proof.is_proved() && !sentence.statements.empty();
    const EvidenceClass most = is_proved ? EvidenceClass::kProved : EvidenceClass::kStated;
    if (known_ == nullptr) return most;
    std::optional<EvidenceClass> best;
    for (const compliance::Support& support : known_->by) {
      if (!std::ranges::binary_search(sentence.evidence, compliance::Name(support.kind))) continue;
      // What is deployed, logged or changed is not looked at here: a sentence shows none of it.
      if (support.evidence_class == compliance::EvidenceClass::kStated) {
        best = best.value_or(EvidenceClass::kStated);
      } else if (support.evidence_class == compliance::EvidenceClass::kProved) {
        // Nothing but the prover's verdict is proved.
        best = most;
      }
    }
    return best;
  }

  /// Whether it counts for the control that the documents of such a sentence are deployed.
  [[nodiscard]] bool CountsDeployed(const Sentence& sentence) const {
    return known_ == nullptr ||
           std::ranges::any_of(known_->by, [&](const compliance::Support& support) {
             const bool is_of_documents =
                 support.evidence_class == compliance::EvidenceClass::kProved ||
                 support.evidence_class == compliance::EvidenceClass::kDeployed;
             return is_of_documents &&
                    std::ranges::binary_search(sentence.evidence, compliance::Name(support.kind));
           });
  }

  void AddDeployed(const Sentence& sentence) {
    const bool is_of_policies =
        sentence.kind != Sentence::Kind::kScreening && sentence.kind != Sentence::Kind::kLogging;
    const bool is_deployed = report_.deployed && report_.deployed->are_policies_as_said &&
                             report_.proof.is_proved() && is_of_policies &&
                             !sentence.statements.empty();
    if (!is_deployed || !CountsDeployed(sentence)) return;
    control_.evidence.push_back({sentence.place, sentence.text, std::string(Name(sentence.kind)),
                                 EvidenceClass::kDeployed,
                                 "that the exports are whole and true, or that it was so at any "
                                 "other time"});
  }

  void AddDeclarations(const Sentence& sentence) {
    for (const Declaration& one : report_.declarations) {
      const std::string kind(compliance::Name(one.kind));
      if (!IsNamedBy(sentence, one) || !Counts(one.kind) || Has(one.place, kind)) continue;
      control_.evidence.push_back({one.place, kind + " " + one.name, kind, EvidenceClass::kStated,
                                   std::string(CannotShow(one.kind))});
    }
  }

  void AddWaivers(const Sentence& sentence) {
    if (!Counts(compliance::Kind::kWaiver)) return;
    for (const Waiver& waiver : report_.waivers) {
      if (std::ranges::find(waiver.at, sentence.place) == waiver.at.end()) continue;
      control_.evidence.push_back({sentence.place,
                                   "waiver of " + waiver.rule + " until " + waiver.until, "waiver",
                                   EvidenceClass::kStated, "that the risk is acceptable"});
    }
  }

  [[nodiscard]] bool Has(const std::string& place, const std::string& kind) const {
    return std::ranges::any_of(control_.evidence, [&](const Evidence& one) {
      return one.place == place && one.kind == kind;
    });
  }

  [[nodiscard]] bool Has(EvidenceClass evidence) const {
    return std::ranges::any_of(control_.evidence,
                               [&](const Evidence& one) { return one.evidence == evidence; });
  }

  void AddGaps() {
    std::vector<std::string>& gaps = control_.gaps;
    if (known_ != nullptr) {
      gaps.push_back(fmt::format("By the pack{} {}.",
                                 known_->by.empty() ? ":" : ", evidence for it does not show",
                                 known_->cannot));
    }
    if (control_.evidence.empty()) {
      gaps.emplace_back("Not evidenced.");
      return;
    }
    if (!Has(EvidenceClass::kProved)) {
      gaps.emplace_back(report_.proof.is_proved()
                            ? "Nothing proved: the evidence is what somebody states."
                            : "The documents are not proved to mean these sentences.");
    }
    if (!report_.deployed) {
      gaps.emplace_back("Not compared with what is deployed.");
    } else if (!Has(EvidenceClass::kDeployed)) {
      gaps.emplace_back("The comparison with what is deployed does not show it.");
    }
    gaps.emplace_back("No logs were read.");
  }

  const Report& report_;
  const compliance::Control* known_;
  Control control_;
};

}  // namespace

bool IsNamedBy(const Sentence& sentence, const Declaration& declaration) {
  switch (declaration.kind) {
    case compliance::Kind::kAttestation:
      return std::ranges::binary_search(sentence.attestations, declaration.name);
    case compliance::Kind::kEvaluation:
      return std::ranges::binary_search(sentence.evaluations, declaration.name);
    default:
      return sentence.use_case == declaration.name;
  }
}

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
    case Sentence::Kind::kWatch:
      return "that a trail records the events, or that anybody reads what arrives";
    case Sentence::Kind::kSetting:
      return "that the setting was made, or that AWS services follow it";
  }
  return "";
}

std::vector<Control> ControlsOf(const Report& report, const Packs& packs) {
  std::vector<Control> list;
  std::set<std::string> of_packs;
  std::map<std::string, std::vector<const Sentence*>> named;
  for (const Sentence& sentence : report.sentences) {
    for (const std::string& name : sentence.controls) named[name].push_back(&sentence);
  }
  for (const auto& pack : packs) {
    for (const compliance::Control& known : pack->controls) {
      Collector collector(report, pack.get(), &known, known.id);
      for (const auto& [name, sentences] : named) {
        if (pack->Find(name) != &known) continue;
        of_packs.insert(name);
        for (const Sentence* sentence : sentences) collector.Add(*sentence);
      }
      list.push_back(collector.Take());
    }
  }
  for (const auto& [name, sentences] : named) {
    if (of_packs.contains(name)) continue;
    Collector collector(report, nullptr, nullptr, name);
    for (const Sentence* sentence : sentences) collector.Add(*sentence);
    list.push_back(collector.Take());
  }
  return list;
}

}  // namespace writ::report
