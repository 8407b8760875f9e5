#include "analysis/imports/verbs.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "iam/policy/pattern.h"

namespace writ::imports {
namespace {

using policy::Statement;

constexpr std::string_view kModel = "foundation-model/";
constexpr std::string_view kProfile = "inference-profile/";
constexpr std::string_view kProfileKey = "bedrock:InferenceProfileArn";

/// A call that an ARN names: a model in a region, or a system profile called there.
struct Called {
  std::string model;  ///< id
  std::string region;
  std::string scope;  ///< of the profile; empty for the model itself
};

class Finder {
 public:
  Finder(Draft& draft, const catalog::Catalog& catalog) : draft_(draft), catalog_(catalog) {}

  std::vector<Candidate> Run() {
    for (std::size_t i = 0; i < draft_.holders.size(); ++i) {
      if (draft_.holders[i].kind == Holder::Kind::kTeam) LookAt(i);
    }
    return std::move(candidates_);
  }

 private:
  [[nodiscard]] const Statement& StatementOf(std::size_t part) const {
    return draft_.statements[draft_.parts[part].statement].statement;
  }

  /// Whether the part may be said by a verb: `do` may be refused where a verb is not.
  [[nodiscard]] bool IsOpen(const Part& part) const {
    if (draft_.statements[part.statement].statement.effect != policy::Effect::kAllow) return false;
    if (part.fate == Fate::kResidue) return part.refusal.reason == Reason::kRefused;
    return part.fate == Fate::kDo;
  }

  /// Documents for several accounts name things of the caller's account by a condition.
  static bool IsAboutOwnThings(const Statement& statement) {
    return std::ranges::all_of(statement.conditions, [](const policy::Condition& condition) {
      return policy::EqualIgnoringCase(condition.key, "aws:ResourceAccount");
    });
  }

  void LookAt(std::size_t holder) {
    std::vector<std::size_t> routed;
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < draft_.parts.size(); ++i) {
      const Part& part = draft_.parts[i];
      if (part.holder != holder || !IsOpen(part)) continue;
      const Statement& statement = StatementOf(i);
      if (!IsInvoking(statement)) {
        if (IsAboutOwnThings(statement)) others.push_back(i);
      } else if (IsRouted(statement)) {
        routed.push_back(i);
      } else {
        Direct(i);
      }
    }
    if (!routed.empty()) Routed(routed);
    if (!others.empty()) Kinds(others);
  }

  // ---- models

  static bool IsInvoking(const Statement& statement) {
    std::set<std::string> actions;
    for (const std::string& action : statement.action.values) {
      actions.insert(policy::FoldCase(action));
    }
    return actions ==
           std::set<std::string>{"bedrock:invokemodel", "bedrock:invokemodelwithresponsestream"};
  }

  static bool IsRouted(const Statement& statement) {
    const bool has_profile = std::ranges::any_of(
        statement.resource->values,
        [](const std::string& value) { return value.find(kProfile) != std::string::npos; });
    return has_profile || (!statement.conditions.empty() && !IsWithoutProfile(statement));
  }

  /// Whether the only condition is that no inference profile is used.
  static bool IsWithoutProfile(const Statement& statement) {
    return std::ranges::all_of(statement.conditions, [](const policy::Condition& condition) {
      return policy::EqualIgnoringCase(condition.key, kProfileKey) &&
             condition.op.base == policy::BaseOperator::kNull &&
             condition.values == std::vector<std::string>{"true"};
    });
  }

  [[nodiscard]] std::optional<Called> CalledBy(const std::string& arn) const {
    const auto segments = policy::SplitArn(arn);
    if (!segments || (*segments)[2] != "bedrock" ||
        catalog_.FindRegion((*segments)[3]) == nullptr) {
      return std::nullopt;
    }
    std::string_view rest = (*segments)[5];
    if (rest.starts_with(kModel)) {
      rest.remove_prefix(kModel.size());
      if (!catalog_.FindId(rest)) return std::nullopt;
      return Called{std::string(rest), std::string((*segments)[3]), ""};
    }
    if (!rest.starts_with(kProfile)) return std::nullopt;
    rest.remove_prefix(kProfile.size());
    const catalog::FoundProfile found = catalog_.FindProfile(rest);
    if (!found) return std::nullopt;
    return Called{found.id->id, std::string((*segments)[3]), found.profile->scope};
  }

  /// A model by its name, or by its id where the name means others, too.
  syntax::SetTerm ModelTerm(const std::string& id) {
    syntax::SetTerm term;
    const catalog::FoundId found = catalog_.FindId(id);
    if (found.model->GrantedIds().size() == 1) {
      term.name = draft_.words.Name(found.model->name);
    } else {
      term.kind = syntax::SetTerm::Kind::kString;
      term.string = support::Box<syntax::String>(Text(id));
    }
    return term;
  }

  syntax::SetExpr NameSet(const std::set<std::string>& names) {
    syntax::SetExpr set;
    for (const std::string& name : names) {
      syntax::SetTerm term;
      term.name = draft_.words.Name(name);
      set.included.push_back(std::move(term));
    }
    return set;
  }

