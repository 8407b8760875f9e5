#include "proof/verify/perimeters.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "iam/decide/callers.h"
#include "iam/decide/owners.h"
#include "iam/decide/reads.h"
#include "proof/deployed/joining.h"
#include "proof/verify/formula.h"
#include "proof/verify/spaces.h"

namespace writ::verify {
namespace {

using decide::Space;

Condition IsAwsService() {
  Condition service = Present("aws:PrincipalIsAWSService");
  service.test.type = intent::Test::Type::kBool;
  return service;
}

/// With a SAML assertion or an OpenID Connect token somebody becomes a principal of the
/// organization, and is none before: AssumeRoleWithSAML, AssumeRoleWithWebIdentity, and what is
/// authorized with them for the session's tags and source identity. Source: AWS STS API Reference,
/// these actions, read 2026-11-29.
bool IsSignIn(const catalog::Action& action) {
  static const std::set<std::string, std::less<>> kActions = {
      "sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:setsourceidentity",
      "sts:tagsession"};
  return kActions.contains(policy::FoldCase(action.FullName()));
}

/// The actions without those that are out. A pattern that stands for one of these becomes the
/// others that the catalog knows and that act on a resource: RCPs apply to no others.
std::vector<std::string> Without(const catalog::Catalog& catalog,
                                 const std::vector<std::string>& actions,
                                 bool (*is_out)(const catalog::Action&)) {
  std::vector<std::string> kept;
  for (const std::string& said : actions) {
    const std::size_t colon = said.find(':');
    const std::vector<catalog::Action> known =
        catalog.ActionsOf(said.substr(0, colon), said.substr(colon + 1));
    if (std::ranges::none_of(known, is_out)) {
      kept.push_back(said);
      continue;
    }
    for (const catalog::Action& action : known) {
      if (!is_out(action) && !action.WildcardOnly()) kept.push_back(action.FullName());
    }
  }
  return kept;
}

std::vector<std::string> ResourcesOf(const intent::Perimeter& perimeter) {
  return perimeter.resources.empty() ? std::vector<std::string>{"*"} : perimeter.resources;
}

/// What one sentence refuses.
std::vector<Authorization> RefusedBy(const Facts& facts, const intent::Perimeter& perimeter) {
  const std::string& id = facts.model.organization.id;
  const Condition said = And({During(perimeter.period), perimeter.when});
  std::vector<Authorization> boxes(2);
  boxes[0].actions.values = Without(facts.catalog, perimeter.actions, IsSignIn);
  boxes[0].condition = And({said, Not(IsAwsService()), Not(Among("aws:PrincipalOrgID", {id})),
                            Not(Among("aws:PrincipalAccount", perimeter.partners))});
  boxes[1].actions.values = perimeter.actions;
  boxes[1].condition =
      And({said, IsAwsService(), Present("aws:SourceAccount"), Not(Among("aws:SourceOrgID", {id})),
           Not(Among("aws:SourceAccount", perimeter.partners))});
  for (Authorization& box : boxes) box.resources.values = ResourcesOf(perimeter);
  return boxes;
}

Space SpaceOf(std::vector<policy::PolicyDocument> documents) {
  policy::PolicyDocument full = FullAccess().document;
  MakeRcp(full);
  documents.insert(documents.begin(), std::move(full));
  return Space::Of(std::move(documents), policy::Kind::kRcp);
}

bool NamesOwner(const policy::Statement& statement) {
  if (decide::Reads(statement, "aws:Resource")) return true;
  return statement.resource &&
         std::ranges::any_of(statement.resource->values, [](const std::string& value) {
           const std::optional<policy::ArnSegments> segments = policy::SplitArn(value);
           return segments && !(*segments)[4].empty() && (*segments)[4] != "*";
         });
}

policy::Statement Allow(policy::Patterns resources) {
  policy::Statement statement;
  statement.action.values = {"*"};
  statement.resource = std::move(resources);
  return statement;
}

/// Every request for a resource of the owner and no other: the account of its ARN is the owner's,
/// if it has one, and so are aws:ResourceAccount, aws:ResourceOrgID and aws:ResourceOrgPaths, if
/// they are there. Of an account that joins later it is known that it is none of today.
policy::PolicyDocument OfOwner(const Facts& facts, const PerimeterPlace& place) {
  const intent::Organization& organization = facts.model.organization;
  const auto test = [](policy::SetQualifier set, policy::BaseOperator base, bool if_exists,
                       const char* key, std::vector<std::string> values) {
    return policy::Condition{{set, base, if_exists}, key, std::move(values)};
  };
  constexpr auto kNone = policy::SetQualifier::kNone;
  std::vector<policy::Condition> tests;
  if (!organization.id.empty()) {
    tests.push_back(test(kNone, policy::BaseOperator::kStringEquals, true, "aws:ResourceOrgID",
                         {organization.id}));
  }
  policy::PolicyDocument document;
  if (place.owner) {
    const Home home = HomeOf(organization, *place.owner);
    tests.push_back(test(kNone, policy::BaseOperator::kStringEquals, true, "aws:ResourceAccount",
                         {home.account}));
    if (!home.affiliation.path.empty()) {
      tests.push_back(test(policy::SetQualifier::kForAllValues, policy::BaseOperator::kStringEquals,
                           false, "aws:ResourceOrgPaths", {home.affiliation.path}));
    }
    document.statements.push_back(Allow(
        {policy::Sense::kListed, {fmt::format("arn:*:*:*:{}:*", home.account), "arn:*:*:*::*"}}));
    document.statements.push_back(Allow({policy::Sense::kAllBut, {"arn:*:*:*:*:*"}}));
  } else {
    std::vector<std::string> ids;
    std::vector<std::string> owned;
    for (const intent::Account& account : organization.accounts) {
      if (account.id.empty()) continue;
      ids.push_back(account.id);
      owned.push_back(fmt::format("arn:*:*:*:{}:*", account.id));
    }
    if (!ids.empty()) {
      tests.push_back(test(kNone, policy::BaseOperator::kStringNotEquals, false,
                           "aws:ResourceAccount", std::move(ids)));
      document.statements.push_back(Allow({policy::Sense::kAllBut, std::move(owned)}));
    } else {
      document.statements.push_back(Allow({policy::Sense::kListed, {"*"}}));
    }
  }
  for (policy::Statement& statement : document.statements) statement.conditions = tests;
  return document;
}

/// What each sentence refuses, as a document; nothing if one cannot be written out.
std::optional<std::vector<policy::PolicyDocument>> WantedAt(const Facts& facts,
                                                            const PerimeterPlace& place) {
  std::vector<policy::PolicyDocument> wanted;
  for (const intent::Perimeter* perimeter : place.wanted) {
    auto document =
        AsDocument(RefusedBy(facts, *perimeter), policy::Effect::kDeny, {&perimeter->origin});
    if (!document) return std::nullopt;
    MakeRcp(document->document);
    wanted.push_back(InPartition(std::move(document->document), facts.partition()));
  }
  return wanted;
}

/// In the documents of SpaceOf.
std::vector<policy::StatementRef> RcpsOf(const policy::Decision& decision) {
  std::vector<policy::StatementRef> refs;
  for (const policy::StatementRef& ref : decision.statements) {
    if (ref.layer == policy::Layer::kRcp && ref.level == 0 && ref.policy > 0) refs.push_back(ref);
  }
  return refs;
}

/// A request that one side refuses, as somebody sends it: an RCP does not ask for the principal, so
/// that the procedure found any.
class Sender {
 public:
  Sender(const Space& said, const Space& found) : said_(said), found_(found) {}

