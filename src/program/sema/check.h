// From syntax to meaning: names, sorts, conditions, availability, governance. The one entry of this
// layer; each pass is a file of free functions beside it (docs/language.md says what they check).
//
// Every mistake of the user is reported to the sink and the pass goes on, so that one run shows all
// of them, each once; the caller asks the sink whether the model may be used.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/diag/diag.h"
#include "base/source/source.h"
#include "base/support/date.h"
#include "facts/catalog/catalog.h"
#include "facts/compliance/packs.h"
#include "facts/library/library.h"
#include "facts/tools/manifest.h"
#include "language/syntax/ast.h"
#include "program/intent/model.h"
#include "program/sema/index.h"

namespace writ::sema {

/// An import of a file after loading.
struct ImportedFile {
  source::Span span;        ///< what follows `import`
  source::FileId importer;  ///< the file that says so
  source::FileId file;      ///< the file it means
};

/// An import of a compliance pack after loading.
struct ImportedPack {
  source::Span span;        ///< what follows `import`
  source::FileId importer;  ///< the file that says so
  std::shared_ptr<const compliance::Pack> pack;
  std::optional<source::FileId> policies;  ///< the file with its `policy` templates
};

/// All files of one program, in the order of their paths.
struct Program {
  std::vector<syntax::File> files;  ///< with those that come with packs
  std::vector<ImportedFile> imports;
  std::vector<ImportedPack> packs = {};  ///< by place
  /// What a `tools … from "PATH"` names, by the place of the path; none for what cannot be read.
  std::map<source::Span, tools::Manifest> tools = {};

  /// Whether the file comes with a pack: what it declares need not be used.
  [[nodiscard]] bool IsOfPack(source::FileId file) const;
};

/// Sentences, assertions and lines of tests that one program may have after `apply` and `given`.
inline constexpr std::size_t kMaxSentences = 200'000;

struct Options {
  support::Date as_of;         ///< the only clock
  bool allow_unknown = false;  ///< "not in the catalog of DATE" is a warning
  bool lapsed_stops = true;    ///< what ended before `as_of` is an error, else a warning
  std::size_t max_sentences = kMaxSentences;
  /// Names of sets that `writ.lock` says are the program's own, whatever a newer catalog has.
  std::set<std::string> own_names = {};
  /// Whether `Index` is filled.
  bool notes_uses = false;
  /// The file that is a question about the program: it does not choose the partition.
  std::optional<source::FileId> question = std::nullopt;
};

/// The library that is in scope without an import; importing it states the dependence.
inline constexpr std::string_view kBaseLibrary = "aws.bedrock";
/// Instances of policies inside one another.
inline constexpr std::size_t kMaxApplyDepth = 50;
/// A fact that ends within so many days is a warning.
inline constexpr int kSoonDays = 30;

/// `waive W4018 until … by …` on a sentence, or around it.
struct CodeWaiver {
  std::uint16_t code = 0;
  std::string rule;       ///< "W4018"
  source::Span sentence;  ///< where warnings of the code are waived
  source::Span span;      ///< the waiver
};

/// The names that the program gives to sets, sorted: the organization, OUs, accounts, `let`s and
/// parameters.
[[nodiscard]] std::vector<std::string> OwnNames(const Program& program);

/// The program's meaning. With errors in the sink the model is incomplete. About linear in the
/// number of sentences times the size of the sets they name. `waivers` gets the waivers by code,
/// which hold for whatever is found of the program afterwards as well; `index` the names, if the
/// options say so.
[[nodiscard]] intent::Model Check(const Program& program, const source::SourceMap& sources,
                                  const catalog::Catalog& catalog, const library::Library& library,
                                  const Options& options, diag::Sink& sink,
                                  std::vector<CodeWaiver>* waivers = nullptr,
                                  Index* index = nullptr);

}  // namespace writ::sema
