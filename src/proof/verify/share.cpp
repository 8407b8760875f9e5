#include "proof/verify/share.h"

#include <algorithm>
#include <map>
#include <set>

#include "program/intent/visit.h"

namespace writ::verify {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsName(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z'); }
bool IsWild(int c) { return c == '*' || c == '?'; }

constexpr std::string_view kGuardrail = ":guardrail/";

/// The character at a place of a text, or that there is none.
constexpr int kEnd = -1;
int Bound(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : kEnd;
}

bool IsAt(std::string_view text, std::size_t at, const std::string& id) {
  const std::size_t after = at + id.size();
  return text.substr(at, id.size()) == id && (at == 0 || !IsDigit(text[at - 1])) &&
         (after >= text.size() || !IsDigit(text[after]));
}

/// Characters that stand before and after the account's number. What is true of every caller says
/// it as an own text and as a segment of an ARN.
struct Bounds {
  std::set<int> before{':', kEnd};
  std::set<int> after{':', kEnd};
};

void AddBounds(const std::string& id, std::string_view text, Bounds& bounds) {
  for (std::size_t at = text.find(id); at != std::string_view::npos; at = text.find(id, at + 1)) {
    if (!IsAt(text, at, id)) continue;
    bounds.before.insert(Bound(text, at - 1));
    bounds.after.insert(Bound(text, at + id.size()));
  }
}

/// Whether the wildcard at `at` can match a part of the account's number and leave the rest to
/// digits beside it: those are bounded as the number is, or by another wildcard.
bool CutsAccount(std::string_view text, std::size_t at, const Bounds& bounds) {
  std::size_t begin = at;
  while (begin > 0 && IsDigit(text[begin - 1])) --begin;
  const int before = Bound(text, begin - 1);
  if (begin < at && (IsWild(before) || bounds.before.contains(before))) return true;
  std::size_t end = at + 1;
  while (end < text.size() && IsDigit(text[end])) ++end;
  const int after = Bound(text, end);
  return end > at + 1 && (IsWild(after) || bounds.after.contains(after));
}

/// Whether a policy variable of the text may give a part of a number, and what stands beside it the
/// rest.
bool JoinsNames(std::string_view text) {
  const auto may_join = [](int c) {
    return c != kEnd && (IsDigit(static_cast<char>(c)) || IsWild(c));
  };
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at)) {
    if (at > 0 && (may_join(Bound(text, at - 1)) || text[at - 1] == '}')) return true;
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) return true;
    if (may_join(Bound(text, end + 1))) return true;
    at = end + 1;
  }
  return false;
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
  const int after = Bound(text, end);
  return end > at + 1 && (IsWild(after) || after == ':' || after == kEnd);
}

using Guardrails = std::map<std::string, std::size_t, std::less<>>;

/// Takes one text apart: what is as it is, the account, guardrails by number. Each piece has its
/// type, so no text looks like a placeholder.
void AddPieces(std::string_view text, const std::string& id, Guardrails& guardrails,
               support::FingerprintBuilder& out) {
  std::size_t account = text.find(id);
  std::size_t guardrail = text.find(kGuardrail);
  for (std::size_t i = 0; i < text.size();) {
    while (account != std::string_view::npos && !IsAt(text, account, id)) {
      account = text.find(id, account + 1);
    }
    const std::size_t next = std::min(account, guardrail);
    if (next == std::string_view::npos) {
      out.Text(text.substr(i));
      break;
    }
    if (next == account) {
      if (next > i) out.Text(text.substr(i, next - i));
      out.Absent();
      i = account + id.size();
    } else {
      const std::size_t begin = guardrail + kGuardrail.size();
      out.Text(text.substr(i, begin - i));
      i = begin;
      while (i < text.size() && IsName(text[i])) ++i;
      const std::string name(text.substr(begin, i - begin));
      // `?` counts characters.
      if (!name.empty()) {
        out.Number(guardrails.try_emplace(name, guardrails.size()).first->second);
        out.Length(name.size());
      }
    }
    if (account < i) account = text.find(id, i);
    if (guardrail < i) guardrail = text.find(kGuardrail, i);
  }
}

void Add(Key& key, const policy::Patterns& patterns) {
  key.Enum(patterns.sense).List(patterns.values);
}

