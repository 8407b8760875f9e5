// Who holds which documents: the policies of a program (or of a tree of artifacts), attached as
// they are meant to be, so that any caller's request can be decided by the reference evaluator and
// every deciding statement leads back to the sentences it is from.
//
// The assumptions are those of proofs (docs/meaning.md): principals that the program names hold the
// emitted documents and nothing else; anyone else may hold anything, so that for them only what is
// forbidden counts. SCPs stand beside FullAWSAccess at every node. A world is a value; nothing in
// it refers to what it was made from.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/decide/sendable.h"
#include "iam/policy/evaluate.h"
#include "output/lower/bundle.h"
#include "program/intent/model.h"

namespace writ::review {

/// Why a statement is there.
struct Source {
  std::vector<std::string> from;  ///< "path:line:column" of each sentence, sorted
  std::string reason;             ///< the sentences in one line
  std::string sid;                ///< empty where statements are not numbered yet
  /// The document is not as it was built: whether it still says what the sentences say is open.
  bool is_edited = false;
  std::vector<std::string> sentences = {};  ///< their words, as a manifest says them
};

/// A document with the source of each of its statements.
struct HeldDocument {
  std::string name;  ///< "iam/payments/fraud", "organization/prod"
  policy::Kind kind = policy::Kind::kIdentity;
  policy::PolicyDocument document;
  std::vector<Source> sources;  ///< parallel to the statements
};

/// An account.
struct Place {
  std::string name;
  std::string id;
  std::vector<std::size_t> scps;         ///< documents in force, the root's first
  bool management = false;               ///< SCPs do not apply to it
  decide::Affiliation affiliation = {};  ///< as far as it is known
  std::optional<std::size_t> unit = {};  ///< that it lies right below, if there is such
  /// Of an account to come, which stands for all of its class: the unit that it joins.
  std::optional<std::size_t> joins = {};
  std::string kind = {};  ///< what tells its class from all others that join; empty: nothing
  std::vector<std::size_t> rcps = {};  ///< of World::rcps, for its resources
};

/// The root or an OU.
struct Unit {
  std::string name;
  std::string id;  ///< empty: not known
  intent::NodeIndex node;
  bool is_root = false;
  std::optional<std::size_t> parent;
  std::vector<std::size_t> scps;  ///< documents in force for its accounts, the root's first
  std::string path;               ///< of accounts right below it; empty: not known
  /// The path with decide::kOpenUnit for OUs whose ids are not known; empty: not even that is.
  std::string outline = {};
  std::vector<std::size_t> rcps = {};  ///< of World::rcps, for resources of its accounts
};

/// What an ARN names within its account: "role/batch". Empty for what is no ARN.
[[nodiscard]] std::string_view NameIn(std::string_view arn);

/// The statement as callers of the account meet it: policy variables for the caller's account are
/// filled in, what only asks for resources of that account names it, and conditions on the caller's
/// place in the organization are decided. Nothing if it is for callers of other places.
[[nodiscard]] std::optional<policy::Statement> AsMetIn(const Place& place,
                                                       policy::Statement statement,
                                                       policy::Version version);

/// That principals of an account hold a document.
struct Holding {
  std::size_t document = 0;
  std::optional<std::size_t> place;  ///< absent: in every account
  intent::Principal principal;
};

/// Principals that the program speaks of together, in each of their accounts.
struct Group {
  std::string label;  ///< "team fraud", "role \"batch\""
  std::vector<intent::Principal> principals;
  std::vector<std::size_t> places;
  /// Whose accounts to come it is bound in, too, as far as the world says.
  std::vector<intent::NodeIndex> units = {};
};

/// That a service may be let take on a role.
struct RoleOfService {
  std::string account;  ///< id
  std::string role;     ///< without its path
  std::string service;
  auto operator<=>(const RoleOfService&) const = default;
};

struct World {
  std::string organization;  ///< its id, or empty
  std::vector<HeldDocument> documents;
  /// Resource control policies: they bind whoever asks for a resource, not the callers of a place.
  std::vector<HeldDocument> rcps;
  std::vector<Place> places;  ///< in order of declaration
  std::vector<Unit> units;    ///< a parent before its children
  std::string unit_head;      ///< what the ids of OUs begin with, "ou-ab12-"; empty: not known
  std::vector<Holding> holdings;
  std::vector<Group> groups;  ///< by label
  /// All that sentences speak of, whether or not a document of the world does.
  std::vector<RoleOfService> services;
  std::map<std::string, std::string> sentences;  ///< "path:line:column" → its words, where known
  std::string partition = "aws";                 ///< of every ARN

