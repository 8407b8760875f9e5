// What a document that does not fit would be without one of its sentences.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/shrink_documents.h"
#include "output/lower/lower.h"

namespace writ::compiler {

/// Makes single documents of a program again, without one sentence. Of the program only what the
/// document is from is lowered: its own sentences for what is granted; all prohibitions for an SCP,
/// which those of nodes below may move up to. The rest of the program counts once, for the lists
/// of denied actions that must stay exact (lower/widen.h).
class Savings {
 public:
  /// `shared` is what the documents of the whole program were made small with. All outlive this.
  Savings(const lower::Input& input, ShrinkMemory& shared);

  /// Characters of the document, with all its statements in it, in the program without the sentence
  /// at `place` ("path:line:column"); 0 if it were empty. `sentences` are the places of all of the
  /// document's. Lowers them once, and works as long on the document as ShrinkDocuments did.
  [[nodiscard]] std::size_t Without(const std::string& place, const lower::Document& document,
                                    const std::vector<std::string>& sentences);

 private:
  [[nodiscard]] std::vector<lower::Document> Lowered(const intent::Model& model) const;
  [[nodiscard]] const std::vector<lower::Document>& Grants();

  lower::Input input_;
  ShrinkMemory& shared_;
  intent::Model without_sentences_;
  bool has_grants_ = false;
  std::vector<lower::Document> grants_;  ///< of the whole program, as they are lowered
};

}  // namespace writ::compiler
