#include "wildcards.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "facts/catalog/action_names.h"
#include "iam/policy/pattern.h"

namespace writ::minimise {
namespace {

using Texts = std::vector<std::string>;

/// Patterns times names that one list of one service may cost.
constexpr std::size_t kMaxMatches = 400'000;

/// The service of an action pattern, folded; nothing if it has a wildcard or no colon.
std::optional<std::string> ServiceOf(std::string_view action) {
  const std::size_t colon = action.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view service = action.substr(0, colon);
  if (service.find_first_of("*?$") != std::string_view::npos) return std::nullopt;
  return policy::FoldCase(service);
}

std::string Glob(std::string_view pattern) {
  std::string glob = policy::FoldCase(pattern);
  std::ranges::replace(glob, '*', policy::kAnyRun);
  std::ranges::replace(glob, '?', policy::kAnyOne);
  return glob;
}

std::vector<bool> Matching(const catalog::ActionNames& names, std::string_view pattern) {
  const std::string glob = Glob(pattern);
  std::vector<bool> matching(names.folded.size());
  for (std::size_t i = 0; i < names.folded.size(); ++i) {
    matching[i] = policy::MatchesGlob(glob, names.folded[i]);
  }
  return matching;
}

/// The cheapest literals and prefixes that match exactly the wanted names, by the tree of names:
/// what is below one prefix is either taken whole or put together from its branches.
class PrefixTree {
 public:
  PrefixTree(const catalog::ActionNames& names, const std::vector<bool>& wanted,
             std::size_t overhead)
      : names_(names), wanted_(wanted), overhead_(overhead) {}

  Texts Run() {
    Texts patterns;
    if (!names_.folded.empty()) Best(0, names_.folded.size(), 0, patterns);
    return patterns;
  }

 private:
  /// Names [begin, end) share their first `depth` characters, and no other name does. Recursion is
  /// as deep as a name is long.
  std::size_t Best(std::size_t begin, std::size_t end, std::size_t depth, Texts& out) const {
    const auto first = wanted_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = wanted_.begin() + static_cast<std::ptrdiff_t>(end);
    const auto count = std::count(first, last, true);
    if (count == 0) return 0;
    const bool is_all = count == last - first;
    const std::size_t whole = depth + 1 + overhead_;
    if (end - begin == 1) {
      const std::size_t literal = names_.folded[begin].size() + overhead_;
      const bool is_shorter = whole < literal;
      out.push_back(is_shorter ? Prefix(begin, depth) : names_.spelled[begin]);
      return std::min(whole, literal);
    }
    Texts branches;
    const std::size_t sum = Branches(begin, end, branches);
    if (is_all && whole <= sum) {
      out.push_back(Prefix(begin, depth));
      return whole;
    }
    std::ranges::move(branches, std::back_inserter(out));
    return sum;
  }

  std::size_t Branches(std::size_t begin, std::size_t end, Texts& out) const {
    // All share what the first and the last share.
    const std::string& a = names_.folded[begin];
    const std::string& b = names_.folded[end - 1];
    std::size_t shared = 0;
    while (shared < a.size() && shared < b.size() && a[shared] == b[shared]) ++shared;
    std::size_t sum = 0;
    if (a.size() == shared) {
      // A name that is a prefix of all others.
      if (wanted_[begin]) {
        out.push_back(names_.spelled[begin]);
        sum += a.size() + overhead_;
      }
      ++begin;
    }
    while (begin < end) {
      std::size_t next = begin + 1;
      while (next < end && names_.folded[next][shared] == names_.folded[begin][shared]) ++next;
      sum += Best(begin, next, shared + 1, out);
      begin = next;
    }
    return sum;
  }

  std::string Prefix(std::size_t name, std::size_t depth) const {
    return names_.spelled[name].substr(0, depth) + "*";
  }

