// What AWS decides about one request under the policies in force: the reference evaluator.
//
// It follows the documented evaluation order literally, statement by statement, and knows nothing
// of sets of requests; the symbolic procedure, witnesses and tests are held against it. Where AWS
// leaves a point open there is a named switch with a documented default. Policies are compiled once
// and evaluated often: a compiled policy is immutable and may be used from several threads.
//
// Source: IAM User Guide, "Policy evaluation logic", "Condition operators", "Multivalued context
// keys", "Variables and tags" (git copy of May 2023 and current pages, read 2026-11-22).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/expiring.h"
#include "base/support/result.h"
#include "iam/policy/document.h"
#include "iam/policy/pattern.h"

namespace writ::policy {

/// Points that AWS documentation leaves open or contradicts itself on, each with the reading taken
/// by default. "Observed" and "relied on" name what other evaluators found.
struct Switches {
  /// How wildcards of resource patterns reach over colons.
  ArnReading arn_reading = ArnReading::kSegmentsShort;
  /// Which resource patterns of fewer than six segments are completed (kSegmentsShort only).
  ShortArns short_arns = ShortArns::kByKind;
  /// Wildcards in the service part of an action, and in a pattern without colon ("*:*", "b*:Get*",
  /// "**"): whether they match as one glob over the whole name. Default: such a pattern matches
  /// nothing (relied on); AWS refuses it where documents are created.
  bool do_action_wildcards_reach_services = false;
  /// A value the operator cannot read (no number, no address, no ARN) on either side: whether a
  /// negated operator holds. Default: the comparison holds neither way.
  bool do_unreadable_values_satisfy_negation = false;
  /// An operator without set qualifier on a multivalued key: whether some value may satisfy it.
  /// Default: it never holds, negated or IfExists or not (relied on).
  bool do_plain_operators_read_lists = false;
  /// ForAnyValue with IfExists on an absent key. Default: false (observed).
  bool does_if_exists_satisfy_any_value = false;
  /// ForAllValues on a key whose only value is the empty string: default true ("a null data set,
  /// such as an empty string").
  bool is_empty_string_a_null_set = true;
  /// Whether a variable whose key is the empty string has no value. Default: so (relied on).
  bool is_empty_string_no_value = true;
  /// Variables in values of Bool: the operators page says yes, the variables page no. Default: yes.
  bool do_bool_values_take_variables = true;
  /// NotResource with a variable that has no value: whether the statement applies, the pattern
  /// matching nothing. Default: it does not (relied on).
  bool does_null_not_resource_apply = false;
  /// NotResource with a pattern of fewer than six segments (see VoidsNotResource): whether the
  /// statement can apply. Default: it does not (relied on).
  bool does_short_not_resource_apply = false;
  /// Variables in the first five segments of a resource: documented as not allowed, used by a
  /// policy that AWS manages. Default: put in; otherwise such a pattern matches nothing.
  bool are_early_variables_resolved = true;
  /// NotPrincipal of a Deny for a caller with a boundary: always applies, whoever is exempt.
  bool does_boundary_void_not_principal = true;
  /// Principal elements of endpoint policies. Default: they count.
  bool do_endpoint_principals_count = true;
  /// Rules of single services: key and trust policies must allow themselves, sts:GetCallerIdentity
  /// cannot be denied, what AWS manages in IAM and KMS cannot be changed.
  bool has_service_rules = true;

