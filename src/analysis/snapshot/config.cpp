// aws configservice select-resource-config and select-aggregate-resource-config: a list of texts,
// each the JSON of one item, whose documents are percent-encoded in turn.
// Shapes: AWS Config API reference; awslabs/aws-config-resource-schema, AWS::IAM::* (2025-03).
#include <string>
#include <utility>

#include <fmt/format.h>

#include "analysis/snapshot/front_ends.h"
#include "base/diag/codes/policy.h"

namespace writ::snapshot {
namespace {

class Reader {
 public:
  Reader(const Input& input, Builder& builder) : input_(input), builder_(builder) {}

  void Run() {
    for (const Cursor& one : builder_.Elements(input_.root, "Results")) {
      if (builder_.IsString(one, "Results")) ReadText(one);
    }
    const auto token = input_.root.Find("NextToken");
    const bool is_last = !token || !token->value.is_string();
    builder_.AddPage("select-resource-config", is_last, token ? token->span() : source::Span{},
                     is_last ? ""
                             : fmt::format("aws configservice select-resource-config "
                                           "--next-token '{}'",
                                           token->value.text()));
  }

 private:
  void ReadText(const Cursor& string) {
    const TextPtr text = Text::OfString(string.text, string.value);
    support::json::Document item;
    support::json::Limits limits;
    limits.bytes = builder_.limits().file_bytes;
    limits.depth = builder_.limits().depth;
    if (const auto error = item.Read(text->view(), limits)) {
      builder_.sink().Report(diag::kSnapshotNotJson, text->SpanOf(error->offset, error->offset),
                             error->message);
      return;
    }
    const Cursor root{text, item.root(), string.pointer};
    if (builder_.IsObject(root, "Results")) ReadItem(root);
  }

  void ReadItem(const Cursor& item) {
    const std::string status = builder_.String(item, "configurationItemStatus");
    // Deleted resources stay in the answers.
    if (!status.empty() && status != "OK" && status != "ResourceDiscovered") return;
    const auto configuration = builder_.Object(item, "configuration");
    if (!configuration) return;
    const std::string type = builder_.String(item, "resourceType");
    const auto is_type = [&](std::string_view name, std::string_view member) {
      return type.empty() ? Has(*configuration, member) : type == name;
    };
    if (is_type("AWS::IAM::Role", "roleName")) {
      ReadPrincipal(item, *configuration, PrincipalType::kRole, "roleName", "rolePolicyList");
    } else if (is_type("AWS::IAM::User", "userName")) {
      ReadPrincipal(item, *configuration, PrincipalType::kUser, "userName", "userPolicyList");
    } else if (is_type("AWS::IAM::Group", "groupName")) {
      ReadPrincipal(item, *configuration, PrincipalType::kGroup, "groupName", "groupPolicyList");
    } else if (is_type("AWS::IAM::Policy", "policyName")) {
      ReadPolicy(item, *configuration);
    }
  }

  // An empty list may be absent, or an object.
  std::vector<Cursor> List(const Cursor& object, std::string_view key) {
    const auto found = object.Find(key);
    if (found && found->value.is_object()) {
      return found->value.size() == 0 ? std::vector<Cursor>() : std::vector<Cursor>{*found};
    }
    return builder_.Elements(object, key);
  }

  std::string ArnOf(const Cursor& item, const Cursor& configuration) {
    std::string arn = builder_.String(configuration, "arn");
    return arn.empty() ? builder_.String(item, "arn") : arn;
  }

  void ReadPrincipal(const Cursor& item, const Cursor& one, PrincipalType type,
                     std::string_view name_key, std::string_view inline_key) {
    Principal made;
    made.type = type;
    made.arn = ArnOf(item, one);
    made.key = made.arn;
    made.account = AccountOf(made.arn);
    if (made.account.empty()) made.account = builder_.String(item, "accountId");
    made.path = builder_.String(one, "path");
    made.name = builder_.String(one, name_key);
    made.origin = OriginOf(item);
    made.inline_policies.is_whole = Has(one, inline_key);
    for (const Cursor& policy : List(one, inline_key)) {
      if (!builder_.IsObject(policy, inline_key)) continue;
      made.inline_policies.items.push_back(
          builder_.ReadInlinePolicy(policy, "policyName", "policyDocument", made.arn));
    }
    made.attached.is_whole = Has(one, "attachedManagedPolicies");
    for (const Cursor& attached : List(one, "attachedManagedPolicies")) {
      if (!builder_.IsObject(attached, "attachedManagedPolicies")) continue;
      PolicyReference reference;
      reference.arn = builder_.String(attached, "policyArn");
      reference.name = PathAndNameOf(reference.arn).name;
      reference.origin = OriginOf(attached);
      made.attached.items.push_back(std::move(reference));
    }
    if (const auto boundary = builder_.Object(one, "permissionsBoundary")) {
      PolicyReference reference;
      reference.arn = builder_.String(*boundary, "permissionsBoundaryArn");
      reference.name = PathAndNameOf(reference.arn).name;
      reference.origin = OriginOf(*boundary);
      made.boundary = std::optional(std::move(reference));
    } else if (Has(one, "arn")) {
      made.boundary = std::optional<PolicyReference>();  // the whole item, without one
    }
    if (type == PrincipalType::kRole) {
      if (const auto trust = one.Find("assumeRolePolicyDocument")) {
        made.trust = builder_.AddDocument(
            *trust, {.name = "trust policy", .holder = made.arn, .kind = policy::Kind::kTrust});
      }
    }
    if (type == PrincipalType::kUser && Has(one, "groupList")) {
      made.groups = {builder_.Strings(one, "groupList"), true};
    }
    builder_.Add(std::move(made));
  }

  void ReadPolicy(const Cursor& item, const Cursor& one) {
    ManagedPolicy made;
    made.arn = ArnOf(item, one);
    made.key = made.arn;
    made.account = AccountOf(made.arn);
    made.name = builder_.String(one, "policyName");
    made.origin = OriginOf(item);
    for (const Cursor& version : List(one, "policyVersionList")) {
      const auto is_default = version.Find("isDefaultVersion");
      const auto document = version.Find("document");
      if (!document || !is_default || !is_default->value.is_true()) continue;
      made.document =
          builder_.AddDocument(*document, {.name = fmt::format("policy `{}`", made.name),
                                           .holder = made.arn,
                                           .kind = policy::Kind::kIdentity});
    }
    builder_.Add(std::move(made));
  }

  const Input& input_;
  Builder& builder_;
};

}  // namespace

bool IsConfig(const Input& input) {
  const auto results = input.root.Find("Results");
  return results && results->value.is_array() && Has(input.root, "QueryInfo");
}

void ReadConfig(const Input& input, Builder& builder) { Reader(input, builder).Run(); }

}  // namespace writ::snapshot
