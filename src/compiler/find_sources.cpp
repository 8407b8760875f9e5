#include "compiler/find_sources.h"
#include "base/diag/codes/driver.h"
#include "compiler/near_path.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace writ::compiler {
namespace {

constexpr std::string_view kExtension = ".writ";
/// Files and folders met below one PATH: a home folder given by mistake ends here.
constexpr std::size_t kMaxEntries = 200'000;

bool IsSourceName(std::string_view path) {
  return path.size() > kExtension.size() && path.ends_with(kExtension) &&
         path[path.size() - kExtension.size() - 1] != '/';
}

std::string Under(const std::string& folder, const std::string& name) {
  if (folder.empty() || folder == ".") return name;
  return folder.back() == '/' ? folder + name : folder + "/" + name;
}

class Search {
 public:
  Search(const host::FileSystem& files, diag::Sink& sink) : files_(files), sink_(sink) {}

  void AddPath(const std::string& path) {
    switch (files_.KindOf(path)) {
      case host::EntryKind::kFolder:
        AddFolder(path);
        return;
      case host::EntryKind::kMissing:
        Unreadable(path, "no such file or folder");
        return;
      case host::EntryKind::kFile:
      case host::EntryKind::kOther:
        break;
    }
    if (!IsSourceName(path)) {
      sink_.Report(diag::kNotASource, {}, path);
      Fail(Stop::kNotASource);
      return;
    }
    AddFile(path, path.substr(path.find_last_of('/') + 1));
  }

  FoundSources Take() { return std::move(found_); }

 private:
  struct Folder {
    std::string path;
    std::string relative;
  };

  void AddFile(const std::string& path, std::string relative) {
    const support::Result<std::string> identity = files_.Identity(path);
    if (!identity.ok()) return Unreadable(path, identity.error().message);
    if (seen_.insert(*identity).second) found_.files.push_back({path, std::move(relative)});
  }

  /// Walks with a stack of its own; what was found is sorted by path at the end.
  void AddFolder(const std::string& root) {
    const std::size_t first = found_.files.size();
    std::vector<Folder> open = {{root, ""}};
    std::size_t entries = 0;
    while (!open.empty()) {
      const Folder folder = std::move(open.back());
      open.pop_back();
      if (!Enter(folder.path)) continue;
      const support::Result<std::vector<std::string>> names = files_.List(folder.path);
      if (!names.ok()) {
        Unreadable(folder.path, names.error().message);
        continue;
      }
      entries += names->size();
      if (entries > kMaxEntries) {
        sink_.Report(diag::kTooManyFiles, {}, kMaxEntries, root)
            .Suggest("name the folder that contains the program");
        return Fail(Stop::kInvalid);
      }
      for (const std::string& name : *names) Meet(folder, name, open);
    }
    std::sort(found_.files.begin() + static_cast<std::ptrdiff_t>(first), found_.files.end(),
              [](const FoundSource& a, const FoundSource& b) { return a.path < b.path; });
  }

  void Meet(const Folder& folder, const std::string& name, std::vector<Folder>& open) {
    const std::string path = Under(folder.path, name);
    const std::string relative = Under(folder.relative, name);
    const host::EntryKind kind = files_.KindOf(path);
    if (kind == host::EntryKind::kFolder) open.push_back({path, relative});
    if (kind == host::EntryKind::kFile && IsSourceName(name)) AddFile(path, relative);
    // A link that leads nowhere or around in circles has no kind; only a program's file matters.
    if ((kind == host::EntryKind::kMissing || kind == host::EntryKind::kOther) &&
        IsSourceName(name)) {
      Unreadable(path, kind == host::EntryKind::kMissing ? "the link leads nowhere" : "not a file");
    }
  }

  /// Whether the folder is to be walked: not if it was met before by another path.
  bool Enter(const std::string& path) {
    const support::Result<std::string> identity = files_.Identity(path);
    if (!identity.ok()) {
      Unreadable(path, identity.error().message);
      return false;
    }
    if (seen_.insert(*identity).second) return true;
    if (files_.IsLink(path) && LeadsUpwards(path, *identity)) {
      sink_.Report(diag::kFolderLoop, {}, path).Note("not followed");
    }
    return false;
  }

  bool LeadsUpwards(const std::string& link, const std::string& target) const {
    const std::size_t slash = link.find_last_of('/');
    const support::Result<std::string> holder =
        files_.Identity(slash == std::string::npos ? "." : link.substr(0, slash));
    return holder.ok() && (*holder == target || holder->starts_with(target + "/"));
  }

  void Unreadable(const std::string& path, std::string_view reason) {
    SuggestPath(sink_.Report(diag::kFileNotReadable, {}, path, reason), path, files_);
    Fail(Stop::kUnreadable);
  }

  /// Unreadable input outranks the rest: the list then misses what the user named.
  void Fail(Stop stop) {
    if (found_.stop != Stop::kUnreadable) found_.stop = stop;
  }

  const host::FileSystem& files_;
  diag::Sink& sink_;
  FoundSources found_;
  std::set<std::string> seen_;
};

std::string Listed(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths)
    text += fmt::format("{}`{}`", text.empty() ? "" : ", ", path);
  return text;
}

}  // namespace

FoundSources FindSources(const std::vector<std::string>& paths, const host::FileSystem& files,
                         diag::Sink& sink) {
  Search search(files, sink);
  for (const std::string& path : paths) search.AddPath(path);
  FoundSources found = search.Take();
  if (found.files.empty() && !found.stop) {
    sink.Report(diag::kNoSources, {}, Listed(paths));
  }
  return found;
}

}  // namespace writ::compiler
