// Every struct is taken apart into all of its members by name: a member that is added later and not
// compared here does not compile.
#include "program/intent/same.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

namespace writ::intent {
namespace {

// Those that lists and options below hold.
bool Same(const Account& one, const Account& other);
bool Same(const Node& one, const Node& other);
bool Same(const Holder& one, const Holder& other);
bool Same(const Condition& one, const Condition& other);
bool Same(const Profiles& one, const Profiles& other);
bool Same(const RegionScope& one, const RegionScope& other);
bool Same(const Duty& one, const Duty& other);

template <class Value>
bool Same(const std::vector<Value>& one, const std::vector<Value>& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](const Value& a, const Value& b) { return Same(a, b); });
}

template <class Value>
bool Same(const std::optional<Value>& one, const std::optional<Value>& other) {
  if (!one || !other) return one.has_value() == other.has_value();
  return Same(*one, *other);
}

bool Same(const Account& one, const Account& other) {
  const auto& [name, id, node, management] = one;
  const auto& [name2, id2, node2, management2] = other;
  return name == name2 && id == id2 && node == node2 && management == management2;
}

bool Same(const Node& one, const Node& other) {
  const auto& [kind, name, id, parent, accounts] = one;
  const auto& [kind2, name2, id2, parent2, accounts2] = other;
  return kind == kind2 && name == name2 && id == id2 && parent == parent2 && accounts == accounts2;
}

bool Same(const Holder& one, const Holder& other) {
  const auto& [team, principals, accounts, units] = one;
  const auto& [team2, principals2, accounts2, units2] = other;
  return team == team2 && principals == principals2 && accounts == accounts2 && units == units2;
}

bool Same(const Bound& one, const Bound& other) {
  const auto& [everyone, included, excepted] = one;
  const auto& [everyone2, included2, excepted2] = other;
  return everyone == everyone2 && Same(included, included2) && Same(excepted, excepted2);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser lets conditions be
bool Same(const Condition& one, const Condition& other) {
  const auto& [kind, operands, test] = one;
  const auto& [kind2, operands2, test2] = other;
  return kind == kind2 && test == test2 && Same(operands, operands2);
}

bool Same(const Period& one, const Period& other) {
  const auto& [from, until] = one;
  const auto& [from2, until2] = other;
  return from == from2 && until == until2;
}

bool Same(const ModelPatterns& one, const ModelPatterns& other) {
  const auto& [all, patterns, except] = one;
  const auto& [all2, patterns2, except2] = other;
  return all == all2 && patterns == patterns2 && except == except2;
}

bool Same(const Things& one, const Things& other) {
  const auto& [all, arns, except] = one;
  const auto& [all2, arns2, except2] = other;
  return all == all2 && arns == arns2 && except == except2;
}

bool Same(const Operation& one, const Operation& other) {
  const auto& [kind, verb, sort, kinds, guardrails, things, actions, except, resources] = one;
  const auto& [kind2, verb2, sort2, kinds2, guardrails2, things2, actions2, except2, resources2] =
      other;
  return kind == kind2 && verb == verb2 && sort == sort2 && kinds == kinds2 &&
         guardrails == guardrails2 && Same(things, things2) && actions == actions2 &&
         except == except2 && resources == resources2;
}

bool Same(const Profiles& one, const Profiles& other) {
  const auto& [application, system, arns] = one;
  const auto& [application2, system2, arns2] = other;
  return application == application2 && system == system2 && arns == arns2;
}

bool Same(const RegionScope& one, const RegionScope& other) {
  const auto& [all_except, regions] = one;
  const auto& [all_except2, regions2] = other;
  return all_except == all_except2 && regions == regions2;
}

bool Same(const Duty& one, const Duty& other) {
  const auto& [kind, guardrails, endpoints, profiles, satisfy] = one;
  const auto& [kind2, guardrails2, endpoints2, profiles2, satisfy2] = other;
  return kind == kind2 && guardrails == guardrails2 && endpoints == endpoints2 &&
         Same(profiles, profiles2) && Same(satisfy, satisfy2);
}

}  // namespace

bool IsSame(const Organization& one, const Organization& other) {
  const auto& [name, id, partition, nodes, accounts] = one;
  const auto& [name2, id2, partition2, nodes2, accounts2] = other;
  return name == name2 && id == id2 && partition == partition2 && Same(nodes, nodes2) &&
         Same(accounts, accounts2);
}

bool IsSame(const Endpoint& one, const Endpoint& other) {
  const auto& [name, origin, vpces, vpcs, cidrs, accounts] = one;
  const auto& [name2, origin2, vpces2, vpcs2, cidrs2, accounts2] = other;
  static_cast<void>(std::tie(origin, origin2));
  return name == name2 && vpces == vpces2 && vpcs == vpcs2 && cidrs == cidrs2 &&
         accounts == accounts2;
}

bool GrantsSame(const Permission& one, const Permission& other) {
  const auto& [origin, holders, accounts, units, operation, calls, planes, regions, guardrails,
               endpoints, profiles, when, period] = one;
  const auto& [origin2, holders2, accounts2, units2, operation2, calls2, planes2, regions2,
               guardrails2, endpoints2, profiles2, when2, period2] = other;
  static_cast<void>(
      std::tie(origin, holders, accounts, units, origin2, holders2, accounts2, units2));
  return Same(operation, operation2) && calls == calls2 && planes == planes2 &&
         regions == regions2 && guardrails == guardrails2 && endpoints == endpoints2 &&
         Same(profiles, profiles2) && Same(when, when2) && Same(period, period2);
}

bool IsSame(const Prohibition& one, const Prohibition& other) {
  const auto& [origin, bound, accounts, nodes, operation, models, regions, routes, planes,
               guardrails, endpoints, profiles, when, period, unless] = one;
  const auto& [origin2, bound2, accounts2, nodes2, operation2, models2, regions2, routes2, planes2,
               guardrails2, endpoints2, profiles2, when2, period2, unless2] = other;
  static_cast<void>(std::tie(origin, origin2));
  return Same(bound, bound2) && accounts == accounts2 && nodes == nodes2 &&
         Same(operation, operation2) && Same(models, models2) && Same(regions, regions2) &&
         routes == routes2 && planes == planes2 && guardrails == guardrails2 &&
         endpoints == endpoints2 && Same(profiles, profiles2) && Same(when, when2) &&
         Same(period, period2) && Same(unless, unless2);
}

}  // namespace writ::intent
