#include "program/sema/guardrail_check.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/diag/codes/guardrails.h"
#include "program/sema/guardrail_block.h"

namespace writ::sema {
namespace {

using intent::Guardrail;
using intent::Response;
using source::Span;
using syntax::GuardrailDecl;

/// A checked block. `is_sound`: nothing is wrong with it or its ancestors, so that what is missing
/// from the whole is worth a finding of its own.
struct Checked {
  Guardrail guardrail;
  bool is_sound = true;
};

// ---- rules about a whole block -----------------------------------------------------------------

/// Where a missing item goes: before the closing brace.
Span End(const GuardrailDecl& declaration) {
  const Span last =
      declaration.items.empty() ? declaration.name.span : declaration.items.back().span;
  return {last.file, last.end, last.end};
}

bool SaysMessageWrongly(const GuardrailDecl& declaration) {
  return std::ranges::any_of(declaration.items, [](const syntax::GuardrailItem& item) {
    const auto* message = std::get_if<syntax::MessageItem>(&item.form);
    return message != nullptr && message->side.text != "input" && message->side.text != "output";
  });
}

void CheckMessages(const GuardrailDecl& declaration, const Guardrail& guardrail, diag::Sink& sink) {
  if (SaysMessageWrongly(declaration)) return;
  const auto report = [&](std::string_view blocked, std::string_view side, std::string_view text) {
    diag::Diagnostic& found =
        sink.Report(diag::kMissingGuardrailMessage, declaration.name.span, guardrail.name, blocked)
            .At("no message on " + std::string(side));
    if (declaration.items.empty()) return;
    found.Patch("add the message", End(declaration),
                "\n  say \"" + std::string(text) + "\" on " + std::string(side));
  };
  const auto says = [&declaration](std::string_view side) {
    return std::ranges::any_of(declaration.items, [side](const syntax::GuardrailItem& item) {
      const auto* message = std::get_if<syntax::MessageItem>(&item.form);
      return message != nullptr && message->side.text == side;
    });
  };
  if (guardrail.input_message.empty() && !says("input")) {
    report("question", "input", "This request is outside policy.");
  }
  if (guardrail.output_message.empty() && !says("output")) {
    report("answer", "output", "The answer was withheld by policy.");
  }
}

bool ProtectsAgainstNothing(const Guardrail& guardrail) {
  return guardrail.filters.empty() && guardrail.topics.empty() && guardrail.words.empty() &&
         guardrail.word_lists.empty() && guardrail.entities.empty() && guardrail.patterns.empty() &&
         !guardrail.grounding && !guardrail.relevance && !guardrail.reasoning;
}

void CheckRouting(const GuardrailDecl& declaration, const Guardrail& guardrail, diag::Sink& sink) {
  if (guardrail.profile) return;
  const auto routed = [&](diag::Diagnostic& found) {
    if (!declaration.items.empty()) {
      found.Patch("add where it may be evaluated, for example", End(declaration),
                  "\n  routed within us");
    }
  };
  if (guardrail.tier == intent::Tier::kStandard) {
    routed(sink.Report(diag::kTierNeedsRouting, guardrail.tier_span)
               .At("needs evaluation in several regions"));
  }
  if (guardrail.reasoning) {
    routed(sink.Report(diag::kReasoningNeedsRouting, guardrail.reasoning->span)
               .At("needs evaluation in several regions"));
  }
}

/// A longer definition than the classic tier takes.
void CheckDefinitions(const Guardrail& guardrail, diag::Sink& sink) {
  const GuardrailVocabulary& words = Vocabulary();
  const bool is_standard = guardrail.tier == intent::Tier::kStandard;
  const TextRule& rule =
      words.Text(is_standard ? "topic definition in the standard tier" : "topic definition");
  const TextRule& longest = words.Text("topic definition in the standard tier");
  for (const intent::DeniedTopic& topic : guardrail.topics) {
    const PlacedText text{topic.definition, topic.definition_span, true};
    diag::Diagnostic* found = CheckText(text, "topic definition", rule, sink);
    if (found == nullptr || is_standard) continue;
    if (CharacterCount(topic.definition) > longest.most) continue;
    found->Suggest("shorten it, or say `tier standard`, which takes " +
                   std::to_string(longest.most));
    if (guardrail.tier) found->Also(guardrail.tier_span, "the tier is classic");
  }
}

/// Whether `span` lies in the block itself, not in an ancestor's.
bool IsOwn(const GuardrailDecl& declaration, Span span) {
  return span.file == declaration.name.span.file && span.begin >= declaration.name.span.begin &&
         span.end <= End(declaration).end;
}

void WarnOfNoEffect(const GuardrailDecl& declaration, const Guardrail& guardrail,
                    diag::Sink& sink) {
  if (guardrail.tier && IsOwn(declaration, guardrail.tier_span) && guardrail.filters.empty() &&
      guardrail.topics.empty()) {
    sink.Report(diag::kTierWithoutEffect, guardrail.tier_span).At("no filter or topic uses it");
  }
  for (const intent::ContentFilter& filter : guardrail.filters) {
    const bool is_off =
        filter.input == intent::Strength::kNone && filter.output == intent::Strength::kNone;
    const Span span = filter.input_span.valid() ? filter.input_span : filter.output_span;
    if (is_off && IsOwn(declaration, span)) {
      sink.Report(diag::kFilterOff, span, LanguageWord(filter.type)).At("off on both sides");
    }
  }
}

// GUARDRAIL.md 1.4: the API's enumeration has ANONYMIZE for the sides of a pattern, its prose has
// not. Only a pattern whose two sides differ has to name its sides.
void WarnOfMixedMask(const GuardrailDecl& declaration, const Guardrail& guardrail,
                     diag::Sink& sink) {
  for (const intent::Pattern& pattern : guardrail.patterns) {
    const intent::Sides& sides = pattern.sides;
    const bool one_masks = sides.input == Response::kMask || sides.output == Response::kMask;
    const bool both_are_examined =
        sides.input != Response::kUnexamined && sides.output != Response::kUnexamined;
    if (!one_masks || !both_are_examined || sides.input == sides.output) continue;
    const Response other = sides.input == Response::kMask ? sides.output : sides.input;
    const Span mask = sides.input == Response::kMask ? sides.input_span : sides.output_span;
    if (!IsOwn(declaration, mask)) continue;
    sink.Report(diag::kMaskOnOneSide, mask, other == Response::kBlock ? "blocked" : "detected")
        .At("masked here")
        .Note(
            "the API's list of values allows it, its description does not; this is "
            "unconfirmed");
  }
}

void CheckWhole(const GuardrailDecl& declaration, const Guardrail& guardrail, diag::Sink& sink) {
  CheckMessages(declaration, guardrail, sink);
  if (ProtectsAgainstNothing(guardrail)) {
    sink.Report(diag::kEmptyGuardrail, declaration.name.span, guardrail.name)
        .At("no filter, topic, finding or threshold")
        .Note("AWS rejects a guardrail without any policy");
  }
}

// ---- extends -----------------------------------------------------------------------------------

std::string WithoutSide(const std::string& component) {
  for (const std::string_view side : {" on input", " on output"}) {
    if (component.ends_with(side)) return component.substr(0, component.size() - side.size());
  }
  return component;
}

std::string Describe(const intent::Weakening& weakening, bool both_sides) {
  const std::string component = both_sides ? WithoutSide(weakening.component) : weakening.component;
  if (!weakening.found) return component + " is gone";
  if (weakening.found->identity != weakening.wanted.identity) return component + " is another";
  return component + " is " + weakening.found->reading + ", not " + weakening.wanted.reading;
}

/// Reports each place of the child that weakens the parent, once for both sides.
void CheckStrictness(const GuardrailDecl& declaration, const GuardrailBlock& block,
                     const Guardrail& parent, diag::Sink& sink) {
  std::map<Span, std::vector<intent::Weakening>> by_place;
  for (intent::Weakening& weakening :
       intent::WeakerThan(intent::Strictness(block.guardrail()), intent::Strictness(parent))) {
    Span place = declaration.extends->span;
    const auto replaced = block.replaced().find(weakening.component);
    if (weakening.found) {
      place = weakening.found->span;
    } else if (replaced != block.replaced().end()) {
      place = replaced->second;
    }
    by_place[place].push_back(std::move(weakening));
  }
  for (const auto& [place, weakenings] : by_place) {
    const intent::Weakening& first = weakenings.front();
    diag::Diagnostic& found = sink.Report(diag::kGuardrailWeakened, place, block.guardrail().name,
                                          parent.name, Describe(first, weakenings.size() > 1))
                                  .At("weaker here")
                                  .Also(first.wanted.span, "`" + parent.name + "` has it stricter");
    const bool is_a_word = first.component.starts_with("filter ") ||
                           first.component == "grounding" || first.component == "relevance";
    if (is_a_word && first.found) {
      found.Patch("as strict as `" + parent.name + "`", place, first.wanted.reading);
    }
    if (first.found && first.found->identity != first.wanted.identity) {
      found.Note("these cannot be ranked by strictness, so neither may replace the other");
    }
  }
}

// ---- all declarations ---------------------------------------------------------------------------

class Checker {
 public:
  Checker(std::span<const GuardrailDecl* const> declarations,
          std::span<const catalog::GuardrailProfile> profiles, diag::Sink& sink)
      : profiles_(profiles), sink_(sink) {
    for (const GuardrailDecl* declaration : declarations) {
      declarations_.emplace(declaration->name.text, declaration);
    }
  }

