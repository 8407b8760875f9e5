#include "commands/explain_request.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <istream>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/access/access.h"
#include "analysis/access/later.h"
#include "analysis/access/outsiders.h"
#include "analysis/review/instances.h"
#include "analysis/review/world.h"
#include "base/diag/codes/driver.h"
#include "base/diag/codes/proof.h"
#include "base/support/json.h"
#include "commands/finish.h"
#include "commands/wording.h"
#include "compiler/stages.h"
#include "facts/library/library.h"
#include "iam/decide/pairs.h"
#include "iam/decide/sendable.h"
#include "iam/policy/pattern.h"
#include "program/intent/find.h"
#include "proof/deployed/joining.h"
#include "proof/verify/reading.h"
#include "proof/verify/spaces.h"

namespace writ::commands {
namespace {

namespace json = support::json;

constexpr std::uint64_t kMaxRequestBytes = std::uint64_t{16} << 20U;
constexpr std::size_t kNearMisses = 3;
constexpr std::string_view kNoPath =
    "it depends on the OU of the caller's account, which the request does not tell; add "
    "aws:PrincipalOrgPaths to the context";
constexpr std::string_view kNoId =
    "it depends on which OU aws:PrincipalOrgPaths means, because the program does not say the id "
    "of each OU";

/// The members of a case that are no policies, but for those whose names begin with "x-".
constexpr std::array<std::string_view, 11> kMembers{
    "action",           "context",  "expected",        "id",     "note", "principal",
    "principalAccount", "resource", "resourceAccount", "source", "tags"};

/// The request of a case, or why there is none.
support::Result<policy::Request> ReadRequest(std::string_view text) {
  const auto document = json::Parse(text);
  if (!document.ok()) return support::Error{document.error().message};
  const json::Value root = document->root();
  if (!root.is_object()) return support::Error{"a request is a JSON object"};
  for (const json::Member member : root.members()) {
    const std::string_view name = member.key.text();
    if (!name.starts_with("x-") && std::ranges::find(kMembers, name) == kMembers.end()) {
      return support::Error{fmt::format("a request has no member `{}`", name)};
    }
  }
  policy::Request request;
  const auto take = [&](std::string_view key, std::string& into) {
    const std::optional<json::Value> value = root.Find(key);
    if (!value || !value->is_string()) return false;
    into = std::string(value->text());
    return true;
  };
  if (!take("principal", request.principal)) return support::Error{"`principal` is missing"};
  if (!take("action", request.action)) return support::Error{"`action` is missing"};
  if (!take("resource", request.resource)) return support::Error{"`resource` is missing"};
  if (std::string account; take("resourceAccount", account)) request.resource_account = account;
  if (const std::optional<json::Value> context = root.Find("context")) {
    if (!context->is_object()) return support::Error{"`context` is not an object"};
    for (const json::Member member : context->members()) {
      policy::ContextKey key{std::string(member.key.text()), member.value.is_array(), {}};
      if (key.is_list) {
        for (const json::Value one : member.value.elements()) key.values.emplace_back(one.text());
      } else {
        key.values.emplace_back(member.value.text());
      }
      request.context.push_back(std::move(key));
    }
  }
  const auto prepared = policy::Prepare(request);
  if (!prepared.ok()) return support::Error{prepared.error().message};
  const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
  if (std::string account;
      take("principalAccount", account) && (!caller || caller->account != account)) {
    return support::Error{
        fmt::format("principalAccount {} is not that of {}", account, request.principal)};
  }
  return request;
}

/// What the request says of its caller, resource or time that cannot be so, or nothing. AWS sets
/// these keys itself, so an answer about other values would be about no request.
std::optional<std::string> ContradictionIn(const policy::Request& request,
                                           const intent::Model& model,
                                           const catalog::Catalog& catalog) {
  const std::vector<std::string> contradictions = decide::ContradictionsOf(request, catalog);
  if (!contradictions.empty()) return contradictions.front();
  const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
  if (!caller || caller->account.empty()) return std::nullopt;
  const decide::Affiliation known = verify::AffiliationOf(model.organization, caller->account);
  for (const policy::ContextKey& key : request.context) {
    const bool is_id = policy::EqualIgnoringCase(key.name, "aws:PrincipalOrgID");
    const bool is_path = policy::EqualIgnoringCase(key.name, "aws:PrincipalOrgPaths");
    if (!is_id && !is_path) continue;
    const std::string& actual = is_id ? known.organization : known.path;
    if (actual.empty() || key.values == std::vector<std::string>{actual}) continue;
    return fmt::format("{} {} is not that of account {}", key.name, fmt::join(key.values, ", "),
                       caller->account);
  }
  return std::nullopt;
}

/// A principal that a request may be made by.
struct Candidate {
  std::string arn;  ///< of a role, user, root or federated user; the name of a service
  std::string label;
  intent::AccountIndex account;
  std::optional<intent::Principal> user = {};  ///< whose rights a federated user has
  bool is_outside = false;  ///< `account` is the owner of the resource then, not the caller's
};

/// The account of the program that owns what is asked for, as far as the request says.
std::optional<intent::AccountIndex> OwnerIn(const policy::Request& request,
                                            const intent::Organization& organization) {
  std::string id = request.resource_account.value_or("");
  for (const policy::ContextKey& key : request.context) {
    const bool is_owner = policy::EqualIgnoringCase(key.name, "aws:ResourceAccount");
    if (id.empty() && is_owner && !key.values.empty()) id = key.values.front();
  }
  const std::optional<policy::ArnSegments> segments = policy::SplitArn(request.resource);
  if (id.empty() && segments) id = std::string((*segments)[4]);
  return intent::FindAccount(organization, id);
}

class Identifier {
 public:
  Identifier(const intent::Model& model, const access::Access& access)
      : model_(model), names_(access.names()) {}

