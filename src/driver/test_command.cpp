#include "writ/driver/test_command.h"

#include <map>
#include <ostream>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "driver/lowered.h"
#include "driver/suggest_tests.h"
#include "writ/diag/codes/proof.h"
#include "writ/library/library.h"
#include "writ/review/examine.h"
#include "writ/review/why.h"

namespace writ::driver {
namespace {

constexpr std::size_t kNearMisses = 2;

/// The tests as cases for JUnit, and how many there are.
void Collect(const std::vector<syntax::Item>& items, std::vector<diag::Case>& cases) {
  for (const syntax::Item& item : items) {
    if (const auto* given = std::get_if<syntax::Given>(&item.form)) Collect(given->items, cases);
    if (const auto* policy = std::get_if<syntax::PolicyDecl>(&item.form)) {
      Collect(policy->items, cases);
    }
    if (const auto* test = std::get_if<syntax::TestDecl>(&item.form)) {
      cases.push_back({item.span, test->title.value});
    }
  }
}

std::string Counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

class Tester {
 public:
  Tester(const TestOptions& options, Environment& environment, Compilation& compilation,
         const Lowered& lowered)
      : options_(options),
        environment_(environment),
        compilation_(compilation),
        lowered_(lowered),
        program_{lowered.meaning.model, compilation.catalog(), library::Library::BuiltIn(),
                 lowered.bindings, support::DateText(environment.today)},
        examiner_(program_, lowered.bundle),
        coverage_(examiner_.world()) {
    for (const intent::Permission& permission : program_.model.permissions) {
      origins_.emplace(permission.origin.place, permission.origin.span);
    }
    for (const intent::Prohibition& prohibition : program_.model.prohibitions) {
      origins_.emplace(prohibition.origin.place, prohibition.origin.span);
    }
  }

  ExitStatus Run() {
    for (const syntax::File& file : lowered_.meaning.program.files) {
      Collect(file.items, compilation_.cases);
    }
    for (const intent::Question& question : program_.model.tests) Ask(question);
    if (compilation_.findings.has_errors() && failed_.empty()) return ExitStatus::kInvalid;
    Summarize();
    const bool low = Covered();
    return failed_.empty() && !low ? ExitStatus::kGood : ExitStatus::kNo;
  }

 private:
  [[nodiscard]] bool WantsCoverage() const {
    return options_.coverage || options_.min_coverage || options_.suggest;
  }

  void Ask(const intent::Question& question) {
    const review::Answer answer =
        examiner_.Ask(question, compilation_.findings, WantsCoverage() ? &coverage_ : nullptr);
    asked_ += answer.asked;
    switch (answer.kind) {
      case review::Answer::Kind::kHolds:
        return;
      case review::Answer::Kind::kFails:
        Fail(question, *answer.counterexample);
        break;
      case review::Answer::Kind::kUndecided:
        compilation_.findings
            .Report(diag::kTestUndecided, question.origin.span, question.test,
                    answer.obstacles.front().Describe())
            .At("no counterexample was found, and no proof that there is none");
        break;
      case review::Answer::Kind::kAsksNothing:
        compilation_.findings.Report(diag::kTestAsksNothing, question.origin.span, question.test)
            .At("no principal and account has such a request");
        break;
    }
    failed_.insert(question.test);
  }

  void Fail(const intent::Question& question, const review::Decided& shown) {
    const bool allowed = shown.judgement.is_allowed();
    diag::Diagnostic& finding =
        compilation_.findings
            .Report(diag::kTestFailed, question.origin.span, question.test,
                    allowed ? "granted" : "refused")
            .At(fmt::format("{} to {} in {}", allowed ? "granted" : "refused", shown.caller.label,
                            examiner_.world().places[shown.caller.place].name));
    std::set<std::string> labelled;
    for (const review::Because& because : review::BecauseOf(examiner_.world(), shown.judgement)) {
      const bool decides =
          allowed ? because.layer != policy::Layer::kScp : because.effect == policy::Effect::kDeny;
      if (!decides) continue;
      for (const std::string& place : because.from) {
        const auto origin = origins_.find(place);
        if (origin == origins_.end() || !labelled.insert(place).second) continue;
        finding.Also(origin->second, allowed ? "grants it" : "forbids it");
      }
    }
    if (!allowed) NoteNearMisses(shown, finding);
    if (labelled.empty() && !allowed) finding.Note("no sentence permits it");
    finding.Shows(review::RequestText(shown.request));
  }

