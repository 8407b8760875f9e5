// The programs that timing programs and scale tests run on. Deterministic, so that figures of
// different days compare.
#pragma once

#include <cstddef>
#include <string>

namespace writ::bench {

struct OrganizationShape {
  int teams = 1000;
  int accounts = 200;
  int accounts_per_team = 10;
  int sentences_per_team = 10;  ///< of 20 shapes, taken in turn
};

/// An organization with teams and their sentences: valid, every name declared, models and regions
/// of the catalog. With the default shape 10,000 pairs of team and account.
[[nodiscard]] std::string GenerateOrganization(const OrganizationShape& shape);

/// The same with ten sentences changed, each another way, in teams spread over the program: more
/// and other models, fewer regions and days, another kind, a duty dropped, a prohibition widened.
[[nodiscard]] std::string ChangeTenSentences(std::string program);

/// What AWS assigned to its guardrail: writ.bindings.json for that program.
[[nodiscard]] std::string GenerateBindings(const OrganizationShape& shape);

/// The same kind of program with as many teams as make at least `bytes` bytes.
[[nodiscard]] std::string GenerateBytes(std::size_t bytes);

}  // namespace writ::bench
