// Events counted by what decides them: a month of calls is a few hundred classes.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/support/fingerprint.h"
#include "logs/trail/event.h"
#include "logs/trail/splitter.h"

namespace writ::trail {

/// What tells calls apart besides who did what, where and with which model. Only what a program
/// asks about is kept: each call comes from its own address at its own time.
struct Detail {
  bool day = false;
  bool ip = false;
  bool mfa = false;
  bool issued = false;
  bool source_identity = false;
  bool owner = false;
  auto operator<=>(const Detail&) const = default;
};

/// The ids of events, for finding copies of one: the same event lies in the files of several
/// trails. At least the last `remembered` ids are known, in at most 64 bytes for each of them.
class Seen {
 public:
  explicit Seen(std::size_t remembered);
  /// Whether the id is new.
  [[nodiscard]] bool Add(std::uint64_t id);
  /// Ids were forgotten: a copy far away from its event was counted as another.
  [[nodiscard]] bool has_forgotten() const { return has_forgotten_; }

 private:
  struct Table {
    std::vector<std::uint64_t> slots;  // 0: free
    std::size_t count = 0;
  };
  [[nodiscard]] static std::uint64_t* Find(Table& table, std::uint64_t id);

  std::size_t remembered_;
  Table now_;
  Table before_;
  bool has_forgotten_ = false;
};

class Classes {
 public:
  Classes(const Detail& detail, const Limits& limits);

  /// Counts the call once, or `count` times. False if it is of a new class, and there are as many
  /// as the limits allow: it is not counted.
  [[nodiscard]] bool Add(const Call& call);
  [[nodiscard]] bool Add(const Class& calls);

  /// All, in order.
  [[nodiscard]] std::vector<Class> Take();

 private:
  [[nodiscard]] Class* Find(const Call& call);

  Detail detail_;
  std::size_t limit_;
  std::vector<Class> classes_;
  std::unordered_map<support::Fingerprint, std::size_t, support::FingerprintHash> index_;
};

}  // namespace writ::trail
