// What a request does, in the words of the language: "invoke claude-sonnet-4.5 from us-east-1
// routed within us". Several authorizations of one call are one deed.
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "facts/catalog/catalog.h"
#include "iam/policy/evaluate.h"

namespace writ::review {

struct Deed {
  std::string verb;    ///< "invoke", "administer", "browse", "apply", "do"
  std::string object;  ///< a model, a kind, a guardrail; an action for "do"
  std::string target;  ///< ARN, for "do"
  std::string region;  ///< where the call is made; empty: not told
  std::string route;   ///< "routed within us", "through mantle", "via profile ARN"; empty: directly
  std::string guardrail;  ///< name, or ARN:version; empty: none
  std::string when;       ///< other keys of the request, "key = value and …"
  std::string except;     ///< what "anything" leaves out: "bedrock:*"
  std::string day;        ///< "on 2027-03-31", "until 2027-03-31"; empty: the day of the question
  std::string owner;      ///< the other account that must allow it as well, by number; or empty
  auto operator<=>(const Deed&) const = default;
};

/// How things are named.
struct Naming {
  const catalog::Catalog& catalog;
  std::map<std::string, std::string> guardrails;  ///< ARN and ARN:version → name
  std::string day;                                ///< YYYY-MM-DD
};

struct Done {
  Deed deed;
  std::string provider;       ///< of a model, or empty
  bool is_route = false;      ///< the authorization for an inference profile: the model's follows
  bool is_companion = false;  ///< ApplyGuardrail, which goes with calls that name a guardrail
  bool is_admin = false;
  bool is_mantle = false;
};

/// `pattern` is the resource pattern that the request is an example of, if it is one of many.
[[nodiscard]] Done DoneBy(const policy::Request& request, std::string_view pattern,
                          const Naming& naming);

/// Words of a list that people are shown.
inline constexpr std::size_t kShownWords = 6;

/// The deed of several that differ in object or region only; of lists `shown`, and how many more.
[[nodiscard]] std::string DeedText(const Deed& deed, const std::vector<std::string>& objects,
                                   const std::vector<std::string>& regions,
                                   std::size_t shown = kShownWords);

}  // namespace writ::review
