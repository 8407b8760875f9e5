// Questions and comparisons of random programs, each held against the reference.
//
// WRIT_DIFFERENTIAL_QUESTIONS says of how many programs, WRIT_DIFFERENTIAL_SEED from which on.
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "differential/edits.h"
#include "differential/questions.h"

namespace writ::differential {
namespace {

std::size_t Number(const char* name, std::size_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string Sentences(const ProgramText& text) {
  std::string result;
  for (const std::string& one : text.declarations) {
    if (one.starts_with("team") || one.starts_with("endpoint")) result += "    " + one + "\n";
  }
  for (const auto& parts : text.sentences) {
    result += fmt::format("    {}\n", fmt::join(parts, " "));
  }
  return result;
}

using Counts = std::map<std::string, AskedCounts>;
constexpr std::size_t kRequests = 40;
constexpr std::size_t kEdits = 5;

std::string Questions(const ProgramText& text, std::uint64_t seed, Counts& counts) {
  const auto wrong = AskQuestions(text, seed, kRequests, counts);
  if (!wrong) return "";
  const ProgramText small = SmallerQuestion(text, seed, *wrong);
  const QuestionText& question = small.questions.front();
  Counts again;
  std::vector<policy::Request> more;
  if (wrong->request) more.push_back(*wrong->request);
  const auto shown = AskQuestions(small, seed, 0, again, more, wrong->kind);
  return fmt::format("seed {}, {}: {} {} {}\n{}    {}\n", seed, wrong->kind, question.subject,
                     question.action, fmt::join(question.qualifiers, " "), Sentences(small),
                     shown ? shown->what : wrong->what);
}

std::string Differences(const ProgramText& text, std::uint64_t seed, Counts& counts) {
  for (std::size_t i = 0; i < kEdits; ++i) {
    ProgramText before = text;
    ProgramText after = Edited(text, seed + i);
    if (seed % 2 == 0) std::swap(before, after);
    const auto wrong = AskDifference(before, after, seed, kRequests, counts["diff"]);
    if (!wrong) continue;
    MakeSmaller(before, after, seed, *wrong);
    return fmt::format("seed {}, diff:\n{}   to\n{}    {}\n", seed, Sentences(before),
                       Sentences(after), wrong->what);
  }
  return "";
}

/// The catalog knows few regions there, and no model.
TEST_CASE("what is shown of an organization in China lies in China") {
  ProgramText text;
  text.partition = "aws-cn";
  text.declarations = {
      "organization acme \"o-exampleorgid\" {\n  partition aws-cn\n  management 111111111111\n"
      "  ou prod \"ou-ab12-prod0001\" { account payments 222222222222 }\n}",
      "team a { in payments as role \"app\" }"};
  text.sentences = {
      {"only team a may count-tokens models from anthropic unless aws:MultiFactorAuthAge <= 3600"}};
  text.questions = {{"everyone", "count-tokens any model", {}},
                    {"everyone", "count-tokens claude-sonnet-4.5", {}}};
  text.bindings = "{}";
  Counts counts;
  const auto wrong = AskQuestions(text, 1, kRequests, counts);
  CHECK_MESSAGE(!wrong, (wrong ? wrong->what : ""));
  ProgramText before = text;
  before.sentences = {{"team a may browse guardrails in cn-north-1"}};
  const auto differs = AskDifference(before, text, 1, kRequests, counts["diff"]);
  CHECK_MESSAGE(!differs, (differs ? differs->what : ""));
  CHECK(counts["diff"].checks > 0);
}

TEST_CASE("questions and comparisons agree with the reference") {
  // As many as a minute of one core has time for.
  const std::size_t programs = Number("WRIT_DIFFERENTIAL_QUESTIONS", 16);
  const std::size_t first = Number("WRIT_DIFFERENTIAL_SEED", 1);
  std::atomic<std::size_t> next{0};
  std::mutex guard;
  Counts total;
  std::map<std::uint64_t, std::string> found;
  std::size_t built = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < programs; i = next++) {
      const std::uint64_t seed = first + i;
      const ProgramText text = RandomProgram(seed);
      Counts counts;
      std::string wrong;
      const bool is_built = Trial(text).outcome() == Trial::Outcome::kBuilt;
      if (is_built) wrong = Questions(text, seed, counts) + Differences(text, seed, counts);
      const std::scoped_lock lock(guard);
      built += is_built ? 1 : 0;
      for (const auto& [kind, one] : counts) {
        total[kind].answers += one.answers;
        total[kind].checks += one.checks;
        total[kind].given_up += one.given_up;
      }
      if (!wrong.empty()) found[seed] = std::move(wrong);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) threads.emplace_back(work);
  for (std::thread& one : threads) one.join();
  std::cout << fmt::format("questions to seeds {} to {}, {} built\n", first, first + programs - 1,
                           built);
  for (const auto& [kind, one] : total) {
    std::cout << fmt::format("  {}: {} answers, {} checks, {} given up\n", kind, one.answers,
                             one.checks, one.given_up);
  }
  for (const auto& [seed, wrong] : found) std::cout << wrong;
  CHECK(found.empty());
}

}  // namespace
}  // namespace writ::differential
