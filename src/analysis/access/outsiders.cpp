#include "analysis/access/outsiders.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "iam/decide/sendable.h"
#include "iam/decide/space.h"
#include "iam/policy/pattern.h"
#include "program/intent/find.h"
#include "proof/deployed/joining.h"
#include "proof/verify/perimeters.h"
#include "proof/verify/spaces.h"

namespace writ::access {
namespace {

using decide::Space;
using intent::NodeIndex;
using intent::Perimeter;
using policy::Effect;
using verify::Authorization;
using verify::Condition;

constexpr std::array<Outsider, 3> kKinds = {Outsider::kOtherOrganization, Outsider::kNoOrganization,
                                            Outsider::kServiceForOthers};
/// An organization and an account that are nobody's of the program.
constexpr std::string_view kElsewhere = "o-elsewhere01";

const policy::ContextKey* Find(const policy::Request& request, std::string_view name) {
  const auto found = std::ranges::find_if(request.context, [&](const policy::ContextKey& key) {
    return policy::EqualIgnoringCase(key.name, name) && !key.values.empty();
  });
  return found == request.context.end() ? nullptr : &*found;
}

std::string ValueOf(const policy::Request& request, std::string_view name) {
  const policy::ContextKey* key = Find(request, name);
  return key == nullptr ? std::string() : key->values.front();
}

void Set(policy::Request& request, std::string_view name, std::string value) {
  std::erase_if(request.context, [&](const policy::ContextKey& key) {
    return policy::EqualIgnoringCase(key.name, name);
  });
  if (!value.empty()) request.context.push_back({std::string(name), false, {std::move(value)}});
}

Condition IsAwsService() {
  Condition service = verify::Present("aws:PrincipalIsAWSService");
  service.test.type = intent::Test::Type::kBool;
  return service;
}

/// Who a caller of the kind is, beside what the question says of it.
Condition WhoIs(Outsider kind, const std::string& organization,
                const std::vector<std::string>& partners) {
  const auto none_of = [](std::string key, std::vector<std::string> texts) {
    return texts.empty() ? verify::Always()
                         : verify::Not(verify::Among(std::move(key), std::move(texts)));
  };
  if (kind == Outsider::kServiceForOthers) {
    return verify::And({IsAwsService(), verify::Present("aws:SourceAccount"),
                        none_of("aws:SourceOrgID", {organization}),
                        none_of("aws:SourceAccount", partners)});
  }
  const Condition of_another = verify::And(
      {verify::Present("aws:PrincipalOrgID"), none_of("aws:PrincipalOrgID", {organization})});
  return verify::And({verify::Not(IsAwsService()),
                      kind == Outsider::kOtherOrganization
                          ? of_another
                          : verify::Not(verify::Present("aws:PrincipalOrgID")),
                      none_of("aws:PrincipalAccount", partners)});
}

/// Keys that a condition compares, in lower case.
void AddKeys(const Condition& condition, std::set<std::string>& keys) {
  for (const Condition& operand : condition.operands) AddKeys(operand, keys);
  if (condition.kind == Condition::Kind::kTest) keys.insert(policy::FoldCase(condition.test.key));
}

/// What callers of the kind say of themselves, as far as `read` is asked: none is an account of the
/// organization, and only services say for whom they call.
Condition SaysOfItself(Outsider kind, const std::set<std::string>& read,
                       const intent::Organization& organization) {
  constexpr std::array<const char*, 5> kPrincipal{"aws:PrincipalAccount", "aws:PrincipalArn",
                                                  "aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
                                                  "aws:username"};
  constexpr std::array<const char*, 4> kSource{"aws:SourceAccount", "aws:SourceArn",
                                               "aws:SourceOrgID", "aws:SourceOrgPaths"};
  std::vector<std::string> accounts;
  std::vector<std::string> arns;
  for (const intent::Account& account : organization.accounts) {
    accounts.push_back(account.id);
    arns.push_back(fmt::format("arn:*:*:*:{}:*", account.id));
  }
  std::vector<Condition> all;
  const auto absent = [&](const auto& keys) {
    for (const char* key : keys) {
      if (read.contains(policy::FoldCase(key))) all.push_back(verify::Not(verify::Present(key)));
    }
  };
  const auto foreign = [&](const std::string& of) {
    for (const auto& [what, known] : {std::pair{"Account", &accounts}, std::pair{"Arn", &arns}}) {
      const std::string key = of + what;
      if (!read.contains(policy::FoldCase(key)) || known->empty()) continue;
      all.push_back(
          verify::Not(known == &arns ? verify::ArnAmong(key, *known) : verify::Among(key, *known)));
    }
  };
  if (kind == Outsider::kServiceForOthers) {
    absent(kPrincipal);
    foreign("aws:Source");
  } else {
    absent(kSource);
    foreign("aws:Principal");
  }
  return verify::And(std::move(all));
}

/// The owner of resources: an account, or one that joins a node later.
struct Owner {
  NodeIndex node;
  std::optional<intent::AccountIndex> account;
};

/// Resources of the question that the owner can have: an ARN names its account or none.
std::vector<std::string> ResourcesOf(const Perimeter& asked, const std::string& id) {
  if (asked.resources.empty()) return {"*"};
  std::vector<std::string> own;
  for (const std::string& resource : asked.resources) {
    const std::optional<policy::ArnSegments> arn = policy::SplitArn(resource);
    const std::string_view account = arn ? std::string_view((*arn)[4]) : std::string_view();
    const bool is_number =
        account.size() == 12 && account.find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_number || account == id) own.push_back(resource);
  }
  return own;
}

/// What an outsider can ask of somebody else's account: actions on its resources. A pattern stands
/// for those that the catalog knows; of others nobody can show a request.
std::vector<std::string> ActionsOnResources(const catalog::Catalog& catalog,
                                            const std::vector<std::string>& actions) {
  std::vector<std::string> kept;
  for (const std::string& said : actions) {
    const std::size_t colon = said.find(':');
    const std::vector<catalog::Action> known =
        catalog.ActionsOf(said.substr(0, colon), said.substr(colon + 1));
    if (known.empty()) kept.push_back(said);
    for (const catalog::Action& action : known) {
      if (!action.WildcardOnly()) kept.push_back(action.FullName());
    }
  }
  return kept;
}

/// RCPs name everybody.
void MakeRcp(policy::PolicyDocument& document) {
  for (policy::Statement& statement : document.statements) {
    statement.principal = policy::Principals{policy::Sense::kListed, {policy::Principal{}}};
  }
}

std::optional<policy::PolicyDocument> RcpOf(const std::vector<Authorization>& boxes,
                                            const intent::Origin& origin) {
  auto named = verify::AsDocument(boxes, Effect::kDeny, {&origin});
  if (!named) return std::nullopt;
  MakeRcp(named->document);
  return std::move(named->document);
}

/// What of `meant`, an identity policy that says who asks for what, these leave.
Space Left(const policy::PolicyDocument& meant, std::vector<policy::PolicyDocument> refused) {
  policy::PolicySet set;
  set.identity = {meant};
  policy::PolicyDocument full = verify::FullAccess().document;
  MakeRcp(full);
  refused.insert(refused.begin(), std::move(full));
  set.rcps = {std::move(refused)};
  return Space(std::move(set));
}

class Questioner {
 public:
  Questioner(const verify::Facts& facts, const Perimeter& asked) : facts_(facts), asked_(asked) {
    options_.catalog = &facts.catalog;
    AddKeys(asked.when, read_);
  }

