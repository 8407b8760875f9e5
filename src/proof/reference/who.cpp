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

/// Whichever the account.
bool IsNamedBy(const intent::Holder& holder, const Asked& asked) {
  return std::ranges::any_of(holder.principals,
                             [&](const Principal& one) { return IsNamed(one, asked); });
}

}  // namespace

bool IsIn(const std::vector<intent::AccountIndex>& accounts, const intent::Model& model,
          std::string_view id) {
  return std::ranges::any_of(accounts, [&](intent::AccountIndex index) {
    return model.organization.accounts.at(index.value).id == id;
  });
}

bool IsOneOf(const intent::Holder& holder, const intent::Model& model, const Asked& asked) {
  if (!IsNamedBy(holder, asked)) return false;
  return holder.accounts.empty() || IsIn(holder.accounts, model, AccountOf(asked));
}

bool IsHolder(const intent::Holder& holder, const intent::Model& model, const Asked& asked) {
  if (IsOneOf(holder, model, asked)) return true;
  constexpr std::string_view kSession = "federated-user/";
  const auto arn = ParseArn(asked.caller_arn);
  if (!arn || arn->service != "sts" || !arn->rest.starts_with(kSession)) return false;
  const std::string_view name = std::string_view(arn->rest).substr(kSession.size());
  return IsIn(holder.accounts, model, asked.account) &&
         std::ranges::any_of(holder.principals, [&](const Principal& one) {
           return one.kind == Principal::Kind::kUser &&
                  std::string_view(one.value).substr(one.value.rfind('/') + 1) == name;
         });
}

std::string AccountOf(const Asked& asked) {
  return asked.account.empty() && asked.resource ? asked.resource->account : asked.account;
}

std::vector<intent::NodeIndex> UnitsAbove(const intent::Model& model, const Asked& asked) {
  const intent::Organization& organization = model.organization;
  const bool is_listed = std::ranges::find(organization.accounts, asked.account,
                                           &intent::Account::id) != organization.accounts.end();
  const auto id = asked.Value("aws:PrincipalOrgID");
  if (is_listed || !id || *id != organization.id || organization.nodes.empty()) return {};
  std::vector<intent::NodeIndex> above{{0}};
  const policy::ContextKey* paths = asked.Find("aws:PrincipalOrgPaths");
  for (std::uint32_t i = 1; paths != nullptr && i < organization.nodes.size(); ++i) {
    const intent::Node& node = organization.nodes[i];
    if (node.kind != intent::Node::Kind::kUnit || node.id.empty()) continue;
    const bool is_above = std::ranges::any_of(paths->values, [&](const std::string& path) {
      return path.find("/" + node.id + "/") != std::string::npos;
    });
    if (is_above) above.push_back({i});
  }
  return above;
}

Answer MayJoin(const intent::Holder& holder, const intent::Model& model, const Asked& asked) {
  if (!IsNamedBy(holder, asked)) return Answer::kNo;
  const auto above = UnitsAbove(model, asked);
  const bool is_within =
      holder.accounts.empty() || std::ranges::any_of(holder.units, [&](intent::NodeIndex unit) {
        return std::ranges::find(above, unit) != above.end();
      });
  return is_within ? Answer::kOpen : Answer::kNo;
}

namespace {

/// "An OU or the organization in `in` stands for its accounts now and later", and so does a
/// sentence about everyone; a list of accounts stands for these.
Answer BindsNewcomer(const intent::Prohibition& prohibition, const intent::Model& model,
                     const Asked& asked) {
  const auto above = UnitsAbove(model, asked);
  const bool is_within = std::ranges::any_of(prohibition.nodes, [&](intent::NodeIndex node) {
    return std::ranges::find(above, node) != above.end();
  });
  // What all nodes below a node forbid is attached to that node once, and binds what joins it too
  // (docs/meaning.md, "Who").
  if (!is_within) return Answer::kOpen;
  Answer answer = Answer::kYes;
  const intent::Bound& bound = prohibition.bound;
  if (!bound.everyone) {
    // A team whose accounts are all those of a node may be named there by patterns that leave the
    // account open, so that what joins the node is bound as well (docs/meaning.md, "Principals").
    const bool is_named = std::ranges::any_of(
        bound.included, [&](const intent::Holder& one) { return IsNamedBy(one, asked); });
    answer = is_named ? Answer::kOpen : Answer::kNo;
  }
  for (const intent::Holder& one : bound.excepted) {
    // Where an exemption ends is how it is written, if it reaches past the accounts listed.
    if (MayJoin(one, model, asked) != Answer::kNo) answer = Both(answer, Answer::kOpen);
  }
  return answer;
}

}  // namespace

Answer Binds(const intent::Prohibition& prohibition, const intent::Model& model,
             const Asked& asked) {
  const auto arn = ParseArn(asked.caller_arn);
  if (!arn || arn->rest.starts_with("role/aws-service-role/")) return Answer::kNo;
  const auto account =
      std::ranges::find(model.organization.accounts, asked.account, &intent::Account::id);
  if (account == model.organization.accounts.end()) {
    return BindsNewcomer(prohibition, model, asked);
  }
  if (account->management || !IsIn(prohibition.accounts, model, asked.account)) return Answer::kNo;
  const auto is_one = [&](const intent::Holder& holder) { return IsOneOf(holder, model, asked); };
  const intent::Bound& bound = prohibition.bound;
  if (std::ranges::any_of(bound.excepted, is_one)) return Answer::kNo;
  return AnswerOf(bound.everyone || std::ranges::any_of(bound.included, is_one));
}

}  // namespace writ::reference
