// Requests just inside and just outside of the sentences of a program, made whole: keys agree with
// the principal, the resource and each other as those of a request that AWS makes.
#pragma once

#include <string>
#include <vector>

#include "proof/reference/callers.h"
#include "proof/reference/random.h"
#include "proof/reference/reference.h"

namespace writ::reference {

/// The authorizations of one call.
struct Asking {
  const Caller* caller = nullptr;
  const intent::Origin* sentence = nullptr;  ///< that they are made for
  std::vector<policy::Request> legs;
  bool is_whole = false;  ///< all that AWS checks in the call
  std::string about;      ///< which call, for people
};

class RequestMaker {
 public:
  /// `joining`: ids of accounts that may join, of which documents speak.
  RequestMaker(const Program& program, const std::string& partition, Random& random,
               const std::vector<std::string>& joining = {});

  [[nodiscard]] Asking Make();
  [[nodiscard]] const std::vector<Caller>& callers() const { return callers_; }

 private:
  struct Call {
    std::string region;
    std::string model;
    intent::Route route;
    std::string profile;  ///< an application profile's ARN; empty: none
  };
  struct KeyPool {
    std::string name;
    bool is_multi_valued = false;
    std::vector<std::string> values;
  };

  enum class About {
    kInvoking,
    kModels,
    kSubscribing,
    kKinds,
    kKeys,
    kThings,
    kEndpoints,
    kActions
  };
  /// A sentence that requests are made for.
  struct Focus {
    About about;
    std::vector<const Caller*> callers;  ///< once has_callers
    const intent::Permission* permission;
    const intent::Prohibition* prohibition;
    bool has_callers = false;
  };

  static About AboutOf(const intent::Operation& operation);
  void CollectFocuses();
  void FindCallers(Focus& focus) const;
  const Caller* Neighbor(const Caller& one);
  Asking MakeOnce(const Focus& focus);
  void CollectPools();
  void CollectKeys(const intent::Condition& condition);
  void AddKey(const std::string& name, bool is_multi_valued, const std::string& value);
  void CollectOperation(const intent::Operation& operation);

  policy::Request Base(const Caller& caller, const std::string& action, const std::string& resource,
                       const std::string& region);
  std::string Arn(std::string_view service, const std::string& region, const std::string& account,
                  const std::string& rest) const;
  Call AnyCall();
  Call CallOfSentence();
  void Vary(Call& call);

  void Invoke(const Caller& caller, const Call& call, Asking& asking);
  void OnModel(const Caller& caller, const Call& call, Asking& asking);
  void OnMantle(const Caller& caller, const Call& call, Asking& asking);
  void OnOpaque(const Caller& caller, const Call& call, Asking& asking);
  void Blind(const Caller& caller, const Call& call, Asking& asking);
  void OfKind(const Caller& caller, const Call& call, Asking& asking);
  void OnThing(const Caller& caller, const Call& call, Asking& asking);
  void OnEndpoint(const Caller& caller, const Call& call, Asking& asking);
  void OfActions(const Caller& caller, const Call& call, Asking& asking);
  void Elsewhere(const Caller& caller, const Call& call, Asking& asking);

  const Program& program_;
  std::string partition_;
  Random& random_;
  std::vector<Caller> callers_;
  std::vector<std::string> models_;
  std::vector<std::string> regions_;
  std::vector<Call> calls_;
  std::vector<intent::Route> routes_;    // that prohibitions name
  std::vector<std::string> guardrails_;  // values of the key
  std::vector<std::string> times_;
  std::vector<std::string> profiles_;
  std::vector<std::string> kinds_;
  std::vector<std::string> actions_;
  std::vector<std::string> resources_;
  std::vector<std::string> products_;
  std::vector<KeyPool> keys_;
  std::vector<Focus> focuses_;
  // What is common to the authorizations of the call being made.
  std::vector<policy::ContextKey> drawn_;
  std::string guardrail_;
  bool is_streaming_ = false;
};

}  // namespace writ::reference
