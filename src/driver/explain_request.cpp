#include "driver/explain_request.h"

#include <algorithm>
#include <cstdint>
#include <istream>
#include <iterator>
#include <optional>
#include <ostream>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "driver/lowered.h"
#include "writ/decide/pairs.h"
#include "writ/diag/codes/driver.h"
#include "writ/diag/codes/proof.h"
#include "writ/review/instances.h"
#include "writ/review/why.h"
#include "writ/support/json.h"

namespace writ::driver {
namespace {

namespace json = support::json;

constexpr std::uint64_t kMaxRequestBytes = std::uint64_t{16} << 20U;
constexpr std::size_t kNearMisses = 3;

/// The request of a case, or why there is none.
support::Result<policy::Request> ReadRequest(std::string_view text) {
  const auto document = json::Parse(text);
  if (!document.ok()) return support::Error{document.error().message};
  const json::Value root = document->root();
  if (!root.is_object()) return support::Error{"a request is a JSON object"};
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
  return request;
}

/// The caller that a request names: a session of a role counts as the role.
std::optional<review::Caller> CallerOf(const policy::Request& request, const review::World& world) {
  const std::optional<policy::Caller> parsed = policy::ParseCaller(request.principal);
  review::Caller caller;
  caller.arn = request.principal;
  for (const policy::ContextKey& key : request.context) {
    if (key.name.starts_with("aws:PrincipalTag/")) caller.keys.push_back(key);
  }
  if (!parsed) return std::nullopt;
  if (parsed->kind == policy::CallerKind::kService) {
    caller.is_service = true;
    caller.label = fmt::format("service \"{}\"", request.principal);
    const std::optional<policy::Caller> role = policy::ParseCaller(request.resource);
    const std::optional<std::size_t> place = role ? world.FindPlace(role->account) : std::nullopt;
    if (!place) return std::nullopt;
    caller.place = *place;
    return caller;
  }
  const std::optional<std::size_t> place = world.FindPlace(parsed->account);
  if (!place || parsed->account.empty()) return std::nullopt;
  caller.place = *place;
  if (parsed->kind == policy::CallerKind::kRoleSession) {
    caller.arn =
        fmt::format("arn:{}:iam::{}:role/{}", parsed->partition, parsed->account, parsed->role);
    for (const policy::ContextKey& key : request.context) {
      if (policy::EqualIgnoringCase(key.name, "aws:PrincipalArn")) caller.arn = key.values.front();
    }
  }
  std::vector<std::string> groups;
  for (const review::Group& group : world.groups) {
    const bool here = std::ranges::find(group.places, *place) != group.places.end();
    const bool one = std::ranges::any_of(group.principals, [&](const intent::Principal& p) {
      return review::IsOne(p, world.places[*place].id, caller);
    });
    if (here && one) groups.push_back(group.label);
  }
  caller.is_anyone = groups.empty();
  caller.label = groups.empty() ? "anyone else" : fmt::format("{}", fmt::join(groups, ", "));
  return caller;
}

class Explainer {
 public:
  Explainer(const Lowered& lowered, Environment& environment, bool as_json)
      : world_(review::MakeWorld(lowered.meaning.model, lowered.bundle)),
        judge_(world_),
        environment_(environment),
        as_json_(as_json) {}

  [[nodiscard]] const review::World& world() const { return world_; }

  void Explain(const review::Caller& caller, policy::Request request) {
    const bool timed = std::ranges::any_of(request.context, [](const policy::ContextKey& key) {
      return policy::EqualIgnoringCase(key.name, "aws:CurrentTime");
    });
    if (!timed) {
      request.context.push_back(
          {"aws:CurrentTime", false, {review::NoonOf(support::DateText(environment_.today))}});
    }
    request = judge_.As(caller, std::move(request));
    const review::Judgement judgement = judge_.Decide(caller, request);
    if (as_json_) {
      PrintJson(caller, request, judgement);
    } else {
      PrintText(caller, request, judgement);
    }
  }

 private:
  void PrintText(const review::Caller& caller, const policy::Request& request,
                 const review::Judgement& judgement) {
    std::ostream& out = environment_.out;
    const review::Place& place = world_.places[caller.place];
    const std::string said = review::VerdictText(world_, judgement);
    const std::string_view word = judgement.is_allowed() ? "granted" : "refused";
    out << (said.starts_with(word) ? said : fmt::format("{}: {}", word, said)) << "\n";
    out << fmt::format("  caller: {} in {}\n", caller.label, place.name);
    if (caller.is_anyone) {
      out << "  the program does not name this principal: what other policies grant it is not "
             "known, so it counts as holding all rights\n";
    }
    if (place.management) out << "  SCPs do not apply in the management account\n";
    for (std::size_t i = 0; i < policy::kLayerCount; ++i) {
      const auto layer = static_cast<policy::Layer>(i);
      const policy::LayerVerdict verdict = judgement.decision.layers[i];
      if (verdict == policy::LayerVerdict::kNotApplicable) continue;
      out << fmt::format("  {}: {}\n", policy::LayerName(layer), policy::LayerVerdictName(verdict));
      std::set<std::string> seen;
      for (const review::Because& because : review::BecauseOf(world_, judgement)) {
        const std::string text = review::SentencesText(because);
        if (because.layer != layer || !seen.insert(text).second) continue;
        out << fmt::format("    {} in {}: {}\n", policy::EffectName(because.effect),
                           because.document, text);
      }
    }
    if (judgement.is_allowed()) return;
    for (const review::NearMiss& miss :
         review::NearMisses(world_, judge_, caller, request, kNearMisses)) {
      out << fmt::format("  {} would need {}\n", review::SentencesText(miss.permission),
                         fmt::join(miss.lacking, " and "));
    }
    for (const std::string& remedy : Remedies(caller, request, judgement)) {
      out << fmt::format("  to permit it: {}\n", remedy);
    }
  }

