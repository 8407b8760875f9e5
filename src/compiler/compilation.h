// What all passes of one run share. A pass takes the values it needs, reports what is wrong to
// `findings` and goes on; stages.h says which pass follows which.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/diag/diag.h"
#include "base/source/source.h"
#include "base/support/date.h"
#include "compiler/stop.h"
#include "facts/catalog/catalog.h"
#include "host/environment.h"
#include "host/file_system.h"
#include "program/sema/check.h"

namespace writ::compiler {

/// What a run is for.
enum class Purpose : std::uint8_t {
  kBuild,   ///< policies are to follow: what has lapsed is an error
  kReview,  ///< nothing new is deployed, and a renewal is looked at too: it is a warning
};

/// How a run reads and judges.
struct Options {
  support::Date as_of = {};
  std::string catalog_file = {};  ///< empty: the catalog of the executable
  bool allow_unknown = false;     ///< names that the catalog does not know are taken as they are
  /// For tests: the program's files are read in the opposite order, which must change nothing.
  bool reverse_files = false;
  /// Milliseconds since some moment; none: everything takes no time.
  double (*stopwatch)() = nullptr;
  /// Whether Checked::index is filled.
  bool notes_uses = false;
  Purpose purpose = Purpose::kBuild;
};

struct Compilation {
  /// Without files: for findings only.
  Compilation() = default;
  Compilation(const host::FileSystem& given_files, Options chosen)
      : file_system(&given_files), options(std::move(chosen)) {}
  explicit Compilation(const host::Environment& environment, Purpose purpose = Purpose::kBuild);

  const host::FileSystem* file_system = nullptr;  ///< outlives the compilation
  Options options = {};
  source::SourceMap sources = {};
  diag::Sink findings = {};
  std::vector<source::FileId> files = {};  ///< the program's own files, in the order of their paths
  /// What the program is made of besides, in the order of reading, a file maybe more than once:
  /// manifests of tools and bindings. Relative paths are as a copy of the program's folder has
  /// them.
  std::vector<source::FileId> inputs = {};
  /// What `options.catalog_file` names, once ChooseCatalog has read it.
  std::optional<catalog::Catalog> own_catalog = std::nullopt;
  std::vector<sema::CodeWaiver> waivers = {};  ///< by code, of the program
  std::vector<source::Span> sentences = {};    ///< of the program, if it has such waivers
  /// Blocks of codes (the first digit) that this run has looked for in full: a waiver of such a
  /// code that nothing needed is a finding.
  std::set<int> judged = {};
  std::vector<diag::Case> cases = {};         ///< what was checked by name, for JUnit
  std::vector<diag::Accepted> accepted = {};  ///< findings that a file beside the input accepts

  /// The facts of this run: those of the catalog that was chosen, else those of the executable.
  [[nodiscard]] const catalog::Catalog& catalog() const {
    return own_catalog ? *own_catalog : catalog::Catalog::BuiltIn();
  }
};

/// Pass "catalog": reads the catalog that the options name, once. After a stop the facts of the
/// run are not known and nothing must be judged. Reports W9001, W9002, W9201.
[[nodiscard]] std::optional<Stop> ChooseCatalog(Compilation& compilation);

/// Pass "load": reads all files that `paths` mean (none: the current folder). After a stop the
/// program is not whole and must not be judged. Reports W9001 to W9006.
[[nodiscard]] std::optional<Stop> Load(const std::vector<std::string>& paths,
                                       Compilation& compilation);

}  // namespace writ::compiler
