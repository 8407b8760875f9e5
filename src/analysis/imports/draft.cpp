#include "analysis/imports/draft.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "analysis/imports/names.h"
#include "analysis/imports/sentences.h"
#include "base/support/check.h"
#include "iam/policy/pattern.h"

namespace writ::imports {
namespace {

using snapshot::DocumentId;
using snapshot::NodeType;
using snapshot::OrganizationNode;
using snapshot::PrincipalType;

constexpr std::string_view kReservedPath = "/aws-reserved/sso.amazonaws.com/";
constexpr std::string_view kReservedName = "AWSReservedSSO_";
/// "_" and 16 characters after the name of the permission set.
constexpr std::size_t kReservedSuffix = 17;
constexpr std::string_view kScp = "SERVICE_CONTROL_POLICY";

/// What one principal holds.
struct Holding {
  Member member;
  std::vector<DocumentId> documents;
  std::vector<DocumentId> boundary;  ///< of it or none
  std::string tag;
};

class Drafter {
 public:
  Drafter(const snapshot::Snapshot& snapshot, const catalog::Catalog& catalog,
          const Options& options)
      : snapshot_(snapshot),
        catalog_(catalog),
        options_(options),
        fit_(catalog),
        reasons_(snapshot.documents.size(), Reason::kUnattached) {}

  Draft Run() && {
    ReadDocuments();
    CollectPrincipals();
    CollectPermissionSets();
    CollectAlone();
    CollectOthers();
    MakeOrganization();
    MakeTeams();
    MakeNodes();
    for (std::size_t i = 0; i < draft_.holders.size(); ++i) AddParts(i);
    AddUnheld();
    return std::move(draft_);
  }

 private:
  // ---- documents and statements

  void ReadDocuments() {
    for (DocumentId id = 0; id < snapshot_.documents.size(); ++id) {
      statements_of_.push_back({});
      const snapshot::Document& document = snapshot_.documents[id];
      const auto read = document.Read(policy::Demand::kGrammar);
      if (!read) continue;  // whoever drafts has refused exports with such documents
      for (std::size_t i = 0; i < read->document.statements.size(); ++i) {
        statements_of_[id].push_back(draft_.statements.size());
        draft_.statements.push_back({id, i, read->document.version, read->document.statements[i],
                                     document.SpanOf(read->places.statements[i].statement)});
      }
    }
  }

  void Use(DocumentId id) { used_.insert(id); }

  // ---- principals

  void AddKnown(const snapshot::Exported<DocumentId>& document, const std::string& what,
                Holding& holding) const {
    if (document.is_known()) {
      holding.documents.push_back(*document);
    } else {
      holding.member.missing.push_back(
          fmt::format("{} is {}", what, snapshot::Describe(document.gap().kind)));
    }
  }

  void AddAttached(const snapshot::Listing<snapshot::PolicyReference>& attached,
                   Holding& holding) const {
    for (const snapshot::PolicyReference& reference : attached.items) {
      const std::string what =
          fmt::format("policy {}", reference.arn.empty() ? reference.name : reference.arn);
      const snapshot::ManagedPolicy* const policy = snapshot_.FindPolicy(reference);
      AddKnown(policy == nullptr ? snapshot::Exported<DocumentId>() : policy->document, what,
               holding);
    }
    if (!attached.is_whole) {
      holding.member.missing.emplace_back("not all attached policies are in the export");
    }
  }

  void AddBoundary(const snapshot::Exported<std::optional<snapshot::PolicyReference>>& boundary,
                   Holding& holding) const {
    if (!boundary.is_known()) {
      holding.member.missing.push_back(
          fmt::format("its permissions boundary is {}", snapshot::Describe(boundary.gap().kind)));
      return;
    }
    if (!*boundary) return;
    const snapshot::PolicyReference& reference = **boundary;
    const snapshot::ManagedPolicy* const policy = snapshot_.FindPolicy(reference);
    if (policy != nullptr && policy->document.is_known()) {
      holding.boundary = {*policy->document};
      return;
    }
    holding.member.missing.push_back(
        fmt::format("permissions boundary {} is not in the export",
                    reference.arn.empty() ? reference.name : reference.arn));
  }

