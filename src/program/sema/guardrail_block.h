// One guardrail block, item by item, on top of what it inherits.
//
// The order of items never matters: all that declare something are read first, then the responses
// to what was declared (`detect hate`), then the whole is put in canonical order. An item that a
// child restates replaces the inherited one on the sides it names; nothing else of the parent can
// go away.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/diag/diag.h"
#include "facts/catalog/catalog.h"
#include "language/syntax/ast.h"
#include "program/intent/guardrail.h"
#include "program/sema/guardrail_texts.h"
#include "program/sema/guardrail_vocabulary.h"

namespace writ::sema {

/// Finds the parts of one list by name, of which a block may have any number.
template <class Part>
class PartIndex {
 public:
  PartIndex(std::vector<Part>& parts, std::string Part::*name) : parts_(parts), name_(name) {
    for (std::size_t i = 0; i < parts.size(); ++i) places_.emplace(parts[i].*name, i);
  }

  /// Added when there is none; valid until the next call.
  Part& FindOrAdd(std::string_view name) {
    const auto [at, is_new] = places_.try_emplace(std::string(name), parts_.size());
    if (is_new) parts_.emplace_back().*name_ = name;
    return parts_[at->second];
  }

 private:
  std::vector<Part>& parts_;
  std::string Part::*name_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

class GuardrailBlock {
 public:
  /// `start` is what the block inherits, with its own name.
  GuardrailBlock(intent::Guardrail start, std::span<const catalog::GuardrailProfile> profiles,
                 diag::Sink& sink);
  GuardrailBlock(const GuardrailBlock&) = delete;
  GuardrailBlock& operator=(const GuardrailBlock&) = delete;

  void Read(const syntax::GuardrailDecl& declaration);

  [[nodiscard]] const intent::Guardrail& guardrail() const { return guardrail_; }
  /// Whether an item of the block was refused: what it would have said is then unknown.
  [[nodiscard]] bool is_broken() const { return is_broken_; }
  /// Where a replaced part of the parent was: component of its strictness → the item that replaced
  /// it.
  [[nodiscard]] const std::map<std::string, source::Span>& replaced() const { return replaced_; }

 private:
  enum class Side { kInput, kOutput };

  void ReadItem(const syntax::GuardrailItem& item);
  void ReadForm(const syntax::GuardrailItem& item, const syntax::DescriptionItem& form);
  void ReadForm(const syntax::GuardrailItem& item, const syntax::TierItem& form);
  void ReadForm(const syntax::GuardrailItem& item, const syntax::RoutedItem& form);
  void ReadForm(const syntax::GuardrailItem& item, const syntax::FilterItem& form);
  void ReadForm(const syntax::GuardrailItem& item, const syntax::TopicItem& form);
  void ReadForm(const syntax::GuardrailItem& item, const syntax::FindingItem& form);
  void ReadForm(const syntax::GuardrailItem& item, const syntax::ThresholdItem& form);
  void ReadForm(const syntax::GuardrailItem& item, const syntax::ReasoningItem& form);
  void ReadForm(const syntax::GuardrailItem& item, const syntax::MessageItem& form);
  void ReadForm(const syntax::GuardrailItem& item, const syntax::KeyItem& form);
  void ReadForm(const syntax::GuardrailItem& item, const syntax::TagItem& form);

  void ReadFilter(const syntax::Name& name, const syntax::FilterItem& form);
  /// False if it was refused.
  bool SetLevel(const FilterKind& kind, intent::ContentFilter& filter, Side side,
                const syntax::Level& level);
  void ReadWords(const syntax::FindingItem& form);
  void ReadPattern(const syntax::FindingItem& form);
  void CheckPattern(const syntax::String& pattern);
  void ReadFinding(const syntax::Name& name, const syntax::FindingItem& form);
  void ReadResponse(const syntax::Name& name, const syntax::FindingItem& form);
  void RespondToTopic(const syntax::Name& name, const syntax::FindingItem& form);
  void RespondToThreshold(const syntax::Name& name, const syntax::FindingItem& form);

  /// Sets the named sides, reporting one that the block has said already.
  void SetSides(intent::Sides& sides, const std::string& what, const syntax::FindingItem& form,
                source::Span span);
  /// Reports a second `what` of this block; true if it is the first.
  bool SayOnce(const std::string& what, source::Span span);
  /// input, output, or both when no side is said; none after an unknown one, which is reported.
  [[nodiscard]] std::vector<Side> SidesOf(const std::optional<syntax::Name>& side);
  [[nodiscard]] bool CanMask(const syntax::FindingItem& form, std::string_view what,
                             source::Span span);
  bool Check(const PlacedText& text, std::string_view rule);

  template <class... Args>
  diag::Diagnostic& Refuse(const diag::Code<Args...>& code, source::Span span,
                           const std::type_identity_t<Args>&... args) {
    is_broken_ = true;
    return sink_.Report(code, span, args...);
  }

  void SortParts();
  void CheckCounts(const syntax::GuardrailDecl& declaration);
  void CheckCount(std::size_t count, std::string_view what, source::Span span);

  const GuardrailVocabulary& words_;
  intent::Guardrail guardrail_;
  // They refer to guardrail_, so a block is neither copied nor moved.
  PartIndex<intent::DeniedTopic> topics_{guardrail_.topics, &intent::DeniedTopic::name};
  PartIndex<intent::BlockedWord> entries_{guardrail_.words, &intent::BlockedWord::text};
  PartIndex<intent::Pattern> patterns_{guardrail_.patterns, &intent::Pattern::name};
  std::span<const catalog::GuardrailProfile> profiles_;
  diag::Sink& sink_;
  bool is_broken_ = false;
  std::map<std::string, source::Span> said_;
  std::map<std::string, source::Span> replaced_;
};

}  // namespace writ::sema
