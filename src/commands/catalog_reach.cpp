#include "commands/catalog_reach.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <optional>
#include <ostream>
#include <set>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/support/check.h"
#include "base/support/date.h"
#include "base/support/json.h"
#include "commands/finish.h"
#include "compiler/stages.h"
#include "facts/library/library.h"
#include "host/memory_file_system.h"
#include "program/sema/ways_left.h"

namespace writ::commands {
namespace {

constexpr std::string_view kFile = "reach.writ";
constexpr std::string_view kCatalog = "catalog.txt";
/// What the sentence means is the same in any organization: this one has one member account.
constexpr std::string_view kProgram =
    "import aws.bedrock\n"
    "organization reach {{\n"
    "  management 111111111111\n"
    "  account member 222222222222\n"
    "}}\n"
    "nobody may invoke models from {}\n";

enum class Fate : std::uint8_t { kDenied, kAsked, kCannot, kWarned, kUnaccounted };

constexpr std::array<std::string_view, 5> kFates{"denied", "asked", "cannot", "warned",
                                                 "unaccounted"};

std::string_view Name(Fate fate) { return kFates[static_cast<std::size_t>(fate)]; }

struct Way {
  std::string action;
  Fate fate = Fate::kUnaccounted;
  std::string why;
};

/// Whether a text names the action, not a longer one.
bool Names(std::string_view text, std::string_view action) {
  for (std::size_t at = text.find(action); at != std::string_view::npos;
       at = text.find(action, at + 1)) {
    const std::size_t end = at + action.size();
    if (end == text.size() || std::isalnum(static_cast<unsigned char>(text[end])) == 0) return true;
  }
  return false;
}

class Reach {
 public:
  Reach(const catalog::Catalog& facts, const catalog::Provider& provider,
        const std::optional<std::string>& own_catalog, support::Date as_of)
      : facts_(facts),
        provider_(provider),
        files_(FilesOf(provider, own_catalog)),
        compilation_(files_, {.as_of = as_of,
                              .catalog_file = own_catalog ? std::string(kCatalog) : std::string(),
                              .purpose = compiler::Purpose::kReview}) {}

  /// All ways, by action.
  std::vector<Way> Run() {
    lowered_ = compiler::Compile<compiler::Lowered>(
        {.paths = {std::string(kFile)}, .lock = compiler::LockUse::kIgnore}, compilation_);
    std::vector<Way> ways;
    for (const std::string& action : Actions()) ways.push_back(Judge(action));
    return ways;
  }

 private:
  static host::FileSet FilesOf(const catalog::Provider& provider,
                               const std::optional<std::string>& own_catalog) {
    host::FileSet files{{std::string(kFile), fmt::format(kProgram, provider.slug)}};
    if (own_catalog) files.emplace(kCatalog, *own_catalog);
    return files;
  }

  [[nodiscard]] const library::Verb& Invoke() const {
    const library::Verb* verb = library_.Find("invoke", "Models");
    WRIT_CHECK(verb != nullptr, "models are invoked");
    return *verb;
  }

  /// Everything that the catalog says has a model run or lets one be run, and what other services
  /// have.
  [[nodiscard]] std::set<std::string> Actions() const {
    std::set<std::string> actions;
    for (const catalog::BedrockAction& action : facts_.bedrock_actions()) {
      if (action.causes_inference) actions.insert(action.FullName());
    }
    for (const library::Leg& leg : Invoke().forbid) {
      actions.insert(leg.actions.begin(), leg.actions.end());
    }
    for (const sema::Elsewhere& place : sema::PlacesElsewhere()) {
      const std::vector<std::string> of_place = ActionsOf(place);
      actions.insert(of_place.begin(), of_place.end());
    }
    return actions;
  }

  [[nodiscard]] std::vector<std::string> ActionsOf(const sema::Elsewhere& place) const {
    std::vector<std::string> actions = place.actions;
    for (const library::Verb* verb : library_.Named(place.verb)) {
      for (const library::Leg& leg : verb->forbid) {
        actions.insert(actions.end(), leg.actions.begin(), leg.actions.end());
      }
    }
    return actions;
  }

  [[nodiscard]] Way Judge(const std::string& action) const {
    if (IsDenied(action)) return {action, Fate::kDenied, ""};
    if (IsAsked(action)) {
      return {action, Fate::kAsked, "AWS asks the caller for the right to the model as well"};
    }
    if (const std::string runs = RunsOnly(action); !runs.empty()) {
      return {action, Fate::kCannot, fmt::format("runs {} only", runs)};
    }
    if (const std::string closing = Warning(action); !closing.empty()) {
      return {action, Fate::kWarned, fmt::format("`nobody may {}` closes it", closing)};
    }
    return {action, Fate::kUnaccounted, "neither denied nor named in a warning"};
  }

  [[nodiscard]] bool IsDenied(const std::string& action) const {
    const std::string name = policy::FoldCase(action);
    const auto denies = [&](const lower::Sourced& sourced) {
      const policy::Statement& statement = sourced.statement;
      const bool listed =
          std::ranges::any_of(statement.action.values, [&](const std::string& pattern) {
            return catalog::MatchesPattern(policy::FoldCase(pattern), name);
          });
      return statement.effect == policy::Effect::kDeny &&
             listed == (statement.action.sense == policy::Sense::kListed);
    };
    return std::ranges::any_of(lowered_.bundle.documents, [&](const lower::Document& document) {
      return std::ranges::any_of(document.statements, denies);
    });
  }

  [[nodiscard]] bool IsAsked(const std::string& action) const {
    return std::ranges::any_of(Invoke().forbid, [&](const library::Leg& leg) {
      return leg.part == "asked" && std::ranges::find(leg.actions, action) != leg.actions.end();
    });
  }

