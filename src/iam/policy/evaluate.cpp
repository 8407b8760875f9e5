// The evaluation order. Each layer is looked at on its own, every statement of it; only then are
// the answers put together, so that the rule for putting them together can be read in one place.
#include "iam/policy/evaluate.h"

#include <algorithm>
#include <span>

#include "base/support/check.h"
#include "iam/policy/compiled.h"

namespace writ::policy {
namespace {

using Policies = std::span<const CompiledPolicy* const>;

// What the statements of one layer say, by how they name the caller.
struct Findings {
  bool is_denied = false;
  Naming allowed = Naming::kNot;  // the strongest Allow

  [[nodiscard]] bool is_allowed() const { return allowed != Naming::kNot; }
  [[nodiscard]] LayerVerdict verdict() const {
    if (is_denied) return LayerVerdict::kExplicitDeny;
    return is_allowed() ? LayerVerdict::kAllowed : LayerVerdict::kImplicitDeny;
  }
};

class Evaluation {
 public:
  Evaluation(const PreparedRequest& request, const CompiledSet& policies, const Switches& switches,
             Explain explain)
      : request_(request), policies_(policies), switches_(switches), explain_(explain) {}

  Decision Run() {
    LookAtCaller();
    LookAtOrganization();
    LookAtResource();
    Decide();
    return std::move(decision_);
  }

 private:
  // Identity, session, boundary and SCPs do not exist for anonymous; services have no policies of
  // their own either, but SCPs that are given apply.
  [[nodiscard]] bool IsAnonymous() const {
    return request_.caller().kind == CallerKind::kAnonymous;
  }
  [[nodiscard]] bool HasIdentity() const {
    return !IsAnonymous() && request_.caller().kind != CallerKind::kService;
  }
  [[nodiscard]] bool HasBoundary() const { return HasIdentity() && !policies_.boundaries.empty(); }
  [[nodiscard]] bool HasSession() const { return HasIdentity() && !policies_.sessions.empty(); }

  LayerVerdict& verdict(Layer layer) { return decision_.layers[static_cast<std::size_t>(layer)]; }

  Findings Look(Layer layer, Policies policies, std::uint32_t level = 0) {
    Findings findings;
    for (std::uint32_t p = 0; p < policies.size(); ++p) {
      const CompiledPolicy::Impl& policy = policies[p]->impl();
      for (std::uint32_t i = 0; i < policy.statements.size(); ++i) {
        const CompiledStatement& statement = policy.statements[i];
        if (explain_ == Explain::kVerdicts && IsSettled(findings, statement)) continue;
        const Naming naming = Applies(policy, statement, request_, HasBoundary());
        if (naming == Naming::kNot) continue;
        if (statement.effect == Effect::kDeny) {
          findings.is_denied = true;
        } else {
          findings.allowed = std::max(findings.allowed, naming);
        }
        if (explain_ == Explain::kStatements) {
          decision_.statements.push_back({layer, level, p, i, statement.effect});
        }
      }
    }
    return findings;
  }

  // Whether the statement cannot change what its layer says.
  static bool IsSettled(const Findings& findings, const CompiledStatement& statement) {
    return statement.effect == Effect::kDeny ? findings.is_denied
                                             : findings.allowed == Naming::kDirect;
  }

  void LookAtCaller() {
    if (HasIdentity()) {
      const Findings found = Look(Layer::kIdentity, policies_.identity);
      identity_allows_ = found.is_allowed();
      verdict(Layer::kIdentity) = found.verdict();
    }
    if (HasBoundary()) {
      const Findings found = Look(Layer::kBoundary, policies_.boundaries);
      boundary_allows_ = found.is_allowed();
      verdict(Layer::kBoundary) = found.verdict();
    }
    if (HasSession()) {
      const Findings found = Look(Layer::kSession, policies_.sessions);
      session_allows_ = found.is_allowed();
      verdict(Layer::kSession) = found.verdict();
    }
  }

  // Every level of SCPs must allow; RCPs only deny, as RCPFullAWSAccess is on every level.
  void LookAtOrganization() {
    if (!IsAnonymous() && !policies_.scps.empty()) {
      Findings all{false, Naming::kDirect};
      for (std::uint32_t level = 0; level < policies_.scps.size(); ++level) {
        const Findings found = Look(Layer::kScp, policies_.scps[level], level);
        all.is_denied |= found.is_denied;
        all.allowed = std::min(all.allowed, found.allowed);
      }
      scps_allow_ = all.is_allowed();
      verdict(Layer::kScp) = all.verdict();
    }
    if (!policies_.rcps.empty()) {
      Findings all{false, Naming::kDirect};
      for (std::uint32_t level = 0; level < policies_.rcps.size(); ++level) {
        all.is_denied |= Look(Layer::kRcp, policies_.rcps[level], level).is_denied;
      }
      verdict(Layer::kRcp) = all.verdict();
    }
  }

