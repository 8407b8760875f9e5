// Every member of what a sentence means takes part in its fingerprint.
#include "program/intent/visit.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace writ::intent {
namespace {

TEST_CASE("structs are taken apart into all of their members") {
  struct Three {
    std::string text;
    bool flag = false;
    std::optional<std::vector<std::string>> texts;
  };
  CHECK(MemberCount<Three>() == 3);
  CHECK(MemberCount<AccountIndex>() == 1);
  CHECK(MemberCount<Test>() >= 6);
  CHECK(MemberCount<Period>() == 2);
}

/// Changes one thing at a time: each must show, and no two may look the same.
TEST_CASE("whatever is changed in a permission shows, but for its words and place") {
  Permission plain;
  plain.when.kind = Condition::Kind::kTest;
  plain.when.test.key = "aws:PrincipalTag/stage";
  plain.when.test.values = {"a", "b"};
  const std::vector<std::function<void(Permission&)>> changes = {
      [](Permission& one) { one.when.test.variable = true; },
      [](Permission& one) { one.when.test.multi_valued = true; },
      [](Permission& one) { one.when.test.values = {"a\nb"}; },
      [](Permission& one) { one.when.test.values = {"a, b"}; },
      [](Permission& one) { one.when.test.op = Test::Operator::kIn; },
      [](Permission& one) { one.operation.actions = {"s3:GetObject"}; },
      [](Permission& one) { one.operation.resources = {"s3:GetObject"}; },
      [](Permission& one) { one.operation.except_actions = {"s3:GetObject"}; },
      [](Permission& one) { one.calls.push_back({}); },
      [](Permission& one) { one.regions.emplace(); },
      [](Permission& one) { one.guardrails.push_back({0}); },
      [](Permission& one) { one.endpoints.push_back({0}); },
      [](Permission& one) { one.profiles.emplace(); },
      [](Permission& one) { one.period.from = "2027-01-01"; },
      [](Permission& one) { one.period.until = "2027-01-01"; },
      [](Permission& one) { one.accounts.push_back({0}); },
      [](Permission& one) { one.holders.push_back({}); },
  };
  std::vector<support::Fingerprint> prints = {FingerprintOf("permission", plain)};
  for (const auto& change : changes) {
    Permission changed = plain;
    change(changed);
    prints.push_back(FingerprintOf("permission", changed));
  }
  std::ranges::sort(prints);
  CHECK(std::ranges::adjacent_find(prints) == prints.end());
  Permission elsewhere = plain;
  elsewhere.origin.place = "other.writ:1:1";
  elsewhere.origin.sentence = "other words";
  CHECK(FingerprintOf("permission", elsewhere) == FingerprintOf("permission", plain));
}

}  // namespace
}  // namespace writ::intent
