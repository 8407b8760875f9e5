// A bundle of evidence: the program, its documents, what is proved of them and what was decided,
// each file linked by its SHA-256 from one index.
//
// The chain is index → files. Whoever keeps the digest of the index can tell later whether any byte
// of the bundle is another. Nothing in it says who kept it, or that it is complete.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/report/report.h"
#include "base/support/result.h"

namespace writ::report_forms {

/// Path relative to the bundle → bytes.
using Files = std::map<std::string, std::string>;

inline constexpr std::string_view kIndex = "index.json";

/// The bundle of a report. `artifacts` is the tree that the report is about; `revision` is where
/// the user says that the sources are, or empty.
[[nodiscard]] Files Evidence(const report::Report& report, const Files& artifacts,
                             const std::string& revision);

/// The SHA-256 of the bundle's index.
[[nodiscard]] std::string DigestOf(const Files& bundle);

/// The paths that the index of a folder lists with their digests; an error in words where it is no
/// index of a bundle.
[[nodiscard]] support::Result<std::map<std::string, std::string>> ReadIndex(const Files& files);

/// Why `files`, all that is in a folder, are not a bundle that may be replaced; nothing if they
/// are, whatever became of the files that it lists.
[[nodiscard]] std::optional<std::string> WhyNotOurs(const Files& files);

/// A file that is not as it was bundled.
struct Changed {
  std::string path;
  std::string what;  ///< "is missing", "was added", "has changed"
};

/// Files of a bundle that differ from its index, by path; with `digest`, whether the index itself
/// is another. An error in words where there is no index to go by.
[[nodiscard]] support::Result<std::vector<Changed>> CheckEvidence(
    const Files& files, const std::optional<std::string>& digest);

}  // namespace writ::report_forms
