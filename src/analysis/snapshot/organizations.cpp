// aws organizations list-… and describe-….
//
// A listing does not say which question it answers, so the file does: `children/<parent>.json`,
// `parents/<child>.json`, `policies/<target>.json` for list-policies-for-target and
// `targets/<policy>.json`, all by their last folder. A listing elsewhere says only what is there.
// Shapes: Organizations API reference (botocore's service model, read 2026-11-29).
#include <utility>

#include <fmt/format.h>

#include "analysis/snapshot/front_ends.h"
#include "base/diag/codes/policy.h"

namespace writ::snapshot {
namespace {

// "x/children/ou-ab12-1.json": folder "children", name "ou-ab12-1".
struct FileName {
  std::string folder;
  std::string name;
};
FileName NameOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  FileName result;
  result.name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (result.name.ends_with(".json")) result.name.resize(result.name.size() - 5);
  if (slash == std::string::npos) return result;
  const std::string before = path.substr(0, slash);
  result.folder = before.substr(before.rfind('/') == std::string::npos ? 0 : before.rfind('/') + 1);
  return result;
}

bool IsNodeId(std::string_view id) {
  const bool is_account =
      id.size() == 12 && id.find_first_not_of("0123456789") == std::string_view::npos;
  return is_account || id.starts_with("r-") || id.starts_with("ou-");
}

NodeType TypeOf(std::string_view id) {
  if (id.starts_with("r-")) return NodeType::kRoot;
  return id.starts_with("ou-") ? NodeType::kUnit : NodeType::kAccount;
}

class Reader {
 public:
  Reader(const Input& input, Builder& builder)
      : input_(input), builder_(builder), file_(NameOf(input.path)) {
    if (file_.folder == "children" || file_.folder == "accounts-for-parent" ||
        file_.folder == "organizational-units-for-parent") {
      parent_ = file_.name;
    }
  }

  void Run() {
    const Cursor& root = input_.root;
    if (const auto one = builder_.Object(root, "Organization")) {
      builder_.SetOrganization(*one, builder_.String(*one, "Id"),
                               builder_.String(*one, "MasterAccountId"));
    }
    ReadNodes("Roots");
    ReadNodes("OrganizationalUnits");
    ReadNodes("Accounts");
    if (Has(root, "Accounts") && parent_.empty() && !root.Find("NextToken")) {
      builder_.HasAllAccounts();
    }
    ReadNodes("Children");
    ReadParents();
    ReadPolicies();
    ReadTargets();
    if (const auto policy = builder_.Object(root, "Policy")) ReadPolicy(*policy);
    if (Command().empty()) return;  // the whole answer
    if (const auto token = root.Find("NextToken"); token && token->value.is_string()) {
      builder_.AddPage(Call(), false, token->span(),
                       fmt::format("aws organizations {} --starting-token '{}'", Command(),
                                   token->value.text()));
    } else {
      builder_.AddPage(Call(), true, {}, "");
    }
  }

 private:
  std::string Command() const {
    if (Has(input_.root, "Roots")) return "list-roots";
    if (Has(input_.root, "OrganizationalUnits")) return "list-organizational-units-for-parent";
    if (Has(input_.root, "Accounts")) return "list-accounts";
    if (Has(input_.root, "Children")) return "list-children";
    if (Has(input_.root, "Targets")) return "list-targets-for-policy";
    return Has(input_.root, "Policies") ? "list-policies" : "";
  }
  // Pages of one question lie in one folder and, where the name is the question, in files that
  // begin with it.
  std::string Call() const {
    return fmt::format("{}{}{}", Command(), file_.folder.empty() ? "" : " in " + file_.folder,
                       parent_.empty() && file_.folder != "targets" ? "" : "/" + file_.name);
  }

  void ReadNodes(std::string_view list) {
    for (const Cursor& one : builder_.Elements(input_.root, list)) {
      if (!builder_.IsObject(one, list)) continue;
      OrganizationNode node;
      node.id = builder_.String(one, "Id");
      node.type = TypeOf(node.id);
      node.name = builder_.String(one, "Name");
      node.origin = OriginOf(one);
      if (!parent_.empty() && IsNodeId(parent_)) node.parent = parent_;
      if (builder_.Array(one, "PolicyTypes")) {
        std::vector<std::string> enabled;
        for (const Cursor& type : builder_.Elements(one, "PolicyTypes")) {
          if (!builder_.IsObject(type, "PolicyTypes")) continue;
          if (builder_.String(type, "Status") == "ENABLED") {
            enabled.push_back(builder_.String(type, "Type"));
          }
        }
        node.enabled_types = std::move(enabled);
      }
      builder_.Add(std::move(node));
    }
  }

