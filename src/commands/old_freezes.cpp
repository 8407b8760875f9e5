#include "commands/old_freezes.h"

#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/support/date.h"
#include "base/support/json.h"
#include "commands/freeze_files.h"
#include "commands/walk_folder.h"

namespace writ::commands {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20U;
/// A reminder is not worth a walk through a disk.
constexpr std::size_t kMostFolders = 1'000;

/// The day by which the freeze was to be lifted; empty: it has none, or the file is no record.
std::string UntilOf(const std::string& text) {
  support::json::Document document;
  if (document.Read(text)) return "";
  const support::json::Value root = document.root();
  if (!root.is_object() || !root.Find("frozen") || !root.Find("policies")) return "";
  const auto until = root.Find("until");
  if (!until || !until->is_string() || !support::ParseDate(until->text())) return "";
  return std::string(until->text());
}

}  // namespace

void WarnOfOldFreezes(const std::vector<std::string>& paths, const host::FileSystem& files,
                      compiler::Compilation& compilation) {
  const std::string today = support::DateText(compilation.options.as_of);
  FolderWalk walk;
  walk.most_folders = kMostFolders;
  walk.fail = [](const std::string& /*folder*/, const std::string& /*why*/) {};
  walk.each = [&](const std::string& path, const std::string& below) {
    if (below.substr(below.rfind('/') + 1) != kFreezeRecord) return true;
    const auto text = files.Read(path, kMaxBytes);
    const std::string until = text ? UntilOf(*text) : "";
    if (!until.empty() && until < today) {
      const std::string folder = path.substr(0, path.rfind('/'));
      compilation.findings.Report(diag::kFreezeIsOld, {}, folder, until)
          .Suggest(fmt::format("lift it with `bash {}/thaw.sh` and delete the folder", folder));
    }
    return true;
  };
  for (const std::string& path : paths) {
    if (files.KindOf(path) != host::EntryKind::kFolder) continue;
    static_cast<void>(WalkFolder(path, files, walk));
  }
}

}  // namespace writ::commands
