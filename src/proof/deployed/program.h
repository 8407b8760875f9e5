// The program that a tree is held against.
#pragma once

#include <string>
#include <vector>

#include "facts/catalog/catalog.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"

namespace writ::deployed {

/// A program, with what AWS assigned to its guardrails. All of it outlives whatever reads it.
struct Program {
  const intent::Model& model;
  const catalog::Catalog& catalog;
  const intent::Bindings& bindings;

  [[nodiscard]] const intent::Account& AccountAt(intent::AccountIndex index) const {
    return model.organization.accounts[index.value];
  }
  /// "ARN:N" of the guardrails that are bound in the account and, if given, in the region.
  [[nodiscard]] std::vector<std::string> Pinned(
      const std::vector<intent::GuardrailIndex>& guardrails, const std::string& account,
      const std::string& region = "") const;
  /// That of every ARN: an organization lies in one.
  [[nodiscard]] const std::string& partition() const { return model.organization.partition; }
};

}  // namespace writ::deployed
