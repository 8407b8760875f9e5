#include "analysis/access/later.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "iam/policy/account.h"
#include "iam/policy/pattern.h"
#include "proof/deployed/joining.h"
#include "proof/verify/formula.h"
#include "proof/verify/spaces.h"

namespace writ::access {
namespace {

using intent::AccountIndex;
using intent::Holder;
using intent::Model;
using intent::NodeIndex;
using intent::Organization;
using policy::Sense;
using verify::Condition;
using Nodes = std::vector<NodeIndex>;

constexpr const char* kTooLong = "a condition has too many alternatives to be written out";
constexpr std::string_view kAccount = "aws:PrincipalAccount";

/// Whether whoever joins the node joins one of the nodes. "prod" is one of "the organization".
bool IsIn(const Organization& organization, NodeIndex node, const Nodes& nodes) {
  return std::ranges::any_of(
      nodes, [&](NodeIndex other) { return deployed::IsAtOrBelow(organization, node, other); });
}

/// Calls `use` with each list of accounts of the sentences and the nodes that it has whole.
template <class TheModel, class Use>
void ForEachReach(TheModel& model, const Use& use) {
  const auto holders = [&](auto& list) {
    for (auto& holder : list) use(holder.accounts, holder.units);
  };
  for (auto& team : model.teams) use(team.accounts, team.units);
  for (auto& permission : model.permissions) {
    use(permission.accounts, permission.units);
    holders(permission.holders);
  }
  for (auto& prohibition : model.prohibitions) {
    use(prohibition.accounts, prohibition.nodes);
    holders(prohibition.bound.included);
    holders(prohibition.bound.excepted);
  }
}

/// The same of a question's holders.
template <class Asked, class Use>
void ForEachHolder(Asked& asked, const Use& use) {
  for (auto* list : {&asked.bound.included, &asked.bound.excepted}) {
    for (auto& holder : *list) use(holder.accounts, holder.units);
  }
}

// ---- what sentences ask of callers' accounts

class Asks {
 public:
  explicit Asks(std::vector<verify::Authorization>& boxes) : boxes_(boxes) {}

  // NOLINTNEXTLINE(misc-no-recursion): as deep as the parser lets conditions be
  void Add(const Condition& condition) {
    for (const Condition& operand : condition.operands) Add(operand);
    if (condition.kind != Condition::Kind::kTest) return;
    Say({"*"}, condition);
    // Who asks for the owner's account asks for the caller's, of a resource of its own.
    if (policy::EqualIgnoringCase(condition.test.key, "aws:ResourceAccount")) {
      Condition own = condition;
      own.test.key = kAccount;
      Say({"*"}, own);
    }
  }

  void Add(const std::vector<std::string>& arns) {
    if (arns.empty()) return;
    Say(arns, verify::Always());
    for (const std::string& arn : arns) {
      const std::optional<policy::ArnSegments> segments = policy::SplitArn(arn);
      if (!segments || (*segments)[4].empty() || (*segments)[4].find('$') != std::string::npos) {
        continue;
      }
      Say({"*"}, verify::Like(std::string(kAccount), {std::string((*segments)[4])}));
    }
  }

  void Add(const intent::Operation& operation) {
    Add(operation.resources);
    Add(operation.things.arns);
    Add(operation.things.except_arns);
  }

  void Add(const std::optional<intent::Profiles>& profiles) {
    if (profiles) Add(profiles->arns);
  }

  void Add(const intent::Permission& said) {
    Add(said.when);
    Add(said.operation);
    Add(said.profiles);
  }

  void Add(const intent::Prohibition& said) {
    Add(said.when);
    Add(said.operation);
    Add(said.profiles);
    if (!said.unless) return;
    Add(said.unless->satisfy);
    Add(said.unless->profiles.arns);
  }

 private:
  void Say(std::vector<std::string> resources, const Condition& condition) {
    boxes_.push_back({{Sense::kListed, {"*"}},
                      {Sense::kListed, std::move(resources)},
                      condition,
                      {},
                      /*sentence=*/0});
  }

