#include "proof/verify/prove.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <ranges>
#include <set>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "iam/decide/callers.h"
#include "iam/decide/known_answers.h"
#include "iam/decide/newcomers.h"
#include "iam/decide/owners.h"
#include "iam/decide/sendable.h"
#include "iam/decide/space.h"
#include "proof/deployed/attachments.h"
#include "proof/deployed/joining.h"
#include "proof/verify/legs.h"
#include "proof/verify/perimeters.h"
#include "proof/verify/reading.h"
#include "proof/verify/refusals.h"
#include "proof/verify/resource_policies.h"
#include "proof/verify/said_of_places.h"
#include "proof/verify/share.h"
#include "proof/verify/spaces.h"

namespace writ::verify {
namespace {

using decide::Space;

/// What one proof found.
struct Result {
  std::vector<Difference> differences;
  std::vector<GivenUp> given_up;
  /// It needed more than the task's key holds, so it stands for no other instance.
  bool is_its_own = false;

  [[nodiscard]] bool StandsForOthers() const {
    return differences.empty() && given_up.empty() && !is_its_own;
  }
};

/// A proof to make: for a principal of an account, or for all of the account's callers.
struct Task {
  std::size_t shape = 0;  ///< equal for instances that are renamings of each other; 0: of its own
  std::function<Result()> prove;
  /// About accounts to come: not told beside what is so today.
  bool is_later = false;
};

using Attached = std::map<std::pair<intent::AccountIndex, intent::Principal>,
                          std::vector<const deployed::Policy*>>;

std::string Kind(const intent::Principal& principal) {
  switch (principal.kind) {
    case intent::Principal::Kind::kRole:
      return "role " + principal.value;
    case intent::Principal::Kind::kUser:
      return "user " + principal.value;
    case intent::Principal::Kind::kPermissionSet:
      return "permission-set " + principal.value;
    case intent::Principal::Kind::kTag:
      return fmt::format("tag {} = {}", principal.tag_key, principal.value);
    case intent::Principal::Kind::kService:
      return "service " + principal.value;
  }
  return "";
}

/// Statements of a question whose answer is kept for others of its shape. Longer ones are about all
/// that is forbidden in some account, which no other has but under other names, for which tasks are
/// shared; to hold one against the others takes half as long as to answer it, and its whole text.
constexpr std::size_t kMostShared = 64;

bool IsShort(const std::vector<Documents::Level>& levels) {
  std::size_t statements = 0;
  for (const Documents::Level& level : levels) {
    for (const Documents::Named& named : level) statements += named.document.statements.size();
  }
  return statements <= kMostShared;
}

class Prover {
 public:
  Prover(const Program& program, const deployed::Tree& tree, const ProofOptions& options)
      : facts_{program.model, program.catalog, program.bindings},
        tree_(tree),
        options_(options),
        refusals_(facts_),
        arn_accounts_(program.catalog),
        joining_(program.model.organization),
        decide_{.catalog = &program.catalog, .on_question = options.on_question},
        known_(decide_) {
    for (const intent::Permission& permission : program.model.permissions) {
      permission_origins_.push_back(&permission.origin);
    }
    for (const intent::Prohibition& prohibition : program.model.prohibitions) {
      prohibition_origins_.push_back(&prohibition.origin);
    }
    for (const intent::Perimeter& perimeter : program.model.perimeters) {
      perimeter_origins_.push_back(&perimeter.origin);
    }
  }

  Proof Run() {
    CheckFiles();
    Attach();
    grants_uncataloged_ = GrantsUncataloged();
    AddAccounts();
    AddLaterAccounts();
    AddPrincipals();
    AddLaterSets();
    AddResourcePolicies();
    AddPerimeters();
    RunTasks();
    proof_.counts.accounts = facts_.model.organization.accounts.size();
    proof_.counts.documents = tree_.policies.size() + tree_.others.size();
    proof_.counts.has_later_accounts = ReachesLater();
    return std::move(proof_);
  }

 private:
  void Text(std::string path, std::string what) {
    Difference difference;
    difference.kind = Difference::Kind::kText;
    difference.path = std::move(path);
    difference.what = std::move(what);
    proof_.differences.push_back(std::move(difference));
  }

  /// Whether a document says something of accounts that join later, or a sentence does.
  [[nodiscard]] bool ReachesLater() const {
    const auto& nodes = facts_.model.organization.nodes;
    const auto is_reached = [&](std::size_t i) {
      return nodes[i].kind != intent::Node::Kind::kAccount &&
             (!by_node_[i].empty() || !rcps_by_node_[i].empty());
    };
    return !by_set_.empty() ||
           std::ranges::any_of(std::views::iota(std::size_t{0}, nodes.size()), is_reached);
  }

  // ---- the tree

  void CheckFiles() {
    for (const std::string& path : tree_.missing) Text(path, "the file is missing");
    for (const std::string& path : tree_.unlisted) {
      Text(path, "the manifest does not list the file");
    }
  }

  void Attach() {
    by_node_.resize(facts_.model.organization.nodes.size());
    rcps_by_node_.resize(by_node_.size());
    std::set<std::string> attached;
    for (const deployed::Attachment& attachment : tree_.attachments) {
      const deployed::Policy* policy = tree_.Find(attachment.path);
      if (policy == nullptr && tree_.others.contains(attachment.path)) continue;
      if (policy == nullptr) {
        Text("manifest.json",
             fmt::format("`{}` is attached and is no policy of this tree", attachment.path));
        continue;
      }
      attached.insert(attachment.path);
      if (!AttachPolicy(attachment, *policy)) {
        Text(attachment.path, fmt::format("it is attached to {} `{}`, which is not of the program",
                                          attachment.to, attachment.id));
      }
    }
    for (const auto& [attachment, kinds] : kinds_with_tag_) {
      if (kinds.size() == 2) continue;
      Text(attachment.first,
           fmt::format("it is attached to {}s by `{}`, and not to {}s", *kinds.begin(),
                       attachment.second, kinds.contains("user") ? "role" : "user"));
    }
    for (const deployed::Policy& policy : tree_.policies) {
      if (!attached.contains(policy.path)) Text(policy.path, "nothing says what it is attached to");
    }
  }

  [[nodiscard]] bool AttachPolicy(const deployed::Attachment& attachment,
                                  const deployed::Policy& policy) {
    using PrincipalKind = intent::Principal::Kind;
    if (policy.kind == policy::Kind::kScp || policy.kind == policy::Kind::kRcp) {
      const std::optional<std::size_t> node =
          deployed::NodeOf(facts_.model.organization, tree_, attachment);
      auto& by_node = policy.kind == policy::Kind::kScp ? by_node_ : rcps_by_node_;
      if (node) by_node[*node].push_back(&policy);
      return node.has_value();
    }
    if (policy.kind == policy::Kind::kTrust || policy.kind == policy::Kind::kVpcEndpoint) {
      return IsResourceOf(facts_, attachment, policy);
    }
    if (attachment.to == "permission-set") {
      by_set_[attachment.id].push_back(&policy);
      return true;
    }
    const std::optional<intent::AccountIndex> account =
        deployed::AccountNamed(facts_.model.organization, policy.folder);
    if (!account || (attachment.to != "role" && attachment.to != "user")) return false;
    // By name only where it is one, and by pattern only where the program knows no more.
    const bool is_pattern =
        attachment.id.find_first_of("*?") != std::string::npos || attachment.id.starts_with("tag:");
    if (attachment.open != is_pattern) return false;
    intent::Principal principal;
    principal.kind = attachment.to == "user" ? PrincipalKind::kUser : PrincipalKind::kRole;
    principal.value = attachment.id;
    const std::size_t equals = attachment.id.find('=');
    if (attachment.id.starts_with("tag:") && equals != std::string::npos) {
      // Of whoever carries the tag, roles and users are found apart: both must be attached to.
      std::set<std::string>& kinds = kinds_with_tag_[{policy.path, attachment.id}];
      if (!kinds.insert(attachment.to).second || kinds.size() < 2) return true;
      principal = {PrincipalKind::kTag, attachment.id.substr(equals + 1),
                   attachment.id.substr(4, equals - 4)};
    }
    attached_[{*account, principal}].push_back(&policy);
    return true;
  }

  // ---- accounts

  /// What is known of one account: what is forbidden there, and the SCPs in force.
  struct Place {
    Home home;
    std::vector<Restraint> forbidden;  ///< by sentence that says something here
    std::vector<Documents::Level> deployed;
    /// Patterns of actions that the SCPs may refuse beyond the catalog, as the manifest says.
    std::vector<std::string> beyond;
    bool is_loose = false;  ///< the SCPs may refuse what is granted and not forbidden
  };

  [[nodiscard]] std::vector<Documents::Level> DeployedIn(intent::AccountIndex index) const {
    return DeployedAt(facts_.AccountAt(index).node, HomeOf(facts_.model.organization, index));
  }

