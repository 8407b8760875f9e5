// A folder of iam-collect: one small file a fact, recognized by its place,
// `…/aws/<partition>/accounts/<id>/iam/role/<path and name>/metadata.json`.
//
// Its files hold arrays sorted, `Statement` and `Action` included, so indexes are not AWS's.
// Layout: cloud-copilot/iam-collect 0.1.206, the format only (read 2026-11-29).
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/snapshot/front_ends.h"

namespace writ::snapshot {
namespace {

// The steps of the path behind `aws/<partition>/`; empty if it is no such path.
std::vector<std::string> StepsOf(std::string_view path) {
  std::vector<std::string> steps;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    steps.emplace_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  for (std::size_t i = 0; i + 3 < steps.size(); ++i) {
    const bool is_root = steps[i] == "aws" && steps[i + 1].starts_with("aws") &&
                         (steps[i + 2] == "accounts" || steps[i + 2] == "organizations");
    if (is_root) return {steps.begin() + static_cast<std::ptrdiff_t>(i) + 2, steps.end()};
  }
  return {};
}

class Reader {
 public:
  Reader(const Input& input, Builder& builder)
      : input_(input), builder_(builder), steps_(StepsOf(input.path)) {}

  void Run() {
    what_ = steps_.back();
    const bool is_account = steps_.front() == "accounts";
    if (!is_account) return ReadOrganization();
    account_ = steps_[1];
    if (steps_.size() >= 6 && steps_[2] == "iam" && steps_[3] == "aws" && steps_[4] == "policy") {
      return ReadPolicy("aws", steps_[5]);
    }
    if (steps_.size() < 6) return;
    if (steps_[2] == "iam") {
      if (steps_[3] == "role") return ReadPrincipal(PrincipalType::kRole);
      if (steps_[3] == "user") return ReadPrincipal(PrincipalType::kUser);
      if (steps_[3] == "group") return ReadPrincipal(PrincipalType::kGroup);
      if (steps_[3] == "policy") return ReadPolicy(account_, steps_[4]);
    }
    if (steps_[2] == "sso" && steps_[3] == "permissionset") return ReadPermissionSet();
    if (steps_[2] == "ec2" && steps_.size() >= 7 && steps_[4] == "vpc-endpoint") ReadEndpoint();
  }

 private:
  // Files of one entity name it by folder only; its parts merge by that.
  std::string Key(std::string_view type, std::string_view name) const {
    return fmt::format("collect:{}/{}/{}", account_, type, name);
  }

  std::vector<PolicyReference> References() {
    std::vector<PolicyReference> all;
    for (const Cursor& one : input_.root.Elements()) {
      if (!builder_.IsString(one, what_)) continue;
      PolicyReference reference;
      reference.arn = one.value.text();
      reference.name = PathAndNameOf(reference.arn).name;
      reference.origin = OriginOf(one);
      all.push_back(std::move(reference));
    }
    return all;
  }

  void ReadPrincipal(PrincipalType type) {
    const Cursor& root = input_.root;
    Principal made;
    made.type = type;
    made.key = Key(TypeName(type), steps_[4]);
    made.account = account_;
    made.origin = OriginOf(root);
    if (what_ == "metadata.json") {
      made.arn = builder_.String(root, "arn");
      made.name = builder_.String(root, "name");
      made.path = builder_.String(root, "path");
      PolicyReference boundary;
      boundary.arn = builder_.String(root, "permissionBoundary");
      boundary.name = PathAndNameOf(boundary.arn).name;
      boundary.origin = made.origin;
      made.boundary =
          boundary.arn.empty() ? std::optional<PolicyReference>() : std::optional(boundary);
    } else if (what_ == "trust-policy.json") {
      made.trust = builder_.AddDocument(
          root, {.name = "trust policy", .holder = made.key, .kind = policy::Kind::kTrust});
    } else if (what_ == "inline-policies.json") {
      made.inline_policies.is_whole = true;
      for (const Cursor& one : root.Elements()) {
        if (!builder_.IsObject(one, what_)) continue;
        made.inline_policies.items.push_back(
            builder_.ReadInlinePolicy(one, "PolicyName", "PolicyDocument", made.key));
      }
    } else if (what_ == "managed-policies.json") {
      made.attached = {References(), true};
    } else if (what_ == "groups.json") {
      for (const PolicyReference& group : References()) made.groups.items.push_back(group.arn);
      made.groups.is_whole = true;
    } else if (what_ == "tags.json" && root.value.is_object()) {
      std::map<std::string, std::string> tags;
      for (const support::json::Member tag : root.value.members()) {
        tags.emplace(tag.key.text(), tag.value.text());
      }
      made.tags = std::move(tags);
    } else {
      return;
    }
    builder_.Add(std::move(made));
  }

  void ReadPolicy(const std::string& owner, const std::string& folder) {
    ManagedPolicy made;
    made.key = fmt::format("collect:{}/policy/{}", owner == "aws" ? "aws" : account_, folder);
    made.account = owner;
    made.origin = OriginOf(input_.root);
    if (what_ == "metadata.json") {
      made.arn = builder_.String(input_.root, "arn");
      made.name = builder_.String(input_.root, "name");
    } else if (what_ == "current-policy.json") {
      made.document = builder_.AddDocument(input_.root, {.name = "policy",
                                                         .holder = made.key,
                                                         .kind = policy::Kind::kIdentity,
                                                         .is_aws_managed = owner == "aws"});
    } else {
      return;
    }
    builder_.Add(std::move(made));
  }

