// The standard library: what each verb means as IAM authorizations, read from stdlib/ as data, so
// that the compiler has no list of verbs. Sema asks which (verb, sort) pairs exist and what they
// take; lowering instantiates the legs. The verifier must not use this layer: it has a table of its
// own, and a leg that is forgotten here shows as a difference there.
//
// The form of the files and every placeholder of their templates: docs/library.md.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/support/result.h"

namespace writ::library {

/// What a permission of the verb gives; runtime and admin may not meet in one principal.
enum class VerbClass { kRuntime, kAdmin, kNeutral };

/// Operator → key → values. The operator "Arn" becomes StringEquals or, for values with wildcards,
/// ArnLike.
struct LegCondition {
  std::string op;
  std::string key;
  std::vector<std::string> values;
};

/// One kind of authorization that a call needs (permit) or that a prohibition cuts (forbid).
struct Leg {
  /// permit: "directly", "within", "globally", "mantle" or "claude-platform"; empty: every call on
  /// bedrock.
  /// forbid: narrows to prohibitions that name this route; empty: all others.
  std::string route;
  std::string via;    ///< permit: "profile" or "nothing": only with or without `via profile`
  std::string plane;  ///< forbid: "bedrock" or "mantle"
  /// forbid: "call"; "route": the authorization for the profile that a call goes through; "obtain":
  /// getting the means of a later call.
  std::string part;
  /// forbid: "named" by model; "opaque": reaches models that its ARN does not name; "product": by
  /// marketplace product; empty for sorts other than Models.
  std::string target;
  std::string each;    ///< "destination", "guardrail-destination": once for each; or empty
  std::string select;  ///< sort Kinds: "admin", "read", "browse" actions of the kinds; else empty
  std::vector<std::string> services;  ///< with `select`: only actions of these; empty: of all
  std::vector<std::string> kinds;     ///< with `select`: of these and kinds within them; empty: all
  std::string model_key;              ///< forbid: the model is told by this condition key
  std::vector<std::string> models;    ///< permit: id patterns this leg is for; empty: all
  std::vector<std::string> actions;   ///< IAM names; empty with `select`
  std::vector<std::string> resources;  ///< templates; "types": those of the catalog per action
  std::vector<std::string>
      beside;  ///< forbid: resources of the same actions that go with a named model
  std::vector<LegCondition> conditions;
  bool carries_guardrail = false;  ///< has bedrock:GuardrailIdentifier when the call names one
  bool carries_profile = false;    ///< has bedrock:InferenceProfileArn when called through one
};

struct Verb {
  std::string name;  ///< "invoke"
  std::string sort;  ///< "Models"
  VerbClass verb_class = VerbClass::kNeutral;
  std::vector<std::string> takes;  ///< of routed, through, guardrail, profile, regionless
  std::vector<std::string> kinds;  ///< kinds, or nouns of Resources, it is for; empty: all
  std::vector<Leg> permit;         ///< empty: for prohibitions only
  std::vector<Leg> forbid;
  std::string needs;  ///< what the right is useless without, in words; may be empty

  [[nodiscard]] bool Takes(std::string_view qualifier) const;
};

/// A kind of resource that sentences name: `endpoint "fraud-scoring"`.
struct Noun {
  std::string name;  ///< "endpoint"
  std::string arn;   ///< template of {partition}, {region}, {account} and {name}
};

/// One importable library.
struct Module {
  std::string name;    ///< "aws.bedrock"
  std::string date;    ///< of its facts, YYYY-MM-DD
  std::string source;  ///< where they are from
  std::vector<Verb> verbs;
  std::string guardrail_key;  ///< condition key that names the guardrail of a call
  std::string profile_key;    ///< condition key that names the inference profile of a call
  /// Plane → prefix of its actions and condition keys. A key of the plane `bedrock` stands for the
  /// key of the same name on the others.
  std::map<std::string, std::string, std::less<>> planes;
  /// Services that have another name than their prefixes: `kiro`.
  std::map<std::string, std::vector<std::string>, std::less<>> services;
  /// Templates of ARNs that conditions compare with: "model", "profile", "any-application-profile",
  /// "any-system-profile", and patterns "called-in" (profiles in {region}), "scoped" (of
  /// {geography}), "permission-set-role" and "permission-set-role-in-region".
  std::map<std::string, std::string, std::less<>> forms;
  std::vector<Noun> nouns;                ///< for verbs of the sort Resources
  std::vector<Leg> guardrail_companions;  ///< granted beside every leg that names a guardrail
};

/// All modules of stdlib/, by name.
class Library {
 public:
  /// Those of this build.
  [[nodiscard]] static const Library& BuiltIn();
  /// Reads module files; the first error names file and place.
  [[nodiscard]] static support::Result<Library> Parse(
      const std::vector<std::pair<std::string, std::string>>& files);

  [[nodiscard]] const std::vector<Module>& modules() const { return modules_; }
  [[nodiscard]] const Module* FindModule(std::string_view name) const;
  /// The verb of this name for this sort, or nullptr.
  [[nodiscard]] const Verb* Find(std::string_view verb, std::string_view sort) const;
  /// The module a verb of this name is in, or nullptr.
  [[nodiscard]] const Module* ModuleOf(std::string_view verb) const;
  /// All verbs of this name, one for each sort.
  [[nodiscard]] std::vector<const Verb*> Named(std::string_view verb) const;
  /// Names of all verbs, sorted, each once.
  [[nodiscard]] std::vector<std::string> VerbNames() const;
  /// The condition keys that name a call's guardrail and inference profile.
  [[nodiscard]] const std::string& guardrail_key() const;
  [[nodiscard]] const std::string& profile_key() const;
  /// The prefix of a plane, `bedrock-mantle`; a name that no module has is our bug.
  [[nodiscard]] const std::string& PrefixOf(std::string_view plane) const;
  /// A template of Module::forms; a name that no module has is our bug.
  [[nodiscard]] const std::string& Form(std::string_view name) const;
  /// The legs that go with `with guardrail`.
  [[nodiscard]] std::vector<const Leg*> GuardrailCompanions() const;

 private:
  std::vector<Module> modules_;
};

}  // namespace writ::library
