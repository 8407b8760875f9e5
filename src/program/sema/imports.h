// Imports: libraries that a program names, and imports that bring nothing.
#pragma once

#include <set>
#include <string>

#include "program/sema/context.h"

namespace writ::sema {

/// The libraries whose verbs the program may use.
[[nodiscard]] std::set<std::string> LibrariesInScope(const Program& program);

/// Reports each import that closes a cycle, also of a file with itself.
void ReportImportCycles(Context& context);

/// Reports unknown libraries, and warns of imports of which the program uses nothing.
void ReportUnusedImports(Context& context, const std::set<std::string>& used_libraries);

}  // namespace writ::sema
