// Reading one file of a program within the limits.
#pragma once

#include "compiler/find_sources.h"
#include "compiler/pipeline.h"

namespace writ::compiler {

/// Adds the file to `compilation`. Reports W9001 or W9002 at `place`, which may be invalid.
[[nodiscard]] host::ExitStatus ReadSource(const FoundSource& source, source::Span place,
                                          host::Environment& environment, Compilation& compilation);

}  // namespace writ::compiler
