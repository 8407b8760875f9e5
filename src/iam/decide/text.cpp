#include "iam/decide/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/support/check.h"
#include "base/support/utf8.h"
#include "iam/policy/pattern.h"

namespace writ::decide {
namespace {

using Kind = Token::Kind;
using Place = std::uint32_t;  // of a token among those of all patterns

// The code point at `at`, which is moved behind it. `text` is UTF-8.
char32_t TakeLetter(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) -> char32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const char32_t first = byte(at);
  const std::size_t length = first < 0x80U ? 1U : first < 0xE0U ? 2U : first < 0xF0U ? 3U : 4U;
  char32_t letter = length == 1   ? first
                    : length == 2 ? (first & 0x1FU)
                    : length == 3 ? (first & 0x0FU)
                                  : (first & 0x07U);
  for (std::size_t i = 1; i < length; ++i) letter = (letter << 6U) | (byte(at + i) & 0x3FU);
  at += length;
  return letter;
}

char32_t LowerCase(char32_t letter) {
  return letter >= U'A' && letter <= U'Z' ? letter - U'A' + U'a' : letter;
}

bool IsLowerCase(char32_t letter) { return letter >= U'a' && letter <= U'z'; }

bool IsRun(const Token& token) {
  return token.kind == Kind::kAnyRun || token.kind == Kind::kRunInSegment;
}

// Behind the last code point of Unicode: letters that stand for variables.
constexpr char32_t kFirstVariable = 0x110000;

// Whether the token, which is no run and no end, takes the letter.
bool Takes(const Token& token, char32_t letter) {
  switch (token.kind) {
    case Kind::kLetter:
      return token.letter == letter;
    case Kind::kEitherCase:
      return token.letter == LowerCase(letter);
    case Kind::kAnyRun:
      return true;
    case Kind::kAnyOne:
      return letter < kFirstVariable;
    case Kind::kOneInSegment:
    case Kind::kRunInSegment:
      return letter != U':' && letter < kFirstVariable;
    case Kind::kEnd:
      return false;
  }
  return false;
}

void AppendGlob(TextPattern& out, std::string_view glob, bool is_segment) {
  const Token run{is_segment ? Kind::kRunInSegment : Kind::kAnyRun, 0};
  for (std::size_t at = 0; at < glob.size();) {
    if (glob[at] == policy::kAnyRun) {
      if (out.empty() || out.back() != run) out.push_back(run);
      ++at;
    } else if (glob[at] == policy::kAnyOne) {
      out.push_back({is_segment ? Kind::kOneInSegment : Kind::kAnyOne, 0});
      ++at;
    } else {
      out.push_back({Kind::kLetter, TakeLetter(glob, at)});
    }
  }
}

constexpr std::size_t kColonsOfArn = 5;

// One pattern of the question, among its sets.
struct Numbered {
  const TextPattern* pattern = nullptr;
  Place begin = 0;
  std::vector<std::uint32_t> sets;  // that contain it
  bool is_open = false;             // reaching its end says nothing yet
  std::uint32_t open_id = 0;
  const std::vector<std::uint32_t>* implied = nullptr;  // of an open pattern
};

using State = std::vector<Place>;

std::uint64_t HashOf(std::span<const Place> state) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const Place place : state) hash = (hash ^ place) * 1099511628211ULL;
  return hash ^ (hash >> 29U);
}

// Numbers found by hash and a question of equality; what they stand for is kept elsewhere.
class NumberSet {
 public:
  void Clear() {
    std::ranges::fill(slots_, kNone);
    count_ = 0;
  }
  // Whether a number with `hash` for which `is_equal` holds is there.
  template <class IsEqual>
  [[nodiscard]] bool Contains(std::uint64_t hash, IsEqual is_equal) const {
    if (slots_.empty()) return false;
    for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at] == kNone) return false;
      if (is_equal(slots_[at])) return true;
    }
  }
  // `hash_of` gives the hashes of numbers that are there, when the table grows.
  template <class HashOfNumber>
  void Add(std::uint32_t number, std::uint64_t hash, HashOfNumber hash_of) {
    if (2 * (count_ + 1) > slots_.size()) {
      std::vector<std::uint32_t> old(std::max<std::size_t>(64, 2 * slots_.size()), kNone);
      old.swap(slots_);
      for (const std::uint32_t known : old) {
        if (known != kNone) Put(known, hash_of(known));
      }
    }
    Put(number, hash);
    ++count_;
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  void Put(std::uint32_t number, std::uint64_t hash) {
    std::size_t at = hash & (slots_.size() - 1);
    while (slots_[at] != kNone) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = number;
  }
  std::vector<std::uint32_t> slots_;  // a power of two of them, at most half in use
  std::size_t count_ = 0;
};

