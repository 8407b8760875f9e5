#include "analysis/access/partial.h"

#include <algorithm>
#include <utility>

#include "iam/policy/pattern.h"
#include "proof/verify/spaces.h"

namespace writ::access {
namespace {

/// A character for private use (U+E000), in no name that AWS gives or takes.
constexpr std::string_view kNobodysName = "\xee\x80\x80";

policy::CompiledPolicy Compiled(policy::Statement statement) {
  statement.effect = policy::Effect::kAllow;
  policy::PolicyDocument document;
  document.statements.push_back(std::move(statement));
  return {document, policy::Kind::kIdentity};
}

std::vector<std::string> VariablesOf(const std::vector<std::string>& values) {
  std::vector<std::string> keys;
  for (const std::string& value : values) {
    const policy::Pattern pattern =
        policy::ParsePattern(value, policy::Version::k2012, policy::Wildcards::kActive);
    for (const policy::Variable& variable : pattern.variables) keys.push_back(variable.key);
  }
  return keys;
}

bool IsOpen(const std::string& key, const policy::PreparedRequest& prepared,
            const PartialRequest& request) {
  return request.may_have && prepared.Find(policy::HashKeyName(key), key) == nullptr &&
         request.may_have(key);
}

Leaning LeaningOf(bool is_so) { return {is_so ? Truth::kYes : Truth::kNo, {}}; }

/// Open because of those of the keys that are not known; nothing if all are.
std::optional<Leaning> OpenBecause(const std::vector<std::string>& keys,
                                   const policy::PreparedRequest& prepared,
                                   const PartialRequest& request) {
  Leaning leaning{Truth::kOpen, {}};
  for (const std::string& key : keys) {
    if (IsOpen(key, prepared, request)) leaning.on.insert(key);
  }
  if (leaning.on.empty()) return std::nullopt;
  return leaning;
}

}  // namespace

Leaning Both(Leaning one, Leaning other) {
  if (one.truth == Truth::kNo) return one;
  if (other.truth == Truth::kNo || one.truth == Truth::kYes) return other;
  if (other.truth == Truth::kOpen) one.on.merge(other.on);
  return one;
}

Leaning Opposite(Leaning one) {
  if (one.truth == Truth::kNo) return {Truth::kYes, {}};
  if (one.truth == Truth::kYes) return {Truth::kNo, {}};
  return one;
}

Leaning Either(Leaning one, Leaning other) {
  return Opposite(Both(Opposite(std::move(one)), Opposite(std::move(other))));
}

std::string StandInFor(std::string_view pattern) {
  // A resource is an ARN or `*`, and what is neither could not be asked about.
  if (pattern == "*") return "*";
  std::string text;
  for (const char c : pattern) {
    if (c == '*' || c == '?') {
      text += kNobodysName;
    } else {
      text += c;
    }
  }
  return text;
}

CompiledBox::Scope CompiledBox::ScopeOf(policy::Statement statement) {
  statement.conditions.clear();
  policy::Patterns resources = statement.resource.value_or(policy::Patterns{});
  std::vector<std::string> variables = VariablesOf(resources.values);
  policy::Statement anywhere = statement;
  anywhere.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  return {Compiled(std::move(anywhere)), Compiled(std::move(statement)), std::move(resources),
          std::move(variables)};
}

CompiledBox::CompiledBox(verify::Authorization box, Truth otherwise) : otherwise_(otherwise) {
  const std::vector<std::string> spared = std::exchange(box.spared, {});
  box.sentence = 0;
  const auto document = verify::AsDocument({std::move(box)}, policy::Effect::kAllow, {nullptr});
  if (!document) return;
  is_written_ = true;
  for (const policy::Statement& statement : document->document.statements) {
    Alternative& alternative = any_.emplace_back(Alternative{ScopeOf(statement), {}});
    for (const policy::Condition& condition : statement.conditions) {
      policy::Statement test;
      test.action.values = {"*"};
      test.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
      test.conditions = {condition};
      alternative.tests.push_back({policy::FoldCase(condition.key), VariablesOf(condition.values),
                                   Compiled(std::move(test))});
    }
  }
  if (spared.empty()) return;
  but_.push_back(ScopeOf(verify::AllBut(spared).document.statements.front()));
}

Leaning CompiledBox::InScope(const Scope& scope, const policy::PreparedRequest& prepared,
                             const PartialRequest& request) {
  if (!policy::StatementApplies(scope.anywhere, 0, prepared)) return {};
  if (const auto open = OpenBecause(scope.variables, prepared, request)) return *open;
  const bool applies = policy::StatementApplies(scope.here, 0, prepared);
  if (request.resources.empty()) return LeaningOf(applies);
  // What is matched by wildcards alone is matched whatever stands there.
  const bool is_listed = scope.resources.sense == policy::Sense::kListed;
  if (applies == is_listed) return LeaningOf(applies);
  const bool may_match = std::ranges::any_of(
      scope.resources.values,
      [&](const std::string& pattern) { return policy::MayOverlap(pattern, request.resources); });
  return may_match ? Leaning{Truth::kOpen, {std::string(kTheResource)}} : LeaningOf(applies);
}

Leaning CompiledBox::Covers(const policy::PreparedRequest& prepared,
                            const PartialRequest& request) const {
  if (!is_written_) return {otherwise_, {}};
  Leaning covers;
  for (const Alternative& alternative : any_) {
    Leaning all = InScope(alternative.scope, prepared, request);
    for (const Test& test : alternative.tests) {
      if (all.truth == Truth::kNo) break;
      std::vector<std::string> keys = test.values;
      keys.push_back(test.key);
      std::optional<Leaning> open = OpenBecause(keys, prepared, request);
      all = Both(
          std::move(all),
          open ? *std::move(open) : LeaningOf(policy::StatementApplies(test.policy, 0, prepared)));
    }
    covers = Either(std::move(covers), std::move(all));
    if (covers.truth == Truth::kYes) break;
  }
  for (const Scope& scope : but_) {
    covers = Both(std::move(covers), InScope(scope, prepared, request));
  }
  return covers;
}

}  // namespace writ::access
