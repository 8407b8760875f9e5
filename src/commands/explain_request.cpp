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
#include "proof/verify/spaces.h"

namespace writ::commands {
namespace {

namespace json = support::json;

constexpr std::uint64_t kMaxRequestBytes = std::uint64_t{16} << 20U;
constexpr std::size_t kNearMisses = 3;

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
      if (!account) return {};
      return {{request.principal, fmt::format("service \"{}\"", request.principal), *account}};
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

class Explainer {
 public:
  /// `model` is that of `world`, or once an account more has joined.
  Explainer(const intent::Model& model, review::World world, access::Access& access,
            host::Environment& environment, bool as_json)
      : model_(model),
        world_(std::move(world)),
        access_(access),
        environment_(environment),
        as_json_(as_json) {}

  void Explain(const std::vector<Candidate>& candidates, policy::Request request) {
    const bool timed = std::ranges::any_of(request.context, [](const policy::ContextKey& key) {
      return policy::EqualIgnoringCase(key.name, "aws:CurrentTime");
    });
    if (!timed) {
      request.context.push_back(
          {"aws:CurrentTime", false, {review::NoonOf(support::DateText(environment_.today))}});
    }
    std::vector<Explained> all;
    for (const Candidate& candidate : candidates) {
      if (candidate.is_outside) {
        const policy::Request complete = decide::Complete(request, {});
        all.push_back({candidate, complete, access_.DecideOutsider(candidate.account, complete)});
        continue;
      }
      Explained one{candidate, access_.As(candidate.account, candidate.arn, request), {}};
      one.judgement = access_.Decide(candidate.account, one.request, candidate.user);
      all.push_back(std::move(one));
    }
    const bool agree = std::ranges::all_of(all, [&](const Explained& one) {
      return one.judgement.is_granted == all.front().judgement.is_granted &&
             one.judgement.granting == all.front().judgement.granting &&
             one.judgement.forbidding == all.front().judgement.forbidding;
    });
    if (agree && all.size() > 1) {
      std::set<std::string> labels;
      for (const Explained& one : all) labels.insert(one.who.label);
      all.resize(1);
      all.front().who.label = fmt::format("{}", fmt::join(labels, " or "));
    }
    if (as_json_) {
      PrintJson(all);
    } else {
      PrintText(all);
    }
  }

 private:
  struct Explained {
    Candidate who;
    policy::Request request;
    access::Judgement judgement;
  };

