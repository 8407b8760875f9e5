#include "iam/decide/problem.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <tuple>

#include <fmt/format.h>

#include "base/support/fingerprint.h"
#include "facts/catalog/catalog.h"
#include "iam/policy/account.h"
#include "iam/policy/pattern.h"

namespace writ::decide {
namespace {

using policy::BaseOperator;
using policy::Caller;
using policy::CallerKind;
using policy::Effect;
using policy::Kind;
using policy::OperatorFamily;
using policy::Sense;

bool HasIdentity(const Caller& caller) {
  return caller.kind != CallerKind::kAnonymous && caller.kind != CallerKind::kService;
}

// How one entry of a Principal element names the caller.
Naming NamingOf(const policy::Principal& principal, const Caller& caller) {
  using Type = policy::PrincipalType;
  const bool is_service = caller.kind == CallerKind::kService;
  const bool is_exact = caller.kind != CallerKind::kAnonymous && caller.name == principal.value;
  switch (principal.type) {
    case Type::kEveryone:
      return Naming::kDirect;
    case Type::kCanonicalUser:
      return Naming::kNot;
    case Type::kService:
      return is_service && is_exact ? Naming::kDirect : Naming::kNot;
    case Type::kFederated:
      if (principal.value == "*") {
        return caller.kind == CallerKind::kProvider ? Naming::kDirect : Naming::kNot;
      }
      return is_exact ? Naming::kDirect : Naming::kNot;
    case Type::kAws:
      break;
  }
  if (principal.value == "*") return Naming::kDirect;
  if (policy::IsAccountId(principal.value)) {
    return caller.account == principal.value ? Naming::kAccount : Naming::kNot;
  }
  const std::optional<Caller> named = policy::ParseCaller(principal.value);
  if (named && named->kind == CallerKind::kRoot) {
    return caller.account == named->account ? Naming::kAccount : Naming::kNot;
  }
  if (named && named->kind == CallerKind::kRole) {
    if (caller.kind == CallerKind::kRoleSession) {
      const bool is_of_role = caller.account == named->account &&
                              caller.partition == named->partition &&
                              policy::EqualIgnoringCase(caller.role, named->role);
      return is_of_role ? Naming::kRole : Naming::kNot;
    }
    return is_exact ? Naming::kRole : Naming::kNot;
  }
  return is_exact && !is_service ? Naming::kDirect : Naming::kNot;
}

Naming NamingOf(const PrincipalTest& test, const Caller& caller) {
  if (test.element == nullptr) return Naming::kDirect;
  Naming best = Naming::kNot;
  for (const policy::Principal& principal : test.element->values) {
    best = std::max(best, NamingOf(principal, caller));
  }
  if (test.element->sense == Sense::kListed) return best;
  const bool is_void = test.is_void_for_identities && HasIdentity(caller);
  return best == Naming::kNot || is_void ? Naming::kDirect : Naming::kNot;
}

using support::Fingerprint;
using support::FingerprintBuilder;

std::optional<OperatorFamily> FamilyOf(catalog::KeyType type) {
  switch (type) {
    case catalog::KeyType::kString:
      return std::nullopt;
    case catalog::KeyType::kArn:
      return OperatorFamily::kArn;
    case catalog::KeyType::kBool:
      return OperatorFamily::kBool;
    case catalog::KeyType::kNumeric:
      return OperatorFamily::kNumeric;
    case catalog::KeyType::kDate:
      return OperatorFamily::kDate;
    case catalog::KeyType::kIpAddress:
      return OperatorFamily::kIp;
    case catalog::KeyType::kBinary:
      return OperatorFamily::kBinary;
  }
  return std::nullopt;
}

// The texts as a set: order and repetition say nothing.
void PrintSet(std::vector<std::string> texts, FingerprintBuilder& out) {
  std::ranges::sort(texts);
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  out.List(texts);
}

}  // namespace

bool Holds(const PrincipalTest& test, const Caller& caller) {
  using Callers = PrincipalTest::Callers;
  const bool is_anonymous = caller.kind == CallerKind::kAnonymous;
  switch (test.callers) {
    case Callers::kAll:
      break;
    case Callers::kIdentity:
      if (!HasIdentity(caller)) return false;
      break;
    case Callers::kNotAnonymous:
      if (is_anonymous) return false;
      break;
    case Callers::kNoIdentity:
      if (HasIdentity(caller)) return false;
      break;
    case Callers::kAnonymous:
      if (!is_anonymous) return false;
      break;
  }
  const Naming naming = NamingOf(test, caller);
  return test.naming ? naming == *test.naming : naming != Naming::kNot;
}

/// Fills a Problem.
class ProblemBuilder {
 public:
  ProblemBuilder(Problem& problem, const Space& left, const Space& right,
                 const catalog::Catalog* catalog)
      : problem_(problem), switches_(problem.switches_), catalog_(catalog), spaces_{&left, &right} {
    for (const Space* space : spaces_) Survey(space->documents());
  }

  void Run() {
    problem_.cells_.push_back({});
    ChooseCallers();
    for (const Side side : {Side::kLeft, Side::kRight}) {
      side_ = side;
      AddSpace(*spaces_[static_cast<std::size_t>(side)]);
    }
    MergeDrafts();
    if (problem_.has_wide_actions_) NameServices();
    NumberKeys();
    for (const Draft& draft : drafts_) AddBox(draft);
    if (problem_.bindings_ != nullptr) return;
    SuggestValues();
    FindImplications();
  }

 private:
  // A statement whose tests are not yet in the order of attributes.
  struct Draft {
    std::uint32_t action = 0;
    std::vector<Cell> tests;  // keys by their place in problem_.keys_, from kFirstKey
    Mask mask = 0;
    Side side = Side::kLeft;
  };
  template <class T>
  using Index = std::unordered_map<Fingerprint, T, support::FingerprintHash>;

  // ---- Callers

  void Survey(const policy::PolicySet& documents) {
    const auto look = [this](const policy::PolicyDocument& document) {
      for (const policy::Statement& statement : document.statements) {
        for (const policy::Condition& condition : statement.conditions) {
          if (condition.op.set == policy::SetQualifier::kNone) continue;
          read_as_sets_.insert(policy::FoldCase(condition.key));
        }
        if (!statement.principal) continue;
        tells_callers_apart_ = true;
        for (const policy::Principal& one : statement.principal->values) {
          Mention(one.value);
          mentions_providers_ |= one.type == policy::PrincipalType::kFederated && one.value == "*";
        }
      }
    };
    const auto look_all = [&look](const std::vector<policy::PolicyDocument>& list) {
      for (const policy::PolicyDocument& document : list) look(document);
    };
    look_all(documents.identity);
    look_all(documents.boundaries);
    look_all(documents.sessions);
    for (const auto& level : documents.scps) look_all(level);
    for (const auto& level : documents.rcps) look_all(level);
    look_all(documents.vpc_endpoint);
    if (documents.resource) {
      look(*documents.resource);
      has_resource_policy_ = true;
    }
  }

