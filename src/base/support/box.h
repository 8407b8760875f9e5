// Box<T>: an optional value behind a pointer, copied deeply. It lets a value type contain itself
// (a set expression inside a set term) and keeps rare parts out of common nodes: 8 bytes when
// empty.
#pragma once

#include <memory>
#include <utility>

namespace writ::support {

template <class T>
class Box {
 public:
  Box() = default;
  explicit Box(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Box(const Box& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Box(Box&&) noexcept = default;
  Box& operator=(const Box& other) {
    if (this != &other) *this = Box(other);
    return *this;
  }
  Box& operator=(Box&&) noexcept = default;
  ~Box() = default;

  explicit operator bool() const { return value_ != nullptr; }
  const T& operator*() const { return *value_; }
  T& operator*() { return *value_; }
  const T* operator->() const { return value_.get(); }
  T* operator->() { return value_.get(); }
  [[nodiscard]] const T* get() const { return value_.get(); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace writ::support
