#include "compiler/parse_program.h"

// Files are known by what they are on
// disk, not by how they were named, so that a file which is both named and imported is one file.
#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/names.h"
#include "base/support/nearest.h"
#include "language/parse/parse.h"

namespace writ::compiler {
namespace {

namespace fs = std::filesystem;

/// `target` as seen from the file at `importer`; absolute paths stay.
std::string Beside(const std::string& importer, const std::string& target) {
  return (fs::path(importer).parent_path() / target).lexically_normal().string();
}

class ProgramReader {
 public:
  explicit ProgramReader(Compilation& compilation)
      : files_(*compilation.file_system), compilation_(compilation) {}

  ParsedFiles Read() {
    sema::Program program;
    for (const source::FileId file : compilation_.files) Know(file);
    // Grows while imported files import others; each file is parsed once.
    for (std::size_t next = 0; next < order_.size(); ++next) {
      const source::FileId file = order_[next];
      program.files.push_back(parse::Parse(compilation_.sources, file, compilation_.findings));
      for (const syntax::Import& import : program.files.back().imports) {
        if (!import.is_path) continue;
        if (const std::optional<source::FileId> found = Import(file, import)) {
          program.imports.push_back({import.target_span, file, *found});
        }
      }
    }
    std::ranges::stable_sort(program.files, [this](const syntax::File& a, const syntax::File& b) {
      return compilation_.sources.path(a.id) < compilation_.sources.path(b.id);
    });
    return {std::move(program), stop_};
  }

 private:
  void Know(source::FileId file) {
    const support::Result<std::string> identity = files_.Identity(compilation_.sources.path(file));
    if (identity.ok()) known_.emplace(*identity, file);
    order_.push_back(file);
  }

  std::optional<source::FileId> Import(source::FileId importer, const syntax::Import& import) {
    const std::string path = Beside(compilation_.sources.path(importer), import.target);
    if (files_.KindOf(path) != host::EntryKind::kFile) {
      NotFound(path, import);
      return std::nullopt;
    }
    const support::Result<std::string> identity = files_.Identity(path);
    if (identity.ok() && known_.contains(*identity)) return known_.at(*identity);
    const std::string relative =
        Beside(compilation_.sources.relative_path(importer), import.target);
    const std::optional<Stop> unread =
        ReadSource({path, relative}, import.target_span, compilation_);
    if (unread) {
      if (stop_ != Stop::kUnreadable) stop_ = unread;
      return std::nullopt;
    }
    const source::FileId file = compilation_.files.back();
    Know(file);
    return file;
  }

  /// The file of the same folder that the import most likely means, as the import would write it.
  void NotFound(const std::string& path, const syntax::Import& import) {
    diag::Diagnostic& finding =
        compilation_.findings.Report(diag::kImportNotFound, import.target_span, path);
    const std::string folder = fs::path(path).parent_path().string();
    const support::Result<std::vector<std::string>> names =
        files_.List(folder.empty() ? "." : folder);
    if (!names.ok()) return;
    const std::vector<std::string_view> candidates(names->begin(), names->end());
    for (const std::string& near :
         support::Nearest(fs::path(path).filename().string(), candidates, 1)) {
      const std::string target =
          (fs::path(import.target).parent_path() / near).lexically_normal().string();
      finding.Patch(fmt::format("did you mean `{}`?", target), import.target_span,
                    fmt::format("\"{}\"", target));
    }
  }

  const host::FileSystem& files_;
  Compilation& compilation_;
  std::map<std::string, source::FileId> known_;  ///< by identity
  std::deque<source::FileId> order_;
  std::optional<Stop> stop_;
};

/// Counts the items of one list; lists nest no deeper than the parser allows.
void Count(const std::vector<syntax::Item>& items, ProgramSize& size) {
  for (const syntax::Item& item : items) {
    if (const auto* given = std::get_if<syntax::Given>(&item.form)) Count(given->items, size);
    if (const auto* policy = std::get_if<syntax::PolicyDecl>(&item.form)) {
      Count(policy->items, size);
    }
    const bool sentence = std::holds_alternative<syntax::Statement>(item.form) ||
                          std::holds_alternative<syntax::Screening>(item.form) ||
                          std::holds_alternative<syntax::Logging>(item.form);
    if (sentence) ++size.sentences;
    if (std::holds_alternative<syntax::Assertion>(item.form)) ++size.assertions;
    if (std::holds_alternative<syntax::TestDecl>(item.form)) ++size.tests;
  }
}

}  // namespace

ParsedFiles ParseFiles(Compilation& compilation) { return ProgramReader(compilation).Read(); }

ProgramSize SizeOf(const sema::Program& program) {
  ProgramSize size;
  size.files = program.files.size();
  for (const syntax::File& file : program.files) Count(file.items, size);
  return size;
}

}  // namespace writ::compiler