  void ReadParents() {
    for (const Cursor& one : builder_.Elements(input_.root, "Parents")) {
      if (!builder_.IsObject(one, "Parents") || !IsNodeId(file_.name)) continue;
      OrganizationNode node;
      node.id = file_.name;
      node.type = TypeOf(node.id);
      node.origin = OriginOf(one);
      node.parent = builder_.String(one, "Id");
      builder_.Add(std::move(node));
    }
  }

  OrganizationPolicy Summary(const Cursor& one) {
    OrganizationPolicy made;
    made.key = builder_.String(one, "Id");
    made.arn = builder_.String(one, "Arn");
    made.name = builder_.String(one, "Name");
    made.type = builder_.String(one, "Type");
    if (const auto managed = one.Find("AwsManaged")) made.is_aws_managed = managed->value.is_true();
    made.origin = OriginOf(one);
    return made;
  }

  void ReadPolicies() {
    const auto list = builder_.Array(input_.root, "Policies");
    if (!list) return;
    std::vector<std::string> ids;
    for (const Cursor& one : list->Elements()) {
      if (!builder_.IsObject(one, "Policies")) continue;
      ids.push_back(builder_.String(one, "Id"));
      builder_.Add(Summary(one));
    }
    if (!IsNodeId(file_.name)) return;
    // list-policies-for-target answers for one type at a time: there may be others.
    OrganizationNode node;
    node.id = file_.name;
    node.type = TypeOf(node.id);
    node.origin = OriginOf(*list);
    node.policies = {std::move(ids), false};
    builder_.Add(std::move(node));
  }

  void ReadTargets() {
    const auto list = builder_.Array(input_.root, "Targets");
    if (!list || !file_.name.starts_with("p-")) return;
    OrganizationPolicy made;
    made.key = file_.name;
    made.origin = OriginOf(*list);
    made.targets.is_whole = !input_.root.Find("NextToken");
    for (const Cursor& one : list->Elements()) {
      if (!builder_.IsObject(one, "Targets")) continue;
      made.targets.items.push_back(builder_.String(one, "TargetId"));
    }
    builder_.Add(std::move(made));
  }

  void ReadPolicy(const Cursor& policy) {
    const auto summary = builder_.Object(policy, "PolicySummary");
    OrganizationPolicy made = summary ? Summary(*summary) : OrganizationPolicy{};
    made.origin = OriginOf(policy);
    if (made.key.empty()) made.key = made.arn;
    if (const auto content = policy.Find("Content")) {
      const bool is_rcp = made.type == "RESOURCE_CONTROL_POLICY";
      if (is_rcp || made.type == "SERVICE_CONTROL_POLICY") {
        made.document = builder_.AddDocument(
            *content, {.name = fmt::format("{} `{}`", is_rcp ? "RCP" : "SCP", made.name),
                       .holder = made.arn.empty() ? made.key : made.arn,
                       .kind = is_rcp ? policy::Kind::kRcp : policy::Kind::kScp,
                       .is_aws_managed = made.is_aws_managed.is_known() && *made.is_aws_managed});
      } else {
        made.content = OriginOf(*content);
      }
    }
    builder_.Add(std::move(made));
  }

  const Input& input_;
  Builder& builder_;
  FileName file_;
  std::string parent_;
};

bool IsListOf(const Cursor& root, std::string_view list, std::string_view member) {
  const auto found = root.Find(list);
  if (!found || !found->value.is_array()) return false;
  for (const support::json::Value element : found->value.elements()) {
    if (!element.is_object() || !element.Find(member)) return false;
  }
  return true;
}

}  // namespace

bool IsOrganizations(const Input& input) {
  const Cursor& root = input.root;
  if (const auto one = root.Find("Organization"); one && Has(*one, "FeatureSet")) return true;
  if (const auto policy = root.Find("Policy"); policy && Has(*policy, "PolicySummary")) return true;
  return IsListOf(root, "Roots", "Id") || IsListOf(root, "OrganizationalUnits", "Id") ||
         IsListOf(root, "Accounts", "Id") || IsListOf(root, "Children", "Id") ||
         IsListOf(root, "Parents", "Id") || IsListOf(root, "Targets", "TargetId") ||
         IsListOf(root, "Policies", "Type");
}

void ReadOrganizations(const Input& input, Builder& builder) { Reader(input, builder).Run(); }

}  // namespace writ::snapshot
