#include "program/sema/calls.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/diag/codes/meaning.h"
#include "program/sema/attributes.h"

namespace writ::sema {
namespace {

using intent::Call;
using intent::Route;

Tri Of(std::optional<bool> value) {
  if (!value) return Tri::kUnknown;
  return *value ? Tri::kYes : Tri::kNo;
}

/// A route with the place where it was written.
struct WrittenRoute {
  Route route;
  Span span;  ///< invalid: the default
};

Tri Offers(const catalog::ModelId* id, const Route& route, const std::string& region) {
  // Without the catalog a profile's destinations cannot be granted one by one.
  if (id == nullptr) return route.kind == Route::Kind::kDirectly ? Tri::kUnknown : Tri::kNo;
  switch (route.kind) {
    case Route::Kind::kDirectly:
      return Of(id->InRegion(region));
    case Route::Kind::kWithin:
    case Route::Kind::kGlobally: {
      const catalog::InferenceProfile* profile =
          id->ProfileOf(route.kind == Route::Kind::kWithin ? route.geography : "global");
      return profile == nullptr ? Tri::kNo : Of(profile->CallableIn(region));
    }
  }
  return Tri::kUnknown;
}

Tri OffersOnMantle(const catalog::ModelId* id, const std::string& region) {
  return id == nullptr ? Tri::kUnknown : Of(id->OnMantleIn(region));
}

/// Offered in the region in whatever way.
Tri OffersAnyhow(const catalog::ModelId* id, const std::string& region) {
  if (id == nullptr) return Tri::kUnknown;
  Tri result = std::max(Of(id->InRegion(region)), Of(id->OnMantleIn(region)));
  for (const catalog::InferenceProfile& profile : id->profiles)
    result = std::max(result, Of(profile.CallableIn(region)));
  return result;
}

class CallFinder {
 public:
  CallFinder(Context& context, const CallRequest& request) : context_(context), request_(request) {
    for (const syntax::Route& route : request.routes) {
      Route value;
      value.kind = route.kind == syntax::Route::Kind::kWithin     ? Route::Kind::kWithin
                   : route.kind == syntax::Route::Kind::kGlobally ? Route::Kind::kGlobally
                                                                  : Route::Kind::kDirectly;
      value.geography = std::string(route.geography.text);
      routes_.push_back({std::move(value), route.span});
    }
    if (routes_.empty()) routes_.push_back({Route{}, Span{}});
    ChooseRegions();
  }

  std::vector<Call> Find();

 private:
  struct Unknown {
    Call call;
    const ModelChoice* choice;
    std::size_t route;
  };

  void ChooseRegions();
  void CheckLifecycle();
  void Try(const ModelChoice& choice, const std::string& region);
  void Take(const ModelChoice& choice, const Call& call, std::size_t route);
  void NoteDestinations(const ModelChoice& choice, const Call& call);
  void SettleUnknown();
  void ReportUnknown(const std::vector<const Unknown*>& used);
  void ReportDestinations();
  bool ReportModels();
  bool ReportRegions();
  void ReportRoutes();
  void DescribeRoutes(diag::Diagnostic& found, const std::vector<const ModelChoice*>& choices);

