// Which calls a permission over models stands for: the combinations of model, region and route that
// the catalog says are offered. What is left with none is an error that says what there is.
#pragma once

#include <optional>
#include <vector>

#include "program/sema/sets.h"

namespace writ::sema {

struct CallRequest {
  const std::vector<ModelChoice>* choices = nullptr;
  const std::optional<intent::RegionScope>* regions = nullptr;  ///< a list; absent: anywhere
  const std::vector<Named>* named_regions = nullptr;            ///< those named one by one
  std::vector<syntax::Route> routes;                            ///< as written; empty: directly
  bool mantle = false;                                          ///< `through mantle`
  /// `with guardrail`, `via profile`: no call on the mantle carries what they ask for.
  bool is_bound_to_bedrock = false;
  Span plane;               ///< what says so
  bool routed_verb = true;  ///< takes `routed`
  bool calls = true;        ///< else the model need only be there, whatever the way
  bool regionless = false;  ///< the verb's actions lie in no region
  Span object;              ///< what follows the verb
  Span action;              ///< verb and object
};

/// The calls, sorted. Reports ends of life, legacy models, what is not offered and what is not
/// known.
[[nodiscard]] std::vector<intent::Call> OfferedCalls(Context& context, const CallRequest& request);

}  // namespace writ::sema
