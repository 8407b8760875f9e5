// gzip, unpacked piece by piece in constant memory.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace writ::trail {

/// Whether a file that begins with these bytes is packed (RFC 1952, 2.3.1).
[[nodiscard]] bool IsGzip(std::string_view begin);

/// One file: one or several members, one after the other (RFC 1952, 2.2).
class Unpacker {
 public:
  /// Takes unpacked bytes; false: no more are wanted.
  using Sink = std::function<bool(std::string_view bytes)>;
  Unpacker();
  ~Unpacker();
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  /// Why the bytes are not gzip; nothing if they are, or if no more are wanted.
  [[nodiscard]] std::optional<std::string> Feed(std::string_view bytes, const Sink& sink);
  /// After the last bytes.
  [[nodiscard]] std::optional<std::string> Finish() const;

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace writ::trail
