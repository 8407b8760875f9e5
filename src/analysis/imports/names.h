// Names of the language for what is called otherwise elsewhere.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace writ::imports {

/// Gives each thing of one namespace a name of its own.
class Names {
 public:
  /// A name of the language that is like `wanted`; where that is taken, with a number after it.
  /// `fallback` is a name, for a text without a letter.
  [[nodiscard]] std::string Give(std::string_view wanted, std::string_view fallback);
  /// Keeps a name for others.
  void Keep(std::string name) { taken_.insert(std::move(name)); }

 private:
  std::set<std::string> taken_;
};

/// What all texts begin with, without what ends in the middle of a word.
[[nodiscard]] std::string CommonStart(const std::set<std::string>& texts);

}  // namespace writ::imports