  /// Whom the request names: one, unless a session's ARN leaves open which role it is of. None if
  /// that is nobody of the program's accounts.
  [[nodiscard]] std::vector<Candidate> Identify(const policy::Request& request) const {
    const std::optional<policy::Caller> parsed = policy::ParseCaller(request.principal);
    if (!parsed) return {};
    if (const std::optional<Candidate> outsider = OutsiderOf(*parsed, request)) return {*outsider};
    if (parsed->kind == policy::CallerKind::kService) {
      const std::optional<policy::ArnSegments> segments = policy::SplitArn(request.resource);
      const auto account = segments ? AccountAt((*segments)[4]) : std::nullopt;
      const std::string label = fmt::format("service \"{}\"", request.principal);
      if (account) return {{request.principal, label, *account}};
      // Where the ARN has no account, policies of the resource and RCPs decide.
      const auto owner = OwnerIn(request, model_.organization);
      if (!owner) return {};
      return {{request.principal, label, *owner, {}, true}};
    }
    const auto account = AccountAt(parsed->account);
    if (!account) return {};
    if (parsed->kind == policy::CallerKind::kFederatedUser) {
      return SessionsOf(*account, request);
    }
    for (const policy::ContextKey& key : request.context) {
      if (policy::EqualIgnoringCase(key.name, "aws:PrincipalArn") && !key.values.empty()) {
        return {Of(key.values.front(), *account, request)};
      }
    }
    if (parsed->kind != policy::CallerKind::kRoleSession) {
      return {Of(request.principal, *account, request)};
    }
    std::vector<Candidate> candidates;
    for (const access::Role& role : access::RolesOfSession(names_, *account, parsed->role)) {
      candidates.push_back(
          Of(fmt::format("arn:{}:iam::{}:{}", parsed->partition, parsed->account, role.tail),
             *account, request));
    }
    return candidates;
  }

 private:
  [[nodiscard]] std::optional<intent::AccountIndex> AccountAt(std::string_view id) const {
    return intent::FindAccount(model_.organization, id);
  }

  /// A caller of no account of the program, or a service that acts for one, and whose resource it
  /// asks for.
  [[nodiscard]] std::optional<Candidate> OutsiderOf(const policy::Caller& caller,
                                                    const policy::Request& request) const {
    if (caller.kind != policy::CallerKind::kService && AccountAt(caller.account)) {
      return std::nullopt;
    }
    const std::optional<access::Outsider> kind = access::OutsiderOf(model_.organization, request);
    const std::optional<intent::AccountIndex> owner = OwnerIn(request, model_.organization);
    if (!kind || !owner) return std::nullopt;
    return Candidate{request.principal, std::string(access::LabelOf(*kind)), *owner, {}, true};
  }

