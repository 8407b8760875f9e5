#include "template.h"

#include <algorithm>

#include "base/support/check.h"
#include "facts/catalog/catalog.h"
#include "iam/policy/pattern.h"

namespace writ::lower {

void Places::Set(std::string_view placeholder, std::vector<std::string> texts) {
  for (auto& [name, old] : places_) {
    if (name == placeholder) {
      old = std::move(texts);
      return;
    }
  }
  places_.emplace_back(placeholder, std::move(texts));
}

const std::vector<std::string>* Places::Find(std::string_view placeholder) const {
  for (const auto& [name, texts] : places_) {
    if (name == placeholder) return &texts;
  }
  return nullptr;
}

std::vector<std::string> Fill(std::string_view text, const Places& places) {
  std::vector<std::string> filled{""};
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    for (std::string& out : filled) out.append(text.substr(0, open));
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    WRIT_CHECK(close != std::string_view::npos, "a template closes its braces");
    const std::vector<std::string>* values = places.Find(text.substr(open + 1, close - open - 1));
    WRIT_CHECK(values != nullptr, text);
    std::vector<std::string> next;
    next.reserve(filled.size() * values->size());
    for (const std::string& out : filled) {
      for (const std::string& value : *values) next.push_back(out + value);
    }
    filled = std::move(next);
    text.remove_prefix(close + 1);
  }
  return filled;
}

bool IsTemplate(std::string_view text) {
  const std::size_t brace = text.find('{');
  return brace != std::string_view::npos && (brace == 0 || text[brace - 1] != '$');
}

std::vector<std::string> FillAll(const std::vector<std::string>& texts, const Places& places) {
  std::vector<std::string> all;
  for (const std::string& text : texts) {
    for (std::string& filled : Fill(text, places)) all.push_back(std::move(filled));
  }
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

namespace {

/// Whether every text of glob `narrow` is one of `wide`; with `?` in `wide`, "not known to be".
bool CoversGlob(std::string_view wide, std::string_view narrow) {
  return wide.find('?') == std::string_view::npos && catalog::MatchesPattern(wide, narrow);
}

bool CoversArn(const std::string& wide, const std::string& narrow) {
  const auto a = policy::SplitArn(wide);
  const auto b = policy::SplitArn(narrow);
  if (!a || !b) return wide == narrow;
  for (std::size_t i = 0; i < a->size(); ++i) {
    if (!CoversGlob((*a)[i], (*b)[i])) return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> WithoutCovered(std::vector<std::string> arns) {
  std::ranges::sort(arns);
  arns.erase(std::unique(arns.begin(), arns.end()), arns.end());
  std::vector<std::string> kept;
  for (const std::string& arn : arns) {
    const bool covered = std::ranges::any_of(arns, [&](const std::string& other) {
      return other != arn && CoversArn(other, arn) && !(CoversArn(arn, other) && arn < other);
    });
    if (!covered) kept.push_back(arn);
  }
  return kept;
}

}  // namespace writ::lower