  void AddPolicies(const snapshot::Principal& principal, Holding& holding) const {
    for (const snapshot::InlinePolicy& policy : principal.inline_policies.items) {
      AddKnown(policy.document, fmt::format("inline policy {}", policy.name), holding);
    }
    if (!principal.inline_policies.is_whole) {
      holding.member.missing.emplace_back("not all inline policies are in the export");
    }
    AddAttached(principal.attached, holding);
  }

  [[nodiscard]] const snapshot::Principal* FindGroup(const std::string& name,
                                                     const std::string& account) const {
    for (const snapshot::Principal& principal : snapshot_.principals.items) {
      if (principal.type != PrincipalType::kGroup) continue;
      const bool is_named = principal.name == name && principal.account == account;
      if (is_named || principal.arn == name || principal.key == name) return &principal;
    }
    return nullptr;
  }

  void AddGroups(const snapshot::Principal& user, Holding& holding) {
    for (const std::string& name : user.groups.items) {
      const snapshot::Principal* const group = FindGroup(name, user.account);
      if (group == nullptr) {
        holding.member.missing.push_back(fmt::format("group {} is not in the export", name));
        continue;
      }
      AddPolicies(*group, holding);
    }
    if (!user.groups.is_whole) holding.member.missing.emplace_back("its groups are not exported");
  }

  std::string AccountOf(const std::string& account) {
    if (!account.empty()) return account;
    if (!options_.account.empty()) return options_.account;
    draft_.has_placeholder = true;
    return std::string(kPlaceholderAccount);
  }

  void CollectPrincipals() {
    for (const snapshot::Principal& principal : snapshot_.principals.items) {
      if (principal.type == PrincipalType::kGroup) {
        Holding group;
        AddPolicies(principal, group);
        for (const DocumentId id : group.documents) reasons_[id] = Reason::kNobody;
        continue;
      }
      if (principal.trust.is_known()) reasons_[*principal.trust] = Reason::kTrust;
      if (principal.boundary.is_known() && *principal.boundary) {
        const auto* const boundary = snapshot_.FindPolicy(**principal.boundary);
        if (boundary != nullptr && boundary->document.is_known()) {
          reasons_[*boundary->document] = Reason::kBoundary;
        }
      }
      if (principal.is_service_linked()) {
        ++draft_.service_linked;
        Holding linked;
        AddPolicies(principal, linked);
        for (const DocumentId id : linked.documents) Use(id);
        continue;
      }
      Holding holding;
      Member& member = holding.member;
      member.account = AccountOf(principal.account);
      member.type = principal.type;
      const std::string path = principal.path.empty() ? "/" : principal.path;
      member.name = path.substr(1) + principal.name;
      member.arn = principal.arn.empty() ? fmt::format("arn:aws:iam::{}:{}/{}", member.account,
                                                       snapshot::TypeName(member.type), member.name)
                                         : principal.arn;
      const bool is_reserved = path.starts_with(kReservedPath) &&
                               principal.name.starts_with(kReservedName) &&
                               principal.name.size() > kReservedName.size() + kReservedSuffix;
      if (is_reserved) {
        member.is_permission_set = true;
        member.name = principal.name.substr(
            kReservedName.size(), principal.name.size() - kReservedName.size() - kReservedSuffix);
      }
      if (principal.tags.is_known() && options_.team_names == TeamNames::kTag) {
        const auto tag = principal.tags->find(options_.team_tag);
        if (tag != principal.tags->end()) holding.tag = tag->second;
      }
      AddPolicies(principal, holding);
      AddBoundary(principal.boundary, holding);
      if (principal.type == PrincipalType::kUser) AddGroups(principal, holding);
      holdings_.push_back(std::move(holding));
    }
  }