  [[nodiscard]] policy::Request MadeBy(policy::Request request) const {
    const policy::ContextKey* const service = Find(request, "aws:PrincipalServiceName");
    const policy::ContextKey* const is_service = Find(request, "aws:PrincipalIsAWSService");
    if (service != nullptr || (is_service != nullptr && Says(*is_service, "true"))) {
      return MadeByService(std::move(request));
    }
    // Whoever signs a request tells more of himself.
    policy::Request unsigned_one = request;
    unsigned_one.principal = "anonymous";
    const auto is_read = [this](std::string_view key) { return IsRead(key); };
    const bool is_signed = decide::LackingOf(request, is_read).empty();
    const bool may_be_unsigned = decide::LackingOf(unsigned_one, is_read).empty();
    return !is_signed && may_be_unsigned ? unsigned_one : request;
  }

 private:
  static bool Says(const policy::ContextKey& key, std::string_view value) {
    return key.values.size() == 1 && key.values.front() == value;
  }

  static policy::ContextKey* Find(policy::Request& request, std::string_view name) {
    for (policy::ContextKey& key : request.context) {
      if (policy::EqualIgnoringCase(key.name, name)) return &key;
    }
    return nullptr;
  }

  [[nodiscard]] policy::Request MadeByService(policy::Request request) const {
    std::string service = "cloudtrail.amazonaws.com";
    policy::ContextKey* const name = Find(request, "aws:PrincipalServiceName");
    if (name != nullptr && name->values.size() == 1) {
      const std::string was = name->values.front();
      for (const std::string& idea : {was, service, was + ".amazonaws.com"}) {
        const auto caller = policy::ParseCaller(idea);
        if (!caller || caller->kind != policy::CallerKind::kService) continue;
        name->values = {idea};
        if (!Tells(request)) continue;
        service = idea;
        break;
      }
    }
    request.principal = service;
    return request;
  }

