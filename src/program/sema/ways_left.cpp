#include "program/sema/ways_left.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/meaning.h"
#include "base/support/check.h"
#include "base/support/embedded.h"
#include "base/support/json.h"
#include "program/intent/planes.h"
#include "program/sema/actions.h"
#include "program/sema/model_terms.h"

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

/// `with guardrail any guardrail`: what the call itself says.
bool NamesAnyGuardrail(const intent::Condition& when, const std::string& key) {
  if (when.kind == intent::Condition::Kind::kTest) {
    return when.test.op == intent::Test::Operator::kPresent && when.test.key == key;
  }
  return when.kind == intent::Condition::Kind::kAll &&
         std::ranges::any_of(when.operands, [&](const intent::Condition& operand) {
           return NamesAnyGuardrail(operand, key);
         });
}

/// Whether calls through no profile are meant, and not only those with a guardrail or a profile
/// that the sentence names.
bool IsOfAnyCall(const Prohibition& said, const library::Library& library) {
  const bool direct =
      said.routes.empty() || std::ranges::any_of(said.routes, [](const intent::Route& route) {
        return route.kind == intent::Route::Kind::kDirectly;
      });
  return direct && said.guardrails.empty() && !said.profiles &&
         !NamesAnyGuardrail(said.when, library.guardrail_key());
}