  std::vector<Guardrail> Run() {
    for (const auto& entry : declarations_) CheckWithAncestors(*entry.second);
    std::vector<Guardrail> guardrails;
    for (auto& entry : checked_) guardrails.push_back(std::move(entry.second.guardrail));
    return guardrails;
  }

 private:
  /// Climbs to the first ancestor that is checked or has no parent, then checks downwards.
  void CheckWithAncestors(const GuardrailDecl& declaration) {
    std::vector<const GuardrailDecl*> chain;
    std::set<const GuardrailDecl*> climbed;
    const GuardrailDecl* next = &declaration;
    while (next != nullptr && !checked_.contains(next->name.text)) {
      if (!climbed.insert(next).second) {
        ReportCycle({std::ranges::find(chain, next), chain.end()});
        break;
      }
      chain.push_back(next);
      next = ParentOf(*next);
    }
    for (auto at = chain.rbegin(); at != chain.rend(); ++at) CheckOne(**at);
  }

  const GuardrailDecl* ParentOf(const GuardrailDecl& declaration) {
    if (!declaration.extends) return nullptr;
    const auto found = declarations_.find(declaration.extends->text);
    return found == declarations_.end() ? nullptr : found->second;
  }

  void ReportCycle(const std::vector<const GuardrailDecl*>& cycle) {
    const GuardrailDecl& first = **std::ranges::min_element(
        cycle, {}, [](const GuardrailDecl* declaration) { return declaration->name.text; });
    diag::Diagnostic& found =
        sink_.Report(diag::kGuardrailExtendsItself, first.extends->span, first.name.text);
    found.At(cycle.size() == 1 ? "itself" : "leads back here");
    for (const GuardrailDecl* declaration : cycle) {
      if (declaration != &first) {
        found.Also(declaration->extends->span,
                   "`" + std::string(declaration->name.text) + "` extends this");
      }
      cyclic_.insert(declaration);
    }
  }

