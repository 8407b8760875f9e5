// Files with results of model evaluations, in every format, as one value: what was measured, over
// how many records, of which models. Such files hold prompts, answers and names of people: nothing
// but metric names, counts, model ids and a digest ever leaves this layer, in messages either.
//
// Formats, as read on 2026-11-29:
//   bedrock-automatic     Bedrock User Guide, model-evaluation-report-s3: one object a line; no
//                         line has totals, so that the mean is computed here
//   clarify               SageMaker Developer Guide, clarify-processing-job-analysis-results:
//                         analysis.json; values are numbers, null, or the texts ∞ and -∞
//   fmeval                aws/fmeval, class EvalOutput, and output.json of console jobs
//   sagemaker-model-card  SageMaker API, DescribeModelCard; Content is JSON in a string
//   summary               what SummaryJson writes
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/result.h"

namespace writ::evaluation {

enum class Format : std::uint8_t { kBedrockAutomatic, kClarify, kFmeval, kModelCard, kSummary };

/// `bedrock-automatic`, …; nothing for another word.
[[nodiscard]] std::optional<Format> FormatNamed(std::string_view name);
[[nodiscard]] std::string_view Name(Format format);

/// One metric of a file.
struct Measured {
  std::string metric;
  /// Without one the file says that it could not be computed. May be infinite.
  std::optional<double> value;
  std::size_t count = 0;  ///< records that the value is the mean of; 0: the file does not say
};

struct Results {
  std::vector<Measured> metrics;  ///< by name, then in the order of the file; a name may repeat
  std::optional<std::size_t> records;   ///< nothing: the file does not say
  std::vector<std::string> models;      ///< ids, sorted, each once; none: the file does not say
  std::string status;                   ///< of a model card: "Approved"
  std::optional<std::int64_t> version;  ///< of a model card
};

/// Why a file is not of the format, and where. The words hold nothing of the file's text.
struct Fault {
  std::size_t line = 0;  ///< from 1; 0: of the whole file
  std::string message;
};

/// What a file may hold at most.
struct Limits {
  std::size_t bytes = std::size_t{200} << 20U;
  std::size_t line_bytes = std::size_t{16} << 20U;      ///< of one object of a file of lines
  std::size_t document_bytes = std::size_t{64} << 20U;  ///< of a file that is one object
  std::size_t metrics = 10'000;                         ///< different names, or values of one file
};

/// Reads a whole file. Linear; of a file of lines one line is held as JSON at a time.
[[nodiscard]] support::Result<Results, Fault> Read(Format format, std::string_view text,
                                                   const Limits& limits = {});

/// The format that the text is in, by its content; nothing if none fits.
[[nodiscard]] std::optional<Format> FormatOf(std::string_view text);

/// The summary of a file, which keeps prompts out of a repository: pretty JSON with line end.
/// `sha256` is the digest of the file that was read.
[[nodiscard]] std::string SummaryJson(Format format, const Results& results,
                                      std::string_view sha256, std::size_t bytes);

/// A number in the fewest digits that read back as the same.
[[nodiscard]] std::string NumberText(double value);

}  // namespace writ::evaluation
