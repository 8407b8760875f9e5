// Compliance packs: the controls of a regime as data, and which kinds of sentences are evidence for
// each. Packs of this build are in stdlib/compliance/; one's own is a file of the same form
// (docs/compliance.md). A pack never says that anybody complies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/result.h"

namespace writ::compliance {

/// How evidence came about. Sources and limits of each: docs/compliance.md.
enum class EvidenceClass : std::uint8_t {
  kProved,    ///< documents were proved to mean the program
  kDeployed,  ///< read back from an account
  kOperated,  ///< from logs
  kStated,    ///< a named person says so; dates and presence are checked
  kChanged,   ///< from the history of changes
};
/// "proved", "deployed", …
[[nodiscard]] std::string_view Name(EvidenceClass evidence_class);

/// What in a program is evidence.
enum class Kind : std::uint8_t {
  kPermission,      ///< `S may A`
  kProhibition,     ///< `nobody may A`
  kAdministration,  ///< `only S may administer`, separation of duties
  kRegion,          ///< `in R`, `routed`
  kEndpoint,        ///< `via endpoint`
  kGuardrail,       ///< `must use guardrail`, `screens`
  kLogging,         ///< `log invocations`
  kProtection,      ///< prohibitions on changing logging, trails, guardrails
  kEncryption,      ///< `key`
  kPeriod,          ///< `from`, `until`
  kUseCase,         ///< `use-case`
  kAttestation,     ///< `attestation`
  kWaiver,          ///< `waive`
  kEvaluation,      ///< `evaluation`
  kBuild,           ///< proof, manifest and diff of a build
  kFreeze,          ///< an emergency stop, rehearsed
  kReplay,          ///< events of logs compared with the program
};
/// "permission", "use-case", …
[[nodiscard]] std::string_view Name(Kind kind);

/// How binding a control is, as its source says.
enum class Level : std::uint8_t {
  kStandard,
  kRequired,
  kAddressable,
  kModerate,  ///< in the MODERATE baseline of NIST SP 800-53
  kOptional,  ///< in the catalog of controls, in no baseline that the pack knows
  kVoluntary,
  kDuty,       ///< of a law
  kReference,  ///< of a standard whose text is not in the pack
  kUnknown
};
/// "standard", "required", …
[[nodiscard]] std::string_view Name(Level level);

/// Sentences of this kind are evidence of this class.
struct Support {
  Kind kind = Kind::kPermission;
  EvidenceClass evidence_class = EvidenceClass::kProved;
};

struct Control {
  std::string id;  ///< as its source spells it: "AC-2(1)"
  std::vector<std::string> aliases;
  std::string oscal;  ///< a token of OSCAL: "ac-2.1"
  std::string title;  ///< in our own words; empty: its text was not read
  Level level = Level::kUnknown;
  std::string source;              ///< a name of Pack::sources
  std::vector<std::string> marks;  ///< names of Pack::marks
  std::vector<Support> by;         ///< empty: no sentence is evidence for it
  std::string cannot;              ///< what such evidence does not show
};

/// A short name and what it stands for.
struct Term {
  std::string name;
  std::string text;
};

struct Pack {
  std::string id;       ///< "hipaa": `import compliance.hipaa`
  std::string name;     ///< for people
  std::string version;  ///< of the regime
  std::string date;     ///< of the facts, YYYY-MM-DD
  std::string license;
  std::string notes;              ///< what is unsettled; may be empty
  std::vector<Term> sources;      ///< in the order written
  std::vector<Term> marks;        ///< further lists that controls are in
  std::vector<Control> controls;  ///< in the order written

  /// The control that a sentence calls `name`: its id, an alias or its OSCAL token, in any
  /// spelling that Canonical takes for the same. nullptr if there is none. Linear.
  [[nodiscard]] const Control* Find(std::string_view name) const;
};

/// One spelling for all: `AC-2(1)`, `ac-2 (1)` and `ac-2.1` are "ac-2.1". Letters are small, a part
/// in parentheses follows a dot, other spaces are hyphens.
[[nodiscard]] std::string Canonical(std::string_view name);

/// What a pack file may hold at most; beyond it the file is refused.
struct Limits {
  std::size_t bytes = std::size_t{1} << 20U;
  std::size_t controls = 2'000;
  std::size_t names = 20;          ///< aliases, marks and kinds of one control, each
  std::size_t characters = 1'000;  ///< bytes of one text
};

/// What is wrong with a pack file, and where.
struct Fault {
  std::uint32_t begin = 0;  ///< bytes
  std::uint32_t end = 0;
  std::string message;  ///< "`level` of a control is one of …"
};

/// Reads one pack: a member that is unknown, missing or of the wrong form, two controls of one
/// name and a text beyond the limits are faults. Linear in the text.
[[nodiscard]] support::Result<Pack, Fault> ReadPack(std::string_view text,
                                                    const Limits& limits = {});

/// The packs of this build, by id.
[[nodiscard]] const std::vector<Pack>& BuiltIn();
/// The one of this id, or nullptr.
[[nodiscard]] const Pack* FindBuiltIn(std::string_view id);

/// `compliance.hipaa` names the pack `hipaa`; nothing for a name of another form.
[[nodiscard]] std::optional<std::string_view> PackInImport(std::string_view import);

/// A source of the program that comes with a pack: its `policy` templates.
struct Template {
  std::string path;  ///< "stdlib/compliance/hipaa.writ": for findings and manifests
  std::string_view text;
};
/// Of a pack of this build; nothing if it has none.
[[nodiscard]] std::optional<Template> TemplateOf(std::string_view id);

}  // namespace writ::compliance
