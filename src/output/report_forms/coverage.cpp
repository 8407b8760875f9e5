#include "output/report_forms/coverage.h"

#include <charconv>
#include <cstddef>
#include <map>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace writ::report_forms {
namespace {

/// The ways of one line, in the report's order.
struct Line {
  std::vector<const report::Covered*> items;
  [[nodiscard]] std::size_t ways() const { return 2 * items.size(); }
  [[nodiscard]] std::size_t seen() const {
    std::size_t count = 0;
    for (const report::Covered* one : items) count += (one->yes ? 1U : 0U) + (one->no ? 1U : 0U);
    return count;
  }
};

using Lines = std::map<std::size_t, Line>;

struct Counts {
  std::size_t ways = 0;
  std::size_t seen = 0;
  std::size_t lines = 0;
  std::size_t hit = 0;

  void Add(const Line& line) {
    ways += line.ways();
    seen += line.seen();
    ++lines;
    hit += line.seen() > 0 ? 1U : 0U;
  }
};

/// By file and line; what lies at several places is at the first.
std::map<std::string, Lines> FilesOf(const report::Report& report) {
  std::map<std::string, Lines> files;
  for (const report::Covered& item : report.coverage.items) {
    if (item.from.empty()) continue;
    // "path:line:column"; a path may hold colons.
    const std::string& place = item.from.front();
    const std::size_t column = place.rfind(':');
    const std::size_t line = column == std::string::npos ? column : place.rfind(':', column - 1);
    if (line == std::string::npos) continue;
    std::size_t number = 0;
    std::from_chars(place.data() + line + 1, place.data() + column, number);
    files[place.substr(0, line)][number].items.push_back(&item);
  }
  return files;
}

Counts CountsOf(const Lines& lines) {
  Counts counts;
  for (const auto& [number, line] : lines) counts.Add(line);
  return counts;
}

/// A share with four decimals, rounded down: "0.3333".
std::string Rate(std::size_t part, std::size_t whole) {
  constexpr std::size_t kScale = 10'000;
  const std::size_t scaled = whole == 0 ? kScale : part * kScale / whole;
  return fmt::format("{}.{:04}", scaled / kScale, scaled % kScale);
}

/// For an attribute in double quotes. Characters that XML 1.0 cannot hold are left out.
std::string XmlText(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= ' ') escaped += c;
    }
  }
  return escaped;
}

/// A line break would end the record.
std::string LcovPath(std::string_view path) {
  std::string plain;
  for (const char c : path) {
    if (c != '\n' && c != '\r') plain += c;
  }
  return plain;
}

}  // namespace

std::string Lcov(const report::Report& report) {
  std::string text;
  for (const auto& [path, lines] : FilesOf(report)) {
    const Counts counts = CountsOf(lines);
    text += fmt::format("TN:\nSF:{}\n", LcovPath(path));
    for (const auto& [number, line] : lines) {
      for (std::size_t i = 0; i < line.items.size(); ++i) {
        text += fmt::format("BRDA:{},{},0,{}\nBRDA:{},{},1,{}\n", number, i,
                            line.items[i]->yes ? 1 : 0, number, i, line.items[i]->no ? 1 : 0);
      }
    }
    text += fmt::format("BRF:{}\nBRH:{}\n", counts.ways, counts.seen);
    for (const auto& [number, line] : lines) {
      text += fmt::format("DA:{},{}\n", number, line.seen() > 0 ? 1 : 0);
    }
    text += fmt::format("LF:{}\nLH:{}\nend_of_record\n", counts.lines, counts.hit);
  }
  return text;
}

std::string Cobertura(const report::Report& report) {
  const std::map<std::string, Lines> files = FilesOf(report);
  Counts all;
  std::string classes;
  for (const auto& [path, lines] : files) {
    const Counts counts = CountsOf(lines);
    const std::string name = XmlText(path);
    classes += fmt::format(
        "<class name=\"{}\" filename=\"{}\" line-rate=\"{}\" branch-rate=\"{}\" "
        "complexity=\"0\">\n<methods/>\n<lines>\n",
        name, name, Rate(counts.hit, counts.lines), Rate(counts.seen, counts.ways));
    for (const auto& [number, line] : lines) {
      all.Add(line);
      classes += fmt::format(
          "<line number=\"{}\" hits=\"{}\" branch=\"true\" condition-coverage=\"{}% ({}/{})\"/>\n",
          number, line.seen() > 0 ? 1 : 0, line.seen() * 100 / line.ways(), line.seen(),
          line.ways());
    }
    classes += "</lines>\n</class>\n";
  }
  const std::string line_rate = Rate(all.hit, all.lines);
  const std::string branch_rate = Rate(all.seen, all.ways);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!DOCTYPE coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n"
      "<coverage line-rate=\"{}\" branch-rate=\"{}\" lines-covered=\"{}\" lines-valid=\"{}\" "
      "branches-covered=\"{}\" branches-valid=\"{}\" complexity=\"0\" version=\"{}\" "
      "timestamp=\"0\">\n"
      "<packages>\n<package name=\"writ\" line-rate=\"{}\" branch-rate=\"{}\" complexity=\"0\">\n"
      "<classes>\n{}</classes>\n</package>\n</packages>\n</coverage>\n",
      line_rate, branch_rate, all.hit, all.lines, all.seen, all.ways, XmlText(report.version),
      line_rate, branch_rate, classes);
}

}  // namespace writ::report_forms
