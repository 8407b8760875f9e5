#include "program/sema/symbols.h"

#include <algorithm>

#include "base/diag/codes/names.h"
#include "program/sema/conditions.h"
#include "program/sema/context.h"
#include "program/sema/near.h"
#include "program/sema/sets.h"

namespace writ::sema {
namespace {

using intent::AccountIndex;
using intent::NodeIndex;

constexpr std::size_t kAccountDigits = 12;

void DeclareName(Context& context, Symbol::Kind kind, const syntax::Name& name, std::size_t index) {
  Symbol symbol{kind, name, static_cast<std::uint32_t>(index), false};
  if (const Symbol* earlier = context.symbols.Add(symbol)) {
    context.Report(diag::kNameTaken, name.span, name.text)
        .At("declared again")
        .Also(earlier->name.span, "first declared here");
  }
}

// ---- organization ------------------------------------------------------------------------------

NodeIndex AddNode(intent::Organization& organization, intent::Node node) {
  organization.nodes.push_back(std::move(node));
  return NodeIndex{static_cast<std::uint32_t>(organization.nodes.size() - 1)};
}

std::string AccountNumber(Context& context, const syntax::Literal& number) {
  const bool good = number.text.size() == kAccountDigits &&
                    std::all_of(number.text.begin(), number.text.end(),
                                [](char c) { return c >= '0' && c <= '9'; });
  if (!good)
    context.Report(diag::kAccountNumber, number.span, number.text)
        .At("an account number has 12 digits");
  return number.text;
}

void AddAccount(Context& context, const syntax::AccountDecl& decl, NodeIndex parent,
                bool management) {
  intent::Organization& organization = context.model.organization;
  const AccountIndex index{static_cast<std::uint32_t>(organization.accounts.size())};
  intent::Account account;
  account.name = decl.name.text.empty() ? "management" : std::string(decl.name.text);
  account.id = AccountNumber(context, decl.number);
  account.management = management;

  intent::Node node;
  node.kind = intent::Node::Kind::kAccount;
  node.name = account.name;
  node.id = account.id;
  node.parent = parent;
  account.node = AddNode(organization, std::move(node));
  if (!management) {
    for (std::optional<NodeIndex> at = account.node; at; at = organization.nodes[at->value].parent)
      organization.nodes[at->value].accounts.push_back(index);
  }
  organization.accounts.push_back(std::move(account));
  context.symbols.accounts.push_back(&decl);
  if (!decl.name.text.empty()) DeclareName(context, Symbol::Kind::kAccount, decl.name, index.value);
}

void AddUnit(Context& context, const syntax::OrgUnit& unit, NodeIndex parent) {
  intent::Node node;
  node.kind = intent::Node::Kind::kUnit;
  node.name = std::string(unit.name.text);
  if (unit.id && CheckLiteral(context, unit.id->value, unit.id->span, false))
    node.id = unit.id->value;
  node.parent = parent;
  const NodeIndex index = AddNode(context.model.organization, std::move(node));
  DeclareName(context, Symbol::Kind::kUnit, unit.name, index.value);
  for (const syntax::AccountDecl& account : unit.accounts)
    AddAccount(context, account, index, false);
  for (const syntax::OrgUnit& child : unit.units) AddUnit(context, child, index);
}

void RefuseSharedNumbers(Context& context) {
  const auto& accounts = context.model.organization.accounts;
  std::map<std::string_view, std::size_t> first;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const auto [at, fresh] = first.emplace(accounts[i].id, i);
    if (fresh) continue;
    context
        .Report(diag::kAccountNumberTaken, context.symbols.accounts[i]->number.span, accounts[i].id)
        .At("declared again")
        .Also(context.symbols.accounts[at->second]->number.span, "first declared here");
  }
}

void DeclareOrganization(Context& context, const syntax::OrganizationDecl& decl) {
  intent::Organization& organization = context.model.organization;
  if (!organization.name.empty()) {
    context.Report(diag::kSecondOrganization, decl.name.span, decl.name.text)
        .At("a program governs one organization");
    return;
  }
  organization.name = std::string(decl.name.text);
  if (decl.id && CheckLiteral(context, decl.id->value, decl.id->span, false))
    organization.id = decl.id->value;
  DeclareName(context, Symbol::Kind::kOrganization, decl.name, 0);
  const NodeIndex root{0};
  for (const syntax::AccountDecl& account : decl.management)
    AddAccount(context, account, root, true);
  for (const syntax::AccountDecl& account : decl.accounts)
    AddAccount(context, account, root, false);
  for (const syntax::OrgUnit& unit : decl.units) AddUnit(context, unit, root);
  RefuseSharedNumbers(context);
  for (const syntax::AttributeDecl& attribute : decl.attributes) {
    const auto [at, fresh] = context.attributes.try_emplace(std::string(attribute.name.text),
                                                            DeclaredAttribute{&attribute, false});
    if (fresh) continue;
    context.Report(diag::kNameTaken, attribute.name.span, attribute.name.text)
        .At("declared again")
        .Also(at->second.decl->name.span, "first declared here");
  }
}

// ---- the rest ----------------------------------------------------------------------------------

struct Declarer {
  Context& context;

