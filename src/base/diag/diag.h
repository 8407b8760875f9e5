// Findings as data. A pass reports what it found and goes on; nothing here renders or decides.
//
// Codes are typed: `sink.Report(diag::kUnknownModel, span, name)` compiles only with the arguments
// that the row in rows/ names. The codes stand in codes/<block>.h, so that a new row
// recompiles its own block. One finding has one primary cause, a label for the other
// party of a conflict, a patch when we are confident, and a request when the matter is meaning.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/source/source.h"

namespace writ::diag {

enum class Severity { kError, kWarning };

/// One row of diagnostics.def, without its argument types.
struct Row {
  std::uint16_t number;
  std::string_view name;
  Severity severity;
  std::string_view format;
};

/// All rows in ascending order of number.
[[nodiscard]] const std::vector<Row>& Rows();
/// The row of a number, or nullptr.
[[nodiscard]] const Row* FindRow(std::uint16_t number);
/// A row's message with `…` in place of its arguments: the diagnostic in general.
[[nodiscard]] std::string TitleText(const Row& row);
/// "W1203".
[[nodiscard]] std::string CodeText(std::uint16_t number);

/// A typed code: the arguments its message needs.
template <class... Args>
struct Code {
  std::uint16_t number;
  std::string_view format;
  Severity severity;
};

/// A second place: the other party of a conflict, or where a demand came from.
struct Label {
  source::Span span;
  std::string text;
};

/// Replaces the bytes of `span` (empty: inserts before `span.begin`).
struct Edit {
  source::Span span;
  std::string replacement;
};

/// Advice; with `edits` it is a patch that can be applied as it stands.
struct Help {
  std::string text;
  std::vector<Edit> edits;
};

/// One finding. `span` may be invalid for findings about no text (a missing folder).
struct Diagnostic {
  std::uint16_t number = 0;
  Severity severity = Severity::kError;
  source::Span span;
  std::string message;
  std::string label;  ///< short words at the primary span; may be empty
  std::vector<Label> labels;
  std::vector<Help> helps;
  std::vector<std::string> notes;
  std::string request;  ///< the request that shows the matter, rendered; may be empty

  Diagnostic& At(std::string text) {
    label = std::move(text);
    return *this;
  }
  Diagnostic& Also(source::Span where, std::string text) {
    labels.push_back({where, std::move(text)});
    return *this;
  }
  Diagnostic& Suggest(std::string text) {
    helps.push_back({std::move(text), {}});
    return *this;
  }
  Diagnostic& Patch(std::string text, source::Span where, std::string replacement) {
    helps.push_back({std::move(text), {{where, std::move(replacement)}}});
    return *this;
  }
  Diagnostic& Note(std::string text) {
    notes.push_back(std::move(text));
    return *this;
  }
  Diagnostic& Shows(std::string text) {
    request = std::move(text);
    return *this;
  }
  Diagnostic& As(Severity other) {
    severity = other;
    return *this;
  }
};

/// Collects findings. The driver asks it whether to go on.
class Sink {
 public:
  /// The returned reference is valid until the Sink goes.
  template <class... Args>
  Diagnostic& Report(const Code<Args...>& code, source::Span span,
                     const std::type_identity_t<Args>&... args) {
    Diagnostic found;
    found.number = code.number;
    found.severity = code.severity;
    found.span = span;
    found.message = fmt::format(fmt::runtime(code.format), args...);
    found_.push_back(std::move(found));
    return found_.back();
  }

  [[nodiscard]] const std::deque<Diagnostic>& all() const { return found_; }
  [[nodiscard]] bool has_errors() const;
  [[nodiscard]] std::size_t error_count() const;
  [[nodiscard]] std::size_t warning_count() const;

  /// Copies of all findings, errors before warnings, each ordered by (path, offset, number,
  /// message) and those about no text last, exact duplicates once: the order of files does not
  /// show.
  [[nodiscard]] std::vector<Diagnostic> Sorted(const source::SourceMap& sources) const;
  /// The same with files in the order of their ids, for findings in one file.
  [[nodiscard]] std::vector<Diagnostic> Sorted() const;

 private:
  std::deque<Diagnostic> found_;
};

}  // namespace writ::diag
