// What callers hold, what is forbidden to them and what a question means for them, put to the
// decision procedure and to the evaluator. access.cpp makes answers of it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "analysis/access/access.h"
#include "analysis/access/partial.h"
#include "proof/verify/inquiry.h"
#include "proof/verify/reading.h"
#include "proof/verify/spaces.h"

namespace writ::access {

/// Whom a question is about.
struct Subject {
  bool everyone = false;
  std::vector<intent::Holder> included;  ///< when not everyone
  std::vector<intent::Holder> excepted;
  std::vector<intent::AccountIndex> accounts;
};
[[nodiscard]] Subject SubjectOf(const intent::Question& question);

/// What some boxes and a caller have to do with each other.
struct Tried {
  bool given_up = false;
  std::string because;
  std::optional<policy::Request> request;
};

class Asker {
 public:
  explicit Asker(const Facts& facts);

  [[nodiscard]] const Names& names() const { return names_; }
  [[nodiscard]] const verify::Facts& facts() const { return inquiry_.facts(); }
  [[nodiscard]] const std::string& day() const { return day_; }

  /// Those of the subject in its accounts; of a permission's holders each where it is placed.
  [[nodiscard]] std::vector<Caller> CallersOf(const Subject& subject) const;

  /// The authorizations that a permission's reading means for the caller.
  [[nodiscard]] std::vector<verify::Authorization> Least(const intent::Permission& asked,
                                                         const Caller& caller) const;
  /// Those that a prohibition's reading means in the account, whoever calls.
  [[nodiscard]] std::vector<verify::Authorization> Widest(const intent::Prohibition& asked,
                                                          intent::AccountIndex account) const;

  /// A request among `boxes`, made by one of `caller` who is none of `excepted`, that is granted,
  /// or that may be for those who may hold anything. With `by`, granted by that permission alone.
  [[nodiscard]] Tried Granted(const Caller& caller, const std::vector<intent::Holder>& excepted,
                              const std::vector<verify::Authorization>& boxes,
                              const verify::Condition& when,
                              std::optional<std::size_t> by = std::nullopt);
  /// A request among `boxes` that is not granted.
  [[nodiscard]] Tried Refused(const Caller& caller, const std::vector<intent::Holder>& excepted,
                              const std::vector<verify::Authorization>& boxes,
                              const verify::Condition& when);
  /// A request among `boxes`, granted or not.
  [[nodiscard]] Tried Meant(const Caller& caller, const std::vector<intent::Holder>& excepted,
                            const std::vector<verify::Authorization>& boxes,
                            const verify::Condition& when);

  /// Permissions that grant some of `boxes` to some of `caller`, by index.
  [[nodiscard]] std::vector<std::size_t> Granting(const Caller& caller,
                                                  const std::vector<intent::Holder>& excepted,
                                                  const std::vector<verify::Authorization>& boxes,
                                                  const verify::Condition& when);

  [[nodiscard]] Judgement Judge(intent::AccountIndex account, const PartialRequest& partial);
  /// By the permission's index, of what lacks least.
  [[nodiscard]] std::vector<std::pair<std::size_t, std::vector<std::string>>> Misses(
      intent::AccountIndex account, const policy::Request& request);

 private:
  using Boxes = std::vector<verify::Authorization>;
  /// Boxes that leave out the same resources, with these.
  using Groups = std::map<std::vector<std::string>, Boxes>;