  void Mention(const std::string& value) {
    if (policy::IsAccountId(value)) accounts_.insert(value);
    const std::optional<Caller> caller = policy::ParseCaller(value);
    if (!caller) return;
    mentioned_.insert(value);
    if (caller->account.empty()) return;
    accounts_.emplace(caller->account);
    if (caller->kind == CallerKind::kRole) {
      mentioned_.insert(fmt::format("arn:{}:sts::{}:assumed-role/{}/session", caller->partition,
                                    caller->account, caller->role));
    }
  }

  // Complete: how an element names a caller depends on the account, on the role, on being a
  // provider (where all are named), and on the whole name; of each there is one that is mentioned
  // nowhere.
  void ChooseCallers() {
    const std::string& only = spaces_[0]->scope().principal;
    if (!only.empty()) {
      problem_.callers_ = {only};
    } else {
      CollectCallers();
    }
    for (const std::string& name : problem_.callers_) {
      if (const std::optional<Caller> caller = policy::ParseCaller(name)) {
        parsed_callers_.push_back(*caller);
      }
    }
  }

  void CollectCallers() {
    std::vector<std::string>& callers = problem_.callers_;
    const CallerAccounts& in_question = spaces_[0]->scope().callers;
    accounts_.insert(in_question.accounts.begin(), in_question.accounts.end());
    std::uint64_t number = 111122223333;
    while (accounts_.contains(std::to_string(number))) ++number;
    const std::string account = std::to_string(number);
    const auto fresh = [this](std::string name) {
      while (mentioned_.contains(name)) name += 'x';
      return name;
    };
    const auto fresh_in = [&fresh](std::string_view of) {
      return fresh(fmt::format("arn:aws:iam::{}:user/alice", of));
    };
    if (!accounts_.empty()) callers.insert(callers.end(), mentioned_.begin(), mentioned_.end());
    for (const std::string& known : accounts_) callers.push_back(fresh_in(known));
    callers.push_back(fresh_in(account));
    if (accounts_.empty()) callers.insert(callers.end(), mentioned_.begin(), mentioned_.end());
    if (mentions_providers_) {
      for (const std::string& known : accounts_) {
        callers.push_back(fresh(fmt::format("arn:aws:iam::{}:saml-provider/example", known)));
      }
      callers.push_back(fresh(fmt::format("arn:aws:iam::{}:saml-provider/example", account)));
    }
    if (has_resource_policy_) {
      std::string service = "lambda.amazonaws.com";
      while (mentioned_.contains(service)) service = "x" + service;
      callers.push_back(service);
      callers.emplace_back("anonymous");
    } else {
      // Whoever has no identity policy is allowed nothing.
      std::erase_if(callers, [](const std::string& name) {
        return !HasIdentity(*policy::ParseCaller(name));
      });
    }
    std::erase_if(callers, [&in_question](const std::string& name) {
      const bool is_named =
          std::ranges::find(in_question.accounts, policy::ParseCaller(name)->account) !=
          in_question.accounts.end();
      return is_named == in_question.is_all_but;
    });
  }

  // ---- Layers

  void AddSpace(const Space& space) {
    const policy::PolicySet& documents = space.documents();
    using Callers = PrincipalTest::Callers;
    const Callers identities = has_resource_policy_ ? Callers::kIdentity : Callers::kAll;
    has_boundary_ = !documents.boundaries.empty();
    AddAll(documents.identity, policy::Layer::kIdentity, Kind::kIdentity, 0, label::kIdentity,
           identities);
    AddAll(documents.boundaries, policy::Layer::kBoundary, Kind::kBoundary, 0, label::kBoundary,
           identities);
    AddAll(documents.sessions, policy::Layer::kSession, Kind::kSession, 0, label::kSession,
           identities);
    AddScps(documents);
    for (std::uint32_t level = 0; level < documents.rcps.size(); ++level) {
      AddAll(documents.rcps[level], policy::Layer::kRcp, Kind::kRcp, level, 0, Callers::kAll);
    }
    if (documents.resource) AddResourcePolicy(*documents.resource);
    AddAll(documents.vpc_endpoint, policy::Layer::kVpcEndpoint, Kind::kVpcEndpoint, 0,
           label::kEndpoint, Callers::kAll);
    AddFormula(space);
  }

  void AddScps(const policy::PolicySet& documents) {
    using Callers = PrincipalTest::Callers;
    if (documents.scps.size() > label::kMostScpLevels) {
      Obstacle obstacle;
      obstacle.kind = Obstacle::Kind::kTooManyLayers;
      obstacle.side = side_;
      obstacle.construct = fmt::format("{} levels of SCPs", documents.scps.size());
      problem_.obstacles_.push_back(std::move(obstacle));
      return;
    }
    const Callers callers = has_resource_policy_ ? Callers::kNotAnonymous : Callers::kAll;
    for (std::uint32_t level = 0; level < documents.scps.size(); ++level) {
      AddAll(documents.scps[level], policy::Layer::kScp, Kind::kScp, level,
             Mask{1} << (label::kFirstScp + level), callers);
    }
  }

  // Source of the clauses: IAM User Guide, "Policy evaluation logic" and "Cross-account policy
  // evaluation logic" (read 2026-11-22); the evaluator writes the same out case by case.
  void AddFormula(const Space& space) {
    const policy::PolicySet& documents = space.documents();
    Formula& formula = problem_.formulas_[static_cast<std::size_t>(side_)];
    const bool is_cross = space.scope().accounts == Accounts::kCross;
    // Who needs no identity policy: in one account whom the resource's policy names itself, across
    // accounts callers that have none.
    const Mask direct = is_cross ? label::kNoIdentity : label::kDirect;
    const Mask role = is_cross ? 0 : label::kRole;
    formula.clauses.push_back(label::kIdentity | role | direct);
    if (!documents.boundaries.empty()) formula.clauses.push_back(label::kBoundary | direct);
    if (!documents.sessions.empty()) formula.clauses.push_back(label::kSession | direct);
    if (is_cross) {
      formula.clauses.push_back(label::kDirect | label::kRole | label::kAccount);
    }
    if (!documents.vpc_endpoint.empty()) formula.clauses.push_back(label::kEndpoint);
    for (unsigned level = 0; level < documents.scps.size() && level < label::kMostScpLevels;
         ++level) {
      formula.clauses.push_back((Mask{1} << (label::kFirstScp + level)) | label::kAnonymous);
    }
    std::ranges::sort(formula.clauses);
    if (!has_resource_policy_) return;
    if (is_cross) AddCallers(PrincipalTest::Callers::kNoIdentity, label::kNoIdentity);
    if (!documents.scps.empty()) AddCallers(PrincipalTest::Callers::kAnonymous, label::kAnonymous);
  }