  void PrintText(const std::vector<Explained>& all) {
    if (all.size() == 1) return PrintOne(all.front());
    if (all.front().who.user) {
      environment_.out << "ambiguous: the session does not say which user it got its rights from, "
                          "and no key tells\n";
    } else {
      environment_.out << fmt::format(
          "ambiguous: the session does not say the path of its role, and the program names {} that "
          "it may be of; add aws:PrincipalArn to the context\n",
          all.size());
    }
    for (const Explained& one : all) {
      environment_.out << fmt::format("as {}:\n",
                                      all.front().who.user ? one.who.label : one.who.arn);
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
                       one.who.is_outside ? ", for a resource of " : " in ",
                       NameOf(one.who.account));
    if (one.who.is_outside) {
      out << "  what the resource's policy and the caller's own allow is not known, so both count "
             "as "
             "allowing it\n";
    } else if (judgement.may_hold_anything) {
      out << "  the program grants this principal nothing: what other policies grant it is not "
             "known, so it counts as holding all rights\n";
    }
    if (one.who.is_outside && IsManagement(one.who.account)) {
      out << "  RCPs do not apply to resources of the management account\n";
    } else if (one.who.is_outside) {
      // Only RCPs bind outsiders.
    } else if (IsManagement(one.who.account)) {
      out << "  SCPs do not apply in the management account\n";
    } else if (!judgement.is_bound && one.who.arn.starts_with("arn:")) {
      out << "  SCPs do not apply to service-linked roles\n";
    }
    const std::vector<Layer> layers = LayersOf(one);
    for (const Layer& layer : layers) {
      out << fmt::format("  {}: {}\n", layer.name, layer.verdict);
      for (const intent::Origin* origin : layer.sentences) {
        const std::string document = DocumentOf(*origin, one.who.account);
        out << fmt::format("    {}{}: `{}` ({})\n", layer.denies ? "Deny" : "Allow",
                           document.empty() ? "" : " in " + document, origin->sentence,
                           origin->place);
      }
    }
    if (judgement.is_granted || one.who.is_outside) return;
    for (const access::Miss& miss : access_.Misses(one.who.account, one.request, kNearMisses)) {
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
  [[nodiscard]] std::string DocumentOf(const intent::Origin& origin,
                                       intent::AccountIndex account) const {
    const review::Place& place = world_.places[account.value];
    for (std::size_t i = 0; i < world_.documents.size(); ++i) {
      const review::HeldDocument& held = world_.documents[i];
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

  [[nodiscard]] const std::string& NameOf(intent::AccountIndex account) const {
    return model_.organization.accounts[account.value].name;
  }
  [[nodiscard]] bool IsManagement(intent::AccountIndex account) const {
    return model_.organization.accounts[account.value].management;
  }

  /// Sentences of the escape hatch, which name the request exactly.
  [[nodiscard]] static std::vector<std::string> Remedies(const Explained& one) {
    std::vector<std::string> remedies;
    const access::Judgement& judgement = one.judgement;
    if (judgement.granting.empty() && !judgement.may_hold_anything) {
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
      writer.String("ambiguous");
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
    writer.String(NameOf(one.who.account));
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
        writer.String(DocumentOf(*origin, one.who.account));
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

  const intent::Model& model_;
  review::World world_;
  access::Access& access_;
  host::Environment& environment_;
  bool as_json_;
};

/// The program once the caller's account has joined it; nothing if it is there, or if the request
/// does not say where it joins. `world` gets a place for it.
std::unique_ptr<intent::Model> OnceJoined(const policy::Request& request,
                                          const intent::Model& model, review::World& world) {
  const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
  if (!caller || caller->account.empty() ||
      intent::FindAccount(model.organization, caller->account)) {
    return nullptr;
  }
  const auto path = std::ranges::find_if(request.context, [](const policy::ContextKey& key) {
    return policy::EqualIgnoringCase(key.name, "aws:PrincipalOrgPaths");
  });
  if (path == request.context.end() || path->values.size() != 1) return nullptr;
  const auto joining =
      access::ToComeAt(model.organization, std::string(caller->account), path->values.front());
  if (!joining) return nullptr;
  std::unique_ptr<intent::Model> later = access::WithAccount(model, *joining);
  const intent::Node& node = model.organization.nodes[joining->node.value];
  const auto unit = std::ranges::find_if(world.units, [&](const review::Unit& one) {
    return one.is_root ? node.kind == intent::Node::Kind::kRoot
                       : node.kind == intent::Node::Kind::kUnit && one.name == node.name;
  });
  review::Place& place = world.places.emplace_back();
  place.name = later->organization.accounts.back().name;
  place.id = later->organization.accounts.back().id;
  if (unit != world.units.end()) place.scps = unit->scps;
  return later;
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
  review::World world = review::MakeWorld(lowered.model, lowered.bundle);
  const std::unique_ptr<intent::Model> later = OnceJoined(*request, lowered.model, world);
  const intent::Model& model = later ? *later : lowered.model;
  access::Access access({{model, compilation.catalog(), lowered.bindings},
                         library::Library::BuiltIn(),
                         support::DateText(environment.today)});
  const std::vector<Candidate> candidates = Identifier(model, access).Identify(*request);
  if (candidates.empty()) {
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
  const auto contradiction = ContradictionIn(*request, model, compilation.catalog());
  if (contradiction) {
    compilation.findings.Report(diag::kBadRequest, {}, options.request, *contradiction);
    return Finish(compilation, environment, host::ExitStatus::kInvalid);
  }
  Explainer(model, std::move(world), access, environment, options.json)
      .Explain(candidates, *std::move(request));
  return FinishAnswer(compilation, environment, host::ExitStatus::kGood);
}

}  // namespace writ::commands
