// What the parts of a comparison share. Each part is a free function that adds its findings.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analysis/drift/comparer.h"
#include "analysis/drift/deployed_side.h"
#include "analysis/drift/drift.h"
#include "analysis/drift/program_side.h"

namespace writ::drift {

/// Policies on the path to an account, on both sides.
struct Levels {
  std::vector<Level> program;
  std::vector<Level> deployed;
  std::vector<Lack> lacking;
  bool is_known = true;  ///< the export says what is attached on the path
};

struct Comparison {
  ProgramSide& program;
  DeployedSide& deployed;
  Papers& papers;
  Comparer& comparer;
  const Universe& models;  ///< the services that unmanaged principals are asked about
  Report& report;
  std::map<intent::AccountIndex, Levels> scps;  ///< filled by CompareOrganization

  [[nodiscard]] std::string AccountName(intent::AccountIndex account) const;
  /// What is known of callers of the account.
  [[nodiscard]] CallerFacts FactsOf(intent::AccountIndex account) const;
};

/// The finding that the outcome of a comparison is: its verdict, with requests. `has_program` and
/// `has_deployed`: whether there is anything on the side.
[[nodiscard]] Finding FindingOf(const Outcome& outcome, const Stack& program, const Stack& deployed,
                                const Who& who, bool has_program, bool has_deployed,
                                const Comparison& comparison);

/// What another reading of points that AWS leaves open makes of a comparison.
[[nodiscard]] std::string MayText(bool may_gain, bool may_lose,
                                  const std::vector<std::string>& doubts);

/// A finding that says what the export lacks.
[[nodiscard]] Finding Undetermined(Area area, std::string account, std::string target,
                                   const std::vector<Lack>& lacking);

// Nodes with their SCPs and RCPs, and where accounts are.
void CompareOrganization(Comparison& comparison);
// Principals of all accounts: what they hold, alone and below the SCPs in force.
void ComparePrincipals(Comparison& comparison);
void ComparePermissionSets(Comparison& comparison);
// Trust policies of roles, and policies of endpoints.
void CompareResources(Comparison& comparison);
void CompareGuardrails(Comparison& comparison);
// What is on one side and is not compared: never passed over.
void ReportUncompared(Comparison& comparison);

}  // namespace writ::drift
