#include "proof/deployed/tree.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/json.h"
#include "base/support/json_copy.h"
#include "base/support/json_list.h"
#include "iam/policy/doubt.h"

namespace writ::deployed {
namespace {

namespace json = support::json;

constexpr std::string_view kManifest = "manifest.json";
/// What a freeze would put in force. It is attached to nothing: what it means is proved as a
/// program of its own.
constexpr std::string_view kStaged = "freeze/";

/// "payments" of "iam/payments/fraud.identity.json".
std::string FolderOf(std::string_view path) {
  const std::size_t first = path.find('/');
  const std::size_t last = path.rfind('/');
  if (first == std::string_view::npos || first == last) return "";
  return std::string(path.substr(first + 1, last - first - 1));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsPart(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z'); }
bool IsWildcard(char c) { return c == '*' || c == '?'; }

constexpr std::string_view kGuardrail = ":guardrail/";
constexpr std::size_t kAccountDigits = 12;

/// The text with each name that AWS assigned (12 digits, what follows `:guardrail/`) as
/// `put(kind, name, out)` writes it, kind being 'a' or 'g'. A word beside a wildcard is no name.
template <class Put>
std::string Renamed(std::string_view text, const Put& put) {
  std::string out;
  out.reserve(text.size());
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (!IsPart(text[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    bool is_number = true;
    for (; i < text.size() && IsPart(text[i]); ++i) is_number = is_number && IsDigit(text[i]);
    const bool is_cut =
        (begin > 0 && IsWildcard(text[begin - 1])) || (i < text.size() && IsWildcard(text[i]));
    if (is_cut) continue;
    const bool is_guardrail = text.substr(0, begin).ends_with(kGuardrail);
    if (!is_guardrail && !(is_number && i - begin == kAccountDigits)) continue;
    out += text.substr(copied, begin - copied);
    put(is_guardrail ? 'g' : 'a', text.substr(begin, i - begin), out);
    copied = i;
  }
  out += text.substr(copied);
  return out;
}

/// Whether the text says what its bytes are: nothing is escaped, no mark of Unnamed is in it, and
/// no number stands outside of strings, where JSON has rules of its own about its digits.
bool IsPlain(std::string_view bytes) {
  bool is_quoted = false;
  return std::ranges::none_of(bytes, [&](char c) {
    if (c == '"') is_quoted = !is_quoted;
    return c == '\\' || c == '\x01' || c == '\x02' || (!is_quoted && IsDigit(c));
  });
}

/// A text with numbers for its names, which stand between characters that JSON does not have.
struct Unnamed {
  explicit Unnamed(std::string_view bytes)
      : text(Renamed(bytes, [&](char kind, std::string_view name, std::string& out) {
          out += '\x01';
          out += kind;
          out += std::to_string(NumberOf(kind, name, names));
          out += '\x02';
        })) {}

  /// Documents have few names.
  static std::size_t NumberOf(char kind, std::string_view name, std::vector<std::string>& names) {
    const auto at = std::ranges::find_if(names, [&](const std::string& known) {
      return known.front() == kind && std::string_view(known).substr(1) == name;
    });
    const auto number = static_cast<std::size_t>(at - names.begin());
    if (at == names.end()) names.push_back(kind + std::string(name));
    return number;
  }

  std::vector<std::string> names;
  std::string text;  ///< last: it is made with the others
};

bool HoldsOrgPaths(std::string_view bytes) {
  constexpr std::string_view kKey = "orgpaths";
  return std::ranges::search(bytes, kKey, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         }).begin() != bytes.end();
}

class Reader {
 public:
  explicit Reader(const Files& files) : files_(files) {}

  support::Result<Tree, std::vector<Malformed>> Run() {
    Manifest();
    for (const auto& [path, bytes] : files_) {
      if (path == kManifest || path.starts_with(kStaged)) continue;
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
    if (path == "apply.sh") {
      tree_.has_script = true;
      return;
    }
    if (path.starts_with("deploy/")) {
      tree_.forms.emplace(path, bytes);
      return;
    }
    const std::optional<policy::Kind> kind = KindOf(path);
    if (!kind) {
      tree_.others.emplace(path, bytes);
      return;
    }
    Unnamed unnamed(bytes);
    const bool is_plain = IsPlain(bytes);
    std::shared_ptr<const Content>* known = nullptr;
    if (is_plain) {
      known = &contents_[*kind][std::move(unnamed.text)];
      if (*known) {
        tree_.policies.push_back({path, *kind, FolderOf(path), *known, std::move(unnamed.names)});
        return;
      }
    } else {
      unnamed.names.clear();
    }
    auto document = policy::ReadPlaced(bytes, *kind, policy::Demand::kAsCreated);
    if (!document) {
      const policy::PolicyError& error = document.error().front();
      Wrong(path, error.offset, error.message);
      malformed_.back().is_refused_by_aws = policy::Read(bytes, *kind).ok();
      return;
    }
    if (*kind == policy::Kind::kRcp && AllowsSomething(path, *document)) return;
    const bool has_doubts = Doubts(path, *kind, *document);
    auto content = std::make_shared<Content>();
    content->document = std::move(document->document);
    content->names = unnamed.names;
    content->asks_where_callers_are = !is_plain || HoldsOrgPaths(bytes);
    if (known != nullptr && !has_doubts) *known = content;
    tree_.policies.push_back(
        {path, *kind, FolderOf(path), std::move(content), std::move(unnamed.names)});
  }

  /// A document to be deployed is refused when what it means depends on the reading: a proof under
  /// one would be none.
  bool Doubts(const std::string& path, policy::Kind kind, const policy::PlacedDocument& placed) {
    const auto points = policy::DoubtfulPoints(placed.document, kind);
    for (const policy::DoubtfulPoint& point : points) {
      Wrong(path, policy::PlaceOf(point, placed.places).begin,
            fmt::format("`{}`: {}", point.text, policy::Describe(point.doubt)));
      malformed_.back().is_doubtful = true;
    }
    return !points.empty();
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
      const std::optional<json::Value> callers = statement.Find("callers");
      if (!callers) continue;
      auto& forms = tree_.callers[fmt::format("{} {}", path, Text(statement, "sid"))];
      for (const json::Value one : callers->elements()) forms.insert(Text(one, "form"));
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

  /// What the manifest says of one document; false if it does not say of which.
  [[nodiscard]] bool ListedDocument(const json::Value& entry) {
    const std::string path = Text(entry, "path");
    if (path.empty()) return false;
    if (const auto forms = entry.Find("notIn")) {
      for (const json::Value form : forms->elements()) {
        tree_.left[Text(form, "form")].emplace(path, Text(form, "because"));
      }
    }
    if (path.starts_with(kStaged)) return true;
    std::vector<std::string>& targets = tree_.targets[path];
    if (const auto listed = entry.Find("target")) {
      for (const json::Value target : listed->elements()) targets.emplace_back(target.text());
    }
    if (const auto statements = entry.Find("statements")) Statements(path, *statements);
    if (const auto beyond = entry.Find("beyondCatalog")) Beyond(path, *beyond);
    return true;
  }

  /// Every statement of an RCP that is created denies: the one that allows, RCPFullAWSAccess, is
  /// AWS's own and attached everywhere. Source: Organizations User Guide, "RCP syntax", Effect
  /// element, read 2026-11-29.
  bool AllowsSomething(const std::string& path, const policy::PlacedDocument& document) {
    const std::vector<policy::Statement>& statements = document.document.statements;
    const auto allowing =
        std::ranges::find(statements, policy::Effect::kAllow, &policy::Statement::effect);
    if (allowing == statements.end()) return false;
    const auto at = static_cast<std::size_t>(allowing - statements.begin());
    Wrong(path, document.places.statements.at(at).effect.begin,
          "an RCP only denies; RCPFullAWSAccess, which allows, is attached by AWS");
    malformed_.back().is_refused_by_aws = true;
    return true;
  }

  void Manifest() {
    const auto found = files_.find(std::string(kManifest));
    if (found == files_.end()) {
      return Wrong(std::string(kManifest), 0, "a tree of artifacts has a manifest");
    }
    const auto manifest = json::LongList::Read(found->second, "documents");
    if (!manifest) return Wrong(found->first, manifest.error().offset, manifest.error().message);
    const json::Value root = manifest->root();
    const std::optional<json::Value> documents = root.Find("documents");
    const std::optional<json::Value> attachments = root.Find("attachments");
    if (!documents || !documents->is_array() || !attachments || !attachments->is_array()) {
      return Wrong(found->first, 0, "the manifest lists `documents` and `attachments`");
    }
    std::optional<std::size_t> nameless;  ///< where the first document without a path begins
    const std::optional<json::Error> error =
        manifest->ForEach([&](const json::Value& entry, std::size_t offset) {
          if (!nameless && !ListedDocument(entry)) nameless = offset;
        });
    if (error) return Wrong(found->first, error->offset, error->message);
    if (nameless) return Wrong(found->first, *nameless, "a document has a `path`");
    for (const json::Value entry : attachments->elements()) {
      Attachment attachment{Text(entry, "document"), Text(entry, "to"), Text(entry, "id")};
      const std::optional<json::Value> open = entry.Find("open");
      attachment.open = open && open->is_true();
      if (attachment.path.empty() || attachment.to.empty()) {
        return Wrong(found->first, manifest->OffsetOf(entry),
                     "an attachment has `document`, `to` and `id`");
      }
      tree_.attachments.push_back(std::move(attachment));
    }
  }

  const Files& files_;
  /// By kind and text without names. Never walked through.
  std::map<policy::Kind, std::unordered_map<std::string, std::shared_ptr<const Content>>> contents_;
  Tree tree_;
  std::vector<Malformed> malformed_;
};

}  // namespace

std::optional<policy::Kind> KindOf(std::string_view path) {
  if (path.ends_with(".identity.json")) return policy::Kind::kIdentity;
  if (path.ends_with(".permission-set.json")) return policy::Kind::kIdentity;
  if (path.ends_with(".scp.json")) return policy::Kind::kScp;
  if (path.ends_with(".rcp.json")) return policy::Kind::kRcp;
  if (path.ends_with(".trust.json")) return policy::Kind::kTrust;
  if (path.ends_with(".vpce.json")) return policy::Kind::kVpcEndpoint;
  return std::nullopt;
}

std::size_t CharactersSent(std::string_view path, std::string_view bytes) {
  // No policy counts more than this: what some count and some do not is not sent.
  if (KindOf(path)) return policy::CountCharacters(bytes, policy::Kind::kIdentity);
  const bool is_text = path.ends_with(".bedrock-policy.json") || path.ends_with(".ai-opt-out.json");
  return is_text ? json::Compacted(bytes).size() : bytes.size();
}

policy::PolicyDocument Policy::document() const {
  policy::PolicyDocument document = content->document;
  if (names == content->names) return document;
  const auto rename = [&](std::string& text) {
    text = Renamed(text, [&](char sort, std::string_view name, std::string& out) {
      const auto at = std::ranges::find(content->names, sort + std::string(name));
      WRIT_CHECK(at != content->names.end(), path);
      out +=
          std::string_view(names[static_cast<std::size_t>(at - content->names.begin())]).substr(1);
    });
  };
  const auto rename_all = [&](std::vector<std::string>& texts) {
    for (std::string& text : texts) rename(text);
  };
  rename(document.id);
  for (policy::Statement& statement : document.statements) {
    rename(statement.sid);
    if (statement.principal) {
      for (policy::Principal& one : statement.principal->values) rename(one.value);
    }
    rename_all(statement.action.values);
    if (statement.resource) rename_all(statement.resource->values);
    for (policy::Condition& condition : statement.conditions) {
      rename(condition.key);
      rename_all(condition.values);
    }
  }
  return document;
}

const Policy* Tree::Find(std::string_view path) const {
  const auto found = std::ranges::lower_bound(policies, path, {}, &Policy::path);
  return found != policies.end() && found->path == path ? &*found : nullptr;
}

support::Result<Tree, std::vector<Malformed>> ReadTree(const Files& files) {
  return Reader(files).Run();
}

}  // namespace writ::deployed
