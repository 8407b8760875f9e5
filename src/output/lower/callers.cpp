#include "callers.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace writ::lower {
namespace {

using intent::AccountIndex;
using intent::NodeIndex;
using PrincipalKind = intent::Principal::Kind;

bool IsWithin(const intent::Organization& organization, NodeIndex node, NodeIndex unit) {
  for (std::optional<NodeIndex> at = node; at; at = organization.nodes[at->value].parent) {
    if (*at == unit) return true;
  }
  return false;
}

/// The principals of one holder at a node.
class Local {
 public:
  Local(const Context& context, const intent::Holder& holder, const Ground& ground)
      : context_(context), holder_(holder), ground_(ground) {
    for (const AccountIndex account : ground.accounts) {
      if (std::ranges::binary_search(holder.accounts, account)) here_.push_back(account);
    }
  }

  [[nodiscard]] bool IsNowhere() const { return here_.empty() && !IsWholeForLater(); }
  /// It is in every account of the node that the program knows.
  [[nodiscard]] bool IsWhole() const {
    return here_.size() == ground_.accounts.size() || IsWholeForLater();
  }
  /// It is in every account of the node, and in those that join it later.
  [[nodiscard]] bool IsWholeForLater() const {
    const intent::Organization& organization = context_.input.model.organization;
    if (organization.nodes[ground_.node.value].kind == intent::Node::Kind::kAccount) {
      return !here_.empty();
    }
    return std::ranges::any_of(
        holder_.units, [&](NodeIndex unit) { return IsWithin(organization, ground_.node, unit); });
  }

  /// Patterns of its principals, in whatever account.
  [[nodiscard]] std::vector<std::string> ArnsAnywhere() const { return Arns({"*"}); }
  [[nodiscard]] std::vector<std::string> ArnsHere() const { return Arns(Ids(here_)); }

  /// A condition for each tag that binds.
  [[nodiscard]] std::vector<policy::Condition> Tags(std::string_view op) const {
    std::vector<policy::Condition> tags;
    for (const intent::Principal& principal : holder_.principals) {
      if (principal.kind != PrincipalKind::kTag) continue;
      tags.push_back(Make(op, "aws:PrincipalTag/" + principal.tag_key, {principal.value}));
    }
    return tags;
  }

  /// That the caller is of none of its accounts.
  [[nodiscard]] Block Elsewhere() const {
    const Split split = Divide();
    Block block;
    if (!split.rest.empty()) {
      block.push_back(Make("StringNotEquals", "aws:PrincipalAccount", Ids(split.rest)));
    }
    if (!split.paths.empty()) {
      block.push_back(Make("ForAllValues:StringNotLike", "aws:PrincipalOrgPaths", split.paths));
    }
    std::ranges::sort(block, {}, [](const policy::Condition& condition) {
      return std::pair(policy::OperatorName(condition.op), condition.key);
    });
    return block;
  }
  /// That the caller is of one of its accounts.
  [[nodiscard]] Block Here() const {
    const Split split = Divide();
    if (split.rest.empty() && !split.paths.empty()) {
      return {Make("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", split.paths)};
    }
    return {Make("StringEquals", "aws:PrincipalAccount", Ids(here_))};
  }

 private:
  /// Its accounts at the node: paths of OUs with all that is in them, and the rest.
  struct Split {
    std::vector<std::string> paths;
    std::vector<AccountIndex> rest;
  };

  [[nodiscard]] Split Divide() const {
    const intent::Organization& organization = context_.input.model.organization;
    Split split;
    std::vector<NodeIndex> told;
    for (const NodeIndex unit : holder_.units) {
      const std::string& id = organization.nodes[unit.value].id;
      const bool is_below = IsWithin(organization, unit, ground_.node);
      if (!is_below || unit == NodeIndex{0} || id.empty() || organization.id.empty()) continue;
      told.push_back(unit);
      split.paths.push_back(fmt::format("{}/*/{}/*", organization.id, id));
    }
    for (const AccountIndex account : here_) {
      const NodeIndex node = context_.AccountAt(account).node;
      const bool is_told = std::ranges::any_of(
          told, [&](NodeIndex unit) { return IsWithin(organization, node, unit); });
      if (!is_told) split.rest.push_back(account);
    }
    return split;
  }

  [[nodiscard]] std::vector<std::string> Ids(const std::vector<AccountIndex>& accounts) const {
    std::vector<std::string> ids;
    for (const AccountIndex account : accounts) ids.push_back(context_.AccountAt(account).id);
    return ids;
  }

  [[nodiscard]] std::vector<std::string> Arns(const std::vector<std::string>& accounts) const {
    std::set<std::string> arns;
    for (const intent::Principal& principal : holder_.principals) {
      for (const std::string& account : accounts) {
        for (std::string& arn : context_.ArnsOf(principal, ground_.partition, account)) {
          arns.insert(std::move(arn));
        }
      }
    }
    return {arns.begin(), arns.end()};
  }

