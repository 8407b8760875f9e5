#include "verify/share.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "writ/intent/dump.h"

namespace writ::verify {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsName(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z'); }
bool IsWild(char c) { return c == '*' || c == '?'; }

void AppendText(std::string& text, const policy::Patterns& patterns) {
  text += patterns.sense == policy::Sense::kListed ? "listed" : "all but";
  for (const std::string& value : patterns.values) {
    text += '\n';
    text += value;
  }
  text += '\n';
}

constexpr std::string_view kGuardrail = ":guardrail/";
constexpr char kAccountPlace = '\x01';
constexpr char kGuardrailPlace = '\x02';

/// What bounds a name in the texts of a key: characters beside it, those that end a text made one.
constexpr char kEnd = '\n';
char Bound(std::string_view text, std::size_t at) {
  constexpr std::string_view kEnds = "\"\n,[]{}() ";
  if (at >= text.size() || kEnds.find(text[at]) != std::string_view::npos) return kEnd;
  return text[at];
}

bool IsAt(std::string_view text, std::size_t at, const std::string& id) {
  const std::size_t after = at + id.size();
  return text.substr(at, id.size()) == id && (at == 0 || !IsDigit(text[at - 1])) &&
         (after >= text.size() || !IsDigit(text[after]));
}

/// Characters that stand before and after the account's number. What is true of every caller says
/// it as an own text and as a segment of an ARN.
struct Bounds {
  std::set<char> before{':', kEnd};
  std::set<char> after{':', kEnd};
};

Bounds BoundsOf(const std::string& id, std::string_view text) {
  Bounds bounds;
  for (std::size_t at = text.find(id); at != std::string_view::npos; at = text.find(id, at + 1)) {
    if (!IsAt(text, at, id)) continue;
    bounds.before.insert(Bound(text, at - 1));
    bounds.after.insert(Bound(text, at + id.size()));
  }
  return bounds;
}

/// Whether the wildcard at `at` can match a part of the account's number and leave the rest to
/// digits beside it: those are bounded as the number is, or by another wildcard.
bool CutsAccount(std::string_view text, std::size_t at, const Bounds& bounds) {
  std::size_t begin = at;
  while (begin > 0 && IsDigit(text[begin - 1])) --begin;
  const char before = Bound(text, begin - 1);
  if (begin < at && (IsWild(before) || bounds.before.contains(before))) return true;
  std::size_t end = at + 1;
  while (end < text.size() && IsDigit(text[end])) ++end;
  const char after = Bound(text, end);
  return end > at + 1 && (IsWild(after) || bounds.after.contains(after));
}

/// Whether `text` may end as ":guardrail/" does.
bool MayEndInGuardrail(std::string_view text) {
  for (std::size_t i = 1; i <= kGuardrail.size(); ++i) {
    if (i > text.size()) return false;
    const char c = text[text.size() - i];
    if (c == '*') return true;
    if (c != '?' && c != kGuardrail[kGuardrail.size() - i]) return false;
  }
  return true;
}

/// The same for the id of a guardrail, which stands after ":guardrail/" and before a version or
/// the end.
bool CutsGuardrail(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && IsName(text[begin - 1])) --begin;
  if (begin < at && MayEndInGuardrail(text.substr(0, begin))) return true;
  std::size_t end = at + 1;
  while (end < text.size() && IsName(text[end])) ++end;
  const char after = Bound(text, end);
  return end > at + 1 && (IsWild(after) || after == ':' || after == kEnd);
}

/// Whether something in the text could tell one renamed name from another: a wildcard beside a part
/// of such a name, an order of numbers, or a placeholder that is there already.
bool TellsNamesApart(const std::string& id, std::string_view text) {
  if (text.find_first_of(std::string{kAccountPlace, kGuardrailPlace}) != std::string_view::npos) {
    return true;
  }
  const bool ordered = text.find("\"Numeric") != std::string_view::npos ||
                       text.find("\"Date") != std::string_view::npos;
  if (ordered && text.find(fmt::format("\"{}\"", id)) != std::string_view::npos) return true;
  const Bounds bounds = BoundsOf(id, text);
  const bool has_guardrail = text.find(kGuardrail) != std::string_view::npos;
  for (std::size_t at = text.find_first_of("*?"); at != std::string_view::npos;
       at = text.find_first_of("*?", at + 1)) {
    if (CutsAccount(text, at, bounds) || (has_guardrail && CutsGuardrail(text, at))) return true;
  }
  return false;
}

}  // namespace

