#include "products.h"

#include <algorithm>

namespace writ::lower {
namespace {

bool Contains(const std::vector<std::string>& ids, const std::string& id) {
  return std::ranges::find(ids, id) != ids.end();
}

bool IsMeant(const intent::ModelPatterns& models, const catalog::Model& model) {
  const auto is_excepted = [&](const catalog::ModelId& id) {
    return Contains(models.except, id.id);
  };
  if (std::ranges::any_of(model.ids, is_excepted)) return false;
  return models.all || std::ranges::any_of(model.ids, [&](const catalog::ModelId& id) {
           return std::ranges::any_of(models.patterns, [&](const std::string& pattern) {
             return catalog::MatchesPattern(pattern, id.id);
           });
         });
}

/// Whether the pattern names a family or provider, which later models join, rather than models
/// that the catalog has.
bool TakesLaterModels(const std::string& pattern, const catalog::Catalog& catalog) {
  return std::ranges::none_of(catalog.models(), [&](const catalog::Model& model) {
    return Contains(model.patterns, pattern) ||
           std::ranges::any_of(model.ids, [&](const catalog::ModelId& id) {
             return pattern == id.id || pattern == id.id + ":*";
           });
  });
}

}  // namespace

Products ProductsOf(const intent::ModelPatterns& models, const catalog::Catalog& catalog) {
  Products products;
  products.unknown = models.all;
  bool any_sold = false;
  bool any_meant = false;
  for (const catalog::Model& model : catalog.models()) {
    const bool is_meant = IsMeant(models, model);
    const std::vector<std::string> ids = model.ProductIds();
    (is_meant ? products.meant : products.left).insert(ids.begin(), ids.end());
    if (!is_meant) continue;
    any_meant = true;
    const bool may_be_sold = model.IsSold().value_or(true);
    any_sold = any_sold || may_be_sold;
    products.unknown = products.unknown || (ids.empty() && may_be_sold);
  }
  const bool takes_later = std::ranges::any_of(models.patterns, [&](const std::string& pattern) {
    return TakesLaterModels(pattern, catalog);
  });
  products.unknown = products.unknown || (takes_later && (any_sold || !any_meant));
  for (const std::string& product : products.meant) products.left.erase(product);
  return products;
}

}  // namespace writ::lower
