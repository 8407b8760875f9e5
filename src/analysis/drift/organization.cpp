// Nodes with their SCPs and RCPs, and where accounts are.
//
// A node is compared as what is attached to it; an account by all that is in force on the path to
// it. Where a node differs and nothing changes for any account below it, the policy was only
// attached elsewhere.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "analysis/drift/comparison.h"
#include "iam/decide/newcomers.h"
#include "proof/deployed/joining.h"

namespace writ::drift {
namespace {

using NodeKind = intent::Node::Kind;

constexpr std::string_view kOrganizationCommand = "writ drift --how-to-export";

class Organization {
 public:
  Organization(Comparison& comparison, policy::Kind kind)
      : comparison_(comparison), kind_(kind), is_off_(comparison.deployed.IsOff(kind)) {}

  void Run() {
    const auto& nodes = model().nodes;
    if (!comparison_.deployed.has_policies()) {
      WithoutExport();
      if (kind_ != policy::Kind::kScp || !comparison_.deployed.has_nodes()) return;
      Match();
      return ReportPlaces();
    }
    if (kind_ == policy::Kind::kRcp && !comparison_.program.HasPolicies(kind_) && !HasAny()) return;
    if (!comparison_.deployed.TellsTypes() && comparison_.program.HasPolicies(kind_)) {
      report().assumptions.push_back(fmt::format(
          "{}s are taken to be enabled: the export does not say which policy types are", word()));
    }
    Match();
    CompareAccounts();
    for (std::uint32_t i = 0; i < nodes.size(); ++i) CompareNode(intent::NodeIndex{i});
    ReportSwitchedOff();
    if (kind_ == policy::Kind::kScp) ReportPlaces();
  }

 private:
  [[nodiscard]] const intent::Organization& model() const {
    return comparison_.program.program().model.organization;
  }
  [[nodiscard]] std::string_view word() const {
    return kind_ == policy::Kind::kRcp ? "RCP" : "SCP";
  }
  Report& report() { return comparison_.report; }

  bool HasAny() {
    return std::ranges::any_of(comparison_.deployed.snapshot().documents,
                               [&](const snapshot::Document& one) { return one.kind == kind_; });
  }

  void WithoutExport() {
    for (std::uint32_t i = 0; i < model().accounts.size(); ++i) {
      if (kind_ == policy::Kind::kScp) {
        comparison_.scps[intent::AccountIndex{i}].is_known = false;
      }
    }
    if (kind_ == policy::Kind::kScp) {
      report().assumptions.emplace_back(
          "SCPs are not in the export: principals are compared by their own policies");
    }
    if (!comparison_.program.HasPolicies(kind_)) return;
    report().findings.push_back(Undetermined(
        Area::kNode, "", fmt::format("{}s", word()),
        {{fmt::format("no {} is in the export", word()), std::string(kOrganizationCommand)}}));
  }

  // -------------------------------------------------------------------------------- the two trees

  // The ids that AWS has for the program's nodes.
  void Match() {
    const auto& nodes = model().nodes;
    ids_.resize(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const intent::Node& node = nodes[i];
      if (node.kind == NodeKind::kRoot) {
        ids_[i] = comparison_.deployed.root_id();
        if (ids_[i].empty()) ids_[i] = model().id;
      } else if (!node.id.empty()) {
        ids_[i] = node.id;
      } else {
        ids_[i] = ByName(node.name);
        if (!ids_[i].empty()) {
          report().assumptions.push_back(
              fmt::format("`{}` is taken to be OU {}, by its name: the program does not say its id",
                          node.name, ids_[i]));
        }
      }
    }
  }

  std::string ByName(const std::string& name) {
    std::string id;
    for (const auto& node : comparison_.deployed.snapshot().organization.nodes.items) {
      if (node.type != snapshot::NodeType::kUnit || node.name != name) continue;
      if (!id.empty()) return "";
      id = node.id;
    }
    return id;
  }

  Level ProgramAt(intent::NodeIndex node) {
    Level level = {comparison_.papers.FullAccess()};
    const Level own = comparison_.program.AttachedTo(node, kind_);
    level.insert(level.end(), own.begin(), own.end());
    return level;
  }

