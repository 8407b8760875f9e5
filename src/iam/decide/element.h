// What a condition asks of one text of a key: the values beside an operator, as a set of texts.
//
// Strings and ARNs are patterns (decide/text.h). Numbers, dates, addresses, Booleans and bytes are
// compared by meaning; their atoms are found by trying a text from each stretch between the places
// where an answer can change, exactly.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "iam/decide/text.h"
#include "iam/policy/document.h"
#include "iam/policy/values.h"

namespace writ::decide {

struct ElementSet {
  policy::BaseOperator positive = policy::BaseOperator::kStringEquals;
  policy::OperatorFamily family = policy::OperatorFamily::kString;
  TextSet texts;                    ///< of strings and ARNs
  std::vector<std::string> values;  ///< of numbers, dates, bytes: as written, readable
  std::vector<policy::IpNetwork> networks;
  bool wants_true = false;  ///< Bool
  bool wants_false = false;
  /// A value the operator cannot read: nothing is known not to match.
  bool has_unreadable = false;
};

/// Brings values and networks in an order in which they are found fast, after the last was added.
void Arrange(ElementSet& set);

/// Whether the operators of the family can read the text.
[[nodiscard]] bool IsReadable(policy::OperatorFamily family, std::string_view text);
/// Whether the text is in the set, which is arranged. Open patterns count as not matching.
/// Logarithmic in values and networks, linear in texts.
[[nodiscard]] bool Contains(const ElementSet& set, std::string_view text);

/// Whether the text is a number that is not whole: "10.5", not "10.0". Of numbers of more than 15
/// digits before the point it is not said, since beside these Representatives has no whole ones.
[[nodiscard]] bool IsFraction(std::string_view text);

/// At least one text of each atom that the sets make, and of each that numbers make which are no
/// IsFraction. `sets` are of `families`, of ARNs or of
/// strings; strings have literals, or patterns that match everything. Bytes are alone. If
/// `is_readable_only`, no texts are needed that none of `families` can read.
[[nodiscard]] std::vector<std::string> Representatives(
    std::span<const policy::OperatorFamily> families, std::span<const ElementSet* const> sets,
    bool is_readable_only);

/// An instant as ISO 8601 writes it.
[[nodiscard]] std::string InstantText(std::int64_t seconds);
/// "true" or "false" in every mixture of cases.
[[nodiscard]] std::vector<std::string> SpellingsOf(std::string_view word);

/// Whether every pattern of the set matches all texts or all but the empty one.
[[nodiscard]] bool HasTrivialPatternsOnly(const TextSet& set);

}  // namespace writ::decide
