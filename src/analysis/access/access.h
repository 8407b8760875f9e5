// Who may do what under a program: the one meaning behind asserts, tests, `can`, `who` and
// `explain --request`, so that two of them never contradict each other.
//
// It is the meaning of sentences that proofs hold artifacts to (verify), put to the decision
// procedure for all requests of a kind of caller (callers.h), or to the evaluator for one request.
// `can` and `allow` are read as a permission is, `cannot` and `deny` as a prohibition is. A
// permission's reading without days of its own is asked for one day, a prohibition's for all time.
// Both are about accounts that join what they name whole (later.h). Permission sets hold there what
// documents say of accounts to come. Documents of roles and users are attached account by account:
// `cannot`, `deny`, `who` and `explain --request` take them to hold nothing before the program
// lists the account; `can` and `allow` ask what sentences will grant them then. What a sentence
// grants in listed accounts is granted in no others, which fails a question that names the OU.
//
// A question about callers from outside of the organization is one about the sentences on them
// (outsiders.h): they hold anything, and every resource policy lets them in.
//
// A resource of another account also needs that account's own policy. Where no sentence writes it,
// principals that hold what the program grants are refused; those that may hold anything are not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/access/callers.h"
#include "analysis/access/partial.h"
#include "facts/library/library.h"
#include "iam/policy/evaluate.h"
#include "program/intent/model.h"
#include "proof/verify/prove.h"

namespace writ::access {

/// Why one request is granted or refused, in sentences.
struct Judgement {
  bool is_granted = false;
  bool may_hold_anything = false;  ///< the caller; then it is granted what nothing forbids
  bool is_bound = true;            ///< prohibitions bind the caller
  std::vector<const intent::Origin*> granting;    ///< permissions that cover it
  std::vector<const intent::Origin*> forbidding;  ///< prohibitions that cover it
  /// Permissions that may cover it, whatever is not known of the request: those of `granting` and
  /// more.
  std::vector<const intent::Origin*> perhaps_granting;
  /// Of a request that is not wholly known, when that leaves its verdict open: what it depends on,
  /// keys in lower case. It is not granted then, and not refused either.
  std::vector<std::string> open;
  /// The account that owns the resource, if it is another and its policy is not the program's.
  std::string owner;
  /// Of a caller in an account that joins: permissions that cover it, of which nothing reaches the
  /// caller before the program lists the account.
  std::vector<const intent::Origin*> awaiting;
};

/// A request of somebody, with its judgement.
struct Shown {
  Caller caller;
  policy::Request request;
  Judgement judgement;
};

/// What is so of an assertion or a line of a test.
struct Answer {
  enum class Kind : std::uint8_t {
    kHolds,
    kFails,
    kGivenUp,
    kAsksNothing  ///< its sentence means no request of anybody
  };
  Kind kind = Kind::kHolds;
  std::string who;             ///< of whom it fails, or was given up: "team fraud in payments"
  std::string because;         ///< kGivenUp
  std::optional<Shown> shown;  ///< kFails: a request against it
};

/// Of one caller, how much of one part of a question is granted.
struct Part {
  enum class Kind : std::uint8_t {
    kAll,
    kSome,
    kNone,
    kOpen,  ///< nothing forbids all of it, and the caller may hold anything
    kGivenUp
  };
  Kind kind = Kind::kNone;
  Caller caller;
  std::string what;  ///< "nova-lite in us-east-1"; empty: the question as a whole
  std::optional<Shown> granted;
  std::optional<Shown> refused;
  std::vector<const intent::Origin*> by;  ///< permissions that grant some of it
  std::string because;                    ///< kGivenUp
};

/// What `can` answers.
struct Reply {
  enum class Kind : std::uint8_t { kYes, kPartly, kNo, kGivenUp, kAsksNothing };
  Kind kind = Kind::kNo;
  std::vector<Part> parts;
  /// Requests that are not exactly what is asked but a way to do it, one for each caller: of the
  /// prohibition's reading, where the permission's grants nothing.
  std::vector<Shown> otherwise;
  /// kYes: the root and OUs in which roles or users of accounts that join later are granted it only
  /// once the program lists the account.
  std::vector<intent::NodeIndex> awaited = {};
};

/// Can's answer as a whole, without its parts and requests.
struct Brief {
  Reply::Kind kind = Reply::Kind::kNo;
  std::vector<const intent::Origin*> by;          ///< permissions that grant some of it
  std::vector<const intent::Origin*> forbidding;  ///< kNo: prohibitions of what is refused
  std::string because;                            ///< kGivenUp
};

/// Somebody who can do a thing, wholly or in part.
struct Able {
  Shown shown;
  std::vector<const intent::Origin*> by;  ///< permissions; none for those who may hold anything
  bool is_usual = true;  ///< by an action of the verb itself, not by one that leads to it
  bool is_today = true;  ///< on the day of the question
  std::string through;  ///< "agent \"arn:…\"", "role \"batch\"": reached indirectly; may be empty
};

struct Listing {
  std::vector<Able> able;  ///< by account and caller; last who reaches it indirectly
  std::vector<Part> given_up;
};

/// A permission that does not cover a request.
struct Miss {
  const intent::Origin* permission = nullptr;
  std::vector<std::string> lacking;  ///< "bedrock:GuardrailIdentifier = …"
};

/// What an Access reads; all of it outlives it.
struct Facts {
  verify::Program program;
  const library::Library& library;
  std::string day;                        ///< YYYY-MM-DD
  Standing standing = Standing::kListed;  ///< of the last account of the program
};

/// Not for several threads at once: what sentences mean is read once and kept.
class Access {
 public:
  explicit Access(const Facts& facts);
  ~Access();
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;

