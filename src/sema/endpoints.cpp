#include "sema/endpoints.h"

#include <algorithm>

#include "sema/conditions.h"
#include "sema/sets.h"
#include "writ/diag/codes/types.h"

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
}

}  // namespace writ::sema
