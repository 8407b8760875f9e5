#include "commands/compare.h"

#include <algorithm>
#include <array>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/diag/codes/policy.h"
#include "base/support/json.h"
#include "commands/finish.h"
#include "commands/policy_input.h"
#include "commands/smt_folder.h"
#include "commands/wording.h"
#include "compiler/compilation.h"
#include "iam/decide/in_place.h"
#include "iam/decide/pairs.h"
#include "iam/decide/space.h"
#include "iam/policy/document.h"

namespace writ::commands {
namespace {

constexpr std::string_view kStandardInput = "-";

bool IsInternal(const decide::Obstacle& obstacle) {
  return obstacle.kind == decide::Obstacle::Kind::kReplay;
}

class Comparing {
 public:
  Comparing(const CompareOptions& options, host::Environment& environment,
            std::optional<policy::Kind> kind)
      : options_(options),
        environment_(environment),
        kind_(kind),
        input_(environment, compilation_,
               options.is_as_read ? policy::Demand::kGrammar : policy::Demand::kAsCreated) {}

  host::ExitStatus Run() {
    if (const auto stop = compiler::ChooseCatalog(compilation_)) {
      return Finish(compilation_, environment_, commands::StatusOf(stop));
    }
    if (options_.smt.empty()) return RunAll();
    const bool has_pairs = !options_.pairs.empty();
    const std::string title =
        has_pairs ? fmt::format("writ compare --pairs {}", options_.pairs)
                  : fmt::format("writ compare {} {}", options_.before, options_.after);
    SmtFolder smt(options_.smt, title, compilation_.catalog());
    on_question_ = [&smt](const decide::Space& left, const decide::Space& right) {
      smt.Take(left, right);
    };
    on_pair_ = [&](std::string_view id) { smt.Begin(fmt::format("{}, {}", title, id)); };
    const host::ExitStatus answered = RunAll();
    if (answered != host::ExitStatus::kGood && answered != host::ExitStatus::kNo) return answered;
    compiler::Compilation writing{environment_};
    const host::ExitStatus written = smt.Write(environment_, writing);
    return written == host::ExitStatus::kGood ? answered : Finish(writing, environment_, written);
  }

  host::ExitStatus RunAll() {
    if (!options_.pairs.empty()) return RunPairs();
    return options_.is_stack ? RunStacks() : RunTwo();
  }

 private:
  [[nodiscard]] decide::InPlaceOptions Questions() const {
    decide::InPlaceOptions questions;
    questions.questions.catalog = &compilation_.catalog();
    if (on_question_) questions.questions.on_question = &on_question_;
    questions.is_alone = options_.is_alone;
    questions.is_world = options_.is_world;
    return questions;
  }

  // ---- Many pairs

  host::ExitStatus RunPairs() {
    std::unique_ptr<std::istream> file;
    if (options_.pairs != kStandardInput) {
      auto opened = environment_.files.Open(options_.pairs);
      if (!opened) return Unreadable(opened.error().reason);
      file = *std::move(opened);
    }
    const decide::PairSummary summary =
        decide::RunPairs(file ? *file : environment_.in, environment_.out,
                         {.questions = Questions(),
                          .threads = options_.threads,
                          .kind = kind_.value_or(policy::Kind::kIdentity),
                          .is_as_read = options_.is_as_read,
                          .on_pair = on_pair_ ? &on_pair_ : nullptr});
    if (summary.is_cut_short) return Unreadable("reading failed");
    if (!environment_.settings.quiet) {
      environment_.err << fmt::format("{}: {} answered, {} undecided, {}\n",
                                      Counted(Total(summary), "pair"), summary.answered,
                                      summary.undecided, Counted(summary.errors, "error"));
    }
    if (Total(summary) == 0) {
      compilation_.findings.Report(diag::kNoPairs, {}, options_.pairs);
      return Finish(compilation_, environment_, host::ExitStatus::kInvalid);
    }
    return Finish(compilation_, environment_, StatusOf(summary));
  }

