// Reads every policy document of the shared corpus (beside the project, not part of it), writes it
// minified and pretty, and reads both again: all three must be equal. Files that hold no policy
// document, or one that AWS's grammar does not know, must be refused; they are listed here.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "iam/policy/document.h"

namespace writ::policy {
namespace {

namespace fs = std::filesystem;

constexpr int kSkipped = 77;  // ctest's SKIP_RETURN_CODE

// By folder; identity where a folder is not named.
Kind KindOf(const std::string& folder) {
  static const std::map<std::string, Kind> kKinds = {
      {"scp", Kind::kScp},           {"rcp", Kind::kRcp},
      {"resource", Kind::kResource}, {"docs-resource", Kind::kResource},
      {"quacky", Kind::kResource},   {"vpce", Kind::kVpcEndpoint},
  };
  const auto found = kKinds.find(folder);
  return found == kKinds.end() ? Kind::kIdentity : found->second;
}

// Account listings, and Principal elements that are lists.
bool IsRefused(const std::string& folder, const std::string& name) {
  static const std::set<std::string> kNames = {
      "manual_s3+exp_single+s3_allow_notprincipal+policy.json",
      "manual_s3+exp_single+s3_allow_principals+policy.json",
      "manual_s3+exp_single+s3_allow_pstar+policy.json"};
  return folder == "authz-details" || kNames.contains(name);
}

std::string TextOf(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

struct Count {
  std::size_t good = 0;
  std::size_t refused = 0;
  std::size_t as_created = 0;
  std::size_t wrong = 0;
};

// What is wrong with the document at `path`; empty if nothing.
std::string Judge(const fs::path& path, const std::string& folder, Count& count) {
  const std::string text = TextOf(path);
  const Kind kind = KindOf(folder);
  const auto read = Read(text, kind);
  const bool is_refused = IsRefused(folder, path.filename().string());
  if (!read) {
    ++count.refused;
    return is_refused ? "" : read.error().front().path + ": " + read.error().front().message;
  }
  if (is_refused) return "is read, but should be refused";
  ++count.good;
  if (Read(text, kind, Demand::kAsCreated)) ++count.as_created;
  for (const Style style : {Style::kMinified, Style::kPretty}) {
    const auto again = Read(Write(*read, style), kind);
    if (!again) return "what was written is refused: " + again.error().front().message;
    if (!(*again == *read)) return "what was written says something else";
  }
  if (CountCharacters(Write(*read, Style::kPretty), Kind::kIdentity) !=
      Write(*read, Style::kMinified).size()) {
    // Characters are code points, bytes are not; only texts of ASCII can be compared so.
    for (const char c : text) {
      if (static_cast<unsigned char>(c) >= 0x80U) return "";
    }
    return "white space is counted";
  }
  return "";
}

int Main(const fs::path& root) {
  if (!fs::is_directory(root)) {
    fmt::print(
        "SKIPPED: the shared corpus is not beside the project (no {}).\n"
        "No document was read.\n",
        root.lexically_normal().filename().string());
    return kSkipped;
  }
  std::map<std::string, std::set<fs::path>> folders;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".json") {
      folders[entry.path().parent_path().filename().string()].insert(entry.path());
    }
  }
  Count total;
  for (const auto& [folder, files] : folders) {
    Count count;
    for (const fs::path& path : files) {
      const std::string wrong = Judge(path, folder, count);
      if (wrong.empty()) continue;
      ++count.wrong;
      fmt::print("  {}/{}: {}\n", folder, path.filename().string(), wrong);
    }
    fmt::print("{:<16} {:>5} read and written, {:>3} refused, {:>5} as AWS demands, {} wrong\n",
               folder, count.good, count.refused, count.as_created, count.wrong);
    total.good += count.good;
    total.refused += count.refused;
    total.wrong += count.wrong;
  }
  fmt::print("{} documents read and written, {} refused, {} wrong\n", total.good, total.refused,
             total.wrong);
  return total.wrong == 0 && total.good > 0 ? 0 : 1;
}

}  // namespace
}  // namespace writ::policy

int main(int count, char** arguments) {
  return writ::policy::Main(count > 1 ? arguments[1] : WRIT_SHARED_CORPUS "/policies");
}
