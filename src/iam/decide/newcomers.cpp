#include "iam/decide/newcomers.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "iam/policy/account.h"
#include "iam/policy/pattern.h"

namespace writ::decide {
namespace {

using policy::OperatorFamily;
using policy::PolicyDocument;
using policy::Statement;

constexpr std::string_view kAccount = "aws:principalaccount";
constexpr std::string_view kArn = "aws:principalarn";
constexpr std::string_view kPaths = "aws:principalorgpaths";
constexpr std::string_view kOwner = "aws:resourceaccount";
/// The element Resource or NotResource, and the account in it.
constexpr std::string_view kResource = "resource";
constexpr std::string_view kInResource = "resource account";
/// Places of patterns that are looked at.
constexpr std::size_t kMostSteps = 300'000;

constexpr char kWild[] = {policy::kAnyRun, policy::kAnyOne, '\0'};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Without a digit no pattern tells two ids apart: they are equally long.
bool HasDigit(std::string_view glob) { return std::ranges::any_of(glob, IsDigit); }

// ---- what documents ask

/// A text as a pattern, and what stands before the caller's account in it, if that is part of it.
struct Text {
  std::string glob;
  std::optional<std::string> before;
};

Text Read(std::string_view text, policy::Version version, policy::Wildcards wildcards) {
  const policy::Pattern pattern = policy::ParsePattern(text, version, wildcards);
  Text read;
  for (std::size_t i = 0; i < pattern.literals.size(); ++i) {
    read.glob += pattern.literals[i];
    if (i == pattern.variables.size()) break;
    if (pattern.variables[i].key == kAccount && !read.before) read.before = read.glob;
    read.glob += policy::kAnyRun;
  }
  return read;
}

std::string Written(std::string glob) {
  std::ranges::replace(glob, policy::kAnyRun, '*');
  std::ranges::replace(glob, policy::kAnyOne, '?');
  return glob;
}

/// A pattern that a text may meet which holds the caller's account after `before`.
void Compare(const std::string& before, const std::string& glob, Distinctions& found) {
  if (before.find_first_of(kWild) == std::string::npos) {
    found.ids.insert({{glob}, before, false});
    return;
  }
  const std::string one = Written(before) + "*";
  const std::string other = Written(glob);
  if (!found.obstacle.empty() || !policy::MayOverlap(one, other)) return;
  found.obstacle =
      fmt::format("what `{}` is compared with holds the caller's account after a wildcard", other);
}

class Collector {
 public:
  explicit Collector(AskedTexts& asked) : asked_(asked), found_(asked.found) {}

  void Visit(const PolicyDocument& document) {
    for (const Statement& statement : document.statements) Visit(statement, document.version);
  }

 private:
  void Visit(const Statement& statement, policy::Version version) {
    if (statement.resource) {
      for (const std::string& resource : statement.resource->values) {
        Say(kResource, Read(resource, version, policy::Wildcards::kActive));
        const std::optional<policy::ArnSegments> segments = policy::SplitArn(resource);
        if (!segments) continue;
        Say(kInResource, Read((*segments)[4], version, policy::Wildcards::kActive));
      }
    }
    for (const policy::Condition& condition : statement.conditions) Visit(condition, version);
  }

  void Visit(const policy::Condition& condition, policy::Version version) {
    const std::string key = policy::FoldCase(condition.key);
    const OperatorFamily family = policy::FamilyOf(condition.op.base);
    if (family == OperatorFamily::kNull) return;
    const policy::BaseOperator positive = policy::PositiveOf(condition.op.base);
    const bool is_glob =
        family == OperatorFamily::kArn || positive == policy::BaseOperator::kStringLike;
    const bool is_ordered = family == OperatorFamily::kNumeric || family == OperatorFamily::kDate;
    if (key == kAccount && is_ordered && found_.obstacle.empty()) {
      found_.obstacle = fmt::format("{} of {} puts accounts in an order",
                                    policy::OperatorName(condition.op), condition.key);
    }
    std::set<std::string> globs;
    for (const std::string& value : condition.values) {
      const std::string text = positive == policy::BaseOperator::kStringEqualsIgnoreCase
                                   ? policy::FoldCase(value)
                                   : value;
      const Text read =
          Read(text, version, is_glob ? policy::Wildcards::kActive : policy::Wildcards::kLiteral);
      Say(key, read);
      // Who asks for the owner's account asks for the account in the resource.
      if (key == kOwner) Say(kInResource, read);
      if (!read.before) globs.insert(read.glob);
    }
    if (key == kAccount) Ask(std::move(globs));
    if (key == kPaths) found_.paths.insert({std::move(globs), "", true});
    if (key == kArn && family == OperatorFamily::kArn) AskSegments(condition.values, version);
    if (key == kArn && family != OperatorFamily::kArn) AskWhole(globs);
  }

