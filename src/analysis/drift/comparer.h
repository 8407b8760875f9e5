// Two stacks of policies held against one another for all requests of a caller, and a request that
// shows where they part.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/drift/drift.h"
#include "analysis/drift/papers.h"
#include "facts/catalog/catalog.h"
#include "iam/decide/owners.h"
#include "iam/decide/space.h"

namespace writ::drift {

/// What is in force on one side.
struct Stack {
  Level identity;
  std::optional<Level> boundary;  ///< absent: none
  std::vector<Level> scps;        ///< the root's first; none: SCPs do not apply
  std::vector<Level> rcps;
};

/// Who calls.
struct Who {
  CallerFacts facts;
  bool is_one = false;  ///< exactly facts.arn; else anybody of the account, or anybody at all
};

struct Outcome {
  decide::Relation relation =
      decide::Relation::kEquivalent;  ///< of what is deployed to the program
  std::optional<policy::Request> gained;
  std::optional<policy::Request> lost;
  std::vector<std::string> obstacles;  ///< why it is not decided
  /// Read otherwise than Options do, the comparison shows more than these: what of points that AWS
  /// leaves open, in words.
  std::vector<std::string> doubts;
  bool may_gain = false;  ///< of another reading
  bool may_lose = false;
  [[nodiscard]] bool is_equal() const {
    return relation == decide::Relation::kEquivalent && obstacles.empty() && doubts.empty();
  }
};

class Comparer {
 public:
  /// Of callers of the partition.
  Comparer(Papers& papers, const catalog::Catalog& catalog, std::string partition)
      : papers_(papers),
        catalog_(catalog),
        partition_(std::move(partition)),
        arn_accounts_(catalog),
        calls_(CallsOfModels(catalog)) {}

  /// How `deployed` stands to `program` in the governed services. Equal questions are asked once.
  [[nodiscard]] const Outcome& Compare(const Stack& program, const Stack& deployed, const Who& who);

  /// A request within `within` that the stack allows; nothing if there is none. `is_open` is set
  /// where that is not decided, or where a reading of points that AWS leaves open allows one.
  [[nodiscard]] std::optional<policy::Request> FindAllowed(const Stack& stack, const Who& who,
                                                           const policy::PolicyDocument& within,
                                                           bool& is_open);

  /// What is asked about before all else.
  [[nodiscard]] const policy::PolicyDocument& calls() const { return calls_; }

  /// The request as `who` sends it, decided by both sides with all that their documents say.
  [[nodiscard]] Shown Show(policy::Request request, const Stack& program, const Stack& deployed,
                           const Who& who, const deployed::Tree& tree) const;

 private:
  /// A call through a system profile that AWS does not offer for its model there, as one through a
  /// profile that it does, if both sides decide that alike.
  [[nodiscard]] policy::Request ThroughOfferedProfile(policy::Request request, const Stack& program,
                                                      const Stack& deployed) const;

  /// What a question is about, part by part.
  struct Key {
    std::vector<std::vector<MeaningId>> parts;
    std::vector<bool> shape;
    std::string account;
    auto operator<=>(const Key&) const = default;
  };
  [[nodiscard]] Stack Met(const Stack& stack, const Who& who);
  void Add(const Stack& stack, Key& key);
  [[nodiscard]] policy::PolicySet SetOf(const Stack& stack, bool is_governed) const;
  [[nodiscard]] decide::Scope ScopeOf(const Who& who) const;
  /// What is true of every request that the stacks decide, for a procedure that takes its parts for
  /// independent.
  [[nodiscard]] std::vector<policy::PolicyDocument> TruthsOf(const policy::PolicySet& one,
                                                             const policy::PolicySet& other) const;

  Papers& papers_;
  const catalog::Catalog& catalog_;
  std::string partition_;
  decide::ArnAccounts arn_accounts_;
  policy::PolicyDocument calls_;
  std::map<Key, Outcome> known_;
};

/// Whether another reading of points that AWS leaves open allows something, or might: of a space
/// that allows nothing as `options` read it. One question for each reading.
[[nodiscard]] bool MayAllow(const decide::Space& space, decide::Options options);

}  // namespace writ::drift
