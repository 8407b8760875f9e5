#include "iam/decide/affiliation.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "iam/policy/evaluate.h"
#include "iam/policy/pattern.h"

namespace writ::decide {
namespace {

constexpr std::string_view kOrganization = "aws:PrincipalOrgID";
constexpr std::string_view kPaths = "aws:PrincipalOrgPaths";

/// Whether a pattern meets the path alike whatever the ids are that the outline leaves open: it
/// asks for whole ids that they are not, or for any.
bool TellsWithout(std::string_view pattern, std::string_view outline,
                  const std::vector<std::string>& units) {
  const auto parts = [](std::string_view text) {
    std::vector<std::string_view> all;
    for (std::size_t slash = text.find('/'); slash != std::string_view::npos;
         slash = text.find('/')) {
      all.push_back(text.substr(0, slash));
      text.remove_prefix(slash + 1);
    }
    all.push_back(text);
    return all;
  };
  const std::vector<std::string_view> known = parts(outline);
  return std::ranges::all_of(parts(pattern), [&](std::string_view part) {
    const bool is_known = part != kOpenUnit && std::ranges::find(known, part) != known.end();
    return part == "*" || is_known || std::ranges::find(units, part) != units.end();
  });
}

}  // namespace

std::optional<bool> HoldsOfMembers(const policy::Condition& condition, policy::Version version,
                                   const Affiliation& affiliation) {
  const bool is_path = policy::EqualIgnoringCase(condition.key, kPaths);
  if (!is_path && !policy::EqualIgnoringCase(condition.key, kOrganization)) return std::nullopt;
  const bool is_outline = is_path && affiliation.path.empty();
  const std::string& told = is_outline ? affiliation.outline
                            : is_path  ? affiliation.path
                                       : affiliation.organization;
  if (told.empty()) return std::nullopt;
  const bool is_set = condition.op.set != policy::SetQualifier::kNone;
  const bool is_presence = condition.op.base == policy::BaseOperator::kNull;
  if (is_path && !is_set && !is_presence) return std::nullopt;
  const bool is_plain = std::ranges::none_of(condition.values, [&](const std::string& value) {
    return policy::ParsePattern(value, version, policy::Wildcards::kActive).has_variables();
  });
  if (!is_plain) return std::nullopt;
  const auto tells = [&](const std::string& value) {
    return TellsWithout(value, affiliation.outline, affiliation.units);
  };
  if (is_outline && !is_presence && !std::ranges::all_of(condition.values, tells)) {
    return std::nullopt;
  }

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
