// `writ catalog diff OLD NEW PATH…`: which facts of two catalogs differ, and what programs would
// mean under each: the review of a refreshed catalog.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

/// The word for the catalog of the executable where a file is expected.
inline constexpr std::string_view kBuiltInCatalog = "built-in";

struct CatalogDiffOptions {
  enum class Form { kText, kMarkdown, kJson };
  std::string before;  ///< file of a catalog, or kBuiltInCatalog
  std::string after;
  std::vector<std::string> programs;  ///< each a folder or file, compared by itself
  Form form = Form::kText;
  std::set<std::string> fail_on;  ///< of breaks, widens, narrows, size, any
};

/// kNo if a program is affected in one of the ways that `fail_on` names (`any`: in some way).
/// kInvalid for a catalog that cannot be read, and for a program that is wrong under the old one.
[[nodiscard]] host::ExitStatus RunCatalogDiff(const CatalogDiffOptions& options,
                                              host::Environment& environment);

}  // namespace writ::commands
