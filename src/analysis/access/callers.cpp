#include "analysis/access/callers.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "iam/policy/pattern.h"
#include "program/intent/label.h"

namespace writ::access {
namespace {

using intent::Holder;
using intent::Principal;
using Kind = Principal::Kind;

constexpr std::string_view kReservedRoles = "role/aws-reserved/sso.amazonaws.com/";

/// Principals of the holders in one account, services left out. A tag without accounts is for all.
std::set<Principal> PrincipalsIn(const std::vector<Holder>& holders, intent::AccountIndex account) {
  std::set<Principal> principals;
  for (const Holder& holder : holders) {
    if (!std::ranges::binary_search(holder.accounts, account)) continue;
    for (const Principal& principal : holder.principals) {
      if (principal.kind != Kind::kService) principals.insert(principal);
    }
  }
  return principals;
}

std::vector<Principal> Overlapping(const std::set<Principal>& all, const Principal& principal) {
  std::vector<Principal> overlapping;
  std::ranges::copy_if(all, std::back_inserter(overlapping),
                       [&](const Principal& one) { return MayBeSame(one, principal); });
  return overlapping;
}

std::string AsGlob(std::string_view pattern) {
  return policy::ParsePattern(pattern, policy::Version::k2012, policy::Wildcards::kActive)
      .literals.front();
}

bool Matches(std::string_view pattern, std::string_view text) {
  return policy::MatchesGlob(AsGlob(pattern), text);
}

/// The path of a pattern, with the shortest text for each wildcard.
std::string ExampleOfPath(std::string_view path) {
  std::string text;
  for (const char c : path) {
    if (c != '*') text += c == '?' ? 'x' : c;
  }
  return text;
}

/// A tail that the pattern matches and whose last part is `name`, if the last part of the pattern
/// admits it.
std::optional<std::string> TailByLastPart(const std::string& pattern, std::string_view name) {
  const std::size_t slash = pattern.rfind('/');
  if (!Matches(pattern.substr(slash + 1), name)) return std::nullopt;
  return fmt::format("{}{}", ExampleOfPath(pattern.substr(0, slash + 1)), name);
}

}  // namespace

Names NamesOf(const intent::Model& model) {
  Names names;
  for (const intent::Team& team : model.teams) {
    names.granted.push_back({team.name, team.principals, team.accounts});
  }
  for (const intent::Permission& permission : model.permissions) {
    for (const Holder& holder : permission.holders) {
      if (holder.team.empty()) names.granted.push_back(holder);
    }
  }
  for (const intent::Prohibition& prohibition : model.prohibitions) {
    for (const auto* holders : {&prohibition.bound.included, &prohibition.bound.excepted}) {
      for (const Holder& holder : *holders) {
        if (holder.team.empty()) names.named.push_back(holder);
      }
    }
  }
  return names;
}

std::vector<std::string> ArnTails(const Principal& principal) {
  switch (principal.kind) {
    case Kind::kRole:
      return {"role/" + principal.value};
    case Kind::kUser:
      return {"user/" + principal.value};
    case Kind::kPermissionSet: {
      // IAM Identity Center User Guide, "Referencing permission sets in resource policies", read
      // 2026-11-22.
      const std::string role =
          fmt::format("AWSReservedSSO_{}_{}", principal.value, "????????????????");
      return {fmt::format("{}{}", kReservedRoles, role),
              fmt::format("{}*/{}", kReservedRoles, role)};
    }
    case Kind::kTag:
    case Kind::kService:
      return {};
  }
  return {};
}

bool MayBeSame(const Principal& one, const Principal& other) {
  if (one.kind == Kind::kService || other.kind == Kind::kService) return one == other;
  if (one.kind == Kind::kTag && other.kind == Kind::kTag) {
    return one.tag_key != other.tag_key || one.value == other.value;
  }
  if (one.kind == Kind::kTag || other.kind == Kind::kTag) return true;
  for (const std::string& tail : ArnTails(one)) {
    for (const std::string& another : ArnTails(other)) {
      if (policy::MayOverlap(tail, another)) return true;
    }
  }
  return false;
}

std::vector<Caller> CallersIn(const Names& names, intent::AccountIndex account) {
  std::vector<Caller> callers;
  std::set<std::pair<std::string, Principal>> seen;
  for (const Holder& holder : names.granted) {
    if (!std::ranges::binary_search(holder.accounts, account)) continue;
    const std::string label = LabelOf(holder);
    for (const Principal& principal : holder.principals) {
      if (principal.kind == Kind::kService || !seen.emplace(label, principal).second) continue;
      callers.push_back({.label = label, .account = account, .principal = principal});
    }
  }
  const std::set<Principal> granted = PrincipalsIn(names.granted, account);
  std::set<Principal> known = granted;
  for (const Principal& principal : PrincipalsIn(names.named, account)) {
    if (!known.insert(principal).second) continue;
    callers.push_back({.label = LabelOf(principal),
                       .account = account,
                       .principal = principal,
                       .apart = Overlapping(granted, principal),
                       .may_hold_anything = true});
  }
  callers.push_back({.label = std::string(kAnyoneElse),
                     .account = account,
                     .apart = {known.begin(), known.end()},
                     .may_hold_anything = true});
  return callers;
}

std::vector<Caller> CallersOf(const Names& names, const std::string& label,
                              const Principal& principal, intent::AccountIndex account) {
  const std::set<Principal> granted = PrincipalsIn(names.granted, account);
  const Caller whole{.label = label, .account = account, .principal = principal};
  if (principal.kind == Kind::kService || granted.contains(principal)) return {whole};
  std::vector<Caller> parts;
  const std::vector<Principal> overlapping = Overlapping(granted, principal);
  if (!overlapping.empty()) {
    parts.push_back(whole);
    parts.back().within = overlapping;
  }
  parts.push_back(whole);
  parts.back().apart = overlapping;
  parts.back().may_hold_anything = true;
  return parts;
}

std::vector<std::string> LabelsOf(const Names& names, intent::AccountIndex account,
                                  std::string_view arn,
                                  const std::vector<policy::ContextKey>& context) {
  const std::optional<policy::ArnSegments> segments = policy::SplitArn(arn);
  const auto is_one = [&](const Principal& principal) {
    if (principal.kind == Kind::kTag) {
      return std::ranges::any_of(context, [&](const policy::ContextKey& key) {
        return policy::EqualIgnoringCase(key.name, "aws:PrincipalTag/" + principal.tag_key) &&
               key.values == std::vector<std::string>{principal.value};
      });
    }
    return segments && std::ranges::any_of(ArnTails(principal), [&](const std::string& pattern) {
             return Matches(pattern, (*segments)[5]);
           });
  };
  std::set<std::string> labels;
  for (const Holder& holder : names.granted) {
    if (std::ranges::binary_search(holder.accounts, account) &&
        std::ranges::any_of(holder.principals, is_one)) {
      labels.insert(LabelOf(holder));
    }
  }
  if (!labels.empty()) return {labels.begin(), labels.end()};
  for (const Principal& principal : PrincipalsIn(names.named, account)) {
    if (is_one(principal)) labels.insert(LabelOf(principal));
  }
  return {labels.begin(), labels.end()};
}

std::vector<Role> RolesOfSession(const Names& names, intent::AccountIndex account,
                                 std::string_view name) {
  std::set<Principal> known = PrincipalsIn(names.granted, account);
  known.merge(PrincipalsIn(names.named, account));
  std::erase_if(known, [](const Principal& one) { return one.kind == Kind::kUser; });
  std::set<std::string> tails;
  for (const Principal& principal : known) {
    for (const std::string& pattern : ArnTails(principal)) {
      const std::optional<std::string> tail = TailByLastPart(pattern, name);
      if (!tail) continue;
      tails.insert(*tail);
      break;
    }
  }
  if (tails.empty()) tails.insert(fmt::format("role/{}", name));
  std::vector<Role> roles;
  for (const std::string& tail : tails) {
    Role role{tail, {}};
    std::ranges::copy_if(known, std::back_inserter(role.principals), [&](const Principal& one) {
      return std::ranges::any_of(
          ArnTails(one), [&](const std::string& pattern) { return Matches(pattern, tail); });
    });
    roles.push_back(std::move(role));
  }
  return roles;
}

}  // namespace writ::access
