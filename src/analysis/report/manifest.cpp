#include "analysis/report/manifest.h"

#include <algorithm>
#include <optional>

#include "base/support/json.h"
#include "base/support/sha256.h"

namespace writ::report {
namespace {

using support::json::Value;

constexpr const char* kManifest = "manifest.json";

std::optional<std::string> Text(const Value& object, std::string_view key) {
  const std::optional<Value> found = object.Find(key);
  if (!found || !found->is_string()) return std::nullopt;
  return std::string(found->text());
}

std::optional<std::vector<std::string>> Texts(const Value& object, std::string_view key) {
  const std::optional<Value> found = object.Find(key);
  if (!found || !found->is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const Value one : found->elements()) {
    if (!one.is_string()) return std::nullopt;
    texts.emplace_back(one.text());
  }
  return texts;
}

std::optional<std::size_t> Count(const Value& object, std::string_view key) {
  const std::optional<Value> found = object.Find(key);
  const auto number = found ? found->AsInteger() : std::nullopt;
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

std::optional<Statement> ReadStatement(const Value& value) {
  auto sid = Text(value, "sid");
  auto from = Texts(value, "from");
  if (!sid || !from) return std::nullopt;
  return Statement{*std::move(sid), *std::move(from)};
}

std::optional<Document> ReadDocument(const Value& value) {
  auto path = Text(value, "path");
  auto kind = Text(value, "kind");
  auto targets = Texts(value, "target");
  auto sha256 = Text(value, "sha256");
  const auto characters = Count(value, "characters");
  const std::optional<Value> statements = value.Find("statements");
  if (!path || !kind || !targets || !sha256 || !characters || !statements ||
      !statements->is_array()) {
    return std::nullopt;
  }
  Document document{*std::move(path),
                    *std::move(kind),
                    *std::move(targets),
                    *characters,
                    Count(value, "quota"),
                    *std::move(sha256),
                    {},
                    {}};
  for (const Value one : statements->elements()) {
    auto statement = ReadStatement(one);
    if (!statement) return std::nullopt;
    document.statements.push_back(*std::move(statement));
  }
  return document;
}

bool AddAttachments(const Value& list, std::vector<Document>& documents) {
  for (const Value one : list.elements()) {
    const auto path = Text(one, "document");
    auto to = Text(one, "to");
    auto id = Text(one, "id");
    if (!path || !to || !id) return false;
    const auto at = std::ranges::find(documents, *path, &Document::path);
    if (at == documents.end()) return false;
    at->attachments.push_back({*std::move(to), *std::move(id)});
  }
  return true;
}

}  // namespace

support::Result<std::vector<Document>> ReadManifest(
    const std::map<std::string, std::string>& files) {
  const auto bytes = files.find(kManifest);
  if (bytes == files.end()) return support::Error{"it has no manifest.json"};
  const auto parsed = support::json::Parse(bytes->second);
  if (!parsed.ok()) return support::Error{"manifest.json: " + parsed.error().message};
  const Value root = parsed->root();
  const std::optional<Value> listed = root.Find("documents");
  const std::optional<Value> attached = root.Find("attachments");
  const support::Error malformed{"manifest.json does not have the form of `writ build`"};
  if (!listed || !listed->is_array() || !attached || !attached->is_array()) return malformed;
  std::vector<Document> documents;
  for (const Value one : listed->elements()) {
    auto document = ReadDocument(one);
    if (!document) return malformed;
    documents.push_back(*std::move(document));
  }
  std::ranges::sort(documents, {}, &Document::path);
  if (!AddAttachments(*attached, documents)) return malformed;
  return documents;
}

std::vector<Disagreement> CheckHashes(const std::vector<Document>& documents,
                                      const std::map<std::string, std::string>& files) {
  std::vector<Disagreement> found;
  std::map<std::string, std::string> listed;
  for (const Document& document : documents) listed[document.path] = document.sha256;
  for (const auto& [path, sha256] : listed) {
    const auto file = files.find(path);
    if (file == files.end()) {
      found.push_back({path, "is missing"});
    } else if (support::Sha256Hex(file->second) != sha256) {
      found.push_back({path, "has another SHA-256 than the manifest lists"});
    }
  }
  for (const auto& [path, bytes] : files) {
    if (path != kManifest && !listed.contains(path)) found.push_back({path, "is not listed"});
  }
  std::ranges::sort(found, {}, &Disagreement::path);
  return found;
}

}  // namespace writ::report
