// A JSON object with one long list, of which only one element is held at a time: the manifest of a
// tree says something of every document, and its text is a large part of what a build holds.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/expiring.h"
#include "base/support/json.h"

namespace writ::support::json {

class LongList {
 public:
  /// Bytes of a text: four times those of other JSON, for its values are not held all at once.
  static constexpr std::size_t kMostBytes = std::size_t{256} << 20U;

  /// Reads `text` (which must outlive it) but for the elements of the member `list`. An error is
  /// that of the text as a whole; one within an element is found by ForEach. A text without such a
  /// list, or with a key of escaped characters before it, is read whole. A text of more than `most`
  /// bytes is an error (kTooLarge). Linear in the text.
  [[nodiscard]] static Result<LongList, Error> Read(std::string_view text, std::string_view list,
                                                    std::size_t most = kMostBytes);
  template <ExpiringString Text>
  static Result<LongList, Error> Read(Text&& text, std::string_view list,
                                      std::size_t most = kMostBytes) = delete;

  /// The object. Its list may have no elements: ForEach has them.
  [[nodiscard]] Value root() const& { return rest_.root(); }
  Value root() const&& = delete;
  /// Where a value of root() begins in the text.
  [[nodiscard]] std::size_t OffsetOf(const Value& value) const;

  /// Calls `each` with every element of the list and where it begins in the text, in order; the
  /// value goes after the call. Stops at an element that cannot be read: the error is that of the
  /// text as a whole.
  [[nodiscard]] std::optional<Error> ForEach(
      const std::function<void(const Value& element, std::size_t offset)>& each) const;

 private:
  std::string_view text_;
  std::string list_;
  std::size_t most_ = kMostBytes;
  OwningDocument rest_;
  std::size_t cut_ = 0;                     ///< where elements are left out of the rest
  std::size_t left_out_ = 0;                ///< bytes
  std::vector<std::string_view> elements_;  ///< those that are left out
};

}  // namespace writ::support::json