  /// ARNs are compared part by part: those of equal principals are one test of their accounts.
  void AskSegments(const std::vector<std::string>& arns, policy::Version version) {
    std::map<std::string, std::set<std::string>> by_rest;
    for (const std::string& arn : arns) {
      const std::optional<policy::ArnSegments> segments = policy::SplitArn(arn);
      if (!segments) continue;
      const auto& [scheme, partition, service, region, account, rest] = *segments;
      const Text read = Read(account, version, policy::Wildcards::kActive);
      if (read.before) continue;
      by_rest[fmt::format("{}:{}:{}:{}:{}", scheme, partition, service, region, rest)].insert(
          read.glob);
    }
    for (auto& [rest, globs] : by_rest) Ask(std::move(globs));
  }

  void AskWhole(const std::set<std::string>& globs) {
    for (const std::string& glob : globs) {
      if (!HasDigit(glob)) continue;
      for (const std::string_view partition : {"aws", "aws-cn", "aws-us-gov"}) {
        for (const std::string_view service : {"iam", "sts"}) {
          found_.ids.insert({{glob}, fmt::format("arn:{}:{}::", partition, service), false});
        }
      }
    }
  }

  void Ask(std::set<std::string> globs) {
    if (std::ranges::any_of(globs, HasDigit)) found_.ids.insert({std::move(globs), "", true});
  }

  void Say(std::string_view slot, const Text& text) {
    if (text.before) {
      asked_.holding.insert({std::string(slot), *text.before});
    } else if (HasDigit(text.glob)) {
      asked_.said[std::string(slot)].insert(text.glob);
    }
  }

  AskedTexts& asked_;
  Distinctions& found_;
};

// ---- classes

/// Where in a pattern one may be after a text: places, sorted.
using Places = std::vector<std::uint32_t>;

class Glob {
 public:
  Glob(std::string_view glob, std::string_view before) : glob_(glob) {
    begin_ = Close({0});
    for (const char c : before) begin_ = Step(begin_, c);
  }

  [[nodiscard]] const Places& begin() const { return begin_; }

  [[nodiscard]] Places Step(const Places& places, char c) const {
    Places next;
    for (const std::uint32_t at : places) {
      if (at == glob_.size()) continue;
      const char token = glob_[at];
      if (token == policy::kAnyRun) next.push_back(at);
      if (token == c || token == policy::kAnyOne) next.push_back(at + 1);
    }
    return Close(std::move(next));
  }

  /// Whether nothing need follow.
  [[nodiscard]] bool IsMet(const Places& places) const {
    return std::ranges::binary_search(places, glob_.size());
  }

 private:
  /// With what empty runs lead to. Whatever can follow an earlier place can follow a run, too.
  [[nodiscard]] Places Close(Places places) const {
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i] < glob_.size() && glob_[places[i]] == policy::kAnyRun) {
        places.push_back(places[i] + 1);
      }
    }
    std::ranges::sort(places);
    places.erase(std::unique(places.begin(), places.end()), places.end());
    const auto run = std::find_if(places.rbegin(), places.rend(), [&](std::uint32_t at) {
      return at < glob_.size() && glob_[at] == policy::kAnyRun;
    });
    if (run != places.rend()) places.erase(places.begin(), run.base() - 1);
    return places;
  }

  std::string_view glob_;
  Places begin_;
};

/// Those of a sorted list that begin as a text does: from, to.
using Known = std::pair<std::size_t, std::size_t>;

Known Narrow(const std::vector<std::string>& all, Known known, std::size_t at, char c) {
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(known.first);
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(known.second);
  const auto letter = [&](const std::string& text) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) + 1 : 0;
  };
  const auto found =
      std::ranges::equal_range(begin, end, static_cast<unsigned char>(c) + 1, {}, letter);
  return {static_cast<std::size_t>(found.begin() - all.begin()),
          static_cast<std::size_t>(found.end() - all.begin())};
}

