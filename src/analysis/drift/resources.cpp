// Policies that name their callers themselves: trust policies of roles and policies of endpoints.
#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/drift/comparison.h"
#include "facts/catalog/catalog.h"
#include "iam/decide/in_place.h"
#include "iam/policy/pattern.h"

namespace writ::drift {
namespace {

decide::Documents DocumentsOf(const Level& level) {
  decide::Documents documents;
  for (const Paper* paper : level) documents.push_back(paper->document);
  return documents;
}

// Issuers that sign in the users of everybody, each for whatever audience is asked for: only the
// subject tells them apart. From general knowledge, not checked against pages; not complete.
constexpr std::array<std::string_view, 3> kSharedIssuers = {"token.actions.githubusercontent.com",
                                                            "gitlab.com", "app.terraform.io"};

// Keys, after the issuer and a colon, by which the owner of an application or a user is named. From
// general knowledge, not checked against pages.
constexpr std::array<std::string_view, 6> kPins = {"aud", "sub", "oaud", "app_id", "id", "user_id"};

// Whether a value names somebody: `repo:*` names everybody, `repo:acme/*` those of `acme`. What
// stands before the first wildcard must hold a kind and a name, each with what ends it.
bool NamesSomebody(std::string_view value, bool has_wildcards) {
  const std::size_t at = has_wildcards ? value.find_first_of("*?") : std::string_view::npos;
  if (at == std::string_view::npos) return !value.empty();
  return std::ranges::count_if(value.substr(0, at), [](char c) { return c == ':' || c == '/'; }) >
         1;
}

bool Pins(const policy::Condition& condition, std::string_view issuer) {
  using Base = policy::BaseOperator;
  const Base base = condition.op.base;
  const bool is_like = base == Base::kStringLike;
  if (!is_like && base != Base::kStringEquals && base != Base::kStringEqualsIgnoreCase) {
    return false;
  }
  // ForAllValues and IfExists hold where the key is absent.
  if (condition.op.if_exists || condition.op.set == policy::SetQualifier::kForAllValues) {
    return false;
  }
  const std::string key = policy::FoldCase(condition.key);
  const std::string prefix = policy::FoldCase(issuer) + ":";
  if (!key.starts_with(prefix)) return false;
  const std::string name = key.substr(prefix.size());
  if (std::ranges::find(kPins, name) == kPins.end()) return false;
  if (name != "sub" && std::ranges::find(kSharedIssuers, issuer) != kSharedIssuers.end()) {
    return false;
  }
  return std::ranges::all_of(
      condition.values, [&](const std::string& value) { return NamesSomebody(value, is_like); });
}

// An identity provider that a statement lets sign in whom the organization does not know: one of
// another account, or one of the web whose audience or subject no condition pins.
std::optional<std::string> FindStranger(const policy::PolicyDocument& document,
                                        const std::vector<std::string>& ours) {
  constexpr std::string_view kOidc = "oidc-provider/";
  for (const policy::Statement& one : document.statements) {
    if (one.effect != policy::Effect::kAllow || !one.principal ||
        one.principal->sense == policy::Sense::kAllBut) {
      continue;
    }
    for (const policy::Principal& named : one.principal->values) {
      if (named.type != policy::PrincipalType::kFederated) continue;
      std::string_view issuer = named.value;
      if (const auto parts = policy::SplitArn(named.value)) {
        if (!std::ranges::binary_search(ours, std::string((*parts)[4]))) return named.value;
        // Whom a SAML provider of ours signs in is ours.
        if (!(*parts)[5].starts_with(kOidc)) continue;
        issuer = std::string_view(named.value).substr(named.value.find(kOidc) + kOidc.size());
      }
      const bool is_pinned = std::ranges::any_of(
          one.conditions,
          [&](const policy::Condition& condition) { return Pins(condition, issuer); });
      if (!is_pinned) return named.value;
    }
  }
  return std::nullopt;
}

class Resources {
 public:
  explicit Resources(Comparison& comparison) : comparison_(comparison) {
    const intent::Organization& organization = comparison.program.program().model.organization;
    for (const intent::Account& one : organization.accounts) ours_.push_back(one.id);
    for (const std::string& one : comparison.deployed.snapshot().Accounts()) ours_.push_back(one);
    std::ranges::sort(ours_);
    const auto rest = std::ranges::unique(ours_);
    ours_.erase(rest.begin(), rest.end());
  }