  Context& context_;
  const CallRequest& request_;
  std::vector<WrittenRoute> routes_;
  std::vector<std::string> regions_;
  std::vector<Call> calls_;
  std::vector<Unknown> unknown_;
  std::map<Span, std::set<std::string>> inferred_;  ///< term → routes no source states as such
  std::map<Span, std::set<std::string>> nowhere_;   ///< term → routes without known destinations
  std::set<Span> served_terms_;
  std::set<std::string> served_regions_;
  std::set<std::size_t> served_routes_;
};

void CallFinder::ChooseRegions() {
  if (*request_.regions) {
    regions_ = (*request_.regions)->regions;
    return;
  }
  for (const catalog::Region& region : context_.catalog.regions())
    if (region.partition == context_.model.organization.partition) regions_.push_back(region.name);
}

std::vector<Call> CallFinder::Find() {
  CheckLifecycle();
  for (const ModelChoice& choice : *request_.choices) {
    if (request_.regionless && !*request_.regions) {
      Take(choice, Call{Call::Plane::kBedrock, choice.text, "", Route{}}, 0);
      continue;
    }
    for (const std::string& region : regions_) Try(choice, region);
  }
  SettleUnknown();
  ReportDestinations();
  if (!ReportModels() && !ReportRegions()) ReportRoutes();
  std::sort(calls_.begin(), calls_.end());
  calls_.erase(std::unique(calls_.begin(), calls_.end()), calls_.end());
  return std::move(calls_);
}

/// A model that cannot be called any more, or not for long.
void CallFinder::CheckLifecycle() {
  std::set<Span> seen;
  for (const ModelChoice& choice : *request_.choices) {
    if (!choice.single || choice.id == nullptr || !seen.insert(choice.span).second) continue;
    const catalog::Lifecycle& life = choice.id->lifecycle;
    const std::string name = choice.model == nullptr ? choice.text : choice.model->name;
    if (choice.id->EndedAt(context_.as_of)) {
      context_.Report(diag::kEndOfLife, choice.span, name, *life.end_of_life)
          .At("retired by AWS on " + *life.end_of_life)
          .Note("as of " + context_.as_of + ", catalog of " + context_.catalog.date());
    } else if (life.status == catalog::LifecycleStatus::kLegacy) {
      auto& found = context_.Report(diag::kLegacyModel, choice.span, name);
      found.At(life.end_of_life ? "ends on " + *life.end_of_life : "no end of life announced");
      found.Note("accounts that have not used a legacy model cannot start to; catalog of " +
                 context_.catalog.date());
    }
  }
}

void CallFinder::Take(const ModelChoice& choice, const Call& call, std::size_t route) {
  calls_.push_back(call);
  served_terms_.insert(choice.span);
  served_regions_.insert(call.region);
  served_routes_.insert(route);
}

/// Remembers an offered geographic route whose destinations are not observed ones.
void CallFinder::NoteDestinations(const ModelChoice& choice, const Call& call) {
  if (call.route.kind != Route::Kind::kWithin) return;
  const catalog::InferenceProfile* profile = choice.id->ProfileOf(call.route.geography);
  const catalog::Route* known = profile->RouteFrom(call.region);
  if (known == nullptr) {
    nowhere_[choice.span].insert(Name(call.route) + " in " + call.region);
  } else if (known->inferred) {
    inferred_[choice.span].insert(Name(call.route) + " in " + call.region);
  }
}

/// `ways`, the first few of them.
std::string SomeOf(const std::set<std::string>& ways) {
  constexpr std::size_t kShown = 6;
  std::vector<std::string> shown(ways.begin(), ways.end());
  const std::size_t more = shown.size() > kShown ? shown.size() - kShown : 0;
  shown.resize(shown.size() - more);
  return OrList(shown, "and") + (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

/// Where calls may be processed must be granted region by region, so it must be known.
void CallFinder::ReportDestinations() {
  const auto report = [&](Span span, const std::set<std::string>& ways, std::string_view how,
                          std::string_view granted) {
    auto& found = context_.Report(diag::kDestinationsUnknown, span,
                                  SentenceText(context_.sources.text(span)), how, ways.size());
    found.At("check with GetInferenceProfile in the calling region");
    found.Note(std::string(how) + ": " + SomeOf(ways));
    found.Note(std::string(granted) + "; catalog of " + context_.catalog.date());
  };
  for (const auto& [span, ways] : inferred_) {
    report(span, ways, "inferred from a sibling model", "granted as inferred");
  }
  for (const auto& [span, ways] : nowhere_) {
    report(span, ways, "not known",
           "only the calling region is granted; calls that AWS routes elsewhere fail");
  }
}

void CallFinder::Try(const ModelChoice& choice, const std::string& region) {
  const auto consider = [&](Tri offered, Call call, std::size_t route) {
    if (offered == Tri::kYes) {
      Take(choice, call, route);
      NoteDestinations(choice, call);
    }
    if (offered == Tri::kUnknown) unknown_.push_back({std::move(call), &choice, route});
  };
  if (!request_.calls) {
    consider(OffersAnyhow(choice.id, region),
             Call{Call::Plane::kBedrock, choice.text, region, Route{}}, 0);
    return;
  }
  for (std::size_t i = 0; i < routes_.size(); ++i)
    consider(Offers(choice.id, routes_[i].route, region),
             Call{Call::Plane::kBedrock, choice.text, region, routes_[i].route}, i);
  // The mantle adds to whatever route there is; it answers for the default route alone.
  if (request_.mantle && !request_.is_bound_to_bedrock)
    consider(OffersOnMantle(choice.id, region),
             Call{Call::Plane::kMantle, choice.text, region, Route{}},
             routes_[0].span.valid() ? routes_.size() : 0);
}

/// What is not known counts for a model named singly, and where nothing else is left.
void CallFinder::SettleUnknown() {
  std::vector<const Unknown*> used;
  const std::set<std::string> served_regions = served_regions_;
  const bool nothing = calls_.empty();
  for (const Unknown& unknown : unknown_) {
    const bool named_region =
        std::any_of(request_.named_regions->begin(), request_.named_regions->end(),
                    [&](const Named& named) { return named.name == unknown.call.region; });
    const bool anywhere = !*request_.regions;
    const bool wanted = (unknown.choice->single && !anywhere) ||
                        (named_region && served_regions.count(unknown.call.region) == 0) ||
                        (nothing && unknown.choice->single);
    if (!wanted) continue;
    used.push_back(&unknown);
    Take(*unknown.choice, unknown.call, unknown.route);
  }
  if (!used.empty()) ReportUnknown(used);
}

void CallFinder::ReportUnknown(const std::vector<const Unknown*>& used) {
  std::map<Span, std::set<std::string>> by_term;
  bool geographic = false;
  for (const Unknown* unknown : used) {
    const std::string how =
        unknown->call.plane == Call::Plane::kMantle ? "through mantle" : Name(unknown->call.route);
    by_term[unknown->choice->span].insert(how + " in " + unknown->call.region);
    geographic = geographic || unknown->call.route.kind == Route::Kind::kWithin;
  }
  for (const auto& [span, ways] : by_term) {
    auto& found = context_.Report(diag::kAvailabilityUnknown, span,
                                  SentenceText(context_.sources.text(span)), ways.size());
    found.At("availability unknown");
    found.Note("unknown: " + SomeOf(ways));
    found.Note("granted as written; catalog of " + context_.catalog.date());
    if (geographic) found.Note("destinations are unknown: granted in the calling region only");
  }
}

// ---- what is left with none --------------------------------------------------------------------

bool CallFinder::ReportModels() {
  std::map<Span, std::vector<const ModelChoice*>> left;
  for (const ModelChoice& choice : *request_.choices) {
    const bool counts = choice.single || calls_.empty();
    if (counts && served_terms_.count(choice.span) == 0) left[choice.span].push_back(&choice);
  }
  for (const auto& [span, choices] : left) {
    const bool single = choices[0]->single;
    const std::string name = single && choices[0]->model != nullptr
                                 ? choices[0]->model->name
                                 : SentenceText(context_.sources.text(span));
    std::vector<std::string> ways;
    for (const WrittenRoute& route : routes_) ways.push_back(Name(route.route));
    if (request_.mantle && !request_.is_bound_to_bedrock) ways.emplace_back("through mantle");
    std::string where = "any region";
    if (*request_.regions) {
      constexpr std::size_t kShown = 4;
      std::vector<std::string> shown = regions_;
      const std::size_t more = shown.size() > kShown ? shown.size() - kShown : 0;
      shown.resize(shown.size() - more);
      where = OrList(shown) + (more > 0 ? " and " + std::to_string(more) + " more" : "");
    }
    auto& found = context_.Report(diag::kModelNotOffered, span, name,
                                  request_.calls ? OrList(ways) : "in any way", where);
    found.At("not available this way");
    DescribeRoutes(found, choices);
    found.Note("catalog of " + context_.catalog.date());
  }
  return !left.empty();
}

/// Says which routes there are in the regions asked for, else where the model is at all.
void CallFinder::DescribeRoutes(diag::Diagnostic& found,
                                const std::vector<const ModelChoice*>& choices) {
  std::map<std::string, std::set<std::string>> regions_of;  // route → regions
  std::set<std::string> elsewhere;
  const auto look = [&](const ModelChoice& choice, const std::string& region, bool asked) {
    if (choice.id == nullptr) return;
    const auto note = [&](Tri offered, const std::string& way) {
      if (offered != Tri::kYes) return;
      if (asked) {
        regions_of[way].insert(region);
      } else {
        elsewhere.insert(region);
      }
    };
    note(Of(choice.id->InRegion(region)), "routed directly");
    for (const catalog::InferenceProfile& profile : choice.id->profiles)
      note(Of(profile.CallableIn(region)),
           profile.global() ? "routed globally" : "routed within " + profile.scope);
    note(Of(choice.id->OnMantleIn(region)), "through mantle");
  };
  for (const ModelChoice* choice : choices)
    for (const catalog::Region& region : context_.catalog.regions())
      look(*choice, region.name,
           std::find(regions_.begin(), regions_.end(), region.name) != regions_.end());

  std::string best;
  for (const auto& [way, regions] : regions_of) {
    found.Note("available: " + way + " in " + OrList({regions.begin(), regions.end()}, "and"));
    const bool everywhere = regions.size() == regions_.size();
    if (everywhere && way != "routed globally" && way != "through mantle" && best.empty())
      best = way;
  }
  if (regions_of.empty() && !elsewhere.empty()) {
    constexpr std::size_t kShown = 8;
    std::vector<std::string> shown(elsewhere.begin(), elsewhere.end());
    const std::size_t more = shown.size() > kShown ? shown.size() - kShown : 0;
    shown.resize(shown.size() - more);
    found.Note("available elsewhere: " + OrList(shown, "and") +
               (more > 0 ? " and " + std::to_string(more) + " more" : ""));
  }
  if (regions_of.empty() && elsewhere.empty()) found.Note("no region or route is known");
  if (best.empty() || !request_.routed_verb) return;
  if (!calls_.empty()) {
    // The route is that of the whole sentence: the other models would lose theirs.
    found.Suggest("write a sentence of its own for it, with `" + best + "`");
  } else if (request_.routes.empty()) {
    const Span after{request_.action.file, request_.action.end, request_.action.end};
    found.Patch("write `" + best + "`", after, " " + best);
  } else if (request_.routes.size() == 1) {
    found.Patch("write `" + best + "`", request_.routes[0].span,
                best.substr(std::string("routed ").size()));
  }
}

bool CallFinder::ReportRegions() {
  bool reported = false;
  for (const Named& named : *request_.named_regions) {
    const bool asked = std::find(regions_.begin(), regions_.end(), named.name) != regions_.end();
    if (!asked || served_regions_.count(named.name) > 0) continue;
    auto& found = context_.Report(diag::kRegionNotOffered, named.span, named.name);
    found.At("no model is available here by these routes").Also(request_.object, "the models");
    std::set<std::string> ways;
    for (const ModelChoice& choice : *request_.choices) {
      if (choice.id == nullptr) continue;
      if (choice.id->InRegion(named.name).value_or(false)) ways.insert("routed directly");
      if (choice.id->OnMantleIn(named.name).value_or(false)) ways.insert("through mantle");
      for (const catalog::InferenceProfile& profile : choice.id->profiles)
        if (profile.CallableIn(named.name).value_or(false))
          ways.insert(profile.global() ? "routed globally" : "routed within " + profile.scope);
    }
    found.Note(ways.empty() ? "no route from this region is known"
                            : "offered there: " + OrList({ways.begin(), ways.end()}, "and"));
    found.Note("catalog of " + context_.catalog.date());
    reported = true;
  }
  return reported;
}

void CallFinder::ReportRoutes() {
  const bool is_on_mantle = std::any_of(calls_.begin(), calls_.end(), [](const Call& call) {
    return call.plane == Call::Plane::kMantle;
  });
  if (request_.mantle && request_.calls && !is_on_mantle) {
    context_.Report(diag::kRouteNotOffered, request_.plane, "through mantle")
        .At(request_.is_bound_to_bedrock
                ? "calls on this plane name no guardrail and no inference profile"
                : "no model is offered on this plane in these regions")
        .Also(request_.object, "the models")
        .Note("catalog of " + context_.catalog.date());
  }
  if (!request_.routed_verb) return;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!routes_[i].span.valid() || served_routes_.count(i) > 0) continue;
    context_.Report(diag::kRouteNotOffered, routes_[i].span, Name(routes_[i].route))
        .At("no model is available by this route in these regions")
        .Also(request_.object, "the models")
        .Note("catalog of " + context_.catalog.date());
  }
}

}  // namespace

std::vector<Call> OfferedCalls(Context& context, const CallRequest& request) {
  return CallFinder(context, request).Find();
}

}  // namespace writ::sema
