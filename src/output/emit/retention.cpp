// `retain prompts at most MODE`: one mode for each account, region and plane.
#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/support/json.h"
#include "output/emit/artifact.h"
#include "output/emit/settings.h"

namespace writ::emit {
namespace {

using intent::Retention;

/// (account, region).
using Place = std::pair<std::uint32_t, std::string>;

std::string Request(const std::string& mode) {
  support::json::Writer json(support::json::Style::kPretty);
  json.BeginObject();
  json.Key("mode");
  json.String(mode);
  json.EndObject();
  return json.Take() + "\n";
}

Artifact RequestOf(const Retention& retention, const std::string& account,
                   const std::string& region, std::string_view plane) {
  Artifact artifact = MakeArtifact(
      fmt::format("retention/{}.{}.{}.PutAccountDataRetention.json", account, region, plane),
      "data-retention", {account}, Request(retention.mode));
  *artifact.statements = {EntryOf(retention.origin)};
  return artifact;
}

}  // namespace

std::vector<Artifact> RetentionRequests(const intent::Model& model,
                                        const catalog::Catalog& catalog) {
  const auto keeps_less = [&](const Retention& one, const Retention& other) {
    const catalog::RetentionMode* mode = catalog.FindRetentionMode(one.mode);
    const catalog::RetentionMode* less = catalog.FindRetentionMode(other.mode);
    return mode != nullptr && less != nullptr && mode->order < less->order;
  };
  std::map<Place, const Retention*> places;
  for (const Retention& retention : model.retentions) {
    for (const intent::AccountIndex account : retention.accounts) {
      for (const std::string& region : retention.regions) {
        const Retention*& known =
            places.try_emplace({account.value, region}, &retention).first->second;
        if (keeps_less(retention, *known)) known = &retention;
      }
    }
  }
  std::vector<Artifact> artifacts;
  for (const auto& [place, retention] : places) {
    const std::string& account = model.organization.accounts.at(place.first).name;
    const catalog::Region* region = catalog.FindRegion(place.second);
    artifacts.push_back(RequestOf(*retention, account, place.second, "bedrock"));
    if (region == nullptr || region->mantle != false) {
      artifacts.push_back(RequestOf(*retention, account, place.second, "bedrock-mantle"));
    }
  }
  std::ranges::sort(artifacts, {}, &Artifact::path);
  return artifacts;
}

}  // namespace writ::emit
