#include "lsp/documents.h"

#include <string_view>
#include <utility>

namespace writ::lsp {
namespace {

constexpr std::string_view kFile = "file://";

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Characters that a URI's path may have as they are (RFC 3986, section 3.3), but for `:`, which
/// editors escape.
bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("/-._~!$&'()*+,;=@").find(c) != std::string_view::npos;
}

}  // namespace

std::string PathOf(const std::string& uri) {
  if (!uri.starts_with(kFile)) return uri;
  const std::size_t begin = uri.find('/', kFile.size());
  if (begin == std::string::npos) return uri;
  std::string path;
  for (std::size_t i = begin; i < uri.size(); ++i) {
    const bool is_escape =
        uri[i] == '%' && i + 2 < uri.size() && DigitOf(uri[i + 1]) >= 0 && DigitOf(uri[i + 2]) >= 0;
    if (is_escape) {
      path += static_cast<char>(DigitOf(uri[i + 1]) * 16 + DigitOf(uri[i + 2]));
      i += 2;
    } else {
      path += uri[i];
    }
  }
  return path;
}

std::string UriOf(const std::string& path) {
  if (!path.starts_with('/')) return path;
  std::string uri(kFile);
  for (const char c : path) {
    if (IsPlain(c)) {
      uri += c;
      continue;
    }
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    uri += '%';
    uri += kDigits[byte >> 4U];
    uri += kDigits[byte & 0xFU];
  }
  return uri;
}

void Documents::Open(const std::string& uri, std::string text) {
  texts_.insert_or_assign(PathOf(uri), std::move(text));
}

bool Documents::Change(const std::string& uri, const Json& changes, Encoding encoding) {
  const auto found = texts_.find(PathOf(uri));
  if (found == texts_.end()) return false;
  if (!changes.is_array()) return true;
  for (const Json& change : changes) {
    std::string text = Text(change, "text");
    const Json& range = Member(change, "range");
    if (range.is_object()) {
      const Places places(std::string_view(found->second), encoding);
      const std::uint32_t begin = places.OffsetOf(Member(range, "start"));
      const std::uint32_t end = std::max(begin, places.OffsetOf(Member(range, "end")));
      found->second.replace(begin, end - begin, text);
    } else {
      found->second = std::move(text);
    }
  }
  return true;
}

void Documents::Close(const std::string& uri) { texts_.erase(PathOf(uri)); }

}  // namespace writ::lsp
