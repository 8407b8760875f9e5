#include "output/report_forms/html.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/counted.h"
#include "base/support/sha256.h"
#include "output/report_forms/page.h"
#include "output/report_forms/text.h"

namespace writ::report_forms {
namespace {

using report::Report;
using support::Counted;

constexpr std::string_view kAbout =
    "A build is evidence of how access is designed. It does not show that policies are attached, "
    "that calls were logged or that anybody reviewed anything, and it does not say that anybody "
    "complies with a regulation.";

std::string_view Part(std::string_view name) {
  const support::EmbeddedText* part = support::FindEmbedded(PageParts(), name);
  WRIT_CHECK(part != nullptr, "the page is built from its parts");
  return part->text;
}

std::string Digest(std::string_view text) {
  return "'sha256-" + Base64OfHex(support::Sha256Hex(text)) + "'";
}

/// What the program says, apart from the direction of the text around it.
std::string Said(std::string_view text) { return "<bdi>" + HtmlText(text) + "</bdi>"; }

std::string_view ClassOf(report::Answer answer) {
  switch (answer) {
    case report::Answer::kYes:
      return "good";
    case report::Answer::kPartly:
    case report::Answer::kUndecided:
      return "warn";
    case report::Answer::kNo:
    case report::Answer::kNothing:
      return "no";
  }
  return "";
}

struct Section {
  std::string_view id;
  std::string_view title;
};

constexpr std::array<Section, 11> kSections = {{{"proof", "Proof"},
                                                {"deployed", "What is deployed"},
                                                {"changes", "Changes"},
                                                {"matrix", "Who may use which model"},
                                                {"tree", "Where policies apply"},
                                                {"dates", "Waivers and dates"},
                                                {"controls", "Controls and evidence"},
                                                {"sentences", "Sentences and statements"},
                                                {"documents", "Policy documents"},
                                                {"tests", "Tests and coverage"},
                                                {"sources", "Sources"}}};

class Page {
 public:
  explicit Page(const Report& report) : report_(report) {
    for (std::size_t i = 0; i < report.sentences.size(); ++i) {
      sentence_ids_.emplace(report.sentences[i].place, i);
    }
    for (std::size_t i = 0; i < report.documents.size(); ++i) {
      document_ids_.emplace(report.documents[i].path, i);
    }
  }