  [[nodiscard]] Candidate Of(const std::string& arn, intent::AccountIndex account,
                             const policy::Request& request) const {
    const std::vector<std::string> labels = access::LabelsOf(names_, account, arn, request.context);
    return {arn,
            labels.empty() ? std::string(access::kAnyoneElse)
                           : fmt::format("{}", fmt::join(labels, ", ")),
            account};
  }

  /// A session for a federated user may be of each user that the program grants something in the
  /// account, and of one that it does not know.
  [[nodiscard]] std::vector<Candidate> SessionsOf(intent::AccountIndex account,
                                                  const policy::Request& request) const {
    std::vector<Candidate> candidates;
    std::set<intent::Principal> seen;
    for (const intent::Holder& holder : names_.granted) {
      if (!std::ranges::binary_search(holder.accounts, account)) continue;
      for (const intent::Principal& principal : holder.principals) {
        if (principal.kind != intent::Principal::Kind::kUser || !seen.insert(principal).second) {
          continue;
        }
        candidates.push_back({request.principal,
                              fmt::format("session of user \"{}\"", principal.value), account,
                              principal});
      }
    }
    candidates.push_back(Of(request.principal, account, request));
    return candidates;
  }

  const intent::Model& model_;
  const access::Names& names_;
};

/// A program that a request is decided under: as it is, or once an account more has joined.
struct Setting {
  std::unique_ptr<intent::Model> joined;  ///< once it has
  const intent::Model* model = nullptr;
  review::World world;
  std::unique_ptr<access::Access> access;
  std::vector<std::string> where;  ///< "account 555555555555 once it joins prod": all that it is of
};

bool HasPath(const policy::Request& request) {
  return std::ranges::any_of(request.context, [](const policy::ContextKey& key) {
    return policy::EqualIgnoringCase(key.name, "aws:PrincipalOrgPaths");
  });
}

class Explainer {
 public:
  /// The request is of one of the settings, which one it does not say.
  Explainer(std::vector<Setting> settings, host::Environment& environment, bool as_json)
      : settings_(std::move(settings)), environment_(environment), as_json_(as_json) {}

  void Explain(policy::Request request) {
    const bool timed = std::ranges::any_of(request.context, [](const policy::ContextKey& key) {
      return policy::EqualIgnoringCase(key.name, "aws:CurrentTime");
    });
    if (!timed) {
      request.context.push_back(
          {"aws:CurrentTime", false, {review::NoonOf(support::DateText(environment_.today))}});
    }
    because_ = HasPath(request) ? kNoId : kNoPath;
    std::vector<Explained> all;
    for (const Setting& setting : settings_) Add(AllOf(setting, request), all);
    if (all.size() == 1 && settings_.size() > 1) {
      // What is so wherever it lies is shown without a place.
      const std::string number(policy::ParseCaller(request.principal)->account);
      all.front().where = {fmt::format("account {}, wherever it joins", number)};
      std::erase_if(all.front().request.context, [](const policy::ContextKey& key) {
        return policy::EqualIgnoringCase(key.name, "aws:PrincipalOrgPaths");
      });
    }
    if (as_json_) {
      PrintJson(all);
    } else {
      PrintText(all);
    }
  }

 private:
  struct Explained {
    const Setting* setting;
    Candidate who;
    policy::Request request;
    access::Judgement judgement;
    std::vector<std::string> where;
  };

  /// Whether the same is so for the same reasons.
  static bool Agree(const Explained& one, const Explained& other) {
    const auto is_same = [](const auto& some, const auto& others) {
      return std::ranges::equal(some, others, {}, &intent::Origin::place, &intent::Origin::place);
    };
    const access::Judgement& left = one.judgement;
    const access::Judgement& right = other.judgement;
    return left.is_granted == right.is_granted &&
           left.may_hold_anything == right.may_hold_anything &&
           is_same(left.granting, right.granting) && is_same(left.forbidding, right.forbidding) &&
           is_same(left.awaiting, right.awaiting);
  }