  void Run() {
    for (const ProgramSide::OfResource& one : comparison_.program.resources()) {
      if (one.kind == policy::Kind::kTrust) {
        CompareTrust(one);
      } else {
        CompareEndpoint(one);
      }
    }
    for (const snapshot::Principal& one : comparison_.deployed.snapshot().principals.items) {
      LookAtStrangers(one);
    }
  }

 private:
  Report& report() { return comparison_.report; }

  void CompareInPlace(const Level& program, const Paper* deployed, policy::Kind kind,
                      Finding finding) {
    const Level own = {deployed};
    decide::InPlaceOptions options;
    options.questions.catalog = &comparison_.program.program().catalog;
    const decide::InPlace answer =
        comparison_.papers.MeaningOf(program) == comparison_.papers.MeaningOf(own)
            ? decide::InPlace{}
            : decide::CompareInPlace(DocumentsOf(program), DocumentsOf(own), kind, options);
    const bool is_equal =
        answer.relation == decide::Relation::kEquivalent && answer.obstacles.empty();
    if (is_equal && !answer.other) {
      ++report().counts.as_said;
      return;
    }
    finding.is_gain = answer.gained.has_value();
    finding.is_loss = answer.lost.has_value();
    finding.verdict = finding.is_gain && finding.is_loss ? Verdict::kOther
                      : finding.is_gain                  ? Verdict::kWider
                      : finding.is_loss                  ? Verdict::kNarrower
                                                         : Verdict::kUndetermined;
    for (const auto* one : {&answer.gained, &answer.lost}) {
      if (!*one) continue;
      const bool is_gain = one == &answer.gained;
      Shown shown;
      shown.request = (*one)->request;
      const policy::Decision& allowed = (*one)->allowed;
      const policy::Decision& refused = (*one)->refused;
      shown.program = is_gain ? refused.verdict : allowed.verdict;
      shown.deployed = is_gain ? allowed.verdict : refused.verdict;
      shown.because = policy::Layer::kResource;
      finding.requests.push_back(std::move(shown));
    }
    for (const decide::Obstacle& obstacle : answer.obstacles) {
      finding.notes.push_back(obstacle.Describe());
    }
    for (const std::string& one : answer.unsupported) finding.notes.push_back(one);
    if (answer.other) {
      const bool is_open = answer.other->relation == decide::Relation::kUndecided;
      const bool may_gain = !finding.is_gain && (is_open || answer.other->gained);
      const bool may_lose = !finding.is_loss && (is_open || answer.other->lost);
      std::vector<std::string> doubts;
      for (const policy::Doubt doubt : answer.other->doubts) {
        doubts.emplace_back(policy::Describe(doubt));
      }
      if (may_gain || may_lose) {
        finding.is_gain = finding.is_gain || may_gain;
        finding.is_loss = finding.is_loss || may_lose;
        finding.notes.push_back(MayText(may_gain, may_lose, doubts));
      }
    }
    report().findings.push_back(std::move(finding));
  }

  void CompareTrust(const ProgramSide::OfResource& one) {
    if (!one.account) return;
    const std::string& account = comparison_.program.program().AccountAt(*one.account).id;
    bool is_found = false;
    bool is_listed = false;
    for (const snapshot::Principal& role : comparison_.deployed.snapshot().principals.items) {
      if (role.type != snapshot::PrincipalType::kRole || role.account != account) continue;
      is_listed = is_listed || role.attached.is_whole || role.inline_policies.is_whole;
      // A script names roles without their path.
      const bool is_it =
          role.name == one.id || catalog::MatchesPattern("role/" + one.id, TailOf(role));
      if (!is_it) continue;
      is_found = true;
      compared_.insert(role.key);
      ++report().counts.trusts;
      Finding finding;
      finding.area = Area::kTrust;
      finding.account = comparison_.AccountName(*one.account);
      finding.target = TailOf(role);
      finding.what = "who may assume it";
      const Paper* paper = nullptr;
      const auto lack = comparison_.deployed.LackOf(role.trust, "its trust policy",
                                                    AccountCommand(account), paper);
      if (lack) {
        report().findings.push_back(
            Undetermined(Area::kTrust, finding.account, finding.target, {*lack}));
        continue;
      }
      finding.from.push_back(role.origin.span);
      CompareInPlace(one.documents, paper, policy::Kind::kTrust, std::move(finding));
    }
    if (!is_found) ReportAbsentRole(one, account, is_listed);
  }

