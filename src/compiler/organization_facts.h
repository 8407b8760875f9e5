// The organization of a program and its gateways as the manifest lists it.
#pragma once

#include "output/emit/tree.h"
#include "program/intent/model.h"

namespace writ::compiler {

[[nodiscard]] emit::OrganizationFacts OrganizationOf(const intent::Model& model);

/// Its gateways, by name.
[[nodiscard]] std::map<std::string, emit::GatewayFact> GatewaysOf(const intent::Model& model);

/// The sentences that documents are made from, by their place. One place may hold several: a
/// sentence of a policy that is applied twice.
[[nodiscard]] std::map<std::string, std::vector<intent::Origin>> SentencesOf(
    const intent::Model& model);

}  // namespace writ::compiler