  std::vector<Part> Run() {
    const intent::Organization& organization = facts_.model.organization;
    actions_ = ActionsOnResources(facts_.catalog, asked_.actions);
    if (actions_.empty()) return {};
    for (const intent::AccountIndex account : asked_.accounts) {
      AskOf({organization.accounts[account.value].node, account});
    }
    for (const NodeIndex node : asked_.nodes) {
      for (std::uint32_t at = 0; at < organization.nodes.size(); ++at) {
        const bool is_account = organization.nodes[at].kind == intent::Node::Kind::kAccount;
        if (is_account || !deployed::IsAtOrBelow(organization, {at}, node)) continue;
        AskOf({{at}, std::nullopt});
      }
    }
    return std::move(parts_);
  }

 private:
  void AskOf(const Owner& owner) {
    const auto& accounts = facts_.model.organization.accounts;
    const std::string id = owner.account ? accounts[owner.account->value].id : std::string();
    const std::vector<std::string> resources = ResourcesOf(asked_, id);
    if (resources.empty()) return;
    const std::vector<const Perimeter*> refusing =
        owner.account ? verify::PerimetersOver(facts_.model, *owner.account)
                      : verify::PerimetersOverNewcomers(facts_.model, owner.node);
    for (const Outsider kind : kKinds) AskOf(owner, kind, resources, refusing);
  }

