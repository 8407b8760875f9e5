#include "base/support/json_list.h"

#include <utility>

#include "base/support/check.h"

namespace writ::support::json {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
/// Containers around an element: the object and the list.
constexpr std::uint32_t kDepthOfElements = 2;

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::size_t SkipSpace(std::string_view text, std::size_t at) {
  while (at < text.size() && IsSpace(text[at])) ++at;
  return at;
}

bool Sees(std::string_view text, std::size_t at, char c) {
  return at < text.size() && text[at] == c;
}

/// Behind the string that begins at `at`; nothing where it has no end.
std::size_t EndOfString(std::string_view text, std::size_t at) {
  for (std::size_t end = text.find('"', at + 1); end != kNone; end = text.find('"', end + 1)) {
    std::size_t before = end;
    while (before > at + 1 && text[before - 1] == '\\') --before;
    if ((end - before) % 2 == 0) return end + 1;
  }
  return kNone;
}

/// Behind the object or array that begins at `at`. Brackets are counted, whatever their kind.
std::size_t EndOfContainer(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = EndOfString(text, at);
      if (at == kNone) return kNone;
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return kNone;
}

/// Behind the value that begins at `at`, if one does: whether it is one is for its reader to tell.
std::size_t EndOfValue(std::string_view text, std::size_t at) {
  if (Sees(text, at, '"')) return EndOfString(text, at);
  if (Sees(text, at, '{') || Sees(text, at, '[')) return EndOfContainer(text, at);
  const std::size_t end = text.find_first_of(",]} \n\r\t", at);
  return end == at ? kNone : end;
}

/// What stands between the brackets of a list.
struct Cut {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<std::string_view> each;
};

/// Those of the list that begins at `at`. What this takes apart is JSON exactly if every element
/// is.
std::optional<Cut> ElementsAt(std::string_view text, std::size_t at) {
  Cut elements{at + 1, at + 1, {}};
  at = SkipSpace(text, at + 1);
  while (!Sees(text, at, ']')) {
    const std::size_t end = EndOfValue(text, at);
    if (end == kNone) return std::nullopt;
    elements.each.push_back(text.substr(at, end - at));
    at = SkipSpace(text, end);
    if (Sees(text, at, ']')) break;
    if (!Sees(text, at, ',')) return std::nullopt;
    at = SkipSpace(text, at + 1);
    if (Sees(text, at, ']')) return std::nullopt;
  }
  elements.end = at;
  return elements;
}

/// Those of the member `list` of the object that the text is; nothing where that is not to be seen
/// without reading it.
std::optional<Cut> FindElements(std::string_view text, std::string_view list) {
  std::size_t at = SkipSpace(text, 0);
  if (!Sees(text, at, '{')) return std::nullopt;
  do {
    at = SkipSpace(text, at + 1);
    if (!Sees(text, at, '"')) return std::nullopt;
    const std::size_t end = EndOfString(text, at);
    if (end == kNone) return std::nullopt;
    const std::string_view key = text.substr(at + 1, end - at - 2);
    if (key.find('\\') != kNone) return std::nullopt;
    at = SkipSpace(text, end);
    if (!Sees(text, at, ':')) return std::nullopt;
    at = SkipSpace(text, at + 1);
    if (key == list) return Sees(text, at, '[') ? ElementsAt(text, at) : std::nullopt;
    at = EndOfValue(text, at);
    if (at == kNone) return std::nullopt;
    at = SkipSpace(text, at);
  } while (Sees(text, at, ','));
  return std::nullopt;
}

}  // namespace

Result<LongList, Error> LongList::Read(std::string_view text, std::string_view list,
                                       std::size_t most) {
  LongList read;
  read.text_ = text;
  read.list_ = list;
  read.most_ = most;
  const Limits limits{.bytes = most};
  std::optional<Cut> elements = text.size() <= most ? FindElements(text, list) : std::nullopt;
  if (elements) {
    std::string rest(text.substr(0, elements->begin));
    rest += text.substr(elements->end);
    auto document = OwningDocument::Parse(std::move(rest), limits);
    if (document) {
      read.rest_ = *std::move(document);
      read.cut_ = elements->begin;
      read.left_out_ = elements->end - elements->begin;
      read.elements_ = std::move(elements->each);
      return read;
    }
  }
  auto document = OwningDocument::Parse(std::string(text), limits);
  if (!document) return document.error();
  read.rest_ = *std::move(document);
  return read;
}

std::size_t LongList::OffsetOf(const Value& value) const {
  return value.begin() < cut_ ? value.begin() : value.begin() + left_out_;
}

std::optional<Error> LongList::ForEach(
    const std::function<void(const Value& element, std::size_t offset)>& each) const {
  if (left_out_ == 0) {
    const std::optional<Value> whole = root().Find(list_);
    if (!whole) return std::nullopt;
    for (const Value element : whole->elements()) each(element, element.begin());
    return std::nullopt;
  }
  const Limits limits{.bytes = most_, .depth = Limits{}.depth - kDepthOfElements};
  Document document;
  for (const std::string_view element : elements_) {
    if (document.Read(element, limits)) {
      auto whole = Parse(text_, {.bytes = most_});
      WRIT_CHECK(!whole.ok(), "a text is JSON only if its parts are");
      return whole.error();
    }
    each(document.root(), static_cast<std::size_t>(element.data() - text_.data()));
  }
  return std::nullopt;
}

}  // namespace writ::support::json
