// Divides the text of a log into its records without holding more than one of them: `{"Records":
// [...]}` as CloudTrail writes it, `{"Events": [...]}` as `aws cloudtrail lookup-events` prints it,
// arrays, and records one after the other (JSON lines).
//
// Only brackets and strings are looked at; whether a record is JSON is the reader's to say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace writ::trail {

struct Limits {
  /// Bytes of one record: CloudTrail cuts its parts to 100 KB (User Guide, "CloudTrail record
  /// contents", read 2026-11-29), model invocation logs hold bodies of 100 KB.
  std::size_t record_bytes = std::size_t{4} << 20U;
  std::uint32_t depth = 100;           ///< of arrays and objects within each other
  std::size_t classes = 200'000;       ///< of calls that are decided alike
  std::size_t remembered = 2'000'000;  ///< ids among which a copy of an event is found, at least
  std::size_t files = 2'000'000;
};

/// Why a text is no log. `offset` counts bytes of the text, unpacked, from its begin.
struct Fault {
  std::uint64_t offset = 0;
  std::string message;
};

class Splitter {
 public:
  using Sink = std::function<void(std::string_view record, std::uint64_t offset)>;
  explicit Splitter(const Limits& limits) : limits_(limits) {}

  /// Takes the next bytes of the text; gives each record that ends in them. After a fault nothing
  /// more is taken. Linear in the bytes.
  [[nodiscard]] std::optional<Fault> Feed(std::string_view bytes, const Sink& sink);
  /// After the last bytes.
  [[nodiscard]] std::optional<Fault> Finish() const;

 private:
  enum class State : std::uint8_t {
    kBetween,  ///< outside of records: around all, or between the elements of a list
    kRecord,
    kAround,  ///< in an object whose list of records is over
  };
  [[nodiscard]] std::optional<Fault> Scan(const Sink& sink);
  [[nodiscard]] std::optional<Fault> Open(char bracket);
  [[nodiscard]] std::optional<Fault> Close(char bracket, const Sink& sink);
  [[nodiscard]] bool SkipString();
  /// After a string of the outermost object: it may be the key of what comes next.
  void NoteKey();
  [[nodiscard]] std::string TooLong() const;
  [[nodiscard]] Fault At(std::string message) const { return {base_ + at_, std::move(message)}; }

  Limits limits_;
  State state_ = State::kBetween;
  bool is_begun_ = false;       // whether there is a byte order mark is known
  std::string text_;            // not yet given, from base_
  std::uint64_t base_ = 0;      // place of text_ in the whole
  std::size_t at_ = 0;          // next byte to look at, in text_
  std::size_t record_ = 0;      // begin of the record, in text_
  std::size_t string_ = 0;      // begin of the last string, in text_
  bool is_in_string_ = false;   // it goes on in the next bytes
  std::string open_;            // brackets that are open
  std::size_t list_depth_ = 0;  // of brackets around the records
  std::string key_;             // the last short string of the outermost object
};

}  // namespace writ::trail
