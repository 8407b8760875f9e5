#include "commands/lint_exceptions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/policy.h"
#include "base/support/json.h"
#include "base/support/json_copy.h"
#include "facts/catalog/catalog.h"
#include "iam/decide/pairs.h"

namespace writ::commands {

namespace json = support::json;

namespace {

// Members of a file of ours: what is unknown or of another type is a mistake, not a novelty.
class Reader {
 public:
  Reader(source::FileId file, diag::Sink& sink, const diag::Code<std::string_view>& code)
      : file_(file), sink_(sink), code_(code) {}

  void Wrong(const json::Value& value, std::string_view what) {
    sink_.Report(code_, SpanOf(value), what);
  }
  [[nodiscard]] source::Span SpanOf(const json::Value& value) const {
    return {file_, value.begin(), value.end()};
  }
  std::optional<std::string> Text(const json::Value& value, std::string_view name) {
    if (value.is_string() && !value.text().empty()) return std::string(value.text());
    Wrong(value, fmt::format("`{}` must be a text", name));
    return std::nullopt;
  }
  bool Parse(std::string_view text, json::Document& document) {
    const auto error = document.Read(text);
    if (error) {
      sink_.Report(code_, {file_, error->offset, error->offset}, error->message);
      return false;
    }
    if (document.root().is_object()) return true;
    Wrong(document.root(), "an object is expected");
    return false;
  }

 private:
  source::FileId file_;
  diag::Sink& sink_;
  const diag::Code<std::string_view>& code_;
};

std::string Minified(const json::Value& value) {
  json::Writer writer(json::Style::kMinified);
  json::Copy(value, writer);
  return writer.Take();
}

// A path without "." steps, which depend on how the command is called.
std::string Plain(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  return path == "." ? std::string() : std::string(path);
}

std::string FolderOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : Plain(path.substr(0, slash + 1));
}

// Whether `pattern`, which starts from the folder, means the file; empty: any below the folder.
bool IsOf(const std::string& folder, const std::string& pattern, const std::string& file) {
  const std::string path = Plain(file);
  if (!path.starts_with(folder)) return false;
  return pattern.empty() || catalog::MatchesPattern(pattern, path.substr(folder.size()));
}

std::string Written(const policy::Request& request) {
  json::Writer writer(json::Style::kMinified);
  decide::WriteRequest(writer, request);
  return writer.Take();
}

}  // namespace

void Suppressions::Read(const source::SourceMap& sources, source::FileId file, diag::Sink& sink) {
  Reader reader(file, sink, diag::kLintSuppressionWrong);
  json::Document document;
  if (!reader.Parse(sources.text(file), document)) return;
  for (const json::Member member : document.root().members()) {
    if (member.key.text() != "suppress" || !member.value.is_array()) {
      reader.Wrong(member.key, "the file holds `suppress`, a list, and nothing else");
      return;
    }
    for (const json::Value one : member.value.elements()) {
      if (!one.is_object()) {
        reader.Wrong(one, "an entry is an object");
        continue;
      }
      Entry entry;
      entry.span = reader.SpanOf(one);
      entry.folder = FolderOf(sources.path(file));
      bool is_good = true;
      std::set<std::string, std::less<>> seen;
      for (const json::Member part : one.members()) {
        const std::string_view name = part.key.text();
        seen.emplace(name);
        if (name == "rule") {
          const auto text = reader.Text(part.value, name);
          std::string wrong;
          if (text && !policy_lint::ParseSelection(*text, wrong)) {
            const std::string near = policy_lint::NearRule(wrong);
            reader.Wrong(part.value,
                         fmt::format("there is no rule `{}`{}", wrong,
                                     near.empty() ? "" : "; did you mean `" + near + "`?"));
          }
          is_good = is_good && text && wrong.empty();
          entry.rule = text.value_or("");
        } else if (name == "where" && part.value.is_object()) {
          for (const json::Member where : part.value.members()) {
            const std::string_view key = where.key.text();
            std::string* const into = key == "file"       ? &entry.file
                                      : key == "sid"      ? &entry.sid
                                      : key == "document" ? &entry.document
                                                          : nullptr;
            const auto text = into == nullptr ? std::nullopt : reader.Text(where.value, key);
            if (into == nullptr) {
              reader.Wrong(where.key, "`where` takes `file`, `sid` and `document`");
            }
            is_good = is_good && text;
            if (text) *into = *text;
          }
        } else if (name == "request") {
          if (part.value.is_object()) entry.request = Minified(part.value);
        } else if (name == "until") {
          const auto date = support::ParseDate(part.value.text());
          if (!date) reader.Wrong(part.value, "`until` must be a date, YYYY-MM-DD");
          is_good = is_good && date;
          if (date) entry.until = *date;
        } else if (name == "by" || name == "because") {
          const auto text = reader.Text(part.value, name);
          is_good = is_good && text;
          (name == "by" ? entry.by : entry.because) = text.value_or("");
        } else {
          reader.Wrong(part.key, fmt::format("`{}` is not known here", name));
          is_good = false;
        }
      }
      for (const std::string_view needed : {"rule", "where", "until", "by", "because"}) {
        if (seen.contains(needed)) continue;
        reader.Wrong(one, fmt::format("the entry lacks `{}`", needed));
        is_good = false;
      }
      if (is_good) entries_.push_back(std::move(entry));
    }
  }
}

