// Commands for whoever writes programs.
#include <memory>

#include "cli/command_line.h"
#include "writ/driver/catalog_command.h"
#include "writ/driver/check_command.h"
#include "writ/driver/explain_command.h"
#include "writ/driver/fmt_command.h"

namespace writ::cli {
namespace {

void AddCheck(CommandLine& line) {
  auto options = std::make_shared<driver::CheckOptions>();
  CLI::App& app = AddCommand(
      line,
      {"check", "Read a program and report what is wrong with it; writes nothing",
       "Example: writ check policies/ --diagnostics github"},
      [options](driver::Environment& environment) { return RunCheck(*options, environment); });
  app.add_option("PATH", options->paths,
                 "`.writ` files, or folders with such files below them (default: this folder)")
      ->type_name("");
  app.add_flag("--dump-intent", options->dump_intent, "Also print what each sentence means");
}

void AddCatalog(CommandLine& line) {
  auto options = std::make_shared<driver::CatalogOptions>();
  CLI::App& app = AddCommand(
      line,
      {"catalog", "Search the facts about AWS, with their date and source; accept new meanings",
       "Every word must occur in a thing's name, id, title, provider or region.\n"
       "Exit status 1 if nothing is found.\n"
       "`writ catalog accept PATH...` records in writ.lock, beside the program, what its model\n"
       "names mean now, and prints what that changes; `check` and `build` hold later runs against "
       "it.\n"
       "Example: writ catalog models sonnet 4.5\n"
       "         writ catalog actions bedrock:create --json\n"
       "         writ catalog accept policies/"},
      [options](driver::Environment& environment) { return RunCatalog(*options, environment); });
  app.add_option("TOPIC", options->topic,
                 "models, profiles, regions, actions, keys, quotas; or accept")
      ->type_name("")
      ->required();
  app.add_option("WORDS", options->words,
                 "What to look for (default: everything); after accept: paths")
      ->type_name("");
  app.add_flag("--json", options->json, "Print JSON");
}

void AddExplain(CommandLine& line) {
  auto options = std::make_shared<driver::ExplainOptions>();
  CLI::App& app = AddCommand(
      line,
      {"explain", "Print the page of a diagnostic, with a wrong and a right example",
       "Example: writ explain W9001"},
      [options](driver::Environment& environment) { return RunExplain(*options, environment); });
  app.add_option("CODE", options->subject, "W9001, w9001 or 9001")->type_name("")->required();
}

void AddFmt(CommandLine& line) {
  auto options = std::make_shared<driver::FmtOptions>();
  CLI::App& app = AddCommand(
      line,
      {"fmt", "Bring programs into their canonical layout; `-` is standard input to output",
       "Comments are kept; files with syntax errors are left alone. In CI: writ fmt --check "
       "policies/"},
      [options](driver::Environment& environment) { return RunFmt(*options, environment); });
  app.add_flag("--check", options->check,
               "List the files that differ, write nothing, exit 1 if any");
  app.add_option("PATH", options->paths,
                 "`.writ` files, folders with such files below them, or `-`")
      ->type_name("")
      ->required();
}

}  // namespace

void AddAuthoringCommands(CommandLine& line) {
  AddCheck(line);
  AddCatalog(line);
  AddFmt(line);
  AddExplain(line);
}

}  // namespace writ::cli
