// Whether an ARN, with wildcards and policy variables, can be a resource of an action.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "facts/catalog/catalog.h"

namespace writ::catalog {

/// The ARN formats of an action's resource types, with `${Partition}` and the like.
[[nodiscard]] std::vector<std::string> FormatsOf(const Catalog& catalog, const Action& action);

/// Whether two patterns with `*` and `?` have a text in common. Product of the lengths.
[[nodiscard]] bool PatternsMeet(std::string_view one, std::string_view other);

/// "an ARN of the resource type": `arn:*:bedrock:*:*:guardrail/*`.
[[nodiscard]] std::string FormatPattern(std::string_view format);

/// Keeps the formats of services that it was asked about; not for several threads.
class ResourceFit {
 public:
  /// `catalog` outlives it.
  explicit ResourceFit(const Catalog& catalog) : catalog_(catalog) {}

  /// Whether some resource of the action has an ARN that `resource` stands for; what lies below a
  /// thing (`bucket/object`) is none of the thing's.
  [[nodiscard]] bool Fits(const Action& action, std::string_view resource);
  /// Whether the service has things below those of this format, whose own names then have no slash.
  [[nodiscard]] bool HasBelow(const std::string& service, const std::string& format);

 private:
  const std::vector<std::string>& FormatsOfService(const std::string& service);
  bool IsBelow(const Action& action, std::string_view resource, const std::string& format);

  const Catalog& catalog_;
  std::map<std::string, std::vector<std::string>> formats_of_service_;
};

}  // namespace writ::catalog
