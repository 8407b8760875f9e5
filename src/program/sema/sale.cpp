#include "program/sema/sale.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/diag/codes/meaning.h"
#include "program/sema/attributes.h"
#include "program/sema/model_terms.h"

namespace writ::sema {
namespace {

std::string NameOf(const ModelChoice& choice) {
  return choice.model != nullptr ? choice.model->name : choice.text;
}

/// The first few of `names`.
std::string Listed(const std::set<std::string>& names) {
  constexpr std::size_t kShown = 4;
  std::vector<std::string> shown(names.begin(), names.end());
  if (shown.size() <= kShown) return OrList(shown, "and");
  std::string text;
  for (std::size_t i = 0; i < kShown; ++i) text += "`" + shown[i] + "`, ";
  return text + "and " + std::to_string(shown.size() - kShown) + " more";
}

}  // namespace

bool GoesByProduct(const library::Verb& verb) {
  return std::any_of(verb.forbid.begin(), verb.forbid.end(),
                     [](const library::Leg& leg) { return leg.target == "product"; });
}

bool CheckSale(Context& context, const std::vector<ModelChoice>& choices) {
  std::map<Span, std::set<std::string>> unsold;
  std::map<Span, std::set<std::string>> unknown;
  for (const ModelChoice& choice : choices) {
    if (choice.model == nullptr || choice.model->IsSold().value_or(true)) {
      if (choice.model == nullptr || choice.model->ProductIds().empty())
        unknown[choice.span].insert(NameOf(choice));
    } else {
      unsold[choice.span].insert(NameOf(choice));
    }
  }
  for (const auto& [span, names] : unsold) {
    context.Report(diag::kNotSold, span, Listed(names))
        .At("needs no subscription")
        .Note("catalog of " + context.catalog.date())
        .Suggest("remove the models that are not sold");
  }
  for (const auto& [span, names] : unknown) {
    context.Report(diag::kProductUnknown, span, Listed(names))
        .At("a permission needs the exact product")
        .Note("catalog of " + context.catalog.date())
        .Suggest(
            "remove it, or permit `do aws-marketplace:Subscribe` with a condition on "
            "`aws-marketplace:ProductId`");
  }
  return unsold.empty() && unknown.empty();
}

void WarnSale(Context& context, const intent::ModelPatterns& models, Span span) {
  std::set<std::string> unknown;
  bool any = models.all;
  bool meant = models.all;
  for (const catalog::Model& model : context.catalog.models()) {
    const bool is_meant = std::any_of(model.ids.begin(), model.ids.end(),
                                      [&](const auto& id) { return Covers(models, id.id); });
    if (!is_meant) continue;
    meant = true;
    if (!model.IsSold().value_or(true)) continue;
    any = true;
    if (model.ProductIds().empty()) unknown.insert(model.name);
  }
  if (meant && !any) {
    context.Report(diag::kNothingToSubscribe, span)
        .At("none of these is an AWS Marketplace product")
        .Note("catalog of " + context.catalog.date());
  } else if (!models.all && !unknown.empty()) {
    context.Report(diag::kAllButKnownProducts, span, Listed(unknown))
        .At("denies subscribing to everything except known products of other models")
        .Note("catalog of " + context.catalog.date());
  }
}

}  // namespace writ::sema
