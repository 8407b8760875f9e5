#include "program/sema/principals.h"

#include <algorithm>
#include <utility>

#include "base/diag/codes/meaning.h"
#include "base/diag/codes/names.h"
#include "base/diag/codes/types.h"
#include "program/sema/conditions.h"
#include "program/sema/near.h"
#include "program/sema/units.h"

namespace writ::sema {
namespace {

using intent::AccountIndex;
using intent::Principal;

Principal::Kind KindOf(syntax::Principal::Kind kind) {
  switch (kind) {
    case syntax::Principal::Kind::kRole:
      return Principal::Kind::kRole;
    case syntax::Principal::Kind::kUser:
      return Principal::Kind::kUser;
    case syntax::Principal::Kind::kService:
      return Principal::Kind::kService;
    case syntax::Principal::Kind::kPermissionSet:
      return Principal::Kind::kPermissionSet;
    case syntax::Principal::Kind::kTag:
      return Principal::Kind::kTag;
    case syntax::Principal::Kind::kTeam:
    case syntax::Principal::Kind::kClaim:
      break;
  }
  return Principal::Kind::kRole;
}

std::string_view KindWord(Principal::Kind kind) {
  switch (kind) {
    case Principal::Kind::kRole:
      return "role";
    case Principal::Kind::kUser:
      return "user";
    case Principal::Kind::kPermissionSet:
      return "permission-set";
    case Principal::Kind::kTag:
      return "tag";
    case Principal::Kind::kService:
      return "service";
  }
  return "principal";
}

/// Reports names that cannot be: empty, whole ARNs, `role/` in front.
bool CheckValue(Context& context, const syntax::Principal& principal) {
  const std::string& value = principal.value;
  const bool is_role = principal.kind == syntax::Principal::Kind::kRole;
  const bool good_key =
      !principal.tag || CheckLiteral(context, principal.tag->text, principal.tag->span, false);
  if (!CheckLiteral(context, value, principal.value_span, is_role) || !good_key) return false;
  if (principal.kind == syntax::Principal::Kind::kTag) return true;
  if (value.empty()) {
    context.Report(diag::kPrincipalForm, principal.value_span, "the name is empty")
        .At("empty name");
    return false;
  }
  const std::size_t at = value.find("role/") != std::string::npos   ? value.find("role/") + 5
                         : value.find("user/") != std::string::npos ? value.find("user/") + 5
                                                                    : std::string::npos;
  if (value.rfind("arn:", 0) != 0 && at != 5) return true;
  auto& found = context.Report(diag::kPrincipalForm, principal.value_span,
                               "write only the path and name, without the account and `role/`");
  found.At("not a path and name");
  if (at != std::string::npos && at < value.size())
    found.Patch("write the path and name", principal.value_span, "\"" + value.substr(at) + "\"");
  return false;
}

bool HasWildcard(std::string_view text) { return text.find_first_of("*?") != std::string::npos; }

Principal ValueOf(const syntax::Principal& principal) {
  Principal value;
  value.kind = KindOf(principal.kind);
  value.value = principal.value;
  if (principal.tag) value.tag_key = principal.tag->text;
  // IAM paths start with a slash that an ARN shows once.
  if (!value.value.empty() && value.value[0] == '/' && value.kind != Principal::Kind::kTag)
    value.value.erase(0, 1);
  return value;
}

void SortUnique(std::vector<Principal>& principals) {
  std::sort(principals.begin(), principals.end());
  principals.erase(std::unique(principals.begin(), principals.end()), principals.end());
}

std::vector<Principal> PrincipalsOfTeam(Context& context, const syntax::TeamDecl& decl) {
  std::vector<Principal> principals;
  for (const syntax::Principal& principal : decl.principals) {
    if (principal.kind == syntax::Principal::Kind::kTeam) {
      context.Report(diag::kTeamInTeam, principal.span, decl.name.text)
          .At("bind roles, users or permission sets");
      continue;
    }
    // It binds on gateways only (sema/gateways.h).
    if (principal.kind == syntax::Principal::Kind::kClaim) continue;
    if (CheckValue(context, principal)) principals.push_back(ValueOf(principal));
  }
  SortUnique(principals);
  return principals;
}

std::vector<intent::Claim> ClaimsOfTeam(Context& context, const syntax::TeamDecl& decl) {
  std::vector<intent::Claim> claims;
  for (const syntax::Principal& principal : decl.principals) {
    if (principal.kind != syntax::Principal::Kind::kClaim) continue;
    const bool good = CheckLiteral(context, principal.value, principal.value_span, false) &&
                      CheckLiteral(context, principal.tag->text, principal.tag->span, false);
    if (good) claims.push_back({principal.tag->text, principal.value});
  }
  std::sort(claims.begin(), claims.end());
  claims.erase(std::unique(claims.begin(), claims.end()), claims.end());
  return claims;
}

/// The teams that one name stands for: a team, a set of teams, a parameter.
std::vector<std::uint32_t> TeamsNamed(Context& context, const syntax::Name& name,
                                      const Environment* environment) {
  const bool declared = context.symbols.Find(Space::kTeams, name.text) != nullptr ||
                        context.symbols.Find(Space::kSets, name.text) != nullptr;
  const bool bound = environment != nullptr && environment->Find(name.text) != nullptr;
  if (!declared && !bound) {
    auto& found = context.Report(diag::kUnknownName, name.span, "team", name.text);
    found.At("not declared");
    SuggestName(found, name.span, name.text, context.symbols.Names({Symbol::Kind::kTeam}), "teams");
    return {};
  }
  syntax::SetTerm term;
  term.kind = syntax::SetTerm::Kind::kName;
  term.span = name.span;
  term.name = name;
  syntax::SetExpr expr;
  expr.span = name.span;
  expr.included.push_back(std::move(term));
  return Evaluate(context, expr, Reading::kPermission, Only({Sort::kTeams}), environment).indices;
}

bool NeedsAccounts(syntax::Principal::Kind kind) {
  return kind == syntax::Principal::Kind::kRole || kind == syntax::Principal::Kind::kUser ||
         kind == syntax::Principal::Kind::kPermissionSet;
}

}  // namespace

void BuildTeams(Context& context) {
  for (const syntax::TeamDecl* decl : context.symbols.teams) {
    intent::Team team;
    team.name = std::string(decl->name.text);
    team.origin.span = decl->name.span;
    team.origin.place = context.sources.DescribeRelative(decl->name.span);
    team.principals = PrincipalsOfTeam(context, *decl);
    team.claims = ClaimsOfTeam(context, *decl);
    for (const syntax::SetExpr& in : decl->in) {
      const Set set = Evaluate(context, in, Reading::kPermission, Only({Sort::kAccounts}), nullptr);
      team.accounts.insert(team.accounts.end(), set.accounts.begin(), set.accounts.end());
      team.units = JoinedUnits(context.model.organization, team.units, set.units);
    }
    std::sort(team.accounts.begin(), team.accounts.end());
    team.accounts.erase(std::unique(team.accounts.begin(), team.accounts.end()),
                        team.accounts.end());
    context.model.teams.push_back(std::move(team));
  }
}

std::vector<NamedHolder> ResolveHolders(Context& context,
                                        const std::vector<syntax::Principal>& principals,
                                        const Narrowing& narrowing, const Environment* environment,
                                        const ScopePlace& place) {
  const std::optional<std::vector<AccountIndex>>& scope = narrowing.accounts;
  std::vector<NamedHolder> holders;
  NamedHolder direct;
  bool said = false;
  for (const syntax::Principal& principal : principals) {
    if (principal.kind == syntax::Principal::Kind::kTeam) {
      for (const syntax::Name& name : principal.teams)
        for (const std::uint32_t index : TeamsNamed(context, name, environment)) {
          const intent::Team& team = context.model.teams[index];
          holders.push_back({{team.name, team.principals, team.accounts, team.units}, name.span});
        }
      continue;
    }
    if (principal.kind == syntax::Principal::Kind::kClaim) {
      context.Report(diag::kClaimOutsideTeam, principal.span)
          .At("say it in a team")
          .Suggest("`team NAME { as claim KEY = \"VALUE\" }`");
      continue;
    }
    if (!CheckValue(context, principal)) continue;
    if (!scope && NeedsAccounts(principal.kind)) {
      if (std::exchange(said, true)) continue;  // one `in` is for all of them
      auto& found = context.Report(diag::kPrincipalNeedsAccounts, principal.span,
                                   KindWord(KindOf(principal.kind)));
      found.At("accounts missing");
      const std::string& name = context.model.organization.name;
      if (place.may_be_all && !name.empty()) {
        found.Patch("in every account: `in " + name + "`", place.after, " in " + name);
      } else {
        found.Suggest("add `in ACCOUNT` after the principal");
      }
      continue;
    }
    direct.span = direct.holder.principals.empty() ? principal.span
                                                   : source::Join(direct.span, principal.span);
    direct.holder.principals.push_back(ValueOf(principal));
  }
  if (!direct.holder.principals.empty()) {
    SortUnique(direct.holder.principals);
    if (scope) {
      direct.holder.accounts = *scope;
      direct.holder.units = narrowing.units;
    } else {
      direct.holder.units.push_back(intent::NodeIndex{0});
      for (std::uint32_t i = 0; i < context.model.organization.accounts.size(); ++i)
        direct.holder.accounts.push_back(AccountIndex{i});
    }
    holders.push_back(std::move(direct));
  }
  std::stable_sort(holders.begin(), holders.end(), [](const auto& one, const auto& other) {
    return one.holder.team < other.holder.team;
  });
  holders.erase(std::unique(holders.begin(), holders.end(),
                            [](const auto& one, const auto& other) {
                              return !one.holder.team.empty() &&
                                     one.holder.team == other.holder.team;
                            }),
                holders.end());
  return holders;
}

void WarnOpenExemption(Context& context, const std::vector<syntax::Principal>& principals,
                       const Environment* environment) {
  const auto warn = [&](const syntax::Principal& principal, Span span) {
    if (principal.kind == syntax::Principal::Kind::kClaim) return;
    const bool tag = principal.kind == syntax::Principal::Kind::kTag;
    const bool pattern =
        principal.kind != syntax::Principal::Kind::kService && HasWildcard(principal.value);
    if (!tag && !pattern) return;
    auto& found = context.Report(diag::kOpenExemption, span, tag ? "tag" : "create");
    found.At(tag ? "by tag" : "by pattern");
    if (span != principal.span) found.Also(principal.span, "bound here");
  };
  for (const syntax::Principal& principal : principals) {
    if (principal.kind != syntax::Principal::Kind::kTeam) {
      warn(principal, principal.span);
      continue;
    }
    for (const syntax::Name& name : principal.teams)
      for (const std::uint32_t team : TeamsNamed(context, name, environment))
        for (const syntax::Principal& bound : context.symbols.teams[team]->principals)
          warn(bound, name.span);
  }
}

std::string HolderText(const intent::Holder& holder) {
  if (!holder.team.empty()) return "team " + holder.team;
  if (holder.principals.empty()) return "no one";
  const Principal& first = holder.principals[0];
  std::string text = std::string(KindWord(first.kind)) + " " +
                     (first.kind == Principal::Kind::kTag ? first.tag_key + " = " : "") +
                     first.value;
  if (holder.principals.size() > 1)
    text += " and " + std::to_string(holder.principals.size() - 1) + " more";
  return text;
}

std::string RolePattern(const Principal& principal) {
  switch (principal.kind) {
    case Principal::Kind::kRole:
      return principal.value;
    // Source: IAM Identity Center User Guide, "Referencing permission sets in resource policies":
    // AWSReservedSSO_NAME_ and 16 characters, below a path that may name the home region.
    case Principal::Kind::kPermissionSet:
      return "aws-reserved/sso.amazonaws.com/*AWSReservedSSO_" + principal.value +
             "_????????????????";
    case Principal::Kind::kUser:
    case Principal::Kind::kTag:
    case Principal::Kind::kService:
      return {};
  }
  return {};
}

}  // namespace writ::sema
