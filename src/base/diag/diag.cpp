#include "base/diag/diag.h"

#include <algorithm>
#include <tuple>

namespace writ::diag {
namespace {

/// Ordered by the place of the file (of any ordered type), offset, number and message.
template <class FilePlace>
std::vector<Diagnostic> SortedBy(const std::deque<Diagnostic>& found, FilePlace place) {
  std::vector<Diagnostic> sorted(found.begin(), found.end());
  const auto key = [&place](const Diagnostic& d) {
    using Place = decltype(place(source::FileId{}));
    const bool placed = d.span.valid();
    return std::tuple(d.severity != Severity::kError, !placed,
                      placed ? place(d.span.file) : Place{}, d.span.begin, d.span.end, d.number,
                      std::string_view(d.message));
  };
  std::ranges::stable_sort(sorted, {}, key);
  // Not std::ranges::unique: clang 14 cannot compile libstdc++ 12's.
  const auto same = [&key](const Diagnostic& a, const Diagnostic& b) { return key(a) == key(b); };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
  return sorted;
}

}  // namespace

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = [] {
    std::vector<Row> all = {
#define WRIT_DIAGNOSTIC(number, Name, severity, format, ...) \
  {number, #Name, Severity::severity, format},
#include "base/diag/diagnostics.def"
#undef WRIT_DIAGNOSTIC
    };
    std::ranges::sort(all, {}, &Row::number);
    return all;
  }();
  return rows;
}

const Row* FindRow(std::uint16_t number) {
  const std::vector<Row>& rows = Rows();
  const auto found = std::ranges::lower_bound(rows, number, {}, &Row::number);
  return found != rows.end() && found->number == number ? &*found : nullptr;
}

std::string TitleText(const Row& row) {
  std::string title;
  for (std::size_t i = 0; i < row.format.size(); ++i) {
    const char c = row.format[i];
    const bool doubled = (c == '{' || c == '}') && row.format.substr(i + 1).starts_with(c);
    if (c == '{' && !doubled) {
      title += "\xE2\x80\xA6";
      i = row.format.find('}', i);
    } else {
      title += c;
      if (doubled) ++i;
    }
  }
  return title;
}

std::string CodeText(std::uint16_t number) { return fmt::format("W{:04}", number); }

bool Sink::has_errors() const { return error_count() > 0; }

std::size_t Sink::error_count() const {
  return static_cast<std::size_t>(
      std::ranges::count(found_, Severity::kError, &Diagnostic::severity));
}

std::size_t Sink::warning_count() const { return found_.size() - error_count(); }

std::vector<Diagnostic> Sink::Sorted(const source::SourceMap& sources) const {
  return SortedBy(
      found_, [&sources](source::FileId file) -> std::string_view { return sources.path(file); });
}

std::vector<Diagnostic> Sink::Sorted() const {
  return SortedBy(found_, [](source::FileId file) { return file.index; });
}

}  // namespace writ::diag
