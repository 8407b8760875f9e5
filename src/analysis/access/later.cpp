#include "analysis/access/later.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "iam/decide/sendable.h"
#include "iam/policy/account.h"
#include "iam/policy/pattern.h"
#include "proof/deployed/joining.h"
#include "proof/verify/formula.h"
#include "proof/verify/said_of_places.h"
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

/// By list of ForEachReach and ForEachHolder, whether it holds an account; then, by holder of a
/// permission, whether its permission sets and whether its other principals hold it there.
using Membership = std::vector<bool>;

bool IsSet(const intent::Principal& principal) {
  return principal.kind == intent::Principal::Kind::kPermissionSet;
}

Membership MembershipOf(const Model& model, const Question& asked, AccountIndex account) {
  Membership membership;
  const auto add = [&](const std::vector<AccountIndex>& accounts, const Nodes& /*nodes*/) {
    membership.push_back(std::ranges::binary_search(accounts, account));
  };
  ForEachReach(model, add);
  ForEachHolder(asked, add);
  for (const intent::Permission& permission : model.permissions) {
    for (const Holder& holder : permission.holders) {
      const bool is_in = std::ranges::binary_search(holder.accounts, account);
      membership.push_back(is_in && std::ranges::any_of(holder.principals, IsSet));
      membership.push_back(is_in && !std::ranges::all_of(holder.principals, IsSet));
    }
  }
  return membership;
}

/// `asked` may be null.
Membership MembershipLater(const verify::Facts& facts, const Question* asked, NodeIndex node,
                           Standing standing) {
  Membership membership;
  const auto is_in = [&](const Nodes& nodes) {
    return deployed::IsAtOrBelowAny(facts.model.organization, node, nodes);
  };
  const auto add = [&](const std::vector<AccountIndex>& /*accounts*/, const Nodes& nodes) {
    membership.push_back(is_in(nodes));
  };
  ForEachReach(facts.model, add);
  if (asked != nullptr) ForEachHolder(*asked, add);
  for (const intent::Permission& permission : facts.model.permissions) {
    for (const Holder& holder : permission.holders) {
      const bool is_here = is_in(holder.units);
      membership.push_back(is_here && std::ranges::any_of(holder.principals, IsSet) &&
                           verify::IsSaidOfPlaces(facts, permission, holder));
      membership.push_back(is_here && standing != Standing::kJoining &&
                           !std::ranges::all_of(holder.principals, IsSet));
    }
  }
  return membership;
}

NodeIndex AddNode(Organization& organization, intent::Node node) {
  organization.nodes.push_back(std::move(node));
  return {static_cast<std::uint32_t>(organization.nodes.size() - 1)};
}

/// The path without what is above the accounts right below the node: OUs that it does not have.
std::string_view BelowNode(const Organization& organization, NodeIndex node,
                           std::string_view path) {
  std::string_view rest = path.substr(path.find('/') + 1);
  for (std::optional<NodeIndex> at = node; at && !rest.empty();
       at = organization.nodes[at->value].parent) {
    rest.remove_prefix(rest.find('/') + 1);
  }
  return rest;
}

/// The new OUs of the account, from above; where it lies then.
NodeIndex AddUnits(Organization& organization, const ToCome& one) {
  NodeIndex at = one.node;
  if (!one.newcomer.is_in_new_unit) return at;
  std::string_view rest = BelowNode(organization, one.node, one.newcomer.path);
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

AllToCome Joiners::Of(const Question& question, Standing standing, AsToday as_today) {
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
  std::set<Membership> known;
  const bool is_told_apart =
      !distinctions.ids.empty() || !distinctions.paths.empty() || !distinctions.obstacle.empty();
  for (const AccountIndex account : AccountsOf(question)) {
    if (as_today == AsToday::kKept || is_told_apart || facts_.AccountAt(account).management) {
      continue;
    }
    known.insert(MembershipOf(model, question, account));
  }
  const deployed::Joining joining(organization);
  std::map<std::pair<Membership, decide::Newcomer>, std::size_t> seen;
  for (const NodeIndex node : open) {
    // Where others than permission sets hold nothing yet, nothing is possible that is not of an
    // account of today that is the same but for that.
    const Membership listed = MembershipLater(facts_, &question, node, Standing::kOnceListed);
    const Membership membership = standing == Standing::kOnceListed
                                      ? listed
                                      : MembershipLater(facts_, &question, node, standing);
    if (known.contains(listed)) {
      all.as_today.push_back(node);
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
        all.same.emplace_back();
      } else {
        all.same[at->second].push_back({node, newcomer});
      }
    }
  }
  return all;
}

