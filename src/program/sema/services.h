// Names of services, which `use` takes: planes, names that libraries declare, and IAM prefixes.
// They are no names of the catalog that a program could collide with: they count only where a
// service can stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "program/sema/context.h"

namespace writ::sema {

/// The IAM prefixes that `name` stands for, sorted; empty: no service has this name. A prohibition
/// also means the prefixes that begin with the name and a hyphen, as AWS splits a service
/// (`bedrock-mantle`, `sagemaker-mlflow`; IAM service authorization data, 2026-09-26).
[[nodiscard]] std::vector<std::string> ServicePrefixes(const Context& context,
                                                       std::string_view name, Reading reading);

/// Names near a misspelt one, and the planes and services that libraries name.
[[nodiscard]] std::vector<std::string> ServiceNames(const Context& context, std::string_view name);

}  // namespace writ::sema
