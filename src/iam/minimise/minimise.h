// An equivalent policy of fewer statements and characters.
//
// Equivalent means: whatever other policies are in force beside it, every request is decided alike.
// So what a document denies stays exactly denied, even where it allows nothing, and what it allows
// and does not deny stays exactly allowed. Every result is proved so (writ/decide/space.h) before
// it is given; where that is not possible the document comes back as it was, with the reason.
//
// The class that is searched: statements with the principals, effects and conditions of the
// document, whose lists are drawn from the document's own elements, with NotAction and NotResource
// in place of Action and Resource where that says the same. Fewest statements come first, then
// fewest characters; Sids stay on statements that can be told to descend from one. In a closed
// world the catalog's actions are taken for all there are, and wildcards may stand for them.
//
// Deterministic: all limits are counts of steps, never a clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/support/fingerprint.h"
#include "iam/policy/document.h"

namespace writ::catalog {
class Catalog;
}

namespace writ::minimise {

/// Answers of the decision procedure that several runs share: documents of one build ask the same
/// over and over. Changes nothing but the time that a run takes. May be used by several threads.
class Memory {
 public:
  [[nodiscard]] std::optional<int> Find(const support::Fingerprint& question) const;
  void Keep(support::Fingerprint question, int answer);

 private:
  mutable std::mutex mutex_;
  std::map<support::Fingerprint, int> answers_;
};

struct Options {
  /// What is known of context keys (decide::Options); null: nothing.
  const catalog::Catalog* catalog = nullptr;
  /// Not null: a closed world, in which the actions of this catalog are all there are.
  const catalog::Catalog* closed_world = nullptr;
  /// Steps of the search for covers, over the whole document: about a second at most.
  std::uint64_t cover_steps = 2'000'000;
  /// Questions to the decision procedure while looking for what can be dropped.
  std::size_t questions = 500;
  Memory* memory = nullptr;  ///< outlives the run
};

enum class Verdict : std::uint8_t {
  kEquivalent,  ///< proved for all requests
  kClosed,      ///< proved for all requests whose action is in the catalog
  kUndecided,   ///< no proof: `document` is as it was
};

/// What is known of how good the result is.
enum class Quality : std::uint8_t {
  kSmallest,     ///< nothing in the class has fewer statements, or as many and fewer characters
  kIrredundant,  ///< nothing can be dropped from it; `least_*` is the best bound known
};

struct Result {
  policy::PolicyDocument document;
  Verdict verdict = Verdict::kEquivalent;
  Quality quality = Quality::kIrredundant;
  /// No document of the class has fewer (Sids and the frame counted as in `document`).
  std::size_t least_statements = 0;
  std::size_t least_characters = 0;
  std::vector<std::string> rewrites;   ///< what was done, one line each, in order
  std::vector<std::string> obstacles;  ///< why nothing was proved; empty unless kUndecided
};

/// The smallest equivalent of `document` that is found. Its minified text is never longer than that
/// of `document`.
[[nodiscard]] Result Minimise(const policy::PolicyDocument& document, policy::Kind kind,
                              const Options& options = {});

}  // namespace writ::minimise
