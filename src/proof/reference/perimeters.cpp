#include "proof/reference/perimeters.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proof/reference/conditions.h"
#include "proof/reference/guards.h"
#include "proof/reference/request.h"
#include "proof/reference/resources.h"

namespace writ::reference {
namespace {

bool Has(const std::vector<std::string>& all, const std::optional<std::string>& one) {
  return one && std::ranges::find(all, *one) != all.end();
}

/// Before a sign-in with an identity provider nobody is of an organization. Source: AWS STS API
/// Reference, read 2026-11-29; tags and source identity are set in the same call.
bool IsOfSignIn(const Asked& asked) {
  return asked.Is("sts:AssumeRoleWithSAML") || asked.Is("sts:AssumeRoleWithWebIdentity") ||
         asked.Is("sts:SetSourceIdentity") || asked.Is("sts:TagSession");
}

/// Whether the caller is from elsewhere, or a service that says that it acts for somebody there.
bool IsFromElsewhere(const intent::Model& model, const intent::Perimeter& perimeter,
                     const Asked& asked) {
  const std::string& organization = model.organization.id;
  if (asked.Value("aws:PrincipalIsAWSService") == "true") {
    const auto source = asked.Value("aws:SourceAccount");
    return source && !Has(perimeter.partners, source) &&
           asked.Value("aws:SourceOrgID") != organization;
  }
  return asked.Value("aws:PrincipalOrgID") != organization &&
         !Has(perimeter.partners, asked.Value("aws:PrincipalAccount"));
}

/// What a sentence or question is about, whoever asks.
bool IsAbout(const intent::Perimeter& perimeter, const Asked& asked) {
  const bool is_named = std::ranges::any_of(
      perimeter.actions, [&](const std::string& action) { return asked.IsLike(action); });
  return is_named && (perimeter.resources.empty() || IsOn(perimeter.resources, asked)) &&
         IsWithin(perimeter.period, asked) && Holds(perimeter.when, asked);
}

/// A text of the pattern.
std::string TextOf(std::string_view pattern, Random& random) {
  std::string text;
  for (const char c : pattern) {
    if (c == '*') {
      text += random.Once(2) ? "x" : "anything-1";
    } else {
      text += c == '?' ? 'q' : c;
    }
  }
  return text;
}

class Maker {
 public:
  Maker(const Program& program, const intent::Perimeter& perimeter, Random& random)
      : program_(program), perimeter_(perimeter), random_(random) {}

  policy::Request Make(intent::AccountIndex owner) {
    policy::Request request;
    const std::string& id = program_.model.organization.accounts[owner.value].id;
    const std::string& partition = program_.model.organization.partition;
    // Who asks is told by the keys; an own principal needs no resource policy.
    request.principal = "arn:" + partition + ":iam::" + id + ":role/anyone";
    request.resource_account = id;
    request.action = Action();
    request.resource = OfOwner(Resource(partition, id), id);
    AddCaller(request);
    AddTested(perimeter_.when, request);
    if (perimeter_.period.from || perimeter_.period.until) {
      Add(request, "aws:CurrentTime",
          random_.Once(2) ? perimeter_.period.until.value_or("2031-01-01") + "T23:59:59Z"
                          : perimeter_.period.from.value_or("2020-01-01") + "T00:00:00Z");
    }
    Add(request, "aws:ResourceAccount", id);
    Add(request, "aws:SecureTransport", "true");
    Add(request, "aws:ViaAWSService", "false");
    Add(request, "aws:CurrentTime", "2026-11-29T12:00:00Z");
    return request;
  }

 private:
  void Add(policy::Request& request, std::string_view key, std::string value) {
    const bool is_there = std::ranges::any_of(request.context, [&](const policy::ContextKey& one) {
      return policy::EqualIgnoringCase(one.name, key);
    });
    if (!is_there) request.context.push_back({std::string(key), false, {std::move(value)}});
  }

  std::string Action() {
    const std::string& pattern = random_.Of(perimeter_.actions);
    const std::string service = pattern.substr(0, pattern.find(':'));
    // The other actions of the service are just outside.
    const std::string name = random_.Once(4) ? "*" : pattern.substr(service.size() + 1);
    std::vector<std::string> names;
    for (const catalog::Action& one : program_.catalog.ActionsOf(service, name)) {
      if (!one.WildcardOnly()) names.push_back(one.FullName());
    }
    return names.empty() ? TextOf(pattern, random_) : random_.Of(names);
  }

  std::string Resource(const std::string& partition, const std::string& account) {
    if (perimeter_.resources.empty() || random_.Once(6)) {
      return "arn:" + partition + ":sqs:eu-west-1:" + account + ":elsewhere";
    }
    return TextOf(random_.Of(perimeter_.resources), random_);
  }

  /// The resource as the owner has it, whose account its ARN names if it names one.
  static std::string OfOwner(std::string resource, const std::string& owner) {
    const auto arn = ParseArn(resource);
    if (!arn || arn->account.empty()) return resource;
    return "arn:" + arn->partition + ":" + arn->service + ":" + arn->region + ":" + owner + ":" +
           arn->rest;
  }

