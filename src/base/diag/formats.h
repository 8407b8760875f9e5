// The forms in which findings are shown, each once: its name, and what renders it. A new one is a
// value of Format, a row here and a file render_NAME.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/diag/render.h"

namespace writ::diag {

struct FormatRow {
  std::string_view name;
  Format format;
  std::string (*render)(std::span<const Diagnostic> findings, const source::SourceMap& sources,
                        const RenderOptions& options);
};

[[nodiscard]] std::span<const FormatRow> Formats();

}  // namespace writ::diag