  /// What is attached to the node and above it, as callers of the account meet it.
  [[nodiscard]] std::vector<Documents::Level> DeployedAt(std::optional<intent::NodeIndex> node,
                                                         const Home& home) const {
    std::vector<Documents::Level> levels;
    const intent::Organization& organization = facts_.model.organization;
    while (node) {
      Documents::Level level{FullAccess()};
      for (const deployed::Policy* policy : by_node_[node->value]) {
        level.push_back(ForCallersOf(*policy, home, arn_accounts_));
      }
      // A level without policies of ours allows everything.
      if (level.size() > 1) levels.insert(levels.begin(), std::move(level));
      node = organization.nodes[node->value].parent;
    }
    return levels;
  }

  /// What the policies attached to the node and above it may refuse beyond the catalog.
  [[nodiscard]] std::vector<std::string> BeyondAt(std::optional<intent::NodeIndex> node) const {
    std::set<std::string> patterns;
    while (node) {
      for (const deployed::Policy* policy : by_node_[node->value]) {
        const auto found = tree_.beyond.find(policy->path);
        if (found == tree_.beyond.end()) continue;
        patterns.insert(found->second.begin(), found->second.end());
      }
      node = facts_.model.organization.nodes[node->value].parent;
    }
    return {patterns.begin(), patterns.end()};
  }

  /// Whether some sentence permits actions by pattern, or one that the catalog does not know.
  [[nodiscard]] bool GrantsUncataloged() const {
    return std::ranges::any_of(facts_.model.permissions, [&](const intent::Permission& said) {
      return std::ranges::any_of(said.operation.actions, [&](const std::string& action) {
        const std::size_t colon = std::min(action.find(':'), action.size() - 1);
        return action.find_first_of("*?") != std::string::npos ||
               !facts_.catalog.FindAction(action.substr(0, colon), action.substr(colon + 1));
      });
    });
  }

  [[nodiscard]] static std::vector<Forbidden> ForbiddenIn(const Place& place) {
    std::vector<Forbidden> all;
    all.reserve(place.forbidden.size());
    for (const Restraint& restraint : place.forbidden) all.push_back(ForbiddenTo(restraint));
    return all;
  }

  [[nodiscard]] Place MakePlace(intent::AccountIndex index) {
    const intent::Account& account = facts_.AccountAt(index);
    Place place;
    place.home = HomeOf(facts_.model.organization, index);
    if (account.management) return place;
    const auto& prohibitions = facts_.model.prohibitions;
    for (std::size_t i = 0; i < prohibitions.size(); ++i) {
      if (!std::ranges::binary_search(prohibitions[i].accounts, index)) continue;
      const Refusal& refusal = refusals_.In(i, index);
      place.is_loose = place.is_loose || !refusal.anyone.loose.empty();
      if (refusal.anyone.boxes.empty()) continue;
      place.forbidden.push_back({&refusal, WhoIsBound(facts_, prohibitions[i], index), i});
    }
    place.deployed = DeployedIn(index);
    place.beyond = BeyondAt(account.node);
    if (!place.beyond.empty() && grants_uncataloged_) place.is_loose = true;
    return place;
  }

  /// The key of a proof numbered among those that are no renamings of each other. Only these are
  /// kept.
  std::size_t ShapeOf(const std::string& account, const Key& key) {
    return shapes_.try_emplace(key.Anonymous(account), shapes_.size() + 1).first->second;
  }

  /// Where the account lies, of a proof that reads it.
  static void AddPlace(Key& key, const Home& home) {
    if (!key.SpeaksOfPlaces()) return;
    key.Text(home.affiliation.path);
    key.Text(home.affiliation.outline);
  }

  void AddAccounts() {
    const auto& accounts = facts_.model.organization.accounts;
    for (std::uint32_t i = 0; i < accounts.size(); ++i) {
      places_.push_back(MakePlace({i}));
      if (accounts[i].management) continue;
      Key key("account");
      key.Length(places_.back().forbidden.size());
      for (const Restraint& restraint : places_.back().forbidden) Add(key, restraint);
      key.Length(places_.back().deployed.size());
      for (const Documents::Level& level : places_.back().deployed) Add(key, level);
      key.List(places_.back().beyond);
      AddPlace(key, places_.back().home);
      tasks_.push_back({ShapeOf(accounts[i].id, key), [this, i] { return ProveAccount({i}); }});
    }
  }

  // ---- accounts that join a node later

