// The documents of a tree as its manifest lists them, held against the tree's bytes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "base/support/result.h"

namespace writ::report {

/// What a manifest and its tree do not agree in.
struct Disagreement {
  std::string path;
  std::string what;  ///< "is missing", "is not listed", "has another SHA-256"
};

/// The documents of `files["manifest.json"]`, with the attachments of each, by path. An error in
/// words where the manifest is missing or not of the form of docs/artifacts.md.
[[nodiscard]] support::Result<std::vector<Document>> ReadManifest(
    const std::map<std::string, std::string>& files);

/// Listed files that are missing or whose bytes are others, and files that are not listed; by path.
[[nodiscard]] std::vector<Disagreement> CheckHashes(
    const std::vector<Document>& documents, const std::map<std::string, std::string>& files);

}  // namespace writ::report
