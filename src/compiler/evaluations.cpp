#include "compiler/evaluations.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/meaning.h"
#include "base/support/sha256.h"
#include "facts/evaluation/results.h"

namespace writ::compiler {
namespace {

namespace fs = std::filesystem;

const syntax::UseCaseFact* FactOf(const syntax::EvaluationDecl& decl, std::string_view name) {
  const auto found = std::ranges::find_if(
      decl.facts, [&](const syntax::UseCaseFact& fact) { return fact.name.text == name; });
  return found == decl.facts.end() || found->values.empty() ? nullptr : &*found;
}

double Number(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class Checker {
 public:
  Checker(const syntax::EvaluationDecl& decl, Compilation& compilation)
      : decl_(decl), name_(decl.name.text), compilation_(compilation) {}

  void Check() {
    const syntax::UseCaseFact* source = FactOf(decl_, "source");
    const syntax::UseCaseFact* digest = FactOf(decl_, "sha256");
    const syntax::UseCaseFact* word = FactOf(decl_, "format");
    const auto format =
        word == nullptr ? std::nullopt : evaluation::FormatNamed(word->values[0].text);
    // What is not given was reported.
    if (source == nullptr || digest == nullptr || !format) return;
    source_ = source->values[0].span;
    const std::string path =
        (fs::path(compilation_.sources.path(source_.file)).parent_path() / source->values[0].text)
            .lexically_normal()
            .string();
    const evaluation::Limits limits;
    const support::Result<std::string, host::ReadFailure> text =
        compilation_.file_system->Read(path, limits.bytes);
    if (!text.ok()) {
      const bool too_large = text.error().kind == host::ReadFailure::Kind::kTooLarge;
      compilation_.findings
          .Report(diag::kEvaluationMissing, source_, name_,
                  too_large ? fmt::format("larger than {} MB", limits.bytes >> 20U)
                            : text.error().reason)
          .At("not read");
      return;
    }
    const std::string sha256 = support::Sha256Hex(*text);
    if (sha256 != digest->values[0].text) {
      // Nothing that another file says counts.
      compilation_.findings.Report(diag::kEvaluationChanged, digest->values[0].span, name_)
          .At("the digest of another file")
          .Also(source_, "its digest is " + sha256);
      return;
    }
    const auto read = evaluation::Read(*format, *text, limits);
    if (!read.ok()) {
      diag::Diagnostic& found = compilation_.findings.Report(
          diag::kEvaluationFormat, source_, name_, evaluation::Name(*format), read.error().message);
      found.At("cannot be read so").Also(word->span, "this format");
      if (read.error().line > 0) found.Note(fmt::format("line {} of the file", read.error().line));
      return;
    }
    CheckModels(*read);
    CheckRecords(*read);
    CheckCard(*format, *read);
    for (const syntax::Metric& metric : decl_.metrics) CheckMetric(metric, *format, *read);
  }

 private:
  void CheckModels(const evaluation::Results& results) {
    const syntax::UseCaseFact* models = FactOf(decl_, "model");
    if (models == nullptr || results.models.empty()) return;
    for (const syntax::Literal& model : models->values) {
      if (std::ranges::find(results.models, model.text) != results.models.end()) continue;
      compilation_.findings.Report(diag::kEvaluationOfOthers, model.span, name_, model.text)
          .At("not in the file")
          .Also(source_, "has results of other models");
      return;
    }
    // A mean over several models is the result of none of them.
    for (const std::string& other : results.models) {
      const bool is_named =
          std::ranges::find(models->values, other, &syntax::Literal::text) != models->values.end();
      if (is_named) continue;
      compilation_.findings.Report(diag::kEvaluationMixed, source_, name_, other)
          .At("mixes models")
          .Also(models->values.front().span, "not among these");
      return;
    }
  }

  /// How many records the sentence asks for at least; 0: it does not say.
  [[nodiscard]] std::size_t LeastRecords() const {
    const syntax::UseCaseFact* records = FactOf(decl_, "records");
    return records == nullptr ? 0 : static_cast<std::size_t>(Number(records->values[0].text));
  }

  static std::string Counted(std::size_t count, std::string_view thing) {
    return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
  }

  void CheckRecords(const evaluation::Results& results) {
    const syntax::UseCaseFact* records = FactOf(decl_, "records");
    const std::size_t least = LeastRecords();
    if (records == nullptr || (results.records && *results.records >= least)) return;
    has_too_few_records_ = true;
    compilation_.findings
        .Report(diag::kTooFewRecords, records->span, name_,
                !results.records ? std::string("an unknown number of records")
                                 : Counted(*results.records, "record"),
                least)
        .At("asks for more")
        .Note("prompts that failed have no line in a file of results");
  }

  /// A record may lack the score of one metric. A file without counts is judged by its records.
  void CheckScores(const syntax::Metric& metric, const evaluation::Measured& measured) {
    const std::size_t least = LeastRecords();
    if (has_too_few_records_ || measured.count == 0 || measured.count >= least) return;
    compilation_.findings
        .Report(diag::kTooFewScores, metric.span, name_, metric.name.value,
                Counted(measured.count, "score"), least)
        .At("is the mean of fewer")
        .Also(FactOf(decl_, "records")->span, "asks for more");
  }

  void CheckCard(evaluation::Format format, const evaluation::Results& results) {
    const syntax::UseCaseFact* version = FactOf(decl_, "version");
    const bool is_card = format == evaluation::Format::kModelCard;
    const bool is_of_card = !results.status.empty();
    if (!is_card && !is_of_card && version == nullptr) return;
    if (results.status != "Approved") {
      compilation_.findings
          .Report(diag::kCardNotApproved, source_, name_, "is not of a model card that is approved")
          .At("not approved");
    }
    if (version == nullptr) return;
    const bool same = results.version && *results.version == static_cast<std::int64_t>(
                                                                 Number(version->values[0].text));
    if (same) return;
    compilation_.findings
        .Report(diag::kCardNotApproved, version->span, name_, "is of another version of the card")
        .At(results.version ? fmt::format("the file has version {}", *results.version)
                            : std::string("the file has no version"));
  }

  void CheckMetric(const syntax::Metric& metric, evaluation::Format format,
                   const evaluation::Results& results) {
    bool found = false;
    for (const evaluation::Measured& measured : results.metrics) {
      if (measured.metric != metric.name.value) continue;
      found = true;
      if (!measured.value) {
        compilation_.findings.Report(diag::kNotMeasured, metric.span, name_, metric.name.value)
            .At("the file says that it could not be computed");
        continue;
      }
      CheckScores(metric, measured);
      for (const syntax::Bound& bound : metric.bounds) CheckBound(metric, bound, measured, format);
    }
    if (!found)
      compilation_.findings.Report(diag::kNotMeasured, metric.span, name_, metric.name.value)
          .At("not in the file");
  }

  void CheckBound(const syntax::Metric& metric, const syntax::Bound& bound,
                  const evaluation::Measured& measured, evaluation::Format format) {
    const double limit = (bound.negative ? -1 : 1) * Number(bound.number.text);
    const double value = *measured.value;
    if (bound.at_most ? value <= limit : value >= limit) return;
    diag::Diagnostic& found = compilation_.findings.Report(
        diag::kBoundMissed, bound.span, metric.name.value, evaluation::NumberText(value));
    found.At(bound.at_most ? "allows no more" : "asks for at least this")
        .Also(source_, "measured here");
    if (format == evaluation::Format::kBedrockAutomatic)
      found.Note(fmt::format("the mean of {} records, computed here: the file has no totals",
                             measured.count));
  }

  const syntax::EvaluationDecl& decl_;
  std::string_view name_;
  Compilation& compilation_;
  source::Span source_;
  bool has_too_few_records_ = false;
};

}  // namespace

void CheckEvaluationFiles(const sema::Program& program, Compilation& compilation) {
  for (const syntax::File& file : program.files)
    for (const syntax::Item& item : file.items)
      if (const auto* decl = std::get_if<syntax::EvaluationDecl>(&item.form))
        Checker(*decl, compilation).Check();
}

}  // namespace writ::compiler
