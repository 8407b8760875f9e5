// Compares what the shared corpus (beside the project, not part of it) holds: every pair must be
// answered exactly; samples of a checker for new access must be judged as its documentation says,
// or a request shows that the sample is at fault; every document must be equal to itself reordered.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "facts/catalog/catalog.h"
#include "iam/decide/pairs.h"
#include "iam/decide/space.h"

namespace writ::decide {
namespace {

namespace fs = std::filesystem;
namespace json = support::json;
using policy::Kind;

constexpr int kSkipped = 77;  // ctest's SKIP_RETURN_CODE

std::string TextOf(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

// ---- Pairs

std::size_t RunPairsOf(const fs::path& path, const Options& questions) {
  std::istringstream in(TextOf(path));
  std::ostringstream out;
  const PairSummary summary =
      RunPairs(in, out,
               {.questions = {.questions = questions},
                .threads = 2,
                .kind = Kind::kIdentity,
                // Some samples of quacky are policies of resources that name no kind.
                .is_as_read = path.filename().string().starts_with("quacky")});
  std::map<std::string, std::size_t> relations;
  std::istringstream results(out.str());
  for (std::string line; std::getline(results, line);) {
    const auto parsed = json::Parse(line);
    const std::string relation(parsed.value().root().Find("relation")->text());
    ++relations[relation];
    if (relation == "undecided" || relation == "error") fmt::print("  {}\n", line);
  }
  fmt::print("{}: {} answered, {} undecided, {} errors (", path.filename().string(),
             summary.answered, summary.undecided, summary.errors);
  for (const auto& [relation, count] : relations) fmt::print(" {} {}", count, relation);
  fmt::print(" )\n");
  return summary.undecided + summary.errors + (summary.answered == 0 ? 1 : 0);
}

// ---- New access

std::string Shown(const policy::Request& request) {
  json::Writer writer(json::Style::kMinified);
  WriteRequest(writer, request);
  return writer.Take();
}

// Samples that do not say what their note says.
const std::set<std::string_view>& FaultySamples() {
  static const std::set<std::string_view> kFaulty = {
      // The sample names acl-123456, the reference protects acl-sensitive.
      "aacheck/identity-policies/check-access-to-sensitive-resource/ec2-network-acl/3",
  };
  return kFaulty;
}

// What the checker understands by access: what an identity policy grants; what a resource's policy
// grants to callers of other accounts, whose own policies do not stand in the way.
Space AccessOf(std::vector<policy::PolicyDocument> documents, Kind kind) {
  if (kind != Kind::kResource && kind != Kind::kTrust) return Space::Of(std::move(documents), kind);
  const auto full = policy::Read(R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
                                 Kind::kIdentity);
  policy::PolicySet set;
  set.identity = {*full};
  set.resource = documents.front();
  return Space(std::move(set), {.accounts = Accounts::kCross, .principal = {}});
}

std::size_t CheckNewAccess(const fs::path& path, const Options& questions) {
  std::ifstream in(path, std::ios::binary);
  std::size_t agree = 0;
  std::size_t excused = 0;
  std::size_t wrong = 0;
  for (std::string line; std::getline(in, line);) {
    const auto parsed = json::Parse(line);
    const json::Value root = parsed.value().root();
    const std::string_view id = root.Find("id")->text();
    const Kind kind = *ParseKind(root.Find("kind")->text());
    const auto reference = ReadDocuments(*root.Find("reference"), kind);
    const auto candidate = ReadDocuments(*root.Find("candidate"), kind);
    if (!reference || !candidate) {
      fmt::print("  {}: {}\n", id, (reference ? candidate : reference).error().front().message);
      ++wrong;
      continue;
    }
    const Answer answer =
        IsWithin(AccessOf(*candidate, kind), AccessOf(*reference, kind), questions);
    const bool is_pass = std::holds_alternative<Proved>(answer);
    const auto* refuted = std::get_if<Refuted>(&answer);
    const bool is_expected_pass = root.Find("expected")->text() == "PASS";
    if ((is_pass || refuted != nullptr) && is_pass == is_expected_pass) {
      ++agree;
      continue;
    }
    const bool is_excused = FaultySamples().contains(id);
    ++(is_excused ? excused : wrong);
    fmt::print("  {}{}: {} is expected ({})\n", is_excused ? "sample at fault: " : "", id,
               root.Find("expected")->text(), root.Find("note")->text());
    if (refuted != nullptr) fmt::print("    {}\n", Shown(refuted->witness.request));
    const Answer allowed = FindAllowed(AccessOf(*candidate, kind), questions);
    if (const auto* shown = std::get_if<Refuted>(&allowed); shown != nullptr && is_pass) {
      fmt::print("    the reference permits what the sample does: {}\n",
                 Shown(shown->witness.request));
    }
    if (const auto* undecided = std::get_if<Undecided>(&answer)) {
      fmt::print("    {}\n", undecided->obstacles.front().Describe());
    }
  }
  fmt::print("{}: {} agree, {} samples at fault, {} wrong\n", path.filename().string(), agree,
             excused, wrong);
  return wrong + (agree == 0 ? 1 : 0);
}

// ---- Documents

Kind KindOf(const std::string& folder) {
  static const std::map<std::string, Kind> kKinds = {
      {"scp", Kind::kScp},           {"rcp", Kind::kRcp},
      {"resource", Kind::kResource}, {"docs-resource", Kind::kResource},
      {"quacky", Kind::kResource},   {"vpce", Kind::kVpcEndpoint},
  };
  const auto found = kKinds.find(folder);
  return found == kKinds.end() ? Kind::kIdentity : found->second;
}

// Statements and lists in the opposite order; every second statement of many actions in two parts.
policy::PolicyDocument Reordered(const policy::PolicyDocument& document) {
  policy::PolicyDocument other = document;
  other.statements.clear();
  for (std::size_t i = document.statements.size(); i-- > 0;) {
    policy::Statement statement = document.statements[i];
    std::ranges::reverse(statement.action.values);
    if (statement.resource) std::ranges::reverse(statement.resource->values);
    std::ranges::reverse(statement.conditions);
    for (policy::Condition& condition : statement.conditions) {
      std::ranges::reverse(condition.values);
    }
    const bool is_split = i % 2 == 0 && statement.action.values.size() > 1 &&
                          statement.action.sense == policy::Sense::kListed;
    if (is_split) {
      policy::Statement part = statement;
      part.action.values.resize(1);
      statement.action.values.erase(statement.action.values.begin());
      other.statements.push_back(std::move(part));
    }
    other.statements.push_back(std::move(statement));
  }
  return other;
}

std::size_t CompareDocuments(const fs::path& root) {
  std::set<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".json") files.insert(entry.path());
  }
  std::size_t equal = 0;
  std::size_t unread = 0;  // conformance_documents judges those
  std::size_t wrong = 0;
  for (const fs::path& path : files) {
    const std::string folder = path.parent_path().filename().string();
    const Kind kind = KindOf(folder);
    const auto read = policy::Read(TextOf(path), kind);
    if (!read) {
      ++unread;
      continue;
    }
    const auto written = policy::Read(policy::Write(*read, policy::Style::kMinified), kind);
    const Space before = Space::Of(*read, kind);
    const Comparison comparison = Compare(before, Space::Of(Reordered(*written), kind));
    if (comparison.relation == Relation::kEquivalent) {
      ++equal;
      continue;
    }
    ++wrong;
    fmt::print("  {}/{}: {}\n", folder, path.filename().string(),
               comparison.obstacles.empty() ? RelationName(comparison.relation)
                                            : comparison.obstacles.front().Describe());
  }
  fmt::print(
      "documents: {} equal to themselves written, reordered and split; {} no policy; {} wrong\n",
      equal, unread, wrong);
  return wrong + (equal == 0 ? 1 : 0);
}

int Main(const fs::path& root) {
  if (!fs::is_directory(root / "analyser")) {
    fmt::print("SKIPPED: the shared corpus is not beside the project. Nothing was compared.\n");
    return kSkipped;
  }
  Options questions;
  questions.catalog = &catalog::Catalog::BuiltIn();
  std::size_t wrong = 0;
  for (const std::string_view name : {"managed-version-pairs.jsonl", "quacky-pairs.jsonl"}) {
    wrong += RunPairsOf(root / "analyser" / name, questions);
  }
  wrong += CheckNewAccess(root / "analyser" / "check-no-new-access.jsonl", questions);
  wrong += CompareDocuments(root);
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace writ::decide

int main(int count, char** arguments) {
  return writ::decide::Main(count > 1 ? arguments[1] : WRIT_SHARED_CORPUS "/policies");
}
