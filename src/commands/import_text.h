// A draft as the files of a program, and as a ledger of what became of every statement.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/imports/draft.h"
#include "analysis/snapshot/snapshot.h"
#include "base/source/source.h"
#include "commands/import_proof.h"
#include "host/file_system.h"

namespace writ::commands {

/// A sentence of a draft.
struct SentenceRef {
  std::size_t part = 0;
  std::size_t index = 0;  ///< of the part's sentences
};

/// All sentences of the parts, in order; of `holder` only, unless it is imports::kNoHolder.
[[nodiscard]] std::vector<SentenceRef> SentencesOf(const imports::Draft& draft, std::size_t holder);

/// organization.writ, and teams.writ with the teams that `sentences` are about, in canonical form.
[[nodiscard]] host::FileSet DeclarationFiles(const imports::Draft& draft,
                                             const std::vector<SentenceRef>& sentences);

/// Whom a statement that became `part` binds: ARNs of principals, a node, or what the export says
/// holds its document.
[[nodiscard]] std::vector<std::string> BoundBy(const imports::Draft& draft,
                                               const imports::Part& part,
                                               const snapshot::Snapshot& snapshot);

/// What is left of a holder.
struct Remainder {
  bool has_residue = false;
  bool is_missing = false;  ///< policies of it are not in the export
  bool is_all = true;       ///< none of its statements is in the program or without effect

  [[nodiscard]] bool is_none() const { return !has_residue && !is_missing; }
};
/// By holder.
[[nodiscard]] std::vector<Remainder> Remainders(const imports::Draft& draft);

/// For each principal of which no sentence is about, its ARN and why, as comments; empty if there
/// are none.
[[nodiscard]] std::string AbsentPrincipals(const imports::Draft& draft,
                                           const source::SourceMap& sources);

/// The sentences, one a line.
[[nodiscard]] std::string PlainSentences(const imports::Draft& draft,
                                         const std::vector<SentenceRef>& sentences);

/// policies.writ in canonical form: each sentence below where it is from; and its place there
/// ("policies.writ:3:1"), by sentence.
struct PolicyFile {
  std::string text;
  std::vector<std::string> places;
};
[[nodiscard]] PolicyFile MakePolicyFile(const imports::Draft& draft,
                                        const std::vector<SentenceRef>& sentences,
                                        const source::SourceMap& sources);

/// Statements that are no sentences, as documents by the documents they are from:
/// "residue/001-name.json" → JSON. `file_of` tells for each part the file it is in, or nothing.
struct Residue {
  host::FileSet files;
  std::vector<std::string> file_of;  ///< by part
};
[[nodiscard]] Residue MakeResidue(const imports::Draft& draft, const snapshot::Snapshot& snapshot);

/// How many statements became what. A statement of several holders counts as the least that became
/// of it.
struct Counts {
  std::size_t statements = 0;
  std::size_t sentences = 0;
  std::size_t do_sentences = 0;
  std::size_t nothing = 0;
  std::size_t residue = 0;
  std::vector<std::size_t> by_reason;  ///< by Reason
};
[[nodiscard]] Counts Count(const imports::Draft& draft);

/// import.json.
[[nodiscard]] std::string MakeLedger(const imports::Draft& draft,
                                     const std::vector<SentenceRef>& sentences,
                                     const PolicyFile& policies, const Residue& residue,
                                     const std::vector<HolderProof>& proofs,
                                     const snapshot::Snapshot& snapshot,
                                     const source::SourceMap& sources,
                                     const std::string& catalog_date);

}  // namespace writ::commands
