// Who asks, in requests that AWS could make.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "program/intent/model.h"
#include "proof/reference/random.h"

namespace writ::reference {

struct Caller {
  std::string
      principal;    ///< as the request names it: role, session, user, federated user, root, service
  std::string arn;  ///< aws:PrincipalArn; empty for services
  std::string account;  ///< 12 digits; empty for services
  std::string role;     ///< path and name, of roles and sessions
  std::string user;     ///< path and name, of users
  std::vector<std::pair<std::string, std::string>> tags;
  /// The tag by which documents were once attached: "key=value". It may have changed since.
  std::string was_tagged;
  bool is_bound = true;  ///< by SCPs
  /// Of a caller in an account that the program does not list: the root or OU that it lies in.
  std::optional<intent::NodeIndex> unit = {};
  /// Of a session for a federated user: path and name of the user whose rights it has. Sessions are
  /// named like their user, so that a request tells whose it is (IsHolder).
  std::string session_of = {};
  std::string new_unit =
      {};  ///< the id of an OU below it that the program does not have, if in one
};

/// A service holds nothing that policies of principals give; root holds everything in its account.
[[nodiscard]] inline bool IsAskable(const Caller& caller, bool holds_anything) {
  return holds_anything ? !caller.arn.empty() : !caller.arn.ends_with(":root");
}

/// "tag", "permission-set", or nothing: by what a caller came to hold documents.
[[nodiscard]] inline std::string HoldsBy(const Caller& caller) {
  if (!caller.was_tagged.empty()) return "tag";
  return caller.role.starts_with("aws-reserved/") ? "permission-set" : "";
}

/// Callers that the program names, their neighbors and strangers, in every account; and in accounts
/// that join later, some of them with the ids in `joining`.
[[nodiscard]] std::vector<Caller> CallersOf(const intent::Model& model,
                                            const std::string& partition,
                                            const std::vector<std::string>& joining,
                                            Random& random);

/// An id that the text may name as that of a caller's account, or that its pattern matches: a value
/// of aws:PrincipalAccount or aws:PrincipalArn. Empty: none.
[[nodiscard]] std::string AccountNamedBy(std::string_view text);

}  // namespace writ::reference
