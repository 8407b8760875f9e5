#include "writ/driver/compare_command.h"

#include <algorithm>
#include <array>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "driver/pipeline.h"
#include "writ/decide/pairs.h"
#include "writ/decide/space.h"
#include "writ/diag/codes/driver.h"
#include "writ/diag/codes/policy.h"
#include "writ/policy/document.h"
#include "writ/support/json.h"

namespace writ::driver {
namespace {

constexpr std::string_view kStandardInput = "-";

/// The documents of one side, and by what name a user knows each: its file, "list.json[0]".
struct Documents {
  std::vector<policy::PolicyDocument> documents;
  std::vector<std::string> names;

  [[nodiscard]] std::size_t StatementCount() const {
    std::size_t count = 0;
    for (const policy::PolicyDocument& document : documents) count += document.statements.size();
    return count;
  }
};

std::string Counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

bool IsInternal(const decide::Obstacle& obstacle) {
  return obstacle.kind == decide::Obstacle::Kind::kReplay;
}

class Comparing {
 public:
  Comparing(const CompareOptions& options, Environment& environment, policy::Kind kind)
      : options_(options), environment_(environment), kind_(kind) {}

  ExitStatus Run() {
    const ExitStatus chosen = ChooseCatalog(environment_, compilation_);
    if (chosen != ExitStatus::kGood) return Finish(compilation_, environment_, chosen);
    return options_.pairs.empty() ? RunTwo() : RunPairs();
  }

 private:
  [[nodiscard]] decide::Options Questions() const {
    decide::Options questions;
    questions.catalog = &compilation_.catalog();
    return questions;
  }

  // ---- Many pairs

  ExitStatus RunPairs() {
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
                          .kind = kind_,
                          .is_as_read = options_.is_as_read});
    if (summary.is_cut_short) return Unreadable("reading failed");
    if (!environment_.settings.quiet) {
      environment_.err << fmt::format("{}: {} answered, {} undecided, {}\n",
                                      Counted(Total(summary), "pair"), summary.answered,
                                      summary.undecided, Counted(summary.errors, "error"));
    }
    if (Total(summary) == 0) compilation_.findings.Report(diag::kNoPairs, {}, options_.pairs);
    return Finish(compilation_, environment_, StatusOf(summary));
  }

  static std::size_t Total(const decide::PairSummary& summary) {
    return summary.answered + summary.undecided + summary.errors;
  }

  static ExitStatus StatusOf(const decide::PairSummary& summary) {
    if (summary.failures != 0) return ExitStatus::kInternal;
    if (summary.errors != 0) return ExitStatus::kInvalid;
    return summary.undecided != 0 ? ExitStatus::kNo : ExitStatus::kGood;
  }

  ExitStatus Unreadable(std::string_view reason) {
    compilation_.findings.Report(diag::kFileNotReadable, {}, options_.pairs, reason);
    return Finish(compilation_, environment_, ExitStatus::kUnreadable);
  }

  // ---- Two policies

  ExitStatus RunTwo() {
    before_ = Read(options_.before);
    after_ = Read(options_.after);
    if (failure_ != ExitStatus::kGood) return Finish(compilation_, environment_, failure_);
    const decide::Comparison comparison =
        decide::Compare(decide::Space::Of(before_.documents, kind_),
                        decide::Space::Of(after_.documents, kind_), Questions());
    if (options_.is_json) {
      PrintJson(comparison);
    } else {
      PrintText(comparison);
    }
    if (!environment_.settings.quiet) {
      environment_.err << fmt::format("{} compared with {}\n",
                                      Counted(before_.StatementCount(), "statement"),
                                      Counted(after_.StatementCount(), "statement"));
    }
    return Finish(compilation_, environment_, StatusOf(comparison));
  }

  ExitStatus StatusOf(const decide::Comparison& comparison) {
    for (const decide::Obstacle& obstacle : comparison.obstacles) {
      if (IsInternal(obstacle)) {
        environment_.err << obstacle.Describe() << "\nThis is a bug in writ.\n";
      } else {
        compilation_.findings.Report(diag::kUndecidedComparison, {}, obstacle.Describe());
      }
    }
    if (std::ranges::any_of(comparison.obstacles, IsInternal)) return ExitStatus::kInternal;
    const bool is_same = comparison.relation == decide::Relation::kEquivalent;
    return is_same ? ExitStatus::kGood : ExitStatus::kNo;
  }

  // The documents of a file, or of all `.json` files of a folder. What is wrong with them is
  // reported and sets `failure_`.
  Documents Read(const std::string& path) {
    Documents documents;
    const bool may_be_folder = kind_ == policy::Kind::kScp || kind_ == policy::Kind::kRcp;
    if (!may_be_folder || environment_.files.KindOf(path) != EntryKind::kFolder) {
      ReadFile(path, documents);
      return documents;
    }
    const auto names = environment_.files.List(path);
    if (!names) {
      Fail(path, names.error().message);
      return documents;
    }
    bool has_files = false;
    for (const std::string& name : *names) {
      if (!name.ends_with(".json")) continue;
      has_files = true;
      ReadFile(path.ends_with('/') ? path + name : path + "/" + name, documents);
    }
    if (!has_files) compilation_.findings.Report(diag::kNoPolicies, {}, path);
    return documents;
  }

  void Fail(std::string_view path, std::string_view reason) {
    compilation_.findings.Report(diag::kFileNotReadable, {}, path, reason);
    failure_ = ExitStatus::kUnreadable;
  }

