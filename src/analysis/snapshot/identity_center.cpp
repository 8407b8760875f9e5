// aws sso-admin: permission sets and assignments.
//
// Answers about one permission set do not name it; the file does: it is named by the permission
// set's id, `ps-…`, or lies in a folder of that name.
// Shapes: IAM Identity Center API reference (botocore's service model, read 2026-11-29).
#include <utility>

#include <fmt/format.h>

#include "analysis/snapshot/front_ends.h"

namespace writ::snapshot {
namespace {

// The part of the path that is a permission set's id; empty if none is.
std::string SetIdOf(std::string_view path) {
  std::string id;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    if (part.ends_with(".json")) part.remove_suffix(5);
    if (part.starts_with("ps-")) id = part;
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return id;
}

// "arn:aws:sso:::permissionSet/ssoins-1/ps-2" → "ps-2".
std::string KeyOf(const std::string& arn) {
  const std::size_t slash = arn.rfind('/');
  return slash == std::string::npos ? arn : arn.substr(slash + 1);
}

PolicyReference ReferenceOf(const Cursor& object, Builder& builder) {
  PolicyReference reference;
  reference.origin = OriginOf(object);
  reference.arn =
      builder.String(object, Has(object, "ManagedPolicyArn") ? "ManagedPolicyArn" : "Arn");
  reference.name =
      reference.arn.empty() ? builder.String(object, "Name") : PathAndNameOf(reference.arn).name;
  return reference;
}

}  // namespace

bool IsIdentityCenter(const Input& input) {
  const Cursor& root = input.root;
  if (const auto set = root.Find("PermissionSet"); set && Has(*set, "PermissionSetArn"))
    return true;
  if (Has(root, "AccountAssignments") || Has(root, "PermissionSets")) return true;
  if (SetIdOf(input.path).empty()) return false;
  const auto boundary = root.Find("PermissionsBoundary");
  return Has(root, "InlinePolicy") || Has(root, "AttachedManagedPolicies") ||
         Has(root, "CustomerManagedPolicyReferences") || Has(root, "AccountIds") ||
         (boundary && boundary->value.is_object());
}

void ReadIdentityCenter(const Input& input, Builder& builder) {
  const Cursor& root = input.root;
  for (const std::string& arn : builder.Strings(root, "PermissionSets")) {
    PermissionSet set;
    set.key = KeyOf(arn);
    set.origin = OriginOf(root);
    builder.Add(std::move(set));
  }
  for (const Cursor& one : builder.Elements(root, "AccountAssignments")) {
    if (!builder.IsObject(one, "AccountAssignments")) continue;
    Assignment made;
    made.permission_set = KeyOf(builder.String(one, "PermissionSetArn"));
    made.account = builder.String(one, "AccountId");
    made.principal_type = builder.String(one, "PrincipalType");
    made.principal = builder.String(one, "PrincipalId");
    made.origin = OriginOf(one);
    builder.Add(std::move(made));
  }
  PermissionSet set;
  set.key = SetIdOf(input.path);
  set.origin = OriginOf(root);
  if (const auto described = builder.Object(root, "PermissionSet")) {
    set.key = KeyOf(builder.String(*described, "PermissionSetArn"));
    set.name = builder.String(*described, "Name");
    set.origin = OriginOf(*described);
  }
  if (set.key.empty()) return;
  const bool is_last = !root.Find("NextToken");
  if (const auto policy = root.Find("InlinePolicy")) {
    const Exported<DocumentId> document =
        builder.AddDocument(*policy, {.name = fmt::format("inline policy of permission set `{}`",
                                                          set.name.empty() ? set.key : set.name),
                                      .holder = set.key,
                                      .kind = policy::Kind::kIdentity});
    if (document.is_known()) {
      set.inline_policy = std::optional(*document);
    } else if (document.gap().kind == Gap::Kind::kNotExported) {
      set.inline_policy = std::optional<DocumentId>();  // the answer where there is none is ""
    } else {
      set.inline_policy = document.gap();
    }
  }
  if (const auto list = builder.Array(root, "AttachedManagedPolicies")) {
    set.attached.is_whole = is_last;
    for (const Cursor& one : list->Elements()) {
      if (!builder.IsObject(one, "AttachedManagedPolicies")) continue;
      set.attached.items.push_back(ReferenceOf(one, builder));
    }
  }
  if (const auto list = builder.Array(root, "CustomerManagedPolicyReferences")) {
    set.customer_managed.is_whole = is_last;
    for (const Cursor& one : list->Elements()) {
      if (!builder.IsObject(one, "CustomerManagedPolicyReferences")) continue;
      set.customer_managed.items.push_back(builder.String(one, "Name"));
    }
  }
  if (const auto boundary = builder.Object(root, "PermissionsBoundary")) {
    const auto customer = builder.Object(*boundary, "CustomerManagedPolicyReference");
    // AWS answers with an error where there is none, and the export script with an empty one.
    const bool is_none = boundary->value.size() == 0;
    if (is_none) {
      set.boundary = std::optional<PolicyReference>();
    } else {
      set.boundary = std::optional(ReferenceOf(customer ? *customer : *boundary, builder));
    }
  }
  if (builder.Array(root, "AccountIds")) {
    set.accounts = {builder.Strings(root, "AccountIds"), is_last};
  }
  builder.Add(std::move(set));
  if (const auto token = root.Find("NextToken"); token && token->value.is_string()) {
    builder.AddPage("sso-admin " + input.path, false, token->span(),
                    fmt::format("aws sso-admin … --starting-token '{}'", token->value.text()));
  }
}

}  // namespace writ::snapshot
