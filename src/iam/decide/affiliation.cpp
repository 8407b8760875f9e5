#include "iam/decide/affiliation.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "iam/policy/evaluate.h"
#include "iam/policy/pattern.h"

namespace writ::decide {
namespace {

constexpr std::string_view kOrganization = "aws:PrincipalOrgID";
constexpr std::string_view kPaths = "aws:PrincipalOrgPaths";

}  // namespace

std::optional<bool> HoldsOfMembers(const policy::Condition& condition, policy::Version version,
                                   const Affiliation& affiliation) {
  const bool is_path = policy::EqualIgnoringCase(condition.key, kPaths);
  if (!is_path && !policy::EqualIgnoringCase(condition.key, kOrganization)) return std::nullopt;
  const std::string& told = is_path ? affiliation.path : affiliation.organization;
  if (told.empty()) return std::nullopt;
  const bool is_set = condition.op.set != policy::SetQualifier::kNone;
  const bool is_presence = condition.op.base == policy::BaseOperator::kNull;
  if (is_path && !is_set && !is_presence) return std::nullopt;
  const bool is_plain = std::ranges::none_of(condition.values, [&](const std::string& value) {
    return policy::ParsePattern(value, version, policy::Wildcards::kActive).has_variables();
  });
  if (!is_plain) return std::nullopt;

  policy::Statement statement;
  statement.action.values = {"*"};
  statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  statement.conditions = {condition};
  policy::PolicyDocument document;
  document.version = version;
  document.statements.push_back(std::move(statement));
  const policy::Request request{"anonymous", "a:B", "*", {}, {{condition.key, is_path, {told}}}};
  const auto prepared = policy::Prepare(request);
  if (!prepared.ok()) return std::nullopt;
  return policy::StatementApplies({document, policy::Kind::kIdentity}, 0, *prepared);
}

}  // namespace writ::decide
