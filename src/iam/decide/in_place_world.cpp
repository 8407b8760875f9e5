#include "iam/decide/in_place_world.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "facts/catalog/resource_fit.h"
#include "iam/decide/sendable.h"
#include "iam/policy/document.h"
#include "iam/policy/pattern.h"

namespace writ::decide {
namespace {

using policy::Condition;
using policy::PolicyDocument;
using policy::Statement;

// What an operator says of a key that is absent.
bool HoldsAbsent(const Condition& condition) {
  if (condition.op.base == policy::BaseOperator::kNull) {
    return std::ranges::any_of(condition.values, [](const std::string& value) {
      return policy::EqualIgnoringCase(value, "true");
    });
  }
  switch (condition.op.set) {
    case policy::SetQualifier::kForAllValues:
      return true;
    case policy::SetQualifier::kForAnyValue:
      return false;
    case policy::SetQualifier::kNone:
      return condition.op.if_exists || policy::IsNegated(condition.op.base);
  }
  return false;
}

/// Which actions a statement is about, taken apart once for all that the catalog knows. Services
/// and names are folded.
class Named {
 public:
  explicit Named(const policy::Patterns& actions)
      : is_listed_(actions.sense == policy::Sense::kListed) {
    for (const std::string& one : actions.values) {
      is_any_ = is_any_ || one == "*";
      const std::string folded = policy::FoldCase(one);
      const std::size_t colon = folded.find(':');
      if (colon == std::string::npos) continue;
      patterns_.emplace_back(folded.substr(0, colon), folded.substr(colon + 1));
    }
  }

  [[nodiscard]] bool Matches(std::string_view service, std::string_view name) const {
    const bool is_among =
        is_any_ || std::ranges::any_of(patterns_, [&](const auto& pattern) {
          return pattern.first == service && catalog::MatchesPattern(pattern.second, name);
        });
    return is_among == is_listed_;
  }

  /// Whether it may be about some action of the service. "no" is certain.
  [[nodiscard]] bool MayMatch(std::string_view service) const {
    if (!is_listed_) return !is_any_;
    return is_any_ || std::ranges::any_of(
                          patterns_, [&](const auto& pattern) { return pattern.first == service; });
  }

 private:
  bool is_listed_;
  bool is_any_ = false;                                        ///< `*` is among them
  std::vector<std::pair<std::string, std::string>> patterns_;  ///< service, name
};

/// Whether two formats of ARNs can have an ARN in common. A region or an account that a format asks
/// for is not empty.
bool FormatsMeet(const std::string& one, const std::string& other) {
  const std::optional<policy::ArnSegments> left = policy::SplitArn(one);
  const std::optional<policy::ArnSegments> right = policy::SplitArn(other);
  if (!left || !right) return true;
  for (std::size_t i = 0; i < left->size(); ++i) {
    if ((*left)[i].empty() != (*right)[i].empty()) return false;
    if (!catalog::PatternsMeet(catalog::FormatPattern((*left)[i]),
                               catalog::FormatPattern((*right)[i]))) {
      return false;
    }
  }
  return true;
}

Statement Deny(policy::Patterns resources) {
  Statement statement;
  statement.effect = policy::Effect::kDeny;
  statement.action.values = {"*"};
  statement.resource = std::move(resources);
  return statement;
}

/// Whom policies of the kind meet.
Senders SendersOf(policy::Kind kind) {
  const bool is_of_caller = kind == policy::Kind::kIdentity || kind == policy::Kind::kScp ||
                            kind == policy::Kind::kBoundary || kind == policy::Kind::kSession;
  return is_of_caller ? Senders::kPrincipals : Senders::kAnyone;
}

class Divider {
 public:
  Divider(const Documents& before, const Documents& after, policy::Kind kind,
          const catalog::Catalog& catalog)
      : sides_{&before, &after}, kind_(kind), catalog_(catalog), fit_(catalog) {
    std::set<std::string> keys;
    for (const Documents* documents : sides_) {
      for (const PolicyDocument& document : *documents) {
        for (const Statement& statement : document.statements) {
          named_.emplace_back(statement.action);
          for (const Condition& condition : statement.conditions) {
            keys.insert(policy::FoldCase(condition.key));
          }
        }
      }
    }
    keys_.assign(keys.begin(), keys.end());
  }

  std::vector<WorldPart> Run() {
    for (const catalog::Service& service : catalog_.Services()) {
      const bool is_rcp = kind_ == policy::Kind::kRcp;
      if (is_rcp && !service.rcp) continue;
      const std::string prefix = policy::FoldCase(service.prefix);
      const bool may_be_named =
          std::ranges::any_of(named_, [&](const Named& named) { return named.MayMatch(prefix); });
      if (!may_be_named) continue;
      for (const catalog::Action& action : catalog_.ActionsOf(service.prefix)) {
        if (is_rcp && action.WildcardOnly()) continue;
        Look(action);
      }
    }
    return std::move(parts_);
  }

