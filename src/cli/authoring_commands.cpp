// Commands for whoever writes programs.
#include <memory>

#include "cli/command_line.h"
#include "commands/catalog.h"
#include "commands/check.h"
#include "commands/explain.h"
#include "commands/fmt.h"
#include "commands/init.h"
#include "commands/test.h"

namespace writ::cli {
namespace {

void AddCheck(CommandLine& line) {
  auto options = std::make_shared<commands::CheckOptions>();
  CLI::App& app = AddCommand(
      line,
      {"check", "Read a program and report what is wrong with it; writes nothing",
       "Example: writ check policies/ --diagnostics github"},
      [options](host::Environment& environment) { return RunCheck(*options, environment); });
  AddProgramPaths(app, options->paths);
  app.add_flag("--dump-intent", options->dump_intent, "Also print what each sentence means");
}

void AddCatalog(CommandLine& line) {
  auto options = std::make_shared<commands::CatalogOptions>();
  CLI::App& app = AddCommand(
      line,
      {"catalog",
       "Search facts about AWS and the language's verbs, with date and source; accept new meanings",
       "Every word must occur in a thing's name, id, title, provider, region or action.\n"
       "Exit status 1 if nothing is found.\n"
       "`writ catalog accept PATH...` records in writ.lock, beside the program, what its model\n"
       "names mean now, and prints what that changes; `check` and `build` hold later runs against "
       "it.\n"
       "Example: writ catalog models sonnet 4.5\n"
       "         writ catalog actions bedrock:create --json\n"
       "         writ catalog verbs invoke\n"
       "         writ catalog accept policies/"},
      [options](host::Environment& environment) { return RunCatalog(*options, environment); });
  app.add_option(
         "TOPIC", options->topic,
         "models, profiles, regions, actions, keys, quotas, kinds, verbs, services; or accept")
      ->type_name("")
      ->required();
  app.add_option("WORDS", options->words,
                 "What to look for (default: everything); after accept: paths")
      ->type_name("");
  app.add_flag("--json", options->json, "Print JSON");
}

void AddExplain(CommandLine& line) {
  auto options = std::make_shared<commands::ExplainOptions>();
  CLI::App& app = AddCommand(
      line,
      {"explain", "Print the page of a diagnostic, or why a statement or a decision is as it is",
       "W9001, w9001 or 9001: the diagnostic's page, with a wrong and a right example.\n"
       "FILE.json[#SID]: the sentences that made the statements of an artifact.\n"
       "--request FILE [PATH...]: why the program grants or refuses a request\n"
       "{\"principal\", \"action\", \"resource\", \"context\"}, layer by layer, and what would "
       "have\n"
       "to be said to permit it. A time that the request does not have is noon of --as-of.\n"
       "Example: writ explain W9001\n"
       "         writ explain out/organization/prod.scp.json#S3\n"
       "         writ explain --request denied.json policies/"},
      [options](host::Environment& environment) { return RunExplain(*options, environment); });
  app.add_option("SUBJECT", options->subjects, "CODE or FILE.json[#SID]; with --request PATHs")
      ->type_name("");
  app.add_option("--request", options->request, "A request as JSON; `-` is standard input")
      ->type_name("FILE");
  app.add_flag("--json", options->json, "Print JSON (with --request)");
  AddBindings(app, options->bindings);
}

void AddInit(CommandLine& line) {
  auto options = std::make_shared<commands::InitOptions>();
  CLI::App& app = AddCommand(
      line,
      {"init", "Write a starter program with tests, a CI workflow and a pre-commit hook",
       "Overwrites nothing. Writes policies/, ci/review, .github/workflows/writ.yml and\n"
       ".githooks/pre-commit.\n"
       "Example: writ init && writ check policies && writ test policies"},
      [options](host::Environment& environment) { return RunInit(*options, environment); });
  app.add_option("DIR", options->folder, "Where to (default: this folder)")->type_name("");
}

void AddTest(CommandLine& line) {
  auto options = std::make_shared<commands::TestOptions>();
  CLI::App& app = AddCommand(
      line,
      {"test", "Decide the `test` blocks of a program against what it compiles to",
       "`allow S A Q` holds if every request that the sentence means is granted, `deny S A Q` if\n"
       "none is. Requests are made on the day of --as-of. Exit status 1 if a line does not hold.\n"
       "Example: writ test policies/ --diagnostics junit 2> tests.xml\n"
       "         writ test policies/ --coverage --min-coverage 80\n"
       "         writ test policies/ --suggest >> policies/tests.writ"},
      [options](host::Environment& environment) { return RunTest(*options, environment); });
  AddProgramPaths(app, options->paths);
  app.add_flag("--coverage", options->coverage,
               "List what no test has shown: permissions, prohibitions, conditions");
  app.add_option("--min-coverage", options->min_coverage, "Exit 1 if the tests cover less")
      ->type_name("PERCENT")
      ->check(CLI::Range(0, 100).description(""));
  app.add_flag("--suggest", options->suggest,
               "Print test lines for what no test has shown, and nothing else");
  AddBindings(app, options->bindings);
}

void AddFmt(CommandLine& line) {
  auto options = std::make_shared<commands::FmtOptions>();
  CLI::App& app = AddCommand(
      line,
      {"fmt", "Bring programs into their canonical layout; `-` is standard input to output",
       "Comments are kept; files with syntax errors are left alone. In CI: writ fmt --check "
       "policies/"},
      [options](host::Environment& environment) { return RunFmt(*options, environment); });
  app.add_flag("--check", options->check,
               "List the files that differ, write nothing, exit 1 if any");
  app.add_option("PATH", options->paths,
                 "`.writ` files, folders with such files below them, or `-`")
      ->type_name("")
      ->required();
}

}  // namespace

void AddAuthoringCommands(CommandLine& line) {
  AddInit(line);
  AddCheck(line);
  AddCatalog(line);
  AddFmt(line);
  AddTest(line);
  AddExplain(line);
}

}  // namespace writ::cli
