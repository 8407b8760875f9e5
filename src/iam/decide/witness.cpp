#include "iam/decide/witness.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "facts/catalog/catalog.h"
#include "iam/decide/element.h"
#include "iam/decide/sendable.h"
#include "iam/policy/account.h"
#include "iam/policy/pattern.h"
#include "iam/policy/values.h"

namespace writ::decide {
namespace {

// Tries of one attribute; a bound on the time a readable witness may take.
constexpr std::size_t kMostActionTries = 300;
constexpr std::size_t kMostResourceIdeas = 60;
constexpr std::size_t kMostRegionTries = 400;

constexpr std::size_t kMostValueIdeas = 24;
constexpr std::size_t kMostPairs = 8;

constexpr std::string_view kOtherAccount = "444455556666";
constexpr std::string_view kAnotherAccount = "777788889999";

std::string_view ServiceOf(std::string_view action) { return action.substr(0, action.find(':')); }
std::string_view NameOf(std::string_view action) { return action.substr(action.find(':') + 1); }

std::optional<catalog::Action> FindAction(const catalog::Catalog* catalog,
                                          std::string_view action) {
  if (catalog == nullptr) return std::nullopt;
  return catalog->FindAction(ServiceOf(action), NameOf(action));
}

std::string PartitionOf(const policy::Request& request) {
  const auto caller = policy::ParseCaller(request.principal);
  return caller && !caller->partition.empty() ? std::string(caller->partition) : "aws";
}

// A region that everybody knows.
std::string_view RegionIn(std::string_view partition) {
  if (partition == "aws-us-gov") return "us-gov-west-1";
  return partition == "aws-cn" ? "cn-north-1" : "us-east-1";
}

std::string AccountOf(const policy::Request& request) {
  const auto caller = policy::ParseCaller(request.principal);
  return caller && !caller->account.empty() ? std::string(caller->account) : "111122223333";
}

// A format such as "arn:${Partition}:s3:::${BucketName}/${ObjectName}", with `fill` for its parts.
template <class Fill>
std::string Filled(std::string_view format, Fill fill) {
  std::string text;
  while (true) {
    const std::size_t at = format.find("${");
    text += format.substr(0, at);
    if (at == format.npos) return text;
    const std::size_t end = format.find('}', at);
    if (end == format.npos) return text.append(format.substr(at));
    text += fill(format.substr(at + 2, end - at - 2));
    format.remove_prefix(end + 1);
  }
}

std::string GlobOf(std::string_view format) {
  return Filled(format, [](std::string_view) { return std::string("*"); });
}

// Formats of the resources that an action takes.
std::vector<std::string> FormatsOf(const catalog::Catalog& catalog, const catalog::Action& action) {
  std::vector<std::string> formats;
  for (const catalog::ActionResource& resource : action.resources) {
    const auto type = catalog.FindResourceType(action.service, resource.type);
    if (type) formats.insert(formats.end(), type->arns.begin(), type->arns.end());
  }
  return formats;
}

// The text with another account in the place of the first that is `account`.
std::string WithAccount(std::string text, std::string_view account, std::string_view other) {
  const std::size_t at = text.find(account);
  if (account.empty() || at == text.npos) return text;
  return text.replace(at, account.size(), other);
}

std::string Example(std::string_view format, std::string_view partition, std::string_view account) {
  return Filled(format, [=](std::string_view part) -> std::string {
    if (part == "Partition") return std::string(partition);
    if (part == "Region") return std::string(RegionIn(partition));
    if (part == "Account") return std::string(account);
    return "example";
  });
}

// A resource pattern as written, with words in place of its wildcards.
std::string Instance(std::string_view pattern, std::string_view partition, std::string_view service,
                     std::string_view account, std::string_view word) {
  std::string text;
  std::size_t segment = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == ':' && segment < 5) ++segment;
    if (c == '?') {
      text += 'x';
    } else if (c != '*') {
      text += c;
    } else if (segment == 1 && text.ends_with(':')) {
      text += partition;
    } else if (segment == 2 && text.ends_with(':')) {
      text += service;
    } else if (segment == 3 && text.ends_with(':')) {
      text += RegionIn(partition);
    } else if (segment == 4 && text.ends_with(':')) {
      text += account;
    } else if (segment == 5) {
      text += word;
    }
  }
  const std::array<std::string_view, 5> rest = {partition, service, RegionIn(partition), account,
                                                word};
  for (; segment < rest.size(); ++segment) {
    text += ':';
    text += rest[segment];
  }
  return text;
}