 private:
  void Look(const catalog::Action& action) {
    const std::string service = policy::FoldCase(action.service);
    const std::string name = policy::FoldCase(action.name);
    std::string print;
    for (const Named& named : named_) print += named.Matches(service, name) ? '1' : '0';
    const std::string matches = print;
    if (matches.find('1') == std::string::npos) return;
    std::set<std::string> carried;
    for (const std::string& key : keys_) {
      // Of a key that the catalog does not know nothing is known.
      const bool is_carried = catalog_.Carries(action, key) != catalog::Carriage::kNo ||
                              !catalog_.FindKey(key).has_value();
      print += is_carried ? '1' : '0';
      if (is_carried) carried.insert(key);
    }
    const std::set<std::string> resources = ResourcesOf(action);
    for (const std::string& glob : resources) print += fmt::format("{}:{}", glob.size(), glob);
    if (!known_.insert(std::move(print)).second) return;
    WorldPart part;
    std::string_view applies = matches;
    part.before = Reduced(*sides_[0], applies, action, carried);
    part.after = Reduced(*sides_[1], applies, action, carried);
    // An action without resources is asked of `*`, the others of what they have.
    part.outside.push_back(
        Deny(resources.empty()
                 ? policy::Patterns{policy::Sense::kListed, {"arn:*:*:*:*:*"}}
                 : policy::Patterns{policy::Sense::kAllBut, {resources.begin(), resources.end()}}));
    for (const std::string& below : BelowResourcesOf(action)) {
      part.outside.push_back(Deny({policy::Sense::kListed, {below}}));
    }
    for (const std::string_view key : AlwaysSent(SendersOf(kind_))) {
      if (!carried.contains(policy::FoldCase(key))) continue;
      part.outside.push_back(Deny({policy::Sense::kListed, {"*"}}));
      part.outside.back().conditions = {
          {{policy::SetQualifier::kNone, policy::BaseOperator::kNull, false},
           std::string(key),
           {"true"}}};
    }
    parts_.push_back(std::move(part));
  }

  [[nodiscard]] std::set<std::string> ResourcesOf(const catalog::Action& action) const {
    std::set<std::string> globs;
    for (const std::string& format : catalog::FormatsOf(catalog_, action)) {
      globs.insert(catalog::FormatPattern(format));
    }
    return globs;
  }

  /// What a format of the action matches and only things below the action's can be: an object is
  /// no bucket.
  std::vector<std::string> BelowResourcesOf(const catalog::Action& action) {
    const std::vector<std::string> formats = catalog::FormatsOf(catalog_, action);
    std::vector<std::string> below;
    for (const std::string& format : formats) {
      if (!fit_.HasBelow(action.service, format)) continue;
      const std::string glob = catalog::FormatPattern(format) + "/*";
      const bool is_own = std::ranges::any_of(formats, [&](const std::string& other) {
        return other != format && FormatsMeet(other, format + "/*");
      });
      if (!is_own) below.push_back(glob);
    }
    return below;
  }

  /// `applies` begins with the '1' or '0' of each statement, which are taken away.
  static Documents Reduced(const Documents& documents, std::string_view& applies,
                           const catalog::Action& action, const std::set<std::string>& carried) {
    Documents reduced;
    for (const PolicyDocument& document : documents) {
      PolicyDocument& copy = reduced.emplace_back();
      copy.version = document.version;
      for (const Statement& statement : document.statements) {
        const bool is_about = applies.front() == '1';
        applies.remove_prefix(1);
        if (!is_about) continue;
        Statement one = statement;
        one.action = {policy::Sense::kListed, {action.FullName()}};
        bool holds = true;
        std::erase_if(one.conditions, [&](const Condition& condition) {
          if (carried.contains(policy::FoldCase(condition.key))) return false;
          holds &= HoldsAbsent(condition);
          return true;
        });
        if (holds) copy.statements.push_back(std::move(one));
      }
    }
    return reduced;
  }

  const Documents* sides_[2];
  policy::Kind kind_;
  const catalog::Catalog& catalog_;
  catalog::ResourceFit fit_;
  std::vector<Named> named_;       // by statement, those of the first side first
  std::vector<std::string> keys_;  // folded
  std::set<std::string> known_;
  std::vector<WorldPart> parts_;
};

}  // namespace

std::vector<WorldPart> PartsOfWorld(const Documents& before, const Documents& after,
                                    policy::Kind kind, const catalog::Catalog& catalog) {
  return Divider(before, after, kind, catalog).Run();
}

}  // namespace writ::decide