  static std::size_t Total(const decide::PairSummary& summary) {
    return summary.answered + summary.undecided + summary.errors;
  }

  static host::ExitStatus StatusOf(const decide::PairSummary& summary) {
    if (summary.failures != 0) return host::ExitStatus::kInternal;
    if (summary.errors != 0) return host::ExitStatus::kInvalid;
    return summary.undecided != 0 ? host::ExitStatus::kNo : host::ExitStatus::kGood;
  }

  host::ExitStatus Unreadable(std::string_view reason) {
    compilation_.findings.Report(diag::kFileNotReadable, {}, options_.pairs, reason);
    return Finish(compilation_, environment_, host::ExitStatus::kUnreadable);
  }

  // ---- Two policies

  host::ExitStatus RunTwo() {
    const PolicyInput::Texts before = input_.Load(options_.before);
    const PolicyInput::Texts after = input_.Load(options_.after);
    if (!kind_) kind_ = input_.KindOf({&before, &after});
    if (!kind_) kind_ = policy::Kind::kIdentity;
    if (input_.status() != host::ExitStatus::kGood) {
      return Finish(compilation_, environment_, input_.status());
    }
    before_ = input_.Read(before, *kind_);
    after_ = input_.Read(after, *kind_);
    if (input_.status() != host::ExitStatus::kGood) {
      return Finish(compilation_, environment_, input_.status());
    }
    const decide::InPlace answer =
        decide::CompareInPlace(before_.documents, after_.documents, *kind_, Questions());
    if (options_.is_alone) SayWhatIsNothing();
    Print(answer);
    if (!environment_.settings.quiet) {
      environment_.err << fmt::format("{} compared with {}\n",
                                      Counted(before_.StatementCount(), "statement"),
                                      Counted(after_.StatementCount(), "statement"));
    }
    return Finish(compilation_, environment_, StatusOf(answer));
  }

  // A comparison with nothing is true of much.
  void SayWhatIsNothing() {
    const auto look = [this](const Documents& side, const std::string& path) {
      const decide::Answer allowed =
          decide::FindAllowed(decide::Space::Of(side.documents, *kind_), Questions().questions);
      if (!std::holds_alternative<decide::Proved>(allowed)) return;
      compilation_.findings.Report(diag::kPermitsNothingAlone, {}, path);
    };
    look(before_, options_.before);
    look(after_, options_.after);
  }

  // ---- Two stacks

  host::ExitStatus RunStacks() {
    const PolicyInput::Texts before = input_.Load(options_.before);
    const PolicyInput::Texts after = input_.Load(options_.after);
    if (input_.status() != host::ExitStatus::kGood) {
      return Finish(compilation_, environment_, input_.status());
    }
    stacks_[0] = input_.ReadStack(before.front());
    stacks_[1] = input_.ReadStack(after.front());
    if (input_.status() != host::ExitStatus::kGood) {
      return Finish(compilation_, environment_, input_.status());
    }
    const decide::InPlace answer =
        decide::CompareStacks(stacks_[0], stacks_[1], Questions().questions);
    Print(answer);
    return Finish(compilation_, environment_, StatusOf(answer));
  }

  host::ExitStatus StatusOf(const decide::InPlace& answer) {
    for (const decide::Obstacle& obstacle : answer.obstacles) {
      if (IsInternal(obstacle)) {
        environment_.err << obstacle.Describe() << "\nThis is a bug in writ.\n";
      } else {
        compilation_.findings.Report(diag::kUndecidedComparison, {}, obstacle.Describe());
      }
    }
    if (std::ranges::any_of(answer.obstacles, IsInternal)) return host::ExitStatus::kInternal;
    const bool is_equivalent = answer.relation == decide::Relation::kEquivalent && !answer.other;
    return is_equivalent ? host::ExitStatus::kGood : host::ExitStatus::kNo;
  }

  // ---- Answers

