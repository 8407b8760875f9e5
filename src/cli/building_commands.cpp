// Commands that make and review artifacts.
#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "cli/command_line.h"
#include "commands/ask.h"
#include "commands/build.h"
#include "commands/diff.h"
#include "commands/drift.h"
#include "commands/freeze.h"
#include "commands/replay.h"
#include "commands/report.h"
#include "commands/tighten.h"
#include "commands/verify.h"

namespace writ::cli {
namespace {

void AddOutputTree(CLI::App& app, std::string& folder) {
  app.add_option("-o,--output", folder, "Output folder: new, empty, or written by writ")
      ->type_name("DIR")
      ->required();
}

/// The options of a freeze that is staged, and the flag that asks for one.
CLI::Option& AddStaging(CLI::App& app, commands::BuildOptions& options) {
  compiler::FreezeRequest& request = options.freeze.request;
  CLI::Option* const freeze =
      app.add_flag("--with-freeze", options.with_freeze,
                   "Stage a stop of all use, which freeze/apply.sh puts in force");
  CLI::Option* const except =
      app.add_option("--except", request.except,
                     "Whom that stop spares: `team NAME`, or `role NAME` as a team lists it")
          ->type_name("PRINCIPAL")
          ->needs(freeze);
  freeze->needs(except);
  app.add_option("--freeze-in", request.targets,
                 "Where that stop is for: the organization (default), OUs or accounts")
      ->type_name("TARGET")
      ->needs(freeze);
  return *freeze;
}

void AddBuild(CommandLine& line) {
  auto options = std::make_shared<commands::BuildOptions>();
  auto only = std::make_shared<std::string>();
  CLI::App& app = AddCommand(
      line,
      {"build", "Write the policies of a program, proved, with a manifest of their origins",
       "Example: writ build examples/acme -o out\n"
       "First deployment: run `writ build DIR -o out --only guardrails`, then `bash out/apply.sh`\n"
       "in each account with guardrails, which creates them and writes writ.bindings.json. Then\n"
       "build everything."},
      [options, only](host::Environment& environment) {
        options->only_guardrails = *only == "guardrails";
        return RunBuild(*options, environment);
      });
  AddProgramPaths(app, options->paths);
  AddOutputTree(app, options->output);
  AddBindings(app, options->bindings);
  app.add_option("--format", options->formats,
                 "Artifact formats: json (with apply.sh), cloudformation, terraform")
      ->type_name(fmt::format("{}", fmt::join(commands::BuildFormats(), ",")))
      ->delimiter(',')
      ->check(CLI::IsMember(commands::BuildFormats()).description(""));
  app.add_option("--reserve", options->reserved_slots,
                 "SCP slots per root, OU and account to leave free (default: 2)")
      ->type_name("N")
      ->check(CLI::Range(0, 9).description(""));
  app.add_option("--quotas", options->quotas,
                 "SCP limits: those of the catalog, or 5,120 characters and 5 per node")
      ->type_name("dated|before-2026-05-15")
      ->check(CLI::IsMember({"dated", "before-2026-05-15"}).description(""));
  app.add_flag("--pretty", options->is_pretty,
               "Indent policies for review; sizes are those of the text that is sent");
  CLI::Option& freeze = AddStaging(app, *options);
  app.add_flag("--check", options->check,
               "Write nothing; list what differs from the folder and exit 1 if anything");
  app.add_option("--only", *only, "Write only the guardrail requests; needs no bindings")
      ->type_name("guardrails")
      ->excludes(&freeze)
      ->check(CLI::IsMember({"guardrails"}).description(""));
}

void AddVerify(CommandLine& line) {
  auto options = std::make_shared<commands::VerifyOptions>();
  CLI::App& app = AddCommand(
      line,
      {"verify", "Prove that artifacts match a program, or show requests that differ",
       "The artifacts may have been edited by hand or produced elsewhere.\n"
       "Exit status 1 if they differ.\n"
       "Example: writ verify policies/ --artifacts out"},
      [options](host::Environment& environment) { return RunVerify(*options, environment); });
  AddProgramPaths(app, options->paths);
  app.add_option("--artifacts", options->artifacts, "The folder to prove")
      ->type_name("DIR")
      ->required();
  AddBindings(app, options->bindings);
  app.add_flag("--json", options->json, "Print JSON");
  app.add_option("--smt", options->smt,
                 "Write each question to a folder as SMT-LIB 2, for other solvers")
      ->type_name("DIR");
}

void AddAskOptions(CLI::App& app, commands::AskOptions& options, const char* what) {
  app.add_option("QUESTION", options.question, what)->type_name("")->required();
  AddProgramPaths(app, options.paths);
  app.add_flag("--json", options.json, "Print JSON");
  AddBindings(app, options.bindings);
}

void AddCan(CommandLine& line) {
  auto options = std::make_shared<commands::AskOptions>();
  CLI::App& app = AddCommand(
      line,
      {"can", "Ask whether a principal can do something, and why",
       "Answers yes, partly or no, with reasons. Parts that the question leaves open (route,\n"
       "guardrail, conditions) may take any value; the answer says which. Exit status 0 for yes,\n"
       "1 for partly or no, 2 if the question or the program has errors.\n"
       "Example: writ can 'team fraud invoke claude-sonnet-4.5 in us-east-1' policies/"},
      [options](host::Environment& environment) { return RunCan(*options, environment); });
  AddAskOptions(app, *options, "A sentence without its modal verb: who, what, where");
}

void AddWho(CommandLine& line) {
  auto options = std::make_shared<commands::AskOptions>();
  CLI::App& app = AddCommand(
      line,
      {"who", "List who can do something, in which accounts, and why",
       "`anyone else` means principals that the program does not name and that other policies\n"
       "allow. Exit status 1 if nobody can.\n"
       "Example: writ who 'invoke models from deepseek in prod' policies/"},
      [options](host::Environment& environment) { return RunWho(*options, environment); });
  AddAskOptions(app, *options, "A sentence without its subject: what, where");
}

void AddDiff(CommandLine& line) {
  auto options = std::make_shared<commands::DiffOptions>();
  auto fail_on = std::make_shared<std::vector<std::string>>();
  auto markdown = std::make_shared<bool>(false);
  auto json = std::make_shared<bool>(false);
  CLI::App& app = AddCommand(
      line,
      {"diff", "Show how a change affects access: who gains and who loses what",
       "OLD and NEW are programs (folders or files), folders that `writ build` wrote, or programs\n"
       "at a git revision, REVISION:PATH with PATH relative to the repository's root.\n"
       "Example: writ diff origin/main:policies policies --markdown --fail-on widened\n"
       "         writ diff deployed/ out/"},
      [options, fail_on, markdown, json](host::Environment& environment) {
        options->fail_on = {fail_on->begin(), fail_on->end()};
        if (*markdown) options->form = commands::DiffOptions::Form::kMarkdown;
        if (*json) options->form = commands::DiffOptions::Form::kJson;
        return RunDiff(*options, environment);
      });
  app.add_option("OLD", options->before, "Before the change")->type_name("")->required();
  app.add_option("NEW", options->after, "After the change")->type_name("")->required();
  app.add_option("--old-catalog", options->old_catalog,
                 "The catalog for OLD, to see the effect of a catalog update")
      ->type_name("FILE");
  CLI::Option* as_json = app.add_flag("--json", *json, "Print JSON");
  app.add_flag("--markdown", *markdown, "Print Markdown for a pull request comment")
      ->excludes(as_json);
  app.add_option("--link-base", options->link_base,
                 "In Markdown, link the sentences of NEW to files below this URL")
      ->type_name("URL")
      ->check(CLI::Validator(
          [](std::string& url) {
            const bool is_web = url.starts_with("https://") || url.starts_with("http://");
            const bool is_plain = url.find_first_of(" \t\r\n()<>\"\\") == std::string::npos;
            return is_web && is_plain ? ""
                                      : "`" + url + "` is no URL of the form https://HOST/PATH";
          },
          ""));
  app.add_option("--fail-on", *fail_on, "Exit 1 if access changes in one of these ways")
      ->type_name("widened,narrowed,any")
      ->delimiter(',')
      ->check(CLI::IsMember({"widened", "narrowed", "any"}).description(""));
}

void AddDrift(CommandLine& line) {
  auto options = std::make_shared<commands::DriftOptions>();
  auto fail_on = std::make_shared<std::vector<std::string>>();
  auto markdown = std::make_shared<bool>(false);
  auto json = std::make_shared<bool>(false);
  CLI::App& app = AddCommand(
      line,
      {"drift", "Show where what is deployed differs from the program, with requests",
       "SNAPSHOT is a file or folder of exports: what the AWS CLI printed, an iam-collect store,\n"
       "`terraform show -json` or CloudFormation templates. --how-to-export prints the calls.\n"
       "Exit status 1 if it differs in a way that --fail-on names.\n"
       "Example: writ drift policies/ --deployed export/ --fail-on widened,unmanaged\n"
       "         writ drift --how-to-export > export.sh"},
      [options, fail_on, markdown, json](host::Environment& environment) {
        options->fail_on = {fail_on->begin(), fail_on->end()};
        if (*markdown) options->form = commands::DriftOptions::Form::kMarkdown;
        if (*json) options->form = commands::DriftOptions::Form::kJson;
        return RunDrift(*options, environment);
      });
  AddProgramPaths(app, options->paths);
  CLI::Option* const deployed =
      app.add_option("--deployed", options->deployed, "Files and folders (`-`: standard input)")
          ->type_name("SNAPSHOT");
  AddBindings(app, options->bindings);
  AddAccount(app, options->account);
  CLI::Option* as_json = app.add_flag("--json", *json, "Print JSON");
  app.add_flag("--markdown", *markdown, "Print Markdown")->excludes(as_json);
  app.add_option("--fail-on", *fail_on, "Exit 1 for these differences only (default: any)")
      ->type_name("widened,narrowed,unmanaged,missing,undetermined,any")
      ->delimiter(',')
      ->check(CLI::IsMember({"widened", "narrowed", "unmanaged", "missing", "undetermined", "any"})
                  .description(""));
  CLI::Option* const how = app.add_flag("--how-to-export", options->how_to_export,
                                        "Print the read-only calls that export everything");
  how->excludes(deployed);
  app.final_callback([options, how, deployed] {
    if (how->count() == 0 && deployed->count() == 0) {
      throw CLI::RequiredError("--deployed");
    }
  });
}

void AddReplay(CommandLine& line) {
  auto options = std::make_shared<commands::ReplayOptions>();
  options->threads = std::max(1U, std::thread::hardware_concurrency());
  auto fail_on = std::make_shared<std::vector<std::string>>();
  auto markdown = std::make_shared<bool>(false);
  auto json = std::make_shared<bool>(false);
  CLI::App& app = AddCommand(
      line,
      {"replay", "Show which calls of a log the program would have denied or allowed",
       "LOG is a CloudTrail file or folder, packed or not, `aws cloudtrail lookup-events` output "
       "or\n"
       "a Bedrock invocation log. What a log does not record is unknown: a call that depends on "
       "it\n"
       "is undetermined. Without --old the answers of AWS are compared.\n"
       "Exit status 1 if there is a call that --fail-on names.\n"
       "Example: writ replay policies/ AWSLogs/ --old main:policies --fail-on newly-denied\n"
       "         aws cloudtrail lookup-events > events.json && writ replay policies/ events.json"},
      [options, fail_on, markdown, json](host::Environment& environment) {
        options->fail_on = {fail_on->begin(), fail_on->end()};
        if (*markdown) options->form = commands::ReplayOptions::Form::kMarkdown;
        if (*json) options->form = commands::ReplayOptions::Form::kJson;
        return RunReplay(*options, environment);
      });
  app.add_option(
         "PATH", options->paths,
         "`.writ` files, folders of them (default: this folder), and LOGs (`-`: standard input)")
      ->type_name("");
  app.add_option("--old", options->old, "The program in force, a PATH or REVISION:PATH")
      ->type_name("PROGRAM");
  AddBindings(app, options->bindings);
  AddSince(app, options->since);
  app.add_option("--classes", options->classes,
                 "Replay the result of the query of --sql, CSV or JSON")
      ->type_name("FILE");
  app.add_option("--sql", options->sql,
                 "Print the query that counts the calls where the logs are, and nothing else")
      ->type_name("athena|lake")
      ->check(CLI::IsMember({"athena", "lake"}).description(""));
  CLI::Option* as_json = app.add_flag("--json", *json, "Print JSON");
  app.add_flag("--markdown", *markdown, "Print Markdown for a pull request")->excludes(as_json);
  app.add_option("--fail-on", *fail_on, "Exit 1 for these calls")
      ->type_name("newly-denied,newly-allowed,undetermined,any")
      ->delimiter(',')
      ->check(
          CLI::IsMember({"newly-denied", "newly-allowed", "undetermined", "any"}).description(""));
}

void AddTighten(CommandLine& line) {
  auto options = std::make_shared<commands::TightenOptions>();
  options->threads = std::max(1U, std::thread::hardware_concurrency());
  CLI::App& app = AddCommand(
      line,
      {"tighten", "Propose to remove what the calls of a log did not use",
       "Prints what each permission was used for, and a patch that removes models, regions and\n"
       "sentences that no call used. What logs cannot show is kept, and prohibitions are not\n"
       "changed. LOG is what `writ replay` reads.\n"
       "Example: writ tighten policies/ AWSLogs/ --keep-days 90 | git apply"},
      [options](host::Environment& environment) { return RunTighten(*options, environment); });
  app.add_option(
         "PATH", options->paths,
         "`.writ` files, folders of them (default: this folder), and LOGs (`-`: standard input)")
      ->type_name("");
  AddBindings(app, options->bindings);
  AddSince(app, options->since);
  app.add_option("--keep-days", options->keep_days,
                 "Keep what was used in the last N days, and nothing else")
      ->type_name("N")
      ->check(CLI::Range(1, 3650).description(""));
  app.add_flag("--write", options->write, "Change the files instead of printing the patch");
}

void AddReport(CommandLine& line) {
  auto options = std::make_shared<commands::ReportOptions>();
  CLI::App& app = AddCommand(
      line,
      {"report",
       "Report who may do what, what proves it and what lapses, for reviewers and auditors",
       "A build is evidence of how access is designed, not of what was deployed or done.\n"
       "Exit status 1 if the artifacts are not proved, a test fails or, with --deployed, a policy "
       "differs;\nthe report is written anyway.\n"
       "Without a FILE or DIR to write: a short summary on standard output.\n"
       "Example: writ report policies/ --html report.html --evidence evidence\n"
       "         writ report --check evidence --digest 1f8e..."},
      [options](host::Environment& environment) { return RunReport(*options, environment); });
  AddProgramPaths(app, options->paths);
  AddBindings(app, options->bindings);
  app.add_option("--artifacts", options->artifacts,
                 "Report on this tree instead of what the program builds")
      ->type_name("DIR");
  std::vector<CLI::Option*> outputs;
  const auto output = [&](const char* name, std::string& value, const char* what,
                          const char* type) {
    outputs.push_back(app.add_option(name, value, what)->type_name(type));
  };
  output("--html", options->html, "Write one self-contained page", "FILE");
  output("--json", options->json, "Write JSON (`-`: standard output)", "FILE");
  output("--evidence", options->evidence,
         "Write a bundle linked by SHA-256, and print the digest of its index", "DIR");
  output("--oscal", options->oscal, "Write OSCAL documents", "DIR");
  output("--lcov", options->lcov, "Write decision coverage as an LCOV tracefile", "FILE");
  output("--cobertura", options->cobertura, "Write decision coverage as Cobertura XML", "FILE");
  app.add_option("--revision", options->revision,
                 "Name this revision of the sources in the evidence; it is not checked")
      ->type_name("REV");
  CLI::Option* const base =
      app.add_option("--base", options->base, "Show how access differs from this git revision")
          ->type_name("REV");
  app.add_option("--against", options->against, "Show how access differs from this program or tree")
      ->type_name("OLD")
      ->excludes(base);
  app.add_option("--deployed", options->deployed, "Compare what these exports hold, as drift does")
      ->type_name("SNAPSHOT");
  CLI::Option* const check =
      app.add_option("--check", options->check, "Name the files of a bundle that have changed")
          ->type_name("DIR");
  app.add_option("--digest", options->digest, "The digest of its index")
      ->type_name("D")
      ->check(CLI::Validator(
          [](const std::string& digest) {
            // An empty one, of a variable that is not set, would hold for every bundle.
            return digest.empty() ? std::string("it is empty") : std::string();
          },
          ""))
      ->needs(check);
  CLI::Option* const summarise =
      app.add_option("--summarise,--summarize", options->summarise,
                     "Print results of an evaluation without prompts and answers")
          ->type_name("FILE")
          ->excludes(check);
  for (CLI::Option* const one : outputs) {
    check->excludes(one);
    summarise->excludes(one);
  }
}

/// The ways to say what is frozen: exactly one is given.
void AddFreezeModes(CLI::App& app, compiler::FreezeRequest& request) {
  using Mode = compiler::FreezeMode;
  CLI::Option_group* const modes = app.add_option_group("What to stop", "exactly one of these");
  modes->require_option(1);
  modes->add_flag_callback(
      "--use", [&request] { request.mode = Mode::kUse; }, "All use, by everyone");
  const auto add = [&](const char* name, Mode mode, const char* type, const char* what) {
    modes
        ->add_option_function<std::string>(
            name,
            [&request, mode](const std::string& subject) {
              request.mode = mode;
              request.subject = subject;
            },
            what)
        ->type_name(type);
  };
  add("--sessions-before", Mode::kSessionsBefore, "TIME",
      "Use with credentials issued before TIME (UTC), and with long-term credentials");
  add("--model", Mode::kModel, "M", "A model or family, on every plane and route");
  add("--provider", Mode::kProvider, "P", "All models of a provider");
  add("--team", Mode::kTeam, "T", "All use by the principals of a team");
  modes->add_flag_callback(
      "--keys", [&request] { request.mode = Mode::kKeys; },
      "Bedrock API keys: using them and making new ones");
}

void AddFreeze(CommandLine& line) {
  auto options = std::make_shared<commands::FreezeOptions>();
  CLI::App& app = AddCommand(
      line,
      {"freeze",
       "Write emergency policies that stop use, proved, with scripts to apply and lift them",
       "TARGET is the organization (default), an OU or an account of the program. The policies "
       "also\n"
       "stop everyone but the exception from changing logging, guardrails and retention.\n"
       "AWS is not called: run apply.sh, then probe.sh, which tells when calls are refused.\n"
       "Example: writ freeze prod --use --except 'team responders' -o freeze --program policies/"},
      [options](host::Environment& environment) { return RunFreeze(*options, environment); });
  app.add_option("TARGET", options->request.targets, "Where (default: the whole organization)")
      ->type_name("");
  AddFreezeModes(app, options->request);
  app.add_option("--except", options->request.except,
                 "Who is not frozen: `team NAME`, or `role NAME` as a team lists it")
      ->type_name("PRINCIPAL")
      ->required();
  AddOutputTree(app, options->output);
  app.add_option("--program", options->paths, "Files and folders of the program (default: .)")
      ->type_name("PATH");
  app.add_option("--owner", options->owner, "Who decided, for the record")->type_name("NAME");
  app.add_option("--reason", options->reason, "Why, for the record")->type_name("TEXT");
  app.add_option("--until", options->until, "The day to lift or renew it, for the record")
      ->type_name("YYYY-MM-DD");
}

}  // namespace

void AddBuildingCommands(CommandLine& line) {
  AddBuild(line);
  AddVerify(line);
  AddDiff(line);
  AddDrift(line);
  AddFreeze(line);
  AddReplay(line);
  AddTighten(line);
  AddReport(line);
  AddCan(line);
  AddWho(line);
}

}  // namespace writ::cli
