#include "base/support/fingerprint.h"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace writ::support {
namespace {

using Builder = FingerprintBuilder;
using Texts = std::vector<std::string>;

enum class Color { kRed, kBlue };

TEST_CASE("the same parts have the same fingerprint") {
  const auto make = [] {
    return Builder("x").Number(7).Flag(true).List(Texts{"a", "b"}).Enum(Color::kBlue).Take();
  };
  CHECK(make() == make());
  CHECK(make().Hash() == make().Hash());
}

TEST_CASE("no choice of texts makes different parts alike") {
  // Everything that joining with line breaks, signs or lengths in digits would confuse.
  const std::vector<std::function<void(Builder&)>> values = {
      [](Builder&) {},
      [](Builder& b) { b.Text(""); },
      [](Builder& b) { b.Text("").Text(""); },
      [](Builder& b) { b.Text("a\nb"); },
      [](Builder& b) { b.Text("a").Text("b"); },
      [](Builder& b) { b.Text("ab").Text(""); },
      [](Builder& b) { b.Text("").Text("ab"); },
      [](Builder& b) { b.List(Texts{"a\nb"}); },
      [](Builder& b) {
        b.List(Texts{"a", "b"});
      },
      [](Builder& b) { b.List(Texts{"a"}).List(Texts{"b"}); },
      [](Builder& b) {
        b.List(Texts{"a", "b"}).List(Texts{});
      },
      [](Builder& b) {
        b.List(Texts{}).List(Texts{"a", "b"});
      },
      [](Builder& b) { b.List(Texts{}); },
      [](Builder& b) { b.List(Texts{""}); },
      [](Builder& b) { b.Text("!x"); },
      [](Builder& b) { b.Flag(true).Text("x"); },
      [](Builder& b) { b.Flag(false).Text("!x"); },
      [](Builder& b) { b.Number(0); },
      [](Builder& b) { b.Number(1); },
      [](Builder& b) { b.Number(127); },
      [](Builder& b) { b.Number(128); },
      [](Builder& b) { b.Number(255).Number(1); },
      [](Builder& b) { b.Number(UINT64_MAX); },
      [](Builder& b) { b.Flag(false); },
      [](Builder& b) { b.Flag(true); },
      [](Builder& b) { b.Enum(Color::kRed); },
      [](Builder& b) { b.Enum(Color::kBlue); },
      [](Builder& b) { b.Absent(); },
      [](Builder& b) { b.Optional("b"); },
      [](Builder& b) { b.Text("1"); },
      [](Builder& b) { b.Text(std::string("\3\1a", 3)); },
      [](Builder& b) { b.Nested(Builder("y").Text("a").Take()); },
      [](Builder& b) { b.Text("y").Text("a"); },
      [](Builder& b) { b.Length(2); },
  };
  std::set<Fingerprint> seen;
  for (std::size_t i = 0; i < values.size(); ++i) {
    Builder builder("value");
    values[i](builder);
    CAPTURE(i);
    CHECK(seen.insert(builder.Take()).second);
  }
  CHECK_FALSE(seen.contains(Fingerprint()));
}

TEST_CASE("what a fingerprint is of is a part of it") {
  CHECK(Builder("account").Text("a").Take() != Builder("principal").Text("a").Take());
  CHECK(Builder("accounta").Take() != Builder("account").Text("a").Take());
}

TEST_CASE("an absent text is no empty one") {
  CHECK(Builder("x").Optional(std::optional<std::string>()).Take() !=
        Builder("x").Optional(std::optional<std::string>("")).Take());
}

}  // namespace
}  // namespace writ::support
