// Which sentences and declarations support which controls, with what stands behind each and what
// none of them shows.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/report/report.h"
#include "facts/compliance/packs.h"

namespace writ::report {

/// The control's name as a token of OSCAL: "AC-2(1)" and "ac-2.1" are both "ac-2.1", and what would
/// begin with a digit is put after "c-". Source: OSCAL 1.2.1 JSON schemas, TokenDatatype, read
/// 2026-11-29. Different names may have one token.
[[nodiscard]] std::string ControlToken(std::string_view name);

/// What a sentence of this kind does not show, whatever is proved. In words.
[[nodiscard]] std::string_view CannotShow(Sentence::Kind kind);

/// Whether the sentence is under the use-case or attestation, or after the evaluation.
[[nodiscard]] bool IsNamedBy(const Sentence& sentence, const Declaration& declaration);

using Packs = std::vector<std::shared_ptr<const compliance::Pack>>;

/// Every control of the packs, with or without evidence, and the controls of no pack that sentences
/// name. A sentence without effect is no evidence; it is proved only where the documents are and it
/// has statements of its own, and it is evidence for a control of a pack only as the pack says.
/// Reads sentences, declarations, waivers and the proof of `report`.
[[nodiscard]] std::vector<Control> ControlsOf(const Report& report, const Packs& packs);

}  // namespace writ::report