  /// Of each principal that the request may be made by; one for all if they agree.
  [[nodiscard]] static std::vector<Explained> AllOf(const Setting& setting,
                                                    const policy::Request& request) {
    access::Access& access = *setting.access;
    std::vector<Explained> all;
    for (const Candidate& candidate : Identifier(*setting.model, access).Identify(request)) {
      Explained one{&setting, candidate, {}, {}, setting.where};
      if (candidate.is_outside) {
        one.request = decide::Complete(request, {});
        one.judgement = access.DecideOutsider(candidate.account, one.request);
      } else {
        one.request = access.As(candidate.account, candidate.arn, request);
        one.judgement = access.Decide(candidate.account, one.request, candidate.user);
      }
      if (one.where.empty()) {
        one.where = {setting.model->organization.accounts[candidate.account.value].name};
      }
      all.push_back(std::move(one));
    }
    const bool agree =
        std::ranges::all_of(all, [&](const Explained& one) { return Agree(one, all.front()); });
    if (agree && all.size() > 1) {
      std::set<std::string> labels;
      for (const Explained& one : all) labels.insert(one.who.label);
      all.resize(1);
      all.front().who.label = fmt::format("{}", fmt::join(labels, " or "));
    }
    return all;
  }

  /// Adds places to what is so elsewhere already.
  static void Add(std::vector<Explained> more, std::vector<Explained>& all) {
    for (Explained& one : more) {
      const auto same = std::ranges::find_if(all, [&](const Explained& other) {
        return one.setting != other.setting && one.who.label == other.who.label &&
               one.who.arn == other.who.arn && Agree(one, other);
      });
      if (same == all.end()) {
        all.push_back(std::move(one));
      } else {
        std::ranges::move(one.where, std::back_inserter(same->where));
      }
    }
  }

  void PrintText(const std::vector<Explained>& all) {
    if (all.size() == 1) return PrintOne(all.front());
    if (settings_.size() > 1) {
      environment_.out << fmt::format("undetermined: {}\n", because_);
    } else if (all.front().who.user) {
      environment_.out << "ambiguous: the session does not say which user it got its rights from, "
                          "and no key tells\n";
    } else {
      environment_.out << fmt::format(
          "ambiguous: the session does not say the path of its role, and the program names {} that "
          "it may be of; add aws:PrincipalArn to the context\n",
          all.size());
    }
    for (const Explained& one : all) {
      environment_.out << fmt::format("{}:\n", settings_.size() > 1   ? WhereOf(one)
                                               : all.front().who.user ? "as " + one.who.label
                                                                      : "as " + one.who.arn);
      PrintOne(one);
    }
  }

  void PrintOne(const Explained& one) {
    std::ostream& out = environment_.out;
    const access::Judgement& judgement = one.judgement;
    const std::string said = access::VerdictText(judgement);
    const std::string_view word = judgement.is_granted ? "granted" : "denied";
    out << (said.starts_with(word) ? said : fmt::format("{}: {}", word, said)) << "\n";
    out << fmt::format("  caller: {}{}{}\n", one.who.label,
                       one.who.is_outside ? ", for a resource of " : " in ", WhereOf(one));
    if (one.who.is_outside) {
      out << "  what the resource's policy and the caller's own allow is not known, so both count "
             "as "
             "allowing it\n";
    } else if (judgement.may_hold_anything) {
      out << "  the program grants this principal nothing: what other policies grant it is not "
             "known, so it counts as holding all rights\n";
    }
    if (one.who.is_outside && IsManagement(one)) {
      out << "  RCPs do not apply to resources of the management account\n";
    } else if (one.who.is_outside) {
      // Only RCPs bind outsiders.
    } else if (IsManagement(one)) {
      out << "  SCPs do not apply in the management account\n";
    } else if (!judgement.is_bound && one.who.arn.starts_with("arn:")) {
      out << "  SCPs do not apply to service-linked roles\n";
    }
    const std::vector<Layer> layers = LayersOf(one);
    for (const Layer& layer : layers) {
      out << fmt::format("  {}: {}\n", layer.name, layer.verdict);
      for (const intent::Origin* origin : layer.sentences) {
        const std::string document = DocumentOf(*origin, one);
        out << fmt::format("    {}{}: `{}` ({})\n", layer.denies ? "Deny" : "Allow",
                           document.empty() ? "" : " in " + document, origin->sentence,
                           origin->place);
      }
    }
    if (judgement.is_granted || one.who.is_outside) return;
    for (const access::Miss& miss :
         one.setting->access->Misses(one.who.account, one.request, kNearMisses)) {
      out << fmt::format("  `{}` ({}) would need {}\n", miss.permission->sentence,
                         miss.permission->place, fmt::join(miss.lacking, " and "));
    }
    out << ToAllowIt(Remedies(one));
  }

