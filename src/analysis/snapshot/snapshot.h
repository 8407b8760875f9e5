// What is deployed, as one value: accounts, principals, policy documents, the organization,
// permission sets, guardrails and endpoints, read from whatever exports the user has.
//
// An export rarely holds everything. What it does not hold is *not in the export*, which is a value
// of its own here (Exported, Listing) and never means "none": who asks a question that depends on a
// gap has no answer, and says which export would close it.
//
// Every part knows where it is in the files. A Snapshot is a finished value; nothing changes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/snapshot/text.h"
#include "base/source/source.h"
#include "base/support/result.h"
#include "iam/policy/document.h"

namespace writ::snapshot {

/// Why something is not known.
struct Gap {
  enum class Kind : std::uint8_t {
    kNotExported,  ///< the export does not hold it
    kAfterApply,   ///< Terraform knows it only after apply
    kSensitive,    ///< Terraform hides it
    kUnresolved,   ///< an intrinsic function or reference that needs the deployed stack
    kUnreadable,   ///< it is there and cannot be read; reported
  };
  Kind kind = Kind::kNotExported;
  source::Span where = {};  ///< where it should be; invalid for kNotExported
  auto operator<=>(const Gap&) const = default;
};
/// "not in the export", "known after apply", ...
[[nodiscard]] std::string_view Describe(Gap::Kind kind);

/// A value, or why it is not known. By default it is not in the export.
template <class T>
class Exported {
 public:
  Exported() = default;
  Exported(T value)
      : state_(std::move(value)) {
  }  // NOLINT(google-explicit-constructor): a value is its own export
  Exported(Gap gap)
      : state_(gap) {}  // NOLINT(google-explicit-constructor): a value is its own export
  [[nodiscard]] bool is_known() const { return std::holds_alternative<T>(state_); }
  [[nodiscard]] const T& operator*() const { return std::get<T>(state_); }
  [[nodiscard]] const T* operator->() const { return &std::get<T>(state_); }
  [[nodiscard]] Gap gap() const { return is_known() ? Gap{} : std::get<Gap>(state_); }
  bool operator==(const Exported&) const = default;

 private:
  std::variant<Gap, T> state_ = Gap{};
};

/// A list of which the export may hold only a part.
template <class T>
struct Listing {
  std::vector<T> items;
  bool is_whole = false;  ///< there are no others
  bool operator==(const Listing&) const = default;
};

/// A part's place: the span in its file, and the JSON Pointer.
struct Origin {
  source::Span span;
  std::string pointer;
};

/// Of Snapshot::documents.
using DocumentId = std::size_t;

/// A policy document as it is written.
struct Document {
  std::string name;    ///< what people call it: "policy/ro", "inline policy `tmp`", a file
  std::string holder;  ///< ARN, id or address of what it is attached to or stored as; may be empty
  policy::Kind kind = policy::Kind::kIdentity;
  bool is_kind_guessed = false;  ///< from the document itself, not from where it was found
  TextPtr text = nullptr;        ///< its JSON
  std::string pointer = {};      ///< of the value that holds it
  bool has_holes = false;        ///< parts that only the deployed stack resolves: see IsHole
  bool is_aws_managed = false;
  bool is_optional = false;  ///< whether it is deployed depends on parameters of a template

  [[nodiscard]] support::Result<policy::PlacedDocument, policy::PolicyErrors> Read(
      policy::Demand demand) const;
  [[nodiscard]] source::Span SpanOf(policy::Place place) const {
    return text->SpanOf(place.begin, place.end);
  }
};

/// Holes stand for one exact text that is not known. Each is written between these characters
/// (private use, U+E000 and U+E001) with what it is called; they mean that only in a Document that
/// has_holes.
inline constexpr std::string_view kHoleBegin = "\xEE\x80\x80";
inline constexpr std::string_view kHoleEnd = "\xEE\x80\x81";
[[nodiscard]] bool HasHole(std::string_view text);
/// For people: "arn:aws:s3:::<Bucket>".
[[nodiscard]] std::string ShowHoles(std::string_view text);

/// A policy that is referred to.
struct PolicyReference {
  std::string arn;   ///< empty if only the name is known
  std::string name;  ///< with path where it is known
  Origin origin;
  friend bool operator==(const PolicyReference& a, const PolicyReference& b) {
    return a.arn == b.arn && (!a.arn.empty() || a.name == b.name);
  }
};

struct InlinePolicy {
  std::string name;
  Exported<DocumentId> document;
};

enum class PrincipalType : std::uint8_t { kUser, kRole, kGroup };
/// "user", "role", "group".
[[nodiscard]] std::string_view TypeName(PrincipalType type);

struct Principal {
  PrincipalType type = PrincipalType::kRole;
  std::string key;      ///< the ARN, or the address within a plan or template
  std::string arn;      ///< empty where it is not known before apply
  std::string account;  ///< empty where it is not known
  std::string path;
  std::string name;
  Origin origin;
  Listing<InlinePolicy> inline_policies;
  Listing<PolicyReference> attached;
  /// Known without a value: there is none.
  Exported<std::optional<PolicyReference>> boundary;
  Exported<DocumentId> trust;                         ///< of roles
  Listing<std::string> groups;                        ///< of users: names, or ARNs
  Exported<std::map<std::string, std::string>> tags;  ///< of users and roles
  Listing<std::string> instance_profiles;             ///< of roles: ARNs or names
  /// Whether it is deployed, or what it holds, depends on parameters of a template.
  bool is_optional = false;

