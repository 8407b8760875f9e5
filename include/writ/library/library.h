// The standard library: what each verb means as IAM authorizations, read from stdlib/ as data. The
// compiler has no list of verbs. Sema asks which (verb, sort) pairs exist and what they accept;
// lowering instantiates the leg templates. The verifier must not use this layer.
//
// A verb is written as legs. A leg names actions, resource templates and conditions, and says for
// which calls it stands. Placeholders in templates: {partition} {region} {account} {model}
// {profile} {profile-arn} {destination} {mantle-model} {object} {type}; see docs/library.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace writ::library {

/// What a permission of the verb does to a principal; runtime and admin may not meet in one.
enum class VerbClass { kRuntime, kAdmin, kNeutral };

/// Condition template: operator → key → values.
struct LegCondition {
  std::string op;
  std::string key;
  std::vector<std::string> values;
};

struct Leg {
  std::string
      route;  ///< permission: "directly", "within", "globally", "mantle", "profile" or "" (always)
  std::vector<std::string> actions;  ///< names, or a selector such as "kind:admin"
  std::vector<std::string>
      resources;  ///< templates; "types" = the catalogue's resource types of each action
  std::vector<LegCondition> conditions;
  std::string each;        ///< "" or "destination": once for each destination of the route
  bool guardrail = false;  ///< this authorization carries bedrock:GuardrailIdentifier
  bool profile = false;    ///< this authorization carries bedrock:InferenceProfileArn
};

struct Verb {
  std::string name;  ///< "invoke"
  std::string sort;  ///< "Models"
  VerbClass verb_class = VerbClass::kNeutral;
  bool routed = false;   ///< takes routed, through, via profile
  bool guarded = false;  ///< takes with guardrail
  std::vector<Leg> permit;
  std::vector<Leg> forbid;
  std::vector<std::string>
      needs;  ///< actions that the right is useless without: a warning names them
};

/// One importable library, e.g. "aws.bedrock".
struct Library {
  std::string name;
  std::string date;    ///< of the facts, YYYY-MM-DD
  std::string source;  ///< where they are from
  std::vector<Verb> verbs;
};

}  // namespace writ::library
