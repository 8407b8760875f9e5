// Models as AWS Marketplace products: what a sentence about subscribing can be about.
#pragma once

#include "program/sema/context.h"
#include "program/sema/sets.h"

namespace writ::sema {

/// Whether the verb tells models by their Marketplace product.
[[nodiscard]] bool GoesByProduct(const library::Verb& verb);

/// Of a permission: reports models that are not sold, and models whose product is not known. True
/// if there is none.
[[nodiscard]] bool CheckSale(Context& context, const std::vector<ModelChoice>& choices);

/// Of a prohibition: warns where nothing had to be forbidden because AWS sells none of the models,
/// and where all but some products are forbidden because one is not known.
void WarnSale(Context& context, const intent::ModelPatterns& models, Span span);

}  // namespace writ::sema