  // A statement of our own that says what kind of caller it is.
  void AddCallers(PrincipalTest::Callers callers, Mask mask) {
    Draft draft;
    draft.action = InternAction({"*"}, false, {"*"});
    PrincipalTest test;
    test.callers = callers;
    draft.mask = mask;
    draft.side = side_;
    if (AddPrincipalTest(test, draft)) drafts_.push_back(std::move(draft));
  }

  void AddAll(const std::vector<policy::PolicyDocument>& documents, policy::Layer layer, Kind kind,
              std::uint32_t level, Mask allow, PrincipalTest::Callers callers) {
    for (std::uint32_t i = 0; i < documents.size(); ++i) {
      for (std::uint32_t s = 0; s < documents[i].statements.size(); ++s) {
        const policy::Statement& statement = documents[i].statements[s];
        origin_ = {side_, {layer, level, i, s, statement.effect}, statement.sid};
        const Mask mask = statement.effect == Effect::kDeny ? label::kDeny : allow;
        if (mask == 0) continue;  // an Allow of an RCP adds nothing to RCPFullAWSAccess
        PrincipalTest test;
        test.callers = callers;
        const bool counts = kind != Kind::kVpcEndpoint || switches_.do_endpoint_principals_count;
        test.element = statement.principal && counts ? &*statement.principal : nullptr;
        test.is_void_for_identities = IsVoidForIdentities(statement);
        AddStatement(statement, documents[i].version, kind, mask, {&test, 1});
      }
    }
  }

  [[nodiscard]] bool IsVoidForIdentities(const policy::Statement& statement) const {
    return has_boundary_ && statement.effect == Effect::kDeny &&
           switches_.does_boundary_void_not_principal;
  }

  void AddResourcePolicy(const policy::PolicyDocument& document) {
    for (std::uint32_t s = 0; s < document.statements.size(); ++s) {
      const policy::Statement& statement = document.statements[s];
      origin_ = {side_, {policy::Layer::kResource, 0, 0, s, statement.effect}, statement.sid};
      if (!statement.principal) continue;  // names nobody
      PrincipalTest test;
      test.element = &*statement.principal;
      test.is_void_for_identities = IsVoidForIdentities(statement);
      if (statement.effect == Effect::kDeny) {
        AddStatement(statement, document.version, Kind::kResource, label::kDeny, {&test, 1});
        continue;
      }
      constexpr std::array<std::pair<Naming, Mask>, 3> kWays = {
          {{Naming::kDirect, label::kDirect},
           {Naming::kRole, label::kRole},
           {Naming::kAccount, label::kAccount}}};
      for (const auto& [naming, mask] : kWays) {
        test.naming = naming;
        AddStatement(statement, document.version, Kind::kResource, mask, {&test, 1});
      }
    }
  }

  void AddStatement(const policy::Statement& statement, policy::Version version, Kind kind,
                    Mask mask, std::span<const PrincipalTest> principal) {
    Draft draft;
    draft.mask = mask;
    draft.side = side_;
    if (!AddPrincipalTest(principal.front(), draft)) return;
    draft.action = AddAction(statement.action);
    if (statement.resource && !AddResource(*statement.resource, version, kind, draft)) return;
    for (const policy::Condition& condition : statement.conditions) {
      AddCondition(condition, version, draft);
    }
    drafts_.push_back(std::move(draft));
  }

  // ---- Tests

  // Whether any caller can pass; adds no test if every caller does.
  bool AddPrincipalTest(const PrincipalTest& test, Draft& draft) {
    const bool tells_apart =
        test.element != nullptr || test.callers != PrincipalTest::Callers::kAll;
    if (!tells_apart) return !problem_.callers_.empty() && IsAnyNaming(test);
    if (!SpendOnCallers(test)) return false;
    bool some = false;
    bool all = true;
    FingerprintBuilder print("principal test");
    for (const Caller& caller : parsed_callers_) {
      const bool holds = Holds(test, caller);
      some |= holds;
      all &= holds;
      print.Flag(holds);
    }
    if (!some || all) return some;
    const auto [at, is_new] =
        principal_index_.try_emplace(print.Take(), problem_.principals_.size());
    if (is_new) problem_.principals_.push_back(test);
    draft.tests.push_back({kPrincipal, static_cast<std::uint32_t>(at->second), 0});
    return true;
  }

  // Without an element everyone is named, and directly.
  static bool IsAnyNaming(const PrincipalTest& test) {
    return !test.naming || *test.naming == Naming::kDirect;
  }

  // Policies that name thousands of callers in thousands of statements are too many to tell apart.
  bool SpendOnCallers(const PrincipalTest& test) {
    const std::size_t names = test.element != nullptr ? test.element->values.size() : 1;
    const std::size_t work = parsed_callers_.size() * names;
    if (work <= caller_budget_) {
      caller_budget_ -= work;
      return true;
    }
    if (!is_out_of_callers_)
      AddObstacle(Obstacle::Kind::kBudget, "callers of very many statements");
    is_out_of_callers_ = true;
    return false;
  }

  // `folded` is sorted, without repetition.
  std::uint32_t InternAction(std::vector<std::string> folded, bool is_negated,
                             std::vector<std::string> source) {
    FingerprintBuilder print("action test");
    print.Flag(is_negated).List(folded);
    const auto [known, is_new] = action_index_.try_emplace(print.Take(), problem_.actions_.size());
    if (is_new) {
      problem_.actions_.push_back(MakeActionTest(folded, is_negated, std::move(source)));
      folded_actions_.push_back(std::move(folded));
    }
    return static_cast<std::uint32_t>(known->second);
  }

  std::uint32_t AddAction(const policy::Patterns& patterns) {
    std::vector<std::string> folded;
    folded.reserve(patterns.values.size());
    for (const std::string& value : patterns.values) folded.push_back(policy::FoldCase(value));
    SortUnique(folded);
    return InternAction(std::move(folded), patterns.sense == Sense::kAllBut, patterns.values);
  }

