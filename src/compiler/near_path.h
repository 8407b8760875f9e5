// What may have been meant by a path that leads nowhere.
#pragma once

#include <optional>
#include <string>

#include "base/diag/diag.h"
#include "host/file_system.h"

namespace writ::compiler {

/// The path with each name that is not there replaced by the one most like it in the same folder,
/// if that leads somewhere. Lists one folder for each such name.
[[nodiscard]] std::optional<std::string> NearPath(const std::string& path,
                                                  const host::FileSystem& files);

/// Adds "did you mean …" where there is such a path; says nothing of a path that is there.
void SuggestPath(diag::Diagnostic& finding, const std::string& path, const host::FileSystem& files);

}  // namespace writ::compiler