class Divider {
 public:
  Divider(const TextQuestion& question, Budget& budget) : question_(question), budget_(budget) {
    Number();
    CollectLiterals();
    ChooseFreshLetter();
  }

  std::vector<TextAtom> Run() {
    for (const std::string_view literal : literals_) AddLiteral(literal);
    if (budget_.is_exhausted) return std::move(atoms_);
    Explore(Tracking::kFreshLetter);
    std::erase_if(doubtful_, [this](const auto& belongs) { return seen_.contains(belongs); });
    if (!doubtful_.empty() && !budget_.is_exhausted) Explore(Tracking::kLiterals);
    return std::move(atoms_);
  }

 private:
  // What tells texts from literals while exploring. A text with the fresh letter is none; most
  // atoms have one. For the others every letter is held against the literals.
  enum class Tracking : std::uint8_t { kFreshLetter, kLiterals };

  // Literals sorted; those with the same begin are a range.
  struct Range {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };
  struct Node {
    std::uint32_t first = 0;  // its state: places_[first, last)
    std::uint32_t last = 0;
    std::uint32_t parent = 0;
    char32_t letter = 0;
    std::uint32_t length = 0;  // bytes of the text so far
    std::uint32_t status = 0;
    bool is_apart = false;  // the text is the begin of no literal
    Range literals;         // those that begin so
  };
  [[nodiscard]] std::span<const Place> StateOf(std::uint32_t node) const {
    return std::span(places_).subspan(nodes_[node].first, nodes_[node].last - nodes_[node].first);
  }

  // `open`: null for a pattern that is known.
  void AddPattern(const TextPattern& pattern, std::uint32_t set, const OpenPattern* open) {
    const auto [at, is_new] =
        numbers_.try_emplace({pattern, open != nullptr ? open->id + 1 : 0U}, numbered_.size());
    if (is_new) {
      numbered_.push_back({&at->first.first, 0, {}, open != nullptr, 0, nullptr});
      if (open != nullptr) {
        numbered_.back().open_id = open->id;
        numbered_.back().implied = &open->implied;
      }
    }
    std::vector<std::uint32_t>& sets = numbered_[at->second].sets;
    if (sets.empty() || sets.back() != set) sets.push_back(set);
  }

  void Number() {
    const auto set_count = static_cast<std::uint32_t>(question_.sets.size());
    for (std::uint32_t i = 0; i < set_count; ++i) {
      for (const TextPattern& pattern : question_.sets[i]->patterns) {
        AddPattern(pattern, i, nullptr);
      }
      for (const OpenPattern& open : question_.sets[i]->open) {
        AddPattern(open.within, i, &open);
      }
    }
    universe_ = numbered_.size();
    if (question_.universe) {
      numbered_.push_back({&*question_.universe, 0, {}, false, 0, nullptr});
    }
    Place next = 0;
    for (Numbered& one : numbered_) {
      one.begin = next;
      next += static_cast<Place>(one.pattern->size());
    }
    tokens_.reserve(next);
    owner_.reserve(next);
    for (std::uint32_t i = 0; i < numbered_.size(); ++i) {
      tokens_.insert(tokens_.end(), numbered_[i].pattern->begin(), numbered_[i].pattern->end());
      owner_.insert(owner_.end(), numbered_[i].pattern->size(), i);
    }
    is_decided_.resize(tokens_.size());
    for (Place place = 0; place + 1 < tokens_.size(); ++place) {
      is_decided_[place] =
          tokens_[place].kind == Kind::kAnyRun && tokens_[place + 1].kind == Kind::kEnd;
    }
  }

