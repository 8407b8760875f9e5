#include "analysis/review/instances.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/support/date.h"
#include "iam/decide/sendable.h"
#include "iam/decide/space.h"

namespace writ::review {
namespace {

using policy::BaseOperator;
using policy::Condition;
using policy::ContextKey;
using policy::Request;

/// Candidate values of one key; without any the key is left out.
using Candidates = std::vector<std::optional<ContextKey>>;

constexpr std::string_view kRequestedRegion = "aws:RequestedRegion";
constexpr std::string_view kCurrentTime = "aws:CurrentTime";

std::string Example(std::string_view pattern) {
  // Roles of a permission set lie right there or below a region's folder.
  constexpr std::string_view kSetRole = "sso.amazonaws.com";
  std::string text;
  for (const char c : pattern) {
    if (c == '*') {
      if (text.ends_with(kSetRole)) continue;
      if (!text.ends_with("example")) text += "example";
    } else {
      text += c == '?' ? 'x' : c;
    }
  }
  return text;
}

bool IsVariable(std::string_view text) { return text.find("${") != std::string_view::npos; }

/// A number next to the one written, on the side that the operator wants.
std::string Beside(const std::string& number, int by) {
  std::int64_t value = 0;
  bool negative = false;
  for (const char c : number) {
    if (c == '-') negative = true;
    if (c < '0' || c > '9') continue;
    if (value > 1'000'000'000'000) break;
    value = value * 10 + (c - '0');
  }
  return std::to_string((negative ? -value : value) + by);
}

std::string DayBeside(const std::string& value, int by) {
  const std::optional<support::Date> day = support::ParseDate(value.substr(0, 10));
  if (!day) return value;
  return NoonOf(support::DateText(support::DateOfDayNumber(support::DayNumber(*day) + by)));
}

/// Texts that one positive comparison is meant for.
std::vector<std::string> Texts(const Condition& condition, const std::string& day) {
  std::vector<std::string> texts;
  for (const std::string& value : condition.values) {
    switch (condition.op.base) {
      case BaseOperator::kStringLike:
      case BaseOperator::kArnEquals:
      case BaseOperator::kArnLike:
        texts.push_back(Example(value));
        break;
      case BaseOperator::kNumericLessThan:
        texts.push_back(Beside(value, -1));
        break;
      case BaseOperator::kNumericGreaterThan:
        texts.push_back(Beside(value, 1));
        break;
      case BaseOperator::kDateEquals:
      case BaseOperator::kDateLessThanEquals:
      case BaseOperator::kDateGreaterThanEquals:
        texts.push_back(NoonOf(day));
        texts.push_back(value);
        break;
      case BaseOperator::kDateLessThan:
        texts.push_back(NoonOf(day));
        texts.push_back(DayBeside(value, -1));
        break;
      case BaseOperator::kDateGreaterThan:
        texts.push_back(NoonOf(day));
        texts.push_back(DayBeside(value, 1));
        break;
      case BaseOperator::kIpAddress:
        texts.push_back(value.substr(0, value.find('/')));
        break;
      default:
        texts.push_back(value);
        break;
    }
  }
  return texts;
}

bool IsPositive(const Condition& condition) {
  return condition.op.base != BaseOperator::kNull && !policy::IsNegated(condition.op.base);
}

/// Everything that the statement asks about one key.
Candidates CandidatesFor(const std::string& key, const std::vector<const Condition*>& asked,
                         const Setting& setting) {
  std::vector<std::string> texts;
  bool list = false;
  bool present = false;
  for (const Condition* condition : asked) {
    list = list || condition->op.set != policy::SetQualifier::kNone;
    if (condition->op.base == BaseOperator::kNull) {
      present = present || condition->values == std::vector<std::string>{"false"};
    } else if (IsPositive(*condition)) {
      for (std::string& text : Texts(*condition, setting.day)) {
        if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
      }
    }
  }
  const bool is_time = key == kCurrentTime;
  if (is_time) texts.insert(texts.begin(), NoonOf(setting.day));
  Candidates candidates;
  for (std::string& text : texts) candidates.push_back(ContextKey{key, list, {std::move(text)}});
  if (candidates.empty() && present) candidates.push_back(ContextKey{key, list, {"example"}});
  if (candidates.empty()) candidates.emplace_back(std::nullopt);
  return candidates;
}

/// Regions for a pattern's region segment.
std::vector<std::string> RegionsFor(std::string_view pattern, std::string_view partition,
                                    const Setting& setting) {
  if (pattern.find_first_of("*?") == std::string_view::npos) return {std::string(pattern)};
  std::vector<std::string> regions;
  if (!setting.regions.empty()) {
    regions = setting.regions;
  } else {
    for (const catalog::Region& region : setting.catalog.regions()) {
      if (region.bedrock.value_or(false) && region.partition == partition) {
        regions.push_back(region.name);
      }
    }
  }
  std::erase_if(regions, [&](const std::string& region) {
    return !catalog::MatchesPattern(pattern, region);
  });
  // Somewhere all the same, if it is a place without Bedrock.
  for (const catalog::Region& region : setting.catalog.regions()) {
    const bool fits =
        region.partition == partition && catalog::MatchesPattern(pattern, region.name);
    if (regions.empty() && fits) regions.push_back(region.name);
  }
  if (regions.empty()) regions.push_back(Example(pattern));
  if (setting.sparse) regions.resize(1);
  return regions;
}

/// Where a call is made that no region was said of and whose service has one endpoint.
std::string AnyRegion(const Setting& setting) {
  constexpr std::string_view kUsual = "us-east-1";
  for (const catalog::Region& region : setting.catalog.regions()) {
    if (region.partition == setting.partition && setting.partition != "aws") return region.name;
  }
  return std::string(kUsual);
}

/// "…foundation-model/anthropic.claude-*": a model that there is.
std::string ExampleOf(std::string_view rest, const Setting& setting) {
  constexpr std::string_view kModel = "foundation-model/";
  if (rest.starts_with(kModel) && rest.find_first_of("*?") != std::string_view::npos) {
    const std::string_view glob = rest.substr(kModel.size());
    for (const catalog::Model& model : setting.catalog.models()) {
      for (const catalog::ModelId& id : model.ids) {
        if (catalog::MatchesPattern(glob, id.id)) return std::string(kModel) + id.id;
      }
    }
  }
  return Example(rest);
}

std::vector<std::string> ResourcesFor(const std::string& pattern, const std::string& account,
                                      const Setting& setting) {
  if (pattern == "*" || IsVariable(pattern)) return {pattern};
  std::vector<std::string> segments;
  std::string_view rest = pattern;
  for (int i = 0; i < 5; ++i) {
    const std::size_t colon = rest.find(':');
    if (colon == std::string_view::npos) return {Example(pattern)};
    segments.emplace_back(rest.substr(0, colon));
    rest.remove_prefix(colon + 1);
  }
  if (segments[1].find('*') != std::string::npos) segments[1] = setting.partition;
  if (segments[4].find_first_of("*?") != std::string::npos) {
    segments[4] = catalog::MatchesPattern(segments[4], account) ? account : Example(segments[4]);
  }
  std::vector<std::string> resources;
  for (const std::string& region : RegionsFor(segments[3], segments[1], setting)) {
    resources.push_back(fmt::format("arn:{}:{}:{}:{}:{}", segments[1], segments[2], region,
                                    segments[4], ExampleOf(rest, setting)));
  }
  return resources;
}

/// Actions that a pattern names, as the catalog spells them; the pattern itself if it knows none.
std::vector<std::string> ActionsFor(const std::string& pattern, const Setting& setting) {
  if (pattern.find_first_of("*?") == std::string::npos) return {pattern};
  const std::size_t colon = pattern.find(':');
  std::vector<std::string> actions;
  if (colon != std::string::npos) {
    for (const catalog::Action& action :
         setting.catalog.ActionsOf(pattern.substr(0, colon), pattern.substr(colon + 1))) {
      actions.push_back(action.FullName());
      if (setting.sparse) break;
    }
  }
  if (actions.empty()) actions.push_back(Example(pattern));
  return actions;
}

bool IsRegional(const std::string& action, const Setting& setting) {
  const std::optional<catalog::Service> service =
      setting.catalog.FindService(action.substr(0, action.find(':')));
  return service && !service->global_endpoint;
}

class Maker {
 public:
  Maker(const policy::Statement& original, const Caller& caller, const Judge& judge,
        const Setting& setting)
      : caller_(caller),
        judge_(judge),
        setting_(setting),
        statement_(AsMetIn({"", AccountOf(), {}, false}, original, policy::Version::k2012)
                       .value_or(original)),
        compiled_(Alone(statement_), policy::Kind::kIdentity) {
    std::map<std::string, std::vector<const Condition*>> by_key;
    for (const Condition& condition : statement_.conditions) {
      by_key[condition.key].push_back(&condition);
      is_enumerable_ = is_enumerable_ && std::ranges::none_of(condition.values, IsVariable);
    }
    for (const auto& [key, asked] : by_key) {
      if (IsOfTheCaller(key)) continue;
      candidates_.push_back(CandidatesFor(key, asked, setting));
      // A statement that only says where not leaves the region to be chosen.
      if (key != kRequestedRegion) continue;
      for (const std::optional<ContextKey>& one : candidates_.back()) {
        if (one) asked_regions_.push_back(one->values.front());
      }
    }
  }

