// What the requests of a sentence can say of who sends them and when: the values that AWS gives to
// condition keys, as far as they follow from that. A condition that none of them meets never holds.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "program/intent/model.h"
#include "proof/verify/authorization.h"
#include "proof/verify/formula.h"
#include "proof/verify/spaces.h"

namespace writ::lint {

/// The keys that a sentence compares, in lower case. Those that are also part of a value, as policy
/// variables, are left out: nothing is known of these.
class KeysRead {
 public:
  void Add(const verify::Condition& condition);
  [[nodiscard]] bool Has(std::string_view key) const;

 private:
  std::set<std::string, std::less<>> compared_;
  std::string variables_;  ///< all values that hold one, in lower case
};

/// What is true of requests of IAM principals of an account, beside decide::PrincipalsAgree;
/// `principal`: of which one, if one is meant. A user has its name, and aws:userid is of a role or
/// user or begins with the account's number.
///
/// Source: IAM User Guide, "IAM policy elements: Variables and tags", values of aws:userid by kind
/// of principal, and "IAM identifiers", unique ID prefixes, read 2026-11-30.
[[nodiscard]] verify::Condition SentByPrincipals(const KeysRead& read, const std::string& account,
                                                 const std::optional<intent::Principal>& principal);

/// What is true of requests that the AWS service makes itself. The name that it calls by may be
/// that of another region: its first word is the same. Source: IAM User Guide, "AWS global
/// condition context keys", properties of the principal, read 2026-11-30.
[[nodiscard]] verify::Condition SentByService(const KeysRead& read, const std::string& service);

/// What is true of requests of principals that are not of the organization, and of services that
/// act for others than it: what they say of themselves is not of its accounts.
[[nodiscard]] verify::Condition SentByOutsiders(const KeysRead& read,
                                                const intent::Organization& organization);

/// What is true of requests for resources of these accounts and, `is_later`, of accounts that are
/// none of today's: aws:ResourceAccount is theirs.
[[nodiscard]] verify::Condition OwnedBy(const KeysRead& read,
                                        const intent::Organization& organization,
                                        const std::vector<intent::AccountIndex>& accounts,
                                        bool is_later);

/// Requests are made on the day or later. `day`: YYYY-MM-DD.
[[nodiscard]] verify::Condition SentSince(const KeysRead& read, const std::string& day);

/// A document that allows the requests of which this is true, and no others.
[[nodiscard]] verify::Documents::Level Allowing(const verify::Condition& condition);

}  // namespace writ::lint
