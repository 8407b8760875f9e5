// Forms of deployment read back from their bytes: what CloudFormation templates and Terraform
// configurations make, with references resolved as AWS would, held against the documents of the
// tree and what the manifest attaches them to. Those are proved to mean the program, so what equals
// them does too.
//
// Held: policies of every kind and what they are attached to; guardrails, their versions and who
// may use them; enforced configurations and logging; parameters, variables and outputs as far as
// they decide what is made. A form that makes something else, lacks something or makes one thing
// more is told. Shares nothing with what writes the forms.
#pragma once

#include <vector>

#include "proof/deployed/mismatch.h"
#include "proof/deployed/program.h"
#include "proof/deployed/tree.h"

namespace writ::deployed {

/// Every place where a form says something else than the tree.
[[nodiscard]] std::vector<Mismatch> CompareForms(const Program& facts, const Tree& tree);

}  // namespace writ::deployed
