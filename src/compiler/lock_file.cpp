#include "compiler/lock_file.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "compiler/lock_meaning.h"
#include "facts/catalog/lock.h"

namespace writ::compiler {
namespace {

constexpr std::uint64_t kMaxLockBytes = std::uint64_t{16} << 20U;

std::string LockPath(const std::vector<std::string>& paths, const host::FileSystem& files) {
  const std::string first = paths.empty() ? "." : paths.front();
  const std::size_t slash = first.find_last_of('/');
  if (first == ".") return std::string(kLockFile);
  if (files.KindOf(first) == host::EntryKind::kFolder) {
    return fmt::format("{}{}{}", first, slash + 1 == first.size() ? "" : "/", kLockFile);
  }
  return first.substr(0, slash == std::string::npos ? 0 : slash + 1) + std::string(kLockFile);
}

/// The text of the lock file, in the map of sources; nothing if there is no such file.
struct LockText {
  std::optional<Stop> stop = std::nullopt;
  std::optional<source::FileId> file;
};

LockText ReadLockText(const std::string& path, Compilation& compilation) {
  const host::FileSystem& files = *compilation.file_system;
  if (files.KindOf(path) == host::EntryKind::kMissing) return {};
  support::Result<std::string, host::ReadFailure> text = files.Read(path, kMaxLockBytes);
  if (!text.ok()) {
    compilation.findings.Report(diag::kFileNotReadable, {}, path, text.error().reason);
    return {Stop::kUnreadable, std::nullopt};
  }
  return {std::nullopt, compilation.sources.Add(path, std::move(text).value())};
}

/// The bytes of a line counted from 1.
source::Span LineSpan(const source::SourceMap& sources, source::FileId file, std::size_t line) {
  const std::string_view text = sources.text(file);
  const std::string_view found = sources.Line(file, static_cast<std::uint32_t>(line));
  const auto begin = static_cast<std::uint32_t>(found.data() - text.data());
  return {file, begin, begin + static_cast<std::uint32_t>(found.size())};
}

/// The line that opens a name in the lock file.
source::Span NameSpan(const source::SourceMap& sources, source::FileId file,
                      const std::string& name) {
  const std::string_view text = sources.text(file);
  const std::string wanted = "\nname " + name;
  for (std::size_t at = text.find(wanted); at != std::string_view::npos;
       at = text.find(wanted, at + 1)) {
    const std::size_t end = at + wanted.size();
    if (end == text.size() || text[end] == '\n' || text[end] == ' ') {
      const auto begin = static_cast<std::uint32_t>(end - name.size());
      return {file, begin, static_cast<std::uint32_t>(end)};
    }
  }
  return {};
}

/// One finding a name; its notes say every difference.
void ReportChanges(const std::vector<catalog::LockChange>& changes, const catalog::Lock& lock,
                   source::FileId file, Compilation& compilation) {
  diag::Diagnostic* finding = nullptr;
  const std::string* name = nullptr;
  for (const catalog::LockChange& change : changes) {
    if (name == nullptr || *name != change.name) {
      name = &change.name;
      finding = &compilation.findings.Report(
          diag::kMeaningChanged, NameSpan(compilation.sources, file, change.name), change.name,
          compilation.catalog().date(), lock.catalog_date);
      finding->At("accepted meaning")
          .Suggest("to accept the new meaning, run `writ catalog accept`");
    }
    finding->Note(change.what);
  }
}

/// The lock file as it was accepted; without `lock` there is none, or it is wrong.
struct Accepted {
  std::optional<Stop> stop = std::nullopt;
  source::FileId file;
  std::optional<catalog::Lock> lock;
};

Accepted ReadAccepted(const std::vector<std::string>& paths, Compilation& compilation) {
  const LockText text = ReadLockText(LockPath(paths, *compilation.file_system), compilation);
  if (!text.file) return {text.stop, {}, std::nullopt};
  auto lock = catalog::ReadLock(compilation.sources.text(*text.file));
  if (lock.ok()) return {std::nullopt, *text.file, *std::move(lock)};
  compilation.findings
      .Report(diag::kBadLock, LineSpan(compilation.sources, *text.file, lock.error().line),
              lock.error().message)
      .Suggest("run `writ catalog accept` to rewrite it, and review the difference");
  return {Stop::kInvalid, *text.file, std::nullopt};
}

}  // namespace

std::optional<Stop> CompareLock(const std::vector<std::string>& paths,
                                std::span<const std::string> names, Compilation& compilation) {
  const Accepted accepted = ReadAccepted(paths, compilation);
  if (!accepted.lock) return accepted.stop;
  const std::vector<catalog::LockChange> changes =
      catalog::LockChanges(*accepted.lock, compilation.catalog(), names);
  ReportChanges(changes, *accepted.lock, accepted.file, compilation);
  if (changes.empty()) return std::nullopt;
  return Stop::kInvalid;
}

support::Result<std::vector<std::string>, Stop> ReadLockChanges(
    const std::vector<std::string>& paths, std::span<const std::string> names,
    Compilation& compilation) {
  const Accepted accepted = ReadAccepted(paths, compilation);
  if (accepted.stop) return *accepted.stop;
  std::vector<std::string> changes;
  if (!accepted.lock) return changes;
  const std::string* last = nullptr;
  const std::vector<catalog::LockChange> all =
      catalog::LockChanges(*accepted.lock, compilation.catalog(), names);
  for (const catalog::LockChange& change : all) {
    if (last != nullptr && *last == change.name) {
      changes.back() += "; " + change.what;
    } else {
      changes.push_back(fmt::format("`{}` means something else than in the catalog of {} ({}",
                                    change.name, accepted.lock->catalog_date, change.what));
    }
    last = &change.name;
  }
  for (std::string& change : changes) change += ")";
  return changes;
}

std::optional<Stop> CompareSentences(const std::vector<std::string>& paths,
                                     const intent::Model& model, Compilation& compilation) {
  const Accepted accepted = ReadAccepted(paths, compilation);
  if (!accepted.lock) return accepted.stop;
  const catalog::Lock& lock = *accepted.lock;
  if (lock.sentences.empty() || lock.parts == catalog::PartDates(compilation.catalog())) {
    return std::nullopt;
  }
  bool is_same = true;
  for (const SentenceMeaning& now : SentenceMeanings(model, compilation.catalog())) {
    const auto old =
        std::ranges::find(lock.sentences, now.locked.sentence, &catalog::LockedSentence::sentence);
    if (old == lock.sentences.end() || old->digest == now.locked.digest) continue;
    is_same = false;
    compilation.findings.Report(diag::kSentenceChanged, now.span, lock.catalog_date)
        .At("accepted with another meaning")
        .Note("catalog of " + compilation.catalog().date())
        .Suggest("`catalog diff` with the old catalog shows who gains and who loses")
        .Suggest("to accept the new meaning, run `writ catalog accept`");
  }
  if (is_same) return std::nullopt;
  return Stop::kInvalid;
}

std::set<std::string> AcceptedOwnNames(const std::vector<std::string>& paths,
                                       const host::FileSystem& files) {
  const std::string path = LockPath(paths, files);
  if (files.KindOf(path) == host::EntryKind::kMissing) return {};
  const support::Result<std::string, host::ReadFailure> text = files.Read(path, kMaxLockBytes);
  if (!text.ok()) return {};
  const auto lock = catalog::ReadLock(*text);
  if (!lock.ok()) return {};
  return {lock->own.begin(), lock->own.end()};
}

AcceptedLock AcceptLock(const std::vector<std::string>& paths, std::span<const std::string> names,
                        std::vector<std::string> own,
                        std::vector<catalog::LockedSentence> sentences, host::FileSystem& files,
                        Compilation& compilation) {
  AcceptedLock accepted;
  accepted.path = LockPath(paths, files);
  const LockText text = ReadLockText(accepted.path, compilation);
  accepted.stop = text.stop;
  if (text.stop) return accepted;
  if (text.file) {
    const auto old = catalog::ReadLock(compilation.sources.text(*text.file));
    if (old.ok()) {
      for (const catalog::LockChange& change :
           catalog::LockChanges(*old, compilation.catalog(), names)) {
        accepted.changes.push_back(fmt::format("{}: {}", change.name, change.what));
      }
      for (const catalog::LockedSentence& was : old->sentences) {
        const auto now =
            std::ranges::find(sentences, was.sentence, &catalog::LockedSentence::sentence);
        if (now == sentences.end() || now->digest == was.digest) continue;
        accepted.changes.push_back(fmt::format("`{}`: made of other facts", was.sentence));
      }
    }
  }
  catalog::Lock lock = catalog::MakeLock(compilation.catalog(), names, std::move(own));
  lock.sentences = std::move(sentences);
  accepted.names = lock.names.size();
  accepted.catalog_date = lock.catalog_date;
  const auto written = files.WriteFile(accepted.path, catalog::WriteLock(lock));
  if (!written.ok()) {
    compilation.findings.Report(diag::kFileNotReadable, {}, accepted.path, written.error().message);
    accepted.stop = Stop::kUnreadable;
  }
  return accepted;
}

}  // namespace writ::compiler
