// The tree that `writ build` writes: every file's bytes, and what the manifest says of each
// document. Nothing here touches a disk; the driver writes a finished Tree or nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diag/diag.h"
#include "facts/catalog/catalog.h"
#include "output/lower/bundle.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"

namespace writ::emit {

/// Which sentences made a statement.
struct StatementEntry {
  std::string sid;                ///< empty for documents that have no statements
  std::vector<std::string> from;  ///< "path:line:column", sorted
  std::string reason;
  std::vector<lower::Callers> callers = {};  ///< how the accounts of callers are said
};

/// What one statement of an SCP refuses beyond the catalog.
struct BeyondEntry {
  std::string sid;
  std::vector<std::string> actions;      ///< patterns
  std::vector<std::string> actions_but;  ///< all actions but these
  std::vector<std::string> models;       ///< patterns of ids
  std::vector<std::string> models_but;   ///< all models but these
};

/// How small a document is, all its parts together and before statements are split for size.
struct Minimality {
  bool is_smallest =
      false;  ///< none of its class has fewer statements, or as many and fewer characters
  std::size_t statements = 0;
  std::size_t least_statements = 0;
  std::size_t least_characters = 0;  ///< with Sids, in one document
};

/// A form of deployment that has no place for a document.
struct NotIn {
  std::string form;  ///< "cloudformation", "terraform"
  std::string why;
};

/// One file of the tree that AWS takes, with its line in the manifest.
struct Artifact {
  std::string path;  ///< relative to the tree's root, `/` between names
  std::string bytes;
  std::string kind;  ///< "identity", "permission-set", "scp", "trust", "guardrail", …
  std::vector<std::string> targets;  ///< declared names of what it is for
  std::size_t characters = 0;        ///< as AWS counts them against `quota`
  std::size_t quota = 0;             ///< 0: AWS states none
  /// One list for all documents that differ in names only.
  std::shared_ptr<std::vector<StatementEntry>> statements =
      std::make_shared<std::vector<StatementEntry>>();
  std::vector<BeyondEntry> beyond;  ///< of an SCP
  std::optional<Minimality> minimality = std::nullopt;
  std::vector<NotIn> not_in = {};  ///< forms that leave it to apply.sh
};

struct Attachment {
  std::string document;  ///< path of the artifact
  std::string to;
  std::string id;
  bool open = false;
};

/// How much of its room a document takes, with all its parts.
struct Size {
  std::string path;  ///< of the first part
  std::size_t statements = 0;
  std::size_t characters = 0;
  std::size_t parts = 0;
  std::size_t part_characters = 0;  ///< that one part may have
  std::size_t slots = 0;            ///< parts that what it is attached to takes
  [[nodiscard]] std::size_t room() const { return slots * part_characters; }
};
/// Whether `one` takes more of its room than `other`; of equal ones, the path that is first.
[[nodiscard]] bool IsFuller(const Size& one, const Size& other);

/// 18451 → "18,451".
[[nodiscard]] std::string Grouped(std::size_t number);

struct Tree {
  std::vector<Artifact> artifacts;      ///< by path
  std::vector<Attachment> attachments;  ///< by document
  std::vector<Size> sizes = {};         ///< of policies, by document
};

/// Which limits service control policies are held to.
enum class ScpQuotas : std::uint8_t {
  kDated,          ///< those of the catalog
  kBefore2026May,  ///< 5,120 characters, five a node: for places that were not raised yet
};

/// How documents are packed.
struct Packing {
  ScpQuotas scp_quotas = ScpQuotas::kDated;
  /// Slots of a node that are left to others, besides the one of FullAWSAccess: Control Tower and
  /// landing zones attach policies of their own.
  std::size_t reserved_slots = 2;
  /// Where sentences stand, by "path:line:column": findings point there.
  std::map<std::string, source::Span> sentences = {};
  /// Characters of a document in the program without one of its sentences, given by their places;
  /// empty if that is not known. The document is the one in question but for its statements.
  std::function<std::size_t(const std::string& place, const lower::Document& document,
                            const std::vector<std::string>& sentences)>
      without = {};
};

/// Characters of a document with all its statements in it, as AWS counts them.
[[nodiscard]] std::size_t CharactersOf(const lower::Document& document,
                                       const catalog::Catalog& catalog);

/// Renders and packs the documents of a bundle: statements are numbered S1, S2, … and split over
/// parts that fit the quotas, each in the first part that has room. Reports W5002 when a target has
/// too few slots for its parts, with the sentences that take most, and W5003 for a statement that
/// no document holds.
[[nodiscard]] Tree RenderBundle(lower::Bundle bundle, const catalog::Catalog& catalog,
                                diag::Sink& sink, const Packing& packing = {});

/// An account as the manifest lists it.
struct AccountFact {
  std::string name;
  std::string id;
  bool management = false;
  std::vector<std::string> path;  ///< nodes from the root down to its own
};

/// Principals that the program speaks of together.
struct PrincipalFact {
  std::string name;                     ///< "team fraud"
  std::vector<std::string> principals;  ///< "role/fraud-*", "permission-set/Admin", "tag/k=v"
  std::vector<std::string> accounts;    ///< names
};

/// A gateway as the manifest lists it.
struct GatewayFact {
  std::string arn;
  bool is_oauth = false;  ///< callers are told by claims of their token, else by role
};

/// Where the documents are in force: with it a tree can be read without the program.
struct OrganizationFacts {
  std::string id;
  std::map<std::string, std::string> units;  ///< name of an OU → its id, where the program says it
  std::string partition = "aws";
  std::vector<AccountFact> accounts;
  std::vector<PrincipalFact> principals;
};

/// What the manifest says of the whole build.
struct BuildFacts {
  std::string version;  ///< of Writ
  std::string catalog;  ///< its date
  std::string as_of;    ///< YYYY-MM-DD
  std::string verdict;  ///< of the proof: "proved", or "none" where no proof was made
  std::size_t principals = 0;
  std::size_t accounts = 0;
  std::map<std::string, std::vector<std::string>> models;  ///< name → ids
  OrganizationFacts organization = {};
  std::map<std::string, GatewayFact> gateways = {};  ///< by name
  intent::Bindings bindings = {};                    ///< what guardrails stand for in the documents
  std::map<std::string, std::vector<intent::Origin>> sentences = {};  ///< by their place
};

/// manifest.json, in the form of docs/artifacts.md. No times, no absolute paths.
[[nodiscard]] std::string Manifest(const Tree& tree, const BuildFacts& facts);

}  // namespace writ::emit