  void Print(const decide::InPlace& answer) {
    if (options_.is_json) {
      support::json::Writer writer(support::json::Style::kMinified);
      writer.BeginObject();
      decide::WriteInPlace(writer, answer, true);
      writer.EndObject();
      environment_.out << writer.Take() << '\n';
      return;
    }
    environment_.out << SentenceOf(answer.relation) << '\n';
    PrintCase("gained, with the second only", answer.gained, after_, before_);
    PrintCase("lost, with the first only", answer.lost, before_, after_);
    if (answer.other) {
      environment_.out << "\nunder another reading " << SentenceOf(answer.other->relation) << '\n';
      for (const policy::Doubt doubt : answer.other->doubts) {
        environment_.out << fmt::format("  {}\n", policy::Describe(doubt));
      }
      PrintCase("gained under it", answer.other->gained, after_, before_);
      PrintCase("lost under it", answer.other->lost, before_, after_);
    }
    for (const std::string& one : answer.unsupported) {
      environment_.out << "\nnot shown: " << one << '\n';
    }
  }

  [[nodiscard]] std::string_view SentenceOf(decide::Relation relation) const {
    constexpr std::array<std::string_view, 5> kInPlace = {
        "equivalent: in the place of the first, the second changes nothing",
        "narrower: the second gives less, and nothing new",
        "broader: the second gives more, and nothing less",
        "incomparable: each gives something that the other does not", "undecided"};
    constexpr std::array<std::string_view, 5> kAlone = {
        "equivalent: both permit exactly the same requests",
        "narrower: the second permits less, and nothing new",
        "broader: the second permits more, and all that the first does",
        "incomparable: each permits something that the other does not", "undecided"};
    const bool is_alone = options_.is_alone || options_.is_stack;
    return (is_alone ? kAlone : kInPlace)[static_cast<std::size_t>(relation)];
  }

  void PrintCase(std::string_view title, const std::optional<decide::Case>& one,
                 const Documents& allowing, const Documents& refusing) {
    if (!one) return;
    const policy::Request& request = one->request;
    std::ostream& out = environment_.out;
    out << fmt::format("\n{}:\n  principal  {}\n  action     {}\n  resource   {}\n", title,
                       request.principal, request.action, request.resource);
    if (request.resource_account)
      out << fmt::format("  owner      {}\n", *request.resource_account);
    for (const policy::ContextKey& key : request.context) {
      std::vector<std::string> values;
      for (const std::string& value : key.values) {
        values.push_back(value.empty() ? "\"\"" : value);
      }
      out << fmt::format("  context    {} = {}{}{}\n", key.name, key.is_list ? "[" : "",
                         fmt::join(values, ", "), key.is_list ? "]" : "");
    }
    if (!one->unsendable.empty()) {
      out << fmt::format("  no request that somebody can send was found: {}\n", one->unsendable);
    }
    const std::string beside = BesideText(one->beside);
    if (!beside.empty()) out << fmt::format("  beside     {}\n", beside);
    if (options_.is_stack) return;
    PrintStatements("allowed by", one->allowed, one->beside, allowing, "");
    PrintStatements("denied by ", one->refused, one->beside, refusing, "no Allow");
  }

