// What a document and its parts decide, for rules about meaning.
//
// "Proved" here is proved under every reading of the points that AWS leaves open; a request that is
// shown was decided by the evaluator.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analysis/policy_lint/subject.h"
#include "iam/decide/space.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::policy_lint {

/// An Allow of every action on every resource.
[[nodiscard]] policy::Statement Everything();

/// Whether statements that Allow let no request pass, under every reading; of those that name
/// principals, whatever the callers' own policies allow. False also where that cannot be decided.
[[nodiscard]] bool IsNothing(const Subject& subject, std::vector<policy::Statement> statements);

/// Whether `inner`, statements of this effect, applies to nothing that `outer`, others of it, does
/// not, under every reading; where they name principals and Allow, in no way that counts for more.
/// Costs a question for each reading, and three for each of Allows that name principals.
[[nodiscard]] bool IsWithin(const Subject& subject, policy::Effect effect,
                            std::vector<policy::Statement> inner,
                            std::vector<policy::Statement> outer);

/// A request that a statement applies to, its effect left aside.
[[nodiscard]] std::optional<policy::Request> RequestOf(const Subject& subject,
                                                       policy::Statement statement);
/// The same for a statement of the document.
[[nodiscard]] std::optional<policy::Request> StatementRequest(const Subject& subject,
                                                              std::size_t statement);
/// A request that a statement of the document allows and the document does not deny.
[[nodiscard]] std::optional<policy::Request> AllowedRequest(const Subject& subject,
                                                            std::size_t statement);

/// What the document decides about a request, alone of its kind, where callers from accounts that
/// are not the resource's may call by their own policies; `without` leaves a statement out.
[[nodiscard]] std::optional<policy::Verdict> Decide(const Subject& subject,
                                                    const policy::Request& request,
                                                    std::optional<std::size_t> without);

/// The statement that allows a request; nothing if the document does not allow it.
[[nodiscard]] std::optional<std::size_t> AllowingStatement(const Subject& subject,
                                                           const policy::Request& request);

/// ShowVerdicts with what the document decides with and without the statement, by a caller that
/// the request's keys are true of. Nothing is shown if they contradict each other.
void ShowDecision(const Subject& subject, Finding& finding, std::size_t statement,
                  policy::Request request);

}  // namespace writ::policy_lint
