#include "output/report_forms/evidence.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include <fmt/format.h>

#include "base/support/counted.h"
#include "base/support/json.h"
#include "base/support/json_members.h"
#include "base/support/sha256.h"
#include "output/report_forms/json.h"
#include "output/report_forms/text.h"

namespace writ::report_forms {
namespace {

using support::Counted;
using support::json::Value;
using support::json::Writer;

/// What tells an index of ours from other files of its name.
constexpr std::string_view kForm = "writ-evidence";
constexpr int kFormVersion = 1;

/// A file of the bundle, as the index describes it.
struct Item {
  std::string path;
  std::string what;
  report::EvidenceClass evidence = report::EvidenceClass::kStated;
};

/// The path within the bundle of a source, which may lie above the folder that the user named.
/// Different paths stay different.
std::string SourcePath(const std::string& path) {
  std::string result = "sources/";
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    std::string part = path.substr(begin, end - begin);
    // A part that means something to a file system, or that looks like one written out here.
    if (part.empty() || part == "." || part == ".." || part.starts_with('%')) part = "%" + part;
    result += part;
    if (end == path.size()) return result;
    result += '/';
    begin = end + 1;
  }
}

std::string IndexJson(const report::Report& report, const std::string& revision, const Files& files,
                      const std::vector<Item>& items) {
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  WriteText(writer, "form", kForm);
  WriteInteger(writer, "version", kFormVersion);
  WriteText(writer, "organization", report.organization);
  WriteText(writer, "writ", report.version);
  WriteText(writer, "asOf", report.as_of);
  WriteText(writer, "catalog", report.catalog);
  WriteText(writer, "verdict", report.proof.verdict);
  WriteTextOrNull(writer, "revision", revision);
  writer.Key("items");
  writer.BeginArray();
  for (const Item& item : items) {
    const std::string& bytes = files.at(item.path);
    writer.BeginObject();
    WriteText(writer, "path", item.path);
    WriteText(writer, "what", item.what);
    WriteText(writer, "class", Name(item.evidence));
    WriteCount(writer, "bytes", bytes.size());
    WriteText(writer, "sha256", support::Sha256Hex(bytes));
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return writer.Take() + "\n";
}

std::string ScopeOf(const report::Proof& proof) {
  return fmt::format("{} in {}, {}", Counted(proof.principals, "principal"),
                     Counted(proof.accounts, "account"), Counted(proof.documents, "document"));
}

std::string Row(std::initializer_list<std::string> cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += " " + MarkdownCell(cell) + " |";
  return row + "\n";
}

std::string ItemsTable(const Files& files, const std::vector<Item>& items) {
  std::string text = "| file | what it is | class | SHA-256 |\n|---|---|---|---|\n";
  for (const Item& item : items) {
    text += Row({item.path, item.what, std::string(Name(item.evidence)),
                 support::Sha256Hex(files.at(item.path))});
  }
  return text;
}

std::string ControlsTable(const report::Report& report) {
  std::string text;
  for (const report::Pack& pack : report.packs) {
    text += fmt::format("- {}: {} ({}), facts of {}\n", MarkdownCell(pack.id),
                        MarkdownCell(pack.name), MarkdownCell(pack.version), pack.date);
  }
  if (!text.empty()) text += "\n";
  text += "| control | pack | evidence | gaps |\n|---|---|---|---|\n";
  for (const report::Control& control : report.controls) {
    std::vector<std::string> evidence;
    for (const report::Evidence& one : control.evidence) {
      evidence.push_back(fmt::format("{} at {} ({})", one.kind, one.place, Name(one.evidence)));
    }
    text += Row({control.name + (control.title.empty() ? "" : ": " + control.title),
                 control.pack.empty() ? "" : fmt::format("{} ({})", control.pack, control.level),
                 fmt::format("{}", fmt::join(evidence, "; ")),
                 fmt::format("{}", fmt::join(control.gaps, " "))});
  }
  return text;
}

/// The index for people.
std::string Page(const report::Report& report, const std::string& revision, const Files& files,
                 const std::vector<Item>& items) {
  std::string text = fmt::format("# Evidence: {}\n\n", MarkdownCell(report.organization));
  text +=
      "What is in this folder is evidence of how access is designed. It does not show that "
      "policies are attached,\nthat calls were logged or that anybody reviewed anything, and it "
      "does not say that anybody complies with a regulation.\n\n";
  text += "| | |\n|---|---|\n";
  text += Row({"as of", report.as_of});
  text += Row({"revision of the sources",
               revision.empty() ? "not stated" : revision + " (stated, not checked)"});
  text += Row({"Writ", report.version});
  text += Row({"catalog", report.catalog});
  text += Row({"verdict", report.proof.verdict + ": " + ScopeOf(report.proof)});
  text += Row({"tests and assertions", report::Summary(report.tests)});
  text += "\n## What the proof takes for granted\n";
  for (const std::string& one : report.proof.assumptions) text += "- " + MarkdownCell(one) + "\n";
  text += "\n## Files\n" + ItemsTable(files, items);
  if (!report.controls.empty()) text += "\n## Controls\n" + ControlsTable(report);
  if (!report.deadlines.empty()) {
    text += "\n## What lapses\n| date | left | what | where |\n|---|---|---|---|\n";
    for (const report::Deadline& one : report.deadlines) {
      text += Row({one.date, Counted(one.days_left, "day"), one.what, one.place});
    }
  }
  if (!report.waivers.empty()) {
    text +=
        "\n## Waivers\n| rule | until | left | by | because | where |\n|---|---|---|---|---|---|\n";
    for (const report::Waiver& one : report.waivers) {
      text += Row({one.rule, one.until, Counted(one.days_left, "day"), one.by, one.because,
                   fmt::format("{}", fmt::join(one.at, ", "))});
    }
  }
  return text;
}

}  // namespace

Files Evidence(const report::Report& report, const Files& artifacts, const std::string& revision) {
  using report::EvidenceClass;
  Files files;
  std::vector<Item> items;
  const auto add = [&](std::string path, std::string what, EvidenceClass evidence,
                       std::string bytes) {
    files[path] = std::move(bytes);
    items.push_back({std::move(path), std::move(what), evidence});
  };
  const EvidenceClass of_documents =
      report.proof.is_proved() ? EvidenceClass::kProved : EvidenceClass::kStated;
  for (const report::Source& source : report.sources) {
    add(SourcePath(source.path), "source of the program", EvidenceClass::kStated, source.bytes);
  }
  for (const auto& [path, bytes] : artifacts) {
    const bool is_record = path == "freeze/freeze.json";
    std::string what = is_record ? "record of a freeze that is staged, not in force" : "artifact";
    if (path == "manifest.json") what = "manifest of the artifacts";
    add("artifacts/" + path, std::move(what), of_documents, bytes);
  }
  add("proof.json", "verdict of the proof, with what it takes for granted", of_documents,
      ProofJson(report));
  add("tests.json", "tests, assertions and decision coverage", EvidenceClass::kStated,
      TestsJson(report));
  add("governance.json", "controls, approvals, attestations, waivers, and what lapses",
      EvidenceClass::kStated, GovernanceJson(report));
  add("report.json", "the whole report", EvidenceClass::kStated, Json(report));
  const std::string page = Page(report, revision, files, items);
  add("index.md", "this list for people, with controls and deadlines", EvidenceClass::kStated,
      page);
  std::ranges::sort(items, {}, &Item::path);
  files[std::string(kIndex)] = IndexJson(report, revision, files, items);
  return files;
}

std::string DigestOf(const Files& bundle) {
  return support::Sha256Hex(bundle.at(std::string(kIndex)));
}

support::Result<std::map<std::string, std::string>> ReadIndex(const Files& files) {
  const auto bytes = files.find(std::string(kIndex));
  if (bytes == files.end()) return support::Error{"it has no index.json"};
  const auto parsed = support::json::Parse(bytes->second);
  if (!parsed.ok()) return support::Error{"index.json: " + parsed.error().message};
  const Value root = parsed->root();
  const auto form = root.Find("form");
  const auto version = root.Find("version");
  const auto items = root.Find("items");
  if (!form || !form->is_string() || form->text() != kForm || !items || !items->is_array()) {
    return support::Error{"index.json is not the index of a bundle"};
  }
  if (!version || version->AsInteger() != kFormVersion) {
    return support::Error{"index.json has another version than this release reads"};
  }
  std::map<std::string, std::string> listed;
  for (const Value item : items->elements()) {
    const auto path = item.Find("path");
    const auto sha256 = item.Find("sha256");
    if (!path || !path->is_string() || !sha256 || !sha256->is_string()) {
      return support::Error{"index.json has an item without path or SHA-256"};
    }
    const bool is_new =
        listed.emplace(std::string(path->text()), std::string(sha256->text())).second;
    if (!is_new) return support::Error{"index.json lists a file twice"};
  }
  return listed;
}

std::optional<std::string> WhyNotOurs(const Files& files) {
  if (files.empty()) return std::nullopt;
  const auto listed = ReadIndex(files);
  if (!listed) return listed.error().message;
  for (const auto& [path, bytes] : files) {
    if (path != kIndex && !listed->contains(path)) return "its index does not list " + path;
  }
  return std::nullopt;
}

support::Result<std::vector<Changed>> CheckEvidence(const Files& files,
                                                    const std::optional<std::string>& digest) {
  const std::string index(kIndex);
  const auto bytes = files.find(index);
  if (digest && bytes != files.end() && support::Sha256Hex(bytes->second) != *digest) {
    // What another index lists says nothing about the bundle.
    return std::vector<Changed>{{index, "does not have the digest that was given"}};
  }
  const auto listed = ReadIndex(files);
  if (!listed) return support::Error{listed.error()};
  std::vector<Changed> changed;
  for (const auto& [path, sha256] : *listed) {
    const auto file = files.find(path);
    if (file == files.end()) {
      changed.push_back({path, "is missing"});
    } else if (support::Sha256Hex(file->second) != sha256) {
      changed.push_back({path, "has changed"});
    }
  }
  for (const auto& [path, unused] : files) {
    if (path != kIndex && !listed->contains(path)) changed.push_back({path, "was added"});
  }
  std::ranges::sort(changed, {}, &Changed::path);
  return changed;
}

}  // namespace writ::report_forms