// A pattern as written, with the values of the request in place of its variables.
std::string WithValues(std::string_view pattern, const policy::Request& request) {
  std::string text;
  while (true) {
    const std::size_t at = pattern.find("${");
    const std::size_t end = at == pattern.npos ? at : pattern.find('}', at);
    text += pattern.substr(0, at);
    if (end == pattern.npos) return at == pattern.npos ? text : text.append(pattern.substr(at));
    const std::string_view inner = pattern.substr(at + 2, end - at - 2);
    const std::string_view name = inner.substr(0, inner.find(','));
    const auto given = std::ranges::find_if(request.context, [name](const auto& key) {
      return policy::EqualIgnoringCase(key.name, name) && !key.is_list;
    });
    if (given != request.context.end()) {
      text += given->values.front();
    } else if (const std::size_t quote = inner.find('\''); quote != inner.npos) {
      text += inner.substr(quote + 1, inner.rfind('\'') - quote - 1);
    } else {
      text += "example";
    }
    pattern.remove_prefix(end + 1);
  }
}

}  // namespace

policy::Switches SpaceSwitches(policy::Switches switches) {
  switches.has_service_rules = false;
  return switches;
}

// ---- Judge

Judge::Judge(const Space& allowing, const Space& other, const policy::Switches& switches)
    : allowing_(allowing.documents(), SpaceSwitches(switches)),
      other_(other.documents(), SpaceSwitches(switches)) {}

bool Judge::Confirms(const policy::Request& request) const {
  const auto prepared = policy::Prepare(request);
  if (!prepared) return false;
  return policy::Evaluate(*prepared, allowing_.get(), allowing_.switches()).is_allowed() &&
         !policy::Evaluate(*prepared, other_.get(), other_.switches()).is_allowed();
}

Witness Judge::Explain(policy::Request request) const {
  const auto allowed = policy::Evaluate(request, allowing_, policy::Explain::kStatements);
  const auto refused = policy::Evaluate(request, other_, policy::Explain::kStatements);
  WRIT_CHECK(allowed.ok() && refused.ok(), "a witness that is no request");
  Witness witness;
  witness.allowed = *allowed;
  witness.refused = *refused;
  witness.request = std::move(request);
  return witness;
}

// ---- Shaper

policy::Request Shaper::Plain(const Path& path) const {
  policy::Request request;
  request.action = fmt::format("{}:{}", path.service, path.name);
  request.principal = problem_.callers().front();
  std::string resource = "*";
  bool has_resource = false;
  for (const Choice& choice : path.choices) {
    if (choice.attribute == kResource) {
      resource = choice.text;
      has_resource = true;
    } else if (choice.attribute == kPrincipal) {
      request.principal = choice.text;
    } else if (choice.key) {
      request.context.push_back(*choice.key);
    }
  }
  if (!has_resource) {
    const std::string partition = PartitionOf(request);
    resource = fmt::format("arn:{}:{}:{}:{}:example", partition, path.service, RegionIn(partition),
                           AccountOf(request));
  }
  if (problem_.bindings() != nullptr) {
    for (const auto& [key, value] : *problem_.bindings()) {
      const bool is_given = std::ranges::any_of(request.context, [&name = key](const auto& one) {
        return policy::EqualIgnoringCase(one.name, name);
      });
      if (value && !is_given) request.context.push_back({key, false, {*value}});
    }
  }
  SetResource(std::move(resource), request);
  return request;
}