  void AskOf(const Owner& owner, Outsider kind, const std::vector<std::string>& resources,
             const std::vector<const Perimeter*>& refusing) {
    Part part;
    part.caller = CallerOf(owner, kind);
    Authorization box;
    box.actions.values = actions_;
    box.resources.values = resources;
    box.condition =
        verify::And({verify::During(asked_.period), asked_.when,
                     WhoIs(kind, facts_.model.organization.id, asked_.partners),
                     SaysOfItself(kind, read_, facts_.model.organization), IsOwner(owner)});
    const auto meant = verify::AsDocument({box}, Effect::kAllow, {&asked_.origin});
    std::vector<policy::PolicyDocument> refused;
    bool is_open = !meant;
    for (const Perimeter* one : refusing) {
      auto document = RcpOf(verify::RefusedToOutsiders(facts_, *one), one->origin);
      is_open = is_open || !document;
      if (document) refused.push_back(*std::move(document));
    }
    if (is_open) {
      part.kind = Part::Kind::kGivenUp;
      part.because = "a condition has too many alternatives to be written out";
      parts_.push_back(std::move(part));
      return;
    }
    const policy::PolicyDocument& all = meant->document;
    const Space passing = Left(all, std::move(refused));
    const decide::Comparison passes = decide::Compare(Left({}, {}), passing, options_);
    const decide::Comparison refuses = decide::Compare(Left(all, {}), passing, options_);
    for (const decide::Comparison* one : {&passes, &refuses}) {
      for (const decide::Obstacle& obstacle : one->obstacles) part.because = obstacle.Describe();
    }
    if (passes.gained) part.granted = Show(part.caller, kind, owner, passes.gained->request);
    if (refuses.lost) part.refused = Show(part.caller, kind, owner, refuses.lost->request);
    Keep(std::move(part));
  }

  /// Whose the resource is, if the question asks.
  [[nodiscard]] Condition IsOwner(const Owner& owner) const {
    constexpr const char* kOwner = "aws:ResourceAccount";
    if (!read_.contains(policy::FoldCase(kOwner))) return verify::Always();
    const auto& accounts = facts_.model.organization.accounts;
    if (owner.account) return verify::Among(kOwner, {accounts[owner.account->value].id});
    std::vector<std::string> known;
    for (const intent::Account& account : accounts) known.push_back(account.id);
    return verify::And({verify::Present(kOwner), verify::Not(verify::Among(kOwner, known))});
  }

  void Keep(Part part) {
    if (!part.because.empty()) {
      part.kind = Part::Kind::kGivenUp;
    } else if (part.granted) {
      part.kind = Part::Kind::kOpen;
    } else if (!part.refused) {
      return;  // nobody can ask for it
    }
    parts_.push_back(std::move(part));
  }

