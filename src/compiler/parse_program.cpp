#include "compiler/parse_program.h"

// Files are known by what they are on
// disk, not by how they were named, so that a file which is both named and imported is one file.
#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/names.h"
#include "base/support/nearest.h"
#include "facts/compliance/packs.h"
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
      // A copy: reading a pack adds a file to the list.
      const std::vector<syntax::Import> imports = program.files.back().imports;
      for (const syntax::Import& import : imports) {
        if (IsPack(import)) {
          ImportPack(file, import, program);
          continue;
        }
        if (!import.is_path) continue;
        if (const std::optional<source::FileId> found = Import(file, import)) {
          program.imports.push_back({import.target_span, file, *found});
        }
      }
    }
    std::ranges::stable_sort(program.files, [this](const syntax::File& a, const syntax::File& b) {
      return compilation_.sources.path(a.id) < compilation_.sources.path(b.id);
    });
    std::ranges::stable_sort(program.packs, {}, &sema::ImportedPack::span);
    return {std::move(program), stop_};
  }

 private:
  void Know(source::FileId file) {
    const support::Result<std::string> identity = files_.Identity(compilation_.sources.path(file));
    if (identity.ok()) known_.emplace(*identity, file);
    order_.push_back(file);
  }

  /// A pack of this build, or a file that is one.
  static bool IsPack(const syntax::Import& import) {
    return import.is_path ? import.target.ends_with(".json")
                          : compliance::PackInImport(import.target).has_value();
  }

  void ImportPack(source::FileId importer, const syntax::Import& import, sema::Program& program) {
    sema::ImportedPack imported{import.target_span, importer, nullptr, std::nullopt};
    if (import.is_path) {
      imported.pack = ReadPackFile(importer, import);
    } else {
      const std::string_view id = *compliance::PackInImport(import.target);
      // Nobody owns what lasts as long as the executable.
      imported.pack = {std::shared_ptr<const void>(), compliance::FindBuiltIn(id)};
      imported.policies = PoliciesOf(id);
    }
    if (imported.pack != nullptr) program.packs.push_back(std::move(imported));
  }

  /// The source with the pack's templates, once for all imports.
  std::optional<source::FileId> PoliciesOf(std::string_view id) {
    const std::optional<compliance::Template> found = compliance::TemplateOf(id);
    if (!found) return std::nullopt;
    const auto [at, is_new] = templates_.try_emplace(found->path);
    if (is_new) {
      at->second = compilation_.sources.Add(found->path, std::string(found->text), found->path);
      order_.push_back(at->second);
    }
    return at->second;
  }

  std::shared_ptr<const compliance::Pack> ReadPackFile(source::FileId importer,
                                                       const syntax::Import& import) {
    const std::string path = Beside(compilation_.sources.path(importer), import.target);
    if (files_.KindOf(path) != host::EntryKind::kFile) {
      NotFound(path, import);
      return nullptr;
    }
    const support::Result<std::string> identity = files_.Identity(path);
    const auto known = identity.ok() ? packs_.find(*identity) : packs_.end();
    if (known != packs_.end()) return known->second;
    const compliance::Limits limits;
    support::Result<std::string, host::ReadFailure> text = files_.Read(path, limits.bytes);
    if (!text.ok()) {
      const bool too_large = text.error().kind == host::ReadFailure::Kind::kTooLarge;
      if (too_large)
        compilation_.findings.Report(diag::kFileTooLarge, import.target_span, path,
                                     fmt::format("{} MiB", limits.bytes >> 20U));
      else
        compilation_.findings.Report(diag::kFileNotReadable, import.target_span, path,
                                     text.error().reason);
      if (stop_ != Stop::kUnreadable) stop_ = too_large ? Stop::kInvalid : Stop::kUnreadable;
      return nullptr;
    }
    support::Result<compliance::Pack, compliance::Fault> read = compliance::ReadPack(*text, limits);
    std::shared_ptr<const compliance::Pack> pack;
    if (read.ok()) {
      pack = std::make_shared<const compliance::Pack>(std::move(read).value());
    } else {
      const source::FileId file = compilation_.sources.Add(
          path, std::move(text).value(),
          Beside(compilation_.sources.relative_path(importer), import.target));
      const compliance::Fault& fault = read.error();
      compilation_.findings
          .Report(diag::kBadPack, {file, fault.begin, fault.end}, path, fault.message)
          .Also(import.target_span, "imported here");
    }
    if (identity.ok()) packs_.emplace(*identity, pack);
    return pack;
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
  std::map<std::string, source::FileId> known_;                           ///< by identity
  std::map<std::string, std::shared_ptr<const compliance::Pack>> packs_;  ///< files, by identity
  std::map<std::string, source::FileId> templates_;                       ///< by path
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
                          std::holds_alternative<syntax::Logging>(item.form) ||
                          std::holds_alternative<syntax::Requirement>(item.form) ||
                          std::holds_alternative<syntax::Watch>(item.form) ||
                          std::holds_alternative<syntax::OptOut>(item.form) ||
                          std::holds_alternative<syntax::Retention>(item.form);
    if (sentence) ++size.sentences;
    if (std::holds_alternative<syntax::Assertion>(item.form)) ++size.assertions;
    if (std::holds_alternative<syntax::TestDecl>(item.form)) ++size.tests;
  }
}

}  // namespace

ParsedFiles ParseFiles(Compilation& compilation) { return ProgramReader(compilation).Read(); }

ProgramSize SizeOf(const sema::Program& program) {
  ProgramSize size;
  for (const syntax::File& file : program.files) {
    if (program.IsOfPack(file.id)) continue;
    ++size.files;
    Count(file.items, size);
  }
  return size;
}

}  // namespace writ::compiler
