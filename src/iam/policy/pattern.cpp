#include "iam/policy/pattern.h"

#include <string.h>  // memmem is not in <cstring>

#include <algorithm>
#include <tuple>
#include <utility>

namespace writ::policy {
namespace {

// Bytes of the code point at the begin of `text`; 0 at its end or within one.
std::size_t CharacterLength(std::string_view text) {
  if (text.empty() || (static_cast<unsigned char>(text[0]) & 0xC0U) == 0x80U) return 0;
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
    ++length;
  }
  return length;
}

/// The pattern as a glob that matches at least what it matches.
std::string AsGlob(std::string_view text) {
  const Pattern pattern = ParsePattern(text, Version::k2012, Wildcards::kActive);
  std::string glob = pattern.literals[0];
  for (std::size_t i = 1; i < pattern.literals.size(); ++i) {
    glob += kAnyRun;
    glob += pattern.literals[i];
  }
  return glob;
}

bool IsWildcard(char c) { return c == kAnyRun || c == kAnyOne; }

/// Takes the bytes off that both globs begin with and end with, up to a wildcard of either. Whether
/// they agree as far as both have bytes there: if not, no text matches both.
bool TakeEndsOff(std::string_view& a, std::string_view& b) {
  while (!a.empty() && !b.empty() && !IsWildcard(a.front()) && !IsWildcard(b.front())) {
    if (a.front() != b.front()) return false;
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && !IsWildcard(a.back()) && !IsWildcard(b.back())) {
    if (a.back() != b.back()) return false;
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  return true;
}

/// Whether some text matches both globs, where their ends tell: a run at the begin of one and at
/// the end of the other take what the other has there.
std::optional<bool> OverlapByEnds(std::string_view a, std::string_view b) {
  const auto is_run = [](char c) { return c == kAnyRun; };
  if (a.empty() || b.empty()) {
    return std::ranges::all_of(a, is_run) && std::ranges::all_of(b, is_run);
  }
  const bool takes_all = std::ranges::all_of(a, is_run) || std::ranges::all_of(b, is_run) ||
                         (is_run(a.front()) && is_run(b.back())) ||
                         (is_run(b.front()) && is_run(a.back()));
  return takes_all ? std::optional(true) : std::nullopt;
}

std::vector<std::string_view> Characters(std::string_view glob) {
  std::vector<std::string_view> characters;
  while (!glob.empty()) {
    const std::size_t length = std::max<std::size_t>(1, CharacterLength(glob));
    characters.push_back(glob.substr(0, length));
    glob.remove_prefix(length);
  }
  return characters;
}

// Pieces are the parts of a glob between runs: literal bytes and kAnyOne.

bool HasAnyOne(std::string_view piece) { return piece.find(kAnyOne) != piece.npos; }

// How many bytes at the begin of `text` the piece takes, or npos.
std::size_t MatchPrefix(std::string_view piece, std::string_view text) {
  if (!HasAnyOne(piece)) return text.starts_with(piece) ? piece.size() : text.npos;
  std::size_t at = 0;
  for (const char c : piece) {
    if (c == kAnyOne) {
      const std::size_t length = CharacterLength(text.substr(at));
      if (length == 0) return text.npos;
      at += length;
    } else if (at < text.size() && text[at] == c) {
      ++at;
    } else {
      return text.npos;
    }
  }
  return at;
}

bool EndsWith(std::string_view piece, std::string_view text) {
  if (!HasAnyOne(piece)) return text.ends_with(piece);
  const auto begins_character = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  };
  std::ptrdiff_t missing = std::ranges::count_if(piece, begins_character);
  std::size_t begin = text.size();
  while (begin > 0 && missing > 0) {
    if (begins_character(text[--begin])) --missing;
  }
  return missing == 0 && MatchPrefix(piece, text.substr(begin)) == text.size() - begin;
}

// Where the first part of `text` that the piece takes ends. Linear without kAnyOne (memmem is the
// C library's two-way search), else at most the product of both lengths.
std::optional<std::size_t> FindEnd(std::string_view piece, std::string_view text) {
  if (!HasAnyOne(piece)) {
    const void* found = ::memmem(text.data(), text.size(), piece.data(), piece.size());
    if (found == nullptr) return std::nullopt;
    return static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + piece.size();
  }
  for (std::size_t begin = 0; begin < text.size(); ++begin) {
    const std::size_t taken = MatchPrefix(piece, text.substr(begin));
    if (taken != text.npos) return begin + taken;
  }
  return std::nullopt;
}

void AppendLiteral(std::string& out, std::string_view text, Wildcards wildcards) {
  const std::size_t begin = out.size();
  out += text;
  if (wildcards == Wildcards::kLiteral) return;
  std::replace(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), '*', kAnyRun);
  std::replace(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), '?', kAnyOne);
}

