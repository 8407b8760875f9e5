#include "program/sema/context.h"

#include <array>

namespace writ::sema {
namespace {

struct SortRow {
  Sort sort;
  std::string_view name;      ///< in `policy p(x: Name)` and in the library
  std::string_view words;     ///< in messages
  std::string_view singular;  ///< after `any`
  std::string_view plural;    ///< alone
};

/// Profiles have no word of their own: `application-profiles` and `system-profiles` are sets.
constexpr std::array<SortRow, 14> kSorts{{
    {Sort::kAccounts, "Accounts", "accounts", "account", "accounts"},
    {Sort::kRegions, "Regions", "regions", "region", "regions"},
    {Sort::kModels, "Models", "models", "model", "models"},
    {Sort::kTeams, "Teams", "teams", "team", "teams"},
    {Sort::kGuardrails, "Guardrails", "guardrails", "guardrail", "guardrails"},
    {Sort::kEndpoints, "Endpoints", "endpoints", "endpoint", "endpoints"},
    {Sort::kProfiles, "Profiles", "inference profiles", "profile", "profiles"},
    {Sort::kKnowledgeBases, "KnowledgeBases", "knowledge bases", "knowledge-base",
     "knowledge-bases"},
    {Sort::kAgents, "Agents", "agents", "agent", "agents"},
    {Sort::kFlows, "Flows", "flows", "flow", "flows"},
    {Sort::kPrompts, "Prompts", "prompts", "prompt", "prompts"},
    {Sort::kServices, "Services", "services", "service", "services"},
    {Sort::kKinds, "Kinds", "administrable kinds", "kind", "kinds"},
    {Sort::kResources, "Resources", "resources", "resource", "resources"},
}};

const SortRow& RowOf(Sort sort) { return kSorts[static_cast<std::size_t>(sort)]; }

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

const Environment::Binding* Environment::Find(std::string_view name) const {
  for (const Environment* at = this; at != nullptr; at = at->outer) {
    const auto found = at->bindings.find(name);
    if (found != at->bindings.end()) return &found->second;
  }
  return nullptr;
}

std::string_view SortWords(Sort sort) { return RowOf(sort).words; }
std::string_view SortSingular(Sort sort) { return RowOf(sort).singular; }
std::string_view SortName(Sort sort) { return RowOf(sort).name; }

std::optional<Sort> SortNamed(std::string_view name) {
  for (const SortRow& row : kSorts)
    if (row.name == name) return row.sort;
  return std::nullopt;
}

std::optional<SortWord> FindSortWord(std::string_view word) {
  for (const SortRow& row : kSorts) {
    if (row.plural == word) return SortWord{row.sort, true};
    if (row.singular == word) return SortWord{row.sort, false};
  }
  return std::nullopt;
}

std::vector<std::string> SortWordList() {
  std::vector<std::string> words;
  for (const SortRow& row : kSorts) words.emplace_back(row.plural);
  return words;
}

std::string SentenceText(std::string_view text) {
  std::string result;
  bool in_string = false;
  bool gap = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!in_string && c == '/' && i + 1 < text.size() && text[i + 1] == '/') {
      while (i + 1 < text.size() && text[i + 1] != '\n') ++i;
      gap = true;
      continue;
    }
    if (!in_string && IsSpace(c)) {
      gap = true;
      continue;
    }
    if (gap && !result.empty()) result += ' ';
    gap = false;
    if (c == '"') in_string = !in_string;
    result += c;
    if (in_string && c == '\\' && i + 1 < text.size()) result += text[++i];
  }
  return result;
}

std::string OrList(const std::vector<std::string>& words, std::string_view last) {
  std::string result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) result += i + 1 == words.size() ? " " + std::string(last) + " " : ", ";
    result += "`" + words[i] + "`";
  }
  return result;
}

}  // namespace writ::sema
