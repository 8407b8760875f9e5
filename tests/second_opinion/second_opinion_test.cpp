// A second opinion on comparisons: questions about random policies, and about pairs of the shared
// corpus where it is beside the project, are written as SMT-LIB texts and put to string solvers. No
// solver may contradict Writ. Answers that a solver does not find in its time are counted.
//
//   second_opinion_test [ROUNDS [MILLISECONDS]]
//
// ROUNDS pairs of random policies for each kind of question (default 110), and milliseconds for one
// answer (default 150): a long run is `second_opinion_test 2000 2000`.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "../unit/iam/decide/draw.h"
#include "base/support/json.h"
#include "facts/catalog/catalog.h"
#include "iam/decide/pairs.h"
#include "iam/decide/smt.h"
#include "iam/decide/space.h"

namespace writ::decide {
namespace {

namespace fs = std::filesystem;
namespace json = support::json;
using policy::Kind;

constexpr int kSkipped = 77;  // ctest's SKIP_RETURN_CODE
constexpr std::size_t kAtOnce = 100;
constexpr std::size_t kMostCharacters = 9000;  // of a text; what is longer takes a solver's time

struct Question {
  std::string name;
  std::string text;
  bool is_within = false;  // Writ's answer
};

struct Collected {
  std::vector<Question> questions;
  std::size_t unstated = 0;
  std::size_t undecided = 0;
  std::size_t long_ones = 0;

