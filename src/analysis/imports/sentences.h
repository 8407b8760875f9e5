// One statement of a policy as sentences of the language.
#pragma once

#include <vector>

#include "analysis/imports/reason.h"
#include "analysis/imports/words.h"
#include "base/support/result.h"
#include "facts/catalog/catalog.h"
#include "facts/catalog/resource_fit.h"
#include "iam/policy/document.h"
#include "language/syntax/ast.h"

namespace writ::imports {

/// What reading a statement needs, beside the statement.
struct Reading {
  const catalog::Catalog& catalog;
  catalog::ResourceFit& fit;
  Words& words;
};

/// `do` sentences about `subject` that say what the statement says: permissions for an Allow,
/// prohibitions for a Deny. Several where its actions have resources of different types. None where
/// none of its actions can have one of its resources, so that it applies to no request. What they
/// mean is not proved here: whoever uses them compares what they lower to.
[[nodiscard]] support::Result<std::vector<syntax::Sentence>, Refusal> SentencesFor(
    const policy::Statement& statement, policy::Version version, const syntax::Subject& subject,
    const Reading& reading);

/// The services of the statement's actions, folded and sorted; `*` for any.
[[nodiscard]] std::vector<std::string> ServicesOf(const policy::Statement& statement);

}  // namespace writ::imports
