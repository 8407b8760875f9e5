// Commands that make and review artifacts.
#include <memory>

#include "cli/command_line.h"
#include "writ/driver/build_command.h"
#include "writ/driver/verify_command.h"

namespace writ::cli {
namespace {

void AddBuild(CommandLine& line) {
  auto options = std::make_shared<driver::BuildOptions>();
  auto only = std::make_shared<std::string>();
  CLI::App& app = AddCommand(
      line,
      {"build",
       "Write the policies of a program, with a manifest that says which sentence made what",
       "Example: writ build examples/acme -o out\n"
       "First deployment: `writ build DIR -o out --only guardrails`, then `bash out/apply.sh` in "
       "each\n"
       "account that has guardrails: it creates them and writes writ.bindings.json. Then build "
       "all."},
      [options, only](driver::Environment& environment) {
        options->only_guardrails = *only == "guardrails";
        return RunBuild(*options, environment);
      });
  app.add_option("PATH", options->paths,
                 "`.writ` files, or folders with such files below them (default: this folder)")
      ->type_name("");
  app.add_option("-o,--output", options->output,
                 "Folder of the tree: absent, empty, or one that writ wrote")
      ->type_name("DIR")
      ->required();
  app.add_option(
         "--bindings", options->bindings,
         "What AWS assigned to guardrails (default: writ.bindings.json in the program's folder)")
      ->type_name("FILE");
  app.add_option("--format", options->formats,
                 "Forms of the artifacts: json (with apply.sh), cloudformation, terraform")
      ->type_name("FORMAT")
      ->delimiter(',')
      ->check(CLI::IsMember({"json", "cloudformation", "terraform"}).description(""));
  app.add_option("--reserve", options->reserved_slots,
                 "Policy slots of each organization node to leave to others (default: 2)")
      ->type_name("N")
      ->check(CLI::Range(0, 9).description(""));
  app.add_option("--quotas", options->quotas,
                 "Limits of SCPs: those of the catalogue, or 5,120 characters and five a node")
      ->type_name("dated|before-2026-05-15")
      ->check(CLI::IsMember({"dated", "before-2026-05-15"}).description(""));
  app.add_flag("--check", options->check,
               "Write nothing; exit 1 and list what differs from the folder");
  app.add_option("--only", *only, "Write the guardrail requests alone; needs no bindings")
      ->type_name("guardrails")
      ->check(CLI::IsMember({"guardrails"}));
}

void AddVerify(CommandLine& line) {
  auto options = std::make_shared<driver::VerifyOptions>();
  CLI::App& app = AddCommand(
      line,
      {"verify", "Prove that a folder of artifacts means a program, or show requests that differ",
       "The folder may have been edited by hand, or made elsewhere.\n"
       "Exit status 1 if it means something else.\n"
       "Example: writ verify policies/ --artifacts out"},
      [options](driver::Environment& environment) { return RunVerify(*options, environment); });
  app.add_option("PATH", options->paths,
                 "`.writ` files, or folders with such files below them (default: this folder)")
      ->type_name("");
  app.add_option("--artifacts", options->artifacts, "The folder to prove")
      ->type_name("DIR")
      ->required();
  app.add_option(
         "--bindings", options->bindings,
         "What AWS assigned to guardrails (default: writ.bindings.json in the program's folder)")
      ->type_name("FILE");
  app.add_flag("--json", options->json, "Print JSON");
}

}  // namespace

void AddBuildingCommands(CommandLine& line) {
  AddBuild(line);
  AddVerify(line);
}

}  // namespace writ::cli