  /// Permission sets of which no role is in the export.
  void CollectPermissionSets() {
    for (const snapshot::PermissionSet& set : snapshot_.permission_sets.items) {
      Holding holding;
      if (set.inline_policy.is_known()) {
        if (*set.inline_policy) holding.documents.push_back(**set.inline_policy);
      } else {
        holding.member.missing.emplace_back("its inline policy is not in the export");
      }
      AddAttached(set.attached, holding);
      AddBoundary(set.boundary, holding);
      for (const std::string& name : set.customer_managed.items) {
        holding.member.missing.push_back(fmt::format("policy {} is that of each account", name));
      }
      for (const std::string& account : set.accounts.items) {
        const bool has_role = std::ranges::any_of(holdings_, [&](const Holding& other) {
          return other.member.is_permission_set && other.member.name == set.name &&
                 other.member.account == account;
        });
        if (has_role) {
          for (const DocumentId id : holding.documents) Use(id);
          continue;
        }
        Holding here = holding;
        here.member.account = account;
        here.member.is_permission_set = true;
        here.member.name = set.name;
        here.member.arn = fmt::format("arn:aws:iam::{}:role{}{}{}_0123456789abcdef", account,
                                      kReservedPath, kReservedName, set.name);
        holdings_.push_back(std::move(here));
      }
    }
  }

  /// Documents that nothing in the export holds are those of a role that is made up.
  void CollectAlone() {
    std::set<DocumentId> stored;
    for (const snapshot::ManagedPolicy& policy : snapshot_.managed_policies.items) {
      if (policy.document.is_known()) stored.insert(*policy.document);
    }
    for (const snapshot::Principal& principal : snapshot_.principals.items) {
      for (const snapshot::InlinePolicy& policy : principal.inline_policies.items) {
        if (policy.document.is_known()) stored.insert(*policy.document);
      }
    }
    for (const snapshot::PermissionSet& set : snapshot_.permission_sets.items) {
      if (set.inline_policy.is_known() && *set.inline_policy) stored.insert(**set.inline_policy);
    }
    std::vector<DocumentId> alone;
    for (DocumentId id = 0; id < snapshot_.documents.size(); ++id) {
      const snapshot::Document& document = snapshot_.documents[id];
      if (document.kind == policy::Kind::kIdentity && !stored.contains(id)) alone.push_back(id);
    }
    Names names;
    for (const DocumentId id : alone) {
      const std::string stem = StemOf(snapshot_.documents[id].name);
      const std::string name =
          alone.size() == 1 ? "imported" : names.Give(fmt::format("imported-{}", stem), "imported");
      Holding holding;
      holding.member.account = AccountOf("");
      holding.member.name = name;
      holding.member.arn =
          fmt::format("arn:aws:iam::{}:role/{}", holding.member.account, holding.member.name);
      holding.documents = {id};
      holdings_.push_back(std::move(holding));
    }
  }

  static std::string StemOf(std::string_view name) {
    const std::size_t slash = name.rfind('/');
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    return std::string(name.substr(0, name.rfind('.')));
  }

  /// Why documents of other kinds are no sentences.
  void CollectOthers() {
    for (DocumentId id = 0; id < snapshot_.documents.size(); ++id) {
      switch (snapshot_.documents[id].kind) {
        case policy::Kind::kTrust:
          reasons_[id] = Reason::kTrust;
          break;
        case policy::Kind::kBoundary:
        case policy::Kind::kSession:
          reasons_[id] = Reason::kBoundary;
          break;
        case policy::Kind::kResource:
          reasons_[id] = Reason::kResourcePolicy;
          break;
        case policy::Kind::kVpcEndpoint:
          reasons_[id] = Reason::kEndpointPolicy;
          break;
        case policy::Kind::kRcp:
          reasons_[id] = Reason::kOrganizationKind;
          break;
        case policy::Kind::kIdentity:
        case policy::Kind::kScp:
          break;
      }
    }
  }

  // ---- the organization

  [[nodiscard]] std::vector<const OrganizationNode*> ChildrenOf(const std::string& id) const {
    std::vector<const OrganizationNode*> children;
    for (const OrganizationNode& node : snapshot_.organization.nodes.items) {
      if (node.type == NodeType::kRoot || management_ == node.id) continue;
      const bool is_below_root = !node.parent.is_known() || !units_.contains(*node.parent);
      if (is_below_root ? id.empty() : *node.parent == id) children.push_back(&node);
    }
    std::ranges::sort(children, {}, &OrganizationNode::id);
    return children;
  }

