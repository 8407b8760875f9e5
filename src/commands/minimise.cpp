#include "commands/minimise.h"

#include <istream>
#include <iterator>
#include <optional>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/policy.h"
#include "base/support/json.h"
#include "base/support/json_members.h"
#include "commands/finish.h"
#include "commands/policy_names.h"
#include "commands/wording.h"
#include "compiler/compilation.h"
#include "iam/decide/pairs.h"
#include "iam/minimise/minimise.h"
#include "iam/policy/document.h"

namespace writ::commands {
namespace {

constexpr std::string_view kStandardInput = "-";
constexpr std::string_view kClass = "statements of the document's own shapes and elements";

/// What was asked for and what came out.
struct Outcome {
  policy::Kind kind = policy::Kind::kIdentity;
  const policy::PolicyDocument& before;
  minimise::Result result;
  std::string text;  ///< of the policy as it is printed
  std::size_t characters_before = 0;
  std::size_t characters_after = 0;
  std::string catalog;  ///< its date in a closed world, else empty

  [[nodiscard]] bool is_equivalent() const {
    return result.verdict != minimise::Verdict::kUndecided;
  }
  [[nodiscard]] bool is_smallest() const { return result.quality == minimise::Quality::kSmallest; }
};

std::string Json(const Outcome& outcome) {
  const minimise::Result& result = outcome.result;
  support::json::Writer writer(support::json::Style::kMinified);
  writer.BeginObject();
  writer.Key("policy");
  writer.Raw(outcome.text);
  WriteCount(writer, "charactersBefore", outcome.characters_before);
  WriteCount(writer, "charactersAfter", outcome.characters_after);
  WriteCount(writer, "statementsBefore", outcome.before.statements.size());
  WriteCount(writer, "statementsAfter", result.document.statements.size());
  writer.Key("equivalent");
  writer.Bool(true);
  writer.Key("world");
  writer.String(outcome.catalog.empty() ? "open" : "closed");
  if (!outcome.catalog.empty()) {
    writer.Key("catalog");
    writer.String(outcome.catalog);
  }
  writer.Key("smallest");
  writer.Bool(outcome.is_smallest());
  writer.Key("class");
  writer.String(kClass);
  writer.Key("lowerBound");
  writer.BeginObject();
  WriteCount(writer, "statements", result.least_statements);
  WriteCount(writer, "characters", result.least_characters);
  writer.EndObject();
  WriteTexts(writer, "rewrites", result.rewrites);
  writer.Key("exact");
  writer.Bool(outcome.is_equivalent());
  WriteTexts(writer, "unsupported", result.obstacles);
  writer.EndObject();
  return writer.Take() + "\n";
}

std::string Summary(const Outcome& outcome) {
  const minimise::Result& result = outcome.result;
  std::string text = fmt::format(
      "{} and {} characters, before {} and {}; {}\n",
      Counted(result.document.statements.size(), "statement"), outcome.characters_after,
      Counted(outcome.before.statements.size(), "statement"), outcome.characters_before,
      outcome.catalog.empty()
          ? "proved equivalent"
          : fmt::format("proved equivalent for the actions of the catalog of {}", outcome.catalog));
  for (const std::string& rewrite : result.rewrites) text += fmt::format("  {}\n", rewrite);
  if (outcome.is_smallest()) return text + fmt::format("proved smallest among {}\n", kClass);
  return text + fmt::format("nothing can be dropped; at least {} and {} characters among {}\n",
                            Counted(result.least_statements, "statement"), result.least_characters,
                            kClass);
}

class Minimising {
 public:
  Minimising(const MinimiseOptions& options, host::Environment& environment)
      : options_(options), environment_(environment) {}