  void operator()(const syntax::OrganizationDecl& decl) { DeclareOrganization(context, decl); }
  void operator()(const syntax::TeamDecl& decl) {
    Keep(Symbol::Kind::kTeam, decl.name, context.symbols.teams, decl);
  }
  void operator()(const syntax::LetDecl& decl) {
    Keep(Symbol::Kind::kLet, decl.name, context.symbols.lets, decl);
  }
  void operator()(const syntax::EndpointDecl& decl) {
    Keep(Symbol::Kind::kEndpoint, decl.name, context.symbols.endpoints, decl);
  }
  void operator()(const syntax::GuardrailDecl& decl) {
    Keep(Symbol::Kind::kGuardrail, decl.name, context.symbols.guardrails, decl);
  }
  void operator()(const syntax::UseCaseDecl& decl) {
    Keep(Symbol::Kind::kUseCase, decl.name, context.symbols.use_cases, decl);
  }
  void operator()(const syntax::AttestationDecl& decl) {
    Keep(Symbol::Kind::kAttestation, decl.name, context.symbols.attestations, decl);
  }
  void operator()(const syntax::EvaluationDecl& decl) {
    Keep(Symbol::Kind::kEvaluation, decl.name, context.symbols.evaluations, decl);
  }
  void operator()(const syntax::PolicyDecl& decl) {
    Keep(Symbol::Kind::kPolicy, decl.name, context.symbols.policies, decl);
  }
  void operator()(const syntax::GatewayDecl& decl) {
    Keep(Symbol::Kind::kGateway, decl.name, context.symbols.gateways, decl);
  }
  template <class Other>
  void operator()(const Other&) {}

