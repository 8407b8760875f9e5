#include "compiler/output_tree.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/support/json_list.h"

namespace writ::compiler {
namespace {

constexpr std::string_view kManifest = "manifest.json";
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{256} << 20U;
/// A tree of ours is three folders deep.
constexpr int kMaxDepth = 8;

/// All files below `folder`; what is no plain file or folder is a refusal.
bool Collect(const std::string& root, const std::string& below, int depth,
             const host::FileSystem& files, std::set<std::string>& found, std::string& refusal) {
  const std::string folder = below.empty() ? root : root + "/" + below;
  const auto names = files.List(folder);
  if (!names) {
    refusal = names.error().message;
    return false;
  }
  for (const std::string& name : *names) {
    const std::string relative = below.empty() ? name : below + "/" + name;
    const std::string path = root + "/" + relative;
    const host::EntryKind kind = files.IsLink(path) ? host::EntryKind::kOther : files.KindOf(path);
    if (kind == host::EntryKind::kFile) {
      found.insert(relative);
    } else if (kind != host::EntryKind::kFolder || depth >= kMaxDepth) {
      refusal = fmt::format("`{}` is not a file that writ wrote", path);
      return false;
    } else if (!Collect(root, relative, depth + 1, files, found, refusal)) {
      return false;
    }
  }
  return true;
}

/// The paths that a manifest lists, or nothing if it is no manifest of ours.
std::optional<std::set<std::string>> Listed(const std::string& manifest) {
  const auto read = support::json::LongList::Read(manifest, "documents");
  if (!read.ok() || !read->root().is_object()) return std::nullopt;
  const auto documents = read->root().Find("documents");
  if (!read->root().Find("writ") || !documents || !documents->is_array()) return std::nullopt;
  std::set<std::string> paths{std::string(kManifest)};
  bool has_paths = true;
  const auto error = read->ForEach([&](const support::json::Value& entry, std::size_t) {
    const auto path = entry.Find("path");
    has_paths = has_paths && path && path->is_string();
    if (has_paths) paths.emplace(path->text());
  });
  if (error || !has_paths) return std::nullopt;
  return paths;
}

}  // namespace

support::Result<host::FileSet> ReadFolder(const std::string& root, const host::FileSystem& files) {
  if (files.KindOf(root) == host::EntryKind::kMissing)
    return support::Error{"there is no such folder"};
  if (files.KindOf(root) != host::EntryKind::kFolder) return support::Error{"it is not a folder"};
  std::set<std::string> found;
  std::string refusal;
  if (!Collect(root, "", 0, files, found, refusal)) return support::Error{refusal};
  host::FileSet set;
  for (const std::string& path : found) {
    auto bytes = files.Read(root + "/" + path, kMaxFileBytes);
    if (!bytes.ok()) {
      return support::Error{fmt::format("`{}` cannot be read: {}", path, bytes.error().reason)};
    }
    set.emplace(path, std::move(bytes).value());
  }
  return set;
}

OldTree ReadOldTree(const std::string& root, const host::FileSystem& files) {
  OldTree old;
  const host::EntryKind kind = files.IsLink(root) ? host::EntryKind::kOther : files.KindOf(root);
  if (kind == host::EntryKind::kMissing) return old;
  if (kind != host::EntryKind::kFolder) {
    old.refusal = "it is not a folder";
    return old;
  }
  std::set<std::string> found;
  std::string refusal;
  if (!Collect(root, "", 0, files, found, refusal)) {
    old.refusal = refusal;
    return old;
  }
  if (found.empty()) return old;
  std::optional<std::set<std::string>> listed;
  if (found.contains(std::string(kManifest))) {
    const std::string path = fmt::format("{}/{}", root, kManifest);
    const auto manifest = files.Read(path, kMaxFileBytes);
    if (!manifest.ok()) {
      old.refusal = fmt::format("`{}` cannot be read: {}", path, manifest.error().reason);
      return old;
    }
    listed = Listed(*manifest);
  }
  if (!listed) {
    old.refusal = "it is not empty and has no manifest of writ";
    return old;
  }
  for (const std::string& path : found) {
    if (!listed->contains(path)) {
      old.refusal = fmt::format("its manifest does not list `{}`", path);
      return old;
    }
  }
  old.paths = std::move(found);
  return old;
}

std::vector<std::string> Differences(const std::string& root, const OldTree& old,
                                     const host::FileSet& now, const host::FileSystem& files) {
  std::vector<std::string> lines;
  std::set<std::string> paths = old.paths;
  for (const auto& [path, bytes] : now) paths.insert(path);
  for (const std::string& path : paths) {
    const auto after = now.find(path);
    if (!old.paths.contains(path)) {
      lines.push_back("added " + path);
    } else if (after == now.end()) {
      lines.push_back("removed " + path);
    } else {
      const auto before = files.Read(root + "/" + path, kMaxFileBytes);
      if (!before.ok() || *before != after->second) lines.push_back("changed " + path);
    }
  }
  return lines;
}

}  // namespace writ::compiler