  ActionTest MakeActionTest(const std::vector<std::string>& folded, bool is_negated,
                            std::vector<std::string> source) {
    ActionTest test;
    test.is_negated = is_negated;
    test.source = std::move(source);
    std::unordered_map<std::string_view, std::size_t> places;
    for (const std::string& value : folded) {
      if (value == "*") test.is_everything = true;
      const std::size_t colon = value.find(':');
      if (switches_.do_action_wildcards_reach_services && value != "*" &&
          value.substr(0, colon).find_first_of("*?") != std::string::npos) {
        AddWide(value, test);
        problem_.has_wide_actions_ = true;
        continue;
      }
      if (colon == value.npos) continue;
      const std::string_view service = std::string_view(value).substr(0, colon);
      const auto [at, is_new] = places.try_emplace(service, test.services.size());
      if (is_new) test.services.emplace_back(service, TextSet{});
      AddName(value.substr(colon + 1), test.services[at->second].second);
    }
    std::ranges::sort(test.services, {},
                      [](const auto& one) -> const std::string& { return one.first; });
    return test;
  }

  // The ways in which one glob over "service:name" falls into one of services and one of names.
  // Neither has a colon, so that of the text is the one of the pattern, or within a wildcard.
  static void AddWide(const std::string& glob, ActionTest& test) {
    const auto colons = std::ranges::count(glob, ':');
    if (colons > 1) return;
    if (colons == 1) {
      const std::size_t colon = glob.find(':');
      test.wide.emplace_back(glob.substr(0, colon), glob.substr(colon + 1));
      return;
    }
    for (std::size_t i = 0; i < glob.size(); ++i) {
      if (glob[i] == '?') test.wide.emplace_back(glob.substr(0, i), glob.substr(i + 1));
      if (glob[i] == '*') test.wide.emplace_back(glob.substr(0, i + 1), glob.substr(i));
    }
  }

  static std::string Globbed(std::string text) {
    std::ranges::replace(text, '*', policy::kAnyRun);
    std::ranges::replace(text, '?', policy::kAnyOne);
    return text;
  }

  // Where wildcards reach into services, tests name those of one service for each combination of
  // patterns that it can match, besides those that are named. The one that matches none stands for
  // the others.
  void NameServices() {
    std::set<std::string> named;
    std::set<std::string> globs;
    std::set<std::uint32_t> used;
    for (const Draft& draft : drafts_) used.insert(draft.action);
    for (const std::uint32_t action : used) {
      const ActionTest& test = problem_.actions_[action];
      for (const auto& [service, names] : test.services) named.insert(service);
      for (const auto& [service, names] : test.wide) globs.insert(service);
    }
    std::map<std::vector<bool>, std::string> by_globs = ServicesOutside(named, globs);
    const auto other = by_globs.find(std::vector<bool>(globs.size()));
    if (other != by_globs.end()) {
      problem_.other_action_.emplace(other->second, "action");
      by_globs.erase(other);
    }
    for (auto& [matched, service] : by_globs) named.insert(std::move(service));
    for (const std::uint32_t action : used) {
      ActionTest& test = problem_.actions_[action];
      for (const auto& [glob, name] : test.wide) {
        const std::string pattern = Globbed(glob);
        for (const std::string& service : named) {
          if (policy::MatchesGlob(pattern, service)) AddName(name, NamesAt(test, service));
        }
      }
    }
  }

  static TextSet& NamesAt(ActionTest& test, const std::string& service) {
    const auto at =
        std::ranges::lower_bound(test.services, service, {},
                                 [](const auto& one) -> const std::string& { return one.first; });
    if (at != test.services.end() && at->first == service) return at->second;
    return test.services.emplace(at, service, TextSet{})->second;
  }

  // Of each combination of globs that some service outside `named` matches, one; those of the
  // catalog first.
  std::map<std::vector<bool>, std::string> ServicesOutside(const std::set<std::string>& named,
                                                           const std::set<std::string>& globs) {
    std::vector<TextSet> sets;
    for (const std::string& glob : globs) {
      sets.emplace_back().patterns.push_back(WholePattern(Globbed(glob)));
    }
    std::map<std::vector<bool>, std::string> found;
    const auto add = [&](const std::string& service) {
      if (named.contains(service)) return;
      std::vector<bool> matched;
      for (const TextSet& set : sets) matched.push_back(Matches(set.patterns[0], service));
      found.try_emplace(std::move(matched), service);
    };
    if (catalog_ != nullptr) {
      for (const catalog::Service& service : catalog_->Services()) add(service.prefix);
    }
    TextSet taken;
    taken.literals.assign(named.begin(), named.end());
    TextQuestion question;
    for (const TextSet& set : sets) question.sets.push_back(&set);
    question.sets.push_back(&taken);
    question.letters = Letters::kActionNames;
    constexpr std::uint64_t kSteps = 1'000'000;
    Budget budget{kSteps};
    for (const TextAtom& atom : Divide(question, budget)) add(atom.example);
    if (budget.is_exhausted) AddObstacle(Obstacle::Kind::kBudget, "wildcards in services");
    return found;
  }

  static void AddName(std::string name, TextSet& names) {
    if (name.find_first_of("*?") == name.npos) {
      names.literals.push_back(std::move(name));
      return;
    }
    names.patterns.push_back(WholePattern(Globbed(std::move(name))));
  }

  bool AddResource(const policy::Patterns& patterns, policy::Version version, Kind kind,
                   Draft& draft) {
    const bool is_negated = patterns.sense == Sense::kAllBut;
    if (is_negated && IsVoid(patterns, version, kind)) return false;
    if (is_negated && !AddNeededValues(patterns, version, draft)) return false;
    // Short patterns are read differently by kind, and `${` by version.
    FingerprintBuilder print("resource patterns");
    print.Enum(kind).Flag(version == policy::Version::k2012).Flag(is_negated);
    PrintSet(patterns.values, print);
    const auto [at, is_new] = resource_index_.try_emplace(print.Take(), 0);
    if (is_new) at->second = InternResource(patterns, version, kind);
    const ResourceTest& test = problem_.resources_[at->second];
    if (test.is_everything) return !is_negated;
    const bool is_nothing =
        test.texts.literals.empty() && test.texts.patterns.empty() && test.texts.open.empty();
    if (is_nothing) return is_negated;
    draft.tests.push_back({kResource, static_cast<std::uint32_t>(at->second), 0});
    return true;
  }

  // By default a NotResource with a pattern of too few segments keeps its statement from applying.
  [[nodiscard]] bool IsVoid(const policy::Patterns& patterns, policy::Version version,
                            Kind kind) const {
    if (switches_.does_short_not_resource_apply) return false;
    return std::ranges::any_of(patterns.values, [&](const std::string& value) {
      const policy::Pattern pattern =
          policy::ParsePattern(value, version, policy::Wildcards::kActive);
      return !pattern.has_variables() &&
             policy::VoidsNotResource(pattern.literals[0], switches_.arn_reading, kind);
    });
  }