  /// A service, a principal of IAM, or somebody who signs nothing: each tells what it always tells.
  /// Source: IAM User Guide, "AWS global condition context keys", Availability, read 2026-11-30.
  void AddCaller(policy::Request& request) {
    const std::string& organization = program_.model.organization.id;
    const std::string elsewhere = "o-elsewhere01";
    const std::string account = perimeter_.partners.empty() || random_.Once(2)
                                    ? "999999999999"
                                    : random_.Of(perimeter_.partners);
    const bool is_service = random_.Once(3);
    const bool is_signed = is_service || !random_.Once(4);
    const bool is_member = is_signed && !random_.Once(3);
    const std::string& member_of = random_.Once(2) ? organization : elsewhere;
    if (is_signed) Add(request, "aws:PrincipalIsAWSService", is_service ? "true" : "false");
    if (is_service) {
      Add(request, "aws:PrincipalServiceName", "delivery.logs.amazonaws.com");
      request.context.push_back(
          {"aws:PrincipalServiceNamesList", true, {"delivery.logs.amazonaws.com"}});
      if (is_member) Add(request, "aws:SourceOrgID", member_of);
      if (!random_.Once(4)) Add(request, "aws:SourceAccount", account);
    } else if (is_signed) {
      Add(request, "aws:PrincipalArn",
          "arn:" + program_.model.organization.partition + ":iam::" + account + ":role/anyone");
      if (is_member && !member_of.empty()) {
        Add(request, "aws:PrincipalOrgID", member_of);
        request.context.push_back(
            {"aws:PrincipalOrgPaths", true, {member_of + "/r-ab12/ou-ab12-elsewher/"}});
      }
    }
    Add(request, "aws:PrincipalAccount", is_signed ? account : "anonymous");
  }

  // NOLINTNEXTLINE(misc-no-recursion): as deep as the parser lets conditions be
  void AddTested(const intent::Condition& condition, policy::Request& request) {
    for (const intent::Condition& operand : condition.operands) AddTested(operand, request);
    const intent::Test& test = condition.test;
    if (condition.kind != intent::Condition::Kind::kTest || random_.Once(4)) return;
    const bool is_bool = test.type == intent::Test::Type::kBool;
    if (test.variable || test.multi_valued) return;
    if (test.values.empty() || is_bool) {
      Add(request, test.key, is_bool && random_.Once(2) ? "false" : "true");
    } else if (random_.Once(3) && test.type == intent::Test::Type::kString) {
      Add(request, test.key, "something-else");
    } else {
      Add(request, test.key, TextOf(random_.Of(test.values), random_));
    }
  }

  const Program& program_;
  const intent::Perimeter& perimeter_;
  Random& random_;
};

}  // namespace

bool RefusesOutsider(const Program& program, const intent::Perimeter& perimeter,
                     const policy::Request& request, intent::AccountIndex owner) {
  if (!std::ranges::binary_search(perimeter.accounts, owner)) return false;
  const Asked asked = TakeApart(request);
  const bool is_service = asked.Value("aws:PrincipalIsAWSService") == "true";
  return IsAbout(perimeter, asked) && (is_service || !IsOfSignIn(asked)) &&
         IsFromElsewhere(program.model, perimeter, asked);
}

bool MeansOutsider(const Program& program, const intent::Perimeter& asked,
                   const policy::Request& request) {
  const Asked taken = TakeApart(request);
  return IsAbout(asked, taken) && IsFromElsewhere(program.model, asked, taken);
}

std::optional<Disagreement> SampleOutsiders(const Program& program, const Deployed& deployed,
                                            Random& random, std::size_t count) {
  if (program.model.perimeters.empty()) return std::nullopt;
  if (!IsTold(deployed)) return std::nullopt;
  const Guards guards(program, deployed, policy::Kind::kRcp);
  std::vector<intent::AccountIndex> owners;
  const auto& accounts = program.model.organization.accounts;
  for (std::uint32_t i = 0; i < accounts.size(); ++i) {
    if (!accounts[i].management) owners.push_back({i});
  }
  if (owners.empty()) return std::nullopt;
  for (const intent::Perimeter& perimeter : program.model.perimeters) {
    Maker maker(program, perimeter, random);
    for (std::size_t i = 0; i < count; ++i) {
      const intent::AccountIndex owner = random.Of(owners);
      const policy::Request request = maker.Make(owner);
      const auto refuses = [&](const intent::Perimeter& one) {
        return RefusesOutsider(program, one, request, owner);
      };
      const bool is_refused = std::ranges::any_of(program.model.perimeters, refuses);
      if (guards.Refuse(request, owner) == is_refused) continue;
      Disagreement found;
      found.request = request;
      found.is_allowed = is_refused;
      found.perimeter = &perimeter;
      return found;
    }
  }
  return std::nullopt;
}

}  // namespace writ::reference
