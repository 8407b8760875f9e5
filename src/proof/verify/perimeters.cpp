#include "proof/verify/perimeters.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "iam/decide/callers.h"
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

/// RCPs name everybody.
void MakeRcp(policy::PolicyDocument& document) {
  for (policy::Statement& statement : document.statements) {
    statement.principal = policy::Principals{policy::Sense::kListed, {policy::Principal{}}};
  }
}

Space SpaceOf(std::vector<policy::PolicyDocument> documents) {
  policy::PolicyDocument full = FullAccess().document;
  MakeRcp(full);
  documents.insert(documents.begin(), std::move(full));
  return Space::Of(std::move(documents), policy::Kind::kRcp);
}

/// Without the calls of service-linked roles, to which RCPs do not apply.
Space WithoutLinked(const Space& space, const std::optional<policy::PolicyDocument>& others) {
  if (!others) return space;
  policy::PolicySet set = space.documents();
  policy::PolicyDocument document = *others;
  MakeRcp(document);
  set.rcps.push_back({std::move(document)});
  return Space(std::move(set), space.scope());
}

/// In the documents of SpaceOf.
std::vector<policy::StatementRef> RcpsOf(const policy::Decision& decision) {
  std::vector<policy::StatementRef> refs;
  for (const policy::StatementRef& ref : decision.statements) {
    if (ref.layer == policy::Layer::kRcp && ref.level == 0 && ref.policy > 0) refs.push_back(ref);
  }
  return refs;
}

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

PerimeterComparison ComparePerimeter(const Facts& facts, const PerimeterPlace& place,
                                     const decide::Options& options) {
  PerimeterComparison result;
  std::vector<policy::PolicyDocument> wanted;
  for (const intent::Perimeter* perimeter : place.wanted) {
    auto document =
        AsDocument(RefusedBy(facts, *perimeter), policy::Effect::kDeny, {&perimeter->origin});
    if (!document) {
      result.obstacles.emplace_back("a condition has too many alternatives to be written out");
      return result;
    }
    MakeRcp(document->document);
    wanted.push_back(InPartition(std::move(document->document), facts.partition()));
  }
  std::vector<policy::PolicyDocument> deployed;
  for (const deployed::Policy* one : place.deployed) {
    deployed.push_back(InPartition(one->document(), facts.partition()));
  }
  const Space said = SpaceOf(std::move(wanted));
  const Space found = SpaceOf(deployed);
  const auto others = decide::NobodyServiceLinked(said.documents(), found.documents());
  const decide::Comparison comparison =
      decide::Compare(WithoutLinked(said, others), WithoutLinked(found, others), options);
  for (const decide::Obstacle& obstacle : comparison.obstacles) {
    result.obstacles.push_back(obstacle.Describe());
  }
  if (comparison.gained) {
    PerimeterDifference& one = result.differences.emplace_back();
    one.is_refused_by_program = true;
    one.request = comparison.gained->request;
    for (const policy::StatementRef& ref : RcpsOf(comparison.gained->refused)) {
      one.sentences.push_back(place.wanted.at(ref.policy - 1));
    }
  }
  if (comparison.lost) {
    PerimeterDifference& one = result.differences.emplace_back();
    one.request = comparison.lost->request;
    for (const policy::StatementRef& ref : RcpsOf(comparison.lost->refused)) {
      const std::size_t at = ref.policy - 1;
      one.statements.push_back(fmt::format("{} {}", place.deployed.at(at)->path,
                                           deployed.at(at).statements.at(ref.statement).sid));
    }
  }
  return result;
}

}  // namespace writ::verify
