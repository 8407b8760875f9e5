// A guardrail block after checking: the complete request that creates it, inherited parts included.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "writ/source/source.h"

namespace writ::intent {

/// Field for field what CreateGuardrail takes (source: facts on the Bedrock API of 2026-08-07, see
/// docs/guardrails.md); enumerators are the API's own spellings.
struct Guardrail {
  std::string name;
  source::Span span;    ///< the name in its declaration
  std::string extends;  ///< parent's name, or empty
};

}  // namespace writ::intent
