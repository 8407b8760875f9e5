#include "iam/decide/sendable.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "iam/policy/account.h"
#include "iam/policy/pattern.h"
#include "iam/policy/values.h"

namespace writ::decide {
namespace {

using policy::CallerKind;
using policy::ContextKey;

constexpr std::string_view kNoRegion = "unspecified";

bool IsPrincipalOfIam(const policy::Caller& caller) {
  return caller.kind == CallerKind::kUser || caller.kind == CallerKind::kRole ||
         caller.kind == CallerKind::kRoleSession || caller.kind == CallerKind::kFederatedUser ||
         caller.kind == CallerKind::kRoot;
}

const ContextKey* Find(const policy::Request& request, std::string_view name) {
  const auto found = std::ranges::find_if(request.context, [name](const ContextKey& key) {
    return policy::EqualIgnoringCase(key.name, name);
  });
  return found == request.context.end() ? nullptr : &*found;
}

/// The one value of a key that is no list.
std::optional<std::string_view> ValueOf(const policy::Request& request, std::string_view name) {
  const ContextKey* const key = Find(request, name);
  if (key == nullptr || key->is_list || key->values.size() != 1) return std::nullopt;
  return key->values.front();
}

/// aws:PrincipalArn of a caller. The ARN of a session does not tell the path of its role, which
/// those of IAM Identity Center have.
std::optional<std::string> PrincipalArnOf(const policy::Caller& caller) {
  if (caller.kind != CallerKind::kRoleSession) return std::string(caller.name);
  if (caller.role.starts_with("AWSReservedSSO_")) return std::nullopt;
  return fmt::format("arn:{}:iam::{}:role/{}", caller.partition, caller.account, caller.role);
}

/// Whether aws:PrincipalArn can be that of the caller.
bool IsArnOf(const policy::Caller& caller, std::string_view arn) {
  if (caller.kind != CallerKind::kRoleSession) return arn == caller.name;
  const std::optional<policy::Caller> role = policy::ParseCaller(arn);
  return role && role->kind == CallerKind::kRole && role->role == caller.role &&
         role->account == caller.account && role->partition == caller.partition;
}

/// aws:PrincipalType of a caller. Source: IAM User Guide, "AWS global condition context keys",
/// aws:PrincipalType, as cloud-copilot/iam-lens tests it, read 2026-11-30.
std::string_view TypeOf(const policy::Caller& caller) {
  switch (caller.kind) {
    case CallerKind::kRoot:
      return "Account";
    case CallerKind::kUser:
      return "User";
    case CallerKind::kFederatedUser:
      return "FederatedUser";
    case CallerKind::kRole:
    case CallerKind::kRoleSession:
      return "AssumedRole";
    default:
      return "";
  }
}

/// The name without what stands before it: a path, the role of a session.
std::string_view LastName(const policy::Caller& caller) {
  return caller.name.substr(caller.name.rfind('/') + 1);
}

/// aws:userid of a caller, with the unique ids of AWS's examples for those that are not known.
std::string ExampleIdOf(const policy::Caller& caller) {
  switch (caller.kind) {
    case CallerKind::kRoot:
      return std::string(caller.account);
    case CallerKind::kFederatedUser:
      return fmt::format("{}:{}", caller.account, LastName(caller));
    case CallerKind::kRoleSession:
      return fmt::format("AROACKCEVSQ6C2EXAMPLE:{}", LastName(caller));
    case CallerKind::kRole:
      return "AROACKCEVSQ6C2EXAMPLE:session";
    default:
      return "AIDACKCEVSQ6C2EXAMPLE";
  }
}

/// Whether aws:userid can be that of the caller, of whose role or user the unique id is not known.
/// Source: IAM User Guide, "IAM policy elements: Variables and tags", values of aws:userid by kind
/// of principal, as cloud-copilot/iam-lens tests it; AWS re:Post, "GetFederationToken and
/// aws:userName", both read 2026-11-30.
bool IsIdOf(const policy::Caller& caller, std::string_view id) {
  const std::size_t colon = id.find(':');
  const std::string_view after = colon == std::string_view::npos ? "" : id.substr(colon + 1);
  const std::string_view last = LastName(caller);
  switch (caller.kind) {
    case CallerKind::kRoot:
      return id == caller.account;
    case CallerKind::kUser:
      return colon == std::string_view::npos;
    case CallerKind::kFederatedUser:
      return id.substr(0, colon) == caller.account && after == last;
    case CallerKind::kRole:
      return !after.empty();
    case CallerKind::kRoleSession:
      return after == last;
    default:
      return false;
  }
}

/// Takes `text` apart by a format such as "arn:${Partition}:s3:::${BucketName}/${ObjectName}":
/// whether it fits, with a value of at least one character for every part. Partition, region and
/// account are whole segments. A `*` of the format is anything, as in that of recovery points.
bool Fits(std::string_view format, std::string_view text, const catalog::Catalog& catalog) {
  const std::size_t at = std::min(format.find("${"), format.find('*'));
  if (at == std::string_view::npos) return format == text;
  if (!text.starts_with(format.substr(0, at))) return false;
  text.remove_prefix(at);
  if (format[at] == '*') {
    format.remove_prefix(at + 1);
    for (std::size_t size = 0; size <= text.size(); ++size) {
      if (Fits(format, text.substr(size), catalog)) return true;
    }
    return false;
  }
  const std::size_t end = format.find('}', at);
  const std::string_view part = format.substr(at + 2, end - at - 2);
  format.remove_prefix(end + 1);
  if (part == "Partition" || part == "Region" || part == "Account") {
    const std::string_view value = text.substr(0, text.find(':'));
    if (value.empty()) return false;
    if (part == "Region" && catalog.FindRegion(value) == nullptr) return false;
    if (part == "Account" && !policy::IsAccountId(value)) return false;
    return Fits(format, text.substr(value.size()), catalog);
  }
  for (std::size_t size = 1; size <= text.size(); ++size) {
    if (Fits(format, text.substr(size), catalog)) return true;
  }
  return false;
}

class Examiner {
 public:
  Examiner(const policy::Request& request, const catalog::Catalog& catalog)
      : request_(request),
        catalog_(catalog),
        caller_(policy::ParseCaller(request.principal)),
        resource_(policy::SplitArn(request.resource)) {}