  void CollectLiterals() {
    constexpr std::uint32_t kNoSet = UINT32_MAX;
    std::vector<std::pair<std::string_view, std::uint32_t>> all;
    for (const std::string& extra : question_.extra_literals) all.emplace_back(extra, kNoSet);
    for (std::uint32_t i = 0; i < question_.sets.size(); ++i) {
      for (const std::string& literal : question_.sets[i]->literals) all.emplace_back(literal, i);
    }
    std::ranges::sort(all);
    for (const auto& [literal, set] : all) {
      if (literals_.empty() || literals_.back() != literal) {
        literals_.push_back(literal);
        sets_of_literal_.emplace_back();
      }
      if (set != kNoSet) sets_of_literal_.back().push_back(set);
    }
  }

  [[nodiscard]] bool IsAllowed(char32_t letter) const {
    if (question_.letters == Letters::kAll) return true;
    return letter > U' ' && letter != U':' && letter != U'*' && letter != U'?' &&
           LowerCase(letter) == letter;
  }

  // The ASCII letters of texts and patterns, and the greatest letter of all.
  struct UsedLetters {
    std::array<bool, 0x80> ascii{};
    char32_t greatest = 0;
    void Add(char32_t letter) {
      if (letter < ascii.size()) ascii[letter] = true;
      if (letter < kFirstVariable) greatest = std::max(greatest, letter);
    }
  };

  void ChooseFreshLetter() {
    UsedLetters used;
    for (const Token& token : tokens_) {
      if (token.kind == Kind::kLetter || token.kind == Kind::kEitherCase) used.Add(token.letter);
      if (token.kind == Kind::kEitherCase && IsLowerCase(token.letter)) {
        used.Add(token.letter - U'a' + U'A');
      }
    }
    for (const std::string_view literal : literals_) {
      for (std::size_t at = 0; at < literal.size();) used.Add(TakeLetter(literal, at));
    }
    used.Add(U':');
    constexpr std::u32string_view kPreferred =
        U"xyzjqkvwuhgbfpmodlcstnriea0123456789XYZJQKVWUHGBFPMODLCSTNRIEA_-.";
    for (const char32_t letter : kPreferred) {
      if (!used.ascii[letter] && IsAllowed(letter)) {
        fresh_ = letter;
        return;
      }
    }
    // All of ASCII is taken: a letter behind all that are, in Latin 1 if there is one.
    constexpr char32_t kFirstOfLatin1 = 0xE0;
    fresh_ = std::max(kFirstOfLatin1, static_cast<char32_t>(used.greatest + 1));
    constexpr char32_t kFirstSurrogate = 0xD800;
    constexpr char32_t kBehindSurrogates = 0xE000;
    if (fresh_ >= kFirstSurrogate && fresh_ < kBehindSurrogates) fresh_ = kBehindSurrogates;
  }

  // ---- Literals

  void AddLiteral(std::string_view literal) {
    const bool is_possible = [&] {
      if (question_.universe && !Matches(*question_.universe, literal)) return false;
      if (question_.letters == Letters::kAll) return true;
      if (literal.empty()) return false;  // no name is empty
      for (std::size_t at = 0; at < literal.size();) {
        if (!IsAllowed(TakeLetter(literal, at))) return false;
      }
      return true;
    }();
    if (!is_possible) return;
    std::vector<bool> belongs(question_.sets.size());
    const auto index =
        static_cast<std::size_t>(std::ranges::lower_bound(literals_, literal) - literals_.begin());
    for (const std::uint32_t set : sets_of_literal_[index]) belongs[set] = true;
    std::vector<const Numbered*> open;
    for (std::size_t i = 0; i < numbered_.size(); ++i) {
      const Numbered& one = numbered_[i];
      if (i == universe_ || std::ranges::all_of(one.sets, [&](auto s) { return belongs[s]; })) {
        continue;
      }
      if (!budget_.Spend(1 + literal.size() / kLettersAStep)) return;
      if (!Matches(*one.pattern, literal)) continue;
      if (one.is_open) {
        open.push_back(&one);
      } else {
        for (const std::uint32_t set : one.sets) belongs[set] = true;
      }
    }
    AddOpen(std::move(belongs), open, literal);
  }

