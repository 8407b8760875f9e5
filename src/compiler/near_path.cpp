#include "compiler/near_path.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/support/nearest.h"

namespace writ::compiler {
namespace {

/// The name in `folder` most like `name`; empty: none.
std::string NearName(const std::string& folder, const std::string& name,
                     const host::FileSystem& files) {
  const auto names = files.List(folder);
  if (!names.ok()) return {};
  const std::vector<std::string_view> candidates(names->begin(), names->end());
  const std::vector<std::string> near = support::Nearest(name, candidates, 1);
  return near.empty() ? std::string() : near.front();
}

}  // namespace

std::optional<std::string> NearPath(const std::string& path, const host::FileSystem& files) {
  const auto is_there = [&](const std::string& one) {
    return files.KindOf(one) != host::EntryKind::kMissing;
  };
  if (path.empty() || is_there(path)) return std::nullopt;
  std::string found = path.front() == '/' ? "/" : "";
  for (std::size_t begin = found.size(); begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    begin = end + 1;
    if (name.empty()) continue;
    const std::string folder = found.empty() ? "." : found;
    const std::string into = found.empty() || found == "/" ? found : found + "/";
    if (is_there(into + name)) {
      found = into + name;
      continue;
    }
    const std::string near = NearName(folder, name, files);
    if (near.empty()) return std::nullopt;
    found = into + near;
  }
  return is_there(found) ? std::optional(found) : std::nullopt;
}

void SuggestPath(diag::Diagnostic& finding, const std::string& path,
                 const host::FileSystem& files) {
  if (const auto near = NearPath(path, files)) {
    finding.Suggest(fmt::format("did you mean `{}`?", *near));
  }
}

}  // namespace writ::compiler
