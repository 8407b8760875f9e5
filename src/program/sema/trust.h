// Sentences about services. A service has no policies of its own: all that can be permitted to it
// is to assume a role, by the trust policy of that role, for a source that the sentence tells.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "program/sema/context.h"

namespace writ::sema {

/// arn, partition, service, Region, account, all the rest.
using ArnSegments = std::array<std::string_view, 6>;
/// Nothing if there are fewer segments.
[[nodiscard]] std::optional<ArnSegments> SplitArn(std::string_view text);

/// Whether no request meets the condition whose source, aws:SourceAccount or aws:SourceArn, could
/// be of any account. A test that every value passes, or all but some, tells no source.
[[nodiscard]] bool TellsSource(const intent::Condition& when);

/// Where a permission of a service can be said: the accounts whose roles it names.
struct TrustPlaces {
  std::vector<intent::AccountIndex> accounts;
  std::string problem;  ///< why it cannot be said; then nothing else is filled
};
[[nodiscard]] TrustPlaces PlacesOfTrust(const intent::Organization& organization,
                                        const intent::Permission& permission);

}  // namespace writ::sema