  // Every way the open patterns may turn out.
  void AddOpen(std::vector<bool> belongs, const std::vector<const Numbered*>& open,
               std::string_view example) {
    if (open.size() > kMostOpen) {
      budget_.is_exhausted = true;
      return;
    }
    for (std::size_t choice = 0; choice < (std::size_t{1} << open.size()); ++choice) {
      if (!IsConsistent(choice, open)) continue;
      std::vector<bool> chosen = belongs;
      for (std::size_t i = 0; i < open.size(); ++i) {
        if (((choice >> i) & 1U) == 0) continue;
        for (const std::uint32_t set : open[i]->sets) chosen[set] = true;
      }
      if (!seen_.insert(chosen).second) continue;
      has_outside_ |= std::ranges::find(chosen, true) == chosen.end();
      atoms_.push_back({std::move(chosen), std::string(example)});
    }
  }

  // Whether what contains a chosen pattern is chosen too.
  static bool IsConsistent(std::size_t choice, const std::vector<const Numbered*>& open) {
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (((choice >> i) & 1U) == 0) continue;
      for (std::size_t j = 0; j < open.size(); ++j) {
        const bool is_implied =
            std::ranges::find(*open[i]->implied, open[j]->open_id) != open[i]->implied->end();
        if (is_implied && ((choice >> j) & 1U) == 0) return false;
      }
    }
    return true;
  }

  // ---- Patterns

  void AddPlace(State& out, Place place) const {
    out.push_back(place);
    if (IsRun(tokens_[place])) out.push_back(place + 1);
  }

  // The places of one pattern, sorted in [from, end): drops those before the latest run, and all
  // but that run if it is the last token.
  void KeepLatest(State& state, std::size_t from) const {
    const auto begin = state.begin() + static_cast<std::ptrdiff_t>(from);
    if (state.size() - from > 1) {
      std::sort(begin, state.end());
      state.erase(std::unique(begin, state.end()), state.end());
    }
    for (std::size_t i = state.size(); i-- > from;) {
      if (!IsRun(tokens_[state[i]])) continue;
      if (IsDecided(state[i])) state.resize(i + 1);
      state.erase(state.begin() + static_cast<std::ptrdiff_t>(from),
                  state.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }

  [[nodiscard]] bool IsDecided(Place place) const { return is_decided_[place] != 0; }

  // The state of the empty text, into next_.
  void Begin() {
    next_.clear();
    for (const Numbered& one : numbered_) {
      const std::size_t from = next_.size();
      AddPlace(next_, one.begin);
      KeepLatest(next_, from);
    }
  }

  // The state behind a node and one more letter, into next_.
  void Step(std::uint32_t node, char32_t letter) {
    next_.clear();
    const std::span<const Place> state = StateOf(node);
    for (std::size_t i = 0; i < state.size();) {
      const std::uint32_t owner = owner_[state[i]];
      const std::size_t from = next_.size();
      for (; i < state.size() && owner_[state[i]] == owner; ++i) {
        const Token& token = tokens_[state[i]];
        if (!Takes(token, letter)) continue;
        AddPlace(next_, IsRun(token) ? state[i] : state[i] + 1);
      }
      KeepLatest(next_, from);
    }
  }

  // What the state says of each set; forgets the patterns of decided sets. Nothing if no text of
  // the universe begins so.
  bool Judge(State& state, std::vector<Belongs>& belongs) const {
    belongs.assign(question_.sets.size(), Belongs::kNo);
    bool has_universe = universe_ == numbered_.size();
    bool is_something_decided = false;
    for (const Place place : state) {
      const std::uint32_t owner = owner_[place];
      has_universe |= owner == universe_;
      const Numbered& one = numbered_[owner];
      const bool is_decided = IsDecided(place) && !one.is_open;
      is_something_decided |= is_decided;
      for (const std::uint32_t set : one.sets) {
        if (is_decided) {
          belongs[set] = Belongs::kYes;
        } else if (belongs[set] == Belongs::kNo) {
          belongs[set] = Belongs::kOpen;
        }
      }
    }
    if (!has_universe) return false;
    if (is_something_decided) Forget(state, belongs);
    return true;
  }

  // One deciding pattern a set is enough to remember.
  void Forget(State& state, const std::vector<Belongs>& belongs) const {
    std::vector<bool> is_kept(belongs.size());
    std::erase_if(state, [&](Place place) {
      const Numbered& one = numbered_[owner_[place]];
      if (owner_[place] == universe_) return false;
      const bool is_superfluous = std::ranges::all_of(one.sets, [&](std::uint32_t set) {
        return belongs[set] == Belongs::kYes && (!IsDecided(place) || one.is_open || is_kept[set]);
      });
      if (is_superfluous) return true;
      if (IsDecided(place) && !one.is_open) {
        for (const std::uint32_t set : one.sets) is_kept[set] = true;
      }
      return false;
    });
  }

  // The letters that some place tells apart from all others.
  void CollectLetters(std::uint32_t index, Tracking tracking) {
    letters_.clear();
    const Node& node = nodes_[index];
    for (const Place place : StateOf(index)) {
      const Token& token = tokens_[place];
      switch (token.kind) {
        case Kind::kLetter:
          letters_.push_back(token.letter);
          break;
        case Kind::kEitherCase:
          letters_.push_back(token.letter);
          if (IsLowerCase(token.letter)) letters_.push_back(token.letter - U'a' + U'A');
          break;
        case Kind::kOneInSegment:
        case Kind::kRunInSegment:
          letters_.push_back(U':');
          break;
        case Kind::kAnyOne:
        case Kind::kAnyRun:
        case Kind::kEnd:
          break;
      }
    }
    if (tracking == Tracking::kLiterals && !node.is_apart) {
      for (std::uint32_t i = node.literals.first; i < node.literals.last; ++i) {
        std::size_t at = node.length;
        if (at < literals_[i].size()) letters_.push_back(TakeLetter(literals_[i], at));
      }
    }
    std::ranges::sort(letters_);
    letters_.erase(std::unique(letters_.begin(), letters_.end()), letters_.end());
    std::erase_if(letters_, [this](char32_t letter) { return !IsAllowed(letter); });
  }

  // The literals among `range` whose letter at byte `at` is `letter`.
  [[nodiscard]] Range Narrow(Range range, std::size_t at, char32_t letter) const {
    std::string begin;
    support::AppendUtf8(begin, letter);
    const auto first = literals_.begin() + range.first;
    const auto last = literals_.begin() + range.last;
    const auto key = [at, size = begin.size()](std::string_view literal) {
      return literal.substr(std::min(at, literal.size()), size);
    };
    // Not std::ranges::equal_range: clang 14 cannot compile libstdc++ 12's.
    const auto from = std::ranges::lower_bound(first, last, std::string_view(begin), {}, key);
    const auto to = std::ranges::upper_bound(from, last, std::string_view(begin), {}, key);
    return {static_cast<std::uint32_t>(from - literals_.begin()),
            static_cast<std::uint32_t>(to - literals_.begin())};
  }

  // The number of the combination in belongs_; whether it is settled is asked once. A letter seldom
  // changes it, so that of the node before is tried first.
  std::uint32_t StatusOf(std::uint32_t previous) {
    if (previous < status_belongs_.size() && status_belongs_[previous] == belongs_) return previous;
    std::string key(belongs_.size(), '\0');
    for (std::size_t i = 0; i < belongs_.size(); ++i) key[i] = static_cast<char>(belongs_[i]);
    const auto [at, is_new] = statuses_.try_emplace(std::move(key), is_settled_.size());
    if (is_new) {
      static_cast<void>(budget_.Spend(belongs_.size()));
      is_settled_.push_back(question_.is_settled && question_.is_settled(belongs_));
      status_belongs_.push_back(belongs_);
    }
    return static_cast<std::uint32_t>(at->second);
  }

  [[nodiscard]] std::string TextOf(std::uint32_t node) const {
    std::u32string reversed;
    for (; node != 0; node = nodes_[node].parent) reversed.push_back(nodes_[node].letter);
    std::string text;
    for (std::size_t i = reversed.size(); i-- > 0;) support::AppendUtf8(text, reversed[i]);
    return text;
  }

  void Explore(Tracking tracking) {
    nodes_.clear();
    places_.clear();
    near_.Clear();
    apart_.Clear();
    Begin();
    Node root;
    root.literals = {0, static_cast<std::uint32_t>(literals_.size())};
    root.status = UINT32_MAX;
    Visit(root, tracking);
    for (std::uint32_t i = 0; i < nodes_.size() && !budget_.is_exhausted; ++i) {
      Accept(i, tracking);
      Expand(i, tracking);
    }
  }

  // `node` with the state next_; its status is that of its parent.
  void Visit(Node node, Tracking tracking) {
    if (!budget_.Spend(1 + next_.size() + question_.sets.size() / kSetsAStep)) return;
    if (!Judge(next_, belongs_)) return;
    node.status = StatusOf(node.status);
    if (is_settled_[node.status]) return;
    // A text apart from the literals serves for all that one among them would; while literals are
    // tracked, two texts among them are different even in one state.
    const std::uint64_t hash = HashOf(next_);
    const auto is_equal = [this](std::uint32_t other) {
      return std::ranges::equal(StateOf(other), next_);
    };
    const auto hash_of = [this](std::uint32_t other) { return HashOf(StateOf(other)); };
    const auto number = static_cast<std::uint32_t>(nodes_.size());
    if (apart_.Contains(hash, is_equal)) return;
    const bool is_tracked = !node.is_apart && tracking == Tracking::kLiterals;
    if (!node.is_apart && !is_tracked && near_.Contains(hash, is_equal)) return;
    node.first = static_cast<std::uint32_t>(places_.size());
    places_.insert(places_.end(), next_.begin(), next_.end());
    node.last = static_cast<std::uint32_t>(places_.size());
    nodes_.push_back(node);
    if (!is_tracked) (node.is_apart ? apart_ : near_).Add(number, hash, hash_of);
  }

  void Expand(std::uint32_t index, Tracking tracking) {
    CollectLetters(index, tracking);
    for (std::size_t i = 0; i <= letters_.size(); ++i) {
      // The fresh one first: most atoms are met with it, and then need no second look.
      const char32_t letter = i == 0 ? fresh_ : letters_[i - 1];
      const Node& from = nodes_[index];
      Node next;
      next.parent = index;
      next.letter = letter;
      next.length = from.length + LengthOf(letter);
      next.status = from.status;
      next.is_apart = from.is_apart || i == 0;
      if (tracking == Tracking::kLiterals && !next.is_apart) {
        next.literals = Narrow(from.literals, from.length, letter);
        next.is_apart = next.literals.first == next.literals.last;
      }
      if (!budget_.Spend(from.last - from.first)) return;
      Step(index, letter);
      Visit(next, tracking);
      if (budget_.is_exhausted) return;
    }
  }

  static std::uint32_t LengthOf(char32_t letter) {
    return letter < 0x80U ? 1 : letter < 0x800U ? 2 : letter < 0x10000U ? 3 : 4;
  }

  // The text that leads to the node as a whole text.
  void Accept(std::uint32_t index, Tracking tracking) {
    bool is_possible = universe_ == numbered_.size();
    bool is_somewhere = false;
    for (const Place place : StateOf(index)) {
      if (tokens_[place].kind != Kind::kEnd && !IsDecided(place)) continue;
      (owner_[place] == universe_ ? is_possible : is_somewhere) = true;
    }
    if (!is_possible || (!is_somewhere && has_outside_)) return;
    if (question_.letters == Letters::kActionNames && index == 0) return;  // no name is empty
    std::vector<bool> belongs(question_.sets.size());
    std::vector<const Numbered*> open;
    for (const Place place : StateOf(index)) {
      const Numbered& one = numbered_[owner_[place]];
      if (tokens_[place].kind != Kind::kEnd && !IsDecided(place)) continue;
      if (one.is_open) {
        open.push_back(&one);
      } else {
        for (const std::uint32_t set : one.sets) belongs[set] = true;
      }
    }
    if (open.empty() && seen_.contains(belongs)) return;
    const std::string text = TextOf(index);
    if (!nodes_[index].is_apart && std::ranges::binary_search(literals_, std::string_view(text))) {
      if (tracking == Tracking::kFreshLetter) doubtful_.insert(std::move(belongs));
      return;
    }
    AddOpen(std::move(belongs), open, text);
  }

  static constexpr std::size_t kLettersAStep = 16;
  static constexpr std::size_t kSetsAStep = 16;
  static constexpr std::size_t kMostOpen = 8;

  const TextQuestion& question_;
  Budget& budget_;
  std::map<std::pair<TextPattern, std::uint32_t>, std::size_t> numbers_;
  std::vector<Numbered> numbered_;
  std::size_t universe_ = SIZE_MAX;
  std::vector<Token> tokens_;
  std::vector<std::uint32_t> owner_;        // pattern of each token
  std::vector<std::uint8_t> is_decided_;    // of each place: all that follows belongs
  std::vector<std::string_view> literals_;  // sorted
  std::vector<std::vector<std::uint32_t>> sets_of_literal_;
  char32_t fresh_ = U'x';

  std::vector<TextAtom> atoms_;
  std::unordered_set<std::vector<bool>> seen_;
  bool has_outside_ = false;                        // seen_ contains the texts of no set
  std::unordered_set<std::vector<bool>> doubtful_;  // met, but only by literals so far

  std::vector<Node> nodes_;
  std::vector<Place> places_;  // states of all nodes, one after the other
  State next_;
  NumberSet near_;  // nodes by their states
  NumberSet apart_;
  std::unordered_map<std::string, std::size_t> statuses_;
  std::vector<std::vector<Belongs>> status_belongs_;
  std::vector<bool> is_settled_;
  std::vector<Belongs> belongs_;
  std::vector<char32_t> letters_;
};

}  // namespace