  Instances Run() {
    const bool listed = statement_.action.sense == policy::Sense::kListed && statement_.resource &&
                        statement_.resource->sense == policy::Sense::kListed;
    if (listed && is_enumerable_) {
      for (const std::string& pattern : statement_.action.values) {
        for (const std::string& action : ActionsFor(pattern, setting_)) OfAction(action);
      }
    }
    if (found_.empty()) Search();
    Instances instances;
    instances.is_complete = is_complete_;
    for (auto& [request, pattern] : found_) instances.requests.push_back({request, pattern});
    return instances;
  }

 private:
  /// The statement without its effect, for asking whether it applies.
  static policy::PolicyDocument Alone(policy::Statement statement) {
    statement.effect = policy::Effect::kAllow;
    statement.principal.reset();
    policy::PolicyDocument document;
    document.statements.push_back(std::move(statement));
    return document;
  }

  /// Keys that say who calls are the caller's, not to be chosen.
  [[nodiscard]] bool IsOfTheCaller(const std::string& key) const {
    return key == "aws:PrincipalArn" || key == "aws:PrincipalAccount" ||
           key.starts_with("aws:PrincipalTag/") || judge_.KnowsAffiliation(caller_, key);
  }

  /// The account that the statement asks for as the resource's.
  [[nodiscard]] std::optional<std::string> OwnerAsked() const {
    for (const policy::Condition& condition : statement_.conditions) {
      if (policy::OperatorName(condition.op) == "StringEquals" &&
          policy::EqualIgnoringCase(condition.key, "aws:ResourceAccount")) {
        return condition.values.front();
      }
    }
    return std::nullopt;
  }