// A variable at the begin of `text`, which starts with "${", and how many bytes it takes.
struct ParsedVariable {
  Variable variable;
  std::size_t size = 0;
};

// Source: IAM User Guide, "IAM policy elements: Variables and tags", default values (read
// 2026-11-22): comma, space, default between single quotes.
std::optional<ParsedVariable> ParseVariable(std::string_view text) {
  const std::size_t key_end = text.find_first_of(",}", 2);
  if (key_end == text.npos || key_end == 2) return std::nullopt;
  ParsedVariable parsed;
  parsed.variable.key = FoldCase(text.substr(2, key_end - 2));
  if (text[key_end] == '}') {
    parsed.size = key_end + 1;
    return parsed;
  }
  std::size_t at = text.find_first_not_of(' ', key_end + 1);
  if (at == text.npos || text[at] != '\'') return std::nullopt;
  ++at;
  const std::size_t end = text.find("'}", at);
  if (end == text.npos) return std::nullopt;
  parsed.variable.default_value = std::string(text.substr(at, end - at));
  parsed.size = end + 2;
  return parsed;
}

// Whether a pattern of fewer than six segments is completed with `*`.
bool IsCompleted(std::string_view glob, ShortArns short_arns, Kind kind) {
  const bool ends_in_run = glob.ends_with(kAnyRun);
  switch (short_arns) {
    case ShortArns::kTrailingRun:
      return ends_in_run;
    case ShortArns::kNone:
    case ShortArns::kAsText:
      return false;
    case ShortArns::kEvery:
      return true;
    case ShortArns::kByKind:
      break;
  }
  switch (kind) {
    case Kind::kIdentity:
    case Kind::kBoundary:
    case Kind::kSession:
      return true;
    case Kind::kResource:
    case Kind::kTrust:
    case Kind::kVpcEndpoint:
      return glob.find(kAnyRun) != glob.npos || glob.find(kAnyOne) != glob.npos;
    case Kind::kScp:
      return ends_in_run;
    case Kind::kRcp:
      return false;
  }
  return false;
}

}  // namespace

bool IsSpecial(char c) { return c == '*' || c == '?' || c == '$'; }

bool BeginsMayAgree(std::string_view a, std::string_view b, Case letters) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (IsSpecial(a[i]) || IsSpecial(b[i])) return true;
    const bool is_same =
        letters == Case::kFolded ? EqualIgnoringCase(a.substr(i, 1), b.substr(i, 1)) : a[i] == b[i];
    if (!is_same) return false;
  }
  return true;
}

bool MatchesGlob(std::string_view glob, std::string_view text) {
  std::size_t run = glob.find(kAnyRun);
  const std::size_t head = MatchPrefix(glob.substr(0, run), text);
  if (head == glob.npos) return false;
  if (run == glob.npos) return head == text.size();
  text.remove_prefix(head);
  while (true) {
    glob.remove_prefix(run + 1);
    run = glob.find(kAnyRun);
    const std::string_view piece = glob.substr(0, run);
    if (run == glob.npos) return EndsWith(piece, text);
    // The earliest place is as good as any: the next run takes whatever lies between.
    const std::optional<std::size_t> end = FindEnd(piece, text);
    if (!end) return false;
    text.remove_prefix(*end);
  }
}

