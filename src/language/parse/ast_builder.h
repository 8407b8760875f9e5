// From the flat tree of one matched rule to the AST.
#pragma once

#include <vector>

#include "language/parse/antlr_bridge.h"
#include "language/parse/reporter.h"
#include "language/syntax/ast.h"

namespace writ::parse {

/// What the nodes of a tree refer to.
struct Matched {
  const std::vector<Node>& tree;
  const std::vector<Token>& tokens;
  Reporter& reporter;  ///< for dates that do not exist
};

// Each takes the tree of the rule it is named after. Heads fill the declaration up to its `{`,
// parts add one entry to it.
[[nodiscard]] syntax::Import BuildImport(const Matched& matched);
[[nodiscard]] syntax::OrganizationDecl BuildOrganizationHead(const Matched& matched);
[[nodiscard]] syntax::OrgUnit BuildUnitHead(const Matched& matched);
[[nodiscard]] syntax::AccountDecl BuildAccount(const Matched& matched);
[[nodiscard]] syntax::AccountDecl BuildManagement(const Matched& matched);
[[nodiscard]] syntax::PartitionDecl BuildPartition(const Matched& matched);
[[nodiscard]] syntax::AttributeDecl BuildAttributeDecl(const Matched& matched);
[[nodiscard]] syntax::TeamDecl BuildTeamHead(const Matched& matched);
void AddTeamPart(const Matched& matched, syntax::TeamDecl& team);
[[nodiscard]] syntax::LetDecl BuildLet(const Matched& matched);
[[nodiscard]] syntax::EndpointDecl BuildEndpointHead(const Matched& matched);
void AddEndpointPart(const Matched& matched, syntax::EndpointDecl& endpoint);
[[nodiscard]] syntax::UseCaseDecl BuildUseCaseHead(const Matched& matched);
[[nodiscard]] syntax::UseCaseFact BuildUseCasePart(const Matched& matched);
[[nodiscard]] syntax::AttestationDecl BuildAttestationHead(const Matched& matched);
[[nodiscard]] syntax::Attribute BuildAttestationPart(const Matched& matched);
[[nodiscard]] syntax::EvaluationDecl BuildEvaluationHead(const Matched& matched);
void AddEvaluationPart(const Matched& matched, syntax::EvaluationDecl& evaluation);
[[nodiscard]] syntax::GuardrailDecl BuildGuardrailHead(const Matched& matched);
[[nodiscard]] syntax::GuardrailItem BuildGuardrailPart(const Matched& matched);
[[nodiscard]] syntax::PolicyDecl BuildPolicyHead(const Matched& matched);
[[nodiscard]] syntax::ApplyPolicy BuildApplyPolicy(const Matched& matched);
[[nodiscard]] syntax::Given BuildGivenHead(const Matched& matched);
[[nodiscard]] syntax::Screening BuildScreening(const Matched& matched);
[[nodiscard]] syntax::Logging BuildLogging(const Matched& matched);
[[nodiscard]] syntax::GatewayDecl BuildGatewayHead(const Matched& matched);
void AddGatewayPart(const Matched& matched, syntax::GatewayDecl& gateway);
[[nodiscard]] syntax::Watch BuildWatch(const Matched& matched);
[[nodiscard]] syntax::OptOut BuildOptOut(const Matched& matched);
[[nodiscard]] syntax::Retention BuildRetention(const Matched& matched);
[[nodiscard]] syntax::Requirement BuildRequirement(const Matched& matched);
[[nodiscard]] syntax::TestDecl BuildTestHead(const Matched& matched);
/// A statement, an assertion or a line of a test.
[[nodiscard]] syntax::Sentence BuildSentence(const Matched& matched);

}  // namespace writ::parse
