// Which of many names somebody meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace writ::catalog {

/// Collects candidates and keeps those near enough to `wanted`.
class Suggester {
 public:
  explicit Suggester(std::string_view wanted);
  void Offer(std::string_view candidate);
  /// `candidate` is judged, `shown` is suggested for it.
  void Offer(std::string_view candidate, std::string_view shown);
  /// At most three, best first, ties by name. Empty when nothing is near.
  [[nodiscard]] std::vector<std::string> Best() const;

 private:
  struct Found {
    std::size_t score;
    std::string name;
  };
  std::string wanted_;
  std::string wanted_words_;
  std::vector<Found> found_;
};

}  // namespace writ::catalog