// The account that owns the resource is said only where it is not the one that readers assume.
void Shaper::SetResource(std::string resource, policy::Request& request) const {
  request.resource = std::move(resource);
  request.resource_account.reset();
  const auto caller = policy::ParseCaller(request.principal);
  if (!caller || caller->account.empty()) return;
  if (space_.scope().accounts == Accounts::kCross) {
    request.resource_account = caller->account == kOtherAccount ? kAnotherAccount : kOtherAccount;
    return;
  }
  const auto segments = policy::SplitArn(request.resource);
  if (segments && !(*segments)[4].empty() && (*segments)[4] != caller->account) {
    request.resource_account = std::string(caller->account);
  }
}

policy::Request Shaper::Shape(const Path& path, policy::Request plain, const Judge& judge) const {
  policy::Request request = std::move(plain);
  ShapeAction(path, request, judge);
  // The caller first: his account and his partition are those of resources to try.
  AgreeOnCaller(request, judge);
  ShapeResource(path, request, judge);
  AgreeOnService(request, judge);
  ShapeContext(request, judge);
  AgreeOnCaller(request, judge);
  AddImplied(request, judge);
  return request;
}

std::size_t Shaper::FaultsOf(const policy::Request& request) const {
  if (catalog_ == nullptr) return 0;
  const bool is_cataloged = FindAction(catalog_, request.action).has_value();
  const auto is_read = [this](std::string_view name) {
    const std::string folded = policy::FoldCase(name);
    if (problem_.variables().contains(folded)) return true;
    for (Attribute a = kFirstKey; a < problem_.attribute_count(); ++a) {
      if (problem_.key(a).folded == folded) return true;
    }
    return false;
  };
  return decide::FaultsOf(request, *catalog_).size() + LackingOf(request, is_read).size() +
         (is_cataloged ? 0 : 1);
}

void Shaper::ShapeAction(const Path& path, policy::Request& request, const Judge& judge) const {
  if (const auto known = FindAction(catalog_, request.action)) {
    request.action = known->FullName();
    return;
  }
  // As some document spells it.
  for (const std::uint32_t test : path.actions) {
    for (const std::string& source : problem_.actions()[test].source) {
      if (policy::EqualIgnoringCase(source, request.action)) request.action = source;
    }
  }
  if (catalog_ == nullptr) return;
  const std::string kept = request.action;
  std::size_t tries = 0;
  for (const catalog::Action& action : catalog_->ActionsOf(path.service)) {
    if (++tries > kMostActionTries) break;
    request.action = action.FullName();
    if (judge.Confirms(request)) return;
  }
  request.action = kept;
}

std::vector<std::string> Shaper::ResourceIdeas(const Path& path,
                                               const policy::Request& request) const {
  const std::string account = AccountOf(request);
  const std::string partition = PartitionOf(request);
  const std::string_view service = ServiceOf(request.action);
  std::vector<std::string> formats;
  std::vector<std::string> ideas;
  if (const auto action = FindAction(catalog_, request.action)) {
    if (action->WildcardOnly()) ideas.emplace_back("*");
    formats = FormatsOf(*catalog_, *action);
  }
  // The plainest kind of resource first: a bucket's object before that of an access point.
  std::ranges::stable_sort(formats, {}, &std::string::size);
  std::vector<std::string> globs;
  for (const std::string& format : formats) {
    globs.push_back(GlobOf(format));
  }
  const auto is_typed = [&globs](const std::string& idea) {
    return std::ranges::any_of(
        globs, [&](const std::string& glob) { return catalog::MatchesPattern(glob, idea); });
  };
  // Patterns of the documents first: they are what the difference is about.
  std::vector<std::string> untyped;
  std::size_t typed = 0;
  const auto add = [&](std::string instance) {
    if (is_typed(instance) && typed < kMostResourceIdeas) {
      ideas.push_back(std::move(instance));
      ++typed;
    } else if (untyped.size() < kMostResourceIdeas) {
      untyped.push_back(std::move(instance));
    }
  };
  const auto add_patterns = [&](std::uint32_t test) {
    for (const std::string& pattern : problem_.resource(test).source) {
      // What ends so, whatever it is.
      const bool is_ending = pattern.starts_with('*') && !policy::SplitArn(pattern);
      for (const std::string& format : is_ending ? formats : std::vector<std::string>{}) {
        add(Example(format, partition, account) + ExampleOf(pattern.substr(1)));
      }
      for (const std::string_view word : {"example", "example/example"}) {
        add(Instance(WithValues(pattern, request), partition, service, account, word));
      }
    }
  };
  // Those that match what was found before those that do not: of many, only some are tried.
  for (const bool is_matched : {true, false}) {
    for (const Choice& choice : path.choices) {
      if (choice.attribute != kResource) continue;
      for (std::size_t i = 0; i < choice.tests.size(); ++i) {
        const bool is_negated = problem_.resource(choice.tests[i]).is_negated;
        if ((choice.holds[i] != is_negated) == is_matched) add_patterns(choice.tests[i]);
      }
    }
  }
  for (const std::string& format : formats) ideas.push_back(Example(format, partition, account));
  std::ranges::move(untyped, std::back_inserter(ideas));
  ideas.emplace_back("*");
  return ideas;
}