AllToCome Joiners::Anywhere(const std::string& account) {
  const Organization& organization = facts_.model.organization;
  decide::AskedTexts asked = AskedBySentences();
  // Which account it is, is known.
  asked.found.ids.clear();
  asked.holding.clear();
  const decide::Distinctions distinctions = decide::DistinctionsIn(std::move(asked));
  AllToCome all;
  std::map<std::pair<Membership, std::string>, std::size_t> seen;
  const deployed::Joining joining(organization);
  for (std::uint32_t i = 0; i < organization.nodes.size(); ++i) {
    if (organization.nodes[i].kind == intent::Node::Kind::kAccount) continue;
    const auto newcomers = joining.At({i}, distinctions);
    if (!newcomers) {
      all.undecided.emplace_back(
          fmt::format("account {} once it joins {}", account, organization.nodes[i].name),
          newcomers.error().message);
      continue;
    }
    const Membership membership = MembershipLater(facts_, nullptr, {i}, Standing::kJoining);
    for (const decide::Newcomer& newcomer : *newcomers) {
      const ToCome one{{i}, {account, newcomer.path, true, newcomer.is_in_new_unit}};
      const std::string path = distinctions.paths.empty() ? "" : newcomer.path;
      const auto [at, is_new] = seen.emplace(std::pair(membership, path), all.accounts.size());
      if (is_new) {
        all.accounts.push_back(one);
        all.same.emplace_back();
      } else {
        all.same[at->second].push_back(one);
      }
    }
  }
  return all;
}

namespace {

std::vector<std::string_view> PartsOf(std::string_view path) {
  std::vector<std::string_view> parts;
  for (; !path.empty(); path.remove_prefix(path.find('/') + 1)) {
    parts.push_back(path.substr(0, path.find('/')));
  }
  return parts;
}

}  // namespace

std::vector<ToCome> PlacesAt(const Organization& organization, const std::string& account,
                             const std::string& path) {
  std::vector<ToCome> places;
  if (!path.ends_with('/')) return places;
  const std::vector<std::string> known = deployed::UnitsOf(organization);
  const auto is_unknown = [&](std::string_view id) {
    return !id.empty() && !std::ranges::binary_search(known, id);
  };
  const std::vector<std::string_view> parts = PartsOf(path);
  for (std::uint32_t i = 0; i < organization.nodes.size(); ++i) {
    if (organization.nodes[i].kind == intent::Node::Kind::kAccount) continue;
    const std::string outline = deployed::OutlineBelow(organization, {i});
    const std::vector<std::string_view> above = PartsOf(outline);
    if (above.empty() || above.size() > parts.size()) continue;
    bool is_place = true;
    for (std::size_t part = 0; part < parts.size(); ++part) {
      const bool is_open = part >= above.size() || above[part] == decide::kOpenUnit;
      is_place = is_place && (is_open ? is_unknown(parts[part]) : above[part] == parts[part]);
    }
    if (is_place) places.push_back({{i}, {account, path, true, parts.size() > above.size()}});
  }
  return places;
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

std::vector<NodeIndex> AwaitedAt(const Organization& organization, const Question& question) {
  Nodes awaited;
  if (!question.can) return awaited;
  const auto is_attached = [](const intent::Principal& principal) {
    return !IsSet(principal) && principal.kind != intent::Principal::Kind::kService;
  };
  for (std::uint32_t i = 0; i < organization.nodes.size(); ++i) {
    const NodeIndex node{i};
    if (organization.nodes[i].kind == intent::Node::Kind::kAccount ||
        !deployed::IsAtOrBelowAny(organization, node, question.can->units) ||
        deployed::IsAtOrBelowAny(organization, node, awaited)) {
      continue;
    }
    const bool is_asked = std::ranges::any_of(question.can->holders, [&](const Holder& holder) {
      return deployed::IsAtOrBelowAny(organization, node, holder.units) &&
             std::ranges::any_of(holder.principals, is_attached);
    });
    if (is_asked) awaited.push_back(node);
  }
  return awaited;
}

std::vector<Told> ToTell(const Organization& organization, const AllToCome& all,
                         const std::vector<std::size_t>& answered) {
  // Whether all that may join the node, and nothing else is known of it, have the answer.
  const auto says_all = [&](NodeIndex node) {
    const auto is_open = [&](NodeIndex other) {
      return deployed::IsAtOrBelow(organization, other, node);
    };
    for (std::size_t i = 0; i < all.accounts.size(); ++i) {
      const bool is_in =
          is_open(all.accounts[i].node) || std::ranges::any_of(all.same[i], is_open, &ToCome::node);
      if (is_in && !std::ranges::binary_search(answered, i)) return false;
    }
    return all.undecided.empty() && std::ranges::none_of(all.as_today, is_open);
  };
  std::vector<Told> candidates;
  for (const std::size_t i : answered) {
    candidates.push_back({i, all.accounts[i]});
    for (const ToCome& same : all.same[i]) candidates.push_back({i, same});
  }
  // What is above comes first.
  std::ranges::stable_sort(candidates, {}, [](const Told& one) { return one.account.node; });
  std::vector<Told> told;
  Nodes whole;
  for (Told& one : candidates) {
    const auto& [node, newcomer] = one.account;
    if (deployed::IsAtOrBelowAny(organization, node, whole)) continue;
    if (!newcomer.is_named && !newcomer.is_in_new_unit && says_all(node)) whole.push_back(node);
    told.push_back(std::move(one));
  }
  return told;
}

}  // namespace writ::access