  auto operator<=>(const Switches&) const = default;
};

/// A key of the request context. A key that is not listed is absent.
struct ContextKey {
  std::string name;
  bool is_list = false;             ///< multivalued, even with one value; without any: a null set
  std::vector<std::string> values;  ///< exactly one unless is_list
  auto operator<=>(const ContextKey&) const = default;
};

struct Request {
  std::string
      principal;  ///< ARN of a user, role, session, federated user or root; a service; "anonymous"
  std::string action;    ///< "service:Name"
  std::string resource;  ///< an ARN or "*"
  std::optional<std::string>
      resource_account;  ///< default: that of the resource, else the caller's
  std::vector<ContextKey> context;
  auto operator<=>(const Request&) const = default;
};

enum class RequestErrorCode : std::uint8_t { kBadPrincipal, kBadAction, kBadResource, kBadContext };
struct RequestError {
  RequestErrorCode code;
  std::string message;
};

enum class CallerKind : std::uint8_t {
  kUser,
  kRole,
  kRoleSession,
  kFederatedUser,
  kRoot,
  kProvider,  ///< SAML or OIDC provider
  kService,
  kAnonymous,
};
struct Caller {
  CallerKind kind = CallerKind::kAnonymous;
  std::string_view name;       ///< as given
  std::string_view partition;  ///< of an ARN
  std::string_view account;    ///< of an ARN; empty for services and anonymous
  std::string_view role;       ///< name of the role, without path, of kRole and kRoleSession
};
/// Parts are views into `principal`.
[[nodiscard]] std::optional<Caller> ParseCaller(std::string_view principal);
template <support::ExpiringString Text>
std::optional<Caller> ParseCaller(Text&& principal) = delete;

/// A request made ready for evaluation. Holds views: the texts given must outlive it. Can be filled
/// again and again without new storage. Values are UTF-8.
class PreparedRequest {
 public:
  void Clear();
  [[nodiscard]] std::optional<RequestError> SetPrincipal(std::string_view principal);
  [[nodiscard]] std::optional<RequestError> SetAction(std::string_view action);
  [[nodiscard]] std::optional<RequestError> SetResource(std::string_view resource);
  void SetResourceAccount(std::string_view account) { resource_account_ = account; }
  void BeginKey(std::string_view name, bool is_list);
  void AddValue(std::string_view value);
  template <support::ExpiringString Text>
  std::optional<RequestError> SetPrincipal(Text&& principal) = delete;
  template <support::ExpiringString Text>
  std::optional<RequestError> SetResource(Text&& resource) = delete;
  template <support::ExpiringString Text>
  void SetResourceAccount(Text&& account) = delete;
  template <support::ExpiringString Text>
  void AddValue(Text&& value) = delete;
  /// After the last key. Reports a key that is given twice, in any case of letters.
  [[nodiscard]] std::optional<RequestError> Finish();

  struct Key {
    std::uint32_t hash;
    std::uint32_t name_at;  // in folded_
    std::uint32_t name_size;
    std::uint32_t first_value;
    std::uint32_t value_count;
    bool is_list;
  };
  /// The key of this lower-case name, or nullptr. Logarithmic in the keys.
  [[nodiscard]] const Key* Find(std::uint32_t hash, std::string_view folded_name) const;
  [[nodiscard]] std::string_view value(const Key& key, std::uint32_t index) const {
    return values_[key.first_value + index];
  }
  [[nodiscard]] const Caller& caller() const { return caller_; }
  [[nodiscard]] std::string_view action() const { return action_; }  ///< folded
  [[nodiscard]] std::string_view action_service() const;             ///< folded
  [[nodiscard]] std::string_view action_name() const;                ///< folded
  [[nodiscard]] std::string_view resource() const { return resource_; }
  /// Nothing for `*` and for what has fewer than six segments.
  [[nodiscard]] const std::optional<ArnSegments>& resource_segments() const { return segments_; }
  [[nodiscard]] std::string_view resource_account() const;

 private:
  Caller caller_;
  std::string action_;  // folded
  std::size_t action_colon_ = 0;
  std::string_view resource_;
  std::optional<ArnSegments> segments_;
  std::optional<std::string_view> resource_account_;
  std::string folded_;  // names of keys, one after the other
  std::vector<Key> keys_;
  std::vector<std::string_view> values_;
};

/// `request` must outlive the result.
[[nodiscard]] support::Result<PreparedRequest, RequestError> Prepare(const Request& request);
support::Result<PreparedRequest, RequestError> Prepare(const Request&& request) = delete;

/// The hash PreparedRequest::Find wants.
[[nodiscard]] std::uint32_t HashKeyName(std::string_view folded_name);

/// A document made ready for evaluation as a policy of one kind.
class CompiledPolicy {
 public:
  CompiledPolicy(const PolicyDocument& document, Kind kind, const Switches& switches = {});
  ~CompiledPolicy();
  CompiledPolicy(CompiledPolicy&&) noexcept;
  CompiledPolicy& operator=(CompiledPolicy&&) noexcept;