 private:
  template <class Decl>
  void Keep(Symbol::Kind kind, const syntax::Name& name, std::vector<const Decl*>& list,
            const Decl& decl) {
    DeclareName(context, kind, name, list.size());
    list.push_back(&decl);
  }
};

/// Orders declarations by name and renumbers their symbols.
template <class Decl>
void SortByName(Symbols& symbols, Symbol::Kind kind, std::vector<const Decl*>& list) {
  std::stable_sort(list.begin(), list.end(), [](const Decl* one, const Decl* other) {
    return one->name.text < other->name.text;
  });
  for (Symbol& symbol : symbols.all) {
    if (symbol.kind != kind) continue;
    const auto found = std::lower_bound(
        list.begin(), list.end(), symbol.name.text,
        [](const Decl* decl, std::string_view name) { return decl->name.text < name; });
    symbol.index = static_cast<std::uint32_t>(found - list.begin());
  }
}

/// The declaration that a set of this name and sort would collide with.
const Symbol* Collides(Context& context, std::string_view name, std::optional<Sort> sort) {
  if (const Symbol* set = context.symbols.Find(Space::kSets, name)) return set;
  if (sort == Sort::kGuardrails) return context.symbols.Find(Space::kGuardrails, name);
  if (sort == Sort::kEndpoints) return context.symbols.Find(Space::kEndpoints, name);
  return nullptr;
}

/// Parameters may not hide a name of a set.
void DeclareParameters(Context& context) {
  for (const syntax::PolicyDecl* policy : context.symbols.policies) {
    std::map<std::string_view, Span> seen;
    for (const syntax::Param& param : policy->params) {
      const auto [at, fresh] = seen.emplace(param.name.text, param.name.span);
      Span earlier = at->second;
      if (fresh) {
        const Symbol* symbol = Collides(context, param.name.text, SortNamed(param.sort.text));
        if (symbol == nullptr) continue;
        earlier = symbol->name.span;
      }
      context.Report(diag::kNameTaken, param.name.span, param.name.text)
          .At("declared again")
          .Also(earlier, "first declared here");
    }
  }
}

// ---- names that the catalog has too ----------------------------------------------------------

/// What the catalog calls so. A word for a sort is of the language: it has no sort of its own.
struct CatalogName {
  std::string_view what;
  std::optional<Sort> sort;
};

std::optional<CatalogName> FindInCatalog(const Context& context, std::string_view name) {
  if (FindSortWord(name) || name == "application-profiles" || name == "system-profiles")
    return CatalogName{"the name of a sort", std::nullopt};
  const catalog::ModelName model = context.catalog.FindName(name);
  if (std::holds_alternative<const catalog::Model*>(model))
    return CatalogName{"a model of the catalog", Sort::kModels};
  if (std::holds_alternative<const catalog::Family*>(model))
    return CatalogName{"a family of the catalog", Sort::kModels};
  if (std::holds_alternative<const catalog::Provider*>(model))
    return CatalogName{"a provider of the catalog", Sort::kModels};
  if (context.catalog.FindRegion(name) != nullptr)
    return CatalogName{"a region of the catalog", Sort::kRegions};
  if (context.catalog.FindKind(name) != nullptr || name == "bedrock")
    return CatalogName{"an administrable kind of the catalog", Sort::kKinds};
  return std::nullopt;
}

/// Sets of both sorts can stand after `in`.
bool CanMeet(Sort one, Sort other) {
  const auto is_place = [](Sort sort) { return sort == Sort::kAccounts || sort == Sort::kRegions; };
  return one == other || (is_place(one) && is_place(other));
}

/// `sort` is nothing for names that can stand where any sort can.
void CheckCatalogName(Context& context, const syntax::Name& name, std::optional<Sort> sort,
                      bool may_be_sort_word) {
  const std::optional<CatalogName> taken = FindInCatalog(context, name.text);
  if (!taken) return;
  if (!taken->sort) {
    if (!may_be_sort_word)
      context.Report(diag::kNameReserved, name.span, name.text, taken->what)
          .At("choose another name");
    return;
  }
  if (sort && !CanMeet(*sort, *taken->sort)) return;
  if (context.options.own_names.count(std::string(name.text)) > 0) {
    context.Report(diag::kNameNowOfCatalog, name.span, name.text, taken->what)
        .At("the program's own name is used")
        .Note("`writ.lock` records it as the program's own; catalog of " + context.catalog.date());
    return;
  }
  context.Report(diag::kNameReserved, name.span, name.text, taken->what)
      .At("choose another name")
      .Note("catalog of " + context.catalog.date());
}

/// A `let` and a guardrail or endpoint of one name, where the `let` is of their sort.
void CheckShared(Context& context, const syntax::Name& name, std::optional<Sort> sort) {
  if (sort != Sort::kGuardrails && sort != Sort::kEndpoints) return;
  const Symbol* other = context.symbols.Find(
      sort == Sort::kGuardrails ? Space::kGuardrails : Space::kEndpoints, name.text);
  if (other == nullptr) return;
  const bool later = other->name.span < name.span;
  context.Report(diag::kNameTaken, later ? name.span : other->name.span, name.text)
      .At("declared again")
      .Also(later ? other->name.span : name.span, "first declared here");
}

bool IsReportedUnused(Symbol::Kind kind) {
  switch (kind) {
    case Symbol::Kind::kTeam:
    case Symbol::Kind::kLet:
    case Symbol::Kind::kEndpoint:
    case Symbol::Kind::kGuardrail:
    case Symbol::Kind::kUseCase:
    case Symbol::Kind::kEvaluation:
    case Symbol::Kind::kPolicy:
    case Symbol::Kind::kGateway:
      return true;
    // An organization's tree is a fact, and an attestation works by its date alone.
    case Symbol::Kind::kOrganization:
    case Symbol::Kind::kUnit:
    case Symbol::Kind::kAccount:
    case Symbol::Kind::kAttestation:
      return false;
  }
  return false;
}

}  // namespace

