// `log invocations to …`: one PutModelInvocationLoggingConfiguration for each account and region,
// which replaces whatever was configured there (AWS API model bedrock/2023-04-20 of 2026-08-07).
#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/guardrails.h"
#include "base/support/json.h"
#include "output/emit/artifact.h"
#include "output/emit/guardrails.h"
#include "output/emit/places.h"

namespace writ::emit {
namespace {

using intent::Account;
using intent::Logging;
using support::json::Writer;

constexpr std::size_t kShortestBucket = 3;
constexpr std::size_t kLongestBucket = 63;
constexpr std::size_t kLongestPrefix = 1024;
constexpr std::size_t kLongestLogGroup = 512;

/// "bucket/prefix".
struct BucketPath {
  std::string bucket;
  std::string prefix;
};

BucketPath Split(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return {text, {}};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

// Amazon S3 User Guide, "General purpose bucket naming rules", read 2026-11-22.
bool IsBucket(const BucketPath& path) {
  const std::string& name = path.bucket;
  const auto is_edge = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return name.size() >= kShortestBucket && name.size() <= kLongestBucket &&
         path.prefix.size() <= kLongestPrefix && is_edge(name.front()) && is_edge(name.back()) &&
         std::ranges::all_of(name, [&](char c) { return is_edge(c) || c == '-' || c == '.'; });
}

struct Sinks {
  std::optional<BucketPath> bucket;
  std::optional<std::string> log_group;
  std::string log_role;
};

std::string Configuration(const Sinks& sinks) {
  Writer json(support::json::Style::kPretty);
  json.BeginObject();
  json.Key("loggingConfig");
  json.BeginObject();
  if (sinks.log_group) {
    json.Key("cloudWatchConfig");
    json.BeginObject();
    json.Key("logGroupName");
    json.String(*sinks.log_group);
    json.Key("roleArn");
    json.String(sinks.log_role);
    json.EndObject();
  }
  if (sinks.bucket) {
    json.Key("s3Config");
    json.BeginObject();
    json.Key("bucketName");
    json.String(sinks.bucket->bucket);
    if (!sinks.bucket->prefix.empty()) {
      json.Key("keyPrefix");
      json.String(sinks.bucket->prefix);
    }
    json.EndObject();
  }
  for (const char* kind : {"text", "image", "embedding", "video", "audio"}) {
    json.Key(std::string(kind) + "DataDeliveryEnabled");
    json.Bool(true);
  }
  json.EndObject();
  json.EndObject();
  return json.Take() + "\n";
}

class Logger {
 public:
  Logger(const intent::Model& model, const catalog::Catalog& catalog, diag::Sink& sink)
      : model_(model), catalog_(catalog), sink_(sink) {}

  std::vector<Artifact> Run() {
    for (const Logging& logging : model_.loggings) Place(logging);
    std::ranges::sort(artifacts_, {}, &Artifact::path);
    return std::move(artifacts_);
  }

 private:
  void Place(const Logging& logging) {
    bool is_clashing = false;
    bool is_wrong = false;
    for (const intent::AccountIndex index : logging.accounts) {
      const Account& account = model_.organization.accounts.at(index.value);
      for (const std::string& region : logging.regions) {
        const auto [first, is_new] = claims_.try_emplace({account.id, region}, &logging);
        if (!is_new) {
          if (!is_clashing) ReportClash(logging, *first->second, account, region);
          is_clashing = true;
          continue;
        }
        // A wrong name is wrong in every place: it is reported for the first.
        if (is_wrong) continue;
        const std::optional<Sinks> sinks = Check(logging, account, region);
        is_wrong = !sinks;
        if (sinks) Add(logging, account, region, *sinks);
      }
    }
    WarnOfOneBucket(logging);
  }

  void ReportClash(const Logging& logging, const Logging& first, const Account& account,
                   const std::string& region) {
    sink_.Report(diag::kLoggedTwice, logging.origin.span, account.name, region)
        .At("second occurrence")
        .Also(first.origin.span, "first occurrence")
        .Suggest("name both sinks in one sentence: `log invocations to bucket …, log-group …`")
        .Note("an account has one logging configuration per region; the later call would win");
  }

  std::optional<Sinks> Check(const Logging& logging, const Account& account,
                             const std::string& region) {
    Sinks sinks;
    bool is_good = true;
    const source::Span span = logging.origin.span;
    if (logging.bucket) {
      sinks.bucket = Split(AtPlace(*logging.bucket, account, region));
      if (!IsBucket(*sinks.bucket)) {
        is_good = false;
        sink_.Report(diag::kBadLogBucket, span, sinks.bucket->bucket)
            .At("this bucket")
            .Note(
                "3 to 63 lower-case letters, digits, dots and hyphens; a prefix may follow a "
                "slash");
      }
    }
    if (logging.log_group) {
      sinks.log_group = AtPlace(*logging.log_group, account, region);
      const std::size_t size = sinks.log_group->size();
      if (size == 0 || size > kLongestLogGroup) {
        is_good = false;
        sink_.Report(diag::kBadLogGroup, span, kLongestLogGroup, size).At("this log group");
      }
      const catalog::Region* found = catalog_.FindRegion(region);
      const std::string partition = found != nullptr ? found->partition : "aws";
      const std::string role = AtPlace(logging.log_role.value_or(""), account, region);
      const std::optional<std::string> arn = RoleArn(role, account, partition);
      if (arn) {
        sinks.log_role = *arn;
      } else {
        is_good = false;
        sink_.Report(diag::kBadLogRole, span, role, account.name)
            .At("this role")
            .Suggest("name a role in the logged account by its path and name");
      }
    }
    return is_good ? std::optional<Sinks>(std::move(sinks)) : std::nullopt;
  }

  // Amazon Bedrock User Guide, "model-invocation-logging": the sinks are in the account and region
  // that is logged.
  void WarnOfOneBucket(const Logging& logging) {
    const std::size_t places = logging.accounts.size() * logging.regions.size();
    if (!logging.bucket || places < 2) return;
    std::set<std::string> names;
    for (const intent::AccountIndex index : logging.accounts) {
      const Account& account = model_.organization.accounts.at(index.value);
      for (const std::string& region : logging.regions) {
        names.insert(Split(AtPlace(*logging.bucket, account, region)).bucket);
      }
    }
    if (names.size() == places) return;
    sink_.Report(diag::kOneBucketForManyPlaces, logging.origin.span, *names.begin(), places)
        .At("this bucket")
        .Suggest("use `{account}` and `{region}` in the name: they are replaced for each place")
        .Note("Bedrock logs only to a bucket in the logged account and region");
  }

  void Add(const Logging& logging, const Account& account, const std::string& region,
           const Sinks& sinks) {
    Artifact artifact = MakeArtifact(
        fmt::format("logging/{}.{}.bedrock.PutModelInvocationLoggingConfiguration.json",
                    account.name, region),
        "invocation-logging", {account.name}, Configuration(sinks));
    *artifact.statements = {EntryOf(logging.origin)};
    artifacts_.push_back(std::move(artifact));
  }

  const intent::Model& model_;
  const catalog::Catalog& catalog_;
  diag::Sink& sink_;
  std::map<std::pair<std::string, std::string>, const Logging*> claims_;
  std::vector<Artifact> artifacts_;
};

}  // namespace

std::vector<Artifact> LoggingRequests(const intent::Model& model, const catalog::Catalog& catalog,
                                      diag::Sink& sink) {
  return Logger(model, catalog, sink).Run();
}

}  // namespace writ::emit
