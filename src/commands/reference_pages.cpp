#include "commands/reference_pages.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/support/nearest.h"
#include "iam/policy/pattern.h"

namespace writ::commands {
namespace {

using support::EmbeddedText;

/// `routed` of `qualifier-routed`; a name without a class is whole.
std::string_view WordOf(std::string_view name) {
  for (const std::string_view kind : {"condition-", "kind-", "qualifier-", "verb-"}) {
    if (name.starts_with(kind)) return name.substr(kind.size());
  }
  return name;
}

bool HasInHeading(const EmbeddedText& page, std::string_view word) {
  std::string spaced = " " + policy::FoldCase(PageHeading(page)) + " ";
  for (const char mark : {',', ':', '(', ')'}) std::ranges::replace(spaced, mark, ' ');
  return spaced.find(fmt::format(" {} ", word)) != std::string::npos;
}

std::vector<const EmbeddedText*> Where(bool (*holds)(const EmbeddedText&, std::string_view),
                                       std::string_view word) {
  std::vector<const EmbeddedText*> pages;
  for (const EmbeddedText& page : ReferencePages()) {
    if (page.name != "README.md" && holds(page, word)) pages.push_back(&page);
  }
  return pages;
}

}  // namespace

std::string_view PageName(const EmbeddedText& page) {
  return page.name.substr(0, page.name.rfind('.'));
}

std::string PageHeading(const EmbeddedText& page) {
  std::string heading;
  for (const char c : page.text.substr(0, page.text.find('\n'))) {
    if (c != '#' && c != '`') heading += c;
  }
  return heading.substr(std::min(heading.find_first_not_of(' '), heading.size()));
}

std::vector<const EmbeddedText*> PagesAbout(std::string_view word) {
  const std::string wanted = policy::FoldCase(word);
  const auto is_named = [](const EmbeddedText& page, std::string_view name) {
    return PageName(page) == name || WordOf(PageName(page)) == name;
  };
  const auto has_in_grammar = [](const EmbeddedText& page, std::string_view name) {
    return page.text.find(fmt::format("'{}'", name)) != std::string_view::npos;
  };
  std::vector<const EmbeddedText*> pages = Where(is_named, wanted);
  if (pages.empty()) pages = Where(HasInHeading, wanted);
  if (pages.empty()) pages = Where(has_in_grammar, wanted);
  return pages;
}

std::vector<std::string> NearestPageWords(std::string_view word) {
  std::vector<std::string_view> words;
  for (const EmbeddedText& page : ReferencePages()) {
    if (page.name != "README.md") words.push_back(WordOf(PageName(page)));
  }
  return support::Nearest(word, words, 3);
}

}  // namespace writ::commands
