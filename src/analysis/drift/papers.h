// Policy documents made ready to be compared: read once, without what is not governed, and known by
// what their statements say, so that equal ones are seen to be equal without a question.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/drift/universe.h"
#include "analysis/snapshot/snapshot.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"
#include "proof/deployed/tree.h"

namespace writ::drift {

/// Equal exactly if the statements are, whatever their order, layout and Sids.
using MeaningId = std::size_t;

struct Paper {
  policy::PolicyDocument document;  ///< all of it
  policy::PolicyDocument governed;  ///< what it says of governed services
  MeaningId meaning = 0;            ///< of `governed`
  /// Of each condition of `governed`, in order: whether what is known of a caller can decide it.
  std::vector<bool> is_of_callers;
  std::string path;  ///< in the program's tree; empty: of the export
  const snapshot::Document* exported = nullptr;
  policy::DocumentPlaces places;  ///< of an exported one
};

/// Documents in force together.
using Level = std::vector<const Paper*>;

/// What is known of a caller; empty: not known.
struct CallerFacts {
  std::string arn;
  std::string account;
  std::string organization;
  std::string path;  ///< aws:PrincipalOrgPaths
  auto operator<=>(const CallerFacts&) const = default;
};

class Papers {
 public:
  Papers(const Universe& universe, const snapshot::Snapshot& snapshot)
      : universe_(universe), snapshot_(snapshot) {}

  /// Why a document of the export cannot be compared.
  enum class Trouble { kNone, kUnreadable, kOpen, kOptional };
  struct Found {
    const Paper* paper = nullptr;
    Trouble trouble = Trouble::kNone;
  };
  [[nodiscard]] Found Exported(snapshot::DocumentId id);
  [[nodiscard]] const Paper* OfProgram(const deployed::Policy& policy);
  /// The policy that AWS attaches everywhere. Source: Organizations User Guide, "SCP evaluation"
  /// (read 2026-11-29).
  [[nodiscard]] const Paper* FullAccess();
  /// Allows what is governed, and nothing else.
  [[nodiscard]] const Paper* Everything();

  /// The document as this caller meets it: conditions on who calls are decided where the facts
  /// decide them. Equal to the whole document on every request of the caller.
  [[nodiscard]] const Paper* MetBy(const Paper* paper, const CallerFacts& caller);

  /// What the documents of a level say together.
  [[nodiscard]] MeaningId MeaningOf(const Level& level);

 private:
  using Statements = std::vector<std::pair<policy::Version, policy::Statement>>;

  [[nodiscard]] static Statements Normal(const policy::PolicyDocument& document);
  [[nodiscard]] MeaningId Intern(Statements statements);
  const Paper* Keep(Paper paper);

  const Universe& universe_;
  const snapshot::Snapshot& snapshot_;
  std::deque<Paper> papers_;
  std::map<Statements, MeaningId> meanings_;
  std::map<snapshot::DocumentId, Found> exported_;
  std::map<std::string, const Paper*> of_program_;
  std::map<std::vector<MeaningId>, MeaningId> levels_;
  /// Of a document, by which of its conditions on callers hold.
  std::map<std::pair<const Paper*, std::vector<bool>>, const Paper*> met_;
  const Paper* full_ = nullptr;
  const Paper* everything_ = nullptr;
};

}  // namespace writ::drift