  static std::string BesideText(const policy::PolicySet& beside) {
    std::vector<std::string_view> parts;
    if (!beside.identity.empty()) parts.emplace_back("a full-access identity policy");
    if (!beside.scps.empty() && !beside.scps.front().empty()) parts.emplace_back("FullAWSAccess");
    if (!beside.boundaries.empty()) parts.emplace_back("a boundary without the action");
    if (beside.resource) parts.emplace_back("a policy of the resource that allows the principal");
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  // Where the documents stand in a case: behind those that it holds.
  [[nodiscard]] std::optional<std::uint32_t> IndexIn(const policy::StatementRef& ref,
                                                     const policy::PolicySet& beside) const {
    using policy::Kind;
    using policy::Layer;
    const auto behind = [&](Layer layer, std::size_t count) -> std::optional<std::uint32_t> {
      if (ref.layer != layer || ref.policy < count) return std::nullopt;
      return ref.policy - static_cast<std::uint32_t>(count);
    };
    const auto behind_levels =
        [&](Layer layer,
            const std::vector<decide::Documents>& levels) -> std::optional<std::uint32_t> {
      if (levels.empty()) return behind(layer, 0);
      if (ref.level + 1 != levels.size()) return std::nullopt;
      return behind(layer, levels.back().size());
    };
    switch (*kind_) {
      case Kind::kIdentity:
        return behind(Layer::kIdentity, beside.identity.size());
      case Kind::kBoundary:
        return behind(Layer::kBoundary, beside.boundaries.size());
      case Kind::kSession:
        return behind(Layer::kSession, beside.sessions.size());
      case Kind::kVpcEndpoint:
        return behind(Layer::kVpcEndpoint, beside.vpc_endpoint.size());
      case Kind::kScp:
        return behind_levels(Layer::kScp, beside.scps);
      case Kind::kRcp:
        return behind_levels(Layer::kRcp, beside.rcps);
      case Kind::kResource:
      case Kind::kTrust:
        return behind(Layer::kResource, 0);
    }
    return std::nullopt;
  }

  void PrintStatements(std::string_view title, const policy::Decision& decision,
                       const policy::PolicySet& beside, const Documents& side,
                       std::string_view otherwise) {
    const bool is_joined = *kind_ == policy::Kind::kResource || *kind_ == policy::Kind::kTrust;
    std::string text;
    for (const policy::StatementRef& ref : decision.statements) {
      const std::optional<std::uint32_t> index = IndexIn(ref, beside);
      if (!index) continue;
      std::size_t document = *index;
      std::size_t statement = ref.statement;
      if (is_joined) {
        document = 0;
        while (document < side.documents.size() &&
               statement >= side.documents[document].statements.size()) {
          statement -= side.documents[document++].statements.size();
        }
      }
      if (document >= side.documents.size()) continue;
      const std::string& sid = side.documents[document].statements[statement].sid;
      text += fmt::format("{}{}, statement {}{}", text.empty() ? "" : "; ", side.names[document],
                          statement + 1, sid.empty() ? "" : fmt::format(" ({})", sid));
    }
    if (text.empty() && decision.verdict != policy::Verdict::kExplicitDeny) text = otherwise;
    if (!text.empty()) environment_.out << fmt::format("  {} {}\n", title, text);
  }

  const CompareOptions& options_;
  host::Environment& environment_;
  std::optional<policy::Kind> kind_;
  compiler::Compilation compilation_{environment_};
  PolicyInput input_;
  std::function<void(const decide::Space&, const decide::Space&)> on_question_;
  std::function<void(std::string_view)> on_pair_;
  Documents before_;
  Documents after_;
  std::array<policy::PolicySet, 2> stacks_;
};

host::ExitStatus BadUsage(host::Environment& environment, std::string_view message) {
  environment.err << fmt::format("writ: {}\nTry `writ compare --help`.\n", message);
  return host::ExitStatus::kUsage;
}

}  // namespace

host::ExitStatus RunCompare(const CompareOptions& options, host::Environment& environment) {
  std::optional<policy::Kind> kind;
  if (!options.kind.empty()) {
    kind = decide::ParseKind(options.kind);
    if (!kind) {
      return BadUsage(environment,
                      fmt::format("--kind: `{}` is no kind of policy; the kinds are identity, scp, "
                                  "rcp, resource, trust, boundary, session, endpoint",
                                  options.kind));
    }
  }
  const bool has_two = !options.before.empty() && !options.after.empty();
  if (options.pairs.empty() ? !has_two : !options.before.empty()) {
    return BadUsage(environment, "compare takes two policies, or --pairs");
  }
  if (options.before == kStandardInput && options.after == kStandardInput) {
    return BadUsage(environment, "one of the two policies can be standard input, not both");
  }
  if (options.is_stack &&
      (!options.pairs.empty() || kind || options.is_alone || options.is_world)) {
    return BadUsage(environment,
                    "--stack compares all layers of two files, and takes no --pairs, "
                    "--kind, --alone or --world");
  }
  return Comparing(options, environment, kind).Run();
}

}  // namespace writ::commands
