#include "program/sema/settings.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/guardrails.h"
#include "base/diag/codes/types.h"
#include "program/sema/cover.h"
#include "program/sema/near.h"
#include "program/sema/units.h"

namespace writ::sema {
namespace {

/// How every prefix that sets a mode of retention calls the key that says which.
constexpr std::string_view kModeKey = ":DataRetentionMode";

/// Settings stay until somebody changes them: no day can end one.
bool CheckNoDates(Context& context, const Narrowing& narrowing, std::string_view what, Span span) {
  if (!narrowing.period.from && !narrowing.period.until) return true;
  context.Report(diag::kQualifierNotTaken, span, what, narrowing.period.from ? "from" : "until")
      .At("a setting stays until it is changed");
  return false;
}

const catalog::RetentionMode* FindMode(Context& context, const syntax::Name& name) {
  const catalog::RetentionMode* mode = context.catalog.FindRetentionMode(name.text);
  if (mode != nullptr && mode->order) return mode;
  std::vector<std::string> known;
  for (const catalog::RetentionMode& one : context.catalog.retention_modes()) {
    if (one.order) known.push_back(one.name);
  }
  auto& found = context.Report(diag::kUnknownRetentionMode, name.span, name.text);
  if (mode != nullptr) {
    found.At("stands for " + mode->title).Suggest("write one of " + OrList(known));
    return nullptr;
  }
  found.At("not a mode");
  SuggestName(found, name.span, name.text, known, "modes, beginning with the one that keeps least");
  return nullptr;
}

/// What is forbidden: to set a mode, where the request says which, that keeps data longer. Nothing
/// may be kept only where the request says so.
intent::Condition SetsLonger(const catalog::Catalog& catalog, const std::string& key,
                             const catalog::RetentionMode& most) {
  intent::Condition allowed;
  allowed.kind = intent::Condition::Kind::kTest;
  allowed.test.key = key;
  allowed.test.op = intent::Test::Operator::kIn;
  const bool is_none = &most == &catalog.retention_modes().front();
  for (const catalog::RetentionMode& mode : catalog.retention_modes()) {
    if (mode.order ? *mode.order <= *most.order : !is_none) {
      allowed.test.values.push_back(mode.name);
    }
  }
  std::ranges::sort(allowed.test.values);
  if (allowed.test.values.size() == 1) allowed.test.op = intent::Test::Operator::kEqual;
  intent::Condition longer = Negation(std::move(allowed));
  if (is_none) return longer;
  intent::Condition said;
  said.kind = intent::Condition::Kind::kTest;
  said.test.key = key;
  return Both(std::move(said), std::move(longer));
}

intent::Condition CalledIn(const intent::RegionScope& regions) {
  intent::Condition called;
  called.kind = intent::Condition::Kind::kTest;
  called.test.key = "aws:RequestedRegion";
  called.test.op = intent::Test::Operator::kIn;
  called.test.values = regions.regions;
  return regions.all_except ? Negation(std::move(called)) : called;
}

/// Actions that a request says a mode of retention in, by that key.
std::map<std::string, std::vector<std::string>> SettersOfModes(const catalog::Catalog& catalog) {
  std::map<std::string, std::vector<std::string>> setters;
  for (const catalog::Key& key : catalog.Keys()) {
    if (!key.name.ends_with(kModeKey)) continue;
    const std::string service = key.name.substr(0, key.name.size() - kModeKey.size());
    for (const catalog::Action& action : catalog.ActionsOf(service)) {
      if (catalog.Carries(action, key.name) != catalog::Carriage::kNo) {
        setters[key.name].push_back(action.FullName());
      }
    }
  }
  return setters;
}

/// SCPs bind the principals of member accounts.
void ForbidLonger(Context& context, const intent::Retention& retention, const Narrowing& narrowing,
                  const catalog::RetentionMode& most) {
  const intent::Organization& organization = context.model.organization;
  std::vector<intent::AccountIndex> members = retention.accounts;
  std::erase_if(members, [&](intent::AccountIndex account) {
    return organization.accounts[account.value].management;
  });
  std::vector<intent::NodeIndex> nodes;
  if (!narrowing.accounts) {
    nodes = {intent::NodeIndex{0}};
  } else if (!members.empty()) {
    nodes = Cover(organization, members);
  }
  if (nodes.empty()) return;
  for (const auto& [key, actions] : SettersOfModes(context.catalog)) {
    intent::Prohibition prohibition;
    prohibition.origin = retention.origin;
    prohibition.bound.everyone = true;
    prohibition.accounts = members;
    prohibition.nodes = nodes;
    prohibition.operation.kind = intent::Operation::Kind::kActions;
    prohibition.operation.actions = actions;
    prohibition.when = SetsLonger(context.catalog, key, most);
    if (narrowing.regions) {
      prohibition.when = Both(std::move(prohibition.when), CalledIn(*narrowing.regions));
    }
    context.model.prohibitions.push_back(std::move(prohibition));
  }
}

/// Keys of services that the sentence is not about.
bool ReadExceptions(Context& context, const syntax::OptOut& opt_out,
                    std::vector<std::string>& except) {
  bool good = true;
  for (const syntax::Literal& said : opt_out.except) {
    const catalog::OptOutService* service = context.catalog.FindOptOutService(said.text);
    if (service != nullptr && service->why_not.empty()) {
      except.push_back(service->key);
      continue;
    }
    good = false;
    auto& found = context.Report(diag::kUnknownOptOutService, said.span, said.text);
    found.Note("catalog of " + context.catalog.date());
    if (service != nullptr) {
      found.At("has no key").Note(service->why_not);
      continue;
    }
    std::vector<std::string> known;
    for (const catalog::OptOutService& one : context.catalog.opt_out_services()) {
      if (one.why_not.empty()) known.push_back(one.key);
    }
    found.At("not a key");
    SuggestName(found, said.span, said.text, known, "services");
  }
  std::ranges::sort(except);
  const auto again = std::ranges::unique(except);
  except.erase(again.begin(), again.end());
  return good;
}

bool Has(const std::vector<intent::AccountIndex>& accounts, intent::AccountIndex account) {
  return std::ranges::find(accounts, account) != accounts.end();
}

/// A model that a permission grants in some region.
struct Granted {
  std::string model;   ///< id
  std::string region;  ///< empty: any
  auto operator<=>(const Granted&) const = default;
};

/// Whether one of the actions has a model answer.
bool CallsModels(const catalog::Catalog& catalog, const intent::Permission& permission) {
  return std::ranges::any_of(permission.operation.actions, [&](const std::string& said) {
    const std::size_t colon = said.find(':');
    return std::ranges::any_of(
        catalog.ActionsOf(said.substr(0, colon), said.substr(colon + 1)),
        [&](const catalog::Action& action) {
          return std::ranges::any_of(
              catalog.bedrock_actions(), [&](const catalog::BedrockAction& one) {
                return one.causes_inference && one.FullName() == action.FullName();
              });
        });
  });
}

/// Ids of models that a pattern after `on` stands for, by themselves or by an inference profile.
std::set<std::string> ModelsIn(const catalog::Catalog& catalog, const std::string& pattern) {
  std::string_view rest = pattern;
  for (int part = 0; part < 5; ++part) {
    const std::size_t colon = rest.find(':');
    // What ends sooner goes on with its last wildcard.
    if (colon == std::string_view::npos) break;
    const std::string_view segment = rest.substr(0, colon);
    if (part == 2 && !catalog::MatchesPattern(segment, "bedrock")) return {};
    rest.remove_prefix(colon + 1);
  }
  std::set<std::string> models;
  for (const catalog::Model& model : catalog.models()) {
    for (const catalog::ModelId& id : model.ids) {
      const bool is_named =
          catalog::MatchesPattern(rest, "foundation-model/" + id.id) ||
          std::ranges::any_of(id.profiles, [&](const catalog::InferenceProfile& profile) {
            return catalog::MatchesPattern(rest, "inference-profile/" + profile.id);
          });
      if (is_named) models.insert(id.id);
    }
  }
  return models;
}

/// Models after `on`: `…:foundation-model/ID`, `…:inference-profile/ID`, and all that a pattern
/// stands for.
void AddNamed(const catalog::Catalog& catalog, const intent::Permission& permission,
              std::set<Granted>& granted) {
  constexpr std::array<std::string_view, 2> kForms = {":foundation-model/", ":inference-profile/"};
  const auto add = [&](const std::string& model) {
    if (!permission.regions) granted.insert({model, ""});
    if (!permission.regions) return;
    for (const std::string& region : *permission.regions) granted.insert({model, region});
  };
  for (const std::string& resource : permission.operation.resources) {
    if (resource.find_first_of("*?") != std::string::npos) {
      if (!CallsModels(catalog, permission)) continue;
      for (const std::string& model : ModelsIn(catalog, resource)) add(model);
      continue;
    }
    for (const std::string_view form : kForms) {
      const std::size_t at = resource.find(form);
      if (at == std::string::npos) continue;
      const std::string id = resource.substr(at + form.size());
      const catalog::FoundProfile profile = catalog.FindProfile(id);
      add(profile ? profile.id->id : id);
    }
  }
}

std::set<Granted> GrantedBy(const catalog::Catalog& catalog, const intent::Permission& permission) {
  std::set<Granted> granted;
  for (const intent::Call& call : permission.calls) granted.insert({call.model, call.region});
  if (permission.operation.kind == intent::Operation::Kind::kActions) {
    AddNamed(catalog, permission, granted);
  }
  return granted;
}

/// AWS refuses calls of a model that keeps data longer than the account's mode lets it.
void CheckContradiction(Context& context, const intent::Permission& permission,
                        const intent::Retention& retention) {
  const auto order = [&](std::string_view mode) {
    const catalog::RetentionMode* known = context.catalog.FindRetentionMode(mode);
    return known != nullptr ? known->order : std::nullopt;
  };
  const bool is_there = std::ranges::any_of(permission.accounts, [&](intent::AccountIndex account) {
    return Has(retention.accounts, account);
  });
  if (!is_there) return;
  for (const Granted& granted : GrantedBy(context.catalog, permission)) {
    const catalog::FoundId found = context.catalog.FindId(granted.model);
    if (!found || found.id->required_retention.empty()) continue;
    const auto needed = order(found.id->required_retention);
    const bool is_elsewhere =
        !granted.region.empty() &&
        std::ranges::find(retention.regions, granted.region) == retention.regions.end();
    if (is_elsewhere || !needed || *needed <= *order(retention.mode)) continue;
    context
        .Report(diag::kRetentionContradicted, permission.origin.span, found.model->name,
                found.id->required_retention, retention.mode)
        .At("AWS refuses these calls")
        .Also(retention.origin.span, "keeps at most `" + retention.mode + "`")
        .Suggest("remove the model, or write `retain prompts at most " +
                 found.id->required_retention + "` for the accounts that use it")
        .Note("catalog of " + context.catalog.date());
    return;
  }
}

}  // namespace

void AddRetention(Context& context, const syntax::Retention& retention, Span span,
                  const SentencePlace& place, Sentences& sentences) {
  const Narrowing narrowing = ReadSetting(context, retention.qualifiers, span, place, sentences);
  bool good = CheckPlaceOnly(context, narrowing, "retain", span);
  good = CheckNoDates(context, narrowing, "retain", span) && good;
  const catalog::RetentionMode* mode = FindMode(context, retention.mode);
  if (!good || mode == nullptr) return;
  intent::Retention result;
  result.origin = OriginOf(context, narrowing, span);
  result.mode = mode->name;
  result.accounts = AccountsIn(context, narrowing);
  result.is_regional = narrowing.regions.has_value();
  if (narrowing.regions) result.regions = narrowing.regions->regions;
  ForbidLonger(context, result, narrowing, *mode);
  context.model.retentions.push_back(std::move(result));
}

void AddOptOut(Context& context, const syntax::OptOut& opt_out, Span span,
               const SentencePlace& place, Sentences& sentences) {
  const Narrowing narrowing = ReadSetting(context, opt_out.qualifiers, span, place, sentences);
  bool good = CheckPlaceOnly(context, narrowing, "opt-out", span);
  good = CheckNoDates(context, narrowing, "opt-out", span) && good;
  if (narrowing.regions) {
    context.Report(diag::kQualifierNotTaken, span, "opt-out", "in REGION")
        .At("the policy holds in all regions");
    good = false;
  }
  intent::OptOut result;
  good = ReadExceptions(context, opt_out, result.except) && good;
  if (!good) return;
  const intent::Organization& organization = context.model.organization;
  result.origin = OriginOf(context, narrowing, span);
  result.locked = opt_out.locked;
  result.accounts = AccountsIn(context, narrowing);
  result.nodes = narrowing.accounts ? NodesOf(organization, narrowing.units, result.accounts)
                                    : std::vector<intent::NodeIndex>{intent::NodeIndex{0}};
  context.model.opt_outs.push_back(std::move(result));
}

std::vector<std::string> RegionsNamed(const intent::Model& model) {
  std::set<std::string> named;
  const auto add = [&](const std::vector<std::string>& regions) {
    named.insert(regions.begin(), regions.end());
  };
  for (const intent::Permission& one : model.permissions) {
    if (one.regions) add(*one.regions);
    for (const intent::Call& call : one.calls) named.insert(call.region);
  }
  for (const intent::Prohibition& one : model.prohibitions) {
    if (one.regions) add(one.regions->regions);
  }
  for (const intent::Screening& one : model.screenings) add(one.regions);
  for (const intent::Logging& one : model.loggings) add(one.regions);
  for (const intent::Watch& one : model.watches) add(one.regions);
  for (const intent::Retention& one : model.retentions) add(one.regions);
  return {named.begin(), named.end()};
}

void FinishRetentions(Context& context) {
  intent::Model& model = context.model;
  if (model.retentions.empty()) return;
  const std::vector<std::string> regions = RegionsNamed(model);
  for (intent::Retention& retention : model.retentions) {
    if (retention.regions.empty()) retention.regions = regions;
    if (retention.regions.empty()) {
      context.Report(diag::kRegionsNotSaid, retention.origin.span, "retention")
          .At("the program names no region")
          .Suggest("add `in REGION, …`");
    }
    for (const intent::Permission& permission : model.permissions) {
      CheckContradiction(context, permission, retention);
    }
  }
}

}  // namespace writ::sema
