// Forms of deployment read back from their bytes: the policies of CloudFormation templates and
// Terraform configurations, with references resolved as AWS would, held against the documents of
// the tree. Those are proved to mean the program, so what equals them does too.
//
// Read here: managed policies, inline policies of permission sets, service control policies and
// trust policies. Shares nothing with what writes the forms.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "writ/intent/bindings.h"
#include "writ/intent/model.h"
#include "writ/verify/tree.h"

namespace writ::verify {

/// Every place where a form says something else than the tree, lacks a policy or has one more:
/// path of the form, and what differs.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> CompareForms(
    const intent::Organization& organization, const intent::Bindings& bindings, const Tree& tree);

}  // namespace writ::verify