  void OfAction(const std::string& action) {
    const std::string account = OwnerAsked().value_or(AccountOf());
    const std::optional<decide::Formats> formats = FormatsOf(action);
    for (const std::string& pattern : statement_.resource->values) {
      pattern_ = pattern;
      for (const std::string& resource : ResourcesFor(pattern, account, setting_)) {
        const std::string region = RegionOf(resource);
        for (const std::string& called :
             region.empty() ? CalledIn(action) : std::vector<std::string>{region}) {
          Combine(action, OfItsOwn(formats, resource, account, called), called);
        }
      }
    }
  }

  /// Regions in which the action is called on what tells none.
  [[nodiscard]] std::vector<std::string> CalledIn(const std::string& action) const {
    if (!asked_regions_.empty()) return asked_regions_;
    if (IsRegional(action, setting_)) return RegionsFor("*", setting_.partition, setting_);
    return {AnyRegion(setting_)};
  }

  /// What resources of the action look like, if the catalog knows it.
  [[nodiscard]] std::optional<decide::Formats> FormatsOf(const std::string& action) const {
    const std::size_t colon = action.find(':');
    const auto known =
        setting_.catalog.FindAction(action.substr(0, colon), action.substr(colon + 1));
    if (!known) return std::nullopt;
    return decide::Formats(setting_.catalog, *known);
  }

  /// Of what the pattern admits a resource that the action has, where there is one.
  [[nodiscard]] std::string OfItsOwn(const std::optional<decide::Formats>& formats,
                                     const std::string& resource, const std::string& account,
                                     const std::string& region) const {
    if (!formats || formats->Of(resource)) return resource;
    return formats->Like(pattern_, region, account).value_or(resource);
  }

  [[nodiscard]] std::string AccountOf() const {
    const Request request = judge_.As(caller_, {});
    for (const ContextKey& key : request.context) {
      if (key.name == "aws:PrincipalAccount") return key.values.front();
    }
    return "*";
  }

  /// All combinations of candidate values, like an odometer.
  void Combine(const std::string& action, const std::string& resource, const std::string& region) {
    std::vector<std::size_t> at(candidates_.size(), 0);
    while (true) {
      if (found_.size() >= setting_.most) {
        is_complete_ = false;
        return;
      }
      Request request{caller_.arn, action, resource, std::nullopt, {}};
      for (std::size_t i = 0; i < at.size(); ++i) {
        if (candidates_[i][at[i]]) request.context.push_back(*candidates_[i][at[i]]);
      }
      if (Keep(std::move(request), region) && setting_.sparse) return;
      std::size_t i = 0;
      while (i < at.size() && ++at[i] == candidates_[i].size()) at[i++] = 0;
      if (i == at.size()) return;
    }
  }

