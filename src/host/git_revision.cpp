#include "host/git_revision.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "host/programs.h"

namespace writ::host {
namespace {

constexpr std::size_t kMaxFiles = 20'000;
constexpr std::string_view kLinkMode = "120000";

bool IsProgram(std::string_view path) { return path.ends_with(".writ"); }

/// What a program or a tree of artifacts is made of.
bool IsWanted(std::string_view path) {
  return IsProgram(path) || path.ends_with(".json") || path.ends_with(".lock");
}

bool IsIn(std::string_view path, std::string_view folder) {
  return folder == "." || path == folder ||
         (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string Trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

/// What git says, without its own first word; in our words where they say nothing to most.
support::Error Failure(const support::Error& error, const std::string& revision) {
  std::string_view words = error.message;
  if (words.find("Needed a single revision") != std::string_view::npos) {
    return {fmt::format("git knows no revision `{}`", revision)};
  }
  if (words.starts_with("fatal: ")) words.remove_prefix(std::string_view("fatal: ").size());
  return {std::string(words)};
}

/// A file of a commit.
struct Blob {
  std::string id;
  std::string path;
  bool is_link = false;
};

/// Of "MODE blob ID<tab>PATH<nul>"…; submodules are commits and left out.
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
    blobs.push_back({std::string(entry.substr(id, tab - id)), std::string(entry.substr(tab + 1)),
                     entry.starts_with(kLinkMode)});
  }
  return blobs;
}

/// The path that a link's text leads to; nothing if that is not below the repository's root.
std::optional<std::string> Target(const std::string& link, std::string_view text) {
  if (text.starts_with('/')) return std::nullopt;
  std::vector<std::string_view> names;
  const std::string folder = FolderOf(link);
  for (std::string_view rest : {std::string_view(folder), text}) {
    while (!rest.empty()) {
      const std::size_t slash = std::min(rest.find('/'), rest.size());
      const std::string_view name = rest.substr(0, slash);
      rest.remove_prefix(std::min(slash + 1, rest.size()));
      if (name.empty() || name == ".") continue;
      if (name != "..") {
        names.push_back(name);
      } else if (names.empty()) {
        return std::nullopt;
      } else {
        names.pop_back();
      }
    }
  }
  return fmt::format("{}", fmt::join(names, "/"));
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

/// The bytes of each, by path. One process for all files: there may be thousands.
support::Result<FileSet> Contents(const std::vector<Blob>& blobs, const ProgramRunner& programs) {
  if (blobs.size() > kMaxFiles) return support::Error{"too many files"};
  std::string ids;
  for (const Blob& blob : blobs) ids += blob.id + '\n';
  const auto bytes = programs.Run({"git", "cat-file", "--batch"}, ids);
  if (!bytes.ok()) return bytes.error();
  return Unpacked(blobs, *bytes);
}

/// Adds what links lead to, under the links' names, as it is in a work tree: a file in the
/// program's folder once, by whichever path. A link to a link, or out of the repository, is refused
/// where a program would be: it must not be left out in silence.
support::Result<support::Done> Follow(const std::vector<Blob>& links, const FileSet& texts,
                                      const std::vector<Blob>& blobs, const std::string& folder,
                                      std::vector<Blob>& wanted) {
  std::set<std::string> seen;
  for (const Blob& link : links) {
    const std::optional<std::string> target = Target(link.path, texts.at(link.path));
    bool found = false;
    for (const Blob& blob : blobs) {
      if (!target || blob.is_link || !IsIn(blob.path, *target)) continue;
      found = true;
      const bool is_twice =
          IsIn(link.path, folder) && (IsIn(blob.path, folder) || !seen.insert(blob.path).second);
      if (is_twice) continue;
      const std::string path = link.path + blob.path.substr(target->size());
      if (IsWanted(path)) wanted.push_back({blob.id, path, false});
    }
    if (!found && IsWanted(link.path)) {
      return support::Error{
          fmt::format("`{}` is a link to `{}`, which is no file", link.path, texts.at(link.path))};
    }
  }
  return support::Done{};
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
  if (!commit.ok()) return Failure(commit.error(), which.revision);
  const auto names =
      programs.Run({"git", "ls-tree", "-r", "-z", "--full-tree", Trimmed(*commit)}, "");
  if (!names.ok()) return Failure(names.error(), which.revision);
  const std::vector<Blob> blobs = BlobsIn(*names);
  const bool is_file = IsWanted(which.path);
  const std::string folder = is_file ? FolderOf(which.path) : which.path;
  const auto is_asked_for = [&](const Blob& blob) {
    return IsWanted(blob.path) && IsIn(blob.path, which.path);
  };
  if (std::ranges::none_of(blobs, is_asked_for)) {
    return support::Error{
        fmt::format("no `.writ` file at `{}` in {}; PATH is from the root of the "
                    "repository",
                    which.path, which.revision)};
  }
  // Programs elsewhere may be imported.
  std::vector<Blob> wanted;
  std::vector<Blob> links;
  for (const Blob& blob : blobs) {
    const bool is_below = IsIn(blob.path, folder);
    if (blob.is_link && (is_below || IsProgram(blob.path))) {
      links.push_back(blob);
    } else if (!blob.is_link && (is_below ? IsWanted(blob.path) : IsProgram(blob.path))) {
      wanted.push_back(blob);
    }
  }
  if (!links.empty()) {
    const auto texts = Contents(links, programs);
    if (!texts.ok()) return texts.error();
    if (auto followed = Follow(links, *texts, blobs, folder, wanted); !followed.ok()) {
      return support::Error{fmt::format("{} in {}", followed.error().message, which.revision)};
    }
  }
  return Contents(wanted, programs);
}

}  // namespace writ::host
