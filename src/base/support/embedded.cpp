#include "base/support/embedded.h"

#include <algorithm>

namespace writ::support {

const EmbeddedText* FindEmbedded(std::span<const EmbeddedText> texts, std::string_view name) {
  const auto found = std::ranges::lower_bound(texts, name, {}, &EmbeddedText::name);
  return found != texts.end() && found->name == name ? &*found : nullptr;
}

}  // namespace writ::support
