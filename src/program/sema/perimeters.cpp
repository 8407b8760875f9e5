#include "program/sema/perimeters.h"

#include <algorithm>
#include <array>

#include "base/diag/codes/meaning.h"
#include "base/diag/codes/names.h"
#include "base/diag/codes/types.h"
#include "program/intent/find.h"
#include "program/sema/actions.h"
#include "program/sema/conditions.h"
#include "program/sema/cover.h"
#include "program/sema/near.h"
#include "program/sema/partition.h"
#include "program/sema/trust.h"

namespace writ::sema {
namespace {

using ModalityKind = syntax::Modality::Kind;

/// Signing in with an identity provider: the caller is of no organization yet, so that a sentence
/// about outsiders would stop everybody. Tags and the source identity of such a session are
/// authorized with it. Source: AWS IAM User Guide, "aws:PrincipalOrgID" (not in the request context
/// of callers without an organization), read 2026-11-29; the same actions are left out by the
/// identity perimeter of aws-samples/data-perimeter-policy-examples, 2026-03-18.
constexpr std::array<std::string_view, 4> kSigningIn = {"sts:AssumeRoleWithSAML",
                                                        "sts:AssumeRoleWithWebIdentity",
                                                        "sts:SetSourceIdentity", "sts:TagSession"};
/// Source: AWS Organizations User Guide, "Resource control policies": RCPs do not restrict
/// kms:RetireGrant; read 2026-11-29.
constexpr std::string_view kNeverRestricted = "kms:RetireGrant";

bool IsVoid(std::string_view action) {
  return action == kNeverRestricted || std::ranges::find(kSigningIn, action) != kSigningIn.end();
}

class Builder {
 public:
  Builder(Context& context, const syntax::Sentence& sentence, const SentencePlace& place,
          Sentences& sentences)
      : context_(context),
        sentence_(sentence),
        outside_(*sentence.subject.outside),
        place_(place),
        narrowing_(ReadQualifiers(context, *place.givens, sentence.qualifiers, nullptr,
                                  place.environment, Reading::kProhibition, sentences.waivers)) {
    NoteWaivers(context, narrowing_, sentence.span);
  }

  void Build();

 private:
  /// An assertion or a line of a test.
  [[nodiscard]] bool is_question() const {
    return place_.purpose != SentencePlace::Purpose::kStatement;
  }
  void Keep();
  bool CheckForm();
  bool CheckOrganization();
  bool ReadPartners();
  bool CheckTaken();
  bool ReadActions();
  bool CheckService(std::string_view service, Span span);
  bool CheckReached(const DoneActions& done, std::size_t name, const syntax::ActionName& said);
  bool ReadResources(const DoneActions& done);
  bool CheckResource(const syntax::String& resource);
  bool Place();
  void ReadConditions(const DoneActions& done);