  const Attached& DeployedAt(const std::string& id) {
    const auto known = attached_.find(id);
    if (known != attached_.end()) return known->second;
    Attached& made = attached_[id];
    if (id.empty() || is_off_) {
      made.documents = {comparison_.papers.FullAccess()};
    } else {
      made = comparison_.deployed.AttachedTo(id, kind_);
    }
    if (made.is_full_assumed) {
      report().assumptions.emplace_back(
          "FullAWSAccess is taken to be attached where the export does not list it");
    }
    return made;
  }

  // ------------------------------------------------------------------------------------- accounts

  // Where an account is: ids from the root down.
  struct Place {
    std::vector<std::string> path;
    bool is_assumed = false;   // above what the export says it is the program's
    std::optional<Lack> lack;  // neither side says what is above the first of the path
  };

  Place PlaceOf(intent::AccountIndex account) const {
    const intent::Account& declared = model().accounts[account.value];
    Place place;
    place.path = comparison_.deployed.LineTo(declared.id);
    if (place.path.empty()) {
      place.lack = Lack{"the OUs above the account do not lead to a root in the export",
                        std::string(kOrganizationCommand)};
      return place;
    }
    const std::string top = place.path.front();
    if (comparison_.deployed.IsRoot(top)) return place;
    std::optional<intent::NodeIndex> at;
    if (place.path.size() == 1) {
      at = declared.node;
    } else if (const auto same = std::ranges::find(ids_, top); same != ids_.end()) {
      at = intent::NodeIndex{static_cast<std::uint32_t>(same - ids_.begin())};
    }
    if (!at) {
      place.lack =
          Lack{fmt::format(
                   "the export does not say what `{}` is in, and the program has no such OU", top),
               std::string(kOrganizationCommand)};
      return place;
    }
    place.is_assumed = true;
    for (at = model().nodes[at->value].parent; at; at = model().nodes[at->value].parent) {
      place.path.insert(place.path.begin(), ids_[at->value]);
    }
    return place;
  }

  Stack StackOf(std::vector<Level> levels) const {
    Stack stack;
    stack.identity = {comparison_.papers.FullAccess()};
    (kind_ == policy::Kind::kRcp ? stack.rcps : stack.scps) = std::move(levels);
    return stack;
  }

  void CompareAccounts() {
    bool is_assumed = false;
    for (std::uint32_t i = 0; i < model().accounts.size(); ++i) {
      const intent::AccountIndex account{i};
      const intent::Account& declared = model().accounts[i];
      Levels levels;
      // SCPs and RCPs bind no principals and resources of the management account.
      if (!declared.management) {
        for (const intent::NodeIndex node : comparison_.program.PathTo(account)) {
          levels.program.push_back(ProgramAt(node));
        }
        const Place place = PlaceOf(account);
        is_assumed = is_assumed || place.is_assumed;
        if (place.lack) levels.lacking.push_back(*place.lack);
        for (const std::string& id : place.path) {
          const Attached& attached = DeployedAt(id);
          levels.deployed.push_back(attached.documents);
          levels.lacking.insert(levels.lacking.end(), attached.lacking.begin(),
                                attached.lacking.end());
        }
        if (is_off_) levels.deployed.clear();
      }
      if (!declared.management && levels.lacking.empty()) {
        const Who who{comparison_.FactsOf(account), false};
        effects_[account] =
            &comparison_.comparer.Compare(StackOf(levels.program), StackOf(levels.deployed), who);
      }
      if (kind_ == policy::Kind::kScp) comparison_.scps[account] = levels;
      levels_[account] = std::move(levels);
    }
    if (is_assumed) {
      report().assumptions.emplace_back(
          "accounts and OUs whose place the export does not say are taken to be where the program "
          "says");
    }
  }

  [[nodiscard]] bool IsChanged(intent::AccountIndex account) const {
    const auto effect = effects_.find(account);
    return effect != effects_.end() && !effect->second->is_equal();
  }

  // ---------------------------------------------------------------------------------------- nodes

