#include "program/sema/actions.h"

#include <algorithm>

#include "base/diag/codes/meaning.h"
#include "base/diag/codes/names.h"
#include "base/diag/codes/types.h"
#include "program/sema/conditions.h"
#include "program/sema/near.h"
#include "program/sema/partition.h"

namespace writ::sema {
namespace {

bool HasWildcard(std::string_view text) { return text.find_first_of("*?") != std::string::npos; }

/// Reports a service prefix that IAM does not know. True if the action may be used all the same.
bool AcceptService(Context& context, const syntax::ActionName& name) {
  const std::string_view prefix = name.service.text;
  if (context.catalog.FindService(prefix)) return true;
  if (const catalog::Correction* correction = context.catalog.CorrectService(prefix)) {
    auto& found = context.Report(diag::kUnknownService, name.service.span, prefix);
    found.At("no such prefix in IAM").Note(correction->why);
    if (!correction->right.empty())
      found.Patch("write `" + correction->right[0] + "`", name.service.span, correction->right[0]);
    return false;
  }
  const std::vector<std::string> near = context.catalog.SuggestServices(prefix);
  if (!near.empty() && IsNearMiss(prefix, near[0])) {
    context.Report(diag::kUnknownService, name.service.span, prefix)
        .At("no such prefix in IAM")
        .Note("catalog of " + context.catalog.date())
        .Patch("did you mean `" + near[0] + "`?", name.service.span, near[0]);
    return false;
  }
  auto& found = context.Report(diag::kNotInCatalog, name.service.span, "service prefix", prefix,
                               context.catalog.date());
  found.At("newer than the catalog?");
  if (!context.options.allow_unknown) {
    found.Suggest("`--allow-unknown` accepts it as written");
    return false;
  }
  found.As(diag::Severity::kWarning);
  return true;
}

/// Reports an action that IAM does not know. True if it may be used all the same.
bool AcceptAction(Context& context, const syntax::ActionName& name) {
  const std::string full = std::string(name.service.text) + ":" + name.name;
  if (const catalog::Correction* correction = context.catalog.CorrectAction(full)) {
    auto& found = context.Report(diag::kNotAnAction, name.span, full);
    found.At("an API operation, not an IAM action").Note(correction->why);
    if (correction->right.size() == 1)
      found.Patch("IAM authorizes it as `" + correction->right[0] + "`", name.span,
                  correction->right[0]);
    else if (!correction->right.empty())
      found.Suggest("IAM authorizes it as " + OrList(correction->right, "and"));
    return false;
  }
  const std::vector<std::string> near =
      context.catalog.SuggestActions(name.service.text, name.name);
  std::string nearest = near.empty() ? "" : near[0];
  if (const std::size_t colon = nearest.find(':'); colon != std::string::npos)
    nearest = nearest.substr(colon + 1);
  if (!nearest.empty() && IsNearMiss(name.name, nearest)) {
    context.Report(diag::kUnknownAction, name.span, full)
        .At("no such action")
        .Note("catalog of " + context.catalog.date())
        .Patch("did you mean `" + nearest + "`?", name.name_span,
               name.quoted ? "\"" + nearest + "\"" : nearest);
    return false;
  }
  auto& found =
      context.Report(diag::kNotInCatalog, name.span, "action", full, context.catalog.date());
  found.At("newer than the catalog?");
  if (!context.options.allow_unknown) {
    if (!nearest.empty()) found.Suggest("the closest name is `" + nearest + "`");
    found.Suggest("`--allow-unknown` accepts it as written");
    return false;
  }
  found.As(diag::Severity::kWarning);
  return true;
}

bool AddPattern(Context& context, const syntax::ActionName& name, DoneActions& done) {
  const std::optional<catalog::Service> service = context.catalog.FindService(name.service.text);
  std::vector<catalog::Action> matches = service
                                             ? context.catalog.ActionsOf(service->prefix, name.name)
                                             : std::vector<catalog::Action>{};
  if (service && matches.empty()) {
    context.Report(diag::kPatternMatchesNothing, name.name_span, name.service.text, name.name)
        .At("matches no action")
        .Note("catalog of " + context.catalog.date());
    return false;
  }
  done.names.push_back((service ? service->prefix : std::string(name.service.text)) + ":" +
                       name.name);
  for (catalog::Action& action : matches) {
    done.actions.push_back(std::move(action));
    done.of.push_back(done.names.size() - 1);
  }
  return true;
}

bool AddAction(Context& context, const syntax::ActionName& name, DoneActions& done) {
  if (!AcceptService(context, name)) return false;
  if (HasWildcard(name.name)) return AddPattern(context, name, done);
  std::optional<catalog::Action> action = context.catalog.FindAction(name.service.text, name.name);
  if (!action) {
    if (!AcceptAction(context, name)) return false;
    done.names.push_back(std::string(name.service.text) + ":" + name.name);
    return true;
  }
  done.names.push_back(action->FullName());
  done.actions.push_back(std::move(*action));
  done.of.push_back(done.names.size() - 1);
  return true;
}

// ---- resources ---------------------------------------------------------------------------------

std::vector<std::string> TypeNames(const catalog::Action& action) {
  std::vector<std::string> names;
  for (const catalog::ActionResource& resource : action.resources) names.push_back(resource.type);
  return names;
}

void ReportMissingOn(Context& context, const syntax::Action& action,
                     const catalog::Action& needing) {
  auto& found = context.Report(diag::kActionNeedsResource, action.span, needing.FullName());
  found.At("on which " + OrList(TypeNames(needing)) + "?");
  const std::vector<std::string> formats = catalog::FormatsOf(context.catalog, needing);
  constexpr std::size_t kShown = 3;
  for (std::size_t i = 0; i < std::min(formats.size(), kShown); ++i)
    found.Suggest("`on \"" + formats[i] + "\"`");
}

bool CheckResource(Context& context, const syntax::String& resource, const DoneActions& done) {
  static_cast<void>(CheckVariables(context, resource.value, resource.span));
  if (resource.value == "*") return true;
  if (!CheckArnPartition(context, resource.value, resource.span)) return false;
  if (resource.value.rfind("arn:", 0) != 0) {
    context.Report(diag::kNotAnArn, resource.span, resource.value).At("not an ARN");
    return false;
  }
  // Each action of the list must fit; of a name with wildcards, some of what it stands for.
  std::vector<bool> fits(done.names.size(), false);
  std::vector<bool> known(done.names.size(), false);
  for (std::size_t i = 0; i < done.actions.size(); ++i) {
    known[done.of[i]] = true;
    if (fits[done.of[i]]) continue;
    fits[done.of[i]] = context.resource_fit.Fits(done.actions[i], resource.value);
  }
  bool good = true;
  for (std::size_t name = 0; name < done.names.size(); ++name) {
    if (fits[name] || !known[name]) continue;
    good = false;
    auto& found = context.Report(diag::kResourceDoesNotFit, resource.span, done.names[name]);
    found.At("matches no resource type");
    const auto first = std::find(done.of.begin(), done.of.end(), name);
    const std::vector<std::string> formats = catalog::FormatsOf(
        context.catalog, done.actions[static_cast<std::size_t>(first - done.of.begin())]);
    constexpr std::size_t kShown = 3;
    for (std::size_t i = 0; i < std::min(formats.size(), kShown); ++i)
      found.Suggest("`" + formats[i] + "`");
    const bool some = std::find(fits.begin(), fits.end(), true) != fits.end();
    if (some) found.Suggest("write a separate sentence for it");
  }
  return good;
}

// ---- verbs -------------------------------------------------------------------------------------

void AddByName(const Context& context, const std::string& full,
               std::vector<catalog::Action>& actions) {
  const std::size_t colon = full.find(':');
  if (colon == std::string::npos) return;
  if (auto action = context.catalog.FindAction(full.substr(0, colon), full.substr(colon + 1)))
    actions.push_back(std::move(*action));
}

void AddSelected(const Context& context, const std::string& select,
                 const std::vector<std::string>& kinds, std::vector<catalog::Action>& actions) {
  const catalog::PlaneClass plane =
      select == "admin" ? catalog::PlaneClass::kAdmin : catalog::PlaneClass::kRead;
  for (const std::string& kind : kinds)
    for (const catalog::BedrockAction* action : context.catalog.ActionsOfKind(kind, plane))
      if (select != "browse" || !action->exposes_content)
        AddByName(context, action->FullName(), actions);
}

bool IsMantle(const catalog::Action& action) { return action.service == "bedrock-mantle"; }

}  // namespace

bool IsOwnedByAws(std::string_view arn) {
  // Foundation models name no account, managed policies and public content `aws`.
  // Source: service authorization reference, resource types (2026-09-26).
  if (arn.find("::foundation-model/") != std::string_view::npos) return true;
  constexpr int kAccount = 4;
  for (int i = 0; i < kAccount; ++i) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return false;
    arn.remove_prefix(colon + 1);
  }
  return arn.rfind("aws:", 0) == 0;
}

