#include "iam/decide/shape.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/support/check.h"
#include "iam/policy/document.h"

namespace writ::decide {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWildcard(char c) { return c == '*' || c == '?'; }

/// Calls `visit` with the begin and the end of each number.
template <class Visit>
void ForEachNumber(std::string_view text, const Visit& visit) {
  for (std::size_t i = 0; i < text.size();) {
    if (!IsDigit(text[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < text.size() && IsDigit(text[i])) ++i;
    visit(begin, i);
  }
}

/// Walks three times through what it is of.
class Shape {
 public:
  void OfQuestion(const Space& left, const Space& right) {
    Walk([&] {
      Add(left);
      Add(right);
    });
  }

  /// The numbers of the document that do not stand for themselves, in order.
  std::vector<std::string> OfDocument(const policy::PolicyDocument& document) {
    is_ordered_ = true;
    Walk([&] { Add(document); });
    std::vector<std::string> names;
    for (const auto& [number, what] : Sorted()) {
      if (!what->is_fixed) names.emplace_back(number);
    }
    return names;
  }

  [[nodiscard]] support::Fingerprint Take() { return print_.Take(); }

 private:
  enum class Pass : std::uint8_t {
    kKeys,     ///< which are read other than as text
    kNumbers,  ///< which stand for themselves
    kPrint,
  };
  struct Number {
    bool is_fixed = false;
    std::optional<std::size_t> place;  ///< in order of appearance
    std::uint64_t where = 0;           ///< a sum over the texts that it is in
  };
  /// A text whose numbers may be names.
  struct Seen {
    std::uint64_t frame = 0;  ///< see WithoutNumbers
    std::size_t begin = 0;    ///< its numbers, in order, in in_texts_
    std::size_t end = 0;
  };

  template <class AddAll>
  void Walk(const AddAll& add_all) {
    for (const Pass pass : {Pass::kKeys, Pass::kNumbers, Pass::kPrint}) {
      pass_ = pass;
      lists_ = 0;
      if (pass == Pass::kPrint) FixParts();
      if (pass == Pass::kPrint && is_ordered_) PlaceInOrder();
      add_all();
    }
  }

  void Add(const Space& space) {
    const auto& [accounts, principal, callers] = space.scope();
    Enum(accounts);
    Name(principal);
    Length(callers.accounts.size());
    for (const std::string& account : callers.accounts) Fixed(account);
    Flag(callers.is_all_but);
    const auto& [identity, boundaries, sessions, scps, rcps, resource, endpoints] =
        space.documents();
    for (const auto* documents : {&identity, &boundaries, &sessions, &endpoints}) Add(*documents);
    for (const auto* levels : {&scps, &rcps}) {
      Length(levels->size());
      for (const std::vector<policy::PolicyDocument>& level : *levels) Add(level);
    }
    Flag(resource.has_value());
    if (resource) Add(*resource);
  }

  void Add(const std::vector<policy::PolicyDocument>& documents) {
    Length(documents.size());
    for (const policy::PolicyDocument& document : documents) Add(document);
  }

  void Add(const policy::PolicyDocument& document) {
    Enum(document.version);
    Length(document.statements.size());
    for (const policy::Statement& statement : document.statements) Add(statement);
  }

  void Add(const policy::Statement& statement) {
    const auto& [sid, effect, principal, action, resource, conditions] = statement;
    static_cast<void>(sid);  // a name that no request meets
    Enum(effect);
    Flag(principal.has_value());
    if (principal) {
      Enum(principal->sense);
      Length(principal->values.size());
      for (const policy::Principal& one : principal->values) {
        Enum(one.type);
        Fixed(one.value);
      }
    }
    Enum(action.sense);
    Length(action.values.size());
    for (const std::string& one : action.values) Fixed(one);
    Flag(resource.has_value());
    if (resource) {
      Enum(resource->sense);
      Names(resource->values);
    }
    Length(conditions.size());
    for (const policy::Condition& condition : conditions) Add(condition);
  }

  void Add(const policy::Condition& condition) {
    Enum(condition.op.set);
    Enum(condition.op.base);
    Flag(condition.op.if_exists);
    Fixed(condition.key);
    if (!IsOrdered(condition)) {
      Names(condition.values);
      return;
    }
    Length(condition.values.size());
    for (const std::string& value : condition.values) Fixed(value);
  }

  /// Whether values of the key are read other than as text, here or elsewhere.
  bool IsOrdered(const policy::Condition& condition) {
    using Family = policy::OperatorFamily;
    const Family family = policy::FamilyOf(condition.op.base);
    const bool is_text = family == Family::kString || family == Family::kArn;
    if (pass_ == Pass::kKeys && !is_text && family != Family::kNull) {
      ordered_.push_back(condition.key);
    }
    return !is_text || std::ranges::any_of(ordered_, [&](std::string_view key) {
      return policy::EqualIgnoringCase(key, condition.key);
    });
  }

  template <class Value>
  void Enum(Value value) {
    if (pass_ == Pass::kPrint) print_.Enum(value);
  }
  void Flag(bool flag) {
    if (pass_ == Pass::kPrint) print_.Flag(flag);
  }
  void Length(std::size_t length) {
    if (pass_ == Pass::kPrint) print_.Length(length);
  }

  /// A text whose numbers stand for themselves.
  void Fixed(std::string_view text) {
    if (pass_ == Pass::kPrint) print_.Text(text);
    if (pass_ != Pass::kNumbers) return;
    ForEachNumber(text, [&](std::size_t begin, std::size_t end) {
      numbers_[text.substr(begin, end - begin)].is_fixed = true;
    });
  }

  /// Texts or patterns that are alternatives, whose numbers may be names. Where their order says
  /// nothing they are taken in one that depends on names as little as can be had cheaply: by what
  /// is left of them without numbers, then by where else these are.
  void Names(const std::vector<std::string>& texts) {
    Length(texts.size());
    ++lists_;
    if (pass_ == Pass::kPrint) {
      PrintNames(texts);
    } else {
      for (const std::string& text : texts) Name(text);
    }
  }

  void PrintNames(const std::vector<std::string>& texts) {
    const std::size_t first = printed_;
    printed_ += texts.size();
    std::vector<std::tuple<std::uint64_t, std::uint64_t, std::size_t>> order;
    if (!is_ordered_ && texts.size() > 1) {
      order.reserve(texts.size());
      for (std::size_t i = 0; i < texts.size(); ++i) {
        const Seen& seen = seen_[first + i];
        std::uint64_t where = 0;
        for (std::size_t n = seen.begin; n < seen.end; ++n) where += in_texts_[n]->where;
        order.emplace_back(seen.frame, where, i);
      }
      std::ranges::sort(order);
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::size_t at = order.empty() ? i : std::get<2>(order[i]);
      Print(texts[at], seen_[first + at]);
    }
  }

  static std::uint64_t Mixed(std::uint64_t hash, std::uint64_t more) {
    constexpr std::uint64_t kPrime = 0x100000001b3;
    constexpr int kHalf = 32;
    hash = (hash ^ more) * kPrime;
    return hash ^ (hash >> kHalf);
  }

  /// A number for the text in which only the lengths of numbers count. Two texts may have one: it
  /// is for sorting.
  static std::uint64_t WithoutNumbers(std::string_view text) {
    std::uint64_t hash = text.size();
    for (const char c : text) hash = Mixed(hash, IsDigit(c) ? '0' : static_cast<unsigned char>(c));
    return hash;
  }

  /// A text or pattern whose numbers may be names.
  void Name(std::string_view text) {
    if (pass_ == Pass::kNumbers) See(text);
    if (pass_ == Pass::kPrint) Print(text, seen_[printed_++]);
  }

  void See(std::string_view text) {
    has_variables_ = has_variables_ || text.find("${") != std::string_view::npos;
    Seen seen{is_ordered_ ? 0 : WithoutNumbers(text), in_texts_.size(), 0};
    const std::uint64_t in_list = Mixed(seen.frame, lists_);
    ForEachNumber(text, [&](std::size_t begin, std::size_t end) {
      const std::string_view number = text.substr(begin, end - begin);
      Number& what = numbers_[number];
      in_texts_.push_back(&what);
      what.where += Mixed(in_list, begin);
      const bool is_cut = (begin > 0 && IsWildcard(text[begin - 1])) ||
                          (end < text.size() && IsWildcard(text[end]));
      if (is_cut) parts_.push_back(number);
    });
    seen.end = in_texts_.size();
    seen_.push_back(seen);
  }

  void Print(std::string_view text, const Seen& seen) {
    std::size_t done = 0;
    std::size_t next = seen.begin;
    ForEachNumber(text, [&](std::size_t begin, std::size_t end) {
      Number& number = *in_texts_[next++];
      if (number.is_fixed) return;
      if (!number.place) number.place = places_++;
      print_.Text(text.substr(done, begin - done)).Number(*number.place).Number(end - begin);
      done = end;
    });
    print_.Text(text.substr(done)).Absent();
  }

  /// A match in which a wildcard takes a part of a number leaves digits of the pattern beside it,
  /// so that such a number has these digits in it.
  void FixParts() {
    for (auto& [number, what] : numbers_) {
      what.is_fixed = what.is_fixed || has_variables_ ||
                      std::ranges::any_of(parts_, [&name = number](std::string_view part) {
                        return name.find(part) != std::string_view::npos;
                      });
    }
  }

  [[nodiscard]] std::vector<std::pair<std::string_view, Number*>> Sorted() {
    std::vector<std::pair<std::string_view, Number*>> sorted;
    sorted.reserve(numbers_.size());
    for (auto& [number, what] : numbers_) sorted.emplace_back(number, &what);
    std::ranges::sort(sorted);
    return sorted;
  }

  /// With what decides how texts are sorted in which the numbers are: their order, and which is the
  /// beginning of which.
  void PlaceInOrder() {
    std::string_view before;
    for (const auto& [number, what] : Sorted()) {
      const auto shared = std::ranges::mismatch(before, number).in2 - number.begin();
      print_.Number(static_cast<std::size_t>(shared));
      if (what->is_fixed) {
        print_.Text(number);
      } else {
        what->place = places_++;
        print_.Number(number.size());
      }
      before = number;
    }
    print_.Absent();
  }

  bool is_ordered_ = false;
  std::uint64_t lists_ = 0;  ///< of texts so far
  Pass pass_ = Pass::kKeys;
  std::vector<std::string_view> ordered_;  ///< keys, as written
  bool has_variables_ = false;
  std::vector<std::string_view> parts_;  ///< digits beside wildcards
  /// Never walked through but to change each by itself.
  std::unordered_map<std::string_view, Number> numbers_;
  std::vector<Seen> seen_;         ///< in the order of the walk
  std::vector<Number*> in_texts_;  ///< one text after the other
  std::size_t printed_ = 0;        ///< of seen_
  std::size_t places_ = 0;
  support::FingerprintBuilder print_{"up to numbers"};
};

}  // namespace

support::Fingerprint ShapeOfQuestion(const Space& left, const Space& right) {
  Shape shape;
  shape.OfQuestion(left, right);
  return shape.Take();
}

DocumentShape ShapeOfDocument(const policy::PolicyDocument& document) {
  Shape shape;
  std::vector<std::string> numbers = shape.OfDocument(document);
  return {shape.Take(), std::move(numbers)};
}

void Renumber(policy::PolicyDocument& document, const std::vector<std::string>& from,
              const std::vector<std::string>& to) {
  WRIT_CHECK(from.size() == to.size(), "documents of one shape have as many numbers");
  if (from == to) return;
  const auto renumber = [&](std::string& text) {
    ForEachNumber(text, [&](std::size_t begin, std::size_t end) {
      const std::string_view number = std::string_view(text).substr(begin, end - begin);
      const auto found = std::ranges::lower_bound(from, number);
      if (found == from.end() || *found != number) return;
      text.replace(begin, end - begin, to[static_cast<std::size_t>(found - from.begin())]);
    });
  };
  for (policy::Statement& statement : document.statements) {
    if (statement.resource) std::ranges::for_each(statement.resource->values, renumber);
    for (policy::Condition& condition : statement.conditions) {
      std::ranges::for_each(condition.values, renumber);
    }
  }
}

}  // namespace writ::decide
