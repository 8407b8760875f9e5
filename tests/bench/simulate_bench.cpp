// How fast decisions are: policies compiled once and requests prepared, and from raw lines as
// `writ simulate --cases` reads them. One thread, medians of processor time over runs.
//
//   simulate_bench FILE [RUNS]      FILE: decision cases without headers
#include <algorithm>
#include <ctime>
#include <deque>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/support/json.h"
#include "iam/policy/cases.h"
#include "iam/policy/evaluate.h"

namespace writ::policy {
namespace {

namespace json = support::json;

struct Loaded {
  json::Document document;
  PreparedRequest request;
  CompiledSet set;
};

class Cases {
 public:
  explicit Cases(std::string text) : text_(std::move(text)) {
    std::string_view rest = text_;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      Load(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  [[nodiscard]] const std::deque<Loaded>& all() const { return loaded_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void Load(std::string_view line) {
    Loaded& one = loaded_.emplace_back();
    if (one.document.Read(line) || !LoadRequest(one)) {
      loaded_.pop_back();
      return;
    }
    const json::Value root = one.document.root();
    LoadList(root.Find("identityPolicies"), Kind::kIdentity, one.set.identity);
    LoadList(root.Find("permissionBoundaries"), Kind::kBoundary, one.set.boundaries);
    LoadList(root.Find("sessionPolicies"), Kind::kSession, one.set.sessions);
    LoadList(root.Find("vpcEndpointPolicies"), Kind::kVpcEndpoint, one.set.vpc_endpoint);
    LoadLevels(root.Find("scps"), Kind::kScp, one.set.scps);
    LoadLevels(root.Find("rcps"), Kind::kRcp, one.set.rcps);
    if (const auto policy = root.Find("resourcePolicy")) {
      one.set.resource = Compile(*policy, Kind::kResource);
    }
  }

  static bool LoadRequest(Loaded& one) {
    const json::Value root = one.document.root();
    const auto text = [&](std::string_view key) {
      const auto value = root.Find(key);
      return value ? value->text() : std::string_view();
    };
    if (one.request.SetPrincipal(text("principal")) || one.request.SetAction(text("action")) ||
        one.request.SetResource(text("resource"))) {
      return false;
    }
    if (root.Find("resourceAccount")) one.request.SetResourceAccount(text("resourceAccount"));
    if (const auto context = root.Find("context")) {
      for (const json::Member key : context->members()) {
        one.request.BeginKey(key.key.text(), key.value.is_array());
        if (!key.value.is_array()) one.request.AddValue(key.value.text());
        for (const json::Value value : key.value.elements()) one.request.AddValue(value.text());
      }
    }
    return !one.request.Finish();
  }

  const CompiledPolicy* Compile(json::Value policy, Kind kind) {
    const auto inner = policy.Find("document");
    const json::Value document = inner ? *inner : policy;
    const CompiledPolicy*& known = by_text_[{kind, document.source()}];
    if (known == nullptr) {
      const auto read = ReadValue(document, kind);
      known = &compiled_.emplace_back(read ? *read : PolicyDocument{}, kind);
    }
    return known;
  }
  void LoadList(std::optional<json::Value> list, Kind kind,
                std::vector<const CompiledPolicy*>& out) {
    if (!list) return;
    for (const json::Value policy : list->elements()) out.push_back(Compile(policy, kind));
  }
  void LoadLevels(std::optional<json::Value> levels, Kind kind,
                  std::vector<std::vector<const CompiledPolicy*>>& out) {
    if (!levels) return;
    for (const json::Value level : levels->elements()) LoadList(level, kind, out.emplace_back());
  }

  std::string text_;
  std::deque<Loaded> loaded_;
  std::deque<CompiledPolicy> compiled_;
  std::map<std::pair<Kind, std::string_view>, const CompiledPolicy*> by_text_;
};

// Processor seconds of each run, in ascending order: on an idle machine those of the clock.
template <class Work>
std::vector<double> Time(int runs, Work work) {
  std::vector<double> seconds;
  for (int run = 0; run < runs; ++run) {
    const std::clock_t begin = std::clock();
    work();
    seconds.push_back(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  std::ranges::sort(seconds);
  return seconds;
}

void Print(std::string_view what, std::size_t items, const std::vector<double>& seconds) {
  const auto rate = [&](double spent) { return static_cast<double>(items) / spent; };
  fmt::print("{:<36} median {:>10.0f}/s   best {:>10.0f}/s   worst {:>10.0f}/s\n", what,
             rate(seconds[seconds.size() / 2]), rate(seconds.front()), rate(seconds.back()));
}

int Main(const std::string& path, int runs) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  const Cases cases(std::move(text).str());
  if (cases.all().empty()) {
    fmt::print("no cases in {}\n", path);
    return 1;
  }
  fmt::print("{} cases, {} bytes, {} runs, one thread\n", cases.all().size(), cases.text().size(),
             runs);
  std::size_t allowed = 0;
  Print("decisions, policies parsed once", cases.all().size(), Time(runs, [&] {
          for (const Loaded& one : cases.all()) {
            allowed += Evaluate(one.request, one.set).is_allowed() ? 1U : 0U;
          }
        }));
  Print("decisions from raw lines", cases.all().size(), Time(runs, [&] {
          std::istringstream lines(cases.text());
          std::ostringstream results;
          allowed += RunCases(lines, results, {.threads = 1}).answered;
        }));
  json::Document document;
  Print("bytes of JSON", cases.text().size(), Time(runs, [&] {
          std::string_view rest = cases.text();
          while (!rest.empty()) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            if (!document.Read(rest.substr(0, end))) allowed += document.root().size();
            rest.remove_prefix(std::min(end + 1, rest.size()));
          }
        }));
  return allowed > 0 ? 0 : 1;
}

}  // namespace
}  // namespace writ::policy

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print("usage: simulate_bench FILE [RUNS]\n");
    return 64;
  }
  constexpr int kRuns = 15;
  return writ::policy::Main(arguments[1], count > 2 ? std::stoi(arguments[2]) : kRuns);
}
