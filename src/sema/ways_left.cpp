#include "sema/ways_left.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "sema/actions.h"
#include "sema/model_terms.h"
#include "writ/diag/codes/meaning.h"
#include "writ/intent/planes.h"
#include "writ/support/check.h"
#include "writ/support/embedded.h"
#include "writ/support/json.h"

namespace writ::sema {

/// stdlib/aws/elsewhere.json.
std::span<const support::EmbeddedText> EmbeddedPlacesElsewhere();

namespace {

using intent::Plane;
using intent::Prohibition;

constexpr std::string_view kBedrock = "bedrock:";

bool IsOnModels(const Prohibition& said) {
  return said.operation.kind == intent::Operation::Kind::kVerb &&
         said.operation.sort == Sort::kModels;
}

/// Whether calls through no profile are meant, and not only those with a guardrail or a profile
/// that the sentence names.
bool IsOfAnyCall(const Prohibition& said) {
  const bool direct =
      said.routes.empty() || std::ranges::any_of(said.routes, [](const intent::Route& route) {
        return route.kind == intent::Route::Kind::kDirectly;
      });
  return direct && said.guardrails.empty() && !said.profiles;
}

bool HasPattern(const std::vector<std::string>& patterns, const std::string& action) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return catalog::MatchesPattern(pattern, action);
  });
}

/// Another service through which models are reached, and the sentence that closes it.
struct Elsewhere {
  std::string title;
  std::string closing;
  std::vector<std::string> actions;  ///< that the sentence forbids
  std::string verb;                  ///< or the verb that it is about
};

const std::vector<Elsewhere>& Places() {
  static const std::vector<Elsewhere> places = [] {
    support::json::Document document;
    WRIT_CHECK(!document.Read(EmbeddedPlacesElsewhere().front().text), "elsewhere.json is JSON");
    std::vector<Elsewhere> all;
    for (const support::json::Value value : document.root().Find("places")->elements()) {
      Elsewhere& place = all.emplace_back();
      place.title = value.Find("title")->text();
      place.closing = value.Find("closing")->text();
      if (const auto verb = value.Find("verb")) place.verb = verb->text();
      if (const auto actions = value.Find("actions")) {
        for (const support::json::Value action : actions->elements()) {
          place.actions.emplace_back(action.text());
        }
      }
    }
    return all;
  }();
  return places;
}

class Warner {
 public:
  explicit Warner(Context& context) : context_(context) {}

  void Run() {
    for (const Prohibition& said : context_.model.prohibitions) {
      if (!IsOnModels(said)) continue;
      const library::Verb* verb =
          context_.library.Find(said.operation.verb, intent::Name(said.operation.sort));
      if (verb == nullptr) continue;
      for (const library::Leg& leg : verb->forbid) {
        if (leg.plane == "claude-platform") Platform(said, leg);
      }
      if (said.Covers(Plane::kMantle) && CannotBeMet(said, "mantle")) Unmet(said, "mantle");
      if (std::ranges::any_of(verb->forbid,
                              [](const library::Leg& leg) { return leg.select == "inference"; })) {
        Left(said, *verb);
      }
    }
    for (const auto& [ways, sentences] : left_) Report(ways, sentences);
  }

 private:
  /// Ways that stay open, and the sentences that close them.
  struct Ways {
    std::vector<std::string> open;
    std::vector<std::string> closing;
    auto operator<=>(const Ways&) const = default;
  };

  // ---- planes that cannot tell models

  void Platform(const Prohibition& said, const library::Leg& leg) {
    if (!said.Covers(intent::kClaudePlatform)) return;
    const bool has_one =
        said.models.all || std::ranges::any_of(said.models.patterns, [&](const auto& pattern) {
          return std::ranges::any_of(
              leg.models, [&](const std::string& listed) { return PatternsMeet(pattern, listed); });
        });
    const bool is_named = !said.planes.empty();
    if (!has_one) {
      if (is_named && said.planes.size() == 1 && reported_.insert(said.origin.span).second) {
        context_.Report(diag::kNothingOnPlane, said.origin.span, "claude-platform")
            .At("nothing had to be forbidden")
            .Note("Claude Platform serves Claude models only");
      }
      return;
    }
    if (CannotBeMet(said, "claude-platform")) Unmet(said, "claude-platform");
    if (is_named) return;
    std::size_t others = 0;
    for (const catalog::Model& model : context_.catalog.models()) {
      for (const catalog::ModelId& id : model.ids) {
        if (HasPattern(leg.models, id.id) && !Covers(said.models, id.id)) ++others;
      }
    }
    if (others == 0 || !widened_.insert(said.origin.span).second) return;
    const Span end{said.origin.span.file, said.origin.span.end, said.origin.span.end};
    context_.Report(diag::kWholePlaneRefused, said.origin.span, "claude-platform")
        .At("no request there names its model")
        .Note("other Claude models cannot be used there either")
        .Patch("leave that plane alone", end, " through bedrock, mantle");
  }

  // ---- duties that a plane has no key for

  /// `unless` is a duty as well; a `when` on such a key is an error.
  [[nodiscard]] bool CannotBeMet(const Prohibition& said, std::string_view plane) const {
    if (!IsOfAnyCall(said)) return false;
    if (LacksTwin(said.when, plane)) return true;
    if (!said.unless) return false;
    const intent::Duty& duty = *said.unless;
    switch (duty.kind) {
      case intent::Duty::Kind::kGuardrail:
        return !HasTwin(context_.library.guardrail_key(), plane);
      case intent::Duty::Kind::kProfile:
        return !HasTwin(context_.library.profile_key(), plane);
      case intent::Duty::Kind::kEndpoint:
        return false;
      case intent::Duty::Kind::kSatisfy:
        return LacksTwin(duty.satisfy, plane);
    }
    return false;
  }

