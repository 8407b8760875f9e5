#include "facts/evaluation/results.h"

#include <cmath>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace writ::evaluation {
namespace {

std::string Line(std::string_view scores) {
  return fmt::format(
      R"({{"automatedEvaluationResult":{{"scores":[{}]}},"inputRecord":{{"prompt":"SECRET"}},"modelResponses":[{{"modelIdentifier":"arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0","response":"SECRET"}}]}}
)",
      scores);
}

Results Good(Format format, std::string_view text) {
  const auto read = Read(format, text);
  REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message));
  return *read;
}

std::string FaultOf(Format format, std::string_view text, const Limits& limits = {}) {
  const auto read = Read(format, text, limits);
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().message.find("SECRET") == std::string::npos);
  return fmt::format("{}: {}", read.error().line, read.error().message);
}

TEST_CASE("the mean of output lines is taken for each metric, over the records that have it") {
  const Results results =
      Good(Format::kBedrockAutomatic,
           Line(R"({"metricName":"Toxicity","result":0.5},{"metricName":"Accuracy","result":1})") +
               "\n" + Line(R"({"metricName":"Toxicity","result":0.25})"));
  REQUIRE(results.metrics.size() == 2);
  CHECK(results.metrics[0].metric == "Accuracy");
  CHECK(results.metrics[0].value == 1);
  CHECK(results.metrics[0].count == 1);
  CHECK(results.metrics[1].value == 0.375);
  CHECK(results.metrics[1].count == 2);
  CHECK(results.records == 2);
  CHECK(results.models == std::vector<std::string>{"amazon.nova-lite-v1:0"});
}

TEST_CASE("an inference profile names the model behind its geography") {
  const Results results = Good(
      Format::kBedrockAutomatic,
      R"({"automatedEvaluationResult":{"scores":[]},"modelResponses":[{"modelIdentifier":"arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-lite-v1:0"}]})");
  CHECK(results.models == std::vector<std::string>{"amazon.nova-lite-v1:0"});
}

TEST_CASE("what is wrong with a line is told by its number, without its text") {
  CHECK(FaultOf(Format::kBedrockAutomatic, Line("") + "SECRET\n") == "2: the line is not JSON");
  CHECK(FaultOf(Format::kBedrockAutomatic, R"({"prompt":"SECRET"})") ==
        "1: the line has no `automatedEvaluationResult` with `scores`");
  CHECK(FaultOf(Format::kBedrockAutomatic, Line(R"({"metricName":"SECRET","result":"1"})")) ==
        "1: a score lacks `metricName` or a number in `result`");
  CHECK(FaultOf(Format::kBedrockAutomatic, "\n\n") == "0: no line holds a result");
}

TEST_CASE("a file may be so large and no larger") {
  const std::string text = Line(R"({"metricName":"T","result":1})");
  Limits limits;
  limits.bytes = text.size();
  limits.line_bytes = text.size() - 1;
  CHECK(Read(Format::kBedrockAutomatic, text, limits).ok());
  --limits.line_bytes;
  CHECK(FaultOf(Format::kBedrockAutomatic, text, limits).starts_with("1: the line is longer than"));
  --limits.bytes;
  CHECK(FaultOf(Format::kBedrockAutomatic, text, limits).starts_with("0: the file is larger than"));
  limits = {};
  limits.metrics = 1;
  CHECK(Read(Format::kBedrockAutomatic, text, limits).ok());
  CHECK(FaultOf(Format::kBedrockAutomatic, text + Line(R"({"metricName":"U","result":1})"),
                limits) == "2: more than 1 metrics");
  const std::string card = R"({"dataset_scores":[{"name":"a","value":1}]})";
  limits = {};
  limits.document_bytes = card.size();
  CHECK(Read(Format::kFmeval, card, limits).ok());
  --limits.document_bytes;
  CHECK(FaultOf(Format::kFmeval, card, limits).starts_with("0: the file is larger than"));
}

