// Random choices that are the same everywhere for the same seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace writ::reference {

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  std::size_t Below(std::size_t bound) { return bound == 0 ? 0 : Next() % bound; }
  /// True once in `of` times.
  bool Once(std::size_t of) { return Below(of) == 0; }
  /// One of the list; of an empty one an empty thing, so that no request is drawn from nowhere.
  template <typename List>
  const auto& Of(const List& list) {
    static const typename List::value_type nothing{};
    return list.empty() ? nothing : list[Below(list.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace writ::reference