  void Add(std::string name, const Space& left, const Space& right) {
    auto text = WriteSmt(left, right, name, &catalog::Catalog::BuiltIn());
    if (!text) {
      ++unstated;
      return;
    }
    if (text->size() > kMostCharacters) {
      ++long_ones;
      return;
    }
    // The keys' types of the catalog: a solver's numbers are numbers.
    Options options;
    options.catalog = &catalog::Catalog::BuiltIn();
    const Answer answer = IsWithin(left, right, options);
    if (std::holds_alternative<Undecided>(answer)) {
      ++undecided;
      return;
    }
    questions.push_back(
        {std::move(name), *std::move(text), std::holds_alternative<Proved>(answer)});
  }
  void AddBoth(const std::string& name, const Space& before, const Space& after) {
    Add(name + " lost", before, after);
    Add(name + " gained", after, before);
  }
};

void AddRandom(std::size_t rounds, unsigned seed, Collected& out) {
  std::mt19937 random(seed);
  Draw draw([&random] { return random(); });
  for (std::size_t round = 0; round < rounds; ++round) {
    for (const Kind kind :
         {Kind::kIdentity, Kind::kScp, Kind::kRcp, Kind::kResource, Kind::kBoundary}) {
      const bool names = kind == Kind::kResource;
      const policy::PolicyDocument before = draw.Document(names);
      policy::PolicyDocument after = before;
      policy::Statement& changed = after.statements[draw.Below(after.statements.size())];
      const policy::Statement other = draw.Statement(names);
      if (draw.Chance(40)) {
        changed.conditions = other.conditions;
      } else if (draw.Chance(50)) {
        changed.resource = other.resource;
      } else {
        after.statements.push_back(other);
      }
      out.AddBoth(fmt::format("random {} {}", policy::KindName(kind), round),
                  Space::Of(before, kind), Space::Of(after, kind));
    }
    const Scope scope{draw.Chance(40) ? Accounts::kCross : Accounts::kSame, ""};
    out.AddBoth(fmt::format("random layers {}", round), Space(draw.Layers(), scope),
                Space(draw.Layers(), scope));
  }
}

/// Comparisons of numbers that are always whole, which a fraction would tell apart, and of numbers
/// that need not be.
void AddNumbers(std::size_t rounds, unsigned seed, Collected& out) {
  using policy::BaseOperator;
  std::mt19937 random(seed);
  Draw draw([&random] { return random(); });
  constexpr BaseOperator kOperators[] = {
      BaseOperator::kNumericEquals,      BaseOperator::kNumericNotEquals,
      BaseOperator::kNumericLessThan,    BaseOperator::kNumericLessThanEquals,
      BaseOperator::kNumericGreaterThan, BaseOperator::kNumericGreaterThanEquals};
  constexpr const char* kValues[] = {"9", "10", "10.5", "11", "11.0"};
  constexpr const char* kKeys[] = {"s3:max-keys", "sts:DurationSeconds", "aws:MultiFactorAuthAge"};
  for (std::size_t round = 0; round < rounds; ++round) {
    const char* const key = kKeys[draw.Below(std::size(kKeys))];
    const auto document = [&] {
      policy::PolicyDocument one;
      policy::Statement& statement = one.statements.emplace_back();
      statement.action.values = {"s3:ListBucket"};
      statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
      statement.conditions = {{{policy::SetQualifier::kNone,
                                kOperators[draw.Below(std::size(kOperators))], draw.Chance(30)},
                               key,
                               {kValues[draw.Below(std::size(kValues))]}}};
      return one;
    };
    const policy::PolicyDocument before = document();
    out.AddBoth(fmt::format("numbers {}", round), Space::Of(before, Kind::kIdentity),
                Space::Of(document(), Kind::kIdentity));
  }
}

void AddCorpus(const fs::path& path, std::size_t most, Collected& out) {
  std::ifstream in(path, std::ios::binary);
  std::size_t number = 0;
  for (std::string line; number < most && std::getline(in, line);) {
    const auto parsed = json::Parse(line);
    if (!parsed) continue;
    const auto left = ReadDocuments(*parsed->root().Find("left"), Kind::kIdentity);
    const auto right = ReadDocuments(*parsed->root().Find("right"), Kind::kIdentity);
    if (!left || !right) continue;
    out.AddBoth(fmt::format("{} {}", path.filename().string(), ++number),
                Space::Of(*left, Kind::kIdentity), Space::Of(*right, Kind::kIdentity));
  }
}

// ---- Solvers

struct Solver {
  std::string name;
  std::string command;  // before the file
};

std::string OutputOf(const std::string& command) {
  std::string text;
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return text;
  char buffer[4096];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    text.append(buffer, n);
  }
  pclose(pipe);
  return text;
}

std::vector<Solver> Solvers(unsigned milliseconds) {
  std::vector<Solver> found;
  if (!OutputOf("command -v cvc5").empty()) {
    found.push_back({"cvc5", fmt::format("cvc5 --lang=smt2 --incremental --strings-exp "
                                         "--tlimit-per={}",
                                         milliseconds)});
  }
  if (!OutputOf("command -v z3").empty()) {
    found.push_back({"z3", fmt::format("z3 -smt2 -t:{}", milliseconds)});
  }
  return found;
}

struct Count {
  std::size_t agree = 0;
  std::size_t unknown = 0;
  std::size_t contradict = 0;
};

// Puts some questions to a solver in one process, so that starting it counts once.
void Put(const Solver& solver, const std::vector<const Question*>& some, const fs::path& folder,
         Count& count) {
  const fs::path file = folder / (solver.name + ".smt2");
  std::ofstream out(file, std::ios::binary);
  for (std::size_t i = 0; i < some.size(); ++i) {
    out << some[i]->text << "(echo \"q" << i << "\")\n(reset)\n";
  }
  out.close();
  std::istringstream lines(OutputOf(solver.command + " " + file.string() + " 2>&1"));
  std::string last;
  std::map<std::size_t, std::string> answers;
  for (std::string line; std::getline(lines, line);) {
    const bool is_quoted = line.size() > 2 && line.front() == '"' && line.back() == '"';
    if (is_quoted) line = line.substr(1, line.size() - 2);
    if (line.size() > 1 && line[0] == 'q' && line[1] >= '0' && line[1] <= '9') {
      answers[std::stoul(line.substr(1))] = last;
      last.clear();
    } else if (line == "sat" || line == "unsat" || line.starts_with("(error")) {
      last = line;
    }
  }
  for (std::size_t i = 0; i < some.size(); ++i) {
    const std::string& answer = answers[i];
    if (answer.starts_with("(error")) fmt::print("  {}: {}\n", some[i]->name, answer);
    if (answer != "sat" && answer != "unsat") {
      ++count.unknown;
    } else if ((answer == "unsat") == some[i]->is_within) {
      ++count.agree;
    } else {
      ++count.contradict;
      const fs::path kept = fs::current_path() / fmt::format("contradiction-{}.smt2", solver.name);
      std::ofstream(kept, std::ios::binary) << some[i]->text;
      fmt::print("  {}: {} says {}, Writ says {} ({})\n", some[i]->name, solver.name, answer,
                 some[i]->is_within ? "within" : "not within", kept.filename().string());
    }
  }
}

int Main(std::size_t rounds, unsigned milliseconds) {
  const std::vector<Solver> solvers = Solvers(milliseconds);
  if (solvers.empty()) {
    fmt::print(
        "SKIPPED: neither cvc5 nor z3 is installed. No question was put to a solver.\n"
        "tools/install_dependencies --test installs them.\n");
    return kSkipped;
  }
  constexpr unsigned kSeed = 20261129;
  Collected collected;
  AddRandom(rounds, kSeed, collected);
  AddNumbers(rounds, kSeed, collected);
  const fs::path corpus = WRIT_SHARED_CORPUS "/policies/analyser";
  AddCorpus(corpus / "managed-version-pairs.jsonl", rounds, collected);
  AddCorpus(corpus / "quacky-pairs.jsonl", rounds, collected);
  fmt::print("seed {}: {} questions; {} cannot be stated, {} are long, {} are undecided\n", kSeed,
             collected.questions.size(), collected.unstated, collected.long_ones,
             collected.undecided);
  const fs::path folder = fs::temp_directory_path() / fmt::format("writ-second-opinion-{}", rand());
  fs::create_directories(folder);
  std::size_t contradictions = 0;
  std::size_t agreements = 0;
  for (const Solver& solver : solvers) {
    Count count;
    for (std::size_t i = 0; i < collected.questions.size(); i += kAtOnce) {
      std::vector<const Question*> some;
      for (std::size_t k = i; k < collected.questions.size() && k < i + kAtOnce; ++k) {
        some.push_back(&collected.questions[k]);
      }
      Put(solver, some, folder, count);
    }
    fmt::print("{}: {} agree, {} not found in {} ms each, {} contradict\n", solver.name,
               count.agree, count.unknown, milliseconds, count.contradict);
    contradictions += count.contradict;
    agreements += count.agree;
  }
  fs::remove_all(folder);
  return contradictions == 0 && agreements > 0 ? 0 : 1;
}

}  // namespace
}  // namespace writ::decide

int main(int count, char** arguments) {
  const std::size_t rounds = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 110;
  const unsigned long milliseconds = count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 150;
  return writ::decide::Main(rounds, static_cast<unsigned>(milliseconds));
}
