#include "analysis/review/deed.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "analysis/review/instances.h"
#include "iam/policy/pattern.h"

namespace writ::review {
namespace {

using policy::Request;

/// Examples in more regions than this are of a right that names none.
constexpr std::size_t kAllRegions = 15;

std::string ValueOf(const Request& request, std::string_view name) {
  for (const policy::ContextKey& key : request.context) {
    if (key.name == name) return key.values.empty() ? "" : key.values.front();
  }
  return {};
}

/// What follows `word` in an ARN.
std::string After(const std::string& arn, std::string_view word) {
  const std::size_t at = arn.find(word);
  return at == std::string::npos ? "" : arn.substr(at + word.size());
}

/// A model's name, or words for a pattern of ids.
std::string ModelText(const std::string& id, const catalog::Catalog& catalog) {
  if (id == "*") return "any model";
  if (const catalog::FoundId found = catalog.FindId(id)) return found.model->name;
  for (const catalog::Model& model : catalog.models()) {
    if (std::ranges::find(model.stems, id) != model.stems.end()) return model.name;
  }
  if (id == "example") return "models that the catalog does not know";
  if (id.find_first_of("*?") == std::string::npos) return id;
  for (const catalog::Provider& provider : catalog.providers()) {
    if (std::ranges::find(provider.patterns, id) != provider.patterns.end()) {
      return "models from " + provider.slug;
    }
  }
  for (const catalog::Model& model : catalog.models()) {
    if (std::ranges::find(model.patterns, id) != model.patterns.end()) return model.name;
  }
  for (const catalog::Family& family : catalog.families()) {
    if (std::ranges::find(family.patterns, id) != family.patterns.end()) return family.name;
  }
  return "models " + id;
}

std::string ProviderOf(const std::string& id, const catalog::Catalog& catalog) {
  if (const catalog::FoundId found = catalog.FindId(id)) return found.model->provider;
  return id.substr(0, id.find('.'));
}

/// What stands in requests for a text that may be any.
constexpr std::string_view kExample = "example";
bool IsExample(std::string_view text) { return text == kExample; }

/// "us.anthropic.…" of a system profile: how the call is routed. An example is no profile.
std::string RouteText(const std::string& profile_arn) {
  const std::string system = After(profile_arn, ":inference-profile/");
  if (system.empty()) {
    const bool is_any = IsExample(After(profile_arn, ":application-inference-profile/"));
    if (is_any) return "through an application inference profile";
    const bool has_form = profile_arn.find(":application-inference-profile/") != std::string::npos;
    return has_form ? "via profile " + profile_arn : "through an inference profile";
  }
  const std::string scope = system.substr(0, system.find('.'));
  if (scope.size() == system.size() || IsExample(scope)) return "through an inference profile";
  return scope == "global" ? "routed globally" : "routed within " + scope;
}

/// Whether a part of an ARN is a stand-in.
bool HasExample(std::string_view arn) {
  const std::size_t at = arn.find_last_of("/:");
  return IsExample(at == std::string_view::npos ? arn : arn.substr(at + 1));
}

bool SaysNothing(const std::string& key) {
  return key == "aws:PrincipalArn" || key == "aws:PrincipalAccount" ||
         key == "aws:PrincipalOrgID" || key == "aws:PrincipalOrgPaths" ||
         key == "aws:RequestedRegion" || key == "aws:CurrentTime" ||
         key == "bedrock:InferenceProfileArn" || key == "bedrock:GuardrailIdentifier" ||
         key == "bedrock-mantle:Model" || key == "bedrock:ModelArn" ||
         key.starts_with("aws:PrincipalTag/");
}

/// The account that the resource's ARN tells.
bool IsOfResource(const policy::ContextKey& key, const Request& request) {
  const std::optional<policy::ArnSegments> segments = policy::SplitArn(request.resource);
  return key.name == "aws:ResourceAccount" && segments && key.values.front() == (*segments)[4];
}

void Circumstances(const Request& request, const Naming& naming, Deed& deed) {
  const std::string guardrail = ValueOf(request, "bedrock:GuardrailIdentifier");
  if (!guardrail.empty()) {
    const auto name = naming.guardrails.find(guardrail);
    deed.guardrail = name == naming.guardrails.end() ? guardrail : name->second;
  }
  std::vector<std::string> others;
  for (const policy::ContextKey& key : request.context) {
    if (SaysNothing(key.name) || IsOfResource(key, request)) continue;
    const bool is_any = std::ranges::any_of(key.values, IsExample);
    others.push_back(is_any ? key.name
                            : fmt::format("{} = {}", key.name, fmt::join(key.values, ", ")));
  }
  deed.when = fmt::format("{}", fmt::join(others, " and "));
  const std::string day = ValueOf(request, "aws:CurrentTime").substr(0, 10);
  if (!day.empty() && day != naming.day) deed.day = "on " + day;
}

bool IsInvocation(const std::string& action) {
  return action == "bedrock:InvokeModel" || action == "bedrock:InvokeModelWithResponseStream";
}

/// The model ids that a request or the pattern behind it names.
std::string ModelId(const Request& request, std::string_view pattern, std::string_view word) {
  const std::string general = After(std::string(pattern), word);
  return general.empty() ? After(request.resource, word) : general;
}

void Invocation(const Request& request, std::string_view pattern, const Naming& naming,
                Done& done) {
  Deed& deed = done.deed;
  deed.verb = "invoke";
  deed.region = RegionOf(request.resource);
  const std::string profile = ValueOf(request, "bedrock:InferenceProfileArn");
  const std::string model = ModelId(request, pattern, "foundation-model/");
  if (!model.empty()) {
    deed.object = ModelText(model, naming.catalog);
    done.provider = ProviderOf(model, naming.catalog);
    if (profile.empty()) return;
    deed.route = RouteText(profile);
    deed.region = RegionOf(profile);
    return;
  }
  done.is_route = true;
  deed.route = RouteText(request.resource);
  const std::string system = ModelId(request, pattern, ":inference-profile/");
  const std::size_t dot = system.find('.');
  const std::string id = dot == std::string::npos ? system : system.substr(dot + 1);
  deed.object = ModelText(id, naming.catalog);
  done.provider = ProviderOf(id, naming.catalog);
}

}  // namespace

Done DoneBy(const Request& request, std::string_view pattern, const Naming& naming) {
  Done done;
  Deed& deed = done.deed;
  Circumstances(request, naming, deed);
  const std::size_t colon = request.action.find(':');
  const std::string service = request.action.substr(0, colon);
  const catalog::BedrockAction* known =
      naming.catalog.Classify(service, request.action.substr(colon + 1));
  const bool of_model = request.resource.find("foundation-model/") != std::string::npos ||
                        request.resource.find("inference-profile/") != std::string::npos;
  done.is_mantle = service == "bedrock-mantle";
  done.is_admin = known != nullptr && known->plane == catalog::PlaneClass::kAdmin;
  if (IsInvocation(request.action) && of_model) {
    Invocation(request, pattern, naming, done);
    return done;
  }
  if (request.action == "bedrock:CountTokens" && of_model) {
    Invocation(request, pattern, naming, done);
    deed.verb = "count-tokens";
    done.provider.clear();  // counting calls no model
    return done;
  }
  deed.region = ValueOf(request, "aws:RequestedRegion");
  const std::string model = ValueOf(request, "bedrock-mantle:Model");
  if (request.action == "bedrock-mantle:CreateInference" && !model.empty()) {
    deed.verb = "invoke";
    deed.object = ModelText(model, naming.catalog);
    done.provider = ProviderOf(model, naming.catalog);
    deed.route = "through mantle";
    return done;
  }
  if (request.action == "bedrock:ApplyGuardrail") {
    deed.verb = "apply";
    const auto name = naming.guardrails.find(request.resource);
    deed.object = name == naming.guardrails.end() ? request.resource : name->second;
    done.is_companion = true;
    return done;
  }
  deed.verb = "do";
  deed.object = request.action;
  deed.target = pattern.empty() ? request.resource : std::string(pattern);
  // A right over all things of a kind is told by its action.
  const bool all = known != nullptr && deed.target.find('*') != std::string::npos;
  if (all || deed.target == "*" || (pattern.empty() && HasExample(deed.target))) {
    deed.target.clear();
  }
  return done;
}

std::string DeedText(const Deed& deed, const std::vector<std::string>& objects,
                     const std::vector<std::string>& regions, std::size_t shown) {
  const auto list = [&](const std::vector<std::string>& words) {
    if (words.size() <= shown) return fmt::format("{}", fmt::join(words, ", "));
    const auto end = words.begin() + static_cast<std::ptrdiff_t>(shown);
    return fmt::format("{} and {} more", fmt::join(words.begin(), end, ", "), words.size() - shown);
  };
  std::string text = fmt::format("{} {}", deed.verb, list(objects));
  if (!deed.target.empty()) text += " on " + deed.target;
  std::vector<std::string> told;
  for (const std::string& region : regions) {
    if (!region.empty() && region != "unspecified") told.push_back(region);
  }
  if (told.size() > kAllRegions) {
    text += " in any region";
  } else if (!told.empty()) {
    text += " in " + list(told);
  }
  if (!deed.except.empty()) text += " except " + deed.except;
  if (!deed.route.empty()) text += " " + deed.route;
  if (!deed.guardrail.empty()) text += " with guardrail " + deed.guardrail;
  if (!deed.when.empty()) text += " when " + deed.when;
  if (!deed.day.empty()) text += " " + deed.day;
  if (!deed.owner.empty()) text += fmt::format(", if account {} allows it too", deed.owner);
  return text;
}

}  // namespace writ::review