std::optional<std::string> Suppressions::Covers(const policy_lint::Finding& finding,
                                                const LintPlace& place,
                                                const support::Date& today) {
  std::optional<std::string> because;
  for (Entry& entry : entries_) {
    if (entry.until < today) continue;
    if (!policy_lint::Selection{entry.rule}.Matches(*finding.rule)) continue;
    if (!IsOf(entry.folder, entry.file, place.file)) continue;
    if (!entry.sid.empty() && entry.sid != place.sid) continue;
    if (!entry.document.empty() && !catalog::MatchesPattern(entry.document, place.document)) {
      continue;
    }
    if (!entry.request.empty() &&
        (!finding.request || Written(*finding.request) != entry.request)) {
      continue;
    }
    entry.is_used = true;
    if (!because) {
      because =
          fmt::format("{} ({}, until {})", entry.because, entry.by, support::DateText(entry.until));
    }
  }
  return because;
}

void Suppressions::SeeFile(const std::string& path) {
  for (Entry& entry : entries_) {
    entry.is_asked = entry.is_asked || IsOf(entry.folder, entry.file, path);
  }
}

void Suppressions::SeeFolder(const std::string& path) {
  const std::string folder = FolderOf(path + "/");
  for (Entry& entry : entries_) {
    entry.is_asked = entry.is_asked || entry.folder.starts_with(folder);
  }
}

void Suppressions::ReportRest(const support::Date& today, diag::Sink& sink) const {
  for (const Entry& entry : entries_) {
    if (entry.until < today) {
      sink.Report(diag::kLintSuppressionExpired, entry.span, support::DateText(entry.until))
          .At("covers nothing any more");
    } else if (!entry.is_used && entry.is_asked) {
      sink.Report(diag::kLintSuppressionUnused, entry.span, entry.rule).At("no finding is here");
    }
  }
}

// --------------------------------------------------------------------------------------- baseline

void Baseline::Read(const source::SourceMap& sources, source::FileId file, diag::Sink& sink) {
  Reader reader(file, sink, diag::kLintBaselineWrong);
  json::Document document;
  if (!reader.Parse(sources.text(file), document)) return;
  const auto version = document.root().Find("writLintBaseline");
  if (!version || version->AsInteger() != 1) {
    return reader.Wrong(document.root(), "`writLintBaseline` must be 1");
  }
  const auto findings = document.root().Find("findings");
  if (!findings || !findings->is_array()) {
    return reader.Wrong(document.root(), "`findings` must be a list");
  }
  for (const json::Value one : findings->elements()) {
    Entry entry;
    const std::array<std::pair<std::string_view, std::string*>, 3> parts = {
        {{"rule", &entry.rule},
         {"document", &entry.document},
         {"fingerprint", &entry.fingerprint}}};
    for (const auto& [name, into] : parts) {
      const auto found = one.is_object() ? one.Find(name) : std::nullopt;
      if (!found || !found->is_string()) {
        return reader.Wrong(one, fmt::format("the entry lacks `{}`", name));
      }
      *into = found->text();
    }
    entries_.insert(std::move(entry));
  }
}

bool Baseline::IsOne(std::string_view text) {
  constexpr std::size_t kBegin = 64;  // it is the first member of what Write writes
  return text.substr(0, kBegin).find("\"writLintBaseline\"") != std::string_view::npos;
}

bool Baseline::Holds(const Entry& entry) {
  met_.insert(entry);
  return entries_.contains(entry);
}

std::vector<Baseline::Entry> Baseline::Stale() const {
  std::vector<Entry> stale;
  std::ranges::set_difference(entries_, met_, std::back_inserter(stale));
  return stale;
}

std::string Baseline::Write(const std::set<Entry>& entries) {
  json::Writer writer(json::Style::kPretty);
  writer.BeginObject();
  writer.Key("writLintBaseline");
  writer.Integer(1);
  writer.Key("findings");
  writer.BeginArray();
  for (const Entry& entry : entries) {
    writer.BeginObject();
    writer.Key("rule");
    writer.String(entry.rule);
    writer.Key("document");
    writer.String(entry.document);
    writer.Key("fingerprint");
    writer.String(entry.fingerprint);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return writer.Take() + "\n";
}

}  // namespace writ::commands
