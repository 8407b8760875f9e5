// Accounts to come: what a program says of an account that joins one of its OUs later. A sentence
// about an OU is about them too, so whoever asks what is possible there asks about them as well.
#pragma once

#include <compare>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/access/callers.h"
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
  /// By account, accounts of other nodes that the sentences and the question call the same.
  std::vector<std::vector<ToCome>> same;
  /// Nodes left out, of whose newcomers is so what is of some account of today.
  std::vector<intent::NodeIndex> as_today;
  /// "accounts that join prod later", whose classes cannot be told, and why.
  std::vector<std::pair<std::string, std::string>> undecided;
};

/// Who may join the OUs that questions about a program name. Not for several threads at once: what
/// the program's sentences ask is read with the first question and kept.
class Joiners {
 public:
  /// Of a program that outlives it.
  explicit Joiners(const verify::Facts& facts) : facts_(facts) {}

  /// Whether accounts are left out of which so is what is of an account of today that the question
  /// is about anyway, or nothing that is not.
  enum class AsToday { kLeftOut, kKept };
  /// Accounts that may join the OUs of the question, one of each class that the program's sentences
  /// and the question tell apart, with what their principals hold by `standing`, in the order of
  /// the nodes; none where nobody is whom the question is about. Linear in the program for each
  /// node of the organization.
  [[nodiscard]] AllToCome Of(const intent::Question& question, Standing standing, AsToday as_today);
  /// An account of this number at each node that it may join, and below it where sentences tell
  /// that apart; their principals hold what they do by Standing::kJoining.
  [[nodiscard]] AllToCome Anywhere(const std::string& account);

 private:
  /// What the sentences ask; an obstacle if a comparison cannot be written out.
  const decide::AskedTexts& AskedBySentences();

  const verify::Facts& facts_;
  std::optional<decide::AskedTexts> asked_;
};

/// Where an account that the program does not have lies, or will, by the aws:PrincipalOrgPaths of
/// its callers: below a node of the program, in OUs that this does not have. There are several
/// where an OU on the path may be one of the program's that has no id, and none if the path is not
/// below the organization, or one of its OUs lies elsewhere. Quadratic in the nodes.
[[nodiscard]] std::vector<ToCome> PlacesAt(const intent::Organization& organization,
                                           const std::string& account, const std::string& path);

/// The model, without its questions, once the account has joined: it is the last of the accounts,
/// and called "an account that joins prod later". What is said of a whole OU is said of it. No
/// guardrail is bound there.
[[nodiscard]] std::unique_ptr<intent::Model> WithAccount(const intent::Model& model,
                                                         const ToCome& one);

/// The question about nothing but the last account of `later`, a model WithAccount `one`.
[[nodiscard]] intent::Question AskedOf(intent::Question question, const intent::Model& later,
                                       const ToCome& one);

/// Nodes in which accounts to come have roles or users that the question, read as a permission, is
/// about, in the order of the nodes and none below another. Their documents are attached account by
/// account, so that what sentences grant them is granted once the program lists the account.
/// Quadratic in the nodes.
[[nodiscard]] std::vector<intent::NodeIndex> AwaitedAt(const intent::Organization& organization,
                                                       const intent::Question& question);

/// An account to come that is to be told, and the one of `AllToCome::accounts` that was asked.
struct Told {
  std::size_t asked;
  ToCome account;
};
/// Of accounts to come that all have one answer, those that are to be told, in the order of the
/// nodes: where it is so in all that may join a node, now that each of these is among `answered`
/// (indices into `all.accounts`, sorted), the account right below the node says it all. Quadratic
/// in the accounts.
[[nodiscard]] std::vector<Told> ToTell(const intent::Organization& organization,
                                       const AllToCome& all,
                                       const std::vector<std::size_t>& answered);

}  // namespace writ::access
