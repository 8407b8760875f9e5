// Principals of all accounts: what they hold by their own policies, and what remains of it below
// the SCPs in force.
#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/drift/comparison.h"

namespace writ::drift {
namespace {

using snapshot::PrincipalType;

class Principals {
 public:
  explicit Principals(Comparison& comparison)
      : comparison_(comparison), everything_(comparison.models.Everything()) {}

  void Run() {
    for (const snapshot::Principal& one : deployed().snapshot().principals.items) Look(one);
    ReportUnmanaged();
    ReportLacking();
    ReportUnmet();
    ReportStrangers();
    comparison_.report.counts.accounts = seen_.size();
  }

 private:
  [[nodiscard]] DeployedSide& deployed() { return comparison_.deployed; }
  Report& report() { return comparison_.report; }

  void Look(const snapshot::Principal& principal) {
    if (principal.type == PrincipalType::kGroup) return;
    const auto account = comparison_.program.AccountOf(principal.account);
    if (!account) {
      ++strangers_[principal.account];
      return;
    }
    seen_.insert(*account);
    const bool is_listed = principal.attached.is_whole || principal.inline_policies.is_whole;
    if (is_listed) listed_.insert(*account);
    if (principal.is_service_linked()) {
      ++report().counts.service_linked;
      return;
    }
    const Bound bound = comparison_.program.BoundOf(*account, principal);
    if (bound.depends_on_tags) {
      lacking_[{*account,
                {"the tags of principals are not in the export",
                 AccountCommand(principal.account)}}]
          .push_back(TailOf(principal));
      return;
    }
    if (bound.label.empty()) return LookAtUnbound(*account, principal);
    ++report().counts.principals;
    CompareBound(*account, principal, bound);
  }

  Who WhoIs(intent::AccountIndex account, const snapshot::Principal& principal) const {
    Who who{comparison_.FactsOf(account), true};
    who.facts.arn = principal.arn;
    if (who.facts.arn.empty()) {
      who.facts.arn = fmt::format("arn:{}:iam::{}:{}", comparison_.program.program().partition(),
                                  principal.account, TailOf(principal));
    }
    return who;
  }

  static Stack StackOf(const Rights& rights) {
    Stack stack;
    stack.identity = rights.identity;
    stack.boundary = rights.boundary;
    return stack;
  }

  void CompareBound(intent::AccountIndex account, const snapshot::Principal& principal,
                    const Bound& bound) {
    const Rights rights = deployed().RightsOf(principal);
    const std::string target = TailOf(principal);
    if (!rights.lacking.empty()) {
      for (const Lack& lack : rights.lacking) {
        lacking_[{account, lack}].push_back(fmt::format("{} ({})", target, bound.label));
      }
      return;
    }
    const Who who = WhoIs(account, principal);
    Stack program;
    program.identity = bound.documents;
    Stack own = StackOf(rights);
    const Outcome& outcome = comparison_.comparer.Compare(program, own, who);
    if (outcome.is_equal()) {
      ++report().counts.as_said;
      return;
    }
    Finding finding = FindingOf(outcome, program, own, who, !bound.documents.empty(),
                                !rights.identity.empty(), comparison_);
    // A bound principal is in the program, whether or not it is granted anything.
    if (finding.verdict == Verdict::kExtra) finding.verdict = Verdict::kWider;
    finding.area = Area::kPrincipal;
    finding.account = comparison_.AccountName(account);
    finding.target = target;
    finding.notes.push_back("a principal of " + bound.label);
    finding.from = rights.from;
    if (finding.from.empty()) finding.from.push_back(principal.origin.span);
    LookBelowScps(account, program, own, who, finding);
    report().findings.push_back(std::move(finding));
  }

  // Whether the SCPs in force leave anything of the difference, and a request that they do not
  // refuse if so.
  void LookBelowScps(intent::AccountIndex account, Stack program, Stack own, const Who& who,
                     Finding& finding) {
    const auto levels = comparison_.scps.find(account);
    if (levels == comparison_.scps.end() || !levels->second.is_known ||
        !levels->second.lacking.empty() || levels->second.deployed.empty()) {
      return;
    }
    program.scps = levels->second.deployed;
    own.scps = levels->second.deployed;
    const Outcome& outcome = comparison_.comparer.Compare(program, own, who);
    if (outcome.is_equal()) {
      finding.notes.emplace_back("in effect nothing changes today: the SCPs in force refuse it");
      return;
    }
    if (outcome.gained.has_value() != finding.is_gain ||
        outcome.lost.has_value() != finding.is_loss) {
      return;
    }
    finding.requests.clear();
    for (const auto* request : {&outcome.gained, &outcome.lost}) {
      if (!*request) continue;
      finding.requests.push_back(
          comparison_.comparer.Show(**request, program, own, who, comparison_.program.tree()));
    }
  }

