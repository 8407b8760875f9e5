#include "proof/reference/resources.h"

#include <algorithm>
#include <string>

#include "proof/reference/conditions.h"

namespace writ::reference {
namespace {

/// "arn:${Partition}:bedrock:${Region}:${Account}:guardrail/${GuardrailId}" with wildcards.
std::string PatternOf(std::string_view format) {
  std::string pattern;
  for (std::size_t at = format.find("${"); at != std::string_view::npos; at = format.find("${")) {
    pattern += format.substr(0, at);
    pattern += '*';
    format.remove_prefix(std::min(format.find('}', at), format.size() - 1) + 1);
  }
  return pattern + std::string(format);
}

/// ARN by ARN, part by part; a lone `*` is everything.
bool IsArnOf(std::string_view pattern, const Asked& asked) {
  return pattern == "*" || ArnGlob(pattern, asked.request.resource);
}

}  // namespace

bool IsProfile(const intent::Profiles& profiles, std::string_view text, std::string_view account) {
  const auto arn = ParseArn(text);
  if (!arn || arn->service != "bedrock") return false;
  const bool is_own = arn->account == account;
  if (profiles.all_application && is_own &&
      arn->rest.starts_with("application-inference-profile/")) {
    return true;
  }
  if (profiles.all_system && is_own && arn->rest.starts_with("inference-profile/")) return true;
  return std::ranges::any_of(profiles.arns,
                             [&](const std::string& one) { return ArnGlob(one, text); });
}

bool IsThing(const intent::Things& things, const Asked& asked) {
  const auto is_one = [&](const std::string& one) {
    const auto pattern = Substitute(one, asked);
    return pattern && IsArnOf(*pattern, asked);
  };
  if (std::ranges::any_of(things.except_arns, is_one)) return false;
  return things.all || std::ranges::any_of(things.arns, is_one);
}

bool IsNamedResource(const intent::Things& things, const Asked& asked, std::string_view service,
                     std::string_view type) {
  const auto name = After(asked, type);
  if (!name || asked.resource->service != service || asked.resource->partition != asked.partition) {
    return false;
  }
  const std::string before = ":" + std::string(type) + "/";
  const auto is_one = [&](const std::string& arn) {
    if (arn.find('{') == std::string::npos) return IsArnOf(arn, asked);
    const std::size_t at = arn.find(before);
    return at != std::string::npos && Glob(std::string_view(arn).substr(at + before.size()), *name);
  };
  return (things.all || std::ranges::any_of(things.arns, is_one)) &&
         std::ranges::none_of(things.except_arns, is_one);
}

bool IsOfAction(const catalog::Action& action, const catalog::Catalog& catalog,
                const Asked& asked) {
  return std::ranges::any_of(action.resources, [&](const catalog::ActionResource& one) {
    const auto type = catalog.FindResourceType(action.service, one.type);
    return type && std::ranges::any_of(type->arns, [&](const std::string& format) {
             return IsArnOf(PatternOf(format), asked);
           });
  });
}

bool IsOn(const std::vector<std::string>& resources, const Asked& asked) {
  return std::ranges::any_of(resources, [&](const std::string& one) {
    const auto pattern = Substitute(one, asked);
    return pattern && IsArnOf(*pattern, asked);
  });
}

}  // namespace writ::reference
