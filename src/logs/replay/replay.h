// What programs say of calls that were made: each class of calls is decided once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/access/access.h"
#include "logs/replay/rebuild.h"
#include "logs/trail/event.h"

namespace writ::replay {

/// What one program says of one class of calls.
struct Verdict {
  enum class Kind : std::uint8_t {
    kAllowed,
    kDenied,
    kUndetermined,  ///< what the log does not tell decides
    kUndecidable,   ///< it cannot be asked
  };
  Kind kind = Kind::kUndecidable;
  std::vector<std::string> on;  ///< kUndetermined: keys in lower case, "the resource", …
  std::string because;          ///< kUndecidable
  /// kDenied: the authorization that is refused, as the caller sends it, and why. kAllowed: why.
  std::optional<policy::Request> leg;
  std::string resources;  ///< pattern of the leg's resources, if the log does not tell which
  access::Judgement judgement;
};
[[nodiscard]] std::string_view Name(Verdict::Kind kind);

/// A program that calls are replayed under. Everything that `facts` refers to outlives it.
class Side {
 public:
  Side(const access::Facts& facts);

  [[nodiscard]] const Facts& facts() const { return facts_; }
  /// What decides the program's own questions too; not from several threads.
  [[nodiscard]] access::Access& access() { return access_; }
  /// Cost: each authorization of the call is held against each sentence of its account.
  [[nodiscard]] Verdict Decide(const trail::Call& call);
  /// Permissions that may grant some authorization of the call, each once.
  [[nodiscard]] std::vector<const intent::Origin*> MayGrant(const trail::Call& call);
  /// "team fraud", "anyone else": as whom the program knows the caller.
  [[nodiscard]] std::string LabelOf(const trail::Call& call) const;
  [[nodiscard]] std::optional<intent::AccountIndex> AccountOf(const trail::Call& call) const;

 private:
  struct Caller {
    std::string arn;
    std::optional<intent::Principal> user;  ///< whose rights a session for a federated user has
  };
  /// Whom the call may be by: several where the log does not tell the path of a role, or the user
  /// behind a session.
  [[nodiscard]] std::vector<Caller> CallersOf(const trail::Call& call,
                                              intent::AccountIndex account) const;
  [[nodiscard]] std::vector<Caller> SessionsOf(const trail::Call& call,
                                               intent::AccountIndex account) const;
  /// A call by somebody of no account of the program, for a resource of `owner`.
  [[nodiscard]] Verdict DecideOutsider(const trail::Call& call, intent::AccountIndex owner) const;
  [[nodiscard]] Verdict DecideAs(const Caller& caller, intent::AccountIndex account,
                                 const Rebuilt& rebuilt);
  [[nodiscard]] access::PartialRequest As(const Caller& caller, intent::AccountIndex account,
                                          const access::PartialRequest& leg) const;

  const intent::Model& model_;
  Facts facts_;
  access::Access access_;
  std::set<std::string> ai_services_;
  std::map<std::string, intent::AccountIndex> accounts_;  ///< by number
};

/// What a class of calls comes to.
struct Finding {
  enum class Kind : std::uint8_t {
    kNewlyDenied,
    kNewlyAllowed,
    kUndetermined,
    kUndecidable,
    kOtherwise,  ///< AWS allowed it, and the program that is in force says no
    kSame,
    kFailed,  ///< for another reason than a policy: nothing is said of it
  };
  Kind kind = Kind::kSame;
  trail::Class calls;
  std::string who;      ///< "team fraud"
  std::string account;  ///< its name, or number
  Verdict now;
  /// kNewlyDenied: the sentences of the program before that granted it.
  std::vector<const intent::Origin*> granted_before;
};
[[nodiscard]] std::string_view Name(Finding::Kind kind);

struct Report {
  std::vector<Finding> findings;                 ///< one for each class, by kind
  std::map<Finding::Kind, std::uint64_t> calls;  ///< how many, by kind

  /// Some call has a verdict, or would have one if the log told more.
  [[nodiscard]] bool SaysSomething() const;
};

/// Replays `classes` under `now`. With `before`, what it allowed is compared; without, what AWS
/// did.
[[nodiscard]] Report Replay(std::vector<trail::Class> classes, Side& now, Side* before);

}  // namespace writ::replay