  Context& context_;
  const syntax::Sentence& sentence_;
  const syntax::Outsiders& outside_;
  const SentencePlace& place_;
  Narrowing narrowing_;
  intent::Perimeter perimeter_;
};

/// A perimeter forbids actions by their names: verbs speak of AI services, which have no resource
/// control policies.
bool Builder::CheckForm() {
  const auto refuse = [&](Span span, std::string_view what, std::string_view instead) {
    context_.Report(diag::kOutsideForm, span, what)
        .At("not with `outside`")
        .Also(outside_.span, "callers outside of the organization")
        .Suggest(std::string(instead));
    return false;
  };
  const bool is_nobody = sentence_.subject.quantifier == syntax::Subject::Quantifier::kNobody;
  const ModalityKind kind = sentence_.modality.kind;
  if (place_.purpose == SentencePlace::Purpose::kRequirement) {
    return refuse(outside_.span, "a requirement", "it is about permissions of the program");
  }
  if (kind == ModalityKind::kMust) {
    return refuse(sentence_.modality.span, "`must`", "write `nobody outside … may … unless …`");
  }
  const bool forbids = is_nobody ? kind == ModalityKind::kMay : kind == ModalityKind::kMayNot;
  if (!is_question() && !forbids) {
    return refuse(sentence_.modality.span, "a permission",
                  "outsiders get rights by resource policies only");
  }
  if (sentence_.action.kind == syntax::Action::Kind::kVerb) {
    return refuse(sentence_.action.span, "`" + std::string(sentence_.action.verb.text) + "`",
                  "name the actions: `do s3:GetObject on \"…\"`. An outsider can use a model, "
                  "guardrail or agent only if a resource policy permits it: `nobody may do "
                  "bedrock:PutResourcePolicy` forbids writing one");
  }
  return true;
}

bool Builder::CheckOrganization() {
  const intent::Organization& organization = context_.model.organization;
  const syntax::Name& name = outside_.organization;
  if (organization.name.empty() || name.text != organization.name) {
    auto& found = context_.Report(diag::kNotTheOrganization, name.span, name.text);
    found.At("not the organization's name");
    if (!organization.name.empty()) {
      found.Patch("write `" + organization.name + "`", name.span, organization.name);
    } else {
      found.Suggest("declare it: `organization " + std::string(name.text) + " \"o-…\" { … }`");
    }
    return false;
  }
  if (Symbol* symbol = context_.symbols.Find(Space::kSets, name.text)) {
    context_.MarkUsed(*symbol, name.span);
  }
  if (!organization.id.empty()) return true;
  context_.Report(diag::kOrganizationIdNeeded, name.span, name.text)
      .At("has no id")
      .Suggest("add it to the declaration: `organization " + organization.name + " \"o-…\" { … }`");
  return false;
}

bool Builder::ReadPartners() {
  bool good = true;
  for (const syntax::Literal& number : outside_.except) {
    const bool is_number = number.text.size() == 12 &&
                           number.text.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number) {
      context_.Report(diag::kAccountNumber, number.span, number.text)
          .At("an account number has 12 digits");
      good = false;
      continue;
    }
    const intent::Organization& organization = context_.model.organization;
    if (const auto own = intent::FindAccount(organization, number.text)) {
      context_.Report(diag::kAccountIsInside, number.span, number.text)
          .At("this is `" + organization.accounts[own->value].name + "`")
          .Suggest("remove it: its callers are not outside");
      good = false;
      continue;
    }
    perimeter_.partners.push_back(number.text);
  }
  std::ranges::sort(perimeter_.partners);
  const auto again = std::ranges::unique(perimeter_.partners);
  perimeter_.partners.erase(again.begin(), again.end());
  return good;
}

bool Builder::CheckTaken() {
  const bool good = CheckNoCallQualifiers(context_, narrowing_, "outside", outside_.span);
  if (!narrowing_.after_span.valid()) return good;
  RefuseQualifier(context_, narrowing_.after_span, "after evaluation", "outside", outside_.span);
  return false;
}

/// Whether RCPs apply to the service at all.
bool Builder::CheckService(std::string_view service, Span span) {
  const std::optional<catalog::Service> known = context_.catalog.FindService(service);
  if (known && known->rcp) return true;
  context_.Report(diag::kNoResourceControl, span, service)
      .At("no resource control policies")
      .Note("catalog of " + context_.catalog.date())
      .Suggest(
          "forbid what lets an outsider in to your own principals: `nobody except team … may do "
          "SERVICE:PutResourcePolicy`, and check the existing resource policies");
  return false;
}

/// Whether an RCP refuses something that this name stands for.
bool Builder::CheckReached(const DoneActions& done, std::size_t name,
                           const syntax::ActionName& said) {
  bool is_known = false;
  bool is_on_resource = false;
  for (std::size_t i = 0; i < done.actions.size(); ++i) {
    if (done.of[i] != name) continue;
    is_known = true;
    if (done.actions[i].WildcardOnly()) continue;
    is_on_resource = true;
    if (!IsVoid(done.actions[i].FullName())) return true;
  }
  if (!is_known) return true;  // accepted as newer than the catalog
  const std::string& full = done.names[name];
  if (!is_on_resource) {
    context_.Report(diag::kOnNoResource, said.span, full)
        .At("has no resource type")
        .Note("AWS does not apply resource control policies to it");
    return false;
  }
  auto& found = context_.Report(diag::kExemptFromPerimeter, said.span, full);
  found.At("outsiders are not refused this");
  if (full == kNeverRestricted) {
    found.Note("resource control policies do not restrict it");
  } else {
    found
        .Note(
            "anyone who signs in by SAML or OpenID Connect is of no organization before the role "
            "is "
            "assumed, so this would stop your own people and workloads")
        .Suggest("name the providers and subjects in the trust policies of the roles");
  }
  return false;
}

bool Builder::ReadActions() {
  const syntax::Action& action = sentence_.action;
  std::vector<std::string>& actions = perimeter_.actions;
  if (action.kind == syntax::Action::Kind::kDoAnything) {
    if (!action.actions.empty()) {
      const Span first = action.actions.front().span;
      context_
          .Report(diag::kOutsideAnythingExcept,
                  Span{first.file, first.begin, action.actions.back().span.end})
          .At("an RCP has no way to leave these out")
          .Suggest("name the actions that outsiders may not use");
      return false;
    }
    for (const catalog::Service& service : context_.catalog.Services()) {
      if (service.rcp) actions.push_back(service.prefix + ":*");
    }
    std::ranges::sort(actions);
    ReadConditions({});
    return ReadResources({});
  }
  const DoneActions done = CheckActionNames(context_, action.actions);
  if (!done.good) return false;
  bool good = true;
  for (std::size_t i = 0; i < done.names.size() && !is_question(); ++i) {
    const syntax::ActionName& said = action.actions[i];
    good =
        CheckService(said.service.text, said.service.span) && CheckReached(done, i, said) && good;
  }
  actions = done.names;
  std::ranges::sort(actions);
  const auto again = std::ranges::unique(actions);
  actions.erase(again.begin(), again.end());
  if (!good || !ReadResources(done)) return false;
  ReadConditions(done);
  return true;
}

/// RCPs apply to resources of the organization's member accounts.
bool Builder::CheckResource(const syntax::String& resource) {
  const std::optional<ArnSegments> arn = SplitArn(resource.value);
  if (!arn) {
    if (resource.value == "*") return true;
    context_.Report(diag::kNotAnArn, resource.span, resource.value).At("not an ARN");
    return false;
  }
  const std::optional<catalog::Service> service = context_.catalog.FindService((*arn)[2]);
  if (service && !service->rcp) return CheckService((*arn)[2], resource.span);
  const std::string_view owner = (*arn)[4];
  if (owner.find_first_not_of("0123456789") != std::string_view::npos || owner.empty()) {
    return true;
  }
  const intent::Organization& organization = context_.model.organization;
  const bool is_reached =
      std::ranges::any_of(perimeter_.accounts, [&](intent::AccountIndex account) {
        return organization.accounts[account.value].id == owner;
      });
  if (is_reached) return true;
  const auto known = intent::FindAccount(organization, owner);
  auto& found = context_.Report(diag::kResourceOutOfReach, resource.span, owner);
  if (!known) {
    found.At("owned by an account that the organization does not declare")
        .Note("only the owner's organization can attach a policy to it");
  } else if (organization.accounts[known->value].management) {
    found.At("owned by the management account")
        .Note("resource control policies do not apply to the management account")
        .Suggest("write a resource policy that denies outsiders, or move the resource");
  } else {
    found.At("owned by `" + organization.accounts[known->value].name +
             "`, which the sentence does not cover");
  }
  return false;
}

bool Builder::ReadResources(const DoneActions& done) {
  const syntax::Action& action = sentence_.action;
  bool good = action.kind == syntax::Action::Kind::kDoAnything ||
              CheckResources(context_, action, done, Reading::kProhibition);
  for (const syntax::String& resource : action.resources) {
    if (action.kind == syntax::Action::Kind::kDoAnything) {
      static_cast<void>(CheckVariables(context_, resource.value, resource.span));
      good = CheckArnPartition(context_, resource.value, resource.span) && good;
    }
    good = good && (is_question() || CheckResource(resource));
    perimeter_.resources.push_back(resource.value);
  }
  std::ranges::sort(perimeter_.resources);
  const auto again = std::ranges::unique(perimeter_.resources);
  perimeter_.resources.erase(again.begin(), again.end());
  return good;
}

/// RCPs do not apply to resources of the management account. Source: AWS Organizations User Guide,
/// "Resource control policies", read 2026-11-29.
bool Builder::Place() {
  const intent::Organization& organization = context_.model.organization;
  std::vector<intent::AccountIndex> members = AccountsIn(context_, narrowing_);
  if (is_question()) {
    perimeter_.nodes = narrowing_.accounts ? narrowing_.units
                                           : std::vector<intent::NodeIndex>{intent::NodeIndex{0}};
    perimeter_.accounts = std::move(members);
    return true;
  }
  const std::size_t all = members.size();
  std::erase_if(members, [&](intent::AccountIndex account) {
    return organization.accounts[account.value].management;
  });
  const Span span = narrowing_.accounts_span.valid() ? narrowing_.accounts_span : outside_.span;
  if (narrowing_.accounts && members.empty()) {
    context_.Report(diag::kBindsNoAccount, span)
        .At("includes no member account")
        .Note("resource control policies apply to resources of member accounts only");
    return false;
  }
  if (narrowing_.accounts && members.size() < all) {
    context_.Report(diag::kManagementNotBound, span)
        .At("includes the management account")
        .Note(
            "resource control policies apply to resources of member accounts only; the proof "
            "excludes the others");
  }
  perimeter_.nodes = narrowing_.accounts ? Cover(organization, members)
                                         : std::vector<intent::NodeIndex>{intent::NodeIndex{0}};
  perimeter_.accounts = std::move(members);
  return true;
}

void Builder::ReadConditions(const DoneActions& done) {
  ConditionPlace place;
  place.reading = Reading::kProhibition;
  place.actions = done.names.empty() ? nullptr : &done.actions;
  place.may_waive = std::ranges::any_of(
      narrowing_.waivers, [](const Waiver* waiver) { return waiver->said.rule == kKeyNotCarried; });
  for (const Clause& clause : narrowing_.clauses) {
    intent::Condition condition = BuildCondition(context_, *clause.cond, place);
    if (clause.kind == Clause::Kind::kUnless) condition = Negation(std::move(condition));
    perimeter_.when = Both(std::move(perimeter_.when), std::move(condition));
  }
  if (place.waiver_used) {
    for (Waiver* waiver : narrowing_.waivers) {
      waiver->used = waiver->used || waiver->said.rule == kKeyNotCarried;
    }
  }
  CheckAbsentKeys(context_, narrowing_.clauses, Reading::kProhibition);
  if (!narrowing_.regions || narrowing_.regions->regions.empty()) return;
  intent::Condition called;
  called.kind = intent::Condition::Kind::kTest;
  called.test.key = "aws:RequestedRegion";
  called.test.op = intent::Test::Operator::kIn;
  called.test.values = narrowing_.regions->regions;
  if (narrowing_.regions->all_except) called = Negation(std::move(called));
  perimeter_.when = Both(std::move(perimeter_.when), std::move(called));
}

void Builder::Build() {
  if (!CheckForm() || !narrowing_.good || !CheckOrganization()) return;
  const bool has_partners = ReadPartners();
  const bool is_taken = CheckTaken();
  if (!Place() || !ReadActions() || !has_partners || !is_taken) return;
  perimeter_.origin = OriginOf(context_, narrowing_, sentence_.span);
  perimeter_.period = narrowing_.period;
  Keep();
}

void Builder::Keep() {
  if (!is_question()) {
    context_.model.perimeters.push_back(std::move(perimeter_));
    return;
  }
  const bool is_nobody = sentence_.subject.quantifier == syntax::Subject::Quantifier::kNobody;
  const ModalityKind kind = sentence_.modality.kind;
  intent::Question question;
  question.origin = perimeter_.origin;
  question.test = std::string(place_.test);
  question.wants_refused =
      is_nobody || kind == ModalityKind::kCannot || kind == ModalityKind::kDeny;
  question.outside = std::move(perimeter_);
  (place_.purpose == SentencePlace::Purpose::kTest ? context_.model.tests
                                                   : context_.model.assertions)
      .push_back(std::move(question));
}

}  // namespace

void AddPerimeter(Context& context, const syntax::Sentence& sentence, const SentencePlace& place,
                  Sentences& sentences) {
  Builder(context, sentence, place, sentences).Build();
}

}  // namespace writ::sema