bool MayOverlap(std::string_view a, std::string_view b) {
  if (!BeginsMayAgree(a, b, Case::kExact)) return false;
  const bool is_plain = std::ranges::none_of(a, IsSpecial) && std::ranges::none_of(b, IsSpecial);
  if (is_plain) return a == b;
  const std::string left_text = AsGlob(a);
  const std::string right_text = AsGlob(b);
  std::string_view left_rest = left_text;
  std::string_view right_rest = right_text;
  if (!TakeEndsOff(left_rest, right_rest)) return false;
  if (const std::optional<bool> by_ends = OverlapByEnds(left_rest, right_rest)) return *by_ends;
  const std::vector<std::string_view> left = Characters(left_rest);
  const std::vector<std::string_view> right = Characters(right_rest);
  const std::string_view run(&kAnyRun, 1);
  const std::string_view one(&kAnyOne, 1);
  // reachable[j]: some text matches the characters of `a` so far and the first j of `b`.
  std::vector<char> reachable(right.size() + 1, 0);
  reachable[0] = 1;
  for (std::size_t j = 0; j < right.size() && right[j] == run; ++j) reachable[j + 1] = 1;
  for (const std::string_view c : left) {
    std::vector<char> next(right.size() + 1, 0);
    if (c == run) next[0] = reachable[0];
    bool any = next[0] != 0;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::string_view d = right[j - 1];
      if (c == run) next[j] = static_cast<char>(reachable[j] != 0 || next[j - 1] != 0);
      if (d == run && (next[j - 1] != 0 || reachable[j] != 0)) next[j] = 1;
      const bool same = c == d || c == one || d == one;
      if (c != run && d != run && same && reachable[j - 1] != 0) next[j] = 1;
      any = any || next[j] != 0;
    }
    if (!any) return false;
    reachable = std::move(next);
  }
  return reachable[right.size()] != 0;
}

bool Pattern::is_literal() const {
  return variables.empty() && literals[0].find(kAnyRun) == std::string::npos &&
         literals[0].find(kAnyOne) == std::string::npos;
}

Pattern ParsePattern(std::string_view text, Version version, Wildcards wildcards) {
  Pattern pattern;
  pattern.literals.emplace_back();
  while (true) {
    const std::size_t at = version == Version::k2012 ? text.find("${") : text.npos;
    AppendLiteral(pattern.literals.back(), text.substr(0, at), wildcards);
    if (at == text.npos) return pattern;
    text.remove_prefix(at);
    const bool is_character =
        text.size() >= 4 && text[3] == '}' && (text[2] == '*' || text[2] == '?' || text[2] == '$');
    if (is_character) {
      pattern.literals.back().push_back(text[2]);
      text.remove_prefix(4);
    } else if (std::optional<ParsedVariable> parsed = ParseVariable(text)) {
      pattern.variables.push_back(std::move(parsed->variable));
      pattern.literals.emplace_back();
      text.remove_prefix(parsed->size);
    } else {
      pattern.literals.back() += "${";
      text.remove_prefix(2);
    }
  }
}

std::optional<ArnSegments> SplitArn(std::string_view text) {
  ArnSegments segments;
  for (std::size_t i = 0; i < 5; ++i) {
    const std::size_t colon = text.find(':');
    if (colon == text.npos) return std::nullopt;
    segments[i] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  segments[5] = text;
  return segments;
}

bool IsBySegments(std::string_view completed, ArnReading reading) {
  return reading != ArnReading::kWhole && SplitArn(completed).has_value();
}

bool VoidsNotResource(std::string_view glob, ArnReading reading, Kind kind) {
  if (reading == ArnReading::kWhole || glob == std::string_view(&kAnyRun, 1)) return false;
  if (SplitArn(glob)) return false;
  const bool is_resource_based =
      kind == Kind::kResource || kind == Kind::kTrust || kind == Kind::kVpcEndpoint;
  return !is_resource_based || IsCompleted(glob, ShortArns::kByKind, kind);
}

std::optional<std::string> CompleteResourceGlob(std::string_view glob, ArnReading reading,
                                                ShortArns short_arns, Kind kind) {
  std::string completed(glob);
  if (reading == ArnReading::kWhole || glob == std::string_view(&kAnyRun, 1)) return completed;
  std::size_t segments = static_cast<std::size_t>(std::ranges::count(glob, ':')) + 1;
  if (segments < std::tuple_size_v<ArnSegments> && reading == ArnReading::kSegmentsShort &&
      short_arns == ShortArns::kAsText) {
    return completed;
  }
  if (segments < std::tuple_size_v<ArnSegments> &&
      (reading == ArnReading::kSegments || !IsCompleted(glob, short_arns, kind))) {
    return std::nullopt;
  }
  for (; segments < std::tuple_size_v<ArnSegments>; ++segments) {
    completed.push_back(':');
    completed.push_back(kAnyRun);
  }
  return completed;
}

}  // namespace writ::policy