  struct Layer {
    std::string_view name;
    std::string_view verdict;
    bool denies = false;
    std::vector<const intent::Origin*> sentences;
  };

  [[nodiscard]] static std::vector<Layer> LayersOf(const Explained& one) {
    const access::Judgement& judgement = one.judgement;
    std::vector<Layer> layers;
    if (one.who.is_outside) {
      if (!judgement.is_bound) return layers;
      const bool is_denied = !judgement.forbidding.empty();
      layers.push_back({policy::LayerName(policy::Layer::kRcp),
                        policy::LayerVerdictName(is_denied ? policy::LayerVerdict::kExplicitDeny
                                                           : policy::LayerVerdict::kAllowed),
                        true, judgement.forbidding});
      return layers;
    }
    const bool held = judgement.may_hold_anything || !judgement.granting.empty();
    layers.push_back({policy::LayerName(policy::Layer::kIdentity),
                      policy::LayerVerdictName(held ? policy::LayerVerdict::kAllowed
                                                    : policy::LayerVerdict::kImplicitDeny),
                      false, judgement.granting});
    if (!judgement.owner.empty() && !judgement.may_hold_anything) {
      layers.push_back({policy::LayerName(policy::Layer::kResource),
                        policy::LayerVerdictName(policy::LayerVerdict::kImplicitDeny),
                        false,
                        {}});
    }
    if (judgement.is_bound) {
      const bool denied = !judgement.forbidding.empty();
      layers.push_back({policy::LayerName(policy::Layer::kScp),
                        policy::LayerVerdictName(denied ? policy::LayerVerdict::kExplicitDeny
                                                        : policy::LayerVerdict::kAllowed),
                        true, judgement.forbidding});
    }
    return layers;
  }

  /// The first document that carries the sentence for the account: its own, its node's, or one for
  /// every account.
  [[nodiscard]] static std::string DocumentOf(const intent::Origin& origin, const Explained& one) {
    const review::World& world = one.setting->world;
    const review::Place& place = world.places[one.who.account.value];
    for (std::size_t i = 0; i < world.documents.size(); ++i) {
      const review::HeldDocument& held = world.documents[i];
      const bool scp = std::ranges::find(place.scps, i) != place.scps.end();
      const bool here = scp || held.name.starts_with("iam/" + place.name + "/") ||
                        held.name.starts_with("trust/" + place.name + "/") ||
                        held.name.starts_with("permission-sets/");
      const bool from = std::ranges::any_of(held.sources, [&](const review::Source& source) {
        return std::ranges::find(source.from, origin.place) != source.from.end();
      });
      if (here && from) return held.name;
    }
    return {};
  }

  [[nodiscard]] static std::string WhereOf(const Explained& one) {
    return fmt::format("{}", fmt::join(one.where, ", "));
  }
  [[nodiscard]] static bool IsManagement(const Explained& one) {
    return one.setting->model->organization.accounts[one.who.account.value].management;
  }

  /// Sentences of the escape hatch, which name the request exactly.
  [[nodiscard]] static std::vector<std::string> Remedies(const Explained& one) {
    std::vector<std::string> remedies;
    const access::Judgement& judgement = one.judgement;
    if (!judgement.awaiting.empty()) {
      remedies.emplace_back(kListAccount);
    } else if (judgement.granting.empty() && !judgement.may_hold_anything) {
      remedies.push_back(fmt::format(
          "say `{} may …` with a verb that needs {}{}", one.who.label, one.request.action,
          one.request.resource == "*" ? "" : fmt::format(" on {}", one.request.resource)));
    }
    for (const intent::Origin* origin : judgement.forbidding) {
      remedies.push_back(fmt::format("except it from `{}` ({}), or do what that asks for",
                                     origin->sentence, origin->place));
    }
    return remedies;
  }

