#include "proof/deployed/tree.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/support/json.h"
#include "iam/policy/doubt.h"

namespace writ::deployed {
namespace {

namespace json = support::json;

constexpr std::string_view kManifest = "manifest.json";

/// The kind of policy that a path's suffix names; nothing for requests of other calls.
std::optional<policy::Kind> KindOf(std::string_view path) {
  if (path.ends_with(".identity.json")) return policy::Kind::kIdentity;
  if (path.ends_with(".permission-set.json")) return policy::Kind::kIdentity;
  if (path.ends_with(".scp.json")) return policy::Kind::kScp;
  if (path.ends_with(".rcp.json")) return policy::Kind::kRcp;
  if (path.ends_with(".trust.json")) return policy::Kind::kTrust;
  if (path.ends_with(".vpce.json")) return policy::Kind::kVpcEndpoint;
  return std::nullopt;
}

/// "payments" of "iam/payments/fraud.identity.json".
std::string FolderOf(std::string_view path) {
  const std::size_t first = path.find('/');
  const std::size_t last = path.rfind('/');
  if (first == std::string_view::npos || first == last) return "";
  return std::string(path.substr(first + 1, last - first - 1));
}

class Reader {
 public:
  explicit Reader(const Files& files) : files_(files) {}

  support::Result<Tree, std::vector<Malformed>> Run() {
    Manifest();
    for (const auto& [path, bytes] : files_) {
      if (path == kManifest) continue;
      if (!tree_.targets.contains(path)) tree_.unlisted.push_back(path);
      ReadFile(path, bytes);
    }
    for (const auto& [path, targets] : tree_.targets) {
      if (!files_.contains(path)) tree_.missing.push_back(path);
    }
    if (!malformed_.empty()) return std::move(malformed_);
    return std::move(tree_);
  }

 private:
  void Wrong(std::string path, std::size_t offset, std::string message) {
    malformed_.push_back({std::move(path), offset, std::move(message), false, false});
  }

  void ReadFile(const std::string& path, const std::string& bytes) {
    // A script takes the documents from the tree; other forms repeat them.
    if (path == "apply.sh") return;
    if (path.starts_with("deploy/")) {
      tree_.forms.emplace(path, bytes);
      return;
    }
    const std::optional<policy::Kind> kind = KindOf(path);
    if (!kind) {
      tree_.others.emplace(path, bytes);
      return;
    }
    auto document = policy::ReadPlaced(bytes, *kind, policy::Demand::kAsCreated);
    if (!document) {
      const policy::PolicyError& error = document.error().front();
      Wrong(path, error.offset, error.message);
      malformed_.back().is_refused_by_aws = policy::Read(bytes, *kind).ok();
      return;
    }
    Doubts(path, *kind, *document);
    tree_.policies.push_back({path, *kind, std::move(document->document), FolderOf(path)});
  }

  /// A document to be deployed is refused when what it means depends on the reading: a proof under
  /// one would be none.
  void Doubts(const std::string& path, policy::Kind kind, const policy::PlacedDocument& placed) {
    for (const policy::DoubtfulPoint& point : policy::DoubtfulPoints(placed.document, kind)) {
      Wrong(path, policy::PlaceOf(point, placed.places).begin,
            fmt::format("`{}`: {}", point.text, policy::Describe(point.doubt)));
      malformed_.back().is_doubtful = true;
    }
  }

  static std::string Text(const json::Value& object, std::string_view key) {
    const std::optional<json::Value> found = object.Find(key);
    return found && found->is_string() ? std::string(found->text()) : std::string();
  }

  void Statements(const std::string& path, const json::Value& statements) {
    for (const json::Value statement : statements.elements()) {
      const std::optional<json::Value> from = statement.Find("from");
      if (!from) continue;
      auto& places = tree_.made_by[fmt::format("{} {}", path, Text(statement, "sid"))];
      for (const json::Value place : from->elements()) places.emplace_back(place.text());
    }
  }

  void Beyond(const std::string& path, const json::Value& entries) {
    for (const json::Value entry : entries.elements()) {
      const std::optional<json::Value> actions = entry.Find("actions");
      if (!actions) continue;
      std::vector<std::string>& patterns = tree_.beyond[path];
      for (const json::Value pattern : actions->elements()) patterns.emplace_back(pattern.text());
    }
  }

  void Manifest() {
    const auto found = files_.find(std::string(kManifest));
    if (found == files_.end()) {
      return Wrong(std::string(kManifest), 0, "a tree of artifacts has a manifest");
    }
    const auto document = json::Parse(found->second);
    if (!document) return Wrong(found->first, document.error().offset, document.error().message);
    const json::Value root = document->root();
    const std::optional<json::Value> documents = root.Find("documents");
    const std::optional<json::Value> attachments = root.Find("attachments");
    if (!documents || !documents->is_array() || !attachments || !attachments->is_array()) {
      return Wrong(found->first, 0, "the manifest lists `documents` and `attachments`");
    }
    for (const json::Value entry : documents->elements()) {
      const std::string path = Text(entry, "path");
      if (path.empty()) return Wrong(found->first, entry.begin(), "a document has a `path`");
      std::vector<std::string>& targets = tree_.targets[path];
      if (const auto listed = entry.Find("target")) {
        for (const json::Value target : listed->elements()) targets.emplace_back(target.text());
      }
      if (const auto statements = entry.Find("statements")) Statements(path, *statements);
      if (const auto beyond = entry.Find("beyondCatalog")) Beyond(path, *beyond);
    }
    for (const json::Value entry : attachments->elements()) {
      Attachment attachment{Text(entry, "document"), Text(entry, "to"), Text(entry, "id")};
      const std::optional<json::Value> open = entry.Find("open");
      attachment.open = open && open->is_true();
      if (attachment.path.empty() || attachment.to.empty()) {
        return Wrong(found->first, entry.begin(), "an attachment has `document`, `to` and `id`");
      }
      tree_.attachments.push_back(std::move(attachment));
    }
  }

  const Files& files_;
  Tree tree_;
  std::vector<Malformed> malformed_;
};

}  // namespace

const Policy* Tree::Find(std::string_view path) const {
  const auto found = std::ranges::lower_bound(policies, path, {}, &Policy::path);
  return found != policies.end() && found->path == path ? &*found : nullptr;
}

support::Result<Tree, std::vector<Malformed>> ReadTree(const Files& files) {
  return Reader(files).Run();
}

}  // namespace writ::deployed
