// Files as they are in a revision of the git repository around the current folder.
#pragma once

#include <optional>
#include <string>

#include "host/environment.h"
#include "host/file_system.h"

namespace writ::host {

/// "REVISION:PATH", or nothing if `text` is not of that form or there is a file of that name.
struct RevisionPath {
  std::string revision;
  std::string path;
};
[[nodiscard]] std::optional<RevisionPath> ParseRevision(const std::string& text,
                                                        const FileSystem& files);

/// The `.writ` and `.json` files at and below the path (relative to the repository's root), or
/// beside it if it is a file, with writ.lock; and all `.writ` files elsewhere, which may be
/// imported. Links are followed within the revision. Names of revisions that git could read as
/// options are refused.
[[nodiscard]] support::Result<FileSet> ReadRevision(const RevisionPath& which,
                                                    const Environment& environment);

}  // namespace writ::host