  std::string Target(const intent::Node& node) const {
    switch (node.kind) {
      case NodeKind::kRoot:
        return "root";
      case NodeKind::kUnit:
        return "ou " + node.name;
      case NodeKind::kAccount:
        return "account " + node.name;
    }
    return "";
  }

  void CompareNode(intent::NodeIndex index) {
    const intent::Node& node = model().nodes[index.value];
    const Level own = comparison_.program.AttachedTo(index, kind_);
    const Attached& attached = DeployedAt(ids_[index.value]);
    ++report().counts.nodes;
    const std::string target = Target(node);
    if (ids_[index.value].empty()) {
      if (own.empty()) return;
      return report().findings.push_back(
          Undetermined(Area::kNode, "", target,
                       {{fmt::format("no OU of the export is called `{}`", node.name),
                         std::string(kOrganizationCommand)}}));
    }
    if (!attached.lacking.empty()) {
      return report().findings.push_back(Undetermined(Area::kNode, "", target, attached.lacking));
    }
    if (is_off_) return;  // said once
    const Stack program = StackOf({ProgramAt(index)});
    const Stack deployed = StackOf({attached.documents});
    const Who anybody;
    const Outcome& outcome = comparison_.comparer.Compare(program, deployed, anybody);
    if (outcome.is_equal()) {
      ++report().counts.as_said;
      return;
    }
    // Of accounts below it, on either side: whether anything changes for them.
    const bool is_felt = node.accounts.empty() ||
                         std::ranges::any_of(node.accounts, [&](intent::AccountIndex account) {
                           return IsChanged(account);
                         });
    if (!is_felt) {
      if (CompareLater(index, target, attached)) return;
      report().moved.push_back(fmt::format(
          "{}: its {}s differ, with the same effect on all accounts below it", target, word()));
      return;
    }
    const bool has_others = std::ranges::any_of(attached.documents, [&](const Paper* paper) {
      return paper != comparison_.papers.FullAccess();
    });
    Finding finding = FindingOf(outcome, program, deployed, anybody, !own.empty(),
                                has_others || attached.documents.empty(), comparison_);
    ShowForAccount(node, finding);
    finding.area = Area::kNode;
    finding.target = target;
    finding.from = attached.from;
    finding.what = fmt::format("{}s of {}", word(), ids_[index.value]);
    const bool has_full = std::ranges::find(attached.documents, comparison_.papers.FullAccess()) !=
                          attached.documents.end();
    if (!has_full && kind_ == policy::Kind::kScp) {
      finding.notes.emplace_back("FullAWSAccess is not attached here");
    }
    for (const intent::AccountIndex account : node.accounts) {
      if (IsChanged(account)) explained_.insert(account);
    }
    report().findings.push_back(std::move(finding));
  }

  // What is in force for accounts that join the node later.
  Levels LevelsBelow(intent::NodeIndex node) {
    Levels levels;
    for (std::optional<intent::NodeIndex> at = node; at; at = model().nodes[at->value].parent) {
      levels.program.insert(levels.program.begin(), ProgramAt(*at));
      const Attached& attached = DeployedAt(ids_[at->value]);
      levels.deployed.insert(levels.deployed.begin(), attached.documents);
      levels.lacking.insert(levels.lacking.end(), attached.lacking.begin(), attached.lacking.end());
      if (!ids_[at->value].empty()) continue;
      levels.lacking.push_back(
          {fmt::format("no OU of the export is called `{}`", model().nodes[at->value].name),
           std::string(kOrganizationCommand)});
    }
    return levels;
  }

