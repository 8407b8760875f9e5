// What a sentence means, member by member, for keys and comparisons of meanings. No list of fields
// is kept: every struct of the model is taken apart into all of its members by the compiler, so
// that none can be forgotten, whenever it was added.
//
// A sink takes parts as support::FingerprintBuilder does: Text, Number, Flag, Enum, Absent, Length.
// Where a sentence stands, and its words, are no part of what it means.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/support/fingerprint.h"
#include "program/intent/model.h"

namespace writ::intent {

/// How many members an aggregate has: as many as it takes initializers.
template <class T>
consteval std::size_t MemberCount() {
  static_assert(std::is_aggregate_v<T>);
  // One more than can be taken apart below would be left out in silence.
  static_assert(!requires {
    T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
  });
  if constexpr (requires {
                  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
                })
    return 20;
  if constexpr (requires {
                  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
                })
    return 19;
  if constexpr (requires {
                  T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
                })
    return 18;
  if constexpr (requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}; })
    return 17;
  if constexpr (requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}; })
    return 16;
  if constexpr (requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}; })
    return 15;
  if constexpr (requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}; }) return 14;
  if constexpr (requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}; }) return 13;
  if constexpr (requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}; }) return 12;
  if constexpr (requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}; }) return 11;
  if constexpr (requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}}; }) return 10;
  if constexpr (requires { T{{}, {}, {}, {}, {}, {}, {}, {}, {}}; }) return 9;
  if constexpr (requires { T{{}, {}, {}, {}, {}, {}, {}, {}}; }) return 8;
  if constexpr (requires { T{{}, {}, {}, {}, {}, {}, {}}; }) return 7;
  if constexpr (requires { T{{}, {}, {}, {}, {}, {}}; }) return 6;
  if constexpr (requires { T{{}, {}, {}, {}, {}}; }) return 5;
  if constexpr (requires { T{{}, {}, {}, {}}; }) return 4;
  if constexpr (requires { T{{}, {}, {}}; }) return 3;
  if constexpr (requires { T{{}, {}}; }) return 2;
  return 1;
}

template <class Sink>
class Visitor {
 public:
  explicit Visitor(Sink& sink) : sink_(sink) {}

  void Visit(const Origin& /*origin*/) {}
  void Visit(const source::Span& /*span*/) {}
  void Visit(const std::string& text) { sink_.Text(text); }
  void Visit(std::same_as<bool> auto flag) { sink_.Flag(flag); }
  void Visit(std::unsigned_integral auto number) requires(!std::same_as<decltype(number), bool>) {
    sink_.Number(number);
  }
  template <class Value>
  requires std::is_enum_v<Value>
  void Visit(Value value) { sink_.Enum(value); }
  // NOLINTNEXTLINE(misc-no-recursion): as deep as the parser lets conditions be
  template <class Value>
  void Visit(const std::vector<Value>& list) {
    sink_.Length(list.size());
    for (const Value& one : list) Visit(one);
  }
  template <class Key, class Value>
  void Visit(const std::map<Key, Value>& map) {
    sink_.Length(map.size());
    for (const auto& [key, value] : map) Each(key, value);
  }
  template <class Value>
  void Visit(const std::optional<Value>& value) {
    sink_.Flag(value.has_value());
    if (value) Visit(*value);
  }
  void Visit(const Test& test) {
    if constexpr (requires { sink_.Measured(test.key, test.values); }) {
      // Numbers and days are in an order, and bytes are written otherwise: both tell names apart
      // that are alike as texts.
      if (test.type == Test::Type::kNumeric || test.type == Test::Type::kDate ||
          test.type == Test::Type::kBinary) {
        sink_.Measured(test.key, test.values);
      }
    }
    Members(test);
  }
  // NOLINTNEXTLINE(misc-no-recursion): as deep as the parser lets conditions be
  template <class Value>
  requires std::is_class_v<Value>
  void Visit(const Value& value) { Members(value); }

 private:
  template <class... Values>
  void Each(const Values&... values) {
    (Visit(values), ...);
  }

  template <class Value>
  void Members(const Value& value) {
    constexpr std::size_t kCount = MemberCount<Value>();
    if constexpr (kCount == 1) {
      const auto& [a] = value;
      Each(a);
    } else if constexpr (kCount == 2) {
      const auto& [a, b] = value;
      Each(a, b);
    } else if constexpr (kCount == 3) {
      const auto& [a, b, c] = value;
      Each(a, b, c);
    } else if constexpr (kCount == 4) {
      const auto& [a, b, c, d] = value;
      Each(a, b, c, d);
    } else if constexpr (kCount == 5) {
      const auto& [a, b, c, d, e] = value;
      Each(a, b, c, d, e);
    } else if constexpr (kCount == 6) {
      const auto& [a, b, c, d, e, f] = value;
      Each(a, b, c, d, e, f);
    } else if constexpr (kCount == 7) {
      const auto& [a, b, c, d, e, f, g] = value;
      Each(a, b, c, d, e, f, g);
    } else if constexpr (kCount == 8) {
      const auto& [a, b, c, d, e, f, g, h] = value;
      Each(a, b, c, d, e, f, g, h);
    } else if constexpr (kCount == 9) {
      const auto& [a, b, c, d, e, f, g, h, i] = value;
      Each(a, b, c, d, e, f, g, h, i);
    } else if constexpr (kCount == 10) {
      const auto& [a, b, c, d, e, f, g, h, i, j] = value;
      Each(a, b, c, d, e, f, g, h, i, j);
    } else if constexpr (kCount == 11) {
      const auto& [a, b, c, d, e, f, g, h, i, j, k] = value;
      Each(a, b, c, d, e, f, g, h, i, j, k);
    } else if constexpr (kCount == 12) {
      const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = value;
      Each(a, b, c, d, e, f, g, h, i, j, k, l);
    } else if constexpr (kCount == 13) {
      const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = value;
      Each(a, b, c, d, e, f, g, h, i, j, k, l, m);
    } else if constexpr (kCount == 14) {
      const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = value;
      Each(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
    } else if constexpr (kCount == 15) {
      const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = value;
      Each(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
    } else if constexpr (kCount == 16) {
      const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = value;
      Each(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
    } else if constexpr (kCount == 17) {
      const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] = value;
      Each(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q);
    } else if constexpr (kCount == 18) {
      const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r] = value;
      Each(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r);
    } else if constexpr (kCount == 19) {
      const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s] = value;
      Each(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s);
    } else if constexpr (kCount == 20) {
      const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t] = value;
      Each(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t);
    }
  }

  Sink& sink_;
};

/// Of two values of one model, or of models with the same organization, guardrails and endpoints:
/// equal exactly if they mean the same.
template <class Value>
[[nodiscard]] support::Fingerprint FingerprintOf(std::string_view what, const Value& value) {
  support::FingerprintBuilder builder(what);
  Visitor(builder).Visit(value);
  return builder.Take();
}

}  // namespace writ::intent
