// Names in policies that AWS does not have, where a command reads policies for another purpose.
#pragma once

#include "analysis/snapshot/text.h"
#include "compiler/compilation.h"
#include "iam/policy/document.h"

namespace writ::commands {

/// Warns of services, actions and condition keys of a policy document that the catalog does not
/// know, by the rules of `writ lint` (L20 to L22, L94): such a part grants and denies nothing, and
/// an answer about the document says nothing of it. `text` is one document that can be read.
void WarnUnknownNames(snapshot::TextPtr text, policy::Kind kind,
                      compiler::Compilation& compilation);

}  // namespace writ::commands