// Regions in the order in which they are tried: that of the request, two that everybody knows, all.
std::vector<std::string> Shaper::RegionIdeas(const policy::Request& request) const {
  std::vector<std::string> regions;
  const auto add = [&](std::string_view region) {
    const bool is_new = std::ranges::find(regions, region) == regions.end();
    if (is_new && catalog_->FindRegion(region) != nullptr) regions.emplace_back(region);
  };
  const auto segments = policy::SplitArn(request.resource);
  if (segments) add((*segments)[3]);
  for (const policy::ContextKey& key : request.context) {
    const bool is_region = policy::EqualIgnoringCase(key.name, "aws:RequestedRegion");
    if (is_region && !key.values.empty()) add(key.values.front());
  }
  add(RegionIn(PartitionOf(request)));
  add("eu-west-1");
  for (const catalog::Region& region : catalog_->regions()) add(region.name);
  // Those of the caller's partition first, and no others if the caller is given.
  const std::string partition = PartitionOf(request);
  const auto others = std::ranges::stable_partition(regions, [&](const std::string& region) {
    return catalog_->FindRegion(region)->partition == partition;
  });
  if (!space_.scope().principal.empty()) regions.erase(others.begin(), others.end());
  return regions;
}

// A request lies in one partition.
void Shaper::MoveToPartition(std::string_view partition, policy::Request& request) const {
  const auto move = [&](std::string& arn) {
    const std::string from = "arn:" + PartitionOf(request) + ":";
    if (arn.starts_with(from)) arn = fmt::format("arn:{}:{}", partition, arn.substr(from.size()));
  };
  if (!space_.scope().principal.empty() || PartitionOf(request) == partition) return;
  for (policy::ContextKey& key : request.context) {
    if (!policy::EqualIgnoringCase(key.name, "aws:PrincipalArn")) continue;
    for (std::string& value : key.values) move(value);
  }
  move(request.principal);
}