  std::string NodeName(const OrganizationNode& node) {
    const bool is_account = node.type == NodeType::kAccount;
    const std::string fallback =
        is_account ? fmt::format("account-{}", node.id) : fmt::format("unit-{}", node.id);
    const bool is_known_elsewhere = catalog_.FindRegion(node.name) != nullptr;
    const bool is_usable = !options_.is_by_number && !is_known_elsewhere && !node.name.empty();
    return names_.Give(is_usable ? node.name : fallback, is_account ? "account" : "unit");
  }

  syntax::AccountDecl Account(const std::string& id, const std::string& name) {
    syntax::AccountDecl account;
    account.name = draft_.words.Name(name);
    account.number.kind = syntax::Literal::Kind::kNumber;
    account.number.text = id;
    names_of_[id] = name;
    return account;
  }

  /// Whether every account of the organization is in the exports, with its place.
  [[nodiscard]] bool IsOrganizationWhole() const {
    const auto& nodes = snapshot_.organization.nodes.items;
    return snapshot_.organization.has_all_accounts &&
           std::ranges::all_of(nodes, [&](const OrganizationNode& node) {
             if (node.type == NodeType::kRoot || node.id == management_) return true;
             return node.parent.is_known() &&
                    std::ranges::find(nodes, *node.parent, &OrganizationNode::id) != nodes.end();
           });
  }

  /// An account for those that no export shows, so that no prohibition covers `where` because it
  /// covers the accounts that were read.
  void AddUnseen(std::string_view where, std::vector<syntax::AccountDecl>& accounts) {
    while (taken_.contains(fmt::format("{:012}", next_unseen_))) ++next_unseen_;
    const std::string name = names_.Give(
        where.empty() ? "accounts-not-shown" : fmt::format("accounts-not-shown-in-{}", where),
        "account");
    accounts.push_back(Account(fmt::format("{:012}", next_unseen_++), name));
    draft_.unseen_accounts.push_back(name);
  }

  /// Numbers that the program uses for something else.
  void TakeNumbers() {
    taken_ = {std::string(kPlaceholderAccount), management_};
    for (const OrganizationNode& node : snapshot_.organization.nodes.items) taken_.insert(node.id);
    for (const Holding& holding : holdings_) taken_.insert(holding.member.account);
  }

  void AddBelow(const std::string& id, std::vector<syntax::OrgUnit>& units,
                std::vector<syntax::AccountDecl>& accounts) {
    for (const OrganizationNode* node : ChildrenOf(id)) {
      const std::string name = NodeName(*node);
      if (node->type == NodeType::kAccount) {
        accounts.push_back(Account(node->id, name));
        continue;
      }
      names_of_[node->id] = name;
      syntax::OrgUnit unit;
      unit.name = draft_.words.Name(name);
      unit.id = Text(node->id);
      AddBelow(node->id, unit.units, unit.accounts);
      if (!IsOrganizationWhole()) AddUnseen(name, unit.accounts);
      units.push_back(std::move(unit));
    }
  }

  void MakeOrganization() {
    const snapshot::Organization& organization = snapshot_.organization;
    if (organization.management_account.is_known()) management_ = *organization.management_account;
    for (const OrganizationNode& node : organization.nodes.items) {
      if (node.type == NodeType::kUnit) units_.insert(node.id);
    }
    TakeNumbers();
    syntax::OrganizationDecl& decl = draft_.organization;
    decl.name = draft_.words.Name(names_.Give("imported", "imported"));
    names_of_[""] = std::string(decl.name.text);
    if (organization.id.is_known()) decl.id = Text(*organization.id);
    AddPartition();
    if (!management_.empty()) {
      decl.management.push_back(Account(management_, names_.Give(ManagementName(), "management")));
    }
    AddBelow("", decl.units, decl.accounts);
    std::set<std::string> others;
    for (const Holding& holding : holdings_) {
      if (!names_of_.contains(holding.member.account)) others.insert(holding.member.account);
    }
    const bool has_scp_alone = others.empty() && names_of_.size() == 1;
    if (has_scp_alone) {
      others.insert(std::string(kPlaceholderAccount));
      draft_.has_placeholder = true;
    }
    for (const std::string& id : others) {
      const std::string name = id == kPlaceholderAccount && draft_.has_placeholder
                                   ? "placeholder"
                                   : fmt::format("account-{}", id);
      decl.accounts.push_back(Account(id, names_.Give(name, "account")));
    }
    if (!has_scp_alone && !IsOrganizationWhole()) AddUnseen("", decl.accounts);
  }