  struct Impl;
  [[nodiscard]] const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<const Impl> impl_;
};

/// Whether the statement of this index applies to the request: principal, action, resource and all
/// conditions. `has_boundary` matters for NotPrincipal only.
[[nodiscard]] bool StatementApplies(const CompiledPolicy& policy, std::size_t statement,
                                    const PreparedRequest& request, bool has_boundary = false);

/// The policies in force, by layer. Pointers are to policies that live elsewhere, never null but
/// for `resource`.
struct CompiledSet {
  std::vector<const CompiledPolicy*> identity;
  std::vector<const CompiledPolicy*> boundaries;         ///< empty: no boundary
  std::vector<const CompiledPolicy*> sessions;           ///< empty: none passed
  std::vector<std::vector<const CompiledPolicy*>> scps;  ///< root first; empty: SCPs do not apply
  std::vector<std::vector<const CompiledPolicy*>> rcps;  ///< RCPFullAWSAccess is implied
  const CompiledPolicy* resource = nullptr;
  std::vector<const CompiledPolicy*> vpc_endpoint;  ///< empty: none or the default policy
  void Clear();
};

/// The same as plain documents.
struct PolicySet {
  std::vector<PolicyDocument> identity;
  std::vector<PolicyDocument> boundaries;
  std::vector<PolicyDocument> sessions;
  std::vector<std::vector<PolicyDocument>> scps;
  std::vector<std::vector<PolicyDocument>> rcps;
  std::optional<PolicyDocument> resource;
  std::vector<PolicyDocument> vpc_endpoint;
};

/// Plain documents made ready once, for many evaluations. Owns what it is made of; the documents
/// need not outlive it.
class ReadySet {
 public:
  explicit ReadySet(const PolicySet& policies, const Switches& switches = {});
  [[nodiscard]] const CompiledSet& get() const { return set_; }
  [[nodiscard]] const Switches& switches() const { return switches_; }

 private:
  Switches switches_;
  std::deque<CompiledPolicy> compiled_;  ///< stay where they are: set_ points to them
  CompiledSet set_;
};

enum class Verdict : std::uint8_t { kAllowed, kExplicitDeny, kImplicitDeny };
/// "allowed", "explicitDeny", "implicitDeny".
[[nodiscard]] std::string_view VerdictName(Verdict verdict);

/// In alphabetical order of their names.
enum class Layer : std::uint8_t {
  kIdentity,
  kBoundary,  ///< "permissionBoundary"
  kRcp,
  kResource,
  kScp,
  kSession,
  kVpcEndpoint,
};
inline constexpr std::size_t kLayerCount = 7;
[[nodiscard]] std::string_view LayerName(Layer layer);

enum class LayerVerdict : std::uint8_t {
  kNotApplicable,
  kAllowed,
  kExplicitDeny,
  kImplicitDeny,
  kAllowedForAccount,  ///< the resource's policy delegates to the account only
};
[[nodiscard]] std::string_view LayerVerdictName(LayerVerdict verdict);

/// A statement by its place: `level` is 0 but for SCPs and RCPs.
struct StatementRef {
  Layer layer = Layer::kIdentity;
  std::uint32_t level = 0;
  std::uint32_t policy = 0;
  std::uint32_t statement = 0;
  Effect effect = Effect::kAllow;
  auto operator<=>(const StatementRef&) const = default;
};

struct Decision {
  Verdict verdict = Verdict::kImplicitDeny;
  std::array<LayerVerdict, kLayerCount> layers{};
  /// Layers that turn the request down although identity or resource policies grant it; by bit
  /// 1 << Layer.
  std::uint8_t blocked_by = 0;
  /// The statements that decided: the Denies, or the Allows of an allowed request. Only if asked.
  std::vector<StatementRef> statements;

  [[nodiscard]] bool is_allowed() const { return verdict == Verdict::kAllowed; }
  [[nodiscard]] bool is_blocked_by(Layer layer) const {
    return ((blocked_by >> static_cast<unsigned>(layer)) & 1U) != 0;
  }
};

enum class Explain : std::uint8_t { kVerdicts, kStatements };

/// Decides. `switches` must be those the policies were compiled with. Linear in the statements; no
/// allocation but for kStatements and for variables.
[[nodiscard]] Decision Evaluate(const PreparedRequest& request, const CompiledSet& policies,
                                const Switches& switches = {},
                                Explain explain = Explain::kVerdicts);

/// The same for a request as it is; errors are those of Prepare.
[[nodiscard]] support::Result<Decision, RequestError> Evaluate(
    const Request& request, const ReadySet& policies, Explain explain = Explain::kVerdicts);

/// The same from plain values, for single questions: compiles everything each time.
[[nodiscard]] support::Result<Decision, RequestError> Evaluate(const Request& request,
                                                               const PolicySet& policies,
                                                               const Switches& switches = {});

}  // namespace writ::policy