// A resource that the action has, in a region that there is, if one does as well.
void Shaper::ShapeResource(const Path& path, policy::Request& request, const Judge& judge) const {
  const policy::Request kept = request;
  const std::vector<std::string> ideas = ResourceIdeas(path, request);
  const auto confirms = [&](std::string resource) {
    SetResource(std::move(resource), request);
    return judge.Confirms(request);
  };
  const auto action = FindAction(catalog_, request.action);
  const auto formats = action ? std::optional(Formats(*catalog_, *action)) : std::nullopt;
  const auto is_sent = [&](const std::string& resource) {
    return formats && formats->Of(resource).has_value();
  };
  for (const std::string& idea : ideas) {
    if (!is_sent(idea)) continue;
    request = kept;
    if (const auto segments = policy::SplitArn(idea)) MoveToPartition((*segments)[1], request);
    if (confirms(idea)) return;
  }
  request = kept;
  bool reads_region = false;
  for (Attribute a = kFirstKey; a < problem_.attribute_count(); ++a) {
    reads_region = reads_region || problem_.key(a).folded == "aws:requestedregion";
  }
  // Elsewhere: in another region, which the request tells of twice, or in another account.
  const std::string own = AccountOf(kept);
  const std::string_view other = own == kOtherAccount ? kAnotherAccount : kOtherAccount;
  enum class Owner : std::uint8_t { kCaller, kAsWritten, kOther };
  const std::vector<std::string> regions = action ? RegionIdeas(kept) : std::vector<std::string>{};
  for (const Owner owner : {Owner::kCaller, Owner::kAsWritten, Owner::kOther}) {
    // Each has tries of its own: those of many regions would leave none for another account.
    std::size_t tries = 0;
    for (const std::string& region : regions) {
      const std::string& partition = catalog_->FindRegion(region)->partition;
      for (const std::string& idea : ideas) {
        const auto segments = policy::SplitArn(idea);
        if (!segments || (*segments)[5].empty()) continue;
        const bool has_owner = policy::IsAccountId((*segments)[4]);
        if (!has_owner && owner != Owner::kCaller) continue;
        const std::string_view account = owner == Owner::kCaller      ? own
                                         : owner == Owner::kAsWritten ? (*segments)[4]
                                                                      : other;
        const bool has_region = !(*segments)[3].empty() || !is_sent(idea);
        std::string resource = fmt::format("{}:{}:{}:{}:{}:{}", (*segments)[0], partition,
                                           (*segments)[2], has_region ? region : "",
                                           has_owner ? account : (*segments)[4], (*segments)[5]);
        if (!is_sent(resource)) continue;
        if (++tries > kMostRegionTries) break;
        request = kept;
        MoveToPartition(partition, request);
        const auto says = [](const policy::ContextKey& key) {
          return policy::EqualIgnoringCase(key.name, "aws:RequestedRegion");
        };
        if (std::ranges::none_of(request.context, says) && reads_region) {
          request.context.push_back({"aws:RequestedRegion", false, {region}});
        }
        for (policy::ContextKey& key : request.context) {
          if (key.is_list) continue;
          if (says(key)) key.values = {region};
          if (has_owner && policy::EqualIgnoringCase(key.name, "aws:ResourceAccount")) {
            key.values = {std::string(account)};
          }
        }
        if (confirms(std::move(resource))) return;
      }
    }
  }
  request = kept;
  for (const std::string& idea : ideas) {
    if (confirms(idea)) return;
  }
  // What nobody could send for other reasons has a name all the same.
  if (kept.resource.ends_with('/') && confirms(kept.resource + "example")) return;
  SetResource(kept.resource, request);
}

// An action is shown on a resource that it has, if one does as well.
void Shaper::AgreeOnService(policy::Request& request, const Judge& judge) const {
  const auto segments = policy::SplitArn(request.resource);
  if (catalog_ == nullptr || !segments) return;
  // Some services have resources under the name of another.
  const auto known = FindAction(catalog_, request.action);
  if (known && Formats(*catalog_, *known).Of(request.resource)) return;
  const policy::Request kept = request;
  std::size_t tries = 0;
  for (const catalog::Action& action : catalog_->ActionsOf((*segments)[2])) {
    const Formats formats(*catalog_, action);
    // What is found may lack a name, which the pattern that it is of leaves open.
    const std::string named = kept.resource + "example";
    const bool has_found = formats.Of(kept.resource).has_value();
    if (!has_found && !formats.Of(named)) continue;
    if (++tries > kMostActionTries) break;
    request.action = action.FullName();
    SetResource(has_found ? kept.resource : named, request);
    if (judge.Confirms(request)) return;
    request = kept;
  }
}

bool Shaper::IsMultiValued(const std::string& key) const {
  const auto known = catalog_ != nullptr ? catalog_->FindKey(key) : std::nullopt;
  return known && known->multi_valued;
}

void Shaper::ShapeContext(policy::Request& request, const Judge& judge) const {
  for (std::size_t i = request.context.size(); i-- > 0;) {
    policy::Request without = request;
    without.context.erase(without.context.begin() + static_cast<std::ptrdiff_t>(i));
    if (judge.Confirms(without)) request = std::move(without);
  }
  for (std::size_t i = 0; i < request.context.size(); ++i) ShapeKey(i, request, judge);
  std::ranges::sort(request.context, {}, &policy::ContextKey::name);
}

