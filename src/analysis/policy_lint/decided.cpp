#include "analysis/policy_lint/decided.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <variant>

#include <fmt/format.h>

#include "iam/decide/sendable.h"
#include "iam/policy/doubt.h"
#include "iam/policy/pattern.h"

namespace writ::policy_lint {
namespace {

using policy::Statement;

policy::PolicyDocument DocumentOf(const Subject& subject, std::vector<Statement> statements) {
  policy::PolicyDocument document;
  document.version = subject.document().version;
  document.statements = std::move(statements);
  return document;
}

bool NamesPrincipals(const Subject& subject) {
  return subject.kind() == policy::Kind::kResource || subject.kind() == policy::Kind::kTrust ||
         subject.kind() == policy::Kind::kVpcEndpoint;
}

// How a statement that names principals has to name the caller to count. An account that is named
// leaves it to its own policies who of it may call, a role is bounded by its permissions boundary,
// and whoever is named in another way needs nothing else.
// Source: IAM User Guide, "Policy evaluation logic" and "Cross-account policy evaluation logic",
// read 2026-11-22.
enum class Naming : std::uint8_t {
  kAny,       // from another account whose policies allow everything
  kRole,      // without an identity policy
  kDirectly,  // likewise, with a boundary that allows nothing
};
constexpr std::array kNamings = {Naming::kAny, Naming::kRole, Naming::kDirectly};

// What a document of statements lets pass: one that names no principals as a principal's policy.
decide::Space SpaceOf(const Subject& subject, policy::PolicyDocument document, Naming naming) {
  policy::PolicySet set;
  decide::Scope scope;
  if (!NamesPrincipals(subject)) {
    set.identity.push_back(std::move(document));
    return decide::Space(std::move(set), std::move(scope));
  }
  set.resource = std::move(document);
  if (naming == Naming::kAny) {
    policy::PolicyDocument everything;
    everything.statements.push_back(Everything());
    set.identity.push_back(std::move(everything));
    scope.accounts = decide::Accounts::kCross;
  }
  if (naming == Naming::kDirectly) set.boundaries.emplace_back();
  return decide::Space(std::move(set), std::move(scope));
}

// What tells statements of one effect apart: who is denied is so however he is named.
std::span<const Naming> NamingsOf(const Subject& subject, policy::Effect effect) {
  const bool is_one =
      subject.kind() != policy::Kind::kResource && subject.kind() != policy::Kind::kTrust;
  const std::span<const Naming> all = kNamings;
  return is_one || effect == policy::Effect::kDeny ? all.first(1) : all;
}

/// For questions whose answer is yes or no: the request is not shown.
decide::Options OptionsOf(const Subject& subject) {
  decide::Options options;
  options.catalog = &subject.catalog();
  options.readable = false;
  options.budget = 2'000'000;  // hundreds of times what a statement needs
  return options;
}

// The readings of statements beside the default one.
std::vector<policy::Reading> ReadingsOf(const Subject& subject,
                                        const policy::PolicyDocument& document) {
  const auto is_multi_valued = [&](std::string_view key) {
    const auto found = subject.catalog().FindKey(key);
    return found && found->multi_valued;
  };
  std::vector<policy::Doubt> doubts;
  for (const policy::DoubtfulPoint& point :
       policy::DoubtfulPoints(document, subject.kind(), is_multi_valued)) {
    if (std::ranges::find(doubts, point.doubt) == doubts.end()) doubts.push_back(point.doubt);
  }
  return policy::OtherReadings(doubts);
}

// A principal in a policy of a principal is no element of it.
void Neutral(const Subject& subject, std::vector<Statement>& statements) {
  if (NamesPrincipals(subject)) return;
  for (Statement& statement : statements) statement.principal.reset();
}

}  // namespace

Statement Everything() {
  Statement all;
  all.action.values = {"*"};
  all.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  return all;
}

bool IsNothing(const Subject& subject, std::vector<Statement> statements) {
  Neutral(subject, statements);
  const policy::PolicyDocument document = DocumentOf(subject, std::move(statements));
  // Who is not named in any way is let pass in none.
  const decide::Space space = SpaceOf(subject, document, Naming::kAny);
  decide::Options options = OptionsOf(subject);
  const auto is_proved = [&] {
    return std::holds_alternative<decide::Proved>(decide::FindAllowed(space, options));
  };
  if (!is_proved()) return false;
  return std::ranges::all_of(ReadingsOf(subject, document), [&](const policy::Reading& reading) {
    options.switches = reading.switches;
    return is_proved();
  });
}

bool IsWithin(const Subject& subject, policy::Effect effect, std::vector<Statement> inner,
              std::vector<Statement> outer) {
  for (std::vector<Statement>* const statements : {&inner, &outer}) {
    Neutral(subject, *statements);
    for (Statement& statement : *statements) statement.effect = policy::Effect::kAllow;
  }
  std::vector<Statement> both = inner;
  both.insert(both.end(), outer.begin(), outer.end());
  const auto readings = ReadingsOf(subject, DocumentOf(subject, std::move(both)));
  const policy::PolicyDocument left = DocumentOf(subject, std::move(inner));
  const policy::PolicyDocument right = DocumentOf(subject, std::move(outer));
  return std::ranges::all_of(NamingsOf(subject, effect), [&](Naming naming) {
    const decide::Space narrow = SpaceOf(subject, left, naming);
    const decide::Space wide = SpaceOf(subject, right, naming);
    decide::Options options = OptionsOf(subject);
    const auto is_proved = [&] {
      return std::holds_alternative<decide::Proved>(decide::IsWithin(narrow, wide, options));
    };
    return is_proved() && std::ranges::all_of(readings, [&](const policy::Reading& reading) {
             options.switches = reading.switches;
             return is_proved();
           });
  });
}

namespace {

// Of somebody in the resource's account whom the statements let pass by themselves, or else of
// somebody from another one.
std::optional<policy::Request> Found(const Subject& subject, std::vector<Statement> statements) {
  Neutral(subject, statements);
  const policy::PolicyDocument document = DocumentOf(subject, std::move(statements));
  decide::Options options = OptionsOf(subject);
  options.readable = true;
  for (const Naming naming : {Naming::kRole, Naming::kAny}) {
    const decide::Answer answer = decide::FindAllowed(SpaceOf(subject, document, naming), options);
    if (const auto* const refuted = std::get_if<decide::Refuted>(&answer)) {
      return refuted->witness.request;
    }
    if (!NamesPrincipals(subject)) break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<policy::Request> RequestOf(const Subject& subject, Statement statement) {
  statement.effect = policy::Effect::kAllow;
  return Found(subject, {std::move(statement)});
}

std::optional<policy::Request> StatementRequest(const Subject& subject, std::size_t statement) {
  if (subject.where().has_holes) return std::nullopt;
  return RequestOf(subject, subject.document().statements[statement]);
}

std::optional<policy::Request> AllowedRequest(const Subject& subject, std::size_t statement) {
  if (subject.where().has_holes) return std::nullopt;
  const auto& all = subject.document().statements;
  std::vector<Statement> statements = {all[statement]};
  for (const Statement& one : all) {
    if (one.effect == policy::Effect::kDeny) statements.push_back(one);
  }
  return Found(subject, std::move(statements));
}

namespace {

// Whether the caller's account is not the resource's.
bool IsOfStranger(const policy::Request& request) {
  const auto prepared = policy::Prepare(request);
  return prepared && prepared->caller().account != prepared->resource_account();
}

policy::ReadySet Ready(policy::PolicyDocument document, policy::Kind kind, bool is_by_stranger) {
  policy::PolicySet set = decide::Space::Of(std::move(document), kind).documents();
  if (is_by_stranger) {
    // Strangers allow themselves to call; the resource's policy decides.
    policy::PolicyDocument everything;
    everything.statements.push_back(Everything());
    set.identity.push_back(std::move(everything));
  }
  return policy::ReadySet(set);
}

}  // namespace

std::optional<policy::Verdict> Decide(const Subject& subject, const policy::Request& request,
                                      std::optional<std::size_t> without) {
  const bool is_by_stranger = subject.kind() == policy::Kind::kTrust ||
                              (subject.kind() == policy::Kind::kResource && IsOfStranger(request));
  const auto verdict = [&](const policy::ReadySet& policies) -> std::optional<policy::Verdict> {
    const auto decision = policy::Evaluate(request, policies);
    if (!decision) return std::nullopt;
    return decision->verdict;
  };
  if (!without) {
    return verdict(subject.ready(
        is_by_stranger, [&] { return Ready(subject.document(), subject.kind(), is_by_stranger); }));
  }
  policy::PolicyDocument document = subject.document();
  document.statements.erase(document.statements.begin() + static_cast<std::ptrdiff_t>(*without));
  return verdict(Ready(std::move(document), subject.kind(), is_by_stranger));
}

namespace {

// Whether an Allow names the action: most documents say nothing about most actions, and to decide
// a request is to compile the document.
bool MayAllow(const Subject& subject, const policy::Request& request) {
  const std::string action = policy::FoldCase(request.action);
  return std::ranges::any_of(subject.document().statements, [&](const Statement& statement) {
    return statement.effect == policy::Effect::kAllow &&
           (statement.action.sense == policy::Sense::kAllBut ||
            std::ranges::any_of(statement.action.values, [&](const std::string& pattern) {
              return policy::MayOverlap(policy::FoldCase(pattern), action);
            }));
  });
}

}  // namespace

std::optional<std::size_t> AllowingStatement(const Subject& subject,
                                             const policy::Request& request) {
  if (!MayAllow(subject, request)) return std::nullopt;
  if (Decide(subject, request, std::nullopt) != policy::Verdict::kAllowed) return std::nullopt;
  const policy::CompiledPolicy compiled(subject.document(), subject.kind());
  const auto prepared = policy::Prepare(request);
  if (!prepared) return std::nullopt;
  const auto& statements = subject.document().statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].effect == policy::Effect::kAllow &&
        policy::StatementApplies(compiled, i, *prepared)) {
      return i;
    }
  }
  return std::nullopt;
}

namespace {

std::optional<std::string> ValueOf(const policy::Request& request, std::string_view name) {
  for (const policy::ContextKey& key : request.context) {
    if (policy::EqualIgnoringCase(key.name, name) && key.values.size() == 1) {
      return key.values.front();
    }
  }
  return std::nullopt;
}

// The request by the user, role or root that its keys speak of: who calls is otherwise an example.
// What contradicts itself stays as it is.
policy::Request OfItsCaller(policy::Request request) {
  const auto caller = policy::ParseCaller(request.principal);
  if (!caller || caller->account.empty()) return request;
  const std::string account = fmt::format("arn:{}:iam::{}:", caller->partition, caller->account);
  const auto type = ValueOf(request, "aws:PrincipalType");
  if (const auto arn = ValueOf(request, "aws:PrincipalArn")) {
    request.principal = *arn;
  } else if (const auto name = ValueOf(request, "aws:username")) {
    request.principal = account + "user/" + *name;
  } else if (type == "AssumedRole" ||
             ValueOf(request, "aws:userid").value_or("").starts_with("AROA")) {
    request.principal = account + "role/example";
  } else if (type == "Account") {
    request.principal = account + "root";
  }
  return request;
}

}  // namespace

void ShowDecision(const Subject& subject, Finding& finding, std::size_t statement,
                  policy::Request request) {
  if (subject.where().has_holes) return;
  const auto with = Decide(subject, request, std::nullopt);
  const auto without = Decide(subject, request, statement);
  if (!with || !without) return;
  if (!decide::ContradictionsOf(request, subject.catalog()).empty()) {
    // Somebody may send it who is what its keys say; else nobody does, and nothing is shown.
    request = OfItsCaller(std::move(request));
    const bool is_sent = decide::ContradictionsOf(request, subject.catalog()).empty() &&
                         Decide(subject, request, std::nullopt) == with &&
                         Decide(subject, request, statement) == without;
    if (!is_sent) return;
  }
  ShowVerdicts(finding, std::move(request), policy::VerdictName(*with),
               policy::VerdictName(*without));
}

}  // namespace writ::policy_lint
