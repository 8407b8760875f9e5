// Names after `control`, and the compliance packs that say which there are. Where no pack is
// imported any name is one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "program/sema/context.h"

namespace writ::sema {

/// "compliance.hipaa", …: what an import may name, for suggestions.
[[nodiscard]] std::vector<std::string> PackImports();

/// Reports two packs of one id.
void CheckPacks(Context& context);

/// Reports an import of a pack that this build does not have.
void CheckPackImport(Context& context, const syntax::Import& import);

/// Warns of imported packs whose controls and policies no sentence names. To be called last.
void ReportUnusedPacks(Context& context);

/// The control as its pack spells it, whichever of its names was written; as written where no pack
/// is imported. Nothing, reported, if no imported pack has it.
[[nodiscard]] std::optional<std::string> ControlNamed(Context& context,
                                                      const syntax::String& control);

}  // namespace writ::sema