  [[nodiscard]] Caller CallerOf(const Owner& owner, Outsider kind) const {
    Caller caller;
    caller.label = LabelOf(kind);
    caller.may_hold_anything = true;
    caller.is_outside = true;
    if (owner.account) {
      caller.account = *owner.account;
    } else {
      const intent::Node& node = facts_.model.organization.nodes[owner.node.value];
      caller.joins = fmt::format("an account that joins {} later", node.name);
    }
    return caller;
  }

  /// The request with a caller that there could be, if it is decided alike.
  [[nodiscard]] Shown Show(const Caller& caller, Outsider kind, const Owner& owner,
                           policy::Request request) const {
    const std::vector<const intent::Origin*> by = RefusingOf(owner, request);
    policy::Request told = Told(kind, owner, request);
    const bool is_same = RefusingOf(owner, told) == by;
    Shown shown{caller, is_same ? std::move(told) : std::move(request), {}};
    shown.judgement.may_hold_anything = true;
    shown.judgement.forbidding = by;
    shown.judgement.is_granted = by.empty();
    return shown;
  }

  [[nodiscard]] std::vector<const intent::Origin*> RefusingOf(
      const Owner& owner, const policy::Request& request) const {
    return verify::RefusingOutsider(facts_,
                                    owner.account
                                        ? verify::PerimetersOver(facts_.model, *owner.account)
                                        : verify::PerimetersOverNewcomers(facts_.model, owner.node),
                                    request);
  }

  /// With an organization and accounts elsewhere in the place of what the search made up.
  [[nodiscard]] policy::Request Told(Outsider kind, const Owner& owner,
                                     policy::Request request) const {
    const std::string account = AccountElsewhere(request, kind);
    if (owner.account) {
      request = ForResourceOf(facts_.AccountAt(*owner.account).id, std::move(request));
    }
    return SentBy(kind, facts_.model.organization.partition, account, std::move(request));
  }

  /// The one that the request needs, or one that nobody of the program has.
  [[nodiscard]] std::string AccountElsewhere(const policy::Request& request, Outsider kind) const {
    const intent::Organization& organization = facts_.model.organization;
    const std::optional<std::string> told = AccountToldIn(request, kind);
    if (told && !intent::FindAccount(organization, *told)) return *told;
    return AccountBeside([&](const std::string& id) {
      return intent::FindAccount(organization, id) ||
             std::ranges::any_of(facts_.model.perimeters, [&](const Perimeter& one) {
               return std::ranges::find(one.partners, id) != one.partners.end();
             });
    });
  }

  const verify::Facts& facts_;
  const Perimeter& asked_;
  std::vector<std::string> actions_;
  std::set<std::string> read_;  ///< keys that the question compares, in lower case
  decide::Options options_;
  std::vector<Part> parts_;
};

}  // namespace

std::string_view LabelOf(Outsider kind) {
  switch (kind) {
    case Outsider::kOtherOrganization:
      return "principals of other organizations";
    case Outsider::kNoOrganization:
      return "principals of no organization";
    case Outsider::kServiceForOthers:
      return "AWS services acting for others";
  }
  return "";
}

policy::Request SentBy(Outsider kind, std::string_view partition, const std::string& account,
                       policy::Request request) {
  if (kind == Outsider::kServiceForOthers) {
    request.principal = "cloudtrail.amazonaws.com";
    Set(request, "aws:SourceAccount", account);
    Set(request, "aws:PrincipalAccount", "");
    if (Find(request, "aws:SourceOrgID") != nullptr) {
      Set(request, "aws:SourceOrgID", std::string(kElsewhere));
    }
    return request;
  }
  request.principal = fmt::format("arn:{}:iam::{}:role/app", partition, account);
  Set(request, "aws:PrincipalArn", request.principal);
  Set(request, "aws:PrincipalAccount", account);
  Set(request, "aws:PrincipalIsAWSService", "false");
  Set(request, "aws:PrincipalOrgID",
      kind == Outsider::kOtherOrganization ? std::string(kElsewhere) : std::string());
  std::ranges::sort(request.context, {}, &policy::ContextKey::name);
  return request;
}