  [[nodiscard]] std::string ManagementName() const {
    if (options_.is_by_number) return fmt::format("account-{}", management_);
    for (const OrganizationNode& node : snapshot_.organization.nodes.items) {
      if (node.id == management_ && !node.name.empty()) return node.name;
    }
    return "management";
  }

  /// All ARNs are of one partition.
  void AddPartition() {
    for (const snapshot::Principal& principal : snapshot_.principals.items) {
      const auto segments = policy::SplitArn(principal.arn);
      if (!segments || (*segments)[1] == "aws") continue;
      draft_.organization.partitions.push_back(
          {{}, draft_.words.Name(std::string((*segments)[1]))});
      return;
    }
  }

  // ---- teams

  /// The same for documents that say the same in whatever order, within boundaries that do.
  [[nodiscard]] std::string ContentOf(const Holding& holding) const {
    std::set<std::string> texts;
    for (const DocumentId id : holding.documents) texts.insert(ContentOf(id));
    std::string content = holding.member.missing.empty() ? "" : holding.member.arn;
    for (const std::string& text : texts) content += "\n" + text;
    for (const DocumentId id : holding.boundary) content += "\nboundary\n" + ContentOf(id);
    return content;
  }

  static syntax::Principal PrincipalOf(const Member& member) {
    syntax::Principal principal;
    using Kind = syntax::Principal::Kind;
    principal.kind = member.is_permission_set              ? Kind::kPermissionSet
                     : member.type == PrincipalType::kUser ? Kind::kUser
                                                           : Kind::kRole;
    principal.value = member.name;
    return principal;
  }

  std::string TeamName(const std::vector<const Holding*>& group) {
    std::set<std::string> names;
    std::set<std::string> paths;
    std::set<std::string> tags;
    for (const Holding* holding : group) {
      const std::string& name = holding->member.name;
      const std::size_t slash = name.rfind('/');
      names.insert(slash == std::string::npos ? name : name.substr(slash + 1));
      paths.insert(slash == std::string::npos ? "" : name.substr(0, slash));
      tags.insert(holding->tag);
    }
    std::string wanted;
    if (options_.team_names == TeamNames::kTag && tags.size() == 1) wanted = *tags.begin();
    if (options_.team_names == TeamNames::kPath && paths.size() == 1) wanted = *paths.begin();
    if (wanted.empty()) wanted = CommonStart(names);
    if (wanted.empty()) wanted = *names.begin();
    return team_names_.Give(wanted, "team");
  }

  /// The account and the nodes above it, and the root of a placeholder. SCPs do not bind the
  /// management account.
  [[nodiscard]] std::vector<std::string> Above(const std::string& account) const {
    if (account == management_) return {};
    std::vector<std::string> above = {""};
    const auto& nodes = snapshot_.organization.nodes.items;
    std::string id = account;
    for (std::size_t depth = 0; depth <= nodes.size(); ++depth) {
      above.push_back(id);
      const auto node = std::ranges::find(nodes, id, &OrganizationNode::id);
      if (node == nodes.end() || !node->parent.is_known()) break;
      id = *node->parent;
    }
    return above;
  }

