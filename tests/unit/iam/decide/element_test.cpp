#include "iam/decide/element.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace writ::decide {
namespace {

using policy::BaseOperator;
using policy::OperatorFamily;

ElementSet Numbers(BaseOperator op, std::vector<std::string> values) {
  ElementSet set;
  set.positive = op;
  set.family = OperatorFamily::kNumeric;
  set.values = std::move(values);
  Arrange(set);
  return set;
}

ElementSet Networks(const std::vector<std::string>& values) {
  ElementSet set;
  set.positive = BaseOperator::kIpAddress;
  set.family = OperatorFamily::kIp;
  for (const std::string& value : values) set.networks.push_back(*policy::ParseIp(value));
  Arrange(set);
  return set;
}

std::vector<std::string> RepresentativesOf(OperatorFamily family,
                                           const std::vector<const ElementSet*>& sets) {
  const OperatorFamily families[] = {family};
  return Representatives(families, sets, true);
}

std::set<std::vector<bool>> Signatures(const std::vector<std::string>& texts,
                                       const std::vector<const ElementSet*>& sets) {
  std::set<std::vector<bool>> all;
  for (const std::string& text : texts) {
    std::vector<bool> one;
    for (const ElementSet* set : sets) one.push_back(Contains(*set, text));
    all.insert(one);
  }
  return all;
}

TEST_CASE("numbers: every stretch between the values has a representative") {
  std::mt19937 random(3);
  const std::vector<std::string> pool = {"0", "-1", "1", "1.5", "1.51", "-2.25", "10", "0.001"};
  std::vector<std::string> probes = pool;
  for (int i = -40; i <= 400; ++i) probes.push_back(std::to_string(i) + ".0005");
  for (const char* text :
       {"0.0001", "-0.0001", "1.505", "1.49", "1.52", "-2.2", "-2.3", "9", "11"}) {
    probes.emplace_back(text);
  }
  const BaseOperator ops[] = {BaseOperator::kNumericEquals, BaseOperator::kNumericLessThan,
                              BaseOperator::kNumericLessThanEquals,
                              BaseOperator::kNumericGreaterThan};
  for (int round = 0; round < 300; ++round) {
    std::vector<ElementSet> sets;
    for (int i = 0; i < 3; ++i) {
      sets.push_back(Numbers(ops[random() % 4], {pool[random() % pool.size()]}));
    }
    const std::vector<const ElementSet*> pointers = {&sets[0], &sets[1], &sets[2]};
    const auto known = Signatures(RepresentativesOf(OperatorFamily::kNumeric, pointers), pointers);
    for (const auto& one : Signatures(probes, pointers)) CHECK(known.contains(one));
  }
}

TEST_CASE("values are found as if each were looked at") {
  const std::vector<std::string> values = {"3", "-1", "2.50", "2.5", "10", "0"};
  for (const std::string& probe :
       std::vector<std::string>{"-1.0", "-2", "2.5", "2.51", "3", "10", "11", "1"}) {
    const auto is = [&](BaseOperator op) { return Contains(Numbers(op, values), probe); };
    const auto has = [&](auto holds) {
      return std::ranges::any_of(values, [&](const std::string& value) {
        return holds(Compare(*policy::ParseDecimal(probe), *policy::ParseDecimal(value)));
      });
    };
    CHECK(is(BaseOperator::kNumericEquals) == has([](auto order) { return order == 0; }));
    CHECK(is(BaseOperator::kNumericLessThan) == has([](auto order) { return order < 0; }));
    CHECK(is(BaseOperator::kNumericGreaterThanEquals) ==
          has([](auto order) { return order >= 0; }));
  }
  const std::vector<std::string> networks = {"10.1.0.0/16",  "10.0.0.0/8",    "10.1.2.3",
                                             "192.0.2.0/24", "2001:db8::/32", "10.1.2.0/24"};
  const ElementSet set = Networks(networks);
  for (const std::string& probe :
       std::vector<std::string>{"10.1.2.3", "10.200.0.1", "11.0.0.0", "9.255.255.255",
                                "192.0.2.255", "192.0.3.0", "2001:db8::1", "2001:db9::"}) {
    const bool is_expected = std::ranges::any_of(networks, [&](const std::string& network) {
      return policy::ParseIp(network)->Contains(*policy::ParseIp(probe));
    });
    CHECK_MESSAGE(Contains(set, probe) == is_expected, probe);
  }
}

TEST_CASE("dates: before, between and after, with fractions of a second") {
  ElementSet early;
  early.positive = BaseOperator::kDateGreaterThan;
  early.family = OperatorFamily::kDate;
  early.values = {"2026-01-01T00:00:00Z"};
  ElementSet late = early;
  late.positive = BaseOperator::kDateLessThan;
  late.values = {"2026-01-01T00:00:00.5Z"};
  const std::vector<const ElementSet*> sets = {&early, &late};
  CHECK(Signatures(RepresentativesOf(OperatorFamily::kDate, sets), sets).size() == 3);
}

TEST_CASE("addresses: two halves are the whole") {
  const ElementSet whole = Networks({"0.0.0.0/0"});
  const ElementSet halves = Networks({"0.0.0.0/1", "128.0.0.0/1"});
  const std::vector<const ElementSet*> sets = {&whole, &halves};
  const auto known = Signatures(RepresentativesOf(OperatorFamily::kIp, sets), sets);
  // Both or (IPv6) neither.
  CHECK(known == std::set<std::vector<bool>>{{true, true}, {false, false}});
}

TEST_CASE("addresses: nested networks") {
  const ElementSet outer = Networks({"10.0.0.0/8"});
  const ElementSet inner = Networks({"10.255.0.0/16"});
  const ElementSet v6 = Networks({"2001:db8::/32", "ffff:ffff:ffff:ffff::/64"});
  const std::vector<const ElementSet*> sets = {&outer, &inner, &v6};
  CHECK(Signatures(RepresentativesOf(OperatorFamily::kIp, sets), sets).size() == 4);
}

}  // namespace
}  // namespace writ::decide
