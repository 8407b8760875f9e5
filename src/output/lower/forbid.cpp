#include "forbid.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/support/check.h"
#include "callers.h"
#include "forbid_models.h"
#include "planes.h"

namespace writ::lower {
namespace {

using intent::Duty;
using intent::Prohibition;
using policy::Statement;

/// The guardrails whose ARNs an operation on guardrails writes: those that it names, or those that
/// `any guardrail except …` leaves out.
std::vector<intent::GuardrailIndex> NamedGuardrails(const intent::Model& model,
                                                    const intent::Operation& operation) {
  if (!operation.things.all) return operation.guardrails;
  std::vector<intent::GuardrailIndex> left_out;
  for (std::uint32_t i = 0; i < model.guardrails.size(); ++i) {
    if (!std::ranges::binary_search(operation.guardrails, intent::GuardrailIndex{i})) {
      left_out.push_back({i});
    }
  }
  return left_out;
}

/// Builds the statements of one prohibition for some accounts.
class Forbidder {
 public:
  Forbidder(Context& context, const Prohibition& prohibition, intent::NodeIndex node,
            std::vector<intent::AccountIndex> accounts)
      : context_(context),
        prohibition_(prohibition),
        node_(node),
        accounts_(std::move(accounts)),
        library_(context.input.library) {}

  /// How many forms there are to say whom it binds.
  [[nodiscard]] std::size_t Forms() const {
    return WhoIsBound(context_, prohibition_.bound, {node_, accounts_, partition_}).size();
  }
  /// In one of the forms.
  std::vector<Statement> Run(std::size_t who = 0);

 private:
  bool Join(Alternatives& all, const support::Result<Alternatives>& part);
  bool PrepareCommon(std::size_t who);
  void Models();
  policy::Patterns GuardrailArns() const;
  bool IsThrough(const std::string& action) const;
  std::vector<std::string> Anywhere(const std::vector<std::string>& arns) const;
  void Others(const library::Verb& verb);
  void Actions();
  void Anything();

  /// How an authorization stands to the key that names the inference profile of a call.
  enum class Profile {
    kForeign,  ///< another service's: it is not asked for
    kAbsent,   ///< never carries it
    kCarried   ///< carries it when the call goes through a profile
  };
  void AddInRegions(policy::Patterns actions, policy::Patterns resources,
                    const Alternatives& narrowing, Profile profile);
  using Meant = std::function<bool(const std::string& action)>;
  void AddGlobalLegs(const Meant& is_meant);
  bool DutyLeftUndone(Alternatives& all);
  [[nodiscard]] bool IsOnModels() const {
    return prohibition_.operation.kind == intent::Operation::Kind::kVerb &&
           prohibition_.operation.sort == intent::Sort::kModels;
  }
  void Add(policy::Patterns actions, policy::Patterns resources, const Alternatives& narrowing);

  Context& context_;
  const Prohibition& prohibition_;
  intent::NodeIndex node_;
  std::vector<intent::AccountIndex> accounts_;
  const library::Library& library_;
  std::string partition_ = context_.partition();
  Alternatives common_{{}};  ///< who, period, endpoints; when, but for models
  std::vector<Statement> statements_;
};

/// The leg's own conditions; those of prohibitions have no placeholders.
Block ConditionsOf(const library::Leg& leg) {
  Block block;
  for (const library::LegCondition& condition : leg.conditions) {
    const Conjoined done = Conjoin(block, Make(condition.op, condition.key, condition.values));
    WRIT_CHECK(done == Conjoined::kDone, "the library's conditions of a leg agree");
  }
  return block;
}

/// Whether one of the action patterns, which ignore case, matches.
bool MatchesAny(const std::vector<std::string>& patterns, const std::string& action) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return catalog::MatchesPattern(policy::FoldCase(pattern), policy::FoldCase(action));
  });
}