TextPattern WholePattern(std::string_view glob) {
  TextPattern pattern;
  AppendGlob(pattern, glob, false);
  pattern.push_back({Kind::kEnd, 0});
  return pattern;
}

TextPattern ArnPattern(std::string_view glob) {
  TextPattern pattern;
  for (std::size_t i = 0; i < kColonsOfArn; ++i) {
    const std::size_t colon = glob.find(':');
    WRIT_CHECK(colon != glob.npos, "an ARN pattern of fewer than six segments");
    AppendGlob(pattern, glob.substr(0, colon), true);
    pattern.push_back({Kind::kLetter, U':'});
    glob.remove_prefix(colon + 1);
  }
  AppendGlob(pattern, glob, false);
  pattern.push_back({Kind::kEnd, 0});
  return pattern;
}

void AppendVariable(std::string& glob, std::uint32_t number) {
  support::AppendUtf8(glob, kFirstVariable + number);
}

bool IsWithinPattern(const TextPattern& pattern, const TextPattern& other) {
  constexpr std::uint64_t kSteps = 20'000;
  TextSet narrow;
  narrow.patterns.push_back(pattern);
  TextSet wide;
  wide.patterns.push_back(other);
  TextQuestion question;
  question.sets = {&narrow, &wide};
  question.is_settled = [](std::span<const Belongs> belongs) {
    return belongs[0] == Belongs::kNo || belongs[1] == Belongs::kYes;
  };
  Budget budget{kSteps};
  const std::vector<TextAtom> atoms = Divide(question, budget);
  return !budget.is_exhausted && std::ranges::none_of(atoms, [](const TextAtom& atom) {
    return atom.belongs[0] && !atom.belongs[1];
  });
}

