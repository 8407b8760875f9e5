// The reference: what a program means for one concrete request, read from the language reference
// and a dated table of facts (src/proof/reference/facts.h), sentence by sentence.
//
// It is meant to be obviously right rather than fast. There are no boxes here, no sets of requests
// and no policies: a sentence is a plain predicate over principal, action, resource and context.
// Nothing is shared with lowering, verifier, review or the verbs' data, so that a misreading which
// those share shows as a disagreement with this one.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "facts/catalog/catalog.h"
#include "iam/policy/evaluate.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"

namespace writ::reference {

/// Ordered: `and` is the least, `or` the greatest.
enum class Answer : std::uint8_t {
  kNo,
  /// The language leaves it open: another authorization of the same call decides, or a sentence
  /// that IAM cannot say exactly may refuse more.
  kOpen,
  kYes,
};
[[nodiscard]] std::string_view Name(Answer answer);

/// What is read; all of it outlives the call.
struct Program {
  const intent::Model& model;
  const catalog::Catalog& catalog;
  const intent::Bindings& bindings;
};

/// What the program says of one authorization.
struct Verdict {
  Answer permitted = Answer::kNo;                     ///< some sentence grants it to the caller
  Answer forbidden = Answer::kNo;                     ///< some sentence forbids it to the caller
  std::vector<const intent::Permission*> permits;     ///< those that do not answer no
  std::vector<const intent::Prohibition*> prohibits;  ///< likewise
};

/// Decides `request`, whose keys must agree with each other and with the resource as those of a
/// request that AWS makes do. aws:PrincipalArn names the caller where it is given, else the
/// request's principal.
[[nodiscard]] Verdict Decide(const Program& program, const policy::Request& request);

/// The same of one sentence.
[[nodiscard]] Answer Permits(const Program& program, const intent::Permission& permission,
                             const policy::Request& request);
[[nodiscard]] Answer Forbids(const Program& program, const intent::Prohibition& prohibition,
                             const policy::Request& request);

/// The same, whoever asks: only what is done, where, when and how is looked at.
[[nodiscard]] Answer PermitsSomebody(const Program& program, const intent::Permission& permission,
                                     const policy::Request& request);
[[nodiscard]] Answer ForbidsSomebody(const Program& program, const intent::Prohibition& prohibition,
                                     const policy::Request& request);

}  // namespace writ::reference