  void MakeTeams() {
    // Principals that say the same, by the accounts in which there is one of their name.
    std::map<std::string, std::map<std::string, std::vector<const Holding*>>> by_content;
    for (const Holding& holding : holdings_) {
      for (const DocumentId id : holding.documents) Use(id);
      if (holding.documents.empty() && holding.member.missing.empty()) continue;
      for (const DocumentId id : holding.boundary) Use(id);
      const Member& member = holding.member;
      const std::string who = fmt::format("{}{} {}", member.is_permission_set ? "set" : "",
                                          snapshot::TypeName(member.type), member.name);
      by_content[ContentOf(holding)][who].push_back(&holding);
    }
    std::vector<std::vector<const Holding*>> groups;
    for (const auto& [content, by_name] : by_content) {
      std::map<std::set<std::string>, std::vector<const Holding*>> by_accounts;
      for (const auto& [name, holdings] : by_name) {
        std::set<std::string> accounts;
        for (const Holding* holding : holdings) accounts.insert(holding->member.account);
        auto& group = by_accounts[accounts];
        group.insert(group.end(), holdings.begin(), holdings.end());
      }
      for (auto& [accounts, group] : by_accounts) groups.push_back(std::move(group));
    }
    // In the order of the export.
    for (auto& group : groups) std::ranges::sort(group);
    std::ranges::sort(groups, {}, [](const auto& group) { return group.front(); });
    for (const auto& group : groups) AddTeam(group);
  }

  void AddTeam(const std::vector<const Holding*>& group) {
    Holder holder;
    holder.name = TeamName(group);
    syntax::TeamDecl team;
    team.name = draft_.words.Name(holder.name);
    std::set<std::string> accounts;
    syntax::SetExpr in;
    for (const Holding* holding : group) {
      const Member& member = holding->member;
      const auto name = names_of_.find(member.account);
      WRIT_CHECK(name != names_of_.end(), "every account of a principal is declared");
      holder.members.push_back(member);
      holder.members.back().account_name = name->second;
      holder.members.back().above = Above(member.account);
      if (accounts.insert(member.account).second) {
        syntax::SetTerm term;
        term.name = draft_.words.Name(name->second);
        in.included.push_back(std::move(term));
      }
      const syntax::Principal principal = PrincipalOf(member);
      const bool is_new = std::ranges::none_of(team.principals, [&](const auto& other) {
        return other.kind == principal.kind && other.value == principal.value;
      });
      if (is_new) team.principals.push_back(principal);
    }
    team.in.push_back(std::move(in));
    draft_.teams.push_back(std::move(team));
    documents_of_.push_back(group.front()->documents);
    boundary_of_.push_back(group.front()->boundary);
    draft_.holders.push_back(std::move(holder));
    for (const Holding* holding : group) {
      Repeat(group.front()->documents, holding->documents);
      Repeat(group.front()->boundary, holding->boundary);
    }
  }

  [[nodiscard]] std::string ContentOf(DocumentId id) const {
    policy::PolicyDocument document;
    for (const std::size_t at : statements_of_[id]) {
      document.version = draft_.statements[at].version;
      document.statements.push_back(draft_.statements[at].statement);
    }
    return policy::Write(document, policy::Style::kMinified);
  }

  /// Statements of documents that say the same as those of a team's first member.
  void Repeat(const std::vector<DocumentId>& first, const std::vector<DocumentId>& others) {
    std::map<std::string, DocumentId> by_content;
    for (const DocumentId id : first) by_content.emplace(ContentOf(id), id);
    for (const DocumentId id : others) {
      const auto like = by_content.find(ContentOf(id));
      WRIT_CHECK(like != by_content.end(), "members of a team hold the same");
      if (like->second == id) continue;
      for (std::size_t i = 0; i < statements_of_[id].size(); ++i) {
        draft_.statements[statements_of_[id][i]].same_as = statements_of_[like->second][i];
      }
    }
  }

  // ---- SCPs

  [[nodiscard]] std::vector<DocumentId> ScpsOf(const OrganizationNode& node) const {
    std::vector<DocumentId> documents;
    for (const snapshot::OrganizationPolicy& policy : snapshot_.organization.policies.items) {
      if (policy.type != kScp || !policy.document.is_known()) continue;
      const bool is_listed = std::ranges::any_of(node.policies.items, [&](const std::string& id) {
        return id == policy.key || (!policy.arn.empty() && id == policy.arn);
      });
      const bool is_target =
          std::ranges::find(policy.targets.items, node.id) != policy.targets.items.end();
      if (is_listed || is_target) documents.push_back(*policy.document);
    }
    return documents;
  }