  void LookAtResource() {
    if (policies_.resource != nullptr) {
      const Findings found = Look(Layer::kResource, Policies(&policies_.resource, 1));
      resource_ = found.allowed;
      verdict(Layer::kResource) = found.verdict();
      if (verdict(Layer::kResource) == LayerVerdict::kAllowed && resource_ == Naming::kAccount) {
        verdict(Layer::kResource) = LayerVerdict::kAllowedForAccount;
      }
    }
    if (!policies_.vpc_endpoint.empty()) {
      const Findings found = Look(Layer::kVpcEndpoint, policies_.vpc_endpoint);
      endpoint_allows_ = found.is_allowed();
      verdict(Layer::kVpcEndpoint) = found.verdict();
    }
  }

  [[nodiscard]] bool IsKeyOrTrust() const {
    const std::string_view service = request_.action_service();
    return switches_.has_service_rules && policies_.resource != nullptr &&
           (service == "kms" ||
            (service == "sts" && request_.action_name().starts_with("assumerole")));
  }
  // "No permissions are required to perform this operation", and a Deny does not stop it.
  // Source: STS API Reference, GetCallerIdentity (read 2026-11-22).
  [[nodiscard]] bool IsAlwaysAllowed() const {
    return switches_.has_service_rules && request_.action_service() == "sts" &&
           request_.action_name() == "getcalleridentity";
  }

  // What AWS manages in an account: managed policies, reserved roles, aliases of its own keys. They
  // can be read but not changed, whatever policies allow.
  // Source: IAM User Guide, "Managed policies and inline policies"; IAM Identity Center User Guide,
  // "Referencing permission sets"; KMS Developer Guide, "Aliases" (read 2026-11-22).
  [[nodiscard]] bool IsManagedByAws() const {
    const std::optional<ArnSegments>& arn = request_.resource_segments();
    if (!switches_.has_service_rules || !arn) return false;
    const auto& [scheme, partition, service, region, account, name] = *arn;
    const std::string_view action = request_.action_name();
    if (request_.action_service() == "kms") {
      return name.starts_with("alias/aws/") && action.ends_with("alias");
    }
    const bool is_reserved =
        (account == "aws" && name.starts_with("policy/")) || name.starts_with("role/aws-reserved/");
    const bool reads = action.starts_with("get") || action.starts_with("list") ||
                       action.starts_with("generate") || action.starts_with("simulate");
    return request_.action_service() == "iam" && service == "iam" && is_reserved && !reads;
  }

  // Whether identity and resource policies together grant, within boundary and session if
  // `with_limits`.
  [[nodiscard]] bool IsGranted(bool with_limits) const {
    const bool is_limited = with_limits && !(boundary_allows_ && session_allows_);
    const bool by_identity = identity_allows_ && !is_limited;
    if (!HasIdentity()) return resource_ == Naming::kDirect;
    const bool is_same_account = request_.caller().account == request_.resource_account();
    if (!is_same_account) return by_identity && resource_ != Naming::kNot;
    switch (resource_) {
      case Naming::kDirect:
        return true;
      case Naming::kRole:
        return by_identity || !is_limited;
      case Naming::kAccount:
        return by_identity;
      case Naming::kNot:
        return by_identity && !IsKeyOrTrust();
    }
    return false;
  }

  [[nodiscard]] bool IsDenied() const {
    return std::ranges::find(decision_.layers, LayerVerdict::kExplicitDeny) !=
           decision_.layers.end();
  }

  void Decide() {
    const bool is_allowed = scps_allow_ && endpoint_allows_ && IsGranted(true) && !IsManagedByAws();
    if (IsAlwaysAllowed()) {
      decision_.verdict = Verdict::kAllowed;
    } else if (IsDenied()) {
      decision_.verdict = Verdict::kExplicitDeny;
    } else {
      decision_.verdict = is_allowed ? Verdict::kAllowed : Verdict::kImplicitDeny;
    }
    if (decision_.verdict != Verdict::kAllowed && IsGranted(false)) FindBlockers();
    if (explain_ == Explain::kStatements) KeepDeciding();
  }

