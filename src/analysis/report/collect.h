// Puts a report together from what the passes of a build have found.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/access/access.h"
#include "analysis/report/report.h"
#include "analysis/review/coverage.h"
#include "base/source/source.h"
#include "facts/compliance/packs.h"
#include "language/syntax/ast.h"
#include "proof/verify/prove.h"

namespace writ::report {

/// What a report is made of; all of it outlives the call.
struct Inputs {
  const access::Facts& facts;  ///< the program, and the day of the report
  const std::vector<syntax::File>& files;
  const source::SourceMap& sources;
  std::vector<source::FileId> files_read;  ///< of the program, and what it is made of besides
  const std::vector<Document>& documents;  ///< of the tree, by path
  const verify::Proof& proof;
  const std::vector<review::Covered>& coverage;
  const std::vector<std::shared_ptr<const compliance::Pack>>& packs;  ///< imported, each once
  const std::set<std::string>& idle;  ///< places of sentences that were proved to have no effect
  std::string version;                ///< of Writ
  std::optional<Deployed> deployed;   ///< if exports were compared
};

/// Decides the matrix, the assertions and the tests; all else is looked up. Deterministic.
[[nodiscard]] Report Collect(const Inputs& inputs);

}  // namespace writ::report
