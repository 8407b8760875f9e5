#include "analysis/policy_lint/rewrite.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using writ::policy::Kind;
using writ::policy::Place;
using writ::policy_lint::TakeOut;
using writ::policy_lint::Without;

namespace {

/// Where `part` stands in `text`, the `nth` time.
Place At(std::string_view text, std::string_view part, std::size_t nth = 0) {
  std::size_t begin = text.find(part);
  for (; nth > 0; --nth) begin = text.find(part, begin + 1);
  REQUIRE(begin != std::string_view::npos);
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + part.size())};
}

std::string Document(std::string_view statements) {
  return R"({"Version": "2012-10-17", "Statement": [)" + std::string(statements) + "]}";
}

}  // namespace

TEST_CASE("an element goes with one comma") {
  const std::string_view list = R"(["a", "b" , "c"])";
  CHECK(Without(list, At(list, R"("a")")) == R"(["b" , "c"])");
  CHECK(Without(list, At(list, R"("b")")) == R"(["a" , "c"])");
  CHECK(Without(list, At(list, R"("c")")) == R"(["a", "b" ])");
}

TEST_CASE("a list is never left empty, and what is no element stays") {
  CHECK_FALSE(Without(R"({"Action": ["a"]})", At(R"({"Action": ["a"]})", R"("a")")));
  CHECK_FALSE(Without(R"({"Action": "a"})", At(R"({"Action": "a"})", R"("a")")));
  CHECK_FALSE(Without(R"("a")", {0, 3}));
  CHECK_FALSE(Without(R"(["a", "b"])", {3, 3}));
  CHECK_FALSE(Without(R"(["a", "b"])", {1, 200}));
}

TEST_CASE("the last condition takes its block with it") {
  const std::string_view text =
      R"({"Resource": "*", "Condition": {"Str\"ing": {"k": "v"}}, "Sid": "x"})";
  CHECK(Without(text, At(text, R"("k": "v")")) == R"({"Resource": "*", "Sid": "x"})");
  const std::string_view two = R"({"Condition": {"A": {"k": "v"}, "B": {"l": "w"}}, "Sid": "x"})";
  CHECK(Without(two, At(two, R"("k": "v")")) == R"({"Condition": {"B": {"l": "w"}}, "Sid": "x"})");
}

TEST_CASE("what covers it need not follow") {
  const std::string text =
      Document(R"({"Effect": "Allow", "Action": ["s3:GetObject", "s3:Get*", "s3:GetObject"],)"
               R"( "Resource": "*"})");
  const auto rewritten = TakeOut(text, Kind::kIdentity,
                                 {At(text, R"("s3:GetObject")"), At(text, R"("s3:GetObject")", 1)});
  CHECK(rewritten.out == std::vector<std::size_t>{0, 1});
  CHECK(rewritten.text ==
        Document(R"({"Effect": "Allow", "Action": ["s3:Get*"], "Resource": "*"})"));
}

TEST_CASE("a part that means something stays, and does not keep the others") {
  const std::string text =
      Document(R"({"Effect": "Allow", "Action": ["s3:GetObject", "s3:Get*", "s3:PutObject"],)"
               R"( "Resource": "*"})");
  const auto rewritten = TakeOut(text, Kind::kIdentity,
                                 {At(text, R"("s3:GetObject")"), At(text, R"("s3:PutObject")")});
  CHECK(rewritten.out == std::vector<std::size_t>{0});
  CHECK(rewritten.text.find("s3:PutObject") != std::string::npos);
}

TEST_CASE("of two statements that cover each other one stays") {
  const std::string_view one = R"({"Effect": "Deny", "Action": "s3:*", "Resource": "*"})";
  const std::string text = Document(std::string(one) + ", " + std::string(one));
  const auto rewritten = TakeOut(text, Kind::kIdentity, {At(text, one), At(text, one, 1)});
  CHECK(rewritten.out.size() == 1);
  CHECK(rewritten.text == Document(one));
}

TEST_CASE("a part goes with the part around it") {
  const std::string_view wide = R"({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})";
  const std::string_view narrow =
      R"({"Effect": "Allow", "Action": ["s3:Get*", "s3:GetObject"], "Resource": "*"})";
  const std::string text = Document(std::string(wide) + ", " + std::string(narrow));
  const auto rewritten =
      TakeOut(text, Kind::kIdentity, {At(text, R"("s3:GetObject")"), At(text, narrow)});
  CHECK(rewritten.out == std::vector<std::size_t>{0, 1});
  CHECK(rewritten.text == Document(wide));
}

TEST_CASE("what is no policy is left as it is") {
  const std::string_view text = R"({"Statement": ["a", "b"]})";
  const auto rewritten = TakeOut(text, Kind::kIdentity, {At(text, R"("a")")});
  CHECK(rewritten.out.empty());
  CHECK(rewritten.text == text);
}