  /// Whether the organization has SCPs enabled; nothing if no export shows it. Source: AWS
  /// Organizations API Reference, Root, `PolicyTypes` (a type that is not listed is not enabled),
  /// the page was not read again.
  [[nodiscard]] std::optional<bool> HasScpsEnabled() const {
    const auto& nodes = snapshot_.organization.nodes.items;
    const auto root = std::ranges::find(nodes, NodeType::kRoot, &OrganizationNode::type);
    if (root == nodes.end() || !root->enabled_types.is_known()) return std::nullopt;
    return std::ranges::find(*root->enabled_types, kScp) != root->enabled_types->end();
  }

  void AddNode(const std::string& id, std::string name, std::vector<DocumentId> documents) {
    if (documents.empty()) return;
    for (const DocumentId document : documents) Use(document);
    Holder holder;
    holder.kind = Holder::Kind::kNode;
    holder.name = std::move(name);
    holder.node = id;
    draft_.holders.push_back(std::move(holder));
    documents_of_.push_back(std::move(documents));
    boundary_of_.push_back({});
  }

  void MakeNodes() {
    for (const OrganizationNode& node : snapshot_.organization.nodes.items) {
      if (node.id == management_) continue;
      const bool is_root = node.type == NodeType::kRoot;
      AddNode(node.id, is_root ? "" : names_of_[node.id], ScpsOf(node));
    }
    draft_.is_scp_use_unknown = !draft_.holders.empty() &&
                                draft_.holders.back().kind == Holder::Kind::kNode &&
                                !HasScpsEnabled();
    // SCPs that no export attaches are read as the root's, in force.
    std::set<DocumentId> stored;
    for (const snapshot::OrganizationPolicy& policy : snapshot_.organization.policies.items) {
      if (policy.document.is_known()) stored.insert(*policy.document);
    }
    std::vector<DocumentId> alone;
    for (DocumentId id = 0; id < snapshot_.documents.size(); ++id) {
      const bool is_scp = snapshot_.documents[id].kind == policy::Kind::kScp;
      if (is_scp && !stored.contains(id)) alone.push_back(id);
    }
    AddNode("", "", std::move(alone));
  }

  // ---- parts

  syntax::Subject SubjectOf(const Holder& holder) {
    syntax::Subject subject;
    if (holder.kind == Holder::Kind::kTeam) {
      syntax::Principal team;
      team.teams.push_back(draft_.words.Name(holder.name));
      subject.principals.push_back(std::move(team));
      return subject;
    }
    subject.quantifier = syntax::Subject::Quantifier::kNobody;
    if (holder.name.empty()) return subject;
    syntax::SetExpr in;
    syntax::SetTerm term;
    term.name = draft_.words.Name(holder.name);
    in.included.push_back(std::move(term));
    subject.in = support::Box<syntax::SetExpr>(std::move(in));
    return subject;
  }

  [[nodiscard]] bool IsOtherService(const policy::Statement& statement) const {
    if (options_.services.empty()) return false;
    const std::vector<std::string> services = ServicesOf(statement);
    if (statement.action.sense == policy::Sense::kAllBut) return false;
    return std::ranges::none_of(services, [&](const std::string& service) {
      return policy::HasWildcard(service) ||
             std::ranges::find(options_.services, service) != options_.services.end();
    });
  }

  [[nodiscard]] bool IsOpen(const ReadStatement& read) const {
    const snapshot::Document& document = snapshot_.documents[read.document];
    if (!document.has_holes) return false;
    policy::PolicyDocument one;
    one.statements.push_back(read.statement);
    return snapshot::HasHole(policy::Write(one, policy::Style::kMinified));
  }