  bool Keep(Request request, const std::string& region) {
    request = decide::OfOwner(std::move(request));
    Complete(request, region);
    // A call for a thing of one region is not made in another.
    const bool agrees =
        region.empty() || std::ranges::all_of(request.context, [&](const auto& key) {
          return key.name != kRequestedRegion || key.values.front() == region;
        });
    if (!agrees) return false;
    const auto prepared = policy::Prepare(request);
    if (!prepared.ok() || !policy::StatementApplies(compiled_, 0, *prepared)) return false;
    found_.emplace(std::move(request), pattern_);
    return true;
  }

  /// What every call carries.
  void Complete(Request& request, const std::string& region) const {
    const auto has = [&](std::string_view name) {
      return std::ranges::any_of(request.context,
                                 [&](const ContextKey& key) { return key.name == name; });
    };
    if (!has(kRequestedRegion) && !region.empty()) {
      request.context.push_back({std::string(kRequestedRegion), false, {region}});
    }
    if (!has(kCurrentTime)) {
      request.context.push_back({std::string(kCurrentTime), false, {NoonOf(setting_.day)}});
    }
    request = judge_.As(caller_, std::move(request));
  }

  /// One request by the decision procedure, for what enumeration does not reach.
  void Search() {
    policy::PolicySet set;
    set.identity.push_back(Alone(statement_));
    policy::Statement pinned;
    pinned.action = {policy::Sense::kListed, {"*"}};
    pinned.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
    for (const ContextKey& key : judge_.As(caller_, {}).context) {
      if (key.is_list) continue;  // the place in the organization, which is decided
      const BaseOperator base =
          key.name == "aws:PrincipalArn" ? BaseOperator::kArnEquals : BaseOperator::kStringEquals;
      pinned.conditions.push_back(
          {{policy::SetQualifier::kNone, base, false}, key.name, key.values});
    }
    policy::PolicyDocument who;
    who.statements.push_back(std::move(pinned));
    set.scps.push_back({std::move(who)});
    decide::Options options;
    options.catalog = &setting_.catalog;
    options.budget = 2'000'000;
    const decide::Answer answer = decide::FindAllowed(
        decide::Space(std::move(set), {decide::Accounts::kSame, caller_.arn}), options);
    is_complete_ = false;
    const auto* found = std::get_if<decide::Refuted>(&answer);
    if (found == nullptr) return;
    Request request = found->witness.request;
    std::string region = RegionOf(request.resource);
    for (const ContextKey& key : request.context) {
      if (region.empty() && key.name == kRequestedRegion) region = key.values.front();
    }
    if (region.empty()) region = AnyRegion(setting_);
    pattern_.clear();
    if (statement_.resource && statement_.resource->sense == policy::Sense::kListed) {
      for (const std::string& one : statement_.resource->values) {
        if (pattern_.empty() && catalog::MatchesPattern(one, request.resource)) pattern_ = one;
      }
    }
    Keep(std::move(request), region);
  }

  const Caller& caller_;
  const Judge& judge_;
  const Setting& setting_;
  const policy::Statement statement_;
  policy::CompiledPolicy compiled_;
  std::vector<Candidates> candidates_;
  std::vector<std::string> asked_regions_;  ///< that the statement names as aws:RequestedRegion
  std::map<Request, std::string> found_;    ///< with the pattern
  std::string pattern_;                     ///< of the resource at hand
  bool is_enumerable_ = true;
  bool is_complete_ = true;
};

}  // namespace

std::string NoonOf(std::string_view day) { return fmt::format("{}T12:00:00Z", day); }

std::string RegionOf(std::string_view resource) {
  std::string_view rest = resource;
  for (int colons = 0; colons < 3; ++colons) {
    const std::size_t at = rest.find(':');
    if (at == std::string_view::npos) return {};
    rest.remove_prefix(at + 1);
  }
  const std::size_t end = rest.find(':');
  if (end == std::string_view::npos) return {};
  if (end > 0) return std::string(rest.substr(0, end));
  return rest.substr(end).starts_with("::foundation-model/") ? "unspecified" : "";
}

Instances InstancesOf(const policy::Statement& statement, const Caller& caller, const Judge& judge,
                      const Setting& setting) {
  return Maker(statement, caller, judge, setting).Run();
}

}  // namespace writ::review
