#include "output/lower/widen.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "facts/catalog/action_names.h"
#include "iam/policy/document.h"
#include "iam/policy/pattern.h"

namespace writ::lower {
namespace {

using Texts = std::vector<std::string>;

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

std::string ServiceOf(std::string_view action) {
  return policy::FoldCase(action.substr(0, action.find(':')));
}

/// The shortest literals and word prefixes that match exactly the wanted names, by the tree of
/// names: what shares a prefix is taken whole or put together from its branches.
class WordPrefixes {
 public:
  WordPrefixes(const catalog::ActionNames& names, const std::vector<bool>& wanted)
      : names_(names), wanted_(wanted), overhead_(names.prefix.size() + 4) {}

  Texts Run() const {
    Texts patterns;
    Best(0, names_.folded.size(), 0, patterns);
    return patterns;
  }

 private:
  /// Names [begin, end) share their first `depth` characters, and no other name does. Returns the
  /// characters of what is put into `out`. Recursion is as deep as a name is long.
  std::size_t Best(std::size_t begin, std::size_t end, std::size_t depth, Texts& out) const {
    const auto first = wanted_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = wanted_.begin() + static_cast<std::ptrdiff_t>(end);
    const auto count = std::count(first, last, true);
    if (count == 0) return 0;
    if (end - begin == 1) {
      out.push_back(names_.spelled[begin]);
      return names_.spelled[begin].size() + overhead_;
    }
    const std::size_t shared = SharedBy(begin, end);
    Texts branches;
    const std::size_t sum = Branches(begin, end, shared, branches);
    const std::size_t word = count == last - first ? WordEnd(begin, end, depth, shared) : kNever;
    if (word != kNever && word + 1 + overhead_ < sum) {
      out.push_back(names_.spelled[begin].substr(0, word) + "*");
      return word + 1 + overhead_;
    }
    std::ranges::move(branches, std::back_inserter(out));
    return sum;
  }

  std::size_t Branches(std::size_t begin, std::size_t end, std::size_t shared, Texts& out) const {
    std::size_t sum = 0;
    while (begin < end) {
      std::size_t next = begin + 1;
      const std::string& name = names_.folded[begin];
      // A name that all others begin with is a branch of its own.
      const bool is_whole = name.size() == shared;
      while (!is_whole && next < end && names_.folded[next][shared] == name[shared]) ++next;
      sum += Best(begin, next, shared + 1, out);
      begin = next;
    }
    return sum;
  }

  std::size_t SharedBy(std::size_t begin, std::size_t end) const {
    const std::string& a = names_.folded[begin];
    const std::string& b = names_.folded[end - 1];
    const auto [at, unused] = std::ranges::mismatch(a, b);
    return static_cast<std::size_t>(at - a.begin());
  }

  /// The first place from `depth` to `shared` where a word of each of the names ends.
  std::size_t WordEnd(std::size_t begin, std::size_t end, std::size_t depth,
                      std::size_t shared) const {
    for (std::size_t place = depth; place <= shared; ++place) {
      bool is_end = true;
      for (std::size_t n = begin; n < end && is_end; ++n) {
        const std::string& name = names_.spelled[n];
        is_end = place == name.size() || std::isupper(static_cast<unsigned char>(name[place])) != 0;
      }
      if (is_end) return place;
    }
    return kNever;
  }

  const catalog::ActionNames& names_;
  const std::vector<bool>& wanted_;
  std::size_t overhead_;  ///< of one element: service, colon, quotes, comma
};

class Widener {
 public:
  explicit Widener(const catalog::Catalog& catalog) : catalog_(catalog) {}

  /// Keeps the lists of the services of which `actions` are allowed by pattern or unknown name.
  void KeepExact(const Texts& actions) {
    for (const std::string& action : actions) {
      if (!allowed_.insert(action).second) continue;
      const std::size_t colon = action.find(':');
      const std::string service = ServiceOf(action);
      if (colon == std::string::npos || policy::HasWildcard(service)) {
        is_all_exact_ = true;
      } else if (policy::HasWildcard(action) ||
                 !catalog_.FindAction(service, action.substr(colon + 1))) {
        exact_.insert(service);
      }
    }
  }

  /// Whether the list became another.
  bool Widen(Texts& actions) {
    if (is_all_exact_) return false;
    std::map<std::string, Texts> by_service;
    for (const std::string& action : actions) by_service[ServiceOf(action)].push_back(action);
    Texts wider;
    for (const auto& [service, listed] : by_service) {
      std::ranges::move(exact_.contains(service) ? listed : Widened(service, listed),
                        std::back_inserter(wider));
    }
    std::ranges::sort(wider);
    if (wider.size() >= actions.size()) return false;
    actions = std::move(wider);
    return true;
  }

 private:
  Texts Widened(const std::string& service, const Texts& listed) {
    const auto [at, is_new] = names_.try_emplace(service);
    if (is_new) at->second = catalog::ActionNamesOf(catalog_, service);
    const catalog::ActionNames& names = at->second;
    std::vector<bool> wanted(names.folded.size());
    Texts wider;
    for (const std::string& action : listed) {
      const std::string name = policy::FoldCase(action.substr(action.find(':') + 1));
      const auto found = std::ranges::lower_bound(names.folded, name);
      if (found != names.folded.end() && *found == name) {
        wanted[static_cast<std::size_t>(found - names.folded.begin())] = true;
      } else {
        wider.push_back(action);
      }
    }
    if (wider.size() == listed.size()) return wider;
    for (const std::string& name : WordPrefixes(names, wanted).Run()) {
      wider.push_back(fmt::format("{}:{}", names.prefix, name));
    }
    return wider;
  }

  const catalog::Catalog& catalog_;
  std::map<std::string, catalog::ActionNames> names_;
  std::set<std::string> allowed_;  ///< seen by KeepExact
  std::set<std::string> exact_;
  bool is_all_exact_ = false;
};

/// What was known of lists of names is no bound for wildcards; the number of statements is.
void NoteWidened(Document& document) {
  if (!document.smallness) return;
  document.smallness->is_smallest = false;
  document.smallness->least_characters = 0;
}

}  // namespace

void WidenDenials(std::vector<Document>& documents, const catalog::Catalog& catalog) {
  Widener widener(catalog);
  for (const Document& document : documents) {
    const bool grants = document.kind == Document::Kind::kIdentity ||
                        document.kind == Document::Kind::kPermissionSet;
    if (!grants) continue;
    for (const Sourced& sourced : document.statements) {
      widener.KeepExact(sourced.statement.action.values);
    }
  }
  for (Document& document : documents) {
    if (document.kind != Document::Kind::kScp) continue;
    for (Sourced& sourced : document.statements) {
      if (sourced.statement.effect != policy::Effect::kDeny) continue;
      if (sourced.statement.action.sense != policy::Sense::kListed) continue;
      if (widener.Widen(sourced.statement.action.values)) NoteWidened(document);
    }
  }
}

}  // namespace writ::lower
