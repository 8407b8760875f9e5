// The style and the script of the page, from page.css and page.js beside.
#pragma once

#include <span>

#include "base/support/embedded.h"

namespace writ::report_forms {

/// By name.
[[nodiscard]] std::span<const support::EmbeddedText> PageParts();

}  // namespace writ::report_forms
