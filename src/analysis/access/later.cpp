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
using intent::Question;
using policy::Sense;
using verify::Condition;
using Nodes = std::vector<NodeIndex>;

constexpr std::string_view kTooLong = "a condition has too many alternatives to be written out";
constexpr std::string_view kAccount = "aws:PrincipalAccount";

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
template <class TheQuestion, class Use>
void ForEachHolder(TheQuestion& question, const Use& use) {
  const auto holders = [&](auto& list) {
    for (auto& holder : list) use(holder.accounts, holder.units);
  };
  if (question.can) {
    holders(question.can->holders);
    holders(question.excepted);
  } else {
    holders(question.cannot->bound.included);
    holders(question.cannot->bound.excepted);
  }
}

const std::vector<AccountIndex>& AccountsOf(const Question& question) {
  return question.can ? question.can->accounts : question.cannot->accounts;
}

/// Whether whoever joins the node joins what the question is about.
bool IsAskedAt(const Organization& organization, const Question& question, NodeIndex node) {
  if (!question.can) return deployed::IsAtOrBelowAny(organization, node, question.cannot->nodes);
  const auto reaches = [&](const Holder& holder) {
    return deployed::IsAtOrBelowAny(organization, node, holder.units);
  };
  return deployed::IsAtOrBelowAny(organization, node, question.can->units) &&
         (question.everyone || std::ranges::any_of(question.can->holders, reaches));
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

void ReadAsked(const std::vector<verify::Authorization>& boxes, decide::AskedTexts& asked) {
  const intent::Origin nowhere;
  const auto document = verify::AsDocument(boxes, policy::Effect::kAllow, {&nowhere});
  if (document) {
    decide::ReadAsked(document->document, asked);
  } else {
    asked.found.obstacle = kTooLong;
  }
}

/// By list of ForEachReach and ForEachHolder, whether it holds an account.
using Membership = std::vector<bool>;

Membership MembershipOf(const Model& model, const Question& asked, AccountIndex account) {
  Membership membership;
  const auto add = [&](const std::vector<AccountIndex>& accounts, const Nodes& /*nodes*/) {
    membership.push_back(std::ranges::binary_search(accounts, account));
  };
  ForEachReach(model, add);
  ForEachHolder(asked, add);
  return membership;
}

Membership MembershipLater(const Model& model, const Question& asked, NodeIndex node) {
  Membership membership;
  const auto add = [&](const std::vector<AccountIndex>& /*accounts*/, const Nodes& nodes) {
    membership.push_back(deployed::IsAtOrBelowAny(model.organization, node, nodes));
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

const decide::AskedTexts& Joiners::AskedBySentences() {
  if (asked_) return *asked_;
  asked_.emplace();
  std::vector<verify::Authorization> boxes;
  Asks asks(boxes);
  for (const intent::Permission& permission : facts_.model.permissions) asks.Add(permission);
  for (const intent::Prohibition& prohibition : facts_.model.prohibitions) asks.Add(prohibition);
  ReadAsked(boxes, *asked_);
  return *asked_;
}

AllToCome Joiners::Of(const Question& question) {
  const Model& model = facts_.model;
  const Organization& organization = model.organization;
  AllToCome all;
  // Nobody joins what the program does not declare.
  if (organization.accounts.empty()) return all;
  Nodes open;
  for (std::uint32_t i = 0; i < organization.nodes.size(); ++i) {
    const bool is_account = organization.nodes[i].kind == intent::Node::Kind::kAccount;
    if (!is_account && IsAskedAt(organization, question, {i})) open.push_back({i});
  }
  if (open.empty()) return all;
  decide::AskedTexts asked = AskedBySentences();
  std::vector<verify::Authorization> boxes;
  Asks asks(boxes);
  if (question.can) asks.Add(*question.can);
  if (question.cannot) asks.Add(*question.cannot);
  ReadAsked(boxes, asked);
  const decide::Distinctions distinctions = decide::DistinctionsIn(std::move(asked));
  std::map<Membership, AccountIndex> known;
  const bool is_told_apart =
      !distinctions.ids.empty() || !distinctions.paths.empty() || !distinctions.obstacle.empty();
  for (const AccountIndex account : AccountsOf(question)) {
    if (is_told_apart || facts_.AccountAt(account).management) continue;
    known.emplace(MembershipOf(model, question, account), account);
  }
  const deployed::Joining joining(organization);
  std::map<std::pair<Membership, decide::Newcomer>, std::size_t> seen;
  for (const NodeIndex node : open) {
    const Membership membership = MembershipLater(model, question, node);
    if (const auto like = known.find(membership); like != known.end()) {
      all.as_today.emplace_back(node, like->second);
      continue;
    }
    const auto newcomers = joining.At(node, distinctions);
    if (!newcomers) {
      all.undecided.emplace_back(
          fmt::format("accounts that join {} later", organization.nodes[node.value].name),
          newcomers.error().message);
      continue;
    }
    for (const decide::Newcomer& newcomer : *newcomers) {
      decide::Newcomer told = newcomer;
      if (distinctions.paths.empty()) told.path.clear();
      const auto [at, is_new] =
          seen.emplace(std::pair(membership, std::move(told)), all.accounts.size());
      if (is_new) {
        all.accounts.push_back({node, newcomer});
        all.same_at.emplace_back();
      } else {
        all.same_at[at->second].push_back(node);
      }
    }
  }
  return all;
}

std::optional<ToCome> ToComeAt(const Organization& organization, const std::string& account,
                               const std::string& path) {
  std::optional<ToCome> found;
  std::size_t deepest = 0;
  for (std::uint32_t i = 0; i < organization.nodes.size(); ++i) {
    if (organization.nodes[i].kind == intent::Node::Kind::kAccount) continue;
    const std::string above = deployed::PathBelow(organization, {i});
    if (above.size() <= deepest || !path.starts_with(above)) continue;
    deepest = above.size();
    found = ToCome{{i}, {account, path, true, path.size() > above.size()}};
  }
  if (!found || !path.ends_with('/')) return std::nullopt;
  const std::vector<std::string> known = deployed::UnitsOf(organization);
  std::string_view rest = std::string_view(path).substr(deepest);
  while (!rest.empty()) {
    const std::string_view id = rest.substr(0, rest.find('/'));
    if (id.empty() || std::ranges::binary_search(known, id)) return std::nullopt;
    rest.remove_prefix(id.size() + 1);
  }
  return found;
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
    if (deployed::IsAtOrBelowAny(organization, node, nodes)) accounts.push_back(index);
  });
  return later;
}

Question AskedOf(Question question, const Model& later, const ToCome& one) {
  const AccountIndex last{static_cast<std::uint32_t>(later.organization.accounts.size() - 1)};
  (question.can ? question.can->accounts : question.cannot->accounts) = {last};
  ForEachHolder(question, [&](std::vector<AccountIndex>& accounts, const Nodes& nodes) {
    if (deployed::IsAtOrBelowAny(later.organization, one.node, nodes)) accounts.push_back(last);
  });
  return question;
}

std::vector<std::size_t> ToTell(const Organization& organization, const AllToCome& all,
                                const std::vector<std::size_t>& answered,
                                const std::set<AccountIndex>& today) {
  const auto is_below = [&](NodeIndex node, NodeIndex other) {
    return deployed::IsAtOrBelow(organization, node, other);
  };
  // Whether all that may join the node, and nothing else is known of it, have the answer.
  const auto says_all = [&](NodeIndex node) {
    const auto is_open = [&](NodeIndex other) { return is_below(other, node); };
    for (std::size_t i = 0; i < all.accounts.size(); ++i) {
      const bool is_in =
          is_open(all.accounts[i].node) || std::ranges::any_of(all.same_at[i], is_open);
      if (is_in && !std::ranges::binary_search(answered, i)) return false;
    }
    return all.undecided.empty() && std::ranges::all_of(all.as_today, [&](const auto& like) {
             return !is_open(like.first) || today.contains(like.second);
           });
  };
  std::vector<std::size_t> told;
  std::vector<NodeIndex> whole;
  for (const std::size_t i : answered) {
    const ToCome& one = all.accounts[i];
    if (std::ranges::any_of(whole, [&](NodeIndex node) { return is_below(one.node, node); })) {
      continue;
    }
    told.push_back(i);
    if (!one.newcomer.is_named && !one.newcomer.is_in_new_unit && says_all(one.node)) {
      whole.push_back(one.node);
    }
  }
  return told;
}

}  // namespace writ::access
