// What is deployed, held against what a program says: per target and in effect, over all requests.
//
// The program's side are the documents of its tree, read back from their bytes; the other side is a
// snapshot of exports. Text never counts: layout, order, Sids and how statements are split over
// documents are no drift. Only the services that are governed are compared (universe.h): what a
// role may do in others is not the program's business.
//
// What an export does not hold is not known. A verdict that depends on it is kUndetermined and
// names the call that would decide it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/snapshot/snapshot.h"
#include "base/source/source.h"
#include "iam/policy/evaluate.h"
#include "proof/deployed/program.h"
#include "proof/deployed/tree.h"

namespace writ::drift {

/// How what is deployed stands to the program, worst first. What is as the program says is counted
/// and no finding.
enum class Verdict : std::uint8_t {
  kWider,         ///< it allows more
  kOther,         ///< more in one respect and less in another
  kMissing,       ///< the program has something for this target, and nothing is there
  kUnmanaged,     ///< allowed, and the program does not know who it is
  kExtra,         ///< something is there, and the program has nothing for this target
  kNarrower,      ///< it allows less
  kUndetermined,  ///< the export does not say
};
/// "wider", "other", ...
[[nodiscard]] std::string_view VerdictName(Verdict verdict);

/// What a finding is about.
enum class Area : std::uint8_t {
  kPrincipal,
  kPermissionSet,
  kNode,     ///< a root, OU or account, and the policies attached there
  kAccount,  ///< an account's place in the organization
  kTrust,
  kEndpoint,
  kGuardrail,
  kSetting,   ///< what a build makes and no export shows: enforcement, logging, ...
  kResource,  ///< of infrastructure code, which is not read
};
/// "principal", "permissionSet", ...
[[nodiscard]] std::string_view AreaName(Area area);

/// A statement of an export that decided.
struct Cause {
  std::string document;  ///< "inline policy `tmp`"
  std::size_t statement = 0;
  source::Span span;
};

/// A request that shows a difference: decided by the evaluator with all documents of both sides.
struct Shown {
  policy::Request request;
  policy::Verdict program = policy::Verdict::kImplicitDeny;
  policy::Verdict deployed = policy::Verdict::kImplicitDeny;
  policy::Layer because = policy::Layer::kIdentity;  ///< of what is deployed: which one decided
  std::vector<std::string> sentences;  ///< places of those that decided, "acme.writ:5:1"
  std::vector<Cause> causes;
};

struct Finding {
  Verdict verdict = Verdict::kWider;
  Area area = Area::kPrincipal;
  std::string account;             ///< its name in the program, else its number; may be empty
  std::string target;              ///< "role/app/fraud-triage", "ou prod"
  std::vector<std::string> alike;  ///< other targets of which the same is so
  std::string what;                ///< in words; empty where the request says it
  bool is_gain = false;            ///< somebody may do more than the program says
  bool is_loss = false;
  std::vector<Shown> requests;
  std::vector<source::Span> from;      ///< in the exports
  std::vector<std::string> sentences;  ///< places in the program, where it is about one
  std::vector<std::string> notes;
  std::string command;  ///< kUndetermined: an export that would decide
};

struct Counts {
  std::size_t principals = 0;  ///< that the program binds
  std::size_t unbound = 0;     ///< other users and roles that were looked at
  std::size_t accounts = 0;
  std::size_t nodes = 0;
  std::size_t permission_sets = 0;
  std::size_t guardrails = 0;
  std::size_t trusts = 0;
  std::size_t endpoints = 0;
  std::size_t as_said = 0;  ///< of all these
  std::size_t service_linked = 0;
};

struct Report {
  std::vector<Finding> findings;  ///< worst first, then by area, account and target
  Counts counts;
  std::vector<std::string> moved;        ///< attached elsewhere to the same effect
  std::vector<std::string> assumptions;  ///< what the exports do not say and is taken for granted
};

/// Compares. `tree` is what the program's build makes. Linear in the parts of the snapshot but for
/// one question of the decision procedure for each pair of documents that differ.
[[nodiscard]] Report Compare(const deployed::Program& program, const deployed::Tree& tree,
                             const snapshot::Snapshot& snapshot);

}  // namespace writ::drift
