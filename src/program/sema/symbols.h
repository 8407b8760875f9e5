// What each declared name stands for, and whether anything uses it. A kind of declaration whose
// keyword stands before every use has names of its own; names of sets share one space.
// Declarations are kept by pointer into the syntax, which outlives the check.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "language/syntax/ast.h"
#include "program/intent/model.h"

namespace writ::sema {

struct Context;

struct Symbol {
  enum class Kind : std::uint8_t {
    kOrganization,
    kUnit,
    kAccount,
    kTeam,
    kLet,
    kEndpoint,
    kGuardrail,
    kUseCase,
    kAttestation,
    kEvaluation,
    kPolicy,
    kGateway
  };
  Kind kind = Kind::kLet;
  syntax::Name name;
  std::uint32_t index = 0;  ///< node, account, team, …; see Symbols
  bool used = false;        ///< named by something other than itself
};

/// Where names are unique.
enum class Space : std::uint8_t {
  kSets,  ///< the organization, OUs, accounts, `let`s
  kTeams,
  kGuardrails,
  kEndpoints,
  kUseCases,
  kAttestations,
  kEvaluations,
  kPolicies,
  kGateways
};
[[nodiscard]] Space SpaceOf(Symbol::Kind kind);

/// "an account", "a use-case".
[[nodiscard]] std::string_view KindWords(Symbol::Kind kind);
/// "account", "use-case".
[[nodiscard]] std::string_view KindWord(Symbol::Kind kind);

class Symbols {
 public:
  std::vector<Symbol> all;  ///< in order of declaration
  std::vector<const syntax::TeamDecl*> teams;
  std::vector<const syntax::LetDecl*> lets;
  std::vector<const syntax::EndpointDecl*> endpoints;
  std::vector<const syntax::GuardrailDecl*> guardrails;
  std::vector<const syntax::UseCaseDecl*> use_cases;
  std::vector<const syntax::AttestationDecl*> attestations;
  std::vector<const syntax::EvaluationDecl*> evaluations;
  std::vector<const syntax::PolicyDecl*> policies;
  std::vector<const syntax::GatewayDecl*> gateways;
  std::vector<const syntax::AccountDecl*> accounts;  ///< parallel to Organization::accounts

  [[nodiscard]] Symbol* Find(Space space, std::string_view name);
  /// In whichever space; the first there is, for messages.
  [[nodiscard]] Symbol* FindAnywhere(std::string_view name);
  /// Names of all symbols of these kinds; of all kinds when empty.
  [[nodiscard]] std::vector<std::string> Names(std::initializer_list<Symbol::Kind> kinds) const;
  /// Adds it, or returns the one that has the name already.
  Symbol* Add(Symbol symbol);

 private:
  std::map<std::pair<Space, std::string_view>, std::uint32_t> by_name_;
};

/// Declares every name of the program, builds the organization, and reports names that are taken.
/// Teams, guardrails and endpoints get their index in order of name, as the model holds them.
void Declare(Context& context);

/// Reports names of sets that the catalog has too, where both could stand in one place. To be
/// called after all sentences: the sort of a `let` is known by its value.
void CheckCatalogNames(Context& context);

/// Warns of declarations and imports that nothing uses. To be called last.
void ReportUnused(Context& context);

}  // namespace writ::sema