  void ReportAbsentRole(const ProgramSide::OfResource& one, const std::string& account,
                        bool is_listed) {
    const std::string name = comparison_.AccountName(*one.account);
    const std::string target = "role/" + one.id;
    if (!is_listed) {
      return report().findings.push_back(
          Undetermined(Area::kTrust, name, target,
                       {{"the role is not in the export", AccountCommand(account)}}));
    }
    Finding finding;
    finding.verdict = Verdict::kMissing;
    finding.area = Area::kTrust;
    finding.account = name;
    finding.target = target;
    finding.what = "the account does not have this role";
    finding.is_loss = true;
    report().findings.push_back(std::move(finding));
  }

  void CompareEndpoint(const ProgramSide::OfResource& one) {
    const auto& endpoints = comparison_.deployed.snapshot().endpoints.items;
    const auto found = std::ranges::find_if(endpoints, [&](const snapshot::Endpoint& endpoint) {
      return endpoint.key == one.id || endpoint.key.ends_with("/" + one.id);
    });
    const std::string command =
        fmt::format("aws ec2 describe-vpc-endpoints --vpc-endpoint-ids {0} > {0}.json", one.id);
    ++report().counts.endpoints;
    const Paper* paper = nullptr;
    const auto lack = comparison_.deployed.LackOf(
        found == endpoints.end() ? snapshot::Exported<snapshot::DocumentId>() : found->policy,
        "its policy", command, paper);
    if (lack) {
      report().findings.push_back(Undetermined(Area::kEndpoint, "", one.id, {*lack}));
      return;
    }
    Finding finding;
    finding.area = Area::kEndpoint;
    finding.target = one.id;
    finding.what = "what may pass it";
    finding.from.push_back(found->origin.span);
    CompareInPlace(one.documents, paper, policy::Kind::kVpcEndpoint, std::move(finding));
  }

