// Who there is: the kinds of callers of each account, the same for every question about a program.
//
// Principals that a team binds or a permission names hold what the program grants them and nothing
// else. All others may hold anything: those that it names only to exempt or to bind them, and those
// that it does not name. The management account has callers like any other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/policy/evaluate.h"
#include "program/intent/model.h"

namespace writ::access {

/// What the principals of the last account of a model hold.
enum class Standing : std::uint8_t {
  kListed,  ///< what sentences grant: it is an account of the program like the others
  /// The account joins (later.h), and the program does not list it: of permission sets, what
  /// documents say of accounts to come; of others, nothing, for theirs are attached account by
  /// account.
  kJoining,
  /// The same, but others hold what sentences say of the account, as once the program lists it.
  kOnceListed
};

/// Principals that a program names. Accounts are indices into any list of accounts.
struct Names {
  std::vector<intent::Holder> granted;  ///< teams, and holders of permissions outside any team
  std::vector<intent::Holder> named;    ///< in exceptions, prohibitions and duties only
};

[[nodiscard]] Names NamesOf(const intent::Model& model);

/// All principals of one account that are `principal` (any, if there is none), some of `within`
/// (unless that is empty) and none of `apart`. Service-linked roles, which no organization policy
/// binds, are nobody's.
struct Caller {
  std::string label;  ///< "team fraud", `role "batch"`, "anyone else"
  intent::AccountIndex account;
  std::optional<intent::Principal> principal = {};
  std::vector<intent::Principal> within = {};
  std::vector<intent::Principal> apart = {};
  bool may_hold_anything = false;
  /// "an account that joins prod later": where it will be, if the program does not have its account
  /// yet. `account` is none of the program's then.
  std::string joins = {};
  /// From elsewhere: the account is the owner of what is asked for, not the caller's.
  bool is_outside = false;
};
inline constexpr std::string_view kAnyoneElse = "anyone else";

/// Everybody in the account: each principal of the account is one of these at least. Those whom the
/// program does not name are last.
[[nodiscard]] std::vector<Caller> CallersIn(const Names& names, intent::AccountIndex account);

/// The callers that `principal` stands for: it as the program knows it, or in parts, one that is of
/// principals with grants and one that may hold anything.
[[nodiscard]] std::vector<Caller> CallersOf(const Names& names, const std::string& label,
                                            const intent::Principal& principal,
                                            intent::AccountIndex account);

/// Whether one principal of an account could be both. "no" is certain.
[[nodiscard]] bool MayBeSame(const intent::Principal& one, const intent::Principal& other);

/// What follows `arn:…:iam::ACCOUNT:` in the ARNs of the principal, as patterns; none for tags and
/// services.
[[nodiscard]] std::vector<std::string> ArnTails(const intent::Principal& principal);

/// Labels of those that the principal is one of, in order: teams and others with grants; else those
/// that the program only names. `context` has its tags.
[[nodiscard]] std::vector<std::string> LabelsOf(const Names& names, intent::AccountIndex account,
                                                std::string_view arn,
                                                const std::vector<policy::ContextKey>& context);

/// A role that a session may be of.
struct Role {
  std::string tail;  ///< "role/app/coders": with the path that a session's ARN does not carry
  std::vector<intent::Principal> principals;  ///< of the program that it is one of
};

/// The roles of the account that a session of the role named `name` may be of, by tail. CloudTrail
/// and sts write the name without its path (CloudTrail User Guide, "userIdentity element", read
/// 2026-11-22); the account and the last part of the name decide. Without any that the program
/// names: `role/NAME`.
[[nodiscard]] std::vector<Role> RolesOfSession(const Names& names, intent::AccountIndex account,
                                               std::string_view name);

}  // namespace writ::access
