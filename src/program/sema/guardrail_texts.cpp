#include "program/sema/guardrail_texts.h"

#include <algorithm>
#include <set>

#include "program/sema/near.h"

#include <algorithm>
#include <optional>

#include "base/diag/codes/guardrails.h"
#include "base/support/nearest.h"

namespace writ::sema {
namespace {

using source::Span;

/// Lists longer than this are noise in a message.
constexpr std::size_t kLongestList = 8;

std::uint32_t Offset(std::size_t bytes) { return static_cast<std::uint32_t>(bytes); }

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// The byte where the character number `count` (from 0) begins.
std::size_t ByteOfCharacter(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  while (at < text.size() && count > 0) {
    ++at;
    while (at < text.size() && IsContinuation(text[at])) ++at;
    --count;
  }
  return at;
}

bool AllOf(std::string_view text, std::string_view also, bool letters_may_be_upper = true) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (letters_may_be_upper && c >= 'A' && c <= 'Z') || also.find(c) != std::string_view::npos;
  });
}

/// "- _ and spaces": characters for people.
std::string InWords(std::string_view characters) {
  std::string words;
  bool has_space = false;
  for (const char c : characters) {
    const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    has_space = has_space || is_space;
    if (is_space) continue;
    if (!words.empty()) words += ' ';
    words += c;
  }
  return has_space ? words + " and white space" : words;
}

bool AllDigits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The parts of arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, the resource with its colons.
std::optional<std::vector<std::string_view>> ArnParts(std::string_view arn) {
  std::vector<std::string_view> parts;
  while (parts.size() < 5) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    parts.push_back(arn.substr(0, colon));
    arn.remove_prefix(colon + 1);
  }
  parts.push_back(arn);
  const bool is_aws = parts[1] == "aws" || (parts[1].starts_with("aws-") && parts[1].size() > 4);
  const bool has_account = parts[4].size() == 12 && AllDigits(parts[4]);
  if (parts[0] != "arn" || !is_aws || !has_account) return std::nullopt;
  return parts;
}

constexpr std::size_t kKeyIdLength = 36;

bool IsKeyId(std::string_view text) { return text.size() == kKeyIdLength && AllOf(text, "-"); }

bool IsAlias(std::string_view text) {
  return text.starts_with("alias/") && AllOf(text.substr(6), "-_/");
}

}  // namespace

PlacedText Placed(const syntax::String& string) { return {string.value, string.span, true}; }
PlacedText Placed(const syntax::Name& name) { return {name.text, name.span, false}; }

Span Within(const PlacedText& text, std::size_t begin, std::size_t end) {
  const std::uint32_t quote = text.quoted ? 1 : 0;
  const std::size_t written = text.span.end - text.span.begin;
  if (written != text.text.size() + 2U * quote) return text.span;
  return {text.span.file, text.span.begin + quote + Offset(begin),
          text.span.begin + quote + Offset(end)};
}

std::size_t CharacterCount(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return !IsContinuation(c); }));
}

diag::Diagnostic* CheckText(const PlacedText& text, std::string_view what, const TextRule& rule,
                            diag::Sink& sink) {
  const std::size_t count = CharacterCount(text.text);
  if (count > rule.most) {
    const Span excess = Within(text, ByteOfCharacter(text.text, rule.most), text.text.size());
    return &sink.Report(diag::kGuardrailTextLength, excess, what, count, rule.least, rule.most)
                .At("too long from here");
  }
  if (count < rule.least) {
    return &sink.Report(diag::kGuardrailTextLength, text.span, what, count, rule.least, rule.most)
                .At("empty");
  }
  for (std::size_t at = 0; at < text.text.size(); ++at) {
    if (rule.Admits(text.text[at])) continue;
    std::size_t end = at + 1;
    while (end < text.text.size() && IsContinuation(text.text[end])) ++end;
    return &sink.Report(diag::kGuardrailTextCharacter, Within(text, at, end), what,
                        text.text.substr(at, end - at))
                .At("not allowed")
                .Note("allowed: ASCII letters, digits, " + InWords(*rule.also));
  }
  return nullptr;
}

