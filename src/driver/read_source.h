// Reading one file of a program within the limits.
#pragma once

#include "driver/find_sources.h"
#include "driver/pipeline.h"

namespace writ::driver {

/// Adds the file to `compilation`. Reports W9001 or W9002 at `place`, which may be invalid.
[[nodiscard]] ExitStatus ReadSource(const FoundSource& source, source::Span place,
                                    Environment& environment, Compilation& compilation);

}  // namespace writ::driver
