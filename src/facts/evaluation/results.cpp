#include "facts/evaluation/results.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/support/json.h"
#include "base/support/json_members.h"

namespace writ::evaluation {
namespace {

namespace json = support::json;

constexpr std::array<std::string_view, 5> kFormats{"bedrock-automatic", "clarify", "fmeval",
                                                   "sagemaker-model-card", "summary"};

std::optional<double> NumberIn(json::Value value) {
  if (value.kind() != json::Kind::kNumber) return std::nullopt;
  const std::string_view text = value.source();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// A number, or one of the texts by which JSON files write infinity.
std::optional<double> ValueIn(json::Value value) {
  if (!value.is_string()) return NumberIn(value);
  if (value.text() == "∞" || value.text() == "Infinity")
    return std::numeric_limits<double>::infinity();
  if (value.text() == "-∞" || value.text() == "-Infinity")
    return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

std::optional<std::string> TextIn(json::Value object, std::string_view key) {
  const std::optional<json::Value> found = object.Find(key);
  if (!found || !found->is_string()) return std::nullopt;
  return std::string(found->text());
}

/// The elements of an array member; none if it is absent.
std::vector<json::Value> ListIn(json::Value object, std::string_view key) {
  std::vector<json::Value> list;
  if (!object.is_object()) return list;
  const std::optional<json::Value> found = object.Find(key);
  if (!found || !found->is_array()) return list;
  for (const json::Value element : found->elements()) list.push_back(element);
  return list;
}

/// `arn:aws:bedrock:us-east-1::foundation-model/ID` names ID; an inference profile names the id
/// behind its geography: `…:inference-profile/us.ID`.
std::string ModelIn(std::string_view identifier) {
  const std::size_t slash = identifier.rfind('/');
  const bool is_profile = identifier.find("inference-profile/") != std::string_view::npos;
  std::string_view id = slash == std::string_view::npos ? identifier : identifier.substr(slash + 1);
  if (is_profile) id.remove_prefix(std::min(id.find('.') + 1, id.size()));
  return std::string(id);
}

class Reader {
 public:
  Reader(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

  support::Result<Results, Fault> Run(Format format) {
    if (text_.size() > limits_.bytes) {
      Fail(0, fmt::format("the file is larger than {} MB", limits_.bytes >> 20U));
    } else if (format == Format::kBedrockAutomatic) {
      ReadLines();
    } else {
      ReadWhole(format);
    }
    if (fault_) return *fault_;
    results_.models.assign(models_.begin(), models_.end());
    std::stable_sort(results_.metrics.begin(), results_.metrics.end(),
                     [](const Measured& a, const Measured& b) { return a.metric < b.metric; });
    return std::move(results_);
  }

 private:
  struct Sum {
    double total = 0;
    std::size_t count = 0;
  };

  void Fail(std::size_t line, std::string message) {
    if (!fault_) fault_ = Fault{line, std::move(message)};
  }

  void Add(std::string metric, std::optional<double> value, std::size_t count = 0) {
    if (results_.metrics.size() >= limits_.metrics) {
      Fail(0, fmt::format("more than {} values", limits_.metrics));
      return;
    }
    results_.metrics.push_back({std::move(metric), value, count});
  }

  // ---- bedrock-automatic

  void ReadLines() {
    std::size_t number = 0;
    for (std::size_t at = 0; at < text_.size() && !fault_;) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      const std::string_view line = text_.substr(at, end - at);
      at = end + 1;
      ++number;
      if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      ReadLine(line, number);
    }
    if (!fault_ && records_ == 0) Fail(0, "no line holds a result");
    results_.records = records_;
    for (const auto& [metric, sum] : sums_)
      Add(metric, sum.total / static_cast<double>(sum.count), sum.count);
  }

  void ReadLine(std::string_view line, std::size_t number) {
    if (line.size() > limits_.line_bytes)
      return Fail(number, fmt::format("the line is longer than {} bytes", limits_.line_bytes));
    if (document_.Read(line)) return Fail(number, "the line is not JSON");
    const json::Value root = document_.root();
    const auto result = root.is_object() ? root.Find("automatedEvaluationResult") : std::nullopt;
    if (!result || !result->is_object() || !result->Find("scores"))
      return Fail(number, "the line has no `automatedEvaluationResult` with `scores`");
    ++records_;
    for (const json::Value score : ListIn(*result, "scores")) ReadScore(score, number);
    for (const json::Value response : ListIn(root, "modelResponses")) {
      if (!response.is_object()) continue;
      if (const auto model = TextIn(response, "modelIdentifier")) models_.insert(ModelIn(*model));
    }
  }

  void ReadScore(json::Value score, std::size_t number) {
    const auto name = score.is_object() ? TextIn(score, "metricName") : std::nullopt;
    const auto value = score.is_object() ? score.Find("result") : std::nullopt;
    const auto measured = value ? NumberIn(*value) : std::nullopt;
    if (!name || !measured)
      return Fail(number, "a score lacks `metricName` or a number in `result`");
    Sum& sum = sums_[*name];
    if (sums_.size() > limits_.metrics)
      return Fail(number, fmt::format("more than {} metrics", limits_.metrics));
    sum.total += *measured;
    ++sum.count;
  }

  // ---- files of one object

  void ReadWhole(Format format) {
    if (text_.size() > limits_.document_bytes)
      return Fail(0, fmt::format("the file is larger than {} MB, and is not one of lines",
                                 limits_.document_bytes >> 20U));
    if (document_.Read(text_)) return Fail(0, "the file is not JSON");
    const json::Value root = document_.root();
    switch (format) {
      case Format::kClarify:
        return ReadClarify(root);
      case Format::kFmeval:
        return ReadFmeval(root);
      case Format::kModelCard:
        return ReadCard(root);
      case Format::kSummary:
        return ReadSummary(root);
      case Format::kBedrockAutomatic:
        return;
    }
  }

  void ReadClarify(json::Value root) {
    if (!root.is_object()) return Fail(0, "expected an object");
    for (const char* part : {"pre_training_bias_metrics", "post_training_bias_metrics"}) {
      const auto metrics = root.Find(part);
      const auto facets = metrics && metrics->is_object() ? metrics->Find("facets") : std::nullopt;
      if (!facets || !facets->is_object()) continue;
      for (const json::Member facet : facets->members()) {
        if (!facet.value.is_array()) return Fail(0, "a facet is an array");
        for (const json::Value each : facet.value.elements())
          for (const json::Value metric : ListIn(each, "metrics")) ReadBias(metric);
      }
    }
    if (results_.metrics.empty()) Fail(0, "the file has no bias metrics");
  }

  void ReadBias(json::Value metric) {
    const auto name = metric.is_object() ? TextIn(metric, "name") : std::nullopt;
    const auto value = metric.is_object() ? metric.Find("value") : std::nullopt;
    if (!name || !value) return Fail(0, "a bias metric lacks `name` or `value`");
    const std::optional<double> measured = ValueIn(*value);
    if (!measured && value->kind() != json::Kind::kNull)
      return Fail(0, "the value of a bias metric is a number, null, \"∞\" or \"-∞\"");
    Add(*name, measured);
  }

  void ReadFmeval(json::Value root) {
    std::vector<json::Value> outputs;
    if (root.is_array()) {
      for (const json::Value each : root.elements()) outputs.push_back(each);
    } else if (root.is_object() && root.Find("evaluations")) {
      outputs = ListIn(root, "evaluations");
    } else {
      outputs.push_back(root);
    }
    for (const json::Value output : outputs)
      for (const json::Value score : ListIn(output, "dataset_scores")) {
        const auto name = score.is_object() ? TextIn(score, "name") : std::nullopt;
        if (!name) return Fail(0, "a score of `dataset_scores` lacks `name`");
        const auto value = score.Find("value");
        Add(*name, value ? ValueIn(*value) : std::nullopt);
      }
    if (results_.metrics.empty()) Fail(0, "the file has no `dataset_scores`");
  }

  void ReadCard(json::Value root) {
    const auto status = root.is_object() ? TextIn(root, "ModelCardStatus") : std::nullopt;
    const auto version = root.is_object() ? root.Find("ModelCardVersion") : std::nullopt;
    const auto content = root.is_object() ? TextIn(root, "Content") : std::nullopt;
    if (!status || !version || !version->AsInteger() || !content)
      return Fail(0, "a model card has `ModelCardStatus`, `ModelCardVersion` and `Content`");
    results_.status = *status;
    results_.version = version->AsInteger();
    json::Document inner;
    if (inner.Read(*content)) return Fail(0, "`Content` of the model card is not JSON");
    for (const json::Value detail : ListIn(inner.root(), "evaluation_details"))
      for (const json::Value group : ListIn(detail, "metric_groups"))
        for (const json::Value metric : ListIn(group, "metric_data")) {
          const auto name = metric.is_object() ? TextIn(metric, "name") : std::nullopt;
          const auto value = metric.is_object() ? metric.Find("value") : std::nullopt;
          if (!name || !value) return Fail(0, "a metric of the model card lacks `name` or `value`");
          Add(*name, ValueIn(*value));
        }
  }

  void ReadSummary(json::Value root) {
    const auto marked = root.is_object() ? root.Find("writEvaluation") : std::nullopt;
    if (!marked || marked->AsInteger() != 1) return Fail(0, "a summary has `writEvaluation` 1");
    if (const auto records = root.Find("records"); records && records->AsInteger())
      results_.records = static_cast<std::size_t>(std::max<std::int64_t>(0, *records->AsInteger()));
    for (const json::Value model : ListIn(root, "models"))
      if (model.is_string()) models_.insert(std::string(model.text()));
    if (const auto status = TextIn(root, "status")) results_.status = *status;
    if (const auto version = root.Find("version")) results_.version = version->AsInteger();
    for (const json::Value metric : ListIn(root, "metrics")) {
      const auto name = metric.is_object() ? TextIn(metric, "metric") : std::nullopt;
      const auto value = metric.is_object() ? metric.Find("value") : std::nullopt;
      const auto count = metric.is_object() ? metric.Find("count") : std::nullopt;
      if (!name || !value || !count || !count->AsInteger())
        return Fail(0, "a metric of a summary has `metric`, `value` and `count`");
      Add(*name, ValueIn(*value),
          static_cast<std::size_t>(std::max<std::int64_t>(0, *count->AsInteger())));
    }
  }

  std::string_view text_;
  const Limits& limits_;
  json::Document document_;
  Results results_;
  std::set<std::string> models_;
  std::map<std::string, Sum> sums_;
  std::size_t records_ = 0;
  std::optional<Fault> fault_;
};

}  // namespace

std::optional<Format> FormatNamed(std::string_view name) {
  const auto* const found = std::find(kFormats.begin(), kFormats.end(), name);
  if (found == kFormats.end()) return std::nullopt;
  return static_cast<Format>(found - kFormats.begin());
}

std::string_view Name(Format format) { return kFormats[static_cast<std::size_t>(format)]; }

support::Result<Results, Fault> Read(Format format, std::string_view text, const Limits& limits) {
  return Reader(text, limits).Run(format);
}

std::optional<Format> FormatOf(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  json::Document first;
  if (!first.Read(line) && first.root().is_object() &&
      first.root().Find("automatedEvaluationResult"))
    return Format::kBedrockAutomatic;
  for (const Format format :
       {Format::kSummary, Format::kModelCard, Format::kClarify, Format::kFmeval}) {
    if (Read(format, text).ok()) return format;
  }
  return std::nullopt;
}

std::string NumberText(double value) {
  if (std::isinf(value)) return value < 0 ? "-∞" : "∞";
  return fmt::format("{}", value);
}

std::string SummaryJson(Format format, const Results& results, std::string_view sha256,
                        std::size_t bytes) {
  json::Writer writer(json::Style::kPretty);
  writer.BeginObject();
  WriteInteger(writer, "writEvaluation", 1);
  writer.Key("source");
  writer.BeginObject();
  WriteText(writer, "format", Name(format));
  WriteText(writer, "sha256", sha256);
  WriteCount(writer, "bytes", bytes);
  writer.EndObject();
  WriteCountOrNull(writer, "records", results.records);
  WriteTexts(writer, "models", results.models);
  if (!results.status.empty()) WriteText(writer, "status", results.status);
  if (results.version) WriteInteger(writer, "version", *results.version);
  writer.Key("metrics");
  writer.BeginArray();
  for (const Measured& measured : results.metrics) {
    writer.BeginObject();
    WriteText(writer, "metric", measured.metric);
    writer.Key("value");
    if (!measured.value) {
      writer.Null();
    } else if (std::isfinite(*measured.value)) {
      writer.Raw(NumberText(*measured.value));
    } else {
      writer.String(NumberText(*measured.value));
    }
    WriteCount(writer, "count", measured.count);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return writer.Take() + "\n";
}

}  // namespace writ::evaluation