/// Whether some authorization of the meant actions carries the profile of its call.
bool IsRouted(const library::Library& library,
              const std::function<bool(const std::string&)>& is_meant) {
  return std::ranges::any_of(library.modules(), [&](const library::Module& module) {
    return std::ranges::any_of(module.verbs, [&](const library::Verb& verb) {
      return std::ranges::any_of(verb.forbid, [&](const library::Leg& leg) {
        return leg.carries_profile && std::ranges::any_of(leg.actions, is_meant);
      });
    });
  });
}

Alternatives One(policy::Condition condition) { return {{std::move(condition)}}; }

bool Forbidder::Join(Alternatives& all, const support::Result<Alternatives>& part) {
  if (!part) {
    ReportInexpressible(context_, prohibition_.origin, part.error().message);
    return false;
  }
  support::Result<Alternatives> joined = Both(all, *part);
  if (!joined) {
    ReportInexpressible(context_, prohibition_.origin, joined.error().message);
    return false;
  }
  all = *std::move(joined);
  return true;
}

// ---- who
// -----------------------------------------------------------------------------------------

bool Forbidder::PrepareCommon(std::size_t who) {
  common_ = {PeriodBlock(prohibition_.period)};
  const std::vector<Alternatives> forms =
      WhoIsBound(context_, prohibition_.bound, {node_, accounts_, partition_});
  if (forms.empty()) return false;
  if (!Join(common_, forms.at(who))) return false;
  if (!prohibition_.endpoints.empty() &&
      !Join(common_, ToAlternatives(ThroughEndpoints(context_.input.model, prohibition_.endpoints),
                                    false))) {
    return false;
  }
  // How a way to a model meets the condition depends on what its authorization carries.
  return IsOnModels() || Join(common_, ToAlternatives(prohibition_.when, false));
}

/// What lifts the prohibition is not done. Authorizations that are not those of a call to a model
/// have no guardrail and no profile.
bool Forbidder::DutyLeftUndone(Alternatives& all) {
  if (!prohibition_.unless) return true;
  const Duty& duty = *prohibition_.unless;
  if (duty.kind == Duty::Kind::kGuardrail || duty.kind == Duty::Kind::kProfile) return true;
  return Join(all, ToAlternatives(Done(context_, duty, accounts_, partition_), true));
}

// ---- adding statements
// ---------------------------------------------------------------------------

void Forbidder::Add(policy::Patterns actions, policy::Patterns resources,
                    const Alternatives& narrowing) {
  if (actions.values.empty() || resources.values.empty()) return;
  Alternatives all = common_;
  if (!Join(all, narrowing)) return;
  context_.contradiction = context_.contradiction || all.empty();
  for (Block& block : all) {
    Statement statement;
    statement.effect = policy::Effect::kDeny;
    statement.action = actions;
    statement.resource = resources;
    statement.conditions = std::move(block);
    support::Result<std::vector<Statement>> by_plane = ByPlane(context_, std::move(statement));
    if (!by_plane) {
      ReportInexpressible(context_, prohibition_.origin, by_plane.error().message);
      return;
    }
    for (Statement& each : *by_plane) statements_.push_back(std::move(each));
  }
}

/// `in R`: the region in the profile's ARN for what carries one, else aws:RequestedRegion. What
/// never carries a profile asks for its absence as well, so that both kinds share a statement.
void Forbidder::AddInRegions(policy::Patterns actions, policy::Patterns resources,
                             const Alternatives& narrowing, Profile profile) {
  // `any region` leaves none out.
  if (!prohibition_.regions || prohibition_.regions->regions.empty()) {
    Add(std::move(actions), std::move(resources), narrowing);
    return;
  }
  const bool outside = prohibition_.regions->all_except;
  const std::string& key = library_.profile_key();
  Places places;
  places.Set("partition", partition_);
  places.Set("region", prohibition_.regions->regions);
  const std::vector<std::string> profiles = Fill(library_.Form("called-in"), places);
  Alternatives plain = narrowing;
  Block requested{Make(outside ? "StringNotEquals" : "StringEquals", "aws:RequestedRegion",
                       prohibition_.regions->regions)};
  if (profile != Profile::kForeign) requested.push_back(Make("Null", key, {"true"}));
  if (Join(plain, Alternatives{requested})) Add(actions, resources, plain);
  if (profile != Profile::kCarried) return;
  Alternatives routed = narrowing;
  Alternatives called = One(Make(outside ? "ArnNotLike" : "ArnLike", key, profiles));
  if (outside) called[0].push_back(Make("Null", key, {"false"}));
  if (Join(routed, called)) Add(std::move(actions), std::move(resources), routed);
}