  host::ExitStatus Run() {
    if (const auto stop = compiler::ChooseCatalog(compilation_)) return Done(StatusOf(stop));
    const auto bytes = Bytes();
    if (!bytes) return Done(host::ExitStatus::kUnreadable);
    const auto kind = decide::ParseKind(options_.kind);
    WRIT_CHECK(kind.has_value(), "the command line knows the kinds");
    const auto document = policy::Read(
        *bytes, *kind, options_.is_as_read ? policy::Demand::kGrammar : policy::Demand::kAsCreated);
    if (!document) {
      const source::FileId file = compilation_.sources.Add(options_.policy, *bytes);
      const bool is_readable = policy::Read(*bytes, *kind).ok();
      for (const policy::PolicyError& error : document.error()) {
        const source::Span span{file, error.offset, error.offset};
        if (is_readable) {
          compilation_.findings.Report(diag::kRefusedByAws, span)
              .At(error.message)
              .Note("to use it anyway, add `--as-read`");
        } else {
          compilation_.findings.Report(diag::kBadPolicyDocument, span, error.message);
        }
      }
      return Done(host::ExitStatus::kInvalid);
    }
    const source::FileId file = compilation_.sources.Add(options_.policy, *bytes);
    WarnUnknownNames(snapshot::Text::OfFile(compilation_.sources, file), *kind, compilation_);
    return Print(Minimise(*kind, *bytes, *document));
  }

 private:
  host::ExitStatus Done(host::ExitStatus status) {
    return Finish(compilation_, environment_, status);
  }

  std::optional<std::string> Bytes() {
    if (options_.policy == kStandardInput) {
      return std::string(std::istreambuf_iterator<char>(environment_.in), {});
    }
    auto bytes = environment_.files.Read(options_.policy, policy::kMaxPolicyBytes);
    if (bytes) return std::move(bytes).value();
    compilation_.findings.Report(diag::kFileNotReadable, {}, options_.policy, bytes.error().reason);
    return std::nullopt;
  }

  Outcome Minimise(policy::Kind kind, const std::string& bytes,
                   const policy::PolicyDocument& document) {
    minimise::Options search;
    search.catalog = &compilation_.catalog();
    Outcome outcome{.kind = kind, .before = document, .result = {}, .text = {}, .catalog = {}};
    if (options_.is_closed_world) {
      search.closed_world = &compilation_.catalog();
      outcome.catalog = compilation_.catalog().date();
    }
    outcome.result = minimise::Minimise(document, kind, search);
    outcome.characters_before = policy::CountCharacters(bytes, kind);
    outcome.text = policy::Write(outcome.result.document, policy::Style::kMinified);
    outcome.characters_after = policy::CountCharacters(outcome.text, kind);
    // What is written anew has its statements in an array, which a single one need not have.
    if (!outcome.is_equivalent() || outcome.characters_after >= outcome.characters_before) {
      outcome.text = bytes;
      while (!outcome.text.empty() && outcome.text.back() == '\n') outcome.text.pop_back();
      outcome.characters_after = outcome.characters_before;
    }
    return outcome;
  }

  host::ExitStatus Print(const Outcome& outcome) {
    if (!outcome.is_equivalent()) {
      compilation_.findings.Report(diag::kNotMinimised, {},
                                   fmt::format("{}", fmt::join(outcome.result.obstacles, "; ")));
    }
    const std::string policy = outcome.text + "\n";
    if (!options_.output.empty()) {
      const auto written = environment_.files.WriteFile(options_.output, policy);
      if (!written) {
        compilation_.findings.Report(diag::kFileNotWritten, {}, options_.output,
                                     written.error().message);
        return Done(host::ExitStatus::kUnreadable);
      }
    }
    if (options_.is_json) {
      environment_.out << Json(outcome);
    } else if (options_.output.empty()) {
      environment_.out << policy;
    }
    if (!environment_.settings.quiet && !options_.is_json && outcome.is_equivalent()) {
      environment_.err << Summary(outcome);
    }
    return Done(host::ExitStatus::kGood);
  }

  const MinimiseOptions& options_;
  host::Environment& environment_;
  compiler::Compilation compilation_{environment_};
};

}  // namespace

host::ExitStatus RunMinimise(const MinimiseOptions& options, host::Environment& environment) {
  return Minimising(options, environment).Run();
}

}  // namespace writ::commands