  std::vector<std::string> Run(bool with_resource) {
    if (!caller_) Say("`{}` is no principal", request_.principal);
    Values();
    if (caller_) Principal();
    Owner();
    Source();
    Time();
    if (with_resource) {
      Resource();
      Region();
    }
    return std::move(faults_);
  }

 private:
  template <class... Arguments>
  void Say(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    faults_.push_back(fmt::format(text, std::forward<Arguments>(arguments)...));
  }

  /// A tag may have an empty value: IAM User Guide, "Tags for AWS Identity and Access Management
  /// resources", read 2026-11-30.
  static bool IsTag(std::string_view key) {
    const std::size_t slash = key.find('/');
    return slash != std::string_view::npos &&
           policy::FoldCase(key.substr(0, slash)).ends_with("tag");
  }

  void Values() {
    for (const ContextKey& key : request_.context) {
      const bool has_empty = std::ranges::any_of(key.values, &std::string::empty);
      if (has_empty && !IsTag(key.name)) Say("{} is empty", key.name);
      const auto known = catalog_.FindKey(key.name);
      if (known && known->multi_valued != key.is_list) {
        Say("{} is {}", key.name, known->multi_valued ? "no list" : "a list");
      }
    }
  }

  void Principal() {
    const bool is_iam = IsPrincipalOfIam(*caller_);
    const auto arn = ValueOf(request_, "aws:PrincipalArn");
    if (arn && (!is_iam || !IsArnOf(*caller_, *arn))) {
      Say("aws:PrincipalArn {} is not that of {}", *arn, request_.principal);
    }
    const auto account = ValueOf(request_, "aws:PrincipalAccount");
    if (account && (!is_iam || *account != caller_->account)) {
      Say("aws:PrincipalAccount {} is not that of {}", *account, request_.principal);
    }
    for (std::string& fault : KindFaultsOf(request_)) faults_.push_back(std::move(fault));
    const ContextKey* const paths = Find(request_, "aws:PrincipalOrgPaths");
    const auto organization = ValueOf(request_, "aws:PrincipalOrgID");
    if (paths != nullptr && paths->values.size() > 1) Say("aws:PrincipalOrgPaths has two paths");
    if (paths != nullptr && organization && !paths->values.empty() &&
        !paths->values.front().starts_with(std::string(*organization) + "/")) {
      Say("aws:PrincipalOrgPaths is not of the organization {}", *organization);
    }
  }