void Add(Key& key, const policy::Condition& condition) {
  key.Enum(condition.op.set).Enum(condition.op.base).Flag(condition.op.if_exists);
  key.Text(condition.key).List(condition.values);
  const policy::OperatorFamily family = policy::FamilyOf(condition.op.base);
  if (family == policy::OperatorFamily::kNumeric || family == policy::OperatorFamily::kDate ||
      family == policy::OperatorFamily::kBinary) {
    key.Measured(condition.key, condition.values);
  }
}

/// All that a statement says; its Sid is a name.
void Add(Key& key, const policy::Statement& statement) {
  const auto& [sid, effect, principal, action, resource, conditions] = statement;
  static_cast<void>(sid);
  key.Enum(effect);
  if (principal) {
    key.Enum(principal->sense).Length(principal->values.size());
    for (const policy::Principal& one : principal->values) key.Enum(one.type).Text(one.value);
  } else {
    key.Absent();
  }
  Add(key, action);
  if (resource) {
    Add(key, *resource);
  } else {
    key.Absent();
  }
  key.Length(conditions.size());
  for (const policy::Condition& condition : conditions) Add(key, condition);
}

}  // namespace

Key& Key::Text(std::string_view text) {
  texts_ += text;
  return Add(Part::Type::kText, text.size());
}

Key& Key::Measured(std::string_view key, const std::vector<std::string>& values) {
  measured_.push_back(policy::FoldCase(key));
  measured_values_.insert(measured_values_.end(), values.begin(), values.end());
  return *this;
}

Key& Key::Append(const Key& other) {
  Length(other.parts_.size());
  parts_.insert(parts_.end(), other.parts_.begin(), other.parts_.end());
  texts_ += other.texts_;
  measured_.insert(measured_.end(), other.measured_.begin(), other.measured_.end());
  measured_values_.insert(measured_values_.end(), other.measured_values_.begin(),
                          other.measured_values_.end());
  return *this;
}

template <class Visit>
void Key::ForEach(const Visit& visit) const {
  std::string_view rest = texts_;
  for (const Part& part : parts_) {
    std::string_view text;
    if (part.type == Part::Type::kText) {
      text = rest.substr(0, part.number);
      rest.remove_prefix(part.number);
    }
    visit(part, text);
  }
}

/// Whether a comparison reads a name as a number, a day or bytes. The keys of time hold no name
/// unless something compares them with one as a text.
bool Key::MeasuresNames(const std::string& id) const {
  static const std::set<std::string, std::less<>> kTimes = {
      "aws:currenttime", "aws:epochtime", "aws:multifactorauthage", "aws:tokenissuetime"};
  if (measured_.empty()) return false;
  if (std::ranges::find(measured_values_, id) != measured_values_.end()) return true;
  std::map<std::string, std::size_t, std::less<>> compared;  // key of time → as what it is
  for (const std::string& key : measured_) {
    if (!kTimes.contains(key)) return true;
    ++compared[key];
  }
  std::map<std::string, std::size_t, std::less<>> named;
  ForEach([&](const Part& part, std::string_view text) {
    if (part.type != Part::Type::kText) return;
    if (const auto key = compared.find(policy::FoldCase(text)); key != compared.end()) {
      ++named[key->first];
    }
  });
  return named != compared;
}

/// Whether something could tell one renamed name from another: a wildcard beside a part of such a
/// name, a policy variable that gives a part of one, or a comparison of numbers, days or bytes.
bool Key::TellsNamesApart(const std::string& id) const {
  if (MeasuresNames(id)) return true;
  bool joins = false;
  ForEach([&](const Part&, std::string_view text) { joins = joins || JoinsNames(text); });
  if (joins) return true;
  if (texts_.find_first_of("*?") == std::string::npos) return false;
  Bounds bounds;
  ForEach([&](const Part&, std::string_view text) { AddBounds(id, text, bounds); });
  const bool has_guardrail = NamesGuardrails();
  bool tells = false;
  ForEach([&](const Part&, std::string_view text) {
    for (std::size_t at = text.find_first_of("*?"); at != std::string_view::npos && !tells;
         at = text.find_first_of("*?", at + 1)) {
      tells = CutsAccount(text, at, bounds) || (has_guardrail && CutsGuardrail(text, at));
    }
  });
  return tells;
}

bool Key::MayCutNames() const {
  bool may = false;
  ForEach([&](const Part&, std::string_view text) {
    for (std::size_t at = text.find_first_of("*?"); at != std::string_view::npos && !may;
         at = text.find_first_of("*?", at + 1)) {
      may = (at > 0 && IsDigit(text[at - 1])) || (at + 1 < text.size() && IsDigit(text[at + 1])) ||
            CutsGuardrail(text, at);
    }
  });
  return may;
}