  // Whether something changes for accounts that join the node later, or may: then it is reported.
  // It is asked of one account of each class that the policies tell apart.
  bool CompareLater(intent::NodeIndex index, const std::string& target, const Attached& attached) {
    if (model().nodes[index.value].kind == NodeKind::kAccount) return false;
    const Levels levels = LevelsBelow(index);
    std::vector<const policy::PolicyDocument*> documents;
    for (const std::vector<Level>* side : {&levels.program, &levels.deployed}) {
      for (const Level& level : *side) {
        for (const Paper* paper : level) documents.push_back(&paper->governed);
      }
    }
    const deployed::Joining joining(model());
    const auto newcomers = joining.At(index, decide::DistinctionsIn(documents));
    if (!levels.lacking.empty() || !newcomers) {
      std::vector<Lack> lacking = levels.lacking;
      if (lacking.empty()) {
        lacking.push_back({fmt::format("what accounts that join later meet is not decided: {}",
                                       newcomers.error().message),
                           ""});
      }
      report().findings.push_back(Undetermined(Area::kNode, "", target, lacking));
      return true;
    }
    const Stack program = StackOf(levels.program);
    const Stack deployed = StackOf(levels.deployed);
    for (const decide::Newcomer& newcomer : *newcomers) {
      const decide::Affiliation affiliation = joining.AffiliationOf(index, newcomer);
      Who who;
      who.facts.account = newcomer.account;
      who.facts.organization = affiliation.organization;
      who.facts.path = affiliation.path;
      const Outcome& outcome = comparison_.comparer.Compare(program, deployed, who);
      if (outcome.is_equal()) continue;
      Finding finding = FindingOf(outcome, program, deployed, who, true, true, comparison_);
      finding.area = Area::kNode;
      finding.target = target;
      finding.from = attached.from;
      finding.what = fmt::format("{}s of {}", word(), ids_[index.value]);
      finding.notes.push_back(
          fmt::format("nothing changes for the accounts below it; it does for {}",
                      joining.Describe(index, newcomer)));
      report().findings.push_back(std::move(finding));
      return true;
    }
    return false;
  }

  // A request of a caller who is below the node says more than one of anybody.
  void ShowForAccount(const intent::Node& node, Finding& finding) {
    for (const intent::AccountIndex account : node.accounts) {
      const auto effect = effects_.find(account);
      if (effect == effects_.end() || effect->second->gained.has_value() != finding.is_gain ||
          effect->second->lost.has_value() != finding.is_loss) {
        continue;
      }
      const Levels& levels = levels_[account];
      finding.requests =
          FindingOf(*effect->second, StackOf(levels.program), StackOf(levels.deployed),
                    {comparison_.FactsOf(account), false}, true, true, comparison_)
              .requests;
      return;
    }
  }

  void ReportSwitchedOff() {
    if (!is_off_ || !comparison_.program.HasPolicies(kind_)) return;
    Finding finding;
    finding.verdict = Verdict::kMissing;
    finding.area = Area::kNode;
    finding.target = "root";
    finding.what = fmt::format("the policy type is not enabled: no {} is in force", word());
    for (const auto& [account, effect] : effects_) {
      explained_.insert(account);
      if (finding.is_gain || !effect->gained) continue;
      finding.is_gain = true;
      const Levels& levels = levels_[account];
      finding.requests.push_back(comparison_.comparer.Show(
          *effect->gained, StackOf(levels.program), StackOf(levels.deployed),
          {comparison_.FactsOf(account), false}, comparison_.program.tree()));
    }
    if (const auto* root = comparison_.deployed.FindNode(comparison_.deployed.root_id())) {
      finding.from.push_back(root->origin.span);
    }
    report().findings.push_back(std::move(finding));
  }

  // ------------------------------------------------------------------------ where accounts are

  // The node of the program that the export has the account in; nothing if that is not known.
  std::optional<std::string> FoundIn(const std::string& account) {
    const std::vector<std::string> line = comparison_.deployed.LineTo(account);
    if (line.size() < 2) return std::nullopt;
    for (auto id = line.rbegin() + 1; id != line.rend(); ++id) {
      if (std::ranges::find(ids_, *id) != ids_.end()) return *id;
    }
    return std::nullopt;
  }

  std::string NameOf(const std::string& id) {
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (ids_[i] == id) return Target(model().nodes[i]);
    }
    return id;
  }

  void ReportAbsent(const intent::Account& declared) {
    const std::string target = "account " + declared.name;
    if (!comparison_.deployed.snapshot().organization.has_all_accounts) {
      return report().findings.push_back(
          Undetermined(Area::kAccount, declared.name, target,
                       {{"the export does not say where the account is",
                         "aws organizations list-accounts > organization/list-accounts.json"}}));
    }
    Finding finding;
    finding.verdict = Verdict::kMissing;
    finding.area = Area::kAccount;
    finding.account = declared.name;
    finding.target = target;
    finding.what = "the organization does not have this account";
    report().findings.push_back(std::move(finding));
  }