  void PrintJson(const std::vector<Explained>& all) {
    json::Writer writer(json::Style::kPretty);
    writer.BeginObject();
    if (all.size() == 1) {
      WriteOne(writer, all.front());
    } else {
      writer.Key("decision");
      writer.String(settings_.size() > 1 ? "undetermined" : "ambiguous");
      if (settings_.size() > 1) {
        writer.Key("reason");
        writer.String(because_);
      }
      writer.Key("candidates");
      writer.BeginArray();
      for (const Explained& one : all) {
        writer.BeginObject();
        WriteOne(writer, one);
        writer.EndObject();
      }
      writer.EndArray();
    }
    writer.EndObject();
    environment_.out << writer.Take() << "\n";
  }

  void WriteOne(json::Writer& writer, const Explained& one) {
    const access::Judgement& judgement = one.judgement;
    writer.Key("decision");
    writer.String(policy::VerdictName(judgement.is_granted ? policy::Verdict::kAllowed
                                      : !judgement.forbidding.empty()
                                          ? policy::Verdict::kExplicitDeny
                                          : policy::Verdict::kImplicitDeny));
    writer.Key("caller");
    writer.String(one.who.label);
    writer.Key("account");
    writer.String(WhereOf(one));
    writer.Key("request");
    decide::WriteRequest(writer, one.request);
    writer.Key("reason");
    writer.String(access::VerdictText(judgement));
    const std::vector<Layer> layers = LayersOf(one);
    writer.Key("layers");
    writer.BeginObject();
    for (const Layer& layer : layers) {
      writer.Key(layer.name);
      writer.String(layer.verdict);
    }
    writer.EndObject();
    writer.Key("statements");
    writer.BeginArray();
    for (const Layer& layer : layers) {
      for (const intent::Origin* origin : layer.sentences) {
        writer.BeginObject();
        writer.Key("layer");
        writer.String(layer.name);
        writer.Key("document");
        writer.String(DocumentOf(*origin, one));
        writer.Key("effect");
        writer.String(layer.denies ? "Deny" : "Allow");
        writer.Key("from");
        writer.BeginArray();
        writer.String(origin->place);
        writer.EndArray();
        writer.Key("sentences");
        writer.BeginArray();
        writer.String(origin->sentence);
        writer.EndArray();
        writer.EndObject();
      }
    }
    writer.EndArray();
    writer.Key("toPermit");
    writer.BeginArray();
    if (!judgement.is_granted) {
      for (const std::string& remedy : Remedies(one)) writer.String(remedy);
    }
    writer.EndArray();
  }

