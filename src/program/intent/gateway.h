// Gateways of AgentCore and who may call which of their tools, ground: every sentence is taken
// apart into rules about one tool, one target or the whole gateway.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "facts/tools/manifest.h"
#include "program/intent/origin.h"

namespace writ::intent {

/// The tools behind one target of a gateway.
struct GatewayTarget {
  std::string name;
  tools::Manifest manifest;
};

struct Gateway {
  enum class Authorizer : std::uint8_t {
    kOauth,  ///< callers are told by claims of their token
    kIam     ///< callers are told by role
  };
  std::string name;
  Origin origin;
  std::string arn;
  std::string account;  ///< 12 digits, of the ARN
  std::string region;
  Authorizer authorizer = Authorizer::kIam;
  std::vector<GatewayTarget> targets;  ///< by name
};

/// The name of the policy engine that is the gateway's: letters, digits and `_`, 48 at most, with
/// the ten characters that AWS ends the gateway's id with.
[[nodiscard]] std::string EngineName(const Gateway& gateway);

/// Index into Model::gateways.
struct GatewayIndex {
  std::uint32_t value = 0;
  auto operator<=>(const GatewayIndex&) const = default;
};

/// A claim of a token that is this text.
struct Claim {
  std::string key;
  std::string value;
  auto operator<=>(const Claim&) const = default;
};

/// Roles of an account by name, without path; one `*` may end it.
struct GatewayRole {
  std::string account;  ///< 12 digits
  std::string name;
  auto operator<=>(const GatewayRole&) const = default;
};

/// Whoever has one of the claims or is one of the roles. Sorted, each once.
struct GatewayCallers {
  std::vector<Claim> claims;
  std::vector<GatewayRole> roles;
};

/// A test of one argument. False if the call does not have it.
struct ArgumentTest {
  enum class Operator : std::uint8_t {
    kPresent,
    kTrue,   ///< of `true` or `false`
    kEqual,  ///< of a set never
    kLike,   ///< `*` stands for any text
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kIncludes,  ///< of a set: the one value is in it
    kIn         ///< one of `values`; of a set: not empty, and all are among them
  };
  std::vector<std::string> path;                        ///< names below `input`
  tools::Type::Kind type = tools::Type::Kind::kString;  ///< of a set that of its elements
  bool is_set = false;
  Operator op = Operator::kPresent;
  /// As written: texts, whole numbers, numbers of at most four decimals, "true" and "false".
  std::vector<std::string> values;
};

/// A formula over tests. kAll without operands is true.
struct ArgumentCondition {
  enum class Kind : std::uint8_t { kAll, kAny, kNot, kTest };
  Kind kind = Kind::kAll;
  std::vector<ArgumentCondition> operands;
  ArgumentTest test;
  [[nodiscard]] bool always() const { return kind == Kind::kAll && operands.empty(); }
};

/// Who may or may not call what, of one sentence.
struct ToolRule {
  Origin origin;
  bool forbids = false;
  bool everyone = false;    ///< of a rule that forbids
  GatewayCallers included;  ///< when not everyone
  GatewayCallers excepted;  ///< of everyone
  GatewayIndex gateway;
  std::string target;  ///< empty: all tools of the gateway, also those yet to come
  std::string tool;    ///< empty: all tools of the target, also those yet to come
  ArgumentCondition when;
  std::optional<std::string> from;   ///< YYYY-MM-DD, begins at 00:00 UTC
  std::optional<std::string> until;  ///< YYYY-MM-DD, ends with the day
};

}  // namespace writ::intent
