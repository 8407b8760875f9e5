// Runs every file of decision cases in the shared corpus (beside the project, not part of it) and
// compares with what each case expects. A difference fails unless the case names a point on which
// the evaluator that made the expectation departs from AWS documentation; the cases taken from AWS
// documentation must agree wholly.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/support/json.h"
#include "iam/policy/cases.h"

namespace writ::policy {
namespace {

namespace fs = std::filesystem;

constexpr int kSkipped = 77;  // ctest's SKIP_RETURN_CODE

// The points, by number, with what AWS documents instead.
const std::map<std::string, std::string>& Departures() {
  static const std::map<std::string, std::string> kDepartures = {
      {"D01", "negated operators match a value whose variable has none"},
      {"D02", "epoch dates are seconds"},
      {"D03", "/0 contains every address"},
      {"D04", "IPv6 addresses are compared as addresses"},
      {"D06", "null data sets"},
      {"D08", "wildcards in the resource-type part"},
      {"D11", "variables exist in version 2012-10-17 only"},
      {"D12", "${*} ${?} ${$} stand for the characters"},
      {"D14", "letters of actions and ARNs stand for themselves"},
      {"D18", "a key policy counts where it is given"},
      {"D23", "documents with unknown operators are refused"},
      {"D26", "variables before the resource part"},
      {"D29", "a session ARN is not limited by session policies"},
      {"D38", "Principal is \"*\" or a map"},
  };
  return kDepartures;
}

struct Count {
  std::size_t cases = 0;
  std::size_t differ = 0;
};

class Conformance {
 public:
  void RunFile(const fs::path& path) {
    std::ifstream in(path);
    CaseHeaders headers;
    CaseReader reader({.with_layers = true});
    std::string line;
    Count count;
    std::size_t unexcused = 0;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
      const auto answer = reader.Answer(line, number, headers);
      if (!answer || !answer->expected) continue;
      ++count.cases;
      const std::vector<std::string> doubts = DoubtsOf(line);
      for (const std::string& doubt : doubts) ++by_doubt_[doubt].cases;
      if (!answer->is_mismatch()) continue;
      ++count.differ;
      for (const std::string& doubt : doubts) ++by_doubt_[doubt].differ;
      const bool is_documented = path.filename().string().find("awsdocs") != std::string::npos;
      const bool is_excused = !is_documented && std::ranges::any_of(doubts, [](const auto& doubt) {
        return Departures().contains(doubt);
      });
      if (is_excused) continue;
      ++unexcused;
      Show(*answer, doubts);
    }
    fmt::print("{:<36} {:>5} cases {:>5} agree {:>4} differ {:>4} without excuse\n",
               path.filename().string(), count.cases, count.cases - count.differ, count.differ,
               unexcused);
    total_.cases += count.cases;
    total_.differ += count.differ;
    unexcused_ += unexcused;
  }

  int Report() const {
    fmt::print("\n{:<6} {:>6} {:>7}\n", "doubt", "cases", "differ");
    for (const auto& [doubt, count] : by_doubt_) {
      const auto departure = Departures().find(doubt);
      fmt::print("{:<6} {:>6} {:>7}  {}\n", doubt, count.cases, count.differ,
                 departure == Departures().end() ? "" : departure->second);
    }
    fmt::print("\n{} cases, {} agree, {} differ, {} of them without excuse\n", total_.cases,
               total_.cases - total_.differ, total_.differ, unexcused_);
    return unexcused_ == 0 && total_.cases > 0 ? 0 : 1;
  }

 private:
  static std::vector<std::string> DoubtsOf(const std::string& line) {
    std::vector<std::string> doubts;
    const auto document = support::json::Parse(line);
    if (!document) return doubts;
    if (const auto field = document->root().Find("x-doubts")) {
      for (const auto doubt : field->elements()) doubts.emplace_back(doubt.text());
    }
    return doubts;
  }

  static void Show(const CaseAnswer& answer, const std::vector<std::string>& doubts) {
    fmt::print("  {}: {} here, {} expected", answer.id, answer.decision_name(), *answer.expected);
    if (answer.error) fmt::print(" ({}: {})", CodeName(answer.error->code), answer.error->message);
    for (const std::string& doubt : doubts) fmt::print(" {}", doubt);
    fmt::print("\n");
  }

  std::map<std::string, Count> by_doubt_;
  Count total_;
  std::size_t unexcused_ = 0;
};

int Main(const fs::path& folder) {
  if (!fs::is_directory(folder)) {
    fmt::print(
        "SKIPPED: the shared corpus is not beside the project (no {}).\n"
        "Nothing was compared with other evaluators.\n",
        folder.lexically_normal().filename().string());
    return kSkipped;
  }
  std::set<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".jsonl") files.insert(entry.path());
  }
  Conformance conformance;
  for (const fs::path& file : files) conformance.RunFile(file);
  return conformance.Report();
}

}  // namespace
}  // namespace writ::policy

int main(int count, char** arguments) {
  return writ::policy::Main(count > 1 ? arguments[1] : WRIT_SHARED_CORPUS "/decisions");
}