  const Context& context_;
  const intent::Holder& holder_;
  const Ground& ground_;
  std::vector<AccountIndex> here_;
};

/// How principals are said that are not in every account of a node.
enum class Form {
  kNamed,   ///< each with its account
  kByPlace  ///< in whatever account, and the accounts apart
};

/// That the caller is one of the holder's principals.
Alternatives IsOne(const Local& local, Form form) {
  const bool whole = local.IsWhole();
  Alternatives any;
  const std::vector<std::string> arns =
      whole || form == Form::kByPlace ? local.ArnsAnywhere() : local.ArnsHere();
  if (!arns.empty()) any.push_back({Make("ArnLike", "aws:PrincipalArn", arns)});
  const std::size_t by_arn = any.size();
  for (policy::Condition& tag : local.Tags("StringEquals")) any.push_back({std::move(tag)});
  if (whole) return any;
  for (std::size_t i = form == Form::kByPlace ? 0 : by_arn; i < any.size(); ++i) {
    for (const policy::Condition& here : local.Here()) {
      static_cast<void>(Conjoin(any[i], here));
    }
  }
  return any;
}

/// That the caller is none of the holder's principals; nothing if that cannot be said in this form.
std::optional<Alternatives> IsNone(const Local& local, Form form) {
  const bool whole = local.IsWholeForLater();
  const std::vector<std::string> arns =
      whole || form == Form::kByPlace ? local.ArnsAnywhere() : local.ArnsHere();
  Block block;
  if (!arns.empty()) block.push_back(Make("ArnNotLike", "aws:PrincipalArn", arns));
  Block tags;
  for (const policy::Condition& tag : local.Tags("StringNotEquals")) {
    if (Conjoin(tags, tag) != Conjoined::kDone) return std::nullopt;
  }
  if (whole || form == Form::kByPlace) {
    for (const policy::Condition& tag : tags) {
      if (Conjoin(block, tag) != Conjoined::kDone) return std::nullopt;
    }
    Alternatives none{std::move(block)};
    if (!whole) none.push_back(local.Elsewhere());
    return none;
  }
  if (tags.empty()) return Alternatives{std::move(block)};
  const support::Result<Alternatives> both =
      Both({std::move(block)}, {std::move(tags), local.Elsewhere()});
  if (!both) return std::nullopt;
  return *both;
}

std::optional<Alternatives> InForm(const Context& context, const intent::Bound& bound,
                                   const Ground& ground, Form form) {
  Alternatives all{{}};
  if (!bound.everyone) {
    Alternatives any;
    for (const intent::Holder& holder : bound.included) {
      const Local local(context, holder, ground);
      if (local.IsNowhere()) continue;
      for (Block& block : IsOne(local, form)) {
        // Principals of several teams are one list.
        const bool by_arn = block.size() == 1 && block.front().key == "aws:PrincipalArn";
        const auto other = std::ranges::find_if(any, [&](const Block& known) {
          return by_arn && known.size() == 1 && known.front().key == "aws:PrincipalArn";
        });
        if (other == any.end()) {
          any.push_back(std::move(block));
        } else {
          std::vector<std::string> values = other->front().values;
          values.insert(values.end(), block.front().values.begin(), block.front().values.end());
          other->front() = Make("ArnLike", "aws:PrincipalArn", std::move(values));
        }
      }
    }
    all = std::move(any);
  }
  for (const intent::Holder& holder : bound.excepted) {
    const Local local(context, holder, ground);
    if (local.IsNowhere()) continue;
    const std::optional<Alternatives> none = IsNone(local, form);
    if (!none) return std::nullopt;
    support::Result<Alternatives> both = Both(all, *none);
    if (!both) return std::nullopt;
    all = *std::move(both);
  }
  return all;
}

}  // namespace

namespace {

/// Why a holder's accounts have no form but a list; empty if they have one.
std::string WhyListed(const intent::Organization& organization, const intent::Holder& holder,
                      std::optional<NodeIndex> node) {
  const bool is_whole = std::ranges::any_of(holder.units, [&](NodeIndex unit) {
    return IsWithin(organization, node.value_or(NodeIndex{0}), unit);
  });
  if (is_whole) return "";
  const std::string who = !holder.team.empty() ? fmt::format("`{}`", holder.team)
                          : holder.principals.empty()
                              ? "its principal"
                              : fmt::format("`{}`", holder.principals.front().value);
  for (const NodeIndex unit : holder.units) {
    const intent::Node& named = organization.nodes[unit.value];
    if (named.kind == intent::Node::Kind::kUnit && named.id.empty()) {
      return fmt::format("the OU `{}`, where {} is, has no identifier in the program", named.name,
                         who);
    }
  }
  if (!holder.units.empty() && organization.id.empty()) {
    return "the organization has no identifier in the program";
  }
  return fmt::format("{} is in accounts that the program lists, and no OU has just these", who);
}

}  // namespace

Callers FormOf(const Context& context, const policy::Statement& statement,
               const std::vector<intent::Holder>& holders, std::optional<NodeIndex> node) {
  const Callers::Form form = FormIn(statement);
  if (form != Callers::Form::kListed) return {form, ""};
  const intent::Organization& organization = context.input.model.organization;
  std::vector<std::string> reasons;
  for (const intent::Holder& holder : holders) {
    const std::string reason = WhyListed(organization, holder, node);
    if (!reason.empty() && std::ranges::find(reasons, reason) == reasons.end()) {
      reasons.push_back(reason);
    }
  }
  if (reasons.empty()) reasons.emplace_back("a condition of the sentence names them");
  return {form, fmt::format("{}", fmt::join(reasons, "; "))};
}

std::vector<Alternatives> WhoIsBound(const Context& context, const intent::Bound& bound,
                                     const Ground& ground) {
  std::vector<Alternatives> forms;
  for (const Form form : {Form::kNamed, Form::kByPlace}) {
    std::optional<Alternatives> said = InForm(context, bound, ground, form);
    if (!said || said->empty()) continue;
    if (std::ranges::find(forms, *said) == forms.end()) forms.push_back(*std::move(said));
  }
  return forms;
}

}  // namespace writ::lower