// Values that somebody might send, in place of those that the search made up.
void Shaper::ShapeKey(std::size_t at, policy::Request& request, const Judge& judge) const {
  policy::ContextKey& key = request.context[at];
  const std::string folded = policy::FoldCase(key.name);
  if (folded == "aws:requestedregion" && TryRegion(at, request, judge)) return;
  const policy::ContextKey kept = key;
  const std::vector<std::string> ideas = ValueIdeas(key, request);
  const auto confirms = [&](bool is_list, std::vector<std::string> values) {
    key.is_list = is_list;
    key.values = std::move(values);
    return judge.Confirms(request);
  };
  const bool takes_lists = IsMultiValued(key.name);
  for (const std::string& idea : ideas) {
    if (takes_lists && confirms(true, {idea})) return;
    if (!takes_lists && !kept.is_list && confirms(false, {idea})) return;
  }
  if (kept.is_list && !takes_lists) {
    for (const std::string& idea : ideas) {
      if (confirms(true, {idea})) return;
    }
  }
  for (std::size_t i = 0; kept.is_list && i < ideas.size() && i < kMostPairs; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (confirms(true, {ideas[j], ideas[i]})) return;
    }
  }
  key = kept;
  if (!key.is_list && takes_lists && !confirms(true, kept.values)) key = kept;
}

// A region of AWS, that of the resource too if it has one.
bool Shaper::TryRegion(std::size_t at, policy::Request& request, const Judge& judge) const {
  if (catalog_ == nullptr || request.context[at].is_list) return false;
  const policy::Request kept = request;
  const auto segments = policy::SplitArn(kept.resource);
  // The model of a call that is routed globally has none, and says so.
  if (segments && (*segments)[2] == "bedrock" && (*segments)[3].empty() &&
      (*segments)[5].starts_with("foundation-model/")) {
    request.context[at].values = {"unspecified"};
    if (judge.Confirms(request)) return true;
    request = kept;
  }
  const std::vector<std::string> regions = RegionIdeas(kept);
  for (const bool moves_resource : {true, false}) {
    for (const std::string& region : regions) {
      request.context[at].values = {region};
      if (moves_resource && segments && !(*segments)[3].empty()) {
        SetResource(fmt::format("{}:{}:{}:{}:{}:{}", (*segments)[0], (*segments)[1], (*segments)[2],
                                region, (*segments)[4], (*segments)[5]),
                    request);
      }
      if (judge.Confirms(request)) return true;
      request = kept;
    }
  }
  return false;
}

// The caller is the one that keys about the caller tell of, in the account of the resource unless
// that is another's on purpose.
void Shaper::AgreeOnCaller(policy::Request& request, const Judge& judge) const {
  const auto caller = policy::ParseCaller(request.principal);
  if (!caller || caller->account.empty() || !space_.scope().principal.empty()) return;
  std::vector<std::string> ideas;
  std::string account;
  for (const policy::ContextKey& key : request.context) {
    const std::string folded = policy::FoldCase(key.name);
    if (key.is_list) continue;
    if (folded == "aws:principalaccount") account = key.values.front();
    if (folded == "aws:principalarn") {
      const auto named = policy::ParseCaller(key.values.front());
      if (named && !named->account.empty()) ideas.push_back(key.values.front());
    }
  }
  if (policy::IsAccountId(account)) {
    ideas.push_back(WithAccount(request.principal, caller->account, account));
  }
  const policy::Request kept = request;
  for (const std::string& idea : ideas) {
    request.principal = idea;
    SetResource(kept.resource, request);
    if (judge.Confirms(request)) break;
    request = kept;
  }
  MoveToOwner(request, judge);
  policy::Request of_user = OfUserNamed(request);
  SetResource(request.resource, of_user);
  if (judge.Confirms(of_user)) request = std::move(of_user);
  for (std::size_t i = 0; i < request.context.size(); ++i) {
    const std::string folded = policy::FoldCase(request.context[i].name);
    if (folded == "aws:resourceaccount") ShapeKey(i, request, judge);
  }
}