  void Resource() {
    const std::size_t colon = request_.action.find(':');
    const auto action =
        catalog_.FindAction(request_.action.substr(0, colon), request_.action.substr(colon + 1));
    if (action && !Formats(catalog_, *action).Of(request_.resource)) {
      Say("{} is not a resource of {}", request_.resource, request_.action);
    }
    if (resource_ && caller_ && !caller_->partition.empty() &&
        (*resource_)[1] != caller_->partition) {
      Say("{} is of another partition than {}", request_.resource, request_.principal);
    }
  }

  void Owner() {
    const auto account = ValueOf(request_, "aws:ResourceAccount");
    if (!account) return;
    const bool has_account = resource_ && !(*resource_)[4].empty();
    if (has_account && *account != (*resource_)[4]) {
      Say("aws:ResourceAccount {} is not that of {}", *account, request_.resource);
    }
    if (!has_account && request_.resource_account && *account != *request_.resource_account) {
      Say("aws:ResourceAccount {} is not the owner {}", *account, *request_.resource_account);
    }
  }

  void Region() {
    const auto region = ValueOf(request_, "aws:RequestedRegion");
    const bool has_no_region = resource_ && (*resource_)[2] == "bedrock" &&
                               (*resource_)[3].empty() &&
                               (*resource_)[5].starts_with("foundation-model/");
    if (!region) return;
    if (has_no_region != (*region == kNoRegion) ||
        (!has_no_region && catalog_.FindRegion(*region) == nullptr)) {
      Say("aws:RequestedRegion {} is no region of a call for {}", *region, request_.resource);
    } else if (resource_ && !(*resource_)[3].empty() && *region != (*resource_)[3]) {
      Say("aws:RequestedRegion {} is not that of {}", *region, request_.resource);
    }
  }

  void Source() {
    const auto arn = ValueOf(request_, "aws:SourceArn");
    const auto account = ValueOf(request_, "aws:SourceAccount");
    const auto source = arn ? policy::SplitArn(*arn) : std::nullopt;
    if (account && source && policy::IsAccountId((*source)[4]) && *account != (*source)[4]) {
      Say("aws:SourceAccount {} is not that of {}", *account, *arn);
    }
  }

  void Time() {
    const auto date = ValueOf(request_, "aws:CurrentTime");
    const auto epoch = ValueOf(request_, "aws:EpochTime");
    const auto of_date = date ? policy::ParseInstant(*date) : std::nullopt;
    const auto of_epoch = epoch ? policy::ParseInstant(*epoch) : std::nullopt;
    if (date && !of_date) Say("aws:CurrentTime {} is no time", *date);
    if (of_date && of_epoch && of_date->seconds != of_epoch->seconds) {
      Say("aws:CurrentTime {} is not aws:EpochTime {}", *date, *epoch);
    }
  }