// ---- models
// --------------------------------------------------------------------------------------

void Forbidder::Models() {
  support::Result<std::vector<ModelDenial>> denials =
      context_.denials.Of(context_, prohibition_, accounts_, partition_);
  if (!denials) {
    ReportInexpressible(context_, prohibition_.origin, denials.error().message);
    return;
  }
  for (ModelDenial& denial : *denials) {
    if (denial.anywhere) {
      Add(Listed(std::move(denial.actions)), std::move(denial.resources), denial.narrowing);
    } else {
      AddInRegions(Listed(std::move(denial.actions)), std::move(denial.resources), denial.narrowing,
                   denial.carries_profile ? Profile::kCarried : Profile::kAbsent);
    }
  }
}

/// The region-less leg of global routing lies in no region, so a list of the only allowed regions
/// forbids it.
void Forbidder::AddGlobalLegs(const Meant& is_meant) {
  if (!prohibition_.regions || !prohibition_.regions->all_except) return;
  Alternatives undone{{}};
  if (!DutyLeftUndone(undone)) return;
  Places places;
  places.Set("partition", partition_);
  places.Set("geography", "global");
  places.Set("model", "*");
  for (const library::Module& module : library_.modules()) {
    for (const library::Verb& verb : module.verbs) {
      for (const library::Leg& leg : verb.forbid) {
        if (leg.route != "scoped" && leg.route != "nowhere") continue;
        std::vector<std::string> meant = leg.actions;
        std::erase_if(meant, [&](const std::string& action) { return !is_meant(action); });
        Add(Listed(std::move(meant)), Listed(FillAll(leg.resources, places)), undone);
      }
    }
  }
}

// ---- everything else
// -----------------------------------------------------------------------------

/// `arns` in whatever region and account, where they leave that open.
std::vector<std::string> Forbidder::Anywhere(const std::vector<std::string>& arns) const {
  Places places;
  places.Set("partition", partition_);
  places.Set("region", "*");
  places.Set("account", "*");
  std::vector<std::string> filled;
  for (const std::string& arn : arns) {
    if (!IsTemplate(arn)) {
      filled.push_back(arn);
      continue;
    }
    for (std::string& each : Fill(arn, places)) filled.push_back(std::move(each));
  }
  return filled;
}

/// The guardrails that the operation names, by their ARNs in these accounts. `any guardrail` is
/// every one that could exist, and what it leaves out is what is bound.
policy::Patterns Forbidder::GuardrailArns() const {
  const intent::Operation& operation = prohibition_.operation;
  std::set<std::string> arns;
  for (const intent::AccountIndex index : accounts_) {
    const std::string& id = context_.AccountAt(index).id;
    for (const intent::GuardrailIndex guardrail :
         NamedGuardrails(context_.input.model, operation)) {
      const std::string& name = context_.GuardrailAt(guardrail).name;
      for (const std::string& region : context_.input.bindings.Regions(name, id)) {
        arns.insert(context_.input.bindings.Find(name, id, region)->arn);
      }
    }
  }
  if (!operation.things.all) return Listed({arns.begin(), arns.end()});
  if (arns.empty()) return Listed({"*"});
  return {policy::Sense::kAllBut, {arns.begin(), arns.end()}};
}

/// Whether the sentence covers the plane whose action this is. An action of no plane is left to
/// sentences that name none.
bool Forbidder::IsThrough(const std::string& action) const {
  if (prohibition_.planes.empty()) return true;
  return std::ranges::any_of(prohibition_.planes, [&](intent::Plane plane) {
    return action.starts_with(library_.PrefixOf(intent::Name(plane)) + ":");
  });
}

