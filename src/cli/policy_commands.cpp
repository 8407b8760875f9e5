// Commands on policies as such; they need no program.
#include <algorithm>
#include <memory>
#include <thread>

#include "cli/command_line.h"
#include "commands/compare.h"
#include "commands/import.h"
#include "commands/lint.h"
#include "commands/minimise.h"
#include "commands/simulate.h"

namespace writ::cli {
namespace {

void AddSimulate(CommandLine& line) {
  auto options = std::make_shared<commands::SimulateOptions>();
  CLI::App& app = AddCommand(
      line,
      {"simulate", "Decide requests under policies, as AWS does",
       "Example: writ simulate --cases cases.jsonl --check"},
      [options](host::Environment& environment) { return RunSimulate(*options, environment); });
  options->threads = std::max(1U, std::thread::hardware_concurrency());
  app.add_option("--cases", options->cases, "Decision cases, one per line (`-`: standard input)")
      ->type_name("FILE")
      ->required();
  app.add_flag("--check", options->is_check,
               "Print only decisions that differ from the expected ones");
  app.add_flag("--layers", options->with_layers,
               "Add each layer's decision and the deciding statements");
}

void AddCompare(CommandLine& line) {
  auto options = std::make_shared<commands::CompareOptions>();
  CLI::App& app = AddCommand(
      line,
      {"compare", "Show how two policies differ, with a request for each direction",
       "Compares the effect beside any other policies: denials count as much as grants.\n"
       "Exit status 0 only if they are equivalent; with --pairs, if every line was answered.\n"
       "Example: writ compare old.json new.json --kind scp --json"},
      [options](host::Environment& environment) { return RunCompare(*options, environment); });
  options->threads = std::max(1U, std::thread::hardware_concurrency());
  app.add_option("OLD", options->before,
                 "A policy, a folder of policies that apply together, or AWS CLI output "
                 "(`-`: standard input)")
      ->type_name("");
  app.add_option("NEW", options->after, "The policy to compare it with")->type_name("");
  app.add_option("--kind", options->kind,
                 "Kind of the policies (default: detected, else identity); also for pairs "
                 "without a kind")
      ->type_name("identity|scp|rcp|resource|trust|boundary|session|endpoint");
  app.add_flag("--alone", options->is_alone, "Compare each as the only policy of its kind");
  app.add_flag("--world", options->is_world,
               "Only requests that AWS can send: actions, resource types and keys of the catalog");
  app.add_flag("--stack", options->is_stack,
               "OLD and NEW contain policies of all layers, like a decision case");
  app.add_flag("--as-read", options->is_as_read, "Also compare documents that AWS would reject");
  app.add_flag("--json", options->is_json, "Print the answer as JSON");
  app.add_option("--smt", options->smt,
                 "Write each question to a folder as SMT-LIB 2, for other solvers")
      ->type_name("DIR");
  app.add_option("--pairs", options->pairs,
                 "Compare many pairs, JSON Lines {id, kind, left, right} (`-`: standard input)")
      ->type_name("FILE");
}

void AddMinimise(CommandLine& line) {
  auto options = std::make_shared<commands::MinimiseOptions>();
  CLI::App& app = AddCommand(
      line,
      {"minimise", "Print the smallest equivalent policy, proved equivalent",
       "Equivalent beside any other policy: what it denies stays denied. Keeps order and Sids\n"
       "where possible. `writ minimize` is the same command.\n"
       "Example: writ minimize policy.json --closed-world -o smaller.json"},
      [options](host::Environment& environment) { return RunMinimise(*options, environment); });
  app.alias("minimize");
  options->kind = "identity";
  app.add_option("POLICY", options->policy, "A policy document (`-`: standard input)")
      ->type_name("")
      ->required();
  app.add_option("--kind", options->kind, "Kind of the policy (default: identity)")
      ->type_name("identity|scp|rcp|resource|trust|boundary|session|endpoint")
      ->check(CLI::IsMember({"identity", "scp", "rcp", "resource", "trust", "boundary", "session",
                             "endpoint", "vpcEndpoint"})
                  .description(""));
  app.add_flag("--closed-world", options->is_closed_world,
               "Use wildcards that match exactly the listed actions of the catalog");
  app.add_flag("--as-read", options->is_as_read, "Also accept a document that AWS would reject");
  app.add_flag("--json", options->is_json, "Print JSON with the policy, sizes, proof and bounds");
  app.add_option("-o,--output", options->output, "Write the policy to a file")->type_name("FILE");
}

void AddSnapshot(CLI::App& app, std::vector<std::string>& paths) {
  app.add_option("SNAPSHOT", paths, "Files and folders (`-`: standard input)")
      ->type_name("")
      ->required();
}

/// What documents do not say of themselves.
void AddDocumentsAlone(CLI::App& app, std::string& kind, std::string& account) {
  app.add_option("--kind", kind, "What documents alone are (default: what they show)")
      ->type_name("auto|identity|scp|rcp|resource|trust|boundary|session|vpce")
      ->check(CLI::IsMember({"auto", "identity", "scp", "rcp", "resource", "trust", "boundary",
                             "session", "endpoint", "vpcEndpoint", "vpce"})
                  .description(""));
  AddAccount(app, account);
}

void AddLint(CommandLine& line) {
  auto options = std::make_shared<commands::LintOptions>();
  CLI::App& app = AddCommand(
      line,
      {"lint", "Find what is wrong with policies that exist",
       "SNAPSHOT is a file or folder with policy documents, what the AWS CLI printed, "
       "`terraform show -json`,\nCloudFormation templates in JSON, or an iam-collect store.\n"
       "Exit status 1 if a finding at --min or above is neither suppressed nor in the baseline.\n"
       "--fix rewrites files that are one policy document each; other patches are only shown.\n"
       "Example: writ lint policies/ --min error"},
      [options](host::Environment& environment) { return RunLint(*options, environment); });
  options->threads = std::max(1U, std::thread::hardware_concurrency());
  AddSnapshot(app, options->paths);
  AddDocumentsAlone(app, options->kind, options->account);
  app.add_option("--select", options->select,
                 "Only these rules: L40, L60-69, names, or classes P N W E A X")
      ->type_name("RULES");
  app.add_option("--ignore", options->ignore, "Not these rules")->type_name("RULES");
  app.add_option("--min", options->min, "The least level that fails (default: security)")
      ->type_name("error|security|warning|suggestion")
      ->check(CLI::IsMember({"error", "security", "warning", "suggestion"}).description(""));
  auto* const baseline =
      app.add_option("--baseline", options->baseline, "Findings that are known already")
          ->type_name("FILE");
  app.add_option("--write-baseline", options->write_baseline, "Write the findings as a baseline")
      ->type_name("FILE")
      ->excludes(baseline);
  app.add_flag("--fix", options->fix, "Take out of the files what is proved to change nothing");
}

void AddImport(CommandLine& line) {
  auto options = std::make_shared<commands::ImportOptions>();
  CLI::App& app = AddCommand(
      line,
      {"import", "Write a program that means what is deployed, proved",
       "SNAPSHOT is what `writ lint` reads. Statements become sentences only where the documents\n"
       "built from them are proved equal to what was read; the others stay in DIR/residue.\n"
       "Exit status 1 if a principal's documents differ from what was read.\n"
       "Example: writ import account.json -o policies"},
      [options](host::Environment& environment) { return RunImport(*options, environment); });
  AddSnapshot(app, options->paths);
  app.add_option("-o,--output", options->output, "The folder to write: absent or empty")
      ->type_name("DIR")
      ->required();
  AddDocumentsAlone(app, options->kind, options->account);
  app.add_option("--services", options->services,
                 "Leave statements about other services as they are (default: all)")
      ->type_name("ai|all|LIST");
  app.add_option("--teams", options->teams, "How teams are called (default: name)")
      ->type_name("name|path|tag=KEY")
      ->check(CLI::Validator(
          [](const std::string& text) {
            const bool is_tag = text.rfind("tag=", 0) == 0 && text.size() > 4;
            const bool is_known = text == "name" || text == "path" || is_tag;
            return is_known ? std::string() : "must be name, path or tag=KEY";
          },
          ""));
}

}  // namespace

void AddPolicyCommands(CommandLine& line) {
  AddSimulate(line);
  AddCompare(line);
  AddMinimise(line);
  AddLint(line);
  AddImport(line);
}

}  // namespace writ::cli