void AppendText(std::string& text, const Condition& condition) {
  text += static_cast<char>('a' + static_cast<int>(condition.kind));
  if (condition.kind == Condition::Kind::kTest) {
    const intent::Test& test = condition.test;
    text += fmt::format("{} {} {} {}", test.key, static_cast<int>(test.type),
                        static_cast<int>(test.op), test.multi_valued);
    for (const std::string& value : test.values) {
      text += '\n';
      text += value;
    }
  }
  text += '(';
  for (const Condition& operand : condition.operands) AppendText(text, operand);
  text += ')';
}

void AppendText(std::string& text, const Forbidden& forbidden) {
  for (const Authorization& box : forbidden.boxes) {
    AppendText(text, box.actions);
    AppendText(text, box.resources);
    AppendText(text, box.condition);
  }
  const auto append = [&](const std::vector<std::string>& list) {
    text += fmt::format("\n{}", list.size());
    for (const std::string& value : list) {
      text += '\n';
      text += value;
    }
  };
  for (const Authorization& box : forbidden.boxes) append(box.spared);
  for (const Forbidden::Loose& loose : forbidden.loose) {
    append(loose.actions);
    append(loose.known);
  }
  text += '\n';
}

void AppendText(std::string& text, const std::vector<Documents::Named>& documents) {
  for (const Documents::Named& named : documents) {
    policy::PolicyDocument document = named.document;
    for (policy::Statement& statement : document.statements) statement.sid.clear();
    text += policy::Write(document, policy::Style::kMinified);
    text += '\n';
  }
}

std::string ContentOf(const Facts& facts, const intent::Permission& permission) {
  intent::Permission content = permission;
  content.origin = {};
  content.holders.clear();
  content.accounts.clear();
  content.units.clear();
  return intent::Dump(facts.model, content) + '\n';
}

void AppendBindings(std::string& text, const Facts& facts, const intent::Permission& permission,
                    const intent::Account& account) {
  std::vector<intent::GuardrailIndex> guardrails = permission.guardrails;
  guardrails.insert(guardrails.end(), permission.operation.guardrails.begin(),
                    permission.operation.guardrails.end());
  for (const intent::GuardrailIndex index : guardrails) {
    const std::string& name = facts.model.guardrails[index.value].name;
    for (const std::string& region : facts.bindings.Regions(name, account.id)) {
      text +=
          fmt::format("{} {}\n", region, facts.bindings.Find(name, account.id, region)->Pinned());
    }
  }
}

std::string Anonymous(const intent::Account& account, const std::string& text) {
  if (TellsNamesApart(account.id, text)) return text + account.id;
  std::map<std::string, std::size_t, std::less<>> guardrails;
  std::string out;
  out.reserve(text.size());
  std::size_t id = text.find(account.id);
  std::size_t guardrail = text.find(kGuardrail);
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t next = std::min(id, guardrail);
    out.append(text, i, next - i);
    if (next == std::string::npos) break;
    if (next == id) {
      out += IsAt(text, id, account.id) ? std::string(1, kAccountPlace) : account.id;
      i = id + account.id.size();
    } else {
      out += kGuardrail;
      i = guardrail + kGuardrail.size();
      const std::size_t begin = i;
      while (i < text.size() && IsName(text[i])) ++i;
      const std::string name = text.substr(begin, i - begin);
      if (!name.empty()) {
        out += kGuardrailPlace;
        out += std::to_string(guardrails.try_emplace(name, guardrails.size()).first->second);
      }
    }
    if (id < i) id = text.find(account.id, i);
    if (guardrail < i) guardrail = text.find(kGuardrail, i);
  }
  return out;
}

}  // namespace writ::verify
