#include "oracle.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/support/date.h"
#include "elements.h"
#include "iam/decide/space.h"
#include "iam/policy/fingerprint.h"
#include "iam/policy/pattern.h"

namespace writ::minimise {
namespace {

using policy::PolicyDocument;
using policy::Statement;

/// Steps for one question of the search; proofs have decide's own budget.
constexpr std::uint64_t kQuestionBudget = 100'000;

/// Statements as what an identity policy allows: only which requests they apply to counts.
decide::Space Applying(policy::Version version, const std::vector<Statement>& statements) {
  PolicyDocument document;
  document.version = version;
  for (Statement statement : statements) {
    statement.effect = policy::Effect::kAllow;
    statement.principal.reset();
    if (!statement.resource) statement.resource = policy::Patterns{{}, {"*"}};
    document.statements.push_back(std::move(statement));
  }
  return decide::Space::Of(std::move(document), policy::Kind::kIdentity);
}

bool IsAboutEveryone(const Statement& statement) {
  if (!statement.principal || statement.principal->sense != policy::Sense::kListed) return false;
  return std::ranges::any_of(statement.principal->values, [](const policy::Principal& p) {
    return p.type == policy::PrincipalType::kEveryone;
  });
}

/// Whether the condition is false where the key is absent.
bool AsksForKey(const policy::Condition& condition) {
  if (condition.op.base == policy::BaseOperator::kNull) {
    return condition.values == std::vector<std::string>{"false"};
  }
  return condition.op.set != policy::SetQualifier::kForAllValues && !condition.op.if_exists &&
         !policy::IsNegated(condition.op.base);
}

bool IsOfAbsence(const policy::Condition& condition) {
  return condition.op.base == policy::BaseOperator::kNull &&
         condition.values == std::vector<std::string>{"true"};
}

/// Whether the condition compares the key with texts that it writes out.
bool IsPlainEquals(const policy::Condition& condition) {
  return condition.op.base == policy::BaseOperator::kStringEquals &&
         condition.op.set == policy::SetQualifier::kNone &&
         std::ranges::all_of(condition.values, [](const std::string& text) {
           return text.find('$') == std::string::npos;
         });
}

/// Whether the texts show that some value of the key meets the condition, or none does.
bool CanBeMet(const policy::Condition& condition) {
  const auto is_any = [&](const auto& is) {
    return !condition.values.empty() && std::ranges::all_of(condition.values, is);
  };
  if (condition.op.base == policy::BaseOperator::kNull) {
    return AsksForKey(condition) || IsOfAbsence(condition);
  }
  if (condition.op.set != policy::SetQualifier::kNone) return false;
  switch (policy::FamilyOf(condition.op.base)) {
    case policy::OperatorFamily::kString:
      return is_any([](const std::string& text) {
        return !text.empty() && text.find('$') == std::string::npos;
      });
    case policy::OperatorFamily::kArn:
      return is_any([](const std::string& text) {
        return text.find('$') == std::string::npos && policy::SplitArn(text).has_value();
      });
    case policy::OperatorFamily::kDate:
      return is_any([](const std::string& text) {
        constexpr std::size_t kDay = 10;
        return text.ends_with("T00:00:00Z") && support::ParseDate(text.substr(0, kDay)) &&
               text.size() == kDay + std::string_view("T00:00:00Z").size();
      });
    case policy::OperatorFamily::kBool:
      return is_any([](const std::string& text) { return text == "true" || text == "false"; });
    default:
      return false;
  }
}

/// Whether the texts show that some request meets the statement whose keys, but for those that it
/// asks for, are absent.
bool CanBeMet(const Statement& statement, const std::vector<Statement>& others) {
  const auto is_name = [](const std::string& text) {
    return text == "*" || (text.find('$') == std::string::npos && policy::SplitArn(text));
  };
  const bool is_listed =
      statement.action.sense == policy::Sense::kListed && !statement.action.values.empty() &&
      (!statement.resource || (statement.resource->sense == policy::Sense::kListed &&
                               !statement.resource->values.empty()));
  if (!is_listed) return false;
  if (statement.action.values.front().find(':') == std::string::npos) return false;
  if (statement.resource && !is_name(statement.resource->values.front())) return false;
  for (std::size_t i = 0; i < statement.conditions.size(); ++i) {
    const policy::Condition& one = statement.conditions[i];
    if (!CanBeMet(one)) return false;
    const auto is_alike = [&](const policy::Condition& other) {
      return !policy::EqualIgnoringCase(other.key, one.key) ||
             one.op.base == policy::BaseOperator::kNull ||
             other.op.base == policy::BaseOperator::kNull ||
             policy::FamilyOf(other.op.base) == policy::FamilyOf(one.op.base);
    };
    for (std::size_t j = 0; j < i; ++j) {
      if (policy::EqualIgnoringCase(statement.conditions[j].key, one.key)) return false;
    }
    // What one operator reads as a name or a flag is no other text for another operator.
    const bool is_read_alike = std::ranges::all_of(others, [&](const Statement& other) {
      return std::ranges::all_of(other.conditions, is_alike);
    });
    if (!is_read_alike) return false;
  }
  return true;
}

std::vector<Statement> Denials(const PolicyDocument& document) {
  std::vector<Statement> denials;
  for (const Statement& statement : document.statements) {
    if (statement.effect == policy::Effect::kDeny) denials.push_back(statement);
  }
  for (Statement& statement : denials) statement.sid.clear();
  std::ranges::sort(denials);
  return denials;
}

/// What a document denies, as what remains of full access.
decide::Space NotDenied(const PolicyDocument& document, policy::Kind kind) {
  PolicyDocument full;
  full.version = document.version;
  Statement all;
  all.action.values = {"*"};
  if (kind != policy::Kind::kTrust) all.resource = policy::Patterns{{}, {"*"}};
  const bool has_principal = kind == policy::Kind::kResource || kind == policy::Kind::kTrust ||
                             kind == policy::Kind::kVpcEndpoint || kind == policy::Kind::kRcp;
  if (has_principal) all.principal = policy::Principals{};
  if (has_principal) all.principal->values.emplace_back();
  full.statements.push_back(std::move(all));
  for (const Statement& denial : Denials(document)) full.statements.push_back(denial);
  return decide::Space::Of(std::move(full), kind);
}

void Compare(const decide::Space& before, const decide::Space& after,
             const catalog::Catalog* catalog, std::string_view what,
             std::vector<std::string>& reasons) {
  const decide::Comparison comparison =
      decide::Compare(before, after, {.catalog = catalog, .readable = false});
  if (comparison.relation == decide::Relation::kEquivalent) return;
  for (const decide::Obstacle& obstacle : comparison.obstacles) {
    reasons.push_back(obstacle.Describe());
  }
  if (comparison.relation == decide::Relation::kUndecided) return;
  reasons.push_back(
      fmt::format("what is {} would be {}", what, decide::RelationName(comparison.relation)));
}

}  // namespace

bool IsOpen(const Statement& part, const std::vector<Statement>& others) {
  // The request has the first text of each list that the part asks for, and no other key.
  const auto asks_for_more = [&](const policy::Condition& condition) {
    const auto own = std::ranges::find_if(part.conditions, [&](const policy::Condition& one) {
      return policy::EqualIgnoringCase(one.key, condition.key);
    });
    if (own == part.conditions.end() || IsOfAbsence(*own)) return AsksForKey(condition);
    return IsPlainEquals(*own) && IsPlainEquals(condition) &&
           std::ranges::find(condition.values, own->values.front()) == condition.values.end();
  };
  return CanBeMet(part, others) && std::ranges::all_of(others, [&](const Statement& other) {
           return std::ranges::any_of(other.conditions, asks_for_more);
         });
}

std::optional<int> Memory::Find(const support::Fingerprint& question) const {
  const std::lock_guard lock(mutex_);
  const auto found = answers_.find(question);
  return found == answers_.end() ? std::nullopt : std::optional(found->second);
}

void Memory::Keep(support::Fingerprint question, int answer) {
  const std::lock_guard lock(mutex_);
  answers_.emplace(std::move(question), answer);
}

bool Oracle::IsCovered(const Statement& part, const std::vector<const Statement*>& others) {
  std::vector<Statement> near;
  for (const Statement* other : others) {
    if (other->principal != part.principal && !IsAboutEveryone(*other)) continue;
    if (other->resource.has_value() != part.resource.has_value()) continue;
    std::optional<Statement> narrowed = NarrowedTo(part, *other);
    if (!narrowed) continue;
    narrowed->sid.clear();
    narrowed->principal = part.principal;
    if (Includes(*narrowed, part)) return true;
    near.push_back(*std::move(narrowed));
  }
  if (near.empty()) return false;
  if (asked_ >= questions_) {
    ++doubts_;
    return false;
  }
  ++asked_;
  if (IsOpen(part, near)) return false;
  const Answer answer = Ask(part, near);
  if (answer == Answer::kNone) ++doubts_;
  if (answer == Answer::kYes) ++proofs_;
  return answer == Answer::kYes;
}

Oracle::Answer Oracle::Ask(const Statement& part, const std::vector<Statement>& near) const {
  support::Fingerprint question;
  if (memory_ != nullptr) {
    support::FingerprintBuilder print("within");
    print.Enum(version_);
    policy::Print(part, print);
    print.Length(near.size());
    for (const Statement& one : near) policy::Print(one, print);
    question = print.Take();
    if (const std::optional<int> known = memory_->Find(question)) {
      return static_cast<Answer>(*known);
    }
  }
  const decide::Answer found =
      decide::IsWithin(Applying(version_, {part}), Applying(version_, near),
                       {.catalog = catalog_, .readable = false, .budget = kQuestionBudget});
  Answer answer = Answer::kNo;
  if (std::holds_alternative<decide::Proved>(found)) answer = Answer::kYes;
  if (std::holds_alternative<decide::Undecided>(found)) answer = Answer::kNone;
  if (memory_ != nullptr) memory_->Keep(std::move(question), static_cast<int>(answer));
  return answer;
}

std::vector<std::string> Unproved(const PolicyDocument& before, const PolicyDocument& after,
                                  policy::Kind kind, const catalog::Catalog* catalog) {
  std::vector<std::string> reasons;
  if (before == after) return reasons;
  Compare(decide::Space::Of(before, kind), decide::Space::Of(after, kind), catalog, "permitted",
          reasons);
  if (reasons.empty() && Denials(before) != Denials(after)) {
    Compare(NotDenied(before, kind), NotDenied(after, kind), catalog, "not denied", reasons);
  }
  std::ranges::sort(reasons);
  reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
  return reasons;
}

}  // namespace writ::minimise