  void NoteNearMisses(const review::Decided& shown, diag::Diagnostic& finding) {
    for (const review::NearMiss& miss : review::NearMisses(
             examiner_.world(), examiner_.judge(), shown.caller, shown.request, kNearMisses)) {
      finding.Note(fmt::format("{} would grant it with {}", review::SentencesText(miss.permission),
                               fmt::join(miss.lacking, " and ")));
    }
  }

  void Summarize() {
    const std::size_t tests = compilation_.cases.size();
    const std::size_t lines = program_.model.tests.size();
    if (lines == 0) {
      const std::string where = options_.paths.empty()
                                    ? "this folder"
                                    : fmt::format("`{}`", fmt::join(options_.paths, "`, `"));
      compilation_.findings.Report(diag::kNoTests, {}, where)
          .Suggest(
              "write `test \"…\" { allow team T invoke M in R  deny … }`; `writ test --suggest` "
              "prints lines to begin with");
    }
    if (environment_.settings.quiet || options_.suggest || lines == 0) return;
    environment_.out << fmt::format(
        "ran {} with {}, {} decided: {}\n", Counted(tests, "test"), Counted(lines, "line"),
        Counted(asked_, "request"),
        failed_.empty()
            ? std::string("all hold")
            : fmt::format("{} not hold",
                          failed_.size() == 1 ? "1 does" : fmt::format("{} do", failed_.size())));
  }

  /// Prints coverage as far as asked for; whether it is too low.
  bool Covered() {
    if (!WantsCoverage()) return false;
    const std::vector<review::Covered> items = coverage_.Items();
    const unsigned percent = review::PercentOf(items);
    if (options_.suggest) {
      environment_.out << SuggestTests(items, lowered_, compilation_, options_, environment_);
    } else if (!environment_.settings.quiet) {
      PrintCoverage(items, percent);
    }
    if (!options_.min_coverage || percent >= *options_.min_coverage) return false;
    compilation_.findings.Report(diag::kCoverageTooLow, {}, percent, *options_.min_coverage)
        .Suggest(
            "`writ test --coverage` lists what no test has shown, `writ test --suggest` prints "
            "lines for it");
    return true;
  }

  void PrintCoverage(const std::vector<review::Covered>& items, unsigned percent) {
    std::size_t seen = 0;
    std::string missing;
    for (const review::Covered& item : items) {
      seen += (item.yes ? 1U : 0U) + (item.no ? 1U : 0U);
      if (item.yes && item.no) continue;
      const auto [yes, no] = Words(item.kind);
      missing += fmt::format("  {}  {}\n      never {}\n", fmt::join(item.from, ", "), item.what,
                             item.yes  ? std::string(no)
                             : item.no ? std::string(yes)
                                       : fmt::format("{}, never {}", yes, no));
    }
    environment_.out << fmt::format("coverage {}%: {} of {} seen (definition 1)\n{}", percent, seen,
                                    Counted(2 * items.size(), "side"), missing);
  }

  static std::pair<std::string_view, std::string_view> Words(review::Covered::Kind kind) {
    switch (kind) {
      case review::Covered::Kind::kPermission:
        return {"granted anything", "refused at its edge"};
      case review::Covered::Kind::kProhibition:
        return {"refused anything", "seen to leave alone what it does not forbid"};
      case review::Covered::Kind::kCondition:
        return {"met", "unmet"};
    }
    return {};
  }

  const TestOptions& options_;
  Environment& environment_;
  Compilation& compilation_;
  const Lowered& lowered_;
  review::Program program_;
  review::Examiner examiner_;
  review::Coverage coverage_;
  std::map<std::string, source::Span> origins_;
  std::set<std::string> failed_;  ///< titles
  std::size_t asked_ = 0;
};

}  // namespace

ExitStatus RunTest(const TestOptions& options, Environment& environment) {
  Compilation compilation;
  Lowered lowered;
  ExitStatus status =
      UnderstandAndLower(options.paths, options.bindings, environment, compilation, lowered);
  if (status == ExitStatus::kGood) {
    status = Tester(options, environment, compilation, lowered).Run();
  }
  return Finish(compilation, environment, status);
}

}  // namespace writ::driver
