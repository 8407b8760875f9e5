// Minimises every policy document of the shared corpus (beside the project, not part of it) in the
// open and in the closed world, and judges: no document grows, a second run finds nothing more,
// hand-made minimal policies stay within their size. Prints counts, characters and times by folder.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "facts/catalog/catalog.h"
#include "iam/minimise/minimise.h"
#include "iam/policy/document.h"

namespace writ::minimise {
namespace {

namespace fs = std::filesystem;

constexpr int kSkipped = 77;  // ctest's SKIP_RETURN_CODE

// Without optimization all documents take ten minutes: each twentieth stands for the rest there.
#ifdef NDEBUG
constexpr std::size_t kEvery = 1;
#else
constexpr std::size_t kEvery = 20;
#endif

// By folder; identity where a folder is not named.
policy::Kind KindOf(const std::string& folder) {
  static const std::map<std::string, policy::Kind> kKinds = {
      {"scp", policy::Kind::kScp},           {"rcp", policy::Kind::kRcp},
      {"resource", policy::Kind::kResource}, {"docs-resource", policy::Kind::kResource},
      {"quacky", policy::Kind::kResource},   {"vpce", policy::Kind::kVpcEndpoint},
  };
  const auto found = kKinds.find(folder);
  return found == kKinds.end() ? policy::Kind::kIdentity : found->second;
}

std::string TextOf(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

std::size_t Characters(const policy::PolicyDocument& document) {
  return policy::Write(document, policy::Style::kMinified).size();
}

struct Count {
  std::size_t documents = 0;
  std::size_t smaller = 0;
  std::size_t smallest = 0;
  std::size_t undecided = 0;
  std::size_t wrong = 0;
  std::size_t before = 0;
  std::size_t after = 0;
  std::size_t closed = 0;
  std::size_t actions_before = 0;  ///< characters of action lists
  std::size_t actions_closed = 0;
  std::vector<double> milliseconds;
  std::vector<double> saved;  ///< percent, by document
};

std::size_t ActionCharacters(const policy::PolicyDocument& document) {
  std::size_t sum = 0;
  for (const policy::Statement& statement : document.statements) {
    for (const std::string& action : statement.action.values) sum += action.size() + 3;
  }
  return sum;
}

void Complain(const std::string& name, const std::string& what, Count& count) {
  ++count.wrong;
  fmt::print("  {}: {}\n", name, what);
}

void Judge(const std::string& name, const policy::PolicyDocument& document, policy::Kind kind,
           Count& count) {
  const auto begin = std::chrono::steady_clock::now();
  const Result result = Minimise(document, kind);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  const std::size_t before = Characters(document);
  const std::size_t after = Characters(result.document);
  ++count.documents;
  count.before += before;
  count.after += after;
  count.milliseconds.push_back(took.count());
  count.saved.push_back(100.0 * static_cast<double>(before - after) / static_cast<double>(before));
  if (took.count() > 1000) fmt::print("  {}: {:.0f} ms\n", name, took.count());
  if (after < before) ++count.smaller;
  if (after > before) Complain(name, "it grows", count);
  if (result.quality == Quality::kSmallest) ++count.smallest;
  if (result.verdict == Verdict::kUndecided) {
    ++count.undecided;
    fmt::print("  {}: undecided: {}\n", name, fmt::join(result.obstacles, "; "));
    return;
  }
  const std::size_t again = Characters(Minimise(result.document, kind).document);
  if (again < after)
    Complain(name, fmt::format("a second run saves {} more", after - again), count);
  const Result closed = Minimise(document, kind, {.closed_world = &catalog::Catalog::BuiltIn()});
  count.closed += Characters(closed.document);
  count.actions_before += ActionCharacters(document);
  count.actions_closed += ActionCharacters(closed.document);
  if (Characters(closed.document) > after) Complain(name, "the closed world is larger", count);
}

double Quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void Print(const std::string& folder, const Count& count) {
  fmt::print(
      "{:<14} {:>4} documents, {:>3} smaller, {:>4} smallest, {} undecided, {} wrong; characters "
      "{} -> {} (closed {}); saved % median {:.1f} p90 {:.1f} max {:.1f}; actions {} -> {} "
      "(-{:.1f} %); ms median {:.2f} p95 {:.1f} max {:.0f}\n",
      folder, count.documents, count.smaller, count.smallest, count.undecided, count.wrong,
      count.before, count.after, count.closed, Quantile(count.saved, 0.5),
      Quantile(count.saved, 0.9), Quantile(count.saved, 1), count.actions_before,
      count.actions_closed,
      count.actions_before == 0 ? 0.0
                                : 100.0 - 100.0 * static_cast<double>(count.actions_closed) /
                                              static_cast<double>(count.actions_before),
      Quantile(count.milliseconds, 0.5), Quantile(count.milliseconds, 0.95),
      Quantile(count.milliseconds, 1));
}

int Main(const fs::path& root, const std::string& only) {
  if (!fs::is_directory(root / "policies")) {
    fmt::print("SKIPPED: the shared corpus is not beside the project. No document was read.\n");
    return kSkipped;
  }
  std::map<std::string, std::set<fs::path>> folders;
  for (const auto& entry : fs::recursive_directory_iterator(root / "policies")) {
    const std::string folder = entry.path().parent_path().filename().string();
    if (entry.path().extension() != ".json" || (!only.empty() && folder != only)) continue;
    folders[folder].insert(entry.path());
  }
  std::size_t documents = 0;
  std::size_t wrong = 0;
  std::size_t number = 0;
  for (const auto& [folder, files] : folders) {
    Count count;
    for (const fs::path& path : files) {
      if (number++ % kEvery != 0) continue;
      const auto read = policy::Read(TextOf(path), KindOf(folder));
      if (read) Judge(folder + "/" + path.filename().string(), *read, KindOf(folder), count);
    }
    Print(folder, count);
    documents += count.documents;
    wrong += count.wrong;
  }
  fmt::print("{} of {} documents, {} wrong\n", documents, number, wrong);
  return wrong == 0 && documents > 0 ? 0 : 1;
}

}  // namespace
}  // namespace writ::minimise

int main(int count, char** arguments) {
  return writ::minimise::Main(count > 1 ? arguments[1] : WRIT_SHARED_CORPUS,
                              count > 2 ? arguments[2] : "");
}
