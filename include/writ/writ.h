// Writ as a library: programs compiled to proved policies, and AWS policies compared, decided and
// made smaller.
//
//   writ::Workspace workspace = writ::Workspace::OfMachine();
//   workspace.set_day({2026, 11, 22});
//   const writ::Compiled compiled = writ::Compile(workspace, {.paths = {"policies"}});
//   for (const writ::Finding& finding : compiled.findings) …
//   for (const auto& [path, bytes] : compiled.artifacts) …      // only if compiled.is_proved()
//
// Everything here is a value: a call changes nothing but what it returns, prints nothing, reads no
// clock and writes no file. Different calls may run in different threads, also on one workspace as
// long as none changes it. No call throws but for want of memory; what is wrong with an input is in
// the result. All texts are UTF-8; offsets and columns count bytes.
//
// Facts about AWS are those of the catalog that is built in, or of the one that the workspace
// names; the meaning of verbs is that of the standard library that is built in.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace writ {

/// The version of the library, "0.1.0".
[[nodiscard]] std::string_view Version();

// ---- programs -----------------------------------------------------------------------------------

struct Day {
  int year = 1970;
  int month = 1;  ///< 1 to 12
  int day = 1;    ///< 1 to 31
};

/// The files that programs are read from, and the day on which they are judged. Copies share
/// nothing that changes.
class Workspace {
 public:
  /// Without any file but those that are put.
  Workspace();
  /// The files of this machine, under those that are put. They are read when a call needs them.
  [[nodiscard]] static Workspace OfMachine();

  /// `text` stands at `path` from now on, whatever the machine has there: an editor's buffer.
  void Put(std::string path, std::string text);
  /// Takes back what was put at `path`.
  void Remove(const std::string& path);

  /// What ends or is not yet in force on this day is judged so; there is no other clock. Before it
  /// is set it is 1970-01-01.
  void set_day(Day day) { day_ = day; }
  /// A file with a catalog in place of the built-in one; empty: the built-in one.
  void set_catalog(std::string path) { catalog_ = std::move(path); }

  [[nodiscard]] Day day() const { return day_; }
  [[nodiscard]] const std::string& catalog() const { return catalog_; }
  [[nodiscard]] const std::map<std::string, std::string>& put() const { return put_; }
  [[nodiscard]] bool has_machine_files() const { return has_machine_files_; }

 private:
  bool has_machine_files_ = false;
  std::map<std::string, std::string> put_;
  Day day_;
  std::string catalog_;
};

/// A part of a file. Lines and columns count from 1, columns in bytes; the end is the first place
/// after the part.
struct Place {
  std::string path;
  std::size_t line = 0;
  std::size_t column = 0;
  std::size_t end_line = 0;
  std::size_t end_column = 0;
};

struct Finding {
  enum class Severity { kError, kWarning };
  std::string code;  ///< "W2001"; `writ explain` and docs/diagnostics have its page
  Severity severity = Severity::kError;
  std::string message;
  std::optional<Place> place;       ///< none: it is about no place in a file
  std::vector<std::string> notes;   ///< facts beside it
  std::vector<std::string> advice;  ///< what may be done
  std::string request;              ///< the request that shows it, if the matter is what is decided
};

struct CompileOptions {
  /// Files, and folders with all `.writ` files below them; none: the current folder.
  std::vector<std::string> paths = {};
  /// What AWS assigned to guardrails; empty: writ.bindings.json beside the program, if there is
  /// one.
  std::string bindings = {};
  /// Names that the catalog does not know are taken as they are, with a warning.
  bool allows_unknown = false;
  /// Stops after checking: no artifacts, no proof.
  bool only_checks = false;
  /// Forms of deployment, of "json" (a script), "cloudformation" and "terraform".
  std::vector<std::string> forms = {"json"};
};

/// What is proved of the artifacts (docs/proofs.md has the claim and its assumptions).
struct Proof {
  bool is_proved = false;
  std::size_t principals = 0;  ///< each counted in each of its accounts
  std::size_t accounts = 0;
  std::size_t documents = 0;
};

struct Compiled {
  /// In the order of files and places, warnings that the program waives left out.
  std::vector<Finding> findings;
  /// Path in the tree → bytes, with the manifest; empty unless the program is right and the
  /// artifacts are proved to mean it.
  std::map<std::string, std::string> artifacts;
  Proof proof;

