#include "driver/tree_world.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "driver/read_guardrail.h"
#include "writ/diag/codes/driver.h"
#include "writ/support/json_copy.h"
#include "writ/support/sha256.h"

namespace writ::driver {
namespace {

namespace json = support::json;
using PrincipalKind = intent::Principal::Kind;

constexpr std::uint64_t kMaxBytes = std::uint64_t{256} << 20U;

std::string TextOf(const json::Value& object, std::string_view key) {
  const std::optional<json::Value> value = object.Find(key);
  return value && value->is_string() ? std::string(value->text()) : std::string();
}

std::vector<json::Value> ListOf(const json::Value& object, std::string_view key) {
  std::vector<json::Value> list;
  const std::optional<json::Value> value = object.Find(key);
  if (!value) return list;
  for (const json::Value one : value->elements()) list.push_back(one);
  return list;
}

std::optional<policy::Kind> KindOf(const std::string& kind) {
  if (kind == "identity" || kind == "permission-set") return policy::Kind::kIdentity;
  if (kind == "scp") return policy::Kind::kScp;
  if (kind == "trust") return policy::Kind::kTrust;
  return std::nullopt;
}

/// "role/x", "user/x", "permission-set/x", "tag/key=value": a principal as the manifest writes it.
std::optional<intent::Principal> PrincipalOf(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::string kind = text.substr(0, slash);
  const std::string value = text.substr(slash + 1);
  if (kind == "role") return intent::Principal{PrincipalKind::kRole, value, {}};
  if (kind == "user") return intent::Principal{PrincipalKind::kUser, value, {}};
  if (kind == "permission-set") return intent::Principal{PrincipalKind::kPermissionSet, value, {}};
  if (kind == "service") return intent::Principal{PrincipalKind::kService, value, {}};
  if (kind == "tag") {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos) return std::nullopt;
    return intent::Principal{PrincipalKind::kTag, value.substr(equals + 1),
                             value.substr(0, equals)};
  }
  return std::nullopt;
}

/// What protects without being a policy: guardrails, where they screen, logging,
/// and policies of endpoints, which are about callers that are not of the organization.
bool IsProtection(const std::string& path) {
  return path.starts_with("guardrails/") || path.starts_with("enforcement/") ||
         path.starts_with("logging/") || path.starts_with("endpoints/") ||
         path.ends_with(".bedrock-policy.json");
}

class TreeReader {
 public:
  TreeReader(const std::string& folder, Environment& environment, DiffSide& side)
      : folder_(folder), environment_(environment), side_(side) {}

  ExitStatus Run() {
    const std::optional<std::string> text = ReadFile("manifest.json");
    if (!text) return ExitStatus::kUnreadable;
    side_.text = *text;
    side_.facts.is_tree = true;
    const auto manifest = json::Parse(*text);
    if (!manifest.ok()) return Bad("manifest.json", manifest.error().message);
    const json::Value root = manifest->root();
    const std::optional<json::Value> organization = root.Find("organization");
    if (!organization) {
      return Bad("manifest.json", "it does not say the organization; build it again");
    }
    Organization(*organization);
    for (const json::Value& document : ListOf(root, "documents")) {
      if (!Document(document)) return status_;
    }
    for (const json::Value& attachment : ListOf(root, "attachments")) Attach(attachment);
    for (review::Place& place : side_.world.places) {
      for (const std::string& node : paths_[place.id]) {
        const auto found = scps_.find(node);
        if (found == scps_.end()) continue;
        place.scps.insert(place.scps.end(), found->second.begin(), found->second.end());
      }
    }
    return ExitStatus::kGood;
  }

 private:
  std::optional<std::string> ReadFile(const std::string& path) {
    const std::string full = folder_ + "/" + path;
    auto bytes = environment_.files.Read(full, kMaxBytes);
    if (bytes.ok()) return *std::move(bytes);
    side_.compilation.findings.Report(diag::kFileNotReadable, {}, full, bytes.error().reason);
    status_ = ExitStatus::kUnreadable;
    return std::nullopt;
  }

  ExitStatus Bad(const std::string& path, const std::string& why) {
    side_.compilation.findings.Report(diag::kBadTree, {}, folder_ + "/" + path, why);
    status_ = ExitStatus::kInvalid;
    return status_;
  }

  void Organization(const json::Value& organization) {
    side_.world.organization = TextOf(organization, "id");
    for (const json::Value& account : ListOf(organization, "accounts")) {
      review::Place place{TextOf(account, "name"), TextOf(account, "id"), {}, false};
      const std::optional<json::Value> management = account.Find("management");
      place.management = management && management->is_true();
      std::vector<std::string>& path = paths_[place.id];
      for (const json::Value& node : ListOf(account, "path")) path.emplace_back(node.text());
      std::string where;
      for (std::size_t i = 0; i + 1 < path.size(); ++i) where += (i == 0 ? "" : "/") + path[i];
      side_.facts.organization["account " + place.id] = place.name + " in " + where;
      side_.world.places.push_back(std::move(place));
    }
    for (const json::Value& group : ListOf(organization, "principals")) {
      review::Group one;
      one.label = TextOf(group, "name");
      for (const json::Value& principal : ListOf(group, "principals")) {
        if (auto read = PrincipalOf(std::string(principal.text()))) {
          one.principals.push_back(*std::move(read));
        }
      }
      for (const json::Value& account : ListOf(group, "accounts")) {
        if (const auto place = side_.world.FindPlace(account.text())) one.places.push_back(*place);
      }
      side_.world.groups.push_back(std::move(one));
    }
  }

