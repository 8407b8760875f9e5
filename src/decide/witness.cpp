#include "decide/witness.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "writ/catalog/catalog.h"
#include "writ/policy/pattern.h"
#include "writ/support/check.h"

namespace writ::decide {
namespace {

// Tries of one attribute; a bound on the time a readable witness may take.
constexpr std::size_t kMostActionTries = 300;
constexpr std::size_t kMostResourceIdeas = 60;

constexpr std::string_view kOtherAccount = "444455556666";
constexpr std::string_view kAnotherAccount = "777788889999";

std::string_view ServiceOf(std::string_view action) { return action.substr(0, action.find(':')); }
std::string_view NameOf(std::string_view action) { return action.substr(action.find(':') + 1); }

std::optional<catalog::Action> FindAction(const catalog::Catalog* catalog,
                                          std::string_view action) {
  if (catalog == nullptr) return std::nullopt;
  return catalog->FindAction(ServiceOf(action), NameOf(action));
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

std::string Example(std::string_view format, std::string_view account) {
  return Filled(format, [account](std::string_view part) -> std::string {
    if (part == "Partition") return "aws";
    if (part == "Region") return "us-east-1";
    if (part == "Account") return std::string(account);
    return "example";
  });
}

// A resource pattern as written, with words in place of its wildcards.
std::string Instance(std::string_view pattern, std::string_view service, std::string_view account,
                     std::string_view word) {
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
      text += "aws";
    } else if (segment == 2 && text.ends_with(':')) {
      text += service;
    } else if (segment == 3 && text.ends_with(':')) {
      text += "us-east-1";
    } else if (segment == 4 && text.ends_with(':')) {
      text += account;
    } else if (segment == 5) {
      text += word;
    }
  }
  const std::array<std::string_view, 5> rest = {"aws", service, "us-east-1", account, word};
  for (; segment < rest.size(); ++segment) {
    text += ':';
    text += rest[segment];
  }
  return text;
}

}  // namespace

policy::Switches SpaceSwitches() {
  policy::Switches switches;
  switches.has_service_rules = false;
  return switches;
}

// ---- Judge

Judge::Judge(const Space& allowing, const Space& other) {
  Compile(allowing.documents(), allowing_);
  Compile(other.documents(), other_);
}

void Judge::Compile(const policy::PolicySet& documents, Compiled& out) {
  using policy::Kind;
  const auto one = [&out](const policy::PolicyDocument& document, Kind kind) {
    return &out.policies.emplace_back(document, kind, SpaceSwitches());
  };
  const auto all = [&one](const std::vector<policy::PolicyDocument>& list, Kind kind) {
    std::vector<const policy::CompiledPolicy*> compiled;
    for (const policy::PolicyDocument& document : list) compiled.push_back(one(document, kind));
    return compiled;
  };
  out.set.identity = all(documents.identity, Kind::kIdentity);
  out.set.boundaries = all(documents.boundaries, Kind::kBoundary);
  out.set.sessions = all(documents.sessions, Kind::kSession);
  for (const auto& level : documents.scps) out.set.scps.push_back(all(level, Kind::kScp));
  for (const auto& level : documents.rcps) out.set.rcps.push_back(all(level, Kind::kRcp));
  if (documents.resource) out.set.resource = one(*documents.resource, Kind::kResource);
  out.set.vpc_endpoint = all(documents.vpc_endpoint, Kind::kVpcEndpoint);
}

bool Judge::Confirms(const policy::Request& request) const {
  const auto prepared = policy::Prepare(request);
  if (!prepared) return false;
  const policy::Switches switches = SpaceSwitches();
  return policy::Evaluate(*prepared, allowing_.set, switches, policy::Explain::kVerdicts)
             .is_allowed() &&
         !policy::Evaluate(*prepared, other_.set, switches, policy::Explain::kVerdicts)
              .is_allowed();
}