  [[nodiscard]] std::optional<std::size_t> FindPlace(std::string_view id_or_name) const;
};

/// Whether principals of the group may be in accounts of the place: it is one of the group's, or of
/// accounts that join a unit of it later, where they hold nothing before the program lists them.
[[nodiscard]] bool IsBoundIn(const World& world, const Group& group, std::size_t place);

/// The groups of a program, by label.
[[nodiscard]] std::vector<Group> GroupsOf(const intent::Model& model);

/// Adds the root and the OUs, without what is attached to them, and says of the places, which are
/// in the order of accounts, where they lie.
void AddUnits(const intent::Organization& organization, World& world);

/// The world of a program.
[[nodiscard]] World MakeWorld(const intent::Model& model, const lower::Bundle& bundle);

/// One concrete principal in one account.
struct Caller {
  std::string label;  ///< of the group, or "anyone else"
  std::size_t place = 0;
  std::string arn;      ///< or the name of a service
  std::string pattern;  ///< whose example `arn` is; empty: of no principal
  std::string user;  ///< path and name of the user whose rights a session for a federated user has
  std::vector<policy::ContextKey> keys;     ///< its tags
  std::vector<policy::ContextKey> without;  ///< tags that it does not have: whose has is another
  bool is_anyone = false;                   ///< holds all rights that identity policies can give
  bool is_service = false;
  bool is_outside = false;  ///< with `is_service`: a principal of whatever account, with all rights
};

/// An example of a principal: wildcards of its name become `example`.
[[nodiscard]] Caller CallerOf(const World& world, const Group& group,
                              const intent::Principal& principal, std::size_t place);
/// Examples of all principals of a group in one account, in order.
[[nodiscard]] std::vector<Caller> CallersOf(const World& world, const Group& group,
                                            std::size_t place);
/// The pattern of the ARNs of a principal in one account; of all in it, if it is known by tag.
/// Empty for services.
[[nodiscard]] std::string PatternOf(const World& world, const intent::Principal& principal,
                                    std::size_t place);
/// Somebody whom the program does not name, with all rights.
[[nodiscard]] Caller AnyoneElse(const World& world, std::size_t place);

/// Whether an ARN is one of `principal` in the account.
[[nodiscard]] bool IsOne(const intent::Principal& principal, const std::string& account_id,
                         const Caller& caller);

/// A statement that took part in a decision.
struct Reason {
  policy::Layer layer = policy::Layer::kIdentity;
  std::optional<std::size_t> document;  ///< absent: FullAWSAccess, or all rights of anyone else
  std::size_t statement = 0;
  policy::Effect effect = policy::Effect::kAllow;
};

struct Judgement {
  policy::Decision decision;
  std::vector<Reason> reasons;  ///< what decided
  [[nodiscard]] bool is_allowed() const { return decision.is_allowed(); }
};

/// Decides requests in a world. Compiles every document once; not for several threads at once.
class Judge {
 public:
  explicit Judge(const World& world);
  ~Judge();
  Judge(Judge&&) noexcept;
  Judge& operator=(Judge&&) noexcept;

  /// The documents that the caller holds, in order.
  [[nodiscard]] const std::vector<std::size_t>& IdentityOf(const Caller& caller);
  /// The request as this caller makes it: `request.principal` is set, and the keys that tell who
  /// calls are added where they are absent.
  [[nodiscard]] policy::Request As(const Caller& caller, policy::Request request) const;
  /// Whether the key tells the caller's place in the organization and the program says that place:
  /// all requests of the caller have the value that As gives.
  [[nodiscard]] bool KnowsAffiliation(const Caller& caller, std::string_view key) const;
  /// Decides a complete request (see As). A request that cannot be read is our bug.
  [[nodiscard]] Judgement Decide(const Caller& caller, const policy::Request& request);
  /// The caller's policies as documents, SCPs as one level.
  [[nodiscard]] policy::PolicySet PoliciesOf(const Caller& caller);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// {"Effect": "Allow", "Action": "*", "Resource": "*"}.
[[nodiscard]] const policy::PolicyDocument& FullAccess();

}  // namespace writ::review
