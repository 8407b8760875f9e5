// Files of cases: lines in, results out, in order, on as many threads as wanted. Lines are taken in
// blocks; those between two headers are answered side by side, and each group of lines has a text
// of its own for its results, so that their order is that of the lines.
#include <algorithm>
#include <atomic>
#include <istream>
#include <ostream>
#include <span>
#include <thread>
#include <utility>

#include "base/support/json.h"
#include "base/support/line_blocks.h"
#include "iam/policy/cases.h"

namespace writ::policy {
namespace {

// Lines a thread takes at once.
constexpr std::size_t kGroupLines = 64;

using support::Line;

CaseAnswer TooLong(const Line& line) {
  CaseAnswer answer;
  answer.id = "line:" + std::to_string(line.number);
  answer.error =
      CaseError{CaseErrorCode::kBadJson,
                "the line has more than " + std::to_string(kMaxCaseBytes) + " bytes", ""};
  return answer;
}

// Results of some lines, with what they add to the summary.
struct Output {
  std::string text;
  CaseSummary summary;

  void Add(const CaseAnswer& answer, const CaseOptions& options) {
    ++summary.answered;
    if (answer.error) {
      ++summary.errors;
    } else {
      ++summary.by_verdict[static_cast<std::size_t>(answer.decision.verdict)];
    }
    const bool is_mismatch = options.is_check && answer.is_mismatch();
    if (options.is_check && answer.expected) ++summary.judged;
    if (is_mismatch) ++summary.mismatches;
    if (is_mismatch || !options.is_check) AppendResult(text, answer, options);
  }
};

void Sum(CaseSummary& total, const CaseSummary& part) {
  total.answered += part.answered;
  for (std::size_t i = 0; i < total.by_verdict.size(); ++i) {
    total.by_verdict[i] += part.by_verdict[i];
  }
  total.errors += part.errors;
  total.judged += part.judged;
  total.mismatches += part.mismatches;
}

class Run {
 public:
  Run(std::ostream& out, const CaseOptions& options) : out_(out), options_(options) {
    for (unsigned i = 0; i < std::max(1U, options.threads); ++i) readers_.emplace_back(options);
  }

  void Take(const std::vector<Line>& lines) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].is_too_long || !CaseReader::MayBeHeader(lines[i].text)) continue;
      AnswerTogether(std::span(lines).subspan(begin, i - begin));
      AnswerAlone(lines[i]);
      begin = i + 1;
    }
    AnswerTogether(std::span(lines).subspan(begin));
  }

  [[nodiscard]] const CaseSummary& summary() const { return summary_; }

 private:
  void AnswerAlone(const Line& line) {
    Output output;
    if (const auto answer = readers_[0].Answer(line.text, line.number, headers_)) {
      output.Add(*answer, options_);
    }
    Write(output);
  }

  // Lines that are no headers.
  void AnswerTogether(std::span<const Line> lines) {
    const std::size_t groups = (lines.size() + kGroupLines - 1) / kGroupLines;
    std::vector<Output> outputs(groups);
    std::atomic<std::size_t> next = 0;
    const auto work = [&](CaseReader& reader) {
      for (std::size_t group = next++; group < groups; group = next++) {
        const std::size_t first = group * kGroupLines;
        const std::size_t count = std::min(kGroupLines, lines.size() - first);
        AnswerGroup(reader, lines.subspan(first, count), outputs[group]);
      }
    };
    std::vector<std::thread> helpers;
    for (std::size_t i = 1; i < readers_.size() && i < groups; ++i) {
      helpers.emplace_back(work, std::ref(readers_[i]));
    }
    work(readers_[0]);
    for (std::thread& helper : helpers) helper.join();
    for (const Output& output : outputs) Write(output);
  }

  void AnswerGroup(CaseReader& reader, std::span<const Line> lines, Output& output) const {
    for (const Line& line : lines) {
      if (line.is_too_long) {
        output.Add(TooLong(line), options_);
      } else if (const auto answer =
                     reader.Answer(line.text, line.number, std::as_const(headers_))) {
        output.Add(*answer, options_);
      }
    }
  }

  void Write(const Output& output) {
    out_.write(output.text.data(), static_cast<std::streamsize>(output.text.size()));
    Sum(summary_, output.summary);
  }

  std::ostream& out_;
  const CaseOptions& options_;
  std::vector<CaseReader> readers_;
  CaseHeaders headers_;
  CaseSummary summary_;
};

void AppendMember(std::string& out, std::string_view key, std::string_view text) {
  support::json::AppendString(out, key);
  out.push_back(':');
  support::json::AppendString(out, text);
}

void AppendError(std::string& out, const CaseError& error) {
  AppendMember(out, "code", CodeName(error.code));
  out.push_back(',');
  AppendMember(out, "message", error.message);
  if (error.path.empty()) return;
  out.push_back(',');
  AppendMember(out, "path", error.path);
}

// Layers in the order of their names.
void AppendBlockers(std::string& out, const Decision& decision) {
  out += "\"blockedBy\":[";
  bool is_first = true;
  for (std::size_t i = 0; i < kLayerCount; ++i) {
    if (!decision.is_blocked_by(static_cast<Layer>(i))) continue;
    if (!is_first) out.push_back(',');
    is_first = false;
    support::json::AppendString(out, LayerName(static_cast<Layer>(i)));
  }
  out.push_back(']');
}

void AppendLayers(std::string& out, const CaseAnswer& answer) {
  out += "\"layers\":{";
  for (std::size_t i = 0; i < kLayerCount; ++i) {
    if (i > 0) out.push_back(',');
    AppendMember(out, LayerName(static_cast<Layer>(i)),
                 LayerVerdictName(answer.decision.layers[i]));
  }
  out += "},\"statements\":[";
  for (std::size_t i = 0; i < answer.statements.size(); ++i) {
    const CaseStatement& statement = answer.statements[i];
    out += i > 0 ? ",{" : "{";
    AppendMember(out, "layer", LayerName(statement.layer));
    out.push_back(',');
    AppendMember(out, "policy", statement.policy);
    out += ",\"index\":" + std::to_string(statement.index);
    if (!statement.sid.empty()) {
      out.push_back(',');
      AppendMember(out, "sid", statement.sid);
    }
    out.push_back(',');
    AppendMember(out, "effect", EffectName(statement.effect));
    out.push_back('}');
  }
  out.push_back(']');
}

}  // namespace

void AppendResult(std::string& out, const CaseAnswer& answer, const CaseOptions& options) {
  out.push_back('{');
  AppendMember(out, "id", answer.id);
  out.push_back(',');
  AppendMember(out, "decision", answer.decision_name());
  if (options.is_check && answer.is_mismatch()) {
    out.push_back(',');
    AppendMember(out, "expected", *answer.expected);
  }
  out += ",\"detail\":{";
  if (answer.error) {
    AppendError(out, *answer.error);
  } else {
    const bool has_blockers = answer.decision.blocked_by != 0;
    if (has_blockers) AppendBlockers(out, answer.decision);
    if (options.with_layers) {
      if (has_blockers) out.push_back(',');
      AppendLayers(out, answer);
    }
  }
  out += "}}\n";
}

CaseSummary RunCases(std::istream& in, std::ostream& out, const CaseOptions& options) {
  support::LineBlocks blocks(in, kMaxCaseBytes);
  Run run(out, options);
  while (true) {
    const std::vector<Line>& lines = blocks.Next();
    if (lines.empty()) break;
    run.Take(lines);
  }
  CaseSummary summary = run.summary();
  summary.is_cut_short = in.bad();
  return summary;
}

}  // namespace writ::policy