std::string_view KindWord(Symbol::Kind kind) {
  switch (kind) {
    case Symbol::Kind::kOrganization:
      return "organization";
    case Symbol::Kind::kUnit:
      return "organizational unit";
    case Symbol::Kind::kAccount:
      return "account";
    case Symbol::Kind::kTeam:
      return "team";
    case Symbol::Kind::kLet:
      return "set";
    case Symbol::Kind::kEndpoint:
      return "endpoint";
    case Symbol::Kind::kGuardrail:
      return "guardrail";
    case Symbol::Kind::kUseCase:
      return "use-case";
    case Symbol::Kind::kAttestation:
      return "attestation";
    case Symbol::Kind::kEvaluation:
      return "evaluation";
    case Symbol::Kind::kPolicy:
      return "policy";
    case Symbol::Kind::kGateway:
      return "gateway";
  }
  return "name";
}

std::string_view KindWords(Symbol::Kind kind) {
  switch (kind) {
    case Symbol::Kind::kOrganization:
      return "an organization";
    case Symbol::Kind::kUnit:
      return "an organizational unit";
    case Symbol::Kind::kAccount:
      return "an account";
    case Symbol::Kind::kTeam:
      return "a team";
    case Symbol::Kind::kLet:
      return "a set";
    case Symbol::Kind::kEndpoint:
      return "an endpoint";
    case Symbol::Kind::kGuardrail:
      return "a guardrail";
    case Symbol::Kind::kUseCase:
      return "a use-case";
    case Symbol::Kind::kAttestation:
      return "an attestation";
    case Symbol::Kind::kEvaluation:
      return "an evaluation";
    case Symbol::Kind::kPolicy:
      return "a policy";
    case Symbol::Kind::kGateway:
      return "a gateway";
  }
  return "a name";
}

Space SpaceOf(Symbol::Kind kind) {
  switch (kind) {
    case Symbol::Kind::kOrganization:
    case Symbol::Kind::kUnit:
    case Symbol::Kind::kAccount:
    case Symbol::Kind::kLet:
      return Space::kSets;
    case Symbol::Kind::kTeam:
      return Space::kTeams;
    case Symbol::Kind::kEndpoint:
      return Space::kEndpoints;
    case Symbol::Kind::kGuardrail:
      return Space::kGuardrails;
    case Symbol::Kind::kUseCase:
      return Space::kUseCases;
    case Symbol::Kind::kAttestation:
      return Space::kAttestations;
    case Symbol::Kind::kEvaluation:
      return Space::kEvaluations;
    case Symbol::Kind::kPolicy:
      return Space::kPolicies;
    case Symbol::Kind::kGateway:
      return Space::kGateways;
  }
  return Space::kSets;
}

Symbol* Symbols::Find(Space space, std::string_view name) {
  const auto found = by_name_.find({space, name});
  return found == by_name_.end() ? nullptr : &all[found->second];
}

Symbol* Symbols::FindAnywhere(std::string_view name) {
  for (Symbol& symbol : all)
    if (symbol.name.text == name) return &symbol;
  return nullptr;
}

Symbol* Symbols::Add(Symbol symbol) {
  const auto [at, fresh] = by_name_.emplace(std::pair(SpaceOf(symbol.kind), symbol.name.text),
                                            static_cast<std::uint32_t>(all.size()));
  if (!fresh) return &all[at->second];
  all.push_back(symbol);
  return nullptr;
}

std::vector<std::string> Symbols::Names(std::initializer_list<Symbol::Kind> kinds) const {
  std::vector<std::string> names;
  for (const Symbol& symbol : all) {
    const bool wanted =
        kinds.size() == 0 || std::find(kinds.begin(), kinds.end(), symbol.kind) != kinds.end();
    if (wanted) names.emplace_back(symbol.name.text);
  }
  std::sort(names.begin(), names.end());
  return names;
}

