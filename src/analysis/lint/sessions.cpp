// Prohibitions on users that sessions for federated users escape.
//
// Such a session (sts:GetFederationToken) has its user's rights and an ARN of its own, and no key
// tells whose it is: a prohibition that names the user cannot name it.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "analysis/lint/rules.h"
#include "proof/verify/inquiry.h"

namespace writ::lint {
namespace {

using Boxes = std::vector<verify::Authorization>;

class Finder {
 public:
  explicit Finder(const verify::Program& program) : inquiry_(program), facts_(inquiry_.facts()) {}

  std::optional<Unreached> Find(const intent::Prohibition& prohibition) {
    if (prohibition.bound.everyone) return std::nullopt;
    for (const intent::Holder& holder : prohibition.bound.included) {
      for (const intent::Principal& principal : holder.principals) {
        if (principal.kind != intent::Principal::Kind::kUser) continue;
        for (const intent::AccountIndex account : prohibition.accounts) {
          const bool is_bound = std::ranges::binary_search(holder.accounts, account) &&
                                !facts_.AccountAt(account).management;
          if (!is_bound) continue;
          auto found = FindFor(prohibition, {facts_, principal, account});
          if (found) return found;
        }
      }
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] Boxes HeldBy(const verify::Caller& caller) const {
    Boxes held;
    const std::vector<intent::Permission>& permissions = facts_.model.permissions;
    for (std::size_t i = 0; i < permissions.size(); ++i) {
      const bool holds =
          std::ranges::binary_search(permissions[i].accounts, caller.account()) &&
          std::ranges::any_of(permissions[i].holders, [&](const intent::Holder& holder) {
            return std::ranges::binary_search(holder.accounts, caller.account()) &&
                   std::ranges::find(holder.principals, caller.principal()) !=
                       holder.principals.end();
          });
      if (!holds) continue;
      for (verify::Authorization& box :
           verify::Granted(facts_, permissions[i], facts_.AccountAt(caller.account()))) {
        box.sentence = i;
        held.push_back(std::move(box));
      }
    }
    return held;
  }

  /// A request of a session that the user's prohibition is about, granted and forbidden by nothing.
  std::optional<Unreached> FindFor(const intent::Prohibition& prohibition,
                                   const verify::Caller& caller) {
    const std::string& id = facts_.AccountAt(caller.account()).id;
    const auto held =
        verify::AsDocument(HeldBy(caller), policy::Effect::kAllow, inquiry_.permission_origins());
    const std::optional<verify::Complement> permitted = inquiry_.PermittedTo(caller);
    if (!held || held->sources.empty() || !permitted) return std::nullopt;
    intent::Prohibition of_all = prohibition;
    of_all.bound = {};
    of_all.bound.everyone = true;
    std::map<std::vector<std::string>, Boxes> by_spared;
    for (verify::Authorization& box : verify::Refused(facts_, of_all, caller.account()).boxes) {
      box.sentence = 0;
      by_spared[box.spared].push_back(std::move(box));
    }
    const std::vector<const intent::Origin*> nobody{nullptr};
    for (const auto& [spared, boxes] : by_spared) {
      const auto said = verify::AsDocument(boxes, policy::Effect::kAllow, nobody);
      if (!said) continue;
      verify::Documents left;
      left.identity = {*held};
      left.scps = permitted->levels;
      left.scps.push_back({*said});
      left.scps.push_back(inquiry_.TrueOf(
          caller,
          verify::ArnAmong("aws:PrincipalArn", {verify::FederatedUsers(facts_.partition(), id)})));
      left.scps.push_back(inquiry_.TrueOfRegions());
      if (!spared.empty()) left.scps.push_back({verify::AllBut(spared)});
      verify::Found found = inquiry_.Ask(left, verify::Documents{}, inquiry_.ScopeOf(caller));
      if (!found.request) continue;
      Unreached unreached{&prohibition.origin, nullptr, caller.principal().value, *found.request};
      const auto granting = std::ranges::find_if(
          found.sentences, [](const intent::Origin* origin) { return origin != nullptr; });
      if (granting != found.sentences.end()) unreached.permission = *granting;
      return unreached;
    }
    return std::nullopt;
  }

  verify::Inquiry inquiry_;
  const verify::Facts& facts_;
};

}  // namespace

std::vector<Unreached> FindUnreached(const verify::Program& program) {
  std::vector<Unreached> all;
  Finder finder(program);
  for (const intent::Prohibition& prohibition : program.model.prohibitions) {
    if (auto found = finder.Find(prohibition)) all.push_back(*std::move(found));
  }
  return all;
}

}  // namespace writ::lint