  /// The models that an action runs which does not say which, if none of them is the provider's.
  [[nodiscard]] std::string RunsOnly(const std::string& action) const {
    const std::string service = action.substr(0, action.find(':'));
    for (const library::Leg& leg : Invoke().forbid) {
      if (leg.target != "plane" || leg.models.empty()) continue;
      const bool is_of_leg = std::ranges::find(leg.actions, action) != leg.actions.end() ||
                             (leg.select == "inference" && library_.PrefixOf(leg.plane) == service);
      if (!is_of_leg) continue;
      const bool meets = std::ranges::any_of(leg.models, [&](const std::string& model) {
        return std::ranges::any_of(provider_.patterns, [&](const std::string& pattern) {
          return catalog::PatternsMeet(pattern, model);
        });
      });
      if (!meets) return fmt::format("{}", fmt::join(leg.models, ", "));
    }
    return {};
  }

  /// What closes the action, if the sentence's own warning says so.
  [[nodiscard]] std::string Warning(const std::string& action) const {
    for (const diag::Diagnostic& found : compilation_.findings.all()) {
      for (const diag::Help& help : found.helps) {
        if (!Names(help.text, action)) continue;
        return "do " + action;
      }
      for (const sema::Elsewhere& place : sema::PlacesElsewhere()) {
        const std::vector<std::string> actions = ActionsOf(place);
        const bool is_said = std::ranges::find(actions, action) != actions.end() &&
                             std::ranges::any_of(found.helps, [&](const diag::Help& help) {
                               return help.text.find(place.closing) != std::string::npos;
                             });
        if (is_said) return place.closing;
      }
    }
    return {};
  }

  const catalog::Catalog& facts_;
  const catalog::Provider& provider_;
  const library::Library& library_ = library::Library::BuiltIn();
  host::MemoryFileSystem files_;
  compiler::Compilation compilation_;
  compiler::Lowered lowered_;
};

struct Answer {
  std::string provider;
  std::vector<Way> ways;
};

void PrintText(const std::vector<Answer>& answers, std::ostream& out) {
  for (const Answer& answer : answers) {
    out << fmt::format("`nobody may invoke models from {}`\n", answer.provider);
    for (const Way& way : answer.ways) {
      out << fmt::format("  {:<11}  {}{}{}\n", Name(way.fate), way.action,
                         way.why.empty() ? "" : ": ", way.why);
    }
  }
}

/// Many providers: how many actions have which fate.
void PrintCounts(const std::vector<Answer>& answers, std::ostream& out) {
  for (const Answer& answer : answers) {
    out << answer.provider << ":";
    std::string_view mark = " ";
    for (std::size_t i = 0; i < kFates.size(); ++i) {
      const auto count = std::ranges::count(answer.ways, static_cast<Fate>(i), &Way::fate);
      if (count == 0) continue;
      out << fmt::format("{}{} {}", mark, count, kFates[i]);
      mark = ", ";
    }
    out << "\n";
  }
}

void PrintJson(const catalog::Catalog& facts, const std::vector<Answer>& answers,
               std::ostream& out) {
  support::json::Writer writer(support::json::Style::kPretty);
  const auto text = [&](std::string_view key, std::string_view value) {
    writer.Key(key);
    writer.String(value);
  };
  writer.BeginObject();
  text("catalog", facts.date());
  writer.Key("providers");
  writer.BeginArray();
  for (const Answer& answer : answers) {
    writer.BeginObject();
    text("provider", answer.provider);
    writer.Key("actions");
    writer.BeginArray();
    for (const Way& way : answer.ways) {
      writer.BeginObject();
      text("action", way.action);
      text("fate", Name(way.fate));
      text("why", way.why);
      writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  out << writer.Take() << "\n";
}

}  // namespace

host::ExitStatus RunCatalogReach(std::span<const std::string> providers, bool json,
                                 host::Environment& environment) {
  compiler::Compilation compilation(environment);
  if (const auto stop = compiler::ChooseCatalog(compilation)) {
    return Finish(compilation, environment, StatusOf(stop));
  }
  const catalog::Catalog& facts = compilation.catalog();
  std::vector<const catalog::Provider*> asked;
  for (const std::string& name : providers) {
    const catalog::Provider* provider = facts.FindProvider(name);
    if (provider == nullptr) {
      compilation.findings.Report(diag::kNothingFound, {}, facts.date(), "providers",
                                  fmt::format("`{}`", name));
      return Finish(compilation, environment, host::ExitStatus::kNo);
    }
    asked.push_back(provider);
  }
  if (providers.empty()) {
    for (const catalog::Provider& provider : facts.providers()) asked.push_back(&provider);
  }
  std::optional<std::string> own;
  if (compilation.own_catalog) {
    constexpr std::uint64_t kAny = UINT64_MAX;
    auto text = environment.files.Read(environment.settings.catalog_file, kAny);
    if (text.ok()) own = std::move(text).value();
  }
  std::vector<Answer> answers;
  for (const catalog::Provider* provider : asked) {
    answers.push_back({provider->slug, Reach(facts, *provider, own, environment.today).Run()});
  }
  if (json) {
    PrintJson(facts, answers, environment.out);
  } else if (providers.empty()) {
    PrintCounts(answers, environment.out);
  } else {
    PrintText(answers, environment.out);
  }
  const bool is_whole = std::ranges::all_of(answers, [](const Answer& answer) {
    return std::ranges::count(answer.ways, Fate::kUnaccounted, &Way::fate) == 0;
  });
  return Finish(compilation, environment,
                is_whole ? host::ExitStatus::kGood : host::ExitStatus::kNo);
}

}  // namespace writ::commands
