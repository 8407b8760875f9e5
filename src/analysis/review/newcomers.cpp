#include "analysis/review/newcomers.h"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "iam/decide/newcomers.h"

namespace writ::review {
namespace {

using Documents = std::vector<const policy::PolicyDocument*>;

/// What callers of accounts in the unit meet: SCPs, then what permission sets grant in every
/// account.
Documents MetIn(const World& world, const Unit& unit) {
  Documents documents;
  for (const std::size_t scp : unit.scps) documents.push_back(&world.documents[scp].document);
  for (const Holding& holding : world.holdings) {
    if (!holding.place) documents.push_back(&world.documents[holding.document].document);
  }
  return documents;
}

/// The statements of the documents, in order.
std::vector<policy::Statement> StatementsOf(const Documents& documents) {
  std::vector<policy::Statement> statements;
  for (const policy::PolicyDocument* document : documents) {
    for (policy::Statement statement : document->statements) {
      statement.sid.clear();
      statements.push_back(std::move(statement));
    }
  }
  std::ranges::sort(statements);
  return statements;
}

/// The same unit: by its name, or, if it was renamed, by its id.
const Unit* Find(const World& world, const Unit& unit) {
  const auto find = [&](const auto& is_one) {
    const auto found = std::ranges::find_if(world.units, is_one);
    return found == world.units.end() ? nullptr : &*found;
  };
  if (unit.is_root) return find([](const Unit& one) { return one.is_root; });
  const Unit* found = find([&](const Unit& one) { return !one.is_root && one.name == unit.name; });
  if (found != nullptr || unit.id.empty()) return found;
  return find([&](const Unit& one) { return !one.is_root && one.id == unit.id; });
}

/// Where accounts that join the unit lie. A side that does not know it says nothing against the
/// other; where the unit has moved, where it lay says nothing of who joins it now.
struct Lying {
  std::string path;     ///< of accounts right below the unit; empty: not known
  std::string outline;  ///< where it is not
};
Lying LyingOf(const Unit& before, const Unit& now) {
  const bool is_moved = !before.path.empty() && !now.path.empty() && before.path != now.path;
  if (is_moved) return {};
  return {now.path.empty() ? before.path : now.path,
          now.outline.empty() ? before.outline : now.outline};
}

/// What tells a class of newcomers from others: nothing if it is the first.
std::string KindOf(const Lying& lying, const decide::Newcomer& newcomer, bool has_patterns) {
  std::string kind;
  if (newcomer.is_named || has_patterns) kind = newcomer.account;
  if (newcomer.is_in_new_unit) kind += " in " + newcomer.path.substr(lying.path.size());
  return kind;
}

std::string NameOf(const Unit& unit, const Lying& lying, const decide::Newcomer& newcomer,
                   bool has_patterns) {
  std::string where = unit.is_root ? "the organization" : unit.name;
  if (newcomer.is_in_new_unit) {
    std::string units = newcomer.path.substr(lying.path.size());
    units.pop_back();
    where = fmt::format("a new OU ({}) of {}", units, where);
  }
  if (newcomer.is_named) return fmt::format("account {} once it joins {}", newcomer.account, where);
  const std::string name = fmt::format("accounts that join {} later", where);
  return has_patterns ? fmt::format("{}, such as {}", name, newcomer.account) : name;
}

/// An account to come, the same in both worlds.
struct Joiner {
  std::string name;
  std::string account;
  std::string kind;
  std::string path;
  std::string outline;
  std::vector<std::string> units;  ///< ids that no OU of the outline that is left open has
};

void AddPlace(const Unit& unit, const Joiner& joiner, World& world) {
  Place place{joiner.name, joiner.account, unit.scps};
  place.kind = joiner.kind;
  place.affiliation = {world.organization, joiner.path, joiner.outline, joiner.units};
  place.joins = static_cast<std::size_t>(&unit - world.units.data());
  world.places.push_back(std::move(place));
}

}  // namespace

std::optional<WithNewcomers> AddNewcomers(const World& before, const World& after) {
  std::set<std::string> accounts;
  std::set<std::string> units;
  for (const World* world : {&before, &after}) {
    for (const Place& place : world->places) accounts.insert(place.id);
    for (const Unit& unit : world->units) {
      if (!unit.id.empty()) units.insert(unit.id);
    }
  }
  const std::vector<std::string> known_accounts(accounts.begin(), accounts.end());
  const std::vector<std::string> known_units(units.begin(), units.end());
  std::optional<WithNewcomers> both;
  for (const Unit& now : after.units) {
    const Unit* old = Find(before, now);
    if (old == nullptr) continue;
    Documents documents = MetIn(before, *old);
    const Documents later = MetIn(after, now);
    const bool is_same = StatementsOf(documents) == StatementsOf(later) && old->path == now.path;
    if (is_same) continue;
    if (!both) both.emplace(WithNewcomers{before, after, {}});
    documents.insert(documents.end(), later.begin(), later.end());
    const decide::Distinctions distinctions = decide::DistinctionsIn(documents);
    const Lying lying = LyingOf(*old, now);
    const auto newcomers = decide::NewcomersOf(distinctions, {lying.path, after.unit_head},
                                               known_accounts, known_units);
    if (!newcomers) {
      both->undecided.emplace_back(NameOf(now, lying, {}, /*has_patterns=*/false),
                                   newcomers.error().message);
      continue;
    }
    // Ids of which none is named are told apart by patterns, and called by an example.
    const bool has_patterns =
        std::ranges::any_of(*newcomers, [&](const decide::Newcomer& newcomer) {
          return !newcomer.is_named && newcomer.account != newcomers->front().account;
        });
    for (const decide::Newcomer& newcomer : *newcomers) {
      Joiner joiner{NameOf(now, lying, newcomer, has_patterns),
                    newcomer.account,
                    KindOf(lying, newcomer, has_patterns),
                    newcomer.path,
                    lying.outline,
                    known_units};
      if (newcomer.is_in_new_unit && !joiner.outline.empty()) {
        joiner.outline += std::string(decide::kOpenUnit) + "/";
      }
      AddPlace(*Find(both->before, now), joiner, both->before);
      AddPlace(*Find(both->after, now), joiner, both->after);
    }
  }
  return both;
}

}  // namespace writ::review
