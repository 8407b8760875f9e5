#include "program/sema/guardrail_block.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/diag/codes/guardrails.h"
#include "program/sema/regex_check.h"

namespace writ::sema {
namespace {

using intent::Response;
using intent::Strength;
using source::Span;

Response ResponseOf(const syntax::FindingItem& form) {
  switch (form.response) {
    case syntax::FindingItem::Response::kBlock:
      return Response::kBlock;
    case syntax::FindingItem::Response::kMask:
      return Response::kMask;
    case syntax::FindingItem::Response::kDetect:
      return Response::kDetect;
  }
  return Response::kBlock;
}

std::string_view ResponseWord(const syntax::FindingItem& form) {
  switch (form.response) {
    case syntax::FindingItem::Response::kBlock:
      return "block";
    case syntax::FindingItem::Response::kMask:
      return "mask";
    case syntax::FindingItem::Response::kDetect:
      return "detect";
  }
  return "block";
}

constexpr std::array<std::string_view, 4> kStrengthWords = {"none", "low", "medium", "high"};

std::optional<Strength> FindStrength(std::string_view word) {
  const auto* const found = std::ranges::find(kStrengthWords, word);
  if (found == kStrengthWords.end()) return std::nullopt;
  return static_cast<Strength>(found - kStrengthWords.begin());
}

/// The element whose `member` is `value`, added when there is none; for lists as short as the
/// vocabulary.
template <class Part>
Part& FindOrAdd(std::vector<Part>& parts, std::string Part::*member, std::string_view value) {
  const auto found = std::ranges::find(parts, value, member);
  if (found != parts.end()) return *found;
  parts.emplace_back().*member = value;
  return parts.back();
}

double ToDouble(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool IsReasonable(const syntax::Name& name) {
  return name.text == "grounding" || name.text == "relevance";
}

std::string_view SideWord(bool is_input) { return is_input ? "input" : "output"; }

}  // namespace

GuardrailBlock::GuardrailBlock(intent::Guardrail start,
                               std::span<const catalog::GuardrailProfile> profiles,
                               diag::Sink& sink)
    : words_(Vocabulary()), guardrail_(std::move(start)), profiles_(profiles), sink_(sink) {}

void GuardrailBlock::Read(const syntax::GuardrailDecl& declaration) {
  Check(Placed(declaration.name), "name");
  for (const syntax::GuardrailItem& item : declaration.items) ReadItem(item);
  for (const syntax::GuardrailItem& item : declaration.items) {
    const auto* form = std::get_if<syntax::FindingItem>(&item.form);
    if (form == nullptr) continue;
    for (const syntax::Name& name : form->names) ReadResponse(name, *form);
  }
  SortParts();
  CheckCounts(declaration);
}

void GuardrailBlock::ReadItem(const syntax::GuardrailItem& item) {
  std::visit([this, &item](const auto& form) { ReadForm(item, form); }, item.form);
}

// ---- items -------------------------------------------------------------------------------------

void GuardrailBlock::ReadForm(const syntax::GuardrailItem& item,
                              const syntax::DescriptionItem& form) {
  if (!SayOnce("`description`", item.span)) return;
  if (form.text.value.empty()) {
    Refuse(diag::kGuardrailTextLength, form.text.span, "description", 0, 1,
           words_.Text("description").most)
        .At("empty")
        .Patch("remove it: AWS rejects an empty one", item.span, "");
    return;
  }
  Check(Placed(form.text), "description");
  guardrail_.description = form.text.value;
}

void GuardrailBlock::ReadForm(const syntax::GuardrailItem& item, const syntax::TierItem& form) {
  if (!SayOnce("`tier`", item.span)) return;
  if (form.tier.text != "classic" && form.tier.text != "standard") {
    diag::Diagnostic& found = Refuse(diag::kUnknownTier, form.tier.span, form.tier.text);
    SuggestWord(found.At("not a tier"), form.tier.span, form.tier.text, {"classic", "standard"});
    return;
  }
  guardrail_.tier = form.tier.text == "classic" ? intent::Tier::kClassic : intent::Tier::kStandard;
  guardrail_.tier_span = form.tier.span;
}

void GuardrailBlock::ReadForm(const syntax::GuardrailItem& item, const syntax::RoutedItem& form) {
  if (!SayOnce("`routed within`", item.span)) return;
  const auto found =
      std::ranges::find(profiles_, form.scope.text, &catalog::GuardrailProfile::scope);
  if (found == profiles_.end()) {
    std::vector<std::string> scopes;
    for (const catalog::GuardrailProfile& profile : profiles_) scopes.push_back(profile.scope);
    diag::Diagnostic& report =
        Refuse(diag::kUnknownGuardrailGeography, form.scope.span, form.scope.text);
    SuggestWord(report.At("no guardrail profile"), form.scope.span, form.scope.text, scopes);
    return;
  }
  guardrail_.profile = found->id;
  guardrail_.profile_span = form.scope.span;
}

void GuardrailBlock::ReadForm(const syntax::GuardrailItem&, const syntax::FilterItem& form) {
  for (const syntax::Level& level : form.levels) {
    if (level.level.text == "image" || FindStrength(level.level.text)) continue;
    diag::Diagnostic& found =
        Refuse(diag::kUnknownStrength, level.level.span, level.level.text).At("not a strength");
    SuggestWord(found, level.level.span, level.level.text, {"high", "medium", "low", "none"});
  }
  for (const syntax::Name& name : form.filters) ReadFilter(name, form);
}

void GuardrailBlock::ReadForm(const syntax::GuardrailItem& item, const syntax::TopicItem& form) {
  const std::string name(form.name.text);
  if (!SayOnce("topic `" + name + "`", form.name.span)) return;
  Check(Placed(form.name), "topic name");
  for (const syntax::String& example : form.examples) Check(Placed(example), "topic example");
  if (form.examples.size() > words_.Most("topic examples")) {
    CheckCount(form.examples.size(), "topic examples",
               form.examples[words_.Most("topic examples")].span);
  }
  intent::DeniedTopic& topic = topics_.FindOrAdd(form.name.text);
  for (const std::string& example : topic.examples) {
    replaced_.emplace("example \"" + example + "\" of topic " + name, item.span);
  }
  topic.definition = form.definition.value;
  topic.examples.clear();
  for (const syntax::String& example : form.examples) topic.examples.push_back(example.value);
  topic.span = form.name.span;
  topic.definition_span = form.definition.span;
  topic.sides.input_span = form.name.span;
  topic.sides.output_span = form.name.span;
}

void GuardrailBlock::ReadForm(const syntax::GuardrailItem&, const syntax::FindingItem& form) {
  if (!form.words.empty()) ReadWords(form);
  if (form.pattern_name && form.pattern) ReadPattern(form);
  for (const syntax::Name& name : form.names) ReadFinding(name, form);
}

void GuardrailBlock::ReadForm(const syntax::GuardrailItem& item,
                              const syntax::ThresholdItem& form) {
  const std::string_view what = form.relevance ? "relevance" : "grounding";
  if (!SayOnce("`" + std::string(what) + "`", item.span)) return;
  const double value = ToDouble(form.value.text);
  if (value > words_.most_threshold) {
    diag::Diagnostic& found =
        Refuse(diag::kThresholdOutOfRange, form.value.span, what, words_.most_threshold)
            .At("too high");
    if (value <= 1) found.Note("AWS rejects a threshold of 1, which would block every answer");
    if (value > 1 && value <= 100) {
      found.Suggest("write a fraction, not a percentage");
    }
    return;
  }
  std::optional<intent::Threshold>& threshold =
      form.relevance ? guardrail_.relevance : guardrail_.grounding;
  if (!threshold) threshold.emplace();
  threshold->value = value;
  threshold->span = form.value.span;
}

void GuardrailBlock::ReadForm(const syntax::GuardrailItem& item,
                              const syntax::ReasoningItem& form) {
  if (!SayOnce("`reasoning`", item.span)) return;
  intent::Reasoning reasoning;
  reasoning.span = item.span;
  for (const syntax::String& policy : form.policies) {
    if (!IsReasoningPolicyArn(policy.value)) {
      Refuse(diag::kBadReasoningPolicy, policy.span, policy.value)
          .At("wrong ARN format")
          .Note(
              "the format is arn:aws:bedrock:REGION:ACCOUNT:automated-reasoning-policy/ID, with an "
              "ID of "
              "12 characters, optionally followed by :VERSION");
    } else if (std::ranges::find(reasoning.policies, policy.value) != reasoning.policies.end()) {
      Refuse(diag::kSaidTwiceInGuardrail, policy.span, "this policy").At("second occurrence");
    } else {
      reasoning.policies.push_back(policy.value);
    }
  }
  if (form.policies.size() > words_.Most("reasoning policies")) {
    CheckCount(form.policies.size(), "reasoning policies",
               form.policies[words_.Most("reasoning policies")].span);
  }
  if (form.confidence) {
    const double confidence = ToDouble(form.confidence->text);
    if (confidence > words_.most_confidence) {
      Refuse(diag::kThresholdOutOfRange, form.confidence->span, "confidence",
             words_.most_confidence)
          .At("too high");
    }
    reasoning.confidence = confidence;
  }
  std::ranges::sort(reasoning.policies);
  if (guardrail_.reasoning) {
    for (const std::string& policy : guardrail_.reasoning->policies) {
      replaced_.emplace("reasoning \"" + policy + "\"", item.span);
    }
  }
  guardrail_.reasoning = std::move(reasoning);
}

void GuardrailBlock::ReadForm(const syntax::GuardrailItem& item, const syntax::MessageItem& form) {
  const bool is_input = form.side.text == "input";
  if (!is_input && form.side.text != "output") {
    static_cast<void>(SidesOf(form.side));
    return;
  }
  const std::string what = std::string("the message on ") + std::string(SideWord(is_input));
  if (!SayOnce(what, item.span)) return;
  Check(Placed(form.text), "message");
  (is_input ? guardrail_.input_message : guardrail_.output_message) = form.text.value;
}

void GuardrailBlock::ReadForm(const syntax::GuardrailItem& item, const syntax::KeyItem& form) {
  if (!SayOnce("`key`", item.span)) return;
  if (!IsKmsKey(form.key.value)) {
    Refuse(diag::kBadGuardrailKey, form.key.span, form.key.value)
        .At("not a KMS key")
        .Note("allowed: a key ARN, an alias ARN, a key id of 36 characters, or \"alias/NAME\"");
    return;
  }
  guardrail_.key = form.key.value;
}

void GuardrailBlock::ReadForm(const syntax::GuardrailItem& item, const syntax::TagItem& form) {
  if (!SayOnce("tag `" + form.key.text + "`", item.span)) return;
  const bool key_is_quoted = form.key.span.end - form.key.span.begin == form.key.text.size() + 2;
  Check({form.key.text, form.key.span, key_is_quoted}, "tag key");
  Check(Placed(form.value), "tag value");
  guardrail_.tags.insert_or_assign(form.key.text, form.value.value);
}

// ---- filters -----------------------------------------------------------------------------------

void GuardrailBlock::ReadFilter(const syntax::Name& name, const syntax::FilterItem& form) {
  const FilterKind* kind = words_.FindFilter(name.text);
  if (kind == nullptr) {
    std::vector<std::string> names;
    for (const FilterKind& filter : words_.filters) names.push_back(LanguageWord(filter.type));
    diag::Diagnostic& found = Refuse(diag::kUnknownFilter, name.span, name.text).At("not a filter");
    if (std::ranges::find(words_.entities, ApiType(name.text)) != words_.entities.end()) {
      found.Suggest("this is a kind of personal data: write `block " + std::string(name.text) +
                    "`");
    } else {
      SuggestWord(found, name.span, name.text, names);
    }
    return;
  }
  const bool is_new = std::ranges::find(guardrail_.filters, kind->type,
                                        &intent::ContentFilter::type) == guardrail_.filters.end();
  intent::ContentFilter& filter =
      FindOrAdd(guardrail_.filters, &intent::ContentFilter::type, kind->type);
  if (is_new) filter.sides = {Response::kBlock, Response::kBlock, name.span, name.span};
  for (const syntax::Level& level : form.levels) {
    if (level.level.text != "image" && !FindStrength(level.level.text)) continue;
    const bool one_sided = !kind->input || !kind->output;
    if (!level.side && one_sided && level.level.text != "none") {
      const std::string_view only = SideWord(kind->input);
      diag::Diagnostic& found =
          Refuse(diag::kFilterExaminesOneSide, name.span, name.text, only).At("set for both sides");
      if (form.filters.size() == 1) {
        found.Patch("name the side", {level.span.file, level.span.end, level.span.end},
                    " on " + std::string(only));
      } else {
        found.Suggest("write a separate filter: `filter " + std::string(name.text) + " " +
                      std::string(level.level.text) + " on " + std::string(only) + "`");
      }
      continue;
    }
    for (const Side side : SidesOf(level.side)) {
      if (!SetLevel(*kind, filter, side, level)) break;
    }
  }
}

bool GuardrailBlock::SetLevel(const FilterKind& kind, intent::ContentFilter& filter, Side side,
                              const syntax::Level& level) {
  const bool is_input = side == Side::kInput;
  const std::string word = LanguageWord(kind.type);
  const std::string_view side_word = SideWord(is_input);
  const bool examines = is_input ? kind.input : kind.output;
  if (!examines && level.level.text != "none") {
    Refuse(diag::kFilterExaminesOneSide, level.span, word, SideWord(!is_input))
        .At("not examined")
        .Note("AWS accepts only NONE there");
    return false;
  }
  const bool is_image = level.level.text == "image";
  const std::string what =
      (is_image ? "images in filter `" : "filter `") + word + "` on " + std::string(side_word);
  if (!SayOnce(what, level.span)) return false;
  if (is_image) {
    (is_input ? filter.input_image : filter.output_image) = true;
    return true;
  }
  (is_input ? filter.input : filter.output) = *FindStrength(level.level.text);
  (is_input ? filter.input_span : filter.output_span) = level.level.span;
  const std::string component = "filter " + word + " on " + std::string(side_word);
  for (const char* part : {"", "response to ", "images in "}) {
    replaced_.insert_or_assign(part + component, level.level.span);
  }
  return true;
}

// ---- findings ----------------------------------------------------------------------------------

void GuardrailBlock::ReadWords(const syntax::FindingItem& form) {
  for (const syntax::String& word : form.words) {
    if (!CanMask(form, "a word entry", word.span)) continue;
    if (!Check(Placed(word), "word entry")) continue;
    std::size_t count = 0;
    bool inside = false;
    for (const char c : word.value) {
      const bool is_space = c == ' ' || c == '\t' || c == '\n';
      count += !is_space && !inside ? 1U : 0U;
      inside = !is_space;
    }
    if (count > words_.Most("words of an entry")) {
      sink_.Report(diag::kLongWordEntry, word.span, words_.Most("words of an entry"), count)
          .At("may never match")
          .Suggest("use a denied topic or a blocked pattern");
    }
    intent::BlockedWord& entry = entries_.FindOrAdd(word.value);
    SetSides(entry.sides, "word entry \"" + word.value + "\"", form, word.span);
  }
}

void GuardrailBlock::ReadPattern(const syntax::FindingItem& form) {
  const syntax::Name& name = *form.pattern_name;
  Check(Placed(name), "pattern name");
  CheckPattern(*form.pattern);
  const bool is_first = !said_.contains("pattern `" + std::string(name.text) + "`");
  said_.emplace("pattern `" + std::string(name.text) + "`", name.span);
  intent::Pattern& pattern = patterns_.FindOrAdd(name.text);
  if (is_first) {
    for (const std::string_view side : {"input", "output"}) {
      replaced_.emplace("pattern \"" + pattern.regex + "\" on " + std::string(side),
                        form.pattern->span);
    }
    pattern.regex = form.pattern->value;
    pattern.span = name.span;
  } else if (pattern.regex != form.pattern->value) {
    Refuse(diag::kSaidTwiceInGuardrail, name.span, "pattern `" + std::string(name.text) + "`")
        .At("with a different expression")
        .Also(pattern.span, "first occurrence");
    return;
  }
  SetSides(pattern.sides, "pattern `" + std::string(name.text) + "`", form, name.span);
}

void GuardrailBlock::CheckPattern(const syntax::String& pattern) {
  if (!Check(Placed(pattern), "regular expression")) return;
  const std::optional<RegexFault> fault = CheckRegex(pattern.value);
  if (!fault) return;
  const Span span = Within(Placed(pattern), fault->begin, fault->end);
  if (fault->looks_around) {
    Refuse(diag::kRegexLooksAround, span).At("look-around");
  } else {
    Refuse(diag::kMalformedRegex, span, fault->reason).At("here");
  }
}

// Names of what a block declares elsewhere (filters, topics, thresholds) are ReadResponse's.
void GuardrailBlock::ReadFinding(const syntax::Name& name, const syntax::FindingItem& form) {
  const std::string type = ApiType(name.text);
  if (LanguageWord(type) != name.text) return;
  const std::string what = "`" + std::string(name.text) + "`";
  if (std::ranges::find(words_.lists, type) != words_.lists.end()) {
    if (!CanMask(form, what, name.span)) return;
    SetSides(FindOrAdd(guardrail_.word_lists, &intent::Finding::type, type).sides, what, form,
             name.span);
  } else if (std::ranges::find(words_.entities, type) != words_.entities.end()) {
    SetSides(FindOrAdd(guardrail_.entities, &intent::Finding::type, type).sides, what, form,
             name.span);
  }
}

void GuardrailBlock::ReadResponse(const syntax::Name& name, const syntax::FindingItem& form) {
  const std::string type = ApiType(name.text);
  const bool is_finding = std::ranges::find(words_.lists, type) != words_.lists.end() ||
                          std::ranges::find(words_.entities, type) != words_.entities.end();
  if (is_finding && LanguageWord(type) == name.text) return;
  if (IsReasonable(name)) return RespondToThreshold(name, form);
  const FilterKind* kind = words_.FindFilter(name.text);
  if (kind == nullptr) return RespondToTopic(name, form);
  const std::string what = "filter `" + std::string(name.text) + "`";
  if (!CanMask(form, what, name.span)) return;
  const auto filter =
      std::ranges::find(guardrail_.filters, kind->type, &intent::ContentFilter::type);
  if (filter == guardrail_.filters.end()) {
    Refuse(diag::kResponseToNothing, name.span, guardrail_.name, what, ResponseWord(form))
        .At("not declared")
        .Suggest("set its strength: `filter " + std::string(name.text) + " high`");
    return;
  }
  SetSides(filter->sides, "the response to " + what, form, name.span);
}

void GuardrailBlock::RespondToTopic(const syntax::Name& name, const syntax::FindingItem& form) {
  const auto topic = std::ranges::find(guardrail_.topics, name.text, &intent::DeniedTopic::name);
  if (topic != guardrail_.topics.end()) {
    const std::string what = "topic `" + std::string(name.text) + "`";
    if (!CanMask(form, what, name.span)) return;
    SetSides(topic->sides, "the response to " + what, form, name.span);
    return;
  }
  std::vector<std::string> names;
  for (const std::string& entity : words_.entities) names.push_back(LanguageWord(entity));
  for (const std::string& list : words_.lists) names.push_back(LanguageWord(list));
  for (const intent::ContentFilter& filter : guardrail_.filters) {
    names.push_back(LanguageWord(filter.type));
  }
  for (const intent::DeniedTopic& declared : guardrail_.topics) names.push_back(declared.name);
  diag::Diagnostic& found =
      Refuse(diag::kUnknownFinding, name.span, name.text)
          .At("not a kind of personal data")
          .Note("`writ explain W8006` lists the " + std::to_string(words_.entities.size()) +
                " kinds known on " + words_.date);
  SuggestWord(found, name.span, name.text, names);
}

void GuardrailBlock::RespondToThreshold(const syntax::Name& name, const syntax::FindingItem& form) {
  const std::string what = "`" + std::string(name.text) + "`";
  if (!CanMask(form, what, name.span)) return;
  std::optional<intent::Threshold>& threshold =
      name.text == "relevance" ? guardrail_.relevance : guardrail_.grounding;
  if (!threshold) {
    Refuse(diag::kResponseToNothing, name.span, guardrail_.name, what, ResponseWord(form))
        .At("not declared")
        .Suggest("set its threshold: `" + std::string(name.text) + " 0.75`");
    return;
  }
  if (form.side) {
    Refuse(diag::kUnknownSide, form.side->span, form.side->text)
        .At("has no sides")
        .Note("grounding and relevance evaluate the whole answer");
    return;
  }
  if (!SayOnce("the response to " + what, name.span)) return;
  threshold->response = ResponseOf(form);
  threshold->span = name.span;
}

// ---- helpers -----------------------------------------------------------------------------------

void GuardrailBlock::SetSides(intent::Sides& sides, const std::string& what,
                              const syntax::FindingItem& form, Span span) {
  for (const Side side : SidesOf(form.side)) {
    const bool is_input = side == Side::kInput;
    if (!SayOnce(what + " on " + std::string(SideWord(is_input)), span)) return;
    (is_input ? sides.input : sides.output) = ResponseOf(form);
    (is_input ? sides.input_span : sides.output_span) = span;
  }
}

bool GuardrailBlock::SayOnce(const std::string& what, Span span) {
  const auto [first, is_first] = said_.emplace(what, span);
  if (!is_first) {
    Refuse(diag::kSaidTwiceInGuardrail, span, what)
        .At("second occurrence")
        .Also(first->second, "first occurrence");
  }
  return is_first;
}

std::vector<GuardrailBlock::Side> GuardrailBlock::SidesOf(const std::optional<syntax::Name>& side) {
  if (!side) return {Side::kInput, Side::kOutput};
  if (side->text == "input") return {Side::kInput};
  if (side->text == "output") return {Side::kOutput};
  diag::Diagnostic& found = Refuse(diag::kUnknownSide, side->span, side->text).At("not a side");
  SuggestWord(found, side->span, side->text, {"input", "output"});
  return {};
}

bool GuardrailBlock::CanMask(const syntax::FindingItem& form, std::string_view what, Span span) {
  if (form.response != syntax::FindingItem::Response::kMask) return true;
  Refuse(diag::kCannotMask, span, what)
      .At("cannot be masked")
      .Note("AWS masks personal data and patterns");
  return false;
}

bool GuardrailBlock::Check(const PlacedText& text, std::string_view rule) {
  const bool is_good = CheckText(text, rule, words_.Text(rule), sink_) == nullptr;
  is_broken_ = is_broken_ || !is_good;
  return is_good;
}

void GuardrailBlock::SortParts() {
  const auto place = [this](const std::string& type) {
    const auto filter = std::ranges::find(words_.filters, type, &FilterKind::type);
    if (filter != words_.filters.end()) return filter - words_.filters.begin();
    return std::ranges::find(words_.entities, type) - words_.entities.begin();
  };
  std::ranges::sort(guardrail_.filters, {},
                    [&](const intent::ContentFilter& filter) { return place(filter.type); });
  std::ranges::sort(guardrail_.entities, {},
                    [&](const intent::Finding& entity) { return place(entity.type); });
  std::ranges::sort(guardrail_.word_lists, {}, &intent::Finding::type);
  std::ranges::sort(guardrail_.topics, {}, &intent::DeniedTopic::name);
  std::ranges::sort(guardrail_.words, {}, &intent::BlockedWord::text);
  std::ranges::sort(guardrail_.patterns, {}, &intent::Pattern::name);
}

void GuardrailBlock::CheckCounts(const syntax::GuardrailDecl& declaration) {
  const Span name = declaration.name.span;
  CheckCount(guardrail_.topics.size(), "topics", name);
  CheckCount(guardrail_.words.size(), "word entries", name);
  CheckCount(guardrail_.patterns.size(), "patterns", name);
  CheckCount(guardrail_.tags.size(), "tags", name);
}

void GuardrailBlock::CheckCount(std::size_t count, std::string_view what, Span span) {
  const std::size_t most = words_.Most(what);
  if (count > most) {
    Refuse(diag::kTooManyInGuardrail, span, count, what, most).At("too many " + std::string(what));
  }
}

}  // namespace writ::sema
