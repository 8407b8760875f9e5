// A request taken apart, and the few tests of texts that the reference needs.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "iam/policy/evaluate.h"
#include "proof/reference/reference.h"

namespace writ::reference {

/// Whether `text` is a text of `pattern`, where `*` is any run and `?` any one character.
[[nodiscard]] bool Glob(std::string_view pattern, std::string_view text);

/// The six parts of an ARN.
struct Arn {
  std::string partition;
  std::string service;
  std::string region;
  std::string account;
  std::string rest;
};
[[nodiscard]] std::optional<Arn> ParseArn(std::string_view text);
/// Whether an ARN is one of `pattern`, part by part.
[[nodiscard]] bool ArnGlob(std::string_view pattern, std::string_view text);

struct Asked {
  const policy::Request& request;
  std::string service;  ///< of the action, in lower case
  std::string name;     ///< of the action, in lower case
  std::optional<Arn> resource;
  std::string caller_arn;  ///< a role's or user's own ARN, with path; empty for services
  std::string partition;   ///< of the caller
  std::string account;     ///< of the caller

  [[nodiscard]] const policy::ContextKey* Find(std::string_view key) const;
  /// The value of a key that has one value; nothing if it is absent or a list.
  [[nodiscard]] std::optional<std::string> Value(std::string_view key) const;
  /// Whether the action is `service:name`, in any case of letters.
  [[nodiscard]] bool Is(std::string_view action) const;
  /// Whether the action matches a pattern such as "bedrock:Get*".
  [[nodiscard]] bool IsLike(std::string_view pattern) const;
};
[[nodiscard]] Asked TakeApart(const policy::Request& request);

/// Adds what every request has that a principal of IAM makes, where it is absent, but for what
/// depends on its organization. Source: IAM User Guide, "AWS global condition context keys",
/// Availability of each key, read 2026-11-30.
void AddAlwaysSent(policy::Request& request);

/// What follows "type/" in a resource of a Bedrock ARN; nothing if it is of another type.
[[nodiscard]] std::optional<std::string> After(const Asked& asked, std::string_view type);

inline Answer AnswerOf(bool yes) { return yes ? Answer::kYes : Answer::kNo; }
inline Answer Both(Answer a, Answer b) { return a < b ? a : b; }
inline Answer Either(Answer a, Answer b) { return a < b ? b : a; }

}  // namespace writ::reference