  // -------------------------------------------------------------------------- whom nobody binds

  /// Principals of one account whose documents say the same.
  struct Group {
    std::vector<std::string> targets;
    std::vector<source::Span> from;
    std::optional<Shown> shown;
    bool is_open = false;
  };
  using GroupKey =
      std::tuple<intent::AccountIndex, PrincipalType, MeaningId, std::optional<MeaningId>>;

  void LookAtUnbound(intent::AccountIndex account, const snapshot::Principal& principal) {
    ++report().counts.unbound;
    const Rights rights = deployed().RightsOf(principal);
    const bool may_allow = std::ranges::any_of(rights.identity, [](const Paper* paper) {
      return std::ranges::any_of(paper->governed.statements, [](const policy::Statement& one) {
        return one.effect == policy::Effect::kAllow;
      });
    });
    if (!rights.lacking.empty()) {
      for (const Lack& lack : rights.lacking) {
        lacking_[{account, lack}].push_back(TailOf(principal));
      }
      return;
    }
    if (!may_allow) return;
    const Who who = WhoIs(account, principal);
    Stack own = StackOf(rights);
    const auto levels = comparison_.scps.find(account);
    if (levels != comparison_.scps.end() && levels->second.lacking.empty()) {
      own.scps = levels->second.deployed;
    } else if (levels != comparison_.scps.end()) {
      report().assumptions.push_back(
          fmt::format("not all SCPs of {} are in the export: its principals are compared by their "
                      "own policies",
                      comparison_.AccountName(account)));
    }
    // Conditions on who calls are decided first, so that what is alike for many is asked once.
    const auto met = [&](const Level& level) {
      Level result;
      for (const Paper* paper : level) {
        result.push_back(comparison_.papers.MetBy(paper, who.facts));
      }
      return comparison_.papers.MeaningOf(result);
    };
    std::vector<MeaningId> scps;
    for (const Level& level : own.scps) scps.push_back(met(level));
    const GroupKey key{account, principal.type, met(own.identity),
                       own.boundary ? std::optional(met(*own.boundary)) : std::nullopt};
    const auto [at, is_new] = groups_.try_emplace({key, scps});
    Group& group = at->second;
    group.targets.push_back(TailOf(principal));
    if (group.from.empty()) {
      group.from = rights.from;
      group.from.insert(group.from.begin(), principal.origin.span);
    }
    if (!is_new) return;
    std::optional<policy::Request> found;
    for (const policy::PolicyDocument* within : {&comparison_.comparer.calls(), &everything_}) {
      bool is_open = false;
      found = comparison_.comparer.FindAllowed(own, who, *within, is_open);
      group.is_open = is_open;
      if (found) break;
    }
    if (!found) return;
    Stack program;
    if (levels != comparison_.scps.end()) program.scps = levels->second.program;
    group.shown = comparison_.comparer.Show(*found, program, own, who, comparison_.program.tree());
  }

  void ReportUnmanaged() {
    for (auto& [key, group] : groups_) {
      const intent::AccountIndex account = std::get<0>(key.first);
      if (!group.shown && !group.is_open) {
        report().counts.as_said += group.targets.size();
        continue;
      }
      Finding finding;
      finding.area = Area::kPrincipal;
      finding.account = comparison_.AccountName(account);
      finding.target = group.targets.front();
      finding.alike.assign(group.targets.begin() + 1, group.targets.end());
      finding.from = std::move(group.from);
      if (group.shown) {
        finding.verdict = Verdict::kUnmanaged;
        finding.is_gain = true;
        finding.requests = {*std::move(group.shown)};
      } else {
        finding.verdict = Verdict::kUndetermined;
        finding.what = "whether it may use models is not decided";
      }
      report().findings.push_back(std::move(finding));
    }
  }

  // ------------------------------------------------------------------------------ what is missing

  void ReportLacking() {
    for (auto& [key, targets] : lacking_) {
      const auto& [account, lack] = key;
      Finding finding =
          Undetermined(Area::kPrincipal, comparison_.AccountName(account), targets.front(), {lack});
      finding.alike.assign(targets.begin() + 1, targets.end());
      report().findings.push_back(std::move(finding));
    }
  }

