// The requests about guardrails and invocation logging: what creates a guardrail and publishes its
// versions, what makes Bedrock apply it whatever the caller says, and what keeps a record. Each is
// the input of the AWS call that its file name says, with a fixed order of members.
//
// What AWS would refuse, or accept and then fail at run time, is reported here first. Sources of
// every rule: docs/guardrails.md.
#pragma once

#include <string>
#include <vector>

#include "base/diag/diag.h"
#include "base/source/source.h"
#include "facts/catalog/catalog.h"
#include "output/emit/tree.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"

namespace writ::emit {

/// The CreateGuardrail request, indented.
[[nodiscard]] std::string CreateGuardrailRequest(const intent::Guardrail& guardrail);

/// SHA-256 of that request, in hexadecimal: two guardrails with one hash are the same to AWS.
[[nodiscard]] std::string GuardrailHash(const intent::Guardrail& guardrail);

/// guardrails/<name>.bedrock.CreateGuardrail.json and .CreateGuardrailVersion.json of each
/// guardrail, by path. They need no bindings; with exactly one ARN bound, the version request names
/// it, else a stand-in made from the name that `--guardrail-identifier` overrides.
[[nodiscard]] std::vector<Artifact> GuardrailRequests(const intent::Model& model,
                                                      const intent::Bindings& bindings,
                                                      const source::SourceMap& sources);

/// What `guardrail … screens …` becomes: the organization's policies where the binding is the
/// management account's, else each account's own configuration. Reports a guardrail with automated
/// reasoning (W8101), a place screened twice (W8102), models that AWS's lists cannot name (W8103),
/// a policy that is too large (W8105), missing bindings (W5110 to W5112), and warns of callers who
/// may not apply the guardrail (W8104).
[[nodiscard]] Tree EnforcementRequests(const intent::Model& model, const intent::Bindings& bindings,
                                       const catalog::Catalog& catalog, diag::Sink& sink);

/// What `log invocations` becomes, one configuration for each account and region. `{account}` and
/// `{region}` in the names of sinks stand for the place's own. Reports a place that is logged twice
/// (W8110), names that AWS would refuse (W8111 to W8113), and warns of one bucket for many places
/// (W8114).
[[nodiscard]] std::vector<Artifact> LoggingRequests(const intent::Model& model,
                                                    const catalog::Catalog& catalog,
                                                    diag::Sink& sink);

}  // namespace writ::emit
