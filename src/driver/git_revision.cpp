#include "driver/git_revision.h"

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
      {"git", "rev-parse", "--verify", "--end-of-options", which.revision + "^{commit}"});
  if (!commit.ok()) return commit.error();
  const std::string id = Trimmed(*commit);
  std::vector<std::string> list{"git", "ls-tree", "-r", "-z", "--full-tree", "--name-only", id};
  if (which.path != ".") {
    list.emplace_back("--");
    list.push_back(which.path);
  }
  const auto names = programs.Run(list);
  if (!names.ok()) return names.error();
  FileSet files;
  for (std::string_view rest = *names; !rest.empty();) {
    const std::size_t end = rest.find('\0');
    const std::string path(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (!IsWanted(path)) continue;
    if (files.size() >= kMaxFiles) return support::Error{"too many files"};
    auto bytes = programs.Run({"git", "cat-file", "blob", fmt::format("{}:{}", id, path)});
    if (!bytes.ok()) return bytes.error();
    files[path] = *std::move(bytes);
  }
  if (files.empty()) {
    return support::Error{fmt::format("no `.writ` file at `{}` in {}", which.path, which.revision)};
  }
  return files;
}

}  // namespace writ::driver