  // Whether nothing is put in for variables that stand before the sixth segment.
  [[nodiscard]] bool IsIgnored(const policy::Pattern& pattern) const {
    return pattern.has_variables() && !switches_.are_early_variables_resolved &&
           std::ranges::count(pattern.literals[0], ':') < kColonsOfArn;
  }

  // By default a NotResource with a variable that has no value keeps its statement from applying:
  // the statement asks for the value of each. Whether it may apply at all.
  bool AddNeededValues(const policy::Patterns& patterns, policy::Version version, Draft& draft) {
    if (switches_.does_null_not_resource_apply) return true;
    for (const std::string& value : patterns.values) {
      const policy::Pattern pattern =
          policy::ParsePattern(value, version, policy::Wildcards::kActive);
      if (IsIgnored(pattern)) continue;
      for (const policy::Variable& variable : pattern.variables) {
        if (variable.default_value) continue;
        if (problem_.bindings_ == nullptr) {
          NeedValue(variable.key, draft);
        } else if (BoundValue(variable.key) == nullptr) {
          return false;
        }
      }
    }
    return true;
  }

  void NeedValue(const std::string& key, Draft& draft) {
    const auto [at, is_new] = key_test_index_.try_emplace(FingerprintBuilder("needed value").Take(),
                                                          problem_.key_tests_.size());
    if (is_new) {
      KeyTest test;
      test.op.base = BaseOperator::kNull;
      test.wants_text = true;
      test.source = "${...}";
      problem_.key_tests_.push_back(std::move(test));
    }
    draft.tests.push_back({KeyAttribute(key), static_cast<std::uint32_t>(at->second), 0});
  }

  // What a variable of the key stands for; null if it has no value.
  [[nodiscard]] const std::string* BoundValue(const std::string& key) const {
    const auto bound = problem_.bindings_->find(key);
    const bool has_value =
        bound != problem_.bindings_->end() && bound->second && !bound->second->empty();
    return has_value ? &*bound->second : nullptr;
  }

  std::size_t InternResource(const policy::Patterns& patterns, policy::Version version, Kind kind) {
    ResourceTest test;
    test.is_negated = patterns.sense == Sense::kAllBut;
    test.source = patterns.values;
    ResourceTexts texts;
    for (const std::string& value : patterns.values) {
      const policy::Pattern pattern =
          policy::ParsePattern(value, version, policy::Wildcards::kActive);
      if (IsIgnored(pattern)) continue;
      if (std::optional<std::string> glob = Resolve(pattern, value)) {
        AddResourceGlob(*glob, kind, test, texts.globs);
      } else if (problem_.bindings_ == nullptr) {
        texts.open.push_back(AddOpenResource(pattern, value, kind, test));
      }
    }
    SortUnique(texts.globs);
    SortUnique(texts.open);
    return InternResourceTest(std::move(test), std::move(texts));
  }

  // What makes a test of resources out, sorted, without repetition.
  struct ResourceTexts {
    std::vector<std::string> globs;   // completed
    std::vector<std::uint32_t> open;  // ids
  };

  std::size_t InternResourceTest(ResourceTest test, ResourceTexts texts) {
    FingerprintBuilder print("resource test");
    print.Flag(test.is_negated).Flag(test.is_everything).List(texts.globs);
    print.Length(texts.open.size());
    for (const std::uint32_t id : texts.open) print.Number(id);
    const auto [at, is_new] =
        resource_value_index_.try_emplace(print.Take(), problem_.resources_.size());
    if (is_new) {
      problem_.resources_.push_back(std::move(test));
      resource_texts_.push_back(std::move(texts));
    }
    return at->second;
  }

  void AddResourceGlob(std::string_view glob, Kind kind, ResourceTest& test,
                       std::vector<std::string>& globs) const {
    std::optional<std::string> completed =
        policy::CompleteResourceGlob(glob, switches_.arn_reading, switches_.short_arns, kind);
    if (!completed) return;
    globs.push_back(*completed);
    if (*completed == std::string_view(&policy::kAnyRun, 1)) {
      test.is_everything = true;
    } else if (completed->find(policy::kAnyRun) == std::string::npos &&
               completed->find(policy::kAnyOne) == std::string::npos) {
      test.texts.literals.push_back(*std::move(completed));
    } else if (policy::IsBySegments(*completed, switches_.arn_reading)) {
      test.texts.patterns.push_back(ArnPattern(*completed));
    } else {
      test.texts.patterns.push_back(WholePattern(*completed));
    }
  }

  std::uint32_t AddOpenResource(const policy::Pattern& pattern, const std::string& value, Kind kind,
                                ResourceTest& test) {
    const bool is_late = std::ranges::count(pattern.literals[0], ':') >= kColonsOfArn;
    FingerprintBuilder print("open resource");
    const std::uint32_t id = OpenId(print.Enum(kind).Text(value).Take());
    if (is_late) Describe(id, pattern, true);
    test.texts.open.push_back(
        {id, is_late ? ArnPattern(Relaxed(pattern)) : WholePattern("\xFF"), {}});
    return id;
  }
  static constexpr std::ptrdiff_t kColonsOfArn = 5;

  // ---- Variables that contain each other

  // An open pattern with a letter of no text in place of each variable.
  struct OpenShape {
    TextPattern pattern;
    std::set<std::uint32_t> variables;
  };

  void Describe(std::uint32_t id, const policy::Pattern& pattern, bool is_arn) {
    const auto [at, is_new] = open_shapes_.try_emplace(id);
    if (!is_new) return;
    OpenShape& shape = at->second;
    std::string glob = pattern.literals[0];
    for (std::size_t i = 0; i < pattern.variables.size(); ++i) {
      const policy::Variable& variable = pattern.variables[i];
      FingerprintBuilder print("variable");
      print.Text(variable.key).Optional(variable.default_value);
      const auto next = static_cast<std::uint32_t>(variable_letters_.size());
      const std::uint32_t number = variable_letters_.try_emplace(print.Take(), next).first->second;
      shape.variables.insert(number);
      AppendVariable(glob, number);
      glob += pattern.literals[i + 1];
    }
    shape.pattern = is_arn ? ArnPattern(glob) : WholePattern(glob);
  }