policy::Request ForResourceOf(const std::string& account, policy::Request request) {
  request.resource_account = account;
  if (Find(request, "aws:ResourceAccount") != nullptr) {
    Set(request, "aws:ResourceAccount", account);
  }
  const std::optional<policy::ArnSegments> arn = policy::SplitArn(request.resource);
  if (!arn || (*arn)[4].empty()) return request;
  const auto at = static_cast<std::size_t>((*arn)[4].data() - request.resource.data());
  request.resource.replace(at, (*arn)[4].size(), account);
  return request;
}

std::string AccountBeside(const std::function<bool(const std::string&)>& is_taken) {
  std::string id = "999999999999";
  while (is_taken(id)) id = std::to_string(std::stoull(id) - 1);
  return id;
}

std::optional<std::string> AccountToldIn(const policy::Request& request, Outsider kind) {
  std::string said = ValueOf(
      request, kind == Outsider::kServiceForOthers ? "aws:SourceAccount" : "aws:PrincipalAccount");
  const bool is_number =
      said.size() == 12 && said.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) return std::nullopt;
  return said;
}

std::optional<Outsider> OutsiderOf(const intent::Organization& organization,
                                   const policy::Request& request) {
  const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
  const bool is_service = caller && caller->kind == policy::CallerKind::kService;
  if (is_service || ValueOf(request, "aws:PrincipalIsAWSService") == "true") {
    const std::string source = ValueOf(request, "aws:SourceAccount");
    const bool is_own =
        intent::FindAccount(organization, source) ||
        (!organization.id.empty() && ValueOf(request, "aws:SourceOrgID") == organization.id);
    if (source.empty() || is_own) return std::nullopt;
    return Outsider::kServiceForOthers;
  }
  const std::string said = ValueOf(request, "aws:PrincipalOrgID");
  if (!organization.id.empty() && said == organization.id) return std::nullopt;
  return said.empty() ? Outsider::kNoOrganization : Outsider::kOtherOrganization;
}

std::vector<Part> AskOutsiders(const verify::Facts& facts, const Perimeter& asked) {
  return Questioner(facts, asked).Run();
}

Judgement JudgeOutsider(const verify::Facts& facts, intent::AccountIndex owner,
                        const PartialRequest& request) {
  Judgement judgement;
  judgement.may_hold_anything = true;
  judgement.is_bound = !facts.AccountAt(owner).management;
  const auto prepared = policy::Prepare(request.request);
  if (!prepared.ok()) return judgement;
  std::set<std::string> open;
  for (const Perimeter* one : verify::PerimetersOver(facts.model, owner)) {
    Leaning refused;
    for (verify::Authorization& box : verify::RefusedToOutsiders(facts, *one)) {
      const CompiledBox compiled(std::move(box), Truth::kOpen);
      refused = Either(std::move(refused), compiled.Covers(*prepared, request));
    }
    if (refused.truth == Truth::kYes) judgement.forbidding.push_back(&one->origin);
    if (refused.truth == Truth::kOpen) open.insert(refused.on.begin(), refused.on.end());
  }
  judgement.is_granted = judgement.forbidding.empty() && open.empty();
  if (judgement.forbidding.empty()) judgement.open = {open.begin(), open.end()};
  return judgement;
}

Judgement JudgeOutsider(const verify::Facts& facts, intent::AccountIndex owner,
                        const policy::Request& request) {
  Judgement judgement;
  judgement.may_hold_anything = true;
  judgement.is_bound = !facts.AccountAt(owner).management;
  judgement.forbidding =
      verify::RefusingOutsider(facts, verify::PerimetersOver(facts.model, owner), request);
  judgement.is_granted = judgement.forbidding.empty();
  return judgement;
}

}  // namespace writ::access