Witness Judge::Explain(policy::Request request) const {
  const auto prepared = policy::Prepare(request);
  WRIT_CHECK(prepared.ok(), "a witness that is no request");
  const policy::Switches switches = SpaceSwitches();
  Witness witness;
  witness.allowed =
      policy::Evaluate(*prepared, allowing_.set, switches, policy::Explain::kStatements);
  witness.refused = policy::Evaluate(*prepared, other_.set, switches, policy::Explain::kStatements);
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
    resource = fmt::format("arn:aws:{}:us-east-1:{}:example", path.service, AccountOf(request));
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
  ShapeResource(path, request, judge);
  ShapeContext(path, request, judge);
  return request;
}

bool Shaper::IsCatalogued(const policy::Request& request) const {
  return catalog_ == nullptr || FindAction(catalog_, request.action).has_value();
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
  const std::string_view service = ServiceOf(request.action);
  std::vector<std::string> formats;
  std::vector<std::string> ideas;
  if (const auto action = FindAction(catalog_, request.action)) {
    if (action->WildcardOnly()) ideas.emplace_back("*");
    for (const catalog::ActionResource& resource : action->resources) {
      const auto type = catalog_->FindResourceType(action->service, resource.type);
      if (type) formats.insert(formats.end(), type->arns.begin(), type->arns.end());
    }
  }
  // The plainest kind of resource first: a bucket's object before that of an access point.
  std::ranges::stable_sort(formats, {}, &std::string::size);
  std::vector<std::string> globs;
  for (const std::string& format : formats) {
    globs.push_back(Filled(format, [](std::string_view) { return std::string("*"); }));
  }
  const auto is_typed = [&globs](const std::string& idea) {
    return std::ranges::any_of(
        globs, [&](const std::string& glob) { return catalog::MatchesPattern(glob, idea); });
  };
  // Patterns of the documents first: they are what the difference is about.
  std::vector<std::string> instances;
  for (const Choice& choice : path.choices) {
    if (choice.attribute != kResource) continue;
    for (const std::uint32_t test : choice.tests) {
      for (const std::string& pattern : problem_.resource(test).source) {
        if (instances.size() >= kMostResourceIdeas) break;
        for (const std::string_view word : {"example", "example/example"}) {
          instances.push_back(Instance(pattern, service, account, word));
        }
      }
    }
  }
  std::ranges::copy_if(instances, std::back_inserter(ideas), is_typed);
  for (const std::string& format : formats) ideas.push_back(Example(format, account));
  std::ranges::copy_if(instances, std::back_inserter(ideas),
                       [&](const std::string& idea) { return !is_typed(idea); });
  ideas.emplace_back("*");
  return ideas;
}

void Shaper::ShapeResource(const Path& path, policy::Request& request, const Judge& judge) const {
  const std::string kept = request.resource;
  for (std::string& idea : ResourceIdeas(path, request)) {
    SetResource(std::move(idea), request);
    if (judge.Confirms(request)) return;
  }
  SetResource(kept, request);
}

void Shaper::ShapeContext(const Path& path, policy::Request& request, const Judge& judge) const {
  for (std::size_t i = request.context.size(); i-- > 0;) {
    policy::Request without = request;
    without.context.erase(without.context.begin() + static_cast<std::ptrdiff_t>(i));
    if (judge.Confirms(without)) request = std::move(without);
  }
  // What operators read as a set is shown as one.
  for (policy::ContextKey& key : request.context) {
    const bool takes_lists = std::ranges::any_of(path.choices, [&](const Choice& choice) {
      return choice.key && choice.key->name == key.name &&
             problem_.key(choice.attribute).takes_lists;
    });
    if (key.is_list || !takes_lists) continue;
    key.is_list = true;
    key.is_list = judge.Confirms(request);
  }
  std::ranges::sort(request.context, {}, &policy::ContextKey::name);
}

}  // namespace writ::decide
