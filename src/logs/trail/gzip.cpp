#include "logs/trail/gzip.h"

#include <zlib.h>

#include <vector>

#include "base/support/check.h"

namespace writ::trail {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10U;
constexpr int kGzipWindow = 15 + 16;  // the largest window; +16: gzip and nothing else (zlib.h)

}  // namespace

struct Unpacker::Stream {
  z_stream zlib = {};
  std::vector<unsigned char> piece = std::vector<unsigned char>(kPiece);
  bool is_begun = false;  // a member is not over yet
};

bool IsGzip(std::string_view begin) { return begin.starts_with("\x1f\x8b"); }

Unpacker::Unpacker() : stream_(std::make_unique<Stream>()) {
  WRIT_CHECK(inflateInit2(&stream_->zlib, kGzipWindow) == Z_OK, "zlib has memory");
}

Unpacker::~Unpacker() { inflateEnd(&stream_->zlib); }

std::optional<std::string> Unpacker::Feed(std::string_view bytes, const Sink& sink) {
  z_stream& zlib = stream_->zlib;
  // zlib reads what it takes as mutable; it does not write there.
  zlib.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  zlib.avail_in = static_cast<unsigned>(bytes.size());
  bool is_full = false;
  while (zlib.avail_in > 0 || is_full) {
    stream_->is_begun = true;
    zlib.next_out = stream_->piece.data();
    zlib.avail_out = kPiece;
    const int result = inflate(&zlib, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      return "the gzip data is damaged";
    }
    is_full = zlib.avail_out == 0;
    const std::string_view out(reinterpret_cast<const char*>(stream_->piece.data()),
                               kPiece - zlib.avail_out);
    if (!out.empty() && !sink(out)) return std::nullopt;
    if (result == Z_STREAM_END) {
      stream_->is_begun = false;
      is_full = false;
      inflateReset(&zlib);
    } else if (result == Z_BUF_ERROR && out.empty()) {
      break;
    }
  }
  return std::nullopt;
}

std::optional<std::string> Unpacker::Finish() const {
  if (stream_->is_begun) return "the gzip data ends too early";
  return std::nullopt;
}

}  // namespace writ::trail
