// `guardrail G screens M in A in R`: Bedrock itself applies G. Two forms: a BEDROCK_POLICY of the
// organization, whose guardrail belongs to the management account, and an account's own
// configuration. One configuration per account and region in each form.
#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/guardrails.h"
#include "base/diag/codes/lowering.h"
#include "base/support/check.h"
#include "base/support/json.h"
#include "output/emit/artifact.h"
#include "output/emit/guardrails.h"
#include "output/emit/node_policies.h"

namespace writ::emit {
namespace {

using intent::Account;
using intent::AccountIndex;
using intent::BoundGuardrail;
using intent::Screening;
using support::json::Writer;

bool IsIdPart(std::string_view text) {
  constexpr std::size_t kMost = 63;
  return !text.empty() && text.size() <= kMost && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// VENDOR.NAME[:X[:Y]], one dot only (AWS API model bedrock/2023-04-20 of 2026-08-07,
/// IncludedModelId; its form for custom models never comes from a model's name).
bool CanBeListed(std::string_view id) {
  const std::size_t dot = id.find('.');
  if (dot == std::string_view::npos || !IsIdPart(id.substr(0, dot))) return false;
  std::string_view rest = id.substr(dot + 1);
  constexpr int kMostParts = 3;
  for (int parts = 1; parts <= kMostParts; ++parts) {
    const std::size_t colon = rest.find(':');
    if (!IsIdPart(rest.substr(0, colon))) return false;
    if (colon == std::string_view::npos) return true;
    rest.remove_prefix(colon + 1);
  }
  return false;
}

std::string_view OwnerOf(std::string_view arn) {
  for (int colons = 0; colons < 4; ++colons) arn.remove_prefix(arn.find(':') + 1);
  return arn.substr(0, arn.find(':'));
}

void List(Writer& json, std::string_view key, const std::vector<std::string>& texts) {
  json.Key(key);
  json.BeginArray();
  for (const std::string& text : texts) json.String(text);
  json.EndArray();
}

std::vector<std::string> Included(const Screening& screening) {
  return screening.all_models ? std::vector<std::string>{"ALL"} : screening.included;
}

std::string AccountConfiguration(const Screening& screening, const BoundGuardrail& bound) {
  Writer json(support::json::Style::kPretty);
  json.BeginObject();
  json.Key("guardrailInferenceConfig");
  json.BeginObject();
  json.Key("guardrailIdentifier");
  json.String(bound.arn);
  json.Key("guardrailVersion");
  json.String(std::to_string(bound.version));
  json.Key("selectiveContentGuarding");
  json.BeginObject();
  for (const char* part : {"system", "messages"}) {
    json.Key(part);
    json.String("COMPREHENSIVE");
  }
  json.EndObject();
  json.Key("modelEnforcement");
  json.BeginObject();
  List(json, "includedModels", Included(screening));
  List(json, "excludedModels", screening.excluded);
  json.EndObject();
  json.EndObject();
  json.EndObject();
  return json.Take() + "\n";
}

/// One region of a target's BEDROCK_POLICY.
struct Enforced {
  const Screening* screening = nullptr;
  BoundGuardrail bound;
};

void Assign(Writer& json, std::string_view key, std::string_view text) {
  json.Key(key);
  json.BeginObject();
  json.Key("@@assign");
  json.String(text);
  json.EndObject();
}

void AssignList(Writer& json, std::string_view key, const std::vector<std::string>& texts) {
  json.Key(key);
  json.BeginObject();
  List(json, "@@assign", texts);
  json.EndObject();
}

/// Minified: Organizations counts every character that is sent.
std::string OrganizationPolicy(const intent::Model& model,
                               const std::map<std::string, Enforced>& regions) {
  Writer json(support::json::Style::kMinified);
  json.BeginObject();
  json.Key("bedrock");
  json.BeginObject();
  json.Key("guardrail_inference");
  json.BeginObject();
  for (const auto& [region, enforced] : regions) {
    json.Key(region);
    json.BeginObject();
    json.Key(model.guardrails.at(enforced.screening->guardrail.value).name);
    json.BeginObject();
    Assign(json, "identifier", enforced.bound.Pinned());
    json.Key("selective_content_guarding");
    json.BeginObject();
    Assign(json, "system", "comprehensive");
    Assign(json, "messages", "comprehensive");
    json.EndObject();
    json.Key("model_enforcement");
    json.BeginObject();
    AssignList(json, "included_models", Included(*enforced.screening));
    AssignList(json, "excluded_models", enforced.screening->excluded);
    json.EndObject();
    json.EndObject();
    json.EndObject();
  }
  json.EndObject();
  json.EndObject();
  json.EndObject();
  return json.Take();
}

/// The one form that the policy of a guardrail or a guardrail profile may have for a whole
/// organization, and the only actions: a profile can be applied and not read.
/// Source: Amazon Bedrock User Guide, "guardrails-resource-based-policies", read 2026-11-22.
std::string SharingPolicy(const std::string& arn, const std::string& organization,
                          const std::vector<std::string>& actions) {
  Writer json(support::json::Style::kMinified);
  json.BeginObject();
  json.Key("Version");
  json.String("2012-10-17");
  json.Key("Statement");
  json.BeginArray();
  json.BeginObject();
  json.Key("Effect");
  json.String("Allow");
  json.Key("Principal");
  json.String("*");
  List(json, "Action", actions);
  json.Key("Resource");
  json.String(arn);
  json.Key("Condition");
  json.BeginObject();
  json.Key("StringEquals");
  json.BeginObject();
  json.Key("aws:PrincipalOrgID");
  json.String(organization);
  json.EndObject();
  json.EndObject();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  return json.Take();
}

/// The input of PutResourcePolicy: the policy is a text in it.
std::string SharingRequest(const std::string& arn, const std::string& organization,
                           const std::vector<std::string>& actions) {
  Writer json(support::json::Style::kPretty);
  json.BeginObject();
  json.Key("resourceArn");
  json.String(arn);
  json.Key("resourcePolicy");
  json.String(SharingPolicy(arn, organization, actions));
  json.EndObject();
  return json.Take() + "\n";
}

class Enforcer {
 public:
  Enforcer(const intent::Model& model, const intent::Bindings& bindings,
           const catalog::Catalog& catalog, diag::Sink& sink)
      : model_(model), bindings_(bindings), catalog_(catalog), sink_(sink) {
    for (const Account& account : model.organization.accounts) {
      if (account.management) management_ = &account;
    }
  }

  Tree Run() {
    for (const Screening& screening : model_.screenings) {
      CheckGuardrail(screening);
      CheckModels(screening);
      Place(screening);
      WarnOfCallers(screening);
    }
    AddPolicies();
    AddSharing();
    std::ranges::sort(tree_.artifacts, {}, &Artifact::path);
    std::ranges::sort(tree_.attachments, {}, &Attachment::document);
    return std::move(tree_);
  }

 private:
  using RegionSet = std::set<std::string>;

  [[nodiscard]] const intent::Guardrail& GuardrailOf(const Screening& screening) const {
    return model_.guardrails.at(screening.guardrail.value);
  }
  [[nodiscard]] const Account& At(AccountIndex index) const {
    return model_.organization.accounts.at(index.value);
  }

  void CheckGuardrail(const Screening& screening) {
    const intent::Guardrail& guardrail = GuardrailOf(screening);
    if (!guardrail.reasoning) return;
    sink_.Report(diag::kScreenedReasoning, screening.origin.span, guardrail.name)
        .At("screening")
        .Also(guardrail.reasoning->span, "automated reasoning")
        .Suggest("declare the screening guardrail without `reasoning`, and extend it in the other")
        .Note("AWS accepts the configuration, but every screened call then fails");
  }

  void CheckModels(const Screening& screening) {
    for (const std::vector<std::string>* ids : {&screening.included, &screening.excluded}) {
      for (const std::string& id : *ids) {
        if (CanBeListed(id)) continue;
        sink_.Report(diag::kUnscreenableModel, screening.origin.span, id)
            .At("named here")
            .Suggest("screen `any model`, or exclude this model")
            .Note("ids in that list have exactly one dot, between provider and name");
      }
    }
  }

  // ---- where ----

  struct Resolved {
    BoundGuardrail bound;
    bool by_organization = false;
  };

  /// The account's own binding; else one of the management account, which the organization's policy
  /// may use in any member account.
  [[nodiscard]] std::optional<Resolved> Resolve(const Screening& screening, const Account& account,
                                                const std::string& region) const {
    const std::string& name = GuardrailOf(screening).name;
    const bool may_be_organization = management_ != nullptr && !account.management;
    if (const auto own = bindings_.Find(name, account.id, region)) {
      return Resolved{*own, may_be_organization && OwnerOf(own->arn) == management_->id};
    }
    if (!may_be_organization) return std::nullopt;
    const auto shared = bindings_.Find(name, management_->id, region);
    if (!shared || OwnerOf(shared->arn) != management_->id) return std::nullopt;
    return Resolved{*shared, true};
  }

  void Place(const Screening& screening) {
    // By (region, ARN:N): accounts that the organization's policy screens.
    std::map<std::pair<std::string, std::string>, std::pair<BoundGuardrail, std::set<AccountIndex>>>
        shared;
    std::map<std::string, RegionSet> unbound;
    for (const AccountIndex index : screening.accounts) {
      for (const std::string& region : screening.regions) {
        const std::optional<Resolved> found = Resolve(screening, At(index), region);
        if (!found) {
          unbound[At(index).id].insert(region);
        } else if (Claim(screening, index, region, found->by_organization)) {
          if (found->by_organization) {
            auto& place = shared[{region, found->bound.Pinned()}];
            place.first = found->bound;
            place.second.insert(index);
          } else {
            AddConfiguration(screening, At(index), region, found->bound);
          }
        }
      }
    }
    for (const auto& [key, place] : shared) {
      Spread(screening, key.first, place.first, place.second);
    }
    ReportUnbound(screening, unbound);
  }

  /// False if another sentence screens there already, which is reported once for the two.
  bool Claim(const Screening& screening, AccountIndex account, const std::string& region,
             bool by_organization) {
    const auto [first, is_new] =
        claims_.try_emplace({by_organization, account, region}, &screening);
    if (is_new) return true;
    if (clashes_.insert({first->second, &screening}).second) {
      sink_.Report(diag::kScreenedTwice, screening.origin.span, At(account).name, region)
          .At("second occurrence")
          .Also(first->second->origin.span, "first occurrence")
          .Suggest("screen with one guardrail that extends or contains both")
          .Note("an account has one enforced configuration per region");
    }
    return false;
  }

  void AddConfiguration(const Screening& screening, const Account& account,
                        const std::string& region, const BoundGuardrail& bound) {
    Artifact artifact = MakeArtifact(
        fmt::format("enforcement/{}.{}.bedrock.PutEnforcedGuardrailConfiguration.json",
                    account.name, region),
        "guardrail-enforcement", {account.name}, AccountConfiguration(screening, bound));
    *artifact.statements = {EntryOf(screening.origin)};
    tree_.artifacts.push_back(std::move(artifact));
  }

  /// The fewest, highest nodes that cover exactly `accounts`. A parent comes before its children.
  /// Unlike a service control policy, what hangs at the root binds the management account too,
  /// so the root is taken only where the sentence names that account.
  void Spread(const Screening& screening, const std::string& region, const BoundGuardrail& bound,
              const std::set<AccountIndex>& accounts) {
    std::set<AccountIndex> covered;
    const std::vector<intent::Node>& nodes = model_.organization.nodes;
    const bool spares_management =
        management_ != nullptr && std::ranges::none_of(screening.accounts, [&](AccountIndex index) {
          return At(index).management;
        });
    for (std::uint32_t at = 0; at < nodes.size(); ++at) {
      if (spares_management && nodes[at].kind == intent::Node::Kind::kRoot) continue;
      const std::vector<AccountIndex>& held = nodes[at].accounts;
      const bool is_inside = !held.empty() && std::ranges::all_of(held, [&](AccountIndex account) {
        return accounts.contains(account) && !covered.contains(account);
      });
      if (!is_inside) continue;
      covered.insert(held.begin(), held.end());
      policies_[at].emplace(region, Enforced{&screening, bound});
    }
  }

  void AddPolicies() {
    const catalog::Quota* quota = catalog_.FindQuota("bedrock-policy-size");
    WRIT_CHECK(quota != nullptr, "the catalog has no size of Bedrock policies");
    const auto limit = static_cast<std::size_t>(quota->value);
    for (const auto& [index, regions] : policies_) {
      const intent::Node& node = model_.organization.nodes.at(index);
      std::vector<const intent::Origin*> origins;
      for (const auto& entry : regions) {
        const intent::Origin* origin = &entry.second.screening->origin;
        if (std::ranges::find(origins, origin) == origins.end()) origins.push_back(origin);
      }
      Artifact artifact =
          NodePolicy(node, "bedrock-policy", OrganizationPolicy(model_, regions), limit, origins);
      if (artifact.characters > limit) {
        sink_
            .Report(diag::kBedrockPolicyTooLarge, regions.begin()->second.screening->origin.span,
                    node.name, artifact.characters, limit)
            .At("too much for one policy");
      }
      AddAttached(std::move(artifact), node, model_.organization, tree_);
    }
  }

  /// A guardrail that the organization's policy names must let the members apply it. Who they are
  /// is said by the organization's id, which a program may leave out.
  void AddSharing() {
    if (model_.organization.id.empty()) return;
    for (const auto& [index, regions] : policies_) {
      for (const auto& [region, enforced] : regions) {
        Share(GuardrailOf(*enforced.screening).name, region, enforced.bound.arn,
              {"bedrock:ApplyGuardrail", "bedrock:GetGuardrail"}, enforced.screening->origin);
        ShareProfile(*enforced.screening, region);
      }
    }
    for (auto& [path, artifact] : sharings_) {
      std::ranges::sort(*artifact.statements, {}, &StatementEntry::from);
      tree_.artifacts.push_back(std::move(artifact));
    }
  }

  void Share(const std::string& name, const std::string& region, const std::string& arn,
             const std::vector<std::string>& actions, const intent::Origin& origin) {
    const std::string path =
        fmt::format("sharing/{}.{}.bedrock.PutResourcePolicy.json", name, region);
    Artifact& artifact = sharings_[path];
    artifact.path = path;
    artifact.bytes = SharingRequest(arn, model_.organization.id, actions);
    artifact.kind = "guardrail-sharing";
    artifact.targets = {management_->name};
    artifact.characters = artifact.bytes.size();
    const StatementEntry entry = EntryOf(origin);
    if (std::ranges::none_of(*artifact.statements, [&](const StatementEntry& other) {
          return other.from == entry.from;
        })) {
      artifact.statements->push_back(entry);
    }
  }

  /// A guardrail that is routed is applied through its profile in every destination, and members
  /// need that shared as well: without it every call that is screened fails. Where the destinations
  /// are not known, nothing can be said to be enough.
  /// Source: Bedrock User Guide, "guardrail-profiles-permissions", read 2026-11-22.
  void ShareProfile(const Screening& screening, const std::string& region) {
    const intent::Guardrail& guardrail = GuardrailOf(screening);
    if (!guardrail.profile) return;
    const std::string scope = guardrail.profile->substr(0, guardrail.profile->find('.'));
    const catalog::GuardrailProfile* profile = catalog_.FindGuardrailProfile(scope);
    const catalog::Route* route = profile != nullptr ? profile->RouteFrom(region) : nullptr;
    if (route == nullptr) {
      sink_.Report(diag::kProfileNotShared, screening.origin.span, guardrail.name, region)
          .At("screens the calls of other accounts")
          .Note(fmt::format("members need `{}` shared in each of its destinations, which the "
                            "catalog of {} does not know",
                            *guardrail.profile, catalog_.date()))
          .Suggest("remove `routed within`, or bind a guardrail in each account");
      return;
    }
    std::string name = *guardrail.profile;
    std::ranges::replace(name, ':', '-');
    for (const std::string& destination : route->destinations) {
      const std::string arn =
          fmt::format("arn:{}:bedrock:{}:{}:guardrail-profile/{}", model_.organization.partition,
                      destination, management_->id, *guardrail.profile);
      Share(name, destination, arn, {"bedrock:ApplyGuardrail"}, screening.origin);
    }
  }

  void ReportUnbound(const Screening& screening, const std::map<std::string, RegionSet>& unbound) {
    if (unbound.empty()) return;
    const std::string& name = GuardrailOf(screening).name;
    std::size_t missing = 0;
    std::vector<std::string> places;
    for (const auto& [id, regions] : unbound) {
      missing += regions.size();
      places.push_back(fmt::format("{} ({})", NameOf(id), fmt::join(regions, ", ")));
    }
    if (missing < screening.accounts.size() * screening.regions.size()) {
      sink_
          .Report(diag::kGuardrailPartlyBound, screening.origin.span, name,
                  fmt::format("{}", fmt::join(places, ", ")))
          .At("screens nothing there");
      return;
    }
    const auto& [id, regions] = *unbound.begin();
    const std::vector<std::string> list(regions.begin(), regions.end());
    diag::Diagnostic& found =
        bindings_.IsBound(name)
            ? sink_.Report(diag::kGuardrailNotBoundHere, screening.origin.span, name, NameOf(id),
                           fmt::format("{}", fmt::join(list, ", ")))
            : sink_.Report(diag::kGuardrailNotBound, screening.origin.span, name);
    found.At("this sentence needs the guardrail's ARN and version")
        .Suggest("add what AWS assigned to writ.bindings.json:\n" +
                 intent::MissingBindingHelp(name, id, list));
  }

  [[nodiscard]] std::string NameOf(const std::string& id) const {
    for (const Account& account : model_.organization.accounts) {
      if (account.id == id) return account.name;
    }
    return id;
  }

  // ---- who ----

  /// Where a permission lets its holder use the guardrail by name: with a call that names it, with
  /// a verb on guardrails, or with the action itself.
  [[nodiscard]] bool LetsApply(const intent::Permission& permission,
                               const Screening& screening) const {
    const auto names = [&screening](const std::vector<intent::GuardrailIndex>& guardrails) {
      return std::ranges::find(guardrails, screening.guardrail) != guardrails.end();
    };
    const intent::Operation& operation = permission.operation;
    return names(permission.guardrails) ||
           (operation.sort == intent::Sort::kGuardrails && names(operation.guardrails)) ||
           std::ranges::find(operation.actions, "bedrock:ApplyGuardrail") !=
               operation.actions.end();
  }

  [[nodiscard]] static bool CallsScreened(const intent::Permission& permission,
                                          const Screening& screening) {
    return std::ranges::any_of(permission.calls, [&screening](const intent::Call& call) {
      const auto in = [&call](const std::vector<std::string>& ids) {
        return std::ranges::find(ids, call.model) != ids.end();
      };
      const auto& regions = screening.regions;
      return call.plane == intent::Call::Plane::kBedrock &&
             std::ranges::find(regions, call.region) != regions.end() &&
             (screening.all_models || in(screening.included)) && !in(screening.excluded);
    });
  }

  using Seat = std::pair<std::string, AccountIndex>;

  /// (team, account) pairs of a permission that lie in the screened accounts.
  static void AddSeats(const intent::Permission& permission, const Screening& screening,
                       std::set<Seat>& seats) {
    const std::set<AccountIndex> screened(screening.accounts.begin(), screening.accounts.end());
    const std::set<AccountIndex> granted(permission.accounts.begin(), permission.accounts.end());
    for (const intent::Holder& holder : permission.holders) {
      const std::string name = !holder.team.empty() ? "team " + holder.team
                               : holder.principals.empty()
                                   ? std::string("a principal")
                                   : "`" + holder.principals.front().value + "`";
      for (const AccountIndex account : holder.accounts) {
        if (screened.contains(account) && granted.contains(account)) seats.insert({name, account});
      }
    }
  }

  void WarnOfCallers(const Screening& screening) {
    std::set<Seat> callers;
    std::set<Seat> appliers;
    for (const intent::Permission& permission : model_.permissions) {
      if (CallsScreened(permission, screening)) AddSeats(permission, screening, callers);
      if (LetsApply(permission, screening)) AddSeats(permission, screening, appliers);
    }
    std::set<std::string> names;
    for (const Seat& seat : callers) {
      if (!appliers.contains(seat)) names.insert(seat.first);
    }
    if (names.empty()) return;
    const std::string& guardrail = GuardrailOf(screening).name;
    sink_
        .Report(diag::kCallerCannotApply, screening.origin.span,
                fmt::format("{}", fmt::join(names, ", ")), guardrail)
        .At("their calls fail there")
        .Suggest(fmt::format("add `{} may apply {}`", *names.begin(), guardrail))
        .Note("Bedrock requires bedrock:ApplyGuardrail of every screened caller");
  }

  const intent::Model& model_;
  const intent::Bindings& bindings_;
  const catalog::Catalog& catalog_;
  diag::Sink& sink_;
  const Account* management_ = nullptr;
  std::map<std::tuple<bool, AccountIndex, std::string>, const Screening*> claims_;
  std::set<std::pair<const Screening*, const Screening*>> clashes_;
  std::map<std::uint32_t, std::map<std::string, Enforced>> policies_;  ///< by node, then region
  std::map<std::string, Artifact> sharings_;                           ///< by path
  Tree tree_;
};

}  // namespace

Tree EnforcementRequests(const intent::Model& model, const intent::Bindings& bindings,
                         const catalog::Catalog& catalog, diag::Sink& sink) {
  return Enforcer(model, bindings, catalog, sink).Run();
}

}  // namespace writ::emit