  const policy::Request& request_;
  const catalog::Catalog& catalog_;
  const std::optional<policy::Caller> caller_;
  const std::optional<policy::ArnSegments> resource_;
  std::vector<std::string> faults_;
};

}  // namespace

std::string ExampleOf(std::string_view pattern) {
  std::string text;
  for (const char c : pattern) {
    if (c == '*') {
      text += "example";
    } else {
      text += c == '?' ? 'x' : c;
    }
  }
  return text;
}

std::vector<std::string> KindFaultsOf(const policy::Request& request) {
  const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
  if (!caller) return {};
  std::vector<std::string> faults;
  const bool is_iam = IsPrincipalOfIam(*caller);
  const bool is_user = caller->kind == CallerKind::kUser;
  const auto user = ValueOf(request, "aws:username");
  if (user && (!is_user || *user != LastName(*caller))) {
    faults.push_back(fmt::format("aws:username {} is not that of the caller", *user));
  }
  const auto type = ValueOf(request, "aws:PrincipalType");
  if (type && is_iam && *type != TypeOf(*caller)) {
    faults.push_back(
        fmt::format("aws:PrincipalType {} is not that of {}", *type, request.principal));
  }
  const auto id = ValueOf(request, "aws:userid");
  if (id && is_iam && !IsIdOf(*caller, *id)) {
    faults.push_back(fmt::format("aws:userid {} is not that of {}", *id, request.principal));
  }
  return faults;
}

policy::Request WithKind(policy::Request request) {
  for (const char* name : {"aws:PrincipalType", "aws:username"}) {
    if (Find(request, name) != nullptr) continue;
    if (auto key = FollowingKey(request, name)) request.context.push_back(*std::move(key));
  }
  std::ranges::sort(request.context);
  return request;
}

policy::Request Complete(policy::Request request, const Affiliation& affiliation) {
  const auto add = [&request](std::string_view name, bool is_list, std::string value) {
    if (value.empty() || Find(request, name) != nullptr) return;
    request.context.push_back({std::string(name), is_list, {std::move(value)}});
  };
  const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
  if (caller && IsPrincipalOfIam(*caller)) {
    add("aws:PrincipalArn", false, PrincipalArnOf(*caller).value_or(""));
    add("aws:PrincipalAccount", false, std::string(caller->account));
    add("aws:PrincipalOrgID", false, affiliation.organization);
    add("aws:PrincipalOrgPaths", true, affiliation.path);
  }
  const std::optional<policy::ArnSegments> resource = policy::SplitArn(request.resource);
  if (resource && policy::IsAccountId((*resource)[4])) {
    add("aws:ResourceAccount", false, std::string((*resource)[4]));
  }
  std::ranges::sort(request.context);
  return request;
}

std::span<const std::string_view> AlwaysSent(Senders senders) {
  static constexpr std::array<std::string_view, 9> kKeys = {
      "aws:CurrentTime",   "aws:EpochTime",    "aws:PrincipalAccount",
      "aws:PrincipalType", "aws:userid",       "aws:SecureTransport",
      "aws:ViaAWSService", "aws:PrincipalArn", "aws:PrincipalIsAWSService"};
  constexpr std::size_t kOfPrincipals = 2;  // the last
  const std::span all(kKeys);
  return senders == Senders::kPrincipals ? all : all.first(all.size() - kOfPrincipals);
}

std::optional<ContextKey> FollowingKey(const policy::Request& request, std::string_view name) {
  const auto is = [name](std::string_view one) { return policy::EqualIgnoringCase(name, one); };
  const auto key = [](const char* spelt, std::string_view value) {
    return ContextKey{spelt, false, {std::string(value)}};
  };
  if (is("aws:ResourceAccount")) {
    const std::optional<policy::ArnSegments> resource = policy::SplitArn(request.resource);
    if (!resource || !policy::IsAccountId((*resource)[4])) return std::nullopt;
    return key("aws:ResourceAccount", (*resource)[4]);
  }
  const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
  if (!caller || !IsPrincipalOfIam(*caller)) return std::nullopt;
  if (is("aws:PrincipalArn")) {
    const auto arn = PrincipalArnOf(*caller);
    return arn ? std::optional(key("aws:PrincipalArn", *arn)) : std::nullopt;
  }
  if (is("aws:PrincipalAccount")) return key("aws:PrincipalAccount", caller->account);
  if (is("aws:PrincipalType")) return key("aws:PrincipalType", TypeOf(*caller));
  if (is("aws:PrincipalIsAWSService")) return key("aws:PrincipalIsAWSService", "false");
  if (is("aws:userid")) return key("aws:userid", ExampleIdOf(*caller));
  if (is("aws:username") && caller->kind == CallerKind::kUser) {
    return key("aws:username", LastName(*caller));
  }
  return std::nullopt;
}

std::vector<std::string> LackingOf(const policy::Request& request,
                                   const std::function<bool(std::string_view)>& is_read) {
  const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
  const bool is_principal = caller && IsPrincipalOfIam(*caller);
  std::vector<std::string> lacking;
  const auto look = [&](std::string_view name, std::string_view sent) {
    if (Find(request, name) != nullptr || !is_read(name)) return;
    lacking.push_back(fmt::format("{} is not there, and {}", name, sent));
  };
  for (const std::string_view name :
       AlwaysSent(is_principal ? Senders::kPrincipals : Senders::kAnyone)) {
    look(name, "every request has it");
  }
  if (is_principal && caller->kind == policy::CallerKind::kUser) {
    look("aws:username", "every request of a user has it");
  }
  return lacking;
}

policy::Request OfUserNamed(policy::Request request) {
  const auto name = ValueOf(request, "aws:username");
  const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
  if (!name || name->empty() || !caller || !IsPrincipalOfIam(*caller)) return request;
  const bool is_user = caller->kind == policy::CallerKind::kUser;
  const std::string before =
      is_user ? std::string(caller->name.substr(0, caller->name.rfind('/') + 1))
              : fmt::format("arn:{}:iam::{}:user/", caller->partition, caller->account);
  const std::string arn = before + std::string(*name);
  for (ContextKey& key : request.context) {
    const bool is_arn = policy::EqualIgnoringCase(key.name, "aws:PrincipalArn");
    if (is_arn && key.values == std::vector<std::string>{request.principal}) key.values = {arn};
  }
  request.principal = arn;
  return request;
}

policy::Request OfOwner(policy::Request request) {
  const std::optional<policy::ArnSegments> resource = policy::SplitArn(request.resource);
  if (!resource || !policy::IsAccountId((*resource)[4])) return request;
  const std::string account((*resource)[4]);
  for (ContextKey& key : request.context) {
    if (policy::EqualIgnoringCase(key.name, "aws:ResourceAccount")) key.values = {account};
  }
  return request;
}

bool IsImplied(const policy::Request& request, const ContextKey& key) {
  if (key.values.size() != 1) return false;
  const std::string name = policy::FoldCase(key.name);
  const std::string& value = key.values.front();
  if (name == "aws:resourceaccount") {
    const std::optional<policy::ArnSegments> resource = policy::SplitArn(request.resource);
    return resource && value == (*resource)[4];
  }
  const std::optional<policy::Caller> caller = policy::ParseCaller(request.principal);
  if (!caller || !IsPrincipalOfIam(*caller)) return false;
  if (name == "aws:principalarn") return IsArnOf(*caller, value);
  if (name == "aws:principalaccount") return value == caller->account;
  // Who tells all of the caller tells of its organization what everybody in the account has.
  if (name != "aws:principalorgid" && name != "aws:principalorgpaths") return false;
  return Find(request, "aws:PrincipalArn") != nullptr &&
         Find(request, "aws:PrincipalAccount") != nullptr;
}

const std::vector<std::string>& Placeless() {
  static const std::vector<std::string> kPatterns{"arn:*:aws-external-anthropic::*:*",
                                                  "arn:*:bedrock-agentcore::*:*",
                                                  "arn:*:bedrock-mantle::*:*",
                                                  "arn:*:bedrock::*:*",
                                                  "arn:*:lambda::*:*",
                                                  "arn:*:sagemaker::*:*"};
  return kPatterns;
}

Formats::Formats(const catalog::Catalog& catalog, const catalog::Action& action)
    : catalog_(catalog) {
  for (const catalog::ActionResource& one : action.resources) {
    is_optional_ = is_optional_ && !one.required;
    const auto type = catalog.FindResourceType(action.service, one.type);
    if (type) formats_.insert(formats_.end(), type->arns.begin(), type->arns.end());
  }
}

std::optional<std::string> Formats::Of(std::string_view resource) const {
  if (resource == "*") return is_optional_ ? std::optional<std::string>("*") : std::nullopt;
  // A region lies in one partition.
  const std::optional<policy::ArnSegments> segments = policy::SplitArn(resource);
  const catalog::Region* const region = segments ? catalog_.FindRegion((*segments)[3]) : nullptr;
  if (region != nullptr && region->partition != (*segments)[1]) return std::nullopt;
  for (const std::string& format : formats_) {
    if (Fits(format, resource, catalog_)) return format;
    // A call that is routed globally asks for the model in no region as well.
    constexpr std::string_view kInRegion = ":bedrock:${Region}::foundation-model/";
    const std::size_t at = format.find(kInRegion);
    if (at == std::string::npos) continue;
    std::string without = format;
    without.replace(at, kInRegion.size(), ":bedrock:::foundation-model/");
    if (Fits(without, resource, catalog_)) return without;
  }
  return std::nullopt;
}

std::optional<std::string> Formats::Like(std::string_view pattern, std::string_view region,
                                         std::string_view account) const {
  const catalog::Region* const known = catalog_.FindRegion(region);
  const std::string partition = known != nullptr ? known->partition : "aws";
  for (std::string resource : formats_) {
    for (std::size_t at = resource.find("${"); at != std::string::npos; at = resource.find("${")) {
      const std::size_t end = resource.find('}', at);
      if (end == std::string::npos) break;
      const std::string_view part = std::string_view(resource).substr(at + 2, end - at - 2);
      const std::string_view value = part == "Partition" ? std::string_view(partition)
                                     : part == "Region"  ? region
                                     : part == "Account" ? account
                                                         : "example";
      std::string filled = resource.substr(0, at);
      filled += value;
      filled += resource.substr(end + 1);
      resource = std::move(filled);
    }
    if (catalog::MatchesPattern(pattern, resource) && Of(resource)) return resource;
  }
  return std::nullopt;
}

std::vector<std::string> FaultsOf(const policy::Request& request, const catalog::Catalog& catalog) {
  return Examiner(request, catalog).Run(/*with_resource=*/true);
}

std::vector<policy::Statement> NeverSent(const catalog::Catalog& catalog,
                                         std::string_view principal) {
  std::vector<policy::Statement> denies;
  // What is said of regions binds only requests that tell theirs: an absent key is not equal
  // either.
  const auto deny = [&denies](std::vector<std::string> resources, bool is_region_within,
                              std::vector<std::string> regions) {
    policy::Statement& statement = denies.emplace_back();
    statement.effect = policy::Effect::kDeny;
    statement.action.values = {"*"};
    statement.resource = policy::Patterns{policy::Sense::kListed, std::move(resources)};
    if (regions.empty()) return;
    const policy::BaseOperator base = is_region_within ? policy::BaseOperator::kStringEquals
                                                       : policy::BaseOperator::kStringNotEquals;
    statement.conditions = {
        {{policy::SetQualifier::kNone, base, false}, "aws:RequestedRegion", std::move(regions)},
        {{policy::SetQualifier::kNone, policy::BaseOperator::kNull, false},
         "aws:RequestedRegion",
         {"false"}}};
  };
  const std::optional<policy::Caller> caller = policy::ParseCaller(principal);
  const std::string partition(caller ? caller->partition : "");
  std::vector<std::string> there{std::string(kNoRegion)};
  std::map<std::string, std::vector<std::string>> elsewhere;
  for (const catalog::Region& region : catalog.regions()) {
    there.push_back(region.name);
    deny({fmt::format("arn:*:*:{}:*:*", region.name)}, false, {region.name});
    if (!partition.empty() && region.partition != partition) {
      elsewhere[region.partition].push_back(region.name);
    }
  }
  deny({"*"}, false, std::move(there));
  deny({"arn:*:bedrock:::foundation-model/*"}, false, {std::string(kNoRegion)});
  for (auto& [other, regions] : elsewhere) {
    deny({fmt::format("arn:{}:*", other)}, false, {});
    deny({"*"}, true, std::move(regions));
  }
  return denies;
}

std::vector<std::string> ContradictionsOf(const policy::Request& request,
                                          const catalog::Catalog& catalog) {
  return Examiner(request, catalog).Run(/*with_resource=*/false);
}

}  // namespace writ::decide