  /// Sentences of the escape hatch, which name the request exactly.
  [[nodiscard]] std::vector<std::string> Remedies(const review::Caller& caller,
                                                  const policy::Request& request,
                                                  const review::Judgement& judgement) const {
    std::vector<std::string> remedies;
    const auto identity =
        judgement.decision.layers[static_cast<std::size_t>(policy::Layer::kIdentity)];
    if (identity != policy::LayerVerdict::kAllowed && !caller.is_anyone) {
      remedies.push_back(
          fmt::format("say `{} may …` with a verb that needs {}{}", caller.label, request.action,
                      request.resource == "*" ? "" : fmt::format(" on {}", request.resource)));
    }
    std::set<std::string> seen;
    for (const review::Because& because : review::BecauseOf(world_, judgement)) {
      if (because.effect != policy::Effect::kDeny) continue;
      const std::string text = review::SentencesText(because);
      if (seen.insert(text).second) {
        remedies.push_back(fmt::format("except it from {}, or do what that asks for", text));
      }
    }
    return remedies;
  }

  void PrintJson(const review::Caller& caller, const policy::Request& request,
                 const review::Judgement& judgement) {
    json::Writer writer(json::Style::kPretty);
    writer.BeginObject();
    writer.Key("decision");
    writer.String(policy::VerdictName(judgement.decision.verdict));
    writer.Key("caller");
    writer.String(caller.label);
    writer.Key("account");
    writer.String(world_.places[caller.place].name);
    writer.Key("request");
    decide::WriteRequest(writer, request);
    writer.Key("layers");
    writer.BeginObject();
    for (std::size_t i = 0; i < policy::kLayerCount; ++i) {
      if (judgement.decision.layers[i] == policy::LayerVerdict::kNotApplicable) continue;
      writer.Key(policy::LayerName(static_cast<policy::Layer>(i)));
      writer.String(policy::LayerVerdictName(judgement.decision.layers[i]));
    }
    writer.EndObject();
    writer.Key("statements");
    writer.BeginArray();
    for (const review::Because& because : review::BecauseOf(world_, judgement)) {
      writer.BeginObject();
      writer.Key("layer");
      writer.String(policy::LayerName(because.layer));
      writer.Key("document");
      writer.String(because.document);
      writer.Key("effect");
      writer.String(policy::EffectName(because.effect));
      writer.Key("from");
      writer.BeginArray();
      for (const std::string& place : because.from) writer.String(place);
      writer.EndArray();
      writer.Key("sentences");
      writer.BeginArray();
      for (const std::string& sentence : because.sentences) writer.String(sentence);
      writer.EndArray();
      writer.EndObject();
    }
    writer.EndArray();
    writer.Key("toPermit");
    writer.BeginArray();
    if (!judgement.is_allowed()) {
      for (const std::string& remedy : Remedies(caller, request, judgement)) writer.String(remedy);
    }
    writer.EndArray();
    writer.EndObject();
    environment_.out << writer.Take() << "\n";
  }

  review::World world_;
  review::Judge judge_;
  Environment& environment_;
  bool as_json_;
};

support::Result<std::string, ReadFailure> ReadText(const std::string& path,
                                                   Environment& environment) {
  if (path != "-") return environment.files.Read(path, kMaxRequestBytes);
  std::string text;
  for (char c = 0; text.size() < kMaxRequestBytes && environment.in.get(c);) text += c;
  return text;
}

}  // namespace

ExitStatus ExplainRequest(const ExplainOptions& options, Environment& environment) {
  Compilation compilation;
  const auto text = ReadText(options.request, environment);
  if (!text.ok()) {
    compilation.findings.Report(diag::kFileNotReadable, {}, options.request, text.error().reason);
    return Finish(compilation, environment, ExitStatus::kUnreadable);
  }
  support::Result<policy::Request> request = ReadRequest(*text);
  if (!request.ok()) {
    compilation.findings.Report(diag::kBadRequest, {}, options.request, request.error().message)
        .Suggest(R"(a request is {"principal": ARN, "action": "service:Name", "resource": ARN, )"
                 R"("context": {KEY: VALUE}})");
    return Finish(compilation, environment, ExitStatus::kInvalid);
  }
  Lowered lowered;
  const ExitStatus status =
      UnderstandAndLower(options.subjects, options.bindings, environment, compilation, lowered);
  if (status != ExitStatus::kGood) return Finish(compilation, environment, status);
  Explainer explainer(lowered, environment, options.json);
  const std::optional<review::Caller> caller = CallerOf(*request, explainer.world());
  if (!caller) {
    compilation.findings.Report(diag::kCallerOutside, {}, request->principal);
    return Finish(compilation, environment, ExitStatus::kInvalid);
  }
  explainer.Explain(*caller, *std::move(request));
  return ExitStatus::kGood;
}

}  // namespace writ::driver
