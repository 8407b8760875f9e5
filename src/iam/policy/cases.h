// Decision cases, version 1: the batch format in which requests with their policies are exchanged
// between evaluators, one JSON value a line. A line that cannot be evaluated yields an error result
// and reading goes on; nothing is skipped silently.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/policy/evaluate.h"

namespace writ::policy {

/// Bytes of one line.
inline constexpr std::size_t kMaxCaseBytes = std::size_t{16} << 20U;

enum class CaseErrorCode : std::uint8_t {
  kBadJson,
  kUnsupportedVersion,
  kUnknownField,
  kMissingField,
  kBadPrincipal,
  kPrincipalAccountMismatch,
  kBadAction,
  kBadResource,
  kBadContext,
  kBadPolicy,
  kBadPolicyRef,
  kUnknownPolicyRef,
  kInvalidPolicy,
};
/// "badJson", "unsupportedVersion", ...
[[nodiscard]] std::string_view CodeName(CaseErrorCode code);

struct CaseError {
  CaseErrorCode code = CaseErrorCode::kBadJson;
  std::string message;
  std::string path;  ///< JSON Pointer into the line; may be empty
};

/// A deciding statement, by the names of the case.
struct CaseStatement {
  Layer layer = Layer::kIdentity;
  std::string policy;  ///< its name, or "scps[1][0]"
  std::uint32_t index = 0;
  std::string sid;
  Effect effect = Effect::kAllow;
};

struct CaseAnswer {
  std::string id;
  std::optional<CaseError> error;  ///< if there is one, `decision` means nothing
  Decision decision;
  std::vector<CaseStatement> statements;  ///< only with CaseOptions::with_layers
  std::optional<std::string> expected;

  /// "allowed", "explicitDeny", "implicitDeny" or "error".
  [[nodiscard]] std::string_view decision_name() const;
  [[nodiscard]] bool is_mismatch() const { return expected && *expected != decision_name(); }
};

struct CaseOptions {
  bool is_check = false;     ///< print only results that differ from what is expected
  bool with_layers = false;  ///< what each layer says, and the deciding statements
  unsigned threads = 1;
  Switches switches = {};
};

/// The policies of the headers read so far.
class CaseHeaders;

/// Answers lines one after the other, keeping storage and compiled policies from one to the next.
/// One per thread.
class CaseReader {
 public:
  explicit CaseReader(const CaseOptions& options);
  ~CaseReader();
  CaseReader(CaseReader&&) noexcept;
  CaseReader& operator=(CaseReader&&) noexcept;

  /// Whether the line may be a header; then it must not be answered before or together with others.
  [[nodiscard]] static bool MayBeHeader(std::string_view line);
  /// `line` is without its line break, `number` counts from 1. Nothing for blank lines and for good
  /// headers, which change `headers` for the lines after them.
  [[nodiscard]] std::optional<CaseAnswer> Answer(std::string_view line, std::size_t number,
                                                 CaseHeaders& headers);
  /// The same for a line that is no header (MayBeHeader is false): headers only read.
  [[nodiscard]] std::optional<CaseAnswer> Answer(std::string_view line, std::size_t number,
                                                 const CaseHeaders& headers);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class CaseHeaders {
 public:
  CaseHeaders();
  ~CaseHeaders();
  CaseHeaders(CaseHeaders&&) noexcept;
  CaseHeaders& operator=(CaseHeaders&&) noexcept;

 private:
  friend class CaseReader;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Appends the result line of an answer, with its line break.
void AppendResult(std::string& out, const CaseAnswer& answer, const CaseOptions& options);

struct CaseSummary {
  std::size_t answered = 0;
  std::array<std::size_t, 3> by_verdict{};  ///< in the order of Verdict
  std::size_t errors = 0;
  std::size_t judged = 0;      ///< with `expected`, under is_check
  std::size_t mismatches = 0;  ///< of these
  bool is_cut_short = false;   ///< reading failed before the end
};

/// Reads cases from `in` to its end and writes results to `out` in the order of the lines. Memory
/// is bounded by the longest line and the policies of headers. The output does not depend on the
/// number of threads.
[[nodiscard]] CaseSummary RunCases(std::istream& in, std::ostream& out, const CaseOptions& options);

}  // namespace writ::policy
