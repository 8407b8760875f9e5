#include "commands/snapshot_files.h"

#include <istream>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/diag/codes/driver.h"
#include "commands/walk_folder.h"
#include "compiler/near_path.h"

namespace writ::commands {
namespace {

constexpr std::string_view kStandardInput = "-";
constexpr std::size_t kMaxFolders = 200'000;

bool IsExport(std::string_view name) {
  return name.ends_with(".json") || name.ends_with(".tfstate") || name.ends_with(".template");
}

class Loading {
 public:
  Loading(const std::function<bool(const std::string&)>& is_skipped, host::Environment& environment,
          compiler::Compilation& compilation)
      : is_skipped_(is_skipped), environment_(environment), compilation_(compilation) {}

  SnapshotFiles Run(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) AddPath(path);
    return std::move(found_);
  }

 private:
  void Unreadable(std::string_view path, std::string_view reason) {
    compiler::SuggestPath(compilation_.findings.Report(diag::kFileNotReadable, {}, path, reason),
                          std::string(path), environment_.files);
    found_.is_readable = false;
  }

  void AddFile(const std::string& path, const std::string& relative) {
    auto bytes = environment_.files.Read(path, snapshot::Limits{}.file_bytes + 1);
    if (!bytes) return Unreadable(path, bytes.error().reason);
    const source::FileId id = compilation_.sources.Add(path, std::move(bytes).value(), relative);
    found_.files.push_back({id, relative});
  }

  void AddPath(const std::string& path) {
    if (path == kStandardInput) {
      const source::FileId id = compilation_.sources.Add(
          "<stdin>", std::string(std::istreambuf_iterator<char>(environment_.in), {}));
      found_.files.push_back({id, "<stdin>"});
      return;
    }
    if (environment_.files.KindOf(path) == host::EntryKind::kFolder) return AddFolder(path);
    AddFile(path, path);
  }

  void AddFolder(const std::string& root) {
    FolderWalk walk;
    walk.each = [&](const std::string& path, const std::string& below) {
      if (IsExport(below) && !is_skipped_(path)) AddFile(path, below);
      return true;
    };
    walk.fail = [&](const std::string& folder, const std::string& why) { Unreadable(folder, why); };
    walk.most_folders = kMaxFolders;
    if (!WalkFolder(root, environment_.files, walk)) Unreadable(root, "too many folders");
  }

  const std::function<bool(const std::string&)>& is_skipped_;
  host::Environment& environment_;
  compiler::Compilation& compilation_;
  SnapshotFiles found_;
};

}  // namespace

SnapshotFiles LoadSnapshotFiles(const std::vector<std::string>& paths,
                                const std::function<bool(const std::string& path)>& is_skipped,
                                host::Environment& environment,
                                compiler::Compilation& compilation) {
  return Loading(is_skipped, environment, compilation).Run(paths);
}

}  // namespace writ::commands