  [[nodiscard]] std::optional<Refusal> RefuseFor(const Holder& holder,
                                                 const ReadStatement& read) const {
    if (IsOpen(read)) return Refusal{Reason::kOpen, ""};
    if (IsOtherService(read.statement)) return Refusal{Reason::kOtherService, ""};
    const bool is_deny = read.statement.effect == policy::Effect::kDeny;
    if (holder.kind == Holder::Kind::kNode) {
      if (!holder.node.empty() && HasScpsEnabled() == false) return Refusal{Reason::kScpsOff, ""};
      if (!is_deny) return Refusal{Reason::kAllowInScp, ""};
      return std::nullopt;
    }
    const bool is_managing = std::ranges::any_of(
        holder.members, [&](const Member& member) { return member.account == management_; });
    if (is_deny && is_managing) return Refusal{Reason::kManagement, ""};
    return std::nullopt;
  }

  /// What FullAWSAccess says: every node has it, and it is not a program's to say.
  static bool IsFullAccess(const policy::Statement& statement) {
    return statement.effect == policy::Effect::kAllow && statement.conditions.empty() &&
           statement.action == policy::Patterns{policy::Sense::kListed, {"*"}} &&
           statement.resource == policy::Patterns{policy::Sense::kListed, {"*"}};
  }

  void AddParts(std::size_t index) {
    const Holder& holder = draft_.holders[index];
    const syntax::Subject subject = SubjectOf(holder);
    for (const DocumentId document : documents_of_[index]) {
      for (const std::size_t at : statements_of_[document]) {
        const ReadStatement& read = draft_.statements[at];
        Part part;
        part.holder = index;
        part.statement = at;
        if (holder.kind == Holder::Kind::kNode && IsFullAccess(read.statement)) {
          part.fate = Fate::kNothing;
        } else if (auto refusal = RefuseFor(holder, read)) {
          part.fate = Fate::kResidue;
          part.refusal = *std::move(refusal);
        } else {
          auto sentences =
              SentencesFor(read.statement, read.version, subject, {catalog_, fit_, draft_.words});
          if (sentences) {
            part.sentences = *std::move(sentences);
            part.fate = part.sentences.empty() ? Fate::kNothing : Fate::kDo;
          } else {
            part.fate = Fate::kResidue;
            part.refusal = sentences.error();
          }
        }
        draft_.parts.push_back(std::move(part));
      }
    }
    for (const DocumentId document : boundary_of_[index]) {
      for (const std::size_t at : statements_of_[document]) {
        Part part;
        part.holder = index;
        part.statement = at;
        part.fate = Fate::kResidue;
        part.refusal = {Reason::kBoundary, ""};
        draft_.parts.push_back(std::move(part));
      }
    }
  }

  void AddUnheld() {
    for (DocumentId id = 0; id < snapshot_.documents.size(); ++id) {
      if (used_.contains(id)) continue;
      for (const std::size_t at : statements_of_[id]) {
        Part part;
        part.statement = at;
        part.fate = Fate::kResidue;
        part.refusal = {reasons_[id], ""};
        draft_.parts.push_back(std::move(part));
      }
    }
  }

  const snapshot::Snapshot& snapshot_;
  const catalog::Catalog& catalog_;
  const Options& options_;
  catalog::ResourceFit fit_;
  std::vector<Reason> reasons_;                          ///< by document: why it is nobody's
  std::vector<std::vector<std::size_t>> statements_of_;  ///< by document
  std::vector<std::vector<DocumentId>> documents_of_;    ///< by holder
  std::vector<std::vector<DocumentId>> boundary_of_;     ///< likewise
  std::set<DocumentId> used_;
  std::vector<Holding> holdings_;
  std::string management_;
  std::set<std::string> units_;
  std::set<std::string> taken_;  ///< numbers of accounts
  std::uint64_t next_unseen_ = kFirstUnseenAccount;
  std::map<std::string, std::string> names_of_;  ///< by id; "" is the organization
  Names names_;
  Names team_names_;
  Draft draft_;
};

}  // namespace

Draft MakeDraft(const snapshot::Snapshot& snapshot, const catalog::Catalog& catalog,
                const Options& options) {
  return Drafter(snapshot, catalog, options).Run();
}

}  // namespace writ::imports
