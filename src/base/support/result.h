// Result<T, E>: a value or the reason there is none, for failures of the environment (files, JSON).
// A user's mistake in a program is reported to diag::Sink instead; our own bugs are WRIT_CHECK.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/support/check.h"

namespace writ::support {

/// A failure that is reported in words.
struct Error {
  std::string message;
};

/// The value of a Result that has nothing to give but success.
struct Done {};

template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {
  }  // NOLINT(google-explicit-constructor): return value;
  Result(E error)
      : state_(std::in_place_index<1>, std::move(error)) {
  }  // NOLINT(google-explicit-constructor): return error;

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] const T& value() const& {
    WRIT_CHECK(ok(), "value of a failed Result");
    return std::get<0>(state_);
  }
  [[nodiscard]] T& value() & {
    WRIT_CHECK(ok(), "value of a failed Result");
    return std::get<0>(state_);
  }
  [[nodiscard]] T&& value() && {
    WRIT_CHECK(ok(), "value of a failed Result");
    return std::get<0>(std::move(state_));
  }
  [[nodiscard]] const E& error() const {
    WRIT_CHECK(!ok(), "error of a good Result");
    return std::get<1>(state_);
  }

  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

 private:
  std::variant<T, E> state_;
};

}  // namespace writ::support
