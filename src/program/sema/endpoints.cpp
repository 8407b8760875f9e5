#include "program/sema/endpoints.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/diag/codes/meaning.h"
#include "base/diag/codes/types.h"
#include "program/sema/conditions.h"
#include "program/sema/sets.h"

namespace writ::sema {
namespace {

bool IsId(std::string_view text, std::string_view start) {
  if (text.substr(0, start.size()) != start || text.size() == start.size()) return false;
  const std::string_view rest = text.substr(start.size());
  return std::all_of(rest.begin(), rest.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

void AddIds(Context& context, const std::vector<syntax::String>& texts, std::string_view start,
            std::vector<std::string>& ids) {
  for (const syntax::String& text : texts) {
    if (!IsId(text.value, start))
      context.Report(diag::kEndpointForm, text.span, text.value, start)
          .At("begins with `" + std::string(start) + "`");
    ids.push_back(text.value);
  }
  std::sort(ids.begin(), ids.end());
}

/// An endpoint has one policy, and so one set of accounts.
void CheckSharedIds(Context& context) {
  std::map<std::string, const intent::Endpoint*> first;
  for (const intent::Endpoint& endpoint : context.model.endpoints) {
    if (endpoint.accounts.empty()) continue;
    for (const std::string& id : endpoint.vpces) {
      const auto [known, is_new] = first.try_emplace(id, &endpoint);
      const intent::Endpoint& other = *known->second;
      if (is_new || other.accounts == endpoint.accounts) continue;
      context.Report(diag::kEndpointForOthers, endpoint.origin.span, other.name, endpoint.name, id)
          .At("declared for other accounts")
          .Also(other.origin.span, "has the same id")
          .Suggest("declare it once, with `in` for all accounts that use it");
      return;
    }
  }
}

}  // namespace

void BuildEndpoints(Context& context) {
  for (const syntax::EndpointDecl* decl : context.symbols.endpoints) {
    intent::Endpoint endpoint;
    endpoint.name = std::string(decl->name.text);
    endpoint.origin.span = decl->name.span;
    endpoint.origin.place = context.sources.DescribeRelative(decl->name.span);
    AddIds(context, decl->vpces, "vpce-", endpoint.vpces);
    AddIds(context, decl->vpcs, "vpc-", endpoint.vpcs);
    for (const syntax::String& cidr : decl->cidrs) {
      if (!IsIpRange(cidr.value))
        context.Report(diag::kEndpointRange, cidr.span, cidr.value).At("not an address or range");
      endpoint.cidrs.push_back(cidr.value);
    }
    std::sort(endpoint.cidrs.begin(), endpoint.cidrs.end());
    for (const syntax::SetExpr& in : decl->in) {
      const Set set = Evaluate(context, in, Reading::kPermission, Only({Sort::kAccounts}), nullptr);
      endpoint.accounts.insert(endpoint.accounts.end(), set.accounts.begin(), set.accounts.end());
    }
    std::sort(endpoint.accounts.begin(), endpoint.accounts.end());
    if (decl->vpces.empty() && decl->vpcs.empty() && decl->cidrs.empty())
      context.Report(diag::kEmptyEndpoint, decl->name.span, decl->name.text)
          .At("no `vpce`, `vpc` or `cidr`");
    context.model.endpoints.push_back(std::move(endpoint));
  }
  CheckSharedIds(context);
}

void WarnEndpointsElsewhere(Context& context, const std::vector<intent::EndpointIndex>& endpoints,
                            const std::vector<intent::AccountIndex>& accounts, Span span) {
  std::vector<std::string> elsewhere;
  for (const intent::AccountIndex account : accounts) {
    const bool is_for = std::ranges::any_of(endpoints, [&](const intent::EndpointIndex index) {
      const std::vector<intent::AccountIndex>& own = context.model.endpoints[index.value].accounts;
      return own.empty() || std::ranges::binary_search(own, account);
    });
    if (!is_for) {
      elsewhere.push_back(
          fmt::format("`{}`", context.model.organization.accounts[account.value].name));
    }
  }
  if (endpoints.empty() || elsewhere.empty()) return;
  const intent::Endpoint& endpoint = context.model.endpoints[endpoints.front().value];
  constexpr std::size_t kShown = 5;
  std::string names = fmt::format(
      "{}",
      fmt::join(elsewhere.begin(),
                elsewhere.begin() +
                    std::min<std::ptrdiff_t>(kShown, static_cast<std::ptrdiff_t>(elsewhere.size())),
                ", "));
  if (elsewhere.size() > kShown) names += fmt::format(" and {} more", elsewhere.size() - kShown);
  context.Report(diag::kEndpointElsewhere, span, names, endpoint.name)
      .At("the sentence also applies there")
      .Also(endpoint.origin.span, "not declared for them")
      .Suggest("add them to the endpoint's `in`, or exclude them from the sentence");
}

namespace {

using intent::Condition;
using intent::Test;

Condition TestOf(std::string key, Test::Type type, Test::Operator op,
                 std::vector<std::string> values) {
  Condition condition;
  condition.kind = Condition::Kind::kTest;
  condition.test.key = std::move(key);
  condition.test.type = type;
  condition.test.op = op;
  condition.test.values = std::move(values);
  return condition;
}

Condition OneOf(const std::string& key, Test::Type type, const std::vector<std::string>& values) {
  Condition any;
  any.kind = Condition::Kind::kAny;
  for (const std::string& value : values) {
    any.operands.push_back(TestOf(key, type, Test::Operator::kEqual, {value}));
  }
  return any;
}

/// Behind a VPC endpoint the caller's address is private and under its own key.
Condition Through(const intent::Endpoint& endpoint) {
  const bool is_private = !endpoint.vpces.empty() || !endpoint.vpcs.empty();
  Condition all;
  if (!endpoint.vpces.empty()) {
    all.operands.push_back(OneOf("aws:SourceVpce", Test::Type::kString, endpoint.vpces));
  }
  if (!endpoint.vpcs.empty()) {
    all.operands.push_back(OneOf("aws:SourceVpc", Test::Type::kString, endpoint.vpcs));
  }
  if (!endpoint.cidrs.empty()) {
    all.operands.push_back(
        OneOf(is_private ? "aws:VpcSourceIp" : "aws:SourceIp", Test::Type::kIp, endpoint.cidrs));
  }
  return all;
}

}  // namespace

/// Source: IAM User Guide, "AWS global condition context keys": aws:SourceVpc and aws:SourceVpce
/// are there only if the caller uses a VPC endpoint (read 2026-11-22).
Condition ThroughAnyEndpoint(const intent::Model& model, const std::vector<std::uint32_t>& left) {
  Condition any;
  any.kind = Condition::Kind::kAny;
  for (const char* key : {"aws:SourceVpce", "aws:SourceVpc"}) {
    any.operands.push_back(TestOf(key, Test::Type::kString, Test::Operator::kPresent, {}));
  }
  Condition all;
  for (std::uint32_t i = 0; i < model.endpoints.size(); ++i) {
    const intent::Endpoint& endpoint = model.endpoints[i];
    if (std::find(left.begin(), left.end(), i) == left.end()) {
      Condition none;
      none.kind = Condition::Kind::kNot;
      none.operands.push_back(Through(endpoint));
      all.operands.push_back(std::move(none));
    } else if (endpoint.vpces.empty() && endpoint.vpcs.empty()) {
      any.operands.push_back(Through(endpoint));
    }
  }
  if (all.operands.empty()) return any;
  all.operands.insert(all.operands.begin(), std::move(any));
  return all;
}

}  // namespace writ::sema
