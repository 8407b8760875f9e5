// Commands on policies as such; they need no program.
#include <algorithm>
#include <memory>
#include <thread>

#include "cli/command_line.h"
#include "writ/driver/simulate_command.h"

namespace writ::cli {
namespace {

void AddSimulate(CommandLine& line) {
  auto options = std::make_shared<driver::SimulateOptions>();
  CLI::App& app = AddCommand(
      line,
      {"simulate", "Decide requests under policies as AWS does",
       "Example: writ simulate --cases cases.jsonl --check"},
      [options](driver::Environment& environment) { return RunSimulate(*options, environment); });
  options->threads = std::max(1U, std::thread::hardware_concurrency());
  app.add_option("--cases", options->cases, "Decision cases, one a line (`-`: standard input)")
      ->type_name("FILE")
      ->required();
  app.add_flag("--check", options->is_check,
               "Print only decisions that differ from what is expected");
  app.add_flag("--layers", options->with_layers,
               "Add what each layer decides, and the deciding statements");
}

}  // namespace

void AddPolicyCommands(CommandLine& line) { AddSimulate(line); }

}  // namespace writ::cli