  syntax::Sentence Begin(std::size_t part, std::string verb, syntax::SetExpr object) {
    syntax::Principal team;
    team.teams.push_back(draft_.words.Name(draft_.holders[draft_.parts[part].holder].name));
    syntax::Sentence sentence;
    sentence.subject.principals.push_back(std::move(team));
    sentence.modality.kind = syntax::Modality::Kind::kMay;
    sentence.action.kind = syntax::Action::Kind::kVerb;
    sentence.action.verb = draft_.words.Name(std::move(verb));
    sentence.action.object = support::Box<syntax::SetExpr>(std::move(object));
    return sentence;
  }

  /// One sentence for the models that are called in the same regions.
  void Invoke(std::size_t part, const std::vector<Called>& calls,
              std::vector<syntax::Sentence>& sentences) {
    std::map<std::pair<std::string, std::string>, std::set<std::string>> regions_of;
    for (const Called& call : calls) regions_of[{call.scope, call.model}].insert(call.region);
    std::map<std::pair<std::string, std::set<std::string>>, std::vector<std::string>> by_regions;
    for (const auto& [called, regions] : regions_of) {
      by_regions[{called.first, regions}].push_back(called.second);
    }
    for (const auto& [where, models] : by_regions) {
      syntax::SetExpr object;
      for (const std::string& id : models) object.included.push_back(ModelTerm(id));
      syntax::Sentence sentence = Begin(part, "invoke", std::move(object));
      sentence.qualifiers.push_back({{}, syntax::InQualifier{NameSet(where.second)}});
      if (!where.first.empty()) {
        syntax::Route route;
        const bool is_global = where.first == "global";
        route.kind = is_global ? syntax::Route::Kind::kGlobally : syntax::Route::Kind::kWithin;
        if (!is_global) route.geography = draft_.words.Name(where.first);
        sentence.qualifiers.push_back({{}, syntax::RoutedQualifier{{std::move(route)}}});
      }
      sentences.push_back(std::move(sentence));
    }
  }

  void Direct(std::size_t part) {
    const Statement& statement = StatementOf(part);
    std::vector<Called> calls;
    for (const std::string& arn : statement.resource->values) {
      auto call = CalledBy(arn);
      if (!call || !call->scope.empty()) return;
      calls.push_back(*std::move(call));
    }
    Candidate candidate{{part}, {}};
    Invoke(part, calls, candidate.sentences);
    candidates_.push_back(std::move(candidate));
  }

  void Routed(const std::vector<std::size_t>& parts) {
    std::vector<Called> calls;
    for (const std::size_t part : parts) {
      for (const std::string& arn : StatementOf(part).resource->values) {
        auto call = CalledBy(arn);
        if (call && !call->scope.empty()) calls.push_back(*std::move(call));
      }
    }
    if (calls.empty()) return;
    Candidate candidate{parts, {}};
    Invoke(parts[0], calls, candidate.sentences);
    candidates_.push_back(std::move(candidate));
  }

  // ---- kinds

  [[nodiscard]] std::set<std::string> ActionsOf(std::size_t part) const {
    std::set<std::string> actions;
    for (const std::string& action : StatementOf(part).action.values) {
      actions.insert(policy::FoldCase(action));
    }
    return actions;
  }

  /// Kinds of which all actions of the class are among `actions`; those are added to `covered`.
  std::set<std::string> KindsAmong(const std::set<std::string>& actions, catalog::PlaneClass plane,
                                   std::set<std::string>& covered) const {
    std::set<std::string> kinds;
    for (const catalog::Kind& kind : catalog_.kinds()) {
      std::set<std::string> of_kind;
      for (const catalog::BedrockAction* action : catalog_.ActionsOfKind(kind.name, plane)) {
        const bool is_left_out = action->service != "bedrock" ||
                                 (plane == catalog::PlaneClass::kRead && action->exposes_content);
        if (!is_left_out) of_kind.insert(policy::FoldCase(action->FullName()));
      }
      if (of_kind.empty() || !std::ranges::includes(actions, of_kind)) continue;
      kinds.insert(kind.name);
      covered.insert(of_kind.begin(), of_kind.end());
    }
    return kinds;
  }

  /// The parts that name actions of whole kinds only, all together.
  void Kinds(const std::vector<std::size_t>& parts) {
    std::set<std::string> actions;
    for (const std::size_t part : parts) actions.merge(ActionsOf(part));
    std::set<std::string> covered;
    const auto administered = KindsAmong(actions, catalog::PlaneClass::kAdmin, covered);
    const auto browsed = KindsAmong(actions, catalog::PlaneClass::kRead, covered);
    Candidate candidate;
    for (const std::size_t part : parts) {
      if (std::ranges::includes(covered, ActionsOf(part))) candidate.parts.push_back(part);
    }
    if (candidate.parts.empty()) return;
    const std::size_t first = candidate.parts.front();
    if (!administered.empty()) {
      candidate.sentences.push_back(Begin(first, "administer", NameSet(administered)));
    }
    if (!browsed.empty()) candidate.sentences.push_back(Begin(first, "browse", NameSet(browsed)));
    candidates_.push_back(std::move(candidate));
  }

  Draft& draft_;
  const catalog::Catalog& catalog_;
  std::vector<Candidate> candidates_;
};

}  // namespace

std::vector<Candidate> FindCandidates(Draft& draft, const catalog::Catalog& catalog) {
  return Finder(draft, catalog).Run();
}

}  // namespace writ::imports