  [[nodiscard]] bool has_errors() const;
  [[nodiscard]] bool is_proved() const { return proof.is_proved; }
};

/// Reads, checks, builds and proves a program. The same workspace and options give the same result.
/// Costs some 20 ms for ten sentences and some seconds for fifty teams in two hundred accounts;
/// proofs run in as many threads as the machine has processors.
[[nodiscard]] Compiled Compile(const Workspace& workspace, const CompileOptions& options = {});

// ---- policies -----------------------------------------------------------------------------------

/// What a policy document is used as.
enum class PolicyKind {
  kIdentity,  ///< also a permission set's inline policy
  kBoundary,
  kSession,
  kScp,
  kRcp,
  kResource,
  kTrust,
  kVpcEndpoint,
};

/// Why a document or request cannot be read.
struct Fault {
  std::string where;       ///< "identity[0]", "old", "request"
  std::size_t offset = 0;  ///< bytes from the document's begin
  std::string message;
};

struct ContextKey {
  std::string name;                 ///< "aws:SourceVpc"
  std::vector<std::string> values;  ///< exactly one unless `is_list`
  bool is_list = false;             ///< the key is multivalued, even with one value
};

struct Request {
  std::string principal;  ///< an ARN, a service ("x.amazonaws.com") or "anonymous"
  std::string action;     ///< "bedrock:InvokeModel"
  std::string resource;   ///< an ARN or "*"
  std::optional<std::string> resource_account = {};  ///< default: that of the resource or caller
  std::vector<ContextKey> context = {};              ///< what is not listed is absent
};

/// The documents in force, as JSON texts.
struct Policies {
  std::vector<std::string> identity = {};
  std::vector<std::string> boundaries = {};         ///< none: no boundary
  std::vector<std::string> sessions = {};           ///< none: no session policy
  std::vector<std::vector<std::string>> scps = {};  ///< by level, root first; none: no SCPs
  std::vector<std::vector<std::string>> rcps = {};
  std::optional<std::string> resource = {};
  std::vector<std::string> vpc_endpoint = {};
};

struct Decision {
  enum class Verdict { kAllowed, kExplicitDeny, kImplicitDeny };
  /// Means something only if there are no faults.
  Verdict verdict = Verdict::kImplicitDeny;
  std::vector<Fault> faults;
  [[nodiscard]] bool is_allowed() const { return faults.empty() && verdict == Verdict::kAllowed; }
};

/// What AWS decides about one request: microseconds once the documents are read. Points that AWS
/// leaves open are read as docs/meaning.md says.
[[nodiscard]] Decision Decide(const Policies& policies, const Request& request);

struct Comparison {
  enum class Relation {
    kEquivalent,
    kNarrower,      ///< the new documents allow less, and nothing new
    kBroader,       ///< the new documents allow more
    kIncomparable,  ///< both
    kUndecided,     ///< not proved either way
  };
  /// As docs/meaning.md reads what AWS leaves open.
  Relation relation = Relation::kUndecided;
  /// Where another reading gives another relation: that one.
  std::optional<Relation> otherwise;
  std::optional<Request> gained;       ///< allowed by the new documents and not by the old
  std::optional<Request> lost;         ///< allowed by the old documents and not by the new
  std::vector<std::string> obstacles;  ///< why it is undecided
  std::vector<Fault> faults;           ///< then it is undecided, too
};

/// Compares what documents of one kind allow together, over all requests. Requests that are shown
/// were confirmed by `Decide`'s evaluator. At most some seconds: work is bounded by a count of
/// steps, beyond which the answer is kUndecided.
[[nodiscard]] Comparison Compare(const std::vector<std::string>& old_documents,
                                 const std::vector<std::string>& new_documents,
                                 PolicyKind kind = PolicyKind::kIdentity);

struct Minimised {
  std::string document;                ///< minified; the given text where nothing can be proved
  bool is_equivalent = false;          ///< proved
  bool is_smallest = false;            ///< proved, among statements of the document's own elements
  std::vector<std::string> steps;      ///< what was done, in words
  std::vector<std::string> obstacles;  ///< why nothing was proved
  std::vector<Fault> faults;
};

/// An equivalent of the document with fewer statements and characters, whatever other policies are
/// in force beside it. About a second at most.
[[nodiscard]] Minimised Minimise(const std::string& document,
                                 PolicyKind kind = PolicyKind::kIdentity);

}  // namespace writ