  void FindBlockers() {
    const auto block = [&](Layer layer, bool is_blocking) {
      if (is_blocking || verdict(layer) == LayerVerdict::kExplicitDeny) {
        decision_.blocked_by |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(layer));
      }
    };
    const bool is_limited = !IsGranted(true);
    block(Layer::kIdentity, false);
    block(Layer::kBoundary, is_limited && !boundary_allows_);
    block(Layer::kRcp, false);
    block(Layer::kResource, false);
    block(Layer::kScp, !scps_allow_);
    block(Layer::kSession, is_limited && !session_allows_);
    block(Layer::kVpcEndpoint, !endpoint_allows_);
  }

  void KeepDeciding() {
    const Verdict reached = decision_.verdict;
    std::erase_if(decision_.statements, [reached](const StatementRef& found) {
      const bool is_deny = found.effect == Effect::kDeny;
      return reached == Verdict::kImplicitDeny || is_deny != (reached == Verdict::kExplicitDeny);
    });
  }

  const PreparedRequest& request_;
  const CompiledSet& policies_;
  const Switches& switches_;
  Explain explain_;
  Decision decision_;
  bool identity_allows_ = false;
  bool boundary_allows_ = true;
  bool session_allows_ = true;
  bool scps_allow_ = true;
  bool endpoint_allows_ = true;
  Naming resource_ = Naming::kNot;
};

}  // namespace

void CompiledSet::Clear() {
  identity.clear();
  boundaries.clear();
  sessions.clear();
  scps.clear();
  rcps.clear();
  resource = nullptr;
  vpc_endpoint.clear();
}

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAllowed:
      return "allowed";
    case Verdict::kExplicitDeny:
      return "explicitDeny";
    case Verdict::kImplicitDeny:
      return "implicitDeny";
  }
  return "";
}

std::string_view LayerName(Layer layer) {
  switch (layer) {
    case Layer::kIdentity:
      return "identity";
    case Layer::kBoundary:
      return "permissionBoundary";
    case Layer::kRcp:
      return "rcp";
    case Layer::kResource:
      return "resource";
    case Layer::kScp:
      return "scp";
    case Layer::kSession:
      return "session";
    case Layer::kVpcEndpoint:
      return "vpcEndpoint";
  }
  return "";
}

std::string_view LayerVerdictName(LayerVerdict verdict) {
  switch (verdict) {
    case LayerVerdict::kNotApplicable:
      return "notApplicable";
    case LayerVerdict::kAllowed:
      return "allowed";
    case LayerVerdict::kExplicitDeny:
      return "explicitDeny";
    case LayerVerdict::kImplicitDeny:
      return "implicitDeny";
    case LayerVerdict::kAllowedForAccount:
      return "allowedForAccount";
  }
  return "";
}

Decision Evaluate(const PreparedRequest& request, const CompiledSet& policies,
                  const Switches& switches, Explain explain) {
  return Evaluation(request, policies, switches, explain).Run();
}

ReadySet::ReadySet(const PolicySet& policies, const Switches& switches) : switches_(switches) {
  const auto compile = [&](const PolicyDocument& document, Kind kind) {
    return &compiled_.emplace_back(document, kind, switches);
  };
  const auto compile_all = [&](const std::vector<PolicyDocument>& documents, Kind kind) {
    std::vector<const CompiledPolicy*> result;
    for (const PolicyDocument& document : documents) result.push_back(compile(document, kind));
    return result;
  };
  set_.identity = compile_all(policies.identity, Kind::kIdentity);
  set_.boundaries = compile_all(policies.boundaries, Kind::kBoundary);
  set_.sessions = compile_all(policies.sessions, Kind::kSession);
  for (const auto& level : policies.scps) set_.scps.push_back(compile_all(level, Kind::kScp));
  for (const auto& level : policies.rcps) set_.rcps.push_back(compile_all(level, Kind::kRcp));
  if (policies.resource) set_.resource = compile(*policies.resource, Kind::kResource);
  set_.vpc_endpoint = compile_all(policies.vpc_endpoint, Kind::kVpcEndpoint);
}

support::Result<Decision, RequestError> Evaluate(const Request& request, const ReadySet& policies,
                                                 Explain explain) {
  const support::Result<PreparedRequest, RequestError> prepared = Prepare(request);
  if (!prepared) return prepared.error();
  return Evaluate(*prepared, policies.get(), policies.switches(), explain);
}

support::Result<Decision, RequestError> Evaluate(const Request& request, const PolicySet& policies,
                                                 const Switches& switches) {
  return Evaluate(request, ReadySet(policies, switches), Explain::kStatements);
}

}  // namespace writ::policy