  /// Wildcards that the manifest says to reach beyond the catalogue stand for what the catalogue
  /// knows: a program says nothing of the rest, and trees of two catalogues differ in it.
  void KeepToCatalog(const json::Value& entry, policy::PolicyDocument& document) const {
    for (const json::Value& beyond : ListOf(entry, "beyondCatalog")) {
      const std::string sid = TextOf(beyond, "sid");
      const auto statement = std::ranges::find(document.statements, sid, &policy::Statement::sid);
      if (statement == document.statements.end()) continue;
      std::set<std::string> patterns;
      for (const json::Value& pattern : ListOf(beyond, "actions")) {
        patterns.emplace(pattern.text());
      }
      std::vector<std::string> known;
      for (const std::string& action : statement->action.values) {
        const std::size_t colon = action.find(':');
        if (!patterns.contains(action) || colon == std::string::npos) {
          known.push_back(action);
          continue;
        }
        const std::string service = action.substr(0, colon);
        const auto actions =
            side_.compilation.catalog().ActionsOf(service, action.substr(colon + 1));
        if (actions.empty()) known.push_back(action);
        for (const catalog::Action& one : actions) {
          known.push_back(fmt::format("{}:{}", service, one.name));
        }
      }
      statement->action.values = std::move(known);
    }
  }

  bool Document(const json::Value& entry) {
    const std::string path = TextOf(entry, "path");
    const std::optional<std::string> bytes = ReadFile(path);
    if (!bytes) return false;
    side_.text += *bytes;
    const std::string kind_name = TextOf(entry, "kind");
    const std::optional<policy::Kind> kind = KindOf(kind_name);
    if (!kind) return !IsProtection(path) || Protection(path, *bytes);
    auto document = policy::Read(*bytes, *kind);
    if (!document.ok()) {
      static_cast<void>(Bad(path, document.error().front().message));
      return false;
    }
    KeepToCatalog(entry, *document);
    review::HeldDocument held{path, *kind, *document, {}};
    const std::vector<json::Value> entries = ListOf(entry, "statements");
    const std::string built = TextOf(entry, "sha256");
    const bool is_edited = !built.empty() && built != support::Sha256Hex(*bytes);
    for (const policy::Statement& statement : held.document.statements) {
      held.sources.push_back(SourceOf(statement.sid, entries, path, is_edited));
    }
    by_path_[path] = side_.world.documents.size();
    if (*kind == policy::Kind::kScp) {
      for (const json::Value& target : ListOf(entry, "target")) {
        scps_[std::string(target.text())].push_back(side_.world.documents.size());
      }
    }
    side_.world.documents.push_back(std::move(held));
    return true;
  }

  bool Protection(const std::string& path, const std::string& bytes) {
    const std::optional<std::string> wrong = AddProtection(path, bytes, side_.facts);
    if (wrong) static_cast<void>(Bad(path, *wrong));
    return !wrong;
  }

  static review::Source SourceOf(const std::string& sid, const std::vector<json::Value>& entries,
                                 const std::string& path, bool is_edited) {
    for (const json::Value& entry : entries) {
      if (TextOf(entry, "sid") != sid) continue;
      review::Source source{{}, TextOf(entry, "reason"), sid, is_edited};
      for (const json::Value& place : ListOf(entry, "from")) source.from.emplace_back(place.text());
      return source;
    }
    const std::string name = sid.empty() ? "a statement" : "statement " + sid;
    return {{path}, name + " that the manifest does not list", sid, false};
  }

  void Attach(const json::Value& entry) {
    const auto document = by_path_.find(TextOf(entry, "document"));
    if (document == by_path_.end()) return;
    const std::string to = TextOf(entry, "to");
    const std::string id = TextOf(entry, "id");
    if (side_.world.documents[document->second].kind != policy::Kind::kIdentity) return;
    review::Holding holding{document->second, std::nullopt, {}};
    if (id.starts_with("tag:")) {
      const std::size_t equals = id.find('=');
      holding.principal = {PrincipalKind::kTag, id.substr(equals + 1), id.substr(4, equals - 4)};
    } else if (to == "permission-set") {
      holding.principal = {PrincipalKind::kPermissionSet, id, {}};
    } else {
      holding.principal = {to == "user" ? PrincipalKind::kUser : PrincipalKind::kRole, id, {}};
    }
    const std::string& path = document->first;
    if (path.starts_with("iam/")) {
      holding.place = side_.world.FindPlace(path.substr(4, path.find('/', 4) - 4));
    }
    side_.world.holdings.push_back(std::move(holding));
  }

  const std::string& folder_;
  Environment& environment_;
  DiffSide& side_;
  std::map<std::string, std::vector<std::string>> paths_;  ///< account id → nodes, root first
  std::map<std::string, std::vector<std::size_t>> scps_;   ///< node → documents
  std::map<std::string, std::size_t> by_path_;
  ExitStatus status_ = ExitStatus::kGood;
};

}  // namespace

std::optional<std::string> AddProtection(const std::string& path, const std::string& bytes,
                                         SideFacts& facts) {
  const auto request = json::Parse(bytes);
  if (!request.ok()) return request.error().message;
  const json::Value root = request->root();
  if (path.ends_with(".bedrock.CreateGuardrail.json")) {
    intent::Guardrail guardrail = ReadGuardrail(root);
    const std::string name = guardrail.name;
    facts.guardrails.emplace(name, std::move(guardrail));
  } else if (path.ends_with(".bedrock.CreateGuardrailVersion.json")) {
    facts.documents[path] = TextOf(root, "guardrailIdentifier");
  } else {
    json::Writer writer(json::Style::kMinified);
    json::Copy(root, writer);
    facts.documents[path] = writer.Take();
  }
  return std::nullopt;
}

ExitStatus ReadTree(const std::string& folder, Environment& environment, DiffSide& side) {
  return TreeReader(folder, environment, side).Run();
}

}  // namespace writ::driver
