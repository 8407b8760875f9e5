// What a program, its documents and their proof come to, for people who answer for them: one
// finished value of plain texts, which every format of `writ report` is made from.
//
// A build is evidence of design, not of operation: nothing in here says that documents are
// attached, that calls were logged or that anybody complies with anything. What is not known is
// named as a gap and never counted for or against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/compliance/packs.h"

namespace writ::report {

/// What stands behind an item of evidence.
enum class EvidenceClass : std::uint8_t {
  kProved,    ///< the documents were proved to mean it
  kDeployed,  ///< an export of what is deployed was compared with it
  kObserved,  ///< logs were read
  kStated,    ///< a named person or the program says so; presence and dates were checked
  kChanged,   ///< the history of the program shows it
};
/// "proved", "deployed", "observed", "stated", "changed".
[[nodiscard]] std::string_view Name(EvidenceClass evidence);

struct Waiver {
  std::string rule;
  std::string until;           ///< YYYY-MM-DD
  std::int64_t days_left = 0;  ///< from the day of the report; negative: lapsed
  std::string by;
  std::string because;          ///< empty: no reason given
  std::vector<std::string> at;  ///< places of the sentences that it is on
};

struct Sentence {
  enum class Kind : std::uint8_t {
    kPermission,
    kProhibition,
    kRequirement,
    kScreening,
    kLogging,
    kWatch,
    kSetting
  };
  std::string place;  ///< "acme.writ:42:1"
  std::string text;
  Kind kind = Kind::kPermission;
  std::string because;
  std::string use_case;
  std::vector<std::string> controls;
  std::string until;                      ///< YYYY-MM-DD, or empty
  std::vector<std::string> accounts;      ///< names, in the organization's order
  std::vector<std::string> statements;    ///< "iam/payments/fraud.identity.json#S1"
  std::vector<std::string> evidence;      ///< kinds of evidence by docs/compliance.md, sorted
  std::vector<std::string> attestations;  ///< that it is under, sorted
  std::vector<std::string> evaluations;   ///< that it is after, sorted
  bool is_idle = false;                   ///< proved: without it the program would mean the same
};
/// "permission", "prohibition", …
[[nodiscard]] std::string_view Name(Sentence::Kind kind);

/// Where a document goes.
struct Attachment {
  std::string to;  ///< "root", "ou", "account", "role", "permission-set"
  std::string id;
};

struct Statement {
  std::string sid;                ///< empty: the document has no statements
  std::vector<std::string> from;  ///< places of sentences
};

struct Document {
  std::string path;
  std::string kind;
  std::vector<std::string> targets;
  std::size_t characters = 0;
  std::optional<std::size_t> quota;
  std::string sha256;
  std::vector<Attachment> attachments;
  std::vector<Statement> statements;
};

/// The root, an OU or an account. A parent comes before its children.
struct Node {
  std::string kind;  ///< "root", "ou", "account"
  std::string name;
  std::string id;  ///< empty if the program does not say
  std::optional<std::size_t> parent;
  bool is_management = false;
  std::vector<std::string> documents;  ///< attached here, or of principals of this account
  std::vector<std::string> sentences;  ///< places of prohibitions, screenings and logging in force
};

/// How a question to `writ can` is answered.
enum class Answer : std::uint8_t {
  kYes,
  kPartly,
  kNo,
  kUndecided,
  kNothing,  ///< no principal can make such a request
};
/// "yes", "partly", "no", "undecided", "nothing".
[[nodiscard]] std::string_view Name(Answer answer);

/// One way to call a model, over all regions where it is offered.
struct CellRoute {
  std::string way;  ///< "routed directly", "routed within us", "through mantle"
  Answer answer = Answer::kNo;
  std::vector<std::string> whole;      ///< regions in which every such call is granted
  std::vector<std::string> partly;     ///< regions in which some are
  std::vector<std::string> by;         ///< places of permissions that grant some of it
  std::vector<std::string> forbidden;  ///< kNo: places of prohibitions that bear on it
  std::string because;                 ///< kUndecided
};

/// What the principals of one row may do with one model in one account.
struct Cell {
  std::size_t row = 0;
  std::size_t model = 0;
  std::size_t account = 0;
  /// kYes: every route; kNo: none; kPartly: all else that is decided.
  Answer answer = Answer::kNo;
  std::vector<CellRoute> routes;  ///< those that the catalog offers
};

/// Models that are no column: whether anything with them is granted at all.
struct OtherModels {
  std::size_t row = 0;
  std::size_t account = 0;
  Answer answer = Answer::kNo;  ///< kPartly: something is; kNo: nothing
  std::vector<std::string> by;
};

/// Who may invoke which model where, decided for all requests.
struct Matrix {
  bool is_decided = true;     ///< false: there are more questions than the limit, and no cells
  std::size_t questions = 0;  ///< asked, or that would have to be
  std::size_t limit = 0;
  std::vector<std::string> rows;      ///< "team fraud", `role "batch"`
  std::vector<std::string> models;    ///< names of the catalog, or ids
  std::vector<std::string> accounts;  ///< names
  std::vector<Cell> cells;            ///< where the row has principals; by row, account, model
  std::vector<OtherModels> others;    ///< by row, account
};

/// A sentence, declaration or waiver that supports a control.
struct Evidence {
  std::string place;
  std::string text;
  std::string kind;  ///< "permission", "use-case", "waiver", …
  EvidenceClass evidence = EvidenceClass::kStated;
  std::string cannot;  ///< what it does not show
};

struct Control {
  std::string name;   ///< as the program or the pack writes it
  std::string token;  ///< the same as an OSCAL token: "ac-2.1", "c-164.312.a.1"
  std::string pack;   ///< id of the imported pack that it is of; empty: of none
  std::string title;  ///< of the pack; may be empty
  std::string level;  ///< "required", "addressable", …; empty without a pack
  std::vector<Evidence> evidence;
  std::vector<std::string> gaps;  ///< what nothing here shows
};

/// A compliance pack that the program imports.
struct Pack {
  std::string id;
  std::string name;
  std::string version;  ///< of the regime
  std::string date;     ///< of the facts, YYYY-MM-DD
  std::string license;
  std::string notes;  ///< what is unsettled; may be empty
};

/// A use-case, an attestation or an evaluation.
struct Declaration {
  compliance::Kind kind = compliance::Kind::kUseCase;  ///< or kAttestation, kEvaluation
  std::string name;
  std::string title;
  std::string place;
  struct Fact {
    std::string name;
    std::string value;
    std::string ends;  ///< YYYY-MM-DD: the fact counts until then; empty: it says no such day
  };
  std::vector<Fact> facts;
  std::vector<std::string> used_by;  ///< places of sentences
};

/// A day on which something ends, or on which it was given.
struct Deadline {
  std::string date;  ///< YYYY-MM-DD
  std::int64_t days_left = 0;
  std::string what;  ///< "use-case UC-142: review"
  std::string place;
};

struct Test {
  std::string title;  ///< empty: an assertion
  std::string place;
  std::string text;
  std::string verdict;  ///< "holds", "fails", "undecided", "asks nothing"
  std::string detail;   ///< of whom it fails, or why it is undecided
};

/// "6 of 7 hold", or "none" if there are no tests.
[[nodiscard]] std::string Summary(const std::vector<Test>& tests);

struct Covered {
  std::vector<std::string> from;  ///< places
  std::string kind;               ///< "permission", "prohibition", "condition"
  std::string what;
  bool yes = false;
  bool no = false;
};

struct Coverage {
  unsigned percent = 0;
  std::vector<Covered> items;
};

struct Proof {
  std::string verdict;  ///< "proved", "refuted", "undecided"
  std::size_t principals = 0;
  std::size_t accounts = 0;
  std::size_t documents = 0;
  std::vector<std::string> differences;
  std::vector<std::string> undecided;
  std::vector<std::string> assumptions;
  [[nodiscard]] bool is_proved() const { return verdict == "proved"; }
};

struct Source {
  std::string path;  ///< relative to what the user named
  std::string sha256;
  std::string bytes;
};

/// How access differs from another program, as `writ diff` tells it.
struct Changes {
  std::string against;  ///< what was compared with, as the user named it
  std::string text;
};

/// How what is deployed stands to the program, as `writ drift` tells it.
struct Deployed {
  std::string exports;  ///< files and folders that were compared, as the user named them
  std::string text;
  std::size_t findings = 0;  ///< differences, and what is undetermined
  /// All of them are about settings that no export shows, such as logging.
  bool are_policies_as_said = false;
  [[nodiscard]] bool is_as_said() const { return findings == 0; }
};

struct Report {
  std::string version;  ///< of Writ
  std::string as_of;    ///< YYYY-MM-DD
  std::string catalog;  ///< its date
  std::string organization;
  std::string organization_id;
  std::string partition;
  Proof proof;
  std::vector<Source> sources;
  std::vector<Node> nodes;
  Matrix matrix;
  std::vector<Sentence> sentences;
  std::vector<Document> documents;
  std::vector<Pack> packs;
  std::vector<Control> controls;  ///< by pack in its order; last those of no pack, by name
  std::vector<Waiver> waivers;
  std::vector<Declaration> declarations;
  std::vector<Deadline> deadlines;  ///< by date
  std::vector<Test> tests;          ///< assertions first
  Coverage coverage;
  std::optional<Changes> changes;
  std::optional<Deployed> deployed;  ///< nothing: not compared
};

/// Of the JSON form; another number means that a member means something else.
inline constexpr int kSchemaVersion = 1;

}  // namespace writ::report
