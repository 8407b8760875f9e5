// The proof that artifacts mean what a program says, and asserts decided for all requests.
//
// What must hold, for every account:
//   - every principal that the program knows is granted by its identity policies exactly what the
//     program grants it;
//   - the service control policies in force refuse everything that the program forbids, whoever
//     asks, and no other authorization that the catalog knows;
//   - the resource control policies in force over its resources refuse exactly what the program
//     refuses callers from outside of the organization, whoever asks.
// The same holds in accounts that join a node later, as far as documents reach them: SCPs and RCPs
// do by where they are attached, and documents of permission sets by what they say of places.
// Together: a request passes exactly if a sentence grants it and none forbids it. What differs is a
// request that the reference evaluator has decided both ways.
//
// Assumptions, printed with the proof: FullAWSAccess is attached to every node; a team's principals
// hold the documents of the tree and nothing else, all others may hold anything; SCPs do not bind
// the management account, service-linked roles and services, and RCPs neither the resources of the
// management account nor service-linked roles; only invocations carry
// bedrock:InferenceProfileArn and bedrock:GuardrailIdentifier (IAM service authorization data,
// 2026-09-26).
//
// Principals and accounts that differ only by a renaming of account numbers and guardrail ids
// share a proof.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "facts/catalog/catalog.h"
#include "iam/decide/space.h"
#include "iam/policy/evaluate.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"
#include "proof/deployed/program.h"
#include "proof/deployed/tree.h"

namespace writ::verify {

using deployed::Program;

/// A place where tree and program part.
struct Difference {
  enum class Kind {
    kPermitted,  ///< the artifacts permit a request that the program does not
    kRefused,    ///< the artifacts refuse a request that the program permits
    kText        ///< what is no policy says something else
  };
  Kind kind = Kind::kPermitted;
  std::string path;  ///< of the file, where one is to blame
  std::string who;   ///< "team fraud (role fraud-*) in payments", "anyone in payments"
  std::string what;  ///< for kText: what differs
  std::optional<policy::Request> request;
  /// Why nobody can send the request, which is shown for want of a better one. Empty: somebody can.
  std::string unsendable = {};
  std::string program;    ///< what the program says of it
  std::string artifacts;  ///< what the artifacts say, with the deciding statements
  std::vector<const intent::Origin*> sentences;  ///< that are responsible
};

/// Something that could not be decided, and why.
struct GivenUp {
  std::string who;
  std::string because;
};

struct Counts {
  std::size_t principals = 0;  ///< each counted in each account
  std::size_t accounts = 0;
  std::size_t documents = 0;
  /// Policies reach accounts that join later, and what they mean there is part of the proof.
  bool has_later_accounts = false;
  std::size_t fresh = 0;   ///< proofs made
  std::size_t shared = 0;  ///< proofs that another one stands for, by renaming
};

struct Proof {
  std::vector<Difference> differences;
  std::vector<GivenUp> given_up;
  Counts counts;
  [[nodiscard]] bool proved() const { return differences.empty() && given_up.empty(); }
};

struct ProofOptions {
  unsigned threads = 1;
  /// Off: every instance is proved by itself. The verdict is the same.
  bool share = true;
  /// decide::Options::on_question, for what is asked about requests. Called from all threads.
  const std::function<void(const decide::Space&, const decide::Space&)>* on_question = nullptr;
};

/// Proves or refutes what the tree's policies mean; files that are no policies are compared by
/// `deployed`. Nothing but the counts of shared proofs depends on `options`.
[[nodiscard]] Proof Prove(const Program& program, const deployed::Tree& tree,
                          const ProofOptions& options = {});

}  // namespace writ::verify
