// The line form of the catalog's small parts: `kind head | field=value | …`, one record a line,
// indented as one likes; `#` begins a comment line. A field that is absent is unknown.
//
// A Reader goes through a text once and remembers the first fault, with the line, so that callers
// read field after field and ask once at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/catalog/catalog.h"

namespace writ::catalog {

/// The longest line that is read; the longest of the built-in parts has under 3,000 bytes.
inline constexpr std::size_t kLineLimit = std::size_t{64} << 10U;

/// One line.
struct Record {
  std::size_t line = 0;
  std::string_view kind;
  std::string_view head;
  std::vector<std::pair<std::string_view, std::string_view>> fields;
};

/// Reads the records of one part.
class Reader {
 public:
  /// `first_line` is the number of the text's first line in its file.
  Reader(std::string_view text, std::size_t first_line) : text_(text), line_(first_line) {}

  /// The next record, or nothing at the end or after a fault.
  [[nodiscard]] bool Next(Record& record);

  // Values of fields. A missing field is nullopt (or the default); a malformed one is a fault.
  [[nodiscard]] static std::optional<std::string_view> Find(const Record& record,
                                                            std::string_view field);
  [[nodiscard]] static std::optional<std::string> Text(const Record& record,
                                                       std::string_view field);
  [[nodiscard]] std::optional<bool> Flag(const Record& record, std::string_view field);
  /// A list, sorted. `field=` with nothing after it is the empty list.
  [[nodiscard]] static std::optional<std::vector<std::string>> Words(const Record& record,
                                                                     std::string_view field);
  /// A field that must be there.
  [[nodiscard]] std::string Must(const Record& record, std::string_view field);
  [[nodiscard]] std::optional<std::int64_t> Number(const Record& record, std::string_view field);
  /// Adds what the head of a route record says, `SOURCE,… > DESTINATION,…`, and sorts.
  void AddRoutes(const Record& record, std::vector<Route>& routes);
  /// A fault for a field that no `known` names (comma-separated): a misspelt one would otherwise
  /// turn a fact into an unknown.
  void OnlyFields(const Record& record, std::string_view known);

  void Fail(std::size_t line, std::string message);
  [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_;
  std::optional<Fault> fault_;
};

/// Splits at every `separator`; an empty text has no pieces.
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);
/// Owning copies.
[[nodiscard]] std::vector<std::string> Copies(const std::vector<std::string_view>& words);

}  // namespace writ::catalog
