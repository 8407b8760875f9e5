// The rules about policies that exist, one value each. A rule is its row in rows/7xxx_policy.def
// (W7600 + its number), its page, its entry in the table of its file, its finder and its golden;
// nothing else knows it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace writ::snapshot {
struct Snapshot;
}

namespace writ::policy_lint {

class Subject;
class Report;
class DeployedReport;

/// What a rule is about.
enum class Class : std::uint8_t {
  kShape,    ///< the form of the document
  kNames,    ///< names of AWS, by the catalog
  kWiring,   ///< what belongs together: actions, resources, keys, operators
  kEffect,   ///< what the document decides, for all requests
  kAi,       ///< AI on AWS
  kDeployed  ///< more than one document
};

/// How bad a finding is, worst first.
enum class Level : std::uint8_t {
  kError,     ///< does nothing, or AWS refuses it
  kSecurity,  ///< gives more than it seems to
  kWarning,
  kSuggestion,
};
/// "error", "security", "warning", "suggestion".
[[nodiscard]] std::string_view LevelName(Level level);
[[nodiscard]] std::optional<Level> ParseLevel(std::string_view name);

/// What a rule cannot do without.
enum class Needs : std::uint8_t {
  kText,      ///< the JSON text, read or not
  kDocument,  ///< a document that could be read
  kCatalog,
  kDecision,  ///< the decision procedure: not for documents with holes
  kSnapshot,  ///< who holds what
};

struct Rule {
  int number = 0;         ///< 21: "L21", W7621
  std::string_view name;  ///< "action"
  Class what = Class::kShape;
  Level level = Level::kError;
  Needs needs = Needs::kDocument;
  void (*find)(const Subject& subject, Report& report) = nullptr;
  /// Numbers of rules whose findings on the same statement follow from one of this rule.
  std::span<const int> implies = {};
  /// In place of `find`, of rules about more than one document.
  void (*find_deployed)(const snapshot::Snapshot& snapshot, DeployedReport& report) = nullptr;
  /// Whether `find`, which is about policies of resources and of trust only, asks whom the document
  /// is of. Of what does not, all documents with one text have the same findings.
  bool asks_holder = false;

  [[nodiscard]] std::string Label() const;  ///< "L21"
  [[nodiscard]] std::uint16_t code() const { return static_cast<std::uint16_t>(7600 + number); }
};

/// All rules, by number.
[[nodiscard]] std::span<const Rule> Rules();

// The rules of each file.
[[nodiscard]] std::span<const Rule> ShapeRules();
[[nodiscard]] std::span<const Rule> FormRules();
[[nodiscard]] std::span<const Rule> NameRules();
[[nodiscard]] std::span<const Rule> WiringRules();
[[nodiscard]] std::span<const Rule> ConditionRules();
[[nodiscard]] std::span<const Rule> EffectRules();
[[nodiscard]] std::span<const Rule> AccessRules();
[[nodiscard]] std::span<const Rule> AiRules();
[[nodiscard]] std::span<const Rule> EscalationRules();
[[nodiscard]] std::span<const Rule> DeployedRules();
[[nodiscard]] std::span<const Rule> ReachRules();

/// Which rules are wanted: "L40", "L60-69", "W7640", "action-resource", or the letter of a class
/// (P, N, W, E, A, X); several by commas.
struct Selection {
  bool Matches(const Rule& rule) const;
  std::string text;
};
/// Nothing if a part of the text names no rule; `wrong` is that part.
[[nodiscard]] std::optional<Selection> ParseSelection(std::string_view text, std::string& wrong);
/// The name of a rule that a misspelt one is like; empty if there is none.
[[nodiscard]] std::string NearRule(std::string_view word);

}  // namespace writ::policy_lint