// Keys that every request has, where the documents read them: absent, they would tell of a request
// that nobody sends. Most requests have the account of the resource and the region, too.
void Shaper::AddImplied(policy::Request& request, const Judge& judge) const {
  static constexpr std::array<std::string_view, 3> kMostly = {
      "aws:ResourceAccount", "aws:RequestedRegion", "aws:username"};
  const auto is_sent = [](std::string_view folded) {
    const auto is_it = [folded](std::string_view one) {
      return policy::EqualIgnoringCase(one, folded);
    };
    return std::ranges::any_of(AlwaysSent(Senders::kPrincipals), is_it) ||
           std::ranges::any_of(kMostly, is_it);
  };
  std::map<std::string, std::string> read;  // folded → as it is written
  for (Attribute a = kFirstKey; a < problem_.attribute_count(); ++a) {
    read.emplace(problem_.key(a).folded, problem_.key(a).name);
  }
  for (const auto& [folded, variable] : problem_.variables()) read.emplace(folded, folded);
  for (const auto& [folded, name] : read) {
    const bool is_there = std::ranges::any_of(request.context, [&one = folded](const auto& key) {
      return policy::EqualIgnoringCase(key.name, one);
    });
    if (is_there || !is_sent(folded)) continue;
    policy::Request with = request;
    if (auto key = FollowingKey(request, folded)) {
      with.context.push_back(*std::move(key));
      if (judge.Confirms(with)) request = std::move(with);
      continue;
    }
    // Principals of services have no ARN and no account, and who is no user no name.
    if (folded.starts_with("aws:principala") || folded == "aws:resourceaccount" ||
        folded.starts_with("aws:user")) {
      continue;
    }
    with.context.push_back({name, false, {""}});
    ShapeKey(with.context.size() - 1, with, judge);
    if (!with.context.back().values.front().empty() && judge.Confirms(with)) {
      request = std::move(with);
    }
  }
  std::ranges::sort(request.context, {}, &policy::ContextKey::name);
}

// Whoever calls within an account is of the account that the resource names.
void Shaper::MoveToOwner(policy::Request& request, const Judge& judge) const {
  const auto segments = policy::SplitArn(request.resource);
  const auto caller = policy::ParseCaller(request.principal);
  if (space_.scope().accounts != Accounts::kSame || !segments || !caller) return;
  const std::string owner((*segments)[4]);
  const std::string account(caller->account);
  if (!policy::IsAccountId(owner) || owner == account) return;
  policy::Request moved = request;
  moved.principal = WithAccount(request.principal, account, owner);
  for (policy::ContextKey& key : moved.context) {
    const std::string folded = policy::FoldCase(key.name);
    if (folded != "aws:principalarn" && folded != "aws:principalaccount") continue;
    for (std::string& value : key.values) value = WithAccount(value, account, owner);
  }
  SetResource(request.resource, moved);
  if (judge.Confirms(moved)) request = std::move(moved);
}