  [[nodiscard]] bool Tells(const policy::Request& request) const {
    const auto one = policy::Evaluate(request, said_.documents());
    const auto other = policy::Evaluate(request, found_.documents());
    return one.ok() && other.ok() && one->is_allowed() != other->is_allowed();
  }

  [[nodiscard]] bool IsRead(std::string_view key) const {
    const auto reads = [key](const policy::Statement& one) { return decide::Reads(one, key); };
    return decide::AnyStatement(said_.documents(), reads) ||
           decide::AnyStatement(found_.documents(), reads);
  }

  const Space& said_;
  const Space& found_;
};

/// Source: AWS Organizations User Guide, "Resource control policies": they restrict neither
/// kms:RetireGrant nor actions without a resource type; read 2026-11-29.
bool IsNeverRestricted(const catalog::Action& action) {
  return action.WildcardOnly() || policy::FoldCase(action.FullName()) == "kms:retiregrant";
}

}  // namespace

std::vector<Authorization> RefusedToOutsiders(const Facts& facts,
                                              const intent::Perimeter& perimeter) {
  std::vector<Authorization> boxes = RefusedBy(facts, perimeter);
  for (Authorization& box : boxes) {
    box.actions.values = Without(facts.catalog, box.actions.values, IsNeverRestricted);
  }
  std::erase_if(boxes, [](const Authorization& box) { return box.actions.values.empty(); });
  return boxes;
}

std::vector<const intent::Perimeter*> PerimetersOver(const intent::Model& model,
                                                     intent::AccountIndex account) {
  std::vector<const intent::Perimeter*> over;
  for (const intent::Perimeter& one : model.perimeters) {
    if (std::ranges::binary_search(one.accounts, account)) over.push_back(&one);
  }
  return over;
}

std::vector<const intent::Perimeter*> PerimetersOverNewcomers(const intent::Model& model,
                                                              intent::NodeIndex node) {
  std::vector<const intent::Perimeter*> over;
  for (const intent::Perimeter& one : model.perimeters) {
    if (deployed::IsAtOrBelowAny(model.organization, node, one.nodes)) over.push_back(&one);
  }
  return over;
}

std::vector<const intent::Origin*> RefusingOutsider(
    const Facts& facts, const std::vector<const intent::Perimeter*>& perimeters,
    const policy::Request& request) {
  std::vector<const intent::Origin*> refusing;
  const auto prepared = policy::Prepare(request);
  if (!prepared.ok()) return refusing;
  for (const intent::Perimeter* one : perimeters) {
    auto document =
        AsDocument(RefusedToOutsiders(facts, *one), policy::Effect::kDeny, {&one->origin});
    if (!document) continue;
    // Statements are asked alone: whose policies let the caller in does not matter.
    MakeRcp(document->document);
    const policy::CompiledPolicy compiled(document->document, policy::Kind::kRcp);
    for (std::size_t i = 0; i < document->document.statements.size(); ++i) {
      if (!policy::StatementApplies(compiled, i, *prepared)) continue;
      refusing.push_back(&one->origin);
      break;
    }
  }
  return refusing;
}

bool AsksForOwners(const Facts& facts, const PerimeterPlace& place) {
  const auto names_owner = [](const policy::PolicyDocument& document) {
    return std::ranges::any_of(document.statements, NamesOwner);
  };
  const auto wanted = WantedAt(facts, place);
  return (wanted && std::ranges::any_of(*wanted, names_owner)) ||
         std::ranges::any_of(place.deployed, [&](const deployed::Policy* one) {
           return names_owner(one->document());
         });
}

PerimeterComparison ComparePerimeter(const Facts& facts, const PerimeterPlace& place,
                                     const decide::ArnAccounts& accounts,
                                     const decide::Options& options) {
  PerimeterComparison result;
  std::optional<std::vector<policy::PolicyDocument>> wanted = WantedAt(facts, place);
  if (!wanted) {
    result.obstacles.emplace_back("a condition has too many alternatives to be written out");
    return result;
  }
  std::vector<policy::PolicyDocument> deployed;
  for (const deployed::Policy* one : place.deployed) {
    deployed.push_back(InPartition(one->document(), facts.partition()));
  }
  const Space said = SpaceOf(*std::move(wanted));
  const Space found = SpaceOf(deployed);
  std::vector<std::optional<policy::PolicyDocument>> truths{
      decide::NobodyServiceLinked(said.documents(), found.documents()),
      decide::AnyoneAgrees(said.documents(), found.documents(), facts.model.organization.id)};
  if (AsksForOwners(facts, place)) {
    truths.emplace_back(decide::OwnersAgree(said.documents(), found.documents(), accounts));
    truths.emplace_back(OfOwner(facts, place));
  }
  const decide::Comparison comparison = decide::Compare(
      AmongTrue(said, facts.catalog, truths), AmongTrue(found, facts.catalog, truths), options);
  for (const decide::Obstacle& obstacle : comparison.obstacles) {
    result.obstacles.push_back(obstacle.Describe());
  }
  const Sender sender(said, found);
  if (comparison.gained) {
    PerimeterDifference& one = result.differences.emplace_back();
    one.is_refused_by_program = true;
    one.request = sender.MadeBy(comparison.gained->request);
    for (const policy::StatementRef& ref : RcpsOf(comparison.gained->refused)) {
      one.sentences.push_back(place.wanted.at(ref.policy - 1));
    }
  }
  if (comparison.lost) {
    PerimeterDifference& one = result.differences.emplace_back();
    one.request = sender.MadeBy(comparison.lost->request);
    for (const policy::StatementRef& ref : RcpsOf(comparison.lost->refused)) {
      const std::size_t at = ref.policy - 1;
      one.statements.push_back(fmt::format("{} {}", place.deployed.at(at)->path,
                                           deployed.at(at).statements.at(ref.statement).sid));
    }
  }
  return result;
}

}  // namespace writ::verify
