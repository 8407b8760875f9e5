// Statements made ready for evaluation. Everything that does not depend on the request is decided
// here: operators are looked up, numbers and networks read, patterns taken apart and completed.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"
#include "iam/policy/pattern.h"
#include "iam/policy/values.h"

namespace writ::policy {

// How much of a glob must be looked at.
enum class GlobForm : std::uint8_t { kText, kGlob, kAnything };

struct CompiledAction {
  bool is_everything = false;
  bool is_whole = false;  // `name` is a glob over "service:name"
  GlobForm name_form = GlobForm::kText;
  std::string service;  // folded; matches nothing if there is no colon or a wildcard in it
  std::string name;     // folded glob
};

// A pattern of six or more segments, or one glob over the whole text (IsBySegments).
struct CompiledResource {
  enum class Form : std::uint8_t { kEverything, kWhole, kSegments };
  Form form = Form::kSegments;
  std::string glob;
  std::array<std::uint32_t, 6> begins{};  // of the segments; they end before the next colon
  std::array<GlobForm, 6> forms{};
};

struct CompiledPrincipal {
  enum class Form : std::uint8_t {
    kEveryone,
    kAccount,   // `account` of any partition
    kRole,      // the role and its sessions
    kExact,     // the caller of this name
    kProvider,  // every SAML or OIDC provider
    kNobody,    // canonical users and other names no caller has
  };
  Form form = Form::kNobody;
  PrincipalType type = PrincipalType::kAws;
  std::string text;
  std::string account;
  std::string partition;
  std::string role;
};

struct CompiledCondition {
  Operator op;
  BaseOperator positive = BaseOperator::kStringEquals;
  bool is_negated = false;
  bool has_unreadable = false;  // a value that the operator cannot read
  std::uint32_t key_hash = 0;
  std::string key;  // folded
  // The values, by what they are; one of these, or texts and patterns, is filled.
  std::vector<std::string> texts;  // strings (folded for IgnoreCase), globs, numbers, dates, bytes
  std::vector<Pattern> patterns;   // those with variables
  std::vector<IpNetwork> networks;
  bool wants_true = false;  // Bool, Null
  bool wants_false = false;
};

struct CompiledStatement {
  Effect effect = Effect::kAllow;
  Sense principal_sense = Sense::kListed;
  Sense action_sense = Sense::kListed;
  Sense resource_sense = Sense::kListed;
  bool has_principal = false;
  bool has_resource = false;
  bool is_void = false;  // applies to nothing: VoidsNotResource
  std::vector<CompiledPrincipal> principals;
  std::vector<CompiledAction> actions;
  std::vector<CompiledResource> resources;
  std::vector<Pattern> resource_patterns;  // those with variables
  std::vector<CompiledCondition> conditions;
};

struct CompiledPolicy::Impl {
  Kind kind = Kind::kIdentity;
  Switches switches;
  std::vector<CompiledStatement> statements;
};

// How a Principal element names the caller.
enum class Naming : std::uint8_t {
  kNot,
  kAccount,  // by its account only: a delegation
  kRole,     // by its role
  kDirect,   // as user, session, service or everyone
};

// How the statement applies to the request; kNot if it does not. `has_boundary`: see Switches.
[[nodiscard]] Naming Applies(const CompiledPolicy::Impl& policy, const CompiledStatement& statement,
                             const PreparedRequest& request, bool has_boundary);

[[nodiscard]] GlobForm FormOf(std::string_view glob);
// MatchesGlob, given FormOf(glob).
[[nodiscard]] inline bool MatchesForm(GlobForm form, std::string_view glob, std::string_view text) {
  if (form == GlobForm::kAnything) return true;
  return form == GlobForm::kText ? glob == text : MatchesGlob(glob, text);
}

// One resource pattern without variables; nothing if it matches no resource.
[[nodiscard]] std::optional<CompiledResource> CompileResource(std::string_view glob, Kind kind,
                                                              const Switches& switches);

}  // namespace writ::policy
