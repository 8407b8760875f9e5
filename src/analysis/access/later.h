// Accounts to come: what a program says of an account that joins one of its OUs later. A sentence
// about an OU is about them too, so whoever asks whether something is impossible there asks about
// them as well.
#pragma once

#include <compare>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "iam/decide/newcomers.h"
#include "proof/verify/reading.h"

namespace writ::access {

/// One account for all of its class, right below the node or in a new OU there.
struct ToCome {
  intent::NodeIndex node;
  decide::Newcomer newcomer;
  auto operator<=>(const ToCome&) const = default;
};

/// Who may join what a question is about.
struct AllToCome {
  std::vector<ToCome> accounts;
  /// "accounts that join prod later", whose classes cannot be told, and why.
  std::vector<std::pair<std::string, std::string>> undecided;
};

/// Accounts that may join the OUs of a prohibition's reading, one of each class that the program's
/// sentences and the question tell apart, in the order of the nodes. Left out are those of whom the
/// sentences say what they say of an account that the question is about anyway. Linear in the
/// program for each node of the organization.
[[nodiscard]] AllToCome AccountsToCome(const verify::Facts& facts,
                                       const intent::Prohibition& asked);

/// The model, without its questions, once the account has joined: it is the last of the accounts,
/// and called "an account that joins prod later". What is said of a whole OU is said of it. No
/// guardrail is bound there.
[[nodiscard]] std::unique_ptr<intent::Model> WithAccount(const intent::Model& model,
                                                         const ToCome& one);

/// The question about nothing but the last account of `later`, a model WithAccount `one`.
[[nodiscard]] intent::Prohibition AskedOf(const intent::Prohibition& asked,
                                          const intent::Model& later, const ToCome& one);

}  // namespace writ::access
