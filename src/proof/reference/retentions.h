// Sentences about how long prompts are kept, asked of one request that would set it.
#pragma once

#include <optional>
#include <string_view>

#include "proof/reference/reference.h"
#include "proof/reference/sample.h"

namespace writ::reference {

/// Whether the sentence refuses that the account's principals set this mode, or none where `mode`
/// is absent, by a call in that region.
[[nodiscard]] bool RefusesMode(const catalog::Catalog& catalog, const intent::Retention& retention,
                               intent::AccountIndex account, std::string_view region,
                               std::optional<std::string_view> mode);

struct RetentionSample {
  std::size_t requests = 0;
  std::optional<Disagreement> disagreement;
};

/// Every call that sets a mode, with every mode, one that nobody knows and none, in each member
/// account and in a region of each sentence and one beside: whether the service control policies
/// refuse it as the sentences do. Calls that another sentence may refuse too are left out. Linear
/// in accounts and sentences.
[[nodiscard]] RetentionSample SampleRetentions(const Program& program, const Deployed& deployed);

}  // namespace writ::reference
