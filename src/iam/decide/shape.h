// Questions and documents up to names: which are the same but for their numbers.
//
// Two questions have one shape when one is the other with its numbers, which are the runs of digits
// in its texts, exchanged for others of the same lengths, one for one: `team-0012-*` for
// `team-0045-*` throughout. Exchanging them in every request as well turns what one document allows
// into what the other allows, so that both questions have one answer, whatever the numbers are. For
// that
//   - a number stands for itself wherever something other than its identity counts: in names of
//     actions and of condition keys, in principals, and in values of keys that some operator reads
//     as numbers, days, addresses or bytes;
//   - a wildcard beside digits could match a part of a number and leave the rest to the text, so
//     that every number with those digits in it stands for itself;
//   - where a policy variable may join texts, all numbers stand for themselves;
//   - lengths are kept, since `?` counts characters.
// Upper and lower case are the same to digits, and colons, which divide ARNs, are none.
#pragma once

#include <string>
#include <vector>

#include "base/support/fingerprint.h"
#include "iam/decide/space.h"
#include "iam/policy/document.h"

namespace writ::decide {

/// Equal for two questions whether a space is within another, asked under the same options, only if
/// they differ in numbers as said above. Takes time linear in the texts, but for a factor of the
/// number of different runs of digits.
[[nodiscard]] support::Fingerprint ShapeOfQuestion(const Space& left, const Space& right);

/// A document's shape, in which the order of its texts counts too.
struct DocumentShape {
  /// Equal for two documents only if they differ in numbers as said above, and if any two texts
  /// made of theirs are in the same order in both.
  support::Fingerprint print;
  std::vector<std::string> numbers;  ///< those that do not stand for themselves, ascending
};
[[nodiscard]] DocumentShape ShapeOfDocument(const policy::PolicyDocument& document);

/// Puts the numbers of another document of the same shape in a document that is made of texts of
/// the first.
void Renumber(policy::PolicyDocument& document, const std::vector<std::string>& from,
              const std::vector<std::string>& to);

}  // namespace writ::decide