  std::vector<verify::Authorization>& boxes_;
};

/// Nothing if a comparison cannot be written out.
std::optional<decide::Distinctions> DistinctionsIn(const Model& model,
                                                   const intent::Prohibition& asked) {
  std::vector<verify::Authorization> boxes;
  Asks asks(boxes);
  for (const intent::Permission& permission : model.permissions) asks.Add(permission);
  for (const intent::Prohibition& prohibition : model.prohibitions) asks.Add(prohibition);
  asks.Add(asked);
  const intent::Origin nowhere;
  const auto document = verify::AsDocument(boxes, policy::Effect::kAllow, {&nowhere});
  if (!document) return std::nullopt;
  return decide::DistinctionsIn({&document->document});
}

/// By list of ForEachReach and ForEachHolder, whether it holds an account.
using Membership = std::vector<bool>;

Membership MembershipOf(const Model& model, const intent::Prohibition& asked,
                        AccountIndex account) {
  Membership membership;
  const auto add = [&](const std::vector<AccountIndex>& accounts, const Nodes& /*nodes*/) {
    membership.push_back(std::ranges::binary_search(accounts, account));
  };
  ForEachReach(model, add);
  ForEachHolder(asked, add);
  return membership;
}

Membership MembershipLater(const Model& model, const intent::Prohibition& asked, NodeIndex node) {
  Membership membership;
  const auto add = [&](const std::vector<AccountIndex>& /*accounts*/, const Nodes& nodes) {
    membership.push_back(IsIn(model.organization, node, nodes));
  };
  ForEachReach(model, add);
  ForEachHolder(asked, add);
  return membership;
}

NodeIndex AddNode(Organization& organization, intent::Node node) {
  organization.nodes.push_back(std::move(node));
  return {static_cast<std::uint32_t>(organization.nodes.size() - 1)};
}

/// The new OUs of the account, from above; where it lies then.
NodeIndex AddUnits(Organization& organization, const ToCome& one) {
  NodeIndex at = one.node;
  if (!one.newcomer.is_in_new_unit) return at;
  const std::string above = deployed::PathBelow(organization, one.node);
  std::string_view rest = std::string_view(one.newcomer.path).substr(above.size());
  while (!rest.empty()) {
    const std::string id(rest.substr(0, rest.find('/')));
    at = AddNode(organization, {intent::Node::Kind::kUnit, id, id, at, {}});
    rest.remove_prefix(id.size() + 1);
  }
  return at;
}

}  // namespace

AllToCome AccountsToCome(const verify::Facts& facts, const intent::Prohibition& asked) {
  const Model& model = facts.model;
  const Organization& organization = model.organization;
  AllToCome all;
  // Nobody joins what the program does not declare.
  if (organization.accounts.empty()) return all;
  Nodes open;
  for (std::uint32_t i = 0; i < organization.nodes.size(); ++i) {
    const bool is_account = organization.nodes[i].kind == intent::Node::Kind::kAccount;
    if (!is_account && IsIn(organization, {i}, asked.nodes)) open.push_back({i});
  }
  if (open.empty()) return all;
  const std::optional<decide::Distinctions> distinctions = DistinctionsIn(model, asked);
  std::set<Membership> known;
  const bool is_told_apart = !distinctions || !distinctions->ids.empty() ||
                             !distinctions->paths.empty() || !distinctions->obstacle.empty();
  for (const AccountIndex account : asked.accounts) {
    if (is_told_apart || facts.AccountAt(account).management) continue;
    known.insert(MembershipOf(model, asked, account));
  }
  const deployed::Joining joining(organization);
  std::set<std::pair<Membership, decide::Newcomer>> seen;
  for (const NodeIndex node : open) {
    const Membership membership = MembershipLater(model, asked, node);
    if (known.contains(membership)) continue;
    const auto newcomers =
        distinctions ? joining.At(node, *distinctions)
                     : support::Result<std::vector<decide::Newcomer>>(support::Error{kTooLong});
    if (!newcomers) {
      all.undecided.emplace_back(
          fmt::format("accounts that join {} later", organization.nodes[node.value].name),
          newcomers.error().message);
      continue;
    }
    for (const decide::Newcomer& newcomer : *newcomers) {
      decide::Newcomer told = newcomer;
      if (distinctions->paths.empty()) told.path.clear();
      if (seen.emplace(membership, std::move(told)).second)
        all.accounts.push_back({node, newcomer});
    }
  }
  return all;
}

std::unique_ptr<Model> WithAccount(const Model& model, const ToCome& one) {
  auto later = std::make_unique<Model>(model);
  later->assertions.clear();
  later->tests.clear();
  Organization& organization = later->organization;
  const std::string name = deployed::Joining(model.organization).Describe(one.node, one.newcomer);
  const AccountIndex index{static_cast<std::uint32_t>(organization.accounts.size())};
  const NodeIndex parent = AddUnits(organization, one);
  const NodeIndex node =
      AddNode(organization, {intent::Node::Kind::kAccount, name, one.newcomer.account, parent, {}});
  organization.accounts.push_back({name, one.newcomer.account, node});
  for (std::optional<NodeIndex> at = node; at; at = organization.nodes[at->value].parent) {
    organization.nodes[at->value].accounts.push_back(index);
  }
  ForEachReach(*later, [&](std::vector<AccountIndex>& accounts, const Nodes& nodes) {
    if (IsIn(organization, node, nodes)) accounts.push_back(index);
  });
  return later;
}

intent::Prohibition AskedOf(const intent::Prohibition& asked, const Model& later,
                            const ToCome& one) {
  const AccountIndex last{static_cast<std::uint32_t>(later.organization.accounts.size() - 1)};
  intent::Prohibition only = asked;
  only.accounts = {last};
  ForEachHolder(only, [&](std::vector<AccountIndex>& accounts, const Nodes& nodes) {
    if (IsIn(later.organization, one.node, nodes)) accounts.push_back(last);
  });
  return only;
}

}  // namespace writ::access
