#include "program/sema/trust.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace writ::sema {
namespace {

using intent::Condition;
using intent::Test;

constexpr std::string_view kSourceAccount = "aws:SourceAccount";
constexpr std::string_view kSourceArn = "aws:SourceArn";

bool IsWild(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

/// A comparison with what the request says of itself: with another key of the source it is true of
/// any source, with one of the caller it never is, since a service has no account.
bool HasVariable(std::string_view value) { return value.find("${") != value.npos; }

/// Whether a pattern of ARNs leaves the account open, and the name where there is no account.
bool IsOfAnyAccount(const std::string& pattern) {
  if (HasVariable(pattern)) return true;
  const std::optional<ArnSegments> segments = SplitArn(pattern);
  if (!segments) return IsWild(pattern);
  const std::string_view account = (*segments)[4];
  if (!account.empty()) return IsWild(account);
  // A bucket, for example, has a name of its own in place of an account.
  const std::string_view name = (*segments)[5];
  return name.empty() || name.front() == '*' || name.front() == '?';
}

/// Whether a request that meets the test has a source of accounts that the sentence tells.
bool Tells(const Test& test) {
  const bool account = test.key == kSourceAccount;
  const bool arn = test.key == kSourceArn;
  if ((!account && !arn) || test.values.empty()) return false;
  switch (test.op) {
    case Test::Operator::kEqual:
    case Test::Operator::kIn:
    case Test::Operator::kIncludes:
      return std::ranges::none_of(test.values, HasVariable);
    case Test::Operator::kLike:
      return std::ranges::none_of(test.values, [&](const std::string& value) {
        return arn ? IsOfAnyAccount(value) : IsWild(value) || HasVariable(value);
      });
    case Test::Operator::kPresent:
    case Test::Operator::kLess:
    case Test::Operator::kLessEqual:
    case Test::Operator::kGreater:
    case Test::Operator::kGreaterEqual:
      return false;
  }
  return false;
}

/// Whether the formula, or its negation, can hold where no test tells the source. Depth is that of
/// the source text, which the parser bounds.
bool CanHoldUntold(const Condition& formula, bool negated) {
  switch (formula.kind) {
    case Condition::Kind::kTest:
      return negated || !Tells(formula.test);
    case Condition::Kind::kNot:
      return CanHoldUntold(formula.operands.front(), !negated);
    case Condition::Kind::kAll:
    case Condition::Kind::kAny: {
      const auto can = [&](const Condition& operand) { return CanHoldUntold(operand, negated); };
      return (formula.kind == Condition::Kind::kAll) != negated
                 ? std::ranges::all_of(formula.operands, can)
                 : std::ranges::any_of(formula.operands, can);
    }
  }
  return true;
}

/// What a service may do to a role: assume it, with what belongs to that. Source: IAM service
/// authorization data of 2026-09-26, actions of STS on the resource type `role`.
bool IsAssuming(const std::string& action) {
  static constexpr std::string_view kActions[] = {"sts:AssumeRole", "sts:SetContext",
                                                  "sts:SetSourceIdentity", "sts:TagSession"};
  return std::ranges::find(kActions, action) != std::end(kActions);
}

}  // namespace

std::optional<ArnSegments> SplitArn(std::string_view text) {
  ArnSegments segments;
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    segments.at(i) = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  segments.back() = text;
  return segments;
}

bool TellsSource(const Condition& when) { return !CanHoldUntold(when, false); }

TrustPlaces PlacesOfTrust(const intent::Organization& organization,
                          const intent::Permission& permission) {
  TrustPlaces places;
  const auto refuse = [&](std::string problem) {
    places.accounts.clear();
    places.problem = std::move(problem);
    return places;
  };
  const intent::Operation& operation = permission.operation;
  if (operation.kind != intent::Operation::Kind::kActions) {
    return refuse("a service holds no policies, so this verb cannot be permitted to it");
  }
  for (const std::string& action : operation.actions) {
    if (!IsAssuming(action)) {
      return refuse(fmt::format("`{}` is not an action of a trust policy", action));
    }
  }
  if (operation.resources.empty()) return refuse("the sentence names no role");
  std::map<std::pair<std::string, std::string>, std::string> paths;
  for (const std::string& arn : operation.resources) {
    const std::optional<ArnSegments> segments = SplitArn(arn);
    if (!segments || (*segments)[2] != "iam" || !(*segments)[5].starts_with("role/")) {
      return refuse(fmt::format("`{}` is not the ARN of a role", arn));
    }
    const std::string_view path = (*segments)[5].substr(5);
    if (path.empty() || path.back() == '/' || path.find_first_of("*?$") != path.npos) {
      return refuse(fmt::format("`{}` does not name one role", arn));
    }
    const std::string_view account = (*segments)[4];
    std::vector<intent::AccountIndex> meant;
    for (const intent::AccountIndex index : permission.accounts) {
      const std::string& id = organization.accounts[index.value].id;
      if (account == "*" || account == id) meant.push_back(index);
    }
    if (meant.empty()) {
      return refuse(fmt::format("`{}` is not in an account of this sentence", arn));
    }
    const std::string name(path.substr(path.rfind('/') + 1));
    const auto [known, is_new] = paths.try_emplace({std::string(account), name}, std::string(path));
    if (!is_new && known->second != path) {
      return refuse(fmt::format("an account has one role `{}`, whatever its path", name));
    }
    places.accounts.insert(places.accounts.end(), meant.begin(), meant.end());
  }
  std::ranges::sort(places.accounts);
  places.accounts.erase(std::unique(places.accounts.begin(), places.accounts.end()),
                        places.accounts.end());
  return places;
}

}  // namespace writ::sema
