// The texts that the editor holds, whatever lies on disk.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "host/file_system.h"
#include "lsp/places.h"
#include "lsp/wire.h"

namespace writ::lsp {

/// The path of a `file:` URI, with its escapes read; of another URI the URI itself.
[[nodiscard]] std::string PathOf(const std::string& uri);
/// The inverse, for absolute paths and for what PathOf left as it was.
[[nodiscard]] std::string UriOf(const std::string& path);

class Documents {
 public:
  void Open(const std::string& uri, std::string text);
  /// Applies `contentChanges` in their order. False: the document is not open.
  bool Change(const std::string& uri, const Json& changes, Encoding encoding);
  void Close(const std::string& uri);

  [[nodiscard]] bool IsOpen(const std::string& path) const { return texts_.contains(path); }
  /// By path.
  [[nodiscard]] const host::FileSet& texts() const { return texts_; }

 private:
  host::FileSet texts_;
};

}  // namespace writ::lsp
