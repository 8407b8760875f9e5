#include "commands/tree_world.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/support/json_copy.h"
#include "base/support/json_members.h"
#include "base/support/sha256.h"
#include "compiler/apply_check.h"
#include "compiler/output_tree.h"
#include "iam/cedar/policy.h"
#include "program/intent/read_guardrail.h"
#include "proof/deployed/forms.h"
#include "proof/deployed/tree.h"
#include "proof/verify/spaces.h"

namespace writ::commands {
namespace {

namespace json = support::json;
using PrincipalKind = intent::Principal::Kind;

std::vector<json::Value> ListOf(const json::Value& object, std::string_view key) {
  std::vector<json::Value> list;
  const std::optional<json::Value> value = object.Find(key);
  if (!value) return list;
  for (const json::Value one : value->elements()) list.push_back(one);
  return list;
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

/// What a world has: compared by what it means.
bool IsOfWorld(policy::Kind kind) {
  return kind == policy::Kind::kIdentity || kind == policy::Kind::kScp ||
         kind == policy::Kind::kRcp || kind == policy::Kind::kTrust;
}

class TreeReader {
 public:
  TreeReader(const std::string& folder, const host::FileSystem& file_system, DiffSide& side)
      : folder_(folder), file_system_(file_system), side_(side) {}

  host::ExitStatus Run() {
    support::Result<host::FileSet> files = compiler::ReadFolder(folder_, file_system_);
    if (!files.ok()) {
      side_.compilation.findings.Report(diag::kFileNotReadable, {}, folder_, files.error().message);
      return host::ExitStatus::kUnreadable;
    }
    files_ = *std::move(files);
    for (const auto& [path, bytes] : files_) side_.text += path + '\n' + bytes;
    auto tree = deployed::ReadTree(files_);
    if (!tree.ok()) {
      for (const deployed::Malformed& one : tree.error()) Bad(one.path, one.message);
      return status_;
    }
    tree_ = *std::move(tree);
    for (const std::string& path : tree_.missing) {
      side_.compilation.findings.Report(diag::kFileNotReadable, {}, folder_ + "/" + path,
                                        "the manifest lists it, and it is not there");
      status_ = host::ExitStatus::kUnreadable;
    }
    if (status_ != host::ExitStatus::kGood) return status_;
    side_.facts.is_tree = true;
    const auto manifest = json::Parse(files_.at("manifest.json"));
    if (!manifest.ok()) return Bad("manifest.json", manifest.error().message);
    const json::Value root = manifest->root();
    const std::optional<json::Value> organization = root.Find("organization");
    if (!organization) {
      return Bad("manifest.json", "it does not say the organization; build it again");
    }
    Organization(*organization);
    if (const auto guardrails = root.Find("guardrails")) Bindings(*guardrails);
    if (const auto gateways = root.Find("gateways")) {
      Gateways(*gateways);
    } else if (HasGateways()) {
      return Bad("manifest.json", "it does not say the gateways; build it again");
    }
    for (const json::Value document : ListOf(root, "documents")) {
      entries_.emplace(json::TextMember(document, "path"), document);
    }
    for (const deployed::Policy& policy : tree_.policies) Policy(policy);
    for (const auto& [path, bytes] : tree_.others) {
      if (!tree_.targets.contains(path)) continue;
      if (!path.ends_with(".json")) {
        side_.facts.documents[path] = bytes;
      } else if (!Protection(path, bytes)) {
        return status_;
      }
    }
    TakeEnginePolicies(side_.facts);
    for (const deployed::Attachment& attachment : tree_.attachments) Attach(attachment);
    PutInForce();
    CheckDeployment();
    return status_;
  }

 private:
  /// What is attached to a node is in force for all that lies below it.
  void PutInForce() {
    using Nodes = std::map<std::string, std::vector<std::size_t>>;
    const auto add = [](const Nodes& nodes, const std::string& node,
                        std::vector<std::size_t>& documents) {
      const auto found = nodes.find(node);
      if (found == nodes.end()) return;
      documents.insert(documents.end(), found->second.begin(), found->second.end());
    };
    review::World& world = side_.world;
    for (review::Place& place : world.places) {
      for (const std::string& node : paths_[place.id]) {
        add(scps_, node, place.scps);
        add(rcps_, node, place.rcps);
      }
    }
    for (review::Unit& unit : world.units) {
      if (unit.parent) unit.scps = world.units[*unit.parent].scps;
      if (unit.parent) unit.rcps = world.units[*unit.parent].rcps;
      add(scps_, unit.name, unit.scps);
      add(rcps_, unit.name, unit.rcps);
    }
  }

  host::ExitStatus Bad(const std::string& path, const std::string& why) {
    side_.compilation.findings.Report(diag::kBadTree, {}, folder_ + "/" + path, why);
    status_ = host::ExitStatus::kInvalid;
    return status_;
  }

  void Organization(const json::Value& organization) {
    intent::Organization& known = model_.organization;
    known.id = side_.world.organization = json::TextMember(organization, "id");
    known.nodes.push_back({intent::Node::Kind::kRoot, "root", "", std::nullopt, {}});
    if (const auto units = organization.Find("units")) {
      has_units_ = true;
      for (const json::Member unit : units->members()) {
        units_.emplace(unit.key.text(), unit.value.text());
      }
    }
    side_.world.organization = json::TextMember(organization, "id");
    const std::string partition(json::TextMember(organization, "partition"));
    if (!partition.empty()) side_.world.partition = partition;
    for (const json::Value& account : ListOf(organization, "accounts")) {
      review::Place place{
          json::TextMember(account, "name"), json::TextMember(account, "id"), {}, false};
      const std::optional<json::Value> management = account.Find("management");
      place.management = management && management->is_true();
      std::vector<std::string>& path = paths_[place.id];
      for (const json::Value& node : ListOf(account, "path")) path.emplace_back(node.text());
      std::string where;
      for (std::size_t i = 0; i + 1 < path.size(); ++i) where += (i == 0 ? "" : "/") + path[i];
      side_.facts.organization["account " + place.id] = place.name + " in " + where;
      AddNodes(place, path);
      side_.world.places.push_back(std::move(place));
    }
    for (std::uint32_t i = 0; i < known.accounts.size(); ++i) {
      side_.world.places[i].affiliation = verify::HomeOf(known, {i}).affiliation;
    }
    review::AddUnits(known, side_.world);
    side_.facts.ids["organization"] = known.id;
    for (const intent::Node& node : known.nodes) {
      if (node.kind == intent::Node::Kind::kUnit) side_.facts.ids["ou " + node.name] = node.id;
    }
    for (const json::Value& group : ListOf(organization, "principals")) {
      review::Group one;
      one.label = json::TextMember(group, "name");
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

  void AddNodes(const review::Place& place, const std::vector<std::string>& path) {
    intent::Organization& known = model_.organization;
    const intent::AccountIndex index{static_cast<std::uint32_t>(known.accounts.size())};
    intent::NodeIndex at{0};
    for (std::size_t i = 1; i < path.size(); ++i) {
      const bool is_account = i + 1 == path.size();
      const auto found = std::ranges::find_if(known.nodes, [&](const intent::Node& node) {
        return !is_account && node.kind == intent::Node::Kind::kUnit && node.name == path[i];
      });
      intent::NodeIndex next{static_cast<std::uint32_t>(found - known.nodes.begin())};
      if (found == known.nodes.end()) {
        const auto unit = units_.find(path[i]);
        const std::string id = is_account ? place.id : unit == units_.end() ? "" : unit->second;
        known.nodes.push_back(
            {is_account ? intent::Node::Kind::kAccount : intent::Node::Kind::kUnit,
             path[i],
             id,
             at,
             {}});
      }
      at = next;
    }
    known.accounts.push_back({place.name, place.id, at, place.management});
    for (std::optional<intent::NodeIndex> node = at; node && !place.management;
         node = known.nodes[node->value].parent) {
      known.nodes[node->value].accounts.push_back(index);
    }
  }

  /// What guardrails stand for, in the form of writ.bindings.json.
  void Bindings(const json::Value& guardrails) {
    for (const json::Member guardrail : guardrails.members()) {
      for (const json::Member account : guardrail.value.members()) {
        for (const json::Member region : account.value.members()) {
          const std::optional<json::Value> version = region.value.Find("version");
          const intent::BoundGuardrail bound{
              json::TextMember(region.value, "arn"),
              static_cast<std::uint32_t>(version ? version->AsInteger().value_or(0) : 0)};
          const std::string name(guardrail.key.text());
          bindings_.Bind(name, std::string(account.key.text()), std::string(region.key.text()),
                         bound);
          side_.guardrail_names[bound.arn] = name;
          side_.guardrail_names[bound.Pinned()] = fmt::format("{} version {}", name, bound.version);
        }
      }
    }
  }

  [[nodiscard]] bool HasGateways() const {
    const auto first = files_.lower_bound("gateways/");
    return first != files_.end() && first->first.starts_with("gateways/");
  }

  /// Where a gateway is, its ARN says.
  void Gateways(const json::Value& gateways) {
    for (const json::Member member : gateways.members()) {
      intent::Gateway gateway;
      gateway.name = std::string(member.key.text());
      gateway.arn = json::TextMember(member.value, "arn");
      if (const auto parts = policy::SplitArn(gateway.arn)) {
        gateway.region = std::string((*parts)[3]);
        gateway.account = std::string((*parts)[4]);
      }
      const bool is_oauth = json::TextMember(member.value, "callers") == "oauth";
      gateway.authorizer =
          is_oauth ? intent::Gateway::Authorizer::kOauth : intent::Gateway::Authorizer::kIam;
      AddGateway(gateway, side_.facts);
      model_.gateways.push_back(std::move(gateway));
    }
  }

  /// Wildcards that the manifest says to reach beyond the catalog stand for what the catalog
  /// knows: a program says nothing of the rest, and trees of two catalogs differ in it.
  void KeepToCatalog(const json::Value& entry, policy::PolicyDocument& document) const {
    for (const json::Value& beyond : ListOf(entry, "beyondCatalog")) {
      const std::string sid = json::TextMember(beyond, "sid");
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

  void Policy(const deployed::Policy& policy) {
    const std::string& bytes = files_.at(policy.path);
    if (!IsOfWorld(policy.kind)) {
      static_cast<void>(Protection(policy.path, bytes));
      return;
    }
    review::HeldDocument held{policy.path, policy.kind, policy.document(), {}};
    const auto entry = entries_.find(policy.path);
    std::vector<json::Value> statements;
    bool is_edited = false;
    if (entry != entries_.end()) {
      KeepToCatalog(entry->second, held.document);
      statements = ListOf(entry->second, "statements");
      const std::string built = json::TextMember(entry->second, "sha256");
      is_edited = !built.empty() && built != support::Sha256Hex(bytes);
    }
    for (const policy::Statement& statement : held.document.statements) {
      held.sources.push_back(SourceOf(statement.sid, statements, policy.path, is_edited));
    }
    for (const json::Value& statement : statements) AddGovernance(policy.path, statement);
    std::vector<review::HeldDocument>& list =
        policy.kind == policy::Kind::kRcp ? side_.world.rcps : side_.world.documents;
    by_path_[policy.path] = {policy.kind, list.size()};
    list.push_back(std::move(held));
  }

  bool Protection(const std::string& path, const std::string& bytes) {
    const std::optional<std::string> wrong = AddProtection(path, bytes, side_.facts);
    if (wrong) static_cast<void>(Bad(path, *wrong));
    return !wrong;
  }

  /// What a statement answers for, known again by its document and `Sid`.
  void AddGovernance(const std::string& path, const json::Value& entry) {
    for (const char* member : {"under", "controls", "after"}) {
      std::string said;
      for (const json::Value& name : ListOf(entry, member))
        said += fmt::format("{}{}", said.empty() ? "" : ", ", name.text());
      if (!said.empty())
        side_.facts
            .governance[fmt::format("{}#{}, {}", path, json::TextMember(entry, "sid"), member)] =
            said;
    }
  }

  static review::Source SourceOf(const std::string& sid, const std::vector<json::Value>& entries,
                                 const std::string& path, bool is_edited) {
    for (const json::Value& entry : entries) {
      if (json::TextMember(entry, "sid") != sid) continue;
      std::string said;
      for (const json::Value& sentence : ListOf(entry, "sentences")) {
        said += (said.empty() ? "" : "; ") + std::string(sentence.text());
      }
      if (said.empty()) said = json::TextMember(entry, "reason");
      review::Source source{{}, std::move(said), sid, is_edited};
      for (const json::Value& place : ListOf(entry, "from")) source.from.emplace_back(place.text());
      for (const json::Value& sentence : ListOf(entry, "sentences")) {
        source.sentences.emplace_back(sentence.text());
      }
      return source;
    }
    const std::string name = sid.empty() ? "a statement" : "statement " + sid;
    return {{path}, name + " that the manifest does not list", sid, false};
  }

  void Attach(const deployed::Attachment& attachment) {
    const auto found = by_path_.find(attachment.path);
    const std::string text =
        fmt::format("{} {}{}", attachment.to, attachment.id, attachment.open ? ", by pattern" : "");
    const bool is_policy = found != by_path_.end();
    const policy::Kind kind = is_policy ? found->second.first : policy::Kind::kResource;
    if (kind == policy::Kind::kScp) return AttachTo(scps_, attachment, found->second.second, text);
    if (kind == policy::Kind::kRcp) return AttachTo(rcps_, attachment, found->second.second, text);
    if (!is_policy || kind == policy::Kind::kTrust) {
      std::string& all = side_.facts.documents[attachment.path + ", attached to"];
      all += (all.empty() ? "" : ", ") + text;
      return;
    }
    if (attachment.open != (attachment.id.find_first_of("*?") != std::string::npos ||
                            attachment.id.starts_with("tag:"))) {
      WrongAttachment(attachment, text, "is not attached by name where it has one");
    }
    Hold(attachment, found->second.second);
  }

  void WrongAttachment(const deployed::Attachment& attachment, const std::string& text,
                       const std::string& why) {
    side_.facts.deployment[fmt::format("{}, attached to {}", attachment.path, text)] = {text, why};
  }

  void Hold(const deployed::Attachment& attachment, std::size_t document) {
    review::Holding holding{document, std::nullopt, {}};
    const std::string& id = attachment.id;
    if (id.starts_with("tag:")) {
      const std::size_t equals = std::min(id.find('='), id.size() - 1);
      holding.principal = {PrincipalKind::kTag, id.substr(equals + 1), id.substr(4, equals - 4)};
    } else if (attachment.to == "permission-set") {
      holding.principal = {PrincipalKind::kPermissionSet, id, {}};
    } else if (attachment.to == "user" || attachment.to == "role") {
      holding.principal = {
          attachment.to == "user" ? PrincipalKind::kUser : PrincipalKind::kRole, id, {}};
    } else {
      return WrongAttachment(attachment, attachment.to + " " + id, "is attached to no principal");
    }
    const std::string& path = attachment.path;
    if (path.starts_with("iam/")) {
      holding.place = side_.world.FindPlace(path.substr(4, path.find('/', 4) - 4));
      if (!holding.place) {
        return WrongAttachment(attachment, attachment.to + " " + id,
                               "is for an account that the manifest does not list");
      }
    }
    side_.world.holdings.push_back(std::move(holding));
  }

  /// By what AWS calls the node: that is where the policy goes, whatever its file is called.
  void AttachTo(std::map<std::string, std::vector<std::size_t>>& nodes,
                const deployed::Attachment& attachment, std::size_t document,
                const std::string& text) {
    using NodeKind = intent::Node::Kind;
    const auto target = tree_.targets.find(attachment.path);
    const std::string named = target == tree_.targets.end() || target->second.empty()
                                  ? std::string()
                                  : target->second.front();
    for (const intent::Node& node : model_.organization.nodes) {
      const bool is_root = node.kind == NodeKind::kRoot;
      const std::string_view to = is_root                        ? "root"
                                  : node.kind == NodeKind::kUnit ? "ou"
                                                                 : "account";
      if (attachment.to != to) continue;
      // Manifests of older builds do not say what AWS calls a unit.
      const bool by_name = !is_root && (attachment.id.empty() || (to == "ou" && !has_units_));
      const std::string& id = is_root ? model_.organization.id : node.id;
      if (by_name ? named != node.name : attachment.id != id) continue;
      if (by_name && !attachment.id.empty()) {
        side_.facts.documents[attachment.path + ", attached to"] = text;
      }
      nodes[node.name].push_back(document);
      return;
    }
    WrongAttachment(attachment, text, "is attached to what the organization does not have");
  }

  /// Script and forms say the same as the documents, or what they deploy is not what is compared.
  void CheckDeployment() {
    const verify::Program program{model_, side_.compilation.catalog(), bindings_};
    for (const auto& [name, guardrail] : side_.facts.guardrails) {
      model_.guardrails.push_back(guardrail);
    }
    std::map<std::string, DeployedFile>& files = side_.facts.deployment;
    for (const std::string& path : tree_.unlisted) {
      files[path] = {files_.at(path), "the manifest does not list it"};
    }
    if (const auto script = files_.find(std::string(compiler::kScript)); script != files_.end()) {
      files[script->first].bytes = script->second;
      if (auto wrong = compiler::WrongScript(program, tree_, files_))
        files[script->first].wrong = *wrong;
    }
    for (const auto& [path, bytes] : tree_.forms) files[path].bytes = bytes;
    for (const deployed::Mismatch& mismatch : deployed::CompareForms(program, tree_)) {
      std::string& wrong = files[mismatch.path].wrong;
      wrong += (wrong.empty() ? "" : "; ") + mismatch.what;
    }
  }

  const std::string& folder_;
  const host::FileSystem& file_system_;
  DiffSide& side_;
  host::FileSet files_;
  deployed::Tree tree_;
  /// What the manifest says of the program: organization and guardrails.
  intent::Model model_;
  intent::Bindings bindings_;
  bool has_units_ = false;
  std::map<std::string, std::string> units_;    ///< name → what AWS calls it
  std::map<std::string, json::Value> entries_;  ///< path → what the manifest says of it
  std::map<std::string, std::vector<std::string>> paths_;  ///< account id → nodes, root first
  std::map<std::string, std::vector<std::size_t>> scps_;   ///< node → documents
  std::map<std::string, std::vector<std::size_t>> rcps_;   ///< node → World::rcps
  /// The document of a path, in the list that is for its kind.
  std::map<std::string, std::pair<policy::Kind, std::size_t>> by_path_;
  host::ExitStatus status_ = host::ExitStatus::kGood;
};

constexpr std::string_view kGateways = "gateways/";
constexpr std::string_view kCreatePolicy = ".bedrock-agentcore-control.CreatePolicy.json";
constexpr std::string_view kCedar = ".cedar";

/// All members of a request to create a policy but its statement and description, as text.
std::string SettingsOf(const json::Value& request) {
  std::string settings;
  for (const json::Member member : request.members()) {
    const std::string_view key = member.key.text();
    if (key == "definition" || key == "description") continue;
    settings += fmt::format("{}{} {}", settings.empty() ? "" : ", ", key, member.value.text());
  }
  return settings;
}

/// False if the document is no request that creates a policy with a statement.
bool TakeEnginePolicy(const std::string& path, const std::string& bytes, SideFacts& facts) {
  if (!path.starts_with(kGateways) || !path.ends_with(kCreatePolicy)) return false;
  const auto request = json::Parse(bytes);
  if (!request.ok()) return false;
  const auto definition = request->root().Find("definition");
  const auto cedar = definition ? definition->Find("cedar") : std::nullopt;
  const auto statement = cedar ? cedar->Find("statement") : std::nullopt;
  if (!statement || !statement->is_string()) return false;
  const std::string stem = path.substr(0, path.size() - kCreatePolicy.size());
  const std::string gateway = stem.substr(kGateways.size(), stem.rfind('-') - kGateways.size());
  const std::string text(statement->text());
  const std::string shown = stem + std::string(kCedar);
  const auto beside = facts.documents.find(shown);
  if (beside == facts.documents.end() || beside->second != text) {
    facts.deployment[shown].wrong = "it is not the statement of the request beside it";
  }
  const auto policy = cedar::Parse(text);
  facts.engine_policies.insert_or_assign(
      {gateway, text},
      EnginePolicy{shown, policy.ok() ? std::optional(policy->is_permit) : std::nullopt,
                   SettingsOf(request->root())});
  return true;
}

}  // namespace

std::optional<std::string> AddProtection(const std::string& path, const std::string& bytes,
                                         SideFacts& facts) {
  const auto request = json::Parse(bytes);
  if (!request.ok()) return request.error().message;
  const json::Value root = request->root();
  if (path.ends_with(".bedrock.CreateGuardrail.json")) {
    intent::Guardrail guardrail = intent::ReadGuardrail(root);
    const std::string name = guardrail.name;
    facts.guardrails.emplace(name, std::move(guardrail));
  } else if (path.ends_with(".bedrock.CreateGuardrailVersion.json")) {
    facts.documents[path] = json::TextMember(root, "guardrailIdentifier");
  } else {
    json::Writer writer(json::Style::kMinified);
    json::Copy(root, writer);
    facts.documents[path] = writer.Take();
  }
  return std::nullopt;
}

void TakeEnginePolicies(SideFacts& facts) {
  std::map<std::string, std::string> rest;
  for (const auto& [path, bytes] : facts.documents) {
    if (!TakeEnginePolicy(path, bytes, facts)) rest.emplace(path, bytes);
  }
  std::erase_if(rest, [&](const auto& document) {
    const std::string& path = document.first;
    return path.starts_with(kGateways) && path.ends_with(kCedar) &&
           facts.documents.contains(path.substr(0, path.size() - kCedar.size()) +
                                    std::string(kCreatePolicy));
  });
  facts.documents = std::move(rest);
}

host::ExitStatus ReadTree(const std::string& folder, const host::FileSystem& file_system,
                          DiffSide& side) {
  return TreeReader(folder, file_system, side).Run();
}

}  // namespace writ::commands
