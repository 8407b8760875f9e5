#include "language/syntax/ast.h"

namespace writ::syntax {

std::string Key::Text() const {
  std::string text(first.text);
  if (second) text.append(":").append(second->text);
  if (tag) text.append("/").append(tag->text);
  return text;
}

}  // namespace writ::syntax
