// Lowering: the meaning of a program as policies. Permissions become identity policies and inline
// policies of permission sets, prohibitions become Deny statements of SCPs at the highest nodes
// where they hold, service permissions become trust policies, the accounts of an endpoint its
// policy. Every statement keeps the sentences it is from.
#pragma once

#include <cstdint>

#include "base/diag/diag.h"
#include "facts/catalog/catalog.h"
#include "facts/library/library.h"
#include "output/lower/bundle.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"

namespace writ::lower {

/// What lowering reads; all of it outlives the call.
struct Input {
  const intent::Model& model;
  const catalog::Catalog& catalog;
  const library::Library& library;
  const intent::Bindings& bindings;
};

/// Whether documents that differ in names only are made once.
enum class Sharing : std::uint8_t { kOn, kOff };

/// Lowers a program that sema found nothing wrong with. Reports what cannot be said in IAM (W5001,
/// W5002), guardrails without a binding (W5110 to W5112). Linear
/// in sentences × accounts × legs.
[[nodiscard]] Bundle Lower(const Input& input, diag::Sink& sink);

/// The same with stand-ins for the names of accounts, and documents that are like others without
/// statements: Spell makes Lower's of it. But for `Document::like` it does not depend on `sharing`.
[[nodiscard]] Bundle LowerShapes(const Input& input, diag::Sink& sink,
                                 Sharing sharing = Sharing::kOn);

}  // namespace writ::lower
