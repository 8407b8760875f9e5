#include "verify/share.h"

#include <algorithm>
#include <map>

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

/// Whether a wildcard stands beside digits alone, or beside part of a guardrail's id, so that it
/// could tell one renamed name from another.
bool TellsNamesApart(std::string_view text) {
  constexpr std::string_view kEnds = ":/\"\n,[]{}() ";
  std::size_t begin = 0;
  while (begin <= text.size()) {
    std::size_t end = text.find_first_of(kEnds, begin);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view token = text.substr(begin, end - begin);
    const bool wild = std::ranges::any_of(token, IsWild);
    const bool digits = std::ranges::any_of(token, IsDigit) &&
                        std::ranges::all_of(token, [](char c) { return IsDigit(c) || IsWild(c); });
    const std::string_view before = text.substr(0, begin);
    const bool guardrail = before.ends_with("guardrail/") && std::ranges::any_of(token, IsName);
    if (wild && (digits || guardrail)) return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace

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
  if (TellsNamesApart(text)) return text + account.id;
  std::map<std::string, std::size_t, std::less<>> guardrails;
  std::string out;
  out.reserve(text.size());
  constexpr std::string_view kGuardrail = ":guardrail/";
  for (std::size_t i = 0; i < text.size();) {
    const bool starts = i == 0 || !IsDigit(text[i - 1]);
    const std::size_t after = i + account.id.size();
    if (starts && text.compare(i, account.id.size(), account.id) == 0 &&
        (after >= text.size() || !IsDigit(text[after]))) {
      out += '\x01';
      i = after;
      continue;
    }
    if (text.compare(i, kGuardrail.size(), kGuardrail) == 0) {
      out += kGuardrail;
      i += kGuardrail.size();
      const std::size_t begin = i;
      while (i < text.size() && IsName(text[i])) ++i;
      const std::string id = text.substr(begin, i - begin);
      if (!id.empty()) {
        out += '\x02';
        out += std::to_string(guardrails.try_emplace(id, guardrails.size()).first->second);
      }
      continue;
    }
    out += text[i++];
  }
  return out;
}

}  // namespace writ::verify