  void ReadFile(const std::string& path, Documents& out) {
    const auto bytes = environment_.files.Read(path, policy::kMaxPolicyBytes);
    if (!bytes) return Fail(path, bytes.error().reason);
    support::json::Document text;
    if (const auto error = text.Read(*bytes)) {
      return Report(path, error->offset, *bytes, error->message);
    }
    auto documents = decide::ReadDocuments(
        text.root(), kind_,
        options_.is_as_read ? policy::Demand::kGrammar : policy::Demand::kAsCreated);
    if (!documents) {
      const bool is_refused = decide::ReadDocuments(text.root(), kind_).ok();
      for (const policy::PolicyError& error : documents.error()) {
        Report(path, error.offset, *bytes, error.message, is_refused);
      }
      return;
    }
    const bool is_one = documents.value().size() == 1;
    for (std::size_t i = 0; i < documents.value().size(); ++i) {
      out.documents.push_back(std::move(documents.value()[i]));
      out.names.push_back(is_one ? path : fmt::format("{}[{}]", path, i));
    }
  }

  void Report(const std::string& path, std::uint32_t offset, const std::string& bytes,
              std::string_view message, bool is_refused_by_aws = false) {
    const auto [known, is_new] = texts_.try_emplace(path, source::FileId{});
    if (is_new) known->second = compilation_.sources.Add(path, bytes);
    const source::Span span{known->second, offset, offset};
    if (is_refused_by_aws) {
      compilation_.findings.Report(diag::kRefusedByAws, span)
          .At(std::string(message))
          .Note("`--as-read` compares it all the same");
    } else {
      compilation_.findings.Report(diag::kBadPolicyDocument, span, message);
    }
    if (failure_ == ExitStatus::kGood) failure_ = ExitStatus::kInvalid;
  }

  // ---- Answers

  void PrintJson(const decide::Comparison& comparison) {
    support::json::Writer writer(support::json::Style::kMinified);
    writer.BeginObject();
    decide::WriteComparison(writer, comparison, true);
    writer.EndObject();
    environment_.out << writer.Take() << '\n';
  }

  void PrintText(const decide::Comparison& comparison) {
    constexpr std::array<std::string_view, 5> kSentences = {
        "equivalent: both permit exactly the same requests",
        "narrower: the second permits less, and nothing new",
        "broader: the second permits more, and all that the first does",
        "incomparable: each permits something that the other does not", "undecided"};
    environment_.out << kSentences[static_cast<std::size_t>(comparison.relation)] << '\n';
    PrintWitness("gained, permitted by the second only", comparison.gained, after_, before_);
    PrintWitness("lost, permitted by the first only", comparison.lost, before_, after_);
  }

  void PrintWitness(std::string_view title, const std::optional<decide::Witness>& witness,
                    const Documents& allowing, const Documents& refusing) {
    if (!witness) return;
    const policy::Request& request = witness->request;
    std::ostream& out = environment_.out;
    out << fmt::format("\n{}:\n  principal  {}\n  action     {}\n  resource   {}\n", title,
                       request.principal, request.action, request.resource);
    if (request.resource_account)
      out << fmt::format("  owner      {}\n", *request.resource_account);
    for (const policy::ContextKey& key : request.context) {
      out << fmt::format("  context    {} = {}{}{}\n", key.name, key.is_list ? "[" : "",
                         fmt::join(key.values, ", "), key.is_list ? "]" : "");
    }
    PrintStatements("allowed by", witness->allowed, allowing, "");
    PrintStatements("denied by ", witness->refused, refusing, "no Allow");
  }

  void PrintStatements(std::string_view title, const policy::Decision& decision,
                       const Documents& side, std::string_view otherwise) {
    std::string text;
    for (const policy::StatementRef& ref : decision.statements) {
      // The full-access identity policy that stands beside SCPs and RCPs is nobody's.
      const bool is_ours = kind_ == policy::Kind::kScp || kind_ == policy::Kind::kRcp
                               ? ref.layer != policy::Layer::kIdentity
                               : true;
      if (!is_ours || ref.policy >= side.documents.size()) continue;
      const std::string& sid = side.documents[ref.policy].statements[ref.statement].sid;
      text += fmt::format("{}{}, statement {}{}", text.empty() ? "" : "; ", side.names[ref.policy],
                          ref.statement + 1, sid.empty() ? "" : fmt::format(" ({})", sid));
    }
    if (text.empty()) text = otherwise;
    if (!text.empty()) environment_.out << fmt::format("  {} {}\n", title, text);
  }

  const CompareOptions& options_;
  Environment& environment_;
  policy::Kind kind_;
  Compilation compilation_;
  Documents before_;
  Documents after_;
  std::map<std::string, source::FileId> texts_;
  ExitStatus failure_ = ExitStatus::kGood;
};

ExitStatus BadUsage(Environment& environment, std::string_view message) {
  environment.err << fmt::format("writ: {}\nTry `writ compare --help`.\n", message);
  return ExitStatus::kUsage;
}

}  // namespace

ExitStatus RunCompare(const CompareOptions& options, Environment& environment) {
  const std::optional<policy::Kind> kind = decide::ParseKind(options.kind);
  if (!kind) {
    return BadUsage(environment, fmt::format("--kind: `{}` is no kind of policy; the kinds are "
                                             "identity, scp, rcp, resource",
                                             options.kind));
  }
  const bool has_two = !options.before.empty() && !options.after.empty();
  if (options.pairs.empty() ? !has_two : !options.before.empty()) {
    return BadUsage(environment, "compare takes two policies, or --pairs");
  }
  return Comparing(options, environment, *kind).Run();
}

}  // namespace writ::driver