  [[nodiscard]] bool is_service_linked() const { return path.starts_with("/aws-service-role/"); }
};

struct ManagedPolicy {
  std::string key;  ///< the ARN, or the address
  std::string arn;
  std::string account;  ///< "aws" for those that AWS manages
  std::string name;
  Origin origin;
  Exported<DocumentId> document;  ///< the default version
  Exported<std::int64_t> attachments;
  Exported<std::int64_t> boundary_uses;
  [[nodiscard]] bool is_aws_managed() const { return account == "aws"; }
};

enum class NodeType : std::uint8_t { kRoot, kUnit, kAccount };

struct OrganizationNode {
  std::string id;
  NodeType type = NodeType::kUnit;
  std::string name;
  Origin origin;
  Exported<std::string> parent;
  /// Policies attached at the node itself: ids or ARNs.
  Listing<std::string> policies;
  /// Of roots: policy types that are enabled; one that is not enabled enforces nothing.
  Exported<std::vector<std::string>> enabled_types;
};

struct OrganizationPolicy {
  std::string key;  ///< id `p-…`, or the address
  std::string arn;
  std::string name;
  std::string type;  ///< SERVICE_CONTROL_POLICY, ...; empty if not known
  Exported<bool> is_aws_managed;
  Origin origin;
  Exported<DocumentId> document;  ///< of SCPs and RCPs
  /// The content of other types, as JSON text in its file.
  Exported<Origin> content;
  Listing<std::string> targets;
};

struct Organization {
  Exported<std::string> id;
  Exported<std::string> management_account;
  bool has_all_accounts = false;  ///< the export lists all of them
  Listing<OrganizationNode> nodes;
  Listing<OrganizationPolicy> policies;
};

struct PermissionSet {
  std::string key;  ///< the ARN, or the address
  std::string name;
  Origin origin;
  Exported<std::optional<DocumentId>> inline_policy;
  Listing<PolicyReference> attached;      ///< managed by AWS
  Listing<std::string> customer_managed;  ///< names
  Exported<std::optional<PolicyReference>> boundary;
  Listing<std::string> accounts;  ///< where it is provisioned
  bool is_optional = false;       ///< as of Principal
};

struct Assignment {
  std::string permission_set;
  std::string account;
  std::string principal_type;
  std::string principal;
  Origin origin;
  friend bool operator==(const Assignment& a, const Assignment& b) {
    return std::tie(a.permission_set, a.account, a.principal_type, a.principal) ==
           std::tie(b.permission_set, b.account, b.principal_type, b.principal);
  }
};

struct Guardrail {
  std::string key;  ///< ARN with version, or the address
  std::string arn;
  std::string name;
  std::string version;  ///< a number or DRAFT; empty if not known
  Origin origin;
  /// Its settings as the format spells them, JSON; unknown for a listing that only names it.
  Exported<TextPtr> settings;
};

struct Endpoint {
  std::string key;
  std::string service;  ///< "com.amazonaws.us-east-1.bedrock-runtime"; empty if not known
  Origin origin;
  Exported<DocumentId> policy;
};

/// A policy of a resource.
struct ResourcePolicy {
  std::string resource;  ///< ARN, name or address; empty for a document alone
  Origin origin;
  Exported<DocumentId> document;
};

/// A resource that may bear on who may do what, and of which the snapshot does not hold all. What
/// depends on it is not known.
struct Unread {
  enum class Reason : std::uint8_t {
    kType,        ///< nothing reads resources of this type
    kAfterApply,  ///< whom or what it is about is known after apply only
    kMacro,       ///< a transform or another resource makes it, when the stack is deployed
    kPartial,     ///< a plan that does not say all that changes
  };
  std::string type;  ///< "awscc_iam_role", "AWS::Serverless::Function"
  std::string name;  ///< its address or logical id
  Reason reason = Reason::kType;
  Origin origin;
};

/// A format that was recognized, and in which files.
struct Recognized {
  std::string format;  ///< "get-account-authorization-details"
  std::size_t files = 0;
};

struct Snapshot {
  std::vector<Document> documents;
  Listing<Principal> principals;
  Listing<ManagedPolicy> managed_policies;
  Organization organization;
  Listing<PermissionSet> permission_sets;
  Listing<Assignment> assignments;
  Listing<Guardrail> guardrails;
  Listing<Endpoint> endpoints;
  Listing<ResourcePolicy> resource_policies;
  std::vector<Unread> unread;       ///< in the order of the files
  std::vector<Recognized> formats;  ///< sorted by name

  /// Accounts that any part names, sorted.
  [[nodiscard]] std::vector<std::string> Accounts() const;
  [[nodiscard]] const ManagedPolicy* FindPolicy(const PolicyReference& reference) const;
  /// "3 accounts, 41 roles, 7 SCPs; not found: guardrails".
  [[nodiscard]] std::string Summary() const;
};

}  // namespace writ::snapshot
