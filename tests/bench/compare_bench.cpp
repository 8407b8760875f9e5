// How fast comparisons are, parsing included, as `writ compare --pairs` does them: pairs of files
// given, and generated pairs of what an organization means and what it has deployed. One thread,
// processor time of each pair; the last line runs the generated pairs on all cores by the clock.
//
//   compare_bench [PAIRS.jsonl ...]
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "facts/catalog/catalog.h"
#include "iam/decide/pairs.h"

namespace writ::decide {
namespace {

std::vector<std::string> LinesOf(std::istream& in) {
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

PairOptions Options(unsigned threads) {
  PairOptions options;
  options.questions.questions.catalog = &catalog::Catalog::BuiltIn();
  options.threads = threads;
  return options;
}

void Measure(std::string_view what, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  struct Timed {
    double milliseconds;
    std::size_t line;
  };
  std::vector<Timed> times;
  std::size_t unanswered = 0;
  double total = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::istringstream in(lines[i]);
    std::ostringstream out;
    const double begin = ProcessorSeconds();
    const PairSummary summary = RunPairs(in, out, Options(1));
    const double took = ProcessorSeconds() - begin;
    unanswered += 1 - summary.answered;
    total += took;
    times.push_back({took * 1e3, i});
  }
  std::ranges::sort(times, {}, &Timed::milliseconds);
  const auto at = [&](std::size_t percent) {
    return times[std::min(times.size() - 1, times.size() * percent / 100)].milliseconds;
  };
  fmt::print(
      "{}: {} pairs, {} unanswered; ms: median {:.3f}, p95 {:.2f}, p99 {:.2f}, max {:.1f}"
      " (line {}); total {:.2f} s\n",
      what, lines.size(), unanswered, at(50), at(95), at(99), times.back().milliseconds,
      times.back().line + 1, total);
}

// What a team may do in an account, eleven statements a side, said in two ways. Every twentieth
// pair differs in one permission.
std::string GeneratedPair(std::size_t number) {
  const std::size_t team = number / 10;
  const std::string account = fmt::format("{:012}", 100000000000 + number % 10);
  const bool is_wrong = number % 20 == 7;
  const auto statement = [](std::string_view effect, std::string_view rest) {
    return fmt::format(R"({{"Effect":"{}",{}}})", effect, rest);
  };
  std::vector<std::string> left;
  std::vector<std::string> right;
  const auto both = [&](std::string_view effect, const std::string& rest) {
    left.push_back(statement(effect, rest));
    right.push_back(statement(effect, rest));
  };
  both("Deny",
       R"("NotAction":["iam:*","sts:*","support:*","organizations:*"],"Resource":"*",)"
       R"("Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}})");
  both("Deny", R"("Action":["bedrock:Delete*","bedrock:Create*"],"Resource":"*","Condition":)"
               R"({"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/platform/*"}})");
  both("Deny", R"("Action":"bedrock:InvokeModel*","Resource":"*","Condition":{"Null":)"
               R"({"bedrock:GuardrailIdentifier":"true"}})");
  both("Allow", R"("Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":)" +
                    fmt::format(R"("arn:aws:logs:*:{}:log-group:/team/{}/*")", account, team));
  for (std::size_t i = 0; i < 6; ++i) {
    const std::string model = fmt::format(
        R"("arn:aws:bedrock:*::foundation-model/maker-{}.model-{}-v1:0")", i, (team + i) % 40);
    const std::string profile =
        fmt::format(R"("arn:aws:bedrock:*:{}:inference-profile/eu.maker-{}.model-{}-v1:0")",
                    account, i, (team + i) % 40);
    const std::string tag = fmt::format(
        R"("Condition":{{"StringEquals":{{"aws:PrincipalTag/team":"team-{}"}}}})", team);
    const std::string actions = R"("bedrock:InvokeModel","bedrock:InvokeModelWithResponseStream")";
    left.push_back(statement("Allow", fmt::format(R"("Action":[{}],"Resource":[{},{}],{})", actions,
                                                  model, profile, tag)));
    right.insert(
        right.begin() + static_cast<std::ptrdiff_t>(i % 3),
        statement("Allow", fmt::format(R"("Action":[{}],"Resource":{},{})", actions, model, tag)));
    if (is_wrong && i == team % 6) continue;
    right.push_back(statement(
        "Allow", fmt::format(R"("Action":[{}],"Resource":{},{})", actions, profile, tag)));
  }
  both("Allow", R"("Action":"bedrock:List*","Resource":"*")");
  return fmt::format(
      R"({{"id":"{}","left":{{"Version":"2012-10-17","Statement":[{}]}},"right":{{"Version":"2012-10-17","Statement":[{}]}}}})",
      number, fmt::join(left, ","), fmt::join(right, ","));
}

int Main(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    std::ifstream in(arguments[i], std::ios::binary);
    const std::vector<std::string> lines = LinesOf(in);
    std::string_view name = arguments[i];
    Measure(name.substr(name.rfind('/') + 1), lines);
  }
  constexpr std::size_t kPairs = 5000;
  std::vector<std::string> lines;
  std::string text;
  for (std::size_t i = 0; i < kPairs; ++i) {
    lines.push_back(GeneratedPair(i));
    text += lines.back() + "\n";
  }
  Measure("intent against deployed", lines);
  const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  std::istringstream in(text);
  std::ostringstream out;
  const double begin_processor = ProcessorSeconds();
  const auto begin = std::chrono::steady_clock::now();
  const PairSummary summary = RunPairs(in, out, Options(threads));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const std::string results = std::move(out).str();
  std::size_t equal = 0;
  for (std::size_t at = 0; (at = results.find("\"equivalent\"", at)) != results.npos; ++at) ++equal;
  fmt::print(
      "the same on {} threads: {:.2f} s by the clock, {:.2f} s of processors; {} of {} equal\n",
      threads, took.count(), ProcessorSeconds() - begin_processor, equal, summary.answered);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("peak memory {} MB\n", usage.ru_maxrss / 1024);
  return 0;
}

}  // namespace
}  // namespace writ::decide

int main(int count, char** arguments) { return writ::decide::Main(count, arguments); }
