#include "analysis/lint/sent.h"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/support/check.h"
#include "iam/decide/callers.h"
#include "iam/policy/document.h"

namespace writ::lint {
namespace {

using intent::Test;
using verify::And;
using verify::Condition;
using verify::Not;
using verify::Or;

constexpr std::string_view kUserId = "aws:userid";
constexpr std::string_view kUserName = "aws:username";
constexpr std::array<std::string_view, 5> kOfPrincipals{"aws:PrincipalAccount", "aws:PrincipalArn",
                                                        "aws:PrincipalOrgID",
                                                        "aws:PrincipalOrgPaths", kUserName};

/// The keys that are read are absent.
template <std::size_t size>
void AddAbsent(const KeysRead& read, const std::array<std::string_view, size>& keys,
               std::vector<Condition>& all) {
  for (const std::string_view key : keys) {
    if (read.Has(key)) all.push_back(Not(verify::Present(std::string(key))));
  }
}

Condition IsService() {
  Condition service = verify::Present("aws:PrincipalIsAWSService");
  service.test.type = Test::Type::kBool;
  return service;
}

/// Some value of the multi-valued key is below the organization.
Condition IsPathOf(std::string key, const std::string& organization) {
  Condition condition = verify::Like(std::move(key), {organization + "/*"});
  condition.test.multi_valued = true;
  return condition;
}

/// The key, which tells an organization's account, ARN, id or path by its name, tells none of it.
void AddForeign(const KeysRead& read, std::string_view of, const intent::Organization& organization,
                std::vector<Condition>& all) {
  const auto key = [of](std::string_view what) { return fmt::format("aws:{}{}", of, what); };
  std::vector<std::string> accounts;
  std::vector<std::string> arns;
  for (const intent::Account& account : organization.accounts) {
    if (account.id.empty()) continue;
    accounts.push_back(account.id);
    arns.push_back(fmt::format("arn:*:*:*:{}:*", account.id));
  }
  if (read.Has(key("Account"))) all.push_back(Not(verify::Among(key("Account"), accounts)));
  if (read.Has(key("Arn"))) all.push_back(Not(verify::ArnAmong(key("Arn"), arns)));
  if (organization.id.empty()) return;
  if (read.Has(key("OrgID"))) all.push_back(Not(verify::Among(key("OrgID"), {organization.id})));
  if (read.Has(key("OrgPaths"))) all.push_back(Not(IsPathOf(key("OrgPaths"), organization.id)));
}

}  // namespace

void KeysRead::Add(const Condition& condition) {
  for (const Condition& operand : condition.operands) Add(operand);
  if (condition.kind != Condition::Kind::kTest) return;
  std::string key = policy::FoldCase(condition.test.key);
  // The same time in another form: comparisons of it are read as those of the other key.
  if (key == "aws:epochtime") key = "aws:currenttime";
  compared_.insert(std::move(key));
  for (const std::string& value : condition.test.values) {
    if (value.find("${") != std::string::npos) variables_ += policy::FoldCase(value) + "\n";
  }
}

bool KeysRead::Has(std::string_view key) const {
  const std::string folded = policy::FoldCase(key);
  return compared_.contains(folded) && variables_.find(folded) == std::string::npos;
}

Condition SentByPrincipals(const KeysRead& read, const std::string& account,
                           const std::optional<intent::Principal>& principal) {
  std::vector<Condition> all;
  if (read.Has(kUserId)) {
    all.push_back(verify::Like(std::string(kUserId), {"AROA*", "AIDA*", account, account + ":*"}));
  }
  if (read.Has(kUserName) && principal && principal->kind == intent::Principal::Kind::kUser) {
    // Its sessions for federated users have no name.
    const std::string& path = principal->value;
    all.push_back(Or({Not(verify::Present(std::string(kUserName))),
                      verify::Among(std::string(kUserName), {path.substr(path.rfind('/') + 1)})}));
  }
  return And(std::move(all));
}

Condition SentByService(const KeysRead& read, const std::string& service) {
  std::vector<Condition> all;
  AddAbsent(read, kOfPrincipals, all);
  if (read.Has("aws:PrincipalIsAWSService")) all.push_back(IsService());
  if (read.Has("aws:PrincipalServiceName")) {
    const std::string word = service.substr(0, service.find('.'));
    all.push_back(verify::Like("aws:PrincipalServiceName", {word + ".*"}));
  }
  return And(std::move(all));
}

Condition SentByOutsiders(const KeysRead& read, const intent::Organization& organization) {
  std::vector<Condition> principals{Not(IsService())};
  AddAbsent(read, decide::kSourceKeys, principals);
  AddForeign(read, "Principal", organization, principals);
  std::vector<Condition> services{IsService()};
  AddAbsent(read, kOfPrincipals, services);
  AddForeign(read, "Source", organization, services);
  return Or({And(std::move(principals)), And(std::move(services))});
}

Condition OwnedBy(const KeysRead& read, const intent::Organization& organization,
                  const std::vector<intent::AccountIndex>& accounts, bool is_later) {
  constexpr const char* kOwner = "aws:ResourceAccount";
  if (!read.Has(kOwner)) return verify::Always();
  std::vector<std::string> ids;
  for (const intent::AccountIndex account : accounts) {
    ids.push_back(organization.accounts[account.value].id);
  }
  std::vector<Condition> any;
  if (!ids.empty()) any.push_back(verify::Among(kOwner, std::move(ids)));
  if (is_later) {
    std::vector<std::string> known;
    for (const intent::Account& account : organization.accounts) known.push_back(account.id);
    any.push_back(And({verify::Present(kOwner), Not(verify::Among(kOwner, std::move(known)))}));
  }
  return Or(std::move(any));
}

Condition SentSince(const KeysRead& read, const std::string& day) {
  if (!read.Has("aws:CurrentTime")) return verify::Always();
  return verify::AtOrAfter("aws:CurrentTime", day + "T00:00:00Z");
}

verify::Documents::Level Allowing(const Condition& condition) {
  static const intent::Origin kNone;
  std::vector<verify::Authorization> all(1);
  all.front().actions = {policy::Sense::kListed, {"*"}};
  all.front().resources = {policy::Sense::kListed, {"*"}};
  all.front().condition = condition;
  std::optional<verify::Documents::Named> document =
      verify::AsDocument(all, policy::Effect::kAllow, {&kNone});
  WRIT_CHECK(document.has_value(), "what requests can say can be said");
  return {*std::move(document)};
}

}  // namespace writ::lint