  void CheckOne(const GuardrailDecl& declaration) {
    const Checked* parent = nullptr;
    bool is_orphan = false;
    if (declaration.extends && !cyclic_.contains(&declaration)) {
      const auto found = checked_.find(declaration.extends->text);
      if (found != checked_.end()) parent = &found->second;
      is_orphan = parent == nullptr;
      if (is_orphan) ReportUnknownParent(*declaration.extends);
    }
    Guardrail start = parent != nullptr ? parent->guardrail : Guardrail{};
    start.name = declaration.name.text;
    start.span = declaration.name.span;
    start.extends = declaration.extends ? std::string(declaration.extends->text) : std::string();
    GuardrailBlock block(std::move(start), profiles_, sink_);
    block.Read(declaration);

    const std::size_t before = sink_.all().size();
    const bool has_whole =
        !is_orphan && !cyclic_.contains(&declaration) && (parent == nullptr || parent->is_sound);
    const Guardrail& guardrail = block.guardrail();
    if (has_whole && !block.is_broken()) CheckWhole(declaration, guardrail, sink_);
    if (has_whole) {
      CheckRouting(declaration, guardrail, sink_);
      CheckDefinitions(guardrail, sink_);
    }
    WarnOfNoEffect(declaration, guardrail, sink_);
    WarnOfMixedMask(declaration, guardrail, sink_);
    if (parent != nullptr) CheckStrictness(declaration, block, parent->guardrail, sink_);
    const bool is_sound = has_whole && !block.is_broken() && !HasErrorsSince(before);
    checked_.insert_or_assign(guardrail.name, Checked{guardrail, is_sound});
  }

  [[nodiscard]] bool HasErrorsSince(std::size_t before) const {
    return std::any_of(
        sink_.all().begin() + static_cast<std::ptrdiff_t>(before), sink_.all().end(),
        [](const diag::Diagnostic& found) { return found.severity == diag::Severity::kError; });
  }

  void ReportUnknownParent(const syntax::Name& name) {
    std::vector<std::string> names;
    for (const auto& entry : declarations_) names.emplace_back(entry.first);
    diag::Diagnostic& found =
        sink_.Report(diag::kUnknownParentGuardrail, name.span, name.text).At("not declared");
    SuggestWord(found, name.span, name.text, names);
  }

  std::span<const catalog::GuardrailProfile> profiles_;
  diag::Sink& sink_;
  std::map<std::string_view, const GuardrailDecl*> declarations_;
  std::map<std::string, Checked, std::less<>> checked_;
  std::set<const GuardrailDecl*> cyclic_;
};

}  // namespace

std::vector<Guardrail> CheckGuardrails(std::span<const GuardrailDecl* const> declarations,
                                       std::span<const catalog::GuardrailProfile> profiles,
                                       diag::Sink& sink) {
  return Checker(declarations, profiles, sink).Run();
}

}  // namespace writ::sema