  const catalog::ActionNames& names_;
  const std::vector<bool>& wanted_;
  std::size_t overhead_;  ///< of one element: service, colon, quotes, comma
};

/// Where words of a name begin: "GetBucketAcl" → 0, 3, 9; and its end.
std::vector<std::size_t> WordBounds(std::string_view name) {
  std::vector<std::size_t> bounds;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool is_upper = std::isupper(static_cast<unsigned char>(name[i])) != 0;
    if (i == 0 || is_upper) bounds.push_back(i);
  }
  bounds.push_back(name.size());
  return bounds;
}

/// Patterns with wildcards in other places than the end, made of whole words of a wanted name.
std::set<std::string> WordPatterns(const catalog::ActionNames& names,
                                   const std::vector<bool>& wanted) {
  std::set<std::string> patterns;
  for (std::size_t n = 0; n < names.spelled.size(); ++n) {
    if (!wanted[n]) continue;
    const std::string& name = names.spelled[n];
    const std::vector<std::size_t> bounds = WordBounds(name);
    for (std::size_t a = 0; a < bounds.size(); ++a) {
      for (std::size_t b = a; b < bounds.size(); ++b) {
        const std::string head = name.substr(0, bounds[a]);
        const std::string tail = name.substr(bounds[b]);
        const std::string middle = name.substr(bounds[a], bounds[b] - bounds[a]);
        if (!tail.empty() && !middle.empty()) patterns.insert(head + "*" + tail);
        if (!middle.empty() && a > 0) patterns.insert("*" + middle + "*");
      }
    }
    if (patterns.size() * names.spelled.size() > kMaxMatches) break;
  }
  return patterns;
}

struct Candidate {
  std::string pattern;
  std::vector<std::size_t> matches;
};

/// Greedy: always the pattern that costs least for each name that is still missing.
Texts CoverByPatterns(const catalog::ActionNames& names, const std::vector<bool>& wanted,
                      const Texts& known, std::size_t overhead) {
  std::set<std::string> patterns = WordPatterns(names, wanted);
  patterns.insert(known.begin(), known.end());
  if (patterns.size() * names.spelled.size() > 2 * kMaxMatches) return known;
  std::vector<Candidate> candidates;
  for (const std::string& pattern : patterns) {
    const std::vector<bool> matching = Matching(names, pattern);
    Candidate candidate{pattern, {}};
    bool is_exact = true;
    for (std::size_t i = 0; i < matching.size() && is_exact; ++i) {
      is_exact = !matching[i] || wanted[i];
      if (matching[i]) candidate.matches.push_back(i);
    }
    if (is_exact && !candidate.matches.empty()) candidates.push_back(std::move(candidate));
  }
  std::vector<bool> missing = wanted;
  Texts chosen;
  while (std::ranges::find(missing, true) != missing.end()) {
    const Candidate* best = nullptr;
    std::size_t best_new = 0;
    for (const Candidate& candidate : candidates) {
      const auto fresh = static_cast<std::size_t>(
          std::ranges::count_if(candidate.matches, [&](std::size_t i) { return missing[i]; }));
      if (fresh == 0) continue;
      const std::size_t cost = candidate.pattern.size() + overhead;
      if (best == nullptr || cost * best_new < (best->pattern.size() + overhead) * fresh) {
        best = &candidate;
        best_new = fresh;
      }
    }
    chosen.push_back(best->pattern);
    for (const std::size_t i : best->matches) missing[i] = false;
  }
  // What later choices made superfluous goes, the longest first.
  std::ranges::stable_sort(
      chosen, [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  for (std::size_t c = 0; c < chosen.size();) {
    std::vector<bool> still(names.folded.size());
    for (std::size_t o = 0; o < chosen.size(); ++o) {
      if (o == c) continue;
      const std::vector<bool> matching = Matching(names, chosen[o]);
      for (std::size_t i = 0; i < still.size(); ++i) still[i] = still[i] || matching[i];
    }
    if (still == wanted) {
      chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(c));
    } else {
      ++c;
    }
  }
  std::ranges::sort(chosen);
  return chosen;
}

std::size_t Length(const Texts& texts) {
  std::size_t sum = texts.size() == 1 ? 2 : 1;
  for (const std::string& text : texts) sum += text.size() + (texts.size() == 1 ? 0 : 3);
  return sum;
}

/// The patterns of one service anew.
Texts Shorten(const catalog::ActionNames& names, const Texts& patterns) {
  std::vector<bool> wanted(names.folded.size());
  Texts kept;
  for (const std::string& pattern : patterns) {
    const std::vector<bool> matching = Matching(names, pattern.substr(pattern.find(':') + 1));
    if (std::ranges::find(matching, true) == matching.end()) kept.push_back(pattern);
    for (std::size_t i = 0; i < matching.size(); ++i) wanted[i] = wanted[i] || matching[i];
  }
  const std::size_t overhead = names.prefix.size() + 4;
  const Texts prefixes = PrefixTree(names, wanted, overhead).Run();
  Texts best = prefixes;
  if (prefixes.size() > 1) {
    Texts others = CoverByPatterns(names, wanted, prefixes, overhead);
    const auto cost = [&](const Texts& texts) {
      return Length(texts) + texts.size() * (names.prefix.size() + 1);
    };
    if (cost(others) < cost(best)) best = std::move(others);
  }
  for (const std::string& name : best) kept.push_back(fmt::format("{}:{}", names.prefix, name));
  return kept;
}

class Lists {
 public:
  explicit Lists(const catalog::Catalog& catalog) : catalog_(catalog) {}

  const catalog::ActionNames& Of(const std::string& service) {
    const auto [at, is_new] = names_.try_emplace(service);
    if (is_new) at->second = catalog::ActionNamesOf(catalog_, service);
    return at->second;
  }

  Texts Shortened(const Texts& actions) {
    // Services stay in the order of their first action.
    Texts shortened;
    std::map<std::string, Texts> by_service;
    for (const std::string& action : actions) {
      if (const auto service = ServiceOf(action)) by_service[*service].push_back(action);
    }
    std::set<std::string> done;
    for (const std::string& action : actions) {
      const auto service = ServiceOf(action);
      if (!service || Of(*service).folded.empty()) {
        shortened.push_back(action);
      } else if (done.insert(*service).second) {
        const Texts& before = by_service[*service];
        Texts after = Shorten(Of(*service), before);
        std::ranges::move(Length(after) < Length(before) ? after : before,
                          std::back_inserter(shortened));
      }
    }
    return Length(shortened) < Length(actions) ? shortened : actions;
  }

  Texts Expanded(const Texts& actions) {
    std::set<std::string> expanded;
    for (const std::string& action : actions) {
      const auto service = ServiceOf(action);
      bool is_known = false;
      if (service) {
        const catalog::ActionNames& names = Of(*service);
        const std::vector<bool> matching = Matching(names, action.substr(action.find(':') + 1));
        for (std::size_t i = 0; i < matching.size(); ++i) {
          if (!matching[i]) continue;
          expanded.insert(fmt::format("{}:{}", *service, names.folded[i]));
          is_known = true;
        }
      }
      if (!is_known) expanded.insert(policy::FoldCase(action));
    }
    return {expanded.begin(), expanded.end()};
  }

 private:
  const catalog::Catalog& catalog_;
  std::map<std::string, catalog::ActionNames> names_;
};

}  // namespace

std::size_t ShortenActions(std::vector<policy::Statement>& statements,
                           const catalog::Catalog& catalog) {
  Lists lists(catalog);
  std::size_t shortened = 0;
  for (policy::Statement& statement : statements) {
    Texts fewer = lists.Shortened(statement.action.values);
    if (fewer == statement.action.values) continue;
    statement.action.values = std::move(fewer);
    ++shortened;
  }
  return shortened;
}

policy::PolicyDocument ExpandActions(policy::PolicyDocument document,
                                     const catalog::Catalog& catalog) {
  Lists lists(catalog);
  for (policy::Statement& statement : document.statements) {
    statement.action.values = lists.Expanded(statement.action.values);
  }
  return document;
}

}  // namespace writ::minimise