  // Which open patterns contain which others, whatever the values: "a${x}" is within "*${x}". A
  // pattern is read with letters for its variables; only a run takes such a letter, as only a run
  // takes any text. The larger must not lack a value where the smaller has one, so its variables
  // are among those of the smaller.
  void FindImplications() {
    if (open_shapes_.size() > kMostShapes) return;
    std::map<std::uint32_t, std::vector<std::uint32_t>> implied;
    for (const auto& [id, shape] : open_shapes_) {
      for (const auto& [other, wider] : open_shapes_) {
        const bool may_be = id != other && std::ranges::includes(shape.variables, wider.variables);
        if (may_be && IsWithinPattern(shape.pattern, wider.pattern)) implied[id].push_back(other);
      }
    }
    if (implied.empty()) return;
    const auto note = [&implied](TextSet& set) {
      for (OpenPattern& open : set.open) {
        const auto at = implied.find(open.id);
        if (at != implied.end()) open.implied = at->second;
      }
    };
    for (ResourceTest& test : problem_.resources_) note(test.texts);
    for (ElementSet& set : problem_.elements_) note(set.texts);
  }
  static constexpr std::size_t kMostShapes = 24;

  std::uint32_t OpenId(Fingerprint print) {
    return open_ids_.try_emplace(std::move(print), static_cast<std::uint32_t>(open_ids_.size()))
        .first->second;
  }

  // The pattern with a run in place of every variable.
  static std::string Relaxed(const policy::Pattern& pattern) {
    std::string glob = pattern.literals[0];
    for (std::size_t i = 1; i < pattern.literals.size(); ++i) {
      glob.push_back(policy::kAnyRun);
      glob += pattern.literals[i];
    }
    return glob;
  }

  // The text if there are no variables or all are bound to values. Notes variables.
  std::optional<std::string> Resolve(const policy::Pattern& pattern, std::string_view value) {
    if (!pattern.has_variables()) {
      fixed_texts_.insert(pattern.literals[0]);
      return pattern.literals[0];
    }
    variable_patterns_.push_back(pattern);
    std::string text = pattern.literals[0];
    for (std::size_t i = 0; i < pattern.variables.size(); ++i) {
      const policy::Variable& variable = pattern.variables[i];
      const auto [at, is_new] = problem_.variables_.try_emplace(variable.key);
      if (is_new) {
        at->second.origin = origin_;
        at->second.text = std::string(value);
      }
      if (problem_.bindings_ == nullptr) continue;
      const std::string* const bound = BoundValue(variable.key);
      if (bound == nullptr && !variable.default_value) return std::nullopt;
      text += bound != nullptr ? *bound : *variable.default_value;
      text += pattern.literals[i + 1];
    }
    if (problem_.bindings_ == nullptr) return std::nullopt;
    return text;
  }

  // For each variable, what stands in its place in competing patterns.
  void SuggestValues() {
    for (const policy::Pattern& pattern : variable_patterns_) {
      const std::string& before = pattern.literals[0];
      const std::string& after = pattern.literals[1];
      std::vector<std::string>& out = problem_.variables_[pattern.variables[0].key].candidates;
      for (const std::string& text : fixed_texts_) {
        if (out.size() >= kMostSuggestions) break;
        if (!text.starts_with(before)) continue;
        const std::string_view rest = std::string_view(text).substr(before.size());
        const std::size_t end = after.empty() ? rest.npos : rest.find(after.front());
        std::string value(rest.substr(0, end));
        std::ranges::replace(value, policy::kAnyRun, 'x');
        std::ranges::replace(value, policy::kAnyOne, 'x');
        if (!value.empty() && std::ranges::find(out, value) == out.end()) out.push_back(value);
      }
    }
  }
  static constexpr std::size_t kMostSuggestions = 6;

  // ---- Conditions

  void AddCondition(const policy::Condition& condition, policy::Version version, Draft& draft) {
    const Attribute attribute = KeyAttribute(condition.key);
    KeyInfo& key = problem_.keys_[attribute - kFirstKey];
    const OperatorFamily family = policy::FamilyOf(condition.op.base);
    if (family != OperatorFamily::kNull &&
        std::ranges::find(key.families, family) == key.families.end()) {
      key.families.push_back(family);
    }
    const bool is_2012 = version == policy::Version::k2012;
    FingerprintBuilder print("key test");
    print.Enum(condition.op.base).Enum(condition.op.set).Flag(condition.op.if_exists);
    print.Flag(is_2012);
    PrintSet(condition.values, print);
    const auto [at, is_new] = key_test_index_.try_emplace(print.Take(), problem_.key_tests_.size());
    if (is_new) problem_.key_tests_.push_back(MakeKeyTest(condition, version));
    draft.tests.push_back({attribute, static_cast<std::uint32_t>(at->second), 0});
  }

  Attribute KeyAttribute(const std::string& name) {
    std::string folded = policy::FoldCase(name);
    const auto [at, is_new] = key_index_.try_emplace(FingerprintBuilder("key").Text(folded).Take(),
                                                     problem_.keys_.size());
    if (is_new) {
      KeyInfo info;
      info.name = name;
      info.folded = std::move(folded);
      info.origin = origin_;
      info.takes_lists = read_as_sets_.contains(info.folded);
      const auto known = catalog_ != nullptr ? catalog_->FindKey(name) : std::nullopt;
      if (known) {
        info.takes_lists |= known->multi_valued;
        info.type = FamilyOf(known->type);
        info.is_whole = known->is_whole;
      }
      problem_.keys_.push_back(std::move(info));
      uses_.push_back(0);
    }
    ++uses_[at->second];
    return kFirstKey + static_cast<Attribute>(at->second);
  }

  KeyTest MakeKeyTest(const policy::Condition& condition, policy::Version version) {
    KeyTest test;
    test.op = condition.op;
    test.is_negated = policy::IsNegated(condition.op.base);
    test.values = condition.values;
    test.source = policy::OperatorName(condition.op) + " " +
                  fmt::format("{}", fmt::join(condition.values, ", "));
    if (condition.op.base == BaseOperator::kNull) {
      for (const std::string& value : condition.values) {
        const std::optional<bool> wanted = policy::ParseBool(value);
        test.wants_true |= wanted == true;
        test.wants_false |= wanted == false;
      }
      return test;
    }
    test.elements = AddElements(condition, version);
    return test;
  }

  std::uint32_t AddElements(const policy::Condition& condition, policy::Version version) {
    const BaseOperator positive = policy::PositiveOf(condition.op.base);
    FingerprintBuilder print("elements");
    print.Enum(positive).Flag(version == policy::Version::k2012);
    // A negated ARN operator may meet values that are no ARN.
    print.Flag(policy::FamilyOf(positive) == OperatorFamily::kArn &&
               policy::IsNegated(condition.op.base));
    PrintSet(condition.values, print);
    const auto [at, is_new] = element_index_.try_emplace(print.Take(), problem_.elements_.size());
    if (!is_new) return static_cast<std::uint32_t>(at->second);
    ElementSet set;
    set.positive = positive;
    set.family = policy::FamilyOf(positive);
    for (const std::string& value : condition.values) AddValue(value, version, condition, set);
    Arrange(set);
    problem_.elements_.push_back(std::move(set));
    return static_cast<std::uint32_t>(at->second);
  }

