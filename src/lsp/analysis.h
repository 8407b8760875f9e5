// One program as it stands in the editor: what is wrong with it and which name means what.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/compilation.h"
#include "compiler/stages.h"
#include "host/file_system.h"
#include "host/overlay_file_system.h"

namespace writ::lsp {

/// The folder that a file's program lies in: of the folders between `workspace` and the file, the
/// highest that holds a program's file itself. A file outside the workspace, or that is no file on
/// disk, is a program of its own.
[[nodiscard]] std::string ProgramOf(const std::string& path,
                                    const std::vector<std::string>& workspace,
                                    const host::FileSystem& files);

struct Analysis {
  std::string root;  ///< what ProgramOf said
  std::unique_ptr<host::OverlayFileSystem> files;
  std::unique_ptr<compiler::Compilation> compilation;
  /// Also of a program with mistakes: all that was understood.
  compiler::Bound program;
  /// As `writ check` prints them.
  std::vector<diag::Diagnostic> findings;
  /// Whether assertions were proved or refuted.
  bool is_decided = false;

  [[nodiscard]] const source::SourceMap& sources() const { return compilation->sources; }
  /// The file that was read from this path.
  [[nodiscard]] std::optional<source::FileId> FileAt(const std::string& path) const;
  [[nodiscard]] const syntax::File* SyntaxOf(source::FileId file) const;
  /// The use of a name that the place lies in or at an end of.
  [[nodiscard]] const sema::Use* UseAt(source::FileId file, std::uint32_t offset) const;
  /// The declared name there, in its declaration or in a use.
  [[nodiscard]] std::optional<source::Span> DeclaredAt(source::FileId file,
                                                       std::uint32_t offset) const;
  /// What the program lowers to, made at the first call; nullptr for a program with mistakes.
  [[nodiscard]] const lower::Bundle* Documents();

 private:
  std::optional<lower::Bundle> bundle_;
};

/// Reads and checks the program at `root` under the texts that are put over `below`, which outlives
/// the result. With `decides`, assertions are proved as well, which may take seconds.
[[nodiscard]] Analysis Analyze(std::string root, const host::FileSet& put, host::FileSystem& below,
                               const compiler::Options& options, bool decides);

}  // namespace writ::lsp