intent::Plane PlaneOf(bool mantle) {
  return mantle ? intent::Plane::kMantle : intent::Plane::kBedrock;
}

void Forbidder::Others(const library::Verb& verb) {
  const intent::Operation& operation = prohibition_.operation;
  Alternatives narrowing{{}};
  if (!DutyLeftUndone(narrowing)) return;
  for (const library::Leg& leg : verb.forbid) {
    std::set<std::string> actions(leg.actions.begin(), leg.actions.end());
    std::erase_if(actions, [&](const std::string& action) { return !IsThrough(action); });
    const auto plane =
        leg.select == "admin" ? catalog::PlaneClass::kAdmin : catalog::PlaneClass::kRead;
    if (!leg.select.empty()) {
      for (const std::string& kind : operation.kinds) {
        for (const auto* action : context_.input.catalog.ActionsOfKind(kind, plane)) {
          const bool mantle = action->service == library_.PrefixOf("mantle");
          if (!prohibition_.Covers(PlaneOf(mantle))) continue;
          if (!leg.services.empty() &&
              std::ranges::find(leg.services, action->service) == leg.services.end()) {
            continue;
          }
          actions.insert(action->FullName());
        }
      }
    }
    Alternatives conditions = narrowing;
    if (!leg.conditions.empty() && !Join(conditions, Alternatives{ConditionsOf(leg)})) return;
    std::vector<std::string> named(actions.begin(), actions.end());
    policy::Patterns resources = Listed(leg.resources);
    if (leg.resources == std::vector<std::string>{"types"}) {
      const intent::Things& things = operation.things;
      if (things.all && !things.except_arns.empty()) {
        resources = {policy::Sense::kAllBut, Anywhere(things.except_arns)};
      } else {
        resources = things.all ? Listed({"*"}) : Listed(Anywhere(things.arns));
      }
    } else if (operation.sort == intent::Sort::kGuardrails) {
      resources = GuardrailArns();
    }
    AddInRegions(Listed(std::move(named)), std::move(resources), conditions, Profile::kForeign);
  }
}

void Forbidder::Actions() {
  const intent::Operation& operation = prohibition_.operation;
  Alternatives narrowing{{}};
  if (!DutyLeftUndone(narrowing)) return;
  std::vector<std::string> plain_actions;
  std::vector<std::string> routed_actions;
  for (const std::string& name : operation.actions) {
    const std::size_t colon = name.find(':');
    const std::vector<catalog::Action> meant =
        context_.input.catalog.ActionsOf(name.substr(0, colon), name.substr(colon + 1));
    const bool routed = std::ranges::any_of(meant, [&](const catalog::Action& action) {
      return context_.input.catalog.Carries(action, library_.profile_key()) ==
             catalog::Carriage::kAction;
    });
    (routed ? routed_actions : plain_actions).push_back(name);
  }
  const policy::Patterns resources =
      operation.resources.empty() ? Listed({"*"}) : Listed(operation.resources);
  AddInRegions(Listed(std::move(plain_actions)), resources, narrowing, Profile::kForeign);
  AddInRegions(Listed(routed_actions), resources, narrowing, Profile::kCarried);
  if (routed_actions.empty() || !operation.resources.empty()) return;
  AddGlobalLegs([&](const std::string& action) { return MatchesAny(operation.actions, action); });
}

void Forbidder::Anything() {
  const intent::Operation& operation = prohibition_.operation;
  Alternatives narrowing{{}};
  if (!DutyLeftUndone(narrowing)) return;
  std::set<std::string> except(operation.except_actions.begin(), operation.except_actions.end());
  if (prohibition_.regions) {
    for (const catalog::Service& service : context_.input.catalog.Services()) {
      if (service.global_endpoint) except.insert(service.prefix + ":*");
    }
  }
  const policy::Patterns resources =
      operation.resources.empty() ? Listed({"*"}) : Listed(operation.resources);
  const policy::Patterns actions =
      except.empty() ? Listed({"*"})
                     : policy::Patterns{policy::Sense::kAllBut, {except.begin(), except.end()}};
  const std::vector<std::string> spared(except.begin(), except.end());
  const auto is_meant = [&](const std::string& action) { return !MatchesAny(spared, action); };
  AddInRegions(actions, resources, narrowing,
               IsRouted(library_, is_meant) ? Profile::kCarried : Profile::kForeign);
  if (operation.resources.empty()) AddGlobalLegs(is_meant);
}