TextPattern IgnoringCasePattern(std::string_view text) {
  TextPattern pattern;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t letter = LowerCase(TakeLetter(text, at));
    pattern.push_back({IsLowerCase(letter) ? Kind::kEitherCase : Kind::kLetter, letter});
  }
  pattern.push_back({Kind::kEnd, 0});
  return pattern;
}

TextPattern AllArns(bool is_resource) {
  return ArnPattern(is_resource ? "arn:\xFF:\xFF:\xFF:\xFF:\xFF" : "\xFF:\xFF:\xFF:\xFF:\xFF:\xFF");
}

bool Matches(const TextPattern& pattern, std::string_view text) {
  // Greedy: only the latest run needs to grow. A run in a segment that would have to take a colon
  // fails for good, as what precedes it ends at fixed colons.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t run = SIZE_MAX;
  std::size_t run_end = 0;
  while (true) {
    if (IsRun(pattern[p])) {
      if (IsRun(pattern[p]) && pattern[p].kind == Kind::kAnyRun &&
          pattern[p + 1].kind == Kind::kEnd) {
        return true;
      }
      run = p++;
      run_end = t;
      continue;
    }
    if (t == text.size() && pattern[p].kind == Kind::kEnd) return true;
    std::size_t after = t;
    if (t < text.size() && Takes(pattern[p], TakeLetter(text, after))) {
      t = after;
      ++p;
      continue;
    }
    if (run == SIZE_MAX || run_end >= text.size()) return false;
    const char32_t swallowed = TakeLetter(text, run_end);
    if (!Takes(pattern[run], swallowed)) return false;
    t = run_end;
    p = run + 1;
  }
}

std::vector<TextAtom> Divide(const TextQuestion& question, Budget& budget) {
  return Divider(question, budget).Run();
}

}  // namespace writ::decide