  [[nodiscard]] bool HasTwin(const std::string& key, std::string_view plane) const {
    const std::string twin =
        context_.library.PrefixOf(plane) + ":" + key.substr(std::min(kBedrock.size(), key.size()));
    return context_.catalog.FindKey(twin).has_value();
  }

  [[nodiscard]] bool LacksTwin(const intent::Condition& condition, std::string_view plane) const {
    if (condition.kind == intent::Condition::Kind::kTest) {
      return condition.test.key.starts_with(kBedrock) && !HasTwin(condition.test.key, plane);
    }
    return std::ranges::any_of(condition.operands, [&](const intent::Condition& operand) {
      return LacksTwin(operand, plane);
    });
  }

  void Unmet(const Prohibition& said, std::string_view plane) {
    if (!unmet_.insert({said.origin.span, std::string(plane)}).second) return;
    context_.Report(diag::kDutyNotOnPlane, said.origin.span, plane)
        .At("what it asks for does not exist there")
        .Suggest("`through bedrock` leaves the other planes out of the duty");
  }

  // ---- ways that stay open

  void Left(const Prohibition& said, const library::Verb& verb) {
    if (!IsOfAnyCall(said)) return;
    Ways ways;
    const bool is_all = said.models.all && said.models.except.empty();
    if (said.Covers(Plane::kBedrock) && !is_all) AddActions(said, verb, ways);
    if (said.Covers(Plane::kBedrock) && !said.models.all) {
      ways.open.emplace_back(
          "provisioned, imported and deployed custom models that are there already");
    }
    if (said.Covers(Plane::kMantle) && !said.models.all) {
      ways.open.emplace_back("mantle calls that go on with an earlier response");
    }
    if (said.planes.empty()) AddServices(ways);
    if (!ways.open.empty()) left_[std::move(ways)].push_back(&said);
  }

  /// Actions that have models run, do not say which, and are not refused.
  void AddActions(const Prohibition& said, const library::Verb& verb, Ways& ways) const {
    std::vector<std::string> actions;
    for (const catalog::BedrockAction& action : context_.catalog.bedrock_actions()) {
      const bool is_other_plane = action.service == context_.library.PrefixOf("mantle") ||
                                  action.service == context_.library.PrefixOf("claude-platform");
      if (!action.causes_inference || is_other_plane) continue;
      const std::string name = action.FullName();
      const bool is_told = std::ranges::any_of(verb.forbid, [&](const library::Leg& leg) {
        return std::ranges::find(leg.actions, name) != leg.actions.end();
      });
      const auto known = context_.catalog.FindAction(action.service, action.name);
      const bool by_type =
          known && std::ranges::any_of(known->resources, [](const catalog::ActionResource& each) {
            return each.type == "foundation-model";
          });
      if (is_told || by_type || IsForbidden(said, name)) continue;
      actions.push_back(name);
    }
    if (actions.empty()) return;
    ways.open.push_back(
        fmt::format("{}, which do not say what model they run", fmt::join(actions, ", ")));
    ways.closing.push_back(fmt::format("nobody may do {}", fmt::join(actions, ", ")));
  }

  /// Other services in which models are deployed, sold or built in.
  void AddServices(Ways& ways) const {
    for (const Elsewhere& place : Places()) {
      if (IsClosed(place)) continue;
      ways.open.push_back(place.title);
      ways.closing.push_back(place.closing);
    }
  }

  [[nodiscard]] bool IsClosed(const Elsewhere& place) const {
    if (!place.verb.empty()) {
      return std::ranges::any_of(context_.model.prohibitions, [&](const Prohibition& other) {
        return other.operation.kind == intent::Operation::Kind::kVerb &&
               other.operation.verb == place.verb && other.bound.everyone;
      });
    }
    return std::ranges::all_of(place.actions, [&](const std::string& action) {
      return std::ranges::any_of(context_.model.prohibitions,
                                 [&](const Prohibition& other) { return IsNamed(other, action); });
    });
  }

  [[nodiscard]] bool IsForbidden(const Prohibition& said, const std::string& action) const {
    return std::ranges::any_of(context_.model.prohibitions, [&](const Prohibition& other) {
      return IsNamed(other, action) && std::ranges::includes(other.accounts, said.accounts);
    });
  }

  static bool IsNamed(const Prohibition& other, const std::string& action) {
    return other.operation.kind == intent::Operation::Kind::kActions && other.bound.everyone &&
           HasPattern(other.operation.actions, action);
  }

  void Report(const Ways& ways, const std::vector<const Prohibition*>& sentences) {
    std::set<Span> spans;
    for (const Prohibition* said : sentences) spans.insert(said->origin.span);
    auto& found = context_.Report(diag::kWaysLeft, *spans.begin(), ways.open.size());
    found.At("closes none of them");
    for (const std::string& way : ways.open) found.Note("open: " + way);
    for (const std::string& sentence : ways.closing) found.Suggest("`" + sentence + "`");
    if (spans.size() > 1) {
      found.Note(fmt::format("{} more sentence{} leave{} the same open", spans.size() - 1,
                             spans.size() > 2 ? "s" : "", spans.size() > 2 ? "" : "s"));
    }
  }

  Context& context_;
  std::set<Span> reported_;
  std::set<Span> widened_;
  std::set<std::pair<Span, std::string>> unmet_;
  std::map<Ways, std::vector<const Prohibition*>> left_;
};

}  // namespace

void WarnWaysLeft(Context& context) { Warner(context).Run(); }

}  // namespace writ::sema
