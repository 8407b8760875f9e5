// Prints the generated organization: `generate_organization [TEAMS [ACCOUNTS]] > acme.writ`, and
// what AWS assigned to its guardrail: `generate_organization --bindings [ACCOUNTS] >
// writ.bindings.json`.
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

#include <fmt/core.h>

#include "bench/organization_generator.h"

int main(int argc, char** argv) {
  const std::span<char*> args(argv, static_cast<std::size_t>(argc));
  writ::bench::OrganizationShape shape;
  if (args.size() > 1 && std::string_view(args[1]) == "--bindings") {
    if (args.size() > 2) shape.accounts = std::atoi(args[2]);
    fmt::print("{}", writ::bench::GenerateBindings(shape));
    return 0;
  }
  if (args.size() > 1) shape.teams = std::atoi(args[1]);
  if (args.size() > 2) shape.accounts = std::atoi(args[2]);
  if (shape.teams < 1 || shape.accounts < shape.accounts_per_team) {
    fmt::print(stderr, "usage: generate_organization [TEAMS [ACCOUNTS]]  (at least 1 and {})\n",
               shape.accounts_per_team);
    return 64;
  }
  fmt::print("{}", writ::bench::GenerateOrganization(shape));
  return 0;
}