/// What is known of a text that is being read.
struct State {
  std::vector<Places> places;  ///< by pattern
  Known known;                 ///< ids that it may still become
  std::size_t length = 0;      ///< of the id at hand
  auto operator<=>(const State&) const = default;
};

/// What tells classes apart: by test, what of it a text meets.
using Told = std::vector<Places>;

/// Reads texts against all patterns at once. Of tests that outlive it.
class Finder {
 public:
  /// Patterns in `apart` are left out: no text that is read is one of them.
  Finder(const std::set<TextTest>& tests, const std::set<std::string>& apart) {
    for (const TextTest& test : tests) {
      const std::size_t first = globs_.size();
      for (const std::string& glob : test.globs) {
        if (!test.is_whole || !apart.contains(glob)) {
          globs_.emplace_back(glob, test.before);
        }
      }
      tests_.push_back({first, globs_.size(), test.is_whole});
    }
  }

  [[nodiscard]] State Begin(const std::vector<std::string>& known) const {
    State state;
    for (const Glob& glob : globs_) state.places.push_back(glob.begin());
    state.known = {0, known.size()};
    return state;
  }

  void Read(State& state, char c) const {
    for (std::size_t i = 0; i < globs_.size(); ++i) {
      state.places[i] = globs_[i].Step(state.places[i], c);
    }
  }

  [[nodiscard]] Told ToldOf(const State& state) const {
    Told told;
    for (const auto& [first, end, is_whole] : tests_) {
      bool is_met = false;
      for (std::size_t i = first; i < end; ++i) {
        if (!is_whole) told.push_back(state.places[i]);
        is_met = is_met || globs_[i].IsMet(state.places[i]);
      }
      if (is_whole) told.push_back(is_met ? Places{1} : Places{});
    }
    return told;
  }

  [[nodiscard]] std::size_t size() const { return globs_.size(); }

 private:
  struct Span {
    std::size_t first;
    std::size_t end;
    bool is_whole;
  };
  std::vector<Glob> globs_;
  std::vector<Span> tests_;
};

struct Id {
  std::string text;
  bool is_named = false;
};

/// The ids that tests name one by one.
std::set<std::string> NamedIn(const std::set<TextTest>& tests) {
  std::set<std::string> named;
  for (const TextTest& test : tests) {
    if (!test.is_whole) continue;
    std::ranges::copy_if(test.globs, std::inserter(named, named.end()), policy::IsAccountId);
  }
  return named;
}

/// An id of each class: first those that no test names.
std::optional<std::vector<Id>> IdsOf(const std::set<TextTest>& tests,
                                     const std::vector<std::string>& accounts) {
  // Ids of equal digits are seen to be examples.
  constexpr std::string_view kDigits = "5678943210";
  const std::set<std::string> named = NamedIn(tests);
  std::vector<std::string> taken;
  std::ranges::set_union(accounts, named, std::back_inserter(taken));
  const Finder finder(tests, named);
  std::vector<std::pair<State, std::string>> layer{{finder.Begin(taken), ""}};
  std::size_t steps = 0;
  for (std::size_t at = 0; at < policy::kAccountDigits; ++at) {
    std::vector<std::pair<State, std::string>> next;
    std::set<State> seen;
    for (const auto& [state, text] : layer) {
      for (const char digit : kDigits) {
        State read = state;
        finder.Read(read, digit);
        read.known = Narrow(taken, state.known, at, digit);
        if (read.known.first == read.known.second) read.known = {};
        if (!seen.insert(read).second) continue;
        next.emplace_back(std::move(read), text + digit);
      }
    }
    steps += next.size() * (1 + finder.size());
    if (steps > kMostSteps) return std::nullopt;
    layer = std::move(next);
  }
  std::vector<Id> ids;
  std::set<Told> told;
  for (const auto& [state, text] : layer) {
    if (state.known == Known{} && told.insert(finder.ToldOf(state)).second) {
      ids.push_back({text, false});
    }
  }
  const Finder all(tests, {});
  for (const std::string& id : named) {
    if (std::ranges::binary_search(accounts, id)) continue;
    State state = all.Begin({});
    for (const char digit : id) all.Read(state, digit);
    if (told.insert(all.ToldOf(state)).second) ids.push_back({id, true});
  }
  return ids;
}

