// Commands for whoever writes programs.
#include <memory>

#include "cli/command_line.h"
#include "commands/catalog.h"
#include "commands/check.h"
#include "commands/explain.h"
#include "commands/fmt.h"
#include "commands/init.h"
#include "commands/test.h"
#include "commands/watch.h"
#include "lsp/server.h"

namespace writ::cli {
namespace {

void AddCheck(CommandLine& line) {
  auto options = std::make_shared<commands::CheckOptions>();
  CLI::App& app = AddCommand(
      line,
      {"check", "Report errors and warnings in a program; writes nothing",
       "With --watch it checks again each time a file that it read is saved, one is added or one\n"
       "is removed.\n"
       "Example: writ check policies/ --diagnostics github\n"
       "         writ check policies/ --watch\n"
       "         writ check policies/ --fail-on lapsing:14"},
      [options](host::Environment& environment) { return RunCheck(*options, environment); });
  AddProgramPaths(app, options->paths);
  app.add_flag("--dump-intent", options->dump_intent, "Also print the meaning of each sentence");
  app.add_flag("--watch", options->watch, "Check again after each change, until interrupted");
  app.add_option("--fail-on", options->fail_on,
                 "lapsing:DAYS: exit status 1 if an approval, review, attestation, evaluation,\n"
                 "waiver or sentence ends within so many days")
      ->type_name("WHAT");
}

void AddCatalog(CommandLine& line) {
  auto options = std::make_shared<commands::CatalogOptions>();
  auto fail_on = std::make_shared<std::vector<std::string>>();
  CLI::App& app = AddCommand(
      line,
      {"catalog", "Search the facts about AWS, with date and source; accept changed facts",
       "Prints entries whose name, id, title, provider or region contains every word.\n"
       "Exit status 1 if there is none.\n"
       "`writ catalog accept PATH...` records what the program's model names mean now in\n"
       "writ.lock, and prints what changed. `check` and `build` compare later runs with it.\n"
       "`writ catalog diff OLD NEW PATH...` compares two catalogs (files, or `built-in`) and what\n"
       "each program means under them: unaffected, widens, narrows, breaks, or only size.\n"
       "`writ catalog reach PROVIDER...` shows what a prohibition of a provider's models does to\n"
       "every action through which they answer. Exit status 1 if an action is unaccounted for.\n"
       "Example: writ catalog models sonnet 4.5\n"
       "         writ catalog actions bedrock:create --json\n"
       "         writ catalog verbs invoke\n"
       "         writ catalog controls hipaa access\n"
       "         writ catalog accept policies/\n"
       "         writ catalog diff built-in next.txt policies/ --fail-on widens,breaks\n"
       "         writ catalog reach anthropic"},
      [options, fail_on](host::Environment& environment) {
        options->fail_on = {fail_on->begin(), fail_on->end()};
        return RunCatalog(*options, environment);
      });
  app.add_option("TOPIC", options->topic,
                 "models, profiles, regions, actions, keys, quotas, kinds, verbs, services, "
                 "packs,\ncontrols; or accept, diff, reach")
      ->type_name("")
      ->required();
  app.add_option("WORDS", options->words,
                 "Words to search for (default: everything); after accept: paths; after diff: "
                 "OLD,\nNEW, paths; after reach: providers")
      ->type_name("");
  CLI::Option* as_json = app.add_flag("--json", options->json, "Print JSON");
  app.add_flag("--markdown", options->markdown, "Print Markdown (diff)")->excludes(as_json);
  app.add_option("--fail-on", *fail_on,
                 "Exit 1 if a program is affected in one of these ways (diff)")
      ->type_name("breaks,widens,narrows,size,any")
      ->delimiter(',')
      ->check(CLI::IsMember({"breaks", "widens", "narrows", "size", "any"}).description(""));
}

void AddExplain(CommandLine& line) {
  auto options = std::make_shared<commands::ExplainOptions>();
  CLI::App& app = AddCommand(
      line,
      {"explain", "Explain a diagnostic, a word, an artifact's statements, or a decision",
       "CODE (W9001, w9001, 9001, or a rule of lint: L90): the diagnostic, with wrong and right "
       "examples.\n"
       "WORD (routed, team, invoke): what the reference says of a word of the language.\n"
       "FILE.json[#SID], FILE.cedar: the sentences that produced the statements of an artifact.\n"
       "--request FILE [PATH...]: why the program allows or denies a request\n"
       "{\"principal\", \"action\", \"resource\", \"context\"}, layer by layer, and what "
       "would\n"
       "allow it. A request without a time is decided at noon of --as-of.\n"
       "Example: writ explain W9001\n"
       "         writ explain routed\n"
       "         writ explain out/organization/prod.scp.json#S3\n"
       "         writ explain --request denied.json policies/"},
      [options](host::Environment& environment) { return RunExplain(*options, environment); });
  app.add_option("SUBJECT", options->subjects,
                 "CODE, WORD, FILE.json[#SID] or FILE.cedar; with --request: paths")
      ->type_name("");
  app.add_option("--request", options->request, "A request as JSON; `-` is standard input")
      ->type_name("FILE");
  app.add_flag("--json", options->json, "Print JSON (with --request)");
  AddBindings(app, options->bindings);
}

void AddLsp(CommandLine& line) {
  CLI::App& app = AddCommand(
      line,
      {"lsp", "Serve an editor: findings, patches, completion, names, layout",
       "Speaks the Language Server Protocol on standard input and output until the editor ends\n"
       "it; docs/editors.md says how editors start it. Standard error is for people.\n"
       "Exit status 0 after `shutdown` and `exit`, else 1."},
      [](host::Environment& environment) { return lsp::Serve(environment); });
  app.add_flag(
      "--stdio", [](std::int64_t) {}, "Speak on standard input and output: the only way there is");
}

void AddInit(CommandLine& line) {
  auto options = std::make_shared<commands::InitOptions>();
  CLI::App& app = AddCommand(
      line,
      {"init", "Write a starter program with tests, a CI workflow and a pre-commit hook",
       "Writes policies/, ci/, .github/, .gitignore and .githooks/pre-commit;\n"
       "overwrites nothing. With --from, policies/ is what `writ import` writes.\n"
       "Example: writ init && writ check policies && writ test policies\n"
       "         writ init --from account.json"},
      [options](host::Environment& environment) { return RunInit(*options, environment); });
  app.add_option("DIR", options->folder, "Where to write (default: this folder)")->type_name("");
  app.add_option("--from", options->from, "Import these exports in place of the starter program")
      ->type_name("SNAPSHOT");
  AddAccount(app, options->account);
}

void AddTest(CommandLine& line) {
  auto options = std::make_shared<commands::TestOptions>();
  CLI::App& app = AddCommand(
      line,
      {"test", "Run the `test` blocks of a program",
       "An `allow` line holds if every request it covers is allowed, a `deny` line if none is.\n"
       "Requests are made on the day of --as-of. Exit status 1 if a line fails.\n"
       "Example: writ test policies/ --diagnostics junit 2> tests.xml\n"
       "         writ test policies/ --coverage --min-coverage 80\n"
       "         writ test policies/ --suggest >> policies/tests.writ"},
      [options](host::Environment& environment) { return RunTest(*options, environment); });
  AddProgramPaths(app, options->paths);
  app.add_flag("--coverage", options->coverage,
               "List permissions, prohibitions and conditions that no test exercises");
  app.add_option("--min-coverage", options->min_coverage, "Exit 1 if coverage is lower")
      ->type_name("PERCENT")
      ->check(CLI::Range(0, 100).description(""));
  app.add_flag("--suggest", options->suggest, "Print only test lines for what is not covered");
  AddBindings(app, options->bindings);
}

void AddWatch(CommandLine& line) {
  auto options = std::make_shared<commands::WatchOptions>();
  CLI::App& app = AddCommand(
      line,
      {"watch", "Print watch sentences for what a program forbids",
       "One for each prohibition of models or of changes to kinds, and for each right to change\n"
       "kinds that weakens controls; one for refusals. Each compiles in the program.\n"
       "Example: writ watch --suggest policies/ >> policies/watches.writ"},
      [options](host::Environment& environment) { return RunWatch(*options, environment); });
  app.add_flag("--suggest", options->suggest, "Print the sentences")->required();
  app.add_option("--to", options->target,
                 "ARN of the topic or event bus; default: topic `ai-alerts` in each watched place")
      ->type_name("ARN");
  AddProgramPaths(app, options->paths);
}

void AddFmt(CommandLine& line) {
  auto options = std::make_shared<commands::FmtOptions>();
  CLI::App& app = AddCommand(
      line,
      {"fmt", "Format programs; `-` formats standard input to standard output",
       "Keeps comments; does not change files with syntax errors.\n"
       "In CI: writ fmt --check policies/"},
      [options](host::Environment& environment) { return RunFmt(*options, environment); });
  app.add_flag("--check", options->check,
               "Write nothing; list files that are not formatted and exit 1 if any");
  app.add_option("PATH", options->paths, "`.writ` files, folders of `.writ` files, or `-`")
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
  AddWatch(line);
  AddExplain(line);
  AddLsp(line);
}

}  // namespace writ::cli