  std::string Make() {
    Head();
    Proof();
    Deployed();
    Changes();
    Matrix();
    Tree();
    Dates();
    Controls();
    Sentences();
    Documents();
    Tests();
    Sources();
    out_ += "</main>\n<script>";
    out_ += Part("page.js");
    out_ += "</script>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  // ---- pieces
  template <class... Args>
  void Add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  void Begin(std::string_view id) {
    const auto section = std::ranges::find(kSections, id, &Section::id);
    Add("<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n", id, section->title);
  }
  void End() { out_ += "</section>\n"; }

  void BeginTable(std::string_view caption, std::initializer_list<std::string_view> columns) {
    Add("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table>\n"
        "<caption>{0}</caption>\n<thead><tr>",
        caption);
    for (const std::string_view column : columns) Add("<th scope=\"col\">{}</th>", column);
    out_ += "</tr></thead>\n<tbody>\n";
  }
  void EndTable() { out_ += "</tbody>\n</table></div>\n"; }

  /// The place of a sentence as a link to it; any other place as it is.
  [[nodiscard]] std::string Place(const std::string& place) const {
    const auto at = sentence_ids_.find(place);
    return at == sentence_ids_.end()
               ? HtmlText(place)
               : fmt::format("<a href=\"#s{}\">{}</a>", at->second, HtmlText(place));
  }
  [[nodiscard]] std::string Places(const std::vector<std::string>& places) const {
    std::string text;
    for (const std::string& place : places) text += (text.empty() ? "" : ", ") + Place(place);
    return text;
  }
  /// A document, or one of its statements.
  [[nodiscard]] std::string Statement(const std::string& statement) const {
    const std::size_t hash = statement.rfind('#');
    const auto at = document_ids_.find(statement.substr(0, hash));
    return at == document_ids_.end()
               ? HtmlText(statement)
               : fmt::format("<a href=\"#d{}\">{}</a>", at->second, HtmlText(statement));
  }

  // ---- sections
  void Head();
  void Proof();
  void Deployed();
  void Changes();
  void Matrix();
  [[nodiscard]] std::string CellText(const report::Cell& cell) const;
  void Node(std::size_t index, const std::multimap<std::size_t, std::size_t>& children);
  void Tree();
  void Timeline();
  void Dates();
  void Controls();
  void Sentences();
  void Documents();
  void Tests();
  void Sources();

  const Report& report_;
  std::map<std::string, std::size_t> sentence_ids_;
  std::map<std::string, std::size_t> document_ids_;
  std::string out_;
};

void Page::Head() {
  const std::string name = Said(report_.organization.empty() ? "program" : report_.organization);
  const std::string_view style = Part("page.css");
  const std::string_view script = Part("page.js");
  Add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; "
      "script-src {}; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Access report: {}</title>\n<style>",
      Digest(style), Digest(script), HtmlText(report_.organization));
  out_ += style;
  Add("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#proof\">Skip to the report</a>\n"
      "<header>\n<h1>Access report: {}</h1>\n"
      "<p class=\"note\">As of {}. Catalog of {}. Writ {}.</p>\n<p>{}</p>\n<ul class=\"badges\">\n",
      name, report_.as_of, report_.catalog, HtmlText(report_.version), kAbout);
  Add("<li class=\"{}\">{}</li>\n", report_.proof.is_proved() ? "good" : "bad",
      report_.proof.verdict);
  if (report_.deployed) {
    Add("<li class=\"{}\">{}</li>\n", report_.deployed->is_as_said() ? "good" : "bad",
        report_.deployed->is_as_said() ? "deployed as the program says"
                                       : "not all deployed as the program says");
  }
  constexpr std::int64_t kSoon = 90;
  const auto soon = std::ranges::count_if(
      report_.deadlines, [](const report::Deadline& one) { return one.days_left <= kSoon; });
  const auto failing = std::ranges::count_if(
      report_.tests, [](const report::Test& one) { return one.verdict != "holds"; });
  Add("<li>{}</li>\n<li>{}</li>\n", Counted(report_.sentences.size(), "sentence"),
      Counted(report_.proof.documents, "document"));
  Add("<li class=\"{}\">{} lapse in {} days</li>\n", soon > 0 ? "warn" : "good", soon, kSoon);
  Add("<li class=\"{}\">{} of {} test lines hold</li>\n</ul>\n", failing > 0 ? "bad" : "good",
      report_.tests.size() - static_cast<std::size_t>(failing), report_.tests.size());
  out_ += "<nav aria-label=\"Sections\"><ul>\n";
  for (const Section& section : kSections) {
    if (section.id == "changes" && !report_.changes) continue;
    if (section.id == "deployed" && !report_.deployed) continue;
    Add("<li><a href=\"#{}\">{}</a></li>\n", section.id, section.title);
  }
  out_ +=
      "</ul></nav>\n<p class=\"filter\"><label for=\"filter\">Show rows with these "
      "words</label><br>"
      "<input type=\"search\" id=\"filter\" autocomplete=\"off\"> <span id=\"filtered\" "
      "role=\"status\"></span></p>\n</header>\n<main>\n";
}

void Page::Proof() {
  const report::Proof& proof = report_.proof;
  Begin("proof");
  Add("<p><strong class=\"{}\">{}</strong>: {} in {}, {}.</p>\n",
      proof.is_proved() ? "good" : "bad", proof.verdict, Counted(proof.principals, "principal"),
      Counted(proof.accounts, "account"), Counted(proof.documents, "document"));
  const auto list = [&](const std::vector<std::string>& texts) {
    out_ += "<ul>\n";
    for (const std::string& text : texts) Add("<li>{}</li>\n", Said(text));
    out_ += "</ul>\n";
  };
  if (!proof.differences.empty()) {
    out_ += "<p>The documents and the program differ:</p>\n";
    list(proof.differences);
  }
  if (!proof.undecided.empty()) {
    out_ += "<p>Not decided:</p>\n";
    list(proof.undecided);
  }
  out_ += "<details><summary>What the proof takes for granted</summary>\n";
  list(proof.assumptions);
  out_ += "</details>\n";
  End();
}

void Page::Deployed() {
  if (!report_.deployed) return;
  Begin("deployed");
  Add("<p>{}, as <code>writ drift</code> tells it: <strong class=\"{}\">{}</strong>.</p>\n"
      "<pre>{}</pre>\n",
      Said(report_.deployed->exports), report_.deployed->is_as_said() ? "good" : "bad",
      report_.deployed->is_as_said() ? "as the program says" : "not all is as the program says",
      HtmlText(report_.deployed->text));
  End();
}

void Page::Changes() {
  if (!report_.changes) return;
  Begin("changes");
  Add("<p>Compared with {}, as <code>writ diff</code> tells it.</p>\n<pre>{}</pre>\n",
      Said(report_.changes->against), HtmlText(report_.changes->text));
  End();
}

std::string Page::CellText(const report::Cell& cell) const {
  const std::string_view word = Name(cell.answer);
  std::string routes;
  for (const report::CellRoute& route : cell.routes) {
    std::string text = fmt::format("{}: {}", HtmlText(route.way), Name(route.answer));
    if (!route.whole.empty()) text += fmt::format(" in {}", fmt::join(route.whole, ", "));
    if (!route.partly.empty()) {
      text += fmt::format("{} in {}", route.whole.empty() ? "" : ", in part",
                          fmt::join(route.partly, ", "));
    }
    if (!route.by.empty()) text += ", by " + Places(route.by);
    if (!route.forbidden.empty()) text += ", denied by " + Places(route.forbidden);
    if (!route.because.empty()) text += ", because " + HtmlText(route.because);
    routes += fmt::format("<li>{}</li>", text);
  }
  if (routes.empty()) return fmt::format("<td class=\"{}\">{}</td>", ClassOf(cell.answer), word);
  return fmt::format(
      "<td class=\"cell {}\"><details><summary>{}</summary><ul>{}</ul></details></td>",
      ClassOf(cell.answer), word, routes);
}

/// Rows and columns that look alike are one.
void Page::Matrix() {
  const report::Matrix& matrix = report_.matrix;
  Begin("matrix");
  if (!matrix.is_decided) {
    Add("<p class=\"warn\">Not decided: it needs {} questions, and the limit is {}. Ask "
        "<code>writ can</code> or <code>writ who</code>.</p>\n",
        matrix.questions, matrix.limit);
    End();
    return;
  }
  out_ +=
      "<p>Each cell is decided for all requests, as <code>writ can</code> answers for each route. "
      "<em>partly</em>: with a guardrail, under a condition, in some regions or by some routes. "
      "Principals that the program does not name have no row; other policies may grant them "
      "something.</p>\n";
  using Key = std::pair<std::size_t, std::size_t>;  // row and account
  std::map<Key, std::vector<std::string>> rows;
  std::map<Key, std::string> others;
  for (const report::Cell& cell : matrix.cells) {
    rows[{cell.row, cell.account}].push_back(CellText(cell));
  }
  for (const report::OtherModels& one : matrix.others) {
    others[{one.row, one.account}] =
        fmt::format("<td class=\"{}\">{}{}</td>", ClassOf(one.answer), Name(one.answer),
                    one.by.empty() ? "" : ", by " + Places(one.by));
    rows.try_emplace({one.row, one.account});
  }
  std::map<std::vector<std::string>, std::vector<std::size_t>> alike;
  std::vector<std::vector<std::string>> columns(matrix.models.size());
  for (const auto& [key, cells] : rows) {
    for (std::size_t i = 0; i < cells.size(); ++i) columns[i].push_back(cells[i]);
  }
  for (std::size_t i = 0; i < columns.size(); ++i) alike[columns[i]].push_back(i);
  std::vector<std::vector<std::size_t>> groups;
  for (const auto& [cells, models] : alike) groups.push_back(models);
  std::ranges::sort(groups);
  Add("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Access matrix\">"
      "<table class=\"matrix\">\n<caption>{}, {}</caption>\n<thead><tr>"
      "<th scope=\"col\">Principal</th><th scope=\"col\">Accounts</th>",
      Counted(matrix.rows.size(), "principal"), Counted(matrix.models.size(), "model"));
  for (const std::vector<std::size_t>& models : groups) {
    std::string names;
    for (const std::size_t model : models) {
      names += (names.empty() ? "" : ", ") + Said(matrix.models[model]);
    }
    Add("<th scope=\"col\">{}</th>", names);
  }
  out_ += "<th scope=\"col\">any other model</th></tr></thead>\n<tbody>\n";
  std::vector<std::pair<std::string, std::vector<Key>>> lines;
  for (const auto& [key, cells] : rows) {
    std::string text;
    for (const std::vector<std::size_t>& models : groups) text += cells[models.front()];
    text += others[key];
    const bool is_same = !lines.empty() && lines.back().first == text &&
                         lines.back().second.front().first == key.first;
    if (!is_same) lines.emplace_back(std::move(text), std::vector<Key>());
    lines.back().second.push_back(key);
  }
  for (const auto& [text, keys] : lines) {
    std::string accounts;
    for (const auto& [row, account] : keys) {
      accounts += (accounts.empty() ? "" : ", ") + Said(matrix.accounts[account]);
    }
    Add("<tr data-row><th scope=\"row\">{}</th><td>{}</td>{}</tr>\n",
        Said(matrix.rows[keys.front().first]), accounts, text);
  }
  EndTable();
  End();
}

void Page::Node(std::size_t index, const std::multimap<std::size_t, std::size_t>& children) {
  const report::Node& node = report_.nodes[index];
  Add("<li data-row><details{}><summary>{} {}{}{}</summary>\n", node.kind == "root" ? " open" : "",
      node.kind, Said(node.name), node.id.empty() ? "" : " " + HtmlText(node.id),
      node.is_management ? " (management account: SCPs do not bind it)" : "");
  if (!node.sentences.empty()) Add("<p>In force here: {}</p>\n", Places(node.sentences));
  if (!node.documents.empty()) {
    out_ += "<p>Documents:";
    for (const std::string& path : node.documents) Add(" {}", Statement(path));
    out_ += "</p>\n";
  }
  if (node.sentences.empty() && node.documents.empty()) {
    out_ += "<p class=\"note\">Nothing of its own.</p>\n";
  }
  out_ += "</details>\n";
  const auto [begin, end] = children.equal_range(index);
  if (begin != end) {
    out_ += "<ul>\n";
    for (auto child = begin; child != end; ++child) Node(child->second, children);
    out_ += "</ul>\n";
  }
  out_ += "</li>\n";
}

void Page::Tree() {
  Begin("tree");
  std::multimap<std::size_t, std::size_t> children;
  for (std::size_t i = 0; i < report_.nodes.size(); ++i) {
    if (report_.nodes[i].parent) children.emplace(*report_.nodes[i].parent, i);
  }
  out_ += "<p>What is attached to a node binds every account below it.</p>\n<ul class=\"tree\">\n";
  if (!report_.nodes.empty()) Node(0, children);
  out_ += "</ul>\n";
  End();
}

void Page::Timeline() {
  constexpr std::int64_t kWidth = 1000;
  constexpr std::int64_t kEdge = 20;
  std::int64_t most = 30;
  for (const report::Deadline& one : report_.deadlines) most = std::max(most, one.days_left);
  Add("<svg viewBox=\"0 0 {} 60\" role=\"img\" aria-label=\"Time line of {} dates over {} days; "
      "the table below lists them\">\n<line x1=\"{}\" y1=\"30\" x2=\"{}\" y2=\"30\"/>\n"
      "<line class=\"today\" x1=\"{}\" y1=\"15\" x2=\"{}\" y2=\"45\"/>\n"
      "<text x=\"{}\" y=\"58\">{}</text>\n<text x=\"{}\" y=\"58\" text-anchor=\"end\">{} "
      "days</text>\n",
      kWidth, report_.deadlines.size(), most, kEdge, kWidth - kEdge, kEdge, kEdge, kEdge,
      report_.as_of, kWidth - kEdge, most);
  for (const report::Deadline& one : report_.deadlines) {
    const std::int64_t x =
        kEdge + std::max<std::int64_t>(one.days_left, 0) * (kWidth - 2 * kEdge) / most;
    Add("<circle cx=\"{}\" cy=\"30\" r=\"5\"><title>{} {}</title></circle>\n", x, one.date,
        HtmlText(one.what));
  }
  out_ += "</svg>\n";
}

void Page::Dates() {
  Begin("dates");
  if (report_.deadlines.empty()) {
    out_ += "<p>Nothing ends.</p>\n";
  } else {
    Timeline();
    BeginTable("What ends, soonest first", {"Date", "Left", "What", "Where"});
    for (const report::Deadline& one : report_.deadlines) {
      Add("<tr data-row><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n", one.date,
          Counted(one.days_left, "day"), Said(one.what), Place(one.place));
    }
    EndTable();
  }
  if (!report_.waivers.empty()) {
    BeginTable("Waivers", {"Rule", "Until", "Left", "By", "Because", "Where"});
    for (const report::Waiver& one : report_.waivers) {
      Add("<tr data-row><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
          HtmlText(one.rule), one.until, Counted(one.days_left, "day"), Said(one.by),
          Said(one.because), Places(one.at));
    }
    EndTable();
  }
  if (!report_.declarations.empty()) {
    BeginTable("Use-cases, attestations and evaluations", {"Kind", "Name", "Facts", "Used by"});
    for (const report::Declaration& one : report_.declarations) {
      std::string facts;
      for (const report::Declaration::Fact& fact : one.facts) {
        facts += fmt::format("<li>{}: {}</li>", HtmlText(fact.name), Said(fact.value));
      }
      Add("<tr data-row><td>{}</td><th scope=\"row\">{} "
          "{}</th><td><ul>{}</ul></td><td>{}</td></tr>\n",
          compliance::Name(one.kind), Said(one.name), Said(one.title), facts, Places(one.used_by));
    }
    EndTable();
  }
  End();
}

void Page::Controls() {
  Begin("controls");
  for (const report::Pack& pack : report_.packs) {
    Add("<p>{}: {} ({}), facts of {}. {}</p>\n", HtmlText(pack.id), Said(pack.name),
        HtmlText(pack.version), pack.date, Said(pack.notes));
  }
  if (report_.controls.empty()) {
    out_ += "<p>No sentence names a control.</p>\n";
    End();
    return;
  }
  BeginTable("Each control with what supports it and what nothing here shows",
             {"Control", "Evidence", "Gaps"});
  for (const report::Control& control : report_.controls) {
    Add("<tr data-row><th scope=\"row\">{}<br>{} {} {}</th><td>", Said(control.name),
        Said(control.title), HtmlText(control.level), HtmlText(control.pack));
    if (!control.evidence.empty()) {
      out_ += "<ul>";
      for (const report::Evidence& one : control.evidence) {
        Add("<li><strong class=\"{}\">{}</strong>: {} at {}: {}. "
            "<span class=\"note\">Does not show {}.</span></li>",
            one.evidence == report::EvidenceClass::kProved ? "good" : "warn", Name(one.evidence),
            HtmlText(one.kind), Place(one.place), Said(one.text), HtmlText(one.cannot));
      }
      out_ += "</ul>";
    }
    out_ += "</td><td><ul>";
    for (const std::string& gap : control.gaps) Add("<li>{}</li>", HtmlText(gap));
    out_ += "</ul></td></tr>\n";
  }
  EndTable();
  End();
}

void Page::Sentences() {
  Begin("sentences");
  BeginTable("Each sentence with the statements that are made from it",
             {"Where", "Sentence", "Reason", "Statements"});
  for (std::size_t i = 0; i < report_.sentences.size(); ++i) {
    const report::Sentence& one = report_.sentences[i];
    std::string statements;
    for (const std::string& statement : one.statements) {
      statements += (statements.empty() ? "" : ", ") + Statement(statement);
    }
    Add("<tr data-row id=\"s{}\"><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n", i,
        HtmlText(one.place), Said(one.text), Said(one.because),
        statements.empty() ? "none" : statements);
  }
  EndTable();
  End();
}

void Page::Documents() {
  Begin("documents");
  BeginTable("Each document with its size, digest and sentences",
             {"Document", "Attached to", "Characters", "SHA-256", "From"});
  for (std::size_t i = 0; i < report_.documents.size(); ++i) {
    const report::Document& one = report_.documents[i];
    std::vector<std::string> from;
    for (const report::Statement& statement : one.statements) {
      from.insert(from.end(), statement.from.begin(), statement.from.end());
    }
    std::ranges::sort(from);
    from.erase(std::unique(from.begin(), from.end()), from.end());
    std::string attached;
    for (const report::Attachment& attachment : one.attachments) {
      attached += fmt::format("{}{} {}", attached.empty() ? "" : ", ", HtmlText(attachment.to),
                              HtmlText(attachment.id));
    }
    Add("<tr data-row id=\"d{}\"><th scope=\"row\">{}</th><td>{}</td><td>{}{}</td>"
        "<td class=\"sha\">{}</td><td>{}</td></tr>\n",
        i, HtmlText(one.path), attached, one.characters,
        one.quota ? fmt::format(" of {}", *one.quota) : "", HtmlText(one.sha256), Places(from));
  }
  EndTable();
  End();
}

void Page::Tests() {
  Begin("tests");
  if (report_.tests.empty()) {
    out_ += "<p>The program has no tests and no assertions.</p>\n";
  } else {
    BeginTable("Assertions and lines of tests", {"Verdict", "Test", "Line", "Where"});
    for (const report::Test& one : report_.tests) {
      Add("<tr data-row><td class=\"{}\">{}{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
          one.verdict == "holds" ? "good" : "bad", HtmlText(one.verdict),
          one.detail.empty() ? "" : ": " + Said(one.detail),
          one.title.empty() ? "assertion" : Said(one.title), Said(one.text), HtmlText(one.place));
    }
    EndTable();
  }
  Add("<p>Decision coverage by tests: {} %.</p>\n", report_.coverage.percent);
  std::vector<const report::Covered*> missing;
  for (const report::Covered& one : report_.coverage.items) {
    if (!one.yes || !one.no) missing.push_back(&one);
  }
  if (!missing.empty()) {
    constexpr std::size_t kShown = 200;
    out_ += "<details><summary>What no test shows</summary>\n";
    BeginTable("Not seen both ways", {"Where", "What", "Takes effect", "Leaves alone"});
    for (std::size_t i = 0; i < std::min(missing.size(), kShown); ++i) {
      Add("<tr data-row><td>{}</td><td>{} {}</td><td>{}</td><td>{}</td></tr>\n",
          Places(missing[i]->from), missing[i]->kind, Said(missing[i]->what),
          missing[i]->yes ? "seen" : "not seen", missing[i]->no ? "seen" : "not seen");
    }
    EndTable();
    if (missing.size() > kShown) {
      Add("<p>{} more are in the JSON report.</p>\n", missing.size() - kShown);
    }
    out_ += "</details>\n";
  }
  End();
}

void Page::Sources() {
  Begin("sources");
  BeginTable("Files of the program", {"File", "SHA-256"});
  for (const report::Source& one : report_.sources) {
    Add("<tr data-row><th scope=\"row\">{}</th><td class=\"sha\">{}</td></tr>\n", Said(one.path),
        one.sha256);
  }
  EndTable();
  End();
}

}  // namespace

std::string Html(const Report& report) { return Page(report).Make(); }

}  // namespace writ::report_forms
