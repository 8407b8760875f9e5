#include "logs/replay/use.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace writ::replay {
namespace {

/// The verb whose calls every trail logs: InvokeModel, Converse and their streams are management
/// events. CountTokens and batches are not told apart from a trail without them, and all other
/// verbs of runtime use are data events (Bedrock User Guide, "Monitor Amazon Bedrock API calls
/// using CloudTrail", read 2026-11-29).
constexpr std::string_view kLogged = "invoke";

/// Why a log need not hold the model's calls; empty: they are all management events. Those of video
/// are asynchronous and those of speech bidirectional, which are data events (the same page).
std::string_view WhyNotLogged(const catalog::Model& model) {
  const std::array<std::optional<bool>, 5> forms = {model.Gives("video"), model.Gives("audio"),
                                                    model.Gives("speech"), model.Takes("audio"),
                                                    model.Takes("speech")};
  const bool is_data =
      std::ranges::any_of(forms, [](std::optional<bool> is_so) { return is_so && *is_so; });
  if (is_data) return "calls with video or speech are data events, which are not in every trail";
  const bool is_known =
      std::ranges::all_of(forms, [](std::optional<bool> is_so) { return is_so.has_value(); });
  return is_known ? "" : "the catalog does not know whether they take or give video or speech";
}

class Uses {
 public:
  explicit Uses(Side& side) : side_(side), model_(side.facts().model) {
    for (const intent::Permission& permission : model_.permissions) Add(permission);
  }

  void Count(const trail::Class& calls) {
    const trail::Call& call = calls.call;
    seen_accounts_.insert(call.who.account);
    if (call.outcome == trail::Outcome::kDenied) return;
    const std::string id = ModelOf(call, side_.facts().catalog);
    const catalog::FoundId found = side_.facts().catalog.FindId(id);
    const std::string model = found ? found.model->name : "";
    for (const intent::Origin* origin : side_.MayGrant(call)) {
      Use& use = uses_.at(origin->place);
      use.calls += calls.count;
      use.last = std::max(use.last, calls.last);
      use.callers.insert(call.who.arn);
      use.events.insert(call.name);
      const std::optional<intent::Route> route = RouteOf(call, side_.facts().catalog);
      if (model.empty() || !route) {
        Keep(use, call.model.empty()
                      ? fmt::format("the log does not say which model {} called", call.name)
                      : fmt::format("the log does not say which model `{}` is", call.model));
      } else if (const auto granted = use.granted.find(model);
                 granted != use.granted.end() && granted->second.contains(call.region) &&
                 use.granted_routes.at(model).contains(*route)) {
        use.used[model].insert(call.region);
        use.used_routes.insert(*route);
      } else {
        // What is proposed names nothing that the sentence does not mean.
        Keep(use, fmt::format("it may grant calls of {} {} from {}", model, intent::Name(*route),
                              call.region));
      }
    }
  }

  [[nodiscard]] std::vector<Use> Take() {
    for (const intent::Permission& permission : model_.permissions) {
      for (const intent::AccountIndex index : permission.accounts) {
        const intent::Account& account = model_.organization.accounts[index.value];
        if (seen_accounts_.contains(account.id)) continue;
        Keep(uses_.at(permission.origin.place),
             fmt::format("the logs have no call from account {}", account.name));
      }
    }
    std::vector<Use> all;
    for (auto& [place, use] : uses_) all.push_back(std::move(use));
    return all;
  }

 private:
  static void Keep(Use& use, std::string why) {
    if (use.cannot_tell.empty()) use.cannot_tell = std::move(why);
  }

  void Add(const intent::Permission& permission) {
    Use& use = uses_[permission.origin.place];
    use.origin = &permission.origin;
    const intent::Operation& operation = permission.operation;
    if (operation.kind != intent::Operation::Kind::kVerb ||
        operation.sort == intent::Sort::kKinds) {
      return Keep(use, "only sentences that let somebody invoke models are narrowed");
    }
    if (operation.verb != kLogged || operation.sort != intent::Sort::kModels) {
      return Keep(use, "calls of this kind are not in every trail");
    }
    if (permission.profiles) {
      return Keep(use, "calls through application profiles do not tell the model");
    }
    for (const intent::Call& call : permission.calls) {
      if (call.plane != intent::Plane::kBedrock) {
        return Keep(use, "calls through mantle are data events, which are not in every trail");
      }
      const catalog::FoundId found = side_.facts().catalog.FindId(call.model);
      if (!found) return Keep(use, fmt::format("the catalog does not know `{}`", call.model));
      use.granted[found.model->name].insert(call.region);
      use.granted_routes[found.model->name].insert(call.route);
      const std::string why(WhyNotLogged(*found.model));
      if (!why.empty()) use.not_logged[why].insert(found.model->name);
    }
  }

  Side& side_;
  const intent::Model& model_;
  std::map<std::string, Use> uses_;  ///< by place
  std::set<std::string> seen_accounts_;
};

}  // namespace

std::set<std::string> Use::KeptModels() const {
  std::set<std::string> kept;
  for (const auto& [model, regions] : used) kept.insert(model);
  for (const auto& [why, models] : not_logged) kept.insert(models.begin(), models.end());
  return kept;
}

std::set<std::string> Use::KeptRegions() const {
  std::set<std::string> kept;
  for (const auto& [model, regions] : used) kept.insert(regions.begin(), regions.end());
  for (const auto& [why, models] : not_logged) {
    for (const std::string& model : models) {
      const std::set<std::string>& regions = granted.at(model);
      kept.insert(regions.begin(), regions.end());
    }
  }
  return kept;
}

std::set<intent::Route> Use::KeptRoutes() const {
  std::set<intent::Route> kept = used_routes;
  for (const auto& [why, models] : not_logged) {
    for (const std::string& model : models) {
      const std::set<intent::Route>& routes = granted_routes.at(model);
      kept.insert(routes.begin(), routes.end());
    }
  }
  return kept;
}

std::vector<Use> UseOf(const std::vector<trail::Class>& classes, Side& side) {
  Uses uses(side);
  for (const trail::Class& calls : classes) uses.Count(calls);
  return uses.Take();
}

}  // namespace writ::replay
