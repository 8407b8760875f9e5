// Requests at random, inside and just outside of the sentences of a program, decided by the
// reference and by documents: what a build asks after its proof, and what tests ask at length.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "iam/policy/document.h"
#include "proof/reference/reference.h"

namespace writ::reference {

/// A policy of a tree of artifacts.
struct Document {
  std::string path;
  policy::Kind kind = policy::Kind::kIdentity;
  std::function<policy::PolicyDocument()> document;  ///< asked for once it is in force for a caller
  std::string folder;  ///< the account's name, of identity and trust policies
};
struct Attachment {
  std::string path;
  std::string to;  ///< "root", "ou", "account", "role", "user", "permission-set"
  std::string id;
};
/// Outlives whoever asks it.
struct Deployed {
  std::vector<Document> documents;
  std::vector<Attachment> attachments;
  /// Policies in Cedar, by the name of the gateway.
  std::map<std::string, std::vector<std::string>> gateways = {};
};

/// A request that the documents decide otherwise than the program means.
struct Disagreement {
  policy::Request request;
  bool is_allowed = false;  ///< by the documents
  bool holds_anything =
      false;           ///< asked of a caller who may hold any right, so that SCPs alone decide
  std::string caller;  ///< "tag", "permission-set" for callers who hold documents by these
  Verdict verdict;
  /// The sentence about outsiders near which it was found; what is decided are RCPs.
  const intent::Perimeter* perimeter = nullptr;
  /// The sentence about how long prompts are kept; what is decided are SCPs.
  const intent::Retention* retention = nullptr;
  /// A rule of the gateway whose tool is called, and the call in words: there is no request then.
  const intent::ToolRule* rule = nullptr;
  std::string call = {};
  /// The first sentence that has a part in it, or nullptr.
  [[nodiscard]] const intent::Origin* Sentence() const;
};

struct Sample {
  std::size_t requests = 0;
  std::optional<Disagreement> disagreement;
};

/// Asks until `goes_on` says no, or a disagreement is found. The requests are the same for the same
/// program; how many are asked is the caller's to say.
[[nodiscard]] Sample SampleRequests(const Program& program, const Deployed& deployed,
                                    const std::function<bool(std::size_t asked)>& goes_on);

/// What documents should say of a request; nothing where the language leaves it open.
[[nodiscard]] std::optional<bool> Expected(const Verdict& verdict, bool holds_anything);

}  // namespace writ::reference