std::vector<Statement> Forbidder::Run(std::size_t who) {
  if (!PrepareCommon(who)) return {};
  const intent::Operation& operation = prohibition_.operation;
  switch (operation.kind) {
    case intent::Operation::Kind::kActions:
      Actions();
      break;
    case intent::Operation::Kind::kAnything:
      Anything();
      break;
    case intent::Operation::Kind::kVerb: {
      const library::Verb* verb = library_.Find(operation.verb, intent::Name(operation.sort));
      WRIT_CHECK(verb != nullptr, operation.verb);
      if (operation.sort == intent::Sort::kModels) {
        Models();
      } else {
        Others(*verb);
      }
      break;
    }
  }
  return std::move(statements_);
}

// ---- where
// ---------------------------------------------------------------------------------------

/// The guardrails whose ARNs a prohibition's statements hold.
std::vector<intent::GuardrailIndex> NamedGuardrails(const intent::Model& model,
                                                    const Prohibition& prohibition) {
  std::vector<intent::GuardrailIndex> named = prohibition.guardrails;
  const auto add = [&](const std::vector<intent::GuardrailIndex>& more) {
    named.insert(named.end(), more.begin(), more.end());
  };
  if (prohibition.unless) add(prohibition.unless->guardrails);
  if (prohibition.operation.sort == intent::Sort::kGuardrails)
    add(NamedGuardrails(model, prohibition.operation));
  return named;
}

std::size_t LengthOf(const std::vector<Statement>& statements) {
  policy::PolicyDocument document;
  document.statements = statements;
  return policy::Write(document, policy::Style::kMinified).size();
}

/// The statements at one node in the shortest of the forms that say whom they bind.
std::vector<Statement> Shortest(Context& context, const Prohibition& prohibition,
                                intent::NodeIndex node,
                                const std::vector<intent::AccountIndex>& accounts) {
  const std::size_t forms = Forbidder(context, prohibition, node, accounts).Forms();
  std::optional<std::vector<Statement>> shortest;
  for (std::size_t form = 0; forms > 1 && form < forms; ++form) {
    diag::Sink sink;
    Context apart{context.input, sink, context.forms, context.denials};
    std::vector<Statement> statements = Forbidder(apart, prohibition, node, accounts).Run(form);
    // Beside other conditions on the same keys one of the forms may have no place.
    if (sink.has_errors()) continue;
    context.contradiction = context.contradiction || apart.contradiction;
    if (!shortest || LengthOf(statements) < LengthOf(*shortest)) shortest = std::move(statements);
  }
  if (shortest) return *std::move(shortest);
  return Forbidder(context, prohibition, node, accounts).Run();
}

bool IsWithin(const intent::Organization& organization, intent::NodeIndex node,
              intent::NodeIndex above) {
  for (std::optional<intent::NodeIndex> at = node; at; at = organization.nodes[at->value].parent) {
    if (*at == above) return true;
  }
  return false;
}

/// Whether some statement is longer than any document.
bool IsTooLong(const Context& context, const std::vector<Statement>& statements) {
  const catalog::Quota* const quota = context.input.catalog.FindQuota("scp-size");
  WRIT_CHECK(quota != nullptr, "the size of an SCP has a quota");
  return std::ranges::any_of(statements, [&](const Statement& statement) {
    return LengthOf({statement}) > static_cast<std::size_t>(quota->value);
  });
}