  [[nodiscard]] bool IsService(const Caller& caller) const;
  [[nodiscard]] verify::Sender SenderOf(const Caller& caller) const;
  [[nodiscard]] verify::Documents::Level TrueOf(const Caller& caller,
                                                const std::vector<intent::Holder>& excepted,
                                                const verify::Condition& when) const;
  /// Adds what is true of every request of the caller: who it is, in which regions what it asks
  /// for lies, and that it lies in the caller's partition.
  void AddTrue(const Caller& caller, const std::vector<intent::Holder>& excepted,
               const verify::Condition& when, verify::Documents& documents) const;
  /// Adds to `left` what is true of the name of a user, if either side reads it.
  void AddName(const Caller& caller, const verify::Documents& right, verify::Documents& left) const;
  /// A request of the caller that `left` allows and `right` does not.
  [[nodiscard]] verify::Found Ask(const Caller& caller, verify::Documents left,
                                  verify::Documents right);
  [[nodiscard]] decide::Scope ScopeOf(const Caller& caller) const;
  [[nodiscard]] std::optional<verify::Documents::Named> HeldBy(const Caller& caller,
                                                               std::optional<std::size_t> by);
  /// Kept for the last caller, of whom one question asks for each of his permissions.
  [[nodiscard]] const std::optional<verify::Complement>& PermittedTo(const Caller& caller);
  /// Permissions that say something of the account, ascending.
  [[nodiscard]] const std::vector<std::size_t>& SaidIn(intent::AccountIndex account);
  [[nodiscard]] const Boxes& GrantedIn(std::size_t permission, intent::AccountIndex account);
  [[nodiscard]] const Boxes& ForbiddenIn(std::size_t prohibition, intent::AccountIndex account);
  [[nodiscard]] verify::Documents::Level OwnResources(intent::AccountIndex account,
                                                      const Boxes* also) const;
  [[nodiscard]] std::vector<std::string> OwnPatterns(intent::AccountIndex account) const;
  /// Permissions of which the request's caller is a holder, by index.
  [[nodiscard]] std::vector<std::size_t> HeldPermissions(intent::AccountIndex account,
                                                         const policy::Request& request,
                                                         const policy::PreparedRequest& prepared);
  /// Whether the resource is one that the account's principals reach by their own policies.
  [[nodiscard]] bool IsOwn(intent::AccountIndex account,
                           const policy::PreparedRequest& prepared) const;
  /// What boxes are about: what a permission grants, what a prohibition forbids, who holds a
  /// permission, whom it means, who holds any.
  enum class About : std::uint8_t { kGrant, kRefusal, kHolders, kMeant, kAnyHolder };
  [[nodiscard]] const std::vector<CompiledBox>& Compiled(About of, std::size_t index,
                                                         intent::AccountIndex account);
  /// Whether the request's caller is a holder of the permission (kHolders), or one that it means
  /// (kMeant).
  [[nodiscard]] Leaning Holds(About who, std::size_t permission, intent::AccountIndex account,
                              const policy::PreparedRequest& prepared,
                              const PartialRequest& request);
  /// Holders of the permission in the account, with those of their principals that hold what it
  /// grants there.
  [[nodiscard]] std::vector<intent::Holder> HoldersIn(std::size_t permission,
                                                      intent::AccountIndex account) const;
  /// The same with all of their principals.
  [[nodiscard]] std::vector<intent::Holder> MeantIn(std::size_t permission,
                                                    intent::AccountIndex account) const;
  [[nodiscard]] bool IsJoining(intent::AccountIndex account) const;

  verify::Inquiry inquiry_;
  Names names_;
  std::string day_;
  Standing standing_;
  verify::Documents::Level of_partition_;  ///< resources of the organization's partition
  verify::Documents::Level placed_;        ///< resources that lie where there are such
  std::map<intent::AccountIndex, std::vector<std::size_t>> said_in_;
  std::optional<std::pair<intent::AccountIndex, std::optional<intent::Principal>>> permitted_for_;
  std::optional<verify::Complement> permitted_;  ///< of `permitted_for_`
  std::map<std::pair<std::size_t, intent::AccountIndex>, Boxes> granted_;
  std::map<std::pair<std::size_t, intent::AccountIndex>, Boxes> forbidden_;
  std::map<std::tuple<About, std::size_t, intent::AccountIndex>, std::vector<CompiledBox>>
      compiled_;
  std::vector<const intent::Origin*> nobody_{nullptr};
};

}  // namespace writ::access
