// Findings that are accepted: suppressions, each dated and owned, and the baseline of a run.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "analysis/policy_lint/lint.h"
#include "base/diag/diag.h"
#include "base/source/source.h"
#include "base/support/date.h"

namespace writ::commands {

/// Where a finding is, in the words that exceptions use.
struct LintPlace {
  std::string file;      ///< as it was opened
  std::string sid;       ///< of the statement; may be empty
  std::string document;  ///< ARN or address of what the document is attached to, or its name
};

/// What writ-lint.json says. Every entry must have a rule, an end, an owner and a reason.
class Suppressions {
 public:
  /// Reports W7520 at what is wrong.
  void Read(const source::SourceMap& sources, source::FileId file, diag::Sink& sink);
  /// Who accepts the finding until when and why, if an entry covers it. Entries that are past their
  /// end cover nothing.
  [[nodiscard]] std::optional<std::string> Covers(const policy_lint::Finding& finding,
                                                  const LintPlace& place,
                                                  const support::Date& today);
  /// Reports entries that covered nothing (W7521), and those past their end (W7522).
  void ReportRest(const support::Date& today, diag::Sink& sink) const;
  /// A file that is linted: entries about no file of the run are not called unused.
  void SeeFile(const std::string& path);
  /// A folder that is linted with all that it holds: entries about its files are asked, also those
  /// whose `file` matches none of them.
  void SeeFolder(const std::string& path);

 private:
  struct Entry {
    source::Span span;
    std::string rule;
    std::string folder;  ///< of the file that holds the entry, which `file` starts from
    std::string file;
    std::string sid;
    std::string document;
    std::string request;  ///< as JSON without white space; empty: any
    support::Date until;
    std::string by;
    std::string because;
    bool is_used = false;
    bool is_asked = false;  ///< a file of the run may be meant
  };
  std::deque<Entry> entries_;
};

/// The findings of an earlier run, by rule, document and meaning.
class Baseline {
 public:
  struct Entry {
    std::string rule;
    std::string document;
    std::string fingerprint;
    auto operator<=>(const Entry&) const = default;
  };
  /// Reports W7523.
  void Read(const source::SourceMap& sources, source::FileId file, diag::Sink& sink);
  [[nodiscard]] bool Holds(const Entry& entry);
  /// Entries that Holds was never asked for.
  [[nodiscard]] std::vector<Entry> Stale() const;

  [[nodiscard]] static std::string Write(const std::set<Entry>& entries);
  /// Whether a text begins as what Write writes, so that it is no document.
  [[nodiscard]] static bool IsOne(std::string_view text);

 private:
  std::set<Entry> entries_;
  std::set<Entry> met_;
};

}  // namespace writ::commands
