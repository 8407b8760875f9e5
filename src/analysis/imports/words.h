// Texts of syntax trees that no file holds: names in a tree are views of texts that live elsewhere.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "language/syntax/ast.h"

namespace writ::imports {

/// Keeps texts as long as it lives. Views stay valid when it is moved.
class Words {
 public:
  Words() = default;
  Words(Words&&) = default;
  Words& operator=(Words&&) = default;
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;
  ~Words() = default;

  [[nodiscard]] syntax::Name Name(std::string text) {
    return {{}, texts_.emplace_back(std::move(text))};
  }

 private:
  std::deque<std::string> texts_;
};

[[nodiscard]] inline syntax::String Text(std::string text) { return {{}, std::move(text)}; }

}  // namespace writ::imports