  void AddValue(const std::string& value, policy::Version version,
                const policy::Condition& condition, ElementSet& set) {
    switch (set.family) {
      case OperatorFamily::kString:
      case OperatorFamily::kArn:
        AddText(value, version, condition, set);
        return;
      case OperatorFamily::kBool:
        AddBool(value, version, set);
        return;
      case OperatorFamily::kIp:
        if (const auto network = policy::ParseIp(value)) {
          set.networks.push_back(*network);
        } else {
          set.has_unreadable = true;
        }
        return;
      case OperatorFamily::kNumeric:
      case OperatorFamily::kDate:
      case OperatorFamily::kBinary:
        if (IsReadable(set.family, value)) {
          set.values.push_back(value);
        } else {
          set.has_unreadable = set.has_unreadable || set.family != OperatorFamily::kBinary;
        }
        return;
      case OperatorFamily::kNull:
        return;
    }
  }

  void AddBool(const std::string& value, policy::Version version, ElementSet& set) {
    const policy::Pattern pattern = policy::ParsePattern(
        value, switches_.do_bool_values_take_variables ? version : policy::Version::kNone,
        policy::Wildcards::kLiteral);
    const std::optional<std::string> text = Resolve(pattern, value);
    if (!text && problem_.bindings_ == nullptr) {
      AddObstacle(Obstacle::Kind::kVariable, value);
      return;
    }
    const std::optional<bool> wanted = text ? policy::ParseBool(*text) : std::nullopt;
    set.wants_true |= wanted == true;
    set.wants_false |= wanted == false;
  }

  void AddText(const std::string& value, policy::Version version,
               const policy::Condition& condition, ElementSet& set) {
    const bool is_arn = set.family == OperatorFamily::kArn;
    const bool has_wildcards = is_arn || set.positive == BaseOperator::kStringLike;
    const bool folds = set.positive == BaseOperator::kStringEqualsIgnoreCase;
    const policy::Pattern pattern = policy::ParsePattern(
        value, version, has_wildcards ? policy::Wildcards::kActive : policy::Wildcards::kLiteral);
    const std::optional<std::string> glob = Resolve(pattern, value);
    if (!glob) {
      if (problem_.bindings_ == nullptr) AddOpenText(pattern, value, condition, set);
      return;
    }
    const bool is_literal = glob->find(policy::kAnyRun) == std::string::npos &&
                            glob->find(policy::kAnyOne) == std::string::npos;
    if (is_arn && std::ranges::count(*glob, ':') < 5) {
      set.has_unreadable = true;
    } else if (folds) {
      set.texts.patterns.push_back(IgnoringCasePattern(*glob));
    } else if (is_literal) {
      set.texts.literals.push_back(*glob);
    } else {
      set.texts.patterns.push_back(is_arn ? ArnPattern(*glob) : WholePattern(*glob));
    }
  }

  void AddOpenText(const policy::Pattern& pattern, const std::string& value,
                   const policy::Condition& condition, ElementSet& set) {
    const bool is_arn = set.family == OperatorFamily::kArn;
    const bool folds = set.positive == BaseOperator::kStringEqualsIgnoreCase;
    const bool is_late = std::ranges::count(pattern.literals[0], ':') >= kColonsOfArn;
    std::ptrdiff_t colons = 0;
    for (const std::string& literal : pattern.literals) {
      colons += std::ranges::count(literal, ':');
    }
    // With few colons of its own, a negated operator may meet a value that is no ARN and then holds
    // of nothing: its exceptions are a set of their own.
    const bool may_be_unreadable = is_arn && colons < kColonsOfArn &&
                                   policy::IsNegated(condition.op.base) &&
                                   !switches_.do_unreadable_values_satisfy_negation;
    TextPattern within = !is_arn   ? WholePattern("\xFF")
                         : is_late ? ArnPattern(Relaxed(pattern))
                                   : AllArns(false);
    if (!is_arn && !folds) within = WholePattern(Relaxed(pattern));
    FingerprintBuilder print("open element");
    const std::uint32_t id =
        OpenId(print.Flag(may_be_unreadable).Enum(set.positive).Text(value).Take());
    if (!folds && (!is_arn || is_late)) Describe(id, pattern, is_arn);
    set.texts.open.push_back({id, std::move(within), {}});
  }

  void AddObstacle(Obstacle::Kind kind, std::string construct) {
    Obstacle obstacle;
    obstacle.kind = kind;
    obstacle.construct = std::move(construct);
    obstacle.side = origin_.side;
    obstacle.statement = origin_.statement;
    obstacle.sid = origin_.sid;
    problem_.obstacles_.push_back(std::move(obstacle));
  }

  // ---- Merging

  template <class T>
  static void SortUnique(std::vector<T>& values) {
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }
  static void Append(std::vector<std::string>& out, const std::vector<std::string>& more) {
    out.insert(out.end(), more.begin(), more.end());
  }

  // Statements that differ in their resources only, or in their actions only, are one: (A∧R)∨(A∧S)
  // is A∧(R∪S). So policies that say the same in other portions often become the same boxes, and
  // there are fewer sets to divide texts among.
  void MergeDrafts() {
    for (Draft& draft : drafts_) {
      std::ranges::sort(draft.tests);
      draft.tests.erase(std::unique(draft.tests.begin(), draft.tests.end()), draft.tests.end());
    }
    for (std::size_t before = SIZE_MAX; before != drafts_.size();) {
      before = drafts_.size();
      MergeGroups([this](const Draft& draft) { return ResourceOf(draft) != nullptr; },
                  [](const Draft& draft, FingerprintBuilder& print) {
                    print.Number(draft.action);
                    for (const Cell& cell : draft.tests) {
                      if (cell.attribute != kResource) PrintTest(cell, print);
                    }
                  },
                  [this](std::span<Draft* const> group) { JoinResources(group); });
      MergeGroups(
          [this](const Draft& draft) { return !problem_.actions_[draft.action].is_negated; },
          [](const Draft& draft, FingerprintBuilder& print) {
            for (const Cell& cell : draft.tests) PrintTest(cell, print);
          },
          [this](std::span<Draft* const> group) { JoinActions(group); });
    }
  }

  static void PrintTest(const Cell& cell, FingerprintBuilder& print) {
    print.Number(cell.attribute).Number(cell.test);
  }

  // The one test of resources of a draft, if it lists what it matches.
  const ResourceTest* ResourceOf(const Draft& draft) const {
    const auto count = std::ranges::count(draft.tests, kResource, &Cell::attribute);
    if (count != 1) return nullptr;
    const ResourceTest& test = problem_.resources_[draft.tests.front().test];
    return test.is_negated ? nullptr : &test;
  }