void Declare(Context& context) {
  intent::Node root;
  root.name = "root";
  AddNode(context.model.organization, std::move(root));
  Declarer declarer{context};
  for (const syntax::File& file : context.program.files)
    for (const syntax::Item& item : file.items) std::visit(declarer, item.form);
  SortByName(context.symbols, Symbol::Kind::kTeam, context.symbols.teams);
  SortByName(context.symbols, Symbol::Kind::kGuardrail, context.symbols.guardrails);
  SortByName(context.symbols, Symbol::Kind::kEndpoint, context.symbols.endpoints);
  SortByName(context.symbols, Symbol::Kind::kGateway, context.symbols.gateways);
  DeclareParameters(context);
}

std::vector<std::string> OwnNames(const Program& program) {
  std::set<std::string> names;
  const auto account = [&](const syntax::AccountDecl& decl) {
    if (!decl.name.text.empty()) names.emplace(decl.name.text);
  };
  const auto units = [&](const auto& self, const std::vector<syntax::OrgUnit>& list) -> void {
    for (const syntax::OrgUnit& unit : list) {
      names.emplace(unit.name.text);
      for (const syntax::AccountDecl& decl : unit.accounts) account(decl);
      self(self, unit.units);
    }
  };
  for (const syntax::File& file : program.files) {
    for (const syntax::Item& item : file.items) {
      if (const auto* let = std::get_if<syntax::LetDecl>(&item.form)) {
        names.emplace(let->name.text);
      } else if (const auto* policy = std::get_if<syntax::PolicyDecl>(&item.form)) {
        for (const syntax::Param& param : policy->params) names.emplace(param.name.text);
        for (const syntax::Item& inner : policy->items)
          if (const auto* local = std::get_if<syntax::LetDecl>(&inner.form))
            names.emplace(local->name.text);
      } else if (const auto* organization = std::get_if<syntax::OrganizationDecl>(&item.form)) {
        names.emplace(organization->name.text);
        for (const syntax::AccountDecl& decl : organization->management) account(decl);
        for (const syntax::AccountDecl& decl : organization->accounts) account(decl);
        units(units, organization->units);
      }
    }
  }
  return {names.begin(), names.end()};
}

void CheckCatalogNames(Context& context) {
  const auto check_let = [&](const syntax::LetDecl& let) {
    const bool taken = FindInCatalog(context, let.name.text).has_value();
    const bool shared = context.symbols.Find(Space::kGuardrails, let.name.text) != nullptr ||
                        context.symbols.Find(Space::kEndpoints, let.name.text) != nullptr;
    if (!taken && !shared) return;
    // What stands right of `=` may be of any sort: there a `let` meets every name of the catalog.
    CheckCatalogName(context, let.name, std::nullopt, false);
    if (shared) CheckShared(context, let.name, SortOf(context, let.value));
  };
  for (std::size_t i = 0; i < context.symbols.all.size(); ++i) {
    const Symbol symbol = context.symbols.all[i];
    if (SpaceOf(symbol.kind) != Space::kSets) continue;
    if (symbol.kind == Symbol::Kind::kLet) {
      check_let(*context.symbols.lets[symbol.index]);
    } else {
      CheckCatalogName(context, symbol.name, Sort::kAccounts, true);
    }
  }
  for (const syntax::PolicyDecl* policy : context.symbols.policies) {
    // The parameters of a pack are named for what they are: whoever applies it writes them before
    // `=` only, where nothing else can stand.
    if (context.program.IsOfPack(policy->name.span.file)) continue;
    for (const syntax::Param& param : policy->params)
      CheckCatalogName(context, param.name, std::nullopt, false);
    for (const syntax::Item& item : policy->items)
      if (const auto* let = std::get_if<syntax::LetDecl>(&item.form)) {
        CheckCatalogName(context, let->name, std::nullopt, false);
      }
  }
}

void ReportUnused(Context& context) {
  // A sentence that was not understood uses names that nobody looked at.
  if (context.reporter.has_errors()) return;
  for (const Symbol& symbol : context.symbols.all) {
    if (symbol.used || !IsReportedUnused(symbol.kind)) continue;
    if (context.program.IsOfPack(symbol.name.span.file)) continue;
    context
        .Report(diag::kUnusedDeclaration, symbol.name.span, KindWord(symbol.kind), symbol.name.text)
        .At("never used");
  }
}

}  // namespace writ::sema
