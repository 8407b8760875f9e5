// Points of a document whose meaning AWS leaves open, and the readings they admit.
//
// Everywhere else one reading is enough (policy::Switches by default). Where a document holds one
// of these points, a judgement about it is sure only if every reading gives the same one; a
// document that is to be deployed should not hold any.
//
// Not among them, although the documentation is unclear: whether `*` within a segment of an ARN of
// six reaches over colons (every policy has such a pattern, and where the readings differ no
// resource is known), and whether an empty text is a null set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::policy {

enum class Doubt : std::uint8_t {
  kActionService,      ///< a wildcard in the service part of an action: "*:*", "b*:Get*", "**"
  kShortResource,      ///< a resource of fewer than six segments: "arn:aws:s3*"
  kShortNotResource,   ///< the same in NotResource
  kEarlyVariable,      ///< a variable in the first five segments of a resource
  kNullNotResource,    ///< a variable without default in NotResource, which may have no value
  kUnreadableValue,    ///< a value that its operator cannot read: ArnLike "arn:aws:iam::2*"
  kListOperator,       ///< an operator without set qualifier on a multivalued key
  kAnyValueIfExists,   ///< ForAnyValue with IfExists
  kBoolVariable,       ///< a variable in a value of Bool
  kEndpointPrincipal,  ///< an endpoint policy for some principals only
};
inline constexpr std::size_t kDoubtCount = 10;

/// What is open, as a sentence about the point: "AWS does not say whether ...".
[[nodiscard]] std::string_view Describe(Doubt doubt);

/// Where in a statement a point is.
enum class Element : std::uint8_t { kPrincipal, kAction, kResource, kCondition };

struct DoubtfulPoint {
  Doubt doubt = Doubt::kActionService;
  std::size_t statement = 0;
  Element element = Element::kAction;
  std::size_t index = 0;  ///< of the action, resource or condition; of the principal: 0
  std::string text;       ///< as written: the pattern, the value, or the operator with its key
  auto operator<=>(const DoubtfulPoint&) const = default;
};

/// Whether a context key is multivalued; null: none is known to be.
using IsMultiValued = std::function<bool(std::string_view key)>;

/// All points of the document as a policy of `kind`, statement by statement in the order of their
/// elements.
[[nodiscard]] std::vector<DoubtfulPoint> DoubtfulPoints(const PolicyDocument& document, Kind kind,
                                                        const IsMultiValued& is_multi_valued = {});

/// Where the point stands in the text that the document was read from.
[[nodiscard]] Place PlaceOf(const DoubtfulPoint& point, const DocumentPlaces& places);

/// A reading other than the default, and the points that it reads otherwise.
struct Reading {
  Switches switches;
  std::vector<Doubt> doubts;
  auto operator<=>(const Reading&) const = default;
};

/// The readings of documents that hold points of these kinds, without that of `base`: each point
/// read otherwise alone, then several at once. At most kMostReadings.
[[nodiscard]] std::vector<Reading> OtherReadings(std::span<const Doubt> doubts,
                                                 const Switches& base = {});
inline constexpr std::size_t kMostReadings = 48;

}  // namespace writ::policy