DoneActions CheckActionNames(Context& context, const std::vector<syntax::ActionName>& names) {
  DoneActions done;
  for (const syntax::ActionName& name : names)
    done.good = AddAction(context, name, done) && done.good;
  return done;
}

bool CheckNotRetired(Context& context, const std::vector<syntax::ActionName>& names) {
  bool good = true;
  for (const syntax::ActionName& name : names) {
    const std::string full = std::string(name.service.text) + ":" + name.name;
    const catalog::Retired* retired = context.catalog.FindRetired(full);
    if (retired == nullptr) continue;
    auto& found = context.Report(diag::kActionRetired, name.span, retired->action);
    found.At("not found since " + retired->since).Note("catalog of " + context.catalog.date());
    if (!retired->right.empty()) found.Suggest("write " + OrList(retired->right));
    good = false;
  }
  return good;
}

bool CheckResources(Context& context, const syntax::Action& action, const DoneActions& done,
                    Reading reading) {
  if (action.resources.empty()) {
    if (reading == Reading::kProhibition) return true;
    for (const catalog::Action& each : done.actions) {
      if (each.WildcardOnly()) continue;
      ReportMissingOn(context, action, each);
      return false;
    }
    return true;
  }
  bool good = true;
  const bool pattern = std::any_of(done.names.begin(), done.names.end(), HasWildcard);
  for (const catalog::Action& each : done.actions) {
    if (!each.WildcardOnly() || pattern) continue;
    const syntax::String& last = action.resources.back();
    auto& found =
        context.Report(diag::kActionTakesNoResource, action.resources[0].span, each.FullName());
    found.At("IAM would never match this statement");
    if (done.actions.size() == 1) {
      // From the end of the action's name to the end of the last ARN.
      const Span name = action.actions.back().span;
      found.Patch("remove `on`", Span{name.file, name.end, last.span.end}, "");
    } else {
      found.Suggest("write a separate sentence for it, without `on`");
    }
    good = false;
  }
  if (!good || done.actions.empty()) return good;
  for (const syntax::String& resource : action.resources)
    good = CheckResource(context, resource, done) && good;
  return good;
}

std::vector<catalog::Action> ActionsOfVerb(const Context& context, const library::Verb& verb,
                                           const std::vector<std::string>& kinds, Reading reading,
                                           bool bedrock, bool mantle) {
  std::vector<catalog::Action> actions;
  const bool permission = reading == Reading::kPermission;
  for (const library::Leg& leg : permission ? verb.permit : verb.forbid) {
    // Getting the means of a call carries none of the call's keys.
    if (leg.part == "obtain" || leg.part == "profile" || leg.part == "asked" ||
        leg.select == "inference" || !leg.models.empty()) {
      continue;
    }
    if (!leg.select.empty()) AddSelected(context, leg.select, kinds, actions);
    for (const std::string& action : leg.actions) AddByName(context, action, actions);
  }
  std::erase_if(actions, [&](const catalog::Action& action) {
    return IsMantle(action) ? !mantle : !bedrock;
  });
  std::sort(actions.begin(), actions.end(),
            [](const auto& one, const auto& other) { return one.FullName() < other.FullName(); });
  actions.erase(std::unique(actions.begin(), actions.end(),
                            [](const auto& one, const auto& other) {
                              return one.FullName() == other.FullName();
                            }),
                actions.end());
  return actions;
}

}  // namespace writ::sema
