// What one form of deployment makes in AWS, whatever language it is written in: every reference is
// resolved, every request spelled as the API spells it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/support/json.h"
#include "proof/deployed/program.h"

namespace writ::deployed {

/// What a policy is attached to.
struct Held {
  std::string to;         ///< "role", "user", "root", "ou", "account", "permission-set"
  std::string id;         ///< a name or an identifier; of what is told, who tells it
  bool is_told = false;   ///< at deployment, by a parameter or variable
  std::string says = {};  ///< what a parameter asks for, in its own words
  auto operator<=>(const Held&) const = default;
};

/// One policy of a form.
struct Deployed {
  std::string
      kind;  ///< "identity", "permission-set", "scp", "bedrock-policy", "ai-opt-out", …: as files
  std::string name;   ///< in AWS
  std::string text;   ///< the document
  std::string wrong;  ///< why it cannot be read; empty if it was
  std::set<Held> holders = {};
  std::string region = {};  ///< of the stack that makes it; empty if that does not matter
};

/// One request of the Bedrock or EventBridge API.
struct Setting {
  enum class Kind { kGuardrail, kVersion, kSharing, kEnforcement, kLogging, kRule, kTargets };
  Kind kind = Kind::kGuardrail;
  std::string guardrail;  ///< of the first three: its name; of the last two: the rule's
  std::string region;
  std::string request;  ///< the API's input; of a version its description
  bool is_kept = true;  ///< when the form no longer has it
  std::string wrong = {};
};

struct Form {
  std::vector<Deployed> policies;
  std::vector<Setting> settings;
  std::vector<std::string> wrong;  ///< all else that the form must not have, or lacks
};

/// The account that a form is for.
struct Owner {
  const Program& facts;
  std::string account_id;         ///< 12 digits; empty where the program does not say
  std::set<std::string> regions;  ///< in which it has guardrails or settings

  /// ARN, or version, of a guardrail that the form makes: what the bindings say.
  [[nodiscard]] std::optional<std::string> Bound(const std::string& guardrail,
                                                 const std::string& region, bool version) const;
  /// The guardrail of an ARN or an identifier in a region; empty if the account has none such.
  [[nodiscard]] std::string GuardrailOf(const std::string& identifier,
                                        const std::string& region) const;
};

[[nodiscard]] Form ReadTemplate(const support::json::Value& root, const Owner& owner);
[[nodiscard]] Form ReadTerraform(const support::json::Value& root, const Owner& owner);

/// How a form spells the members of the API's requests.
enum class Spelling { kCloudFormation, kTerraform };

/// A request as the API spells it. A name that the form's resource does not have goes to `wrong`.
[[nodiscard]] std::string AsRequest(const support::json::Value& value, Spelling spelling,
                                    std::string& wrong);

/// The API's input that makes a rule, of texts; an empty one is left out. `{"Name":…}`.
[[nodiscard]] std::string RuleRequest(std::string_view name, std::string_view pattern,
                                      std::string_view state);

/// The API's input that says where a rule tells; `targets` is a list as JSON.
[[nodiscard]] std::string TargetsRequest(std::string_view rule, std::string_view targets);

/// The API's input that shares a guardrail by this policy.
[[nodiscard]] std::string Sharing(std::string_view arn, std::string_view policy);

/// Whether `text` holds `phrase` as whole words.
[[nodiscard]] bool HasPhrase(std::string_view text, std::string_view phrase);

/// A text as JSON.
[[nodiscard]] std::string Quoted(std::string_view text);

/// What a target of Organizations is, by the shape of its identifier (Organizations API,
/// AttachPolicy, read 2026-11-23).
[[nodiscard]] Held TargetOf(const std::string& id);

}  // namespace writ::deployed