support::Fingerprint Key::Exact() const {
  support::FingerprintBuilder out("exact");
  ForEach([&](const Part& part, std::string_view text) {
    out.Enum(part.type);
    if (part.type == Part::Type::kText) {
      out.Text(text);
    } else {
      out.Number(part.number);
    }
  });
  return out.Take();
}

support::Fingerprint Key::Anonymous(const std::string& account) const {
  if (TellsNamesApart(account)) {
    support::FingerprintBuilder own("of one account");
    return own.Text(account).Nested(Exact()).Take();
  }
  support::FingerprintBuilder out("of any account");
  Guardrails guardrails;
  ForEach([&](const Part& part, std::string_view text) {
    out.Enum(part.type);
    if (part.type == Part::Type::kText) {
      AddPieces(text, account, guardrails, out);
    } else {
      out.Number(part.number);
    }
  });
  return out.Take();
}

bool Key::SpeaksOfCallers() const {
  const std::string folded = policy::FoldCase(texts_);
  return folded.find("aws:principalarn") != std::string::npos ||
         folded.find("aws:principaltype") != std::string::npos ||
         folded.find("aws:user") != std::string::npos || folded.find("${") != std::string::npos;
}

bool Key::SpeaksOfPlaces() const {
  return policy::FoldCase(texts_).find("orgpaths") != std::string::npos;
}

bool Key::NamesGuardrails() const { return texts_.find(kGuardrail) != std::string::npos; }

bool Key::HasNames() const {
  constexpr std::size_t kAccountDigits = 12;
  std::size_t digits = 0;
  for (const char c : texts_) {
    digits = IsDigit(c) ? digits + 1 : 0;
    if (digits >= kAccountDigits) return true;
  }
  return NamesGuardrails();
}

void Add(Key& key, const Condition& condition) { intent::Visitor(key).Visit(condition); }

void Add(Key& key, const Forbidden& forbidden) {
  const auto& [boxes, loose] = forbidden;
  key.Length(boxes.size());
  for (const Authorization& box : boxes) {
    const auto& [actions, resources, condition, spared, sentence] = box;
    static_cast<void>(sentence);
    Add(key, actions);
    Add(key, resources);
    intent::Visitor(key).Visit(condition);
    key.List(spared);
  }
  key.Length(loose.size());
  for (const Forbidden::Loose& one : loose) key.List(one.actions).List(one.known);
}

void Add(Key& key, const std::vector<Documents::Named>& documents) {
  key.Length(documents.size());
  for (const Documents::Named& named : documents) {
    key.Enum(named.document.version).Length(named.document.statements.size());
    for (const policy::Statement& statement : named.document.statements) Add(key, statement);
  }
}

void Add(Key& key, const intent::Principal& principal) {
  key.Enum(principal.kind);
  const bool is_named = principal.kind == intent::Principal::Kind::kTag ||
                        principal.kind == intent::Principal::Kind::kPermissionSet;
  if (is_named) {
    key.Text(principal.tag_key).Text(principal.value);
  } else {
    key.Absent();
  }
}

Key ContentOf(const intent::Permission& permission) {
  intent::Permission content = permission;
  content.holders.clear();
  content.accounts.clear();
  content.units.clear();
  Key key("grant");
  intent::Visitor(key).Visit(content);
  return key;
}

Key ContentOf(const intent::Prohibition& prohibition) {
  intent::Prohibition content = prohibition;
  content.bound = {};
  content.accounts.clear();
  content.nodes.clear();
  Key key("refusal");
  intent::Visitor(key).Visit(content);
  return key;
}

void AddBindings(Key& key, const Facts& facts, const intent::Permission& permission,
                 const intent::Account& account) {
  std::vector<intent::GuardrailIndex> guardrails = permission.guardrails;
  guardrails.insert(guardrails.end(), permission.operation.guardrails.begin(),
                    permission.operation.guardrails.end());
  key.Length(guardrails.size());
  for (const intent::GuardrailIndex index : guardrails) {
    const std::string& name = facts.model.guardrails[index.value].name;
    const std::vector<std::string> regions = facts.bindings.Regions(name, account.id);
    key.Length(regions.size());
    for (const std::string& region : regions) {
      key.Text(region).Text(facts.bindings.Find(name, account.id, region)->Pinned());
    }
  }
}

}  // namespace writ::verify
