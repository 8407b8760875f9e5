// For functions whose results are views of their argument: a text that is gone with the statement
// is no argument for them.
#pragma once

#include <concepts>
#include <string>
#include <type_traits>

namespace writ::support {

/// What `T&&` is deduced for from a string without a name.
template <class T>
concept ExpiringString = std::same_as<std::remove_const_t<T>, std::string>;

}  // namespace writ::support
