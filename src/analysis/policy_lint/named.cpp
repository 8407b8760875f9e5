#include "analysis/policy_lint/named.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "iam/policy/pattern.h"

namespace writ::policy_lint {

using policy::Effect;
using policy::HasWildcard;

bool IsOfPrincipal(policy::Kind kind) {
  return kind == policy::Kind::kIdentity || kind == policy::Kind::kSession;
}

bool NamesAnyResource(policy::Kind kind) {
  return kind != policy::Kind::kResource && kind != policy::Kind::kTrust;
}

bool IsEverything(std::string_view text) {
  return !text.empty() && text.find_first_not_of('*') == std::string_view::npos;
}

bool IsOfBedrock(std::string_view prefix) {
  const std::string name = policy::FoldCase(prefix);
  return name == "bedrock" || name.starts_with("bedrock-");
}

std::optional<catalog::Action> Cataloged(const Subject& subject, std::string_view action) {
  const std::size_t colon = action.find(':');
  if (colon == std::string_view::npos || HasWildcard(action)) return std::nullopt;
  return subject.catalog().FindAction(action.substr(0, colon), action.substr(colon + 1));
}

std::optional<std::vector<catalog::Action>> ActionsOf(const Subject& subject,
                                                      const policy::Statement& statement) {
  if (statement.action.sense != policy::Sense::kListed) return std::nullopt;
  std::vector<catalog::Action> actions;
  for (const std::string& action : statement.action.values) {
    const std::size_t colon = action.find(':');
    if (colon == std::string::npos || HasWildcard(action.substr(0, colon))) return std::nullopt;
    const std::string service = action.substr(0, colon);
    if (!subject.catalog().FindService(service)) return std::nullopt;
    const KnownActions::List all = subject.ActionsOf(service, action.substr(colon + 1));
    if (all->empty()) return std::nullopt;
    actions.insert(actions.end(), all->begin(), all->end());
  }
  return actions;
}

std::string FormatGlob(std::string_view format) {
  std::string glob;
  for (std::size_t i = 0; i < format.size();) {
    const std::size_t close =
        format.substr(i).starts_with("${") ? format.find('}', i) : std::string_view::npos;
    if (close == std::string_view::npos) {
      glob += format[i++];
    } else {
      glob += '*';
      i = close + 1;
    }
  }
  return glob;
}

// Names of buckets have no slash (Amazon S3 User Guide, "Bucket naming rules").
bool MayBeOf(const std::string& format, const std::string& wanted, const std::string& pattern) {
  const auto parts = policy::SplitArn(pattern);
  const auto wanted_parts = policy::SplitArn(wanted);
  // A variable has a colon in its name and may hold anything.
  const bool is_open = pattern.find("${") != std::string::npos;
  if (is_open || !parts || !wanted_parts) return policy::MayOverlap(pattern, wanted);
  for (std::size_t i = 0; i < parts->size(); ++i) {
    if (!policy::MayOverlap((*parts)[i], (*wanted_parts)[i])) return false;
  }
  return !format.ends_with(":${BucketName}") || (*parts)[5].find('/') == std::string_view::npos;
}

std::string ResourceFor(const Subject& subject, const catalog::Action& action) {
  std::vector<catalog::ActionResource> types = action.resources;
  std::ranges::stable_partition(types, &catalog::ActionResource::required);
  for (const catalog::ActionResource& one : types) {
    const auto type = subject.catalog().FindResourceType(action.service, one.type);
    if (!type || type->arns.empty()) continue;
    std::string arn;
    const std::string& format = type->arns.front();
    for (std::size_t i = 0; i < format.size();) {
      const std::size_t close =
          format.compare(i, 2, "${") == 0 ? format.find('}', i) : std::string::npos;
      if (close == std::string::npos) {
        arn += format[i++];
        continue;
      }
      const std::string name = format.substr(i + 2, close - i - 2);
      arn += name == "Partition" ? "aws"
             : name == "Region"  ? "us-east-1"
             : name == "Account" ? "111122223333"
                                 : "example";
      i = close + 1;
    }
    return arn;
  }
  return "*";
}

std::string ListOf(std::vector<std::string> names) {
  constexpr std::size_t kMost = 5;
  const std::size_t count = names.size();
  if (count > kMost) names.resize(kMost);
  std::string text = fmt::format("`{}`", fmt::join(names, "`, `"));
  if (count > kMost) text += fmt::format(" and {} more", count - kMost);
  return text;
}

bool HoldsAbsent(const policy::Condition& condition) {
  if (condition.op.base == policy::BaseOperator::kNull) {
    return condition.values == std::vector<std::string>{"true"};
  }
  return policy::IsNegated(condition.op.base) || condition.op.if_exists ||
         condition.op.set == policy::SetQualifier::kForAllValues;
}

std::string_view WithoutKey(Effect effect, const policy::Condition& condition) {
  if (HoldsAbsent(condition)) {
    return effect == Effect::kAllow ? "always holds: it restricts nothing"
                                    : "always holds: it exempts nobody";
  }
  return effect == Effect::kAllow ? "never holds: the statement allows nothing"
                                  : "never holds: the statement denies nothing";
}

void SetKey(policy::Request& request, std::string_view key, std::optional<std::string> value) {
  std::erase_if(request.context, [&](const policy::ContextKey& one) {
    return policy::EqualIgnoringCase(one.name, key);
  });
  if (value) request.context.push_back({std::string(key), false, {*std::move(value)}});
}

const policy::Condition* FindCondition(const policy::Statement& statement, std::string_view key) {
  const auto found =
      std::ranges::find_if(statement.conditions, [&](const policy::Condition& condition) {
        return policy::EqualIgnoringCase(condition.key, key);
      });
  return found == statement.conditions.end() ? nullptr : &*found;
}

}  // namespace writ::policy_lint