  void ReportUnmet() {
    std::set<intent::AccountIndex> unseen;
    for (const Binding& binding : comparison_.program.bindings()) {
      if (binding.is_met || binding.documents.empty()) continue;
      if (!seen_.contains(binding.account)) {
        unseen.insert(binding.account);
        continue;
      }
      // Permission sets are compared as such, and provisioned where somebody is assigned to them.
      if (binding.principal.kind == intent::Principal::Kind::kPermissionSet) continue;
      const std::string account = comparison_.AccountName(binding.account);
      const std::string& id = comparison_.program.program().AccountAt(binding.account).id;
      const std::string target = TargetOf(binding.principal);
      if (!listed_.contains(binding.account)) {
        report().findings.push_back(
            Undetermined(Area::kPrincipal, account, target,
                         {{fmt::format("no principal of {} is in the export", binding.label),
                           AccountCommand(id)}}));
        continue;
      }
      Finding finding;
      finding.verdict = Verdict::kMissing;
      finding.area = Area::kPrincipal;
      finding.account = account;
      finding.target = target;
      finding.is_loss = true;
      finding.what = fmt::format("no principal of the account is one of {}", binding.label);
      report().findings.push_back(std::move(finding));
    }
    for (const intent::AccountIndex account : unseen) {
      report().findings.push_back(
          Undetermined(Area::kPrincipal, comparison_.AccountName(account), "all principals",
                       {{"no principal of the account is in the export",
                         AccountCommand(comparison_.program.program().AccountAt(account).id)}}));
    }
  }

  static std::string TargetOf(const intent::Principal& principal) {
    switch (principal.kind) {
      case intent::Principal::Kind::kRole:
        return "role/" + principal.value;
      case intent::Principal::Kind::kUser:
        return "user/" + principal.value;
      case intent::Principal::Kind::kTag:
        return fmt::format("tag {} = {}", principal.tag_key, principal.value);
      case intent::Principal::Kind::kPermissionSet:
      case intent::Principal::Kind::kService:
        return principal.value;
    }
    return "";
  }

  void ReportStrangers() {
    for (const auto& [account, count] : strangers_) {
      const std::string principals = fmt::format("{} principal{}", count, count == 1 ? "" : "s");
      if (account.empty()) {
        report().findings.push_back(Undetermined(
            Area::kPrincipal, "", principals,
            {{"the export does not say of which account they are", "writ drift … --account ID"}}));
        continue;
      }
      report().assumptions.push_back(
          fmt::format("{} of account {}, which the program does not have, {} not compared",
                      principals, account, count == 1 ? "was" : "were"));
    }
  }

  Comparison& comparison_;
  const policy::PolicyDocument everything_;
  std::set<intent::AccountIndex> seen_;
  std::set<intent::AccountIndex> listed_;  ///< all of its principals are in the export
  std::map<std::string, std::size_t> strangers_;
  std::map<std::pair<GroupKey, std::vector<MeaningId>>, Group> groups_;
  std::map<std::pair<intent::AccountIndex, Lack>, std::vector<std::string>> lacking_;
};

}  // namespace

void ComparePrincipals(Comparison& comparison) { Principals(comparison).Run(); }

void ComparePermissionSets(Comparison& comparison) {
  const snapshot::Snapshot& snapshot = comparison.deployed.snapshot();
  std::set<std::string> found;
  for (const snapshot::PermissionSet& set : snapshot.permission_sets.items) {
    const auto said = comparison.program.permission_sets().find(set.name);
    const bool is_said = said != comparison.program.permission_sets().end();
    ++comparison.report.counts.permission_sets;
    if (is_said) found.insert(set.name);
    const std::string target = "permission-set/" + (set.name.empty() ? set.key : set.name);
    const Rights rights = comparison.deployed.RightsOf(set);
    if (!rights.lacking.empty()) {
      comparison.report.findings.push_back(
          Undetermined(Area::kPermissionSet, "", target, rights.lacking));
      continue;
    }
    Stack program;
    if (is_said) program.identity = said->second;
    Stack own;
    own.identity = rights.identity;
    own.boundary = rights.boundary;
    const Who anybody;
    const Outcome& outcome = comparison.comparer.Compare(program, own, anybody);
    if (outcome.is_equal()) {
      ++comparison.report.counts.as_said;
      continue;
    }
    Finding finding =
        FindingOf(outcome, program, own, anybody, is_said, !rights.identity.empty(), comparison);
    if (finding.verdict == Verdict::kExtra) finding.verdict = Verdict::kUnmanaged;
    finding.area = Area::kPermissionSet;
    finding.target = target;
    finding.from = rights.from;
    comparison.report.findings.push_back(std::move(finding));
  }
  if (snapshot.permission_sets.items.empty()) return;
  for (const auto& [name, documents] : comparison.program.permission_sets()) {
    if (found.contains(name)) continue;
    Finding finding;
    finding.verdict = Verdict::kMissing;
    finding.area = Area::kPermissionSet;
    finding.target = "permission-set/" + name;
    finding.what = "no permission set of the export is called so";
    finding.is_loss = true;
    comparison.report.findings.push_back(std::move(finding));
  }
}

}  // namespace writ::drift