  // Joins the drafts of each group, those for which `print_rest` prints the same, into the first.
  template <class MayJoin, class PrintRest, class Join>
  void MergeGroups(MayJoin may_join, PrintRest print_rest, Join join) {
    Index<std::vector<Draft*>> groups;
    std::vector<std::vector<Draft*>*> in_order;
    for (Draft& draft : drafts_) {
      if (!may_join(draft)) continue;
      FingerprintBuilder print("draft");
      print.Number(draft.mask).Enum(draft.side);
      print_rest(draft, print);
      std::vector<Draft*>& group = groups[print.Take()];
      if (group.empty()) in_order.push_back(&group);
      group.push_back(&draft);
    }
    for (const std::vector<Draft*>* group : in_order) {
      if (group->size() == 1) continue;
      join(*group);
      for (std::size_t i = 1; i < group->size(); ++i) (*group)[i]->mask = 0;
    }
    std::erase_if(drafts_, [](const Draft& draft) { return draft.mask == 0; });
  }

  void JoinResources(std::span<Draft* const> group) {
    ResourceTest joined;
    ResourceTexts texts;
    for (const Draft* draft : group) {
      const std::uint32_t index = draft->tests.front().test;
      const ResourceTest& test = problem_.resources_[index];
      Append(joined.source, test.source);
      Append(joined.texts.literals, test.texts.literals);
      joined.texts.patterns.insert(joined.texts.patterns.end(), test.texts.patterns.begin(),
                                   test.texts.patterns.end());
      joined.texts.open.insert(joined.texts.open.end(), test.texts.open.begin(),
                               test.texts.open.end());
      Append(texts.globs, resource_texts_[index].globs);
      const std::vector<std::uint32_t>& open = resource_texts_[index].open;
      texts.open.insert(texts.open.end(), open.begin(), open.end());
    }
    SortUnique(texts.globs);
    SortUnique(texts.open);
    group.front()->tests.front().test =
        static_cast<std::uint32_t>(InternResourceTest(std::move(joined), std::move(texts)));
  }

  void JoinActions(std::span<Draft* const> group) {
    std::vector<std::string> folded;
    std::vector<std::string> source;
    for (const Draft* draft : group) {
      Append(folded, folded_actions_[draft->action]);
      Append(source, problem_.actions_[draft->action].source);
    }
    SortUnique(folded);
    group.front()->action = InternAction(std::move(folded), false, std::move(source));
  }

  // ---- Boxes

  // Keys that many statements use come first: they tell most apart.
  void NumberKeys() {
    std::vector<std::uint32_t> order(problem_.keys_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, [this](std::uint32_t a, std::uint32_t b) {
      return std::tuple(uses_[b], std::string_view(problem_.keys_[a].folded)) <
             std::tuple(uses_[a], std::string_view(problem_.keys_[b].folded));
    });
    std::vector<KeyInfo> sorted;
    place_of_key_.resize(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      place_of_key_[order[i]] = i;
      sorted.push_back(std::move(problem_.keys_[order[i]]));
    }
    problem_.keys_ = std::move(sorted);
  }

  void AddBox(const Draft& draft) {
    std::vector<Cell> tests = draft.tests;
    for (Cell& cell : tests) {
      if (cell.attribute >= kFirstKey) {
        cell.attribute = kFirstKey + place_of_key_[cell.attribute - kFirstKey];
      }
    }
    std::ranges::sort(tests);
    tests.erase(std::unique(tests.begin(), tests.end()), tests.end());
    ChainId chain = 0;
    for (std::size_t i = tests.size(); i-- > 0;) {
      Cell cell = tests[i];
      cell.rest = chain;
      const auto [at, is_new] =
          cell_index_.try_emplace(cell, static_cast<ChainId>(problem_.cells_.size()));
      if (is_new) problem_.cells_.push_back(cell);
      chain = at->second;
    }
    const auto [at, is_new] = box_index_.try_emplace({draft.action, chain}, problem_.boxes_.size());
    if (is_new) problem_.boxes_.push_back({draft.action, chain, 0, 0});
    StatementBox& box = problem_.boxes_[at->second];
    (draft.side == Side::kLeft ? box.left : box.right) |= draft.mask;
  }

  Problem& problem_;
  const policy::Switches& switches_;
  const catalog::Catalog* catalog_;
  const Space* spaces_[2];
  Side side_ = Side::kLeft;
  Origin origin_;
  bool has_boundary_ = false;
  bool has_resource_policy_ = false;
  bool tells_callers_apart_ = false;
  bool mentions_providers_ = false;
  std::set<std::string> accounts_;
  std::set<std::string> mentioned_;
  std::set<std::string> read_as_sets_;  // keys, folded; also of statements that apply to nothing
  std::set<std::string> fixed_texts_;   // literals and globs of resources and values
  std::vector<policy::Pattern> variable_patterns_;
  std::vector<Draft> drafts_;
  std::vector<std::vector<std::string>> folded_actions_;  // by test of actions
  std::vector<ResourceTexts> resource_texts_;             // by test of resources
  std::vector<std::size_t> uses_;                         // by key
  std::vector<Attribute> place_of_key_;
  std::vector<Caller> parsed_callers_;
  std::size_t caller_budget_ = 4'000'000;  // callers held against names: a second
  bool is_out_of_callers_ = false;
  Index<std::size_t> action_index_;
  Index<std::size_t> resource_index_;
  Index<std::size_t> resource_value_index_;
  Index<std::size_t> principal_index_;
  Index<std::size_t> key_index_;
  Index<std::size_t> key_test_index_;
  Index<std::size_t> element_index_;
  Index<std::uint32_t> open_ids_;
  std::map<std::uint32_t, OpenShape> open_shapes_;  // by open id
  Index<std::uint32_t> variable_letters_;
  std::map<Cell, ChainId> cell_index_;
  std::map<std::pair<std::uint32_t, ChainId>, std::size_t> box_index_;
};

std::vector<std::uint32_t> Problem::tests_of(Attribute attribute) const {
  std::vector<std::uint32_t> tests;
  for (const Cell& cell : cells_) {
    if (cell.attribute != attribute) continue;
    if (std::ranges::find(tests, cell.test) == tests.end()) tests.push_back(cell.test);
  }
  return tests;
}

Problem::Problem(const Space& left, const Space& right, const Options& options,
                 const Bindings* bindings)
    : bindings_(bindings), switches_(options.switches) {
  ProblemBuilder(*this, left, right, options.catalog).Run();
}

}  // namespace writ::decide
