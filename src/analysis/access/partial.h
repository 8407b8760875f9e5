// Whether a box of authorizations covers a request of which some keys, or the resource, are not
// known: yes or no only if that is so whatever they are.
//
// The values are those of Kleene's logic: a condition on a key that is not known is open, a
// statement is as certain as its least certain part, and an open part counts for nothing beside one
// that decides.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"
#include "program/intent/model.h"
#include "proof/verify/authorization.h"

namespace writ::access {

enum class Truth : std::uint8_t { kNo, kOpen, kYes };

/// What is so of something, and what it depends on if that is open.
struct Leaning {
  Truth truth = Truth::kNo;
  std::set<std::string> on;  ///< keys, in lower case; kTheResource
};
inline constexpr std::string_view kTheResource = "the resource";

[[nodiscard]] Leaning Both(Leaning one, Leaning other);
[[nodiscard]] Leaning Either(Leaning one, Leaning other);
[[nodiscard]] Leaning Opposite(Leaning one);

/// A request as far as it is known.
struct PartialRequest {
  policy::Request request;
  /// Whether a key, in lower case, that the request does not have may be in it all the same. None:
  /// the request is complete.
  std::function<bool(std::string_view key)> may_have = nullptr;
  /// A pattern of the resources that it may be for, if that is not known. The request's own is then
  /// StandInFor it.
  std::string resources = {};
  /// Whose rights the caller has that is a session for a federated user: its ARN does not say.
  /// Without it, they are those of a user that the program does not know.
  std::optional<intent::Principal> user = {};
};

/// A resource that the pattern matches and that only wildcards in policies match.
[[nodiscard]] std::string StandInFor(std::string_view pattern);

/// A box made ready for many requests.
class CompiledBox {
 public:
  /// `otherwise`: what is so if the box cannot be written out.
  CompiledBox(verify::Authorization box, Truth otherwise);

  /// `prepared` is made of the request.
  [[nodiscard]] Leaning Covers(const policy::PreparedRequest& prepared,
                               const PartialRequest& request) const;

 private:
  struct Test {
    std::string key;                  ///< in lower case
    std::vector<std::string> values;  ///< keys of the variables in its values
    policy::CompiledPolicy policy;
  };
  struct Scope {
    policy::CompiledPolicy anywhere;  ///< on every resource
    policy::CompiledPolicy here;
    policy::Patterns resources;
    std::vector<std::string> variables;  ///< keys of the variables in its resources
  };
  struct Alternative {
    Scope scope;
    std::vector<Test> tests;
  };
  [[nodiscard]] static Scope ScopeOf(policy::Statement statement);
  [[nodiscard]] static Leaning InScope(const Scope& scope, const policy::PreparedRequest& prepared,
                                       const PartialRequest& request);

  Truth otherwise_;
  bool is_written_ = false;
  std::vector<Alternative> any_;
  std::vector<Scope> but_;  ///< at most one: resources that are left out
};

}  // namespace writ::access
