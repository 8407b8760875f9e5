// From the PATH arguments of a command to the `.writ` files they mean.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diag/diag.h"
#include "compiler/stop.h"
#include "host/file_system.h"

namespace writ::compiler {

struct FoundSource {
  std::string path;      ///< as the user would write it: PATH joined with what follows
  std::string relative;  ///< relative to PATH; the file's name if PATH is the file
};

struct FoundSources {
  std::vector<FoundSource> files;
  std::optional<Stop> stop;  ///< why the list is not whole, if it is not
};

/// A folder means all `.writ` files below it in the order of their paths; links are followed, each
/// file and folder is met once. Reports W9001, W9003 (no file at all), W9004, W9005, W9006.
[[nodiscard]] FoundSources FindSources(const std::vector<std::string>& paths,
                                       const host::FileSystem& files, diag::Sink& sink);

}  // namespace writ::compiler
