// Boxes of authorizations and policies of a tree as the documents of spaces, with a name for every
// statement, so that a decision can be told in words.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/decide/owners.h"
#include "iam/decide/sendable.h"
#include "iam/decide/space.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"
#include "proof/deployed/tree.h"
#include "proof/verify/reading.h"

namespace writ::verify {

/// Where a statement of a space comes from.
struct Source {
  std::string text;                        ///< "iam/payments/fraud.identity.json S2"; may be empty
  const intent::Origin* origin = nullptr;  ///< of a sentence
};

/// Documents of a space under construction, every statement with its source.
class Documents {
 public:
  struct Named {
    policy::PolicyDocument document;
    std::vector<Source> sources;  ///< by statement
  };
  using Level = std::vector<Named>;

  std::vector<Named> identity;
  std::vector<Level> scps;

  [[nodiscard]] policy::PolicySet Set() const;
  /// Sources of the statements that decided; those without text or origin are left out.
  [[nodiscard]] std::vector<Source> Deciding(const policy::Decision& decision) const;
};

/// One document with a statement for each alternative of each box. Nothing if a condition cannot be
/// written out.
[[nodiscard]] std::optional<Documents::Named> AsDocument(
    const std::vector<Authorization>& boxes, policy::Effect effect,
    const std::vector<const intent::Origin*>& origins);

/// Everything but what is forbidden, as levels of SCPs.
struct Complement {
  std::vector<Documents::Level> levels;
};
[[nodiscard]] std::optional<Complement> NotForbidden(
    const std::vector<Forbidden>& forbidden, const std::vector<const intent::Origin*>& origins);

[[nodiscard]] Documents::Named FullAccess();
/// Allow on all resources but these.
[[nodiscard]] Documents::Named AllBut(const std::vector<std::string>& resources);
/// Allow actions on the resources that must be right, and every other action.
[[nodiscard]] Documents::Named OnlyKnown(const std::vector<Forbidden::Loose>& loose);

/// Allow all but the actions that match one of the patterns and are not in the catalog. Patterns
/// that do not name their service match nothing.
[[nodiscard]] Documents::Named NoneBeyond(const std::vector<std::string>& patterns,
                                          const catalog::Catalog& catalog);

/// Patterns of aws:PrincipalArn of all who call from an account: its users, its roles and their
/// sessions, its root, and sessions of federated users, who are no principals of IAM themselves.
/// Source: IAM User Guide, "AWS global condition context keys", aws:PrincipalArn, read 2026-11-22.
[[nodiscard]] std::vector<std::string> ArnsOfCallers(std::string_view partition,
                                                     std::string_view account);
/// The pattern of aws:PrincipalArn of sessions for federated users.
[[nodiscard]] std::string FederatedUsers(std::string_view partition, std::string_view account);

/// What is true of every request of a caller of the account, and, if given, of one who is `who`.
[[nodiscard]] Documents::Named TrueOfCallers(const intent::Organization& organization,
                                             intent::AccountIndex account, const Condition& who);
/// The same of an account with this id, which the program need not have.
[[nodiscard]] Documents::Named TrueOfCallers(const intent::Organization& organization,
                                             const std::string& account, const Condition& who);

/// What is known of every caller of one account.
struct Home {
  std::string account;
  decide::Affiliation affiliation;  ///< as far as the program tells it
};
/// Where accounts right below the root or OU lie, as far as the program says.
[[nodiscard]] decide::Affiliation AffiliationIn(const intent::Organization& organization,
                                                std::optional<intent::NodeIndex> node);
[[nodiscard]] Home HomeOf(const intent::Organization& organization, intent::AccountIndex account);

/// The document as callers of one account meet it: comparisons of the caller's ARN with principals
/// of other accounts, of the caller's account and of its place in the organization are decided, and
/// policy variables for the caller's account are filled in. Asking for resources of the caller's
/// account is asking for those whose ARN names it, where all types of resource that the catalog has
/// for the statement's actions name one. Equal to the whole document on every request of such a
/// caller whose aws:ResourceAccount is the account in the resource's ARN.
[[nodiscard]] Documents::Named ForCallersOf(const deployed::Policy& policy, const Home& home,
                                            const decide::ArnAccounts& accounts);

/// What the program says, as callers of the account meet it: read as ForCallersOf reads documents,
/// so that the two can be held against each other. Equal to the whole on every request of such a
/// caller whose aws:ResourceAccount is the account in the resource's ARN.
[[nodiscard]] Documents::Named FromAccount(Documents::Named named, const Home& home,
                                           const decide::ArnAccounts& accounts);
[[nodiscard]] Complement FromAccount(Complement complement, const Home& home,
                                     const decide::ArnAccounts& accounts);

/// Adds what is true of the owners of resources to the left, and to its set of documents, see
/// decide::OwnersAgree.
void AddOwners(Documents& left, policy::PolicySet& left_set, const policy::PolicySet& right,
               const decide::ArnAccounts& accounts);

/// Adds where the program's accounts lie, of resources that they own, see decide::OwnersLie.
void AddPlacesOfOwners(Documents& left, policy::PolicySet& left_set, const policy::PolicySet& right,
                       const intent::Organization& organization);

/// Adds what is true of requests that principals of accounts of the partition make, see
/// decide::ResourcesLieIn and decide::PrincipalsAgree. To be called before AddOwners, whose
/// document speaks of resources of every partition.
void AddCallers(Documents& left, policy::PolicySet& left_set, const policy::PolicySet& right,
                std::string_view partition);

/// The document as resources of the partition meet it: every ARN of its resources names the
/// partition, and those of other partitions are left out. Equal to the whole on every request for a
/// resource of the partition, and for what is no ARN.
[[nodiscard]] policy::PolicyDocument InPartition(policy::PolicyDocument document,
                                                 std::string_view partition);
/// The documents with policy variables for the caller's account filled in and its place in the
/// organization decided: equal to them on every request of an IAM principal of the account.
void MeetCaller(Documents& documents, const Home& home);

/// Makes all statements of a document about everybody, as those of RCPs are.
void MakeRcp(policy::PolicyDocument& document);

/// The space without requests of which one of `truths`, documents that allow what is true, is not;
/// of policies that services and outsiders meet, too. Texts that are true or false are compared as
/// such (decide::WithTruths).
[[nodiscard]] decide::Space AmongTrue(
    const decide::Space& space, const catalog::Catalog& catalog,
    const std::vector<std::optional<policy::PolicyDocument>>& truths);

/// Where both keys are read, comparisons of aws:EpochTime with days and instants become comparisons
/// of aws:CurrentTime, which tells the same time in another form: equal to the documents on every
/// request that somebody sends. Whether there were any.
bool TellOneTime(Documents& left, Documents& right);
/// The request with aws:EpochTime as aws:CurrentTime tells it, if that is a time.
[[nodiscard]] policy::Request WithEpochTime(policy::Request request);

/// A name that the principal's pattern has, for requests that people read.
[[nodiscard]] std::string ExampleArn(const intent::Principal& principal, const std::string& account,
                                     const std::string& partition);

/// A request like the one found that `left` allows and `right` does not either, with one caller all
/// through, in a region that there is, as far as that can be had, and with the keys that follow
/// from the caller and its resource. `home`: of the caller.
[[nodiscard]] policy::Request Readable(const policy::Request& found, const std::string& caller,
                                       const Home& home, const Documents& left,
                                       const Documents& right, const Facts& facts);
/// What AWS tells of callers of the account with this number; nothing of accounts that the program
/// does not have.
[[nodiscard]] decide::Affiliation AffiliationOf(const intent::Organization& organization,
                                                std::string_view account);

}  // namespace writ::verify
