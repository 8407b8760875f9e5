// Reads exports of what is deployed. Each file is recognized by what it holds (files of folders
// whose layout is fixed also by their place), and formats may be mixed freely.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/snapshot/snapshot.h"
#include "base/diag/diag.h"
#include "base/source/source.h"

namespace writ::snapshot {

/// What a reader accepts; everything beyond is a finding and nothing is cut off silently.
struct Limits {
  std::size_t file_bytes = std::size_t{512} << 20U;
  std::uint32_t depth = 100;  ///< of arrays and objects within each other, in each text
  std::size_t files = 100'000;
  std::size_t documents = 500'000;
};

struct ReadOptions {
  Limits limits = {};
  /// The account of exports that do not tell (a Terraform plan, a template); empty: not known. A
  /// folder of the file's path that is called as an account, 12 digits, comes first.
  std::string account;
  /// What a document alone is; nothing: guessed from the document.
  std::optional<policy::Kind> kind;
};

/// A file within `sources`, and its place below what the user named.
struct File {
  source::FileId id;
  std::string path;
};

/// The texts of `sources` must outlive the result. Reports W7500 to W7515; what a file of those
/// errors holds is not in the result. The order of the files does not matter.
[[nodiscard]] Snapshot Read(const source::SourceMap& sources, std::vector<File> files,
                            const ReadOptions& options, diag::Sink& sink);

}  // namespace writ::snapshot