  void ReportPlaces() {
    if (!comparison_.deployed.has_nodes()) return;
    std::set<std::string> known;
    for (std::uint32_t i = 0; i < model().accounts.size(); ++i) {
      const intent::AccountIndex account{i};
      const intent::Account& declared = model().accounts[i];
      known.insert(declared.id);
      if (declared.management) continue;
      if (comparison_.deployed.FindNode(declared.id) == nullptr) {
        ReportAbsent(declared);
        continue;
      }
      if (const auto lack = PlaceOf(account).lack) {
        report().findings.push_back(
            Undetermined(Area::kAccount, declared.name, "account " + declared.name, {*lack}));
        continue;
      }
      const auto found = FoundIn(declared.id);
      const auto& parent = model().nodes[declared.node.value].parent;
      const std::string wanted = parent ? ids_[parent->value] : "";
      const bool is_elsewhere = found && *found != wanted;
      if (!is_elsewhere && (!IsChanged(account) || explained_.contains(account))) continue;
      const auto effect = effects_.find(account);
      Finding finding;
      if (effect != effects_.end() && !effect->second->is_equal()) {
        const Levels& levels = levels_[account];
        finding = FindingOf(*effect->second, StackOf(levels.program), StackOf(levels.deployed),
                            {comparison_.FactsOf(account), false}, true, true, comparison_);
      } else {
        finding.verdict = Verdict::kOther;
        finding.notes.emplace_back(effect != effects_.end()
                                       ? "the policies in force there have the same effect"
                                       : "which policies are in force there is not known");
      }
      finding.area = Area::kAccount;
      finding.account = declared.name;
      finding.target = "account " + declared.name;
      finding.what = is_elsewhere
                         ? fmt::format("is in {}, not in {}", NameOf(*found), NameOf(wanted))
                         : "is below an OU that the program does not have";
      if (const auto* node = comparison_.deployed.FindNode(declared.id)) {
        finding.from.push_back(node->origin.span);
      }
      report().findings.push_back(std::move(finding));
    }
    for (const auto& node : comparison_.deployed.snapshot().organization.nodes.items) {
      if (node.type != snapshot::NodeType::kAccount || known.contains(node.id)) continue;
      Finding finding;
      finding.verdict = Verdict::kUnmanaged;
      finding.area = Area::kAccount;
      finding.account = node.id;
      finding.target = "account " + node.id;
      finding.what = fmt::format("the program does not have this account{}",
                                 node.name.empty() ? "" : fmt::format(" (`{}`)", node.name));
      finding.from.push_back(node.origin.span);
      report().findings.push_back(std::move(finding));
    }
  }

  Comparison& comparison_;
  policy::Kind kind_;
  bool is_off_;
  std::vector<std::string> ids_;  ///< of the program's nodes
  std::map<std::string, Attached> attached_;
  std::map<intent::AccountIndex, Levels> levels_;
  std::map<intent::AccountIndex, const Outcome*> effects_;
  std::set<intent::AccountIndex> explained_;  ///< a node's finding says what changes for it
};

}  // namespace

void CompareOrganization(Comparison& comparison) {
  const snapshot::Exported<std::string>& id = comparison.deployed.snapshot().organization.id;
  const std::string& wanted = comparison.program.program().model.organization.id;
  if (id.is_known() && !wanted.empty() && *id != wanted) {
    Finding finding;
    finding.verdict = Verdict::kOther;
    finding.area = Area::kNode;
    finding.target = "root";
    finding.what = fmt::format("the export is of organization {}, the program of {}", *id, wanted);
    finding.is_gain = finding.is_loss = true;
    comparison.report.findings.push_back(std::move(finding));
  }
  for (const policy::Kind kind : {policy::Kind::kScp, policy::Kind::kRcp}) {
    Organization(comparison, kind).Run();
  }
}

}  // namespace writ::drift
