#include "analysis/lint/later.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "iam/policy/account.h"
#include "iam/policy/pattern.h"
#include "proof/deployed/joining.h"
#include "proof/verify/spaces.h"

namespace writ::lint {
namespace {

using intent::Organization;
using Nodes = std::vector<intent::NodeIndex>;

/// The root and OUs of the list: accounts may join these.
Nodes Open(const Organization& organization, const Nodes& nodes) {
  Nodes open;
  std::ranges::copy_if(nodes, std::back_inserter(open), [&](intent::NodeIndex node) {
    return organization.nodes[node.value].kind != intent::Node::Kind::kAccount;
  });
  return open;
}

/// Whether whoever joins one of the first nodes joins one of the second, too.
bool IsWithin(const Organization& organization, const Nodes& nodes, const Nodes& above) {
  return std::ranges::all_of(nodes, [&](intent::NodeIndex node) {
    return deployed::IsAtOrBelowAny(organization, node, above);
  });
}

/// Whether accounts that join one of the nodes later may have this aws:PrincipalOrgPaths.
bool MayLieIn(const Organization& organization, const Nodes& nodes, const std::string& value) {
  return std::ranges::any_of(Open(organization, nodes), [&](intent::NodeIndex node) {
    const std::string path = verify::AffiliationIn(organization, node).path;
    return !path.empty() && value.ends_with('/') && value.starts_with(path);
  });
}

/// Whether the text, an account's number or a pattern of one, may be that of an account that is not
/// among those of today. A lone `*` says the same of all.
bool MayBeNew(const Organization& organization, std::string_view number) {
  if (number == "*" || number.empty()) return false;
  return std::ranges::none_of(organization.accounts,
                              [&](const intent::Account& account) { return account.id == number; });
}

/// Whether the value of aws:userid, or a pattern of it, may be that of an account's root or of a
/// session for a federated user, which begins with the account's number.
bool MayBeginWithAccount(std::string_view id) {
  const std::string_view account = id.substr(0, id.find(':'));
  return account != "*" && account.find_first_not_of("0123456789*?") == std::string_view::npos;
}

/// A test that is to fail (`negated`) is one that whoever is not listed passes.
bool MaySpeakOfNew(const Organization& organization, const intent::Test& test, bool negated) {
  const auto is_key = [&](std::string_view name) {
    return policy::EqualIgnoringCase(test.key, name);
  };
  const auto may_be = [&](std::string_view number) {
    const bool is_one = number != "*" && !number.empty();
    return negated ? is_one : MayBeNew(organization, number);
  };
  if (is_key("aws:PrincipalAccount")) return std::ranges::any_of(test.values, may_be);
  if (is_key("aws:PrincipalOrgPaths")) return negated;
  if (is_key("aws:userid")) return std::ranges::any_of(test.values, MayBeginWithAccount);
  if (!is_key("aws:PrincipalArn")) return false;
  return std::ranges::any_of(test.values, [&](const std::string& value) {
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(value);
    return segments && may_be((*segments)[4]);
  });
}

/// Whether the formula, or its contrary, tells accounts that may join all of `within` later from
/// those of today.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser lets conditions be
bool TellsLaterApart(const Organization& organization, const std::vector<Nodes>& within,
                     const verify::Condition& condition, bool negated = false) {
  if (condition.kind != verify::Condition::Kind::kTest) {
    const bool turns = condition.kind == verify::Condition::Kind::kNot;
    return std::ranges::any_of(condition.operands, [&](const verify::Condition& operand) {
      return TellsLaterApart(organization, within, operand, negated != turns);
    });
  }
  const bool is_open = std::ranges::all_of(
      within, [&](const Nodes& nodes) { return !Open(organization, nodes).empty(); });
  if (is_open && MaySpeakOfNew(organization, condition.test, negated)) return true;
  if (!policy::EqualIgnoringCase(condition.test.key, "aws:PrincipalOrgPaths")) return false;
  return std::ranges::any_of(condition.test.values, [&](const std::string& value) {
    return std::ranges::all_of(
        within, [&](const Nodes& nodes) { return MayLieIn(organization, nodes, value); });
  });
}

Nodes UnitsOf(const std::vector<intent::Holder>& holders) {
  Nodes units;
  for (const intent::Holder& holder : holders) {
    units.insert(units.end(), holder.units.begin(), holder.units.end());
  }
  return units;
}

/// Where accounts get a share of the permission by joining.
std::vector<Nodes> Reach(const intent::Permission& said) {
  return {said.units, UnitsOf(said.holders)};
}

std::vector<Nodes> Reach(const intent::Prohibition& said) {
  std::vector<Nodes> within{said.nodes};
  if (!said.bound.everyone) within.push_back(UnitsOf(said.bound.included));
  return within;
}

/// Whether each node where all of `said` are open lies in all of `other`.
bool ReachesAsFar(const Organization& organization, const std::vector<Nodes>& said,
                  const std::vector<Nodes>& other) {
  const bool is_open = std::ranges::all_of(
      said, [&](const Nodes& nodes) { return !Open(organization, nodes).empty(); });
  if (!is_open) return true;
  return std::ranges::all_of(other, [&](const Nodes& wide) {
    return std::ranges::any_of(said, [&](const Nodes& narrow) {
      return IsWithin(organization, Open(organization, narrow), wide);
    });
  });
}

template <class Said, class Other>
bool IsAsMuchLater(const Organization& organization, const Said& said, const Other& other) {
  return !SaysMoreLater(organization, other) &&
         ReachesAsFar(organization, Reach(said), Reach(other));
}

}  // namespace

bool SaysMoreLater(const Organization& organization, const intent::Permission& said) {
  return TellsLaterApart(organization, Reach(said), said.when);
}

bool SaysMoreLater(const Organization& organization, const intent::Prohibition& said) {
  const std::vector<Nodes> within = Reach(said);
  return TellsLaterApart(organization, within, said.when) ||
         (said.unless &&
          TellsLaterApart(organization, within, said.unless->satisfy, /*negated=*/true));
}

bool SaysAsMuchLater(const Organization& organization, const intent::Permission& said,
                     const intent::Permission& other) {
  return IsAsMuchLater(organization, said, other);
}

bool SaysAsMuchLater(const Organization& organization, const intent::Prohibition& said,
                     const intent::Prohibition& other) {
  return IsAsMuchLater(organization, said, other);
}

bool ForbidsLater(const Organization& organization, const intent::Permission& said,
                  const intent::Prohibition& other) {
  return IsAsMuchLater(organization, said, other);
}

}  // namespace writ::lint
