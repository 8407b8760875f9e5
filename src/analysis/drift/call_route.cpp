#include "analysis/drift/call_route.h"

#include <algorithm>

#include <fmt/format.h>

#include "iam/policy/pattern.h"

namespace writ::drift {
namespace {

constexpr std::string_view kKey = "bedrock:InferenceProfileArn";
constexpr std::string_view kSystem = ":inference-profile/";
constexpr std::string_view kModel = "foundation-model/";

}  // namespace

std::vector<std::string> OfferedProfiles(const policy::Request& request,
                                         const catalog::Catalog& catalog) {
  const auto key = std::ranges::find_if(request.context, [](const policy::ContextKey& one) {
    return policy::EqualIgnoringCase(one.name, kKey);
  });
  const auto resource = policy::SplitArn(request.resource);
  const auto caller = policy::SplitArn(request.principal);
  if (key == request.context.end() || key->values.empty() || !resource || !caller) return {};
  const std::string& named = key->values.front();
  const std::size_t at = named.find(kSystem);
  if (at == std::string::npos || !(*resource)[5].starts_with(kModel)) return {};
  const std::string region((*resource)[3]);
  const catalog::FoundId model = catalog.FindId((*resource)[5].substr(kModel.size()));
  if (!model || region.empty()) return {};
  const std::string profile = named.substr(at + kSystem.size());
  std::vector<std::string> offered;
  for (const catalog::InferenceProfile& one : model.id->profiles) {
    if (one.CallableIn(region) != true) continue;
    if (one.id == profile) return {};
    offered.push_back(fmt::format("arn:{}:bedrock:{}:{}{}{}", (*resource)[1], region, (*caller)[4],
                                  kSystem, one.id));
  }
  offered.push_back(fmt::format("arn:{}:bedrock:{}:{}:application-inference-profile/example",
                                (*resource)[1], region, (*caller)[4]));
  return offered;
}

}  // namespace writ::drift
