// Why a request was decided as it was, in the program's own sentences, and what stands between it
// and the other verdict.
#pragma once

#include <string>
#include <vector>

#include "analysis/review/world.h"

namespace writ::review {

/// A deciding statement by the sentences it is from.
struct Because {
  policy::Layer layer = policy::Layer::kIdentity;
  policy::Effect effect = policy::Effect::kAllow;
  std::string document;                ///< "organization/prod"
  std::string sid;                     ///< empty where statements are not numbered
  std::vector<std::string> from;       ///< "path:line:column"
  std::vector<std::string> sentences;  ///< their words; one line for all where they are not known
  bool is_edited = false;              ///< the document was edited after it was built from them
};

/// "`nobody may …` (acme.writ:5:1)", all of them; of a document that was edited, its statement
/// first.
[[nodiscard]] std::string SentencesText(const Because& because);
/// Of the sentences at these places, as far as they are known; else `reason`.
[[nodiscard]] std::vector<std::string> SentencesAt(const World& world,
                                                   const std::vector<std::string>& from,
                                                   const std::string& reason);

/// The program's statements that decided; those of FullAWSAccess are left out.
[[nodiscard]] std::vector<Because> BecauseOf(const World& world, const Judgement& judgement);

/// A permission of the caller for the same action and resource that does not cover the request.
struct NearMiss {
  Because permission;
  std::vector<std::string> lacking;  ///< "bedrock:GuardrailIdentifier = …"
};

/// The permissions that miss by least, best first, at most `most`. Statements of one source that
/// miss by more than another of it are left out.
[[nodiscard]] std::vector<NearMiss> NearMisses(const World& world, Judge& judge,
                                               const Caller& caller, const policy::Request& request,
                                               std::size_t most);

/// "bedrock:InvokeModel on arn:… by arn:…, aws:RequestedRegion = us-east-1", a key a line.
[[nodiscard]] std::string RequestText(const policy::Request& request);

/// "refused by `nobody may …` (acme.writ:5:1)", "granted by …", "no sentence allows it".
[[nodiscard]] std::string VerdictText(const World& world, const Judgement& judgement);

}  // namespace writ::review