/// What may follow the path of the node, of each class; nothing follows the first.
std::optional<std::vector<std::string>> UnitsOf(const std::set<TextTest>& tests,
                                                const JoinedNode& node,
                                                const std::vector<std::string>& units) {
  if (tests.empty() || node.path.empty()) return std::vector<std::string>{""};
  constexpr std::size_t kLeastLetters = 8;
  // Those that patterns name, and one that none does.
  std::string letters;
  bool has_other = false;
  for (const char c : std::string_view("nxyzwqjkvabcdefghilmoprstu0123456789")) {
    const bool is_said = std::ranges::any_of(tests, [&](const TextTest& test) {
      return std::ranges::any_of(
          test.globs, [&](const std::string& glob) { return glob.find(c) != std::string::npos; });
    });
    if (is_said || !has_other) letters += c;
    has_other = has_other || !is_said;
  }
  const Finder finder(tests, {});
  State begin = finder.Begin(units);
  for (const char c : node.path) finder.Read(begin, c);
  std::vector<std::string> found{""};
  std::set<Told> told{finder.ToldOf(begin)};
  std::vector<std::pair<State, std::string>> open{{begin, ""}};
  std::set<State> seen{begin};
  const auto read = [&](State& state, char c) {
    finder.Read(state, c);
    state.known = Narrow(units, state.known, state.length, c);
    if (state.known.first == state.known.second) state.known = {};
    ++state.length;
  };
  const auto go = [&](State state, std::string text) {
    if (seen.insert(state).second) open.emplace_back(std::move(state), std::move(text));
  };
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (open.size() * (1 + finder.size()) > kMostSteps) return std::nullopt;
    const auto [state, text] = open[i];
    if (state.length == 0) {
      State next = state;
      for (const char c : node.unit_head) read(next, c);
      go(std::move(next), text + node.unit_head);
      continue;
    }
    const std::size_t least = node.unit_head.size() + kLeastLetters;
    for (const char c : letters) {
      State next = state;
      read(next, c);
      // Beyond the least number of letters only known ids count them.
      if (next.known == Known{}) next.length = std::min(next.length, least);
      go(std::move(next), text + c);
    }
    const bool is_known = state.known != Known{} && units[state.known.first].size() == state.length;
    if (state.length < least || is_known) continue;
    State next = state;
    finder.Read(next, '/');
    next.known = {0, units.size()};
    next.length = 0;
    if (told.insert(finder.ToldOf(next)).second) found.push_back(text + "/");
    go(std::move(next), text + "/");
  }
  return found;
}

}  // namespace

void ReadAsked(const PolicyDocument& document, AskedTexts& asked) {
  Collector(asked).Visit(document);
}

Distinctions DistinctionsIn(AskedTexts asked) {
  for (const auto& [slot, before] : asked.holding) {
    for (const std::string& glob : asked.said[slot]) Compare(before, glob, asked.found);
  }
  return std::move(asked.found);
}

Distinctions DistinctionsIn(const std::vector<const PolicyDocument*>& documents) {
  AskedTexts asked;
  for (const PolicyDocument* document : documents) ReadAsked(*document, asked);
  return DistinctionsIn(std::move(asked));
}

support::Result<std::vector<Newcomer>> NewcomersOf(const Distinctions& distinctions,
                                                   const JoinedNode& node,
                                                   const std::vector<std::string>& accounts,
                                                   const std::vector<std::string>& units) {
  if (!distinctions.obstacle.empty()) return support::Error{distinctions.obstacle};
  // What is said of accounts that there are is said of no newcomer.
  const auto is_known = [&](std::string_view id) {
    return std::ranges::binary_search(accounts, id);
  };
  std::set<TextTest> tests;
  for (TextTest test : distinctions.ids) {
    std::erase_if(test.globs, [&](const std::string& glob) {
      if (test.is_whole) return is_known(glob);
      const std::optional<policy::ArnSegments> segments = policy::SplitArn(glob);
      return segments && test.before.starts_with("arn:") && test.before.ends_with("::") &&
             is_known((*segments)[4]);
    });
    if (!test.globs.empty()) tests.insert(std::move(test));
  }
  const auto ids = IdsOf(tests, accounts);
  const auto places = UnitsOf(distinctions.paths, node, units);
  if (!ids || !places || ids->size() * places->size() > kMostNewcomers) {
    return support::Error{"too many of them are told apart by their ids"};
  }
  std::vector<Newcomer> newcomers;
  for (const Id& id : *ids) {
    for (const std::string& place : *places) {
      newcomers.push_back({id.text, node.path + place, id.is_named, !place.empty()});
    }
  }
  return newcomers;
}

}  // namespace writ::decide
