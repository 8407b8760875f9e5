// A sorted text of rows, `key|field|…`, found by halving over where rows begin: rows are not read
// before they are asked for, so that 22,000 actions cost a fraction of a millisecond at the start.
//
// Invariant (checked for catalogs from outside): rows are sorted by their key in lower case, each
// key once, each row has the same number of fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/catalog/record.h"

namespace writ::catalog {

class Table {
 public:
  Table() = default;
  /// `text` must outlive the table and have less than 4 GB. Reads it once for line breaks.
  explicit Table(std::string_view text);

  /// The row of a key, case ignored. Logarithmic.
  [[nodiscard]] std::optional<std::string_view> Find(std::string_view key) const;
  /// All rows whose key begins with `prefix`, case ignored, in order.
  void ForPrefix(std::string_view prefix,
                 const std::function<void(std::string_view row)>& visit) const;

  /// The invariant; `fields` counts the key. `first_line` numbers the text's first line.
  [[nodiscard]] std::optional<Fault> Check(std::size_t fields, std::size_t first_line) const;

 private:
  /// The number of the first row whose key is not before `key`.
  [[nodiscard]] std::size_t LowerBound(std::string_view key) const;
  /// Without its line break.
  [[nodiscard]] std::string_view Row(std::size_t number) const;

  std::string_view text_;
  std::vector<std::uint32_t> begins_;  ///< of each row
};

/// The key of a row.
[[nodiscard]] std::string_view KeyOf(std::string_view row);
/// ASCII, as IAM compares.
[[nodiscard]] char LowerCase(char letter);
[[nodiscard]] std::string LowerCase(std::string_view text);
[[nodiscard]] bool EqualIgnoringCase(std::string_view a, std::string_view b);
[[nodiscard]] bool LessIgnoringCase(std::string_view a, std::string_view b);
[[nodiscard]] bool StartsIgnoringCase(std::string_view text, std::string_view prefix);

}  // namespace writ::catalog