  std::vector<Setting> settings_;
  std::string_view because_;  ///< several settings: why it is not known which
  host::Environment& environment_;
  bool as_json_;
};

/// Where the caller's account lies or will, as far as the request says: nowhere if it is one of the
/// program's, or not known to be of the organization.
access::AllToCome PlacesOf(const policy::Request& request, const verify::Facts& facts) {
  const intent::Organization& organization = facts.model.organization;
  const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
  if (!caller || caller->account.empty() || intent::FindAccount(organization, caller->account)) {
    return {};
  }
  const std::string account(caller->account);
  bool is_of_organization = false;
  for (const policy::ContextKey& key : request.context) {
    if (policy::EqualIgnoringCase(key.name, "aws:PrincipalOrgPaths")) {
      if (key.values.size() != 1) return {};
      std::vector<access::ToCome> places =
          access::PlacesAt(organization, account, key.values.front());
      const std::size_t count = places.size();
      return {std::move(places), std::vector<std::vector<access::ToCome>>(count), {}, {}};
    }
    is_of_organization =
        is_of_organization || (policy::EqualIgnoringCase(key.name, "aws:PrincipalOrgID") &&
                               key.values == std::vector<std::string>{organization.id});
  }
  if (!is_of_organization) return {};
  access::AllToCome all = access::Joiners(facts).Anywhere(account);
  return all.undecided.empty() ? std::move(all) : access::AllToCome{};
}

/// The program once the account has joined it, with a place for it.
Setting SettingOf(const intent::Model& model, review::World world, const access::ToCome& one,
                  const std::vector<access::ToCome>& same) {
  Setting setting{access::WithAccount(model, one), nullptr, std::move(world), nullptr, {}};
  setting.model = setting.joined.get();
  const intent::Node& node = model.organization.nodes[one.node.value];
  const auto unit = std::ranges::find_if(setting.world.units, [&](const review::Unit& unit_there) {
    return unit_there.is_root
               ? node.kind == intent::Node::Kind::kRoot
               : node.kind == intent::Node::Kind::kUnit && unit_there.name == node.name;
  });
  const intent::Account& account = setting.model->organization.accounts.back();
  review::Place& place = setting.world.places.emplace_back();
  place.name = account.name;
  place.id = account.id;
  if (unit != setting.world.units.end()) place.scps = unit->scps;
  const deployed::Joining joining(model.organization);
  setting.where.push_back(joining.Describe(one.node, one.newcomer));
  for (const access::ToCome& other : same) {
    setting.where.push_back(joining.Describe(other.node, other.newcomer));
  }
  return setting;
}

/// The programs that the request may be decided under.
std::vector<Setting> SettingsOf(const access::AllToCome& places, const intent::Model& model,
                                review::World world) {
  std::vector<Setting> settings;
  for (std::size_t i = 0; i < places.accounts.size(); ++i) {
    settings.push_back(SettingOf(model, world, places.accounts[i], places.same[i]));
  }
  if (settings.empty()) settings.push_back({nullptr, &model, std::move(world), nullptr, {}});
  return settings;
}

support::Result<std::string, host::ReadFailure> ReadText(const std::string& path,
                                                         host::Environment& environment) {
  if (path != "-") return environment.files.Read(path, kMaxRequestBytes);
  std::string text;
  for (char c = 0; text.size() < kMaxRequestBytes && environment.in.get(c);) text += c;
  return text;
}

}  // namespace

host::ExitStatus ExplainRequest(const ExplainOptions& options, host::Environment& environment) {
  compiler::Compilation compilation(environment, compiler::Purpose::kReview);
  const auto text = ReadText(options.request, environment);
  if (!text.ok()) {
    compilation.findings.Report(diag::kFileNotReadable, {}, options.request, text.error().reason);
    return Finish(compilation, environment, host::ExitStatus::kUnreadable);
  }
  support::Result<policy::Request> request = ReadRequest(*text);
  if (!request.ok()) {
    compilation.findings.Report(diag::kBadRequest, {}, options.request, request.error().message)
        .Suggest(R"(a request is {"principal": ARN, "action": "service:Name", "resource": ARN, )"
                 R"("context": {KEY: VALUE}})");
    return Finish(compilation, environment, host::ExitStatus::kInvalid);
  }
  const auto lowered =
      compiler::Compile<compiler::Lowered>({options.subjects, options.bindings}, compilation);
  if (lowered.stop) return Finish(compilation, environment, StatusOf(lowered.stop));
  const verify::Facts facts{lowered.model, compilation.catalog(), lowered.bindings};
  const access::AllToCome places = PlacesOf(*request, facts);
  std::vector<Setting> settings =
      SettingsOf(places, lowered.model, review::MakeWorld(lowered.model, lowered.bundle));
  for (Setting& setting : settings) {
    setting.access = std::make_unique<access::Access>(
        access::Facts{{*setting.model, compilation.catalog(), lowered.bindings},
                      library::Library::BuiltIn(),
                      support::DateText(environment.today),
                      setting.joined ? access::Standing::kJoining : access::Standing::kListed});
  }
  const Setting& first = settings.front();
  if (Identifier(*first.model, *first.access).Identify(*request).empty()) {
    diag::Diagnostic& found =
        compilation.findings.Report(diag::kCallerOutside, {}, request->principal)
            .Suggest(
                "of a caller from elsewhere, say whose resource it asks for: `\"resourceAccount\": "
                "\"…\"`, of an account of the program");
    if (!lowered.model.organization.id.empty()) {
      found.Suggest(
          "of an account that joins the organization, say where by "
          "aws:PrincipalOrgPaths in the context");
    }
    return Finish(compilation, environment, host::ExitStatus::kInvalid);
  }
  const auto contradiction = ContradictionIn(*request, *first.model, compilation.catalog());
  if (contradiction) {
    compilation.findings.Report(diag::kBadRequest, {}, options.request, *contradiction);
    return Finish(compilation, environment, host::ExitStatus::kInvalid);
  }
  Explainer(std::move(settings), environment, options.json).Explain(*std::move(request));
  return FinishAnswer(compilation, environment, host::ExitStatus::kGood);
}

}  // namespace writ::commands