  [[nodiscard]] const Names& names() const;

  /// Decides an assertion or a line of a test for all requests that it means. Where accounts to
  /// come cannot be told apart, it is given up, and never holds, unless nothing is forbidden.
  [[nodiscard]] Answer Decide(const intent::Question& question);
  /// How much of `least`, which is read as a permission, is granted. `widest` is the same sentence
  /// read as a prohibition, if it can be.
  [[nodiscard]] Reply Can(const intent::Question& least, const intent::Question* widest);
  /// The same answer for those who ask about many things: no part is looked at by itself, and no
  /// request is shown.
  [[nodiscard]] Brief CanBriefly(const intent::Question& least, const intent::Question* widest);
  /// Granted requests of what `widest` means on the day, the most telling one of each caller.
  [[nodiscard]] std::vector<Shown> Ways(const intent::Question& widest);
  /// All who can do what `widest`, which is read as a prohibition, means.
  [[nodiscard]] Listing Who(const intent::Question& widest);

  /// Permissions of the caller for the request's action and resource that do not cover it, those
  /// that miss by least first, at most `most`. None of an account to come.
  [[nodiscard]] std::vector<Miss> Misses(intent::AccountIndex account,
                                         const policy::Request& request, std::size_t most);

  /// Decides one complete request of a principal of the account, or of a service. `user` is whose
  /// rights a session for a federated user has: its ARN does not say. Without it, they are those of
  /// a user that the program does not know.
  [[nodiscard]] Judgement Decide(intent::AccountIndex account, const policy::Request& request,
                                 const std::optional<intent::Principal>& user = {});
  /// The same as far as the request is known.
  [[nodiscard]] Judgement Decide(intent::AccountIndex account, const PartialRequest& request);
  /// Decides one complete request of a caller from elsewhere for a resource of the account.
  [[nodiscard]] Judgement DecideOutsider(intent::AccountIndex owner,
                                         const policy::Request& request) const;
  [[nodiscard]] Judgement DecideOutsider(intent::AccountIndex owner,
                                         const PartialRequest& request) const;
  /// The request as made by `arn`: keys that tell who calls are added where they are absent.
  [[nodiscard]] policy::Request As(intent::AccountIndex account, const std::string& arn,
                                   policy::Request request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// "team fraud in payments".
[[nodiscard]] std::string WhoText(const intent::Model& model, const Caller& caller);
/// "payments", "an account that joins prod later".
[[nodiscard]] std::string AccountText(const intent::Model& model, const Caller& caller);

/// "`sentence` (place), …", as verdicts name sentences.
[[nodiscard]] std::string Quoted(const std::vector<const intent::Origin*>& origins);

/// Of a request by a session for a federated user: whose session it is; else nothing.
[[nodiscard]] std::optional<std::string> SessionText(const Shown& shown);
/// "granted by `…` (acme.writ:5:1)", "refused by …", "no sentence allows it".
[[nodiscard]] std::string VerdictText(const Judgement& judgement);

/// What a permission for a resource of another account needs from that account.
struct Foreign {
  const intent::Origin* permission = nullptr;
  std::string resource;
  std::string owner;  ///< its number
};
/// In the program's order.
[[nodiscard]] std::vector<Foreign> FindForeign(const verify::Program& program);

}  // namespace writ::access
