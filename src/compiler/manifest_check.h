// What manifest.json says beside attachments, held against the program and the files of the tree.
#pragma once

#include <string>
#include <vector>

#include "compiler/compilation.h"
#include "host/file_system.h"
#include "proof/deployed/tree.h"
#include "proof/verify/prove.h"

namespace writ::compiler {

/// A file that is not the one that the manifest lists.
struct EditedFile {
  std::string path;
  std::string what;
};

/// What came of it. Members that the manifest does not have are passed over: a tree that was made
/// elsewhere need not say them.
struct ManifestCheck {
  /// Of what tools act on: they would deploy or read another tree.
  std::vector<std::string> wrong;
  std::vector<std::string> untrue;  ///< of what it says for people: what is deployed is the same
  std::vector<EditedFile> edited;   ///< they may mean the same still
  std::vector<std::string> others;  ///< "asOf 2026-11-21": the tree is of another day or catalog
};

/// Holds the organization, guardrails, models, kinds and targets of documents, days, the version,
/// the counts of the proof, sizes, digests, quotas and what statements say of their sentences.
/// Which sentences a statement is from is believed where the program has them. Linear in the tree.
[[nodiscard]] ManifestCheck CheckManifest(const verify::Program& program,
                                          const deployed::Tree& tree, const host::FileSet& files,
                                          const Compilation& compilation);

/// The name of the quota on the size of a document with this path; empty for others.
[[nodiscard]] std::string_view SizeQuotaOf(std::string_view path);

}  // namespace writ::compiler