std::vector<std::string> Shaper::ValueIdeas(const policy::ContextKey& key,
                                            const policy::Request& request) const {
  const std::string name = policy::FoldCase(key.name);
  const auto caller = policy::ParseCaller(request.principal);
  const std::string account = AccountOf(request);
  std::vector<std::string> ideas;
  if (name == "aws:principalarn") {
    if (caller && caller->kind == policy::CallerKind::kRoleSession) {
      ideas.push_back(
          fmt::format("arn:{}:iam::{}:role/{}", caller->partition, account, caller->role));
    } else {
      ideas.push_back(request.principal);
    }
  }
  if (name == "aws:principalaccount") ideas.push_back(account);
  if (name == "aws:resourceaccount") {
    const auto segments = policy::SplitArn(request.resource);
    const bool has_account = segments && !(*segments)[4].empty();
    ideas.push_back(request.resource_account ? *request.resource_account
                    : has_account            ? std::string((*segments)[4])
                                             : account);
  }
  if (name == "aws:username" && caller && caller->kind == policy::CallerKind::kUser) {
    ideas.push_back(request.principal.substr(request.principal.rfind('/') + 1));
  }
  for (const policy::ContextKey& other : request.context) {
    const std::string folded = policy::FoldCase(other.name);
    const bool is_time = folded == "aws:currenttime" || folded == "aws:epochtime";
    if (&other == &key || !is_time || other.is_list) continue;
    const auto instant = policy::ParseInstant(other.values.front());
    if (!instant || (name != "aws:currenttime" && name != "aws:epochtime")) continue;
    ideas.push_back(name == "aws:epochtime" ? std::to_string(instant->seconds)
                                            : InstantText(instant->seconds));
  }
  if (name == "aws:currenttime") {
    ideas.insert(ideas.end(),
                 {"2026-01-01T00:00:00Z", "2006-01-01T00:00:00Z", "2046-01-01T00:00:00Z"});
  }
  if (name == "aws:epochtime")
    ideas.insert(ideas.end(), {"1767225600", "1136073600", "2398377600"});
  // As AWS writes them: one that policies may name, and one that they hardly do.
  static const std::map<std::string, std::array<std::string, 2>, std::less<>> kUsual = {
      {"aws:sourcevpce", {"vpce-0a1b2c3d4e5f60718", "vpce-0fedcba9876543210"}},
      {"aws:sourcevpc", {"vpc-0a1b2c3d4e5f60718", "vpc-0fedcba9876543210"}},
      {"aws:principalorgid", {"o-exampleorgid", "o-otherorg000"}},
      {"aws:resourceorgid", {"o-exampleorgid", "o-otherorg000"}},
      {"aws:sourceorgid", {"o-exampleorgid", "o-otherorg000"}},
      {"aws:principaltype", {"User", "AssumedRole"}},
      {"aws:sourceip", {"203.0.113.10", "198.51.100.7"}},
      {"aws:tagkeys", {"costcenter", "team"}}};
  if (const auto usual = kUsual.find(name); usual != kUsual.end()) {
    ideas.insert(ideas.end(), usual->second.begin(), usual->second.end());
  }
  // What the documents say of the key, with words for wildcards.
  std::vector<std::string> written;
  for (Attribute a = kFirstKey; a < problem_.attribute_count(); ++a) {
    if (problem_.key(a).folded != name) continue;
    for (const std::uint32_t at : problem_.tests_of(a)) {
      const KeyTest& test = problem_.key_test(at);
      if (test.op.base == policy::BaseOperator::kNull) continue;  // says nothing of values
      written.insert(written.end(), test.values.begin(), test.values.end());
    }
  }
  for (const std::string& value : written) {
    if (ideas.size() >= kMostValueIdeas) break;
    const bool is_open = value.find("${") != value.npos || value.empty();
    if (!is_open && value.find_first_of("*?") == value.npos) ideas.push_back(value);
  }
  for (const std::string& value : written) {
    if (ideas.size() >= kMostValueIdeas) break;
    if (value.find("${") != value.npos || value.find_first_of("*?") == value.npos) continue;
    const bool is_arn = policy::SplitArn(value).has_value();
    ideas.push_back(is_arn ? Instance(value, PartitionOf(request), "iam", account, "example")
                           : ExampleOf(value));
  }
  const auto known = catalog_ != nullptr ? catalog_->FindKey(key.name) : std::nullopt;
  const catalog::KeyType type = known ? known->type : catalog::KeyType::kString;
  if (type == catalog::KeyType::kBool) ideas.insert(ideas.end(), {"true", "false"});
  if (name == "bedrock:inferenceprofilearn") {
    ideas.push_back(fmt::format("arn:{}:bedrock:{}:{}:inference-profile/global.{}",
                                PartitionOf(request), RegionIn(PartitionOf(request)), account,
                                request.resource.substr(request.resource.rfind('/') + 1)));
  }
  if (type == catalog::KeyType::kArn) {
    ideas.push_back(fmt::format("arn:aws:iam::{}:role/example", account));
    ideas.emplace_back("arn:aws:s3:::example");
  }
  if (type == catalog::KeyType::kString) ideas.insert(ideas.end(), {"example", "other"});
  return ideas;
}

}  // namespace writ::decide