/// Exemptions of principals that are in many accounts of a node and not in all: at the node they
/// are exempt in every account, and where they are not, the account's or OU's own document forbids
/// it to them too.
std::vector<Denial> Spread(Context& context, const Prohibition& prohibition,
                           intent::NodeIndex node) {
  const intent::Organization& organization = context.input.model.organization;
  const std::vector<intent::AccountIndex>& accounts = organization.nodes[node.value].accounts;
  Prohibition wide = prohibition;
  std::vector<intent::AccountIndex> somewhere;  ///< accounts where one of them is
  std::vector<intent::AccountIndex> missing;    ///< accounts where one of them is not
  for (intent::Holder& holder : wide.bound.excepted) {
    for (const intent::AccountIndex account : accounts) {
      const bool here = std::ranges::binary_search(holder.accounts, account);
      (here ? somewhere : missing).push_back(account);
    }
    holder.accounts = accounts;
    holder.units = {node};
  }
  std::ranges::sort(somewhere);
  std::ranges::sort(missing);
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  std::vector<Denial> denials{{node, Shortest(context, wide, node, accounts), true}};
  // A parent comes before its children.
  std::vector<intent::NodeIndex> whole;
  for (std::uint32_t i = 0; i < organization.nodes.size(); ++i) {
    const intent::NodeIndex at{i};
    const std::vector<intent::AccountIndex>& below = organization.nodes[i].accounts;
    if (at == node || below.empty() || !IsWithin(organization, at, node)) continue;
    const bool is_told = std::ranges::any_of(
        whole, [&](intent::NodeIndex above) { return IsWithin(organization, at, above); });
    if (is_told) continue;
    const bool is_nowhere = std::ranges::none_of(below, [&](intent::AccountIndex account) {
      return std::ranges::binary_search(somewhere, account);
    });
    const bool is_account = organization.nodes[i].kind == intent::Node::Kind::kAccount;
    const bool is_missing = is_account && std::ranges::binary_search(missing, below.front());
    if (!is_nowhere && !is_missing) continue;
    whole.push_back(at);
    denials.push_back({at, Shortest(context, prohibition, at, below)});
  }
  return denials;
}

/// The account's own node.
intent::NodeIndex NodeOf(const Context& context, intent::AccountIndex index) {
  return context.AccountAt(index).node;
}

}  // namespace

std::vector<Denial> Forbid(Context& context, const Prohibition& prohibition, Unbound& unbound) {
  const std::vector<intent::GuardrailIndex> named =
      NamedGuardrails(context.input.model, prohibition);
  std::vector<Denial> denials;
  const auto deny = [&](intent::NodeIndex node, const std::vector<intent::AccountIndex>& accounts) {
    Denial denial{node, Shortest(context, prohibition, node, accounts)};
    const bool is_account =
        context.input.model.organization.nodes[node.value].kind == intent::Node::Kind::kAccount;
    if (!is_account && !prohibition.bound.excepted.empty() &&
        IsTooLong(context, denial.statements)) {
      std::vector<Denial> spread = Spread(context, prohibition, node);
      if (!IsTooLong(context, spread.front().statements)) {
        for (Denial& part : spread) {
          if (!part.statements.empty()) denials.push_back(std::move(part));
        }
        return;
      }
    }
    if (!denial.statements.empty()) denials.push_back(std::move(denial));
  };
  const auto pinned = [&](intent::AccountIndex index) {
    return context.PinnedAnywhere(named, context.AccountAt(index).id);
  };
  for (const intent::NodeIndex index : prohibition.nodes) {
    const intent::Node& node = context.input.model.organization.nodes[index.value];
    bool same = true;
    for (const intent::AccountIndex account : node.accounts) {
      if (named.empty()) break;
      same = same && pinned(account) == pinned(node.accounts.front());
      if (pinned(account).empty()) unbound[context.AccountAt(account).id];
    }
    if (same) {
      deny(index, node.accounts);
      continue;
    }
    for (const intent::AccountIndex account : node.accounts) {
      deny(NodeOf(context, account), {account});
    }
  }
  return denials;
}

}  // namespace writ::lower