bool IsKmsKey(std::string_view text) {
  if (IsKeyId(text) || IsAlias(text)) return true;
  const auto parts = ArnParts(text);
  if (!parts || (*parts)[2] != "kms" || !((*parts)[3].empty() || AllOf((*parts)[3], "-"))) {
    return false;
  }
  const std::string_view resource = (*parts)[5];
  return IsAlias(resource) || (resource.starts_with("key/") && IsKeyId(resource.substr(4)));
}

bool IsReasoningPolicyArn(std::string_view text) {
  constexpr std::string_view kType = "automated-reasoning-policy/";
  constexpr std::size_t kIdLength = 12;
  constexpr std::size_t kLongestVersion = 12;
  const auto parts = ArnParts(text);
  if (!parts || (*parts)[2] != "bedrock" || !AllOf((*parts)[3], "-", false)) return false;
  std::string_view resource = (*parts)[5];
  if (!resource.starts_with(kType)) return false;
  resource.remove_prefix(kType.size());
  const std::string_view id = resource.substr(0, kIdLength);
  if (id.size() != kIdLength || !AllOf(id, "", false)) return false;
  resource.remove_prefix(kIdLength);
  if (resource.empty()) return true;
  const std::string_view version = resource.substr(1);
  return resource[0] == ':' && !version.empty() && version.size() <= kLongestVersion &&
         version[0] != '0' && AllDigits(version);
}

namespace {

/// "email-address" → {"address", "email"}.
std::set<std::string_view> PartsOf(std::string_view word) {
  std::set<std::string_view> parts;
  while (!word.empty()) {
    const std::size_t end = std::min(word.find('-'), word.size());
    parts.insert(word.substr(0, end));
    word.remove_prefix(std::min(end + 1, word.size()));
  }
  return parts;
}

/// The one candidate whose parts are all in the word, or that has all of the word's parts: people
/// say `email-address` and `credit-card`. Of several the word begins with one: an e-mail address is
/// no address. Empty if none or several fit as well.
std::string SameParts(std::string_view word, const std::vector<std::string>& candidates) {
  const std::set<std::string_view> parts = PartsOf(word);
  std::string best;
  for (const bool shorter : {true, false}) {
    std::size_t fitting = 0;
    std::size_t most = 0;
    for (const std::string& candidate : candidates) {
      const std::set<std::string_view> other = PartsOf(candidate);
      const bool fits = shorter
                            ? std::includes(parts.begin(), parts.end(), other.begin(), other.end())
                            : std::includes(other.begin(), other.end(), parts.begin(), parts.end());
      if (!fits || (shorter && other.size() < most)) continue;
      fitting = shorter && other.size() > most ? 1 : fitting + 1;
      most = other.size();
      best = candidate;
    }
    if (fitting == 1) return best;
    if (fitting == 0) continue;
    const auto begins = [&](const std::string& candidate) {
      return word.starts_with(candidate + "-");
    };
    if (std::ranges::count_if(candidates, begins) == 1) {
      return *std::ranges::find_if(candidates, begins);
    }
  }
  return {};
}

}  // namespace

void SuggestWord(diag::Diagnostic& found, Span span, std::string_view word,
                 const std::vector<std::string>& candidates) {
  std::string nearest = SameParts(word, candidates);
  if (nearest.empty()) {
    nearest = NearestName(word, candidates);
    // Words with a part in common look alike and mean different things.
    if (word.find('-') != std::string_view::npos && !IsNearMiss(word, nearest)) nearest.clear();
  }
  if (!nearest.empty()) {
    found.Patch("did you mean `" + nearest + "`?", span, nearest);
    return;
  }
  if (candidates.size() > kLongestList) return;
  std::string list;
  for (const std::string& candidate : candidates) {
    list += (list.empty() ? "`" : ", `") + candidate + "`";
  }
  if (!list.empty()) found.Note("known: " + list);
}

}  // namespace writ::sema
