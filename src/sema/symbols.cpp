#include "sema/symbols.h"

#include <algorithm>

#include "sema/context.h"
#include "sema/near.h"
#include "writ/diag/codes/names.h"

namespace writ::sema {
namespace {

using intent::AccountIndex;
using intent::NodeIndex;

constexpr std::size_t kAccountDigits = 12;

/// What the catalogue or the library calls so, or empty.
std::string_view TakenBy(const Context& context, std::string_view name) {
  const catalog::ModelName model = context.catalog.FindName(name);
  if (std::holds_alternative<const catalog::Model*>(model)) return "a model of the catalogue";
  if (std::holds_alternative<const catalog::Family*>(model)) return "a family of the catalogue";
  if (std::holds_alternative<const catalog::Provider*>(model)) return "a provider of the catalogue";
  if (context.catalog.FindRegion(name) != nullptr) return "a region of the catalogue";
  if (context.catalog.FindKind(name) != nullptr || name == "bedrock")
    return "an administrable kind of the catalogue";
  if (FindSortWord(name) || name == "application-profiles" || name == "system-profiles")
    return "the name of a sort";
  if (context.library.ModuleOf(name) != nullptr) return "a verb of the library";
  return {};
}

void RefuseReserved(Context& context, const syntax::Name& name) {
  const std::string_view taken_by = TakenBy(context, name.text);
  if (!taken_by.empty())
    context.Report(diag::kNameReserved, name.span, name.text, taken_by).At("choose another name");
}

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
  if (unit.id) node.id = unit.id->value;
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
  if (decl.id) organization.id = decl.id->value;
  DeclareName(context, Symbol::Kind::kOrganization, decl.name, 0);
  const NodeIndex root{0};
  for (const syntax::AccountDecl& account : decl.management)
    AddAccount(context, account, root, true);
  for (const syntax::AccountDecl& account : decl.accounts)
    AddAccount(context, account, root, false);
  for (const syntax::OrgUnit& unit : decl.units) AddUnit(context, unit, root);
  RefuseSharedNumbers(context);
}

// ---- the rest ----------------------------------------------------------------------------------

struct Declarer {
  Context& context;

  void operator()(const syntax::OrganizationDecl& decl) { DeclareOrganization(context, decl); }
  void operator()(const syntax::TeamDecl& decl) {
    Keep(Symbol::Kind::kTeam, decl.name, context.symbols.teams, decl);
    RefuseReserved(context, decl.name);
  }
  void operator()(const syntax::LetDecl& decl) {
    Keep(Symbol::Kind::kLet, decl.name, context.symbols.lets, decl);
    RefuseReserved(context, decl.name);
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
  void operator()(const syntax::PolicyDecl& decl) {
    Keep(Symbol::Kind::kPolicy, decl.name, context.symbols.policies, decl);
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

/// Parameters may not hide a name: one namespace per program.
void DeclareParameters(Context& context) {
  for (const syntax::PolicyDecl* policy : context.symbols.policies) {
    std::map<std::string_view, Span> seen;
    for (const syntax::Param& param : policy->params) {
      RefuseReserved(context, param.name);
      const auto [at, fresh] = seen.emplace(param.name.text, param.name.span);
      Span earlier = at->second;
      if (fresh) {
        const Symbol* symbol = context.symbols.Find(param.name.text);
        if (symbol == nullptr) continue;
        earlier = symbol->name.span;
      }
      context.Report(diag::kNameTaken, param.name.span, param.name.text)
          .At("declared again")
          .Also(earlier, "first declared here");
    }
  }
}

bool IsReportedUnused(Symbol::Kind kind) {
  switch (kind) {
    case Symbol::Kind::kTeam:
    case Symbol::Kind::kLet:
    case Symbol::Kind::kEndpoint:
    case Symbol::Kind::kGuardrail:
    case Symbol::Kind::kUseCase:
    case Symbol::Kind::kPolicy:
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
    case Symbol::Kind::kPolicy:
      return "policy";
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
    case Symbol::Kind::kPolicy:
      return "a policy";
  }
  return "a name";
}

Symbol* Symbols::Find(std::string_view name) {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &all[found->second];
}

Symbol* Symbols::Add(Symbol symbol) {
  const auto [at, fresh] =
      by_name_.emplace(symbol.name.text, static_cast<std::uint32_t>(all.size()));
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
  DeclareParameters(context);
}

void ReportUnused(Context& context) {
  // A sentence that was not understood uses names that nobody looked at.
  if (context.reporter.has_errors()) return;
  for (const Symbol& symbol : context.symbols.all) {
    if (symbol.used || !IsReportedUnused(symbol.kind)) continue;
    context
        .Report(diag::kUnusedDeclaration, symbol.name.span, KindWord(symbol.kind), symbol.name.text)
        .At("nothing uses it");
  }
}

}  // namespace writ::sema
