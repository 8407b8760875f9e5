// AWS Marketplace products of models: the one thing that tells models apart where a subscription is
// made.
#pragma once

#include <set>
#include <string>

#include "facts/catalog/catalog.h"
#include "program/intent/model.h"

namespace writ::lower {

/// The products of the models that a prohibition means, and of those that it leaves.
struct Products {
  std::set<std::string> meant;
  std::set<std::string> left;
  /// Some model that is meant may be sold as a product that the catalog does not know.
  bool unknown = false;
};

/// A model's product is that of any of its ids; a model of which one id is excepted is left.
/// Models that AWS does not sell through the Marketplace have none.
[[nodiscard]] Products ProductsOf(const intent::ModelPatterns& models,
                                  const catalog::Catalog& catalog);

}  // namespace writ::lower
