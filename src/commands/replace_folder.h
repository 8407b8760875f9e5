// How commands write a folder.
#pragma once

#include <string>

#include "compiler/compilation.h"
#include "host/environment.h"

namespace writ::commands {

/// Puts `files` in the place of what `path` holds, or reports W9010 and leaves it whole; whether it
/// was written. Whether it may be replaced is for the caller to ask before.
[[nodiscard]] bool ReplaceFolder(const std::string& path, const host::FileSet& files,
                                 host::Environment& environment,
                                 compiler::Compilation& compilation);

}  // namespace writ::commands
