#include "commands/test.h"

#include <ostream>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/access/access.h"
#include "analysis/review/examine.h"
#include "analysis/review/why.h"
#include "base/diag/codes/proof.h"
#include "commands/finish.h"
#include "commands/suggest_tests.h"
#include "commands/wording.h"
#include "compiler/narrow_question.h"
#include "compiler/stages.h"
#include "facts/library/library.h"

namespace writ::commands {
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

class Tester {
 public:
  Tester(const TestOptions& options, host::Environment& environment,
         compiler::Compilation& compilation, const compiler::Lowered& lowered)
      : options_(options),
        environment_(environment),
        compilation_(compilation),
        lowered_(lowered),
        program_{lowered.model, compilation.catalog(), library::Library::BuiltIn(),
                 lowered.bindings, support::DateText(environment.today)},
        access_({{program_.model, program_.catalog, program_.bindings},
                 program_.library,
                 program_.day}),
        examiner_(program_, lowered.bundle),
        coverage_(examiner_.world()) {}

  host::ExitStatus Run() {
    for (const syntax::File& file : lowered_.program.files) {
      Collect(file.items, compilation_.cases);
    }
    for (const intent::Question& question : program_.model.tests) Ask(question);
    if (compilation_.findings.has_errors() && failed_.empty()) return host::ExitStatus::kInvalid;
    Summarize();
    const bool low = Covered();
    return failed_.empty() && !low ? host::ExitStatus::kGood : host::ExitStatus::kNo;
  }

 private:
  [[nodiscard]] bool WantsCoverage() const {
    return options_.coverage || options_.min_coverage || options_.suggest;
  }

  void Ask(const intent::Question& question) {
    asked_ +=
        examiner_.Sample(question, compilation_.findings, WantsCoverage() ? &coverage_ : nullptr);
    const access::Answer answer = access_.Decide(question);
    switch (answer.kind) {
      case access::Answer::Kind::kHolds:
        return;
      case access::Answer::Kind::kFails:
        Fail(question, answer);
        break;
      case access::Answer::Kind::kGivenUp:
        compilation_.findings
            .Report(diag::kTestUndecided, question.origin.span, question.test, answer.because)
            .At("found neither a counterexample nor a proof");
        break;
      case access::Answer::Kind::kAsksNothing:
        compilation_.findings.Report(diag::kTestAsksNothing, question.origin.span, question.test)
            .At("no principal can make such a request");
        break;
    }
    failed_.insert(question.test);
  }

  void Fail(const intent::Question& question, const access::Answer& answer) {
    const access::Judgement& judgement = answer.shown->judgement;
    const bool wanted = question.AsksCan();
    diag::Diagnostic& finding =
        compilation_.findings
            .Report(diag::kTestFailed, question.origin.span, question.test,
                    wanted ? "denied" : "granted")
            .At(fmt::format("{} to {}", wanted ? "denied" : "granted", answer.who));
    for (const intent::Origin* origin : wanted ? judgement.forbidding : judgement.granting) {
      finding.Also(origin->span, wanted ? "forbids it" : "grants it");
    }
    if (answer.shown->caller.is_outside) {
      finding.Note(wanted ? "the program grants nothing to callers outside of the organization"
                          : "no sentence about outsiders refuses it");
    } else if (wanted) {
      NoteNearMisses(*answer.shown, finding);
      if (judgement.forbidding.empty()) {
        finding.Note(judgement.is_granted ? "no sentence allows it"
                                          : access::VerdictText(judgement));
      }
    } else {
      compiler::NarrowToMembers(question, answer, lowered_, access_, finding);
    }
    if (const auto session = access::SessionText(*answer.shown)) finding.Note(*session);
    finding.Shows(review::RequestText(answer.shown->request));
  }

  void NoteNearMisses(const access::Shown& shown, diag::Diagnostic& finding) {
    for (const access::Miss& miss :
         access_.Misses(shown.caller.account, shown.request, kNearMisses)) {
      finding.Note(fmt::format("`{}` ({}) would grant it with {}", miss.permission->sentence,
                               miss.permission->place, fmt::join(miss.lacking, " and ")));
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
            "`writ test --coverage` lists what is not covered, `writ test --suggest` prints test "
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
      missing += fmt::format("  {}  {}\n      {}\n", fmt::join(item.from, ", "), item.what,
                             item.yes  ? std::string(no)
                             : item.no ? std::string(yes)
                                       : fmt::format("{}\n      {}", yes, no));
    }
    environment_.out << fmt::format("coverage {}%: {} of {} seen (definition 1)\n{}", percent, seen,
                                    Counted(2 * items.size(), "side"), missing);
  }

  static std::pair<std::string_view, std::string_view> Words(review::Covered::Kind kind) {
    switch (kind) {
      case review::Covered::Kind::kPermission:
        return {"no test shows a request that it grants",
                "no test shows a request just outside it being denied"};
      case review::Covered::Kind::kProhibition:
        return {"no test shows a request that it denies",
                "no test shows a request that it should not block"};
      case review::Covered::Kind::kCondition:
        return {"no test meets it", "every test meets it"};
    }
    return {};
  }

  const TestOptions& options_;
  host::Environment& environment_;
  compiler::Compilation& compilation_;
  const compiler::Lowered& lowered_;
  review::Program program_;
  access::Access access_;
  review::Examiner examiner_;
  review::Coverage coverage_;
  std::set<std::string> failed_;  ///< titles
  std::size_t asked_ = 0;
};

}  // namespace

host::ExitStatus RunTest(const TestOptions& options, host::Environment& environment) {
  compiler::Compilation compilation(environment, compiler::Purpose::kReview);
  const auto lowered =
      compiler::Compile<compiler::Lowered>({options.paths, options.bindings}, compilation);
  host::ExitStatus status = StatusOf(lowered.stop);
  if (!lowered.stop) status = Tester(options, environment, compilation, lowered).Run();
  return Finish(compilation, environment, status);
}

}  // namespace writ::commands