  void ReadPermissionSet() {
    const Cursor& root = input_.root;
    PermissionSet made;
    made.key = Key("permissionset", steps_[4]);
    made.origin = OriginOf(root);
    if (what_ == "metadata.json") {
      made.name = builder_.String(root, "name");
    } else if (what_ == "inlinepolicy.json") {
      const Exported<DocumentId> document =
          builder_.AddDocument(root, {.name = "inline policy of a permission set",
                                      .holder = made.key,
                                      .kind = policy::Kind::kIdentity});
      if (document.is_known()) made.inline_policy = std::optional(*document);
    } else if (what_ == "awsmanagedpolicies.json") {
      made.attached = {References(), true};
    } else if (what_ == "accounts.json") {
      for (const Cursor& one : root.Elements()) {
        if (one.value.is_string()) made.accounts.items.emplace_back(one.value.text());
      }
      made.accounts.is_whole = true;
    } else {
      return;
    }
    builder_.Add(std::move(made));
  }

  void ReadEndpoint() {
    Endpoint made;
    made.key = Key("vpc-endpoint", steps_[5]);
    made.origin = OriginOf(input_.root);
    if (what_ == "endpoint-policy.json") {
      made.policy = builder_.AddDocument(
          input_.root, {.name = fmt::format("policy of VPC endpoint `{}`", steps_[5]),
                        .holder = steps_[5],
                        .kind = policy::Kind::kVpcEndpoint});
    } else if (what_ == "metadata.json") {
      made.service = builder_.String(input_.root, "serviceName");
    } else {
      return;
    }
    builder_.Add(std::move(made));
  }

  // organizations/<o-id>/….
  void ReadOrganization() {
    const Cursor& root = input_.root;
    if (steps_.size() == 3 && what_ == "metadata.json") {
      builder_.SetOrganization(root, builder_.String(root, "id"),
                               builder_.String(root, "rootAccountId"));
      ReadFeatures();
    } else if (steps_.size() == 3 && (what_ == "ous.json" || what_ == "accounts.json")) {
      ReadNodes(what_ == "ous.json");
      if (what_ == "accounts.json") builder_.HasAllAccounts();
    } else if (steps_.size() == 5 && (steps_[2] == "scps" || steps_[2] == "rcps")) {
      ReadControlPolicy(steps_[2] == "rcps");
    }
  }

  void ReadFeatures() {
    const auto features = builder_.Object(input_.root, "features");
    const std::string root_id = builder_.String(input_.root, "rootOu");
    if (!features || root_id.empty()) return;
    OrganizationNode node;
    node.id = root_id;
    node.type = NodeType::kRoot;
    node.origin = OriginOf(*features);
    // `false` and "a type unknown to the collector" look alike; every collector knows SCPs.
    if (!features->Find("SERVICE_CONTROL_POLICY")) return;
    std::vector<std::string> enabled;
    for (const support::json::Member feature : features->value.members()) {
      if (feature.value.is_true()) enabled.emplace_back(feature.key.text());
    }
    node.enabled_types = std::move(enabled);
    builder_.Add(std::move(node));
  }

  void ReadNodes(bool are_units) {
    if (!builder_.IsObject(input_.root, what_)) return;
    for (const support::json::Member member : input_.root.value.members()) {
      const Cursor one = input_.root.At(member.value, member.key.text());
      if (!builder_.IsObject(one, what_)) continue;
      OrganizationNode node;
      node.id = member.key.text();
      node.type = !are_units                  ? NodeType::kAccount
                  : node.id.starts_with("r-") ? NodeType::kRoot
                                              : NodeType::kUnit;
      node.origin = OriginOf(one);
      const std::string parent = builder_.String(one, are_units ? "parent" : "ou");
      if (!parent.empty()) node.parent = parent;
      for (const std::string_view list : {"scps", "rcps"}) {
        for (const std::string& arn : builder_.Strings(one, list)) {
          node.policies.items.push_back(KeyOfPolicy(arn));
        }
      }
      node.policies.is_whole = Has(one, "scps") && Has(one, "rcps");
      builder_.Add(std::move(node));
    }
  }

  static std::string KeyOfPolicy(const std::string& arn) {
    const std::size_t slash = arn.rfind('/');
    // Folders are named in lower case.
    return policy::FoldCase(slash == std::string::npos ? arn : arn.substr(slash + 1));
  }

  void ReadControlPolicy(bool is_rcp) {
    OrganizationPolicy made;
    made.key = steps_[3];
    made.type = is_rcp ? "RESOURCE_CONTROL_POLICY" : "SERVICE_CONTROL_POLICY";
    made.origin = OriginOf(input_.root);
    if (what_ == "metadata.json") {
      made.arn = builder_.String(input_.root, "arn");
      made.name = builder_.String(input_.root, "name");
    } else if (what_ == "policy.json") {
      made.document = builder_.AddDocument(
          input_.root,
          {.name = fmt::format("{} `{}`", is_rcp ? "RCP" : "SCP", made.key),
           .holder = made.key,
           .kind = is_rcp ? policy::Kind::kRcp : policy::Kind::kScp,
           .is_aws_managed = made.key == "p-fullawsaccess" || made.key == "p-rcpfullawsaccess"});
    } else {
      return;
    }
    builder_.Add(std::move(made));
  }

  const Input& input_;
  Builder& builder_;
  std::vector<std::string> steps_;
  std::string what_;
  std::string account_;
};

}  // namespace

bool IsCollect(const Input& input) { return !StepsOf(input.path).empty(); }

void ReadCollect(const Input& input, Builder& builder) { Reader(input, builder).Run(); }

}  // namespace writ::snapshot
