// Findings for people: the message, each line that matters with marks under the exact span, the
// patch as lines to take out and put in, notes, and the request that shows the matter.
#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "base/diag/renderers.h"
#include "base/diag/source_line.h"
#include "base/support/check.h"

namespace writ::diag {
namespace {

using source::FileId;
using source::LineColumn;
using source::Span;

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kBlue = "\x1b[1;34m";
constexpr std::string_view kCyan = "\x1b[1;36m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRedLine = "\x1b[31m";

/// Of a span over more lines than this, the middle is left out.
constexpr std::uint32_t kMaxSpanLines = 6;
/// A patch over more lines than this is described by its words alone.
constexpr std::size_t kMaxPatchLines = 40;

/// One place to underline; `text` stands behind the underline.
struct Mark {
  Span span;
  std::string_view text;
  bool primary;
};

/// The part of a mark on one line, in bytes from the line's begin.
struct LineMark {
  std::uint32_t begin;
  std::uint32_t end;
  std::string_view text;
  bool primary;
};

using MarkedLines = std::map<std::uint32_t, std::vector<LineMark>>;

/// The line of the last byte of a span: one that ends with a line break does not reach the next.
std::uint32_t LastLine(Span span, const source::SourceMap& sources) {
  const std::uint32_t last = span.end > span.begin ? span.end - 1 : span.end;
  return sources.Locate(span.file, last).line;
}

/// Offset of a line's first byte in its file. Views of lines point into the file's text.
std::uint32_t LineStart(FileId file, std::uint32_t line, const source::SourceMap& sources) {
  const std::string_view text = sources.Line(file, line);
  if (text.data() == nullptr) return static_cast<std::uint32_t>(sources.text(file).size());
  return static_cast<std::uint32_t>(text.data() - sources.text(file).data());
}

void AddMark(const Mark& mark, const source::SourceMap& sources, MarkedLines& lines) {
  const std::uint32_t first = sources.Locate(mark.span.file, mark.span.begin).line;
  const std::uint32_t last = LastLine(mark.span, sources);
  for (std::uint32_t line = first; line <= last; ++line) {
    if (last - first >= kMaxSpanLines && line == first + 3) line = last - 1;
    const std::string_view text = sources.Line(mark.span.file, line);
    const std::uint32_t start = LineStart(mark.span.file, line, sources);
    const auto size = static_cast<std::uint32_t>(text.size());
    const SourceLine shape(text, 0);
    const std::uint32_t begin =
        line == first ? std::min(mark.span.begin - start, size) : shape.Indent();
    const std::uint32_t end = line == last ? std::min(mark.span.end - start, size) : size;
    lines[line].push_back(
        {begin, std::max(begin, end), line == last ? mark.text : "", mark.primary});
  }
}

class TextRenderer {
 public:
  TextRenderer(const source::SourceMap& sources, bool color) : sources_(sources), color_(color) {}

  void Add(const Diagnostic& finding) {
    if (!out_.empty()) out_ += '\n';
    Heading(finding);
    gutter_ = GutterWidth(finding);
    for (const auto& [file, lines] : Places(finding)) Excerpt(file, lines, finding);
    for (const Help& help : finding.helps) HelpLines(help);
    for (const std::string& note : finding.notes) Words("note", kCyan, note);
    if (!finding.request.empty()) Words("request", kCyan, finding.request);
  }

  void Summary(std::span<const Diagnostic> findings) {
    if (!findings.empty()) out_ += "\n" + CountText(findings) + "\n";
  }

  std::string Take() { return std::move(out_); }

 private:
  std::string Painted(std::string_view color, std::string_view text) const {
    return color_ ? fmt::format("{}{}{}", color, text, kReset) : std::string(text);
  }

  static std::string_view SeverityColor(Severity severity) {
    return severity == Severity::kError ? kRed : kYellow;
  }

  void Heading(const Diagnostic& finding) {
    out_ +=
        Painted(SeverityColor(finding.severity),
                fmt::format("{}[{}]", SeverityText(finding.severity), CodeText(finding.number)));
    out_ += Painted(kBold, ": " + Shown(finding.message)) + "\n";
  }

  /// Columns for line numbers, the same for all excerpts of a finding.
  std::size_t GutterWidth(const Diagnostic& finding) const {
    std::uint32_t largest = 1;
    const auto meet = [&](Span span) {
      if (span.valid()) largest = std::max(largest, LastLine(span, sources_));
    };
    meet(finding.span);
    for (const Label& label : finding.labels) meet(label.span);
    for (const Help& help : finding.helps) {
      for (const Edit& edit : help.edits) meet(edit.span);
    }
    return std::to_string(largest).size();
  }

  /// The marked lines by file, the primary span's file first.
  std::vector<std::pair<FileId, MarkedLines>> Places(const Diagnostic& finding) const {
    std::vector<std::pair<FileId, MarkedLines>> places;
    const auto add = [&](const Mark& mark) {
      if (!mark.span.valid()) return;
      auto place =
          std::ranges::find(places, mark.span.file, &std::pair<FileId, MarkedLines>::first);
      if (place == places.end()) place = places.insert(place, {mark.span.file, {}});
      AddMark(mark, sources_, place->second);
    };
    add({finding.span, finding.label, true});
    for (const Label& label : finding.labels) add({label.span, label.text, false});
    return places;
  }

  std::string Gutter(std::string_view number, std::string_view rule) const {
    return Painted(kBlue, fmt::format("{:>{}} {}", number, gutter_, rule));
  }

  void Row(std::string_view number, std::string_view rule, std::string_view text) {
    out_ += Gutter(number, rule);
    if (!text.empty()) out_ += fmt::format(" {}", text);
    out_ += '\n';
  }

  void Excerpt(FileId file, const MarkedLines& lines, const Diagnostic& finding) {
    const bool home = file == finding.span.file;
    const std::string place = home
                                  ? sources_.Describe(finding.span)
                                  : fmt::format("{}:{}", sources_.path(file), lines.begin()->first);
    out_ += fmt::format("{:>{}}{} {}\n", "", gutter_, Painted(kBlue, home ? "-->" : ":::"),
                        Shown(place));
    Row("", "|", "");
    std::uint32_t expected = lines.begin()->first;
    for (const auto& [line, marks] : lines) {
      if (line != expected) Row("", "...", "");
      Line(file, line, marks, finding.severity);
      expected = line + 1;
    }
    Row("", "|", "");
  }

  void Line(FileId file, std::uint32_t number, std::vector<LineMark> marks, Severity severity) {
    std::ranges::stable_sort(marks, [](const LineMark& a, const LineMark& b) {
      return a.primary != b.primary ? a.primary : a.begin < b.begin;
    });
    const SourceLine line(sources_.Line(file, number), marks.front().begin);
    Row(std::to_string(number), "|", line.Text());
    for (const LineMark& mark : marks) {
      const std::size_t begin = line.Column(mark.begin);
      const std::size_t width = std::max<std::size_t>(1, line.Column(mark.end) - begin);
      std::string drawn(width, mark.primary ? '^' : '-');
      if (!mark.text.empty()) drawn += " " + Shown(mark.text);
      Row("", "|",
          std::string(begin, ' ') + Painted(mark.primary ? SeverityColor(severity) : kBlue, drawn));
    }
  }

  /// `title: text`; further lines of the text stand below its first.
  void Words(std::string_view title, std::string_view color, std::string_view text) {
    out_ += Painted(color, title) + ": ";
    const std::string indent = "\n" + std::string(title.size() + 2, ' ');
    for (const char c : Shown(text)) {
      if (c == '\n') {
        out_ += indent;
      } else {
        out_ += c;
      }
    }
    out_ += '\n';
  }

  void HelpLines(const Help& help) {
    Words("help", kGreen, help.text);
    std::vector<Edit> edits = help.edits;
    std::ranges::stable_sort(edits, {}, &Edit::span);
    for (auto first = edits.begin(); first != edits.end();) {
      const auto after = SameLines(first, edits.end());
      PatchLines({first, after});
      first = after;
    }
  }

  /// The end of the run of edits that touch the same or neighboring lines.
  template <class Iterator>
  Iterator SameLines(Iterator first, Iterator end) const {
    Iterator last = first++;
    while (first != end && first->span.file == last->span.file &&
           sources_.Locate(first->span.file, first->span.begin).line <=
               LastLine(last->span, sources_) + 1) {
      last = first++;
    }
    return first;
  }

  void PatchLines(std::span<const Edit> edits) {
    const FileId file = edits.front().span.file;
    const std::string_view text = sources_.text(file);
    const std::uint32_t first = sources_.Locate(file, edits.front().span.begin).line;
    const std::uint32_t begin = LineStart(file, first, sources_);
    const std::size_t line_end = text.find('\n', edits.back().span.end);
    const std::size_t end = line_end == std::string_view::npos ? text.size() : line_end;
    std::string patched;
    std::size_t done = begin;
    for (const Edit& edit : edits) {
      if (edit.span.begin < done) return;  // overlapping edits have no one result to show
      patched += text.substr(done, edit.span.begin - done);
      patched += edit.replacement;
      done = edit.span.end;
    }
    patched += text.substr(done, end - done);
    Difference(first, Lines(text.substr(begin, end - begin)), Lines(patched));
  }

  static std::vector<std::string_view> Lines(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return lines;
  }

  void Difference(std::uint32_t first, std::span<const std::string_view> old,
                  std::span<const std::string_view> fresh) {
    while (!old.empty() && !fresh.empty() && old.front() == fresh.front()) {
      old = old.subspan(1);
      fresh = fresh.subspan(1);
      ++first;
    }
    while (!old.empty() && !fresh.empty() && old.back() == fresh.back()) {
      old = old.first(old.size() - 1);
      fresh = fresh.first(fresh.size() - 1);
    }
    if (old.size() + fresh.size() > kMaxPatchLines) return;
    Side(first, old, "-", kRedLine);
    Side(first, fresh, "+", kGreen);
  }

  void Side(std::uint32_t number, std::span<const std::string_view> lines, std::string_view sign,
            std::string_view color) {
    for (const std::string_view line : lines) {
      out_ += Gutter(std::to_string(number++), "");
      out_ += Painted(color, fmt::format("{} {}", sign, SourceLine(line, 0).Text())) + "\n";
    }
  }

  const source::SourceMap& sources_;
  bool color_;
  std::size_t gutter_ = 1;
  std::string out_;
};

}  // namespace

std::string RenderText(std::span<const Diagnostic> findings, const source::SourceMap& sources,
                       bool color) {
  TextRenderer renderer(sources, color);
  for (const Diagnostic& finding : findings) renderer.Add(finding);
  renderer.Summary(findings);
  return renderer.Take();
}

}  // namespace writ::diag