  /// A node stands for its accounts now and later: what is forbidden in all of it must be refused
  /// by what is attached to it and above it, however its accounts of today are covered. Nobody
  /// knows which accounts join, so it is asked of one of each class that the documents and the
  /// sentences tell apart. Duties for guardrails are left out, which a new account lacks.
  void AddLaterAccounts() {
    const std::vector<intent::Node>& nodes = facts_.model.organization.nodes;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i].kind != intent::Node::Kind::kAccount) AddLaterAccounts(intent::NodeIndex{i});
    }
  }

  void AddLaterAccounts(intent::NodeIndex node) {
    const std::vector<std::size_t> prohibitions = HoldingIn(node);
    const bool has_policies = HasPoliciesAt(node);
    if (prohibitions.empty() && !has_policies) return;
    const std::vector<std::size_t> common = has_policies ? CommonIn(node) : prohibitions;
    std::vector<std::size_t> read;
    std::ranges::set_union(prohibitions, common, std::back_inserter(read));
    const decide::Distinctions distinctions = DistinctionsAt(node, read);
    const auto newcomers = joining_.At(node, distinctions);
    if (!newcomers) {
      GivenUp given_up{fmt::format("accounts that join {} later",
                                   facts_.model.organization.nodes[node.value].name),
                       newcomers.error().message};
      tasks_.push_back({0,
                        [given_up = std::move(given_up)] {
                          Result result;
                          result.given_up.push_back(given_up);
                          return result;
                        },
                        /*is_later=*/true});
      return;
    }
    // Where nothing tells those who join from the accounts of today, what these are refused says
    // it.
    const bool is_like_today = distinctions.ids.empty() && distinctions.paths.empty() &&
                               !facts_.model.organization.nodes[node.value].accounts.empty();
    for (const decide::Newcomer& newcomer : *newcomers) {
      AddLaterAccount(node, newcomer, prohibitions);
      if (has_policies && !is_like_today) AddLaterLimit(node, newcomer, common);
    }
  }

  /// Whether a policy is attached to the node or above it.
  [[nodiscard]] bool HasPoliciesAt(std::optional<intent::NodeIndex> node) const {
    while (node && by_node_[node->value].empty()) {
      node = facts_.model.organization.nodes[node->value].parent;
    }
    return node.has_value();
  }

  /// The prohibitions that hold in all of the node, or in all that it has today.
  [[nodiscard]] std::vector<std::size_t> CommonIn(intent::NodeIndex node) const {
    const auto& accounts = facts_.model.organization.nodes[node.value].accounts;
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < facts_.model.prohibitions.size(); ++i) {
      const intent::Prohibition& said = facts_.model.prohibitions[i];
      const bool is_in_all = !accounts.empty() && std::ranges::includes(said.accounts, accounts);
      if (is_in_all || NodeOfLater(said, node)) all.push_back(i);
    }
    return all;
  }

  /// The node of the prohibition that is this one or above it.
  [[nodiscard]] std::optional<intent::NodeIndex> NodeOfLater(const intent::Prohibition& said,
                                                             intent::NodeIndex node) const {
    const auto found = std::ranges::find_if(said.nodes, [&](intent::NodeIndex other) {
      return deployed::IsAtOrBelow(facts_.model.organization, node, other);
    });
    return found == said.nodes.end() ? std::nullopt : std::optional(*found);
  }

  /// The prohibitions that hold in all of the node and bind everyone, or a team of all of it.
  [[nodiscard]] std::vector<std::size_t> HoldingIn(intent::NodeIndex node) const {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < facts_.model.prohibitions.size(); ++i) {
      const intent::Prohibition& said = facts_.model.prohibitions[i];
      const std::optional<intent::NodeIndex> at = NodeOfLater(said, node);
      const bool needs_guardrail = !said.guardrails.empty() || !said.operation.guardrails.empty() ||
                                   (said.unless && !said.unless->guardrails.empty());
      if (!at || needs_guardrail) continue;
      const bool binds =
          said.bound.everyone || std::ranges::any_of(said.bound.included, [&](const auto& holder) {
            return Reaches(holder.units, *at);
          });
      if (binds) all.push_back(i);
    }
    return all;
  }

  /// What a prohibition that holds in all of a node forbids in its accounts, read in one of today.
  [[nodiscard]] const Refusal& RefusalIn(std::size_t prohibition, intent::NodeIndex node) {
    const intent::Prohibition& said = facts_.model.prohibitions[prohibition];
    for (const intent::AccountIndex account :
         facts_.model.organization.nodes[node.value].accounts) {
      if (std::ranges::binary_search(said.accounts, account)) {
        return refusals_.In(prohibition, account);
      }
    }
    return refusals_.In(prohibition, said.accounts.front());
  }

  /// What tells accounts to come apart in what is attached to the node and above it, and in what
  /// is forbidden there.
  [[nodiscard]] decide::Distinctions DistinctionsAt(intent::NodeIndex node,
                                                    const std::vector<std::size_t>& prohibitions) {
    std::vector<const policy::PolicyDocument*> documents;
    bool asks = false;
    for (std::optional<intent::NodeIndex> at = node; at;
         at = facts_.model.organization.nodes[at->value].parent) {
      for (const deployed::Policy* policy : by_node_[at->value]) {
        const Asking& asking = AskingOf(*policy);
        asks = asks || asking.asks_who_calls;
        documents.push_back(&asking.document);
      }
    }
    for (const std::size_t i : prohibitions) {
      const Refusal& refusal = RefusalIn(i, node);
      if (!refusal.asks_who_calls && !refusal.speaks_of_callers) continue;
      asks = true;
      const auto [at, is_new] = forbidden_.try_emplace(&refusal);
      if (is_new) {
        auto all = AsDocument(ForbiddenTo({&refusal, Always(), i}).boxes, policy::Effect::kAllow,
                              prohibition_origins_);
        if (all) at->second = std::move(all->document);
      }
      documents.push_back(&at->second);
    }
    return asks ? decide::DistinctionsIn(documents) : decide::Distinctions();
  }

  /// A document, and whether something in it is about the caller. "no" is certain.
  struct Asking {
    policy::PolicyDocument document;
    bool asks_who_calls = false;
  };

  [[nodiscard]] const Asking& AskingOf(const deployed::Policy& policy) {
    const auto [at, is_new] = asking_.try_emplace(&policy);
    if (!is_new) return at->second;
    Asking& asking = at->second;
    asking.document = policy.document();
    const auto has_variable = [](const std::string& text) {
      return text.find("${") != std::string::npos;
    };
    for (const policy::Statement& statement : asking.document.statements) {
      asking.asks_who_calls =
          asking.asks_who_calls ||
          (statement.resource && std::ranges::any_of(statement.resource->values, has_variable)) ||
          std::ranges::any_of(statement.conditions, [&](const policy::Condition& condition) {
            return policy::FoldCase(condition.key).starts_with("aws:principal") ||
                   std::ranges::any_of(condition.values, has_variable);
          });
    }
    return asking;
  }

  void AddLaterAccount(intent::NodeIndex node, const decide::Newcomer& newcomer,
                       const std::vector<std::size_t>& prohibitions) {
    Place place;
    place.home = {newcomer.account, joining_.AffiliationOf(node, newcomer)};
    for (const std::size_t i : prohibitions) {
      const Refusal& refusal = RefusalIn(i, node);
      if (refusal.anyone.boxes.empty()) continue;
      place.forbidden.push_back({&refusal, WhoIsBoundLater(i, {newcomer.account, node}), i});
    }
    if (place.forbidden.empty()) return;
    place.deployed = DeployedAt(node, place.home);
    Key key("later");
    key.Length(place.forbidden.size());
    for (const Restraint& restraint : place.forbidden) Add(key, restraint);
    key.Length(place.deployed.size());
    for (const Documents::Level& level : place.deployed) Add(key, level);
    AddPlace(key, place.home);
    const std::size_t shape = ShapeOf(newcomer.account, key);
    std::string who = "anyone in " + joining_.Describe(node, newcomer);
    tasks_.push_back(
        {shape,
         [this, who = std::move(who), place = std::move(place)] { return ProveLater(who, place); },
         /*is_later=*/true});
  }

  // What joins a node may be refused no more than the sentences forbid in each account that the
  // node has today: a statement that all of them have may be attached to the node itself
  // (docs/meaning.md, "Principals").

  void AddLaterLimit(intent::NodeIndex node, const decide::Newcomer& newcomer,
                     const std::vector<std::size_t>& prohibitions) {
    Place place;
    place.home = {newcomer.account, joining_.AffiliationOf(node, newcomer)};
    for (const std::size_t i : prohibitions) {
      const Refusal& refusal =
          NeedsGuardrail(facts_.model.prohibitions[i]) ? UnmetIn(i) : RefusalIn(i, node);
      if (refusal.anyone.boxes.empty()) continue;
      place.forbidden.push_back({&refusal, WhoMayBeBoundLater(i, {newcomer.account, node}), i});
    }
    place.deployed = DeployedAt(node, place.home);
    place.beyond = BeyondAt(node);
    Key key("later, at most");
    key.Length(place.forbidden.size());
    for (const Restraint& restraint : place.forbidden) Add(key, restraint);
    key.Length(place.deployed.size());
    for (const Documents::Level& level : place.deployed) Add(key, level);
    key.List(place.beyond);
    AddPlace(key, place.home);
    const std::size_t shape = ShapeOf(newcomer.account, key);
    std::string who = "anyone in " + joining_.Describe(node, newcomer);
    tasks_.push_back({shape,
                      [this, node, who = std::move(who), place = std::move(place)] {
                        return ProveLimit(who, node, place);
                      },
                      /*is_later=*/true});
  }

  [[nodiscard]] static bool NeedsGuardrail(const intent::Prohibition& said) {
    return !said.guardrails.empty() || (said.unless && !said.unless->guardrails.empty());
  }

  /// What a duty for guardrails forbids where none of them is: an account that joins has none yet.
  [[nodiscard]] Forbidden Unmet(std::size_t prohibition, intent::AccountIndex account) const {
    intent::Prohibition said = facts_.model.prohibitions[prohibition];
    said.guardrails.clear();
    if (said.unless && !said.unless->guardrails.empty()) said.unless.reset();
    return RefusedToAnyone(facts_, said, account);
  }

  [[nodiscard]] const Refusal& UnmetIn(std::size_t prohibition) {
    const auto [at, is_new] = unmet_.try_emplace(prohibition);
    if (is_new) {
      const intent::Prohibition& said = facts_.model.prohibitions[prohibition];
      at->second.anyone = Unmet(prohibition, said.accounts.front());
      at->second.is_of_models = IsOfModels(said);
    }
    return at->second;
  }

  /// Whom it may bind in an account that joins, by whichever form its callers are named: everyone
  /// but who is exempt in all of the node that it holds in, and of those whom it names in all of
  /// that node's accounts of today, whoever has the name.
  [[nodiscard]] Condition WhoMayBeBoundLater(std::size_t prohibition, const Joined& joined) const {
    intent::Prohibition said = facts_.model.prohibitions[prohibition];
    const intent::NodeIndex node = NodeOfLater(said, joined.node).value_or(joined.node);
    std::vector<intent::AccountIndex> here;
    std::ranges::set_intersection(said.accounts,
                                  facts_.model.organization.nodes[node.value].accounts,
                                  std::back_inserter(here));
    for (intent::Holder& holder : said.bound.included) {
      if (holder.accounts.empty() || std::ranges::includes(holder.accounts, here) ||
          Reaches(holder.units, joined.node)) {
        holder.units = {intent::NodeIndex{0}};
      }
    }
    return WhoIsBound(facts_, said, Joined{joined.id, node});
  }

  Result ProveLimit(const std::string& who, intent::NodeIndex node, const Place& place) const {
    const Documents::Named callers =
        TrueOfCallers(facts_.model.organization, place.home.account, Always());
    Result common;
    ProveNotRefused(place, callers, ScopeOf(place.home), who, common);
    if (common.differences.empty() && common.given_up.empty()) return common;

    // What is forbidden in all accounts of today may be said by one sentence here and another one
    // there.
    Result result;
    result.is_its_own = true;
    std::set<support::Fingerprint> asked;
    for (const intent::AccountIndex account :
         facts_.model.organization.nodes[node.value].accounts) {
      Place one = place;
      one.forbidden.clear();
      std::deque<Refusal> refusals;
      Key key("as in one account");
      for (std::size_t i = 0; i < facts_.model.prohibitions.size(); ++i) {
        const intent::Prohibition& said = facts_.model.prohibitions[i];
        if (!std::ranges::binary_search(said.accounts, account)) continue;
        Refusal& refusal = refusals.emplace_back();
        refusal.anyone =
            NeedsGuardrail(said) ? Unmet(i, account) : RefusedToAnyone(facts_, said, account);
        refusal.is_of_models = IsOfModels(said);
        if (refusal.anyone.boxes.empty()) continue;
        one.forbidden.push_back({&refusal, WhoMayBeBoundLater(i, {place.home.account, node}), i});
        Add(key, one.forbidden.back());
      }
      if (!asked.insert(key.Exact()).second) continue;
      ProveNotRefused(one, callers, ScopeOf(place.home), who, result);
      if (!result.differences.empty()) return result;
    }
    return asked.empty() ? common : result;
  }

  /// Whom it must bind in an account that joins. Of teams those that are in all of the node where
  /// it holds: others are named with the numbers of their accounts.
  [[nodiscard]] Condition WhoIsBoundLater(std::size_t prohibition, const Joined& joined) const {
    intent::Prohibition said = facts_.model.prohibitions[prohibition];
    const intent::NodeIndex node = NodeOfLater(said, joined.node).value_or(joined.node);
    std::erase_if(said.bound.included,
                  [&](const intent::Holder& holder) { return !Reaches(holder.units, node); });
    if (IsSpread(said)) {
      for (intent::Holder& holder : said.bound.excepted) holder.units = {intent::NodeIndex{0}};
    }
    return WhoIsBound(facts_, said, joined);
  }

  /// Whether its exemptions hold in all accounts until the program lists them, as the manifest says
  /// and a warning of the build did.
  [[nodiscard]] bool IsSpread(const intent::Prohibition& prohibition) const {
    return std::ranges::any_of(tree_.callers, [&](const auto& entry) {
      const auto& [statement, forms] = entry;
      const auto made = tree_.made_by.find(statement);
      return forms.contains("spread") && made != tree_.made_by.end() &&
             std::ranges::find(made->second, prohibition.origin.place) != made->second.end();
    });
  }

  Result ProveLater(const std::string& who, const Place& place) const {
    const Documents::Named callers =
        TrueOfCallers(facts_.model.organization, place.home.account, Always());
    Result result;
    ProveRefused(place, callers, ScopeOf(place.home), who, result);
    return result;
  }

  /// Of whoever calls from the account, to its own resources.
  [[nodiscard]] decide::Scope ScopeOf(const Home& home) const {
    return {decide::Accounts::kSame,
            fmt::format("arn:{}:iam::{}:role/anyone", facts_.partition(), home.account)};
  }

  [[nodiscard]] Documents ArtifactsHere(const Place& place, Documents::Named facts,
                                        std::vector<Documents::Named> identity) const {
    Documents documents;
    documents.identity = std::move(identity);
    documents.scps.push_back({std::move(facts)});
    documents.scps.insert(documents.scps.end(), place.deployed.begin(), place.deployed.end());
    return documents;
  }

  [[nodiscard]] static Documents ProgramHere(const Complement& permitted, Documents::Named facts,
                                             std::vector<Documents::Named> identity) {
    Documents documents;
    documents.identity = std::move(identity);
    documents.scps.push_back({std::move(facts)});
    documents.scps.insert(documents.scps.end(), permitted.levels.begin(), permitted.levels.end());
    return documents;
  }

  /// Nothing: it cannot be written out.
  [[nodiscard]] std::optional<Complement> PermittedIn(const Place& place) const {
    std::optional<Complement> permitted = NotForbidden(ForbiddenIn(place), prohibition_origins_);
    if (permitted) permitted = FromAccount(*std::move(permitted), place.home, arn_accounts_);
    return permitted;
  }

  /// "anyone in payments": the SCPs refuse what is forbidden and nothing else.
  Result ProveAccount(intent::AccountIndex index) const {
    const Place& place = places_[index.value];
    const std::string who = "anyone in " + facts_.AccountAt(index).name;
    const Documents::Named callers = TrueOfCallers(facts_.model.organization, index, Always());
    Result result;
    ProveRefused(place, callers, ScopeOf(place.home), who, result);
    if (!result.differences.empty()) return result;
    ProveNotRefused(place, callers, ScopeOf(place.home), who, result);
    return result;
  }

  /// The SCPs refuse nothing but what is forbidden.
  void ProveNotRefused(const Place& place, const Documents::Named& callers,
                       const decide::Scope& scope, const std::string& who, Result& result) const {
    const std::optional<Complement> permitted = PermittedIn(place);
    if (!permitted) {
      result.given_up.push_back({who, "a condition has too many alternatives to be written out"});
      return;
    }
    Documents program = ProgramHere(*permitted, callers, {FullAccess()});
    for (const Restraint& restraint : place.forbidden) {
      const std::vector<Forbidden::Loose>& loose = restraint.refusal->anyone.loose;
      if (!loose.empty()) program.scps.push_back({OnlyKnown(loose)});
    }
    if (!place.beyond.empty()) {
      program.scps.push_back({NoneBeyond(place.beyond, facts_.catalog)});
    }
    const Documents artifacts = ArtifactsHere(place, callers, {FullAccess()});
    Ask(program, artifacts, Difference::Kind::kRefused, scope, place.home, who, result);
  }

  /// No forbidden request is left by the SCPs.
  void ProveRefused(const Place& place, const Documents::Named& callers, const decide::Scope& scope,
                    const std::string& who, Result& result) const {
    std::map<std::vector<std::string>, std::vector<Authorization>> by_spared;
    for (Forbidden& forbidden : ForbiddenIn(place)) {
      for (Authorization& box : forbidden.boxes) by_spared[box.spared].push_back(std::move(box));
    }
    for (const auto& [spared, boxes] : by_spared) {
      auto forbidden = AsDocument(boxes, policy::Effect::kAllow, prohibition_origins_);
      if (!forbidden) {
        result.given_up.push_back({who, "a condition has too many alternatives to be written out"});
        continue;
      }
      if (forbidden->sources.empty()) continue;
      Documents left = ArtifactsHere(
          place, callers, {FromAccount(*std::move(forbidden), place.home, arn_accounts_)});
      if (!spared.empty()) left.scps.push_back({AllBut(spared)});
      Ask(left, Documents{}, Difference::Kind::kPermitted, scope, place.home, who, result);
    }
  }

  // ---- questions

  /// Whether `right` allows all that `left` allows; if not, what is different. With
  /// Kind::kPermitted the artifacts are on the left, else on the right.
  void Ask(Documents left, const Documents& right, Difference::Kind kind,
           const decide::Scope& scope, const Home& home, const std::string& who,
           Result& result) const {
    policy::PolicySet left_set = left.Set();
    policy::PolicySet right_set = right.Set();
    AddCallers(left, left_set, right_set, facts_.partition());
    AddOwners(left, left_set, right_set, arn_accounts_);
    AddPlacesOfOwners(left, left_set, right_set, facts_.model.organization);
    left_set = decide::WithTruths(std::move(left_set), facts_.catalog);
    right_set = decide::WithTruths(std::move(right_set), facts_.catalog);
    const Space left_space(std::move(left_set), scope);
    const Space right_space(std::move(right_set), scope);
    const bool is_shared = options_.share && options_.on_question == nullptr &&
                           IsShort(left.scps) && IsShort(right.scps);
    const decide::Answer answer = is_shared ? known_.IsWithin(left_space, right_space)
                                            : decide::IsWithin(left_space, right_space, decide_);
    if (const auto* undecided = std::get_if<decide::Undecided>(&answer)) {
      std::string because;
      for (const decide::Obstacle& obstacle : undecided->obstacles) {
        because += (because.empty() ? "" : "; ") + obstacle.Describe();
      }
      result.given_up.push_back({who, std::move(because)});
      return;
    }
    const auto* refuted = std::get_if<decide::Refuted>(&answer);
    if (refuted == nullptr) return;
    const auto readable = [&](const decide::Witness& found) {
      return Readable(found.request, scope.principal, home, left, right, facts_);
    };
    const bool permitted = kind == Difference::Kind::kPermitted;
    Difference difference;
    difference.kind = kind;
    difference.who = who;
    decide::Witness witness = refuted->witness;
    Show(readable(witness), difference);
    if (!difference.unsendable.empty()) {
      // Only a request that can be sent is better; the difference stands without one.
      const std::optional<decide::Witness> other = AskOfSent(left, left_space, right_space);
      const std::optional<policy::Request> better =
          other ? std::optional(readable(*other)) : std::nullopt;
      if (better && decide::FaultsOf(*better, facts_.catalog).empty()) {
        witness = *other;
        Show(*better, difference);
      }
    }
    const std::vector<Source> allowing = left.Deciding(witness.allowed);
    const std::vector<Source> refusing = right.Deciding(witness.refused);
    for (const std::vector<Source>* sources : {&allowing, &refusing}) {
      for (const Source& source : *sources) {
        if (source.origin != nullptr) difference.sentences.push_back(source.origin);
      }
    }
    difference.program = permitted ? Told("denied", right.identity.empty() ? allowing : refusing)
                                   : Told("permitted", allowing);
    difference.artifacts = !permitted               ? Told("denied", refusing)
                           : right.identity.empty() ? Told("permitted", {})
                                                    : Told("permitted", allowing);
    for (const Source& source : permitted ? allowing : refusing) {
      if (source.origin == nullptr) Blame(source.text, difference);
    }
    result.differences.push_back(std::move(difference));
  }

  /// A request of those that somebody can send that the left allows and the right does not.
  /// `documents`, those of the left, get the level that leaves out the others.
  [[nodiscard]] std::optional<decide::Witness> AskOfSent(Documents& documents, const Space& left,
                                                         const Space& right) const {
    policy::PolicySet sent = left.documents();
    policy::PolicyDocument document = FullAccess().document;
    const std::vector<policy::Statement> denies =
        decide::NeverSent(facts_.catalog, left.scope().principal);
    document.statements.insert(document.statements.end(), denies.begin(), denies.end());
    sent.scps.push_back({document});
    Documents::Named named{std::move(document), {}};
    named.sources.resize(named.document.statements.size());
    documents.scps.push_back({std::move(named)});
    const decide::Answer answer =
        decide::IsWithin(Space(std::move(sent), left.scope()), right, decide_);
    const auto* refuted = std::get_if<decide::Refuted>(&answer);
    return refuted == nullptr ? std::nullopt : std::optional(refuted->witness);
  }

  void Show(policy::Request request, Difference& difference) const {
    const std::vector<std::string> faults = decide::FaultsOf(request, facts_.catalog);
    difference.unsendable = faults.empty() ? "" : faults.front();
    difference.request = std::move(request);
  }

  /// `statement` is "path sid": the file, and the sentences that the manifest names for it.
  void Blame(const std::string& statement, Difference& difference) const {
    difference.path = statement.substr(0, statement.find(' '));
    const auto made = tree_.made_by.find(statement);
    if (made == tree_.made_by.end()) return;
    for (const std::string& place : made->second) {
      for (const auto* origins :
           {&permission_origins_, &prohibition_origins_, &perimeter_origins_}) {
        for (const intent::Origin* origin : *origins) {
          const bool known =
              std::ranges::find(difference.sentences, origin) != difference.sentences.end();
          if (origin->place == place && !known) difference.sentences.push_back(origin);
        }
      }
    }
  }

  static std::string Told(std::string_view verdict, const std::vector<Source>& sources) {
    std::string text(verdict);
    std::string_view joint = " by ";
    for (const Source& source : sources) {
      text += joint;
      text += source.origin != nullptr
                  ? fmt::format("`{}` ({})", source.origin->sentence, source.origin->place)
                  : source.text;
      joint = " and ";
    }
    if (sources.empty())
      text += verdict == "denied" ? ": nothing allows it" : ": nothing denies it";
    return text;
  }

  // ---- principals

  void AddPrincipals() {
    for (std::size_t i = 0; i < facts_.model.permissions.size(); ++i) {
      const intent::Permission& permission = facts_.model.permissions[i];
      contents_.push_back(ContentOf(permission));
      has_names_.push_back(contents_.back().HasNames());
      for (const intent::Holder& holder : permission.holders) {
        for (const intent::AccountIndex account : holder.accounts) {
          if (!std::ranges::binary_search(permission.accounts, account)) continue;
          for (const intent::Principal& principal : holder.principals) {
            Grants& grants = grants_[{account, principal}];
            grants.is_known = true;
            if (!holder.team.empty()) grants.team = holder.team;
            if (grants.permissions.empty() || grants.permissions.back() != i) {
              grants.permissions.push_back(i);
            }
          }
        }
      }
    }
    for (const intent::Team& team : facts_.model.teams) {
      for (const intent::AccountIndex account : team.accounts) {
        for (const intent::Principal& principal : team.principals) {
          Grants& grants = grants_[{account, principal}];
          grants.team = team.name;
          grants.is_known = true;
        }
      }
    }
    for (const auto& [who, policies] : attached_) grants_[who].is_known = true;
    AddUnknownSets();
    // Where a permission set is assigned is decided elsewhere: its document grants what it does in
    // every account.
    for (std::uint32_t i = 0; i < facts_.model.organization.accounts.size(); ++i) {
      for (const auto& [set, policies] : by_set_) {
        grants_[{{i}, {intent::Principal::Kind::kPermissionSet, set, ""}}];
      }
    }
    for (const auto& [who, grants] : grants_) {
      if (who.second.kind == intent::Principal::Kind::kService) continue;
      AddPrincipal(who.first, who.second, grants);
    }
  }

  /// Permission sets of which the program knows nothing.
  void AddUnknownSets() {
    for (const auto& [set, policies] : by_set_) {
      const bool known = std::ranges::any_of(grants_, [&name = set](const auto& entry) {
        return entry.first.second.kind == intent::Principal::Kind::kPermissionSet &&
               entry.first.second.value == name;
      });
      if (!known) {
        Text(policies.front()->path, fmt::format("the program has no permission set `{}`", set));
      }
    }
  }

  struct Grants {
    std::string team;
    std::vector<std::size_t> permissions;
    bool is_known = false;  ///< the program binds it, or a document is attached to it
  };

  [[nodiscard]] std::vector<const deployed::Policy*> PoliciesOf(
      intent::AccountIndex account, const intent::Principal& principal) const {
    if (principal.kind == intent::Principal::Kind::kPermissionSet) {
      const auto found = by_set_.find(principal.value);
      return found == by_set_.end() ? std::vector<const deployed::Policy*>{} : found->second;
    }
    const auto found = attached_.find({account, principal});
    return found == attached_.end() ? std::vector<const deployed::Policy*>{} : found->second;
  }

  [[nodiscard]] std::vector<Documents::Named> DeployedTo(intent::AccountIndex account,
                                                         const intent::Principal& principal) const {
    const Home home = HomeOf(facts_.model.organization, account);
    std::vector<Documents::Named> deployed;
    for (const deployed::Policy* policy : PoliciesOf(account, principal)) {
      deployed.push_back(ForCallersOf(*policy, home, arn_accounts_));
    }
    return deployed;
  }

  /// What binds the caller by tag in one of the permissions: the team's grants end with the tag.
  [[nodiscard]] static Condition Tagged(const intent::Permission& permission,
                                        intent::AccountIndex account,
                                        const intent::Principal& principal) {
    if (principal.kind != intent::Principal::Kind::kTag) return Always();
    std::vector<Condition> any;
    for (const intent::Holder& holder : permission.holders) {
      const bool is_held =
          std::ranges::binary_search(holder.accounts, account) &&
          std::ranges::find(holder.principals, principal) != holder.principals.end();
      if (!is_held) continue;
      for (const intent::Principal& tag : holder.principals) {
        if (tag.kind != intent::Principal::Kind::kTag) continue;
        any.push_back(Among("aws:PrincipalTag/" + tag.tag_key, {tag.value}));
      }
    }
    return Or(std::move(any));
  }

  void AddPrincipal(intent::AccountIndex index, const intent::Principal& principal,
                    const Grants& grants) {
    if (grants.is_known) ++proof_.counts.principals;
    if (PoliciesOf(index, principal).empty() && grants.permissions.empty()) return;
    const std::optional<support::Fingerprint> kin = KinOf(index, principal, grants);
    std::size_t shape = 0;
    if (const auto known = kin ? kin_shapes_.find(*kin) : kin_shapes_.end();
        known != kin_shapes_.end()) {
      shape = known->second;
    } else {
      shape = ShapeOf(index, principal, grants, kin);
    }
    tasks_.push_back({shape, [this, index, &principal, &grants] {
                        return ProvePrincipal(index, principal, grants);
                      }});
  }

  /// The number of what the proof reads, and with it that of its kin, but where names are told
  /// apart.
  [[nodiscard]] std::size_t ShapeOf(intent::AccountIndex index, const intent::Principal& principal,
                                    const Grants& grants,
                                    const std::optional<support::Fingerprint>& kin) {
    const intent::Account& account = facts_.AccountAt(index);
    Key key("principal");
    Add(key, principal);
    key.Length(grants.permissions.size());
    for (const std::size_t permission : grants.permissions) {
      key.Append(contents_[permission]);
      Add(key, Tagged(facts_.model.permissions[permission], index, principal));
      AddBindings(key, facts_, facts_.model.permissions[permission], account);
    }
    Add(key, DeployedTo(index, principal));
    AddPlace(key, places_[index.value].home);
    // Where SCPs may refuse more than is forbidden, what is granted must be looked at with them.
    key.Number(places_[index.value].is_loose ? index.value + 1 : 0);
    const std::size_t shape = ShapeOf(account.id, key);
    if (kin && !key.TellsNamesApart(account.id)) kin_shapes_.emplace(*kin, shape);
    return shape;
  }

  /// Guardrails that are bound in an account: how, but for names, and the ids in order.
  struct Bound {
    std::size_t layout = 0;
    std::vector<std::string> ids;
  };

  const Bound& BoundIn(const intent::Account& account) {
    const auto [at, is_new] = bound_.try_emplace(account.id);
    Bound& bound = at->second;
    if (!is_new) return bound;
    support::FingerprintBuilder layout("guardrails of an account");
    for (const intent::Guardrail& guardrail : facts_.model.guardrails) {
      const std::vector<std::string> regions = facts_.bindings.Regions(guardrail.name, account.id);
      layout.Length(regions.size());
      for (const std::string& region : regions) {
        const auto found = facts_.bindings.Find(guardrail.name, account.id, region);
        layout.Text(region).Number(found->version);
        const std::optional<policy::ArnSegments> arn = policy::SplitArn(found->arn);
        constexpr std::string_view kResource = "guardrail/";
        const bool is_own = arn && (*arn)[4] == account.id && (*arn)[5].starts_with(kResource) &&
                            std::ranges::all_of((*arn)[5].substr(kResource.size()), [](char c) {
                              return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
                            });
        if (!is_own) {
          layout.Flag(false).Text(found->arn);
          continue;
        }
        const std::string id((*arn)[5].substr(kResource.size()));
        const auto place = std::ranges::find(bound.ids, id) - bound.ids.begin();
        if (std::ranges::find(bound.ids, id) == bound.ids.end()) bound.ids.push_back(id);
        layout.Flag(true).Text((*arn)[1]).Text((*arn)[3]).Number(static_cast<std::size_t>(place));
      }
    }
    bound.layout = layouts_.try_emplace(layout.Take(), layouts_.size()).first->second;
    return bound;
  }

  /// Equal for two only if all that their proofs read is equal but for the account's number and the
  /// ids of its guardrails, provided that nothing tells names apart: that is looked at with the
  /// first of them. Nothing: that cannot be said so quickly.
  [[nodiscard]] std::optional<support::Fingerprint> KinOf(intent::AccountIndex index,
                                                          const intent::Principal& principal,
                                                          const Grants& grants) {
    using PrincipalKind = intent::Principal::Kind;
    if (principal.kind != PrincipalKind::kRole && principal.kind != PrincipalKind::kUser) {
      return std::nullopt;
    }
    const intent::Account& account = facts_.AccountAt(index);
    const Bound& bound = BoundIn(account);
    support::FingerprintBuilder kin("kin of a principal");
    kin.Enum(principal.kind).Number(bound.layout).Length(grants.permissions.size());
    for (const std::size_t permission : grants.permissions) {
      if (has_names_[permission] || contents_[permission].SpeaksOfPlaces()) return std::nullopt;
      kin.Number(permission);
    }
    const std::vector<const deployed::Policy*> policies = PoliciesOf(index, principal);
    kin.Length(policies.size());
    for (const deployed::Policy* policy : policies) {
      if (policy->content->asks_where_callers_are) return std::nullopt;
      kin.Number(
          contents_read_.try_emplace(policy->content.get(), contents_read_.size()).first->second);
      kin.Length(policy->names.size());
      for (const std::string& name : policy->names) {
        const std::string_view text = std::string_view(name).substr(1);
        const auto id = std::ranges::find(bound.ids, text);
        if (name.front() == 'a' && text == account.id) {
          kin.Absent();
        } else if (name.front() == 'g' && id != bound.ids.end()) {
          kin.Number(static_cast<std::size_t>(id - bound.ids.begin()));
        } else {
          kin.Text(name);
        }
      }
    }
    kin.Number(places_[index.value].is_loose ? index.value + 1 : 0);
    return kin.Take();
  }

  Result ProvePrincipal(intent::AccountIndex index, const intent::Principal& principal,
                        const Grants& grants) const {
    const intent::Account& account = facts_.AccountAt(index);
    const Place& place = places_[index.value];
    const std::string who =
        grants.team.empty()
            ? fmt::format("{} in {}", Kind(principal), account.name)
            : fmt::format("team {} ({}) in {}", grants.team, Kind(principal), account.name);
    Result result;
    std::vector<Authorization> boxes;
    for (const std::size_t permission : grants.permissions) {
      for (Authorization& box : Granted(facts_, facts_.model.permissions[permission], account)) {
        box.sentence = permission;
        const Condition tagged = Tagged(facts_.model.permissions[permission], index, principal);
        if (!tagged.always()) box.condition = And({std::move(box.condition), tagged});
        boxes.push_back(std::move(box));
      }
    }
    auto granted = AsDocument(boxes, policy::Effect::kAllow, permission_origins_);
    if (granted) granted = FromAccount(*std::move(granted), place.home, arn_accounts_);
    if (!granted) {
      result.given_up.push_back({who, "a condition has too many alternatives to be written out"});
      return result;
    }
    const std::vector<Documents::Named> deployed = DeployedTo(index, principal);
    const decide::Scope scope{decide::Accounts::kSame,
                              ExampleArn(principal, account.id, facts_.partition())};
    const Documents::Named callers = TrueOfCallers(facts_.model.organization, index, Always());
    Documents program;
    program.identity = {*granted};
    program.scps = {{callers}};
    Documents artifacts;
    artifacts.identity = deployed;
    artifacts.scps = {{callers}};
    Result alone;
    Ask(artifacts, program, Difference::Kind::kPermitted, scope, place.home, who, alone);
    Ask(program, artifacts, Difference::Kind::kRefused, scope, place.home, who, alone);
    const bool equal = alone.differences.empty() && alone.given_up.empty();
    if (equal && !place.is_loose) return result;

    // Together with the SCPs: what differs may be refused anyway, or refused although granted. With
    // other SCPs, or for another principal, it need not be.
    result.is_its_own = true;
    std::vector<intent::Holder> holder{{grants.team, {principal}, {index}}};
    // Whoever was bound by tag holds the document when the tag is gone, too.
    Documents::Named one =
        TrueOfCallers(facts_.model.organization, index,
                      principal.kind == intent::Principal::Kind::kTag
                          ? Always()
                          : CallsAsOneOf(facts_, holder, index, facts_.partition()));
    const std::optional<Complement> permitted = PermittedIn(place);
    if (!permitted) {
      result.given_up.push_back({who, "a condition has too many alternatives to be written out"});
      return result;
    }
    const Documents all_program = ProgramHere(*permitted, one, {*granted});
    const Documents all_artifacts = ArtifactsHere(place, one, deployed);
    Ask(all_artifacts, all_program, Difference::Kind::kPermitted, scope, place.home, who, result);
    Ask(all_program, all_artifacts, Difference::Kind::kRefused, scope, place.home, who, result);
    return result;
  }

  // ---- permission sets in accounts that join later

  /// A permission set may be assigned in any account that joins. There its document grants no more
  /// than the sentences that reach accounts to come in that place, and no less than those of them
  /// that can be said of a place; it is asked of one account of each class, as of prohibitions.
  void AddLaterSets() {
    const std::vector<intent::Node>& nodes = facts_.model.organization.nodes;
    for (const std::string& set : SetsOfSentences()) by_set_.try_emplace(set);
    for (const auto& [set, policies] : by_set_) {
      const LaterSet later{{intent::Principal::Kind::kPermissionSet, set, ""}, &policies};
      const decide::Distinctions distinctions = DistinctionsOf(SpokenOf(later));
      for (std::uint32_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].kind != intent::Node::Kind::kAccount) AddLaterSet(later, {i}, distinctions);
      }
    }
  }

  /// Permission sets that sentences grant something, whether or not the tree has a document.
  [[nodiscard]] std::set<std::string> SetsOfSentences() const {
    std::set<std::string> sets;
    for (const intent::Permission& permission : facts_.model.permissions) {
      for (const intent::Holder& holder : permission.holders) {
        for (const intent::Principal& principal : holder.principals) {
          if (principal.kind == intent::Principal::Kind::kPermissionSet) {
            sets.insert(principal.value);
          }
        }
      }
    }
    return sets;
  }

  struct LaterSet {
    intent::Principal principal;
    const std::vector<const deployed::Policy*>* policies = nullptr;
  };

  /// The documents of the set, and what sentences that grant it something say beside the numbers of
  /// accounts.
  [[nodiscard]] std::vector<policy::PolicyDocument> SpokenOf(const LaterSet& later) const {
    std::vector<policy::PolicyDocument> documents;
    for (const deployed::Policy* policy : *later.policies) {
      documents.push_back(policy->document());
    }
    const intent::Account nowhere;
    for (const intent::Permission& permission : facts_.model.permissions) {
      if (std::ranges::none_of(permission.holders, [&](const intent::Holder& holder) {
            return IsHeldBy(holder, later.principal);
          })) {
        continue;
      }
      auto said = AsDocument(Granted(facts_, permission, nowhere), policy::Effect::kAllow,
                             permission_origins_);
      if (said) documents.push_back(std::move(said->document));
    }
    return documents;
  }

  [[nodiscard]] static bool IsHeldBy(const intent::Holder& holder,
                                     const intent::Principal& principal) {
    return std::ranges::find(holder.principals, principal) != holder.principals.end();
  }

  [[nodiscard]] static decide::Distinctions DistinctionsOf(
      const std::vector<policy::PolicyDocument>& documents) {
    std::vector<const policy::PolicyDocument*> all;
    for (const policy::PolicyDocument& document : documents) all.push_back(&document);
    return decide::DistinctionsIn(all);
  }

  /// None if they cannot be told, which is put into `result`.
  [[nodiscard]] std::vector<decide::Newcomer> NewcomersAt(intent::NodeIndex node,
                                                          const LaterSet& later,
                                                          const decide::Distinctions& distinctions,
                                                          Result& result) const {
    auto newcomers = joining_.At(node, distinctions);
    if (newcomers) return *std::move(newcomers);
    result.given_up.push_back(
        {fmt::format("{} in accounts that join {} later", Kind(later.principal),
                     facts_.model.organization.nodes[node.value].name),
         newcomers.error().message});
    return {};
  }

  void AddLaterSet(const LaterSet& later, intent::NodeIndex node,
                   const decide::Distinctions& distinctions) {
    Result unknown;
    const auto newcomers = NewcomersAt(node, later, distinctions, unknown);
    if (newcomers.empty()) tasks_.push_back({0, [unknown] { return unknown; }, /*is_later=*/true});
    for (const decide::Newcomer& newcomer : newcomers) {
      const Home home{newcomer.account, joining_.AffiliationOf(node, newcomer)};
      Key key("later permission set");
      key.Text(later.principal.value);
      Add(key, DeployedTo(later, home));
      for (const Measure measure : {Measure::kAtMost, Measure::kAtLeast}) {
        const std::optional<Documents::Named> granted = GrantedLater(later, node, home, measure);
        key.Flag(granted.has_value());
        if (granted) Add(key, {*granted});
      }
      AddPlace(key, home);
      tasks_.push_back({ShapeOf(newcomer.account, key),
                        [this, later, node, newcomer] { return ProveLater(later, node, newcomer); },
                        /*is_later=*/true});
    }
  }

  [[nodiscard]] std::vector<Documents::Named> DeployedTo(const LaterSet& later,
                                                         const Home& home) const {
    std::vector<Documents::Named> deployed;
    for (const deployed::Policy* policy : *later.policies) {
      deployed.push_back(ForCallersOf(*policy, home, arn_accounts_));
    }
    return deployed;
  }

  /// What a sentence says of accounts to come, all of it or what a document must say.
  enum class Measure { kAtMost, kAtLeast };

  /// What sentences grant the set in an account that joins the node later, or a new OU below it.
  /// Nothing: it cannot be written out.
  [[nodiscard]] std::optional<Documents::Named> GrantedLater(const LaterSet& later,
                                                             intent::NodeIndex node,
                                                             const Home& home,
                                                             Measure measure) const {
    intent::Account account;
    account.id = home.account;
    account.node = node;
    std::vector<Authorization> boxes;
    for (std::size_t i = 0; i < facts_.model.permissions.size(); ++i) {
      const intent::Permission& permission = facts_.model.permissions[i];
      for (const intent::Holder& holder : permission.holders) {
        if (!IsHeldBy(holder, later.principal) || !Reaches(holder.units, node) ||
            !Reaches(permission.units, node)) {
          continue;
        }
        if (measure == Measure::kAtLeast && !IsSaidOfPlaces(facts_, permission, holder)) continue;
        const intent::Bindings bindings = BindingsLater(permission, holder, home.account);
        const Facts facts{facts_.model, facts_.catalog, bindings};
        for (Authorization& box : Granted(facts, permission, account)) {
          box.sentence = i;
          boxes.push_back(std::move(box));
        }
      }
    }
    auto granted = AsDocument(boxes, policy::Effect::kAllow, permission_origins_);
    if (granted) granted = FromAccount(*std::move(granted), home, arn_accounts_);
    return granted;
  }

  [[nodiscard]] bool Reaches(const std::vector<intent::NodeIndex>& units,
                             intent::NodeIndex node) const {
    return deployed::IsAtOrBelowAny(facts_.model.organization, node, units);
  }

  /// A guardrail that is the same one in all accounts of the holder is that in those to come, too.
  [[nodiscard]] intent::Bindings BindingsLater(const intent::Permission& permission,
                                               const intent::Holder& holder,
                                               const std::string& account) const {
    std::vector<intent::AccountIndex> here;
    std::ranges::set_intersection(holder.accounts, permission.accounts, std::back_inserter(here));
    intent::Bindings bindings;
    if (here.empty()) return bindings;
    for (const intent::Guardrail& guardrail : facts_.model.guardrails) {
      const auto in = [&](intent::AccountIndex one, const std::string& region) {
        return facts_.bindings.Find(guardrail.name, facts_.AccountAt(one).id, region);
      };
      for (const std::string& region :
           facts_.bindings.Regions(guardrail.name, facts_.AccountAt(here.front()).id)) {
        const auto first = in(here.front(), region);
        const bool is_one = std::ranges::all_of(
            here, [&](intent::AccountIndex one) { return in(one, region) == first; });
        if (is_one) bindings.Bind(guardrail.name, account, region, *first);
      }
    }
    return bindings;
  }

  Result ProveLater(const LaterSet& later, intent::NodeIndex node,
                    const decide::Newcomer& newcomer) const {
    const Home home{newcomer.account, joining_.AffiliationOf(node, newcomer)};
    Result alone;
    AskLater(later, node, newcomer, {},
             TrueOfCallers(facts_.model.organization, home.account, Always()), alone);
    if (alone.differences.empty() && alone.given_up.empty()) return alone;

    // Together with the SCPs, which may tell more accounts apart: what is granted beyond the
    // sentences, or what sentences grant and documents do not, may be refused anyway.
    Result result;
    result.is_its_own = true;
    std::vector<policy::PolicyDocument> documents = SpokenOf(later);
    for (std::optional<intent::NodeIndex> at = node; at;
         at = facts_.model.organization.nodes[at->value].parent) {
      for (const deployed::Policy* policy : by_node_[at->value]) {
        documents.push_back(policy->document());
      }
    }
    for (const decide::Newcomer& one :
         NewcomersAt(node, later, DistinctionsOf(documents), result)) {
      const Home there{one.account, joining_.AffiliationOf(node, one)};
      const Condition as_set = CallsAsSet(later.principal, {one.account, node});
      AskLater(later, node, one, DeployedAt(node, there),
               TrueOfCallers(facts_.model.organization, there.account, as_set), result);
      if (!result.differences.empty()) return result;
    }
    return result;
  }

  [[nodiscard]] Condition CallsAsSet(const intent::Principal& set, const Joined& joined) const {
    intent::Prohibition of_set;
    of_set.bound.included = {{"", {set}, {}, {joined.node}}};
    return WhoIsBound(facts_, of_set, joined);
  }

  void AskLater(const LaterSet& later, intent::NodeIndex node, const decide::Newcomer& newcomer,
                std::vector<Documents::Level> scps, const Documents::Named& callers,
                Result& result) const {
    const Home home{newcomer.account, joining_.AffiliationOf(node, newcomer)};
    const std::string who =
        fmt::format("{} in {}", Kind(later.principal), joining_.Describe(node, newcomer));
    scps.insert(scps.begin(), {callers});
    Documents artifacts;
    artifacts.identity = DeployedTo(later, home);
    artifacts.scps = std::move(scps);
    const decide::Scope scope{decide::Accounts::kSame,
                              ExampleArn(later.principal, home.account, facts_.partition())};
    for (const Measure measure : {Measure::kAtMost, Measure::kAtLeast}) {
      std::optional<Documents::Named> granted = GrantedLater(later, node, home, measure);
      if (!granted) {
        result.given_up.push_back({who, "a condition has too many alternatives to be written out"});
        return;
      }
      Documents program;
      program.identity = {*std::move(granted)};
      if (measure == Measure::kAtMost) {
        program.scps = {{callers}};
        Ask(artifacts, program, Difference::Kind::kPermitted, scope, home, who, result);
      } else {
        // What the SCPs refuse is asked about by itself.
        program.scps = artifacts.scps;
        Ask(program, artifacts, Difference::Kind::kRefused, scope, home, who, result);
      }
    }
  }

  // ---- policies that name their callers

  void AddResourcePolicies() {
    for (ResourcePolicy& policy : ResourcePolicies(facts_, tree_)) {
      for (const std::string& id : UnknownPrincipals(policy)) {
        Text(policy.deployed.front()->path,
             fmt::format("it admits `{}`, which no sentence names", id));
      }
      tasks_.push_back({0, [this, policy = std::move(policy)] { return ProveOne(policy); }});
    }
  }

  Result ProveOne(const ResourcePolicy& policy) const {
    Result result;
    const decide::Comparison comparison = CompareResourcePolicy(facts_, policy, decide_);
    for (const decide::Obstacle& obstacle : comparison.obstacles) {
      result.given_up.push_back({policy.who, obstacle.Describe()});
    }
    const auto add = [&](const std::optional<decide::Witness>& witness, Difference::Kind kind) {
      if (!witness) return;
      Difference difference;
      difference.kind = kind;
      difference.who = policy.who;
      difference.path = policy.deployed.empty() ? "" : policy.deployed.front()->path;
      Show(witness->request, difference);
      const bool permitted = kind == Difference::Kind::kPermitted;
      difference.program = permitted ? "denied: " + policy.refusal : "permitted";
      difference.artifacts = permitted ? "permitted" : "denied: nothing allows it";
      result.differences.push_back(std::move(difference));
    };
    add(comparison.gained, Difference::Kind::kPermitted);
    add(comparison.lost, Difference::Kind::kRefused);
    return result;
  }

  // ---- callers from elsewhere

  /// What outsiders are refused in each account, and in accounts that join a node later: nothing of
  /// it depends on which these are. RCPs do not apply to the management account.
  void AddPerimeters() {
    const intent::Organization& organization = facts_.model.organization;
    std::set<std::tuple<std::vector<const intent::Perimeter*>, std::vector<const deployed::Policy*>,
                        std::optional<std::uint32_t>>>
        asked;
    const auto add = [&](intent::NodeIndex node, std::optional<intent::AccountIndex> owner,
                         std::string who,
                         const std::function<bool(const intent::Perimeter&)>& holds) {
      PerimeterPlace place;
      place.who = std::move(who);
      place.owner = owner;
      for (const intent::Perimeter& perimeter : facts_.model.perimeters) {
        if (holds(perimeter)) place.wanted.push_back(&perimeter);
      }
      for (std::optional<intent::NodeIndex> at = node; at;
           at = organization.nodes[at->value].parent) {
        const auto& here = rcps_by_node_[at->value];
        place.deployed.insert(place.deployed.end(), here.begin(), here.end());
      }
      if (place.wanted.empty() && place.deployed.empty()) return;
      // Later is a place of its own only where owners matter.
      std::optional<std::uint32_t> of;
      if (AsksForOwners(facts_, place)) of = owner ? owner->value : organization.accounts.size();
      if (!asked.emplace(place.wanted, place.deployed, of).second) return;
      tasks_.push_back(
          {0, [this, place = std::move(place)] { return ProvePerimeter(place); }, !owner});
    };
    for (std::uint32_t i = 0; i < organization.accounts.size(); ++i) {
      const intent::Account& account = organization.accounts[i];
      if (account.management) {
        for (const deployed::Policy* policy : rcps_by_node_[account.node.value]) {
          Text(policy->path,
               "it is attached to the management account, to which RCPs do not apply");
        }
        continue;
      }
      add(account.node, intent::AccountIndex{i},
          fmt::format("anyone who asks for resources of {}", account.name),
          [i](const intent::Perimeter& said) {
            return std::ranges::binary_search(said.accounts, intent::AccountIndex{i});
          });
    }
    for (std::uint32_t i = 0; i < organization.nodes.size(); ++i) {
      if (organization.nodes[i].kind == intent::Node::Kind::kAccount) continue;
      add({i}, std::nullopt,
          fmt::format("anyone who asks for resources of accounts that join {} later",
                      organization.nodes[i].name),
          [&](const intent::Perimeter& said) {
            return deployed::IsAtOrBelowAny(organization, {i}, said.nodes);
          });
    }
  }

  Result ProvePerimeter(const PerimeterPlace& place) const {
    Result result;
    PerimeterComparison comparison = ComparePerimeter(facts_, place, arn_accounts_, decide_);
    for (std::string& obstacle : comparison.obstacles) {
      result.given_up.push_back({place.who, std::move(obstacle)});
    }
    for (PerimeterDifference& one : comparison.differences) {
      Difference& difference = result.differences.emplace_back();
      difference.who = place.who;
      difference.request = std::move(one.request);
      std::vector<Source> refusing;
      if (one.is_refused_by_program) {
        difference.kind = Difference::Kind::kPermitted;
        for (const intent::Perimeter* sentence : one.sentences) {
          difference.sentences.push_back(&sentence->origin);
          refusing.push_back({"", &sentence->origin});
        }
        if (!place.deployed.empty()) difference.path = place.deployed.front()->path;
        difference.program = Told("denied", refusing);
        difference.artifacts = "not denied by any resource control policy";
        continue;
      }
      difference.kind = Difference::Kind::kRefused;
      for (const std::string& statement : one.statements) {
        Blame(statement, difference);
        refusing.push_back({statement, nullptr});
      }
      difference.program = "not denied: no sentence about outsiders denies it";
      difference.artifacts = Told("denied", refusing);
    }
    return result;
  }

  // ---- running

  void RunTasks() {
    std::vector<std::size_t> leader(tasks_.size());
    std::vector<std::optional<std::size_t>> first(shapes_.size() + 1);
    std::vector<std::size_t> fresh;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      leader[i] = i;
      if (options_.share && tasks_[i].shape != 0) {
        std::optional<std::size_t>& known = first[tasks_[i].shape];
        if (!known) known = i;
        leader[i] = *known;
      }
      if (leader[i] == i) fresh.push_back(i);
    }
    std::vector<Result> results(tasks_.size());
    ProveAll(fresh, results);
    // What is refuted, or holds for reasons of its own, is looked at for every instance by itself.
    std::vector<std::size_t> again;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      if (leader[i] != i && !results[leader[i]].StandsForOthers()) again.push_back(i);
    }
    ProveAll(again, results);
    proof_.counts.fresh = fresh.size() + again.size();
    proof_.counts.shared = tasks_.size() - proof_.counts.fresh;
    const bool is_open_today = std::ranges::any_of(
        std::views::iota(std::size_t{0}, tasks_.size()),
        [&](std::size_t i) { return !tasks_[i].is_later && !results[i].differences.empty(); });
    for (std::size_t i = 0; i < results.size(); ++i) {
      Result& result = results[i];
      if (tasks_[i].is_later && is_open_today) continue;
      if (tasks_[i].is_later) DropTold(result);
      std::move(result.differences.begin(), result.differences.end(),
                std::back_inserter(proof_.differences));
      std::move(result.given_up.begin(), result.given_up.end(),
                std::back_inserter(proof_.given_up));
    }
  }

  /// What holds in one node later holds below it, too, and of one class what holds of another: it
  /// is told once. Nodes come before those below them.
  void DropTold(Result& result) const {
    const auto is_told = [&](const Difference& one) {
      return std::ranges::any_of(proof_.differences, [&](const Difference& told) {
        return told.kind == one.kind && told.path == one.path && told.sentences == one.sentences &&
               told.program == one.program && told.artifacts == one.artifacts;
      });
    };
    std::erase_if(result.differences, is_told);
    std::erase_if(result.given_up, [&](const GivenUp& one) {
      return std::ranges::any_of(proof_.given_up,
                                 [&](const GivenUp& told) { return told.because == one.because; });
    });
  }

  void ProveAll(const std::vector<std::size_t>& which, std::vector<Result>& results) const {
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      for (std::size_t i = next++; i < which.size(); i = next++) {
        results[which[i]] = tasks_[which[i]].prove();
      }
    };
    std::vector<std::thread> others;
    const std::size_t wanted = std::min<std::size_t>(options_.threads, which.size());
    for (std::size_t i = 1; i < wanted; ++i) others.emplace_back(work);
    work();
    for (std::thread& other : others) other.join();
  }

  const Facts facts_;
  const deployed::Tree& tree_;
  const ProofOptions options_;
  Refusals refusals_;  ///< not while proofs run
  const decide::ArnAccounts arn_accounts_;
  const deployed::Joining joining_;
  decide::Options decide_;
  mutable decide::KnownAnswers known_;  ///< safe from several threads
  std::vector<const intent::Origin*> permission_origins_;
  std::vector<const intent::Origin*> prohibition_origins_;
  std::vector<const intent::Origin*> perimeter_origins_;

  std::vector<std::vector<const deployed::Policy*>> by_node_;
  std::vector<std::vector<const deployed::Policy*>> rcps_by_node_;
  std::map<std::string, std::vector<const deployed::Policy*>> by_set_;
  Attached attached_;
  /// "role", "user": to which a document is attached by a tag; by its path and the attachment's id.
  std::map<std::pair<std::string, std::string>, std::set<std::string>> kinds_with_tag_;

  bool grants_uncataloged_ = false;
  std::vector<Place> places_;                                   ///< by account
  std::map<const deployed::Policy*, Asking> asking_;            ///< of what is attached to nodes
  std::map<const Refusal*, policy::PolicyDocument> forbidden_;  ///< of those about callers
  std::map<std::size_t, Refusal> unmet_;                        ///< by prohibition
  std::vector<Key> contents_;                                   ///< by permission
  std::vector<bool> has_names_;
  std::map<std::string, Bound> bound_;                             ///< by account
  std::map<support::Fingerprint, std::size_t> layouts_;            ///< of bindings
  std::map<const deployed::Content*, std::size_t> contents_read_;  ///< numbered as they appear
  std::map<support::Fingerprint, std::size_t> kin_shapes_;
  std::map<std::pair<intent::AccountIndex, intent::Principal>, Grants> grants_;
  /// Never walked through.
  std::unordered_map<support::Fingerprint, std::size_t, support::FingerprintHash> shapes_;
  std::vector<Task> tasks_;
  Proof proof_;
};

}  // namespace

Proof Prove(const Program& program, const deployed::Tree& tree, const ProofOptions& options) {
  return Prover(program, tree, options).Run();
}

}  // namespace writ::verify
