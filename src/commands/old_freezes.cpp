#include "commands/old_freezes.h"

#include <cstdint>
#include <optional>
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

/// What the record of a freeze says that ages.
struct Record {
  std::string until;  ///< the day by which it was to be lifted; empty: it has none
  bool is_staged = false;
  std::string catalog;  ///< its date
};

/// Nothing if the file is no record.
std::optional<Record> ReadRecord(const std::string& text) {
  support::json::Document document;
  if (document.Read(text)) return std::nullopt;
  const support::json::Value root = document.root();
  if (!root.is_object() || !root.Find("frozen") || !root.Find("policies")) return std::nullopt;
  const auto day = [&](std::string_view member) {
    const auto found = root.Find(member);
    const bool is_day = found && found->is_string() && support::ParseDate(found->text());
    return is_day ? std::string(found->text()) : std::string();
  };
  const auto staged = root.Find("staged");
  return Record{day("until"), staged && staged->is_true(), day("catalog")};
}

void Warn(const Record& record, const std::string& folder, compiler::Compilation& compilation) {
  const std::string today = support::DateText(compilation.options.as_of);
  const std::string& catalog = compilation.catalog().date();
  if (!record.until.empty() && record.until < today) {
    compilation.findings.Report(diag::kFreezeIsOld, {}, folder, record.until)
        .Suggest(fmt::format("lift it with `bash {}/thaw.sh` and delete the folder", folder));
  }
  if (record.is_staged && !record.catalog.empty() && record.catalog < catalog) {
    compilation.findings.Report(diag::kStagedFreezeIsOld, {}, folder, record.catalog, catalog)
        .Suggest("build the tree again, and run its apply.sh");
  }
}

}  // namespace

void WarnOfOldFreezes(const std::vector<std::string>& paths, const host::FileSystem& files,
                      compiler::Compilation& compilation) {
  FolderWalk walk;
  walk.most_folders = kMostFolders;
  walk.fail = [](const std::string& /*folder*/, const std::string& /*why*/) {};
  walk.each = [&](const std::string& path, const std::string& below) {
    if (below.substr(below.rfind('/') + 1) != kFreezeRecord) return true;
    const auto text = files.Read(path, kMaxBytes);
    const auto record = text ? ReadRecord(*text) : std::nullopt;
    if (record) Warn(*record, path.substr(0, path.rfind('/')), compilation);
    return true;
  };
  for (const std::string& path : paths) {
    if (files.KindOf(path) != host::EntryKind::kFolder) continue;
    static_cast<void>(WalkFolder(path, files, walk));
  }
}

}  // namespace writ::commands
