#include "program/sema/gateways.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/meaning.h"
#include "base/diag/codes/names.h"
#include "base/diag/codes/types.h"
#include "program/intent/find.h"
#include "program/sema/arguments.h"
#include "program/sema/near.h"
#include "program/sema/partition.h"
#include "program/sema/principals.h"
#include "program/sema/trust.h"

namespace writ::sema {
namespace {

using Authorizer = intent::Gateway::Authorizer;
using ModalityKind = syntax::Modality::Kind;
using Quantifier = syntax::Subject::Quantifier;

constexpr std::string_view kCall = "call";
constexpr std::string_view kPrefix = "bedrock-agentcore";

// ---- declarations ------------------------------------------------------------------------------

bool IsAccountNumber(std::string_view text) {
  constexpr std::size_t kDigits = 12;
  return text.size() == kDigits && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Source: SDK model of bedrock-agentcore-control (2026-09-29):
/// `([0-9a-z][-]?){1,100}-[0-9a-z]{10}`.
bool IsGatewayId(std::string_view id) {
  constexpr std::size_t kSuffix = 10;
  constexpr std::size_t kMost = 200;
  const auto is_part = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); };
  if (id.size() < kSuffix + 2 || id.size() > kMost + 1 + kSuffix || !is_part(id.front())) {
    return false;
  }
  const std::string_view suffix = id.substr(id.size() - kSuffix);
  return std::ranges::all_of(suffix, is_part) && id[id.size() - kSuffix - 1] == '-' &&
         std::ranges::all_of(id, [&](char c) { return is_part(c) || c == '-'; });
}

/// Names of targets are part of the names of actions.
bool IsTargetName(std::string_view name) {
  constexpr std::size_t kMost = 100;
  return !name.empty() && name.size() <= kMost && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

class Declarer {
 public:
  Declarer(Context& context, const syntax::GatewayDecl& decl) : context_(context), decl_(decl) {}

  intent::Gateway Run() {
    gateway_.name = std::string(decl_.name.text);
    gateway_.origin.span = decl_.name.span;
    gateway_.origin.place = context_.sources.DescribeRelative(decl_.name.span);
    gateway_.origin.sentence = "gateway " + gateway_.name;
    ReadArn();
    ReadAuthorizer();
    for (const syntax::GatewayTools& tools : decl_.tools) ReadTools(tools);
    std::ranges::sort(gateway_.targets, {}, &intent::GatewayTarget::name);
    if (decl_.roles.size() > 1) Wrong(decl_.roles[1].span, "has a second role", "one at most");
    for (const syntax::String& role : decl_.roles) {
      static_cast<void>(CheckLiteral(context_, role.value, role.span, false));
    }
    return std::move(gateway_);
  }

 private:
  void Wrong(Span span, const std::string& what, std::string_view at) {
    context_.Report(diag::kGatewayForm, span, decl_.name.text, what).At(std::string(at));
  }

  void ReadArn() {
    const std::string& arn = decl_.arn.value;
    constexpr std::string_view kType = "gateway/";
    const std::optional<ArnSegments> parts = SplitArn(arn);
    const bool is_gateway = parts && (*parts)[2] == kPrefix && IsAccountNumber((*parts)[4]) &&
                            (*parts)[5].starts_with(kType) &&
                            IsGatewayId((*parts)[5].substr(kType.size()));
    if (!is_gateway) {
      context_
          .Report(diag::kGatewayForm, decl_.arn.span, decl_.name.text,
                  "is not named by the ARN of a gateway")
          .At("not such an ARN")
          .Suggest("write \"arn:aws:bedrock-agentcore:REGION:ACCOUNT:gateway/NAME-ID\"");
      return;
    }
    if (!CheckArnPartition(context_, arn, decl_.arn.span)) return;
    gateway_.arn = arn;
    gateway_.region = std::string((*parts)[3]);
    gateway_.account = std::string((*parts)[4]);
    if (!intent::FindAccount(context_.model.organization, gateway_.account)) {
      Wrong(decl_.arn.span, "is of an account that the organization does not have",
            "declare the account");
    }
  }

  void ReadAuthorizer() {
    const std::size_t count = decl_.iam.size() + decl_.oauth.size();
    gateway_.authorizer = decl_.oauth.empty() ? Authorizer::kIam : Authorizer::kOauth;
    if (count == 1) return;
    context_
        .Report(diag::kGatewayForm, decl_.name.span, decl_.name.text,
                count == 0 ? "does not say who its callers are" : "says twice who its callers are")
        .At("write one of `iam` and `oauth`")
        .Note("`iam`: callers are roles; `oauth`: callers have tokens with claims");
  }

  void ReadTools(const syntax::GatewayTools& tools) {
    const std::string name(tools.target.text);
    if (!IsTargetName(name)) {
      return Wrong(tools.target.span, fmt::format("cannot have a target `{}`", name),
                   "letters, digits, `-` and `_`");
    }
    if (std::ranges::find(gateway_.targets, name, &intent::GatewayTarget::name) !=
        gateway_.targets.end()) {
      return Wrong(tools.target.span, fmt::format("has the target `{}` twice", name), "again");
    }
    const auto manifest = context_.program.tools.find(tools.path.span);
    if (manifest == context_.program.tools.end()) return;  // that it cannot be read was reported
    gateway_.targets.push_back({name, manifest->second});
  }

  Context& context_;
  const syntax::GatewayDecl& decl_;
  intent::Gateway gateway_;
};

// ---- which tools -------------------------------------------------------------------------------

/// A tool, or all tools of a target or of a gateway where the names are empty.
struct Which {
  std::uint32_t gateway = 0;
  std::string target;
  std::string tool;
  auto operator<=>(const Which&) const = default;
};

class ToolSet {
 public:
  ToolSet(Context& context, bool is_exact) : context_(context), is_exact_(is_exact) {}

  /// Sorted, each once; nothing if something is wrong.
  std::optional<std::vector<Which>> Read(const syntax::SetExpr& set) {
    std::vector<Which> included;
    std::vector<Which> excluded;
    for (const syntax::SetTerm& term : set.included) Add(term, included);
    for (const syntax::SetTerm& term : set.excluded) Add(term, excluded);
    if (is_exact_ || !excluded.empty()) {
      Expand(included);
      Expand(excluded);
    }
    std::ranges::sort(included);
    const auto again = std::ranges::unique(included);
    included.erase(again.begin(), again.end());
    std::erase_if(included, [&](const Which& one) {
      return std::ranges::find(excluded, one) != excluded.end();
    });
    if (!good_) return std::nullopt;
    if (!included.empty()) return included;
    context_.Report(diag::kEmptySet, set.span, "tools").At("no tool is left");
    return std::nullopt;
  }

  /// Tools of targets and gateways, one by one.
  void Expand(std::vector<Which>& all) const {
    std::vector<Which> tools;
    for (const Which& one : all) {
      for (const intent::GatewayTarget& target : context_.model.gateways[one.gateway].targets) {
        if (!one.target.empty() && target.name != one.target) continue;
        for (const tools::Tool& tool : target.manifest.tools) {
          if (!one.tool.empty() && tool.name != one.tool) continue;
          tools.push_back({one.gateway, target.name, tool.name});
        }
      }
    }
    all = std::move(tools);
  }

 private:
  void Add(const syntax::SetTerm& term, std::vector<Which>& into) {
    if (term.kind == syntax::SetTerm::Kind::kGroup) {
      for (const syntax::SetTerm& inner : term.group->included) Add(inner, into);
      if (term.group->excluded.empty()) return;
    }
    const bool is_plain = term.kind == syntax::SetTerm::Kind::kName && !term.from && !term.where;
    const bool is_any = term.quantifier == syntax::SetTerm::Quantifier::kAny;
    if (!is_plain || (is_any && term.name.text != "tool") ||
        term.quantifier == syntax::SetTerm::Quantifier::kLatest) {
      context_.Report(diag::kWrongSort, term.span, "a tool", "something else")
          .At("not the name of a tool, a target or a gateway");
      good_ = false;
      return;
    }
    if (is_any || term.name.text == "tools") {
      for (std::uint32_t i = 0; i < context_.model.gateways.size(); ++i) {
        into.push_back({i, "", ""});
        MarkUsed(i, term.span);
      }
      return;
    }
    AddNamed(term, into);
  }

  void MarkUsed(std::uint32_t gateway, Span at) {
    const std::string& name = context_.model.gateways[gateway].name;
    if (Symbol* symbol = context_.symbols.Find(Space::kGateways, name)) {
      context_.MarkUsed(*symbol, at);
    }
  }

  void AddNamed(const syntax::SetTerm& term, std::vector<Which>& into) {
    const std::string name(term.name.text);
    std::vector<std::string> names;
    std::vector<std::pair<std::string, Which>> found;
    ForEach([&](std::string_view begin, std::string_view rest, const Which& which) {
      const std::string full =
          rest.empty() ? std::string(begin) : fmt::format("{}.{}", begin, rest);
      names.push_back(rest.empty() ? full : std::string(rest));
      if (name == full || name == rest) found.emplace_back(full, which);
    });
    if (found.size() == 1) {
      MarkUsed(found.front().second.gateway, term.span);
      into.push_back(found.front().second);
      return;
    }
    good_ = false;
    if (found.empty()) {
      auto& unknown = context_.Report(diag::kUnknownName, term.span, "tool", name);
      unknown.At("not a tool, a target or a gateway");
      SuggestName(unknown, term.span, name, names, "tools");
      return;
    }
    std::vector<std::string> full;
    for (const auto& [text, which] : found) full.push_back(text);
    context_.Report(diag::kToolAmbiguous, term.span, name)
        .At("which one?")
        .Suggest("write " + OrList(full));
  }

  /// Each gateway, target and tool: the gateway's name, and the rest of the name.
  template <class Visit>
  void ForEach(const Visit& visit) const {
    for (std::uint32_t i = 0; i < context_.model.gateways.size(); ++i) {
      const intent::Gateway& gateway = context_.model.gateways[i];
      visit(gateway.name, "", Which{i, "", ""});
      for (const intent::GatewayTarget& target : gateway.targets) {
        visit(gateway.name, target.name, Which{i, target.name, ""});
        for (const tools::Tool& tool : target.manifest.tools) {
          visit(gateway.name, fmt::format("{}.{}", target.name, tool.name),
                Which{i, target.name, tool.name});
        }
      }
    }
  }

  Context& context_;
  bool is_exact_;
  bool good_ = true;
};

// ---- sentences ---------------------------------------------------------------------------------

class Builder {
 public:
  Builder(Context& context, const syntax::Sentence& sentence, const SentencePlace& place,
          Sentences& sentences)
      : context_(context),
        sentence_(sentence),
        place_(place),
        denies_(IsDenial(sentence)),
        narrowing_(ReadQualifiers(context, *place.givens, sentence.qualifiers,
                                  sentence.subject.in.get(), place.environment,
                                  denies_ ? Reading::kProhibition : Reading::kPermission,
                                  sentences.waivers)) {
    NoteWaivers(context, narrowing_, sentence.span);
  }

  void Build();

 private:
  static bool IsDenial(const syntax::Sentence& sentence) {
    return sentence.subject.quantifier != Quantifier::kPlain ||
           sentence.modality.kind != ModalityKind::kMay;
  }
  bool CheckForm();
  bool CheckTaken();
  bool ReadWho(const std::vector<syntax::Principal>& principals, const Which& which,
               bool is_forbidden, intent::GatewayCallers& callers);
  void WarnOfLists(const intent::Team& team, Span span);
  bool AddTeam(const intent::Team& team, Span span, const intent::Gateway& gateway,
               bool is_forbidden, intent::GatewayCallers& callers);
  bool AddRole(const intent::Principal& role, const intent::Team& team, Span span,
               const intent::Gateway& gateway, intent::GatewayCallers& callers);
  [[nodiscard]] const tools::Tool& ToolOf(const Which& which) const;
  bool AddRules(const Which& which);

  Context& context_;
  const syntax::Sentence& sentence_;
  const SentencePlace& place_;
  bool denies_;
  Narrowing narrowing_;
};

bool Builder::CheckForm() {
  const auto refuse = [&](Span span, std::string_view what, std::string_view instead) {
    auto& found = context_.Report(diag::kToolCallForm, span, what);
    found.At("not with `call`").Also(sentence_.action.span, "calls of tools");
    if (!instead.empty()) found.Suggest(std::string(instead));
    return false;
  };
  if (place_.purpose == SentencePlace::Purpose::kRequirement) {
    return refuse(sentence_.action.span, "a requirement", "");
  }
  if (place_.purpose != SentencePlace::Purpose::kStatement) {
    return refuse(sentence_.action.span, "a question",
                  "`writ verify` proves what the gateway's policies permit");
  }
  if (sentence_.modality.kind == ModalityKind::kMust) {
    return refuse(sentence_.modality.span, "`must`", "write `nobody may call … unless …`");
  }
  if (sentence_.subject.in) {
    return refuse(sentence_.subject.in->span, "an `in` after who",
                  "a gateway is in one account: its ARN says which");
  }
  const bool is_plain = sentence_.subject.quantifier == Quantifier::kPlain;
  if (is_plain && !sentence_.subject.except.empty()) {
    return refuse(sentence_.subject.except.front().span, "`except` after a team", "");
  }
  return true;
}

bool Builder::CheckTaken() {
  const Span call = sentence_.action.span;
  bool good = CheckNoCallQualifiers(context_, narrowing_, kCall, call) && narrowing_.good;
  const auto refuse = [&](Span span, std::string_view word) {
    if (!span.valid()) return;
    RefuseQualifier(context_, span, word, kCall, call);
    good = false;
  };
  refuse(narrowing_.after_span, "after evaluation");
  refuse(narrowing_.accounts_span, "in");
  if (narrowing_.regions) refuse(sentence_.action.span, "in");
  return good;
}

bool Builder::AddRole(const intent::Principal& role, const intent::Team& team, Span span,
                      const intent::Gateway& gateway, intent::GatewayCallers& callers) {
  const auto refuse = [&](const std::string& why) {
    context_.Report(diag::kNoCallerOfGateway, span, "team " + team.name, gateway.name, why)
        .At("named here");
    return false;
  };
  using Kind = intent::Principal::Kind;
  if (role.kind == Kind::kPermissionSet) {
    return refuse("Cedar cannot say the 16 characters that end the role of a permission set");
  }
  if (role.kind != Kind::kRole) {
    return refuse("how a gateway names callers that are no roles is not documented");
  }
  // A caller is told by `assumed-role/NAME`, perhaps with the session after it, which whoever
  // assumes the role chooses. Source: AgentCore Developer Guide, "Policy scope" (copies of 2026).
  const std::string name = role.value.substr(role.value.rfind('/') + 1);
  const std::string_view stem =
      name.ends_with('*') ? std::string_view(name).substr(0, name.size() - 1) : name;
  const bool has_wild_path =
      role.value.substr(0, role.value.size() - name.size()).find_first_of("*?") !=
      std::string::npos;
  if (has_wild_path || stem.find_first_of("*?") != std::string_view::npos || stem.empty()) {
    return refuse(fmt::format(
        "of role \"{}\" only the name is told, in which one `*` at the end can be tested",
        role.value));
  }
  if (name.size() < role.value.size() && stem.size() < name.size()) {
    return refuse("the path of a role is not told");
  }
  for (const intent::AccountIndex account : team.accounts) {
    callers.roles.push_back({context_.model.organization.accounts[account.value].id, name});
  }
  return true;
}

/// Lists reach policies as JSON text, which is not compared for what is granted. Source: Amazon
/// Cognito Developer Guide, "Understanding the access token" (`cognito:groups`: an array);
/// AgentCore Developer Guide, "Policy scope" (copy of 2026-09).
void Builder::WarnOfLists(const intent::Team& team, Span span) {
  constexpr std::string_view kGroups = "cognito:groups";
  for (const intent::Claim& claim : team.claims) {
    if (claim.key != kGroups) continue;
    context_.Report(diag::kClaimIsList, span, claim.key, team.name)
        .At("is permitted or excepted only by a claim that is a text")
        .Suggest("have the token carry a claim that is a text, such as `as claim team = \"NAME\"`")
        .Note("in a prohibition of the team the list counts");
    return;
  }
}

bool Builder::AddTeam(const intent::Team& team, Span span, const intent::Gateway& gateway,
                      bool is_forbidden, intent::GatewayCallers& callers) {
  const bool is_oauth = gateway.authorizer == Authorizer::kOauth;
  const bool has_none =
      is_oauth ? team.claims.empty() : team.principals.empty() || team.accounts.empty();
  if (has_none) {
    auto& found = context_.Report(diag::kNoCallerOfGateway, span, "team " + team.name, gateway.name,
                                  is_oauth ? "it has no claim" : "it has no role in any account");
    found.At("binds nobody there");
    if (is_oauth) found.Suggest("add to the team: `as claim KEY = \"VALUE\"`");
    return false;
  }
  if (is_oauth) {
    if (!is_forbidden) WarnOfLists(team, span);
    callers.claims.insert(callers.claims.end(), team.claims.begin(), team.claims.end());
    return true;
  }
  return std::ranges::all_of(team.principals, [&](const intent::Principal& principal) {
    return AddRole(principal, team, span, gateway, callers);
  });
}

bool Builder::ReadWho(const std::vector<syntax::Principal>& principals, const Which& which,
                      bool is_forbidden, intent::GatewayCallers& callers) {
  bool good = true;
  const intent::Gateway& gateway = context_.model.gateways[which.gateway];
  for (const syntax::Principal& principal : principals) {
    if (principal.kind == syntax::Principal::Kind::kTeam) continue;
    context_.Report(diag::kToolCallForm, principal.span, "a principal without a team")
        .At("not with `call`")
        .Suggest("declare a team: `team NAME { in ACCOUNT as role \"NAME\" }`");
    good = false;
  }
  if (!good) return false;
  const std::vector<NamedHolder> named =
      ResolveHolders(context_, principals, narrowing_, place_.environment, {});
  if (named.empty()) return false;
  for (const NamedHolder& each : named) {
    const auto team =
        std::ranges::find(context_.model.teams, each.holder.team, &intent::Team::name);
    good = AddTeam(*team, each.span, gateway, is_forbidden, callers) && good;
  }
  std::ranges::sort(callers.claims);
  callers.claims.erase(std::ranges::unique(callers.claims).begin(), callers.claims.end());
  std::ranges::sort(callers.roles);
  callers.roles.erase(std::ranges::unique(callers.roles).begin(), callers.roles.end());
  return good;
}

const tools::Tool& Builder::ToolOf(const Which& which) const {
  const auto& targets = context_.model.gateways[which.gateway].targets;
  const auto target = std::ranges::find(targets, which.target, &intent::GatewayTarget::name);
  return *target->manifest.Find(which.tool);
}

bool Builder::AddRules(const Which& which) {
  intent::ToolRule rule;
  rule.origin = OriginOf(context_, narrowing_, sentence_.span);
  rule.forbids = denies_;
  rule.gateway = {which.gateway};
  rule.target = which.target;
  rule.tool = which.tool;
  rule.from = narrowing_.period.from;
  rule.until = narrowing_.period.until;
  bool good = true;
  if (!narrowing_.clauses.empty()) {
    rule.when = BuildArguments(context_, narrowing_.clauses, ToolOf(which), good);
  }
  const syntax::Subject& subject = sentence_.subject;
  rule.everyone = subject.quantifier != Quantifier::kPlain;
  const bool is_only = subject.quantifier == Quantifier::kOnly;
  if (!rule.everyone) {
    good = ReadWho(subject.principals, which, rule.forbids, rule.included) && good;
  } else if (is_only) {
    good = ReadWho(subject.principals, which, false, rule.excepted) && good;
  } else if (!subject.except.empty()) {
    good = ReadWho(subject.except, which, false, rule.excepted) && good;
  }
  std::optional<intent::ToolRule> bound_too;
  if (is_only && !subject.except.empty()) {
    bound_too = rule;
    bound_too->everyone = false;
    bound_too->excepted = {};
    good = ReadWho(subject.except, which, true, bound_too->included) && good;
  }
  if (!good) return false;
  context_.model.tool_rules.push_back(std::move(rule));
  if (bound_too) context_.model.tool_rules.push_back(*std::move(bound_too));
  return true;
}

void Builder::Build() {
  if (!CheckForm() || !CheckTaken()) return;
  ToolSet tools(context_, !denies_);
  std::optional<std::vector<Which>> all = tools.Read(*sentence_.action.object);
  if (!all) return;
  if (!narrowing_.clauses.empty()) tools.Expand(*all);
  if (all->empty()) {
    context_.Report(diag::kEmptySet, sentence_.action.object->span, "tools")
        .At("their arguments are not known without `tools … from`");
    return;
  }
  for (const Which& which : *all) {
    // What is wrong with one tool is wrong with most.
    if (!AddRules(which)) return;
  }
}

// ---- IAM ---------------------------------------------------------------------------------------

/// A sentence about actions on ARNs, at the place of another one.
class Made {
 public:
  Made(Span span, std::initializer_list<std::string_view> actions,
       const std::vector<std::string>& resources) {
    sentence_.span = span;
    sentence_.subject.span = span;
    sentence_.modality.span = span;
    syntax::Action& action = sentence_.action;
    action.span = span;
    action.kind = syntax::Action::Kind::kDo;
    for (const std::string_view name : actions) {
      action.actions.push_back({span, {span, kPrefix}, std::string(name), span, false});
    }
    for (const std::string& resource : resources) action.resources.push_back({span, resource});
  }

  void ByTeam(std::string_view team) {
    syntax::Principal principal;
    principal.span = sentence_.span;
    principal.teams.push_back({sentence_.span, team});
    sentence_.subject.principals.push_back(std::move(principal));
  }
  void ByRole(const std::string& role, std::string_view account) {
    syntax::Principal principal;
    principal.kind = syntax::Principal::Kind::kRole;
    principal.span = principal.value_span = sentence_.span;
    principal.value = role;
    sentence_.subject.principals.push_back(std::move(principal));
    syntax::SetTerm term;
    term.span = sentence_.span;
    term.name = {sentence_.span, account};
    syntax::SetExpr set;
    set.span = sentence_.span;
    set.included.push_back(std::move(term));
    sentence_.subject.in = support::Box<syntax::SetExpr>(std::move(set));
  }
  [[nodiscard]] const syntax::Sentence& sentence() const { return sentence_; }

 private:
  syntax::Sentence sentence_;
};

/// What one team's sentences about one gateway come to: from the earliest day to the latest.
struct Callers {
  intent::Origin origin;  ///< of the first
  intent::Period period;
};

/// What changes, detaches or replaces what a gateway enforces, and who else may reach it. No
/// condition key protects the mode by itself. Source: AgentCore Developer Guide, "Policy
/// enforcement modes" and "Resource-based policies"; Service Authorization Reference of
/// bedrock-agentcore (copies of 2026-09).
constexpr std::array<std::string_view, 14> kKeeping{
    "CreatePolicy",           "CreatePolicyEngine", "DeleteGateway",
    "DeleteGatewayRateLimit", "DeletePolicy",       "DeletePolicyEngine",
    "DeleteResourcePolicy",   "ManageAdminPolicy",  "ManageResourceScopedPolicy",
    "PutResourcePolicy",      "UpdateGateway",      "UpdateGatewayRateLimit",
    "UpdatePolicy",           "UpdatePolicyEngine"};

class Finisher {
 public:
  Finisher(Context& context, Sentences& sentences) : context_(context), sentences_(sentences) {
    place_.givens = &no_givens_;
  }

  void Run() {
    for (const auto& [key, callers] : AllCallers()) AddCaller(key.first, key.second, callers);
    for (std::uint32_t i = 0; i < context_.model.gateways.size(); ++i) {
      const bool has_rules = std::ranges::any_of(
          context_.model.tool_rules,
          [&](const intent::ToolRule& rule) { return rule.gateway.value == i; });
      if (!has_rules) continue;
      AddRole(i);
      WarnNotKept(i);
    }
  }

 private:
  using Key = std::pair<std::uint32_t, std::string>;

  /// By gateway and team: who calls a gateway that knows its callers by IAM.
  std::map<Key, Callers> AllCallers() const {
    std::map<Key, Callers> all;
    for (const intent::ToolRule& rule : context_.model.tool_rules) {
      const intent::Gateway& gateway = context_.model.gateways[rule.gateway.value];
      if (rule.forbids || gateway.authorizer != Authorizer::kIam) continue;
      for (const intent::Team& team : context_.model.teams) {
        if (!Includes(rule.included, team)) continue;
        const auto [at, is_new] = all.try_emplace({rule.gateway.value, team.name},
                                                  Callers{rule.origin, {rule.from, rule.until}});
        if (is_new) continue;
        auto& [from, until] = at->second.period;
        if (!rule.from || (from && *rule.from < *from)) from = rule.from;
        if (!rule.until || (until && *rule.until > *until)) until = rule.until;
        if (rule.origin.span < at->second.origin.span) at->second.origin = rule.origin;
      }
    }
    return all;
  }

  /// Whether all roles of the team are among the callers.
  [[nodiscard]] bool Includes(const intent::GatewayCallers& callers,
                              const intent::Team& team) const {
    if (team.principals.empty() || team.accounts.empty()) return false;
    return std::ranges::all_of(team.principals, [&](const intent::Principal& principal) {
      if (principal.kind != intent::Principal::Kind::kRole) return false;
      const std::string name = principal.value.substr(principal.value.rfind('/') + 1);
      return std::ranges::all_of(team.accounts, [&](intent::AccountIndex account) {
        const intent::GatewayRole role{context_.model.organization.accounts[account.value].id,
                                       name};
        return std::ranges::binary_search(callers.roles, role);
      });
    });
  }

  void AddCaller(std::uint32_t gateway, const std::string& team, const Callers& callers) {
    const intent::Gateway& called = context_.model.gateways[gateway];
    Made made(callers.origin.span, {"InvokeGateway"}, {called.arn});
    made.ByTeam(team);
    std::vector<intent::Permission>& permissions = context_.model.permissions;
    const std::size_t before = permissions.size();
    AddSentence(context_, made.sentence(), place_, sentences_);
    if (permissions.size() == before) return;  // what is wrong was reported
    permissions.back().origin = callers.origin;
    permissions.back().origin.until = callers.period.until.value_or("");
    permissions.back().period = callers.period;
  }

  /// Source: AgentCore Developer Guide, gateway execution role (copies of 2026-09). The id of an
  /// engine is its name and ten characters.
  void AddRole(std::uint32_t index) {
    const intent::Gateway& gateway = context_.model.gateways[index];
    const syntax::GatewayDecl& decl = *context_.symbols.gateways[index];
    if (decl.roles.empty()) {
      context_.Report(diag::kGatewayRoleNotSaid, decl.name.span, gateway.name)
          .At("has no `as role`")
          .Note(
              "the role needs GetPolicyEngine on the engine, AuthorizeAction and "
              "PartiallyAuthorizeActions on engine and gateway; without them every call fails")
          .Suggest("add `as role \"NAME\"`");
      return;
    }
    const intent::Organization& organization = context_.model.organization;
    const auto account = intent::FindAccount(organization, gateway.account);
    if (!account) return;
    const std::string engine =
        fmt::format("arn:{}:{}:{}:{}:policy-engine/{}-??????????", organization.partition, kPrefix,
                    gateway.region, gateway.account, intent::EngineName(gateway));
    const auto add = [&](std::initializer_list<std::string_view> actions,
                         const std::vector<std::string>& resources) {
      Made made(decl.roles.front().span, actions, resources);
      made.ByRole(decl.roles.front().value, organization.accounts[account->value].name);
      AddSentence(context_, made.sentence(), place_, sentences_);
    };
    add({"GetPolicyEngine"}, {engine});
    add({"AuthorizeAction", "PartiallyAuthorizeActions"}, {engine, gateway.arn});
  }

  /// An action is kept where a prohibition of it binds everyone but some, without conditions.
  [[nodiscard]] bool IsKept(std::string_view name, intent::AccountIndex account) const {
    const catalog::BedrockAction* action = context_.catalog.Classify(kPrefix, name);
    return std::ranges::any_of(
        context_.model.prohibitions, [&](const intent::Prohibition& prohibition) {
          const bool is_whole = prohibition.bound.everyone && !prohibition.regions &&
                                prohibition.when.always() && !prohibition.unless &&
                                !prohibition.period.from && !prohibition.period.until;
          if (!is_whole || !std::ranges::binary_search(prohibition.accounts, account)) return false;
          const intent::Operation& operation = prohibition.operation;
          const std::string full = fmt::format("{}:{}", kPrefix, name);
          if (operation.kind == intent::Operation::Kind::kActions) {
            return operation.resources.empty() &&
                   std::ranges::find(operation.actions, full) != operation.actions.end();
          }
          return operation.kind == intent::Operation::Kind::kVerb &&
                 operation.verb == "administer" && action != nullptr &&
                 std::ranges::find(operation.kinds, action->kind) != operation.kinds.end();
        });
  }

  void WarnNotKept(std::uint32_t index) {
    const intent::Gateway& gateway = context_.model.gateways[index];
    const intent::Organization& organization = context_.model.organization;
    const auto account = intent::FindAccount(organization, gateway.account);
    if (!account || organization.accounts[account->value].management) return;
    std::vector<std::string> open;
    for (const std::string_view name : kKeeping) {
      if (!IsKept(name, *account)) open.push_back(fmt::format("{}:{}", kPrefix, name));
    }
    if (open.empty()) return;
    context_.Report(diag::kGatewayNotKept, gateway.origin.span, gateway.name)
        .At("its engine and mode are in nobody's hands")
        .Note("not forbidden: " + OrList(open, "and"))
        .Suggest(
            fmt::format("forbid it to all but one team: `nobody in {} except team … may administer "
                        "agentcore-gateways, agentcore-policies, resource-policies`",
                        organization.accounts[account->value].name));
  }

  Context& context_;
  Sentences& sentences_;
  std::vector<GivenFrame> no_givens_;
  SentencePlace place_;
};

}  // namespace

void BuildGateways(Context& context) {
  for (const syntax::GatewayDecl* decl : context.symbols.gateways) {
    context.model.gateways.push_back(Declarer(context, *decl).Run());
  }
}

bool IsToolCall(const Context& context, const syntax::Action& action) {
  if (action.kind != syntax::Action::Kind::kVerb || action.verb.text != kCall) return false;
  const syntax::SetTerm& first = action.object->included.front();
  if (first.kind != syntax::SetTerm::Kind::kName) return false;
  return !context.symbols.gateways.empty();
}

bool MayMeanTool(const Context& context, const syntax::Action& action) {
  return action.kind == syntax::Action::Kind::kVerb && action.verb.text == kCall &&
         action.object->included.front().kind == syntax::SetTerm::Kind::kString &&
         !context.symbols.gateways.empty();
}

void AddToolCall(Context& context, const syntax::Sentence& sentence, const SentencePlace& place,
                 Sentences& sentences) {
  Builder(context, sentence, place, sentences).Build();
}

void FinishGateways(Context& context, Sentences& sentences) {
  if (context.model.gateways.empty()) return;
  Finisher(context, sentences).Run();
}

}  // namespace writ::sema
