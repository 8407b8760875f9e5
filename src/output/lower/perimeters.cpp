#include "perimeters.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace writ::lower {
namespace {

/// Authorized while somebody signs in with an identity provider, who is of no organization yet.
constexpr std::array<std::string_view, 4> kSigningIn = {"sts:AssumeRoleWithSAML",
                                                        "sts:AssumeRoleWithWebIdentity",
                                                        "sts:SetSourceIdentity", "sts:TagSession"};
constexpr std::string_view kSts = "sts:";

/// The actions with those that sign somebody in left out. An RCP has no NotAction, so a pattern
/// that includes one of these becomes a list of what the catalog knows beside them; actions without
/// resource type are left out of such a list, since RCPs do not apply to them.
std::vector<std::string> WithoutSigningIn(const catalog::Catalog& catalog,
                                          const std::vector<std::string>& actions) {
  std::set<std::string> kept;
  for (const std::string& pattern : actions) {
    const auto stands_for = [&](std::string_view action) {
      return catalog::MatchesPattern(policy::FoldCase(pattern), policy::FoldCase(action));
    };
    if (std::ranges::none_of(kSigningIn, stands_for)) {
      kept.insert(pattern);
      continue;
    }
    for (const catalog::Action& action : catalog.ActionsOf("sts", pattern.substr(kSts.size()))) {
      const std::string name = action.FullName();
      if (action.WildcardOnly() || std::ranges::find(kSigningIn, name) != kSigningIn.end()) {
        continue;
      }
      kept.insert(name);
    }
  }
  return {kept.begin(), kept.end()};
}

/// Neither of the organization nor of an account that is left alone, and no AWS service. A caller
/// without the keys is outside.
Block Outsiders(const intent::Organization& organization, const intent::Perimeter& perimeter) {
  Block block{Make("BoolIfExists", "aws:PrincipalIsAWSService", {"false"})};
  if (!perimeter.partners.empty()) {
    block.push_back(Make("StringNotEqualsIfExists", "aws:PrincipalAccount", perimeter.partners));
  }
  block.push_back(Make("StringNotEqualsIfExists", "aws:PrincipalOrgID", {organization.id}));
  return block;
}

/// AWS services that act for an account elsewhere. They need not say for whom they act: those that
/// do not are left alone.
Block ServicesForOthers(const intent::Organization& organization,
                        const intent::Perimeter& perimeter) {
  Block block{Make("Bool", "aws:PrincipalIsAWSService", {"true"}),
              Make("Null", "aws:SourceAccount", {"false"})};
  if (!perimeter.partners.empty()) {
    block.push_back(Make("StringNotEquals", "aws:SourceAccount", perimeter.partners));
  }
  block.push_back(Make("StringNotEqualsIfExists", "aws:SourceOrgID", {organization.id}));
  return block;
}

}  // namespace

std::vector<policy::Statement> Refuse(Context& context, const intent::Perimeter& perimeter) {
  const support::Result<Alternatives> when = ToAlternatives(perimeter.when, false);
  if (!when) {
    ReportInexpressible(context, perimeter.origin, when.error().message);
    return {};
  }
  const support::Result<Alternatives> narrowing =
      Both(Alternatives{PeriodBlock(perimeter.period)}, *when);
  if (!narrowing) {
    ReportInexpressible(context, perimeter.origin, narrowing.error().message);
    return {};
  }
  const intent::Organization& organization = context.input.model.organization;
  std::vector<policy::Statement> statements;
  const auto add = [&](std::vector<std::string> actions, const Block& callers) {
    const support::Result<Alternatives> blocks = Both(Alternatives{callers}, *narrowing);
    if (!blocks) {
      ReportInexpressible(context, perimeter.origin, blocks.error().message);
      return;
    }
    context.contradiction = context.contradiction || blocks->empty();
    for (const Block& block : *blocks) {
      policy::Statement statement;
      statement.effect = policy::Effect::kDeny;
      statement.principal = policy::Principals{policy::Sense::kListed, {policy::Principal{}}};
      statement.action = Listed(actions);
      statement.resource =
          Listed(perimeter.resources.empty() ? std::vector<std::string>{"*"} : perimeter.resources);
      statement.conditions = block;
      statements.push_back(std::move(statement));
    }
  };
  add(WithoutSigningIn(context.input.catalog, perimeter.actions),
      Outsiders(organization, perimeter));
  add(perimeter.actions, ServicesForOthers(organization, perimeter));
  return statements;
}

}  // namespace writ::lower