bool HasPattern(const std::vector<std::string>& patterns, const std::string& action) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return catalog::MatchesPattern(pattern, action);
  });
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
      // Only the bedrock plane has profiles, and calls that name a guardrail.
      if (!said.Covers(Plane::kBedrock) && !IsOfAnyCall(said, context_.library)) {
        NothingOn(said);
        continue;
      }
      for (const library::Leg& leg : verb->forbid) {
        if (leg.plane == "claude-platform") Platform(said, leg);
      }
      if (said.Covers(Plane::kMantle) && CannotBeMet(said, "mantle")) Unmet(said, "mantle");
      if (std::ranges::any_of(verb->forbid,
                              [](const library::Leg& leg) { return leg.select == "inference"; })) {
        Left(said, *verb);
      }
    }
    if (!leaving_.empty()) Report();
    for (const auto& [span, planes] : unmet_) {
      context_
          .Report(diag::kDutyNotOnPlane, span,
                  fmt::format("{}", fmt::join(planes.begin(), planes.end(), ", ")))
          .At("what it requires does not exist there")
          .Suggest("to leave other planes out of the requirement, add `through bedrock`");
    }
  }

 private:
  /// Ways that stay open, and what sentences that close them forbid (`do …`), in the order in which
  /// they are found.
  struct Ways {
    std::vector<std::string> open;
    std::vector<std::string> closing;
    void Add(std::string way, std::string deed = "") {
      if (std::ranges::find(open, way) != open.end()) return;
      open.push_back(std::move(way));
      if (!deed.empty()) closing.push_back(std::move(deed));
    }
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
      if (is_named && said.planes.size() == 1) NothingOn(said);
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
    // Words and no patch: who applies it opens the plane.
    context_.Report(diag::kWholePlaneRefused, said.origin.span, "claude-platform")
        .At("requests there do not name a model")
        .Note(
            "this also denies other Claude models there; `through bedrock, mantle` at the end "
            "leaves "
            "that plane open");
  }

  /// Nothing had to be forbidden: no call of the sentence goes through the planes that it names.
  void NothingOn(const Prohibition& said) {
    if (!nothing_.insert(said.origin.span).second) return;
    std::vector<std::string_view> planes;
    for (const Plane plane : said.planes) planes.push_back(intent::Name(plane));
    context_
        .Report(diag::kNothingOnPlane, said.origin.span, fmt::format("{}", fmt::join(planes, ", ")))
        .At("nothing to deny");
  }

  // ---- duties that a plane has no key for

  /// `unless` is a duty as well; a `when` on such a key is an error.
  [[nodiscard]] bool CannotBeMet(const Prohibition& said, std::string_view plane) const {
    if (!IsOfAnyCall(said, context_.library)) return false;
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
    unmet_[said.origin.span].insert(std::string(plane));
  }

  // ---- ways that stay open

  void Left(const Prohibition& said, const library::Verb& verb) {
    if (!IsOfAnyCall(said, context_.library)) return;
    const std::size_t before = ways_.open.size();
    const bool is_all = said.models.all && said.models.except.empty();
    bool leaves = false;
    if (said.Covers(Plane::kBedrock) && !is_all) leaves = AddActions(said, verb);
    if (said.Covers(Plane::kBedrock) && !said.models.all) {
      ways_.Add("provisioned, imported and deployed custom models that are there already");
      leaves = true;
    }
    if (said.Covers(Plane::kMantle) && !said.models.all) {
      ways_.Add("mantle calls that go on with an earlier response");
      leaves = true;
    }
    if (said.planes.empty()) leaves = AddServices(said) || leaves;
    if (leaves || ways_.open.size() > before) leaving_.insert(said.origin.span);
  }

  /// Actions that have models run, do not say which, and are not refused.
  bool AddActions(const Prohibition& said, const library::Verb& verb) {
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
    if (actions.empty()) return false;
    ways_.Add(fmt::format("{}, which do not say what model they run", fmt::join(actions, ", ")),
              fmt::format("do {}", fmt::join(actions, ", ")));
    return true;
  }

  /// Other services in which models are deployed, sold or built in.
  bool AddServices(const Prohibition& said) {
    bool any = false;
    for (const Elsewhere& place : PlacesElsewhere()) {
      if (IsClosed(place, said)) continue;
      ways_.Add(place.title, place.closing);
      any = true;
    }
    return any;
  }

  [[nodiscard]] bool IsClosed(const Elsewhere& place, const Prohibition& said) const {
    if (!place.verb.empty()) {
      return std::ranges::any_of(context_.model.prohibitions, [&](const Prohibition& other) {
        return other.operation.kind == intent::Operation::Kind::kVerb &&
               other.operation.verb == place.verb && other.bound.everyone &&
               std::ranges::includes(other.accounts, said.accounts);
      });
    }
    return std::ranges::all_of(
        place.actions, [&](const std::string& action) { return IsForbidden(said, action); });
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

  /// Once for the program: what one sentence leaves open, most others leave as well. A sentence
  /// that waives the warning has one of its own, which the waiver takes away.
  void Report() {
    std::vector<Span> others;
    for (const Span sentence : leaving_) {
      if (IsWaived(sentence)) {
        context_.Report(diag::kWaysLeft, sentence, ways_.open.size());
      } else {
        others.push_back(sentence);
      }
    }
    if (others.empty()) return;
    auto& found = context_.Report(diag::kWaysLeft, others.front(), ways_.open.size());
    found.At("does not cover them");
    // A sentence that closes a way must not forbid more than these do.
    const bool is_plain =
        std::ranges::all_of(others, [&](Span sentence) { return ForbidsAlways(sentence); });
    const std::string subject = "nobody" + InAccountsOf(others);
    for (const std::string& deed : ways_.closing) {
      found.Suggest(is_plain ? fmt::format("`{} may {}`", subject, deed)
                             : fmt::format("forbid `{}` as narrowly as this sentence", deed));
    }
    found.Note(fmt::format("open: {}", fmt::join(ways_.open, "; ")));
    const std::size_t more = others.size() - 1;
    if (more > 0) {
      found.Note(fmt::format("{} more sentence{} some of them open", more,
                             more > 1 ? "s leave" : " leaves"));
    }
  }

  /// Whether it binds everyone, in every region and on every day, under no condition.
  [[nodiscard]] bool ForbidsAlways(Span sentence) const {
    return std::ranges::all_of(context_.model.prohibitions, [&](const Prohibition& said) {
      if (said.origin.span != sentence) return true;
      const bool is_of_all = said.bound.everyone && said.bound.excepted.empty();
      const bool is_of_every_call = !said.regions && said.routes.empty() &&
                                    said.endpoints.empty() && said.when.always() && !said.unless;
      return is_of_all && is_of_every_call && !said.period.from && !said.period.until;
    });
  }

  /// " in prod": the accounts of these sentences, nothing where that is the organization.
  [[nodiscard]] std::string InAccountsOf(const std::vector<Span>& sentences) const {
    const intent::Organization& organization = context_.model.organization;
    std::set<intent::AccountIndex> bound;
    for (const Prohibition& said : context_.model.prohibitions) {
      if (std::ranges::find(sentences, said.origin.span) == sentences.end()) continue;
      bound.insert(said.accounts.begin(), said.accounts.end());
    }
    std::erase_if(bound, [&](intent::AccountIndex account) {
      return organization.accounts[account.value].management;
    });
    for (const intent::Node& node : organization.nodes) {
      if (!std::ranges::equal(node.accounts, bound)) continue;
      return node.kind == intent::Node::Kind::kRoot ? "" : " in " + node.name;
    }
    std::vector<std::string_view> names;
    for (const intent::AccountIndex account : bound) {
      names.push_back(organization.accounts[account.value].name);
    }
    return names.empty() ? "" : fmt::format(" in {}", fmt::join(names, ", "));
  }

  [[nodiscard]] bool IsWaived(Span sentence) const {
    return std::ranges::any_of(context_.code_waivers, [&](const CodeWaiver& waiver) {
      return waiver.code == diag::kWaysLeft.number && waiver.sentence == sentence;
    });
  }

  Context& context_;
  std::set<Span> nothing_;
  std::set<Span> widened_;
  std::map<Span, std::set<std::string>> unmet_;  ///< planes, by sentence
  Ways ways_;
  std::set<Span> leaving_;
};

}  // namespace

const std::vector<Elsewhere>& PlacesElsewhere() {
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

void WarnWaysLeft(Context& context) { Warner(context).Run(); }

}  // namespace writ::sema