  // A bound role that principals of other organizations may assume: its rights are theirs.
  void LookAtStrangers(const snapshot::Principal& role) {
    if (role.type != snapshot::PrincipalType::kRole || compared_.contains(role.key)) return;
    const auto account = comparison_.program.AccountOf(role.account);
    if (!account || role.is_service_linked()) return;
    const Bound bound = comparison_.program.BoundOf(*account, role);
    if (bound.label.empty() || bound.documents.empty()) return;
    ++report().counts.trusts;
    const Paper* paper = nullptr;
    const auto lack = comparison_.deployed.LackOf(role.trust, "its trust policy",
                                                  AccountCommand(role.account), paper);
    if (lack) {
      report().findings.push_back(
          Undetermined(Area::kTrust, comparison_.AccountName(*account), TailOf(role), {*lack}));
      return;
    }
    const intent::Organization& organization = comparison_.program.program().model.organization;
    const policy::PolicyDocument& document = paper->document;
    if (const auto stranger = FindStranger(document, ours_)) {
      Finding finding;
      // A Deny may keep them out: whether it does is not looked at.
      const bool has_deny = std::ranges::any_of(
          document.statements,
          [](const policy::Statement& one) { return one.effect == policy::Effect::kDeny; });
      finding.verdict = has_deny ? Verdict::kUndetermined : Verdict::kWider;
      finding.area = Area::kTrust;
      finding.account = comparison_.AccountName(*account);
      finding.target = TailOf(role);
      finding.what = fmt::format("anybody whom `{}` signs in may assume it{}", *stranger,
                                 has_deny ? ", unless a Deny refuses it" : "");
      finding.is_gain = !has_deny;
      finding.notes.push_back("a role of " + bound.label);
      finding.from.push_back(role.origin.span);
      report().findings.push_back(std::move(finding));
      return;
    }
    const bool names_others =
        std::ranges::any_of(document.statements, [&](const policy::Statement& one) {
          if (one.effect != policy::Effect::kAllow || !one.principal) return false;
          if (one.principal->sense == policy::Sense::kAllBut) return true;
          return std::ranges::any_of(one.principal->values, [&](const policy::Principal& named) {
            if (named.type == policy::PrincipalType::kEveryone) return true;
            if (named.type != policy::PrincipalType::kAws) return false;
            const auto parts = policy::SplitArn(named.value);
            const std::string owner = parts ? std::string((*parts)[4]) : named.value;
            return !std::ranges::binary_search(ours_, owner);
          });
        });
    if (!names_others) {
      ++report().counts.as_said;
      return;
    }
    // Whom it names decides nothing yet: conditions may keep them out.
    policy::PolicySet set;
    set.resource = document;
    set.identity = {comparison_.papers.FullAccess()->document};
    if (!organization.id.empty()) {
      // Nobody outside sends the organization's id.
      policy::Statement ours_only;
      ours_only.effect = policy::Effect::kDeny;
      ours_only.principal = policy::Principals{policy::Sense::kListed, {policy::Principal{}}};
      ours_only.action.values = {"*"};
      ours_only.conditions.push_back({{.set = policy::SetQualifier::kNone,
                                       .base = policy::BaseOperator::kStringEquals,
                                       .if_exists = false},
                                      "aws:PrincipalOrgID",
                                      {organization.id}});
      set.resource->statements.push_back(std::move(ours_only));
    }
    decide::Scope scope;
    scope.accounts = decide::Accounts::kCross;
    scope.callers = {ours_, true};
    decide::Options options;
    options.catalog = &comparison_.program.program().catalog;
    const decide::Space space(std::move(set), std::move(scope));
    const decide::Answer answer = decide::FindAllowed(space, options);
    const auto* const refuted = std::get_if<decide::Refuted>(&answer);
    const bool is_closed = std::holds_alternative<decide::Proved>(answer);
    if (is_closed && !MayAllow(space, options)) {
      ++report().counts.as_said;
      return;
    }
    Finding finding;
    finding.area = Area::kTrust;
    finding.account = comparison_.AccountName(*account);
    finding.target = TailOf(role);
    finding.notes.push_back("a role of " + bound.label);
    finding.from.push_back(role.origin.span);
    if (refuted == nullptr) {
      finding.verdict = Verdict::kUndetermined;
      finding.what =
          "whether principals of accounts outside the organization may assume it is not decided";
      report().findings.push_back(std::move(finding));
      return;
    }
    finding.verdict = Verdict::kWider;
    finding.what = "principals of accounts outside the organization may assume it";
    finding.is_gain = true;
    Shown shown;
    shown.request = refuted->witness.request;
    shown.request.resource = role.arn.empty() ? shown.request.resource : role.arn;
    shown.request.resource_account.reset();
    shown.deployed = policy::Verdict::kAllowed;
    shown.because = policy::Layer::kResource;
    for (const policy::StatementRef& one : refuted->witness.allowed.statements) {
      if (one.layer != policy::Layer::kResource) continue;
      const policy::Place place = paper->places.statements[one.statement].statement;
      shown.causes.push_back(
          {paper->exported->name, std::size_t{one.statement} + 1, paper->exported->SpanOf(place)});
    }
    finding.requests.push_back(std::move(shown));
    report().findings.push_back(std::move(finding));
  }

  Comparison& comparison_;
  std::vector<std::string> ours_;   ///< accounts of the organization, sorted
  std::set<std::string> compared_;  ///< roles whose trust the program says
};

}  // namespace

void CompareResources(Comparison& comparison) { Resources(comparison).Run(); }

}  // namespace writ::drift
