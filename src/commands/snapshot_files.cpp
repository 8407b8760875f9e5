#include "commands/snapshot_files.h"

#include <istream>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/diag/codes/driver.h"

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
    compilation_.findings.Report(diag::kFileNotReadable, {}, path, reason);
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
    std::vector<std::pair<std::string, std::string>> folders = {{root, ""}};
    std::set<std::string> seen;
    while (!folders.empty()) {
      const auto [folder, relative] = std::move(folders.back());
      folders.pop_back();
      const auto identity = environment_.files.Identity(folder);
      if (identity && !seen.insert(*identity).second) continue;
      const auto names = environment_.files.List(folder);
      if (!names) {
        Unreadable(folder, names.error().message);
        continue;
      }
      if (seen.size() > kMaxFolders) return Unreadable(root, "too many folders");
      for (const std::string& name : *names) {
        const std::string path = Under(folder, name);
        const std::string below = relative.empty() ? name : relative + "/" + name;
        if (environment_.files.KindOf(path) == host::EntryKind::kFolder) {
          folders.emplace_back(path, below);
        } else if (IsExport(name) && !is_skipped_(path)) {
          AddFile(path, below);
        }
      }
    }
  }

  const std::function<bool(const std::string&)>& is_skipped_;
  host::Environment& environment_;
  compiler::Compilation& compilation_;
  SnapshotFiles found_;
};

}  // namespace

std::string Under(const std::string& folder, const std::string& name) {
  if (folder.empty() || folder == ".") return name;
  return folder.back() == '/' ? folder + name : folder + "/" + name;
}

SnapshotFiles LoadSnapshotFiles(const std::vector<std::string>& paths,
                                const std::function<bool(const std::string& path)>& is_skipped,
                                host::Environment& environment,
                                compiler::Compilation& compilation) {
  return Loading(is_skipped, environment, compilation).Run(paths);
}

}  // namespace writ::commands