TEST_CASE("values of Clarify may be infinite or missing") {
  const auto file = [](std::string_view value) {
    return fmt::format(
        R"({{"version":"1.0","post_training_bias_metrics":{{"facets":{{"sex":[{{"value_or_threshold":"0","metrics":[{{"name":"AD","value":{}}}]}}]}}}}}})",
        value);
  };
  CHECK(Good(Format::kClarify, file("0.25")).metrics[0].value == 0.25);
  CHECK(std::isinf(*Good(Format::kClarify, file("\"∞\"")).metrics[0].value));
  CHECK(*Good(Format::kClarify, file("\"-∞\"")).metrics[0].value < 0);
  CHECK_FALSE(Good(Format::kClarify, file("null")).metrics[0].value.has_value());
  CHECK(FaultOf(Format::kClarify, file("\"SECRET\"")) ==
        "0: the value of a bias metric is a number, null, \"∞\" or \"-∞\"");
  CHECK(FaultOf(Format::kClarify, file("∞")) == "0: the file is not JSON");
  CHECK(FaultOf(Format::kClarify, "{}") == "0: the file has no bias metrics");
  CHECK(FaultOf(Format::kClarify, "[]") == "0: expected an object");
}

TEST_CASE("output of fmeval is read alone, in a list, and as a console job writes it") {
  const std::string one = R"({"eval_name":"toxicity","dataset_scores":[{"name":"t","value":0.1}]})";
  for (const std::string& text : {one, "[" + one + "]", "{\"evaluations\":[" + one + "]}"})
    CHECK(Good(Format::kFmeval, text).metrics[0].value == 0.1);
  CHECK_FALSE(Good(Format::kFmeval, R"({"dataset_scores":[{"name":"t","error":"SECRET"}]})")
                  .metrics[0]
                  .value.has_value());
  CHECK(FaultOf(Format::kFmeval, "{}") == "0: the file has no `dataset_scores`");
  CHECK(FaultOf(Format::kFmeval, R"({"dataset_scores":[{}]})") ==
        "0: a score of `dataset_scores` lacks `name`");
}

TEST_CASE("a model card has a status and a version") {
  const std::string card =
      R"({"ModelCardStatus":"Approved","ModelCardVersion":3,"Content":"{\"evaluation_details\":[{\"name\":\"e\",\"metric_groups\":[{\"name\":\"g\",\"metric_data\":[{\"name\":\"f1\",\"type\":\"number\",\"value\":0.9}]}]}]}"})";
  const Results results = Good(Format::kModelCard, card);
  CHECK(results.status == "Approved");
  CHECK(results.version == 3);
  CHECK(results.metrics[0].value == 0.9);
  CHECK(FaultOf(Format::kModelCard, "{}") ==
        "0: a model card has `ModelCardStatus`, `ModelCardVersion` and `Content`");
  CHECK(FaultOf(Format::kModelCard,
                R"({"ModelCardStatus":"Draft","ModelCardVersion":1,"Content":"SECRET"})") ==
        "0: `Content` of the model card is not JSON");
}

TEST_CASE("a summary says what the file says, and none of its text") {
  const std::string text = Line(R"({"metricName":"Toxicity","result":0.1})") +
                           Line(R"({"metricName":"Toxicity","result":0.2})");
  const Results results = Good(Format::kBedrockAutomatic, text);
  const std::string summary =
      SummaryJson(Format::kBedrockAutomatic, results, std::string(64, 'a'), text.size());
  CHECK(summary.find("SECRET") == std::string::npos);
  const Results again = Good(Format::kSummary, summary);
  CHECK(again.records == results.records);
  CHECK(again.models == results.models);
  REQUIRE(again.metrics.size() == 1);
  CHECK(again.metrics[0].value == results.metrics[0].value);
  CHECK(again.metrics[0].count == 2);
  CHECK(FaultOf(Format::kSummary, "{}") == "0: a summary has `writEvaluation` 1");
}

TEST_CASE("the format is known by the content") {
  CHECK(FormatOf(Line("")) == Format::kBedrockAutomatic);
  CHECK(FormatOf(R"({"dataset_scores":[{"name":"t","value":0.1}]})") == Format::kFmeval);
  CHECK_FALSE(FormatOf("SECRET").has_value());
  CHECK(FormatNamed("clarify") == Format::kClarify);
  CHECK_FALSE(FormatNamed("csv").has_value());
}

}  // namespace
}  // namespace writ::evaluation
