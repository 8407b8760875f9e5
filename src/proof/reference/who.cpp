#include "proof/reference/who.h"

#include <algorithm>

namespace writ::reference {
namespace {

using intent::Principal;

/// `AWSReservedSSO_N_` and sixteen characters, below the path of IAM Identity Center.
bool IsPermissionSet(std::string_view role, std::string_view set) {
  const std::string start = "AWSReservedSSO_" + std::string(set) + "_";
  constexpr std::size_t kSuffix = 16;
  if (!role.starts_with("aws-reserved/sso.amazonaws.com/")) return false;
  const std::string_view name = role.substr(role.rfind('/') + 1);
  return name.size() == start.size() + kSuffix && name.starts_with(start);
}

bool IsNamed(const Principal& principal, const Asked& asked) {
  if (principal.kind == Principal::Kind::kService) {
    return asked.request.principal == principal.value;
  }
  if (principal.kind == Principal::Kind::kTag) {
    return asked.Value("aws:PrincipalTag/" + principal.tag_key) == principal.value;
  }
  const auto arn = ParseArn(asked.caller_arn);
  if (!arn || arn->service != "iam") return false;
  const bool is_user = principal.kind == Principal::Kind::kUser;
  const std::string_view type = is_user ? "user/" : "role/";
  if (!arn->rest.starts_with(type)) return false;
  const std::string_view name = std::string_view(arn->rest).substr(type.size());
  switch (principal.kind) {
    case Principal::Kind::kRole:
      return Glob(principal.value, name);
    case Principal::Kind::kUser:
      return principal.value == name;
    default:
      return IsPermissionSet(name, principal.value);
  }
}

}  // namespace

bool IsIn(const std::vector<intent::AccountIndex>& accounts, const intent::Model& model,
          std::string_view id) {
  return std::ranges::any_of(accounts, [&](intent::AccountIndex index) {
    return model.organization.accounts.at(index.value).id == id;
  });
}

bool IsOneOf(const intent::Holder& holder, const intent::Model& model, const Asked& asked) {
  const bool is_named = std::ranges::any_of(
      holder.principals, [&](const Principal& one) { return IsNamed(one, asked); });
  if (!is_named) return false;
  return holder.accounts.empty() || IsIn(holder.accounts, model, AccountOf(asked));
}

std::string AccountOf(const Asked& asked) {
  return asked.account.empty() && asked.resource ? asked.resource->account : asked.account;
}

bool Binds(const intent::Prohibition& prohibition, const intent::Model& model, const Asked& asked) {
  const auto arn = ParseArn(asked.caller_arn);
  if (!arn || arn->rest.starts_with("role/aws-service-role/")) return false;
  const auto account =
      std::ranges::find(model.organization.accounts, asked.account, &intent::Account::id);
  if (account == model.organization.accounts.end() || account->management) return false;
  if (!IsIn(prohibition.accounts, model, asked.account)) return false;
  const auto is_one = [&](const intent::Holder& holder) { return IsOneOf(holder, model, asked); };
  const intent::Bound& bound = prohibition.bound;
  if (std::ranges::any_of(bound.excepted, is_one)) return false;
  return bound.everyone || std::ranges::any_of(bound.included, is_one);
}

}  // namespace writ::reference
