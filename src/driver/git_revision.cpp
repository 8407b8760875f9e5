#include "driver/git_revision.h"

#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "writ/driver/programs.h"

namespace writ::driver {
namespace {

constexpr std::size_t kMaxFiles = 20'000;

bool IsWanted(std::string_view path) {
  return path.ends_with(".writ") || path.ends_with(".json") || path.ends_with(".lock");
}

std::string Trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

/// A file of a commit.
struct Blob {
  std::string id;
  std::string path;
};

/// Of "MODE blob ID<tab>PATH<nul>"…, those that a program or a tree of artifacts is made of.
std::vector<Blob> BlobsIn(std::string_view listing) {
  std::vector<Blob> blobs;
  while (!listing.empty()) {
    const std::size_t end = listing.find('\0');
    const std::string_view entry = listing.substr(0, end);
    listing.remove_prefix(end == std::string_view::npos ? listing.size() : end + 1);
    const std::size_t tab = entry.find('\t');
    const std::size_t type = entry.find(" blob ");
    if (tab == std::string_view::npos || type == std::string_view::npos || type > tab) continue;
    const std::size_t id = type + std::string_view(" blob ").size();
    const std::string path(entry.substr(tab + 1));
    if (IsWanted(path)) blobs.push_back({std::string(entry.substr(id, tab - id)), path});
  }
  return blobs;
}

/// What `git cat-file --batch` wrote: "ID blob SIZE<newline>BYTES<newline>" for each, in order.
support::Result<FileSet> Unpacked(const std::vector<Blob>& blobs, std::string_view bytes) {
  FileSet files;
  for (const Blob& blob : blobs) {
    const std::size_t line = bytes.find('\n');
    const std::string_view header = bytes.substr(0, line);
    const std::size_t space = header.rfind(' ');
    std::size_t size = 0;
    const char* end = header.data() + header.size();
    const bool is_whole = line != std::string_view::npos && space != std::string_view::npos &&
                          std::from_chars(header.data() + space + 1, end, size).ptr == end &&
                          header.starts_with(blob.id) && bytes.size() - line - 1 > size;
    if (!is_whole) return support::Error{fmt::format("git gave no `{}`", blob.path)};
    files[blob.path] = bytes.substr(line + 1, size);
    bytes.remove_prefix(line + 1 + size + 1);
  }
  return files;
}

}  // namespace

std::optional<RevisionPath> ParseRevision(const std::string& text, const FileSystem& files) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string::npos) return std::nullopt;
  if (files.KindOf(text) != EntryKind::kMissing) return std::nullopt;
  RevisionPath which{text.substr(0, colon), text.substr(colon + 1)};
  while (which.path.starts_with("./")) which.path.erase(0, 2);
  while (which.path.ends_with('/')) which.path.pop_back();
  if (which.path.empty()) which.path = ".";
  return which;
}

support::Result<FileSet> ReadRevision(const RevisionPath& which, const Environment& environment) {
  if (environment.programs == nullptr) return support::Error{"git cannot be run here"};
  const ProgramRunner& programs = *environment.programs;
  const auto commit = programs.Run(
      {"git", "rev-parse", "--verify", "--end-of-options", which.revision + "^{commit}"}, "");
  if (!commit.ok()) return commit.error();
  std::vector<std::string> list{"git", "ls-tree", "-r", "-z", "--full-tree", Trimmed(*commit)};
  if (which.path != ".") {
    list.emplace_back("--");
    list.push_back(which.path);
  }
  const auto names = programs.Run(list, "");
  if (!names.ok()) return names.error();
  const std::vector<Blob> blobs = BlobsIn(*names);
  if (blobs.empty()) {
    return support::Error{fmt::format("no `.writ` file at `{}` in {}", which.path, which.revision)};
  }
  if (blobs.size() > kMaxFiles) return support::Error{"too many files"};
  std::string ids;
  for (const Blob& blob : blobs) ids += blob.id + '\n';
  // One process for all files: there may be thousands.
  const auto bytes = programs.Run({"git", "cat-file", "--batch"}, ids);
  if (!bytes.ok()) return bytes.error();
  return Unpacked(blobs, *bytes);
}

}  // namespace writ::driver
