// Reports a file's syntax errors up to a limit; past it, one last finding says so.
#pragma once

#include <string_view>
#include <type_traits>

#include "base/diag/codes/syntax.h"
#include "base/diag/diag.h"
#include "language/parse/parse.h"

namespace writ::parse {

class Reporter {
 public:
  Reporter(const source::SourceMap& sources, source::FileId file, diag::Sink& sink,
           const Limits& limits)
      : sources_(sources), file_(file), sink_(sink), limits_(limits) {}

  /// Past the limit the returned diagnostic goes nowhere.
  template <class... Args>
  diag::Diagnostic& Report(const diag::Code<Args...>& code, source::Span span,
                           const std::type_identity_t<Args>&... args) {
    any_ = true;
    if (count_ < limits_.max_errors) {
      ++count_;
      return sink_.Report(code, span, args...);
    }
    if (!exhausted_) {
      exhausted_ = true;
      sink_.Report(diag::kTooManySyntaxErrors, span, limits_.max_errors)
          .At("the rest of the file was not read");
    }
    unseen_ = {};
    return unseen_;
  }

  [[nodiscard]] bool any() const { return any_; }
  /// More errors than the limit: reading on is of no use.
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  [[nodiscard]] source::Span At(std::uint32_t begin, std::uint32_t end) const {
    return {file_, begin, end};
  }
  [[nodiscard]] source::Span At(const Token& token) const {
    return {file_, token.begin, token.end};
  }
  [[nodiscard]] std::string_view Text(const Token& token) const {
    return text().substr(token.begin, token.end - token.begin);
  }
  [[nodiscard]] std::string_view text() const { return sources_.text(file_); }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] source::FileId file() const { return file_; }

 private:
  const source::SourceMap& sources_;
  source::FileId file_;
  diag::Sink& sink_;
  const Limits& limits_;
  std::size_t count_ = 0;
  bool any_ = false;
  bool exhausted_ = false;
  diag::Diagnostic unseen_;
};

}  // namespace writ::parse
